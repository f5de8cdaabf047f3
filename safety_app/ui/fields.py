"""Fields that say in words what they do not take, where Streamlit would keep the value before."""

from datetime import date
from typing import Any, Final, overload

import streamlit as st

from safety_app.core.errors import AppError, DayOutside, DayTooEarly, DayTooLate
from safety_app.core.i18n import day_text
from safety_app.ui.page import notice
from safety_app.ui.session import faults

OLDEST: Final = date(1900, 1, 1)
LATEST: Final = date(2199, 12, 31)
"""What can be typed at all; there it is told in words whether a day is possible."""


@overload
def day_input(
    label: str,
    value: date,
    *,
    key: str,
    min_value: date | None = None,
    max_value: date | None = None,
    **shown: Any,
) -> date: ...
@overload
def day_input(
    label: str,
    value: None = None,
    *,
    key: str,
    min_value: date | None = None,
    max_value: date | None = None,
    **shown: Any,
) -> date | None: ...
def day_input(
    label: str,
    value: date | None = None,
    *,
    key: str,
    min_value: date | None = None,
    max_value: date | None = None,
    **shown: Any,
) -> date | None:
    """A day. One outside its limits is told under the field, and `act` does nothing until it is.

    What is returned then is the nearest day that is possible. A field that nobody has touched
    follows its `value`, which may be tomorrow's in the morning.
    """
    start: Any = min(max(value, OLDEST), LATEST) if isinstance(value, date) else value
    if isinstance(start, date):
        state, before = st.session_state, f"{key}:value"
        is_stale = key in state and state[key] == state.get(before) != start
        state[before] = start
        if is_stale:
            state[key], start = start, "today"  # by this word Streamlit takes what is kept
    found = st.date_input(
        label, start, min_value=OLDEST, max_value=LATEST, format="YYYY-MM-DD", key=key, **shown
    )
    faults().pop(key, None)
    if not isinstance(found, date):
        return None
    first, last = min_value or OLDEST, max_value or LATEST
    if first <= found <= last:
        return found
    fault = _fault(label, found, min_value, max_value)
    faults()[key] = fault
    notice("red", fault.message())
    return min(max(found, first), last)


def _fault(label: str, found: date, first: date | None, last: date | None) -> AppError:
    said = {"field": label, "day": _written(found)}
    if first is None:
        return DayTooLate(last=_written(last), **said)
    if last is None:
        return DayTooEarly(first=_written(first), **said)
    return DayOutside(first=_written(first), last=_written(last), **said)


def _written(day: date | None) -> str:
    return day_text(day, weekday=False, year=True) if day else ""
