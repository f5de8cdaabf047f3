"""Who was at a session, by signature or by the printed sheet; and what closing it gives."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from drills.training.coverage import add_months
from drills.training.errors import (
    NobodyElse,
    NobodyPresent,
    NotTheDay,
    PersonGone,
    SessionNotBegun,
    SessionNotOver,
    SheetMissing,
    SignedInAlready,
)
from drills.training.models import (
    Attendance,
    Course,
    Purpose,
    Result,
    SessionStatus,
    SessionStep,
    Source,
    TrainingFile,
    TrainingSession,
    Way,
)
from drills.training.service.access import taught_session
from drills.training.service.courses import get_course
from drills.training.service.presence import present_at, require_free
from drills.training.service.results import record_result
from drills.training.service.sessions import day_of, require_planned, take_step
from drills.training.shipped import figures
from safety_app.accounts import service as accounts
from safety_app.accounts.service import Signature
from safety_app.core import clock, journal
from safety_app.core.access import Actor
from safety_app.core.errors import NotFound
from safety_app.core.i18n import N_, day_text, moment_text
from safety_app.core.text import clean
from safety_app.workplace import service as workplace

BEFORE: Final = timedelta(hours=1)
"""So long before it begins people may sign in."""


@dataclass(frozen=True, slots=True)
class Closed:
    """What closing a session came to: who has passed, who lacks hours still, who has an exam."""

    passed: tuple[int, ...] = ()
    short: tuple[int, ...] = ()
    to_exam: tuple[int, ...] = ()


def sign_in(
    session: Session,
    actor: Actor,
    session_id: int,
    *,
    user_id: int,
    signature: Signature,
    now: datetime,
) -> Attendance:
    """Somebody signs for being there, on the day itself; also who was not invited."""
    one = _open(session, actor, session_id, now)
    if clock.local_day(now, actor.timezone) != day_of(one, actor.timezone):
        raise NotTheDay(day=day_text(day_of(one, actor.timezone)))
    row = _row(session, one, user_id, now)
    if row.present_at is not None and row.signature:
        raise SignedInAlready(name=_name(session, user_id))
    require_free(session, one, [user_id], one.starts_at, one.ends_at)
    row.present_at, row.way, row.recorded_by = now, Way.TABLET, actor.user_id
    row.signature = accounts.keep_signature(session, user_id, signature)
    session.flush()
    _note(session, actor, "training.sign_in", one, now, {"user": user_id})
    return row


def mark_present(
    session: Session, actor: Actor, session_id: int, user_ids: Collection[int], *, now: datetime
) -> None:
    """These have signed the printed sheet; its scan is asked for before the session is closed."""
    one = _open(session, actor, session_id, now)
    for user_id in sorted(set(user_ids)):
        row = _row(session, one, user_id, now)
        if row.present_at is not None:
            continue
        require_free(session, one, [user_id], one.starts_at, one.ends_at)
        row.present_at, row.way, row.recorded_by = now, Way.PAPER, actor.user_id
        row.signature = None
        session.flush()
    _note(session, actor, "training.mark_present", one, now, {"users": sorted(set(user_ids))})


def unmark(
    session: Session,
    actor: Actor,
    session_id: int,
    *,
    user_id: int,
    reason: str,
    now: datetime,
) -> None:
    """Somebody was not there after all, or left early."""
    one = _open(session, actor, session_id, now)
    why = clean(reason, field=N_("Reason"), limit=200, required=True)
    row = session.scalar(
        select(Attendance).where(Attendance.session_id == one.id, Attendance.user_id == user_id)
    )
    if row is None or row.present_at is None:
        raise NotFound()
    row.present_at = row.way = row.signature = None
    row.recorded_by = actor.user_id
    session.flush()
    _note(session, actor, "training.unmark", one, now, {"user": user_id, "reason": why})


def close_session(
    session: Session,
    actor: Actor,
    session_id: int,
    *,
    summary: str = "",
    row_version: int | None = None,
    now: datetime,
) -> Closed:
    """It was held. A course without exam and practical test is passed by whoever has its hours."""
    one = _open(session, actor, session_id, now)
    if now < one.ends_at:
        raise SessionNotOver(when=moment_text(one.ends_at, actor.timezone, weekday=True))
    there = present_at(session, one.id)
    if not there:
        raise NobodyPresent()
    if [row.user_id for row in there] == [actor.user_id]:
        raise NobodyElse()
    on_paper = sum(row.way == Way.PAPER for row in there)
    if on_paper and not _has_sheet(session, one.id):
        raise SheetMissing(n=on_paper)
    # A drill within a session was given a reason when it was recorded; two sessions never are.
    ids = [row.user_id for row in there]
    require_free(session, one, ids, one.starts_at, one.ends_at, drills=False)
    one.summary = clean(summary, field=N_("How it went"), limit=2000, lines=True)
    one.status, one.closed_by, one.closed_at = SessionStatus.HELD, actor.user_id, now
    session.flush()
    found = _results(session, actor, one, ids, now)
    facts = {"present": ids, "passed": list(found.passed)}
    take_step(session, actor, one, SessionStep.CLOSE, now=now, facts=facts)
    return found


def hours_attended(
    session: Session, course: Course, user_ids: Collection[int], one: TrainingSession
) -> dict[int, float]:
    """The hours of people in a course up to a session, since they passed it last.

    Sessions more than a year before do not count any more.
    """
    zone = workplace.site(session, one.site_id).timezone
    began = add_months(day_of(one, zone), -figures().hours_months)
    since = clock.at_local(began, time(), zone)
    last = _last_passes(session, course.id, user_ids)
    query = (
        select(Attendance.user_id, TrainingSession.hours, TrainingSession.closed_at)
        .join(TrainingSession, TrainingSession.id == Attendance.session_id)
        .where(
            Attendance.user_id.in_(user_ids),
            Attendance.present_at.is_not(None),
            TrainingSession.course_id == course.id,
            TrainingSession.status == SessionStatus.HELD,
            TrainingSession.starts_at.between(since, one.starts_at),
        )
    )
    found = dict.fromkeys(user_ids, 0.0)
    for user_id, hours, closed_at in session.execute(query):
        passed_at = last.get(user_id)
        if passed_at is None or (closed_at is not None and closed_at > passed_at):
            found[user_id] += hours
    return found


def hours_towards(
    session: Session, course: Course, user_ids: Collection[int], on: date
) -> dict[int, float]:
    """The hours of people in a course up to a day, since they passed it last in whatever way.

    They lead to its exam. Sessions more than a year before do not count any more, nor those that
    nobody has closed yet.
    """
    found = dict.fromkeys(user_ids, 0.0)
    for user_id, _on, one in _towards(session, course, user_ids, on, SessionStatus.HELD):
        found[user_id] += one.hours
    return found


def unclosed_on(
    session: Session, course: Course, user_id: int, on: date, now: datetime
) -> date | None:
    """The first day up to another whose session is over, and counts for somebody once closed."""
    found = _towards(session, course, [user_id], on, SessionStatus.PLANNED)
    return min((day for _user, day, one in found if one.ends_at <= now), default=None)


def _towards(
    session: Session, course: Course, user_ids: Collection[int], on: date, status: SessionStatus
) -> Iterator[tuple[int, date, TrainingSession]]:
    """Who was present on which day at which session since they passed the course last."""
    zone = workplace.site(session, course.site_id).timezone
    last = _last_days(session, course.id, user_ids)
    query = (
        select(Attendance.user_id, TrainingSession)
        .join(TrainingSession, TrainingSession.id == Attendance.session_id)
        .where(
            Attendance.user_id.in_(user_ids),
            Attendance.present_at.is_not(None),
            TrainingSession.course_id == course.id,
            TrainingSession.status == status,
        )
    )
    since = add_months(on, -figures().hours_months)
    for user_id, one in session.execute(query):
        day, closed_at = clock.local_day(one.starts_at, zone), one.closed_at or clock.now()
        if since <= day <= on and (day, closed_at) > last.get(user_id, (date.min, closed_at)):
            yield user_id, day, one


def _last_days(
    session: Session, course_id: int, user_ids: Collection[int]
) -> dict[int, tuple[date, datetime]]:
    """Of which day people's last pass of a course is, and when it was recorded."""
    query = select(Result.user_id, Result.on_date, Result.recorded_at).where(
        Result.user_id.in_(user_ids),
        Result.course_id == course_id,
        Result.counts,
        Result.is_void.is_(False),
        Result.superseded_at.is_(None),
    )
    found: dict[int, tuple[date, datetime]] = {}
    for user_id, on, recorded_at in session.execute(query):
        found[user_id] = max(found.get(user_id, (on, recorded_at)), (on, recorded_at))
    return found


