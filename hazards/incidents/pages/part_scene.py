"""The scene: a list to tick, with time and person."""

from html import escape

import streamlit as st

from hazards.incidents import rules
from hazards.incidents.models import Step
from hazards.incidents.service import scene
from hazards.incidents.service.detail import IncidentDetail, TickView
from hazards.incidents.wording import when
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.i18n import _, moment_text
from safety_app.ui import markup


def draw(actor: Actor, incident: IncidentDetail) -> None:
    """The rule, how the scene stands, the list."""
    ui.html(
        f'<p class="why">{markup.icon("gavel")}<span>{escape(rules.scene_rule())}</span></p>'
        + _state(incident, actor.timezone)
    )
    may = Step.MARK in incident.allowed
    for tick in incident.ticks:
        _tick(actor, incident, tick, may=may)


def _state(incident: IncidentDetail, zone: str) -> str:
    if incident.scene_released_at:
        moment = when(incident.scene_released_at, zone)
        return markup.notice("green", _("The scene was given free {moment}.", moment=moment))
    if incident.scene_is_kept and incident.scene_kept_at:
        moment = when(incident.scene_kept_at, zone)
        words = _("Measures that change it wait until it is given free.")
        heading = _("The scene is protected since {moment}", moment=moment)
        return markup.notice("orange", words, heading=heading)
    return ""


def _tick(actor: Actor, incident: IncidentDetail, tick: TickView, *, may: bool) -> None:
    is_done = tick.at is not None
    by = ""
    if tick.at is not None:
        by = " · ".join(filter(None, (moment_text(tick.at, actor.timezone), tick.by)))
    with st.container(key=f"tick_{tick.code}"):
        wanted = st.checkbox(
            tick.text,
            value=is_done,
            key=f"incident.{incident.id}.scene.{tick.code}.{is_done}",
            disabled=not may,
        )
        if by:
            ui.html(f'<p class="muted">{escape(by)}</p>')
    if may and wanted != is_done:
        now = ui.now()
        done = ui.act(
            lambda session: scene.mark(
                session, actor, incident.id, code=tick.code, is_done=wanted, now=now
            )
        )
        if done is not None:
            st.rerun()
