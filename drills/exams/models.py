"""Tables of exams: questions and their versions, definitions, attempts, papers, practical tests."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from safety_app.core.db import Base, Record
from safety_app.core.i18n import N_

_CURRENT: Final = text("replaced_at IS NULL")
_UNDER_WAY: Final = text("submitted_at IS NULL")


class Kind(StrEnum):
    """How a question is answered; in the order in which a paper asks them."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "true_false"


KIND_NAMES: Final[Mapping[str, str]] = {
    Kind.SINGLE: N_("Single choice"),
    Kind.MULTIPLE: N_("Multiple choice"),
    Kind.TRUE_FALSE: N_("True or false"),
}
USUAL_POINTS: Final[Mapping[str, int]] = {Kind.SINGLE: 2, Kind.MULTIPLE: 4, Kind.TRUE_FALSE: 2}


class Form(StrEnum):
    """How an attempt was sat."""

    TABLET = "tablet"
    PAPER = "paper"


FORM_NAMES: Final[Mapping[str, str]] = {
    Form.TABLET: N_("On a tablet"),
    Form.PAPER: N_("Written on paper"),
}


class Ending(StrEnum):
    """What ended an attempt on the tablet."""

    CANDIDATE = "candidate"
    TIME = "time"


class Question(Base):
    """One version of a question; what was drawn once never changes.

    A question is known by its `code`. Shipped ones belong to no site; a hall's own version of one
    wins over it. `options` are pairs of a Chinese and an English wording, `right` the letters of
    the right ones. The version in force has no `replaced_at`.
    """

    __tablename__ = "exam_questions"
    __table_args__ = (
        Index(
            "uq_exam_questions_version", text("coalesce(site_id, 0)"), "code", "version",
            unique=True,
        ),
        Index(
            "uq_exam_questions_current", text("coalesce(site_id, 0)"), "code", unique=True,
            sqlite_where=_CURRENT, postgresql_where=_CURRENT,
        ),
        CheckConstraint("points > 0", name="points"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id"))
    code: Mapped[str] = mapped_column(String(16))
    version: Mapped[int]
    topic: Mapped[str] = mapped_column(String(32))
    kind: Mapped[Kind] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(String(500))
    text_en: Mapped[str] = mapped_column(String(500), default="")
    options: Mapped[list[list[str]]] = mapped_column(JSON)
    right: Mapped[str] = mapped_column(String(8))
    explanation: Mapped[str] = mapped_column(String(500), default="")
    explanation_en: Mapped[str] = mapped_column(String(500), default="")
    source: Mapped[str] = mapped_column(String(200), default="")
    source_en: Mapped[str] = mapped_column(String(200), default="")
    points: Mapped[int]
    photo_key: Mapped[str] = mapped_column(String(64), default="", index=True)
    course_id: Mapped[int | None] = mapped_column(ForeignKey("training_courses.id"))
    is_active: Mapped[bool] = mapped_column(default=True)
    digest: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]
    replaced_at: Mapped[datetime | None]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]


class Exam(Record):
    """What is examined for a course, and by which rules.

    `parts` are counts of questions: `{"kind", "topic" or "", "count"}`. `attempts` 0 means as many
    as one likes; they begin anew after a pass.
    """

    __tablename__ = "exams"

    course_id: Mapped[int] = mapped_column(ForeignKey("training_courses.id"), index=True)
    title: Mapped[str] = mapped_column(String(100))
    title_en: Mapped[str] = mapped_column(String(100), default="")
    parts: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    minutes: Mapped[int]
    pass_percent: Mapped[int]
    attempts: Mapped[int]
    retake_days: Mapped[int]
    grace_minutes: Mapped[int]
    gives_part_marks: Mapped[bool] = mapped_column(default=False)
    is_shuffled: Mapped[bool] = mapped_column(default=True)
    is_active: Mapped[bool] = mapped_column(default=True)
    row_version: Mapped[int] = mapped_column(default=1)
    changed_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    changed_at: Mapped[datetime]


class ExamPaper(Record):
    """A paper drawn to be printed and answered by hand; the same one may go to many people."""

    __tablename__ = "exam_papers"
    __table_args__ = (UniqueConstraint("site_id", "number"),)

    exam_id: Mapped[int] = mapped_column(ForeignKey("exams.id"), index=True)
    number: Mapped[str] = mapped_column(String(16))
    seed: Mapped[int] = mapped_column(BigInteger)
    questions: Mapped[list[int]] = mapped_column(JSON)
    orders: Mapped[list[str]] = mapped_column(JSON)
    rules: Mapped[dict[str, Any]] = mapped_column(JSON)
    bank: Mapped[str] = mapped_column(String(64))
    out_of: Mapped[int]
    drawn_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    drawn_at: Mapped[datetime]


