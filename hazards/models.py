"""Tables of hazards: the hazard, its dated steps, its photos, the yearly number."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, validates

from safety_app.core.db import Base, Record
from safety_app.core.i18n import N_


class Level(StrEnum):
    """How fast it must be handled; internal, never to be merged with the legal class."""

    URGENT = "urgent"
    SERIOUS = "serious"
    MODERATE = "moderate"
    MINOR = "minor"


LEVEL_NAMES: Final[Mapping[str, str]] = {
    Level.URGENT: N_("Urgent"),
    Level.SERIOUS: N_("Serious"),
    Level.MODERATE: N_("Moderate"),
    Level.MINOR: N_("Minor"),
}
LEVEL_MEANINGS: Final[Mapping[str, str]] = {
    Level.URGENT: N_("Immediate danger: stop using it now."),
    Level.SERIOUS: N_("Protection is lost in one place; an interim measure the same day."),
    Level.MODERATE: N_("A defect without immediate danger."),
    Level.MINOR: N_("Order and tidiness."),
}


class LegalClass(StrEnum):
    """SAWS Order 16 art. 3: general or major accident hazard."""

    GENERAL = "general"
    MAJOR = "major"


LEGAL_NAMES: Final[Mapping[str, str]] = {
    LegalClass.GENERAL: N_("General hazard"),
    LegalClass.MAJOR: N_("Major hazard"),
}


class Kind(StrEnum):
    """A safety hazard, or a service point (整改项) that enters no safety statistics."""

    SAFETY = "safety"
    SERVICE = "service"


KIND_NAMES: Final[Mapping[str, str]] = {
    Kind.SAFETY: N_("Safety hazard"),
    Kind.SERVICE: N_("Service point"),
}


class Category(StrEnum):
    """The triad of causes with the topics that halls sort by."""

    EXITS = "exits"
    FIRE_EQUIPMENT = "fire_equipment"
    ELECTRICITY = "electricity"
    BUILDING = "building"
    SECURITY = "security"
    BEHAVIOUR = "behaviour"
    MANAGEMENT = "management"
    OTHER = "other"


CATEGORY_NAMES: Final[Mapping[str, str]] = {
    Category.EXITS: N_("Exits and escape routes"),
    Category.FIRE_EQUIPMENT: N_("Fire equipment"),
    Category.ELECTRICITY: N_("Electricity"),
    Category.BUILDING: N_("Building and fixtures"),
    Category.SECURITY: N_("Security"),
    Category.BEHAVIOUR: N_("Behaviour"),
    Category.MANAGEMENT: N_("Management"),
    Category.OTHER: N_("Other"),
}


class Status(StrEnum):
    """Stored statuses; sent back, extended and overdue are computed."""

    REGISTERED = "registered"
    ASSIGNED = "assigned"
    FIXED = "fixed"
    CLOSED = "closed"
    VOIDED = "voided"


STATUS_NAMES: Final[Mapping[str, str]] = {
    Status.REGISTERED: N_("Unassigned"),
    Status.ASSIGNED: N_("Fixing"),
    Status.FIXED: N_("To verify"),
    Status.CLOSED: N_("Closed"),
    Status.VOIDED: N_("Not a hazard"),
}
OPEN: Final = frozenset({Status.REGISTERED, Status.ASSIGNED, Status.FIXED})
_IS_OPEN = text("status IN ('registered', 'assigned', 'fixed')")


class Step(StrEnum):
    """What can happen to a hazard; the first five change nothing but facts or begin it."""

    REGISTER = "register"
    SIGHT = "sight"
    SET_LEVEL = "set_level"
    EXTEND = "extend"
    COMMENT = "comment"
    ASSIGN = "assign"
    FIX = "fix"
    ACCEPT = "accept"
    SEND_BACK = "send_back"
    VOID = "void"
    HAND_OVER = "hand_over"
    MOVE = "move"


class Origin(StrEnum):
    """Where a hazard was noticed."""

    PATROL = "patrol"
    CHECK = "check"
    MANUAL = "manual"
    PUBLIC = "public"
    AUTHORITY = "authority"
    DRILL = "drill"
    INCIDENT = "incident"


ORIGIN_NAMES: Final[Mapping[str, str]] = {
    Origin.PATROL: N_("Patrol"),
    Origin.CHECK: N_("Check"),
    Origin.MANUAL: N_("Reported by hand"),
    Origin.PUBLIC: N_("Reported by the public"),
    Origin.AUTHORITY: N_("Found by an authority"),
    Origin.DRILL: N_("Drill"),
    Origin.INCIDENT: N_("Follows from an incident"),
}


class ExtensionReason(StrEnum):
    """Why a deadline is put off; the usual three, and others with a note."""

    AWAITING_FUNDS = "awaiting_funds"
    AWAITING_PROPERTY = "awaiting_property"
    AWAITING_MANUFACTURER = "awaiting_manufacturer"
    AUTHORITY_AGREED = "authority_agreed"
    OTHER = "other"


EXTENSION_NAMES: Final[Mapping[str, str]] = {
    ExtensionReason.AWAITING_FUNDS: N_("Waiting for funds"),
    ExtensionReason.AWAITING_PROPERTY: N_("Waiting for the property company"),
    ExtensionReason.AWAITING_MANUFACTURER: N_("Waiting for the manufacturer"),
    ExtensionReason.AUTHORITY_AGREED: N_("The authority agreed to a later day"),
    ExtensionReason.OTHER: N_("Other reason"),
}


class Phase(StrEnum):
    """When a picture was taken, seen from the fix."""

    BEFORE = "before"
    AFTER = "after"


class Hazard(Record):
    """One problem, from found to closed."""

    __tablename__ = "hazards"
    __table_args__ = (
        UniqueConstraint("site_id", "number"),
        UniqueConstraint("site_id", "client_key"),
        Index("uq_hazards_open_source", "site_id", "source", unique=True,
              sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),
        # In the order of the list, and wide enough to filter and count it without the table.
        Index("ix_hazards_board", "site_id", "urgency", "fix_by", "id", "status", "window_id",
              "owner_id", "registered_by", "fixed_by", "fix_recorded_by", "level", "kind",
              sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),
        Index("ix_hazards_window", "window_id", "status", "fix_by"),
        Index("ix_hazards_source", "site_id", "source", "closed_at"),
        Index("ix_hazards_registered", "site_id", "registered_at"),
        Index("ix_hazards_owner", "owner_id", "status"),
        Index("ix_hazards_reporter", "registered_by", "status"),
        Index("ix_hazards_ended", "site_id", "closed_at"),
    )  # fmt: skip

    number: Mapped[str] = mapped_column(String(24))
    kind: Mapped[Kind] = mapped_column(String(16), default=Kind.SAFETY)
    status: Mapped[Status] = mapped_column(String(16), default=Status.REGISTERED)
    what: Mapped[str] = mapped_column(String(200))
    what_en: Mapped[str] = mapped_column(String(200), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    category: Mapped[Category] = mapped_column(String(24))
    level: Mapped[Level] = mapped_column(String(16))
    # 0 for urgent ones: they stand first in the list whatever their deadline.
    urgency: Mapped[int] = mapped_column(SmallInteger, default=1)
    was_grave: Mapped[bool] = mapped_column(default=False)
    preset_level: Mapped[Level | None] = mapped_column(String(16))
    preset_days: Mapped[int | None]
    legal_class: Mapped[LegalClass] = mapped_column(String(16), default=LegalClass.GENERAL)
    origin: Mapped[Origin] = mapped_column(String(16))
    source: Mapped[str | None] = mapped_column(String(64))
    client_key: Mapped[str | None] = mapped_column(String(64))
    window_id: Mapped[int | None] = mapped_column(ForeignKey("windows.id"))
    location_id: Mapped[int | None] = mapped_column(ForeignKey("locations.id"))
    place: Mapped[str] = mapped_column(String(100), default="")
    registered_at: Mapped[datetime]
    registered_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    measures: Mapped[str] = mapped_column(Text, default="")
    interim_measure: Mapped[str] = mapped_column(Text, default="")
    funds: Mapped[str] = mapped_column(String(200), default="")
    contingency: Mapped[str] = mapped_column(Text, default="")
    assigned_at: Mapped[datetime | None]
    # Until it is handed out, the day that the rules propose: nobody gains time by waiting.
    fix_by: Mapped[date | None]
    # What the first handing out set; what "on time" is measured against.
    original_fix_by: Mapped[date | None]
    fixed_at: Mapped[datetime | None]
    fixed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    fix_recorded_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    # When it left the list: accepted, or voided.
    closed_at: Mapped[datetime | None]
    # What was spent or set aside, in yuan; the law asks for it in the quarterly statistics.
    funds_yuan: Mapped[int | None]
    inspection_id: Mapped[int | None] = mapped_column(
        ForeignKey("authority_inspections.id"), index=True
    )
    sent_back_count: Mapped[int] = mapped_column(default=0)
    extended_count: Mapped[int] = mapped_column(default=0)
    repeat_of_id: Mapped[int | None] = mapped_column(ForeignKey("hazards.id"))
    row_version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": row_version}

    @validates("level")
    def _rank(self, _name: str, level: Level) -> Level:
        self.urgency = 0 if level == Level.URGENT else 1
        return level


class AuthorityInspection(Record):
    """An inspection by an authority: its document, its deadline, and the reply; findings are
    hazards."""

    __tablename__ = "authority_inspections"

    authority: Mapped[str] = mapped_column(String(100))
    number: Mapped[str] = mapped_column(String(64), default="")
    inspected_on: Mapped[date]
    reply_by: Mapped[date | None]
    summary: Mapped[str] = mapped_column(Text, default="")
    recorded_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    recorded_at: Mapped[datetime]
    replied_on: Mapped[date | None]
    reply: Mapped[str] = mapped_column(Text, default="")
    replied_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class AuthorityFile(Base):
    """A scan of the authority's document or of the reply."""

    __tablename__ = "authority_files"

    inspection_id: Mapped[int] = mapped_column(
        ForeignKey("authority_inspections.id"), primary_key=True
    )
    file_id: Mapped[int] = mapped_column(ForeignKey("files.id"), primary_key=True)
    is_reply: Mapped[bool] = mapped_column(default=False)


