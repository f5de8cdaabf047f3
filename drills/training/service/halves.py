"""Exam and practical test: each passes its own half of a course, and nothing else."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Final, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from drills.training.coverage import add_months
from drills.training.models import PARTS, Course, Result, Source

PART_MONTHS: Final = 12
"""For so long an exam waits for its practical test, or the other way round."""


class Half(NamedTuple):
    """A pass of one half, in the order in which halves are put together."""

    on: date
    id: int
    source: Source


def is_whole(session: Session, course: Course, user_id: int, on: date, source: Source) -> bool:
    """Whether a pass stands for the course, rather than for one half of it or for none."""
    if stands_alone(course, source):
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


def stands_alone(course: Course, source: Source) -> bool:
    """Whether every pass of this kind stands for the course by itself."""
    return source not in PARTS or course.parts == {source}


def complete(session: Session, course: Course, user_id: int, now: datetime) -> None:
    """Halves come to count where the other one is there by now."""
    if course.parts != PARTS:
        return
    waiting = _passes(course, user_id).where(Result.source.in_(PARTS), Result.counts.is_(False))
    for half in session.scalars(waiting.order_by(Result.on_date, Result.id)).all():
        if is_whole(session, course, user_id, half.on_date, half.source):
            half.counts, half.counted_at = True, now
            session.flush()


def halves_of(session: Session, course: Course, user_id: int) -> list[Half]:
    """The halves of a course that somebody has passed, as it stands."""
    found = session.scalars(_passes(course, user_id).where(Result.source.in_(PARTS)))
    return [Half(one.on_date, one.id, Source(one.source)) for one in found]


def wholes(halves: Collection[Half]) -> set[int]:
    """Which of them complete the course; each half is used once."""
    found: set[int] = set()
    waiting: list[Half] = []
    for one in sorted(halves):
        if _others(one, waiting):
            found.add(one.id)
            waiting.clear()
        else:
            waiting.append(one)
    return found


def forsaken(before: Collection[Half], after: Collection[Half]) -> set[int]:
    """Which of those before have lost the half that they completed the course with."""
    bereft = {one.id for one in before if _others(one, before) and not _others(one, after)}
    return (wholes(before) - wholes(after)) | bereft


def _others(one: Half, halves: Collection[Half]) -> list[Half]:
    """What may have waited for this half."""
    oldest = add_months(one.on, -PART_MONTHS)
    return [each for each in halves if each.source != one.source and oldest <= each.on <= one.on]


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
