"""Time: UTC inside, the site's zone for days; `now` and `today` are passed in from the edge."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


@lru_cache(maxsize=32)
def zone(name: str) -> ZoneInfo:
    """The IANA time zone of that name."""
    return ZoneInfo(name)


def local_day(moment: datetime, timezone: str) -> date:
    """The calendar day on which a moment falls in a zone."""
    return moment.astimezone(zone(timezone)).date()


def at_local(day: date, clock: time, timezone: str, *, minutes: int = 0) -> datetime:
    """A wall-clock time on a day in a zone as UTC, `minutes` later.

    A time in a gap moves forward, an ambiguous one takes the first.
    """
    wall = datetime.combine(day, clock, tzinfo=zone(timezone))
    return wall.astimezone(UTC) + timedelta(minutes=minutes)


def at_closing(day: date, clock: time, timezone: str) -> datetime:
    """The moment of a closing time in UTC; 00:00 is the midnight that ends the day."""
    return at_local(day if clock != time() else day + timedelta(days=1), clock, timezone)


def month_bounds(year: int, month: int, timezone: str) -> tuple[datetime, datetime]:
    """Start and end (exclusive) of a calendar month in a zone, in UTC."""
    first = date(year, month, 1)
    following = date(year + month // 12, month % 12 + 1, 1)
    return at_local(first, time(), timezone), at_local(following, time(), timezone)
