"""What emergency plans and rules give to the application."""

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from drills.plans import dossier, sections
from drills.plans.guard import guard
from drills.plans.permissions import GRANTS, Permission
from drills.plans.service import custody
from drills.plans.service.files import may_see_file
from drills.plans.steps import STEPS
from safety_app.core.feature import Charge, Door, Dossier, Feature, Page, PaperKind, Section, Tile
from safety_app.core.i18n import N_

PAGES = (
    Page(
        render="drills.plans.pages.plans:render",
        title=N_("Emergency plans"),
        icon="emergency_home",
        url_path="emergency-plans",
        menu="drills",
        order=46,
        permission=Permission.VIEW,
        hidden=True,
        help=N_(
            "Who does what in a fire, a rush, an electric shock, an illness, a disturbance, an"
            " outage; in versions that never change once they are published.\n"
            "Begin with a proposal, choose the people, correct the steps section by section. A"
            " manager approves and publishes; everybody confirms having read it.\n"
            "A plan says by itself when it is to be revised: after three years, when somebody named"
            " has left, when a thing it counts on is scrapped, or when a drill has shown a gap.\n"
            "Print the plan, the action cards and the contact list here. Which plans were in force"
            " on a day is found at the end of the list."
        ),
    ),
    Page(
        render="drills.plans.pages.plans:render_rules",
        title=N_("Rules of the hall and notices"),
        icon="gavel",
        url_path="hall-rules",
        menu="drills",
        order=47,
        permission=Permission.VIEW,
        hidden=True,
        help=N_(
            "The safety rules of the hall, and what visitors and third parties are told.\n"
            "They are drafted, approved and published in versions like plans, with a date from"
            " which they are in force and who interprets them.\n"
            "Staff and third parties confirm having read theirs. Visitors read the notice on their"
            " phone without signing in: print the poster and hang it up at the entrance."
        ),
    ),
)


def prepare(session: Session, _now: datetime) -> None:
    """Guard what was published."""
    guard(session)


FEATURE = Feature(
    name="plans",
    folder=Path(__file__).parent,
    models="drills.plans.models",
    grants=GRANTS,
    pages=PAGES,
    tiles=(
        Tile("drills.plans.pages.tiles:to_read", column=1, order=40),
        Tile("drills.plans.pages.tiles:to_do", column=1, order=41),
    ),
    routes="drills.plans.routes:ROUTES",
    open_paths=("/rules/",),
    door=Door("/emergency", N_("Emergency"), "emergency"),
    charges=(Charge(N_("Emergency plans"), custody.held, custody.hand_over),),
    papers=(
        PaperKind(
            name="plans.register",
            title=N_("Emergency plans in force"),
            description=N_(
                "Which plans were in force at the end of a month, in which version, and until when"
                " each was to be reviewed."
            ),
            address="/emergency-plans/register/{month}",
            permission=Permission.VIEW,
            formats=("pdf",),
            order=70,
            icon="emergency_home",
        ),
        PaperKind(
            name="plans.contacts",
            title=N_("Contact list for emergencies"),
            description=N_("Numbers outside, and who leads what in the hall, as of today."),
            address="/emergency-plans/contacts",
            permission=Permission.VIEW,
            period="none",
            formats=("pdf",),
            order=71,
            icon="contact_phone",
        ),
        PaperKind(
            name="plans.cards",
            title=N_("Action cards"),
            description=N_("A page in large type for each plan, to hang up where it is needed."),
            address="/emergency-plans/cards",
            permission=Permission.VIEW,
            period="none",
            formats=("pdf",),
            order=72,
            icon="style",
        ),
    ),
    may_see_file=may_see_file,
    dossier=(Dossier(2, dossier.plans_and_rules),),
    sections=(Section("plans", 48, sections.build, blocks_order=78),),
    stands_for=dossier.stands_for,
    steps=STEPS,
    prepare=prepare,
    demo="drills.plans.demo:DEMO",
)
