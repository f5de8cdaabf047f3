"""Tables of incidents: the incident, its dated steps and figures, who was told, what was found.

Names of people hurt or heard, and how they are, stand in `IncidentPerson`; how figures became known
and why it was judged an accident or none may say so too, and is for the same readers.
"""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hazards.incidents.level import Level
from safety_app.core.db import Base, Big, Record
from safety_app.core.i18n import N_


class Kind(StrEnum):
    """What happened."""

    FIRE = "fire"
    INJURY = "injury"
    ILLNESS = "illness"
    SHOCK = "shock"
    DISTURBANCE = "disturbance"
    INTERRUPTION = "interruption"
    NEAR_MISS = "near_miss"
    LOSS = "loss"
    TRAFFIC = "traffic"
    OTHER = "other"


KIND_NAMES: Final[Mapping[str, str]] = {
    Kind.FIRE: N_("Fire or smoke"),
    Kind.INJURY: N_("Fall or injury"),
    Kind.ILLNESS: N_("Sudden illness"),
    Kind.SHOCK: N_("Electric shock"),
    Kind.DISTURBANCE: N_("Disturbance or violence"),
    Kind.INTERRUPTION: N_("Power or system outage"),
    Kind.NEAR_MISS: N_("Near miss"),
    Kind.LOSS: N_("Damage or loss"),
    Kind.TRAFFIC: N_("Traffic accident"),
    Kind.OTHER: N_("Other incident"),
}


class Status(StrEnum):
    """Stored statuses; whether an hour or a day is over is computed."""

    REPORTED = "reported"
    CONFIRMED = "confirmed"
    INVESTIGATING = "investigating"
    ACTING = "acting"
    CLOSED = "closed"
    VOIDED = "voided"


STATUS_NAMES: Final[Mapping[str, str]] = {
    Status.REPORTED: N_("To be confirmed"),
    Status.CONFIRMED: N_("Confirmed"),
    Status.INVESTIGATING: N_("Under investigation"),
    Status.ACTING: N_("Measures under way"),
    Status.CLOSED: N_("Case closed"),
    Status.VOIDED: N_("Found untrue"),
}
OPEN: Final = frozenset({Status.REPORTED, Status.CONFIRMED, Status.INVESTIGATING, Status.ACTING})


class Step(StrEnum):
    """What can happen to an incident."""

    REPORT = "report"
    AMEND = "amend"
    TELL_HEAD = "tell_head"
    NOTIFY = "notify"
    COUNT = "count"
    DECIDE = "decide"
    MARK = "mark"
    RELEASE = "release"
    CONFIRM = "confirm"
    INVESTIGATE = "investigate"
    LOG = "log"
    EXPLAIN = "explain"
    HEAR = "hear"
    ATTACH = "attach"
    RAISE = "raise"
    CONCLUDE = "conclude"
    ANSWER = "answer"
    CLOSE = "close"
    REOPEN = "reopen"
    VOID = "void"
    HAND_OVER = "hand_over"
    MOVE = "move"
    FORGET = "forget"


class Authority(StrEnum):
    """Whom the law wants to be told, and who else was."""

    EMERGENCY = "emergency"
    SECTOR = "sector"
    OTHER = "other"


AUTHORITY_NAMES: Final[Mapping[str, str]] = {
    Authority.EMERGENCY: N_("Emergency management authority"),
    Authority.SECTOR: N_("Competent sector authority"),
    Authority.OTHER: N_("Another body"),
}
ASKED: Final = (Authority.EMERGENCY, Authority.SECTOR)
"""Both are told within the hour."""


class Way(StrEnum):
    """How an authority was told."""

    PHONE = "phone"
    ONLINE = "online"
    FAX = "fax"
    PAPER = "paper"


WAY_NAMES: Final[Mapping[str, str]] = {
    Way.PHONE: N_("By phone"),
    Way.ONLINE: N_("Through the authority's system"),
    Way.FAX: N_("By fax"),
    Way.PAPER: N_("In writing"),
}


class RootClass(StrEnum):
    """The triad of causes with the surroundings."""

    PEOPLE = "people"
    THINGS = "things"
    MANAGEMENT = "management"
    SURROUNDINGS = "surroundings"


ROOT_NAMES: Final[Mapping[str, str]] = {
    RootClass.PEOPLE: N_("Unsafe act"),
    RootClass.THINGS: N_("Unsafe state of things"),
    RootClass.MANAGEMENT: N_("Gap in management"),
    RootClass.SURROUNDINGS: N_("Surroundings"),
}


class Origin(StrEnum):
    """How a moment of the course of events is known."""

    WITNESS = "witness"
    CAMERA = "camera"
    LOG = "log"
    CALL = "call"
    OTHER = "other"


ORIGIN_NAMES: Final[Mapping[str, str]] = {
    Origin.WITNESS: N_("Somebody saw it"),
    Origin.CAMERA: N_("Camera recording"),
    Origin.LOG: N_("Log or record"),
    Origin.CALL: N_("Phone call"),
    Origin.OTHER: N_("Otherwise known"),
}


