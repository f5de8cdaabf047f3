"""Plain functions that make one thing for a test."""

import hashlib
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists import service as checklists
from checklists.models import Plan, Task
from hazards import service as hazards
from hazards.models import Category, Hazard, Kind, Level, Origin, Status
from safety_app.core.access import Actor
from safety_app.core.photos import Photo
from tests.cast import NOW, TODAY, Cast


def make_photo(name: str = "before") -> Photo:
    """A picture as the store returns it, without bytes behind it."""
    key = hashlib.sha256(name.encode()).hexdigest()
    return Photo(key=key, width=640, height=480, taken_at=None, upload_sha=key, dhash=-5, size=1000)


def make_hazard(
    session: Session,
    hall: Cast,
    status: Status = Status.REGISTERED,
    *,
    level: Level = Level.MODERATE,
    window_id: int | None = None,
    common: bool = False,
    owner: Actor | None = None,
    now: datetime = NOW,
    fix_by: date = date(2026, 11, 30),
    **facts: Any,
) -> Hazard:
    """A hazard brought to a status by the services; at window A01 unless said otherwise."""
    place = {"location_id": hall.floor} if common else {"window_id": window_id or hall.a01}
    facts = {"what": "插排破损", "category": Category.ELECTRICITY, **place, **facts}
    owner = owner or hall.second_staff
    reporter = hall.lead if facts.get("kind") == Kind.SERVICE else hall.staff
    hazard = hazards.report(
        session, facts.pop("by", reporter), level=level, origin=Origin.MANUAL, now=now, **facts
    )
    if status in (Status.ASSIGNED, Status.FIXED, Status.CLOSED):
        hazards.assign(
            session,
            hall.officer,
            hazard.id,
            owner_id=owner.user_id,
            fix_by=fix_by,
            measures="更换插排",
            interim_measure="停用并围挡",
            funds="无需资金",
            contingency="断电疏散",
            row_version=None,
            now=now,
        )
    if status in (Status.FIXED, Status.CLOSED):
        photos = [make_photo(f"after {hazard.id}")]
        hazards.fix(
            session, owner, hazard.id, note="已更换", photos=photos, row_version=None, now=now
        )
    if status is Status.CLOSED:
        verifier = hall.manager if owner is hall.officer else hall.officer
        hazards.accept(session, verifier, hazard.id, row_version=None, now=now)
    if status is Status.VOIDED:
        hazards.void(session, hall.manager, hazard.id, reason="不属实", row_version=None, now=now)
    return hazard


def make_task(
    session: Session,
    hall: Cast,
    *,
    part: str = "opening",
    window_id: int | None = None,
    common: bool = False,
    on: date = TODAY,
    now: datetime = NOW,
) -> Task:
    """One part of a day's patrol, at window A01 unless said otherwise."""
    window = None if common else window_id or hall.a01
    location = hall.floor if common else None
    query = select(Plan).where(
        Plan.window_id.is_not_distinct_from(window), Plan.location_id.is_not_distinct_from(location)
    )
    if session.scalar(query) is None:
        checklists.create_plan(
            session,
            None,
            site_id=hall.site_id,
            template_code="common-daily" if common else "window-daily",
            window_id=window,
            location_id=location,
            starts_on=on,
            now=now,
        )
    checklists.materialise(session, hall.site_id, first=on, last=on, now=now)
    tasks = select(Task).where(
        Task.part == part,
        Task.on_date == on,
        Task.window_id.is_not_distinct_from(window),
        Task.location_id.is_not_distinct_from(location),
    )
    return session.scalars(tasks).one()
