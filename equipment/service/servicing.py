"""What is done to keep an item working: serviced, repaired, given a new part."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from equipment.date_errors import DayBeforeRegistered, ExpiryKnown
from equipment.errors import (
    ConsumableExpired,
    ExpiryMissing,
    ReadingImpossible,
    ReadingMissing,
    ReadingTooLow,
    ServicesMissing,
    UnknownConsumable,
)
from equipment.kinds import Family, Kind, Measure
from equipment.models import Consumable, Item, Status, Step
from equipment.service import rules
from equipment.service.away import relieve
from equipment.service.checks import (
    begin,
    check_day,
    check_serviceable,
    claim,
    fen,
    proof,
    today_of,
)
from equipment.service.life import set_unfit
from equipment.service.steps import record, take
from safety_app.core.access import Actor
from safety_app.core.files import File
from safety_app.core.i18n import N_, _, day_text
from safety_app.core.text import clean

BY_FIRMS: Final = frozenset({Family.EXTINGUISHER})
"""Serviced by the maker or a qualified firm only, which gives a certificate (GB 50444, XF 95)."""

MOST_READING: Final = 10_000


def record_service(
    session: Session,
    actor: Actor,
    item_id: int,
    *,
    services: Sequence[str],
    on_date: date,
    firm: str = "",
    certificate: str = "",
    cost_yuan: Decimal | None = None,
    file_ids: Sequence[int] = (),
    note: str = "",
    passed: bool = True,
    reading: float | None = None,
    row_version: int | None = None,
    now: datetime,
) -> Item:
    """Note a service: the next one counts from its day, and the item is in its place again.

    What a firm did not pass is unfit for use from that day on and must be replaced; anything else
    is out of service until it is mended and passes. `reading` is what
    it measured, in the unit of the service; below the least asked for it cannot have passed.
    """
    item = begin(session, actor, item_id, Step.SERVICE, row_version)
    check_day(item, on_date, today_of(actor, now))
    _check_registered(item, on_date)
    check_serviceable(item, on_date)
    kind = rules.kinds_of(session, item.site_id)[item.kind]
    covered = _covered(kind, services)
    measured = _measured(item, kind.measure_of(covered), reading, passed=passed)
    is_by_firm = kind.family in BY_FIRMS
    number = clean(certificate, field=N_("Number of the certificate"), limit=64)
    words = clean(note, field=N_("Note"), limit=500, required=not passed, lines=True)
    if passed:
        item.last_services = _with(item.last_services, covered, on_date)
    is_back = _write(
        session,
        actor,
        item,
        Step.SERVICE,
        on_date=on_date,
        now=now,
        files=proof(session, actor, file_ids, number)
        if is_by_firm
        else claim(session, actor, file_ids),
        services=",".join(covered),
        firm=clean(firm, field=N_("Service firm"), limit=100, required=is_by_firm),
        certificate=number,
        cost_fen=fen(cost_yuan),
        note=words,
        passed=passed,
        reading=measured,
    )
    if not passed and is_by_firm:
        set_unfit(session, actor, item, words, on_date, now=now)
    elif not passed:
        item.status, item.status_on = Status.DEFECTIVE, on_date
        session.flush()
    elif is_back:
        relieve(session, actor, item, on_date, now=now)
    return item


def repair(
    session: Session,
    actor: Actor,
    item_id: int,
    *,
    note: str,
    on_date: date,
    firm: str = "",
    cost_yuan: Decimal | None = None,
    file_ids: Sequence[int] = (),
    row_version: int | None = None,
    now: datetime,
) -> Item:
    """Note that a defect was mended without a service; the dates stay as they are."""
    item = begin(session, actor, item_id, Step.REPAIR, row_version)
    check_day(item, on_date, today_of(actor, now))
    _check_registered(item, on_date)
    check_serviceable(item, on_date)
    is_back = _write(
        session,
        actor,
        item,
        Step.REPAIR,
        on_date=on_date,
        now=now,
        files=claim(session, actor, file_ids),
        note=clean(note, field=N_("What was mended"), limit=500, required=True, lines=True),
        firm=clean(firm, field=N_("Service firm"), limit=100),
        cost_fen=fen(cost_yuan),
    )
    if is_back:
        relieve(session, actor, item, on_date, now=now)
    return item


def change_consumable(
    session: Session,
    actor: Actor,
    item_id: int,
    *,
    code: str,
    expires_on: date | None,
    lot: str = "",
    on_date: date,
    cost_yuan: Decimal | None = None,
    file_ids: Sequence[int] = (),
    row_version: int | None = None,
    now: datetime,
) -> Item:
    """Put in a new part with the expiry printed on it; the old one of its sort comes out.

    What is entered late is kept in its place in time: a part that was put in since stays.
    """
    item = begin(session, actor, item_id, Step.CHANGE_CONSUMABLE, row_version)
    check_day(item, on_date, today_of(actor, now))
    if rules.kinds_of(session, item.site_id)[item.kind].consumable(code) is None:
        raise UnknownConsumable()
    if expires_on is None:
        raise ExpiryMissing()
    if expires_on <= on_date:
        raise ConsumableExpired(day=day_text(expires_on, weekday=False, year=True))
    batch = clean(lot, field=N_("Lot"), limit=64)
    part = Consumable(
        site_id=item.site_id, item_id=item.id, code=code, lot=batch,
        expires_on=expires_on, put_in_on=on_date,
    )  # fmt: skip
    _put_in(session, part)
    take(
        session,
        actor,
        item,
        Step.CHANGE_CONSUMABLE,
        on_date=on_date,
        now=now,
        files=claim(session, actor, file_ids),
        services=code,
        certificate=batch,
        cost_fen=fen(cost_yuan),
    )
    return item


def _put_in(session: Session, part: Consumable) -> None:
    """Keep a part from its day until the next one of its sort; the one before ends that day."""
    query = select(Consumable).where(
        Consumable.item_id == part.item_id, Consumable.code == part.code
    )
    others = session.scalars(query).all()
    later = [one.put_in_on for one in others if one.put_in_on > part.put_in_on]
    part.removed_on = min(later, default=None)
    for one in others:
        is_before = one.put_in_on <= part.put_in_on
        if is_before and (one.removed_on is None or one.removed_on > part.put_in_on):
            one.removed_on = part.put_in_on
    session.add(part)
    session.flush()


def record_expiry(
    session: Session,
    actor: Actor,
    item_id: int,
    *,
    code: str,
    expires_on: date | None,
    lot: str = "",
    row_version: int | None = None,
    now: datetime,
) -> Item:
    """Write down the printed date of a part that has been in an item since it was registered."""
    item = begin(session, actor, item_id, Step.EDIT, row_version)
    part = rules.kinds_of(session, item.site_id)[item.kind].consumable(code)
    if part is None:
        raise UnknownConsumable()
    if expires_on is None:
        raise ExpiryMissing()
    known = session.scalar(
        select(Consumable.expires_on).where(
            Consumable.item_id == item.id, Consumable.code == code, Consumable.removed_on.is_(None)
        )
    )
    if known is not None:
        raise ExpiryKnown(part=part.display_name, day=day_text(known, weekday=False, year=True))
    session.add(
        Consumable(
            site_id=item.site_id, item_id=item.id, code=code, expires_on=expires_on,
            lot=clean(lot, field=N_("Lot"), limit=64), put_in_on=item.registered_on,
        )
    )  # fmt: skip
    session.flush()
    field = _("Expiry of {part}", part=part.display_name)
    shown = day_text(expires_on, weekday=False, year=True)
    note = _("{field}: {old} → {new}", field=field, old="–", new=shown)
    take(session, actor, item, Step.EDIT, on_date=today_of(actor, now), now=now, note=note)
    return item


def _check_registered(item: Item, on_date: date) -> None:
    """Raise `DayBeforeRegistered` for what was done before the register knew of an item."""
    if on_date < item.registered_on:
        day = day_text(item.registered_on, weekday=False, year=True)
        raise DayBeforeRegistered(code=item.code, day=day)


def _write(
    session: Session,
    actor: Actor,
    item: Item,
    step: Step,
    *,
    on_date: date,
    now: datetime,
    files: Sequence[File],
    **facts: Any,
) -> bool:
    """Write the step; whether the item is in its place with it.

    What was done before it went away or failed is entered late and brings nothing back.
    """
    if item.status != Status.IN_SERVICE and on_date < item.status_on:
        record(session, actor, item, step, on_date=on_date, now=now, files=files, **facts)
        rules.refresh(session, [item])
        return False
    take(session, actor, item, step, on_date=on_date, now=now, files=files, **facts)
    return True


def _with(known: Mapping[str, str], covered: Sequence[str], on_date: date) -> dict[str, str]:
    """The day of the last service by its code; one that is entered late counts as what it is."""
    day = str(on_date)
    return {**known, **{code: max(day, known.get(code, day)) for code in covered}}


def _covered(kind: Kind, services: Sequence[str]) -> list[str]:
    """The services named, each once, in the order of the kind; at least one, all known."""
    found = [rule.code for rule in kind.services if rule.code in services]
    if not found or len(found) != len(set(services)):
        raise ServicesMissing()
    return found


def _measured(
    item: Item, measure: Measure | None, reading: float | None, *, passed: bool
) -> float | None:
    """What was measured, if it can be and bears out the result; nothing where nothing is."""
    if measure is None or (reading is None and not passed):
        return None
    what, least = measure.display_name, measure.text(measure.least)
    if reading is None:
        raise ReadingMissing(what=what, least=least)
    if not 0 <= reading <= MOST_READING:
        raise ReadingImpossible(what=what, most=measure.text(MOST_READING))
    if passed and reading < measure.least:
        raise ReadingTooLow(what=what, found=measure.text(reading), least=least, code=item.code)
    return reading
