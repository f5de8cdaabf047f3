"""The sessions ahead, for those who lack a course."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from drills.training.models import Attendance, SessionStatus, TrainingSession
from safety_app.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class SessionBrief:
    """A session in a few facts."""

    id: int
    course_id: int
    window_id: int | None
    starts_at: datetime
    ends_at: datetime
    place: str
    status: SessionStatus


def next_session(
    session: Session, site_id: int, course_id: int, after: datetime
) -> SessionBrief | None:
    """The next planned session of a course that begins after a moment."""
    return next_sessions(session, site_id, after, [course_id]).get(course_id)


def next_sessions(
    session: Session,
    site_id: int,
    after: datetime,
    course_ids: Collection[int] | None = None,
    *,
    windows: Collection[int] | None = None,
) -> dict[int, SessionBrief]:
    """The next planned session of each course that has one, by course.

    Given `windows`, only those of the whole hall and of these windows.
    """
    query = select(TrainingSession).where(
        TrainingSession.site_id == site_id,
        TrainingSession.status == SessionStatus.PLANNED,
        TrainingSession.starts_at > after,
    )
    if course_ids is not None:
        query = query.where(TrainingSession.course_id.in_(course_ids))
    if windows is not None:
        here = TrainingSession.window_id
        query = query.where(or_(here.is_(None), here.in_(windows)))
    found: dict[int, SessionBrief] = {}
    for one in session.scalars(query.order_by(TrainingSession.starts_at, TrainingSession.id)):
        found.setdefault(one.course_id, brief(one))
    return found


def session_brief(session: Session, site_id: int, session_id: int) -> SessionBrief:
    """One session of a hall."""
    found = session.get(TrainingSession, session_id)
    if found is None or found.site_id != site_id:
        raise NotFound()
    return brief(found)


def attended(session: Session, session_id: int) -> list[int]:
    """Who was present at a session, by id."""
    query = select(Attendance.user_id).where(
        Attendance.session_id == session_id, Attendance.present_at.is_not(None)
    )
    return list(session.scalars(query.order_by(Attendance.user_id)))


def brief(one: TrainingSession) -> SessionBrief:
    """A row in a few facts."""
    return SessionBrief(
        id=one.id,
        course_id=one.course_id,
        window_id=one.window_id,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        place=one.place,
        status=SessionStatus(one.status),
    )
