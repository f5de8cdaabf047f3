"""Inspections by authorities as lists and pages show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from hazards.models import AuthorityFile, AuthorityInspection, Hazard
from hazards.permissions import Permission
from hazards.service.queries import HazardRow, light_rows
from hazards.visibility import IS_OPEN
from safety_app.accounts import service as accounts
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.errors import NotFound
from safety_app.core.files import File
from safety_app.core.i18n import N_

WHO_MAY: Final = N_("The safety officer or the manager")
SOON: Final = timedelta(days=3)
SEARCH_LIMIT: Final = 60
LARGEST_ID: Final = 2**31 - 1


class ReplyState(StrEnum):
    """How the reply stands; computed, never stored."""

    REPLIED = "replied"
    OVERDUE = "overdue"
    DUE = "due"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class InspectionRow:
    """One line of the list."""

    id: int
    authority: str
    number: str
    inspected_on: date
    reply_by: date | None
    replied_on: date | None
    state: ReplyState
    days_left: int | None
    findings: int
    open: int


@dataclass(frozen=True, slots=True)
class Scan:
    """A paper handed in."""

    id: int
    name: str
    is_reply: bool


@dataclass(frozen=True, slots=True)
class InspectionDetail:
    """One inspection with its papers and findings."""

    row: InspectionRow
    summary: str
    recorded_at: datetime
    recorded_by: str
    reply: str
    replied_by: str
    scans: tuple[Scan, ...]
    findings: tuple[HazardRow, ...]


def list_inspections(
    session: Session, actor: Actor, *, now: datetime, text: str = "", most: int = 200
) -> list[InspectionRow]:
    """Inspections of this hall, those that wait for a reply first, then the latest."""
    check_may(actor)
    words = text.replace("\x00", "").strip()[:SEARCH_LIMIT]
    where: list[ColumnElement[bool]] = []
    if words:
        columns = (
            AuthorityInspection.authority,
            AuthorityInspection.number,
            AuthorityInspection.summary,
        )
        where.append(or_(*(one.icontains(words, autoescape=True) for one in columns)))
    today = clock.local_day(now, actor.timezone)
    return _rows(session, actor.site_id, today, where, most)


def get_inspection(
    session: Session, actor: Actor, inspection_id: int, *, now: datetime
) -> InspectionDetail:
    """One inspection; raises `NotFound` for another hall's."""
    check_may(actor)
    return inspection_of(
        session, actor.site_id, inspection_id, clock.local_day(now, actor.timezone)
    )


def inspection_of(
    session: Session, site_id: int, inspection_id: int, today: date
) -> InspectionDetail:
    """One inspection with all that its page and its paper show."""
    found = load_inspection(session, site_id, inspection_id)
    (row,) = _rows(session, site_id, today, [AuthorityInspection.id == found.id], 1)
    people = [one for one in (found.recorded_by, found.replied_by) if one]
    names = accounts.names(session, people)
    hazards = session.scalars(
        select(Hazard).where(Hazard.inspection_id == found.id).order_by(Hazard.id)
    ).all()
    return InspectionDetail(
        row=row,
        summary=found.summary,
        recorded_at=found.recorded_at,
        recorded_by=names.get(found.recorded_by, ""),
        reply=found.reply,
        replied_by=names.get(found.replied_by or 0, ""),
        scans=tuple(scans_of(session, found.id)),
        findings=light_rows(session, site_id, hazards, today),
    )


def replies_due(session: Session, actor: Actor, today: date) -> list[InspectionRow]:
    """Inspections whose reply is overdue or due within three days."""
    if not actor.reach(Permission.INSPECTIONS).site:
        return []
    where = [
        AuthorityInspection.replied_on.is_(None),
        AuthorityInspection.reply_by <= today + SOON,
    ]
    return _rows(session, actor.site_id, today, where, 10)


def latest_inspection(session: Session, site_id: int, before: datetime) -> int | None:
    """The id of the last inspection recorded before a moment."""
    return session.scalar(
        select(AuthorityInspection.id)
        .where(AuthorityInspection.site_id == site_id, AuthorityInspection.recorded_at < before)
        .order_by(AuthorityInspection.inspected_on.desc(), AuthorityInspection.id.desc())
        .limit(1)
    )


def scans_of(session: Session, inspection_id: int) -> list[Scan]:
    """The papers of an inspection, the authority's before the reply's."""
    rows = session.execute(
        select(File.id, File.name, AuthorityFile.is_reply)
        .join(AuthorityFile, AuthorityFile.file_id == File.id)
        .where(AuthorityFile.inspection_id == inspection_id)
        .order_by(AuthorityFile.is_reply, File.id)
    )
    return [Scan(*row) for row in rows]


def may_see_file(session: Session, actor: Actor, file_id: int) -> bool:
    """Whether a file is a paper of an inspection in sight."""
    if not actor.reach(Permission.INSPECTIONS).site:
        return False
    query = (
        select(AuthorityFile.file_id)
        .join(AuthorityInspection, AuthorityInspection.id == AuthorityFile.inspection_id)
        .where(AuthorityFile.file_id == file_id, AuthorityInspection.site_id == actor.site_id)
    )
    return session.scalar(query.limit(1)) is not None


def check_may(actor: Actor) -> None:
    """Raise `NotAllowed` for who has no part in inspections."""
    actor.require(Permission.INSPECTIONS, who=WHO_MAY)


def load_inspection(session: Session, site_id: int, inspection_id: int) -> AuthorityInspection:
    """The row, read anew; raises `NotFound` for another hall's."""
    query = select(AuthorityInspection).where(
        AuthorityInspection.id == inspection_id, AuthorityInspection.site_id == site_id
    )
    found = None
    if 0 < inspection_id <= LARGEST_ID:
        found = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound()
    return found


def _rows(
    session: Session, site_id: int, today: date, where: Sequence[ColumnElement[bool]], most: int
) -> list[InspectionRow]:
    found = session.scalars(
        select(AuthorityInspection)
        .where(AuthorityInspection.site_id == site_id, *where)
        .order_by(
            AuthorityInspection.replied_on.is_not(None),
            AuthorityInspection.inspected_on.desc(),
            AuthorityInspection.id.desc(),
        )
        .limit(most)
    ).all()
    counted = _counted(session, [one.id for one in found]) if found else {}
    return [_row(one, today, *counted.get(one.id, (0, 0))) for one in found]


def _row(one: AuthorityInspection, today: date, findings: int, still_open: int) -> InspectionRow:
    waits = one.replied_on is None and one.reply_by is not None
    days_left = (one.reply_by - today).days if waits and one.reply_by else None
    if one.replied_on is not None:
        state = ReplyState.REPLIED
    elif days_left is None:
        state = ReplyState.NOT_ASKED
    else:
        state = ReplyState.OVERDUE if days_left < 0 else ReplyState.DUE
    return InspectionRow(
        id=one.id,
        authority=one.authority,
        number=one.number,
        inspected_on=one.inspected_on,
        reply_by=one.reply_by,
        replied_on=one.replied_on,
        state=state,
        days_left=days_left,
        findings=findings,
        open=still_open,
    )


def _counted(session: Session, ids: Sequence[int]) -> Mapping[int, tuple[int, int]]:
    """Findings, and those still open, by inspection."""
    rows = session.execute(
        select(
            Hazard.inspection_id,
            func.count(),
            func.sum(case((IS_OPEN, 1), else_=0)),
        )
        .where(Hazard.inspection_id.in_(ids))
        .group_by(Hazard.inspection_id)
    )
    return {key: (found, int(still_open or 0)) for key, found, still_open in rows if key}
