"""Tables of drills: the drill with its dated steps, milestones, attendance, problems, pictures."""

from collections.abc import Mapping
from datetime import date, datetime, time
from enum import StrEnum
from typing import Final

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from safety_app.core.db import Base, Record
from safety_app.core.i18n import N_


class Content(StrEnum):
    """AQ/T 9007: several functions of the plan together, or one of them."""

    COMPREHENSIVE = "comprehensive"
    SINGLE = "single"


CONTENT_NAMES: Final[Mapping[str, str]] = {
    Content.COMPREHENSIVE: N_("Comprehensive drill"),
    Content.SINGLE: N_("Single-function drill"),
}


class Form(StrEnum):
    """AQ/T 9007: acted out, or talked through at a table."""

    LIVE = "live"
    TABLETOP = "tabletop"


FORM_NAMES: Final[Mapping[str, str]] = {
    Form.LIVE: N_("Live"),
    Form.TABLETOP: N_("Tabletop"),
}


class Topic(StrEnum):
    """What a drill is against; the built-in plans are told apart alike."""

    FIRE = "fire"
    EVACUATION = "evacuation"
    ELECTRIC = "electric"
    ILLNESS = "illness"
    DISTURBANCE = "disturbance"
    OUTAGE = "outage"
    OTHER = "other"


TOPIC_NAMES: Final[Mapping[str, str]] = {
    Topic.FIRE: N_("Fire"),
    Topic.EVACUATION: N_("Evacuation and crowding"),
    Topic.ELECTRIC: N_("Electric shock"),
    Topic.ILLNESS: N_("Sudden illness"),
    Topic.DISTURBANCE: N_("Disturbance"),
    Topic.OUTAGE: N_("Power or system failure"),
    Topic.OTHER: N_("Other emergency"),
}


class Status(StrEnum):
    """Where a drill is; what is due or overdue is computed."""

    PLANNED = "planned"
    UNDER_WAY = "under_way"
    HELD = "held"
    EVALUATED = "evaluated"
    CLOSED = "closed"
    CANCELLED = "cancelled"


STATUS_NAMES: Final[Mapping[str, str]] = {
    Status.PLANNED: N_("Planned"),
    Status.UNDER_WAY: N_("Under way"),
    Status.HELD: N_("Held, to be evaluated"),
    Status.EVALUATED: N_("Evaluated, being followed up"),
    Status.CLOSED: N_("Drill closed"),
    Status.CANCELLED: N_("Cancelled"),
}
WAS_HELD: Final = frozenset({Status.HELD, Status.EVALUATED, Status.CLOSED})
"""A drill that took place, whatever is still to be done about it."""


class Step(StrEnum):
    """What can happen to a drill."""

    PLAN = "plan"
    EDIT = "edit"
    NOTIFY = "notify"
    RESCHEDULE = "reschedule"
    CANCEL = "cancel"
    START = "start"
    RESET = "reset"
    FINISH = "finish"
    ENTER = "enter"
    CORRECT = "correct"
    RECORD = "record"
    REPORT = "report"
    EVALUATE = "evaluate"
    RAISE = "raise"
    CLOSE = "close"


class Drill(Record):
    """One drill. `code` never changes; without a window it is of the whole hall.

    `held_on` is the local day on which it was held, by which it counts in its period.
    """

    __tablename__ = "drills"
    __table_args__ = (
        UniqueConstraint("site_id", "code"),
        Index("ix_drills_planned", "site_id", "status", "planned_on"),
        Index("ix_drills_held", "site_id", "held_on"),
    )

    code: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(String(100))
    title_en: Mapped[str] = mapped_column(String(100), default="")
    content: Mapped[Content] = mapped_column(String(16))
    form: Mapped[Form] = mapped_column(String(16))
    topic: Mapped[Topic] = mapped_column(String(24), default=Topic.FIRE)
    status: Mapped[Status] = mapped_column(String(16), default=Status.PLANNED)
    window_id: Mapped[int | None] = mapped_column(ForeignKey("windows.id"), index=True)
    planned_on: Mapped[date]
    planned_time: Mapped[time | None]
    place: Mapped[str] = mapped_column(String(100), default="")
    assembly_point: Mapped[str] = mapped_column(String(100), default="")
    # Who sees to it that it is held, and who leads it.
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    commander_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    scenario: Mapped[str] = mapped_column(Text, default="")
    objectives: Mapped[str] = mapped_column(Text, default="")
    # What keeps people safe in it: markers, watchers, who stays out.
    safety: Mapped[str] = mapped_column(Text, default="")
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    held_on: Mapped[date | None]
    # Written down afterwards: no stopwatch has seen its times.
    is_by_hand: Mapped[bool] = mapped_column(default=False)
    visitors: Mapped[int] = mapped_column(default=0)
    third_parties: Mapped[int] = mapped_column(default=0)
    # Who else took part: the fire brigade, the property company.
    partners: Mapped[str] = mapped_column(String(200), default="")
    course: Mapped[str] = mapped_column(Text, default="")
    debrief: Mapped[str] = mapped_column(Text, default="")
    debriefed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    # What its evaluation came to; the run is the sheet.
    run_id: Mapped[int | None] = mapped_column(ForeignKey("runs.id"))
    points: Mapped[int | None]
    points_of: Mapped[int | None]
    grade: Mapped[str] = mapped_column(String(16), default="")
    evaluated_at: Mapped[datetime | None]
    reported_on: Mapped[date | None]
    reported_to: Mapped[str] = mapped_column(String(100), default="")
    closed_at: Mapped[datetime | None]
    row_version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": row_version}


