"""Badges of the house: how urgent, how far, how long; colour, symbol and word together."""

from typing import Final

from safety_app.core.i18n import N_, _, ngettext
from safety_app.ui.markup import Tone, badge, outline_badge

_LEVELS: Final[dict[str, tuple[Tone, str, str]]] = {
    "urgent": ("red", "report", N_("Urgent")),
    "serious": ("orange", "warning", N_("Serious")),
    "moderate": ("yellow", "error", N_("Moderate")),
    "minor": ("blue", "info", N_("Minor")),
}
_UNDER_WAY: Final[dict[str, tuple[str, str]]] = {
    "registered": ("person_add", N_("Unassigned")),
    "assigned": ("build", N_("Fixing")),
    "fixed": ("fact_check", N_("To verify")),
    "sent_back": ("undo", N_("Sent back")),
    "extended": ("event_repeat", N_("Extended")),
}
_OVER: Final[dict[str, tuple[Tone, str, str]]] = {
    "closed": ("green", "verified", N_("Closed")),
    "voided": ("grey", "block", N_("Not a hazard")),
}
_STATES: Final[dict[str, tuple[Tone, str, str]]] = {
    "upcoming": ("grey", "schedule", N_("Not yet open")),
    "open": ("petrol", "play_arrow", N_("Open now")),
    "late": ("orange", "alarm", N_("Late")),
    "missed": ("red", "event_busy", N_("Missed")),
    "done": ("green", "check_circle", N_("Done")),
    "done_late": ("yellow", "check_circle", N_("Done late")),
    "on_paper": ("yellow", "description", N_("Handed in on paper")),
    "excused": ("grey", "block", N_("Does not count")),
}


def level_badge(level: str) -> str:
    """`urgent`, `serious`, `moderate` or `minor`."""
    tone, symbol, word = _LEVELS[str(level)]
    return badge(_(word), tone, symbol)


def status_badge(status: str, *, sent_back: bool = False) -> str:
    """A stored status of a hazard; an assigned one that came back says so."""
    name = "sent_back" if sent_back and status == "assigned" else str(status)
    if name in _OVER:
        tone, symbol, word = _OVER[name]
        return badge(_(word), tone, symbol)
    symbol, word = _UNDER_WAY[name]
    return outline_badge(_(word), symbol)


def extended_badge(times: int = 1) -> str:
    """The date was put off; empty if it never was."""
    return outline_badge(_("Extended"), "event_repeat") if times else ""


def due_badge(days_left: int | None) -> str:
    """Days to the deadline: pale while there is time, solid once it is over."""
    if days_left is None:
        return ""
    if days_left < 0:
        over = -days_left
        text = ngettext("{n} day overdue", "{n} days overdue", over)
        return badge(text, "red", "alarm", solid=True)
    if days_left == 0:
        return badge(_("Due today"), "orange", "today")
    return badge(ngettext("{n} day left", "{n} days left", days_left), "grey", "schedule")


def state_badge(state: str, text: str = "") -> str:
    """The state of a task; `text` says it more closely (“4 minutes late”)."""
    tone, symbol, word = _STATES[str(state)]
    return badge(text or _(word), tone, symbol)
