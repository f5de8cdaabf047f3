"""A window's name and place: added, renamed, moved."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import streamlit as st

from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _, bilingual, day_text
from safety_app.ui import markup
from safety_app.workplace import service
from safety_app.workplace.models import Window, WindowName
from safety_app.workplace.pages import doing
from safety_app.workplace.service import WindowRow


def add(actor: Actor) -> None:
    """The form of a new window."""
    with ui.card("new_window"):
        ui.html(markup.section(_("New window")))
        with st.form("windows.new", border=False):
            code = st.text_input(
                _("Window number"), key="windows.new.code", max_chars=16, placeholder="A01"
            )
            facts = _fields("windows.new", None, _places(actor, None))
            pressed = st.form_submit_button(
                _("Add the window"), type="primary", key="windows.new.save"
            )
        after = _("Its lead and staff are given their window under People.")
        ui.html(f'<p class="muted">{after}</p>')
    if pressed:
        added = ui.act(
            lambda session: service.create_window(
                session, actor, site_id=actor.site_id, code=code, now=ui.now(), **facts
            ),
            done=_("The window is added. Give it a plan and its people."),
        )
        if added:
            st.query_params.from_dict({"no": added.code})
            st.rerun()


def draw(actor: Actor, row: WindowRow, _rows: Sequence[WindowRow], key: str) -> None:
    """The form that renames a window or moves it."""
    with reading() as session:
        former = service.former_names(session, row.window.id)
    if former:
        ui.timeline([_former(one) for one in former])
    with st.form(f"{key}.details", border=False):
        facts = _fields(key, row.window, _places(actor, row.window.location_id))
        pressed = st.form_submit_button(_("Save the window"), type="primary", key=f"{key}.save")
    kept = _("The number stays, since records and labels carry it. For another number add a new"
             " window and merge this one into it.")  # fmt: skip
    ui.html(f'<p class="muted">{kept}</p>')
    if doing.saved(
        pressed,
        lambda session: service.update_window(
            session, actor, row.window.id, site_id=actor.site_id, now=ui.now(), **facts
        ),
        done=_("The window is saved. Earlier records keep their content."),
    ):
        st.rerun()


def _former(one: WindowName) -> ui.Entry:
    until = day_text(one.until - timedelta(days=1), weekday=False, year=True)
    name = bilingual(one.name, one.name_en)
    return ui.Entry(_("Formerly {name}", name=name), _("until {day}", day=until), icon="history")


def _places(actor: Actor, here: int | None) -> dict[int, str]:
    """The locations in use, and the one where the window is."""
    with reading() as session:
        names = service.location_names(session, actor.site_id)
        active = {one.id for one in service.list_locations(session, actor.site_id)}
    return {id_: name for id_, name in names.items() if id_ in active or id_ == here}


def _fields(key: str, window: Window | None, places: dict[int, str]) -> dict[str, Any]:
    left, right = st.columns(2)
    below, beside = st.columns(2)
    options = [0, *places]
    here = window.location_id if window else None
    found: dict[str, Any] = {
        "name": left.text_input(
            _("Name of the window"), window.name if window else "", key=f"{key}.name", max_chars=64
        ),
        "name_en": right.text_input(
            _("English name"), window.name_en if window else "", key=f"{key}.name_en", max_chars=64
        ),
        "agency": below.text_input(
            _("Agency"), window.agency if window else "", key=f"{key}.agency", max_chars=64
        ),
        "agency_en": beside.text_input(
            _("Agency in English"), window.agency_en if window else "", key=f"{key}.agency_en",
            max_chars=64,
        ),
    }  # fmt: skip
    chosen = st.selectbox(
        _("Floor or location"),
        options,
        index=options.index(here) if here in options else 0,
        format_func=lambda id_: places.get(id_) or _("not stated"),
        key=f"{key}.place",
    )
    return {**found, "location_id": chosen or None}