def _last_passes(
    session: Session, course_id: int, user_ids: Collection[int]
) -> dict[int, datetime]:
    """When people's last pass by sessions was recorded; its hours are used up."""
    query = (
        select(Result.user_id, func.max(Result.recorded_at))
        .where(
            Result.user_id.in_(user_ids),
            Result.course_id == course_id,
            Result.counts,
            Result.superseded_at.is_(None),
            Result.source == Source.SESSION,
        )
        .group_by(Result.user_id)
    )
    return dict(session.execute(query).all())


def _results(
    session: Session, actor: Actor, one: TrainingSession, user_ids: list[int], now: datetime
) -> Closed:
    course = get_course(session, one.site_id, one.course_id)
    hours = hours_attended(session, course, user_ids, one)
    passed = [user_id for user_id in user_ids if hours[user_id] >= course.hours]
    short = tuple(user_id for user_id in user_ids if hours[user_id] < course.hours)
    if course.needs_exam or course.needs_practical:
        return Closed(short=short, to_exam=tuple(passed))
    for user_id in passed:
        record_result(
            session, actor, site_id=one.site_id, user_id=user_id, course_id=course.id,
            on=day_of(one, actor.timezone), passed=True, hours=hours[user_id],
            source=Source.SESSION, source_key=f"session:{one.id}:{user_id}", now=now,
        )  # fmt: skip
    return Closed(tuple(passed), short)


