"""Training sessions: the list, one of them, or one of its forms, as the address says."""

from typing import Final

import streamlit as st

from drills.training.pages import session_forms, session_one
from drills.training.pages.words import back_link, neighbours, number, session_row
from drills.training.permissions import Permission
from drills.training.service.session_views import (
    PAGE_SIZE,
    VIEW_NAMES,
    SessionView,
    View,
    get_session,
    list_sessions,
)
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.errors import AppError
from safety_app.core.i18n import _
from safety_app.ui import markup

SHOWN: Final = "training_sessions.shown"


def render() -> None:
    """What the address asks for."""
    actor = ui.current_actor()
    query = st.query_params
    wish = query.get("do", "")
    if wish == "new" and actor.may_somewhere(Permission.TEACH):
        session_forms.new(actor)
        return
    if "id" not in query:
        _list(actor)
        return
    found = _load(actor, number(query["id"]))
    if found is None:
        return
    if not (wish and found.may_teach and session_forms.draw(actor, found, wish)):
        session_one.draw(actor, found)


def _load(actor: Actor, session_id: int) -> SessionView | None:
    try:
        with reading() as session:
            return get_session(session, actor, session_id, now=ui.now())
    except AppError as problem:
        ui.title(_("Training sessions"), aside=back_link())
        with ui.card("nothing"):
            ui.empty(_("Session not found"), problem.message(), symbol="lock")
        return None


def _list(actor: Actor) -> None:
    may = actor.may_somewhere(Permission.TEACH)
    plan = markup.anchor(_("Plan a session"), "/training-sessions?do=new", "add", look="primary")
    ui.title(_("Training sessions"), aside=(plan if may else "") + back_link())
    ui.html(neighbours("training-sessions"))
    names = {str(view): _(name) for view, name in VIEW_NAMES.items()}
    view = View(ui.segmented("training_sessions.view", names, label=_("Which sessions")))
    text = st.text_input(
        _("Search"), key="training_sessions.text", icon=":material/search:", max_chars=60,
        placeholder=_("Search course, place or trainer"), label_visibility="collapsed",
    )  # fmt: skip
    size = int(st.session_state.get(SHOWN, PAGE_SIZE))
    with reading() as session:
        rows, total = list_sessions(
            session, actor, view=view, text=text or "", size=size, now=ui.now()
        )
    if not rows:
        _nothing(text or "", view, may=may)
        return
    pressed = ui.rows(
        "training_sessions.rows",
        [session_row(row, actor.timezone) for row in rows],
        label=_("Training sessions"),
    )
    if total > len(rows):
        st.button(_("Show more"), key="training_sessions.more", on_click=_more, width="stretch")
    if pressed:
        st.query_params.from_dict({"id": pressed})
        st.rerun()


def _more() -> None:
    st.session_state[SHOWN] = int(st.session_state.get(SHOWN, PAGE_SIZE)) + PAGE_SIZE


def _nothing(text: str, view: View, *, may: bool) -> None:
    with ui.card("nothing"):
        if text:
            ui.empty(_("No session fits the search"), _("Clear the search."), symbol="search")
        elif view is View.AHEAD:
            says = _("Plan one for those who lack a training.") if may else ""
            ui.empty(_("No session is planned"), says, symbol="event")
        else:
            ui.empty(_("Nothing here right now"), symbol="event")
