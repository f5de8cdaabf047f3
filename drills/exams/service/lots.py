"""Drawing a paper from the hall's bank, as it is now or once more from its seed."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.exams.drawing import SEEDS, draw, fingerprint, parts_of
from drills.exams.models import Exam, Question
from drills.exams.service.definitions import require_bank
from drills.exams.service.questions import bank_of, items_of, mark_used


@dataclass(frozen=True, slots=True)
class Lot:
    """A paper as it was drawn; `bank` tells the versions that it was drawn from."""

    seed: int
    questions: tuple[int, ...]
    orders: tuple[str, ...]
    bank: str
    out_of: int


def draw_paper(session: Session, exam: Exam, *, seed: int | None = None, now: datetime) -> Lot:
    """Draw the exam's questions; without a seed by a new one that nobody can foretell.

    From now on these versions of the questions never change. Raises `BankTooSmall`.
    """
    questions = bank_of(session, exam.site_id)
    items, parts = items_of(questions, exam.course_id), parts_of(exam.parts)
    require_bank(items, parts)
    if seed is None:
        seed = secrets.randbelow(SEEDS)
    drawn = draw(items, parts, seed, is_shuffled=exam.is_shuffled)
    points = {one.id: one.points for one in questions}
    mark_used(session, drawn.questions, now)
    return Lot(
        seed=seed,
        questions=drawn.questions,
        orders=drawn.orders,
        bank=fingerprint(items),
        out_of=sum(points[one] for one in drawn.questions),
    )


def questions_of(session: Session, ids: Sequence[int]) -> list[Question]:
    """The versions of a paper in its order."""
    found = {one.id: one for one in session.scalars(select(Question).where(Question.id.in_(ids)))}
    return [found[one] for one in ids]
