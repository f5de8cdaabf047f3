"""Tables of training: courses, who needs them, sessions, results, the gate before duty."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from safety_app.core.db import Base, Record
from safety_app.core.i18n import N_


class CourseKind(StrEnum):
    """What a course is for; the first three are the levels of pre-post training."""

    CENTRE = "centre"
    DEPARTMENT = "department"
    WINDOW = "window"
    REFRESHER = "refresher"
    FIRE = "fire"
    SPECIAL = "special"
    CONTRACTOR = "contractor"


COURSE_KIND_NAMES: Final[Mapping[str, str]] = {
    CourseKind.CENTRE: N_("Before the post, centre level"),
    CourseKind.DEPARTMENT: N_("Before the post, department level"),
    CourseKind.WINDOW: N_("Before the post, window level"),
    CourseKind.REFRESHER: N_("Refresher"),
    CourseKind.FIRE: N_("Fire safety"),
    CourseKind.SPECIAL: N_("Special persons"),
    CourseKind.CONTRACTOR: N_("Third parties"),
}


class Who(StrEnum):
    """Whom a requirement binds; `who_value` names the role, the post or the appointment."""

    EVERYBODY = "everybody"
    ROLE = "role"
    POST = "post"
    APPOINTED = "appointed"
    THIRD_PARTY = "third_party"


WHO_NAMES: Final[Mapping[str, str]] = {
    Who.EVERYBODY: N_("Everybody who works here"),
    Who.ROLE: N_("A role"),
    Who.POST: N_("A post"),
    Who.APPOINTED: N_("Whoever is appointed"),
    Who.THIRD_PARTY: N_("Third parties"),
}


class Occasion(StrEnum):
    """When a requirement binds."""

    NEW = "new"
    TRANSFERRED = "transferred"
    BACK = "back"
    PERIODIC = "periodic"


OCCASION_NAMES: Final[Mapping[str, str]] = {
    Occasion.NEW: N_("Before the first day on duty"),
    Occasion.TRANSFERRED: N_("After a transfer"),
    Occasion.BACK: N_("After a year or more off post"),
    Occasion.PERIODIC: N_("Again and again"),
}


class Source(StrEnum):
    """Where a result comes from."""

    SESSION = "session"
    EXAM = "exam"
    PRACTICAL = "practical"
    IMPORTED = "imported"
    CERTIFICATE = "certificate"


SOURCE_NAMES: Final[Mapping[str, str]] = {
    Source.SESSION: N_("Training session"),
    Source.EXAM: N_("Exam"),
    Source.PRACTICAL: N_("Practical test"),
    Source.IMPORTED: N_("Imported"),
    Source.CERTIFICATE: N_("Certificate from outside"),
}
PARTS: Final = frozenset({Source.EXAM, Source.PRACTICAL})
"""Each stands for its own half of a course alone; all other sources stand for the whole."""


class Course(Record):
    """What can be taught. `changed` names the facts of a shipped one that the hall has changed.

    `pass_mark` is a percentage; a result is valid for `validity_months`, without them for ever.
    """

    __tablename__ = "training_courses"
    __table_args__ = (UniqueConstraint("site_id", "code"),)

    code: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(64))
    name_en: Mapped[str] = mapped_column(String(96), default="")
    kind: Mapped[CourseKind] = mapped_column(String(16))
    hours: Mapped[float] = mapped_column(default=0)
    validity_months: Mapped[int | None]
    needs_exam: Mapped[bool] = mapped_column(default=False)
    needs_practical: Mapped[bool] = mapped_column(default=False)
    pass_mark: Mapped[int] = mapped_column(default=80)
    is_active: Mapped[bool] = mapped_column(default=True)
    rule: Mapped[str] = mapped_column(String(200), default="")
    rule_en: Mapped[str] = mapped_column(String(200), default="")
    mark: Mapped[str] = mapped_column(String(4), default="")
    is_own: Mapped[bool] = mapped_column(default=False)
    changed: Mapped[list[str]] = mapped_column(JSON, default=list)
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    changed_at: Mapped[datetime]

    @property
    def parts(self) -> frozenset[Source]:
        """The halves it ends with; one that has none is passed by attending."""
        asked = {Source.EXAM: self.needs_exam, Source.PRACTICAL: self.needs_practical}
        return frozenset(one for one in PARTS if asked[one])


class Requirement(Record):
    """Who must have passed a course, and when, from `first` to `last` (null: always, still).

    What is changed ends and goes on as a new row, so that a day gone by is judged by what held
    then. `public_months` is the interval where the hall is a place where the public gathers.
    Whoever came before `joined_from` is left out.
    """

    __tablename__ = "training_requirements"
    __table_args__ = (Index("ix_training_requirements_course", "course_id"),)

    course_id: Mapped[int] = mapped_column(ForeignKey("training_courses.id"))
    code: Mapped[str] = mapped_column(String(64))
    who: Mapped[Who] = mapped_column(String(16))
    who_value: Mapped[str] = mapped_column(String(64), default="")
    occasion: Mapped[Occasion] = mapped_column(String(16))
    interval_months: Mapped[int | None]
    public_months: Mapped[int | None]
    gates: Mapped[bool] = mapped_column(default=True)
    joined_from: Mapped[date | None]
    first: Mapped[date | None]
    last: Mapped[date | None]
    rule: Mapped[str] = mapped_column(String(200), default="")
    rule_en: Mapped[str] = mapped_column(String(200), default="")
    mark: Mapped[str] = mapped_column(String(4), default="")
    is_own: Mapped[bool] = mapped_column(default=False)
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    changed_at: Mapped[datetime]


class Result(Record):
    """What somebody's training, exam or certificate came to; never edited.

    `counts` is a pass that stands for the course: of a course with exam and practical test only
    the second of both, and neither that the course does not end with. One that was wrong is
    replaced: `superseded_at` is when, `supersedes_id` names it in the new one. `is_void` says that
    there was no such result at all.
    """

    __tablename__ = "training_records"
    __table_args__ = (
        UniqueConstraint("site_id", "source_key"),
        Index("ix_training_records_user", "user_id", "course_id"),
        Index(
            "ix_training_records_cover",
            "site_id",
            "course_id",
            "user_id",
            "on_date",
            "valid_until",
            sqlite_where=text("counts AND superseded_at IS NULL"),
            postgresql_where=text("counts AND superseded_at IS NULL"),
        ),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("training_courses.id"))
    on_date: Mapped[date]
    passed: Mapped[bool]
    counts: Mapped[bool]
    is_void: Mapped[bool] = mapped_column(default=False)
    score: Mapped[float | None]
    out_of: Mapped[float | None]
    hours: Mapped[float | None]
    valid_until: Mapped[date | None]
    source: Mapped[Source] = mapped_column(String(16))
    source_key: Mapped[str] = mapped_column(String(100))
    certificate: Mapped[str] = mapped_column(String(64), default="")
    issuer: Mapped[str] = mapped_column(String(100), default="")
    note: Mapped[str] = mapped_column(String(500), default="")
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("training_records.id"))
    superseded_at: Mapped[datetime | None]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    recorded_at: Mapped[datetime]
    counted_at: Mapped[datetime | None]
    """When it came to count, if later than it was recorded."""


class SessionStatus(StrEnum):
    """Where a session is."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


