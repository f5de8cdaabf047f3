"""A week of the roster at a glance: windows by days, the common areas first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from safety_app.accounts import service as accounts
from safety_app.accounts.service import Person, bars
from safety_app.core.access import Actor, Role
from safety_app.core.clock import local_day
from safety_app.core.errors import NotFound
from safety_app.core.i18n import _
from safety_app.workplace.models import ABSENCE_REASON_NAMES, Absence, Duty, Window, WindowPause
from safety_app.workplace.permissions import Permission
from safety_app.workplace.service.changes import pauses
from safety_app.workplace.service.days import Day, days
from safety_app.workplace.service.naming import window_names
from safety_app.workplace.service.places import list_windows
from safety_app.workplace.service.roster import Roster, roster

PAGE_SIZE: Final = 30
DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Somebody on duty; for whom they stand in, and where else they are needed on that day."""

    user_id: int
    name: str
    stands_in_for: str = ""
    also_at: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Away:
    """Somebody who would be on duty; `reason` is empty where only a stand-in was entered."""

    user_id: int
    name: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DutyCell:
    """One place on one day."""

    on: date
    window_id: int | None
    is_open: bool
    is_past: bool
    is_set: bool
    """Somebody is named; else everybody of the window is on duty."""
    people: tuple[OnDuty, ...]
    away: tuple[Away, ...]
    pause: str = ""
    """Why the window does not serve."""

    @property
    def has_nobody(self) -> bool:
        """Open, and nobody there."""
        return self.is_open and not self.people

    @property
    def is_editable(self) -> bool:
        """Days that are over stay as they were."""
        return not self.is_past


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One place through the week."""

    window_id: int | None
    name: str
    cells: tuple[DutyCell, ...]


@dataclass(frozen=True, slots=True)
class Week:
    """The week as somebody may see it; `total` counts the rows that a search found."""

    monday: date
    days: tuple[Day, ...]
    rows: tuple[DutyRow, ...]
    total: int
    places: int
    """How many places this person keeps the roster of."""


def monday_of(on: date) -> date:
    """The Monday of the week that holds a day."""
    return on - timedelta(days=on.weekday())


def week(
    session: Session,
    actor: Actor,
    *,
    monday: date,
    text: str = "",
    size: int | None = PAGE_SIZE,
    now: datetime,
) -> Week:
    """The roster of a week for the places of the actor; `size` limits the rows."""
    last = monday + timedelta(days=DAYS - 1)
    sheet = _sheet(session, actor.site_id, monday, last, local_day(now, actor.timezone))
    reach = actor.reach(Permission.ROSTER)
    places = [place for place in sheet.names if reach.covers(place)]
    found = [place for place in places if _matches(sheet, place, text)]
    shown = found if size is None else found[:size]
    rows = tuple(
        DutyRow(place, sheet.names[place], tuple(sheet.cell(on, place) for on in sheet.calendar))
        for place in shown
    )
    return Week(monday, tuple(sheet.calendar.values()), rows, len(found), len(places))


def duty_cells(
    session: Session, actor: Actor, *, monday: date, window_id: int | None, now: datetime
) -> list[DutyCell]:
    """One place through a week; raises unless the actor keeps its roster."""
    actor.require(Permission.ROSTER, window_id=window_id)
    last = monday + timedelta(days=DAYS - 1)
    sheet = _sheet(session, actor.site_id, monday, last, local_day(now, actor.timezone))
    if window_id not in sheet.names:
        raise NotFound()
    return [sheet.cell(on, window_id) for on in sheet.calendar]


def duty_rows(
    session: Session, site_id: int, first: date, last: date, today: date
) -> Iterator[DutyRow]:
    """Every place of a hall through some days, for papers."""
    sheet = _sheet(session, site_id, first, last, today)
    for place, name in sheet.names.items():
        yield DutyRow(place, name, tuple(sheet.cell(on, place) for on in sheet.calendar))


def without_anybody(session: Session, actor: Actor, on: date, now: datetime) -> list[str]:
    """Names of the places at which absences or the gate leave nobody on an open day."""
    away = exists().where(Absence.site_id == actor.site_id, Absence.first <= on, Absence.last >= on)
    if not session.scalar(select(away)) and not _barred_there(session, actor.site_id, on):
        return []
    sheet = _sheet(session, actor.site_id, on, on, local_day(now, actor.timezone))
    reach = actor.reach(Permission.ROSTER)
    return [
        name
        for place, name in sheet.names.items()
        if reach.covers(place) and sheet.cell(on, place).has_nobody and sheet.has_team(on, place)
    ]


def _barred_there(session: Session, site_id: int, on: date) -> bool:
    """Whether the gate keeps anybody off duty who would be somewhere on a day."""
    shut = list(bars(session, site_id, on, on))
    if not shut or len(shut) > PAGE_SIZE:
        return bool(shut)
    staff = accounts.staffing(session, site_id, shut)
    if any(one.window_ids or Role.OFFICER in one.roles for one in staff):
        return True
    named = exists().where(Duty.site_id == site_id, Duty.on_date == on, Duty.user_id.in_(shut))
    return bool(session.scalar(select(named)))


def candidates(session: Session, actor: Actor, window_id: int | None, on: date) -> list[Person]:
    """Whom to name: those of the window first, then everybody else who works in the hall."""
    found = roster(session, actor.site_id, on, on)
    team = found.expected(on, window_id) | found.team(window_id)
    people = [one for one in found.people.values() if one.roles - {Role.ADMINISTRATOR}]
    return sorted(people, key=lambda one: (one.id not in team, Role.THIRD_PARTY in one.roles))


@dataclass(frozen=True, slots=True)
class _Sheet:
    """All that the cells of some days are made of."""

    roster: Roster
    calendar: Mapping[date, Day]
    names: Mapping[int | None, str]
    windows: Mapping[int, Window]
    pauses: Mapping[int, Sequence[WindowPause]]
    places: Mapping[date, Mapping[int, tuple[int | None, ...]]]
    today: date

    def has_team(self, on: date, place: int | None) -> bool:
        """Whether anybody at all would be expected."""
        return bool(self.roster.expected(on, place))

    def cell(self, on: date, place: int | None) -> DutyCell:
        """One place on one day."""
        pause = self._pause(on, place)
        window = self.windows.get(place) if place is not None else None
        gone = window is not None and window.retired_on is not None and window.retired_on <= on
        return DutyCell(
            on=on,
            window_id=place,
            is_open=self.calendar[on].is_open and not pause and not gone,
            is_past=on < self.today,
            is_set=self.roster.is_set(on, place),
            people=tuple(self._people(on, place)),
            away=tuple(self._away(on, place)),
            pause=pause,
        )

    def _people(self, on: date, place: int | None) -> Iterator[OnDuty]:
        stands = self.roster.standing_in(on, place)
        for user_id in _by_name(self.roster, self.roster.on_duty(on, place)):
            whom = self.roster.people.get(stands.get(user_id, 0))
            yield OnDuty(
                user_id,
                self.roster.people[user_id].display_name,
                whom.display_name if whom else "",
                self._also_at(user_id, on, place),
            )

    def _away(self, on: date, place: int | None) -> Iterator[Away]:
        there = self.roster.on_duty(on, place)
        for user_id in _by_name(self.roster, self.roster.expected(on, place) - there):
            absence = self.roster.away(user_id, on)
            bar = self.roster.barred(user_id, on)
            reason = _(ABSENCE_REASON_NAMES[absence.reason]) if absence else ""
            if bar and not absence:
                reason = bar.short or bar.text
            yield Away(user_id, self.roster.people[user_id].display_name, reason)

    def _also_at(self, user_id: int, on: date, place: int | None) -> tuple[str, ...]:
        """Elsewhere on the same day, unless all are only the person's usual windows."""
        places = self.places[on].get(user_id, ())
        return tuple(self.names[one] for one in places if one != place)

    def _pause(self, on: date, place: int | None) -> str:
        entries = self.pauses.get(place, ()) if place is not None else ()
        return next((one.reason for one in entries if one.first <= on <= one.last), "")


