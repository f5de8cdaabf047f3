"""Items away for service, and what stands in for them meanwhile."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from equipment import protection
from equipment.errors import (
    LessProtection,
    NotLent,
    NotSpare,
    OverAge,
    SameGroup,
    StandsInAlready,
)
from equipment.kinds import Kind
from equipment.models import Item, ItemStep, Status, Step
from equipment.service import rules
from equipment.service.checks import (
    begin,
    check_day,
    check_serviceable,
    today_of,
)
from equipment.service.covering import (
    MISSING,
    area_of,
    check_may_leave,
    check_may_miss,
    is_covered,
    substitute_of,
)
from equipment.service.loading import get
from equipment.service.moving import Place, check_not_lent, place_of, put
from equipment.service.steps import record, require, take
from safety_app.core.access import Actor
from safety_app.core.i18n import N_, day_text
from safety_app.core.text import clean
from safety_app.workplace import service as workplace


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
    elif not is_covered(session, item):
        check_may_miss(session, item)
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
    check_may_leave(session, lent, area)
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
    stand_in_id: int | None = None,
    row_version: int | None = None,
    now: datetime,
) -> Item:
    """Bring a substitute back to where it was lent from; another may stand in instead."""
    lent = begin(session, actor, item_id, Step.RETURN, row_version)
    if lent.stands_in_for_id is None:
        raise NotLent(code=lent.code)
    day = on_date or today_of(actor, now)
    check_day(lent, day, today_of(actor, now))
    other = session.get_one(Item, lent.stands_in_for_id)
    if stand_in_id is None and lent.status == Status.IN_SERVICE and other.status in MISSING:
        check_may_miss(session, other)
    take_back(session, actor, lent, day, now=now)
    if stand_in_id is not None:
        lend(session, actor, stand_in_id, for_id=other.id, on_date=day, now=now)
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
    return protection.of(kinds[item.kind], item.fire_classes, item.size)


def _home(session: Session, lent: Item) -> Place:
    """Where a substitute was lent from; a window that has ended since is its successor."""
    query = select(ItemStep).where(ItemStep.item_id == lent.id, ItemStep.step == Step.LEND)
    step = session.scalars(query.order_by(ItemStep.id.desc()).limit(1)).one()
    windows = {one.id: one for one in workplace.list_windows(session, lent.site_id, active=False)}
    window = windows.get(step.old_window_id or 0)
    while window is not None and not window.is_active and window.successor_id:
        window = windows[window.successor_id]
    return window.id if window else None, step.old_location_id, step.old_placing
