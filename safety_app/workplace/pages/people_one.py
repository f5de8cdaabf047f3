"""One person: what is known, how they sign in, and what may be done."""

from datetime import date
from html import escape

import streamlit as st

from safety_app import ui
from safety_app.accounts import service as accounts
from safety_app.accounts.permissions import Permission
from safety_app.accounts.service import Card, Stand
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _, day_text
from safety_app.ui import markup
from safety_app.workplace import service
from safety_app.workplace.pages.people_words import acted, back, badges_of, role_words, window_words


def draw(actor: Actor, user_id: int) -> None:
    """Head, facts and the ways on."""
    with reading() as session:
        card = accounts.get_card(session, actor, user_id, now=ui.now())
        windows = service.window_names(session, actor.site_id)
        today = ui.local_now().date()
        stands = accounts.list_deputies(session, actor.site_id, on=today)
        resets = accounts.may_reset(session, actor, user_id, now=ui.now())
    manages = actor.may(Permission.MANAGE)
    back(_("All people"))
    ui.title(
        card.person.display_name,
        role_words(card) or _("No role"),
        aside=_ways(card, manages=manages, resets=resets),
    )
    with ui.card("person"):
        own = [one for one in stands if one.user_id == user_id]
        facts = markup.facts(_facts(card, windows))
        ui.html(f'<div class="stack">{badges_of(card)}{facts}{_stands(own, windows)}</div>')
    if card.left_on is not None and manages:
        _gone(actor, card)
    elif manages and user_id != actor.user_id:
        _mistake(actor, card)


def _ways(card: Card, *, manages: bool, resets: bool) -> str:
    here, links = f"/people?id={card.person.id}", []
    fresh = not card.has_signed_in
    if manages and card.person.is_active:
        links.append(markup.anchor(_("Let leave"), f"{here}&do=leave", "logout"))
    if resets and not fresh:
        links.append(markup.anchor(_("Reset by a slip"), f"{here}&do=slips", "lock_reset"))
    if manages and not card.is_erased and card.person.is_active:
        look = "secondary" if fresh else "primary"
        links.append(markup.anchor(_("Edit"), f"{here}&do=edit", "edit", look=look))
    if resets and fresh:
        links.append(markup.anchor(_("Print a slip"), f"{here}&do=slips", "print", look="primary"))
    return "".join(links)


def _facts(card: Card, windows: dict[int, str]) -> list[tuple[str, str]]:
    training = " · ".join(part for part in (_day(card.trained_on), card.exam_result) if part)
    found = [
        (_("Windows"), window_words(card, windows)),
        (_("Post"), card.person.display_post),
        (_("Unit"), card.agency),
        (_("Staff number"), card.staff_no),
        (_("User name"), card.login),
        (_("Phone"), card.phone),
        (_("In post since"), _day(card.joined_on)),
        (_("Last training"), training),
    ]
    if card.slip_until is not None:
        until = ui.local_now().tzinfo
        day = card.slip_until.astimezone(until).date()
        found.append((_("Slip good until"), day_text(day, weekday=False, year=True)))
    return found


def _day(day: date | None) -> str:
    return day_text(day, weekday=False, year=True) if day else ""


def _stands(stands: list[Stand], windows: dict[int, str]) -> str:
    lines = []
    for one in stands:
        window = windows.get(one.window_id, "")
        lines.append(f"{window} · {span(one)}")
    if not lines:
        return ""
    return f"<h3>{escape(_('Stands in as lead'))}</h3>" + "".join(
        f"<p>{escape(line)}</p>" for line in lines
    )


def span(stand: Stand) -> str:
    """The days of a deputy in words."""
    first = day_text(stand.first, weekday=False, year=True)
    if stand.last is None:
        return _("from {first}, without an end", first=first)
    return _("{first} to {last}", first=first, last=day_text(stand.last, weekday=False, year=True))


def _gone(actor: Actor, card: Card) -> None:
    """After leaving: the paper, coming back, erasing."""
    user_id = card.person.id
    with reading() as session:
        has_paper = bool(accounts.handovers(session, actor, user_id))
    if has_paper:
        ui.html(
            markup.anchor(
                _("Handover record (PDF)"),
                f"/people/{user_id}/handover.pdf",
                "description",
                new_tab=True,
            )
        )
    if card.is_erased:
        return
    with ui.card("back"):
        ui.html(markup.section(_("Comes back")))
        ui.html(f"<p>{escape(_('The account is opened again, with the windows of before.'))}</p>")
        if st.button(_("Open the account again"), key="person.reopen") and acted(
            lambda session: accounts.reactivate(session, actor, user_id, ui.now()),
            done=_("The account is open. Print a slip for the first sign-in."),
        ):
            st.rerun()
    _erase(actor, card)


def _erase(actor: Actor, card: Card) -> None:
    user_id, name = card.person.id, card.person.display_name
    with ui.card("erase"):
        ui.html(markup.section(_("Erase personal data on request")))
        ui.html(f"<p>{escape(_what_goes())}</p><p>{escape(_what_stays())}</p>")
        with st.form("person.erase", border=False):
            typed = st.text_input(_("Type the name to confirm: {name}", name=name), max_chars=64)
            pressed = st.form_submit_button(_("Erase for good"))
        if pressed and acted(
            lambda session: accounts.erase_person(
                session, actor, user_id, typed=typed, now=ui.now()
            ),
            done=_("Erased. Records show a number in place of the name."),
        ):
            st.rerun()


def _what_goes() -> str:
    return _(
        "Name, English name, phone, staff number, user name and dates are replaced for good by a"
        " number. Records and the journal stay whole. This cannot be undone."
    )


def _what_stays() -> str:
    return _(
        "Signatures under sheets, papers already printed and names written in free texts, such as"
        " descriptions of hazards, stay as long as those records must be kept."
    )


def _mistake(actor: Actor, card: Card) -> None:
    """Somebody added by mistake appears nowhere and can be deleted."""
    user_id = card.person.id
    with reading() as session:
        if accounts.has_records(session, user_id):
            return
    with st.popover(_("Delete: added by mistake")):
        ui.html(f"<p>{escape(_('Nothing names this person yet. Deleting cannot be undone.'))}</p>")
        if st.button(_("Delete for good"), key="person.delete") and acted(
            lambda session: accounts.delete_person(session, actor, user_id, now=ui.now()),
            done=_("Deleted."),
        ):
            ui.go("people")
