"""What the workplace gives to the application."""

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from safety_app.accounts.permissions import Permission as Accounts
from safety_app.core.feature import Charge, Dossier, Feature, Job, Page, Tile
from safety_app.core.i18n import N_
from safety_app.workplace import dossier, service
from safety_app.workplace.permissions import GRANTS, Permission
from safety_app.workplace.service import end_windows, load_calendar, merge_places, serving
from safety_app.workplace.steps import STEPS


def prepare(session: Session, _now: datetime) -> None:
    """Bring the shipped working calendar up to date."""
    load_calendar(session)


PAGES = (
    Page(
        render="safety_app.workplace.pages.site:render",
        title=N_("The unit"),
        icon="apartment",
        url_path="site",
        order=71,
        permission=Permission.SETTINGS,
        hidden=True,
        setting=True,
        help=N_(
            "Name, legal profile, posts, opening hours and locations of the hall.\n"
            "Go through the parts from left to right; each is saved by itself.\n"
            "The legal profile decides which frequencies plans propose; below each line stands who"
            " decides it and what follows.\n"
            "Opening hours, seasons and locations change tasks that nobody has begun yet; what is"
            " done stays."
        ),
    ),
    Page(
        render="safety_app.workplace.pages.windows:render",
        title=N_("Windows"),
        icon="storefront",
        url_path="windows",
        order=72,
        permission=Permission.SETTINGS,
        hidden=True,
        setting=True,
        help=N_(
            "Add, rename, pause, merge and retire windows.\n"
            "Choose a window to change it; many at once come in from a table.\n"
            "Pause a window that does not serve for some days: its patrols are excused, and the"
            " reason is printed.\n"
            "A window that closes for good is merged into another one or retired. Its records stay"
            " under its own number."
        ),
    ),
    Page(
        render="safety_app.workplace.pages.people:render",
        title=N_("People"),
        icon="group",
        url_path="people",
        order=73,
        permission=Accounts.SEE,
        hidden=True,
        setting=True,
        help=N_("Who works here, in which role, and how they sign in."),
    ),
    Page(
        render="safety_app.workplace.pages.importing:render",
        title=N_("Import from Excel"),
        icon="upload_file",
        url_path="import",
        order=74,
        permission=Permission.SETTINGS,
        hidden=True,
        setting=True,
        help=N_(
            "Bring windows and people in from a table.\n"
            "Download the form, fill in windows and people, and choose the file: nothing is saved"
            " before the preview.\n"
            "Faults are listed by row and column. Correct the table and choose it again, or import"
            " the good rows alone.\n"
            "The same table may be imported again: empty cells change nothing, nobody is removed."
        ),
    ),
    Page(
        render="safety_app.workplace.pages.roster:render",
        title=N_("Duty roster"),
        icon="calendar_view_week",
        url_path="roster",
        order=75,
        permission=Permission.ROSTER,
        hidden=True,
        setting=True,
        help=N_("Who is on duty on which day, who stands in, who is away."),
    ),
    Page(
        render="safety_app.workplace.pages.calendar:render",
        title=N_("Calendar"),
        icon="calendar_month",
        url_path="calendar",
        order=76,
        permission=Permission.CALENDAR,
        hidden=True,
        setting=True,
        help=N_("On which days the hall is open, and why."),
    ),
    Page(
        render="safety_app.workplace.pages.tablets:render",
        title=N_("Tablets and sessions"),
        icon="tablet",
        url_path="tablets",
        order=78,
        permission=Accounts.ENROL,
        hidden=True,
        setting=True,
        help=N_("Enrol shared tablets, revoke lost ones, end sessions."),
    ),
    Page(
        render="safety_app.workplace.pages.account:render",
        title=N_("My account"),
        icon="person",
        url_path="account",
        order=79,
        hidden=True,
        help=N_("Change the own password and six-digit code; see where the account is signed in."),
    ),
)

FEATURE = Feature(
    name="workplace",
    folder=Path(__file__).parent,
    models="safety_app.workplace.models",
    grants=GRANTS,
    pages=PAGES,
    routes="safety_app.workplace.signin.routes:routes",
    commands="safety_app.workplace.commands:register",
    jobs=(Job("workplace.end_windows", 600, end_windows),),
    tiles=(Tile("safety_app.workplace.pages.tiles:nobody", column=0, order=5),),
    serves=serving,
    merge=merge_places,
    dossier=(Dossier(1, dossier.unit),),
    charges=(Charge(N_("Fire safety posts"), service.held_posts, service.hand_over_posts),),
    prepare=prepare,
    demo="safety_app.workplace.demo:DEMO",
    steps=STEPS,
)
