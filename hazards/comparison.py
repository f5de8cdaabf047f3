"""Hazards of all windows beside each other, for the report of the whole hall."""

from sqlalchemy.orm import Session

from hazards.figures import Summary, summarise
from hazards.history import Story, stories
from safety_app.core.feature import Compared, Light, Period, Standing
from safety_app.core.i18n import _, ngettext


def build(session: Session, site_id: int, period: Period) -> Compared:
    """Counts as known before the cut-off; a window without hazards has noughts."""
    found = stories(
        session, site_id, None,
        first=period.first, last=period.last, start=period.start, cutoff=period.cutoff,
    )  # fmt: skip
    places: dict[int | None, list[Story]] = {}
    for one in found:
        places.setdefault(one.window_id, []).append(one)
    return Compared(
        columns=(
            ("hazards.found", _("Found")),
            ("hazards.closed", _("Closed")),
            ("hazards.open", _("Not closed")),
            ("hazards.overdue", _("Overdue")),
        ),
        standings={key: _standing(summarise(some, period)) for key, some in places.items()},
    )


def _standing(summary: Summary) -> Standing:
    closed = summary.general.rectified + summary.major.rectified + summary.carried_closed
    major = sum(one.is_open and one.is_major for one in summary.listed)
    why = []
    if summary.overdue:
        why.append(ngettext("{n} hazard overdue", "{n} hazards overdue", summary.overdue))
    if major:
        why.append(ngettext("{n} major hazard open", "{n} major hazards open", major))
    light = Light.ACT if why else Light.GOOD
    if not why and summary.open:
        why.append(ngettext("{n} hazard open", "{n} hazards open", summary.open))
        light = Light.WATCH
    numbers = (summary.found, closed, summary.open, summary.overdue)
    return Standing(numbers, light, tuple(why))
