"""What several forms ask for: the place, a moment, people hurt, the loss."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

import streamlit as st

from hazards.incidents.level import FEN
from hazards.incidents.service.figures import MOST_PEOPLE, MOST_YUAN, Numbers
from hazards.service import Places
from safety_app import ui
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.i18n import N_, _

WINDOW, AREA, ELSEWHERE = "w", "l", "e"
PEOPLE: Final = (
    ("deaths", N_("Dead")),
    ("missing", N_("Missing (number)")),
    ("serious", N_("Seriously injured (with acute poisoning)")),
    ("minor", N_("Slightly injured (number)")),
)
AHEAD: Final = timedelta(days=366)
"""How far a day may be typed: what lies in the future is refused with a sentence."""


def label(words: str) -> None:
    """A caption over a group that has none of its own."""
    ui.html(f'<p class="muted">{words}</p>')


def place_names(places: Places) -> dict[str, str]:
    """Windows and common areas by the value of their choice."""
    names = {f"{WINDOW}{found}": name for found, name in places.windows.items()}
    for found, name in places.locations.items():
        names[f"{AREA}{found}"] = _("Common area: {name}", name=name)
    return names | {ELSEWHERE: _("Somewhere else (say where below)")}


def place_input(key: str, places: Places, default: str | None) -> str | None:
    """One list of windows and common areas; the person's own window is chosen already."""
    names = place_names(places)
    return st.selectbox(
        _("Where"),
        list(names),
        index=list(names).index(default) if default in names else None,
        format_func=names.__getitem__,
        placeholder=_("Choose the window or area"),
        key=f"{key}.place",
    )


def own_place(places: Places) -> str | None:
    """The window of somebody who has just one."""
    return f"{WINDOW}{places.own[0]}" if len(places.own) == 1 else None


def place_ids(place: str | None) -> tuple[int | None, int | None]:
    """The window and the common area that a choice means."""
    kind, number = (place or "")[:1], (place or "")[1:]
    return (
        int(number) if kind == WINDOW else None,
        int(number) if kind == AREA else None,
    )


def place_value(window_id: int | None, location_id: int | None) -> str:
    """The choice that stands for a place."""
    if window_id:
        return f"{WINDOW}{window_id}"
    return f"{AREA}{location_id}" if location_id else ELSEWHERE


def moment_input(key: str, words: str, actor: Actor, moment: datetime) -> datetime | None:
    """A day and a time of the hall's clock; nothing where one of them is empty."""
    local = moment.astimezone(clock.zone(actor.timezone))
    with st.container(key=f"filters_{key.replace('.', '_')}", horizontal=True, gap="small"):
        day = ui.day_input(
            _("{what}: date", what=words),
            _first(f"{key}.day", local.date(), "today"),
            min_value=date(2000, 1, 1),
            max_value=local.date() + AHEAD,
            key=f"{key}.day",
        )
        at = st.time_input(
            _("{what}: clock", what=words),
            _first(f"{key}.time", local.time().replace(second=0, microsecond=0), "now"),
            step=60,
            key=f"{key}.time",
        )
    return joined(day, at, actor)


def joined(day: date | None, at: time | None, actor: Actor) -> datetime | None:
    """A day and a time as a moment."""
    if not isinstance(day, date) or at is None:
        return None
    return clock.at_local(day, at, actor.timezone)


def numbers_input(key: str, known: Mapping[str, int], loss_fen: int | None) -> Numbers:
    """How many people, and the direct loss as far as it is known."""
    with st.container(key=f"filters_{key.replace('.', '_')}_people", horizontal=True, gap="small"):
        counts = {name: _count(f"{key}.{name}", _(words), known.get(name, 0))
                  for name, words in PEOPLE}  # fmt: skip
    return Numbers(**counts, loss_fen=loss_input(key, loss_fen))


def loss_input(key: str, known: int | None) -> int | None:
    """The direct loss in yuan; empty while nobody knows it."""
    found = st.number_input(
        _("Direct loss in yuan (empty: not known yet)"),
        min_value=0.0,
        max_value=float(MOST_YUAN),
        value=None if known is None or f"{key}.loss" in st.session_state else known / FEN,
        step=100.0,
        format="%.2f",
        placeholder=_("For example 1200"),
        key=f"{key}.loss",
    )
    return None if found is None else int((Decimal(str(round(found, 2))) * FEN).to_integral_value())


def _count(key: str, words: str, value: int) -> int:
    found = st.number_input(
        words,
        min_value=0,
        max_value=MOST_PEOPLE,
        value=_first(key, value, "min"),
        step=1,
        format="%d",
        key=key,
    )
    return int(found or 0)


def _first(key: str, value: Any, neutral: str) -> Any:
    """What a field begins with, unless its state is there already (a draft's)."""
    return neutral if key in st.session_state else value
