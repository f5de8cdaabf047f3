"""The end of an attempt: marked, kept, and recorded with the course."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.exams import flows, scoring
from drills.exams.models import Attempt, Ending, Exam, Question
from drills.exams.scoring import Marked
from drills.exams.service.definitions import Rules
from drills.exams.service.lots import questions_of
from safety_app.core import journal
from safety_app.core.access import Actor

MOST: Final = 50
"""So many attempts are marked in one transaction of the job."""


def marks_of(attempt: Attempt, questions: Sequence[Question]) -> list[Marked]:
    """What each answer came to."""
    rules = Rules(**attempt.rules)
    return [
        scoring.mark(
            scoring.choice_of(char),
            scoring.as_shown(scoring.mask_of(question.right), order),
            question.points,
            gives_part_marks=rules.gives_part_marks,
        )
        for char, order, question in zip(attempt.answers, attempt.orders, questions, strict=True)
    ]


def finish(
    session: Session, attempt: Attempt, actor: Actor | None, *, ending: Ending, now: datetime
) -> None:
    """Mark the answers as they stand; final. Where time ended it, it ended at the deadline."""
    rules = Rules(**attempt.rules)
    marked = marks_of(attempt, questions_of(session, attempt.questions))
    attempt.halves = scoring.halves_of(marked)
    attempt.passed = scoring.has_passed(attempt.halves, attempt.out_of, rules.pass_percent)
    attempt.ended_by = ending
    attempt.submitted_at = now
    if ending is Ending.TIME and attempt.deadline is not None:
        attempt.submitted_at = min(now, attempt.deadline)
    session.flush()
    conclude(session, attempt, actor, now=now)


def conclude(session: Session, attempt: Attempt, actor: Actor | None, *, now: datetime) -> None:
    """Write a result that stands into the journal and to the course."""
    facts = {
        "number": attempt.number, "halves": attempt.halves, "out_of": attempt.out_of,
        "passed": attempt.passed, "answers": attempt.answers, "ended_by": attempt.ended_by,
        "late": attempt.late, "given_back": attempt.given_back,
    }  # fmt: skip
    journal.write(
        session, actor, "exams.finish", "exam_attempt", attempt.id,
        now=now, site_id=attempt.site_id, facts=facts,
    )  # fmt: skip
    exam = session.get_one(Exam, attempt.exam_id)
    flows.record_attempt(session, actor, attempt, exam.course_id, now=now)


def is_over(attempt: Attempt, now: datetime) -> bool:
    """Whether nothing can arrive any more, though nobody has handed it in."""
    return (
        attempt.submitted_at is None and attempt.closes_at is not None and now >= attempt.closes_at
    )


def close_overdue(session: Session, now: datetime) -> int:
    """Mark what was left lying beyond the grace after its deadline; safe to run twice."""
    query = select(Attempt).where(Attempt.submitted_at.is_(None), Attempt.closes_at <= now)
    if session.scalar(query.with_only_columns(Attempt.id).limit(1)) is None:
        return 0
    journal.lock(session)  # before the rows, as everybody else does
    waiting = query.order_by(Attempt.closes_at).limit(MOST).with_for_update()
    found = session.scalars(waiting.execution_options(populate_existing=True)).all()
    for attempt in found:
        finish(session, attempt, None, ending=Ending.TIME, now=now)
    return len(found)
