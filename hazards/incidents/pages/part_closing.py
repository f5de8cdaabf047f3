"""Measures, the four conditions, and what still stands against closing."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from hazards.incidents import rules
from hazards.incidents.models import Step
from hazards.incidents.service.detail import ConditionView, IncidentDetail
from hazards.incidents.wording import day
from hazards.service import Outcome
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.i18n import _, moment_text
from safety_app.ui import markup


def draw(actor: Actor, incident: IncidentDetail) -> None:
    """What is missing first, then measures, then the conditions."""
    ui.html(_missing(incident) + _measures(incident.actions))
    source = escape(rules.source("closing"))
    ui.html(
        f"<h3>{escape(_('Conditions of closing'))}</h3>"
        f'<p class="why">{markup.icon("gavel")}<span>{source}</span></p>'
    )
    for one in incident.conditions:
        _condition(actor, incident, one)


def _missing(incident: IncidentDetail) -> str:
    if not incident.is_open:
        return ""
    if not incident.lacking:
        words = _("Nothing stands against closing. A manager closes the case.")
        return markup.notice("green", words)
    lines = "".join(f"<li>{escape(one)}</li>" for one in incident.lacking)
    return markup.notice(
        "yellow",
        _("Before the case is closed:"),
        extra=f'<ul class="gaps">{lines}</ul>',
    )


def _measures(actions: Sequence[Outcome]) -> str:
    name = escape(_("Corrective measures"))
    if not actions:
        words = escape(_("No measure was taken up yet."))
        return f'<h3>{name}</h3><p class="muted">{words}</p>'
    lines = "".join(
        f'<a class="line" href="/hazards?no={one.number}"><strong>{escape(one.what)}</strong>'
        f'<span class="sub">{escape(_under(one))}</span>'
        f"{ui.badges(ui.status_badge(one.status))}</a>"
        for one in actions
    )
    return f'<h3>{name}</h3><div class="box lines">{lines}</div>'


def _under(one: Outcome) -> str:
    by = _("fix by {day}", day=day(one.fix_by)) if one.fix_by else ""
    return " · ".join(filter(None, (one.number, one.owner, by)))


def _condition(actor: Actor, incident: IncidentDetail, one: ConditionView) -> None:
    """The condition, its answer, and the way to give it."""
    state = (
        ui.badge(_("Explained"), "green", "check_circle")
        if one.words
        else ui.badge(_("Not explained"), "orange", "help")
    )
    under = ""
    if one.at is not None:
        under = " · ".join(filter(None, (moment_text(one.at, actor.timezone), one.by)))
    said = f'<p class="told-words">{escape(one.words)}</p>' if one.words else ""
    meta = f'<p class="muted">{escape(under or one.ask)}</p>'
    with st.container(key=f"condition_{one.code}"):
        ui.html(
            f'<div class="section"><strong>{escape(one.title)}</strong>{ui.badges(state)}</div>'
            f"{said}{meta}"
        )
        if Step.ANSWER in incident.allowed:
            st.button(
                _("Change the answer") if one.words else _("Give an answer"),
                key=f"incident.answer.{one.code}",
                icon=":material/edit:",
                on_click=_open,
                args=(incident.number, one.code),
            )


def _open(number: str, code: str) -> None:
    st.query_params.from_dict({"no": number, "do": str(Step.ANSWER), "of": code})
