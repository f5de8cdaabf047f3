"""The shelf of papers: filed with scans, found again, withdrawn with a reason, never deleted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NotRequired, TypedDict, Unpack

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from safety_app.accounts import service as accounts
from safety_app.core import clock, files, journal
from safety_app.core.access import Actor
from safety_app.core.errors import NotFound, TextMissing, TextTooLong
from safety_app.core.files import File
from safety_app.core.i18n import N_
from safety_app.core.text import plain
from safety_app.papers.errors import (
    AlreadyWithdrawn,
    PaperFromFuture,
    ScanMissing,
    UnknownCategory,
    ValidBeforeDate,
)
from safety_app.papers.kinds import Kind, kind_of, kinds
from safety_app.papers.models import Paper, PaperFile
from safety_app.papers.permissions import Permission

SOON_DAYS: Final = 30
MOST_SCANS: Final = 20
LARGEST_ID: Final = 2**31 - 1
WHO_KEEPS: Final = N_("The safety officer or the administrator")
WHO_SEES: Final = N_("The safety officer, a manager or the administrator")


class State(StrEnum):
    """Where a paper stands on a day."""

    LASTING = "lasting"
    VALID = "valid"
    SOON = "soon"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class View(StrEnum):
    """Which papers a list shows."""

    CURRENT = "current"
    ENDING = "ending"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A paper as a list shows it."""

    id: int
    kind: Kind
    title: str
    number: str
    dated_on: date
    valid_until: date | None
    is_history: bool
    state: State
    days_left: int | None


@dataclass(frozen=True, slots=True)
class PaperDetail:
    """A paper with its scans in order, who filed it, and why it was withdrawn."""

    row: PaperRow
    note: str
    scans: tuple[File, ...]
    filed_by: str
    filed_at: datetime
    withdrawn_by: str
    withdrawn_at: datetime | None
    withdrawn_because: str


class Facts(TypedDict):
    """What is written on a paper, and where it belongs."""

    category: str
    title: str
    dated_on: date
    number: NotRequired[str]
    valid_until: NotRequired[date | None]
    note: NotRequired[str]
    is_history: NotRequired[bool]


def file_paper(
    session: Session,
    actor: Actor,
    *,
    file_ids: Sequence[int],
    now: datetime,
    **facts: Unpack[Facts],
) -> Paper:
    """Put a paper on the shelf; one marked as history is in no statistic."""
    actor.require(Permission.KEEP, who=WHO_KEEPS)
    journal.lock(session)
    category, dated_on = facts["category"], facts["dated_on"]
    valid_until = facts.get("valid_until")
    if category not in kinds():
        raise UnknownCategory()
    if dated_on > clock.local_day(now, actor.timezone):
        raise PaperFromFuture()
    if valid_until is not None and valid_until < dated_on:
        raise ValidBeforeDate()
    scans = files.claim(session, actor, file_ids, most=MOST_SCANS)
    if not scans:
        raise ScanMissing()
    paper = Paper(
        site_id=actor.site_id,
        category=category,
        title=_text(facts["title"], N_("Title"), 128),
        number=_text(facts.get("number", ""), N_("Number"), 64, needed=False),
        dated_on=dated_on,
        valid_until=valid_until,
        note=_text(facts.get("note", ""), N_("Note on the paper"), 2_000, needed=False, lines=True),
        is_history=facts.get("is_history", False) or kind_of(category).is_history,
        filed_by=actor.user_id,
        filed_at=now,
    )
    session.add(paper)
    session.flush()
    session.add_all(
        PaperFile(paper_id=paper.id, file_id=scan.id, position=position)
        for position, scan in enumerate(scans, start=1)
    )
    session.flush()
    sealed = {"category": category, "dated_on": dated_on, "scans": [scan.key for scan in scans]}
    journal.write(session, actor, "papers.file", "paper", paper.id, now=now, facts=sealed)
    return paper


def withdraw(session: Session, actor: Actor, paper_id: int, *, reason: str, now: datetime) -> Paper:
    """Take a paper off the shelf: filed by mistake, or replaced; it stays to be seen."""
    actor.require(Permission.KEEP, who=WHO_KEEPS)
    journal.lock(session)
    paper = _own(session, actor, paper_id)
    if paper.withdrawn_at is not None:
        raise AlreadyWithdrawn()
    paper.withdrawn_because = _text(reason, N_("Reason"), 200)
    paper.withdrawn_by, paper.withdrawn_at = actor.user_id, now
    session.flush()
    facts = {"reason": paper.withdrawn_because}
    journal.write(session, actor, "papers.withdraw", "paper", paper.id, now=now, facts=facts)
    return paper


