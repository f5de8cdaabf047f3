"""Items away for service, and what stands in for them meanwhile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from equipment import due, protection
from equipment.errors import (
    LessProtection,
    NoneMayBeAway,
    NotLent,
    NotSpare,
    OverAge,
    SameGroup,
    StandsInAlready,
    TooManyAway,
)
from equipment.kinds import Family, Kind
from equipment.models import ON_REGISTER, Item, ItemStep, Status, Step
from equipment.service import rules
from equipment.service.checks import (
    begin,
    check_day,
    check_serviceable,
    today_of,
)
from equipment.service.loading import get
from equipment.service.moving import Place, check_not_lent, place_of, put
from equipment.service.steps import record, require, take
from safety_app.core.access import Actor
from safety_app.core.i18n import N_, day_text
from safety_app.core.text import clean
from safety_app.workplace import service as workplace

LIMITED: Final = frozenset({Family.EXTINGUISHER})
"""Of these at most a quarter of an area's may be away at a time (GB 50444)."""


@dataclass(frozen=True, slots=True)
class Group:
    """Items of one family that cover the same area: how many, and how many are uncovered."""

    total: int
    away: int

    @property
    def most(self) -> int:
        """How many may be away at a time."""
        return sum(1 for n in range(1, self.total + 1) if due.may_be_away(self.total, 0, n))


def send_away(
    session: Session,
    actor: Actor,
    item_id: int,
    *,
    firm: str,
    on_date: date,
    stand_in_id: int | None = None,
    note: str = "",
    row_version: int | None = None,
    now: datetime,
) -> Item:
    """Note that an item went to a firm; what stands in for it is lent in the same step."""
    item = begin(session, actor, item_id, Step.SEND_AWAY, row_version)
    check_day(item, on_date, today_of(actor, now))
    check_serviceable(item, on_date)
    check_not_lent(session, item)
    words = clean(note, field=N_("Note"), limit=500, lines=True)
    where = clean(firm, field=N_("Service firm"), limit=100, required=True)
    if stand_in_id is not None:
        lend(session, actor, stand_in_id, for_id=item.id, on_date=on_date, now=now)
    elif substitute_of(session, item) is None:
        _check_quarter(session, item)
    facts: dict[str, Any] = {"firm": where, "note": words, "other_item_id": stand_in_id}
    take(session, actor, item, Step.SEND_AWAY, on_date=on_date, now=now, **facts)
    return item


def lend(
    session: Session,
    actor: Actor,
    item_id: int,
    *,
    for_id: int,
    on_date: date,
    row_version: int | None = None,
    now: datetime,
) -> Item:
    """Let an item of at least equal protection stand in the place of another."""
    lent = begin(session, actor, item_id, Step.LEND, row_version)
    other = get(session, actor, for_id)
    require(actor, other, Step.MOVE)
    check_day(lent, on_date, today_of(actor, now))
    there = substitute_of(session, other)
    if there is not None:
        raise StandsInAlready(code=other.code, other=there.code)
    check_takes_place(session, lent, other, today=today_of(actor, now))
    area = area_of(session, other)
    if area is not None and area_of(session, lent) == area:
        raise SameGroup(code=lent.code)
    lent.stands_in_for_id = other.id
    facts = put(lent, place_of(other))
    lent.walk_order = other.walk_order
    take(session, actor, lent, Step.LEND, on_date=on_date, now=now, other_item_id=other.id, **facts)
    return lent


def give_back(
    session: Session,
    actor: Actor,
    item_id: int,
    *,
    on_date: date | None = None,
    row_version: int | None = None,
    now: datetime,
) -> Item:
    """Bring a substitute back to where it was lent from."""
    lent = begin(session, actor, item_id, Step.RETURN, row_version)
    if lent.stands_in_for_id is None:
        raise NotLent(code=lent.code)
    day = on_date or today_of(actor, now)
    check_day(lent, day, today_of(actor, now))
    take_back(session, actor, lent, day, now=now)
    return lent


def take_back(
    session: Session, actor: Actor | None, lent: Item, on_date: date, *, now: datetime
) -> None:
    """Write that a substitute is back at its own place; the caller has judged it."""
    other_id, lent.stands_in_for_id = lent.stands_in_for_id, None
    facts = put(lent, _home(session, lent))
    lent.walk_order = 0
    record(
        session, actor, lent, Step.RETURN, on_date=on_date, now=now, other_item_id=other_id, **facts
    )
    rules.refresh(session, [lent])