class Attempt(Record):
    """One person sitting one exam once; failed ones are kept.

    `rules` are those of the exam as it began, `questions` the ids of versions in the order asked,
    `orders` the letters of the options as they were shown, `answers` a character a question (see
    `scoring`), by place as shown. Points count in halves. `deadline` has moved by the time from
    `away_from` to `away_until`, as far as it was given back (in seconds); from `closes_at` on it is
    marked as it stands. On paper only the result is kept. A struck one stays to be seen and counts
    for nothing.
    """

    __tablename__ = "exam_attempts"
    __table_args__ = (
        Index(
            "uq_exam_attempts_open", "user_id", unique=True,
            sqlite_where=_UNDER_WAY, postgresql_where=_UNDER_WAY,
        ),
        Index("ix_exam_attempts_person", "user_id", "exam_id", "held_on"),
        Index("ix_exam_attempts_held", "site_id", "held_on"),
        Index("ix_exam_attempts_running", "closes_at",
              sqlite_where=_UNDER_WAY, postgresql_where=_UNDER_WAY),
        UniqueConstraint("site_id", "number"),
    )  # fmt: skip

    exam_id: Mapped[int] = mapped_column(ForeignKey("exams.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    number: Mapped[str] = mapped_column(String(16))
    form: Mapped[Form] = mapped_column(String(8))
    held_on: Mapped[date]
    rules: Mapped[dict[str, Any]] = mapped_column(JSON)
    paper_id: Mapped[int | None] = mapped_column(ForeignKey("exam_papers.id"), index=True)
    seed: Mapped[int | None] = mapped_column(BigInteger)
    questions: Mapped[list[int]] = mapped_column(JSON)
    orders: Mapped[list[str]] = mapped_column(JSON)
    bank: Mapped[str] = mapped_column(String(64), default="")
    answers: Mapped[str] = mapped_column(String(200), default="")
    marks: Mapped[str] = mapped_column(String(200), default="")
    started_at: Mapped[datetime | None]
    deadline: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    away_from: Mapped[datetime | None]
    away_until: Mapped[datetime | None]
    given_back: Mapped[int] = mapped_column(default=0)
    late: Mapped[int] = mapped_column(default=0)
    submitted_at: Mapped[datetime | None]
    ended_by: Mapped[Ending | None] = mapped_column(String(16))
    halves: Mapped[int | None]
    out_of: Mapped[int]
    passed: Mapped[bool | None]
    assessor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(String(200), default="")
    struck_at: Mapped[datetime | None]
    struck_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    struck_because: Mapped[str] = mapped_column(String(200), default="")


class AttemptToken(Record):
    """Leave to answer one attempt from one tablet; the newest one counts."""

    __tablename__ = "exam_tokens"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("exam_attempts.id"), index=True)
    device_id: Mapped[int | None] = mapped_column(ForeignKey("devices.id"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    last_seq: Mapped[int] = mapped_column(default=0)
    issued_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]


class AttemptFile(Base):
    """A scan of a paper that was answered by hand."""

    __tablename__ = "exam_attempt_files"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("exam_attempts.id"), primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("files.id"), primary_key=True, index=True)


class ExamCounter(Base):
    """The last number of a row of numbers of a site and a local year."""

    __tablename__ = "exam_counters"

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    sort: Mapped[str] = mapped_column(String(4), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class ExamLeave(Record):
    """One more attempt for somebody, at once, whatever the rules of retaking say."""

    __tablename__ = "exam_leaves"
    __table_args__ = (Index("ix_exam_leaves_person", "user_id", "exam_id"),)

    exam_id: Mapped[int] = mapped_column(ForeignKey("exams.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(String(200))
    given_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    given_at: Mapped[datetime]


class PracticalTest(Record):
    """What somebody showed to an assessor, point by point; `points` is the list as it was then.

    `marks` holds a character a point: P done, F not done.
    """

    __tablename__ = "practical_tests"
    __table_args__ = (
        Index("ix_practical_tests_person", "user_id", "list_code", "held_on"),
        Index("ix_practical_tests_held", "site_id", "held_on"),
        UniqueConstraint("site_id", "number"),
    )

    number: Mapped[str] = mapped_column(String(16))
    list_code: Mapped[str] = mapped_column(String(32))
    course_id: Mapped[int] = mapped_column(ForeignKey("training_courses.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    assessor_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    held_on: Mapped[date]
    points: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    marks: Mapped[str] = mapped_column(String(40))
    passed: Mapped[bool]
    note: Mapped[str] = mapped_column(String(500), default="")
    signature: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime]