def _sheet(session: Session, site_id: int, first: date, last: date, today: date) -> _Sheet:
    windows = {one.id: one for one in list_windows(session, site_id)}
    known = window_names(session, site_id)
    names: dict[int | None, str] = {None: _("Common areas")}
    names.update({window_id: known[window_id] for window_id in windows})
    people = accounts.list_people(session, site_id, active=first >= today)
    found = roster(session, site_id, first, last, people, today=today)
    calendar = days(session, site_id, first, last)
    return _Sheet(
        roster=found,
        calendar=calendar,
        names=names,
        windows=windows,
        pauses=pauses(session, site_id),
        places={on: _places(found, on, names) for on in calendar},
        today=today,
    )


def _places(
    found: Roster, on: date, names: Mapping[int | None, str]
) -> dict[int, tuple[int | None, ...]]:
    """Where each person is on duty on a day, of those who are written down at all."""
    written = {
        user_id
        for cells in (found.named, found.stand_ins)
        for (day, _place), users in cells.items()
        if day == on
        for user_id in users
    }
    places: dict[int, tuple[int | None, ...]] = {}
    if written:
        for place in names:
            for user_id in found.on_duty(on, place) & written:
                places[user_id] = (*places.get(user_id, ()), place)
    return places


def _by_name(found: Roster, users: set[int] | frozenset[int]) -> list[int]:
    return sorted(users, key=lambda user_id: (found.people[user_id].name, user_id))


def _matches(sheet: _Sheet, place: int | None, text: str) -> bool:
    """Whether the place's name, or that of somebody on duty there, holds the words."""
    wanted = text.strip().casefold()
    if not wanted or wanted in sheet.names[place].casefold():
        return True
    people = {user for on in sheet.calendar for user in sheet.roster.on_duty(on, place)}
    named = (sheet.roster.people[user] for user in people)
    return any(wanted in one.name.casefold() or wanted in one.name_en.casefold() for one in named)
