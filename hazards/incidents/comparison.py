"""Incidents of all windows beside each other; near misses are counted and weigh nothing."""

from sqlalchemy.orm import Session

from hazards.incidents.asof import Story, stories
from safety_app.core.feature import Compared, Light, Period, Standing
from safety_app.core.i18n import _, ngettext


def build(session: Session, site_id: int, period: Period) -> Compared:
    """Counts as known before the cut-off; no column where nothing happened."""
    found = stories(
        session, site_id, period.timezone, start=period.start, end=period.end,
        cutoff=period.cutoff,
    )  # fmt: skip
    places: dict[int | None, list[Story]] = {}
    for one in found:
        if not one.is_void:
            places.setdefault(one.window_id, []).append(one)
    if not places:
        return Compared((), {})
    return Compared(
        columns=(
            ("incidents.happened", _("Accidents and incidents")),
            ("incidents.near_misses", _("Near misses")),
        ),
        standings={key: _standing(some) for key, some in places.items()},
    )


def _standing(found: list[Story]) -> Standing:
    near = sum(one.is_near_miss for one in found)
    accidents = sum(one.is_accident for one in found)
    numbers = (len(found) - near, near)
    if accidents:
        words = ngettext("{n} accident by law", "{n} accidents by law", accidents)
        return Standing(numbers, Light.ACT, (words,))
    if still_open := sum(one.is_open and not one.is_near_miss for one in found):
        words = ngettext("{n} incident open", "{n} incidents open", still_open)
        return Standing(numbers, Light.WATCH, (words,))
    return Standing(numbers)