def _open(session: Session, actor: Actor, session_id: int, now: datetime) -> TrainingSession:
    """A session at which presence may be recorded now."""
    journal.lock(session)
    one = taught_session(session, actor, session_id)
    require_planned(one)
    if now < one.starts_at - BEFORE:
        raise SessionNotBegun(when=moment_text(one.starts_at, actor.timezone, weekday=True))
    return one


def _row(session: Session, one: TrainingSession, user_id: int, now: datetime) -> Attendance:
    """Somebody's line on the list, also of one who comes without being invited."""
    row = session.scalar(
        select(Attendance).where(Attendance.session_id == one.id, Attendance.user_id == user_id)
    )
    if row is not None:
        return row
    person = next(iter(accounts.staffing(session, one.site_id, [user_id])), None)
    if person is None:
        raise NotFound()
    if not person.is_active:
        raise PersonGone(name=person.display_name)
    row = Attendance(site_id=one.site_id, session_id=one.id, user_id=user_id, invited_at=now)
    session.add(row)
    session.flush()
    return row


def _has_sheet(session: Session, session_id: int) -> bool:
    query = select(TrainingFile.id).where(
        TrainingFile.session_id == session_id, TrainingFile.purpose == Purpose.SIGN_IN
    )
    return session.scalar(query.limit(1)) is not None


def _name(session: Session, user_id: int) -> str:
    return accounts.names(session, [user_id]).get(user_id, "–")


def _note(
    session: Session,
    actor: Actor,
    action: str,
    one: TrainingSession,
    now: datetime,
    facts: dict[str, object],
) -> None:
    journal.write(session, actor, action, "training_session", one.id, now=now, facts=facts)
