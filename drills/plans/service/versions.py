"""Versions: which were in force on any day, and what one of them says."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from drills.plans import review
from drills.plans.content import Content, Words, content_of
from drills.plans.models import (
    PLANS,
    Document,
    DocumentStep,
    Kind,
    Review,
    Step,
    Version,
)
from drills.plans.review import Traits
from drills.plans.service.naming import Names, thawed
from drills.plans.starting import order_of
from safety_app.accounts import service as accounts
from safety_app.core import clock
from safety_app.core.errors import NotFound
from safety_app.core.i18n import bilingual
from safety_app.workplace import service as workplace
from safety_app.workplace.models import Profile

LARGEST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class InForce:
    """A plan as it was in force on a day, and until when it had to be reviewed, seen from then.

    `until` is the first day on which the version was no more in force, as known now.
    """

    plan_id: int
    version_id: int
    number: str
    version: int
    kind: Kind
    scenario: str
    words: Words
    effective_on: date
    until: date | None
    reviewed_on: date | None
    review_by: date
    is_overdue: bool

    @property
    def title(self) -> str:
        """The title in the current language."""
        return self.words.text


@dataclass(frozen=True, slots=True)
class Lived:
    """A plan with the days on which it was in force: a first one, and the first one no more."""

    plan_id: int
    kind: Kind
    scenario: str
    words: Words
    is_in_force: bool
    spans: tuple[tuple[date, date | None], ...]


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version with all that it says and names."""

    id: int
    plan_id: int
    number: str
    version: int
    kind: Kind
    scenario: str
    title: str
    because: str
    content: Content
    names: Names
    digest: str
    effective_on: date
    published_at: datetime
    approved_at: datetime
    drafted_by: str
    approved_by: str
    published_by: str


@dataclass(frozen=True, slots=True)
class _Known:
    """What there is to judge any day by."""

    documents: Mapping[int, Document]
    versions: Mapping[int, Sequence[Version]]
    withdrawn: Mapping[int, Sequence[tuple[int, date]]]
    reviews: Mapping[int, Sequence[date]]
    traits: Traits


def lived(session: Session, site_id: int, on: date) -> list[Lived]:
    """Every plan there ever was; those in force on a day first, in the order of `as_of`."""
    known = _known(session, site_id, set(PLANS), on)
    if known is None:
        return []
    found = [
        _life(known, document, _on(known, document, on)) for document in known.documents.values()
    ]
    return sorted(found, key=lambda one: (not one.is_in_force, order_of(one.scenario), one.plan_id))


def _life(known: _Known, document: Document, held: InForce | None) -> Lived:
    versions = known.versions[document.id]
    ends = ((one.effective_on, _until(known, document.id, one)) for one in versions)
    last = versions[-1]
    return Lived(
        plan_id=document.id,
        kind=Kind(last.kind),
        scenario=document.scenario,
        words=held.words if held else Words(zh=last.title, en=last.title_en),
        is_in_force=held is not None,
        spans=tuple((first, until) for first, until in ends if until is None or first < until),
    )


def current(
    session: Session, site_id: int, on: date, *, kinds: Iterable[Kind] = PLANS
) -> list[InForce]:
    """The plans in force on a day, in the order of the starting points; rules on request."""
    return as_of(session, site_id, on, kinds=kinds)


def as_of(
    session: Session, site_id: int, day: date, *, kinds: Iterable[Kind] = PLANS
) -> list[InForce]:
    """Which plans were in force on any day, in which version, and whether reviewed in time.

    Judged by what was known on that day: a later version or review changes nothing of it.
    """
    known = _known(session, site_id, set(kinds), day)
    if known is None:
        return []
    found = (_on(known, document, day) for document in known.documents.values())
    held = [one for one in found if one is not None]
    return sorted(held, key=lambda one: (order_of(one.scenario), one.number))


def find_in_force(session: Session, site_id: int, plan_id: int, on: date) -> InForce | None:
    """One plan on a day, or nothing where none of its versions was in force."""
    known = _known(session, site_id, set(Kind), on, plan_id)
    return _on(known, known.documents[plan_id], on) if known else None


def get_version(session: Session, site_id: int, version_id: int) -> VersionView:
    """A version of the site, whenever it was in force; raises `NotFound`."""
    row = session.get(Version, version_id) if 0 < version_id <= LARGEST else None
    if row is None or row.site_id != site_id:
        raise NotFound()
    return view_of(session, row)


def versions_of(session: Session, document_id: int) -> list[Version]:
    """The versions of a document, the newest first."""
    query = select(Version).where(Version.document_id == document_id)
    return list(session.scalars(query.order_by(Version.version.desc())))


