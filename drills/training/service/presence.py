"""Where people are recorded as present in a span of time: nobody is at two places at once."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.training.errors import AttendElsewhere, AttendsElsewhere
from drills.training.models import Attendance, Course, SessionStatus, TrainingSession
from safety_app.accounts import service as accounts
from safety_app.core.i18n import _, bilingual, moment_text
from safety_app.workplace import service as workplace

NAMED: Final = 5
"""So many people are named in a refusal."""


def present_at(session: Session, session_id: int) -> Sequence[Attendance]:
    """Who is recorded as present at a session."""
    query = select(Attendance).where(
        Attendance.session_id == session_id, Attendance.present_at.is_not(None)
    )
    return session.scalars(query.order_by(Attendance.user_id)).all()


def elsewhere(session: Session, site_id: int, user_id: int, start: datetime, end: datetime) -> str:
    """The session at which somebody is recorded as present in a span of time, if so."""
    return _other_sessions(session, site_id, [user_id], start, end, but=0).get(user_id, "")


def require_free(
    session: Session,
    one: TrainingSession,
    user_ids: Collection[int],
    start: datetime,
    end: datetime,
    *,
    drills: bool = True,
) -> None:
    """Refuse who is recorded at another session in this time, or by another feature."""
    found = _other_sessions(session, one.site_id, user_ids, start, end, but=one.id)
    for user_id in user_ids if drills else ():
        where = found.get(user_id) or workplace.elsewhere(
            session, one.site_id, user_id, start, end, but="training"
        )
        if where:
            found[user_id] = where
    if not found:
        return
    names = accounts.names(session, found)
    if len(found) == 1:
        [(user_id, where)] = found.items()
        raise AttendsElsewhere(name=names.get(user_id, "–"), where=where)
    told = [
        _("{name} (“{where}”)", name=names.get(user_id, "–"), where=found[user_id])
        for user_id in sorted(found)[:NAMED]
    ]
    raise AttendElsewhere(people=_(", ").join(told), n=len(found))


def _other_sessions(
    session: Session,
    site_id: int,
    user_ids: Collection[int],
    start: datetime,
    end: datetime,
    *,
    but: int,
) -> dict[int, str]:
    query = (
        select(Attendance.user_id, Course.name, Course.name_en, TrainingSession.starts_at)
        .join(TrainingSession, TrainingSession.course_id == Course.id)
        .join(Attendance, Attendance.session_id == TrainingSession.id)
        .where(
            Attendance.user_id.in_(user_ids),
            Attendance.present_at.is_not(None),
            TrainingSession.id != but,
            TrainingSession.status != SessionStatus.CANCELLED,
            TrainingSession.starts_at < end,
            TrainingSession.ends_at > start,
        )
        .order_by(TrainingSession.starts_at.desc())
    )
    rows = session.execute(query).all()
    if not rows:
        return {}
    zone = workplace.site(session, site_id).timezone
    return {
        row.user_id: f"{bilingual(row.name, row.name_en)} {moment_text(row.starts_at, zone)}"
        for row in rows
    }
