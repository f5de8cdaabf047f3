"""Which days the hall is open, from when to when, and why."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import Session

from safety_app.core import journal
from safety_app.core.access import Actor
from safety_app.core.errors import TextTooLong
from safety_app.core.i18n import N_, _, bilingual, day_text
from safety_app.workplace import calendar
from safety_app.workplace.models import CalendarDay, DayKind
from safety_app.workplace.service.hours import Segments, Timetable, hours_text, timetable
from safety_app.workplace.service.places import require_settings

_SEARCH_DAYS: Final = 60


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
    """Every day from `first` to `last`, in order; two queries however many days.

    A location with hours of its own has its own days; one that is open on holidays heeds no
    calendar at all. Any other location is open when the hall is.
    """
    hours = timetable(session, site_id, location_id)
    rows = _exceptions(session, site_id, first, last) if hours.heeds_calendar else {}
    spread = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return {on: _day(on, rows.get(on), hours) for on in spread}


def previous_open_day(session: Session, site_id: int, on: date) -> date:
    """The last open day up to and including `on`; `on` itself where the hall never opens."""
    found = days(session, site_id, on - timedelta(days=_SEARCH_DAYS), on)
    return next((day for day in reversed(found) if found[day].is_open), on)


def add_open_days(session: Session, site_id: int, start: date, n: int) -> date:
    """The `n`-th open day after `start`; where the hall never opens, calendar days count."""
    if n <= 0:
        return start
    last = start + timedelta(days=2 * n + _SEARCH_DAYS)
    found = days(session, site_id, start + timedelta(days=1), last)
    opened = [day for day in found if found[day].is_open]
    return opened[n - 1] if len(opened) >= n else start + timedelta(days=n)


def set_day(
    session: Session,
    actor: Actor | None,
    *,
    site_id: int,
    on: date,
    kind: DayKind | None,
    note: str = "",
    note_en: str = "",
    now: datetime,
) -> None:
    """The hall's own word on a day, over the shipped calendar; `None` takes it back."""
    require_settings(actor, site_id)
    for text in (note, note_en):
        if len(text) > 64:
            raise TextTooLong(field=N_("Note"), limit=64)
    session.execute(
        delete(CalendarDay).where(CalendarDay.site_id == site_id, CalendarDay.day == on)
    )
    if kind is not None:
        session.add(
            CalendarDay(
                site_id=site_id, day=on, kind=kind, note=note.strip(), note_en=note_en.strip()
            )
        )
    session.flush()
    facts = {"on": on, "kind": kind}
    journal.write(
        session, actor, "workplace.set_day", "site", site_id,
        now=now, site_id=site_id, facts=facts,
    )  # fmt: skip


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


def _exceptions(session: Session, site_id: int, first: date, last: date) -> dict[date, CalendarDay]:
    """Rows by day; the hall's own row comes last and wins."""
    query = select(CalendarDay).where(
        CalendarDay.day.between(first, last),
        or_(CalendarDay.site_id == site_id, CalendarDay.site_id.is_(None)),
    )
    rows = session.scalars(query).all()
    return {row.day: row for row in sorted(rows, key=lambda row: row.site_id is not None)}


def _day(on: date, row: CalendarDay | None, timetable: Timetable) -> Day:
    year = calendar.years().get(on.year)
    provisional = (year is None or year.provisional) and (row is None or row.site_id is None)
    provisional = provisional and timetable.heeds_calendar
    hours = timetable.week(on)
    segments = hours.get(on.weekday(), ())
    if row is not None and row.kind == DayKind.OFF:
        segments = ()
    elif row is not None:
        # An exchanged Saturday or Sunday is worked like a Monday.
        segments = segments or hours.get(0, ()) or next(iter(hours.values()), ())
    note = bilingual(row.note, row.note_en) if row else ""
    why = _why(on, row, segments, note)
    if provisional:
        why = _("{why} The holidays of {year} are not announced yet.", why=why, year=on.year)
    return Day(on, bool(segments), segments, note, provisional, why)


def _why(on: date, row: CalendarDay | None, segments: Segments, note: str) -> str:
    """The sentence that explains a day."""
    places = {
        "day": day_text(on),
        "note": note or _("set by the hall"),
        "hours": hours_text(segments),
        "source": _source(on, row),
    }
    if row is not None and row.kind == DayKind.OFF:
        return _("{day} is closed: {note} ({source}).", **places)
    if row is not None and segments:
        return _("{day} is worked, {hours}: exchanged for {note} ({source}).", **places)
    if segments:
        return _("{day} is an open day, {hours}.", **places)
    return _("{day} is closed: no opening hours on this weekday.", **places)


def _source(on: date, row: CalendarDay | None) -> str:
    year = calendar.years().get(on.year)
    if year is None or row is None or row.site_id is not None:
        return _("the hall's own calendar")
    return year.display_source
