"""What drills give to the application."""

from pathlib import Path

from drills.closing import rule_behind, source_page
from drills.permissions import GRANTS, Permission
from drills.service import attending, clock, proofs
from drills.subjects import SUBJECTS
from safety_app.core.feature import Feature, Page, PhotoShelf, Tile
from safety_app.core.i18n import N_

PAGES = (
    Page(
        render="drills.pages.board:render",
        title=N_("Plans and drills"),
        icon="campaign",
        url_path="drills",
        order=45,
        permission=Permission.VIEW,
        help=N_(
            "What must be drilled this year, the next step, and every drill with its record.\n"
            "A drill is planned, announced, held by the stopwatch or entered from paper, evaluated"
            " point by point, and followed up: each problem becomes a hazard or a task to revise"
            " the plan, with owner and date.\n"
            "When all of them are put right and the debrief is written down, somebody closes the"
            " drill. Nothing of it is ever deleted."
        ),
    ),
    Page(
        render="drills.pages.year:render",
        title=N_("Drill plan of the year"),
        icon="calendar_month",
        url_path="drill-year",
        menu="drills",
        order=46,
        permission=Permission.VIEW,
        hidden=True,
        help=N_(
            "What the rules ask for follows from the legal profile and the hall's own choices; each"
            " duty says on which article it rests and by when it is due.\n"
            "Proposed drills meet all that is open with as few drills as will do. Change the days,"
            " say who sees to it and put them on the plan.\n"
            "A drill counts in the half-year in which it was held. What was put off keeps its first"
            " day and the reason."
        ),
    ),
    Page(
        render="drills.pages.rules:render",
        title=N_("Rhythm of drills"),
        icon="event_repeat",
        url_path="drill-rules",
        order=85,
        permission=Permission.SETTINGS,
        hidden=True,
        setting=True,
        help=N_(
            "Which rules the hall follows in its drills: those of the law stand fast, defaults may"
            " be switched off with a basis, rules for others may be adopted.\n"
            "Say too whether each on-site plan is drilled every half-year or one of them, and how"
            " many days before a drill people are told."
        ),
    ),
)

FEATURE = Feature(
    name="drills",
    folder=Path(__file__).parent,
    models="drills.models",
    grants=GRANTS,
    pages=PAGES,
    routes="drills.routes:ROUTES",
    api="drills.api:router",
    tiles=(Tile("drills.pages.tiles:drills", column=2, order=15),),
    photos=PhotoShelf(may_see=proofs.may_see_photo, in_use=proofs.photos_in_use),
    may_see_file=proofs.may_see_file,
    elsewhere=attending.at_drill,
    forget_device=clock.forget_device,
    subjects=SUBJECTS,
    rule_behind=rule_behind,
    source_page=source_page,
    demo="drills.demo:DEMO",
)
