"""To whom this hall reports, and from which loss it counts an accident."""

from html import escape
from typing import Final

import streamlit as st
from sqlalchemy.orm import Session

from hazards.incidents import level, rules
from hazards.incidents.level import FEN, LEVEL_NAMES
from hazards.incidents.models import AUTHORITY_NAMES, Authority
from hazards.incidents.service.settings import (
    Addressee,
    Rules,
    rules_of,
    set_rules,
    usual_loss_yuan,
)
from safety_app import ui
from safety_app.core.db import reading
from safety_app.core.i18n import _
from safety_app.ui import markup

KEY: Final = "incident.settings"


def render() -> None:
    """The form, then the bounds of the law."""
    actor = ui.current_actor()
    with reading() as session:
        known = rules_of(session, actor.site_id)
    ui.title(
        _("Reporting of incidents"),
        _("Names and numbers stand in the ready text of the report; keep them current."),
    )
    with ui.card("incident_settings"):
        _form(known)
    with ui.card("incident_levels"):
        ui.html(markup.section(_("Levels by law")) + _bounds())
        for words in (level.applies(), level.below(), rules.source("clock")):
            ui.html(f'<p class="why">{markup.icon("gavel")}<span>{escape(words)}</span></p>')


def _form(known: Rules) -> None:
    actor, now = ui.current_actor(), ui.now()
    emergency = _addressee(Authority.EMERGENCY, known)
    sector = _addressee(Authority.SECTOR, known)
    own = known.loss_from_fen
    loss = st.number_input(
        _("Counts as an accident from a direct loss of (yuan); empty: {usual}",
          usual=f"{usual_loss_yuan():,}"),
        min_value=1,
        max_value=usual_loss_yuan(),
        value=own // FEN if own else None,
        step=10_000,
        format="%d",
        placeholder=f"{usual_loss_yuan():,}",
        key=f"{KEY}.loss",
    )  # fmt: skip
    ui.html(f'<p class="muted">{escape(_("A hall may be stricter than the usual bound."))}</p>')
    if not st.button(_("Save the addresses"), key=f"{KEY}.go", type="primary"):
        return

    def run(session: Session) -> bool:
        set_rules(
            session,
            actor,
            emergency=emergency,
            sector=sector,
            loss_from_yuan=None if loss is None else int(loss),
            now=now,
        )
        return True

    if ui.act(run, done=_("The addresses are saved.")):
        st.rerun()


def _addressee(authority: Authority, known: Rules) -> Addressee:
    now = known.addressees[authority]
    with st.container(key=f"filters_{authority}", horizontal=True, gap="small"):
        name = st.text_input(
            _(AUTHORITY_NAMES[authority]), now.name, max_chars=100, key=f"{KEY}.{authority}.name",
            placeholder=_("For example: county emergency management bureau"),
        )  # fmt: skip
        phone = st.text_input(
            _("Phone on duty"), now.phone, max_chars=32, key=f"{KEY}.{authority}.phone"
        )
    return Addressee(name or "", phone or "")


def _bounds() -> str:
    rows = [
        (
            _(LEVEL_NAMES[one.level]),
            f"≥ {one.deaths}",
            f"≥ {one.serious}",
            f"≥ {one.loss_fen // FEN:,}",
            one.investigates,
            one.source,
        )
        for one in level.bounds()
    ]
    heads = (
        _("Legal level"), _("Deaths"), _("Serious injuries"), _("Direct loss (yuan)"),
        _("Investigated by"), _("Source"),
    )  # fmt: skip
    return markup.table(_("Levels by law"), heads, rows)
