"""One item takes the place of another: a new unit or a spare, of at least equal protection."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from equipment import protection
from equipment.due import Cause, Facts, Precision, dues, is_due, next_of
from equipment.errors import (
    DayBeforeMade,
    LessProtection,
    MadeDateNeeded,
    NoSpare,
    OverAge,
    SameGroup,
    UnknownKind,
)
from equipment.kinds import Kind
from equipment.models import Item, Step
from equipment.service import register, rules
from equipment.service.away import check_takes_place, protects, relieve
from equipment.service.checks import begin, check_day, check_end, check_place, fen, proof, today_of
from equipment.service.covering import area_of, check_may_leave
from equipment.service.facts import made as check_made
from equipment.service.loading import get
from equipment.service.moving import check_not_lent, place_of, put
from equipment.service.steps import record, require, take
from safety_app.core.access import Actor
from safety_app.core.i18n import N_, day_text
from safety_app.core.text import clean


@dataclass(frozen=True, slots=True)
class NewUnit:
    """What is written on a unit that is registered in place of another."""

    kind: str
    made_on: date | None
    precision: Precision
    size: str = ""
    fire_classes: str | None = None
    maker: str = ""
    serial: str = ""


@dataclass(frozen=True, slots=True)
class Scrapped:
    """The old one leaves the register, with proof."""

    reason: str
    file_ids: Sequence[int] = ()
    certificate: str = ""
    firm: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """The old one is kept as a spare at a place of its own."""

    window_id: int | None
    location_id: int | None
    placing: str = ""


def replace(
    session: Session,
    actor: Actor,
    item_id: int,
    *,
    by: NewUnit | int,
    old: Scrapped | Kept,
    on_date: date,
    cost_yuan: Decimal | None = None,
    row_version: int | None = None,
    now: datetime,
) -> Item:
    """Put a new unit, or the spare of this id, in an item's place; returns what is there now.

    It takes over place, custodian, order of the round and the photo of the place.
    """
    item = begin(session, actor, item_id, Step.REPLACE, row_version)
    check_day(item, on_date, today_of(actor, now))
    check_not_lent(session, item)
    if isinstance(by, NewUnit):
        new = _register(session, actor, item, by, on_date, now)
    else:
        new = _bring(session, actor, item, by, on_date, now)
    relieve(session, actor, item, on_date, now=now)
    new.walk_order, new.custodian_id = item.walk_order, item.custodian_id
    new.photo_key = item.photo_key or new.photo_key
    item.successor_id = new.id
    take(
        session,
        actor,
        item,
        Step.REPLACE,
        on_date=on_date,
        now=now,
        other_item_id=new.id,
        cost_fen=fen(cost_yuan),
    )
    _put_away(session, actor, item, old, on_date, now)
    rules.refresh(session, [new])
    return new


def _register(
    session: Session, actor: Actor, item: Item, unit: NewUnit, on_date: date, now: datetime
) -> Item:
    """Register a new unit where the old one is, if it protects as well."""
    kinds = rules.kinds_of(session, item.site_id)
    kind = kinds.get(unit.kind)
    if kind is None:
        raise UnknownKind()
    known = unit.made_on is not None and unit.precision in (Precision.DAY, Precision.MONTH)
    if kind.needs_made_date and not known:
        raise MadeDateNeeded()
    classes = kind.fire_classes if unit.fire_classes is None else unit.fire_classes
    offered = protection.of(kind, classes, unit.size)
    why = protection.lacking(protects(kinds, item), offered)
    if why:
        raise LessProtection(code=kind.display_name, why=why)
    _check_age(kind, unit, on_date, today_of(actor, now))
    return register.add_item(
        session,
        actor,
        kind=unit.kind,
        made_on=unit.made_on,
        precision=unit.precision,
        window_id=item.window_id,
        location_id=item.location_id,
        placing=item.placing,
        size=unit.size,
        fire_classes=classes,
        maker=unit.maker,
        serial=unit.serial,
        custodian_id=item.custodian_id,
        replaces=True,
        now=now,
    )


def _check_age(kind: Kind, unit: NewUnit, on_date: date, today: date) -> None:
    """Raise if a new unit was made after the day on which it is put in place, or must go itself."""
    made = check_made(kind, unit.made_on, unit.precision, today=today)
    if made.on is not None and made.on > on_date:
        raise DayBeforeMade(code=kind.display_name, made=_long(made.on), day=_long(on_date))
    scrap = next_of(dues(kind, Facts(today, made.on, made.precision)), Cause.SCRAP)
    if scrap is not None and is_due(scrap.on, today):
        raise OverAge(code=kind.display_name, day=_long(scrap.on))


def _long(day: date) -> str:
    return day_text(day, weekday=False, year=True)


def _bring(
    session: Session, actor: Actor, item: Item, spare_id: int, on_date: date, now: datetime
) -> Item:
    """Bring a spare to the old one's place; what stood in for it stays there for good."""
    new = get(session, actor, spare_id)
    session.refresh(new)
    require(actor, new, Step.MOVE)
    check_takes_place(session, new, item, today=today_of(actor, now))
    check_day(new, on_date, today_of(actor, now))
    area = area_of(session, item)
    if new.stands_in_for_id is None and area is not None and area_of(session, new) == area:
        raise SameGroup(code=new.code)
    check_may_leave(session, new, area)
    new.stands_in_for_id = None
    old_custodian = new.custodian_id
    facts = put(new, place_of(item))
    if old_custodian != item.custodian_id:
        facts |= {"old_custodian_id": old_custodian, "custodian_id": item.custodian_id}
    record(session, actor, new, Step.MOVE, on_date=on_date, now=now, other_item_id=item.id, **facts)
    return new


def _put_away(
    session: Session, actor: Actor, item: Item, fate: Scrapped | Kept, on_date: date, now: datetime
) -> None:
    """What becomes of the old one: scrapped with proof, or kept as a spare elsewhere."""
    if isinstance(fate, Kept):
        if item.condemned_on or (item.scrap_on and item.scrap_on <= today_of(actor, now)):
            raise NoSpare(code=item.code)
        check_place(session, actor, fate.window_id, fate.location_id)
        placing = clean(fate.placing, field=N_("Placing"), limit=100)
        facts = put(item, (fate.window_id, fate.location_id, placing))
        item.walk_order = 0
        record(session, actor, item, Step.MOVE, on_date=on_date, now=now, **facts)
        rules.refresh(session, [item])
        return
    check_end(session, item, on_date)
    number = clean(fate.certificate, field=N_("Number of the certificate"), limit=64)
    take(
        session,
        actor,
        item,
        Step.SCRAP,
        on_date=on_date,
        now=now,
        files=proof(session, actor, fate.file_ids, number),
        note=clean(fate.reason, field=N_("Reason"), limit=500, required=True, lines=True),
        certificate=number,
        firm=clean(fate.firm, field=N_("Firm"), limit=100),
    )
