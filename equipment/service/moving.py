"""Where items are: brought to another place, given to another custodian."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from equipment.errors import NothingMoved, StandsIn
from equipment.models import Item, ItemStep, Step
from equipment.service.checks import begin, check_custodian, check_day, check_place, today_of
from equipment.service.covering import area_at, check_may_leave
from equipment.service.steps import take
from safety_app.core.access import Actor
from safety_app.core.i18n import N_
from safety_app.core.text import clean

Place = tuple[int | None, int | None, str]
"""Window, location and where exactly."""


def move(
    session: Session,
    actor: Actor,
    item_id: int,
    *,
    window_id: int | None,
    location_id: int | None,
    placing: str,
    custodian_id: int | None,
    on_date: date | None = None,
    note: str = "",
    row_version: int | None = None,
    now: datetime,
) -> Item:
    """Bring an item to another place, or give it to another custodian; its code stays true."""
    item = begin(session, actor, item_id, Step.MOVE, row_version)
    day = on_date or today_of(actor, now)
    check_day(item, day, today_of(actor, now))
    there = (window_id, location_id, clean(placing, field=N_("Placing"), limit=100))
    old_custodian = item.custodian_id
    if place_of(item) == there and old_custodian == custodian_id:
        raise NothingMoved(code=item.code)
    if place_of(item)[:2] != there[:2]:
        check_not_lent(session, item)
        check_place(session, actor, window_id, location_id)
        area = area_at(session, item.site_id, window_id, location_id)
        check_may_leave(session, item, area)
    if custodian_id != old_custodian:
        check_custodian(session, actor.site_id, custodian_id, today_of(actor, now))
    item.custodian_id = custodian_id
    words = clean(note, field=N_("Note"), limit=500, lines=True)
    facts = put(item, there)
    if custodian_id != old_custodian:
        facts |= {"old_custodian_id": old_custodian, "custodian_id": custodian_id}
    take(session, actor, item, Step.MOVE, on_date=day, now=now, note=words, **facts)
    return item


def place_of(item: Item | ItemStep) -> Place:
    """Where it is."""
    return item.window_id, item.location_id, item.placing


def put(item: Item, there: Place) -> dict[str, Any]:
    """Write the new place on an item; the old one as facts of the step."""
    old = place_of(item)
    item.window_id, item.location_id, item.placing = there
    return {"old_window_id": old[0], "old_location_id": old[1], "old_placing": old[2]}


def check_not_lent(session: Session, item: Item) -> None:
    """Raise `StandsIn` for a substitute: its place is another one's."""
    if item.stands_in_for_id is not None:
        other = session.get_one(Item, item.stands_in_for_id)
        raise StandsIn(code=item.code, other=other.code)
