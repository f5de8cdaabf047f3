"""What hazards give to the application."""

from pathlib import Path

from hazards import sections, service
from hazards.permissions import GRANTS, Permission
from safety_app.core.feature import Charge, Feature, Job, Page, PhotoShelf, Section, Tile
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
        ),
        Page(
            render="hazards.pages.report:render",
            title=N_("Report a hazard"),
            icon="add_alert",
            url_path="report-hazard",
            order=31,
            permission=Permission.REPORT,
            hidden=True,
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
            help=N_("An authority's inspection: document, deadline, findings and reply."),
        ),
    ),
    tiles=(
        Tile("hazards.pages.tiles:urgent", column=0, order=10),
        Tile("hazards.pages.tiles:waiting", column=2, order=20),
    ),
    api="hazards.api:router",
    sections=(Section("hazards", 20, sections.build, blocks_order=60),),
    jobs=(Job("hazards.sweep_uploads", 3600, service.sweep_uploads),),
    photos=PhotoShelf(may_see=service.may_see, in_use=service.in_use),
    may_see_file=service.may_see_file,
    charges=(Charge(N_("Hazards to fix"), service.held, service.hand_over),),
    merge=service.move_all,
)
