"""What happened to a hazard, in sentences: for its page and for its papers."""

from datetime import date

from hazards.models import EXTENSION_NAMES, LEVEL_NAMES, Step
from hazards.service import StepView
from safety_app.core.i18n import _, day_text


def sentence(step: StepView) -> str:
    """One step as a sentence in the current language."""
    words = {
        "actor": step.actor or _("The system"),
        "person": step.person,
        "day": short_day(step.fix_by),
        "old": short_day(step.old_fix_by),
        "reason": _(EXTENSION_NAMES[step.reason]) if step.reason in EXTENSION_NAMES else "",
        "window": step.window,
        "old_window": step.old_window,
        "level": _(LEVEL_NAMES[step.level]) if step.level else "",
        "old_level": _(LEVEL_NAMES[step.old_level]) if step.old_level else "",
    }
    if step.step == Step.FIX and step.person != step.actor:
        return _("{actor} recorded the fix done by {person}", **words)
    return {
        Step.REGISTER: _("{actor} registered it as {level}", **words),
        Step.SIGHT: _("{actor} saw it again", **words),
        Step.SET_LEVEL: _("{actor} changed the level from {old_level} to {level}", **words),
        Step.EXTEND: _("{actor} extended from {old} to {day}: {reason}", **words),
        Step.COMMENT: _("{actor} commented", **words),
        Step.ASSIGN: _("{actor} assigned it to {person}, fix by {day}", **words),
        Step.FIX: _("{actor} submitted the fix", **words),
        Step.ACCEPT: _("{actor} accepted the fix and closed it", **words),
        Step.SEND_BACK: _("{actor} sent it back", **words),
        Step.VOID: _("{actor} found that it is no hazard", **words),
        Step.HAND_OVER: _("{actor} handed it over to {person}; the deadline stays", **words),
        Step.MOVE: _("{old_window} goes on in {window}, and this with it", **words),
    }[step.step]


def short_day(day: date | None) -> str:
    """`11月23日`, or nothing."""
    return day_text(day, weekday=False) if day else ""
