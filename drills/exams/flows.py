"""What exams tell to training: each result, once, with where it comes from."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.exams.models import Attempt, PracticalTest
from drills.training import service as training
from drills.training.service import Result, Source
from safety_app.core.access import Actor


def record_attempt(
    session: Session, actor: Actor | None, attempt: Attempt, course_id: int, *, now: datetime
) -> None:
    """Record what an attempt came to with its course, passed or not."""
    training.record_result(
        session,
        actor,
        site_id=attempt.site_id,
        user_id=attempt.user_id,
        course_id=course_id,
        on=attempt.held_on,
        passed=bool(attempt.passed),
        score=(attempt.halves or 0) / 2,
        out_of=float(attempt.out_of),
        source=Source.EXAM,
        source_key=_key(attempt),
        now=now,
    )


def strike_attempt(
    session: Session, actor: Actor, attempt: Attempt, *, reason: str, now: datetime
) -> None:
    """Strike the result that an attempt gave to its course, or what stands in its place by now,
    unless that was done there already."""
    query = select(Result).where(
        Result.site_id == attempt.site_id, Result.source_key == _key(attempt)
    )
    result = session.scalar(query)
    while result is not None and result.superseded_at is not None:
        result = session.scalar(select(Result).where(Result.supersedes_id == result.id))
    if result is not None and not result.is_void:
        training.strike(session, actor, result.id, reason=reason, now=now)


def _key(attempt: Attempt) -> str:
    return f"exams:attempt:{attempt.number}"


def record_practical(session: Session, actor: Actor, test: PracticalTest, *, now: datetime) -> None:
    """Record what a practical test came to with its course, passed or not."""
    training.record_result(
        session,
        actor,
        site_id=test.site_id,
        user_id=test.user_id,
        course_id=test.course_id,
        on=test.held_on,
        passed=test.passed,
        source=Source.PRACTICAL,
        source_key=f"exams:practical:{test.number}",
        note=test.note,
        now=now,
    )
