"""The form of a person: added or edited, with windows and roles."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final

import streamlit as st
from sqlalchemy.orm import Session

from safety_app import ui
from safety_app.accounts import service as accounts
from safety_app.accounts.permissions import Permission
from safety_app.accounts.service import Card, Facts
from safety_app.core.access import ROLE_NAMES, Actor, Role
from safety_app.core.db import reading
from safety_app.core.errors import InvalidValue
from safety_app.core.i18n import N_, _, day_text
from safety_app.workplace import service
from safety_app.workplace.pages.people_words import back
from safety_app.workplace.roster_errors import JoiningDayBars

JOINED: Final = N_("In post since")
TRAINED: Final = N_("Last training")
SITE_ROLES: Final = (Role.OFFICER, Role.MANAGER, Role.ADMINISTRATOR, Role.THIRD_PARTY)


@dataclass(frozen=True, slots=True)
class Filled:
    """What the form holds when it is sent."""

    name: str
    login: str
    facts: Facts
    joined_on: str
    trained_on: str
    staff_at: list[int]
    leads: list[int]
    roles: list[Role]


def draw_new(actor: Actor) -> None:
    """Add a person."""
    actor.require(Permission.MANAGE, who=accounts.WHO_MANAGES)
    back(_("All people"))
    ui.title(_("Add a person"), _("Windows and roles can be changed later."))
    filled = _form(actor, None)
    if filled is None:
        return
    made = ui.act(
        lambda session: _add(session, actor, filled), done=_("Added. Print the slip now.")
    )
    if made is not None:
        ui.go("people", id=str(made))


def draw(actor: Actor, user_id: int) -> None:
    """Edit a person."""
    actor.require(Permission.MANAGE, who=accounts.WHO_MANAGES)
    with reading() as session:
        card = accounts.get_card(session, actor, user_id, now=ui.now())
    back(card.person.display_name, f"/people?id={user_id}")
    ui.title(_("Edit {name}", name=card.person.display_name))
    filled = _form(actor, card)
    if filled is None:
        return
    if ui.act(lambda session: _change(session, actor, user_id, filled, card), done=_("Saved.")):
        ui.go("people", id=str(user_id))


def _form(actor: Actor, card: Card | None) -> Filled | None:
    """The fields; what they hold once they are sent."""
    with reading() as session:
        windows = service.window_names(session, actor.site_id)
        usable = {one.id for one in service.list_windows(session, actor.site_id)}
    key = f"person.{card.person.id if card else 'new'}"
    was = _was(card) if card else {}
    example = _("For example {day}", day=ui.local_now().date().replace(day=1).isoformat())
    with ui.card("form"), st.form(key, border=False):
        left, right = st.columns(2, gap="medium")
        with left:
            name = _text(_("Name (required)"), key, "name", was)
            staff_no = _text(_("Staff number"), key, "staff_no", was, most=32)
            post = _text(_("Post"), key, "post", was)
            agency = _text(_("Unit"), key, "agency", was)
            joined = _text(_(JOINED), key, "joined", was, most=20, hint=example)
        with right:
            name_en = _text(_("Name in English"), key, "name_en", was)
            hint = _("Left empty, it is made from the name")
            login = _text(_("User name"), key, "login", was, hint=hint)
            post_en = _text(_("Post in English"), key, "post_en", was)
            phone = _text(_("Phone"), key, "phone", was, most=32)
            trained = _text(_(TRAINED), key, "trained", was, most=20, hint=example)
        exam = _text(_("Exam result"), key, "exam", was, most=32)
        led = card.person.led_window_ids if card else frozenset()
        works = (card.person.window_ids if card else frozenset()) - led
        staff_at = _windows(_("Works at windows"), f"{key}.staff", windows, usable, works)
        leads = _windows(_("Leads windows"), f"{key}.leads", windows, usable, led)
        roles = st.pills(
            _("Roles for the whole hall"),
            SITE_ROLES,
            selection_mode="multi",
            default=[one for one in SITE_ROLES if card and one in card.person.roles],
            format_func=lambda role: _(ROLE_NAMES[role]),
            key=f"{key}.roles",
        )
        sent = st.form_submit_button(_("Save"), type="primary", key=f"big_{key}")
    if not sent:
        return None
    facts: Facts = {
        "name_en": name_en, "post": post, "post_en": post_en, "agency": agency,
        "staff_no": staff_no, "phone": phone, "exam_result": exam,
    }  # fmt: skip
    return Filled(name, login, facts, joined, trained, staff_at, leads, list(roles))


def _was(card: Card) -> dict[str, str]:
    """What the fields hold before anything is typed; days as text, since the built-in input
    says `yyyy-mm-dd` in every language where it is empty.
    """
    person = card.person
    return {
        "name": person.name,
        "name_en": person.name_en,
        "login": card.login,
        "staff_no": card.staff_no,
        "post": person.post,
        "post_en": person.post_en,
        "agency": card.agency,
        "phone": card.phone,
        "joined": card.joined_on.isoformat() if card.joined_on else "",
        "trained": card.trained_on.isoformat() if card.trained_on else "",
        "exam": card.exam_result,
    }


def _text(
    label: str, form: str, field: str, was: dict[str, str], *, most: int = 64, hint: str = ""
) -> str:
    value, key = was.get(field, ""), f"{form}.{field}"
    found = st.text_input(label, value=value, max_chars=most, key=key, placeholder=hint)
    return str(found or "")


def _day(field: str, text: str) -> date | None:
    """The day that was typed: 2026-03-01, 2026/3/1 or 2026年3月1日."""
    plain = unicodedata.normalize("NFKC", text)
    parts = [part for part in re.split(r"[^0-9]+", plain) if part]
    if not parts:
        return None
    try:
        year, month, day = map(int, parts)
        return date(year if year > 1900 else 0, month, day)
    except ValueError as error:
        raise InvalidValue(field=_(field), value=text) from error


def _windows(
    label: str, key: str, names: dict[int, str], usable: set[int], chosen: frozenset[int]
) -> list[int]:
    offered = [window_id for window_id in names if window_id in usable | chosen]
    return st.multiselect(
        label,
        offered,
        default=[window_id for window_id in offered if window_id in chosen],
        format_func=lambda window_id: names[window_id],
        key=key,
        placeholder=_("Choose windows"),
    )


def _add(session: Session, actor: Actor, filled: Filled) -> int:
    login = filled.login or accounts.propose_login(
        session, filled.name, filled.facts.get("name_en", "")
    )
    user = accounts.create_user(
        session,
        actor,
        site_id=actor.site_id,
        login=login,
        name=filled.name,
        now=ui.now(),
        **_facts(filled),
    )
    _roles(session, actor, user.id, filled)
    return user.id


def _change(session: Session, actor: Actor, user_id: int, filled: Filled, card: Card) -> bool:
    joined = _day(JOINED, filled.joined_on)
    if joined != card.joined_on:
        _join(session, actor, card, joined)
    accounts.update_person(
        session,
        actor,
        user_id,
        name=filled.name,
        login=filled.login,
        now=ui.now(),
        **_facts(filled),
    )
    _roles(session, actor, user_id, filled)
    return True


def _join(session: Session, actor: Actor, card: Card, joined: date | None) -> None:
    """Put the first day right; if that keeps somebody off duty, only once this was read."""
    user_id = card.person.id
    found = service.newly_barred(
        session, actor.site_id, user_id, ui.local_now().date(),
        lambda: accounts.update_person(session, actor, user_id, joined_on=joined, now=ui.now()),
    )  # fmt: skip
    told = f"person.{user_id}.told"
    if found is not None and st.session_state.get(told) != [joined]:
        st.session_state[told] = [joined]
        day, bar = found
        name = card.person.display_name
        raise JoiningDayBars(name=name, day=day_text(day, year=True), why=bar.text)


def _facts(filled: Filled) -> Facts:
    return {
        **filled.facts,
        "joined_on": _day(JOINED, filled.joined_on),
        "trained_on": _day(TRAINED, filled.trained_on),
    }


def _roles(session: Session, actor: Actor, user_id: int, filled: Filled) -> None:
    accounts.set_roles(
        session,
        actor,
        user_id,
        staff_at=filled.staff_at,
        leads=filled.leads,
        for_the_site=filled.roles,
        now=ui.now(),
    )
