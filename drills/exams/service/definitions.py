"""What is examined for a course, and by which rules."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.exams.drawing import Item, Lack, Part, lacks, parts_of
from drills.exams.errors import (
    BankTooSmall,
    ExamChanged,
    FigureNotPossible,
    NoParts,
    PassMarkTooLow,
    TooManyQuestions,
)
from drills.exams.models import Exam
from drills.exams.ready import ready
from drills.exams.service.questions import bank_of, items_of, require_keep
from drills.training import service as training
from drills.training.service import Course
from safety_app.core import journal
from safety_app.core.access import Actor
from safety_app.core.errors import NotFound
from safety_app.core.i18n import N_, bilingual
from safety_app.core.text import clean

MOST_QUESTIONS: Final = 100
MINUTES: Final = (5, 240)
GRACE: Final = (0, 30)
ATTEMPTS: Final = (0, 10)
RETAKE_DAYS: Final = (0, 90)
PASS_PERCENT: Final = (1, 100)


@dataclass(frozen=True, slots=True)
class ExamFacts:
    """An exam as it is said on the form. `attempts` 0 means as many as one likes."""

    course_id: int
    title: str
    parts: tuple[Part, ...]
    minutes: int = 45
    pass_percent: int = 80
    attempts: int = 3
    retake_days: int = 1
    grace_minutes: int = 10
    gives_part_marks: bool = False
    is_shuffled: bool = True
    title_en: str = ""
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules by which one attempt is sat and marked, as they were when it began."""

    minutes: int
    pass_percent: int
    grace_minutes: int
    gives_part_marks: bool
    title: str
    title_en: str

    @property
    def grace(self) -> timedelta:
        """How long after the deadline an answer may arrive; so much time is given back at most."""
        return timedelta(minutes=self.grace_minutes)

    @property
    def name(self) -> str:
        """The title in the current language."""
        return bilingual(self.title, self.title_en)

    def kept(self) -> dict[str, Any]:
        """As a column keeps it."""
        return asdict(self)


def rules_of(exam: Exam) -> Rules:
    """The rules in force."""
    return Rules(
        minutes=exam.minutes,
        pass_percent=exam.pass_percent,
        grace_minutes=exam.grace_minutes,
        gives_part_marks=exam.gives_part_marks,
        title=exam.title,
        title_en=exam.title_en,
    )


def list_exams(session: Session, site_id: int, *, inactive: bool = False) -> list[Exam]:
    """The exams of a hall by title."""
    query = select(Exam).where(Exam.site_id == site_id)
    if not inactive:
        query = query.where(Exam.is_active)
    return list(session.scalars(query.order_by(Exam.is_active.desc(), Exam.title, Exam.id)))


def get_exam(session: Session, site_id: int, exam_id: int) -> Exam:
    """One exam of a hall."""
    found = session.get(Exam, exam_id)
    if found is None or found.site_id != site_id:
        raise NotFound()
    return found


def exam_name(exam: Exam) -> str:
    """Its title in the current language."""
    return bilingual(exam.title, exam.title_en)


def save_exam(
    session: Session,
    actor: Actor,
    facts: ExamFacts,
    *,
    exam_id: int | None = None,
    row_version: int | None = None,
    now: datetime,
) -> Exam:
    """Add an exam or change one; attempts under way keep the rules they began with."""
    require_keep(actor)
    journal.lock(session)
    course = training.get_course(session, actor.site_id, facts.course_id)
    _check_figures(facts)
    if facts.pass_percent < course.pass_mark:
        name = bilingual(course.name, course.name_en)
        raise PassMarkTooLow(course=name, least=course.pass_mark)
    exam = _wanted(session, actor, exam_id, row_version)
    _check_bank(session, actor.site_id, facts)
    _write(exam, facts)
    exam.changed_by, exam.changed_at = actor.user_id, now
    session.add(exam)
    session.flush()
    told = {**asdict(facts), "parts": exam.parts}
    journal.write(session, actor, "exams.save_exam", "exam", exam.id, now=now, facts=told)
    return exam


def without_exam(session: Session, site_id: int) -> list[Course]:
    """The courses that need an exam, have none yet, and for which one is ready to be set up."""
    have = set(session.scalars(select(Exam.course_id).where(Exam.site_id == site_id)))
    return [
        one
        for one in training.list_courses(session, site_id)
        if one.needs_exam and one.code in ready() and one.id not in have
    ]


def add_ready(session: Session, actor: Actor, *, now: datetime) -> list[Exam]:
    """Set up the exams that are ready for courses without one; twice makes none twice."""
    require_keep(actor)
    journal.lock(session)
    made = []
    for course in without_exam(session, actor.site_id):
        one = ready()[course.code]
        facts = ExamFacts(
            course_id=course.id, title=one.title, title_en=one.title_en, parts=one.parts,
            minutes=one.minutes, pass_percent=course.pass_mark,
        )  # fmt: skip
        made.append(save_exam(session, actor, facts, now=now))
    return made


def _wanted(session: Session, actor: Actor, exam_id: int | None, row_version: int | None) -> Exam:
    if exam_id is None:
        return Exam(site_id=actor.site_id, row_version=1)
    exam = get_exam(session, actor.site_id, exam_id)
    if row_version is not None and exam.row_version != row_version:
        raise ExamChanged()
    exam.row_version += 1
    return exam


def _write(exam: Exam, facts: ExamFacts) -> None:
    exam.course_id = facts.course_id
    exam.title = clean(facts.title, field=N_("Title"), limit=100, required=True)
    exam.title_en = clean(facts.title_en, field=N_("Title in English"), limit=100)
    exam.parts = [
        {"kind": str(one.kind), "topic": one.topic, "count": one.count}
        for one in facts.parts
        if one.count
    ]
    exam.minutes, exam.pass_percent = facts.minutes, facts.pass_percent
    exam.attempts, exam.retake_days = facts.attempts, facts.retake_days
    exam.grace_minutes = facts.grace_minutes
    exam.gives_part_marks, exam.is_shuffled = facts.gives_part_marks, facts.is_shuffled
    exam.is_active = facts.is_active


def _check_figures(facts: ExamFacts) -> None:
    total = sum(one.count for one in facts.parts)
    if total < 1 or any(one.count < 0 for one in facts.parts):
        raise NoParts()
    if total > MOST_QUESTIONS:
        raise TooManyQuestions(most=MOST_QUESTIONS, n=total)
    limits = (
        (N_("Minutes"), facts.minutes, MINUTES),
        (N_("Pass mark in per cent"), facts.pass_percent, PASS_PERCENT),
        (N_("Attempts allowed"), facts.attempts, ATTEMPTS),
        (N_("Days before a retake"), facts.retake_days, RETAKE_DAYS),
        (N_("Minutes of grace"), facts.grace_minutes, GRACE),
    )
    for field, value, (least, most) in limits:
        if not least <= value <= most:
            raise FigureNotPossible(field=field, least=least, most=most)


def _check_bank(session: Session, site_id: int, facts: ExamFacts) -> None:
    if facts.is_active:
        require_bank(items_of(bank_of(session, site_id), facts.course_id), facts.parts)


def require_bank(items: Sequence[Item], parts: Sequence[Part]) -> None:
    """Raise `BankTooSmall`, saying how many questions of what are missing."""
    missing = lacks(items, [one for one in parts if one.count])
    if missing:
        raise BankTooSmall(missing)


def lacks_of(session: Session, exam: Exam) -> list[Lack]:
    """What an exam's bank is short of now, since questions were taken out."""
    items = items_of(bank_of(session, exam.site_id), exam.course_id)
    return lacks(items, parts_of(exam.parts))
