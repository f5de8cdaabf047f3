"""Exam and practical test: each passes its own half of a course, and nothing else."""

from datetime import date, datetime
from typing import Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from drills.training.coverage import add_months
from drills.training.models import PARTS, Course, Result, Source

PART_MONTHS: Final = 12
"""For so long an exam waits for its practical test, or the other way round."""


def is_whole(session: Session, course: Course, user_id: int, on: date, source: Source) -> bool:
    """Whether a pass stands for the course, rather than for one half of it or for none."""
    if source not in PARTS or course.parts == {source}:
        return True
    if source not in course.parts:
        return False
    (other,) = PARTS - {source}
    waiting = _passes(course, user_id).where(
        Result.source == other,
        Result.counts.is_(False),
        Result.on_date.between(add_months(on, -PART_MONTHS), on),
        Result.on_date > _last_whole(session, course, user_id, on),
    )
    return session.scalar(waiting.limit(1)) is not None


def complete(session: Session, course: Course, user_id: int, since: date, now: datetime) -> None:
    """Halves from a day on come to count where the other one is there by now."""
    if course.parts != PARTS:
        return
    waiting = _passes(course, user_id).where(
        Result.source.in_(PARTS), Result.counts.is_(False), Result.on_date >= since
    )
    for half in session.scalars(waiting.order_by(Result.on_date, Result.id)).all():
        if is_whole(session, course, user_id, half.on_date, half.source):
            half.counts, half.counted_at = True, now
            session.flush()


def _passes(course: Course, user_id: int) -> Select[Result]:
    return select(Result).where(
        Result.user_id == user_id,
        Result.course_id == course.id,
        Result.passed,
        Result.superseded_at.is_(None),
    )


def _last_whole(session: Session, course: Course, user_id: int, until: date) -> date:
    """The day of the last result up to a day that stands for the whole course; halves up to it
    are used up.

    One that was struck or put right gives its other half back.
    """
    query = _passes(course, user_id).where(
        Result.counts, Result.source.in_(PARTS), Result.on_date <= until
    )
    return session.scalar(query.with_only_columns(func.max(Result.on_date))) or date.min
