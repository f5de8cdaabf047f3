"""What the papers give to the application."""

from pathlib import Path

from safety_app.core.feature import Feature, Page
from safety_app.core.i18n import N_
from safety_app.papers.permissions import GRANTS, Permission

FEATURE = Feature(
    name="papers",
    folder=Path(__file__).parent,
    models="safety_app.papers.models",
    grants=GRANTS,
    pages=(
        Page(
            render="safety_app.papers.pages.shelf:render",
            title=N_("Papers"),
            icon="folder_open",
            url_path="papers",
            order=81,
            permission=Permission.VIEW,
            hidden=True,
            setting=True,
            help=N_("Scans of papers from outside and from before, with number, date and expiry."),
        ),
    ),
)
