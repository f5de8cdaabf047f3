"""The trial: a first day, before which nothing counts as missed."""

from datetime import timedelta
from typing import Final

import streamlit as st

from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _, day_text
from safety_app.ui import markup
from safety_app.workplace import service
from safety_app.workplace.models import Site
from safety_app.workplace.pages import doing

USUAL: Final = timedelta(days=14)


def draw(actor: Actor, site: Site) -> None:
    """Where the trial stands, and its date while it may be moved."""
    with reading() as session:
        is_open = service.trial_is_open(session, site.id, ui.now())
    today = ui.local_now().date()
    with ui.card("trial"):
        about = _("While people practise, patrols can be walked and signed as ever, but none counts"
                  " as missed and none goes into the figures.")  # fmt: skip
        ui.html(markup.section(_("Trial period")) + f'<p class="muted">{about}</p>')
        ui.html(markup.notice("petrol", _standing(site)))
        why = _("The day can be moved while it lies ahead, or while nothing has counted yet, to"
                " today or later. A trial lasts three months at most, from the day on which it was"
                " first set. Once patrols count the day stays: otherwise missed ones could be"
                " turned into practice afterwards.")  # fmt: skip
        ui.html(f'<p class="muted">{why}</p>')
        if not is_open:
            return
        last = service.trial_limit(site, today)
        with st.form("site.trial", border=False):
            first = ui.day_input(
                _("First day that counts"),
                value=min(max(site.counts_from or today + USUAL, today), last),
                min_value=today,
                max_value=last,
                key="site.trial.first",
            )
            pressed = st.form_submit_button(
                _("Save the first day that counts"), type="primary", key="site.trial.save"
            )
    if doing.saved(
        pressed,
        lambda session: service.set_trial(
            session, actor, site_id=site.id, counts_from=first, now=ui.now()
        ),
        done=_("The first day that counts is saved."),
    ):
        st.rerun()


def _standing(site: Site) -> str:
    today = ui.local_now().date()
    if site.counts_from is None:
        return _("No trial is set: every patrol counts from the first one on.")
    day = day_text(site.counts_from, year=True)
    if site.counts_from > today:
        return _("The trial runs. Patrols count from {day} on.", day=day)
    return _("Patrols count since {day}. What was before that day was practice.", day=day)