SESSION_STATUS_NAMES: Final[Mapping[str, str]] = {
    SessionStatus.PLANNED: N_("Planned"),
    SessionStatus.HELD: N_("Session held"),
    SessionStatus.CANCELLED: N_("Cancelled"),
}


class TrainingSession(Record):
    """A course taught at a time and a place, to one window or to the hall."""

    __tablename__ = "training_sessions"
    __table_args__ = (Index("ix_training_sessions_when", "site_id", "starts_at"),)

    course_id: Mapped[int] = mapped_column(ForeignKey("training_courses.id"))
    window_id: Mapped[int | None] = mapped_column(ForeignKey("windows.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(String(100))
    trainer: Mapped[str] = mapped_column(String(64))
    hours: Mapped[float]
    topic: Mapped[str] = mapped_column(String(500), default="")
    status: Mapped[SessionStatus] = mapped_column(String(16), default=SessionStatus.PLANNED)
    summary: Mapped[str] = mapped_column(Text, default="")
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    closed_at: Mapped[datetime | None]
    row_version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": row_version}


class SessionStep(StrEnum):
    """What can happen to a session."""

    PLAN = "plan"
    CHANGE = "change"
    POSTPONE = "postpone"
    CANCEL = "cancel"
    CLOSE = "close"


class TrainingSessionStep(Record):
    """What was done with a session, when, by whom, and why."""

    __tablename__ = "training_session_steps"

    session_id: Mapped[int] = mapped_column(ForeignKey("training_sessions.id"), index=True)
    step: Mapped[SessionStep] = mapped_column(String(16))
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(String(500), default="")
    old_starts_at: Mapped[datetime | None]
    starts_at: Mapped[datetime | None]


class Way(StrEnum):
    """How somebody's presence was recorded."""

    TABLET = "tablet"
    PAPER = "paper"


class Attendance(Record):
    """Somebody invited to a session; with `present_at` they were there."""

    __tablename__ = "training_attendances"
    __table_args__ = (
        UniqueConstraint("session_id", "user_id"),
        Index("ix_training_attendances_user", "user_id"),
    )

    session_id: Mapped[int] = mapped_column(ForeignKey("training_sessions.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    invited_at: Mapped[datetime]
    present_at: Mapped[datetime | None]
    way: Mapped[Way | None] = mapped_column(String(16))
    signature: Mapped[str | None] = mapped_column(Text)
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class Purpose(StrEnum):
    """What a file of training is."""

    MATERIAL = "material"
    SIGN_IN = "sign_in"
    PROOF = "proof"
    BATCH = "batch"
    """A paper that names many people, seen by those who keep the records only."""


class TrainingFile(Record):
    """Teaching material or a signed sheet of a session, or the proof of a result."""

    __tablename__ = "training_files"
    __table_args__ = (
        Index("ix_training_files_session", "session_id"),
        Index("ix_training_files_record", "record_id"),
        Index("ix_training_files_file", "file_id"),
    )

    file_id: Mapped[int] = mapped_column(ForeignKey("files.id"))
    purpose: Mapped[Purpose] = mapped_column(String(16))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("training_sessions.id"))
    record_id: Mapped[int | None] = mapped_column(ForeignKey("training_records.id"))


class TrainingSettings(Record):
    """The hall's own figures; no row: those of `courses.toml`."""

    __tablename__ = "training_settings"
    __table_args__ = (UniqueConstraint("site_id"),)

    override_days: Mapped[int]
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    changed_at: Mapped[datetime]


class GatePeriod(Record):
    """Days from which nobody serves without their training, as the manager set them.

    Whoever was there when it was set is warned for `grace_days` from `starts_on`, not refused.
    """

    __tablename__ = "training_gates"

    starts_on: Mapped[date]
    last: Mapped[date | None]
    grace_days: Mapped[int]
    set_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    set_at: Mapped[datetime]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    ended_at: Mapped[datetime | None]


class Override(Record):
    """Somebody who may serve without their training for a few days, by name of a manager."""

    __tablename__ = "training_overrides"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    first: Mapped[date]
    last: Mapped[date]
    reason: Mapped[str] = mapped_column(String(500))
    lacking: Mapped[str] = mapped_column(String(500), default="")
    by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    withdrawn_at: Mapped[datetime | None]


class Posting(Base):
    """What somebody was in the hall from a day to a day (null: still), as the hall knew it.

    It says who needed what on days gone by. It goes with the person, so it is no record of them.
    """

    __tablename__ = "training_postings"
    __table_args__ = (
        Index("ix_training_postings_user", "user_id", "first"),
        Index("ix_training_postings_site", "site_id", "first"),
        {"info": {"goes_with": "user_id"}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    first: Mapped[date]
    last: Mapped[date | None]
    roles: Mapped[str] = mapped_column(String(100))
    windows: Mapped[str] = mapped_column(Text, default="")
    post: Mapped[str] = mapped_column(String(64), default="")


class EventKind(StrEnum):
    """Why somebody trains for a post again."""

    TRANSFERRED = "transferred"
    BACK = "back"


EVENT_NAMES: Final[Mapping[str, str]] = {
    EventKind.TRANSFERRED: N_("Transferred"),
    EventKind.BACK: N_("Back after a year or more off post"),
}


class Event(Base):
    """A day on which somebody came to another post, or came back after long.

    A detected one (`by` is null) that is wrong is withdrawn, with a reason.
    """

    __tablename__ = "training_events"
    __table_args__ = (
        Index("ix_training_events_user", "user_id", "on_date"),
        {"info": {"goes_with": "user_id"}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[EventKind] = mapped_column(String(16))
    on_date: Mapped[date]
    note: Mapped[str] = mapped_column(String(200), default="")
    by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_because: Mapped[str] = mapped_column(String(200), default="")
