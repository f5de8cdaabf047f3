"""The list of incidents, the counts above it, and what waits for somebody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from hazards import service as hazards
from hazards.incidents.deadlines import Clock, Owed
from hazards.incidents.level import LEGAL, Level
from hazards.incidents.models import OPEN, Incident, Kind, Member, Notification, Status
from hazards.incidents.permissions import Permission
from hazards.incidents.service.figures import counted
from hazards.incidents.service.notifying import clock_for, owed_for, told_of
from hazards.incidents.visibility import visible_to
from safety_app.core.access import Actor
from safety_app.core.db import kept
from safety_app.core.i18n import N_

PAGE_SIZE: Final = 30
MOST: Final = 180
SEARCH_LIMIT: Final = 60


class View(StrEnum):
    """Which incidents a list shows."""

    OPEN = "open"
    WAITING = "waiting"
    ACCIDENTS = "accidents"
    NEAR_MISSES = "near_misses"
    CLOSED = "closed"
    ALL = "all"


VIEW_NAMES: Final = {
    View.OPEN: N_("Open cases"),
    View.WAITING: N_("Waiting for me"),
    View.ACCIDENTS: N_("Accidents by law"),
    View.NEAR_MISSES: N_("Near misses"),
    View.CLOSED: N_("Closed cases"),
    View.ALL: N_("All incidents"),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What to list."""

    view: View = View.OPEN
    text: str = ""
    kind: Kind | None = None
    size: int = PAGE_SIZE


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """One line of a list, without personal data; `investigate_by` while it is investigated."""

    id: int
    number: str
    kind: Kind
    what: str
    place: str
    occurred_at: datetime
    status: Status
    level: Level | None
    investigate_by: date | None


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list; `more` tells that another follows."""

    rows: tuple[IncidentRow, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """Those in the actor's sight, by view."""

    open: int
    waiting: int
    accidents: int
    near_misses: int
    closed: int
    all: int

    def of(self, view: View) -> int:
        """The count of a view."""
        return int(getattr(self, view))


@dataclass(frozen=True, slots=True)
class Pressing:
    """An incident whose hour runs, or of which a change is still to be told.

    `is_undecided`: it was decided to be none, then the figures became graver.
    """

    row: IncidentRow
    clock: Clock
    owed: tuple[Owed, ...]
    is_undecided: bool = False


def list_incidents(session: Session, actor: Actor, filters: Filters) -> Listing:
    """The incidents in sight, the latest first."""
    size = min(max(filters.size, 1), MOST)
    query = (
        select(Incident)
        .where(visible_to(actor), *_conditions(session, actor, filters))
        .order_by(Incident.occurred_at.desc(), Incident.id.desc())
        .limit(size + 1)
    )
    found = session.scalars(query).all()
    return Listing(tuple(rows_of(session, actor, found[:size])), len(found) > size)


def counts(session: Session, actor: Actor) -> Counts:
    """All views counted in one pass."""
    conditions = [_of_view(actor, view) for view in View]
    row = session.execute(
        select(*(func.sum(case((one, 1), else_=0)) for one in conditions)).where(visible_to(actor))
    ).one()
    found = {str(view): int(number or 0) for view, number in zip(View, row, strict=True)}
    return Counts(**found)


def concerning(session: Session, actor: Actor, size: int = 3) -> tuple[list[IncidentRow], int]:
    """Open cases that concern this person, those that wait for them first; how many wait.

    What somebody reported, leads the window of, investigates, or has the next step of.
    """
    waits = case((_is_mine(actor), 1), else_=0)
    concerned = [Incident.reported_by == actor.user_id, _is_mine(actor)]
    if actor.led:
        concerned.append(Incident.window_id.in_(sorted(actor.led)))
    query = (
        select(Incident, waits)
        .where(Incident.site_id == actor.site_id, Incident.status.in_(OPEN), or_(*concerned))
        .order_by(waits.desc(), Incident.id.desc())
        .limit(size + 1)
    )
    found = session.execute(query).all()
    waiting = sum(flag for _incident, flag in found)
    if waiting > size:
        waiting = counts(session, actor).waiting
    return rows_of(session, actor, [incident for incident, _flag in found[:size]]), waiting


