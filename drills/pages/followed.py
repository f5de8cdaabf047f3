"""The problems of a drill on its page: what became of each, and registering another one."""

from html import escape

from drills.evaluation import Result
from drills.models import PROBLEM_NAMES, WAS_HELD, ProblemKind, Step
from drills.service.detail import DrillDetail
from drills.service.problems import ProblemView
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.i18n import _, day_text
from safety_app.ui import markup


def draw(_actor: Actor, found: DrillDetail, _result: Result | None) -> None:
    """The list; what is open still keeps the drill open."""
    with ui.card("problems"):
        ui.html(markup.section(_("Problems and what became of them")))
        if not found.problems:
            _none(found)
        else:
            lines = "".join(_line(one) for one in found.problems)
            ui.html(f'<div class="box lines">{lines}</div>')
        if Step.RAISE in found.allowed:
            link = f"/drills?drill={found.drill.code}&do=problem"
            anchor = markup.anchor(_("Register a problem"), link, "add_alert")
            ui.html(f'<div class="ways">{anchor}</div>')


def _none(found: DrillDetail) -> None:
    if found.drill.status not in WAS_HELD:
        words = _("Problems are registered once the drill was held.")
    else:
        words = _(
            "What the evaluation rates low comes here by itself; register what else was seen."
        )
    ui.empty(_("No problem is registered"), words, symbol="task_alt")


def _line(one: ProblemView) -> str:
    today = ui.local_now().date()
    facts = [one.reference, _(PROBLEM_NAMES[ProblemKind(one.kind)])]
    if one.item_code:
        facts.insert(0, one.item_code)
    facts.append(_("In charge: {name}", name=one.owner or _("nobody yet")))
    if one.due_on:
        facts.append(_("by {day}", day=day_text(one.due_on, weekday=False)))
    left = (one.due_on - today).days if one.due_on and one.is_open else None
    if one.is_open:
        state = ui.outline_badge(one.status, "build")
    else:
        state = ui.badge(one.status, "green", "verified")
    return (
        f'<a class="line" href="{escape(one.href, quote=True)}"><strong>{escape(one.what)}</strong>'
        f'<span class="sub">{escape(" · ".join(facts))}</span>'
        f"{ui.badges(state, ui.due_badge(left))}</a>"
    )
