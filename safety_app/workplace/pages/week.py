"""Opening hours of a week as lines to type in."""

from collections.abc import Mapping
from datetime import time
from typing import Final

import streamlit as st

from safety_app.core.i18n import WEEKDAYS, _, language
from safety_app.workplace import service

Week = Mapping[int, tuple[tuple[time, time], ...]]
Typed = dict[int, str]
WORKDAYS: Final = range(5)
SATURDAY: Final = 5


def alike(week: Week) -> bool:
    """Whether Monday to Friday are served alike."""
    return len({week.get(day, ()) for day in WORKDAYS}) == 1


def inputs(key: str, week: Week, *, each: bool) -> Typed:
    """A line for each weekday, or one for Monday to Friday; what was typed by weekday."""
    names = WEEKDAYS[language()]
    typed: Typed = {}
    if each:
        for day in WORKDAYS:
            typed[day] = _line(f"{key}.{day}", names[day], week.get(day, ()))
    else:
        label = _("{first} to {last}", first=names[0], last=names[4])
        line = _line(f"{key}.workdays", label, week.get(0, ()))
        typed |= dict.fromkeys(WORKDAYS, line)
    for day in range(SATURDAY, 7):
        typed[day] = _line(f"{key}.{day}", names[day], week.get(day, ()))
    return typed


def read(typed: Typed) -> dict[int, tuple[tuple[time, time], ...]]:
    """The hours that were typed; raises for the first line that cannot be read."""
    names = WEEKDAYS[language()]
    return {day: service.read_hours(words, names[day]) for day, words in typed.items()}


def lines(week: Week) -> list[tuple[str, str]]:
    """Weekdays and their hours in words, days alike together."""
    names = WEEKDAYS[language()]
    found: list[tuple[int, int]] = []
    for day in range(7):
        if found and week.get(found[-1][0], ()) == week.get(day, ()):
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return [
        (
            names[first]
            if first == last
            else _("{first} to {last}", first=names[first], last=names[last]),
            service.hours_text(week.get(first, ())) or _("closed"),
        )
        for first, last in found
    ]


def _line(key: str, label: str, segments: tuple[tuple[time, time], ...]) -> str:
    return st.text_input(
        label,
        value=service.hours_text(segments),
        key=key,
        placeholder=_("closed"),
        max_chars=80,
    )
