"""The list of hazards: filtered, counted and paged by the database, as light rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Executable, and_, case, func, or_, select
from sqlalchemy.orm import Session

from hazards.models import Hazard, Kind, LegalClass, Level, Status
from hazards.permissions import Permission
from hazards.place_names import place_names
from hazards.visibility import IS_OPEN, visible_to, within
from safety_app.accounts import service as accounts
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.i18n import N_, bilingual

PAGE_SIZE: Final = 30
MOST: Final = 200
SEARCH_LIMIT: Final = 60


class View(StrEnum):
    """Which hazards a list shows."""

    OPEN = "open"
    WAITING = "waiting"
    UNASSIGNED = "unassigned"
    FIXING = "fixing"
    TO_VERIFY = "to_verify"
    OVERDUE = "overdue"
    CLOSED = "closed"


VIEW_NAMES: Final = {
    View.OPEN: N_("All open"),
    View.WAITING: N_("Waiting for me"),
    View.UNASSIGNED: N_("Unassigned"),
    View.FIXING: N_("Fixing"),
    View.TO_VERIFY: N_("To verify"),
    View.OVERDUE: N_("Past due"),
    View.CLOSED: N_("Closed"),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What to list; `common` means the common areas only."""

    today: date
    view: View = View.OPEN
    text: str = ""
    level: Level | None = None
    window_id: int | None = None
    common: bool = False
    kind: Kind | None = None
    page: int = 1
    size: int = PAGE_SIZE


@dataclass(frozen=True, slots=True)
class HazardRow:
    """One line of a list."""

    id: int
    number: str
    what: str
    place: str
    owner: str
    level: Level
    status: Status
    kind: Kind
    legal_class: LegalClass
    fix_by: date | None
    days_left: int | None
    sent_back: bool
    extended: bool
    repeated: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list; `more` tells that another follows."""

    rows: tuple[HazardRow, ...]
    page: int
    more: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """Open ones of a kind in the actor's sight, by view.

    `waiting` counts both kinds, as its view shows them; `points` are the open service points.
    """

    open: int
    waiting: int
    unassigned: int
    fixing: int
    to_verify: int
    overdue: int
    points: int

    def of(self, view: View) -> int | None:
        """The count of a view; closed ones are not counted."""
        return None if view == View.CLOSED else int(getattr(self, view))


_COLUMNS: Final = (
    Hazard.id,
    Hazard.number,
    Hazard.what,
    Hazard.what_en,
    Hazard.window_id,
    Hazard.location_id,
    Hazard.place,
    Hazard.owner_id,
    Hazard.level,
    Hazard.status,
    Hazard.kind,
    Hazard.legal_class,
    Hazard.fix_by,
    Hazard.sent_back_count,
    Hazard.extended_count,
    Hazard.repeat_of_id,
)
_SHOWN: Final = select(*_COLUMNS)
# The urgent ones first, then by deadline.
_URGENCY: Final = (Hazard.urgency, Hazard.fix_by, Hazard.id)


def list_hazards(session: Session, actor: Actor, filters: Filters) -> Listing:
    """One page of the hazards in sight, the most urgent first; closed ones latest first."""
    size, page = _size(filters), max(filters.page, 1)
    words = filters.text.replace("\x00", "").strip()[:SEARCH_LIMIT]
    if words:
        query = _page(actor, filters, _matches(session, actor, words))
    else:
        query = _wordless(actor, filters)
    found = session.execute(query).all()
    rows = light_rows(session, actor.site_id, found[:size], filters.today)
    return Listing(rows, page, len(found) > size)


def _size(filters: Filters) -> int:
    return min(max(filters.size, 1), MOST)


@lru_cache(maxsize=256)
def _wordless(actor: Actor, filters: Filters) -> Executable:
    """The same for whoever asks the same again: building it takes longer than its answer."""
    return _page(actor, filters)


def _page(actor: Actor, filters: Filters, *more: ColumnElement[bool]) -> Executable:
    closed = filters.view == View.CLOSED
    order = (Hazard.closed_at.desc(), Hazard.id.desc()) if closed else _URGENCY
    # Chosen in the index first: only the rows shown are read from the table.
    chosen = (
        select(Hazard.id)
        .where(visible_to(actor), *_conditions(actor, filters), *more)
        .order_by(*order)
        .limit(_size(filters) + 1)
        .offset((max(filters.page, 1) - 1) * _size(filters))
    )
    return _SHOWN.where(Hazard.id.in_(chosen)).order_by(*order)


def waiting_for(session: Session, actor: Actor, now: datetime, *, size: int = 5) -> Listing:
    """The hazards whose next step is the actor's, the most urgent first."""
    today = clock.local_day(now, actor.timezone)
    return list_hazards(session, actor, Filters(today=today, view=View.WAITING, size=size))


def count_waiting(session: Session, actor: Actor) -> int:
    """How many hazards wait for the actor."""
    query = select(func.count()).where(visible_to(actor), IS_OPEN, next_is_mine(actor))
    return session.scalar(query) or 0


