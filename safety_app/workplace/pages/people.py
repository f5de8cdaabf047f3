"""People: who works here, their roles and windows; slips, deputies, leaving."""

from typing import Final

import streamlit as st

from safety_app import ui
from safety_app.accounts import service as accounts
from safety_app.accounts.permissions import Permission
from safety_app.accounts.service import Card
from safety_app.core.access import ROLE_NAMES, Actor, Role
from safety_app.core.db import reading
from safety_app.core.i18n import _, ngettext
from safety_app.ui import markup
from safety_app.workplace import service
from safety_app.workplace.pages import (
    people_deputies,
    people_form,
    people_leaving,
    people_one,
    people_slips,
)
from safety_app.workplace.pages.people_words import badges_of, note_of

STEP: Final = 60
HERE, WAITING, LEFT = "here", "waiting", "left"


def render() -> None:
    """The page that the address asks for: the list, one person, a form, a paper."""
    actor = ui.current_actor()
    chosen, wish = st.query_params.get("id", ""), st.query_params.get("do", "")
    user_id = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 10 else None
    if wish == "slips":
        people_slips.draw(actor, user_id)
    elif wish == "deputies":
        people_deputies.draw(actor)
    elif chosen == "new":
        people_form.draw_new(actor)
    elif user_id is None:
        _list(actor)
    elif wish == "edit":
        people_form.draw(actor, user_id)
    elif wish == "leave":
        people_leaving.draw(actor, user_id)
    else:
        people_one.draw(actor, user_id)


def _list(actor: Actor) -> None:
    with reading() as session:
        cards = accounts.list_cards(session, actor, now=ui.now())
        windows = service.window_names(session, actor.site_id)
    here = [card for card in cards if card.person.is_active]
    count = ngettext("{n} person works here", "{n} people work here", len(here))
    ui.title(_("People"), count, aside=_ways(actor, bool(here)))
    found = _filtered(cards, windows)
    if not found:
        ui.empty(
            _("Nobody fits"),
            _("Change the search or the filters, or add the person."),
            symbol="person_search",
        )
        return
    shown = int(st.session_state.get("people.shown", STEP))
    rows = [
        ui.Row(
            str(card.person.id),
            card.person.display_name,
            note_of(card, windows),
            card.staff_no,
            badges_of(card),
        )
        for card in found[:shown]
    ]
    pressed = ui.rows("people.rows", rows, label=_("People"))
    if len(found) > shown and st.button(
        _("Show more ({n})", n=len(found) - shown), key="people.more", width="stretch"
    ):
        st.session_state["people.shown"] = shown + STEP
        st.rerun()
    if pressed:
        ui.go("people", id=pressed)


def _ways(actor: Actor, anybody: bool) -> str:
    links = []
    if anybody and actor.may_somewhere(Permission.DEPUTISE):
        links.append(markup.anchor(_("Deputies"), "/people?do=deputies", "swap_horiz"))
    if anybody and actor.may_somewhere(Permission.RESET):
        links.append(markup.anchor(_("Print slips"), "/people?do=slips", "print"))
    if actor.may(Permission.MANAGE):
        links.append(
            markup.anchor(_("Add a person"), "/people?id=new", "person_add", look="primary")
        )
    return "".join(links)


def _filtered(cards: list[Card], windows: dict[int, str]) -> list[Card]:
    words = {HERE: _("Working here"), WAITING: _("Not signed in yet"), LEFT: _("Left")}
    state = ui.segmented("people.state", words, label=_("Which people"))
    with st.container(key="filters_people", horizontal=True, gap="small"):
        text = st.text_input(
            _("Search"),
            key="people.text",
            placeholder=_("Search name, number or user name"),
            label_visibility="collapsed",
            icon=":material/search:",
            max_chars=60,
        )
        window = _select("people.window", _("Window"), _("All windows"), _used(cards, windows))
        roles = {str(role): _(name) for role, name in ROLE_NAMES.items()}
        role = _select("people.role", _("Role"), _("All roles"), roles)
    choice = (state, text, window, role)
    if st.session_state.get("people.choice") != choice:
        st.session_state["people.choice"] = choice
        st.session_state["people.shown"] = STEP
    return [
        card
        for card in cards
        if _is(card, state)
        and _matches(card, text or "")
        and (not window or int(window) in card.person.window_ids)
        and (not role or Role(role) in card.person.roles)
    ]


def _used(cards: list[Card], windows: dict[int, str]) -> dict[str, str]:
    """The windows where anybody of the list works."""
    used = {window_id for card in cards for window_id in card.person.window_ids}
    return {str(window_id): name for window_id, name in windows.items() if window_id in used}


def _is(card: Card, state: str) -> bool:
    if state == LEFT:
        return not card.person.is_active
    return card.person.is_active and (state == HERE or not card.has_signed_in)


def _matches(card: Card, text: str) -> bool:
    wanted = text.casefold().replace(" ", "")
    person = card.person
    said = (person.name, person.name_en, card.login, card.staff_no, person.post, card.agency)
    return any(wanted in one.casefold().replace(" ", "") for one in said)


def _select(key: str, label: str, everything: str, names: dict[str, str]) -> str:
    words = {"": everything, **names}
    return str(
        st.selectbox(
            label,
            list(words),
            format_func=words.__getitem__,
            key=key,
            label_visibility="collapsed",
            placeholder=everything,
        )
        or ""
    )