def relieve(
    session: Session, actor: Actor | None, item: Item, on_date: date, *, now: datetime
) -> None:
    """What stood in for an item goes back, now that the item or another one is in place."""
    lent = substitute_of(session, item)
    if lent is not None:
        take_back(session, actor, lent, on_date, now=now)


def check_takes_place(session: Session, new: Item, old: Item, *, today: date) -> None:
    """Raise what forbids an item to stand in another one's place."""
    is_free = new.status == Status.IN_SERVICE and new.stands_in_for_id in (None, old.id)
    if new.id == old.id or not is_free or substitute_of(session, new) is not None:
        raise NotSpare(code=new.code)
    if new.scrap_on is not None and new.scrap_on <= today:
        raise OverAge(code=new.code, day=day_text(new.scrap_on, weekday=False, year=True))
    kinds = rules.kinds_of(session, old.site_id)
    why = protection.lacking(protects(kinds, old), protects(kinds, new))
    if why:
        raise LessProtection(code=new.code, why=why)


def protects(kinds: Mapping[str, Kind], item: Item) -> protection.Protects:
    """What an item does for protection."""
    kind = kinds[item.kind]
    return protection.Protects(
        kind=item.kind,
        family=kind.family,
        fire_classes=item.fire_classes,
        size=item.size,
        is_phased_out=kind.is_phased_out,
    )


def substitute_of(session: Session, item: Item) -> Item | None:
    """What stands in for an item now."""
    return session.scalar(select(Item).where(Item.stands_in_for_id == item.id))


def area_of(session: Session, item: Item) -> int | None:
    """The location an item covers: its own, or its window's."""
    if item.location_id is not None:
        return item.location_id
    windows = workplace.list_windows(session, item.site_id, active=False)
    return next((one.location_id for one in windows if one.id == item.window_id), None)


def group_of(session: Session, item: Item) -> Group:
    """How many of its family cover the same area; a substitute fills the gap of one away."""
    kinds = rules.kinds_of(session, item.site_id)
    family = kinds[item.kind].family
    area = area_of(session, item)
    windows = workplace.list_windows(session, item.site_id, active=False)
    here = [one.id for one in windows if one.location_id == area]
    at_window = and_(Item.location_id.is_(None), Item.window_id.in_(here))
    other = aliased(Item)
    covered = select(other.id).where(other.stands_in_for_id == Item.id).exists()
    away = case((and_(Item.status == Status.AWAY, ~covered), 1), else_=0)
    total, gone = session.execute(
        select(func.count(), func.coalesce(func.sum(away), 0)).where(
            Item.site_id == item.site_id,
            Item.status.in_(ON_REGISTER),
            Item.kind.in_([code for code, kind in kinds.items() if kind.family is family]),
            Item.stands_in_for_id.is_(None),
            or_(Item.location_id == area, at_window) if area else _without_area(here),
        )
    ).one()
    return Group(total, gone)


def _without_area(windows: Sequence[int]) -> ColumnElement[bool]:
    nowhere = or_(Item.window_id.is_(None), Item.window_id.in_(windows))
    return and_(Item.location_id.is_(None), nowhere)


def _check_quarter(session: Session, item: Item) -> None:
    """Raise if one more would leave an area with less than three quarters of its extinguishers."""
    if rules.kinds_of(session, item.site_id)[item.kind].family not in LIMITED:
        return
    group = group_of(session, item)
    if due.may_be_away(group.total, group.away):
        return
    if group.most == 0:
        raise NoneMayBeAway(total=group.total)
    raise TooManyAway(total=group.total, most=group.most, away=group.away)


def _home(session: Session, lent: Item) -> Place:
    """Where a substitute was lent from; a window that has ended since is its successor."""
    query = select(ItemStep).where(ItemStep.item_id == lent.id, ItemStep.step == Step.LEND)
    step = session.scalars(query.order_by(ItemStep.id.desc()).limit(1)).one()
    windows = {one.id: one for one in workplace.list_windows(session, lent.site_id, active=False)}
    window = windows.get(step.old_window_id or 0)
    while window is not None and not window.is_active and window.successor_id:
        window = windows[window.successor_id]
    return window.id if window else None, step.old_location_id, step.old_placing
