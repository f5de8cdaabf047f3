"""How a paper's state is said."""

from safety_app import ui
from safety_app.core.i18n import _, ngettext
from safety_app.papers.service import PaperRow, State


def badges_of(paper: PaperRow) -> str:
    """State and origin of a paper; nothing for one without an end."""
    history = ui.badge(_("History"), "grey", "history") if paper.is_history else ""
    marks = [mark for mark in (_state(paper), history) if mark]
    return ui.badges(*marks) if marks else ""


def _state(paper: PaperRow) -> str:
    days = paper.days_left or 0
    match paper.state:
        case State.WITHDRAWN:
            return ui.badge(_("Withdrawn"), "grey", "block")
        case State.EXPIRED:
            words = ngettext("Ended {n} day ago", "Ended {n} days ago", -days)
            return ui.badge(words, "red", "report", solid=True)
        case State.SOON if days == 0:
            return ui.badge(_("Ends today"), "orange", "warning")
        case State.SOON:
            words = ngettext("Ends in {n} day", "Ends in {n} days", days)
            return ui.badge(words, "orange", "warning")
        case State.VALID:
            return ui.badge(_("Valid"), "green", "check_circle")
        case _:
            return ""
