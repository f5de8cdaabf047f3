"""One place on one day: who is on duty, who stands in, who is away."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Final

import streamlit as st
from sqlalchemy.orm import Session

from safety_app import ui
from safety_app.accounts.service import Person
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.horizon import AHEAD
from safety_app.core.i18n import _, day_text
from safety_app.workplace import service
from safety_app.workplace.pages import away, roster_table
from safety_app.workplace.pages.doing import saved
from safety_app.workplace.service import DutyCell

LONGEST: Final = 92
PAST: Final = timedelta(days=3 * 366)
COUNT: Final = "duty_count"
"""Grows with each change: the next form begins with what is then true."""


def chosen() -> tuple[int | None, date] | None:
    """The place and day of the address."""
    place, _dot, day = st.query_params.get("cell", "").partition(".")
    if not (place.isascii() and place.isdigit() and len(place) < 10):
        return None
    try:
        on = date.fromisoformat(day)
    except ValueError:
        return None
    return (int(place) or None, on) if is_near(on) else None


def is_near(on: date) -> bool:
    """Whether a day of an address is one that people look at."""
    today = ui.local_now().date()
    return today - PAST < on <= today + AHEAD


def draw(actor: Actor, window_id: int | None, on: date) -> None:
    """What is there, then what can be changed."""
    monday = service.monday_of(on)
    with reading() as session:
        days = service.duty_cells(session, actor, monday=monday, window_id=window_id, now=ui.now())
        cell = days[on.weekday()]
        people = service.candidates(session, actor, window_id, on)
        name = (
            _("Common areas")
            if window_id is None
            else service.window_names(session, actor.site_id)[window_id]
        )
    ui.title(name, day_text(on, year=True))
    back = ui.markup.anchor(_("Back to the week"), roster_table.address(monday), "arrow_back")
    strip = [(one, roster_table.address(monday, one)) for one in days]
    st.html(back + roster_table.strip(strip, on, _("Days of the week")))
    with ui.card("duty"):
        _now(cell)
    if not cell.is_editable:
        ui.notice("grey", _("This day is over. Its roster stays as it was."))
        return
    key = f"duty.{window_id or 0}.{on.isoformat()}.{st.session_state.get(COUNT, 0)}"
    known = {one.id: one.display_name for one in people}
    with ui.card("name"):
        _name(actor, cell, people, key)
    stands = any(one.stands_in_for for one in cell.people)
    with st.expander(_("Stand-in"), expanded=stands, icon=":material/swap_horiz:"):
        _stand_in(actor, cell, known, key)
    team = {one.id for one in people if window_id in one.window_ids} | {
        *(one.user_id for one in cell.people),
        *(one.user_id for one in cell.away),
    }
    with st.expander(_("Somebody is away"), icon=":material/person_off:"):
        with reading() as session:
            own = {one.id for one in service.absentees(session, actor)}
        mine = {id_: label for id_, label in known.items() if id_ in own}
        near = {id_: label for id_, label in mine.items() if id_ in team}
        away.form(actor, near or mine, on, key=f"{key}.away")


def _now(cell: DutyCell) -> None:
    """Who is there as things stand."""
    if cell.pause:
        ui.notice("grey", _("The window is paused on this day: {reason}", reason=cell.pause))
    elif not cell.is_open:
        ui.notice("grey", _("Closed on this day."))
    elif cell.has_nobody:
        ui.notice("red", _("Nobody is on duty. Name somebody or enter a stand-in."))
    how = (
        ui.markup.badge(_("Named"), "petrol", "how_to_reg")
        if cell.is_set
        else ui.markup.badge(_everybody(cell), "grey", "groups")
    )
    ui.html(ui.markup.section(_("On duty"), how) + roster_table.people_list(cell))


def _everybody(cell: DutyCell) -> str:
    """Who is on duty where nobody is named."""
    return _("All safety officers") if cell.window_id is None else _("Everybody of the window")


def _name(actor: Actor, cell: DutyCell, people: list[Person], key: str) -> None:
    """Tap those on duty; others of the hall by name."""
    place = cell.window_id
    named = {one.user_id for one in cell.people if not one.stands_in_for} | {
        one.user_id for one in cell.away
    }
    near = {
        one.id: one.display_name for one in people if place in one.window_ids or one.id in named
    }
    far = {one.id: one.display_name for one in people if one.id not in near}
    ui.html(ui.markup.section(_("Name who is on duty")))
    picked = st.pills(
        _("Who is on duty"),
        list(near),
        selection_mode="multi",
        format_func=near.__getitem__,
        default=[id_ for id_ in near if id_ in named] if cell.is_set else None,
        key=f"{key}.named",
        label_visibility="collapsed",
    )
    other = _choose(_("Somebody from elsewhere (optional)"), far, f"{key}.other")
    users = [*picked, *([other] if other else [])]
    with st.container(horizontal=True, gap="small"):
        if st.button(_("Save who is on duty"), key=f"{key}.save", type="primary"):
            if not users:
                ui.notice("orange", _("Tap at least one name."))
            else:
                _set(actor, cell, users, _("The roster is saved."))
        if cell.is_set and st.button(
            _("Back to: {who}", who=_everybody(cell)), key=f"{key}.all", icon=":material/undo:"
        ):
            _set(actor, cell, [], _("On duty again: {who}.", who=_everybody(cell)))


def _set(actor: Actor, cell: DutyCell, users: list[int], done: str) -> None:
    _do(
        lambda session: service.set_duty(
            session, actor, site_id=actor.site_id, on=cell.on, window_id=cell.window_id,
            user_ids=users, now=ui.now(),
        ),
        done,
    )  # fmt: skip


def _stand_in(actor: Actor, cell: DutyCell, known: Mapping[int, str], key: str) -> None:
    """Who comes for whom, until when."""
    for one in cell.people:
        if one.stands_in_for:
            _take_back(actor, cell, one.user_id, one.name, one.stands_in_for, key)
    expected = {
        **{one.user_id: one.name for one in cell.people if not one.stands_in_for},
        **{one.user_id: one.name for one in cell.away},
    }
    whom = _choose(_("Who is replaced"), expected, f"{key}.whom")
    rest = {id_: label for id_, label in known.items() if id_ not in expected}
    who = _choose(_("Who comes instead"), rest, f"{key}.who")
    until = ui.day_input(
        _("Until (open days)"),
        value=cell.on,
        min_value=cell.on,
        max_value=cell.on + timedelta(days=LONGEST - 1),
        key=f"{key}.until",
    )
    if not st.button(_("Enter the stand-in"), key=f"{key}.enter"):
        return
    if not (whom and who):
        ui.notice("orange", _("Choose who is replaced and who comes instead."))
        return
    _do(
        lambda session: service.stand_in(
            session, actor, site_id=actor.site_id, window_id=cell.window_id, on=cell.on,
            until=until if until > cell.on else None, for_id=whom, user_id=who, now=ui.now(),
        ),
        _("{name} stands in for {other}.", name=known[who], other=expected[whom]),
    )  # fmt: skip


def _take_back(actor: Actor, cell: DutyCell, user_id: int, name: str, other: str, key: str) -> None:
    label = _("Take back: {name} for {other}", name=name, other=other)
    if st.button(label, key=f"{key}.back.{user_id}", icon=":material/undo:"):
        _do(
            lambda session: service.remove_stand_in(
                session, actor, site_id=actor.site_id, window_id=cell.window_id, on=cell.on,
                user_id=user_id, now=ui.now(),
            ),
            _("The stand-in is taken back."),
        )  # fmt: skip


def _choose(label: str, options: Mapping[int, str], key: str) -> int | None:
    return st.selectbox(
        label,
        list(options),
        index=None,
        format_func=lambda id_: options.get(id_, ""),
        placeholder=_("Choose a person"),
        key=key,
    )


def _do(action: Callable[[Session], object], done: str) -> None:
    """One change; the page anew when it is made."""
    if saved(True, action, done):
        st.session_state[COUNT] = int(st.session_state.get(COUNT, 0)) + 1
        st.rerun()
