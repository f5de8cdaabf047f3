"""Slips for the first sign-in: whom they are for, and the button that prints them."""

from collections.abc import Sequence
from html import escape
from typing import Final

import streamlit as st

from safety_app import ui
from safety_app.accounts import service as accounts
from safety_app.accounts.permissions import Permission
from safety_app.accounts.service import Card
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.errors import NotAllowed
from safety_app.core.i18n import _, language, ngettext
from safety_app.ui.markup import icon
from safety_app.workplace import service
from safety_app.workplace.pages.people_words import back, note_of

NEW, ALL = "new", "all"
MOST: Final = 200
SEARCH_PAST: Final = 12


def draw(actor: Actor, user_id: int | None) -> None:
    """A slip for one person, or for many at once."""
    if not actor.may_somewhere(Permission.RESET):
        raise NotAllowed(who=accounts.WHO_MANAGES)
    now = ui.now()
    with reading() as session:
        windows = service.window_names(session, actor.site_id)
        cards = [
            card
            for card in accounts.list_cards(session, actor, now=now)
            if card.person.is_active
            and user_id in (None, card.person.id)
            and accounts.may_reset(session, actor, card.person.id, now=now)
        ]
    back(_("All people") if user_id is None else _("Back to the person"), _origin(user_id))
    ui.title(
        _("Print slips"),
        _("Each slip carries a code for one sign-in; it is good for {n} days.",
          n=accounts.FIRST_CODE_DAYS),
    )  # fmt: skip
    if user_id is None:
        cards = _which(cards, windows)
    if not cards:
        ui.empty(
            _("Everybody has an own password"),
            _("Choose “Everybody” to reset somebody who has forgotten it."),
            symbol="lock_open",
        )
        return
    if ui.is_own(ui.base_address()):
        ui.notice("yellow", _only_here())
    resets = sum(card.has_signed_in for card in cards)
    if resets:
        ui.notice("orange", _warning(resets))
    with ui.card("slips"):
        ui.html(_form(cards[:MOST], windows))


def _origin(user_id: int | None) -> str:
    return "/people" if user_id is None else f"/people?id={user_id}"


def _which(cards: Sequence[Card], windows: dict[int, str]) -> list[Card]:
    words = {NEW: _("Not signed in yet"), ALL: _("Everybody")}
    chosen = ui.segmented("slips.which", words, label=_("Which people"))
    found = [card for card in cards if chosen == ALL or not card.has_signed_in]
    if len(found) <= SEARCH_PAST:
        return found
    text = st.text_input(
        _("Search"),
        key="slips.text",
        placeholder=_("Search a name or window"),
        label_visibility="collapsed",
        icon=":material/search:",
        max_chars=60,
    )
    wanted = (text or "").casefold()
    said = {card.person.id: f"{card.person.name} {card.person.name_en}" for card in found}
    return [
        card
        for card in found
        if wanted in f"{said[card.person.id]} {note_of(card, windows)}".casefold()
    ]


def _warning(resets: int) -> str:
    return ngettext(
        "One of them has a password already: it ends when the slip is printed, with the six-digit"
        " code and wherever the person is signed in.",
        "{n} of them have a password already: it ends when the slip is printed, with the six-digit"
        " code and wherever the person is signed in.",
        resets,
    )


def _only_here() -> str:
    return _(
        "The slips would carry {address}, which no other device reaches. Open this page under the"
        " hall's address first, or set it as public_url.",
        address=ui.base_address(),
    )


def _form(cards: Sequence[Card], windows: dict[int, str]) -> str:
    """A plain form: the answer is the paper itself, since the codes exist nowhere else."""
    lines = "".join(_line(card, windows, checked=len(cards) == 1 or not card.has_signed_in)
                    for card in cards)  # fmt: skip
    other = {"zh_CN": ("en", "English"), "en": ("zh_CN", "中文")}[language()]
    own = escape(_("Print the slips"))
    hint = escape(
        _("The slips open as a PDF. Earlier slips of these people are void from then on.")
    )
    return (
        '<form class="choose" method="post" action="/people/slips.pdf" target="_blank">'
        f'<input type="hidden" name="csrf" value="{escape(ui.csrf(), quote=True)}">'
        f"<ul>{lines}</ul><p class='muted'>{hint}</p>"
        f'<p class="buttons"><button class="btn primary" name="lang" value="{language()}"'
        f' type="submit">{icon("print")}<span>{own}</span></button>'
        f'<button class="btn" name="lang" value="{other[0]}" type="submit">'
        f'<span lang="{other[0].replace("_", "-")}">PDF · {other[1]}</span></button></p></form>'
    )


def _line(card: Card, windows: dict[int, str], *, checked: bool) -> str:
    mark = " checked" if checked else ""
    name, note = escape(card.person.display_name), escape(note_of(card, windows))
    return (
        f'<li><label><input type="checkbox" name="user" value="{card.person.id}"{mark}>'
        f"<span><strong>{name}</strong><small>{note}</small></span></label></li>"
    )
