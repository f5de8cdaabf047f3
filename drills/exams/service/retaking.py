"""Whether somebody may sit an exam now, and if not, why and from when on."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.exams.errors import (
    AttemptsUsedUp,
    ExamNotOffered,
    PassedAlready,
    RetakeTooEarly,
)
from drills.exams.models import Attempt, Exam, ExamLeave
from drills.exams.service.definitions import exam_name
from drills.training import service as training
from drills.training.service.shortages import shortages
from safety_app.core.errors import AppError
from safety_app.core.i18n import day_text

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


def standing(session: Session, exam: Exam, user_id: int, today: date) -> Standing:
    """How one person stands with one exam.

    Whoever has passed lately may sit it again all the same where the course is lacking once more,
    say after a transfer.
    """
    found = standings(session, [exam], user_id, today)[exam.id]
    if not isinstance(found.refused, PassedAlready):
        return found
    course = training.get_course(session, exam.site_id, exam.course_id)
    if course.needs_practical or course.id not in lacking(session, exam.site_id, user_id, today):
        return found
    return replace(found, refused=None)


def lacking(
    session: Session, site_id: int, user_id: int, today: date, *, days: int = 0
) -> dict[int, date]:
    """The courses that somebody lacks within so many days, and from when on each."""
    within = (today, today + timedelta(days=days))
    lacks = shortages(session, site_id, within, [user_id]).lacks.get(user_id, {})
    return {course_id: min(first for first, _last in spans) for course_id, spans in lacks.items()}


def standings(
    session: Session, exams: Collection[Exam], user_id: int, today: date
) -> dict[int, Standing]:
    """How a person stands with several exams, by exam."""
    ids = [one.id for one in exams]
    query = select(Attempt).where(
        Attempt.user_id == user_id, Attempt.exam_id.in_(ids), Attempt.struck_at.is_(None)
    )
    attempts = session.scalars(query.order_by(Attempt.held_on, Attempt.id)).all()
    given = select(ExamLeave).where(ExamLeave.user_id == user_id, ExamLeave.exam_id.in_(ids))
    leaves = session.scalars(given.order_by(ExamLeave.id)).all()
    return {
        exam.id: judge(
            exam,
            [one for one in attempts if one.exam_id == exam.id],
            [one for one in leaves if one.exam_id == exam.id],
            today,
        )
        for exam in exams
    }


def judge(
    exam: Exam, attempts: Sequence[Attempt], leaves: Sequence[ExamLeave], today: date
) -> Standing:
    """By the attempts so far, in order, and the leave that was given."""
    running = next((one for one in attempts if one.passed is None), None)
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
