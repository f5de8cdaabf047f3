"""The list of plans or of rules: how each stands, the worst first."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.plans import review
from drills.plans.models import PLANS, Document, DraftStatus, Kind
from drills.plans.permissions import Permission
from drills.plans.review import Facts, Standing, Why
from drills.plans.service.contacts import viewer_of
from drills.plans.service.drafting import draft_of
from drills.plans.service.naming import names_now
from drills.plans.service.publishing import faults_of
from drills.plans.service.reading import Coverage, coverage
from drills.plans.service.standing import facts_of
from drills.plans.service.versions import InForce, as_of
from drills.plans.starting import order_of, starting_points
from safety_app.core.access import Actor
from safety_app.core.i18n import bilingual

ORDER = tuple(Standing)


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One document in the list."""

    id: int
    number: str
    kind: Kind
    scenario: str
    title: str
    standing: Standing
    draft_status: DraftStatus | None
    held: InForce | None
    whys: tuple[Why, ...] = ()
    coverage: Coverage = field(default_factory=lambda: Coverage(0, 0))


def list_documents(
    session: Session, actor: Actor, today: date, *, kinds: Collection[Kind] = PLANS
) -> list[PlanRow]:
    """All documents of these kinds, the worst first, withdrawn ones last."""
    actor.require(Permission.VIEW)
    held = {one.plan_id: one for one in as_of(session, actor.site_id, today, kinds=kinds)}
    facts = facts_of(session, actor.site_id, list(held.values()), today)
    read = coverage(session, actor.site_id, list(held.values()))
    query = select(Document).where(Document.site_id == actor.site_id, Document.kind.in_(kinds))
    is_outside = viewer_of(actor) is not None
    rows = []
    for document in session.scalars(query):
        one = held.get(document.id)
        if one is None and not actor.may(Permission.READERS):
            continue  # what is not in force concerns those who make it
        if one is not None and is_outside:
            rows.append(_plain_row(document, one))
            continue
        known = facts[one.version_id] if one else None
        rows.append(
            PlanRow(
                id=document.id,
                number=document.number,
                kind=Kind(document.kind),
                scenario=document.scenario,
                title=one.title if one else bilingual(document.title, document.title_en),
                standing=review.standing(known, today) if known else _without(document),
                draft_status=DraftStatus(document.draft_status) if document.draft_status else None,
                held=one,
                whys=review.causes(known, today) if known else (),
                coverage=read[one.version_id] if one else Coverage(0, 0),
            )
        )
    return sorted(rows, key=lambda row: (ORDER.index(row.standing), _place(row), row.number))


def _plain_row(document: Document, held: InForce) -> PlanRow:
    """What a third party sees of a plan in force: not who left, nor who has read it."""
    return PlanRow(
        id=document.id,
        number=document.number,
        kind=Kind(document.kind),
        scenario=document.scenario,
        title=held.title,
        standing=Standing.CURRENT,
        draft_status=None,
        held=held,
    )


def out_of_date(session: Session, actor: Actor, today: date) -> list[PlanRow]:
    """Plans in force that are to be revised or reviewed soon, for who keeps them; asked on every
    click of Today, so without the things they count on."""
    if not actor.may(Permission.DRAFT):
        return []
    held = as_of(session, actor.site_id, today)
    facts = facts_of(session, actor.site_id, held, today, with_things=False)
    rows = [_held_row(one, facts[one.version_id], today) for one in held]
    found = [row for row in rows if row.standing is not Standing.CURRENT]
    return sorted(found, key=lambda row: ORDER.index(row.standing))


def _held_row(held: InForce, facts: Facts, today: date) -> PlanRow:
    return PlanRow(
        id=held.plan_id,
        number=held.number,
        kind=held.kind,
        scenario=held.scenario,
        title=held.title,
        standing=review.standing(facts, today),
        draft_status=None,
        held=held,
        whys=review.causes(facts, today),
    )


def waiting_for_approval(session: Session, actor: Actor) -> list[PlanRow]:
    """Complete drafts that only wait for this person, who may approve."""
    if not actor.may(Permission.APPROVE):
        return []
    query = select(Document).where(
        Document.site_id == actor.site_id, Document.draft_status.is_not(None)
    )
    found = []
    for document in session.scalars(query.order_by(Document.number)):
        content, _sections = draft_of(session, document.id)
        names = names_now(session, actor.site_id, content)
        if faults_of(Kind(document.kind), content, names).is_ready:
            found.append(_draft_row(document))
    return found


def _draft_row(document: Document) -> PlanRow:
    return PlanRow(
        id=document.id,
        number=document.number,
        kind=Kind(document.kind),
        scenario=document.scenario,
        title=bilingual(document.title, document.title_en),
        standing=Standing.DRAFT,
        draft_status=DraftStatus(document.draft_status or DraftStatus.DRAFTING),
        held=None,
    )


def unused_starting_points(session: Session, site_id: int, *, rules: bool = False) -> list[str]:
    """The starting points that nobody has begun with, or whose document was withdrawn."""
    query = select(Document.scenario).where(
        Document.site_id == site_id, Document.withdrawn_on.is_(None)
    )
    used = set(session.scalars(query))
    points = starting_points().values()
    return [one.code for one in points if one.is_rules is rules and one.code not in used]


def _without(document: Document) -> Standing:
    """How a document stands that has no version in force today."""
    return Standing.WITHDRAWN if document.withdrawn_on else Standing.DRAFT


def _place(row: PlanRow) -> int:
    return order_of(row.scenario)
