"""What hazards give to the application."""

from pathlib import Path

from hazards import comparison, dossier, sections, service
from hazards.permissions import GRANTS, Permission
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

FEATURE = Feature(
    name="hazards",
    folder=Path(__file__).parent,
    models="hazards.models",
    demo="hazards.demo:DEMO",
    grants=GRANTS,
    pages=(
        Page(
            render="hazards.pages.board:render",
            title=N_("Hazards"),
            icon="report",
            url_path="hazards",
            order=30,
            permission=Permission.REPORT,
            help=N_(
                "Every open hazard that concerns this account, the most urgent first.\n"
                "Choose one to see its pictures, deadline and story, and the one step that may be"
                " taken now: hand out, submit the fix, accept or send back.\n"
                "Whoever fixed a hazard cannot accept the fix."
            ),
        ),
        Page(
            render="hazards.pages.report:render",
            title=N_("Report a hazard"),
            icon="add_alert",
            url_path="report-hazard",
            order=31,
            permission=Permission.REPORT,
            hidden=True,
            help=N_(
                "Two fields suffice: what and where; a photo helps most.\n"
                "It is registered at once and goes to the lead of the place. Danger to life:"
                " warn people and call 119 first."
            ),
        ),
        Page(
            render="hazards.pages.papers:render",
            title=N_("Hazard register and statistics"),
            icon="table",
            url_path="hazard-papers",
            order=32,
            permission=Permission.PAPERS,
            hidden=True,
            help=N_(
                "The register of hazards and the quarterly statistics, to print and sign.\n"
                "The register shows what is chosen here: days, place, state; before and after"
                " pictures follow as an annex if asked for.\n"
                "Service points stand apart and are in no safety statistics.\n"
                "The statistics of a quarter that is over read the same for ever."
            ),
        ),
        Page(
            render="hazards.pages.inspections:render",
            title=N_("Inspections by authorities"),
            icon="policy",
            url_path="inspections",
            order=82,
            permission=Permission.INSPECTIONS,
            hidden=True,
            setting=True,
            help=N_(
                "An authority's inspection: document, deadline, findings and reply.\n"
                "Record the document with its scan, then each finding; every finding is a hazard"
                " with the authority's deadline and is handed out and fixed like any other.\n"
                "A later deadline needs the authority's consent, given as the reason of the"
                " extension.\n"
                "When all is done, print the reply sheet, send it, and record the reply with its"
                " scan. Without words it is no reply."
            ),
        ),
    ),
    tiles=(
        Tile("hazards.pages.tiles:urgent", column=0, order=10),
        Tile("hazards.pages.tiles:replies", column=2, order=15),
        Tile("hazards.pages.tiles:waiting", column=2, order=20),
    ),
    api="hazards.api:router",
    routes="hazards.routes:ROUTES",
    sections=(Section("hazards", 20, sections.build, blocks_order=60),),
    jobs=(Job("hazards.sweep_uploads", 3600, service.sweep_uploads),),
    comparisons=(Comparison("hazards", 20, comparison.build),),
    photos=PhotoShelf(may_see=service.may_see, in_use=service.in_use),
    may_see_file=service.may_see_file,
    dossier=(Dossier(5, dossier.register), Dossier(10, dossier.last_inspection)),
    papers=(
        PaperKind(
            name="hazards.register",
            title=N_("Hazard register"),
            description=N_("Every hazard of a year in one table, service points apart."),
            address="/hazards/register/{year}",
            permission=Permission.PAPERS,
            period="year",
            order=30,
            icon="table",
        ),
        PaperKind(
            name="hazards.register.window",
            title=N_("Hazard register of a window"),
            description=N_("A window's hazards of a year in one table, service points apart."),
            address="/hazards/register/{window}/{year}",
            permission=Permission.PAPERS,
            period="year",
            order=31,
            icon="table",
        ),
        PaperKind(
            name="hazards.statistics",
            title=N_("Quarterly statistics of hazards found and rectified"),
            description=N_("The form that the person in charge signs every quarter."),
            address="/hazards/statistics/{quarter}",
            permission=Permission.PAPERS,
            period="quarter",
            order=40,
            icon="query_stats",
        ),
    ),
    charges=(Charge(N_("Hazards to fix"), service.held, service.hand_over),),
    merge=service.move_all,
)
