"""One drill: record, evaluation, problems, pictures; beside them the result and the plan."""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Final

import streamlit as st

from drills import evaluation
from drills.evaluation import Result
from drills.models import CONTENT_NAMES, FORM_NAMES, WAS_HELD, Status, Step
from drills.pages import actions, evaluated, followed, pictures, recorded
from drills.pages.words import (
    TODO_TONES,
    grade_badge,
    open_text,
    seconds_text,
    status_badge,
    when_text,
)
from drills.permissions import Permission
from drills.plans import service as plans
from drills.service import detail
from drills.service.detail import DrillDetail
from drills.service.next_steps import Todo
from drills.service.tried import Tried
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.errors import AppError
from safety_app.core.i18n import _, day_text, language
from safety_app.ui import markup

WIDTHS: Final = (65, 35)
LINES: Final = 6
Tab = Callable[[Actor, DrillDetail, Result | None], None]
TABS: Final[Mapping[str, Tab]] = {
    "record": recorded.draw,
    "evaluation": evaluated.draw,
    "problems": followed.draw,
    "photos": pictures.draw,
}


def render_one(actor: Actor, code: str) -> None:
    """The drill with this code, or the form of one of its steps."""
    try:
        with reading() as session:
            found = detail.get_detail(session, actor, code, now=ui.now())
            result = evaluation.result(session, actor.site_id, found.drill.code)
    except AppError as problem:
        ui.title(_("Plans, drills"), aside=_back())
        with ui.card("nothing"):
            ui.empty(_("Drill not found"), problem.message(), symbol="lock")
        return
    wish = st.query_params.get("do", "")
    if wish and actions.draw(actor, found, wish):
        return
    _head(actor, found)
    _first_on_phones(found, result)
    left, right = st.columns(WIDTHS, gap="medium")
    with left:
        _tabs(actor, found, result)
    with right:
        with ui.card("result"):
            ui.html(_result(found, result))
            _next(found)
        _plans(found)


def _first_on_phones(found: DrillDetail, result: Result | None) -> None:
    """Where it stands and the next step, which on a phone would come last."""
    badges = ui.badges(
        status_badge(Status(found.drill.status)),
        grade_badge(str(result.grade or "") if result else ""),
    )
    link = ""
    if primary := _primary(found):
        words, href, symbol = primary
        link = markup.anchor(words, href, symbol, look="primary big")
    ui.html(f'<div class="phone-only next-step">{badges}{link}</div>')


def _back() -> str:
    return markup.anchor(_("All drills"), "/drills", "arrow_back")


def _head(actor: Actor, found: DrillDetail) -> None:
    drill = found.drill
    parts = [
        drill.code,
        _(CONTENT_NAMES[drill.content]),
        _(FORM_NAMES[drill.form]),
        when_text(drill, actor.timezone),
    ]
    rules = list(dict.fromkeys(duty.rule.display_text for duty in found.duties))
    if rules:
        parts.append(_("Basis: {rules}", rules=_("; ").join(rules)))
    prints = ""
    if actor.may_somewhere(Permission.REPORT) and drill.status in WAS_HELD:
        address = f"/drills/{drill.code}/report.pdf?lang={language()}"
        prints = markup.anchor(_("Print the record"), address, "print", new_tab=True)
    ui.title(_("Drill: {title}", title=found.title), " · ".join(parts), aside=_back() + prints)


def _tabs(actor: Actor, found: DrillDetail, result: Result | None) -> None:
    rated = (
        _("2 Evaluation {n}/{all}", n=result.outcome.rated, all=len(result.items))
        if (result)
        else _("2 Evaluation")
    )
    names = {
        "record": _("1 Record"),
        "evaluation": rated,
        "problems": _("3 Problems {n}", n=len(found.problems)),
        "photos": _("4 Photos {n}", n=len(found.photos)),
    }
    key = f"drill.{found.drill.code}.tab"
    asked = st.query_params.get("tab", "")
    if asked in names:
        st.session_state[key] = asked
        del st.query_params["tab"]
    with st.container(key="parts_of_drill"):
        tab = ui.segmented(key, names, label=_("Parts of the drill"))
    TABS[tab](actor, found, result)


def _result(found: DrillDetail, result: Result | None) -> str:
    """The figure that counts, who was there, how long it took."""
    drill = found.drill
    head = markup.section(_("Result"), status_badge(Status(drill.status)))
    pairs: list[ui.Fact | tuple[str, str]] = []
    if drill.held_on:
        pairs.append((_("Took part"), _present(found)))
        empty = found.moment("hall_empty")
        if empty is not None:
            pairs.append((_("Time to empty the hall"), seconds_text(empty.seconds)))
        elif found.minutes is not None:
            pairs.append((_("Lasted"), _("{m} min", m=found.minutes)))
        if drill.visitors or drill.third_parties:
            others = _("{visitors} visitors, {third} third parties",
                       visitors=drill.visitors, third=drill.third_parties)  # fmt: skip
            pairs.append((_("Besides"), others))
    pairs += [
        (_("Commander"), found.commander or _("not named yet")),
        (_("Evaluators"), _(", ").join(found.evaluators) or _("not named yet")),
    ]
    return f'<div class="result">{head}{_score(result)}{markup.facts(pairs)}</div>'


def _present(found: DrillDetail) -> str:
    counts = found.counts
    extra = counts.present - counts.expected_present
    text = _("{n} of {all}", n=counts.expected_present, all=counts.expected)
    return _("{said} and {n} more", said=text, n=extra) if extra else text