class Part(StrEnum):
    """What somebody has to do with it; only the number of them is for everybody."""

    SERIOUS = "serious"
    MINOR = "minor"
    DECEASED = "deceased"
    MISSING = "missing"
    WITNESS = "witness"
    OTHER = "other"


PART_NAMES: Final[Mapping[str, str]] = {
    Part.SERIOUS: N_("Seriously injured"),
    Part.MINOR: N_("Slightly injured"),
    Part.DECEASED: N_("Deceased"),
    Part.MISSING: N_("Missing person"),
    Part.WITNESS: N_("Witness"),
    Part.OTHER: N_("Involved otherwise"),
}


class IncidentSettings(Record):
    """To whom this hall reports, and its own lower bound of the loss (null: the usual one)."""

    __tablename__ = "incident_settings"
    __table_args__ = (UniqueConstraint("site_id"),)

    emergency_authority: Mapped[str] = mapped_column(String(100), default="")
    emergency_phone: Mapped[str] = mapped_column(String(32), default="")
    sector_authority: Mapped[str] = mapped_column(String(100), default="")
    sector_phone: Mapped[str] = mapped_column(String(32), default="")
    loss_from_yuan: Mapped[int | None]
    changed_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    changed_at: Mapped[datetime]


class Incident(Record):
    """One incident. Figures are null until somebody has said them, nought included.

    `counts_since` is the moment from which the law counts it as an accident, null while it does
    not; `is_accident` is the decision about that, null where nobody took one. `level` is what
    `level.py` says, kept for lists.
    """

    __tablename__ = "incidents"
    __table_args__ = (
        UniqueConstraint("site_id", "number"),
        UniqueConstraint("site_id", "client_key"),
        Index("ix_incidents_list", "site_id", "occurred_at", "id"),
        Index("ix_incidents_status", "site_id", "status"),
        Index("ix_incidents_reporter", "reported_by"),
        Index("ix_incidents_window", "window_id", "status"),
        Index("ix_incidents_leader", "leader_id", "status"),
    )

    number: Mapped[str] = mapped_column(String(24))
    client_key: Mapped[str | None] = mapped_column(String(64))
    kind: Mapped[Kind] = mapped_column(String(16))
    status: Mapped[Status] = mapped_column(String(16), default=Status.REPORTED)
    what: Mapped[str] = mapped_column(String(200), default="")
    scene: Mapped[str] = mapped_column(Text, default="")
    course: Mapped[str] = mapped_column(Text, default="")
    measures: Mapped[str] = mapped_column(Text, default="")
    other: Mapped[str] = mapped_column(Text, default="")
    window_id: Mapped[int | None] = mapped_column(ForeignKey("windows.id"))
    location_id: Mapped[int | None] = mapped_column(ForeignKey("locations.id"))
    place: Mapped[str] = mapped_column(String(100), default="")
    occurred_at: Mapped[datetime]
    reported_at: Mapped[datetime]
    reported_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    head_told_at: Mapped[datetime | None]
    deaths: Mapped[int | None]
    missing: Mapped[int | None]
    serious: Mapped[int | None]
    minor: Mapped[int | None]
    loss_fen: Mapped[int | None] = mapped_column(Big)
    level: Mapped[Level | None] = mapped_column(String(16))
    is_accident: Mapped[bool | None]
    counts_since: Mapped[datetime | None]
    scene_kept_at: Mapped[datetime | None]
    scene_released_at: Mapped[datetime | None]
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    team_others: Mapped[str] = mapped_column(String(200), default="")
    investigate_by: Mapped[date | None]
    closed_at: Mapped[datetime | None]
    row_version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": row_version}


class IncidentStep(Record):
    """One dated step: what the history shows and every figure counts."""

    __tablename__ = "incident_steps"
    __table_args__ = (
        Index("ix_incident_steps_incident", "incident_id", "id"),
        Index("ix_incident_steps_at", "site_id", "at"),
    )

    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"))
    step: Mapped[Step] = mapped_column(String(16))
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    code: Mapped[str] = mapped_column(String(32), default="")
    moment: Mapped[datetime | None]
    level: Mapped[Level | None] = mapped_column(String(16))
    old_level: Mapped[Level | None] = mapped_column(String(16))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    window_id: Mapped[int | None] = mapped_column(ForeignKey("windows.id"))
    old_window_id: Mapped[int | None] = mapped_column(ForeignKey("windows.id"))


class Figures(Record):
    """What was known of the harm; every change is a row. `known_on` is the day it was so."""

    __tablename__ = "incident_figures"
    __table_args__ = (Index("ix_incident_figures_incident", "incident_id", "id"),)

    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"))
    deaths: Mapped[int]
    missing: Mapped[int]
    serious: Mapped[int]
    minor: Mapped[int]
    loss_fen: Mapped[int | None] = mapped_column(Big)
    known_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class Notification(Record):
    """That an authority was told: to whom, when, by whom, how; `text` is what was told."""

    __tablename__ = "incident_notifications"
    __table_args__ = (Index("ix_incident_notifications_incident", "incident_id", "told_at"),)

    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"))
    authority: Mapped[Authority] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(100))
    told_at: Mapped[datetime]
    told_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    way: Mapped[Way] = mapped_column(String(16))
    receiver: Mapped[str] = mapped_column(String(64), default="")
    reference: Mapped[str] = mapped_column(String(64), default="")
    is_follow_up: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int] = mapped_column(ForeignKey("users.id"))


