"""The unit: what is printed of it, profile, posts, opening hours, locations, trial."""

from typing import Final

import streamlit as st

from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import N_, _
from safety_app.workplace import service
from safety_app.workplace.models import Site
from safety_app.workplace.pages import (
    doing,
    site_hours,
    site_locations,
    site_posts,
    site_profile,
    site_trial,
)

TABS: Final = {
    "unit": N_("The unit"),
    "profile": N_("Legal profile"),
    "posts": N_("Fire safety posts"),
    "hours": N_("Opening hours"),
    "locations": N_("Locations"),
    "trial": N_("Trial period"),
}
DRAWERS: Final = {
    "profile": site_profile.draw,
    "posts": site_posts.draw,
    "hours": site_hours.draw,
    "locations": site_locations.draw,
    "trial": site_trial.draw,
}


def render() -> None:
    """The tabs, and the one that was chosen."""
    actor = ui.current_actor()
    _take_tab_from_address()
    with reading() as session:
        site = service.site(session, actor.site_id)
    ui.title(_("The unit"), _("Every part is saved by itself."))
    names = {key: _(name) for key, name in TABS.items()}
    chosen = ui.segmented("site.tab", names, label=_("Part"))
    DRAWERS.get(chosen, _unit)(actor, site)


def _take_tab_from_address() -> None:
    """A link may name the tab it wants; from then on the tabs' own state counts."""
    wanted = st.query_params.get("tab")
    if wanted in TABS:
        st.session_state["site.tab"] = wanted
        del st.query_params["tab"]


def _unit(actor: Actor, site: Site) -> None:
    """Name, address and numbers, as they are printed."""
    with ui.card("unit"):
        about = _("Printed at the head of every report, and on what an inspector asks for.")
        ui.html(ui.markup.section(_("The unit")) + f'<p class="muted">{about}</p>')
        with st.form("site.unit", border=False):
            name = st.text_input(
                _("Full name of the unit (required)"), site.name, key="site.name", max_chars=128
            )
            name_en = st.text_input(
                _("English name"), site.name_en, key="site.name_en", max_chars=128
            )
            address = st.text_input(_("Address"), site.address, key="site.address", max_chars=128)
            left, right = st.columns(2)
            phone = left.text_input(_("Phone"), site.phone, key="site.phone", max_chars=32)
            number = right.text_input(
                _("Fire acceptance or filing number"),
                site.acceptance_number,
                key="site.number",
                max_chars=64,
                help=_("Of the building's fire acceptance; an inspector asks for it first."),
            )
            zone = st.text_input(
                _("Time zone"), site.timezone, key="site.timezone", max_chars=64,
                help=_("Decides what “today” is. China has one time zone; leave it as it is."),
            )  # fmt: skip
            pressed = st.form_submit_button(_("Save the unit"), type="primary", key="site.save")
    if doing.saved(
        pressed,
        lambda session: service.update_site(
            session,
            actor,
            site_id=site.id,
            name=name,
            name_en=name_en,
            address=address,
            phone=phone,
            acceptance_number=number,
            timezone=zone,
            now=ui.now(),
        ),
        done=_("The unit is saved."),
    ):
        st.rerun()
