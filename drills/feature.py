"""What drills give to the application."""

from pathlib import Path

from drills import dossier, sections
from drills.closing import rule_behind, source_page
from drills.permissions import GRANTS, Permission
from drills.service import attending, clock, custody, proofs
from drills.subjects import SUBJECTS
from safety_app.core.feature import (
    Charge,
    Dossier,
    Feature,
    Page,
    PaperKind,
    PhotoShelf,
    Section,
    Tile,
)
from safety_app.core.i18n import N_

PAGES = (
    Page(
        render="drills.pages.board:render",
        title=N_("Plans, drills"),
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
        render="drills.pages.day:render",
        title=N_("Readiness on a day"),
        icon="event_available",
        url_path="readiness-day",
        menu="drills",
        order=48,
        permission=Permission.READINESS,
        hidden=True,
        help=N_(
            "For an inspector who asks about a day: whether every plan was current, every drill"
            " held, evaluated and followed up, every person on post qualified.\n"
            "Each answer says what was missing and leads to its paper of that day. What happened"
            " afterwards changes nothing of it."
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
    papers=(
        PaperKind(
            name="drills.year",
            title=N_("Drill plan of the year"),
            description=N_("What must be drilled on which rule, and what is planned for it."),
            address="/drills/year/{year}",
            permission=Permission.REPORT,
            period="year",
            order=75,
            icon="calendar_month",
        ),
        PaperKind(
            name="drills.record",
            title=N_("Drills of the year"),
            description=N_(
                "Every drill of a year: when, where, who took part, what the evaluation came to."
                " The record of one drill is printed on its page."
            ),
            address="/drills/record/{year}",
            permission=Permission.REPORT,
            period="year",
            order=76,
            icon="campaign",
        ),
    ),
    charges=(Charge(N_("Drills"), custody.held, custody.hand_over),),
    merge=custody.merge,
    sections=(Section("drills", 50, sections.build, blocks_order=80),),
    dossier=(Dossier(9, dossier.drills),),
    stands_for=dossier.stands_for,
    photos=PhotoShelf(may_see=proofs.may_see_photo, in_use=proofs.photos_in_use),
    may_see_file=proofs.may_see_file,
    elsewhere=attending.at_drill,
    forget_device=clock.forget_device,
    subjects=SUBJECTS,
    rule_behind=rule_behind,
    source_page=source_page,
    demo="drills.demo:DEMO",
)
