"""Deputies: who leads a window in place of its lead, and for how long."""

from datetime import date, timedelta
from functools import partial
from html import escape

import streamlit as st
from sqlalchemy.orm import Session

from safety_app import ui
from safety_app.accounts import service as accounts
from safety_app.accounts.permissions import Permission
from safety_app.accounts.service import Person, Stand
from safety_app.core.access import Actor, Role
from safety_app.core.db import reading
from safety_app.core.errors import NotAllowed
from safety_app.core.i18n import _
from safety_app.ui import markup
from safety_app.workplace import service
from safety_app.workplace.pages.people_one import span
from safety_app.workplace.pages.people_words import acted, back


def draw(actor: Actor) -> None:
    """Deputies of now and later, and the form for another one."""
    reach = actor.reach(Permission.DEPUTISE)
    if not (reach.site or reach.windows):
        raise NotAllowed(who=_("The window's lead, a manager or the administrator"))
    today = ui.local_now().date()
    with reading() as session:
        own = service.list_windows(session, actor.site_id)
        names = service.window_names(session, actor.site_id)
        people = accounts.list_people(session, actor.site_id)
        stands = accounts.list_deputies(session, actor.site_id, on=today)
    windows = {one.id: names[one.id] for one in own if reach.covers(one.id)}
    stands = [one for one in stands if one.window_id in windows]
    back(_("All people"))
    ui.title(
        _("Deputies of leads"),
        _("A deputy may do all that the lead may, from the first to the last day."),
    )
    _list(actor, stands, windows, today)
    with ui.card("name"):
        _form(actor, windows, people, today)


def _list(actor: Actor, stands: list[Stand], windows: dict[int, str], today: date) -> None:
    if not stands:
        ui.empty(
            _("No deputy is named"),
            _("Name one below before the lead is away."),
            symbol="swap_horiz",
        )
        return
    for one in stands:
        with ui.card(f"stand_{one.id}"):
            badge = (
                ui.badge(_("Now"), "green")
                if one.first <= today
                else ui.badge(_("Later"), "grey", "schedule")
            )
            ui.html(
                f"<strong>{escape(one.name)}</strong>"
                f"<p>{escape(windows[one.window_id])} · {escape(span(one))}</p>"
                f"{ui.badges(badge)}"
            )
            if st.button(_("End this deputyship"), key=f"deputy.end.{one.id}") and acted(
                partial(_end, actor, one.id),
                done=_("{name} is no longer deputy.", name=one.name),
            ):
                st.rerun()


def _end(actor: Actor, deputy_id: int, session: Session) -> None:
    accounts.end_deputy(session, actor, deputy_id, now=ui.now())


def _form(actor: Actor, windows: dict[int, str], people: list[Person], today: date) -> None:
    ui.html(markup.section(_("Name a deputy")))
    able = [one for one in people if one.roles - {Role.THIRD_PARTY}]
    called = {one.id: one.display_name for one in able}
    with st.form("deputy", border=False):
        window = st.selectbox(
            _("Window"), list(windows), format_func=windows.__getitem__, key="deputy.window"
        )
        who = st.selectbox(
            _("Deputy"),
            list(called),
            index=None,
            format_func=called.__getitem__,
            key="deputy.who",
            placeholder=_("Choose a person"),
        )
        left, right = st.columns(2, gap="medium")
        with left:
            first = ui.day_input(
                _("First day"),
                value=today,
                min_value=today,
                key="deputy.first",
            )
        with right:
            last = ui.day_input(
                _("Last day"),
                value=today + timedelta(days=6),
                min_value=today,
                key="deputy.last",
            )
        endless = st.checkbox(_("Without an end, until somebody ends it"), key="deputy.endless")
        sent = st.form_submit_button(_("Name the deputy"), type="primary", key="big_deputy")
    if not sent:
        return
    if who is None:
        ui.notice("red", _("Choose the person."))
        return
    if acted(
        lambda session: accounts.name_deputy(
            session,
            actor,
            window,
            who,
            first=first,
            last=None if endless else last,
            now=ui.now(),
        ),
        done=_("{name} is deputy.", name=called[who]),
    ):
        st.rerun()
