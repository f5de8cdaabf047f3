"""A window's pauses: those to come and gone by, a new one, and one that ends otherwise."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import streamlit as st

from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.i18n import _, day_text
from safety_app.workplace import service
from safety_app.workplace.models import WindowPause
from safety_app.workplace.pages import doing
from safety_app.workplace.service import WindowRow

LONGEST: Final = timedelta(days=3 * 366)


def draw(actor: Actor, row: WindowRow, _rows: Sequence[WindowRow], key: str) -> None:
    """What is known of pauses, then the form of the next one."""
    today = ui.local_now().date()
    about = _("While a window is paused its patrols are excused: neither missed nor late, and"
              " reports give the reason.")  # fmt: skip
    ui.html(f'<p class="muted">{about}</p>')
    if row.pauses:
        ui.timeline([_entry(one, today) for one in reversed(row.pauses)])
    for pause in row.pauses:
        if pause.last >= today:
            _change(actor, pause, today)
    _add(actor, row, key, today)


def _entry(pause: WindowPause, today: date) -> ui.Entry:
    title = _("{first} to {last}", first=_day(pause.first), last=_day(pause.last))
    if pause.last < today:
        return ui.Entry(title, pause.reason, icon="history")
    now = pause.first <= today
    return ui.Entry(
        title, pause.reason, icon="pause", tone="yellow" if now else "blue", ahead=False
    )


def _add(actor: Actor, row: WindowRow, key: str, today: date) -> None:
    slot = f"{key}.pause.{len(row.pauses)}"
    with st.form(f"{slot}.form", border=False):
        left, right = st.columns(2)
        with left:
            first = ui.day_input(
                _("First day of the pause"), value=today, min_value=today,
                max_value=today + LONGEST, key=f"{slot}.first",
            )  # fmt: skip
        with right:
            last = ui.day_input(
                _("Last day of the pause"), value=today + timedelta(days=6), min_value=today,
                max_value=today + LONGEST, key=f"{slot}.last",
            )  # fmt: skip
        reason = st.text_input(
            _("Reason (printed in reports)"), key=f"{slot}.reason", max_chars=200,
            placeholder=_("Refurbishment, staff on training, service moved for a while …"),
        )  # fmt: skip
        pressed = st.form_submit_button(_("Pause the window"), type="primary", key=f"{slot}.save")
    if doing.saved(
        pressed,
        lambda session: service.pause_window(
            session,
            actor,
            row.window.id,
            site_id=actor.site_id,
            first=first,
            last=last,
            reason=reason,
            now=ui.now(),
        ),
        done=_(
            "Window {code} is paused from {first} to {last}.",
            code=row.window.code,
            first=_day(first),
            last=_day(last),
        ),
    ):
        st.rerun()


def _change(actor: Actor, pause: WindowPause, today: date) -> None:
    """Another last day, or an end now."""
    key = f"windows.pause.{pause.id}"
    begun = pause.first <= today
    label = _("Change the pause from {first} to {last}", first=_day(pause.first),
              last=_day(pause.last))  # fmt: skip
    with st.expander(label):
        with st.form(key, border=False):
            last = ui.day_input(
                _("Last day of the pause"), value=pause.last, min_value=max(today, pause.first),
                max_value=today + LONGEST, key=f"{key}.last",
            )  # fmt: skip
            moved = st.form_submit_button(_("Save the last day"), key=f"{key}.save")
        words = _("The window serves again today") if begun else _("Drop this pause")
        ended = st.button(words, key=f"{key}.end")
    wanted = last if moved else today - timedelta(days=1)
    if doing.saved(
        moved or ended,
        lambda session: service.set_pause_end(
            session, actor, pause.id, site_id=actor.site_id, last=wanted, now=ui.now()
        ),
        done=_("The pause is changed."),
    ):
        st.rerun()


def _day(day: date) -> str:
    return day_text(day, weekday=False)