def list_papers(
    session: Session,
    actor: Actor,
    *,
    today: date,
    view: View = View.CURRENT,
    category: str = "",
    text: str = "",
) -> list[PaperRow]:
    """The papers of the hall in the order of the kinds, the newest first."""
    require_view(actor)
    query = select(Paper).where(Paper.site_id == actor.site_id)
    is_withdrawn = Paper.withdrawn_at.is_not(None)
    query = query.where(is_withdrawn if view is View.WITHDRAWN else ~is_withdrawn)
    if category:
        query = query.where(Paper.category == category)
    if wanted := plain(text).lower():
        columns = (Paper.title, Paper.number, Paper.note)
        query = query.where(
            or_(*(func.lower(one).contains(wanted, autoescape=True) for one in columns))
        )
    order = {code: at for at, code in enumerate(kinds())}
    rows = [_row(paper, today) for paper in session.scalars(query)]
    if view is View.ENDING:
        rows = [row for row in rows if row.state in (State.SOON, State.EXPIRED)]
    return sorted(rows, key=lambda row: (order[row.kind.code], -row.dated_on.toordinal(), -row.id))


def get_paper(session: Session, actor: Actor, paper_id: int, *, today: date) -> PaperDetail:
    """One paper of the hall."""
    require_view(actor)
    paper = _own(session, actor, paper_id)
    called = accounts.names(session, [paper.filed_by, paper.withdrawn_by])
    return PaperDetail(
        row=_row(paper, today),
        note=paper.note,
        scans=tuple(scans_of(session, [paper.id])),
        filed_by=called[paper.filed_by],
        filed_at=paper.filed_at,
        withdrawn_by=called.get(paper.withdrawn_by or 0, ""),
        withdrawn_at=paper.withdrawn_at,
        withdrawn_because=paper.withdrawn_because,
    )


def papers_of(session: Session, site_id: int, codes: Iterable[str], today: date) -> list[PaperRow]:
    """What is on the shelf of these kinds, the newest first."""
    found = session.scalars(
        select(Paper)
        .where(Paper.site_id == site_id, Paper.category.in_(codes), Paper.withdrawn_at.is_(None))
        .order_by(Paper.dated_on.desc(), Paper.id.desc())
    )
    return [_row(paper, today) for paper in found]


def shelf_token(session: Session, site_id: int) -> tuple[int, int]:
    """Changes whenever a paper is filed or withdrawn."""
    query = select(func.max(Paper.id), func.count(Paper.withdrawn_at))
    newest, withdrawn = session.execute(query.where(Paper.site_id == site_id)).one()
    return newest or 0, withdrawn


def scans_of(session: Session, paper_ids: Sequence[int]) -> list[File]:
    """The scans of papers, in the order of the ids and their own."""
    order = {paper_id: at for at, paper_id in enumerate(paper_ids)}
    rows = session.execute(
        select(PaperFile, File)
        .join(File, File.id == PaperFile.file_id)
        .where(PaperFile.paper_id.in_(order))
    ).all()
    rows = sorted(rows, key=lambda row: (order[row[0].paper_id], row[0].position))
    return [file for _link, file in rows]


def may_see_file(session: Session, actor: Actor, file_id: int) -> bool:
    """Whether a file is a scan of a paper that this person may see."""
    if not actor.may(Permission.VIEW):
        return False
    query = (
        select(PaperFile.file_id)
        .join(Paper, Paper.id == PaperFile.paper_id)
        .where(PaperFile.file_id == file_id, Paper.site_id == actor.site_id)
    )
    return session.scalar(query.limit(1)) is not None


def require_view(actor: Actor) -> None:
    """Raise `NotAllowed` for whoever may not see the shelf."""
    actor.require(Permission.VIEW, who=WHO_SEES)


def _own(session: Session, actor: Actor, paper_id: int) -> Paper:
    paper = session.get(Paper, paper_id) if 0 < paper_id <= LARGEST_ID else None
    if paper is None or paper.site_id != actor.site_id:
        raise NotFound()
    return paper


def _row(paper: Paper, today: date) -> PaperRow:
    left = (paper.valid_until - today).days if paper.valid_until else None
    return PaperRow(
        id=paper.id,
        kind=kind_of(paper.category),
        title=paper.title,
        number=paper.number,
        dated_on=paper.dated_on,
        valid_until=paper.valid_until,
        is_history=paper.is_history,
        state=State.WITHDRAWN if paper.withdrawn_at else _state(left),
        days_left=left,
    )


def _state(days_left: int | None) -> State:
    if days_left is None:
        return State.LASTING
    if days_left < 0:
        return State.EXPIRED
    return State.SOON if days_left <= SOON_DAYS else State.VALID


def _text(value: str, field: str, limit: int, *, needed: bool = True, lines: bool = False) -> str:
    value = plain(value, lines=lines)
    if needed and not value:
        raise TextMissing(field=field)
    if len(value) > limit:
        raise TextTooLong(field=field, limit=limit)
    return value
