"""Opening hours of the hall and of locations with hours of their own, and seasons."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from safety_app.core import journal
from safety_app.core.access import Actor
from safety_app.core.errors import InvalidValue, NotFound
from safety_app.core.i18n import N_, WEEKDAYS, _, bilingual, language
from safety_app.workplace.errors import (
    ClosesBeforeOpens,
    HoursOverlap,
    NeverOpen,
    SeasonsOverlap,
)
from safety_app.workplace.models import Location, OpeningHours, Season
from safety_app.workplace.service.changes import changed
from safety_app.workplace.service.places import location, require_settings, short_text

Segments = tuple[tuple[time, time], ...]
Week = Mapping[int, Segments]
MIDNIGHT: Final = time(0)
USUAL_HOURS: Final[Week] = dict.fromkeys(range(5), ((time(9), time(17)),))
ROUND_THE_CLOCK: Final[Week] = dict.fromkeys(range(7), ((MIDNIGHT, MIDNIGHT),))
_LEAP_YEAR: Final = 2024
_DAYS: Final = 366


@dataclass(frozen=True, slots=True)
class Timetable:
    """When a place is open by the weekday, in each part of the year.

    A season without hours of its own is served like the rest of the year; one that has some is
    closed on the weekdays it does not name.
    """

    usual: Week
    seasons: tuple[tuple[str, str, Week], ...] = ()
    heeds_calendar: bool = True
    """Off for a location that is open on holidays too."""
    is_own: bool = False
    """Of a location, which does not follow the hall's short days."""

    def week(self, on: date) -> Week:
        """The weekdays' hours in the part of the year that holds this day."""
        for starts, ends, week in self.seasons:
            if falls_within(on, starts, ends):
                return week
        return self.usual


def timetable(session: Session, site_id: int, location_id: int | None = None) -> Timetable:
    """The hours that hold for the hall, or for a location (its own or else the hall's)."""
    own = location(session, site_id, location_id) if location_id is not None else None
    if own is None or not own.has_own_hours:
        return Timetable(*_weeks(session, site_id, None))
    weeks = _weeks(session, site_id, own.id)
    return Timetable(*weeks, heeds_calendar=not own.open_on_holidays, is_own=True)


def opening_week(
    session: Session, site_id: int, *, location_id: int | None = None, season_id: int | None = None
) -> dict[int, Segments]:
    """What is set for each weekday, as `set_opening_hours` took it; empty if nothing is."""
    rows = session.scalars(
        select(OpeningHours)
        .where(
            OpeningHours.site_id == site_id,
            OpeningHours.location_id.is_not_distinct_from(location_id),
            OpeningHours.season_id.is_not_distinct_from(season_id),
        )
        .order_by(OpeningHours.weekday, OpeningHours.opens)
    )
    found: dict[int, Segments] = {}
    for row in rows:
        found[row.weekday] = (*found.get(row.weekday, ()), (row.opens, row.closes))
    return found


def set_opening_hours(
    session: Session,
    actor: Actor | None,
    *,
    site_id: int,
    location_id: int | None = None,
    season_id: int | None = None,
    hours: Mapping[int, Sequence[tuple[time, time]]] = USUAL_HOURS,
    now: datetime,
) -> None:
    """Set the open segments of the weekdays named (0 = Monday); an empty list closes the day.
    One weekday at least is open: closed days belong to the calendar.

    Two segments leave a lunch break between them; one that closes at 00:00 ends at midnight. A
    location given hours has its own from now on.
    """
    require_settings(actor, site_id)
    journal.lock(session)
    own = location(session, site_id, location_id) if location_id is not None else None
    if season_id is not None:
        get_season(session, site_id, season_id)
    for weekday, segments in hours.items():
        _check_segments(weekday, segments)
    there = opening_week(session, site_id, location_id=location_id, season_id=season_id)
    if not any({**there, **hours}.values()):
        raise NeverOpen()
    for weekday, segments in hours.items():
        session.execute(
            delete(OpeningHours).where(
                OpeningHours.site_id == site_id,
                OpeningHours.weekday == weekday,
                OpeningHours.location_id.is_not_distinct_from(location_id),
                OpeningHours.season_id.is_not_distinct_from(season_id),
            )
        )
        place = {"site_id": site_id, "location_id": location_id, "season_id": season_id}
        session.add_all(
            OpeningHours(**place, weekday=weekday, opens=opens, closes=closes)
            for opens, closes in segments
        )
    if own is not None:
        own.has_own_hours = True
    session.flush()
    facts = {
        "location": location_id,
        "season": season_id,
        "hours": {str(weekday): [list(s) for s in segments] for weekday, segments in hours.items()},
    }
    journal.write(
        session, actor, "workplace.set_hours", "site", site_id,
        now=now, site_id=site_id, facts=facts,
    )  # fmt: skip
    changed(session, site_id, now)


def list_seasons(session: Session, site_id: int) -> list[Season]:
    """Parts of the year with hours of their own, in the order of the year."""
    query = select(Season).where(Season.site_id == site_id).order_by(Season.starts, Season.id)
    return list(session.scalars(query))


def get_season(session: Session, site_id: int, season_id: int) -> Season:
    """One season of this hall."""
    found = session.get(Season, season_id)
    if found is None or found.site_id != site_id:
        raise NotFound()
    return found


