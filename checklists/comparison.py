"""The patrols of all windows beside each other, for the report of the whole hall.

Checks are not counted among them; one that was missed is told beside them.
"""

from typing import Final

from sqlalchemy.orm import Session

from checklists.models import Kind
from checklists.service.figures import Counts, counts_by_window, unsigned_by_window
from safety_app.core.feature import Compared, Light, Period, Standing
from safety_app.core.i18n import _, ngettext

GAP: Final = 0.1
"""Who leaves out more than this share of what was due has to act."""


def build(session: Session, site_id: int, period: Period) -> Compared:
    """Counts as known before the cut-off; a window that owed nothing has no line."""
    days = {"first": period.first, "last": period.last, "cutoff": period.cutoff}
    counted = counts_by_window(session, site_id, kind=Kind.PATROL, **days)  # type: ignore[arg-type]
    checks = counts_by_window(session, site_id, kind=Kind.CHECK, **days)  # type: ignore[arg-type]
    unsigned = unsigned_by_window(session, site_id, **days)  # type: ignore[arg-type]
    return Compared(
        columns=(
            ("patrols.due", _("Due")),
            ("patrols.in_time", _("In time")),
            ("patrols.late", _("Done late")),
            ("patrols.missed", _("Missed")),
            ("patrols.paper", _("On paper")),
            ("patrols.unsigned", _("Unsigned")),
        ),
        standings={
            key: _standing(
                counted.get(key, Counts()), checks.get(key, Counts()).missed, unsigned.get(key, 0)
            )
            for key in counted | checks
            if counted.get(key, Counts()).due or checks.get(key, Counts()).due
        },
    )


def _standing(counts: Counts, missed_checks: int, unsigned: int) -> Standing:
    why = []
    if counts.missed:
        why.append(ngettext("{n} missed", "{n} missed", counts.missed))
    if missed_checks:
        why.append(ngettext("{n} check missed", "{n} checks missed", missed_checks))
    if unsigned:
        why.append(
            ngettext("{n} without second signature", "{n} without second signature", unsigned)
        )
    light = Light.WATCH if why else Light.GOOD
    if counts.missed > GAP * counts.due:
        light = Light.ACT
    numbers = (counts.due, counts.done, counts.late, counts.missed, counts.paper, unsigned)
    return Standing(numbers, light, tuple(why))
