"""From a draft to a version in force: what is missing, approval, publication, withdrawal."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from drills.plans.content import Content
from drills.plans.errors import (
    CodesUnknown,
    DocumentChanged,
    EffectiveBeforeLast,
    EffectiveInPast,
    GroupWithoutLead,
    NothingChanged,
    PersonLeft,
    SectionsEmpty,
)
from drills.plans.models import (
    SECTION_NAMES,
    SECTIONS,
    Document,
    Kind,
    NamedPerson,
    Section,
    Step,
    Version,
)
from drills.plans.service import drafting
from drills.plans.service.naming import Names, names_now
from drills.plans.service.requests import answer
from drills.plans.service.steps import begin, take
from safety_app.core import clock, journal
from safety_app.core.access import Actor
from safety_app.core.i18n import N_, _, bilingual
from safety_app.core.text import clean

NEEDED: Final[Mapping[Section, Callable[[Content], bool]]] = {
    Section.BASICS: lambda content: bool(content.basics.risk),
    Section.ORGANISATION: lambda content: (
        bool(content.organisation.groups)
        and all(group.duties for group in content.organisation.groups)
    ),
    Section.MEASURES: lambda content: any(one.steps for one in content.measures.phases),
    Section.REPORTING: lambda content: (
        bool(content.reporting.chain) and bool(content.reporting.contacts)
    ),
    Section.CARD: lambda content: bool(content.card.lines),
    Section.RULES: lambda content: (
        any(one.body for one in content.rules.chapters) and bool(content.rules.interpreter)
    ),
}
"""What a plan cannot do without (the seed asks for organisation, duties and measures)."""


@dataclass(frozen=True, slots=True)
class Faults:
    """What keeps a draft from being approved, and what only deserves a second look."""

    empty: tuple[Section, ...] = ()
    left: tuple[str, ...] = ()
    leaderless: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    without_map: bool = False
    without_deputy: tuple[str, ...] = ()

    @property
    def is_ready(self) -> bool:
        """Whether it may be approved."""
        return not (self.empty or self.left or self.leaderless or self.unknown)


def faults_of(kind: Kind, content: Content, names: Names) -> Faults:
    """All faults of a draft at once."""
    groups = content.organisation.groups
    people = [names.person(one) for one in content.people]
    has_maps = Section.MAPS in SECTIONS[kind]
    return Faults(
        empty=tuple(one for one in SECTIONS[kind] if not NEEDED.get(one, _any)(content)),
        left=tuple(one.display_name for one in people if one and not one.is_active),
        leaderless=tuple(one.name.text for one in groups if one.lead_id is None),
        gone=tuple(code for code, thing in names.things.items() if thing.is_gone),
        unknown=tuple(code for code, thing in names.things.items() if not thing.is_known),
        without_map=has_maps and not content.maps.maps,
        without_deputy=tuple(one.name.text for one in groups if one.deputy_id is None),
    )


def _any(_content: Content) -> bool:
    return True


def approve(
    session: Session, actor: Actor, document_id: int, *, row_version: int | None, now: datetime
) -> Document:
    """Approve a draft as it stands; whatever is changed afterwards must be approved again."""
    document = begin(session, actor, document_id, Step.APPROVE)
    _unchanged(document, row_version)
    content, _sections = drafting.draft_of(session, document_id)
    _check(session, document, content)
    document.approved_by, document.approved_at = actor.user_id, now
    take(session, actor, document, Step.APPROVE, now=now)
    return document


def send_back(
    session: Session, actor: Actor, document_id: int, *, reason: str, now: datetime
) -> None:
    """Take an approval back, with what is to be changed."""
    document = begin(session, actor, document_id, Step.SEND_BACK)
    note = clean(reason, field=N_("Reason"), limit=500, required=True)
    document.approved_by = document.approved_at = None
    take(session, actor, document, Step.SEND_BACK, now=now, note=note)


def publish(
    session: Session,
    actor: Actor,
    document_id: int,
    *,
    now: datetime,
    effective_on: date | None = None,
    because: str = "",
    answers: Sequence[int] = (),
    row_version: int | None = None,
) -> Version:
    """Freeze the approved draft as the next version, in force from today or a later day.

    What was withdrawn may come back as it was.

    `answers` are ids of revision tasks that this version settles: they are closed with it. Raises
    `PersonLeft` where somebody named has left since the approval.
    """
    document = begin(session, actor, document_id, Step.PUBLISH)
    _unchanged(document, row_version)
    today = clock.local_day(now, actor.timezone)
    effective_on = effective_on or today
    before = _latest(session, document)
    in_force = None if document.withdrawn_on else before
    _check_day(effective_on, today, in_force)
    content, sections = drafting.draft_of(session, document_id)
    names = _check(session, document, content)
    kept = {
        "sections": {section: row.content for section, row in sorted(sections.items())},
        **names.frozen(),
    }
    if in_force and in_force.content["sections"] == kept["sections"]:
        raise NothingChanged(version=in_force.version)
    version = Version(
        site_id=document.site_id,
        document_id=document.id,
        version=before.version + 1 if before else 1,
        kind=document.kind,
        title=content.title.zh or content.title.en,
        title_en=content.title.en,
        content=kept,
        digest=journal.digest(kept),
        because=clean(because, field=N_("What has changed and why"), limit=500),
        effective_on=effective_on,
        drafted_by=document.draft_by,
        approved_by=document.approved_by,
        approved_at=document.approved_at,
        published_by=actor.user_id,
        published_at=now,
    )
    session.add(version)
    session.flush()
    _put_in_force(session, actor, document, version, content, now)
    answer(session, actor, document, answers, version, now)
    return version


def withdraw(
    session: Session, actor: Actor, document_id: int, *, reason: str, now: datetime
) -> None:
    """Take a document out of force from today on; it can be revised and published again."""
    document = begin(session, actor, document_id, Step.WITHDRAW)
    note = clean(reason, field=N_("Reason"), limit=500, required=True)
    document.withdrawn_on = clock.local_day(now, actor.timezone)
    version_id = document.current_id
    take(session, actor, document, Step.WITHDRAW, now=now, version_id=version_id, note=note)


def _put_in_force(
    session: Session,
    actor: Actor,
    document: Document,
    version: Version,
    content: Content,
    now: datetime,
) -> None:
    document.current_id, document.withdrawn_on = version.id, None
    document.title, document.title_en = version.title, version.title_en
    drafting.clear(session, document)
    session.add_all(
        NamedPerson(document_id=document.id, version_id=version.id, user_id=one)
        for one in content.people
    )
    facts: dict[str, Any] = {"digest": version.digest, "effective_on": version.effective_on}
    take(
        session, actor, document, Step.PUBLISH, now=now, version_id=version.id,
        note=version.because, **facts,
    )  # fmt: skip


def _check(session: Session, document: Document, content: Content) -> Names:
    """Raise what keeps the draft from going on; what it names, where nothing does."""
    names = names_now(session, document.site_id, content)
    faults = faults_of(Kind(document.kind), content, names)
    if faults.empty:
        raise SectionsEmpty(sections=_listed(_(SECTION_NAMES[one]) for one in faults.empty))
    if faults.left:
        raise PersonLeft(names=_listed(faults.left))
    if faults.leaderless:
        raise GroupWithoutLead(groups=_listed(faults.leaderless))
    if faults.unknown:
        raise CodesUnknown(codes=_listed(faults.unknown))
    return names


def _check_day(effective_on: date, today: date, before: Version | None) -> None:
    if effective_on < today:
        raise EffectiveInPast()
    if before and effective_on < before.effective_on:
        raise EffectiveBeforeLast(version=before.version, day=before.effective_on)


def _unchanged(document: Document, row_version: int | None) -> None:
    if row_version is not None and row_version != document.row_version:
        raise DocumentChanged(title=bilingual(document.title, document.title_en))


def _latest(session: Session, document: Document) -> Version | None:
    highest = select(func.max(Version.version)).where(Version.document_id == document.id)
    query = select(Version).where(
        Version.document_id == document.id, Version.version == highest.scalar_subquery()
    )
    return session.scalar(query)


def _listed(words: Iterator[str] | Sequence[str]) -> str:
    return _(", ").join(words)
