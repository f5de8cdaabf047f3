"""The second signature."""

from safety_app import ui
from safety_app.core.i18n import _


def render() -> None:
    """Draw the page."""
    ui.title(_("Countersign"))
