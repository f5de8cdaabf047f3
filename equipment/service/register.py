"""The register: items come onto it, are edited, and are found again by id or code."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, Required, Unpack

from sqlalchemy import select
from sqlalchemy.orm import Session

from equipment.due import Precision
from equipment.errors import KindNotChangeable, ServicedSince
from equipment.models import Consumable, Item, ItemStep, Status, Step
from equipment.permissions import Permission
from equipment.service import facts as checks
from equipment.service import rules
from equipment.service.facts import Ground, Written
from equipment.service.loading import by_code, get
from equipment.service.numbering import free_code, next_codes
from equipment.service.steps import compare_version, record_all, require, take
from equipment.wording import change_text, with_reason
from hazards import service as hazards
from safety_app.core import clock, journal
from safety_app.core.access import Actor
from safety_app.core.i18n import N_
from safety_app.core.text import clean
from safety_app.workplace import service as workplace

__all__ = ["New", "add_item", "by_code", "draft", "edit_item", "get", "next_codes", "put"]

WHO_KEEPS: Final = N_("The window lead or the safety officer")
WHO_KEEPS_COMMON: Final = N_("The safety officer or the administrator")
SHOWN: Final = (
    "kind", "size", "fire_classes", "maker", "serial", "made_on", "made_precision", "last_services",
    "limits",
)  # fmt: skip
"""What an edit may change and the history names."""


class New(Written, total=False):
    """All that is said of a new item. `consumables` are the expiry dates printed on its parts.

    A phased-out kind needs `may_be_phased_out`: whoever registers it knows that it is to go.
    """

    kind: Required[str]
    made_on: Required[date | None]
    precision: Required[Precision]
    window_id: Required[int | None]
    location_id: Required[int | None]
    placing: str
    custodian_id: int | None
    consumables: Mapping[str, date]
    may_be_phased_out: bool


class Edited(Written, total=False):
    """What an edit may change; what is left out stays. The place is changed by moving."""

    kind: str
    made_on: date | None
    precision: Precision
    may_be_phased_out: bool


def add_item(
    session: Session,
    actor: Actor,
    *,
    code: str | None = None,
    photo_key: str | None = None,
    photo_upload_id: int | None = None,
    client_key: str | None = None,
    replaces: bool = False,
    now: datetime,
    **said: Unpack[New],
) -> Item:
    """Register one item; the same `client_key` gives the same item.

    One that `replaces` another was judged by what may be done with that one.

    `code` is one that the hall has given itself, else the next of its kind is taken. A picture is
    a key of the store, or one that the actor sent ahead.
    """
    journal.lock(session)
    known = _sent_before(session, actor.site_id, client_key)
    if known is not None:
        return known
    ground = checks.ground(session, actor.site_id)
    if not replaces:
        _require(actor, ground, said)
    item = _drafted(ground, actor, now, said)
    if not replaces:
        require_fit(session, item)
    if code and code.strip():
        item.code = free_code(session, actor.site_id, code)
    else:
        prefix = ground.kinds[item.kind].prefix
        [item.code] = next_codes(session, actor.site_id, prefix)
    item.client_key = client_key
    item.photo_key = _photo(session, actor, photo_upload_id) or photo_key
    put(session, actor, [item], [said.get("consumables", {})], now=now)
    return item


def require_fit(session: Session, item: Item) -> None:
    """Refuse a new item to the care of somebody who may not be on duty."""
    if item.custodian_id is not None:
        workplace.require_fit(session, item.site_id, item.custodian_id, item.registered_on)


def draft(ground: Ground, actor: Actor, *, now: datetime, **said: Unpack[New]) -> Item:
    """A new item with its facts checked, without a code yet; nothing is written.

    Asks the database nothing: whoever registers many reads the `ground` once.
    """
    _require(actor, ground, said)
    return _drafted(ground, actor, now, said)


def _require(actor: Actor, ground: Ground, said: New) -> None:
    """Raise `NotAllowed` for whoever may not register anything at a place."""
    window_id = said["window_id"]
    checks.check_place(ground, window_id, said["location_id"])
    who = WHO_KEEPS_COMMON if window_id is None else WHO_KEEPS
    actor.require(Permission.KEEP, window_id=window_id, who=who)


def _drafted(ground: Ground, actor: Actor, now: datetime, said: New) -> Item:
    """A new item with its facts checked."""
    checks.check_place(ground, said["window_id"], said["location_id"])
    kind = checks.kind_to_register(
        ground, said["kind"], may_be_phased_out=said.get("may_be_phased_out", False)
    )
    today = clock.local_day(now, actor.timezone)
    made = checks.made(kind, said["made_on"], said["precision"], today=today)
    checks.check_custodian(ground, said.get("custodian_id"))
    checks.check_consumables(kind, said.get("consumables", {}))
    facts = {"size": "", "maker": "", "serial": "", "limits": {}, "last_services": {}}
    facts["fire_classes"] = kind.fire_classes
    facts |= checks.written(kind, said, made.on, profile=ground.profile, today=today)
    return Item(
        site_id=actor.site_id,
        kind=kind.code,
        made_on=made.on,
        made_precision=made.precision,
        made_unknown_since=made.unknown_since,
        window_id=said["window_id"],
        location_id=said["location_id"],
        placing=clean(said.get("placing", ""), field=N_("Placing"), limit=100),
        custodian_id=said.get("custodian_id"),
        status=Status.IN_SERVICE,
        status_on=today,
        registered_on=today,
        registered_by=actor.user_id,
        registered_at=now,
        **facts,
    )


def put(
    session: Session,
    actor: Actor,
    items: Sequence[Item],
    consumables: Sequence[Mapping[str, date]] = (),
    *,
    notes: Sequence[str] = (),
    now: datetime,
) -> None:
    """Write drafted items with their codes onto the register, however many there are.

    `notes` are kept with the step that registers each.
    """
    session.add_all(items)
    session.flush()
    parts = [
        Consumable(
            site_id=item.site_id, item_id=item.id, code=code, expires_on=expires_on,
            put_in_on=item.registered_on,
        )
        for item, expiries in zip(items, consumables, strict=False)
        for code, expires_on in expiries.items()
    ]  # fmt: skip
    session.add_all(parts)
    session.flush()
    today = clock.local_day(now, actor.timezone)
    facts = [{"note": note} for note in notes]
    record_all(session, actor, items, Step.REGISTER, on_date=today, now=now, facts=facts)
    rules.refresh(session, items)


def edit_item(
    session: Session,
    actor: Actor,
    item_id: int,
    *,
    row_version: int | None,
    photo_upload_id: int | None = None,
    remove_photo: bool = False,
    reason: str = "",
    now: datetime,
    **said: Unpack[Edited],
) -> Item:
    """Correct what is written of an item; its history says what was there before, and why.

    Without a `reason` no item that must be scrapped is made younger.
    """
    journal.lock(session)
    item = get(session, actor, item_id)
    session.refresh(item)
    compare_version(session, item, row_version)
    require(actor, item, Step.EDIT)
    before = {name: getattr(item, name) for name in SHOWN}
    why = clean(reason, field=N_("Reason"), limit=200, lines=True)
    for name, value in _edited(session, actor, item, said, why, now).items():
        setattr(item, name, value)
    picture = _photo(session, actor, photo_upload_id)
    if picture or remove_photo:
        item.photo_key = picture
    after = {name: getattr(item, name) for name in SHOWN}
    kinds = rules.kinds_of(session, item.site_id)
    note = with_reason(change_text(kinds, before, after), why)
    today = clock.local_day(now, actor.timezone)
    take(session, actor, item, Step.EDIT, on_date=today, now=now, note=note)
    return item


def _edited(
    session: Session, actor: Actor, item: Item, said: Edited, reason: str, now: datetime
) -> dict[str, Any]:
    """The columns that an edit changes."""
    ground = checks.ground(session, item.site_id)
    kind = ground.kinds[item.kind]
    found: dict[str, Any] = {}
    if said.get("kind", item.kind) != item.kind:
        kind = checks.kind_to_register(
            ground, said["kind"], may_be_phased_out=said.get("may_be_phased_out", False)
        )
        if kind.prefix != ground.kinds[item.kind].prefix:
            raise KindNotChangeable(code=item.code, kind=kind.display_name)
        found["kind"] = kind.code
        if "fire_classes" not in said:
            found["fire_classes"] = kind.fire_classes
    today = clock.local_day(now, actor.timezone)
    made = checks.corrected(
        kind,
        item,
        said.get("made_on", item.made_on),
        said.get("precision", item.made_precision),
        worked_on=_worked_on(session, item, said),
        reason=reason,
        today=today,
    )
    found |= {
        "made_on": made.on,
        "made_precision": made.precision,
        "made_unknown_since": made.unknown_since,
    }
    found |= checks.written(kind, said, made.on, profile=ground.profile, today=today)
    changed = found.get("last_services", item.last_services) != item.last_services
    if changed and is_serviced(session, item.id):
        raise ServicedSince(code=item.code)
    return found


def _worked_on(session: Session, item: Item, said: Edited) -> list[date]:
    """The days of work on an item; services that the edit says anew are held against it apart."""
    found = list(checks.first_work(session, item.site_id, item.id).values())
    is_anew = "last_services" in said or said.get("last_service_on")
    if is_anew and not is_serviced(session, item.id):
        return found
    return [*found, *checks.known_days(item.last_services, item.services_before)]


def is_serviced(session: Session, item_id: int) -> bool:
    """Whether its history has a service, so that the last one is known from there."""
    query = select(ItemStep.id).where(ItemStep.item_id == item_id, ItemStep.step == Step.SERVICE)
    return session.scalar(query.limit(1)) is not None


def _sent_before(session: Session, site_id: int, client_key: str | None) -> Item | None:
    if client_key is None:
        return None
    return session.scalar(
        select(Item).where(Item.site_id == site_id, Item.client_key == client_key)
    )


def _photo(session: Session, actor: Actor, upload_id: int | None) -> str | None:
    """The key of a picture that the actor sent ahead."""
    if upload_id is None:
        return None
    [photo] = hazards.take_uploads(session, actor, [upload_id])
    return photo.key
