"""Tables of checklists: versions, plans, tasks, runs, findings, run tokens."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text, true
from sqlalchemy.orm import Mapped, mapped_column

from safety_app.core.access import Role
from safety_app.core.db import Base, Record
from safety_app.core.i18n import N_

_UNSWEPT = text("swept_at IS NULL")
_OF_SUBJECT = text("subject IS NOT NULL")
_UNSUBMITTED = text("subject IS NOT NULL AND submitted_at IS NULL")
_UNDER_WAY = text("subject IS NOT NULL AND submitted_at IS NULL AND swept_at IS NULL")


class Target(StrEnum):
    """What a checklist is walked for."""

    WINDOW = "window"
    LOCATION = "location"
    EITHER = "either"
    SUBJECT = "subject"


class Kind(StrEnum):
    """A patrol is walked every day, a check looks deeper and is signed by both sides.

    An inspection looks at one thing of another feature, its subject; nothing plans it here.
    """

    PATROL = "patrol"
    CHECK = "check"
    INSPECTION = "inspection"


class Rhythm(StrEnum):
    """When a plan's tasks fall: in slots of open days, once a period, or so long after the last."""

    DAILY = "daily"
    PERIOD = "period"
    INTERVAL = "interval"


class Unit(StrEnum):
    """The period of a plan in period mode."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"


class Auto(StrEnum):
    """What a failed item leads to by default: a hazard, a correction on the spot, a service point,
    or the end of the thing that is inspected (a scrap condition)."""

    HAZARD = "hazard"
    SPOT = "spot"
    SERVICE = "service"
    SCRAP = "scrap"


class Anchor(StrEnum):
    """From what a slot's time is counted, in minutes; `CLOCK` counts from midnight."""

    OPENING = "opening"
    CLOSING = "closing"
    CLOCK = "clock"


class Asked(StrEnum):
    """How an item is answered: in order or not (with a unit by a number), or by a score."""

    CHOICE = "choice"
    SCORE = "score"


class Answer(StrEnum):
    """One character an item in `Run.answers`; `NONE` is unanswered, a digit is a score."""

    NONE = "."
    PASS = "P"
    FAIL = "F"
    NOT_APPLICABLE = "N"
    ZERO = "0"
    ONE = "1"
    TWO = "2"
    THREE = "3"
    FOUR = "4"
    FIVE = "5"

    @property
    def points(self) -> int | None:
        """What a score counts; nothing for any other answer."""
        return int(self.value) if "0" <= self.value <= "5" else None


FULL_MARK: Final = 5


class Disposal(StrEnum):
    """What was decided about a failed item."""

    SPOT = "spot"
    HAZARD = "hazard"
    SIGHTING = "sighting"
    SCRAP = "scrap"
    TASK = "task"
    """A task of the feature that owns what is inspected."""


class NaReason(StrEnum):
    """Why an item does not apply on a patrol, or cannot be scored."""

    ABSENT = "absent"
    OUT_OF_USE = "out_of_use"
    AREA_CLOSED = "area_closed"
    NOT_TODAY = "not_today"
    NOT_PLAYED = "not_played"
    NOT_SEEN = "not_seen"


NA_REASON_NAMES: Final[Mapping[str, str]] = {
    NaReason.ABSENT: N_("There is none here"),
    NaReason.OUT_OF_USE: N_("Out of use or being repaired"),
    NaReason.AREA_CLOSED: N_("Area not open"),
    NaReason.NOT_TODAY: N_("Does not occur today"),
    NaReason.NOT_PLAYED: N_("Not part of this scenario"),
    NaReason.NOT_SEEN: N_("Nobody could watch it"),
}
OF_SCORES: Final = (NaReason.NOT_PLAYED, NaReason.NOT_SEEN, NaReason.ABSENT)
OF_PATROLS: Final = tuple(one for one in NaReason if one not in OF_SCORES[:2])


class MissedReason(StrEnum):
    """Why a patrol was not done; explains, and changes no figure."""

    SHORT_OF_STAFF = "short_of_staff"
    RUSH = "rush"
    SYSTEM_DOWN = "system_down"
    AREA_CLOSED = "area_closed"
    FORGOTTEN = "forgotten"
    OTHER = "other"


