"""One hazard: badges, the step that is this person's, facts, photos, what happened."""

from html import escape
from typing import Final

import streamlit as st

from hazards.errors import HazardChanged
from hazards.lifecycle import STEP_DONE
from hazards.models import Step
from hazards.pages import assigning, forms, story
from hazards.service import HazardDetail
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.i18n import N_, _, language

# The order in which the other steps stand behind the first one.
OTHERS: Final = (Step.SEND_BACK, Step.ASSIGN, Step.EXTEND, Step.SET_LEVEL, Step.VOID)
LABELS: Final = {
    Step.ASSIGN: (N_("Assign"), "person_add"),
    Step.FIX: (N_("Submit the fix"), "build"),
    Step.ACCEPT: (N_("Accept and close"), "verified"),
    Step.SEND_BACK: (N_("Send back"), "undo"),
    Step.EXTEND: (N_("Extend"), "event_repeat"),
    Step.SET_LEVEL: (N_("Change the level"), "swap_vert"),
    Step.VOID: (N_("Not a hazard"), "block"),
}
VISIBLE: Final = 2


def draw(actor: Actor, hazard: HazardDetail) -> None:
    """Draw the hazard, or the form of the step that was opened on it."""
    step = opened(hazard)
    ui.html(_back(step, hazard.number) + _receipt())
    with ui.card("hazard"):
        ui.html(_head(hazard))
        if step is None:
            _actions(hazard)
            ui.html(_body(hazard, actor.timezone))
        else:
            _form(actor, hazard, step)


def opened(hazard: HazardDetail) -> Step | None:
    """The step whose form is open; a step that has gone meanwhile is explained."""
    wanted = st.query_params.get("do", "")
    if wanted not in LABELS:
        return None
    step = Step(wanted)
    if step in hazard.allowed:
        return step
    if hazard.row_version != forms.drawn_version(hazard, step):
        last = hazard.steps[-1]
        changed = HazardChanged(name=last.actor or _("The system"), step=STEP_DONE[last.step])
        ui.notice("orange", changed.message())
    elif hazard.next_by:
        words = _("This step is not yours. {who} can do it.", who=hazard.next_by)
        ui.notice("grey", words)
    return None


def _back(step: Step | None, number: str) -> str:
    href = f"/hazards?no={escape(number)}" if step else "/hazards"
    words = _("Back to the hazard") if step else _("Back to the list")
    narrow = "" if step else " narrow-only"
    return (
        f'<p class="back{narrow}"><a href="{href}">{ui.markup.icon("arrow_back")}'
        f"<span>{escape(words)}</span></a></p>"
    )


def _receipt() -> str:
    """What the last step has done, once."""
    done = st.session_state.pop(forms.DONE, None)
    return f'<div class="fresh">{ui.markup.notice("green", str(done))}</div>' if done else ""


def _head(hazard: HazardDetail) -> str:
    return (
        f'<div class="section">{story.badges(hazard)}<span class="muted">{hazard.number}</span>'
        f'</div><h2 class="what">{escape(hazard.what)}</h2>'
    )


def _actions(hazard: HazardDetail) -> None:
    """The one filled button is the next step, if it is this person's; others stand behind."""
    primary = hazard.primary
    others = [step for step in OTHERS if step in hazard.allowed and step != primary]
    if primary is None and not others:
        return
    room = VISIBLE if primary else VISIBLE + 1
    shown = others if len(others) <= room else others[: room - 1]
    rest = others[len(shown) :]
    with st.container(key="bar_actions", horizontal=True, gap="small", vertical_alignment="center"):
        if primary:
            with st.container(key="big_primary"):
                _button(hazard, primary, primary=True)
        for step in shown:
            _button(hazard, step)
        if rest:
            with st.popover(_("More"), icon=":material/more_horiz:"):
                for step in rest:
                    _button(hazard, step)


def _button(hazard: HazardDetail, step: Step, *, primary: bool = False) -> None:
    name, symbol = LABELS[step]
    again = step == Step.ASSIGN and hazard.owner_id is not None
    st.button(
        _("Assign anew") if again else _(name),
        key=f"hazard.{step}",
        icon=f":material/{symbol}:",
        type="primary" if primary else "secondary",
        width="stretch",
        on_click=_open,
        args=(hazard.number, step),
    )


def _open(number: str, step: Step) -> None:
    st.query_params.from_dict({"no": number, "do": str(step)})


def _body(hazard: HazardDetail, timezone: str) -> str:
    plan = story.plan(hazard)
    story_name = escape(_("What happened"))
    waiting = "" if hazard.primary or not hazard.next_step else story.next_words(hazard)
    return "".join(
        (
            f'<p class="muted">{escape(waiting)}</p>' if waiting else "",
            ui.markup.facts(story.facts(hazard, timezone)),
            f'<div class="plan">{ui.markup.facts(plan)}</div>' if plan else "",
            story.doubts(hazard),
            story.pictures(hazard, timezone),
            _print_link(hazard),
            f"<h3>{story_name}</h3>",
            story.timeline(hazard, timezone),
        )
    )


def _print_link(hazard: HazardDetail) -> str:
    if not hazard.may_print:
        return ""
    address = f"/hazards/notice/{hazard.number}"
    asked = f"?lang={language()}"
    links = ui.markup.anchor(
        _("Print the rectification notice"), f"{address}.pdf{asked}", "print", new_tab=True
    ) + ui.markup.anchor(_("Notice as Excel"), f"{address}.xlsx{asked}", "table", new_tab=True)
    look = "display:flex;flex-wrap:wrap;gap:12px;padding:16px 0 20px"
    return f'<div style="{look}">{links}</div>'


def _form(actor: Actor, hazard: HazardDetail, step: Step) -> None:
    ui.html(_under(hazard, actor.timezone, step))
    draws = {
        Step.ASSIGN: assigning.draw,
        Step.FIX: forms.fix,
        Step.ACCEPT: forms.accept,
        Step.SEND_BACK: forms.send_back,
        Step.EXTEND: forms.extend,
        Step.SET_LEVEL: forms.set_level,
        Step.VOID: forms.void,
    }
    draws[step](actor, hazard)


def _under(hazard: HazardDetail, timezone: str, step: Step) -> str:
    """What one looks at while deciding."""
    words = " · ".join(filter(None, (hazard.place, story.sightings(hazard), hazard.note)))
    looks = step in (Step.ACCEPT, Step.SEND_BACK)
    shown = story.doubts(hazard) + story.pictures(hazard, timezone) if looks else ""
    return f'<p class="muted">{escape(words)}</p>{shown}'
