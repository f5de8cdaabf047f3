"""Tables of emergency plans and of the hall's rules: drafts, versions, readers, reviews."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from safety_app.core.db import Base, Record
from safety_app.core.i18n import N_

_IS_OPEN: Final = text("closed_at IS NULL")


class Kind(StrEnum):
    """What a document is: a plan (EP2; GB/T 29639-2020 name four kinds), or rules for somebody."""

    COMPREHENSIVE = "comprehensive"
    SPECIAL = "special"
    ON_SITE = "on_site"
    ACTION_CARD = "action_card"
    STAFF_RULES = "staff_rules"
    VISITOR_RULES = "visitor_rules"
    THIRD_PARTY_RULES = "third_party_rules"


KIND_NAMES: Final[Mapping[str, str]] = {
    Kind.COMPREHENSIVE: N_("Comprehensive plan"),
    Kind.SPECIAL: N_("Special plan"),
    Kind.ON_SITE: N_("On-site plan"),
    Kind.ACTION_CARD: N_("Action card"),
    Kind.STAFF_RULES: N_("Safety rules of the hall"),
    Kind.VISITOR_RULES: N_("Notice to visitors"),
    Kind.THIRD_PARTY_RULES: N_("Notice to third parties"),
}
PLANS: Final = (Kind.COMPREHENSIVE, Kind.SPECIAL, Kind.ON_SITE, Kind.ACTION_CARD)
RULES: Final = (Kind.STAFF_RULES, Kind.VISITOR_RULES, Kind.THIRD_PARTY_RULES)


class Section(StrEnum):
    """The parts of a draft, each saved by itself."""

    BASICS = "basics"
    ORGANISATION = "organisation"
    MEASURES = "measures"
    REPORTING = "reporting"
    RESOURCES = "resources"
    CARD = "card"
    MAPS = "maps"
    ANNEXES = "annexes"
    RULES = "rules"


SECTION_NAMES: Final[Mapping[str, str]] = {
    Section.BASICS: N_("Scope and risk"),
    Section.ORGANISATION: N_("Organisation and duties"),
    Section.MEASURES: N_("Response step by step"),
    Section.REPORTING: N_("Alarm and reporting"),
    Section.RESOURCES: N_("Resources"),
    Section.CARD: N_("Action card"),
    Section.MAPS: N_("Evacuation maps"),
    Section.ANNEXES: N_("Annexes"),
    Section.RULES: N_("Text of the rules"),
}
_CARD_ONLY: Final = (Section.BASICS, Section.REPORTING, Section.CARD)
_WHOLE: Final = tuple(section for section in Section if section is not Section.RULES)
SECTIONS: Final[Mapping[Kind, tuple[Section, ...]]] = {
    Kind.COMPREHENSIVE: _WHOLE,
    Kind.SPECIAL: _WHOLE,
    Kind.ON_SITE: _WHOLE,
    Kind.ACTION_CARD: _CARD_ONLY,
    **dict.fromkeys(RULES, (Section.RULES,)),
}
"""What a document of each kind consists of, in order."""


class DraftStatus(StrEnum):
    """How far a draft is; none where nobody is at work on the document."""

    DRAFTING = "drafting"
    APPROVED = "approved"


class Step(StrEnum):
    """What can happen to a document."""

    CREATE = "create"
    EDIT = "edit"
    REVISE = "revise"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    PUBLISH = "publish"
    DISCARD = "discard"
    WITHDRAW = "withdraw"
    REVIEW = "review"
    REQUEST = "request"
    CLOSE_REQUEST = "close_request"
    FILE = "file"
    HAND_OVER = "hand_over"


class Trigger(StrEnum):
    """Why a plan is to be revised before its time (EP2 art. 36)."""

    LAW = "law"
    ORGANISATION = "organisation"
    RISK = "risk"
    RESOURCES = "resources"
    DRILL = "drill"
    OTHER = "other"


TRIGGER_NAMES: Final[Mapping[str, str]] = {
    Trigger.LAW: N_("Laws, standards or a plan above it have changed"),
    Trigger.ORGANISATION: N_("The organisation or its duties have changed"),
    Trigger.RISK: N_("The risk has changed"),
    Trigger.RESOURCES: N_("Important resources have changed"),
    Trigger.DRILL: N_("A drill or an incident has shown a serious gap"),
    Trigger.OTHER: N_("Another reason"),
}


class Document(Record):
    """An emergency plan or a set of rules through all its versions.

    `title` is that of the latest draft, `current_id` the version published last. `scenario` is
    the starting point it came from: what it is against. `number` never changes.
    """

    __tablename__ = "plan_documents"
    __table_args__ = (UniqueConstraint("site_id", "number"),)

    number: Mapped[str] = mapped_column(String(16))
    kind: Mapped[Kind] = mapped_column(String(24))
    scenario: Mapped[str] = mapped_column(String(24))
    title: Mapped[str] = mapped_column(String(100))
    title_en: Mapped[str] = mapped_column(String(100), default="")
    draft_status: Mapped[DraftStatus | None] = mapped_column(String(16))
    draft_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    approved_at: Mapped[datetime | None]
    current_id: Mapped[int | None]
    withdrawn_on: Mapped[date | None]
    created_at: Mapped[datetime]
    row_version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": row_version}


class DraftSection(Record):
    """One section of a draft, stored as it is typed. `content` is what `content.py` describes."""

    __tablename__ = "plan_sections"
    __table_args__ = (UniqueConstraint("document_id", "section"),)

    document_id: Mapped[int] = mapped_column(ForeignKey("plan_documents.id"))
    section: Mapped[Section] = mapped_column(String(16))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    changed_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    changed_at: Mapped[datetime]
    row_version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": row_version}


class Version(Record):
    """A published version; the database refuses to change it (`guard.py`).

    `content` holds every section, the names of people and things as they were on that day, and the
    keys of its files; `digest` is its SHA-256. It is in force from `effective_on` until the next
    one is, or until the document is withdrawn.
    """

    __tablename__ = "plan_versions"
    __table_args__ = (
        UniqueConstraint("document_id", "version"),
        Index("ix_plan_versions_effective", "site_id", "effective_on"),
    )

    document_id: Mapped[int] = mapped_column(ForeignKey("plan_documents.id"))
    version: Mapped[int]
    kind: Mapped[Kind] = mapped_column(String(24))
    title: Mapped[str] = mapped_column(String(100))
    title_en: Mapped[str] = mapped_column(String(100), default="")
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64))
    because: Mapped[str] = mapped_column(String(500), default="")
    effective_on: Mapped[date]
    drafted_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    approved_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    approved_at: Mapped[datetime]
    published_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    published_at: Mapped[datetime]


class NamedPerson(Base):
    """Somebody named in a document: in its draft (`version_id` 0), or in a version."""

    __tablename__ = "plan_people"
    __table_args__ = (Index("ix_plan_people_user", "user_id"),)

    document_id: Mapped[int] = mapped_column(ForeignKey("plan_documents.id"), primary_key=True)
    version_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)


class DocumentFile(Base):
    """A map or an annex that a document has or ever had."""

    __tablename__ = "plan_files"

    document_id: Mapped[int] = mapped_column(ForeignKey("plan_documents.id"), primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("files.id"), primary_key=True)


class DocumentStep(Record):
    """One dated step of a document's life."""

    __tablename__ = "plan_steps"
    __table_args__ = (Index("ix_plan_steps_document", "document_id", "id"),)

    document_id: Mapped[int] = mapped_column(ForeignKey("plan_documents.id"))
    step: Mapped[Step] = mapped_column(String(16))
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    version_id: Mapped[int | None] = mapped_column(ForeignKey("plan_versions.id"))
    note: Mapped[str] = mapped_column(String(500), default="")


