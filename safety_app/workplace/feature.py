"""What the workplace gives to the application."""

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from safety_app.accounts.permissions import Permission as Accounts
from safety_app.core.feature import Charge, Dossier, Feature, Job, Page, Tile
from safety_app.core.i18n import N_
from safety_app.workplace import dossier, duty_dossier, service
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
        help=N_(
            "Who works here, in which role, and how they sign in.\nAdd people one by one here, or"
            " many by Excel. Then print their slips: each carries a code for one sign-in, with"
            " which the person sets an own password and six-digit code.\nWhoever has forgotten the"
            " password gets a new slip; leads print those of their own window staff.\nBefore"
            " somebody leaves, all they are in charge of is handed over and printed to sign."
            " Nobody who appears in records is deleted; names are erased on request."
        ),
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
        help=N_(
            "Who is on duty on which day, who stands in, who is away.\n"
            "Tap a day of a window and name who is on duty. Where nobody is named, everybody of the"
            " window is, unless marked away.\n"
            "A stand-in sees and walks the patrol of that window on that day, and may use its"
            " tablet.\n"
            "Copy the week when it repeats; print it for the wall. Days that are over stay as they"
            " were."
        ),
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
        help=N_(
            "On which days the hall is open, and why.\n"
            "Tap a day to read why it is open or closed, and to change it for this hall alone.\n"
            "Own exceptions hold for a period: Saturday service, half days, closed days. Tasks to"
            " come follow at once, what is done stays.\n"
            "When the notice of the next year is announced, bring it in; until then that year is"
            " provisional and lacks the make-up workdays."
        ),
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
        help=N_(
            "Enrol shared tablets, revoke lost ones, end sessions.\nMake a code here and type it on"
            " the tablet, or let the tablet scan it. From then on people sign in there by name and"
            " six-digit code.\nRevoke a tablet that was lost: whoever is signed in on it is out,"
            " and nothing it holds is taken any more. If a tablet breaks, any browser serves with"
            " user name and password."
        ),
    ),
    Page(
        render="safety_app.workplace.pages.account:render",
        title=N_("My account"),
        icon="person",
        url_path="account",
        order=79,
        hidden=True,
        help=N_(
            "Change the own password and six-digit code; see where the account is signed in.\nA"
            " changed password or code signs all other devices out. End a session that is not"
            " yours, and change the password then."
        ),
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
    dossier=(Dossier(1, dossier.unit), Dossier(11, duty_dossier.duty)),
    charges=(
        Charge(N_("Fire safety posts"), service.held_posts, service.hand_over_posts),
        Charge(N_("Days of duty"), service.held_duties, service.hand_over_duties),
    ),
    prepare=prepare,
    demo="safety_app.workplace.demo:DEMO",
    steps=STEPS,
)
