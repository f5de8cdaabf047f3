"""What the combined reports give to the application."""

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from safety_app.core.feature import Feature, Job, Page, PaperKind
from safety_app.core.i18n import N_
from safety_app.reports import making
from safety_app.reports.permissions import GRANTS, Permission


def sweep_made(_session: Session, now: datetime) -> int:
    """Remove finished papers that nobody may fetch any more."""
    return making.sweep(now.timestamp())


FEATURE = Feature(
    name="reports",
    folder=Path(__file__).parent,
    models="safety_app.reports.models",
    grants=GRANTS,
    pages=(
        Page(
            render="safety_app.reports.pages.hub:render",
            title=N_("Reports"),
            icon="description",
            url_path="reports",
            order=60,
            permission=Permission.VIEW,
            help=N_(
                "Every paper of the hall: choose what, where and when, then open the PDF or the"
                " tables.\nA monthly report is proposed from the figures. Overview, requests, focus"
                " and remarks can be worded by hand; who did so and when stands on the paper.\nWhat"
                " should be put right before signing is listed with links. The check code changes"
                " with every figure and every word."
            ),
        ),
        Page(
            render="safety_app.reports.pages.dossier:render",
            title=N_("Papers for an inspector"),
            icon="folder_special",
            url_path="dossier",
            order=61,
            permission=Permission.DOSSIER,
            hidden=True,
            help=N_(
                "Everything an inspector asks for, in one paper, with what is missing.\nThe paper"
                " is made anew each time, as of that minute, in eleven chapters with scans behind"
                " them; it takes up to two minutes and goes on if this page is left.\nWhat is not"
                " kept here is listed at its front, so that the paper file can be fetched."
            ),
        ),
    ),
    papers=(
        PaperKind(
            name="window-report",
            title=N_("Monthly report of a window"),
            description=N_("What the lead signs: figures, hazards with pictures, next month."),
            address="/reports/window/{window}/{month}",
            permission=Permission.VIEW,
            order=10,
        ),
        PaperKind(
            name="site-report",
            title=N_("Monthly report of the centre"),
            description=N_("The whole hall for the manager, with all windows beside each other."),
            address="/reports/site/{month}",
            permission=Permission.VIEW,
            order=15,
        ),
    ),
    jobs=(Job("reports.sweep_made", 3600, sweep_made, reads_only=True),),
    routes="safety_app.reports.api:ROUTES",
    commands="safety_app.reports.commands:register",
)
