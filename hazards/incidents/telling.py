"""What happened to an incident, in sentences."""

from collections.abc import Mapping
from typing import Final

from hazards.incidents.level import LEGAL, Level
from hazards.incidents.models import AUTHORITY_NAMES, Step
from hazards.incidents.service.detail import StepView
from hazards.incidents.wording import level_text, when
from safety_app.core.i18n import N_, _

SENTENCES: Final[Mapping[Step, str]] = {
    Step.REPORT: N_("{actor} reported it"),
    Step.AMEND: N_("{actor} completed the facts"),
    Step.TELL_HEAD: N_("{actor} recorded: the head of the unit was told at {moment}"),
    Step.NOTIFY: N_("{actor} recorded: {authority} was told at {moment}"),
    Step.COUNT: N_("{actor} recorded new figures"),
    Step.DECIDE: N_("{actor} decided that it is a work-safety accident"),
    Step.MARK: N_("{actor} ticked a point of the scene list"),
    Step.RELEASE: N_("{actor} gave the scene free"),
    Step.CONFIRM: N_("{actor} confirmed it"),
    Step.INVESTIGATE: N_("{actor} had it investigated; {person} leads"),
    Step.LOG: N_("{actor} recorded a moment of the course of events"),
    Step.EXPLAIN: N_("{actor} recorded a chain of causes"),
    Step.HEAR: N_("{actor} recorded somebody concerned"),
    Step.ATTACH: N_("{actor} added photos or documents"),
    Step.RAISE: N_("{actor} made a measure of it: {code}"),
    Step.CONCLUDE: N_("{actor} ended the investigation"),
    Step.ANSWER: N_("{actor} answered one of the conditions of closing"),
    Step.CLOSE: N_("{actor} closed the case"),
    Step.REOPEN: N_("{actor} opened the case again"),
    Step.VOID: N_("{actor} found that it is untrue"),
    Step.HAND_OVER: N_("{person} leads the investigation from now on"),
    Step.MOVE: N_("The window goes on in another one, and this with it"),
    Step.FORGET: N_("{actor} had personal data forgotten"),
}
WITHDRAWN: Final[Mapping[Step, str]] = {
    Step.LOG: N_("{actor} withdrew a moment of the course of events"),
    Step.EXPLAIN: N_("{actor} withdrew a chain of causes"),
    Step.HEAR: N_("{actor} withdrew somebody concerned"),
}


def sentence(step: StepView, timezone: str) -> str:
    """One step as a sentence in the current language."""
    actor = step.actor or _("The system")
    words = {
        "actor": actor,
        "person": step.person or "–",
        "moment": when(step.moment, timezone) if step.moment else "",
        "authority": _(AUTHORITY_NAMES[step.code]) if step.code in AUTHORITY_NAMES else "",
        "code": step.code,
    }
    if step.step in WITHDRAWN and step.code == "withdrawn":
        return _(WITHDRAWN[step.step], **words)
    if step.step is Step.DECIDE and step.code == "none":
        return _("{actor} decided that it is no work-safety accident", **words)
    if step.step is Step.COUNT and not step.actor:
        return _("The days for changes are over: whoever is still missing counts as dead")
    if step.step is Step.COUNT and step.old_level is Level.OUTSIDE and step.level in LEGAL:
        return _("{actor} recorded graver figures; the decision before them lapsed", **words)
    if step.step is Step.MARK and step.note:
        return _("{actor} took back a tick of the scene list", **words)
    return _(SENTENCES[step.step], **words)


def level_change(step: StepView) -> str:
    """From which level to which, where a step changed it."""
    if step.old_level == step.level or step.step not in (Step.COUNT, Step.DECIDE, Step.AMEND):
        return ""
    return _("level: {old} → {new}", old=level_text(step.old_level), new=level_text(step.level))
