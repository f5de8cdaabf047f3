"""Safety facilities of all windows beside each other, for the report of the whole hall."""

from sqlalchemy.orm import Session

from equipment.service import figures
from equipment.service.asof import AsOf, Lack, register_at
from equipment.service.figures import Tally
from safety_app.core.feature import Compared, Light, Period, Standing
from safety_app.core.i18n import _, ngettext


def build(session: Session, site_id: int, period: Period) -> Compared:
    """How many are not intact, as known before the cut-off; no column where none is registered."""
    asof = AsOf(period.cutoff, period.timezone)
    items = register_at(session, site_id, asof)
    found = figures.tally_by(items, asof, lambda one: one.place[0])
    if not found:
        return Compared((), {})
    return Compared(
        columns=(("equipment.wrong", _("Facilities not intact")),),
        standings={window_id: _standing(tally) for window_id, tally in found.items()},
    )


def _standing(tally: Tally) -> Standing:
    wrong, to_scrap = tally.registered - tally.intact, tally.of(Lack.SCRAP)
    if to_scrap:
        words = ngettext("{n} facility to be scrapped", "{n} facilities to be scrapped", to_scrap)
        return Standing((wrong,), Light.ACT, (words,))
    if wrong:
        words = ngettext("{n} facility not intact", "{n} facilities not intact", wrong)
        return Standing((wrong,), Light.WATCH, (words,))
    return Standing((0,))
