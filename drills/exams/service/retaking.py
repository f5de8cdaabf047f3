"""Whether somebody may sit an exam now, and if not, why and from when on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.exams.errors import (
    AttemptsUsedUp,
    ExamNotOffered,
    HoursMissing,
    PassedAlready,
    RetakeTooEarly,
)
from drills.exams.models import Attempt, Exam, ExamLeave
from drills.exams.service.definitions import exam_name
from drills.training import service as training
from drills.training.coverage import covered_until
from drills.training.service import Course
from drills.training.service.rules import rules as rules_of
from drills.training.service.shortages import Shortages, shortages
from safety_app.accounts import service as accounts
from safety_app.core import clock
from safety_app.core.errors import AppError
from safety_app.core.i18n import bilingual, day_text, moment_text
from safety_app.workplace import service as workplace

RESIT_AFTER: Final = timedelta(days=30)
"""Who has passed may sit it again after so long: for the next refresher, not to better a mark."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody stands with an exam.

    `used` are attempts since the last pass; `allowed` the most of them, `None` without an end.
    """

    used: int
    allowed: int | None
    refused: AppError | None
    running: Attempt | None = None
    last: Attempt | None = None
    last_passed: Attempt | None = None
    next_on: date | None = None

    @property
    def may_sit(self) -> bool:
        """Whether it can be begun now."""
        return self.refused is None and self.running is None


@dataclass(frozen=True, slots=True)
class Outlook:
    """By course from when on it is lacking, or the last day of its cover (`date.max`: no end).

    What is in neither is not needed, or no exam passes it.
    """

    lacks: dict[int, date]
    held: dict[int, date]


def standing(
    session: Session, exam: Exam, user_id: int, today: date, *, needs_hours: bool = True
) -> Standing:
    """How one person stands with one exam.

    Whoever has passed lately may sit it again all the same where the course is lacking once more,
    say after a transfer. Nobody begins it without the hours of its course, if `needs_hours`.
    """
    found = _by_attempts(session, exam, user_id, today)
    if isinstance(found.refused, PassedAlready):
        course = training.get_course(session, exam.site_id, exam.course_id)
        lacks = lacking(session, exam.site_id, user_id, today)
        if course.parts == {training.Source.EXAM} and course.id in lacks:
            found = replace(found, refused=None)
    if needs_hours and found.may_sit:
        course = training.get_course(session, exam.site_id, exam.course_id)
        return replace(found, refused=hours_missing(session, course, user_id, today))
    return found


def hours_missing(
    session: Session, course: Course, user_id: int, today: date
) -> HoursMissing | None:
    """What somebody still has to attend before exam or practical test, and when next.

    The training comes first: hours since the last pass count, so a retake asks for none.
    """
    if not course.hours:
        return None
    there = training.hours_towards(session, course, [user_id], today)[user_id]
    if there >= course.hours:
        return None
    now = clock.now()
    unclosed = training.unclosed_on(session, course, user_id, today, now)
    windows = next(iter(accounts.staffing(session, course.site_id, [user_id]))).window_ids
    ahead = training.next_sessions(session, course.site_id, now, [course.id], windows=windows).get(
        course.id
    )
    zone = workplace.site(session, course.site_id).timezone
    return HoursMissing(
        course=bilingual(course.name, course.name_en), there=there, total=course.hours,
        when=moment_text(ahead.starts_at, zone) if ahead else "",
        unclosed=_day(unclosed) if unclosed else "",
    )  # fmt: skip


def lacking(
    session: Session, site_id: int, user_id: int, today: date, *, days: int = 0
) -> dict[int, date]:
    """The courses that somebody lacks within so many days, and from when on each."""
    within = (today, today + timedelta(days=days))
    return _from_when(shortages(session, site_id, within, [user_id]), user_id)


def outlook(session: Session, site_id: int, user_id: int, today: date, *, days: int) -> Outlook:
    """What somebody lacks within so many days, and until when the rest of what they need holds."""
    found = shortages(session, site_id, (today, today + timedelta(days=days)), [user_id])
    lacks, worker = _from_when(found, user_id), found.people.workers.get(user_id)
    examined = {one.id for one in training.list_courses(session, site_id) if one.needs_exam}
    needs = rules_of(session, site_id).needs(worker, today) if worker else {}
    proofs = found.proofs.get(user_id, {})
    held = {
        course_id: until
        for course_id, need in needs.items()
        if course_id not in lacks
        and (until := covered_until(need, proofs.get(course_id, ()), today)) is not None
    }
    return Outlook({one: first for one, first in lacks.items() if one in examined}, held)


def _from_when(found: Shortages, user_id: int) -> dict[int, date]:
    lacks = found.lacks.get(user_id, {})
    return {course_id: min(first for first, _last in spans) for course_id, spans in lacks.items()}


def _by_attempts(session: Session, exam: Exam, user_id: int, today: date) -> Standing:
    """How a person stands with an exam by what they have sat.

    Attempts count for the course: another exam of it is no way around the rules of retaking.
    """
    exams = select(Exam.id).where(Exam.site_id == exam.site_id, Exam.course_id == exam.course_id)
    query = select(Attempt).where(
        Attempt.user_id == user_id, Attempt.exam_id.in_(exams), Attempt.struck_at.is_(None)
    )
    attempts = session.scalars(query.order_by(Attempt.held_on, Attempt.id)).all()
    given = select(ExamLeave).where(ExamLeave.user_id == user_id, ExamLeave.exam_id.in_(exams))
    leaves = session.scalars(given.order_by(ExamLeave.id)).all()
    return judge(exam, attempts, leaves, today)


def judge(
    exam: Exam, attempts: Sequence[Attempt], leaves: Sequence[ExamLeave], today: date
) -> Standing:
    """By the attempts in the course so far, in order, and the leave that was given."""
    running = next((one for one in attempts if one.passed is None and one.exam_id == exam.id), None)
    over = [one for one in attempts if one.passed is not None]
    passes = [at for at, one in enumerate(over) if one.passed]
    passed = over[passes[-1]] if passes else None
    since = over[passes[-1] + 1 :] if passes else over
    extra = [one for one in leaves if passed is None or one.given_at > _over_at(passed)]
    open_leave = [one for one in extra if not over or one.given_at > _over_at(over[-1])]
    allowed = exam.attempts + len(extra) if exam.attempts else None
    refused, next_on = None, None
    if not open_leave:
        refused, next_on = _refusal(exam, passed, since, allowed, today)
    if not exam.is_active:
        refused = ExamNotOffered(exam=exam_name(exam))
    return Standing(
        used=len(since),
        allowed=allowed,
        refused=refused,
        running=running,
        last=over[-1] if over else None,
        last_passed=passed,
        next_on=next_on,
    )


def _over_at(attempt: Attempt) -> datetime:
    if attempt.submitted_at is None:
        raise ValueError(attempt.number)
    return attempt.submitted_at


def _refusal(
    exam: Exam,
    passed: Attempt | None,
    since: Sequence[Attempt],
    allowed: int | None,
    today: date,
) -> tuple[AppError | None, date | None]:
    """Why not now, and from which day on."""
    if not since:
        if passed is None or today >= passed.held_on + RESIT_AFTER:
            return None, None
        again = passed.held_on + RESIT_AFTER
        return PassedAlready(day=_day(passed.held_on), until=_day(again)), again
    if allowed is not None and len(since) >= allowed:
        return AttemptsUsedUp(n=len(since)), None
    again = since[-1].held_on + timedelta(days=exam.retake_days)
    if today < again:
        return RetakeTooEarly(day=_day(since[-1].held_on), until=_day(again)), again
    return None, again


def _day(day: date) -> str:
    return day_text(day, weekday=False, year=True)
