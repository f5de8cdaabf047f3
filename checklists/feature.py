"""What checklists give to the application."""

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from checklists import comparison, dossier, sections
from checklists.basis import corrected, rule_behind
from checklists.counted import has_counted
from checklists.guard import guard
from checklists.jobs import make_tasks, sweep_closed
from checklists.permissions import GRANTS, Permission
from checklists.service import follow, in_use, may_see, sync_templates
from checklists.service.lost_tablets import forget_device
from checklists.service.paper_forms import may_see_file
from checklists.steps import STEPS
from safety_app.core.feature import (
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


def prepare(session: Session, now: datetime) -> None:
    """Bring the shipped checklists up to date, and the tasks of the days ahead."""
    guard(session)
    sync_templates(session, now)
    make_tasks(session, now)


FEATURE = Feature(
    name="checklists",
    folder=Path(__file__).parent,
    models="checklists.models",
    demo="checklists.demo:DEMO",
    grants=GRANTS,
    pages=(
        Page(
            render="checklists.pages.patrols:render",
            title=N_("Patrols"),
            icon="checklist",
            url_path="patrols",
            order=20,
            permission=Permission.VIEW,
            help=N_(
                "Patrols and checks of a day or of a span of days, with who did them and when.\n"
                "A missed one needs its reason; without power or network hand in the signed paper"
                " form instead.\n"
                "Records and blank forms are printed here."
            ),
        ),
        Page(
            render="checklists.pages.countersign:render",
            title=N_("Countersign"),
            icon="draw",
            url_path="countersign",
            order=21,
            permission=Permission.COUNTERSIGN,
            hidden=True,
            help=N_(
                "Sheets that wait for the second signature.\n"
                "Sheets in time and without a problem are signed together, one signature a day.\n"
                "A sheet with a problem, done late, or a check is opened, read and signed by"
                " itself.\n"
                "Who walked or walked along never signs: what a lead walked goes to the safety"
                " officer, what an officer walked to the manager.\n"
                "Paper forms of missed patrols are confirmed or refused here; they count apart."
            ),
        ),
        Page(
            render="checklists.pages.paper:render",
            title=N_("Paper form"),
            icon="scanner",
            url_path="paper",
            order=22,
            permission=Permission.EXPLAIN,
            hidden=True,
            help=N_(
                "Hand in the signed paper form of a patrol that was missed without power or"
                " network.\n"
                "Photograph the form that was signed on that day and say who walked it, within"
                " seven days.\n"
                "It counts apart once it is confirmed, never as done or in time; hazards noted on"
                " it are reported by hand."
            ),
        ),
        Page(
            render="checklists.pages.plans:render",
            title=N_("Plans"),
            icon="event_repeat",
            url_path="plans",
            order=77,
            permission=Permission.PLAN,
            hidden=True,
            setting=True,
            help=N_(
                "Which checklist is due for whom and when, with the year ahead.\n"
                "Take over what law and house rules ask for with one button, or add a plan"
                " yourself.\n"
                "Choose a plan to see its year ahead, each day with its reason, to change it from a"
                " day on, or to end it.\n"
                "What was done or missed never changes; only patrols ahead that nobody has begun"
                " are made anew."
            ),
        ),
    ),
    tiles=(
        Tile("checklists.pages.tiles:due", column=1, order=10),
        Tile("checklists.pages.tiles:countersign", column=1, order=15),
        Tile("checklists.pages.tiles:hall", column=1, order=20),
        Tile("checklists.pages.tiles:later", column=1, order=30),
        Tile("checklists.pages.tiles:missed", column=2, order=30),
        Tile("checklists.pages.tiles:done", column=2, order=40),
    ),
    routes="checklists.page:ROUTES",
    api="checklists.api:router",
    jobs=(
        Job("checklists.make_tasks", 600, make_tasks, until_done=True),
        Job("checklists.sweep_closed", 60, sweep_closed),
    ),
    sections=(Section("patrols", 30, sections.build),),
    comparisons=(Comparison("checklists", 10, comparison.build),),
    dossier=(Dossier(3, dossier.patrol_records), Dossier(4, dossier.fire_checks)),
    papers=(
        PaperKind(
            name="patrols.record",
            title=N_("Fire patrol record"),
            description=N_("Who patrolled what and when in a month, with both signatures."),
            address="/patrols/record/{window}/{month}",
            location_address="/patrols/record/location/{location}/{month}",
            permission=Permission.VIEW,
            order=20,
            icon="checklist",
        ),
        PaperKind(
            name="patrols.checks",
            title=N_("Fire check record"),
            description=N_("The monthly and quarterly checks of a year, point by point."),
            address="/patrols/checks/{window}/{year}",
            location_address="/patrols/checks/location/{location}/{year}",
            permission=Permission.VIEW,
            period="year",
            order=21,
            icon="fact_check",
        ),
    ),
    photos=PhotoShelf(may_see=may_see, in_use=in_use),
    may_see_file=may_see_file,
    steps=STEPS,
    has_counted=has_counted,
    follow=follow,
    corrected=corrected,
    rule_behind=rule_behind,
    forget_device=forget_device,
    prepare=prepare,
)
