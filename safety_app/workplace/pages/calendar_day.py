"""One day of the calendar: what it is, why, and the hall's own word on it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from html import escape
from typing import Final

import streamlit as st

from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _, day_text
from safety_app.workplace import service
from safety_app.workplace.calendar_errors import HoursIncomplete
from safety_app.workplace.models import DayKind
from safety_app.workplace.pages import calendar_year
from safety_app.workplace.pages.doing import saved
from safety_app.workplace.service import Before, Day, Origin, Own

CLOSED, OPEN, SHORT = "closed", "open", "short"
UNDO: Final = "calendar.undo"
HALF_DAY: Final = "09:00–12:00"
Word = Callable[[], Own]
"""What was chosen; called when it is saved, it raises where the hours cannot be read."""


def draw(actor: Actor, on: date) -> None:
    """Facts first, then what can be changed."""
    with reading() as session:
        day = service.day(session, actor.site_id, on)
    ui.title(day_text(on, year=True), _state(day))
    st.html(_links(on))
    with ui.card("day"):
        ui.html(f"<p>{escape(day.why)}</p>")
    undo(actor)
    if on < ui.local_now().date():
        ui.notice("grey", _("This day is over and stays as it was."))
        return
    with ui.card("own_word"):
        ui.html(ui.markup.section(_("The hall's own word on this day")))
        own = choose(f"day.{on.isoformat()}", _default(day))
        with st.container(horizontal=True, gap="small"):
            save = st.button(_("Save for this day"), key=f"day.{on}.save", type="primary")
            back = day.origin is Origin.OWN and st.button(
                _("Take the own word back"), key=f"day.{on}.back", icon=":material/undo:"
            )
    if save:
        write(actor, [on], own, _("Saved: {day}.", day=day_text(on)))
    if back:
        write(actor, [on], None, _("The own word is taken back."))


def choose(key: str, default: str) -> Word:
    """Closed, open, or open at hours of its own; and why."""
    kinds = {
        CLOSED: _("Not open"),
        OPEN: _("As usual"),
        SHORT: _("Other hours"),
    }
    kind = ui.segmented(f"{key}.kind", kinds, label=_("What it is"), default=default)
    hours = ""
    if kind == SHORT:
        hours = st.text_input(
            _("Opening hours of the day"), value=HALF_DAY, key=f"{key}.hours", max_chars=40
        )
    note = st.text_input(
        _("Reason, shown on the calendar"),
        key=f"{key}.note",
        max_chars=64,
        placeholder=_("Saturday service, stocktaking, power cut…"),
    )
    note_en = st.text_input(_("Reason in English (optional)"), key=f"{key}.note_en", max_chars=64)
    own = Own(
        kind=DayKind.OFF if kind == CLOSED else DayKind.WORKDAY,
        note=note or "",
        note_en=note_en or "",
    )
    return lambda: _with_hours(own, hours or "") if kind == SHORT else own


def write(actor: Actor, days: list[date], word: Word | None, done: str) -> None:
    """Say it, keep what was before for one undo, and draw the page anew."""
    before = ui.act(
        lambda session: service.set_days(
            session,
            actor,
            site_id=actor.site_id,
            on=days,
            own=word() if word else None,
            now=ui.now(),
        ),
        done=done,
    )
    if before is not None:
        st.session_state[UNDO] = before
        st.rerun()


def undo(actor: Actor) -> None:
    """One step back, while this visit lasts."""
    before: Before | None = st.session_state.get(UNDO)
    if not before:
        return
    if saved(
        st.button(_("Undo the last change"), key="calendar.undo_it", icon=":material/undo:"),
        lambda session: service.put_back(
            session, actor, site_id=actor.site_id, before=before, now=ui.now()
        ),
        _("The calendar is as it was before."),
    ):
        del st.session_state[UNDO]
        st.rerun()


def _with_hours(own: Own, typed: str) -> Own:
    segments = service.read_hours(typed, _("Opening hours of the day"))
    if len(segments) != 1:
        raise HoursIncomplete()
    ((opens, closes),) = segments
    return replace(own, opens=opens, closes=closes)


def _default(day: Day) -> str:
    if day.is_open:
        return SHORT if day.is_short else CLOSED
    return OPEN


def _state(day: Day) -> str:
    state = _("Open to the public") if day.is_open else _("Closed to the public")
    return _("{state}, provisional", state=state) if day.provisional else state


def _links(on: date) -> str:
    before, after = calendar_year.neighbours(on)
    parts = (
        (_("Back to the year"), f"/calendar?year={on.year}", "arrow_back"),
        (day_text(before, weekday=False), calendar_year.address(before), "chevron_left"),
        (day_text(after, weekday=False), calendar_year.address(after), "chevron_right"),
    )
    links = "".join(ui.markup.anchor(label, href, symbol) for label, href, symbol in parts)
    return f'<div class="steps">{links}</div>'
