"""Sessions: planned, changed, put off, cancelled; who is invited, what is taught from."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from drills.training.errors import (
    CourseNotOffered,
    HoursNotPossible,
    MoreHoursThanTime,
    PersonGone,
    PresentAlready,
    SessionNotPlanned,
    SessionTooLong,
    SessionTooOld,
    TimesReversed,
)
from drills.training.models import (
    SESSION_STATUS_NAMES,
    Attendance,
    Purpose,
    SessionStatus,
    SessionStep,
    TrainingFile,
    TrainingSession,
    TrainingSessionStep,
    Way,
)
from drills.training.permissions import Permission
from drills.training.service.access import WHO_TEACHES, taught_session
from drills.training.service.courses import get_course
from drills.training.service.presence import NAMED, present_at, require_free
from drills.training.service.results import attach
from safety_app.accounts import service as accounts
from safety_app.core import clock, files, journal
from safety_app.core.access import Actor
from safety_app.core.errors import ChangedMeanwhile, NotFound
from safety_app.core.horizon import require_near
from safety_app.core.i18n import N_, _, bilingual, day_text
from safety_app.core.text import clean
from safety_app.workplace import service as workplace

LONGEST: Final = timedelta(hours=12)
LESSON: Final = timedelta(minutes=45)
"""An hour of teaching (学时)."""
OLDEST_DAYS: Final = 90


@dataclass(frozen=True, slots=True)
class Plan:
    """What is planned of a session. Without a window it is for the whole hall."""

    course_id: int
    starts_at: datetime
    ends_at: datetime
    place: str
    trainer: str
    hours: float
    window_id: int | None = None
    topic: str = ""


def plan_session(
    session: Session, actor: Actor, plan: Plan, *, invited: Collection[int] = (), now: datetime
) -> TrainingSession:
    """Plan a session, or enter one that was held lately, and invite people to it."""
    actor.require(Permission.TEACH, window_id=plan.window_id, who=WHO_TEACHES)
    journal.lock(session)
    one = TrainingSession(
        site_id=actor.site_id,
        status=SessionStatus.PLANNED,
        created_by=actor.user_id,
        created_at=now,
        **_columns(session, actor, plan, now),
    )
    session.add(one)
    session.flush()
    _step(session, actor, one, SessionStep.PLAN, now=now, starts_at=one.starts_at)
    invite(session, actor, one.id, invited, now=now)
    return one


def change_session(
    session: Session,
    actor: Actor,
    session_id: int,
    plan: Plan,
    *,
    row_version: int | None = None,
    now: datetime,
) -> TrainingSession:
    """Change what is planned, all but its time."""
    one = _planned(session, actor, session_id, row_version)
    plan = replace(plan, starts_at=one.starts_at, ends_at=one.ends_at)
    if plan.window_id != one.window_id:
        actor.require(Permission.TEACH, window_id=plan.window_id, who=WHO_TEACHES)
    for name, value in _columns(session, actor, plan, now).items():
        setattr(one, name, value)
    _step(session, actor, one, SessionStep.CHANGE, now=now)
    return one


def postpone_session(
    session: Session,
    actor: Actor,
    session_id: int,
    *,
    starts_at: datetime,
    ends_at: datetime,
    reason: str,
    hours: float | None = None,
    row_version: int | None = None,
    now: datetime,
) -> TrainingSession:
    """Give a session another time, also the one it really had; reason and old time are kept."""
    one = _planned(session, actor, session_id, row_version)
    why = clean(reason, field=N_("Reason"), limit=500, required=True)
    hours = one.hours if hours is None else hours
    _check_times(actor, starts_at, ends_at, hours, now)
    _check_present(session, actor, one, starts_at, ends_at)
    before, one.starts_at, one.ends_at = one.starts_at, starts_at, ends_at
    one.hours = hours
    _step(
        session, actor, one, SessionStep.POSTPONE,
        now=now, reason=why, old_starts_at=before, starts_at=starts_at,
    )  # fmt: skip
    return one


def cancel_session(
    session: Session,
    actor: Actor,
    session_id: int,
    *,
    reason: str,
    row_version: int | None = None,
    now: datetime,
) -> TrainingSession:
    """Strike a session off; the reason is kept."""
    one = _planned(session, actor, session_id, row_version)
    why = clean(reason, field=N_("Reason"), limit=500, required=True)
    one.status = SessionStatus.CANCELLED
    _step(session, actor, one, SessionStep.CANCEL, now=now, reason=why, old_starts_at=one.starts_at)
    return one


def invite(
    session: Session, actor: Actor, session_id: int, user_ids: Collection[int], *, now: datetime
) -> None:
    """Invite people besides those who are; who has left cannot come."""
    one = _planned(session, actor, session_id, None)
    wanted = set(user_ids) - invited_to(session, one.id)
    people = {each.id: each for each in accounts.staffing(session, one.site_id, wanted)}
    if wanted - people.keys():
        raise NotFound()
    for person in people.values():
        if not person.is_active:
            raise PersonGone(name=person.display_name)
    session.add_all(
        Attendance(site_id=one.site_id, session_id=one.id, user_id=user_id, invited_at=now)
        for user_id in sorted(wanted)
    )
    session.flush()
    if wanted:
        journal.write(
            session, actor, "training.invite", "training_session", one.id,
            now=now, facts={"users": sorted(wanted)},
        )  # fmt: skip


def uninvite(
    session: Session, actor: Actor, session_id: int, user_ids: Collection[int], *, now: datetime
) -> None:
    """Take people off the list who were not present."""
    one = _planned(session, actor, session_id, None)
    session.execute(
        delete(Attendance).where(
            Attendance.session_id == one.id,
            Attendance.user_id.in_(user_ids),
            Attendance.present_at.is_(None),
        )
    )
    journal.write(
        session, actor, "training.uninvite", "training_session", one.id,
        now=now, facts={"users": sorted(user_ids)},
    )  # fmt: skip


def add_files(
    session: Session,
    actor: Actor,
    session_id: int,
    file_ids: Sequence[int],
    *,
    purpose: Purpose,
    now: datetime,
) -> None:
    """Keep teaching material, or a photo of the signed sheet, with a session."""
    journal.lock(session)
    one = taught_session(session, actor, session_id)
    claimed = files.claim(session, actor, file_ids)
    attach(session, one.site_id, [file.id for file in claimed], purpose, session_id=one.id)
    journal.write(
        session, actor, f"training.add_{purpose}", "training_session", one.id,
        now=now, facts={"files": [file.id for file in claimed]},
    )  # fmt: skip


def remove_file(
    session: Session, actor: Actor, session_id: int, file_id: int, *, now: datetime
) -> None:
    """Take material off again; while the session is planned also a sheet."""
    journal.lock(session)
    one = taught_session(session, actor, session_id)
    query = select(TrainingFile).where(
        TrainingFile.session_id == one.id, TrainingFile.file_id == file_id
    )
    row = session.scalar(query)
    if row is None:
        raise NotFound()
    if row.purpose != Purpose.MATERIAL:
        require_planned(one)
    session.delete(row)
    session.flush()
    journal.write(
        session, actor, "training.remove_file", "training_session", one.id,
        now=now, facts={"file": file_id},
    )  # fmt: skip


def invited_to(session: Session, session_id: int) -> set[int]:
    """Who is on the list of a session."""
    return set(
        session.scalars(select(Attendance.user_id).where(Attendance.session_id == session_id))
    )


def require_planned(one: TrainingSession) -> None:
    """Refuse what is done with a session that is over."""
    if one.status != SessionStatus.PLANNED:
        raise SessionNotPlanned(status=SESSION_STATUS_NAMES[SessionStatus(one.status)])


def take_step(
    session: Session,
    actor: Actor,
    one: TrainingSession,
    step: SessionStep,
    *,
    now: datetime,
    facts: dict[str, Any] | None = None,
) -> None:
    """Write a dated step without more than its facts for the journal."""
    _step(session, actor, one, step, now=now, told=facts)


def _planned(
    session: Session, actor: Actor, session_id: int, row_version: int | None
) -> TrainingSession:
    journal.lock(session)
    one = taught_session(session, actor, session_id)
    require_planned(one)
    if row_version is not None and row_version != one.row_version:
        raise ChangedMeanwhile(name=_last_actor(session, one), step=_("Training session"))
    return one


def _last_actor(session: Session, one: TrainingSession) -> str:
    query = select(TrainingSessionStep.actor_id).where(TrainingSessionStep.session_id == one.id)
    last = session.scalar(query.order_by(TrainingSessionStep.id.desc()).limit(1))
    return accounts.names(session, [last]).get(last or 0, "–")


def _columns(session: Session, actor: Actor, plan: Plan, now: datetime) -> dict[str, Any]:
    """What is planned as columns of the session."""
    course = get_course(session, actor.site_id, plan.course_id)
    if not course.is_active:
        raise CourseNotOffered(course=bilingual(course.name, course.name_en))
    known = workplace.window_names(session, actor.site_id)
    if plan.window_id is not None and plan.window_id not in known:
        raise NotFound()
    _check_times(actor, plan.starts_at, plan.ends_at, plan.hours, now)
    return {
        "course_id": course.id,
        "window_id": plan.window_id,
        "starts_at": plan.starts_at,
        "ends_at": plan.ends_at,
        "place": clean(plan.place, field=N_("Place"), limit=100, required=True),
        "trainer": clean(plan.trainer, field=N_("Trainer"), limit=64, required=True),
        "hours": plan.hours,
        "topic": clean(plan.topic, field=N_("What is taught"), limit=500, lines=True),
    }


def _check_times(
    actor: Actor, starts_at: datetime, ends_at: datetime, hours: float, now: datetime
) -> None:
    today, day = clock.local_day(now, actor.timezone), clock.local_day(starts_at, actor.timezone)
    require_near(day, today)
    if (today - day).days > OLDEST_DAYS:
        raise SessionTooOld(day=day_text(day, weekday=False, year=True), n=OLDEST_DAYS)
    if ends_at <= starts_at:
        raise TimesReversed()
    if ends_at - starts_at > LONGEST:
        raise SessionTooLong(n=int(LONGEST / timedelta(hours=1)))
    most = (ends_at - starts_at) / LESSON
    if not hours > 0:
        raise HoursNotPossible(most=f"{most:.1f}")
    if hours > most + 0.01:
        raise MoreHoursThanTime(hours=f"{hours:g}", most=f"{int(most * 10) / 10:g}")


def _check_present(
    session: Session, actor: Actor, one: TrainingSession, starts_at: datetime, ends_at: datetime
) -> None:
    """Refuse a time at which those present cannot have been there."""
    there = present_at(session, one.id)
    day = clock.local_day(starts_at, actor.timezone)
    wrong = [row for row in there if not _fits(row, day, actor.timezone)]
    if wrong:
        names = accounts.names(session, [row.user_id for row in wrong[:NAMED]])
        raise PresentAlready(
            people=_(", ").join(names.values()),
            day=day_text(day_of(one, actor.timezone)),
            n=len(wrong),
        )
    if starts_at < one.starts_at or ends_at > one.ends_at:
        require_free(session, one, [row.user_id for row in there], starts_at, ends_at)


def _fits(row: Attendance, day: date, timezone: str) -> bool:
    """Whether a presence can be of a day: signed on it, or its sheet ticked then or later."""
    recorded = row.present_at and clock.local_day(row.present_at, timezone)
    return recorded is not None and (recorded == day if row.way == Way.TABLET else recorded >= day)


def _step(
    session: Session,
    actor: Actor,
    one: TrainingSession,
    step: SessionStep,
    *,
    now: datetime,
    reason: str = "",
    old_starts_at: datetime | None = None,
    starts_at: datetime | None = None,
    told: dict[str, Any] | None = None,
) -> None:
    session.add(
        TrainingSessionStep(
            site_id=one.site_id,
            session_id=one.id,
            step=step,
            at=now,
            actor_id=actor.user_id,
            reason=reason,
            old_starts_at=old_starts_at,
            starts_at=starts_at,
        )
    )
    session.flush()
    facts = {"course": one.course_id, "starts_at": one.starts_at, "reason": reason, **(told or {})}
    journal.write(
        session, actor, f"training.{step}_session", "training_session", one.id,
        now=now, facts=facts,
    )  # fmt: skip


def day_of(one: TrainingSession, timezone: str) -> date:
    """The local day on which a session begins."""
    return clock.local_day(one.starts_at, timezone)
