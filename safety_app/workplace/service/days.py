"""Which days the hall is open, from when to when, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from safety_app.core.i18n import _, bilingual, day_text
from safety_app.workplace import calendar
from safety_app.workplace.models import CalendarDay, CalendarYear, DayKind
from safety_app.workplace.service.hours import Segments, Timetable, hours_text, timetable

_SEARCH_DAYS: Final = 60
_NEAR_DAYS: Final = 8
"""A hall is seldom closed for longer; what is near is looked at first."""


class Origin(StrEnum):
    """Where an exception comes from; a later one wins over those before it."""

    SHIPPED = "shipped"
    NOTICE = "notice"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Calendar:
    """The exceptions of some days, as they hold for one hall, and the notices it brought in."""

    rows: Mapping[date, CalendarDay]
    notices: Sequence[CalendarYear]

    def notice(self, on: date) -> CalendarYear | None:
        """The notice that speaks for a day."""
        return next((one for one in self.notices if one.speaks(on)), None)

    def origin(self, on: date) -> Origin | None:
        """Who says that a day is an exception."""
        row = self.rows.get(on)
        if row is None:
            return None
        if row.site_id is None:
            return Origin.SHIPPED
        return Origin.OWN if row.year_id is None else Origin.NOTICE

    def is_provisional(self, on: date) -> bool:
        """Whether nobody has announced yet what this day is."""
        year = calendar.years().get(on.year)
        announced = self.notice(on) is not None or (year is not None and not year.provisional)
        return not announced and self.origin(on) is not Origin.OWN

    def source(self, on: date) -> str:
        """What the exception rests on, in the current language."""
        origin, notice = self.origin(on), self.notice(on)
        if origin is Origin.NOTICE and notice is not None:
            return notice.source
        year = calendar.years().get(on.year)
        if origin is not Origin.SHIPPED or year is None:
            return _("the hall's own calendar")
        return year.display_source


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day of a hall, or of a location with hours of its own.

    `segments` follow each other; a lunch break lies between two. A segment that ends at midnight
    closes at `time(0)`, so a day round the clock is `((time(0), time(0)),)`: use
    `core.clock.at_closing` for the moment of a closing time, never compare it as a clock time.
    """

    on: date
    is_open: bool
    segments: Segments
    note: str
    """Name of the holiday behind an exception, in the current language."""
    provisional: bool
    """The year's exchange days are not announced yet."""
    why: str
    kind: DayKind | None = None
    """What the exception says, where there is one."""
    origin: Origin | None = None
    """Who said so."""
    is_short: bool = False
    """Open at hours of this day alone."""

    @property
    def opens(self) -> time | None:
        """When the hall opens first."""
        return self.segments[0][0] if self.segments else None

    @property
    def closes(self) -> time | None:
        """When the hall closes for the day; `time(0)` is the midnight that ends it."""
        return self.segments[-1][1] if self.segments else None


def day(session: Session, site_id: int, on: date) -> Day:
    """One day of a hall."""
    return days(session, site_id, on, on)[on]


def days(
    session: Session, site_id: int, first: date, last: date, location_id: int | None = None
) -> dict[date, Day]:
    """Every day from `first` to `last`, in order; a few queries however many days.

    A location with hours of its own has its own days; one that is open on holidays heeds no
    calendar at all. Any other location is open when the hall is.
    """
    hours = timetable(session, site_id, location_id)
    found = exceptions(session, site_id, first, last) if hours.heeds_calendar else None
    spread = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return {on: _day(on, found, hours) for on in spread}


def previous_open_day(session: Session, site_id: int, on: date) -> date:
    """The last open day up to and including `on`; `on` itself where the hall never opens."""
    for back in (_NEAR_DAYS, _SEARCH_DAYS):
        found = days(session, site_id, on - timedelta(days=back), on)
        open_day = next((day for day in reversed(found) if found[day].is_open), None)
        if open_day is not None:
            return open_day
    return on


def add_open_days(session: Session, site_id: int, start: date, n: int) -> date:
    """The `n`-th open day after `start`; where the hall never opens, calendar days count."""
    if n <= 0:
        return start
    last = start + timedelta(days=2 * n + _SEARCH_DAYS)
    found = days(session, site_id, start + timedelta(days=1), last)
    opened = [day for day in found if found[day].is_open]
    return opened[n - 1] if len(opened) >= n else start + timedelta(days=n)


