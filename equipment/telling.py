"""What happened to an item, in sentences: for its page and for its papers."""

from collections.abc import Mapping
from typing import Final

from equipment.models import Step
from equipment.service.history import StepView
from safety_app.core.i18n import N_, _, day_text

PLAIN: Final[Mapping[Step, str]] = {
    Step.REGISTER: N_("Registered at {place}"),
    Step.EDIT: N_("Details corrected"),
    Step.CONDEMN: N_("Found unfit for use, taken out of service"),
    Step.CLEAR: N_("Found fit again, in service"),
    Step.SEND_AWAY: N_("Sent to {firm} for service"),
    Step.SERVICE: N_("{parts} done"),
    Step.REPAIR: N_("Repaired"),
    Step.CHANGE_CONSUMABLE: N_("{parts} changed, valid until {day}"),
    Step.LEND: N_("Lent: stands in for {other} at {place}"),
    Step.RETURN: N_("Brought back to {place}"),
    Step.REPLACE: N_("Replaced by {other}"),
    Step.SCRAP: N_("Scrapped"),
    Step.LOSE: N_("Declared lost"),
    Step.FIND: N_("Found again"),
}


def sentence(step: StepView) -> str:
    """One step in the current language, without day and person."""
    words = {
        "place": step.place or "–",
        "old": step.old_place or "–",
        "firm": step.firm,
        "other": step.other,
        "parts": _(", ").join(step.parts),
        "custodian": step.custodian or "–",
        "old_custodian": step.old_custodian or "–",
        "day": day_text(step.expires_on, weekday=False, year=True) if step.expires_on else "–",
    }
    match step.step:
        case Step.REGISTER if step.other:
            return _("Registered at {place} in place of {other}", **words)
        case Step.MOVE:
            return _moved(step, words)
        case Step.INSPECT:
            return _("Inspection passed") if step.passed else _("Inspection found problems")
        case Step.SEND_AWAY if step.other:
            return _("Sent to {firm} for service; {other} stands in", **words)
        case Step.SERVICE if not step.passed:
            return _("{parts}: not passed", **words)
        case Step.SERVICE if step.firm:
            return _("{parts} done by {firm}", **words)
    return _(PLAIN[step.step], **words)


def _moved(step: StepView, words: Mapping[str, str]) -> str:
    """Where it went, and who looks after it from then on."""
    if step.other:
        return _("Put at {place} in place of {other}", **words)
    if step.old_custodian == step.custodian:
        return _("Moved from {old} to {place}", **words)
    if step.old_place == step.place:
        return _("Custodian changed from {old_custodian} to {custodian}", **words)
    return _("Moved from {old} to {place}; custodian now {custodian}", **words)


def cost_text(fen: int | None) -> str:
    """`35.50 yuan`; nothing where no cost is known."""
    if fen is None:
        return ""
    whole, rest = divmod(fen, 100)
    return _("{yuan} yuan", yuan=f"{whole:,}.{rest:02}" if rest else f"{whole:,}")
