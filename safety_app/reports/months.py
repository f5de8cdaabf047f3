"""The months a report can cover: as text, as a period with its cut-off, as a choice."""

import re
from datetime import date, datetime
from typing import Final

from safety_app.core.clock import local_day, month_bounds
from safety_app.core.feature import Period
from safety_app.core.i18n import month_text
from safety_app.reports.errors import BadMonth, FutureMonth

FORM: Final = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
FIRST_YEAR, LAST_YEAR = 2000, 2199
# Until this day of a month, the month before is the one that is being signed.
SIGNING_DAYS: Final = 4


def parse_month(text: str) -> tuple[int, int]:
    """Year and month of `2026-10`; raises `BadMonth`."""
    found = FORM.fullmatch(text.strip())
    if found is None:
        raise BadMonth(month=text)
    year, month = int(found[1]), int(found[2])
    check_month(year, month)
    return year, month


def check_month(year: int, month: int) -> None:
    """Raise `BadMonth` unless the calendar has it."""
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12):
        raise BadMonth(month=f"{year}-{month:02}")


def period_of(year: int, month: int, timezone: str, *, now: datetime) -> Period:
    """The month in the site's zone; its cut-off is its end, or `now` floored to the minute."""
    check_month(year, month)
    start, end = month_bounds(year, month, timezone)
    known = now.astimezone(start.tzinfo).replace(second=0, microsecond=0)
    if known < start:
        raise FutureMonth(month=month_text(year, month))
    first = date(year, month, 1)
    following = date(year + month // 12, month % 12 + 1, 1)
    last = date.fromordinal(following.toordinal() - 1)
    return Period(first, last, start, end, min(end, known), timezone)


def usual_month(today: date) -> tuple[int, int]:
    """Last month in its first days, when it is signed; afterwards the current one."""
    if today.day > SIGNING_DAYS:
        return today.year, today.month
    return month_before(today.year, today.month)


def month_before(year: int, month: int) -> tuple[int, int]:
    """The month before."""
    return (year, month - 1) if month > 1 else (year - 1, 12)


def months_since(begun_at: datetime, timezone: str, today: date) -> list[tuple[int, int]]:
    """Every month from the beginning of the records to this one, the latest first."""
    begun = local_day(begun_at, timezone)
    earliest = min((begun.year, begun.month), (today.year, today.month))
    found = [(today.year, today.month)]
    while found[-1] > earliest:
        found.append(month_before(*found[-1]))
    return found
