"""Opening hours as people type them: `9:00-12:00, 13:30–17:00`."""

import re
from datetime import time
from typing import Final

from safety_app.workplace.errors import HoursUnreadable

MIDNIGHT: Final = time(0)
_DASHES: Final = re.compile(r"[-‐-―−－~～〜至到]+|\bto\b")
_BETWEEN: Final = re.compile(r"[,，、;；]+|\band\b|和")
_CLOCK: Final = re.compile(r"^(\d{1,2})(?:[:：.点](\d{2}))?$")
_CLOSED: Final = frozenset({"", "-", "—", "休息", "关闭", "不开放", "closed"})
_ALL_DAY: Final = frozenset({"全天", "24小时", "24 小时", "allday", "all day", "24h", "24 hours"})


def read_hours(typed: str, day: str) -> tuple[tuple[time, time], ...]:
    """The segments in what was typed for a day; nothing typed means closed."""
    words = typed.strip().lower()
    if words in _CLOSED:
        return ()
    if words in _ALL_DAY:
        return ((MIDNIGHT, MIDNIGHT),)
    parts = [part.strip() for part in _BETWEEN.split(words) if part.strip()]
    found = [_segment(part) for part in parts]
    if not found or None in found:
        raise HoursUnreadable(day=day, typed=typed.strip())
    return tuple(segment for segment in found if segment is not None)


def _segment(part: str) -> tuple[time, time] | None:
    ends = [end.strip() for end in _DASHES.split(part)]
    if len(ends) != 2:
        return None
    opens, closes = _clock(ends[0]), _clock(ends[1], last=True)
    return None if opens is None or closes is None else (opens, closes)


def _clock(typed: str, *, last: bool = False) -> time | None:
    found = _CLOCK.match(typed)
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if last and (hour, minute) == (24, 0):
        return MIDNIGHT
    return time(hour, minute) if hour < 24 and minute < 60 else None
