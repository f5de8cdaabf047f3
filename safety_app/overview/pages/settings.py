"""Settings: every page by which a hall is set up, as far as this person may open it."""

from html import escape

from safety_app import ui
from safety_app.core.feature import Page
from safety_app.core.i18n import _
from safety_app.features import features
from safety_app.ui import markup
from safety_app.ui.frame import knows


def render() -> None:
    """A tile for each page, in the order of setting up."""
    ui.title(_("Settings"))
    pages = _pages()
    if not pages:
        ui.empty(
            _("Nothing to set up here"),
            _("The own password and code are changed under “My account”."),
            symbol="settings",
        )
        return
    ui.html(f'<ul class="hub">{"".join(_tile(page) for page in pages)}</ul>')


def _pages() -> list[Page]:
    found = [page for feature in features() for page in feature.pages if page.setting]
    return sorted((page for page in found if knows(page.url_path)), key=lambda page: page.order)


def _tile(page: Page) -> str:
    first = _(page.help).partition("\n")[0]
    return (
        f'<li><a href="/{escape(page.url_path, quote=True)}">{markup.icon(page.icon)}'
        f"<span><strong>{escape(_(page.title))}</strong><small>{escape(first)}</small></span></a></li>"
    )
