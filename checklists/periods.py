"""Once in a period, or so long after the last time: pure functions of calendar and plan."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from checklists.models import Unit
from checklists.recurrence import Day, Times, closing_time, open_days
from safety_app.core.clock import at_local

ENOUGH_DAYS: Final = 5
"""A period in which fewer open days are left to do it asks for nothing: a working week."""
MOST_LEAD: Final = 7
SEARCH_DAYS: Final = 60
_MONTHS: Final[Mapping[Unit, int]] = {
    Unit.MONTH: 1,
    Unit.QUARTER: 3,
    Unit.HALF_YEAR: 6,
    Unit.YEAR: 12,
}
A_DAY: Final = timedelta(days=1)
A_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """From when to when a plan holds, and the spans of days on which its place rests."""

    first: date
    last: date | None = None
    pauses: tuple[tuple[date, date], ...] = ()

    def rests(self, on: date) -> bool:
        """Whether the place is paused on a day."""
        return any(first <= on <= last for first, last in self.pauses)

    def holds(self, on: date) -> bool:
        """Whether something may be due on a day."""
        return self.first <= on and (self.last is None or on <= self.last) and not self.rests(on)


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar week, month, quarter, half-year or year; `following` begins after it."""

    first: date
    following: date

    @property
    def last(self) -> date:
        """Its last day."""
        return self.following - A_DAY


class Skipped(StrEnum):
    """Why a period asks for nothing."""

    CLOSED = "closed"
    PAUSED = "paused"
    STARTED_LATE = "started_late"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Due:
    """One task: its nominal day, the days on which it opens and is due, and its moments.

    `expected_on` is the day on which it would be due if every day were open.
    """

    on: date
    opens_on: date
    due_on: date
    expected_on: date
    times: Times
    counts: bool = True


def period_of(unit: Unit, on: date) -> Period:
    """The period that holds a day; weeks begin on Monday."""
    if unit is Unit.WEEK:
        first = on - timedelta(days=on.weekday())
        return Period(first, first + timedelta(days=7))
    months = _MONTHS[unit]
    first = date(on.year, (on.month - 1) // months * months + 1, 1)
    years, month = divmod(first.month - 1 + months, 12)
    return Period(first, date(first.year + years, month + 1, 1))


def periods(unit: Unit, first: date, last: date) -> Iterator[Period]:
    """Those that hold any day from `first` to `last`, in order."""
    while first <= last:
        found = period_of(unit, first)
        yield found
        first = found.following


def once_in(
    period: Period,
    days: Mapping[date, Day],
    limits: Limits,
    timezone: str,
    counts_from: date | None = None,
) -> Due | Skipped:
    """The task of a period: from its first open day to the closing of its last, never outside.

    Late until the next period begins. Whoever has fewer than `ENOUGH_DAYS` open days for it (all
    of them in a shorter period), because the plan starts or the place is paused, owes nothing;
    nor does who has too few after a trial.
    """
    opened = open_days(days, period.first, period.last)
    if not opened:
        return Skipped.CLOSED
    awake = [on for on in opened if not limits.rests(on)]
    if awake and limits.last is not None and awake[-1] > limits.last:
        return Skipped.ENDED
    usable = [on for on in awake if on >= limits.first]
    enough = min(ENOUGH_DAYS, len(opened))
    if len(usable) < enough:
        return Skipped.STARTED_LATE if len(awake) >= enough else Skipped.PAUSED
    closes_at = at_local(period.following, time(), timezone)
    times = _times(days, usable[0], usable[-1], closes_at, timezone)
    counts = counts_from is None or sum(on >= counts_from for on in usable) >= enough
    return Due(period.first, usable[0], usable[-1], period.last, times, counts)


def after_last(
    after: date,
    every_days: int,
    days: Mapping[date, Day],
    limits: Limits,
    timezone: str,
    *,
    is_first: bool = False,
) -> Due | None:
    """The task that is due at most `every_days` after the day `after`.

    On a closed day it is due on the open day before; if there is none since `after`, on the next
    one. It opens some days earlier, the first one at once, and closes when the one that follows a
    missed one opens. `None` if the plan has ended by then.
    """
    found = _interval(after, every_days, days, limits)
    if found is None or (limits.last is not None and found.due_on > limits.last):
        return None
    opens_on = max(limits.first, after + A_DAY) if is_first else found.opens_on
    missed = max(found.nominal, found.due_on)
    following = _interval(missed, every_days, days, limits)
    closes_on = following.opens_on if following else missed + timedelta(days=every_days)
    closes_at = at_local(closes_on, time(), timezone)
    times = _times(days, min(opens_on, found.due_on), found.due_on, closes_at, timezone)
    return Due(found.nominal, opens_on, found.due_on, found.nominal, times)


def missed_on(due: Due) -> date:
    """The day from which the next interval counts if this task is missed."""
    return max(due.on, due.due_on)


@dataclass(frozen=True, slots=True)
class _Interval:
    nominal: date
    opens_on: date
    due_on: date


def _interval(
    after: date, every_days: int, days: Mapping[date, Day], limits: Limits
) -> _Interval | None:
    nominal = after + timedelta(days=every_days)
    opened = _awake(days, after + A_DAY, nominal + timedelta(days=SEARCH_DAYS), limits)
    before = [on for on in opened if on <= nominal]
    if not opened:
        return None
    due_on = before[-1] if before else opened[0]
    lead = timedelta(days=min(MOST_LEAD, every_days // 4))
    return _Interval(nominal, max(after + A_DAY, min(due_on, nominal) - lead), due_on)


def _awake(days: Mapping[date, Day], first: date, last: date, limits: Limits) -> Sequence[date]:
    opened = open_days(days, max(first, limits.first), last)
    return [on for on in opened if not limits.rests(on)]


def _times(
    days: Mapping[date, Day], opens_on: date, due_on: date, closes_at: datetime, timezone: str
) -> Times:
    """From the midnight before to the closing of the due day, which stays its local day."""
    closing = closing_time(days[due_on].segments, due_on, timezone)
    midnight = at_local(due_on + A_DAY, time(), timezone)
    due_at = min(closing, midnight - A_MINUTE)
    return Times(at_local(opens_on, time(), timezone), due_at, max(closes_at, midnight))
