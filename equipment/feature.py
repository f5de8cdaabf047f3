"""What safety facilities give to the application."""

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from equipment import comparison, dossier, sections
from equipment.closing import bars_closing, rule_behind, source_page
from equipment.jobs import due_hazards
from equipment.permissions import GRANTS, Permission
from equipment.service import custody, rules, stock
from equipment.service.history import may_see_file
from equipment.service.photos import may_see_photo, photos_in_use
from equipment.steps import STEPS
from equipment.subjects import SUBJECTS
from safety_app.core.access import Actor
from safety_app.core.feature import (
    Charge,
    Comparison,
    Dossier,
    Feature,
    Job,
    Page,
    PaperKind,
    PhotoShelf,
    Section,
    Tile,
)
from safety_app.core.i18n import N_

PAGES = (
    Page(
        render="equipment.pages.register:render",
        title=N_("Safety facilities"),
        icon="fire_extinguisher",
        url_path="equipment",
        order=40,
        permission=Permission.VIEW,
        help=N_(
            "Every extinguisher, hydrant, lamp, first-aid kit and whatever else must be there and"
            " work, the most pressing first.\n"
            "Choose one to see its dates, each with its reason and article, its history, and the"
            " step that may be taken now.\n"
            "Register what is new with the date stamped on it. If it cannot be read, that is a"
            " scrap condition; if nobody has looked yet, there are 30 days to find out.\n"
            "Print labels and stick them on: whoever scans one gets to its inspection."
        ),
    ),
    Page(
        render="equipment.pages.labels:render",
        title=N_("Print labels"),
        icon="qr_code",
        url_path="equipment-labels",
        menu="equipment",
        order=41,
        permission=Permission.VIEW,
        hidden=True,
        help=N_(
            "Labels for what was chosen, on sheets of label paper or one by one.\n"
            "Begin on a used sheet where labels are left; on plain paper lines show where to cut."
            "\nStick a label where it can be scanned without taking the facility down, and print"
            " it again when it has faded or the facility has moved."
        ),
    ),
    Page(
        render="equipment.pages.rounds:render",
        title=N_("Inspect safety facilities"),
        icon="qr_code_scanner",
        url_path="equipment-round",
        menu="equipment",
        order=42,
        permission=Permission.INSPECT,
        hidden=True,
        help=N_(
            "Scan a label with the camera of the phone, or type its code: its sheet opens.\n"
            "A round is everything of one floor in walking order; it shows what was inspected this"
            " month and what is missing. Nothing has to be opened or closed.\n"
            "A sheet leads to the next one that is missing on the floor."
        ),
    ),
    Page(
        render="equipment.pages.bulk:render",
        title=N_("Register several alike"),
        icon="library_add",
        url_path="equipment-bulk",
        menu="equipment",
        order=43,
        permission=Permission.KEEP,
        hidden=True,
        help=N_(
            "Register up to 500 pieces of one kind, size and manufacture date at once.\n"
            "Say what they are, how many, and where: at one place, or spread evenly over numbered"
            " places such as cabinets 1 to 6.\n"
            "The codes and places are shown before anything is saved; then print the labels. A list"
            " of different things is imported from Excel instead."
        ),
    ),
    Page(
        render="equipment.pages.importing:render",
        title=N_("Import safety facilities"),
        icon="upload_file",
        url_path="equipment-import",
        menu="equipment",
        order=83,
        permission=Permission.IMPORT,
        hidden=True,
        setting=True,
        help=N_(
            "Bring a whole list onto the register, as Excel or CSV.\n"
            "Take the list that the hall has: headings, dates and kinds are understood as offices"
            " write them. Nothing is saved before you have seen what it makes.\n"
            "Faults are named by row and column, all at once. Correct them, or import the good rows"
            " alone and the corrected rest later: what came in before is not registered twice.\n"
            "To change many at once, take the register as Excel, change it and import it: rows are"
            " known by their codes, an empty cell changes nothing, nobody's record is removed."
        ),
    ),
    Page(
        render="equipment.pages.kinds:render",
        title=N_("Kinds and rules of facilities"),
        icon="gavel",
        url_path="equipment-kinds",
        order=84,
        permission=Permission.IMPORT,
        hidden=True,
        setting=True,
        help=N_(
            "How often each kind is inspected and serviced, when it is scrapped, and on which rule"
            " each figure rests.\n"
            "Where a local rule is stricter, give the hall's own figures with their basis: they"
            " win, are shown as the hall's own, and outlast updates of this program.\n"
            "Add what the shipped kinds do not cover. All dates follow at once."
        ),
    ),
    Page(
        render="equipment.pages.stock:render",
        title=N_("Stock of protective equipment"),
        icon="masks",
        url_path="equipment-stock",
        menu="equipment",
        order=43,
        permission=Permission.VIEW,
        hidden=True,
        help=N_(
            "Masks, goggles and whatever else is handed out: how much is there, until when it may"
            " be used, and who got what.\n"
            "Record a delivery as a receipt with its expiry. Whoever receives something signs for"
            " it; what expires first goes out first, expired goods never.\n"
            "Count from time to time: a difference needs a reason and is kept.\n"
            "A stock below its minimum, or with goods that expire within 30 days, stands at the"
            " top and becomes one hazard. The issue record of a month is under “Reports”."
        ),
    ),
)


