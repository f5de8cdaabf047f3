"""Drafts: begun from a starting point or from the version in force, typed section by section."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from drills.plans.content import (
    AnySection,
    Basics,
    Content,
    Organisation,
    RulesText,
    Words,
    content_of,
    section_of,
)
from drills.plans.errors import DraftOpen, SectionChanged, StartingPointUnknown
from drills.plans.models import (
    PLANS,
    RULES,
    SECTION_NAMES,
    SECTIONS,
    Document,
    DraftSection,
    DraftStatus,
    Kind,
    NamedPerson,
    Section,
    Step,
    Version,
)
from drills.plans.permissions import Permission
from drills.plans.service.cleaning import TITLE, cleaned
from drills.plans.service.steps import WHO_MAY, begin, get, take
from drills.plans.starting import EMPTY, starting_points
from safety_app.accounts import service as accounts
from safety_app.core import clock, journal
from safety_app.core.access import Actor
from safety_app.core.errors import NotFound
from safety_app.core.i18n import N_, bilingual
from safety_app.core.text import clean

OF_DRAFT: Final = 0
"""`NamedPerson.version_id` of who is named in a draft."""
PREFIXES: Final[Mapping[bool, str]] = {True: "ZD", False: "YA"}
"""制度 rules, 预案 plans."""


def create(
    session: Session,
    actor: Actor,
    *,
    scenario: str,
    now: datetime,
    kind: Kind | None = None,
    title: Words | None = None,
) -> Document:
    """A new document from a starting point, or an empty plan of a kind under a title."""
    actor.require(Permission.DRAFT, who=WHO_MAY[Permission.DRAFT])
    journal.lock(session)
    if scenario == EMPTY:
        content = Content(basics=Basics(title=_titled(title)))
        kind = kind if kind in PLANS else Kind.ON_SITE
    else:
        point = starting_points().get(scenario)
        if point is None:
            raise StartingPointUnknown()
        content, kind = point.content, kind if kind in PLANS and not point.is_rules else point.kind
    document = Document(
        site_id=actor.site_id,
        number=_number(session, actor.site_id, kind),
        kind=kind,
        scenario=scenario,
        title=content.title.zh or content.title.en,
        title_en=content.title.en,
        draft_status=DraftStatus.DRAFTING,
        draft_by=actor.user_id,
        created_at=now,
    )
    session.add(document)
    session.flush()
    _fill(session, actor, document, content, now)
    take(session, actor, document, Step.CREATE, now=now, scenario=scenario, kind=kind)
    return document


def revise(
    session: Session, actor: Actor, document_id: int, *, now: datetime, because: str = ""
) -> Document:
    """A new draft from the version published last, also of a plan that was withdrawn."""
    document = get(session, actor.site_id, document_id)
    if document.draft_status is not None:
        raise DraftOpen(title=bilingual(document.title, document.title_en))
    document = begin(session, actor, document_id, Step.REVISE)
    because = clean(because, field=N_("Reason"), limit=500)
    refill(session, actor, document, now)
    take(session, actor, document, Step.REVISE, now=now, note=because)
    return document


def refill(session: Session, actor: Actor, document: Document, now: datetime) -> None:
    """Copy the version published last into a draft; the caller has judged it."""
    version = session.get_one(Version, document.current_id)
    document.draft_status, document.draft_by = DraftStatus.DRAFTING, actor.user_id
    _fill(session, actor, document, content_of(version.content["sections"]), now)


def save_section(
    session: Session,
    actor: Actor,
    document_id: int,
    part: AnySection,
    *,
    row_version: int | None,
    now: datetime,
) -> DraftSection:
    """Store one section of a draft; one that was approved must be approved again.

    `row_version` is that of the section when its form was drawn; raises `SectionChanged` where
    somebody else was faster.
    """
    document = begin(session, actor, document_id, Step.EDIT)
    section = section_of(part)
    if section not in SECTIONS[Kind(document.kind)]:
        raise NotFound()
    row = _row(session, document_id, section)
    if row_version is not None and row_version != row.row_version:
        name = accounts.names(session, [row.changed_by]).get(row.changed_by, "–")
        raise SectionChanged(name=name, section=SECTION_NAMES[section])
    stored = cleaned(session, actor, document_id, part)
    row.content = stored.model_dump(mode="json")
    row.changed_by, row.changed_at = actor.user_id, now
    _keep_title(document, stored)
    if isinstance(stored, Organisation):
        keep_people(session, document_id, Content(organisation=stored))
    document.draft_status = DraftStatus.DRAFTING
    document.approved_by = document.approved_at = None
    flag_modified(document, "draft_status")  # whoever read it before is told when approving it
    session.flush()
    facts = {"section": section, "content": row.content}
    journal.write(session, actor, "plans:edit", "plan", document.id, now=now, facts=facts)
    return row


def discard(session: Session, actor: Actor, document_id: int, *, now: datetime) -> None:
    """Throw a draft away; a document that was never published goes with it."""
    document = begin(session, actor, document_id, Step.DISCARD)
    clear(session, document)
    if document.current_id is None:
        document.withdrawn_on = clock.local_day(now, actor.timezone)
    else:
        version = session.get_one(Version, document.current_id)
        document.title, document.title_en = version.title, version.title_en
    take(session, actor, document, Step.DISCARD, now=now)


def clear(session: Session, document: Document) -> None:
    """No draft any more: it was published or thrown away."""
    document.draft_status = document.draft_by = None
    document.approved_by = document.approved_at = None
    session.execute(delete(DraftSection).where(DraftSection.document_id == document.id))
    keep_people(session, document.id, Content())


def draft_of(session: Session, document_id: int) -> tuple[Content, dict[Section, DraftSection]]:
    """What a draft says, and its sections as they are stored."""
    query = select(DraftSection).where(DraftSection.document_id == document_id)
    rows = {Section(one.section): one for one in session.scalars(query)}
    return content_of({section: row.content for section, row in rows.items()}), rows


def _fill(
    session: Session, actor: Actor, document: Document, content: Content, now: datetime
) -> None:
    for section in SECTIONS[Kind(document.kind)]:
        kept: dict[str, Any] = content.section(section).model_dump(mode="json")
        session.add(
            DraftSection(
                site_id=document.site_id, document_id=document.id, section=section, content=kept,
                changed_by=actor.user_id, changed_at=now,
            )
        )  # fmt: skip
    keep_people(session, document.id, content)


def keep_people(session: Session, document_id: int, content: Content) -> None:
    """Who is named in the draft, so that nobody leaves unnoticed."""
    session.execute(
        delete(NamedPerson).where(
            NamedPerson.document_id == document_id, NamedPerson.version_id == OF_DRAFT
        )
    )
    session.add_all(
        NamedPerson(document_id=document_id, version_id=OF_DRAFT, user_id=one)
        for one in content.people
    )
    session.flush()


def _keep_title(document: Document, stored: AnySection) -> None:
    if isinstance(stored, Basics | RulesText):
        document.title = stored.title.zh or stored.title.en
        document.title_en = stored.title.en


def _row(session: Session, document_id: int, section: Section) -> DraftSection:
    query = select(DraftSection).where(
        DraftSection.document_id == document_id, DraftSection.section == section
    )
    return session.scalars(query).one()


def _titled(title: Words | None) -> Words:
    given = title or Words()
    zh = clean(given.zh, field=N_("Title"), limit=TITLE, required=not given.en.strip())
    return Words(zh=zh, en=clean(given.en, field=N_("Title"), limit=TITLE))


def _number(session: Session, site_id: int, kind: Kind) -> str:
    """`YA-03` for a plan, `ZD-01` for rules."""
    prefix = PREFIXES[kind in RULES]
    query = select(func.count()).where(
        Document.site_id == site_id, Document.number.like(f"{prefix}-%")
    )
    return f"{prefix}-{(session.scalar(query) or 0) + 1:02}"
