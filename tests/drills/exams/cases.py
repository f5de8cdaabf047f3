"""Plain functions that make an exam for a test, and a candidate who sits it."""

import itertools
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.exams import scoring
from drills.exams.drawing import Part
from drills.exams.entries import Entry
from drills.exams.models import Attempt, Exam, Kind, Question
from drills.exams.service import answering, definitions, lots, questions, sitting
from drills.exams.service.answering import Receipt
from drills.exams.service.checking import Facts
from drills.exams.service.definitions import ExamFacts
from drills.exams.service.sitting import Opened
from drills.training import service as training
from safety_app.core.access import Actor
from tests.cast import NOW, Cast

PARTS: Final = (Part(Kind.SINGLE, 5), Part(Kind.MULTIPLE, 2), Part(Kind.TRUE_FALSE, 3))
"""Ten questions for 24 points; 80 per cent are 19.2."""
_tokens = itertools.count(1)


def token() -> str:
    """A token as a tablet makes one up."""
    return f"tablet-token-of-a-test-{next(_tokens):012}"


def course_id(session: Session, hall: Cast, code: str = "PRE-WINDOW") -> int:
    """A shipped course."""
    courses = training.list_courses(session, hall.site_id)
    return next(one.id for one in courses if one.code == code)


def exam_facts(session: Session, hall: Cast, **changes: Any) -> ExamFacts:
    """An exam of ten questions in 30 minutes, to be retaken once after two days."""
    facts: dict[str, Any] = {
        "course_id": course_id(session, hall),
        "title": "窗口级岗前安全考试",
        "title_en": "Pre-post exam, window level",
        "parts": PARTS,
        "minutes": 30,
        "pass_percent": 80,
        "attempts": 2,
        "retake_days": 2,
        "grace_minutes": 10,
        **changes,
    }
    return ExamFacts(**facts)


def make_exam(
    session: Session, hall: Cast, *, now: datetime = NOW, hours: float = 0, **changes: Any
) -> Exam:
    """The same, kept by the officer; unless said otherwise its course asks for no hours before."""
    facts = exam_facts(session, hall, **changes)
    ask_hours(session, hall, facts.course_id, hours)
    return definitions.save_exam(session, hall.officer, facts, now=now)


def ask_hours(session: Session, hall: Cast, course: int, hours: float) -> None:
    """So many hours are to be attended before the exam of a course, as the hall has it."""
    found = training.get_course(session, hall.site_id, course)
    found.hours, found.changed = hours, [*found.changed, "hours"]
    session.flush()


def question_facts(**changes: Any) -> Facts:
    """A single choice that can be asked."""
    facts: dict[str, Any] = {
        "topic": "patrol",
        "kind": Kind.SINGLE,
        "text": "窗口的安全巡查记录保存在哪里？",
        "options": (("系统里", "In the system"), ("废纸上", "On scrap paper")),
        "right": "A",
        "points": 2,
        **changes,
    }
    return Facts(**facts)


def add_question(session: Session, hall: Cast, *, now: datetime = NOW, **changes: Any) -> Question:
    """The same in the hall's bank."""
    return questions.add_question(session, hall.officer, question_facts(**changes), now=now)


@dataclass
class Candidate:
    """One person with one exam open on one tablet."""

    session: Session
    actor: Actor
    exam_id: int
    now: datetime = NOW
    token: str = field(default_factory=token)
    seq: int = 0
    opened: Opened = field(init=False)

    def begin(self) -> "Candidate":
        """Draw the paper."""
        self.opened = sitting.begin(
            self.session, self.actor, self.exam_id, token=self.token, now=self.now
        )
        self.seq = self.opened.last_seq
        return self

    def open(self, attempt_id: int) -> "Candidate":
        """Go on with an attempt, perhaps one that another tablet has."""
        self.opened = sitting.open_attempt(
            self.session, self.actor, attempt_id, token=self.token, now=self.now
        )
        self.seq = self.opened.last_seq
        return self

    def entry(self, place: int, choice: int, **facts: Any) -> Entry:
        """An entry as the tablet sends it."""
        return Entry(seq=self.seq, place=place, choice=choice, **facts)

    def answer(self, place: int, choice: int, **facts: Any) -> Receipt:
        """Send the next entry; its number counts once it was taken."""
        entry = Entry(seq=self.seq + 1, place=place, choice=choice, **facts)
        kept = self.send(entry)
        self.seq += 1
        return kept

    def send(self, entry: Entry) -> Receipt:
        """Send an entry as it stands."""
        return answering.record(
            self.session, self.token, entry, attempt_id=self.opened.attempt.id, now=self.now
        )

    def right(self, place: int) -> int:
        """The right choice of a question as shown, which only the test knows."""
        attempt = self.attempt
        question = lots.questions_of(self.session, attempt.questions)[place]
        return scoring.as_shown(scoring.mask_of(question.right), attempt.orders[place])

    def wrong(self, place: int) -> int:
        """A choice that is wrong."""
        return 1 if self.right(place) != 1 else 2

    def answer_all(self, *, wrong: tuple[int, ...] = ()) -> None:
        """Answer every question rightly, but for these places."""
        for place in range(len(self.opened.questions)):
            self.answer(place, self.wrong(place) if place in wrong else self.right(place))

    def submit(self) -> Attempt:
        """Hand it in."""
        return answering.submit(
            self.session, self.token, attempt_id=self.opened.attempt.id,
            last_seq=self.seq, now=self.now,
        )  # fmt: skip

    @property
    def attempt(self) -> Attempt:
        """The attempt as it stands."""
        self.session.expire_all()
        query = select(Attempt).where(Attempt.id == self.opened.attempt.id)
        return self.session.scalars(query).one()


def sat(
    session: Session, hall: Cast, exam: Exam, *, by: Actor | None = None, passes: bool = True,
    now: datetime = NOW,
) -> Attempt:  # fmt: skip
    """An attempt that was begun and handed in at one moment."""
    candidate = Candidate(session, by or hall.staff, exam.id, now=now).begin()
    candidate.answer_all(wrong=() if passes else tuple(range(len(candidate.opened.questions))))
    return candidate.submit()