class Reading(Record):
    """Somebody has read a version; on a shared tablet proved by the own six digits."""

    __tablename__ = "plan_readings"
    __table_args__ = (
        UniqueConstraint("version_id", "user_id"),
        Index("ix_plan_readings_user", "user_id"),
    )

    version_id: Mapped[int] = mapped_column(ForeignKey("plan_versions.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    by_code: Mapped[bool] = mapped_column(default=False)


class Review(Record):
    """A version was looked through and found good: its time begins anew."""

    __tablename__ = "plan_reviews"

    version_id: Mapped[int] = mapped_column(ForeignKey("plan_versions.id"), index=True)
    reviewed_on: Mapped[date]
    by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(String(500), default="")


class Revision(Record):
    """A task to revise a plan, with owner and date; closed by a version that answers it.

    At most one open for each `source`, which says where it came from (`drills:12/G09`).
    """

    __tablename__ = "plan_revisions"
    __table_args__ = (
        Index("uq_plan_revisions_open", "site_id", "source", unique=True,
              sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),
        Index("ix_plan_revisions_document", "document_id"),
        Index("ix_plan_revisions_owner", "owner_id"),
    )  # fmt: skip

    document_id: Mapped[int] = mapped_column(ForeignKey("plan_documents.id"))
    trigger: Mapped[Trigger] = mapped_column(String(16))
    why: Mapped[str] = mapped_column(String(500))
    source: Mapped[str] = mapped_column(String(64))
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    due_on: Mapped[date]
    requested_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    requested_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    closed_version_id: Mapped[int | None] = mapped_column(ForeignKey("plan_versions.id"))
    outcome: Mapped[str] = mapped_column(String(500), default="")


class Filing(Record):
    """A version was filed with an authority (EP2 art. 26)."""

    __tablename__ = "plan_filings"

    version_id: Mapped[int] = mapped_column(ForeignKey("plan_versions.id"), index=True)
    authority: Mapped[str] = mapped_column(String(100))
    number: Mapped[str] = mapped_column(String(64), default="")
    filed_on: Mapped[date]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"))
    by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
