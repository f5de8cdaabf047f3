"""How an area is covered by extinguishers, and that three quarters of them are always in place.

GB 50444 lets at most a quarter of an area's extinguishers be away for service at a time. What hangs
there out of service protects no more than what is away, so both are missing, unless a substitute
that is in service stands in. Nothing that a hall does on purpose may make more than a quarter
missing: sending one away, fetching its substitute back, taking another one out of the area. That an
item is found unfit, scrapped or lost is a fact and never refused; and how many extinguishers an
area has is the hall's to say, as long as those that are missing stay within a quarter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from equipment import due
from equipment.errors import NoneMayBeAway, TooFewLeft, TooManyAway
from equipment.kinds import Family
from equipment.models import ON_REGISTER, Item, Status
from equipment.service import rules
from safety_app.workplace import service as workplace

LIMITED: Final = frozenset({Family.EXTINGUISHER})
"""Of these at most a quarter of an area's may be missing at a time (GB 50444)."""
MISSING: Final = frozenset({Status.AWAY, Status.DEFECTIVE})


@dataclass(frozen=True, slots=True)
class Group:
    """Items of one family that cover the same area as one of them.

    `total` is how many there are, `away` how many others are away or out of service.
    """

    total: int
    away: int

    @property
    def most(self) -> int:
        """How many may be missing at a time."""
        return sum(1 for n in range(1, self.total + 1) if due.may_be_away(self.total, 0, n))

    @property
    def has_room(self) -> bool:
        """Whether this one may be missing as well."""
        return due.may_be_away(self.total, self.away)


def is_limited(session: Session, item: Item) -> bool:
    """Whether an item is of a family of which three quarters stay in place."""
    return rules.kinds_of(session, item.site_id)[item.kind].family in LIMITED


def check_may_miss(session: Session, item: Item) -> None:
    """Raise if an item may not be missing beside what is missing in its area."""
    if not is_limited(session, item):
        return
    group = group_of(session, item)
    if group.has_room:
        return
    if group.most == 0:
        raise NoneMayBeAway(total=group.total)
    raise TooManyAway(total=group.total, most=group.most, away=group.away)


def check_may_leave(session: Session, item: Item, location_id: int | None) -> None:
    """Raise if more than a quarter of what remains in an item's area would be missing.

    What is missing itself takes nothing along.
    """
    if item.status in MISSING or location_id == area_of(session, item):
        return
    if not is_limited(session, item):
        return
    group = group_of(session, item)
    if group.away and not due.may_be_away(group.total - 1, group.away, 0):
        raise TooFewLeft(code=item.code, rest=group.total - 1, away=group.away)


def area_of(session: Session, item: Item) -> int | None:
    """The location an item covers: its own, or its window's."""
    return area_at(session, item.site_id, item.window_id, item.location_id)


def area_at(
    session: Session, site_id: int, window_id: int | None, location_id: int | None
) -> int | None:
    """The location that is covered from a place: its own, or that of its window."""
    if location_id is not None:
        return location_id
    windows = workplace.list_windows(session, site_id, active=False)
    return next((one.location_id for one in windows if one.id == window_id), None)


def substitute_of(session: Session, item: Item) -> Item | None:
    """What stands in for an item now."""
    return session.scalar(select(Item).where(Item.stands_in_for_id == item.id))


def is_covered(session: Session, item: Item) -> bool:
    """Whether something that is in service stands in for an item."""
    there = substitute_of(session, item)
    return there is not None and there.status == Status.IN_SERVICE


def group_of(session: Session, item: Item) -> Group:
    """How the area of an item stands, in one query; a substitute fills the gap it stands in."""
    kinds = rules.kinds_of(session, item.site_id)
    family = kinds[item.kind].family
    area = area_of(session, item)
    windows = workplace.list_windows(session, item.site_id, active=False)
    here = [one.id for one in windows if one.location_id == area]
    at_window = and_(Item.location_id.is_(None), Item.window_id.in_(here))
    other = aliased(Item)
    fills = and_(other.stands_in_for_id == Item.id, other.status == Status.IN_SERVICE)
    covered = select(other.id).where(fills).exists()
    is_missing = and_(Item.status.in_(MISSING), ~covered, Item.id != item.id)
    total, gone = session.execute(
        select(func.count(), func.coalesce(func.sum(case((is_missing, 1), else_=0)), 0)).where(
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
