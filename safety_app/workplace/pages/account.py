"""The own account: password, six-digit code, language, where one is signed in."""

from safety_app import ui
from safety_app.core.i18n import _


def render() -> None:
    """Draw the page."""
    ui.title(_("My account"))
