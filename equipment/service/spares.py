"""What could take an item's place, and how many of its area may be away."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from equipment import protection
from equipment.models import Item, Status
from equipment.permissions import Permission
from equipment.service import rules
from equipment.service.away import protects
from equipment.service.covering import MISSING, Group, group_of, is_limited
from equipment.service.loading import by_code, get
from equipment.service.places import places
from safety_app.core.access import Actor
from safety_app.workplace import service as workplace

MOST: Final = 400


@dataclass(frozen=True, slots=True)
class Room:
    """Whether one more of an item's area may go; without a limit there is no group."""

    group: Group | None

    @property
    def has_room(self) -> bool:
        """Whether it may go without a substitute."""
        return self.group is None or self.group.has_room


def room(session: Session, actor: Actor, item_id: int) -> Room:
    """How an item's area stands."""
    item = get(session, actor, item_id)
    return Room(group_of(session, item) if is_limited(session, item) else None)


@dataclass(frozen=True, slots=True)
class Gap:
    """The gap that a substitute leaves when it is brought back; `room` if it may be left open."""

    item_id: int
    code: str
    room: Room


def gap(session: Session, actor: Actor, code: str) -> Gap | None:
    """The gap behind a substitute, by the code of what it stands in for, while that is missing."""
    item = by_code(session, actor, code)
    if item.status not in MISSING:
        return None
    return Gap(item.id, item.code, room(session, actor, item.id))


def spares(session: Session, actor: Actor, item_id: int, *, today: date) -> dict[int, str]:
    """Free items of at least equal protection that this person may fetch, by id, in words.

    What stands in for the item already is the first; its neighbours of the same area are none.
    """
    item = get(session, actor, item_id)
    kinds = rules.kinds_of(session, item.site_id)
    family = kinds[item.kind].family
    query = (
        select(Item)
        .where(
            Item.site_id == item.site_id,
            Item.id != item.id,
            Item.status == Status.IN_SERVICE,
            Item.kind.in_([code for code, kind in kinds.items() if kind.family is family]),
            or_(Item.stands_in_for_id.is_(None), Item.stands_in_for_id == item.id),
            or_(Item.scrap_on.is_(None), Item.scrap_on > today),
        )
        .order_by(Item.stands_in_for_id.is_(None), Item.location_id, Item.code)
        .limit(MOST)
    )
    named, wanted = places(session, item.site_id), protects(kinds, item)
    windows = workplace.list_windows(session, item.site_id, active=False)
    areas = {one.id: one.location_id for one in windows}
    found: dict[int, str] = {}
    for one in session.scalars(query):
        is_near = one.stands_in_for_id is None and _area(one, areas) == _area(item, areas)
        is_ours = actor.may(Permission.KEEP, window_id=one.window_id)
        if is_near or not is_ours or protection.lacking(wanted, protects(kinds, one)):
            continue
        place = named.text(one.window_id, one.location_id, one.placing)
        found[one.id] = f"{one.code} {kinds[one.kind].display_name} {one.size} · {place}"
    return found


def _area(item: Item, areas: Mapping[int, int | None]) -> int | str:
    """The location that an item covers; one without any is an area of its own."""
    return item.location_id or areas.get(item.window_id or 0) or f"item {item.id}"
