"""One document with all that its page shows: in force, as a draft, its readers and its life."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from drills.plans import review
from drills.plans.content import Content
from drills.plans.models import (
    SECTIONS,
    Document,
    DraftStatus,
    Kind,
    Section,
    Step,
    Version,
)
from drills.plans.permissions import Permission
from drills.plans.review import Rule, Standing, Why
from drills.plans.service.care import FilingView, filings_of
from drills.plans.service.drafting import draft_of
from drills.plans.service.naming import Names, names_now
from drills.plans.service.publishing import Faults, faults_of
from drills.plans.service.reading import Coverage, audience, coverage, has_read
from drills.plans.service.requests import RevisionTask, tasks_of_plan
from drills.plans.service.standing import facts_of
from drills.plans.service.steps import allowed, get, steps_of
from drills.plans.service.versions import (
    InForce,
    VersionView,
    find_in_force,
    traits_of,
    versions_of,
    view_of,
)
from safety_app.accounts import service as accounts
from safety_app.core.access import Actor
from safety_app.core.errors import NotFound
from safety_app.core.i18n import bilingual


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft: what it says and names, its sections' versions, what is wrong with it."""

    status: DraftStatus
    content: Content
    names: Names
    row_versions: Mapping[Section, int]
    changed: Mapping[Section, tuple[str, datetime]]
    faults: Faults
    drafted_by: str
    approved_by: str
    approved_at: datetime | None


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version in the list of all of them."""

    id: int
    version: int
    effective_on: date
    published_at: datetime
    published_by: str
    because: str
    digest: str


@dataclass(frozen=True, slots=True)
class Ahead:
    """A version that begins on a later day: what it says, and whether this person has read it."""

    version: VersionView
    now: Names
    must_read: bool
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step of the document's life."""

    step: Step
    at: datetime
    by: str
    note: str
    version: int | None


@dataclass(frozen=True, slots=True)
class PlanDetail:
    """A document; `version` is the one in force, `ahead` one that is published but not yet."""

    id: int
    number: str
    kind: Kind
    scenario: str
    title: str
    row_version: int
    withdrawn_on: date | None
    sections: tuple[Section, ...]
    held: InForce | None
    version: VersionView | None
    now: Names
    ahead: Ahead | None
    draft: Draft | None
    standing: Standing
    whys: tuple[Why, ...]
    term: Rule
    coverage: Coverage
    must_read: bool
    read_at: datetime | None
    tasks: tuple[RevisionTask, ...]
    filings: tuple[FilingView, ...]
    versions: tuple[VersionLine, ...]
    steps: tuple[StepLine, ...]
    allowed: frozenset[Step]


def get_detail(session: Session, actor: Actor, document_id: int, *, today: date) -> PlanDetail:
    """Everything of a document of the actor's hall; raises `NotFound`."""
    actor.require(Permission.VIEW)
    document = get(session, actor.site_id, document_id)
    held = find_in_force(session, actor.site_id, document_id, today)
    rows = versions_of(session, document_id)
    ahead = _ahead(session, actor, rows, today)
    if held is None and ahead is None and not actor.may(Permission.READERS):
        raise NotFound()  # what is not in force concerns those who make it
    lines = _lines(session, rows)
    version = next(
        (view_of(session, one) for one in rows if held and one.id == held.version_id), None
    )
    some = [held] if held else []
    facts = facts_of(session, actor.site_id, some, today).get(held.version_id) if held else None
    return PlanDetail(
        id=document.id,
        number=document.number,
        kind=Kind(document.kind),
        scenario=document.scenario,
        title=held.title if held else bilingual(document.title, document.title_en),
        row_version=document.row_version,
        withdrawn_on=document.withdrawn_on,
        sections=SECTIONS[Kind(document.kind)],
        held=held,
        version=version,
        now=names_now(session, actor.site_id, version.content if version else Content()),
        ahead=ahead,
        draft=_draft(session, document) if document.draft_status else None,
        standing=review.standing(facts, today) if facts else _without(document),
        whys=review.causes(facts, today) if facts else (),
        term=review.term(traits_of(session, actor.site_id)),
        coverage=coverage(session, actor.site_id, some)[held.version_id]
        if held
        else Coverage(0, 0),
        must_read=_must_read(session, actor, held),
        read_at=has_read(session, actor.user_id, held.version_id) if held else None,
        tasks=tuple(tasks_of_plan(session, document_id)),
        filings=filings_of(session, document, today),
        versions=tuple(lines),
        steps=tuple(_steps(session, document_id, lines)),
        allowed=allowed(actor, document),
    )


def _ahead(session: Session, actor: Actor, rows: list[Version], today: date) -> Ahead | None:
    """The version published last, where it begins later and was not withdrawn before."""
    row = rows[0] if rows and rows[0].effective_on > today else None
    if row is None:
        return None
    held = find_in_force(session, actor.site_id, row.document_id, row.effective_on)
    if held is None or held.version_id != row.id:
        return None
    version = view_of(session, row)
    return Ahead(
        version=version,
        now=names_now(session, actor.site_id, version.content),
        must_read=_must_read(session, actor, held),
        read_at=has_read(session, actor.user_id, row.id),
    )


def _must_read(session: Session, actor: Actor, held: InForce | None) -> bool:
    if held is None:
        return False
    return actor.user_id in audience(session, actor.site_id, [held])[held.version_id]


def _draft(session: Session, document: Document) -> Draft:
    content, sections = draft_of(session, document.id)
    names = names_now(session, document.site_id, content)
    people = [document.draft_by, document.approved_by]
    people += [row.changed_by for row in sections.values()]
    by = accounts.names(session, people)
    return Draft(
        status=DraftStatus(document.draft_status or DraftStatus.DRAFTING),
        content=content,
        names=names,
        row_versions={section: row.row_version for section, row in sections.items()},
        changed={
            section: (by.get(row.changed_by, "–"), row.changed_at)
            for section, row in sections.items()
        },
        faults=faults_of(Kind(document.kind), content, names),
        drafted_by=by.get(document.draft_by or 0, "–"),
        approved_by=by.get(document.approved_by or 0, "–"),
        approved_at=document.approved_at,
    )


def _lines(session: Session, rows: list[Version]) -> list[VersionLine]:
    names = accounts.names(session, [row.published_by for row in rows])
    return [
        VersionLine(
            row.id, row.version, row.effective_on, row.published_at,
            names.get(row.published_by, "–"), row.because, row.digest,
        )
        for row in rows
    ]  # fmt: skip


def _steps(session: Session, document_id: int, versions: list[VersionLine]) -> list[StepLine]:
    rows = steps_of(session, document_id)
    names = accounts.names(session, [row.actor_id for row in rows])
    numbers = {one.id: one.version for one in versions}
    return [
        StepLine(
            Step(row.step), row.at, names.get(row.actor_id or 0, ""), row.note,
            numbers.get(row.version_id or 0),
        )
        for row in rows
    ]  # fmt: skip


def _without(document: Document) -> Standing:
    return Standing.WITHDRAWN if document.withdrawn_on else Standing.DRAFT