class HazardStep(Record):
    """One dated step: what the timeline shows and every figure counts."""

    __tablename__ = "hazard_steps"
    __table_args__ = (
        Index("ix_hazard_steps_hazard", "hazard_id", "at"),
        Index("ix_hazard_steps_at", "site_id", "at"),
        Index("ix_hazard_steps_moved", "old_window_id",
              sqlite_where=text("old_window_id IS NOT NULL"),
              postgresql_where=text("old_window_id IS NOT NULL")),
    )  # fmt: skip

    hazard_id: Mapped[int] = mapped_column(ForeignKey("hazards.id"))
    step: Mapped[Step] = mapped_column(String(16))
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(String(32), default="")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    fix_by: Mapped[date | None]
    old_fix_by: Mapped[date | None]
    level: Mapped[Level | None] = mapped_column(String(16))
    old_level: Mapped[Level | None] = mapped_column(String(16))
    legal_class: Mapped[LegalClass | None] = mapped_column(String(16))
    run_id: Mapped[int | None]
    funds_yuan: Mapped[int | None]
    # Where it went when its window went on in another one, and from where.
    window_id: Mapped[int | None] = mapped_column(ForeignKey("windows.id"))
    old_window_id: Mapped[int | None] = mapped_column(ForeignKey("windows.id"))


