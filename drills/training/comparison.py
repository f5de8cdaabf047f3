"""Who lacks a training, window by window, for the report of the whole hall."""

from datetime import timedelta

from sqlalchemy.orm import Session

from drills.training.grid import Light as Stand
from drills.training.service.matrix import standing
from safety_app.core import clock
from safety_app.core.feature import Compared, Light, Period, Standing
from safety_app.core.i18n import _, ngettext


def build(session: Session, site_id: int, period: Period) -> Compared:
    """How many of each window lack something; no column where nothing is required."""
    on = min(period.last, clock.local_day(period.cutoff - timedelta(seconds=1), period.timezone))
    found = standing(session, site_id, on, known_at=period.cutoff)
    worst = found.grid.worst()
    lacking: dict[int | None, int] = {}
    for row, user_id in enumerate(found.grid.user_ids):
        stay = found.people.workers[user_id].stay(on)
        if not worst[row] or stay is None:
            continue
        for place in stay.windows or (None,):
            lacking[place] = lacking.get(place, 0) + int(worst[row] >= Stand.EXPIRED)
    if not lacking:
        return Compared((), {})
    return Compared(
        columns=(("training.lacking", _("Lacking a training")),),
        standings={place: _standing(n) for place, n in lacking.items()},
    )


def _standing(n: int) -> Standing:
    if not n:
        return Standing((0,))
    words = ngettext("{n} person lacks a training", "{n} people lack a training", n)
    return Standing((n,), Light.WATCH, (words,))
