"""The evaluation of a drill on its page: each point, beside its target and the last drill."""

from html import escape
from typing import Final

from drills.evaluation import Point, Result
from drills.models import WAS_HELD, Status, Step
from drills.service.detail import DrillDetail
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.i18n import _, language, moment_text
from safety_app.ui import markup

LOW: Final = 2
"""So few points or fewer are followed up."""


def draw(actor: Actor, found: DrillDetail, result: Result | None) -> None:
    """The points, or what must happen before there are any."""
    with ui.card("evaluation"):
        if result is None:
            _nothing(found)
            return
        when = moment_text(result.at, actor.timezone, year=True)
        about = _("Evaluated on {when} by {name}", when=when, name=result.by)
        head = markup.section(_("Evaluation"))
        ui.html(f'{head}<p class="muted">{escape(about)}</p>' + _points(result))
        ui.html(_links(found, result))


def _nothing(found: DrillDetail) -> None:
    code = found.drill.code
    if found.drill.status not in WAS_HELD:
        ui.empty(
            _("Not evaluated yet"),
            _("The drill is evaluated point by point once it was held."),
            symbol="fact_check",
        )
        return
    extra = ""
    if Step.EVALUATE in found.allowed:
        extra = markup.anchor(_("Evaluate the drill"), f"/inspect/drills:{code}", "fact_check")
    ui.empty(
        _("Not evaluated yet"),
        _("Its evaluators rate each point from 0 to 5; what has few points is followed up."),
        symbol="fact_check",
        extra=extra,
    )


def _points(result: Result) -> str:
    return f'<div class="box lines flat">{"".join(map(_line, result.items))}</div>'


def _line(one: Point) -> str:
    said = one.said
    facts = [said.code]
    if one.before is not None:
        facts.append(_("last time {points}", points=one.before))
    facts += [one for one in (said.reason, said.note) if one]
    lines = [" · ".join(facts), *([one.known] if one.known else [])]
    under = "".join(f'<span class="sub under">{escape(line)}</span>' for line in lines)
    return (
        f'<div class="line"><div class="point"><strong>{escape(said.text)}</strong>{under}</div>'
        f"{ui.badges(_badge(said.points))}</div>"
    )


def _badge(points: int | None) -> str:
    if points is None:
        return ui.badge(_("n/a"), "grey", "remove")
    if points > LOW + 1:
        return ui.badge(str(points), "green", "check_circle")
    return ui.badge(str(points), *(("yellow", "error") if points > LOW else ("red", "report")))


def _links(found: DrillDetail, result: Result) -> str:
    code = found.drill.code
    links = markup.anchor(
        _("Open the sheet"), f"/inspect/drills:{code}?run={result.run_id}", "fact_check"
    )
    paper = f"/drills/{code}/evaluation.pdf?lang={language()}"
    links += markup.anchor(_("Print the evaluation"), paper, "print", new_tab=True)
    if Step.EVALUATE in found.allowed and found.drill.status == Status.EVALUATED:
        words = _("Evaluate it anew after a mistake")
        links += markup.anchor(words, f"/inspect/drills:{code}", "restart_alt")
    earlier = ""
    if result.earlier:
        words = _("An earlier evaluation is kept and does not count any more.")
        earlier = f'<p class="muted">{escape(words)}</p>'
    return f'{earlier}<div class="ways">{links}</div>'
