"""What the overview gives to the application: Today, and the state of the system."""

from pathlib import Path

from safety_app.core.feature import Feature, Page, Tile
from safety_app.core.i18n import N_
from safety_app.overview.permissions import GRANTS, Permission

FEATURE = Feature(
    name="overview",
    folder=Path(__file__).parent,
    grants=GRANTS,
    pages=(
        Page(
            render="safety_app.overview.pages.today:render",
            title=N_("My tasks"),
            icon="task_alt",
            url_path="",
            order=10,
            default=True,
            help=N_(
                "What is to be done now, what comes later, and what waits for an answer.\n"
                "Start with the filled button. A patrol that is past its time can still be done"
                " until it closes; afterwards it stays missed and needs a reason.\n"
                "Each duty says which rule it follows from."
            ),
        ),
        Page(
            render="safety_app.overview.pages.settings:render",
            title=N_("Settings"),
            icon="settings",
            url_path="settings",
            order=90,
            help=N_(
                "Everything by which the hall is set up; who may change it sees it here.\n"
                "A new hall is set up in the order of “Getting started”. What is changed here holds"
                " from now on; records of before stay as they are."
            ),
        ),
        Page(
            render="safety_app.overview.pages.starting:render",
            title=N_("Getting started"),
            icon="checklist",
            url_path="starting",
            order=70,
            permission=Permission.SET_UP,
            hidden=True,
            setting=True,
            help=N_(
                "The steps from an empty hall to the first real report.\n"
                "Each step opens the page where it is done; it is ticked off as soon as the hall"
                " shows it. The order is the one that saves work; optional steps may wait."
            ),
        ),
        Page(
            render="safety_app.overview.pages.system:render",
            title=N_("System"),
            icon="monitoring",
            url_path="system",
            order=99,
            permission=Permission.SYSTEM,
            hidden=True,
            setting=True,
            help=N_(
                "What is wrong with this installation, and how to mend it.\n"
                "Red points need hands now, orange ones soon. Nothing here changes records."
            ),
        ),
    ),
    tiles=(Tile("safety_app.overview.pages.starting:tile", column=1, order=5),),
)