class DrillPlan(Base):
    """An emergency plan that a drill tries out; its version is frozen when the drill begins."""

    __tablename__ = "drill_plans"

    drill_id: Mapped[int] = mapped_column(ForeignKey("drills.id"), primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan_documents.id"), primary_key=True)
    version_id: Mapped[int | None] = mapped_column(ForeignKey("plan_versions.id"))


class Evaluator(Base):
    """Who watches a drill and judges it."""

    __tablename__ = "drill_evaluators"

    drill_id: Mapped[int] = mapped_column(ForeignKey("drills.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)


class DrillStep(Record):
    """One dated step: what the history shows and every figure counts.

    `old_on` and `new_on` are the planned days before and after a change.
    """

    __tablename__ = "drill_steps"
    __table_args__ = (
        Index("ix_drill_steps_drill", "drill_id", "id"),
        Index("ix_drill_steps_at", "site_id", "step", "at"),
    )

    drill_id: Mapped[int] = mapped_column(ForeignKey("drills.id"))
    step: Mapped[Step] = mapped_column(String(16))
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    audience: Mapped[str] = mapped_column(String(200), default="")
    old_on: Mapped[date | None]
    new_on: Mapped[date | None]
    run_id: Mapped[int | None] = mapped_column(ForeignKey("runs.id"))


class Milestone(Record):
    """A moment of a drill that the stopwatch takes, with the seconds from the start it may take.

    A built-in one has a `code`; of a stamped one `stamped_at` is the first tap that stands.
    """

    __tablename__ = "drill_milestones"
    __table_args__ = (UniqueConstraint("drill_id", "position"),)

    drill_id: Mapped[int] = mapped_column(ForeignKey("drills.id"))
    position: Mapped[int] = mapped_column(SmallInteger)
    code: Mapped[str] = mapped_column(String(24), default="")
    name: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(60), default="")
    target_seconds: Mapped[int | None]
    stamped_at: Mapped[datetime | None]
    stamped_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    # Why it is not what the stopwatch took: put right afterwards.
    corrected: Mapped[str] = mapped_column(String(200), default="")


class ClockToken(Record):
    """Leave for one person on one tablet to write the stopwatch of a drill."""

    __tablename__ = "drill_clock_tokens"

    drill_id: Mapped[int] = mapped_column(ForeignKey("drills.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    device_id: Mapped[int | None] = mapped_column(ForeignKey("devices.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    opened_at: Mapped[datetime]


class EntryKind(StrEnum):
    """What a tablet sends in the course of a drill."""

    START = "start"
    STAMP = "stamp"
    UNDO = "undo"
    STOP = "stop"
    GO_ON = "go_on"
    SIGN = "sign"
    PRESENT = "present"
    ABSENT = "absent"
    OTHERS = "others"


class Entry(Record):
    """One tap as it arrived, never changed: `at` is the tablet's moment by the server's clock.

    `outcome` says whether it stands, or why not.
    """

    __tablename__ = "drill_entries"
    __table_args__ = (UniqueConstraint("drill_id", "client_key"),)

    drill_id: Mapped[int] = mapped_column(ForeignKey("drills.id"))
    client_key: Mapped[str] = mapped_column(String(64))
    kind: Mapped[EntryKind] = mapped_column(String(8))
    at: Mapped[datetime]
    received_at: Mapped[datetime]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    device_id: Mapped[int | None] = mapped_column(ForeignKey("devices.id"))
    milestone_id: Mapped[int | None] = mapped_column(ForeignKey("drill_milestones.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    outcome: Mapped[str] = mapped_column(String(24), default="")


class How(StrEnum):
    """How somebody's presence is proved."""

    SIGNED = "signed"
    TICKED = "ticked"
    PAPER = "paper"


class Attendance(Record):
    """Somebody who was expected or was there; the window is theirs on that day."""

    __tablename__ = "drill_attendance"
    __table_args__ = (
        UniqueConstraint("drill_id", "user_id"),
        Index("ix_drill_attendance_user", "user_id", "is_present"),
        CheckConstraint("is_expected OR is_present IS NOT NULL", name="known"),
    )

    drill_id: Mapped[int] = mapped_column(ForeignKey("drills.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    window_id: Mapped[int | None] = mapped_column(ForeignKey("windows.id"))
    is_expected: Mapped[bool] = mapped_column(default=True)
    # Nothing where nobody has said yet.
    is_present: Mapped[bool | None]
    how: Mapped[How | None] = mapped_column(String(8))
    at: Mapped[datetime | None]
    by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    signature: Mapped[str] = mapped_column(Text, default="")
    # Why absent, or why in two places at one time.
    reason: Mapped[str] = mapped_column(String(200), default="")


class FileKind(StrEnum):
    """What a paper filed with a drill is."""

    SIGN_IN = "sign_in"
    SCRIPT = "script"
    REPORT = "report"
    OTHER = "other"


class DrillFile(Base):
    """A scan or document of a drill."""

    __tablename__ = "drill_files"

    drill_id: Mapped[int] = mapped_column(ForeignKey("drills.id"), primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("files.id"), primary_key=True)
    kind: Mapped[FileKind] = mapped_column(String(16))


class DrillPhoto(Record):
    """A picture of a drill; the file is in the photo store under `key`."""

    __tablename__ = "drill_photos"
    __table_args__ = (UniqueConstraint("drill_id", "key"),)

    drill_id: Mapped[int] = mapped_column(ForeignKey("drills.id"))
    key: Mapped[str] = mapped_column(String(64), index=True)
    width: Mapped[int]
    height: Mapped[int]
    caption: Mapped[str] = mapped_column(String(100), default="")
    taken_at: Mapped[datetime | None]
    at: Mapped[datetime]
    by: Mapped[int] = mapped_column(ForeignKey("users.id"))


class ProblemKind(StrEnum):
    """What a problem becomes: something to put right, or something to change in the plan."""

    HAZARD = "hazard"
    REVISION = "revision"


PROBLEM_NAMES: Final[Mapping[str, str]] = {
    ProblemKind.HAZARD: N_("Put right"),
    ProblemKind.REVISION: N_("Revise the plan"),
}


class Problem(Record):
    """What a drill has shown; `item_code` is the point of the evaluation that found it."""

    __tablename__ = "drill_problems"
    __table_args__ = (UniqueConstraint("drill_id", "number"),)

    drill_id: Mapped[int] = mapped_column(ForeignKey("drills.id"))
    number: Mapped[int] = mapped_column(SmallInteger)
    kind: Mapped[ProblemKind] = mapped_column(String(16))
    what: Mapped[str] = mapped_column(String(200))
    item_code: Mapped[str] = mapped_column(String(16), default="")
    hazard_id: Mapped[int | None] = mapped_column(ForeignKey("hazards.id"), index=True)
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("plan_revisions.id"), index=True)
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class DrillSettings(Record):
    """What a hall has chosen for its drills, from a moment on; no row: the defaults.

    `changes` maps keys of `rhythm.toml` to whether the rule is followed, where it may be chosen.
    """

    __tablename__ = "drill_settings"

    # "Each on-site plan every half-year", or at least one of them.
    is_each: Mapped[bool] = mapped_column(default=False)
    notice_days: Mapped[int] = mapped_column(SmallInteger, default=3)
    changes: Mapped[dict[str, bool]] = mapped_column(JSON, default=dict)
    because: Mapped[str] = mapped_column(String(200), default="")
    changed_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    changed_at: Mapped[datetime]