def pressing(session: Session, actor: Actor, now: datetime) -> list[Pressing]:
    """For who answers for it: every hour that runs or is over, every change still to be told.

    A change is told also of what the law counts no more. For who decides, also what has to be
    decided anew.
    """
    if not actor.reach(Permission.HANDLE).site:
        return []
    was_told = Incident.id.in_(
        select(Notification.incident_id).where(Notification.site_id == actor.site_id)
    )
    query = (
        select(Incident)
        .where(
            Incident.site_id == actor.site_id,
            Incident.status != Status.VOIDED,
            or_(Incident.counts_since.is_not(None), was_told),
        )
        .order_by(Incident.occurred_at)
    )
    every = kept(
        session, ("incidents.pressing", actor.site_id), lambda: session.scalars(query).all()
    )
    may_decide = actor.reach(Permission.DECIDE).site
    found = []
    for incident in every:
        told = told_of(session, incident.id)
        clock = clock_for(incident, told, now)
        known = counted(session, incident, actor.timezone, now)
        owed = tuple(owed_for(known, told))
        is_undecided = known is not None and known.lapsed_at is not None
        if clock.is_open or owed or (is_undecided and may_decide and incident.status in OPEN):
            row = rows_of(session, actor, [incident])[0]
            found.append(Pressing(row, clock, owed, is_undecided))
    return found


def rows_of(session: Session, actor: Actor, found: Sequence[Incident]) -> list[IncidentRow]:
    """Rows with names of places."""
    if not found:
        return []
    places = hazards.place_names(session, actor.site_id)
    return [
        IncidentRow(
            id=one.id,
            number=one.number,
            kind=Kind(one.kind),
            what=one.what,
            place=places.text(one.window_id, one.location_id, one.place),
            occurred_at=one.occurred_at,
            status=Status(one.status),
            level=Level(one.level) if one.level else None,
            investigate_by=one.investigate_by if one.status == Status.INVESTIGATING else None,
        )
        for one in found
    ]


def _conditions(session: Session, actor: Actor, filters: Filters) -> list[ColumnElement[bool]]:
    found = [_of_view(actor, filters.view)]
    if filters.kind:
        found.append(Incident.kind == filters.kind)
    words = filters.text.replace("\x00", "").strip()[:SEARCH_LIMIT]
    if words:
        found.append(_matches(session, actor, words))
    return found


def _of_view(actor: Actor, view: View) -> ColumnElement[bool]:
    is_void = Incident.status == Status.VOIDED
    conditions: dict[View, ColumnElement[bool]] = {
        View.OPEN: Incident.status.in_(OPEN),
        View.WAITING: _is_mine(actor),
        View.ACCIDENTS: and_(Incident.level.in_(LEGAL), ~is_void),
        View.NEAR_MISSES: and_(Incident.level == Level.NEAR_MISS, ~is_void),
        View.CLOSED: Incident.status.in_((Status.CLOSED, Status.VOIDED)),
        View.ALL: Incident.site_id == actor.site_id,
    }
    return conditions[view]


def _is_mine(actor: Actor) -> ColumnElement[bool]:
    """Whose next step is the actor's."""
    team = select(Member.incident_id).where(Member.user_id == actor.user_id)
    parts: list[ColumnElement[bool]] = [
        and_(
            Incident.status.in_((Status.INVESTIGATING, Status.ACTING)),
            or_(Incident.leader_id == actor.user_id, Incident.id.in_(team)),
        )
    ]
    if actor.reach(Permission.HANDLE).site:
        parts.append(Incident.status.in_((Status.REPORTED, Status.CONFIRMED)))
    if actor.reach(Permission.DECIDE).site:
        parts.append(Incident.status == Status.ACTING)
    return or_(*parts)


def _matches(session: Session, actor: Actor, words: str) -> ColumnElement[bool]:
    """Number, wording or place contain the words; names of windows and areas count as place."""
    columns = (Incident.number, Incident.what, Incident.place, Incident.course)
    parts: list[ColumnElement[bool]] = [
        column.icontains(words, autoescape=True) for column in columns
    ]
    low = words.lower()
    places = hazards.place_names(session, actor.site_id)
    windows = [found for found, name in places.windows.items() if low in name.lower()]
    locations = [found for found, name in places.locations.items() if low in name.lower()]
    parts.append(Incident.window_id.in_(windows))
    parts.append(Incident.location_id.in_(locations))
    return or_(*parts)