MISSED_REASON_NAMES: Final[Mapping[str, str]] = {
    MissedReason.SHORT_OF_STAFF: N_("Too few staff"),
    MissedReason.RUSH: N_("Rush of visitors"),
    MissedReason.SYSTEM_DOWN: N_("Tablet or network failed"),
    MissedReason.AREA_CLOSED: N_("Area not open"),
    MissedReason.FORGOTTEN: N_("Forgotten"),
    MissedReason.OTHER: N_("Other"),
}


class Template(Base):
    """One immutable version of a checklist. Built-in ones belong to no site."""

    __tablename__ = "templates"
    __table_args__ = (
        Index("uq_templates_version", text("coalesce(site_id, 0)"), "code", "version", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id"))
    code: Mapped[str] = mapped_column(String(32))
    version: Mapped[int]
    title: Mapped[str] = mapped_column(String(100))
    title_en: Mapped[str] = mapped_column(String(100))
    target: Mapped[Target] = mapped_column(String(16))
    rule: Mapped[str] = mapped_column(String(200))
    rule_en: Mapped[str] = mapped_column(String(200))
    kind: Mapped[Kind] = mapped_column(String(16), default=Kind.PATROL, server_default="patrol")
    doer: Mapped[Role] = mapped_column(String(16), default=Role.STAFF, server_default="staff")
    countersigner: Mapped[Role] = mapped_column(
        String(16), default=Role.LEAD, server_default="lead"
    )
    digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]


class TemplatePart(Base):
    """A part of a checklist that is a task of its own (班前, 班中, 班后)."""

    __tablename__ = "template_parts"
    __table_args__ = (UniqueConstraint("template_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    template_id: Mapped[int] = mapped_column(ForeignKey("templates.id"))
    position: Mapped[int]
    code: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(32))
    name_en: Mapped[str] = mapped_column(String(32))


class TemplateItem(Base):
    """One point to look at; `position` (0-based in its part) is its place in `Run.answers`.

    Items of one `group` are answered together until something is wrong. One with a `unit` is
    answered by a number, in order from `low` to `high` (either may be open, and a subject may have
    limits of its own). One that is scored is a problem up to and including `fails_at` points.
    `mark` says how sure the reading of its source is.
    """

    __tablename__ = "template_items"
    __table_args__ = (UniqueConstraint("part_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("template_parts.id"))
    position: Mapped[int]
    code: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(String(200))
    text_en: Mapped[str] = mapped_column(String(200))
    problem: Mapped[str] = mapped_column(String(200))
    problem_en: Mapped[str] = mapped_column(String(200))
    hint: Mapped[str] = mapped_column(String(200), default="")
    hint_en: Mapped[str] = mapped_column(String(200), default="")
    auto: Mapped[Auto] = mapped_column(String(16))
    level: Mapped[str] = mapped_column(String(16))
    days: Mapped[int]
    category: Mapped[str] = mapped_column(String(24))
    source: Mapped[str] = mapped_column(String(100))
    group: Mapped[str] = mapped_column(String(32), default="", server_default="")
    group_en: Mapped[str] = mapped_column(String(32), default="", server_default="")
    unit: Mapped[str] = mapped_column(String(16), default="", server_default="")
    low: Mapped[float | None]
    high: Mapped[float | None]
    answer: Mapped[Asked] = mapped_column(String(16), default=Asked.CHOICE, server_default="choice")
    fails_at: Mapped[int | None]
    mark: Mapped[str] = mapped_column(String(4), default="", server_default="")


class Plan(Record):
    """Which checklist is due for which window or location, in which rhythm, from which day on.

    `unit` belongs to the rhythm "period", `every_days` to "interval"; the times of a day of the
    rhythm "daily" are its slots.
    """

    __tablename__ = "plans"

    template_code: Mapped[str] = mapped_column(String(32))
    window_id: Mapped[int | None] = mapped_column(ForeignKey("windows.id"))
    location_id: Mapped[int | None] = mapped_column(ForeignKey("locations.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    rhythm: Mapped[Rhythm] = mapped_column(String(16), default=Rhythm.DAILY, server_default="daily")
    unit: Mapped[Unit | None] = mapped_column(String(16))
    every_days: Mapped[int | None]


class PlanSlot(Base):
    """When a part of the plan's checklist opens, is due and closes on an open day.

    With `every_minutes` the part comes again and again through each open segment of the day.
    """

    __tablename__ = "plan_slots"
    __table_args__ = (UniqueConstraint("plan_id", "part"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"))
    part: Mapped[str] = mapped_column(String(16))
    opens_from: Mapped[Anchor] = mapped_column(String(16))
    opens_minutes: Mapped[int]
    due_from: Mapped[Anchor] = mapped_column(String(16))
    due_minutes: Mapped[int]
    closes_from: Mapped[Anchor] = mapped_column(String(16))
    closes_minutes: Mapped[int]
    every_minutes: Mapped[int | None]


class Task(Record):
    """One part of one checklist that somebody owes; its state is computed.

    `on_date` is the nominal day (of a period its first) and with `slot` the key of the task, so
    that a moved due day never makes two of one; `due_on` is the local day of `due_at`, by which
    reports count. One that does not count (`counts` false: trial, pause) is never missed.
    """

    __tablename__ = "tasks"
    __table_args__ = (
        Index(
            "uq_tasks_slot",
            "plan_id",
            "on_date",
            "part",
            "slot",
            text("coalesce(window_id, 0)"),
            text("coalesce(location_id, 0)"),
            unique=True,
        ),
        Index("ix_tasks_due", "site_id", "due_at", "window_id"),
        Index("ix_tasks_window", "window_id", "on_date"),
        Index("ix_tasks_unswept", "closes_at", sqlite_where=_UNSWEPT, postgresql_where=_UNSWEPT),
    )

    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"))
    part_id: Mapped[int] = mapped_column(ForeignKey("template_parts.id"))
    part: Mapped[str] = mapped_column(String(16))
    window_id: Mapped[int | None] = mapped_column(ForeignKey("windows.id"))
    location_id: Mapped[int | None] = mapped_column(ForeignKey("locations.id"))
    on_date: Mapped[date]
    slot: Mapped[int] = mapped_column(default=0, server_default="0")
    due_on: Mapped[date] = mapped_column(server_default="1970-01-01")
    counts: Mapped[bool] = mapped_column(default=True, server_default=true())
    doer: Mapped[Role] = mapped_column(String(16), default=Role.STAFF, server_default="staff")
    opens_at: Mapped[datetime]
    due_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    swept_at: Mapped[datetime | None]
    missed_reason: Mapped[str] = mapped_column(String(32), default="")
    missed_note: Mapped[str] = mapped_column(String(200), default="")
    missed_reason_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    missed_reason_at: Mapped[datetime | None]


class Run(Record):
    """One walk through a part: a character an item, the exceptions as findings.

    It belongs to a task, or to a `subject` (`equipment:MHQ-0032`) and then closes by itself
    (`closes_at`): one is under way at most, and one that closed unsubmitted is swept (`swept_at`)
    and counts for nothing.
    """

    __tablename__ = "runs"
    __table_args__ = (
        Index("uq_runs_subject", "site_id", "subject", unique=True,
              sqlite_where=_UNDER_WAY, postgresql_where=_UNDER_WAY),
        Index("ix_runs_subject", "site_id", "subject", "submitted_at",
              sqlite_where=_OF_SUBJECT, postgresql_where=_OF_SUBJECT),
        Index("ix_runs_unsubmitted", "closes_at",
              sqlite_where=_UNSUBMITTED, postgresql_where=_UNSUBMITTED),
    )  # fmt: skip

    task_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id"), unique=True)
    subject: Mapped[str | None] = mapped_column(String(48))
    part_id: Mapped[int] = mapped_column(ForeignKey("template_parts.id"))
    window_id: Mapped[int | None] = mapped_column(ForeignKey("windows.id"))
    location_id: Mapped[int | None] = mapped_column(ForeignKey("locations.id"))
    answers: Mapped[str] = mapped_column(String(200))
    opened_at: Mapped[datetime]
    opened_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    last_client_at: Mapped[datetime | None]
    last_answer_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None] = mapped_column(index=True)
    submitted_client_at: Mapped[datetime | None]
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    companion_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    signature: Mapped[str] = mapped_column(Text, default="")
    closes_at: Mapped[datetime | None]
    swept_at: Mapped[datetime | None]


class Countersignature(Record):
    """The second signature, under one sheet or under all unflagged ones of a day."""

    __tablename__ = "countersignatures"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    signature: Mapped[str] = mapped_column(Text)
    remark: Mapped[str] = mapped_column(String(200), default="")


class CountersignedRun(Base):
    """A sheet that bears a second signature; at most one."""

    __tablename__ = "countersigned_runs"

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    countersignature_id: Mapped[int] = mapped_column(ForeignKey("countersignatures.id"), index=True)


class PaperForm(Record):
    """The paper sheet that was filled in and signed while nothing else worked.

    It counts once the lead has confirmed it, apart from all others, never as in time.
    """

    __tablename__ = "paper_forms"

    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"), index=True)
    walked_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(String(200), default="")
    handed_in_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    handed_in_at: Mapped[datetime]
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    confirmed_at: Mapped[datetime | None]
    refused_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    refused_at: Mapped[datetime | None]
    refusal: Mapped[str] = mapped_column(String(200), default="")


class PaperFormFile(Base):
    """A picture or scan of a paper sheet."""

    __tablename__ = "paper_form_files"

    paper_form_id: Mapped[int] = mapped_column(ForeignKey("paper_forms.id"), primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("files.id"), primary_key=True)


class RunToken(Record):
    """Leave to add answers and photos to one run: one person, one tablet; the newest counts."""

    __tablename__ = "run_tokens"

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    device_id: Mapped[int | None] = mapped_column(ForeignKey("devices.id"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    last_seq: Mapped[int] = mapped_column(default=0)
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]


class Finding(Record):
    """An exception of a run: a failed, low or not applicable item, a number, or (no `item_id`)
    something else.

    `told_note` is the note that its hazard was registered with.
    """

    __tablename__ = "findings"
    __table_args__ = (
        UniqueConstraint("run_id", "item_id"),
        UniqueConstraint("run_id", "client_key"),
        Index("ix_findings_value", "value", "at", "item_id"),
    )

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("template_items.id"))
    client_key: Mapped[str | None] = mapped_column(String(64))
    value: Mapped[Answer] = mapped_column(String(1))
    at: Mapped[datetime]
    client_at: Mapped[datetime | None]
    by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    what: Mapped[str] = mapped_column(String(200), default="")
    reason: Mapped[str] = mapped_column(String(32), default="")
    number: Mapped[float | None]
    note: Mapped[str] = mapped_column(Text, default="")
    disposal: Mapped[Disposal | None] = mapped_column(String(16))
    level: Mapped[str | None] = mapped_column(String(16))
    level_reason: Mapped[str] = mapped_column(String(200), default="")
    category: Mapped[str | None] = mapped_column(String(24))
    hazard_id: Mapped[int | None] = mapped_column(ForeignKey("hazards.id"))
    hazard_number: Mapped[str | None] = mapped_column(String(24))
    told_note: Mapped[str] = mapped_column(Text, default="")


class FindingPhoto(Record):
    """A picture of a finding; the file is in the photo store under `key`."""

    __tablename__ = "finding_photos"
    __table_args__ = (UniqueConstraint("run_id", "client_key"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"))
    finding_id: Mapped[int] = mapped_column(ForeignKey("findings.id"), index=True)
    client_key: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(64), index=True)
    width: Mapped[int]
    height: Mapped[int]
    upload_sha: Mapped[str] = mapped_column(String(64))
    dhash: Mapped[str] = mapped_column(String(16))
    taken_at: Mapped[datetime | None]
    at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class LateEntry(Record):
    """What still arrived from a tablet whose run was taken over: kept beside the run."""

    __tablename__ = "late_entries"
    __table_args__ = (UniqueConstraint("token_id", "seq"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), index=True)
    token_id: Mapped[int] = mapped_column(ForeignKey("run_tokens.id"))
    seq: Mapped[int]
    at: Mapped[datetime]
    body: Mapped[dict[str, object]] = mapped_column(JSON)
    photo_key: Mapped[str | None] = mapped_column(String(64), index=True)
