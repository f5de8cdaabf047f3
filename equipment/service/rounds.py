"""Rounds: what is to be inspected on a floor by the end of the month, in walking order.

An item is missing if its inspection falls due by the last day of the month and it was not inspected
in this month; where it is inspected twice a month, again from a week before the second time. What
falls due later, as a door of every quarter, is in the round only if it was inspected this month.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, Table, and_, bindparam, case, false, func, or_, select, update
from sqlalchemy.orm import Session

from equipment.kinds import Family, Kind
from equipment.models import ON_REGISTER, Item, ItemStep, Status, Step
from equipment.permissions import Permission
from equipment.service.places import places
from equipment.service.rules import kinds_of
from safety_app.core import journal
from safety_app.core.access import Actor
from safety_app.core.i18n import N_

NEAR: Final = timedelta(days=7)
WHO_ORDERS: Final = N_("The safety officer")
_ITEMS: Final = cast(Table, Item.__table__)
_ORDER: Final = (
    update(_ITEMS).where(_ITEMS.c.id == bindparam("item")).values(walk_order=bindparam("at"))
)
WALKING: Final = (Item.walk_order, Item.code, Item.id)


@dataclass(frozen=True, slots=True)
class Floor:
    """How far this month's round of one floor and family has come."""

    floor: str
    family: Family
    total: int
    done: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Stop:
    """One item of a round; what is away or waits to be replaced need not be visited."""

    id: int
    code: str
    name: str
    place: str
    is_missing: bool
    is_overdue: bool
    is_away: bool
    inspected_on: date | None
    inspect_by: date | None

    def is_done(self, today: date) -> bool:
        """Whether it was inspected in this month's round."""
        seen = self.inspected_on is not None and self.inspected_on >= _since(today)
        return seen and not self.is_missing


def floors(session: Session, actor: Actor, today: date) -> list[Floor]:
    """Every floor and family with something that this person inspects, the least done first."""
    kinds = _inspected_kinds(session, actor.site_id)
    missing = case((_is_missing(today), 1), else_=0)
    seen = and_(Item.last_inspected_on >= _since(today), ~_is_missing(today))
    done = case((seen, 1), else_=0)
    overdue = case((Item.inspect_by < today, 1), else_=0)
    named = places(session, actor.site_id)
    at = (Item.window_id, Item.location_id, Item.kind)
    rows = session.execute(
        _of(
            select(*at, func.sum(missing), func.sum(done), func.sum(overdue)), actor, kinds
        ).group_by(*at)
    )
    found: dict[tuple[str, Family], tuple[int, int, int]] = {}
    for window_id, location_id, kind, waiting, so_far, late in rows:
        key = (named.floor(window_id, location_id), kinds[kind].family)
        a, b, c = found.get(key, (0, 0, 0))
        found[key] = (a + waiting + so_far, b + so_far, c + late)
    order = list(Family)
    listed = [Floor(floor, family, *counts) for (floor, family), counts in found.items()]
    return sorted(listed, key=lambda one: (one.floor, order.index(one.family)))


def round_of(session: Session, actor: Actor, floor: str, family: Family, today: date) -> list[Stop]:
    """The stops of a floor in walking order."""
    kinds = _inspected_kinds(session, actor.site_id)
    chosen = {code: kind for code, kind in kinds.items() if kind.family is family}
    named = places(session, actor.site_id)
    query = _of(select(Item, _is_missing(today)), actor, chosen).where(named.on(floor))
    return [
        _stop(item, kinds[item.kind], named.text(*_at(item)), today, is_missing=bool(missing))
        for item, missing in session.execute(query.order_by(*WALKING))
    ]


def find_floor(session: Session, actor: Actor, code: str) -> tuple[str, Family] | None:
    """In which round an item is."""
    item = session.scalar(select(Item).where(Item.site_id == actor.site_id, Item.code == code))
    kind = kinds_of(session, actor.site_id).get(item.kind) if item else None
    if item is None or kind is None:
        return None
    named = places(session, actor.site_id)
    return named.floor(item.window_id, item.location_id), kind.family


def next_after(session: Session, actor: Actor, item: Item, today: date) -> Item | None:
    """What comes next on the same floor of the same family and is missing there."""
    kinds = _inspected_kinds(session, item.site_id)
    family = kinds[item.kind].family if item.kind in kinds else None
    chosen = {code: kind for code, kind in kinds.items() if kind.family is family}
    named = places(session, item.site_id)
    waiting = _of(select(Item), actor, chosen).where(
        named.on(named.floor(item.window_id, item.location_id)),
        Item.id != item.id,
        _is_missing(today),
    )
    later = or_(
        Item.walk_order > item.walk_order,
        and_(Item.walk_order == item.walk_order, Item.code > item.code),
    )
    found: Item | None = session.scalar(waiting.where(later).order_by(*WALKING).limit(1))
    first: Item | None = session.scalar(waiting.order_by(*WALKING).limit(1))
    return found or first


