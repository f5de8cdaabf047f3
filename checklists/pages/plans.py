"""Plans: which checklist, for whom, when, and the year ahead."""

from safety_app import ui
from safety_app.core.i18n import _


def render() -> None:
    """Draw the page."""
    ui.title(_("Plans"))
