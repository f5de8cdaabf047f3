"""The hall's own exceptions: for a period at once, listed, taken back."""

from datetime import timedelta
from html import escape
from typing import Final

import streamlit as st

from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.errors import AppError
from safety_app.core.i18n import WEEKDAYS, _, day_text, language, ngettext
from safety_app.workplace import service
from safety_app.workplace.models import DayKind
from safety_app.workplace.pages import calendar_day
from safety_app.workplace.service import Exceptions, Own

AHEAD: Final = timedelta(days=2 * 366)
PERIOD: Final = timedelta(days=365)
FEW: Final = 3
SEARCH_PAST: Final = 12


def draw(actor: Actor) -> None:
    """The form, one step back, and what holds already."""
    today = ui.local_now().date()
    with ui.card("period"):
        _period(actor)
    calendar_day.undo(actor)
    with reading() as session:
        found = service.list_exceptions(session, actor.site_id, today, today + AHEAD)
    if not found:
        ui.empty(
            _("No exceptions of the hall's own"),
            _("The hall follows the public calendar and its opening hours."),
            symbol="event_available",
        )
        return
    _list(actor, _search(found))


def _period(actor: Actor) -> None:
    """From when to when, on which weekdays, and what holds there."""
    today = ui.local_now().date()
    ui.html(ui.markup.section(_("New exception")))
    left, right = st.columns(2)
    with left:
        first = ui.day_input(
            _("From"), value=today, min_value=today, max_value=today + AHEAD,
            key="own.first",
        )  # fmt: skip
    with right:
        last = ui.day_input(
            _("To"), value=today, min_value=today, max_value=today + AHEAD,
            key="own.last",
        )  # fmt: skip
    names = WEEKDAYS[language()]
    weekdays = list(range(7))
    if last > first:
        weekdays = st.pills(
            _("On these weekdays (none chosen: every day)"),
            list(range(7)),
            selection_mode="multi",
            format_func=names.__getitem__,
            key="own.weekdays",
        ) or list(range(7))
    own = calendar_day.choose("own", calendar_day.CLOSED)
    if not st.button(_("Save the exception"), key="own.save", type="primary"):
        return
    try:
        days = service.spread(first, last, weekdays)
    except AppError as problem:
        ui.failed(problem)
        return
    done = ngettext("Saved for {n} day.", "Saved for {n} days.", len(days))
    calendar_day.write(actor, days, own, done)


def _list(actor: Actor, found: list[Exceptions]) -> None:
    ui.html(ui.markup.section(_("What holds from today on")))
    for number, one in enumerate(found):
        with (
            ui.card(f"exception_{number}"),
            st.container(horizontal=True, gap="small", vertical_alignment="center"),
        ):
            ui.html(_line(one))
            if st.button(
                _("Take back"), key=f"own.back.{number}", icon=":material/undo:", width="content"
            ):
                days = ngettext("{n} day", "{n} days", len(one.days))
                calendar_day.write(
                    actor, list(one.days), None, _("Taken back for {days}.", days=days)
                )


def _line(one: Exceptions) -> str:
    first = ", ".join(day_text(on, year=True) for on in one.days[:FEW])
    if len(one.days) > FEW:
        first = _(
            "{first} … {last}, {n} days",
            first=day_text(one.days[0], year=True),
            last=day_text(one.days[-1], year=True),
            n=len(one.days),
        )
    return f"<p><strong>{escape(word_of(one.own))}</strong><br>{escape(first)}</p>"


def word_of(own: Own) -> str:
    """What the hall says, with its reason."""
    if own.kind is DayKind.OFF:
        word = _("Closed to the public")
    elif own.opens and own.closes:
        word = _("Open {hours}", hours=service.hours_text(((own.opens, own.closes),)))
    else:
        word = _("Open at the usual hours")
    return f"{word} · {own.display_note}" if own.note else word


def _search(found: list[Exceptions]) -> list[Exceptions]:
    if len(found) <= SEARCH_PAST:
        return found
    text = st.text_input(
        _("Search"),
        key="own.text",
        placeholder=_("Search a reason"),
        label_visibility="collapsed",
        icon=":material/search:",
        max_chars=60,
    )
    wanted = (text or "").strip().casefold()
    return [one for one in found if wanted in word_of(one.own).casefold()]
