"""What incidents give to the application."""

from pathlib import Path

from hazards.incidents import comparison, dossier, sections
from hazards.incidents.hooks import bars_closing, rule_behind, source_page
from hazards.incidents.permissions import GRANTS, Permission
from hazards.incidents.service.evidence import may_see_file, may_see_photo, photos_in_use
from hazards.incidents.service.figures import end_periods
from hazards.incidents.service.investigating import hand_over, held
from hazards.incidents.service.moving import move_all
from hazards.incidents.service.reporting import sweep_drafts
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
        render="hazards.incidents.pages.listing:render",
        title=N_("Incidents and near misses"),
        icon="emergency",
        url_path="incidents",
        menu="hazards",
        order=34,
        permission=Permission.REPORT,
        hidden=True,
        help=N_(
            "Fires, injuries, failures and near misses, from the report to the closed case.\n"
            "Choose one to see what is known, the one next step, and, where the law counts it, how"
            " much of the hour is left to tell the authorities.\n"
            "Names of people hurt or heard are seen by the safety officer, the manager and the"
            " investigation team only."
        ),
    ),
    Page(
        render="hazards.incidents.pages.report:render",
        title=N_("Report an incident"),
        icon="emergency",
        url_path="report-incident",
        menu="hazards",
        order=35,
        permission=Permission.REPORT,
        hidden=True,
        help=N_(
            "Tap what happened, where, and send: that is enough. What is typed is kept at once and"
            " is still there after the page was loaded anew.\n"
            "Danger to life: help and call 119, 120 or 110 first.\n"
            "A near miss is worth reporting: nobody is blamed, and it can be prevented next time."
        ),
    ),
    Page(
        render="hazards.incidents.pages.settings:render",
        title=N_("Reporting of incidents"),
        icon="campaign",
        url_path="incident-settings",
        order=83,
        permission=Permission.SET,
        hidden=True,
        setting=True,
        help=N_(
            "The authorities that are told within the hour, and from which loss it counts.\n"
            "Names and telephone numbers stand in the ready text of the report. The levels are"
            " those of the law; a hall may count from a smaller loss, never from a larger one."
        ),
    ),
)


FEATURE = Feature(
    name="incidents",
    folder=Path(__file__).parent,
    models="hazards.incidents.models",
    demo="hazards.incidents.demo:DEMO",
    grants=GRANTS,
    pages=PAGES,
    tiles=(
        Tile("hazards.incidents.pages.tiles:hour", column=0, order=5),
        Tile("hazards.incidents.pages.tiles:waiting", column=2, order=22),
        Tile("hazards.incidents.pages.tiles:link", column=2, order=90),
    ),
    routes="hazards.incidents.routes:ROUTES",
    sections=(Section("incidents", 45, sections.build, blocks_order=65),),
    comparisons=(Comparison("incidents", 25, comparison.build),),
    dossier=(Dossier(5, dossier.incidents),),
    papers=(
        PaperKind(
            name="incidents.register",
            title=N_("Register of incidents and near misses"),
            description=N_("Every accident, incident and near miss of a year; nought is stated."),
            address="/incidents/register/{year}",
            permission=Permission.PAPERS,
            period="year",
            order=42,
            icon="emergency",
        ),
    ),
    jobs=(
        Job("incidents.end_periods", 3600, end_periods),
        Job("incidents.sweep_drafts", 3600, sweep_drafts),
    ),
    photos=PhotoShelf(may_see=may_see_photo, in_use=photos_in_use),
    may_see_file=may_see_file,
    charges=(Charge(N_("Investigations of incidents"), held, hand_over),),
    merge=move_all,
    bars_closing=bars_closing,
    source_page=source_page,
    rule_behind=rule_behind,
)
"""Incidents and near misses: reported, investigated, closed."""