def keep_walked_order(
    session: Session, actor: Actor, floor: str, family: Family, *, today: date, now: datetime
) -> int:
    """Make the order in which this month's items were inspected the walking order."""
    actor.require(Permission.KEEP, who=WHO_ORDERS)
    journal.lock(session)
    stops = round_of(session, actor, floor, family, today)
    last = dict(
        session.execute(
            select(ItemStep.item_id, func.max(ItemStep.at))
            .where(
                ItemStep.item_id.in_([stop.id for stop in stops]),
                ItemStep.step == Step.INSPECT,
                ItemStep.on_date >= _since(today),
            )
            .group_by(ItemStep.item_id)
        ).all()
    )
    walked = sorted((at, item_id) for item_id, at in last.items())
    ordered = [item_id for _at_, item_id in walked]
    ordered += [stop.id for stop in stops if stop.id not in last]
    _write_order(session, actor, ordered, now)
    return len(walked)


def move_stop(
    session: Session,
    actor: Actor,
    floor: str,
    family: Family,
    item_id: int,
    *,
    before_id: int | None,
    today: date,
    now: datetime,
) -> int:
    """Put one item before another in the walking order, or at the end; returns its place."""
    actor.require(Permission.KEEP, who=WHO_ORDERS)
    journal.lock(session)
    ids = [stop.id for stop in round_of(session, actor, floor, family, today)]
    ids = [one for one in ids if one != item_id]
    at = ids.index(before_id) if before_id in ids else len(ids)
    _write_order(session, actor, [*ids[:at], item_id, *ids[at:]], now)
    return at + 1


def _write_order(session: Session, actor: Actor, ids: Sequence[int], now: datetime) -> None:
    if not ids:
        return
    places_in_line = [{"item": item_id, "at": at} for at, item_id in enumerate(ids, 1)]
    session.connection().execute(_ORDER, places_in_line)
    for item in list(session.identity_map.values()):
        if isinstance(item, Item):
            session.expire(item, ["walk_order"])
    facts = {"order": list(ids)}
    journal.write(session, actor, "equipment:order", "equipment", ids[0], now=now, facts=facts)


def _since(today: date) -> date:
    """From which day an inspection counts for this round: the first of the month."""
    return today.replace(day=1)


def _is_missing(today: date) -> ColumnElement[bool]:
    first_of_next = (today.replace(day=28) + timedelta(days=4)).replace(day=1)
    return and_(
        Item.status != Status.AWAY,
        Item.condemned_on.is_(None),
        Item.inspect_by < first_of_next,
        or_(
            Item.last_inspected_on.is_(None),
            Item.last_inspected_on < _since(today),
            Item.inspect_by <= today + NEAR,
        ),
    )


def _inspected_kinds(session: Session, site_id: int) -> dict[str, Kind]:
    return {
        code: kind
        for code, kind in kinds_of(session, site_id).items()
        if kind.inspect_months is not None and not kind.is_stocked
    }


def _of(query: Any, actor: Actor, kinds: dict[str, Kind]) -> Any:
    """What is registered of these kinds and this person's to inspect."""
    return query.where(
        Item.site_id == actor.site_id,
        Item.status.in_(ON_REGISTER),
        Item.kind.in_(kinds),
        _mine(actor),
    )


def _mine(actor: Actor) -> ColumnElement[bool]:
    """Common areas are the officer's round, though a lead who scans there may inspect too."""
    reach = actor.reach(Permission.INSPECT)
    if reach.site:
        return Item.site_id == actor.site_id
    here: list[ColumnElement[bool]] = [Item.custodian_id == actor.user_id]
    if reach.windows:
        here.append(Item.window_id.in_(reach.windows))
    return or_(false(), *here)


def _at(item: Item) -> tuple[int | None, int | None, str]:
    return item.window_id, item.location_id, item.placing


def _stop(item: Item, kind: Kind, place: str, today: date, *, is_missing: bool) -> Stop:
    return Stop(
        id=item.id,
        code=item.code,
        name=f"{kind.display_name} {item.size}".strip(),
        place=place,
        is_missing=is_missing,
        is_overdue=item.inspect_by is not None and item.inspect_by < today,
        is_away=item.status == Status.AWAY or item.condemned_on is not None,
        inspected_on=item.last_inspected_on,
        inspect_by=item.inspect_by,
    )