def _score(result: Result | None) -> str:
    if result is None or result.percent is None:
        return ""
    under = _("{score} of {of} points, {n} items rated",
              score=result.score, of=result.out_of, n=result.outcome.rated)  # fmt: skip
    why = f'<p class="muted">{escape(result.why)}</p>' if result.why else ""
    last = ""
    if result.last is not None and result.last.outcome.percent is not None:
        last = _("Last drill of this plan ({code}): {percent}%",
                 code=result.last.code, percent=result.last.outcome.percent)  # fmt: skip
        last = f'<p class="muted">{escape(last)}</p>'
    return (
        f'<p class="score"><span><strong>{result.percent}</strong>'
        f'<span class="unit">%</span></span>'
        f"{ui.badges(grade_badge(str(result.grade or '')))}</p>"
        f'<p class="muted">{escape(under)}</p>{why}{last}'
    )


def _next(found: DrillDetail) -> None:
    """The one next step filled; the others as links below it."""
    code, todo = found.drill.code, found.todo
    primary = _primary(found)
    if primary:
        words, href, symbol = primary
        link = markup.anchor(words, href, symbol, look="primary big")
        ui.html(f'<div class="not-phone next-step">{link}</div>')
    others = [
        markup.anchor(words, f"/drills?drill={code}&do={wish}", symbol)
        for wish, words, symbol in actions.offered(found)
        if not (primary and f"do={wish}" in primary[1])
    ]
    if others:
        ui.html(f'<div class="ways">{"".join(others)}</div>')
    if todo is Todo.FOLLOW_UP:
        said = _("The drill can be closed when the open problems are put right and verified.")
        ui.html(f'<p class="muted">{escape(said)}</p>')


def _primary(found: DrillDetail) -> tuple[str, str, str] | None:
    """What the filled button says, where it leads, and its symbol."""
    code, can = found.drill.code, found.allowed
    page = f"/drills?drill={code}"
    ways: dict[Todo, tuple[Step, str, str]] = {
        Todo.RUNNING: (Step.FINISH, _("Open the stopwatch"), f"/drill/{code}/clock"),
        Todo.HOLD: (Step.START, _("Open the stopwatch"), f"/drill/{code}/clock"),
        Todo.EVALUATE: (Step.EVALUATE, _("Evaluate the drill"), f"/inspect/drills:{code}"),
        Todo.ANNOUNCE: (Step.NOTIFY, _("Announce the drill"), f"{page}&do=notify"),
        Todo.SLIPPED: (Step.RESCHEDULE, _("Set another day"), f"{page}&do=reschedule"),
        Todo.FOLLOW_UP: (Step.RAISE, open_text(_open(found)), f"{page}&tab=problems"),
        Todo.DEBRIEF: (Step.RECORD, _("Write down the debrief"), f"{page}&do=record"),
        Todo.REPORT: (Step.REPORT, _("Record the report"), f"{page}&do=report"),
        Todo.CLOSE: (Step.CLOSE, _("Close the drill"), f"{page}&do=close"),
    }
    if found.todo not in ways or ways[found.todo][0] not in can:
        return None
    _step, words, href = ways[found.todo]
    return words, href, TODO_TONES[found.todo][1]


def _open(found: DrillDetail) -> int:
    return sum(one.is_open for one in found.problems)


def _plans(found: DrillDetail) -> None:
    """The plans that are tried out, with the lines of their cards."""
    for plan in found.plans:
        with ui.card(f"plan_{plan.plan_id}"):
            ui.html(_plan(found.drill.site_id, plan))
    if not found.plans and found.drill.status == Status.PLANNED:
        with ui.card("plan_none"):
            ui.html(
                markup.section(_("Emergency plan"))
                + f'<p class="muted">{escape(_("No plan is chosen to be tried out."))}</p>'
            )


def _plan(site_id: int, plan: Tried) -> str:
    badge = ""
    if plan.version is not None:
        words = _("In force: version {n}", n=plan.version)
        if plan.is_frozen:
            words = _("Tried out: version {n}", n=plan.version)
        badge = ui.badge(words, "green", "verified")
    lines = ""
    with reading() as session:
        if plan.version_id:
            card = plans.get_version(session, site_id, plan.version_id).content.card
            lines = _lines(card.lines.lines[:LINES])
    since = ""
    if plan.effective_on:
        since = _("In force since {day}", day=day_text(plan.effective_on, weekday=False, year=True))
    if plan.review_by and not plan.is_frozen:
        by = day_text(plan.review_by, weekday=False, year=True)
        since = _("{since}, to be reviewed by {day}", since=since, day=by)
    link = markup.anchor(_("Open the plan"), f"/emergency-plans?plan={plan.plan_id}", "menu_book")
    return (
        markup.section(plan.title, badge)
        + f'<p class="muted">{escape(since)}</p>{lines}<div class="ways">{link}</div>'
    )


def _lines(lines: Sequence[tuple[str, str]]) -> str:
    items = "".join(f"<li>{_head_of(head)}{escape(text)}</li>" for head, text in lines)
    return f'<ol class="card-lines">{items}</ol>' if items else ""


def _head_of(head: str) -> str:
    if not head:
        return ""
    return f"<strong>{escape(head)}</strong>" + ("：" if language() == "zh_CN" else ": ")
