"""What a hall decides of its rules: the profile, figures of its own, kinds of its own."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from equipment.date_errors import ScrapAgeLonger
from equipment.due import months_text
from equipment.errors import (
    FiguresAsShipped,
    FiguresImpossible,
    FireClassUnknown,
    KindNotOwn,
    KindOwn,
    PrefixUnclear,
    ProfileAsBefore,
    UnknownKind,
)
from equipment.hall_kinds import OF_A_HALL, outlives, with_changes
from equipment.kinds import FIRE_CLASSES, Kind, built_in
from equipment.models import ON_REGISTER, EquipmentSettings, HallKind, Item, Profile
from equipment.permissions import Permission
from equipment.service import letters
from equipment.service.rules import kinds_of, profile_of, refresh_all
from safety_app.core import journal
from safety_app.core.access import Actor
from safety_app.core.i18n import N_
from safety_app.core.text import clean

OWN: Final = "own-"
PREFIX: Final = re.compile(r"[A-Z]{2,4}")
WHO: Final = N_("The administrator or the safety officer")
BECAUSE: Final = N_("On what this rests")
Changes = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Said:
    """What a hall says of a kind."""

    name: str
    name_en: str
    changes: Changes
    because: str


def shipped(session: Session, site_id: int) -> Mapping[str, Kind]:
    """The kinds as the hall's profile has them, without its own figures."""
    return built_in(profile_of(session, site_id))


def in_use(session: Session, site_id: int) -> dict[str, int]:
    """How many items of each kind are on the register."""
    query = select(Item.kind, func.count()).group_by(Item.kind)
    query = query.where(Item.site_id == site_id, Item.status.in_(ON_REGISTER))
    return {row[0]: row[1] for row in session.execute(query)}


def left_behind(session: Session, site_id: int, profile: Profile) -> dict[str, int]:
    """Items on the register, by kind, that another profile does not know: they keep their rules."""
    known = {*built_in(profile), *(row.code for row in _rows(session, site_id))}
    return {code: n for code, n in in_use(session, site_id).items() if code not in known}


def set_profile(session: Session, actor: Actor, profile: Profile, now: datetime) -> int:
    """Judge by other rules from now on; returns how many items have other dates."""
    actor.require(Permission.IMPORT, who=WHO)
    journal.lock(session)
    old = profile_of(session, actor.site_id)
    if old == profile:
        raise ProfileAsBefore()
    before = kinds_of(session, actor.site_id)
    query = select(EquipmentSettings).where(EquipmentSettings.site_id == actor.site_id)
    row = session.scalar(query)
    if row is None:
        row = EquipmentSettings(site_id=actor.site_id)
        session.add(row)
    row.profile = profile
    for own in _rows(session, actor.site_id):
        letters.keep(own, old, profile)
    session.flush()
    facts = {"profile": str(profile)}
    journal.write(
        session, actor, "equipment:set_profile", "equipment_settings", row.id, now=now, facts=facts
    )
    letters.follow(session, actor, before, profile, now)
    return refresh_all(session, actor.site_id)


def change_kind(
    session: Session,
    actor: Actor,
    code: str,
    *,
    changes: Changes,
    because: str,
    now: datetime,
    name: str = "",
    name_en: str = "",
) -> int:
    """Give a kind figures of the hall; returns how many items have other dates.

    Of a built-in kind only what differs from the shipped figures is kept, and it needs a reason.
    """
    actor.require(Permission.IMPORT, who=WHO)
    journal.lock(session)
    kind = kinds_of(session, actor.site_id).get(code)
    law = None if kind is None or kind.own else shipped(session, actor.site_id).get(code)
    if kind is None or not (kind.own or law):
        raise UnknownKind()
    if law:
        said = _of_built_in(law, changes, because)
    else:
        _check_letters(session, actor, changes)
        said = _of_own(name, name_en, changes, because)
    _check(law, code, said)
    if law and outlives(law, said.changes):
        raise ScrapAgeLonger(kind=law.display_name, age=months_text(law.scrap_months or 0))
    row = _row(session, actor.site_id, code)
    if row is None:
        row = HallKind(site_id=actor.site_id, code=code)
        session.add(row)
    return _write(session, actor, row, "change_kind", said, now)


def add_kind(
    session: Session,
    actor: Actor,
    *,
    name: str,
    name_en: str = "",
    changes: Changes,
    because: str = "",
    now: datetime,
) -> str:
    """A kind of the hall's own; returns its code."""
    actor.require(Permission.IMPORT, who=WHO)
    journal.lock(session)
    _check_letters(session, actor, changes)
    said = _of_own(name, name_en, changes, because)
    numbers = [
        int(row.code.removeprefix(OWN))
        for row in _rows(session, actor.site_id)
        if row.code.startswith(OWN)
    ]
    code = f"{OWN}{max(numbers, default=0) + 1}"
    _check(None, code, said)
    row = HallKind(site_id=actor.site_id, code=code)
    session.add(row)
    _write(session, actor, row, "add_kind", said, now)
    return code