def save_season(
    session: Session,
    actor: Actor | None,
    *,
    site_id: int,
    season_id: int | None = None,
    name: str,
    name_en: str = "",
    starts: str,
    ends: str,
    hours: Mapping[int, Sequence[tuple[time, time]]],
    now: datetime,
) -> Season:
    """Add a part of the year with hours of its own, or change one; over New Year is possible.

    `starts` and `ends` are `MM-DD`, both included; a season to 29 February ends on the 28th in
    other years, one from 29 February begins on 1 March.
    """
    require_settings(actor, site_id)
    journal.lock(session)
    name = short_text(name, N_("Name of the season"), 32)
    for field, value in ((N_("First day"), starts), (N_("Last day"), ends)):
        _check_day(field, value)
    if not any(hours.values()):
        raise NeverOpen()
    for other in list_seasons(session, site_id):
        if other.id != season_id and _meet((starts, ends), (other.starts, other.ends)):
            raise SeasonsOverlap(name=season_name(other))
    season = (
        Season(site_id=site_id)
        if season_id is None
        else get_season(session, site_id, season_id)
    )  # fmt: skip
    season.name = name
    season.name_en = short_text(name_en, N_("English name"), 32, needed=False)
    season.starts, season.ends = starts, ends
    session.add(season)
    session.flush()
    journal.write(
        session, actor, "workplace.save_season", "season", season.id, now=now, site_id=site_id,
        facts={"name": name, "starts": starts, "ends": ends},
    )  # fmt: skip
    week = {weekday: hours.get(weekday, ()) for weekday in range(7)}
    set_opening_hours(
        session, actor, site_id=site_id, season_id=season.id, hours=week, now=now
    )  # also lets the features follow
    return season


def remove_season(
    session: Session, actor: Actor | None, *, site_id: int, season_id: int, now: datetime
) -> None:
    """Go back to the usual hours in this part of the year."""
    require_settings(actor, site_id)
    journal.lock(session)
    season = get_season(session, site_id, season_id)
    session.execute(delete(OpeningHours).where(OpeningHours.season_id == season_id))
    facts = {"name": season.name, "starts": season.starts, "ends": season.ends}
    session.delete(season)
    session.flush()
    journal.write(
        session, actor, "workplace.remove_season", "season", season_id,
        now=now, site_id=site_id, facts=facts,
    )  # fmt: skip
    changed(session, site_id, now)


def season_name(season: Season) -> str:
    """Its name in the current language."""
    return bilingual(season.name, season.name_en)


def falls_within(on: date, starts: str, ends: str) -> bool:
    """Whether a day lies in a part of the year that may go over New Year."""
    today = f"{on:%m-%d}"
    if starts <= ends:
        return starts <= today <= ends
    return today >= starts or today <= ends


def hours_text(segments: Iterable[tuple[time, time]]) -> str:
    """`09:00–12:00, 13:00–17:00` in the punctuation of the language."""
    return _(", ").join(
        f"{opens:%H:%M}–{'24:00' if closes == MIDNIGHT else f'{closes:%H:%M}'}"
        for opens, closes in segments
    )


def _weeks(
    session: Session, site_id: int, location_id: int | None
) -> tuple[Week, tuple[tuple[str, str, Week], ...]]:
    """The usual week, and those of the seasons that have one; one query."""
    rows = session.execute(
        select(
            OpeningHours.weekday,
            OpeningHours.opens,
            OpeningHours.closes,
            Season.starts,
            Season.ends,
        )
        .outerjoin(Season, Season.id == OpeningHours.season_id)
        .where(
            OpeningHours.site_id == site_id,
            OpeningHours.location_id.is_not_distinct_from(location_id),
        )
        .order_by(OpeningHours.weekday, OpeningHours.opens)
    )
    weeks: dict[tuple[str, str] | None, dict[int, Segments]] = {None: {}}
    for weekday, opens, closes, starts, ends in rows:
        week = weeks.setdefault((starts, ends) if starts else None, {})
        week[weekday] = (*week.get(weekday, ()), (opens, closes))
    usual = weeks.pop(None)
    return usual, tuple((*span, week) for span, week in weeks.items() if span)


def _check_segments(weekday: int, segments: Sequence[tuple[time, time]]) -> None:
    if weekday not in range(7):
        raise InvalidValue(field=_("Weekday"), value=weekday)
    name = WEEKDAYS[language()][weekday]
    before = MIDNIGHT
    for number, (opens, closes) in enumerate(segments):
        if closes != MIDNIGHT and closes <= opens:
            raise ClosesBeforeOpens(
                day=name, opens=f"{opens:%H:%M}", closes=f"{closes:%H:%M}"
            )  # fmt: skip
        if number and (before == MIDNIGHT or opens < before):
            raise HoursOverlap(day=name)
        before = closes


def _check_day(field: str, value: str) -> None:
    try:
        date.fromisoformat(f"{_LEAP_YEAR}-{value}")
    except ValueError as error:
        raise InvalidValue(field=_(field), value=value) from error


def _meet(one: tuple[str, str], other: tuple[str, str]) -> bool:
    taken = set(_days_of_year(*one))
    return any(day in taken for day in _days_of_year(*other))


def _days_of_year(starts: str, ends: str) -> Iterator[int]:
    first = date.fromisoformat(f"{_LEAP_YEAR}-{starts}").timetuple().tm_yday
    last = date.fromisoformat(f"{_LEAP_YEAR}-{ends}").timetuple().tm_yday
    for offset in range((last - first) % _DAYS + 1):
        yield (first + offset - 1) % _DAYS


def own_hours_locations(session: Session, site_id: int) -> list[Location]:
    """Locations whose days differ from the hall's."""
    query = select(Location).where(Location.site_id == site_id, Location.has_own_hours)
    return list(session.scalars(query.order_by(Location.floor, Location.id)))
