"""A part of the building and its hours, saved as one."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any

from sqlalchemy.orm import Session

from safety_app.core import journal
from safety_app.core.access import Actor
from safety_app.workplace.errors import NeverOpen
from safety_app.workplace.models import Location
from safety_app.workplace.service.changes import changed
from safety_app.workplace.service.hours import set_opening_hours
from safety_app.workplace.service.places import create_location, update_location


def save_location(
    session: Session,
    actor: Actor | None,
    location_id: int | None,
    *,
    site_id: int,
    hours: Mapping[int, Sequence[tuple[time, time]]] | None = None,
    now: datetime,
    **facts: Any,
) -> Location:
    """Add or change a location; without `hours` it is open like the hall.

    `facts` are those of `update_location`.
    """
    journal.lock(session)
    if hours is not None and not any(hours.values()):
        raise NeverOpen()
    if location_id is None:
        added = create_location(
            session, actor, site_id=site_id, name=str(facts["name"]), follow=False, now=now
        )
        location_id = added.id
    facts["has_own_hours"] = hours is not None
    saved = update_location(
        session, actor, location_id, site_id=site_id, follow=False, now=now, **facts
    )
    if hours is None:
        changed(session, site_id, now)
    else:
        week = {weekday: hours.get(weekday, ()) for weekday in range(7)}
        set_opening_hours(
            session, actor, site_id=site_id, location_id=saved.id, hours=week, now=now
        )
    return saved
