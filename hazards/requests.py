"""What the centre must settle: open hazards that a window cannot bring to an end by itself."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from hazards.history import Story
from hazards.models import EXTENSION_NAMES, ExtensionReason
from hazards.people import is_grave
from safety_app.core.i18n import _, bilingual, day_text, ngettext

WAITING: Final = frozenset(
    {
        ExtensionReason.AWAITING_FUNDS,
        ExtensionReason.AWAITING_PROPERTY,
        ExtensionReason.AWAITING_MANUFACTURER,
    }
)
LATE_DAYS: Final = 3
"""Overdue for longer, even what is not grave comes before the centre; what is grave at once."""
RETURNS: Final = 2


def clauses(listed: Sequence[Story], today: date) -> tuple[str, ...]:
    """One clause for each open hazard that asks for a decision, with the gravest reason."""
    said = []
    for one in listed:
        reason = _reason(one, today) if one.is_open else ""
        if reason:
            what = bilingual(one.what, one.what_en)
            said.append(_("{what} ({number}): {reason}", what=what, number=one.number,
                          reason=reason))  # fmt: skip
    return tuple(said)


def _reason(one: Story, today: date) -> str:
    if one.waits_for in WAITING:
        return _(EXTENSION_NAMES[one.waits_for])
    if one.is_major:
        return _("a major hazard that is still open")
    late = (today - one.fix_by).days if one.fix_by else 0
    if late > LATE_DAYS or (late > 0 and is_grave(one.level, False)):
        return ngettext(
            "{n} day overdue, the centre must see to it",
            "{n} days overdue, the centre must see to it",
            late,
        )
    if one.is_from_authority and one.fix_by:
        day = day_text(one.fix_by, weekday=False)
        return _("found by an authority, to be fixed by {day}", day=day)
    returns = sum(moment.step == "send_back" for moment in one.rechecks())
    if returns >= RETURNS:
        return _("sent back {n} times, another measure is needed", n=returns)
    return ""