def view_of(session: Session, row: Version) -> VersionView:
    """A version with what it says and names."""
    document = session.get_one(Document, row.document_id)
    people = (row.drafted_by, row.approved_by, row.published_by)
    names = accounts.names(session, people)
    drafted, approved, published = (names.get(one or 0, "–") for one in people)
    return VersionView(
        id=row.id,
        plan_id=row.document_id,
        number=document.number,
        version=row.version,
        kind=Kind(row.kind),
        scenario=document.scenario,
        title=bilingual(row.title, row.title_en),
        because=row.because,
        content=content_of(row.content["sections"]),
        names=thawed(row.content),
        digest=row.digest,
        effective_on=row.effective_on,
        published_at=row.published_at,
        approved_at=row.approved_at,
        drafted_by=drafted,
        approved_by=approved,
        published_by=published,
    )


def traits_of(session: Session, site_id: int, day: date | None = None) -> dict[str, bool]:
    """The traits of a hall that its rules of review are chosen by; of a day as it was then."""
    site = workplace.site(session, site_id)
    found: Profile = site
    if day is not None:
        ended = clock.at_local(day + timedelta(days=1), time(), site.timezone)
        found = workplace.profile_at(session, site_id, ended)
    return traits_in(found)


def traits_in(profile: Profile) -> dict[str, bool]:
    """The traits that a legal profile says."""
    names = ("business_operator", "crowded_place", "public_gathering", "key_fire_unit")
    return {name: bool(getattr(profile, name)) for name in names}


def _known(
    session: Session, site_id: int, kinds: set[Kind], day: date, plan_id: int | None = None
) -> _Known | None:
    """All that is known of these documents; nothing where none was ever published."""
    query = select(Document).where(
        Document.site_id == site_id, Document.kind.in_(kinds), Document.current_id.is_not(None)
    )
    if plan_id is not None:
        query = query.where(Document.id == plan_id)
    documents = {one.id: one for one in session.scalars(query)}
    if not documents:
        return None
    versions: dict[int, list[Version]] = defaultdict(list)
    listed = (
        select(Version)
        .options(defer(Version.content))
        .where(Version.document_id.in_(list(documents)))
        .order_by(Version.version)
    )
    for version in session.scalars(listed):
        versions[version.document_id].append(version)
    return _Known(
        documents,
        versions,
        _withdrawals(session, site_id, versions),
        _reviews(session, [one.id for some in versions.values() for one in some]),
        traits_of(session, site_id, day),
    )


def _withdrawals(
    session: Session, site_id: int, versions: Mapping[int, Sequence[Version]]
) -> dict[int, list[tuple[int, date]]]:
    """When a document was withdrawn, and up to which of its versions that ended it."""
    timezone = workplace.site(session, site_id).timezone
    numbers = {one.id: one.version for some in versions.values() for one in some}
    query = select(DocumentStep).where(
        DocumentStep.document_id.in_(list(versions)), DocumentStep.step == Step.WITHDRAW
    )
    found: dict[int, list[tuple[int, date]]] = defaultdict(list)
    for step in session.scalars(query.order_by(DocumentStep.id)):
        last = numbers.get(step.version_id or 0, 0)
        found[step.document_id].append((last, clock.local_day(step.at, timezone)))
    return found


def _reviews(session: Session, version_ids: Sequence[int]) -> dict[int, list[date]]:
    found: dict[int, list[date]] = defaultdict(list)
    query = select(Review.version_id, Review.reviewed_on).where(Review.version_id.in_(version_ids))
    for version_id, on in session.execute(query):
        found[version_id].append(on)
    return found


def _on(known: _Known, document: Document, day: date) -> InForce | None:
    """The version that was in force on a day: the latest that had begun, unless withdrawn."""
    begun = [one for one in known.versions.get(document.id, ()) if one.effective_on <= day]
    if not begun:
        return None
    version = begun[-1]
    until = _until(known, document.id, version)
    if until is not None and until <= day:
        return None
    reviewed = max((on for on in known.reviews.get(version.id, ()) if on <= day), default=None)
    months = review.months_of(Kind(version.kind), known.traits)
    due = review.review_by(version.effective_on, reviewed, months)
    return InForce(
        plan_id=document.id,
        version_id=version.id,
        number=document.number,
        version=version.version,
        kind=Kind(version.kind),
        scenario=document.scenario,
        words=Words(zh=version.title, en=version.title_en),
        effective_on=version.effective_on,
        until=until,
        reviewed_on=reviewed,
        review_by=due,
        is_overdue=due < day,
    )


def _until(known: _Known, document_id: int, version: Version) -> date | None:
    """From when on a version is no more in force.

    A withdrawal ends every version there was by then, also the one that was still to begin.
    """
    later = [
        one.effective_on for one in known.versions[document_id] if one.version > version.version
    ]
    ended = [on for last, on in known.withdrawn.get(document_id, ()) if version.version <= last]
    return min([*later[:1], *ended], default=None)
