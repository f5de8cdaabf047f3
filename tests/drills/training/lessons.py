"""Plain functions that train people for a test."""

import io
from datetime import date, datetime, timedelta
from typing import Any

from PIL import Image
from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from drills.training.models import Course, Requirement, Result
from drills.training.service import Source, follow_people, list_courses, record_result
from safety_app.accounts.service import User
from safety_app.core import files
from safety_app.core.access import Actor
from tests.cast import NOW, TODAY, Cast

LONG_AGO = date(2020, 1, 6)


def course(session: Session, hall: Cast, code: str) -> Course:
    """A course of the hall by its code."""
    return next(one for one in list_courses(session, hall.site_id) if one.code == code)


def passed(
    session: Session,
    hall: Cast,
    user_id: int,
    code: str,
    on: date = TODAY,
    *,
    now: datetime = NOW,
    **facts: Any,
) -> Result:
    """Somebody passed a course on a day."""
    given: dict[str, Any] = {"source": Source.CERTIFICATE, "passed": True} | facts
    key = given.pop("source_key", f"test:{user_id}:{code}:{on}:{given['source']}")
    return record_result(
        session, None, site_id=hall.site_id, user_id=user_id,
        course_id=course(session, hall, code).id, on=on, source_key=key, now=now, **given,
    )  # fmt: skip


def only(session: Session, hall: Cast, *codes: str) -> None:
    """Nothing is required but these courses."""
    wanted = [one.id for one in list_courses(session, hall.site_id) if one.code in codes]
    session.execute(
        update(Requirement)
        .where(Requirement.site_id == hall.site_id)
        .values(last=case((Requirement.course_id.in_(wanted), None), else_=LONG_AGO))
    )
    session.expire_all()


def here_since(session: Session, hall: Cast, on: date = LONG_AGO) -> None:
    """Everybody of the hall came on a day, and was entered long ago."""
    session.execute(
        update(User)
        .where(User.site_id == hall.site_id)
        .values(joined_on=on, created_at=NOW - timedelta(days=2000))
    )
    follow_people(session, hall.site_id, NOW)


def requirement(session: Session, hall: Cast, code: str) -> Requirement:
    """A requirement of the hall by its code."""
    query = select(Requirement).where(Requirement.site_id == hall.site_id, Requirement.code == code)
    return session.scalars(query).one()


def scan(session: Session, who: Actor) -> int:
    """A photographed page that somebody has handed in."""
    out = io.BytesIO()
    Image.new("RGB", (600, 800), "white").save(out, "JPEG")
    return files.receive(session, who, out.getvalue(), "scan.jpg", now=NOW).id