class HazardPhoto(Record):
    """A picture of a hazard; the file is in the photo store under `key`."""

    __tablename__ = "hazard_photos"
    __table_args__ = (UniqueConstraint("hazard_id", "phase", "key"),)

    hazard_id: Mapped[int] = mapped_column(ForeignKey("hazards.id"))
    phase: Mapped[Phase] = mapped_column(String(8))
    key: Mapped[str] = mapped_column(String(64), index=True)
    width: Mapped[int]
    height: Mapped[int]
    upload_sha: Mapped[str] = mapped_column(String(64), index=True)
    dhash: Mapped[str] = mapped_column(String(16))
    taken_at: Mapped[datetime | None]
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class Upload(Record):
    """A photo that was received but belongs to no hazard yet; its sender attaches it."""

    __tablename__ = "hazard_uploads"
    __table_args__ = (UniqueConstraint("user_id", "client_key"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    client_key: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(64), index=True)
    width: Mapped[int]
    height: Mapped[int]
    upload_sha: Mapped[str] = mapped_column(String(64))
    dhash: Mapped[str] = mapped_column(String(16))
    taken_at: Mapped[datetime | None]
    at: Mapped[datetime]


class HazardCounter(Record):
    """The last number given out in a year."""

    __tablename__ = "hazard_counters"
    __table_args__ = (UniqueConstraint("site_id", "year"),)

    year: Mapped[int]
    last: Mapped[int]
