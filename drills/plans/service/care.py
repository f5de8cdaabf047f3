"""Looking after plans in force: reviews without changes, and filing with the authority."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.plans import review
from drills.plans.errors import DayAhead, FiledBeforePublished, NotInForce, ReviewedWithoutThem
from drills.plans.models import (
    PLANS,
    Document,
    DocumentFile,
    Filing,
    NamedPerson,
    Review,
    Step,
    Version,
)
from drills.plans.service.steps import begin, take
from drills.plans.service.versions import find_in_force, traits_in
from safety_app.accounts import service as accounts
from safety_app.core import clock, files
from safety_app.core.access import Actor
from safety_app.core.errors import NotFound
from safety_app.core.i18n import N_, _, bilingual, day_text
from safety_app.core.text import clean
from safety_app.workplace import service as workplace


@dataclass(frozen=True, slots=True)
class FilingView:
    """Whether a version must be filed, until when, and whether it was."""

    version_id: int
    version: int
    effective_on: date
    is_asked: bool
    file_by: date
    filed_on: date | None = None
    authority: str = ""
    number: str = ""
    file_id: int | None = None
    by: str = ""


def record_review(
    session: Session, actor: Actor, document_id: int, *, note: str, now: datetime
) -> Review:
    """The version in force was looked through and needs no change: its time begins anew today."""
    document = begin(session, actor, document_id, Step.REVIEW)
    today = clock.local_day(now, actor.timezone)
    held = find_in_force(session, actor.site_id, document_id, today)
    if held is None:
        raise NotInForce(title=bilingual(document.title, document.title_en))
    _nobody_left(session, held.version_id)
    row = Review(
        site_id=actor.site_id,
        version_id=held.version_id,
        reviewed_on=today,
        by=actor.user_id,
        at=now,
        note=clean(note, field=N_("What was looked at, and why it is still good"),
                   limit=500, required=True, lines=True),
    )  # fmt: skip
    session.add(row)
    session.flush()
    take(session, actor, document, Step.REVIEW, now=now, version_id=held.version_id, note=row.note)
    return row


def _nobody_left(session: Session, version_id: int) -> None:
    """Raise where somebody named is not here any more."""
    user = accounts.User
    query = (
        select(user.name, user.name_en)
        .join(NamedPerson, NamedPerson.user_id == user.id)
        .where(NamedPerson.version_id == version_id, user.is_active.is_(False))
        .order_by(user.name)
    )
    left = [bilingual(name, name_en) for name, name_en in session.execute(query)]
    if left:
        raise ReviewedWithoutThem(names=_(", ").join(left))


def record_filing(
    session: Session,
    actor: Actor,
    document_id: int,
    *,
    authority: str,
    filed_on: date,
    now: datetime,
    number: str = "",
    file_id: int | None = None,
    version_id: int | None = None,
) -> Filing:
    """A version was filed with an authority; its receipt may be attached.

    It is the version named, else the one whose filing is next.
    """
    document = begin(session, actor, document_id, Step.FILE)
    today = clock.local_day(now, actor.timezone)
    if filed_on > today:
        raise DayAhead(day=day_text(filed_on, weekday=False, year=True))
    version = _to_file(session, document, version_id, today)
    published = clock.local_day(version.published_at, actor.timezone)
    if filed_on < published:
        raise FiledBeforePublished(day=day_text(published, weekday=False, year=True))
    if file_id is not None:
        (paper,) = files.claim(session, actor, [file_id])
        session.merge(DocumentFile(document_id=document_id, file_id=paper.id))
    row = Filing(
        site_id=actor.site_id,
        version_id=version.id,
        authority=clean(authority, field=N_("Filed with"), limit=100, required=True),
        number=clean(number, field=N_("Number of the receipt"), limit=64),
        filed_on=filed_on,
        file_id=file_id,
        by=actor.user_id,
        at=now,
    )
    session.add(row)
    session.flush()
    take(
        session, actor, document, Step.FILE, now=now, version_id=row.version_id,
        note=f"{row.authority} {row.number}".strip(), filed_on=filed_on,
    )  # fmt: skip
    return row


def filings_of(session: Session, document: Document, today: date) -> tuple[FilingView, ...]:
    """How the filing of the version in force and of those to come stands; not of rules, drafts."""
    if document.current_id is None or document.kind not in PLANS:
        return ()
    versions = _held_and_ahead(session, document, today)
    filed = _filed(session, versions)
    since = asked_since(session, document.site_id, today)
    found = []
    for one in versions:
        by = file_by(session, one, since or date.min)
        view = FilingView(one.id, one.version, one.effective_on, since is not None, by)
        if row := filed.get(one.id):
            view = replace(
                view, filed_on=row.filed_on, authority=row.authority, number=row.number,
                file_id=row.file_id, by=accounts.names(session, [row.by])[row.by],
            )  # fmt: skip
        found.append(view)
    return tuple(found)


def next_to_file(filings: Sequence[FilingView]) -> FilingView:
    """The first that is not filed, that in force before those to come; the last if all are."""
    return next((one for one in filings if one.filed_on is None), filings[-1])


def _to_file(session: Session, document: Document, version_id: int | None, today: date) -> Version:
    """The version that is filed; raises `NotFound` for one of another document."""
    if version_id is not None:
        version = session.get(Version, version_id)
        if version is None or version.document_id != document.id:
            raise NotFound()
        return version
    versions = _held_and_ahead(session, document, today)
    filed = _filed(session, versions)
    return next((one for one in versions if one.id not in filed), versions[-1])


def _held_and_ahead(session: Session, document: Document, today: date) -> list[Version]:
    """The version in force and those that will be, in order; where none is, the one published last.

    One that is replaced on its first day never is.
    """
    held = find_in_force(session, document.site_id, document.id, today)
    if held is None:
        return [session.get_one(Version, document.current_id)]
    query = select(Version).where(
        Version.document_id == document.id, Version.version >= held.version
    )
    rows = session.scalars(query.order_by(Version.version)).all()
    pairs = zip(rows, [*rows[1:], None], strict=True)
    return [one for one, after in pairs if not after or one.effective_on < after.effective_on]


def _filed(session: Session, versions: Sequence[Version]) -> dict[int, Filing]:
    """The filing recorded last of each of these that has one."""
    query = select(Filing).where(Filing.version_id.in_([one.id for one in versions]))
    return {row.version_id: row for row in session.scalars(query.order_by(Filing.id))}


def asked_since(session: Session, site_id: int, day: date) -> date | None:
    """From when on the hall must file its plans, as it stood at the end of a day; if it must."""
    site = workplace.site(session, site_id)
    said: dict[date, bool] = {}
    first = date.min
    for former in workplace.former_profiles(session, site_id):
        said[first] = review.filing().applies(traits_in(former))
        first = clock.local_day(former.until, site.timezone)
    said[first] = review.filing().applies(traits_in(site))
    since: date | None = None
    for on, applies in said.items():
        if on <= day:
            since = (since or on) if applies else None
    return since


def file_by(session: Session, version: Version, since: date) -> date:
    """The last of the working days after its publication, or after filing was first asked for."""
    timezone = workplace.site(session, version.site_id).timezone
    begins = max(since, clock.local_day(version.published_at, timezone))
    return workplace.add_open_days(session, version.site_id, begins, review.filing().days)
