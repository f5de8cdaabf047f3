"""Who looks after items when somebody leaves, and where they go when a window ends."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from equipment.models import ON_REGISTER, Item, Status, Step
from equipment.service import rules
from equipment.service.checks import check_custodian
from equipment.service.moving import place_of, put
from equipment.service.steps import record
from safety_app.core import clock, journal
from safety_app.core.access import Actor
from safety_app.core.feature import Held
from safety_app.workplace import service as workplace


def held(session: Session, site_id: int, user_id: int, today: date) -> list[Held]:
    """The items on the register that a person looks after, by code."""
    query = select(Item).where(Item.site_id == site_id, *_kept_by(user_id)).order_by(Item.code)
    found = session.scalars(query).all()
    kinds = rules.kinds_of(session, site_id) if found else {}
    return [
        Held(item.code, f"{item.code} {kinds[item.kind].display_name}", item.window_id)
        for item in found
    ]


def hand_over(
    session: Session,
    actor: Actor | None,
    keys: Sequence[str],
    from_id: int,
    to_id: int,
    *,
    now: datetime,
) -> None:
    """Give these items, by code, to another custodian; the caller has decided that it may be."""
    journal.lock(session)
    query = select(Item).where(Item.code.in_(list(keys)), *_kept_by(from_id)).order_by(Item.id)
    items = session.scalars(query).all()
    for site_id in {item.site_id for item in items}:
        check_custodian(session, site_id, to_id, _today(session, site_id, now))
    for item in items:
        item.custodian_id = to_id
        facts = put(item, place_of(item))
        record(
            session,
            actor,
            item,
            Step.MOVE,
            on_date=_today(session, item.site_id, now),
            now=now,
            old_custodian_id=from_id,
            custodian_id=to_id,
            **facts,
        )


def merge(session: Session, actor: Actor | None, old_id: int, new_id: int, now: datetime) -> None:
    """Take the items of a window over to the one it goes on in; codes and history stay.

    What was where the old window is, is from then on where the new one is.
    """
    journal.lock(session)
    not_gone = Item.status.in_([*ON_REGISTER, Status.LOST])
    query = select(Item).where(Item.window_id == old_id, not_gone).order_by(Item.id)
    items = session.scalars(query).all()
    windows = {
        window.id: window.location_id
        for site_id in {item.site_id for item in items}
        for window in workplace.list_windows(session, site_id, active=False)
    }
    for item in items:
        is_there = item.location_id == windows[old_id]
        location_id = windows[new_id] if is_there else item.location_id
        facts = put(item, (new_id, location_id, item.placing))
        day = _today(session, item.site_id, now)
        record(session, actor, item, Step.MOVE, on_date=day, now=now, **facts)
    if items:
        rules.refresh(session, items)


def _kept_by(user_id: int) -> tuple[ColumnElement[bool], ...]:
    return Item.custodian_id == user_id, Item.status.in_(ON_REGISTER)


def _today(session: Session, site_id: int, now: datetime) -> date:
    return clock.local_day(now, workplace.site(session, site_id).timezone)