class SceneMark(Record):
    """A point of the scene list ticked, or taken back."""

    __tablename__ = "incident_scene_marks"
    __table_args__ = (Index("ix_incident_scene_marks_incident", "incident_id", "id"),)

    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"))
    code: Mapped[str] = mapped_column(String(32))
    is_done: Mapped[bool]
    at: Mapped[datetime]
    by: Mapped[int] = mapped_column(ForeignKey("users.id"))


class Member(Base):
    """Somebody of the investigation team."""

    __tablename__ = "incident_members"

    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)


class Moment(Record):
    """One entry of the course of events; a wrong one is withdrawn, not deleted."""

    __tablename__ = "incident_moments"
    __table_args__ = (Index("ix_incident_moments_incident", "incident_id", "happened_at"),)

    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"))
    happened_at: Mapped[datetime]
    what: Mapped[str] = mapped_column(String(300))
    origin: Mapped[Origin] = mapped_column(String(16))
    at: Mapped[datetime]
    by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    withdrawn_at: Mapped[datetime | None]


class Cause(Record):
    """A chain of whys from the direct cause to the root; a wrong one is withdrawn."""

    __tablename__ = "incident_causes"
    __table_args__ = (Index("ix_incident_causes_incident", "incident_id", "id"),)

    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"))
    whys: Mapped[list[str]] = mapped_column(JSON)
    root: Mapped[RootClass] = mapped_column(String(16))
    at: Mapped[datetime]
    by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    withdrawn_at: Mapped[datetime | None]


class IncidentPerson(Record):
    """Somebody hurt or heard. `user_id` if of the hall, else `name`; all of it can be forgotten."""

    __tablename__ = "incident_people"
    __table_args__ = (Index("ix_incident_people_incident", "incident_id", "id"),)

    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"))
    part: Mapped[Part] = mapped_column(String(16))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str] = mapped_column(String(64), default="")
    contact: Mapped[str] = mapped_column(String(64), default="")
    health: Mapped[str] = mapped_column(Text, default="")
    statement: Mapped[str] = mapped_column(Text, default="")
    heard_at: Mapped[datetime | None]
    at: Mapped[datetime]
    by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    withdrawn_at: Mapped[datetime | None]
    forgotten_at: Mapped[datetime | None]


class Action(Record):
    """A corrective measure: a hazard with the source `incidents:SG-2026-0001/1`."""

    __tablename__ = "incident_actions"
    __table_args__ = (UniqueConstraint("incident_id", "number"),)

    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"))
    number: Mapped[int]
    hazard_id: Mapped[int] = mapped_column(ForeignKey("hazards.id"), index=True)
    at: Mapped[datetime]
    by: Mapped[int] = mapped_column(ForeignKey("users.id"))


class Answer(Record):
    """The answer to one of the four conditions; the newest one of each counts."""

    __tablename__ = "incident_answers"
    __table_args__ = (Index("ix_incident_answers_incident", "incident_id", "id"),)

    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"))
    condition: Mapped[str] = mapped_column(String(16))
    words: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    by: Mapped[int] = mapped_column(ForeignKey("users.id"))


class IncidentPhoto(Record):
    """A picture of an incident; the file is in the photo store under `key`."""

    __tablename__ = "incident_photos"
    __table_args__ = (UniqueConstraint("incident_id", "key"),)

    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"))
    key: Mapped[str] = mapped_column(String(64), index=True)
    width: Mapped[int]
    height: Mapped[int]
    taken_at: Mapped[datetime | None]
    at: Mapped[datetime]
    by: Mapped[int] = mapped_column(ForeignKey("users.id"))


class IncidentFile(Record):
    """A scan: a sketch, a statement, a report, a proof. A personal one is for few."""

    __tablename__ = "incident_files"
    __table_args__ = (UniqueConstraint("incident_id", "file_id"),)

    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"))
    file_id: Mapped[int] = mapped_column(ForeignKey("files.id"), index=True)
    title: Mapped[str] = mapped_column(String(100), default="")
    is_personal: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]
    by: Mapped[int] = mapped_column(ForeignKey("users.id"))


class Draft(Record):
    """A report that its author has begun; it holds no names and goes when it is sent."""

    __tablename__ = "incident_drafts"
    __table_args__ = (UniqueConstraint("user_id"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    form: Mapped[str] = mapped_column(String(64))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime]


class IncidentCounter(Record):
    """The last number given out in a year."""

    __tablename__ = "incident_counters"
    __table_args__ = (UniqueConstraint("site_id", "year"),)

    year: Mapped[int]
    last: Mapped[int]
