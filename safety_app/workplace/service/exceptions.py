"""The hall's own word on days: closed, open on a Saturday, shorter hours; and taking it back."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from safety_app.core import journal
from safety_app.core.access import Actor
from safety_app.core.clock import local_day
from safety_app.core.errors import NotFound, TextTooLong
from safety_app.core.horizon import require_near
from safety_app.core.i18n import N_, bilingual, day_text
from safety_app.workplace.calendar_errors import (
    ClosedHasNoHours,
    DayIsPast,
    HoursIncomplete,
    NoDays,
)
from safety_app.workplace.models import CalendarDay, DayKind
from safety_app.workplace.permissions import Permission
from safety_app.workplace.roster_errors import DaysReversed, PeriodTooLong
from safety_app.workplace.service.changes import changed
from safety_app.workplace.service.places import site

MOST_DAYS: Final = 366
YEARS_AHEAD: Final = 2
NOTE_LIMIT: Final = 64
WHO: Final = N_("The safety officer or the manager")


@dataclass(frozen=True, slots=True)
class Own:
    """What the hall says of a day; the word it had before can be put back."""

    kind: DayKind
    note: str = ""
    note_en: str = ""
    opens: time | None = None
    closes: time | None = None

    @property
    def display_note(self) -> str:
        """The reason in the current language."""
        return bilingual(self.note, self.note_en)


Before = Mapping[date, Own | None]
"""What the hall said of days before it said something else."""


@dataclass(frozen=True, slots=True)
class Exceptions:
    """The same word on several days."""

    own: Own
    days: tuple[date, ...]


def spread(first: date, last: date, weekdays: Collection[int] = range(7)) -> list[date]:
    """The days of a period that fall on these weekdays (0 = Monday)."""
    if last < first:
        raise DaysReversed()
    if (last - first).days >= MOST_DAYS:
        raise PeriodTooLong(n=MOST_DAYS)
    every = (first + timedelta(days=n) for n in range((last - first).days + 1))
    found = [on for on in every if on.weekday() in weekdays]
    if not found:
        raise NoDays()
    return found


def set_day(
    session: Session,
    actor: Actor | None,
    *,
    site_id: int,
    on: date,
    kind: DayKind | None,
    note: str = "",
    note_en: str = "",
    opens: time | None = None,
    closes: time | None = None,
    now: datetime,
) -> None:
    """The hall's own word on a day, over everything else; `None` takes it back."""
    own = Own(kind, note, note_en, opens, closes) if kind is not None else None
    set_days(session, actor, site_id=site_id, on=[on], own=own, now=now)


def set_days(
    session: Session,
    actor: Actor | None,
    *,
    site_id: int,
    on: Iterable[date],
    own: Own | None,
    now: datetime,
) -> Before:
    """The hall's own word on several days at once; what it was before, for `put_back`."""
    wanted = dict.fromkeys(on, _clean(own))
    return _write(session, actor, site_id, wanted, "workplace.set_day", now)


def put_back(
    session: Session, actor: Actor | None, *, site_id: int, before: Before, now: datetime
) -> None:
    """Undo what `set_days` did."""
    _write(session, actor, site_id, before, "workplace.put_back_day", now)


def list_exceptions(session: Session, site_id: int, first: date, last: date) -> list[Exceptions]:
    """The hall's own words on these days, the same ones together, by their first day."""
    found: dict[Own, list[date]] = {}
    for on, own in _own(session, site_id, first, last).items():
        found.setdefault(own, []).append(on)
    return [Exceptions(own, tuple(days)) for own, days in found.items()]


def require_calendar(actor: Actor | None, site_id: int) -> None:
    """The calendar is kept by officer, manager and administrator of the hall."""
    if actor is None:
        return
    actor.require(Permission.CALENDAR, who=WHO)
    if actor.site_id != site_id:
        raise NotFound()


def _write(
    session: Session,
    actor: Actor | None,
    site_id: int,
    wanted: Before,
    action: str,
    now: datetime,
) -> Before:
    require_calendar(actor, site_id)
    journal.lock(session)
    if not wanted:
        raise NoDays()
    first, last = min(wanted), max(wanted)
    today = local_day(now, site(session, site_id).timezone)
    if actor is not None and first < today:
        raise DayIsPast(day=day_text(first))
    require_near(last, today, date(today.year + YEARS_AHEAD, 12, 31))
    there = _own(session, site_id, first, last)
    session.execute(
        delete(CalendarDay).where(
            CalendarDay.site_id == site_id,
            CalendarDay.year_id.is_(None),
            CalendarDay.day.in_(wanted),
        )
    )
    session.add_all(
        CalendarDay(
            site_id=site_id, day=on, kind=own.kind, note=own.note, note_en=own.note_en,
            opens=own.opens, closes=own.closes,
        )
        for on, own in wanted.items()
        if own is not None
    )  # fmt: skip
    session.flush()
    facts = {"days": {str(on): _facts(own) for on, own in wanted.items()}}
    journal.write(session, actor, action, "site", site_id, now=now, site_id=site_id, facts=facts)
    changed(session, site_id, now)
    return {on: there.get(on) for on in wanted}


def _own(session: Session, site_id: int, first: date, last: date) -> dict[date, Own]:
    rows: Sequence[CalendarDay] = session.scalars(
        select(CalendarDay)
        .where(
            CalendarDay.site_id == site_id,
            CalendarDay.year_id.is_(None),
            CalendarDay.day.between(first, last),
        )
        .order_by(CalendarDay.day)
    ).all()
    return {
        row.day: Own(DayKind(row.kind), row.note, row.note_en, row.opens, row.closes)
        for row in rows
    }


def _clean(own: Own | None) -> Own | None:
    if own is None:
        return None
    note, note_en = own.note.strip(), own.note_en.strip()
    for text in (note, note_en):
        if len(text) > NOTE_LIMIT:
            raise TextTooLong(field=N_("Reason"), limit=NOTE_LIMIT)
    if own.kind is DayKind.OFF and (own.opens or own.closes):
        raise ClosedHasNoHours()
    if (own.opens is None) != (own.closes is None):
        raise HoursIncomplete()
    if own.opens is not None and own.closes is not None and own.closes <= own.opens:
        raise HoursIncomplete()
    return Own(own.kind, note, note_en, own.opens, own.closes)


def _facts(own: Own | None) -> list[object] | None:
    return None if own is None else [own.kind, own.note, own.opens, own.closes]