def load_calendar(session: Session) -> int:
    """Bring the shipped rows up to date with the program; the number of rows changed."""
    own: ColumnElement[bool] = CalendarDay.site_id.is_(None)
    there = {row.day: row for row in session.scalars(select(CalendarDay).where(own))}
    wanted = {entry.day: entry for entry in calendar.shipped()}
    changed = 0
    for on, row in there.items():
        if on not in wanted and on.year in calendar.years():
            session.delete(row)
            changed += 1
    for on, entry in wanted.items():
        facts = (entry.kind, entry.note, entry.note_en, entry.provisional)
        row_there = there.get(on)
        if row_there is None:
            row_there = CalendarDay(site_id=None, day=on)
            session.add(row_there)
        elif facts == (
            row_there.kind, row_there.note, row_there.note_en, row_there.provisional
        ):  # fmt: skip
            continue
        row_there.kind, row_there.note, row_there.note_en, row_there.provisional = facts
        changed += 1
    session.flush()
    return changed


def exceptions(session: Session, site_id: int, first: date, last: date) -> Calendar:
    """The exceptions that hold for a hall: own ones over its notices over what is shipped.

    A notice speaks for every day from its first to its last: nothing shipped counts there beside
    it.
    """
    notices = session.scalars(
        select(CalendarYear).where(
            CalendarYear.site_id == site_id, CalendarYear.first <= last, CalendarYear.last >= first
        )
    ).all()
    query = select(CalendarDay).where(
        CalendarDay.day.between(first, last),
        or_(CalendarDay.site_id == site_id, CalendarDay.site_id.is_(None)),
    )
    spoken = [
        row
        for row in session.scalars(query)
        if row.site_id is not None or not any(one.speaks(row.day) for one in notices)
    ]
    spoken.sort(key=lambda row: (row.site_id is not None, row.year_id is None))
    return Calendar({row.day: row for row in spoken}, notices)


def _day(on: date, exceptions: Calendar | None, timetable: Timetable) -> Day:
    row = exceptions.rows.get(on) if exceptions else None
    hours = timetable.week(on)
    segments = hours.get(on.weekday(), ())
    if row is not None and row.kind == DayKind.OFF:
        segments = ()
    elif row is not None:
        # An exchanged Saturday or Sunday is worked like a Monday.
        segments = segments or hours.get(0, ()) or next(iter(hours.values()), ())
    is_short = bool(row and row.opens and row.closes and not timetable.is_own)
    if row is not None and row.opens and row.closes and is_short:
        segments = ((row.opens, row.closes),)
    provisional = exceptions is not None and exceptions.is_provisional(on)
    why = _why(on, exceptions, segments)
    if provisional:
        why = _("{why} The holidays of {year} are not announced yet.", why=why, year=on.year)
    return Day(
        on=on,
        is_open=bool(segments),
        segments=segments,
        note=bilingual(row.note, row.note_en) if row else "",
        provisional=provisional,
        why=why,
        kind=DayKind(row.kind) if row else None,
        origin=exceptions.origin(on) if exceptions else None,
        is_short=is_short,
    )


def _why(on: date, exceptions: Calendar | None, segments: Segments) -> str:
    """The sentence that explains a day."""
    row = exceptions.rows.get(on) if exceptions else None
    if exceptions is None or row is None or (row.kind != DayKind.OFF and not segments):
        if segments:
            return _("{day} is an open day, {hours}.", day=day_text(on), hours=hours_text(segments))
        return _("{day} is closed: no opening hours on this weekday.", day=day_text(on))
    places = {
        "day": day_text(on),
        "note": bilingual(row.note, row.note_en) or _("set by the hall"),
        "hours": hours_text(segments),
        "source": exceptions.source(on),
    }
    if row.kind == DayKind.OFF:
        return _("{day} is closed: {note} ({source}).", **places)
    if exceptions.origin(on) is Origin.OWN:
        return _("{day} is open, {hours}: {note} ({source}).", **places)
    return _("{day} is worked, {hours}: exchanged for {note} ({source}).", **places)
