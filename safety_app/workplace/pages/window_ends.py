"""The end of a window: merged into another one, or out of use; asked for twice."""

from collections.abc import Sequence
from datetime import date, timedelta
from html import escape
from typing import Final

import streamlit as st

from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import N_, _, day_text
from safety_app.ui import markup
from safety_app.workplace import service
from safety_app.workplace.pages import doing
from safety_app.workplace.service import Standing, WindowRow

MERGE, RETIRE = "merge", "retire"
WAYS: Final = {
    MERGE: N_("Merge into another window"),
    RETIRE: N_("Take out of use"),
}
LONGEST: Final = timedelta(days=2 * 366)


def draw(actor: Actor, row: WindowRow, rows: Sequence[WindowRow], key: str) -> None:
    """What is planned and can be taken back, or the form and the question."""
    if row.window.retired_on is not None:
        _planned(actor, row, row.window.retired_on, key)
        return
    sure = f"{key}.sure"
    names = {way: _(name) for way, name in WAYS.items()}
    way = ui.segmented(f"{key}.way", names, label=_("What happens to the window"))
    today = ui.local_now().date()
    left, right = st.columns(2)
    with left:
        on = ui.day_input(
            _("From this day on"), value=today + timedelta(days=1), min_value=today,
            max_value=today + LONGEST, key=f"{key}.on",
            on_change=_forget, args=(sure,),
        )  # fmt: skip
    successor = _successor(right, row, rows, key, sure) if way == MERGE else None
    if way == MERGE and successor is None:
        ui.notice("grey", _("Choose the window in which this one goes on."))
        return
    if st.session_state.get(sure) != (way, successor and successor.window.id, on):
        _first_step(row, successor, on, sure, way)
        return
    _confirm(actor, row, successor, on, sure)


def _successor(
    place: "st.delta_generator.DeltaGenerator",
    row: WindowRow,
    rows: Sequence[WindowRow],
    key: str,
    sure: str,
) -> WindowRow | None:
    others = {
        one.window.id: one
        for one in rows
        if one.window.id != row.window.id and one.standing in (Standing.IN_USE, Standing.PAUSED)
    }
    chosen = place.selectbox(
        _("Goes on in"),
        list(others),
        index=None,
        format_func=lambda id_: f"{others[id_].window.code} {others[id_].name}",
        placeholder=_("Choose a window"),
        key=f"{key}.successor",
        on_change=_forget,
        args=(sure,),
    )
    return others.get(chosen) if chosen else None


def _first_step(row: WindowRow, successor: WindowRow | None, on: date, sure: str, way: str) -> None:
    label = _("See what happens")
    if st.button(label, key=f"{sure}.ask", type="primary", icon=":material/arrow_forward:"):
        st.session_state[sure] = (way, successor and successor.window.id, on)
        st.rerun()


def _confirm(
    actor: Actor, row: WindowRow, successor: WindowRow | None, on: date, sure: str
) -> None:
    """The question, the consequences, and a button that repeats the verb."""
    code, day = row.window.code, day_text(on, weekday=False)
    with reading() as session:
        if successor is None:
            told = service.what_ends(session, actor.site_id, row.window.id, on)
        else:
            told = service.what_merges(
                session, actor.site_id, row.window.id, successor.window.id, on
            )
    if successor is None:
        question = _("Take {code} out of use from {day}?", code=code, day=day)
        label = _("Take {code} out of use", code=code)
    else:
        into = successor.window.code
        question = _("Merge {code} into {into} from {day}?", code=code, into=into, day=day)
        label = _("Merge {code} into {into}", code=code, into=into)
    items = "".join(f"<li>{escape(one)}</li>" for one in told)
    final = _("Until that day it can be taken back, afterwards not.")
    if on == ui.local_now().date():
        final = _("It takes effect at once and cannot be taken back.")
    ui.html(markup.notice("orange", final, heading=question,
                          extra=f'<ul class="plainlist">{items}</ul>'))  # fmt: skip
    with st.container(horizontal=True, gap="small"):
        st.button(_("Cancel"), key=f"{sure}.cancel", on_click=_forget, args=(sure,))
        pressed = st.button(label, key=f"{sure}.save", type="primary", width="stretch")
    if doing.saved(
        pressed,
        lambda session: service.retire_window(
            session,
            actor,
            row.window.id,
            site_id=actor.site_id,
            on=on,
            successor_id=successor.window.id if successor else None,
            now=ui.now(),
        ),
        done=_("It is noted: window {code}, {day}.", code=code, day=day),
    ):
        _forget(sure)
        st.rerun()


def _planned(actor: Actor, row: WindowRow, on: date, key: str) -> None:
    day = day_text(on, weekday=False)
    if row.successor:
        words = _("Merges into {code} on {day}", code=row.successor, day=day)
    else:
        words = _("Retires on {day}", day=day)
    with reading() as session:
        if row.window.successor_id:
            told = service.what_merges(
                session, actor.site_id, row.window.id, row.window.successor_id, on
            )
        else:
            told = service.what_ends(session, actor.site_id, row.window.id, on)
    items = "".join(f"<li>{escape(one)}</li>" for one in told)
    may = _("Until that day it can be taken back.")
    ui.html(markup.notice("orange", may, heading=words,
                          extra=f'<ul class="plainlist">{items}</ul>'))  # fmt: skip
    pressed = st.button(_("Take it back, the window stays"), key=f"{key}.keep")
    if doing.saved(
        pressed,
        lambda session: service.keep_window(
            session, actor, row.window.id, site_id=actor.site_id, now=ui.now()
        ),
        done=_("Taken back: window {code} stays in use.", code=row.window.code),
    ):
        st.rerun()


def _forget(sure: str) -> None:
    """Ask again whenever something of the question has changed."""
    st.session_state.pop(sure, None)
