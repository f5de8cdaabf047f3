"""Badges of incidents: level and status; a near miss is good news and looks so."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from hazards.incidents.level import Level
from hazards.incidents.models import STATUS_NAMES, Status
from hazards.incidents.wording import level_text
from safety_app import ui
from safety_app.core.i18n import _
from safety_app.ui import Tone

LEVELS: Final[Mapping[Level | None, tuple[Tone, str]]] = {
    Level.EXTRAORDINARY: ("red", "report"),
    Level.MAJOR: ("red", "report"),
    Level.LARGER: ("red", "report"),
    Level.ORDINARY: ("red", "report"),
    Level.OUTSIDE: ("grey", "remove"),
    Level.MINOR_INJURY: ("orange", "personal_injury"),
    Level.PROPERTY_LOSS: ("yellow", "broken_image"),
    Level.INTERRUPTION: ("blue", "power_off"),
    Level.NEAR_MISS: ("green", "lightbulb"),
    None: ("yellow", "help"),
}
UNDER_WAY: Final[Mapping[Status, str]] = {
    Status.REPORTED: "fact_check",
    Status.CONFIRMED: "task_alt",
    Status.INVESTIGATING: "search",
    Status.ACTING: "build",
}


def level_badge(level: Level | None) -> str:
    """The level in colour, symbol and word."""
    tone, symbol = LEVELS[level]
    return ui.badge(level_text(level), tone, symbol)


def status_badge(status: Status) -> str:
    """A status under way as an outline, one that is over filled."""
    words = _(STATUS_NAMES[status])
    if status is Status.CLOSED:
        return ui.badge(words, "green", "verified")
    if status is Status.VOIDED:
        return ui.badge(words, "grey", "block")
    return ui.outline_badge(words, UNDER_WAY[status])


def days_left(investigate_by: date | None) -> int | None:
    """Days to the end of an investigation that is under way."""
    return (investigate_by - ui.local_now().date()).days if investigate_by else None