def reset_kind(session: Session, actor: Actor, code: str, now: datetime) -> int:
    """Back to the shipped figures of a built-in kind; returns how many items have other dates."""
    actor.require(Permission.IMPORT, who=WHO)
    journal.lock(session)
    row = _row(session, actor.site_id, code)
    if row is None:
        raise FiguresAsShipped()
    if code.startswith(OWN):
        raise KindOwn()
    journal.write(session, actor, "equipment:reset_kind", "equipment_kind", row.id, now=now)
    session.delete(row)
    session.flush()
    return refresh_all(session, actor.site_id)


def offer_kind(
    session: Session, actor: Actor, code: str, *, is_offered: bool, now: datetime
) -> None:
    """Offer an own kind for new items, or no more; its items stay what they are."""
    actor.require(Permission.IMPORT, who=WHO)
    journal.lock(session)
    row = _row(session, actor.site_id, code)
    if row is None or not code.startswith(OWN):
        raise KindNotOwn()
    row.is_active = is_offered  # its figures stay those of the day on which they were set
    session.flush()
    step = "offer_kind" if is_offered else "withdraw_kind"
    journal.write(session, actor, f"equipment:{step}", "equipment_kind", row.id, now=now)


def _write(
    session: Session, actor: Actor, row: HallKind, step: str, said: Said, now: datetime
) -> int:
    """Store the row with its entry, and the dates that follow."""
    row.name, row.name_en, row.because = said.name, said.name_en, said.because
    kept = (row.changes or {}).get(letters.KEPT)
    row.changes = {**said.changes, **({letters.KEPT: kept} if kept else {})}
    row.changed_by, row.changed_at = actor.user_id, now
    session.flush()
    facts = {"code": row.code, **asdict(said)}
    journal.write(
        session, actor, f"equipment:{step}", "equipment_kind", row.id, now=now, facts=facts
    )
    return refresh_all(session, actor.site_id)


def _rows(session: Session, site_id: int) -> list[HallKind]:
    return list(session.scalars(select(HallKind).where(HallKind.site_id == site_id)))


def _row(session: Session, site_id: int, code: str) -> HallKind | None:
    query = select(HallKind).where(HallKind.site_id == site_id, HallKind.code == code)
    return session.scalar(query)


def _differing(law: Kind, changes: Changes) -> Changes:
    """What of the changes is other than shipped; raises `FiguresAsShipped` if nothing is."""
    found: dict[str, object] = {
        name: value
        for name, value in changes.items()
        if name != "services" and (name not in OF_A_HALL or getattr(law, name) != value)
    }
    services = changes.get("services")
    if isinstance(services, Mapping):
        services = {code: own for code, own in services.items() if own not in _rhythms(law, code)}
    if services:
        found["services"] = services
    if not found:
        raise FiguresAsShipped()
    return found


def _rhythms(law: Kind, code: str) -> list[object]:
    """The shipped figures of a service, without and with the least that it must measure."""
    rule = law.service(code)
    if rule is None:
        return []
    two = [rule.first_months, rule.then_months]
    return [two, [*two, rule.measure.least]] if rule.measure else [two]


def _check(law: Kind | None, code: str, said: Said) -> None:
    """Raise `FiguresImpossible` for what no kind can have."""
    try:
        with_changes(law, code, said.name, said.name_en, said.changes, said.because)
    except ValueError as error:
        raise FiguresImpossible() from error


def _check_letters(session: Session, actor: Actor, changes: Changes) -> None:
    """Raise `FireClassUnknown` for letters that the hall's rules do not know."""
    known = FIRE_CLASSES[profile_of(session, actor.site_id)]
    said = str(changes.get("fire_classes") or "")
    if not set(said) <= set(known):
        raise FireClassUnknown(letters=said[:8], known=", ".join(known))


def _of_built_in(law: Kind, changes: Changes, because: str) -> Said:
    """Figures for a shipped kind; its name is kept for the day on which it is no longer shipped."""
    differing = _differing(law, changes)
    because = clean(because, field=BECAUSE, limit=200, required=True)
    return Said(law.name, law.name_en, differing, because)


def _of_own(name: str, name_en: str, changes: Changes, because: str) -> Said:
    """All that is said of an own kind."""
    prefix = str(changes.get("prefix") or "")
    if prefix and not PREFIX.fullmatch(prefix):
        raise PrefixUnclear(prefix=prefix[:8])
    return Said(
        clean(name, field=N_("Name of the kind"), limit=64, required=True),
        clean(name_en, field=N_("English name"), limit=64),
        changes,
        clean(because, field=BECAUSE, limit=200),
    )
