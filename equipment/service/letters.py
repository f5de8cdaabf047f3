"""Letters of fire classes when other rules come into force: never translated, since the same letter
means another thing there. An extinguisher without letters has the usual ones of its kind.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from equipment.kinds import Family, Kind
from equipment.models import ON_REGISTER, PROFILE_NAMES, HallKind, Item, Profile, Status, Step
from equipment.service.rules import kinds_of
from equipment.service.steps import record_all
from equipment.wording import FIELDS, with_reason
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.i18n import _

KEPT: Final = "letters"
"""Under this name an own kind has its letters by profile."""
KNOWN: Final = (*ON_REGISTER, Status.LOST)


def own(session: Session, site_id: int) -> list[str]:
    """Codes of what has other letters than its kind usually has."""
    kinds = kinds_of(session, site_id)
    return [row.code for row in _items(session, site_id) if row.fire_classes != _of(kinds, row)]


def unsaid(session: Session, site_id: int) -> list[str]:
    """Codes of extinguishers on the register that go by the usual letters, theirs being unknown."""
    kinds = kinds_of(session, site_id)
    lettered = [code for code, kind in kinds.items() if kind.fire_classes]
    query = select(Item.code).where(
        Item.site_id == site_id, Item.status.in_(ON_REGISTER), Item.fire_classes == "",
        Item.kind.in_(lettered),
    )  # fmt: skip
    return list(session.scalars(query.order_by(Item.code)))


def keep(row: HallKind, old: Profile, new: Profile) -> None:
    """The letters of an own kind: kept for the old rules, and those it had under the new ones."""
    changes = dict(row.changes)
    if changes.get("family") != Family.EXTINGUISHER:
        return
    kept = {**_kept(row), str(old): str(changes.get("fire_classes") or "")}
    row.changes = {**changes, "fire_classes": kept.get(str(new), ""), KEPT: kept}


def follow(
    session: Session, actor: Actor, before: Mapping[str, Kind], profile: Profile, now: datetime
) -> int:
    """Give what had the usual letters of its kind those of the rules in force, and others none.

    `before` are the kinds under the old rules. Returns how many pieces changed.
    """
    after = kinds_of(session, actor.site_id)
    groups: dict[tuple[str, str], list[Item]] = {}
    for item in _items(session, actor.site_id):
        groups.setdefault((item.kind, item.fire_classes), []).append(item)
    changed = 0
    for (kind, old), items in groups.items():
        new = after[kind].fire_classes if kind in after and old == _of(before, items[0]) else ""
        if new != old:
            _write(session, actor, items, old, new, profile, now)
            changed += len(items)
    return changed


def _write(
    session: Session, actor: Actor, items: Sequence[Item], old: str, new: str, profile: Profile,
    now: datetime,
) -> None:  # fmt: skip
    """Other letters on many pieces that had the same, each with its step."""
    session.execute(
        update(Item)
        .where(
            Item.site_id == actor.site_id, Item.status.in_(KNOWN), Item.kind == items[0].kind,
            Item.fire_classes == old,
        )
        .values(fire_classes=new, row_version=Item.row_version + 1),
        execution_options={"synchronize_session": "fetch"},
    )  # fmt: skip
    field = _(FIELDS["fire_classes"])
    change = _("{field}: {old} → {new}", field=field, old=old, new=new or "–")
    note = with_reason(change, _(PROFILE_NAMES[profile]))
    record_all(
        session, actor, items, Step.EDIT, on_date=clock.local_day(now, actor.timezone), now=now,
        facts=[{"note": note}] * len(items),
    )  # fmt: skip


def _items(session: Session, site_id: int) -> Sequence[Item]:
    """Everything with letters that is on the register or may be found again."""
    query = select(Item).where(
        Item.site_id == site_id, Item.status.in_(KNOWN), Item.fire_classes != ""
    )
    return session.scalars(query.order_by(Item.id)).all()


def _of(kinds: Mapping[str, Kind], item: Item) -> str:
    kind = kinds.get(item.kind)
    return kind.fire_classes if kind else ""


def _kept(row: HallKind) -> Mapping[str, str]:
    kept = row.changes.get(KEPT)
    return {str(name): str(one) for name, one in kept.items()} if isinstance(kept, Mapping) else {}
