"""The own account: password, six-digit code, language, where one is signed in."""

from collections.abc import Callable
from html import escape
from typing import Final

import streamlit as st

from safety_app import ui
from safety_app.accounts import own
from safety_app.accounts import service as accounts
from safety_app.accounts.agents import browser_words
from safety_app.accounts.service import Visit
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.errors import AppError
from safety_app.core.i18n import _, language, moment_text
from safety_app.ui import markup
from safety_app.ui.session import token
from safety_app.workplace.pages.people_words import acted

LANGUAGE_NAMES: Final = {"zh_CN": "中文", "en": "English"}


def render() -> None:
    """Password and code beside each other, then the sessions."""
    actor = ui.current_actor()
    with reading() as session:
        login = accounts.login_of(session, actor.user_id)
    ui.title(_("My account"), actor.name)
    left, right = st.columns(2, gap="medium")
    with left, ui.card("password"):
        _password(actor, login)
    with right, ui.card("pin"):
        _pin(actor)
    with ui.card("visits"):
        _visits(actor)
    with ui.card("language"):
        ui.html(_languages())


def _languages() -> str:
    """One button a language; it is kept with the account."""
    buttons = "".join(
        f'<form method="post" action="/language/{code}">'
        f'<input type="hidden" name="csrf" value="{escape(ui.csrf(), quote=True)}">'
        '<input type="hidden" name="next" value="/account">'
        f'<button class="btn" type="submit" aria-pressed="{str(code == language()).lower()}"'
        f' lang="{code.replace("_", "-")}">{name}</button></form>'
        for code, name in LANGUAGE_NAMES.items()
    )
    return f'{markup.section(_("Language"))}<div class="pick">{buttons}</div>'


def _password(actor: Actor, login: str) -> None:
    ui.html(markup.section(_("Change the password")))
    with st.form("account.password", clear_on_submit=True, border=False):
        st.text_input(
            _("User name"), value=login, disabled=True, key="account.login", autocomplete="username"
        )
        old = _secret(_("Present password"), "account.old", autocomplete="current-password")
        new = _secret(_("New password"), "account.new", autocomplete="new-password")
        again = _secret(_("New password once more"), "account.again", autocomplete="new-password")
        ui.html(f'<p class="muted">{escape(_("At least 8 characters; not the user name."))}</p>')
        sent = st.form_submit_button(
            _("Change the password"), type="primary", key="account.password.send"
        )
    if sent:
        _try(
            lambda: own.change_password(
                actor,
                old=old,
                new=new,
                again=again,
                token=token(),
                address=_address(),
                now=ui.now(),
            ),
            _("The password is changed. Other devices are signed out."),
        )


def _pin(actor: Actor) -> None:
    ui.html(markup.section(_("Change the six-digit code")))
    with st.form("account.pin", clear_on_submit=True, border=False):
        old = _secret(_("Present password or six-digit code"), "account.pin.old")
        new = _secret(_("New six-digit code"), "account.pin.new")
        again = _secret(_("New six-digit code once more"), "account.pin.again")
        rule = _("For shared tablets and signatures; not 123456 or 111111.")
        ui.html(f'<p class="muted">{escape(rule)}</p>')
        sent = st.form_submit_button(_("Change the six-digit code"), key="account.pin.send")
    if sent:
        _try(
            lambda: own.change_pin(
                actor,
                old=old,
                new=new,
                again=again,
                token=token(),
                address=_address(),
                now=ui.now(),
            ),
            _("The six-digit code is changed. Other devices are signed out."),
        )


def _visits(actor: Actor) -> None:
    with reading() as session:
        visits = accounts.own_visits(session, actor, token(), now=ui.now())
    others = [visit for visit in visits if not visit.is_current]
    ui.html(markup.section(_("Where I am signed in")))
    for visit in visits:
        _visit(actor, visit)
    if (
        others
        and st.button(_("Sign out everywhere else"), key="account.end_all")
        and acted(
            lambda session: accounts.end_other_visits(session, actor, token(), now=ui.now()),
            done=_("Signed out everywhere else."),
        )
    ):
        st.rerun()


def _visit(actor: Actor, visit: Visit) -> None:
    with st.container(key=f"line_visit_{visit.id}", horizontal=True, vertical_alignment="center"):
        ui.html(visit_markup(visit, actor.timezone))
        if (
            not visit.is_current
            and st.button(_("Sign out there"), key=f"account.end.{visit.id}")
            and acted(
                lambda session: accounts.end_visit(session, actor, visit.id, now=ui.now()),
                done=_("Signed out there."),
            )
        ):
            st.rerun()


def visit_markup(visit: Visit, timezone: str, name: str = "") -> str:
    """A session in words: device, browser, since, last seen."""
    where = visit.device or browser_words(visit.agent)
    head = escape(" · ".join(part for part in (name, where) if part))
    if visit.is_current:
        head += ui.badges(ui.badge(_("This device"), "green", "check_circle"))
    said = _(
        "Since {since}, last used {last}",
        since=moment_text(visit.created_at, timezone),
        last=moment_text(visit.last_seen_at, timezone),
    )
    if visit.device:
        said = f"{browser_words(visit.agent)} · {said}"
    return f'<strong>{head}</strong><p class="muted">{escape(said)}</p>'


def _secret(label: str, key: str, *, autocomplete: str = "off") -> str:
    return str(
        st.text_input(
            label, type="password", max_chars=128, key=key, autocomplete=autocomplete
        ) or ""
    )  # fmt: skip


def _address() -> str:
    return str(st.context.ip_address or "local")


def _try(change: Callable[[], None], done: str) -> None:
    """A change whose tries count: it keeps transactions of its own, so `act` is not for it."""
    try:
        change()
    except AppError as refused:
        ui.failed(refused)
        return
    ui.notice("green", done)