def urgent_open(session: Session, actor: Actor, *, today: date) -> Listing:
    """Urgent safety hazards still open in the actor's sight."""
    filters = Filters(today=today, level=Level.URGENT, kind=Kind.SAFETY, size=10)
    return list_hazards(session, actor, filters)


def counts(session: Session, actor: Actor, now: datetime, *, kind: Kind = Kind.SAFETY) -> Counts:
    """All views counted in one pass over what is open."""
    today = clock.local_day(now, actor.timezone)
    of_kind = Hazard.kind == kind
    row = session.execute(
        select(
            _count(of_kind),
            _count(next_is_mine(actor)),
            _count(and_(of_kind, Hazard.status == Status.REGISTERED)),
            _count(and_(of_kind, Hazard.status == Status.ASSIGNED)),
            _count(and_(of_kind, Hazard.status == Status.FIXED)),
            _count(and_(of_kind, Hazard.fix_by < today)),
            _count(Hazard.kind == Kind.SERVICE),
        ).where(visible_to(actor), IS_OPEN)
    ).one()
    return Counts(*(int(number or 0) for number in row))


def next_is_mine(actor: Actor) -> ColumnElement[bool]:
    """Open hazards whose next step this actor may take."""
    me = actor.user_id
    others_fix = and_(
        func.coalesce(Hazard.fixed_by, 0) != me, func.coalesce(Hazard.fix_recorded_by, 0) != me
    )
    return or_(
        and_(Hazard.status == Status.REGISTERED, within(actor, Permission.ASSIGN)),
        and_(Hazard.status == Status.ASSIGNED, Hazard.owner_id == me),
        and_(Hazard.status == Status.FIXED, within(actor, Permission.VERIFY), others_fix),
    )


def light_rows(
    session: Session, site_id: int, found: Sequence[Any], today: date
) -> tuple[HazardRow, ...]:
    """Rows with names and days left, two or three queries however many rows."""
    if not found:
        return ()
    places = place_names(session, site_id)
    owners = accounts.names(session, sorted({row.owner_id for row in found if row.owner_id}))
    return tuple(
        HazardRow(
            id=row.id,
            number=row.number,
            what=bilingual(row.what, row.what_en),
            place=places.text(row.window_id, row.location_id, row.place),
            owner=owners.get(row.owner_id or 0, ""),
            level=Level(row.level),
            status=Status(row.status),
            kind=Kind(row.kind),
            legal_class=LegalClass(row.legal_class),
            fix_by=row.fix_by,
            days_left=days_left(row.status, row.fix_by, today),
            sent_back=row.sent_back_count > 0,
            extended=row.extended_count > 0,
            repeated=row.repeat_of_id is not None,
        )
        for row in found
    )


def days_left(status: str, fix_by: date | None, today: date) -> int | None:
    """Days to the deadline of an open hazard, negative when it is over."""
    if fix_by is None or status in (Status.CLOSED, Status.VOIDED):
        return None
    return (fix_by - today).days


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _conditions(actor: Actor, filters: Filters) -> list[ColumnElement[bool]]:
    found: list[Any] = [_of_view(actor, filters)]
    if filters.view != View.CLOSED:
        found.append(IS_OPEN)
    if filters.level:
        found.append(Hazard.level == filters.level)
        found.append(Hazard.urgency == (0 if filters.level == Level.URGENT else 1))
    if filters.kind:
        found.append(Hazard.kind == filters.kind)
    if filters.window_id is not None:
        found.append(Hazard.window_id == filters.window_id)
    elif filters.common:
        found.append(Hazard.window_id.is_(None))
    return found


def _of_view(actor: Actor, filters: Filters) -> ColumnElement[bool]:
    status = {
        View.UNASSIGNED: Status.REGISTERED,
        View.FIXING: Status.ASSIGNED,
        View.TO_VERIFY: Status.FIXED,
    }.get(filters.view)
    if status:
        return Hazard.status == status
    if filters.view == View.WAITING:
        return next_is_mine(actor)
    if filters.view == View.OVERDUE:
        return Hazard.fix_by < filters.today
    if filters.view == View.CLOSED:
        return Hazard.closed_at.is_not(None)
    return Hazard.site_id == actor.site_id


def _matches(session: Session, actor: Actor, words: str) -> ColumnElement[bool]:
    """Number, wording or place contain the words; names of windows and areas count as place."""
    columns = (Hazard.number, Hazard.what, Hazard.what_en, Hazard.place, Hazard.note)
    parts: list[ColumnElement[bool]] = [
        column.icontains(words, autoescape=True) for column in columns
    ]
    low = words.lower()
    places = place_names(session, actor.site_id)
    in_windows = [found for found, name in places.windows.items() if low in name.lower()]
    in_locations = [found for found, name in places.locations.items() if low in name.lower()]
    if in_windows:
        parts.append(Hazard.window_id.in_(in_windows))
    if in_locations:
        parts.append(Hazard.location_id.in_(in_locations))
    return or_(*parts)
