"""Shared tablets and open sessions."""

from html import escape

import streamlit as st

from safety_app import ui
from safety_app.accounts import service as accounts
from safety_app.accounts.permissions import Permission
from safety_app.accounts.service import DeviceSeen, Visit
from safety_app.core.access import Actor
from safety_app.core.clock import local_day
from safety_app.core.db import reading
from safety_app.core.i18n import _, day_text, moment_text, ngettext
from safety_app.core.settings import settings
from safety_app.ui import markup
from safety_app.ui.session import token
from safety_app.workplace import service
from safety_app.workplace.pages import tablets_code
from safety_app.workplace.pages.account import visit_markup
from safety_app.workplace.pages.people_words import acted

TABLETS, SESSIONS = "tablets", "sessions"
SHOWN = 60


def render() -> None:
    """Tablets, or the sessions of everybody."""
    actor = ui.current_actor()
    if st.query_params.get("do") == "enrol":
        tablets_code.draw(actor)
        return
    enrol = markup.anchor(_("Enrol a tablet"), "/tablets?do=enrol", "add", look="primary")
    ui.title(_("Tablets and sessions"), aside=enrol)
    words = {TABLETS: _("Shared tablets")}
    if actor.may(Permission.MANAGE):
        words[SESSIONS] = _("Who is signed in")
    if ui.segmented("tablets.view", words, label=_("What to see")) == SESSIONS:
        _sessions(actor)
    else:
        _tablets(actor)


def _tablets(actor: Actor) -> None:
    with reading() as session:
        devices = accounts.list_devices(session, actor)
        windows = service.window_names(session, actor.site_id)
        names = accounts.names(session, [one.last_user_id for one in devices])
    if not devices:
        ui.empty(
            _("No tablet is enrolled yet"),
            _("A shared tablet lets the people of its windows sign in by name and six digits."),
            symbol="tablet",
            extra=markup.anchor(_("Enrol a tablet"), "/tablets?do=enrol", "add"),
        )
        return
    for device in devices:
        with ui.card(f"device_{device.id}"):
            _device(actor, device, windows, names)


def _device(
    actor: Actor, device: DeviceSeen, windows: dict[int, str], names: dict[int, str]
) -> None:
    served = [name for window_id, name in windows.items() if window_id in device.window_ids]
    zone = actor.timezone
    seen = "–"
    if device.last_seen_at is not None:
        who = names.get(device.last_user_id or 0, "")
        seen = f"{moment_text(device.last_seen_at, zone)} · {who}"
    badge = ""
    if device.revoked_at is not None:
        day = moment_text(device.revoked_at, zone, year=True)
        badge = ui.badges(ui.badge(_("Revoked {day}", day=day), "grey", "block"))
    ui.html(f"<h2>{escape(device.name)}</h2>{badge}")
    enrolled = day_text(local_day(device.enrolled_at, zone), weekday=False, year=True)
    ui.facts(
        [
            (_("Serves"), _(", ").join(served) or _("Common areas, and everybody")),
            (_("Enrolled"), enrolled),
            (_("Last used"), seen),
        ]
    )
    if device.revoked_at is None:
        with st.container(horizontal=True, gap="small"):
            with st.popover(_("Change")):
                _change(actor, device, windows)
            with st.popover(_("Revoke")):
                _revoke(actor, device)


def _change(actor: Actor, device: DeviceSeen, windows: dict[int, str]) -> None:
    with st.form(f"tablet.{device.id}", border=False):
        name = st.text_input(
            _("Name of the tablet"), value=device.name, max_chars=64, key=f"tablet.name.{device.id}"
        )
        chosen = st.multiselect(
            _("Windows it serves"),
            list(windows),
            default=[one for one in windows if one in device.window_ids],
            format_func=windows.__getitem__,
            key=f"tablet.windows.{device.id}",
            placeholder=_("None: common areas, and everybody"),
        )
        sent = st.form_submit_button(_("Save"), type="primary")
    if sent and acted(
        lambda session: accounts.change_device(
            session, actor, device.id, name=name or "", window_ids=chosen, now=ui.now()
        ),
        done=_("Saved."),
    ):
        st.rerun()


def _revoke(actor: Actor, device: DeviceSeen) -> None:
    said = _(
        "Whoever is signed in on it is out at once, and nothing it still holds is taken any more."
        " It can be enrolled anew."
    )
    ui.html(f"<p>{escape(said)}</p>")
    if st.button(_("Revoke this tablet"), key=f"tablet.revoke.{device.id}") and acted(
        lambda session: accounts.revoke_device(session, actor, device.id, ui.now()),
        done=_("{name} is revoked.", name=device.name),
    ):
        st.rerun()


def _sessions(actor: Actor) -> None:
    with reading() as session:
        visits = accounts.all_visits(session, actor, token(), now=ui.now())
        names = accounts.names(session, [one.user_id for one in visits])
    text = st.text_input(
        _("Search"),
        key="tablets.text",
        placeholder=_("Search a name or tablet"),
        label_visibility="collapsed",
        icon=":material/search:",
        max_chars=60,
    )
    wanted = (text or "").casefold()
    found = [one for one in visits if wanted in f"{names[one.user_id]} {one.device}".casefold()]
    said = ngettext(
        "{n} open session. It ends after {minutes} idle minutes.",
        "{n} open sessions. Each ends after {minutes} idle minutes.",
        len(found),
        minutes=settings().session_idle_minutes,
    )
    ui.html(f'<p class="muted">{escape(said)}</p>')
    if not found:
        ui.empty(_("Nobody fits"), _("Change the search."), symbol="person_search")
        return
    with ui.card("sessions"):
        for visit in found[:SHOWN]:
            _session(actor, visit, names[visit.user_id])


def _session(actor: Actor, visit: Visit, name: str) -> None:
    with st.container(key=f"line_visit_{visit.id}", horizontal=True, vertical_alignment="center"):
        ui.html(visit_markup(visit, actor.timezone, name))
        if (
            not visit.is_current
            and st.button(_("Sign out there"), key=f"tablets.end.{visit.id}")
            and acted(
                lambda session: accounts.end_visit(session, actor, visit.id, now=ui.now()),
                done=_("{name} is signed out there.", name=name),
            )
        ):
            st.rerun()
