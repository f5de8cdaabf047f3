"""The unit: profile, posts, opening hours, seasons, locations."""

from safety_app import ui
from safety_app.core.i18n import _


def render() -> None:
    """Draw the page."""
    ui.title(_("The unit"))
