"""What the combined reports give to the application."""

from pathlib import Path

from safety_app.core.feature import Feature, Page
from safety_app.core.i18n import N_
from safety_app.reports.permissions import GRANTS, Permission

FEATURE = Feature(
    name="reports",
    folder=Path(__file__).parent,
    models="safety_app.reports.models",
    grants=GRANTS,
    pages=(
        Page(
            render="safety_app.reports.pages.window:render",
            title=N_("Reports"),
            icon="description",
            url_path="reports",
            order=60,
            permission=Permission.VIEW,
        ),
        Page(
            render="safety_app.reports.pages.dossier:render",
            title=N_("Papers for an inspector"),
            icon="folder_special",
            url_path="dossier",
            order=61,
            permission=Permission.DOSSIER,
            hidden=True,
            help=N_("Everything an inspector asks for, in one paper, with what is missing."),
        ),
    ),
    routes="safety_app.reports.api:ROUTES",
    commands="safety_app.reports.commands:register",
)
