"""When what was just registered is to be inspected for the first time, in words."""

from collections.abc import Iterable
from datetime import date

from safety_app.core.i18n import _, day_text


def first_due(days: Iterable[date | None]) -> list[str]:
    """Until when, by the kinds of the things themselves; nothing of what is never inspected."""
    known = sorted({day for day in days if day})
    if not known:
        return []
    first, last = (day_text(day, weekday=False, year=True) for day in (known[0], known[-1]))
    if first == last:
        return [_("the first inspection is due by {day}", day=first)]
    return [_("the first inspections are due by {first} to {last}", first=first, last=last)]
