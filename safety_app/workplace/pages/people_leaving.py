"""Leaving: each thing to somebody else, then the paper, then the account is closed."""

from datetime import timedelta
from html import escape

import streamlit as st

from safety_app import ui
from safety_app.accounts import service as accounts
from safety_app.accounts.permissions import Permission
from safety_app.accounts.service import Card, Thing
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _, ngettext
from safety_app.ui import markup
from safety_app.workplace.pages.people_words import acted, back


def draw(actor: Actor, user_id: int) -> None:
    """What is still held, or the last step."""
    actor.require(Permission.MANAGE, who=accounts.WHO_MANAGES)
    with reading() as session:
        card = accounts.get_card(session, actor, user_id, now=ui.now())
        things = accounts.held_by(session, actor, user_id, now=ui.now())
        given = accounts.handovers(session, actor, user_id)
        people = accounts.list_people(session, actor.site_id)
    back(card.person.display_name, f"/people?id={user_id}")
    ui.title(_("{name} leaves", name=card.person.display_name), _steps(len(things)))
    others = {one.id: one.display_name for one in people if one.id != user_id}
    if things:
        with ui.card("things"):
            _hand_over(actor, card, things, others)
    if given:
        ui.html(
            markup.anchor(
                _("Handover record (PDF)"),
                f"/people/{user_id}/handover.pdf",
                "description",
                new_tab=True,
            )
        )
    if not things:
        with ui.card("leave"):
            _close(actor, card)


def _steps(left: int) -> str:
    if not left:
        return _("Nothing is left to hand over.")
    return ngettext(
        "{n} thing must go to somebody else first",
        "{n} things must go to somebody else first",
        left,
    )


def _hand_over(actor: Actor, card: Card, things: list[Thing], others: dict[int, str]) -> None:
    user_id = card.person.id
    everything = st.selectbox(
        _("The same person for everything"),
        list(others),
        index=None,
        format_func=others.__getitem__,
        key=f"leaving.all.{user_id}",
        placeholder=_("Or choose for each thing below"),
    )
    with st.form(f"leaving.{user_id}", border=False):
        chosen, kind = {}, ""
        for thing in things:
            if thing.kind != kind:
                kind = thing.kind
                ui.html(markup.section(_(kind)))
            chosen[thing.id] = st.selectbox(
                thing.text,
                list(others),
                index=list(others).index(everything) if everything else None,
                format_func=others.__getitem__,
                key=f"leaving.{thing.id}.{everything}",
                placeholder=_("Choose who takes it over"),
            )
        sent = st.form_submit_button(_("Hand over"), type="primary", key="big_hand_over")
    if not sent:
        return
    to = {thing_id: taker for thing_id, taker in chosen.items() if taker is not None}
    if not to:
        ui.notice("red", _("Choose who takes it over."))
    elif acted(
        lambda session: accounts.hand_over(session, actor, user_id, to, now=ui.now()),
        done=ngettext("{n} thing handed over.", "{n} things handed over.", len(to)),
    ):
        st.rerun()


def _close(actor: Actor, card: Card) -> None:
    user_id, today = card.person.id, ui.local_now().date()
    text = _(
        "The account is closed at once, and whoever is signed in with it is out. Records keep the"
        " name; it can be erased later on request."
    )
    ui.html(f"<p>{escape(text)}</p>")
    with st.form(f"leave.{user_id}", border=False):
        on = ui.day_input(
            _("Last day at work"),
            value=today,
            min_value=today - timedelta(days=366),
            max_value=today,
            key=f"leave.on.{user_id}",
        )
        sent = st.form_submit_button(_("Close the account"), type="primary", key="big_leave")
    if sent and acted(
        lambda session: accounts.leave(session, actor, user_id, on=on, now=ui.now()),
        done=_("{name} has left. The account is closed.", name=card.person.display_name),
    ):
        ui.go("people", id=str(user_id))
