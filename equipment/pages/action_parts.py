"""The fields that several steps of an item ask for, and the last row of their forms."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from html import escape
from typing import Final

import streamlit as st
from sqlalchemy.orm import Session

from equipment.models import Item, Step
from equipment.pages.registering import AREA, DONE, WINDOW
from equipment.service.choices import choices
from equipment.service.detail import ItemDetail
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _

OLDEST: Final = date(1990, 1, 1)
MOST_FILES: Final = 10
OPEN_FORM: Final = "equipment.step"
Run = Callable[[Session, Actor, int], Item]
"""The step itself: what it does with the version of the item that was shown."""


def key_of(item: ItemDetail, step: Step) -> str:
    """What the names of a form's fields begin with."""
    return f"{OPEN_FORM}.{step}.{item.id}"


def day_input(key: str, label: str) -> date:
    """The day on which it was done, today unless said otherwise."""
    today = ui.local_now().date()
    return ui.day_input(label, today, min_value=OLDEST, max_value=today, key=f"{key}.day")


def cost_input(key: str, label: str) -> Decimal | None:
    """What it cost in yuan, if that is known."""
    found = st.number_input(
        label, min_value=0.0, value=None, step=10.0, format="%.2f", key=f"{key}.yuan",
        placeholder=_("For example 120"),
    )  # fmt: skip
    return None if found is None else Decimal(str(round(found, 2)))


def file_inputs(key: str, label: str) -> list[int]:
    """Photos and documents that prove it."""
    ui.html(f'<p class="muted">{escape(label)}</p>')
    return ui.file_input(f"{key}.files", most=MOST_FILES)


def firm_input(key: str, label: str, value: str = "") -> str:
    """Who did it."""
    return st.text_input(label, value, key=f"{key}.firm", max_chars=100)


def certificate_input(key: str, label: str) -> str:
    """The number on the paper that the firm gave."""
    return st.text_input(label, key=f"{key}.certificate", max_chars=64)


def note_input(key: str, label: str, value: str = "", *, limit: int = 500) -> str:
    """A few words."""
    return st.text_area(label, value, key=f"{key}.note", max_chars=limit, height=80)


def place_input(
    key: str, actor: Actor, label: str, window_id: int | None, location_id: int | None
) -> dict[str, int | None]:
    """A window or common area to which this person may bring something."""
    with reading() as session:
        offered = choices(session, actor)
    names = {f"{WINDOW}{one}": name for one, name in offered.windows.items()}
    names |= {
        f"{AREA}{one}": _("Common area: {name}", name=name)
        for one, name in offered.locations.items()
    }
    now = f"{WINDOW}{window_id}" if window_id else f"{AREA}{location_id}"
    place = st.selectbox(
        label,
        list(names),
        index=list(names).index(now) if now in names else None,
        format_func=names.__getitem__,
        placeholder=_("Choose the window or area"),
        key=f"{key}.place",
    )
    if place == now:  # an item at a window may belong to an area beside
        return {"window_id": window_id, "location_id": location_id}
    return {
        "window_id": int(place[1:]) if place and place[0] == WINDOW else None,
        "location_id": int(place[1:]) if place and place[0] == AREA else None,
    }


def choice_input(key: str, label: str, names: Mapping[int, str], value: int | None) -> int | None:
    """One of these by id, or none."""
    return st.selectbox(
        label,
        list(names),
        index=list(names).index(value) if value is not None and value in names else None,
        format_func=names.__getitem__,
        placeholder=_("Choose"),
        key=key,
    )


def submit(
    item: ItemDetail,
    step: Step,
    label: str,
    run: Run,
    *,
    done: Callable[[Item], str],
    icon: str = "check",
) -> None:
    """The form's last row: leave, or take the step with the version that was shown."""
    key = key_of(item, step)
    version = int(st.session_state.setdefault(f"{key}.version", item.row_version))
    with st.container(key="bar_form"):
        message = st.container()
        with st.container(
            key="big_submit", horizontal=True, gap="small", vertical_alignment="center"
        ):
            st.button(_("Cancel"), key=f"{key}.cancel", on_click=leave, args=(item.code, key))
            pressed = st.button(
                label, key=f"{key}.go", type="primary", icon=f":material/{icon}:", width="stretch"
            )
    if not pressed:
        return
    actor = ui.current_actor()
    with message:
        taken = ui.act(lambda session: run(session, actor, version))
    if taken is not None:
        leave(taken.code, key)
        st.session_state[DONE] = done(taken)
        st.rerun()
    # Whoever was told of a change has seen it now: the next attempt is meant.
    st.session_state[f"{key}.version"] = item.row_version


def leave(code: str, key: str) -> None:
    """Close the form; the next one begins with what is then true."""
    for name in [name for name in st.session_state if str(name).startswith(f"{key}.")]:
        del st.session_state[name]
    st.query_params.from_dict({"item": code})


def head(title: str, *said: str) -> None:
    """What the form is for, and what to know before filling it in."""
    lines = "".join(f'<p class="muted">{escape(one)}</p>' for one in said if one)
    ui.html(ui.markup.section(title) + lines)
