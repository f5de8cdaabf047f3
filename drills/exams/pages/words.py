"""What the pages of exams share: badges, lines of facts, buttons at the end of a form."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import streamlit as st

from drills.exams.drawing import parts_of
from drills.exams.models import KIND_NAMES, Exam, Kind
from drills.exams.service.results import Brief
from safety_app.core.i18n import _, day_text, ngettext
from safety_app.ui import markup

KIND_ICONS: Final[Mapping[str, str]] = {
    Kind.SINGLE: "radio_button_checked",
    Kind.MULTIPLE: "check_box",
    Kind.TRUE_FALSE: "rule",
}
LEAST_SHARE: Final = 60
"""A question that fewer per cent answer rightly is worth a look."""


def number(text: object) -> int:
    """An id of an address; 0 where it is none."""
    said = str(text or "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


def back(label: str, href: str) -> str:
    """The way back, for the side of a title."""
    return markup.anchor(label, href, "arrow_back")


def short_day(day: date) -> str:
    """A day with its year and without its weekday."""
    return day_text(day, weekday=False, year=True)


def exam_line(exam: Exam) -> str:
    """How much is asked in what time, and what passes."""
    count = sum(one.count for one in parts_of(exam.parts))
    return _(" · ").join(
        (
            ngettext("{n} question", "{n} questions", count),
            ngettext("{n} minute", "{n} minutes", exam.minutes),
            _("passed from {percent}%", percent=exam.pass_percent),
        )
    )


def passed_badge(passed: bool, *, struck: bool = False) -> str:
    """Passed or not; a struck one counts for nothing."""
    if struck:
        return markup.badge(_("Struck"), "grey", "block")
    if passed:
        return markup.badge(_("Passed"), "green", "check_circle")
    return markup.badge(_("Not passed"), "red", "report")


def result_line(one: Brief) -> str:
    """Day, points and number of a result."""
    parts = (
        short_day(one.held_on),
        _("{score} points", score=one.score),
        _("{percent} of 100", percent=f"{one.percent:g}"),
    )
    return _(" · ").join(parts)


def kind_names() -> dict[str, str]:
    """The kinds of questions in the current language."""
    return {str(kind): _(KIND_NAMES[kind]) for kind in Kind}


def submit(label: str, key: str) -> bool:
    """The button at the end of a form, large."""
    with st.container(key=f"big_{key.replace('.', '_')}"):
        return st.form_submit_button(label, type="primary", key=f"{key}.go", width="stretch")


def press(label: str, key: str) -> bool:
    """The same where the fields depend on each other."""
    with st.container(key=f"big_{key.replace('.', '_')}"):
        return st.button(label, type="primary", key=f"{key}.go", width="stretch")


def select(label: str, options: Mapping[Any, str], key: str, value: Any = None) -> Any:
    """A choice; nothing is preset unless there is a value."""
    found = list(options)
    return st.selectbox(
        label, found, index=found.index(value) if value in options else None,
        format_func=lambda one: options.get(one, str(one)), placeholder=_("Choose"), key=key,
    )  # fmt: skip