def merge(session: Session, actor: Actor | None, old_id: int, new_id: int, now: datetime) -> None:
    """Items and stocks of a window follow to the one it goes on in."""
    custody.merge(session, actor, old_id, new_id, now)
    stock.merge_stocks(session, actor, old_id, new_id, now)


FEATURE = Feature(
    name="equipment",
    folder=Path(__file__).parent,
    models="equipment.models",
    grants=GRANTS,
    pages=PAGES,
    routes="equipment.routes:ROUTES",
    subjects=SUBJECTS,
    steps=STEPS,
    tiles=(Tile("equipment.pages.tiles:due", column=2, order=25),),
    photos=PhotoShelf(may_see=may_see_photo, in_use=photos_in_use),
    jobs=(Job("equipment.due_hazards", 3600, due_hazards, until_done=True),),
    charges=(
        Charge(N_("Safety facilities"), custody.held, custody.hand_over),
        Charge(N_("Stock of protective equipment"), stock.held_stocks, stock.hand_over_stocks),
    ),
    papers=(
        PaperKind(
            name="equipment.report",
            title=N_("Report of safety facilities"),
            description=N_(
                "For the manager: intact rate, what falls due, cost, budget, and the file of"
                " extinguishers."
            ),
            address="/equipment/report/{month}",
            permission=Permission.REPORT,
            order=50,
            icon="fire_extinguisher",
        ),
        PaperKind(
            name="equipment.inspections",
            title=N_("Monthly inspection record of extinguishers"),
            description=N_("Who inspected which extinguisher when, and what was found."),
            address="/equipment/inspections/extinguishers/{month}",
            permission=Permission.REPORT,
            order=51,
            icon="fact_check",
        ),
        PaperKind(
            name="equipment.inspections.others",
            title=N_("Inspection record of other safety facilities"),
            description=N_("The same of hydrants, lights, detectors, first aid and all else."),
            address="/equipment/inspections/others/{month}",
            permission=Permission.REPORT,
            order=52,
            icon="fact_check",
        ),
        PaperKind(
            name="equipment.inspections.place",
            title=N_("Inspection record of safety facilities"),
            description=N_("All that is inspected at a window or in an area, month by month."),
            address="/equipment/inspections/window/{window}/{month}",
            location_address="/equipment/inspections/location/{location}/{month}",
            permission=Permission.REPORT,
            order=53,
            icon="fact_check",
        ),
        PaperKind(
            name="equipment.issues",
            title=N_("Issue record of protective equipment"),
            description=N_("Who got which protective equipment in a month, with signatures."),
            address="/equipment/issues/{month}",
            permission=Permission.REPORT,
            order=61,
            icon="masks",
        ),
        PaperKind(
            name="equipment.issues.window",
            title=N_("Issue record of a window"),
            description=N_("What was issued from the stocks of a window, with signatures."),
            address="/equipment/issues/{window}/{month}",
            permission=Permission.REPORT,
            order=62,
            icon="masks",
        ),
    ),
    sections=(Section("equipment", 40, sections.build, blocks_order=70),),
    comparisons=(Comparison("equipment", 30, comparison.build),),
    dossier=(Dossier(6, dossier.equipment),),
    stands_for=dossier.stands_for,
    merge=merge,
    follow=rules.follow,
    may_see_file=may_see_file,
    rule_behind=rule_behind,
    bars_closing=bars_closing,
    source_page=source_page,
    demo="equipment.demo:DEMO",
)
