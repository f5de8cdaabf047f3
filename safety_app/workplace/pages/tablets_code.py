"""A one-time code for a tablet, to be typed on it or scanned."""

from html import escape
from typing import Final

import segno
import streamlit as st

from safety_app import ui
from safety_app.accounts import service as accounts
from safety_app.accounts.permissions import Permission
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _
from safety_app.workplace import service
from safety_app.workplace.pages.people_words import back

CODE: Final = "tablets.code"


def draw(actor: Actor) -> None:
    """The form, then the code it made."""
    actor.require(Permission.ENROL, who=accounts.WHO_MANAGES)
    back(_("All tablets"), "/tablets")
    ui.title(
        _("Enrol a tablet"),
        _("Make a code here, then type it on the tablet within {n} minutes.",
          n=accounts.ENROLMENT_MINUTES),
    )  # fmt: skip
    made = st.session_state.get(CODE)
    if made:
        _code(*made)
        return
    with reading() as session:
        names = service.window_names(session, actor.site_id)
        windows = {one.id: names[one.id] for one in service.list_windows(session, actor.site_id)}
    with ui.card("enrol"), st.form("tablets.enrol", border=False):
        name = st.text_input(
            _("Name of the tablet"),
            key="tablets.name",
            max_chars=64,
            placeholder=_("For example: shared tablet 03"),
        )
        chosen = st.multiselect(
            _("Windows it serves"),
            list(windows),
            format_func=windows.__getitem__,
            key="tablets.windows",
            placeholder=_("None: common areas, and everybody"),
        )
        sent = st.form_submit_button(_("Make the code"), type="primary", key="big_code")
    if not sent:
        return
    code = ui.act(
        lambda session: accounts.open_enrolment(
            session, actor, site_id=actor.site_id, name=name or "", window_ids=chosen, now=ui.now()
        )
    )
    if code is not None:
        st.session_state[CODE] = (name, code)
        st.rerun()


def _code(name: str, code: str) -> None:
    address = ui.base_address()
    square = segno.make(f"{address}/enrol?code={code}", error="m", micro=False)
    picture = square.png_data_uri(scale=6, border=2)
    steps = _("On the tablet open {address}/enrol and type:", address=address)
    alt = escape(_("QR code"), quote=True)
    with ui.card("code"):
        ui.html(
            f'<h2>{escape(name)}</h2><p>{escape(steps)}</p><p class="big-code">{escape(code)}</p>'
            f'<img class="qr" src="{picture}" alt="{alt}">'
        )
        if st.button(_("Done: to the tablets"), type="primary", key="big_done"):
            st.session_state.pop(CODE, None)
            ui.go("tablets")
        if st.button(_("Another tablet"), key="tablets.another"):
            st.session_state.pop(CODE, None)
            st.rerun()
