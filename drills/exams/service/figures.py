"""How questions and exams do: for who keeps the bank, never about one person."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from drills.exams.models import Attempt, Form, Question
from drills.exams.permissions import Permission
from drills.exams.service import marking
from drills.exams.service.questions import WHO_GRADES
from safety_app.core.access import Actor


@dataclass(frozen=True, slots=True)
class QuestionFigure:
    """How often a question was asked, and how often it was answered rightly."""

    code: str
    asked: int
    right: int


@dataclass(frozen=True, slots=True)
class ExamFigure:
    """How often an exam was sat, and how often it was passed; people count once."""

    exam_id: int
    sat: int
    passed: int
    people: int
    people_passed: int


def question_figures(
    session: Session, actor: Actor, first: date, last: date
) -> dict[str, QuestionFigure]:
    """By code, all versions together, in the exams on tablets of a time."""
    actor.require(Permission.GRADE, who=WHO_GRADES)
    query = select(Attempt).where(
        Attempt.site_id == actor.site_id,
        Attempt.form == Form.TABLET,
        Attempt.passed.is_not(None),
        Attempt.struck_at.is_(None),
        Attempt.held_on.between(first, last),
    )
    attempts = session.scalars(query).all()
    ids = {one for attempt in attempts for one in attempt.questions}
    versions = {
        one.id: one for one in session.scalars(select(Question).where(Question.id.in_(ids)))
    }
    asked: dict[str, int] = defaultdict(int)
    right: dict[str, int] = defaultdict(int)
    for attempt in attempts:
        questions = [versions[one] for one in attempt.questions]
        marks = marking.marks_of(attempt, questions)
        for question, marked in zip(questions, marks, strict=True):
            asked[question.code] += 1
            right[question.code] += marked.is_right
    return {code: QuestionFigure(code, n, right[code]) for code, n in asked.items()}


def exam_figures(session: Session, actor: Actor, first: date, last: date) -> list[ExamFigure]:
    """By exam, in all forms, of a time."""
    actor.require(Permission.GRADE, who=WHO_GRADES)
    passed = Attempt.passed.is_(True)
    query = (
        select(
            Attempt.exam_id,
            func.count(),
            func.count().filter(passed),
            func.count(Attempt.user_id.distinct()),
            func.count(Attempt.user_id.distinct()).filter(passed),
        )
        .where(
            Attempt.site_id == actor.site_id,
            Attempt.passed.is_not(None),
            Attempt.struck_at.is_(None),
            Attempt.held_on.between(first, last),
        )
        .group_by(Attempt.exam_id)
        .order_by(Attempt.exam_id)
    )
    return [ExamFigure(*row) for row in session.execute(query)]
