"""What an inspector asks for, in one paper."""

from safety_app import ui
from safety_app.core.i18n import _


def render() -> None:
    """Draw the page."""
    ui.title(_("Papers for an inspector"))
