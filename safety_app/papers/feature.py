"""What the papers give to the application."""

from pathlib import Path

from safety_app.core.feature import Feature, Page, Tile
from safety_app.core.i18n import N_
from safety_app.papers import service
from safety_app.papers.dossier import DOSSIER
from safety_app.papers.permissions import GRANTS, Permission

FEATURE = Feature(
    name="papers",
    folder=Path(__file__).parent,
    models="safety_app.papers.models",
    grants=GRANTS,
    pages=(
        Page(
            render="safety_app.papers.pages.shelf:render",
            title=N_("Papers on file"),
            icon="folder_open",
            url_path="papers",
            order=81,
            permission=Permission.VIEW,
            hidden=True,
            setting=True,
            help=N_(
                "Scans of papers from outside and from before, with number, date and expiry.\n"
                "File a paper with its category and date: it stands in the right chapter of what an"
                " inspector asks for.\n"
                "What is missing, has ended or ends within 30 days stands at the top; choose it to"
                " file the new paper beside the old one.\n"
                "Records from before this system are marked as history and are in none of its"
                " figures. A paper is withdrawn with a reason, never deleted."
            ),
        ),
    ),
    tiles=(Tile("safety_app.papers.pages.gaps:tile", column=2, order=70),),
    routes="safety_app.papers.api:ROUTES",
    may_see_file=service.may_see_file,
    dossier=DOSSIER,
    demo="safety_app.papers.demo:DEMO",
)
