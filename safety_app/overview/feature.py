"""What the overview gives to the application: Today, and the state of the system."""

from pathlib import Path

from safety_app.core.access import Role, Scope
from safety_app.core.feature import Feature, Page
from safety_app.core.i18n import N_

SEE_SYSTEM = "overview:system"

FEATURE = Feature(
    name="overview",
    folder=Path(__file__).parent,
    grants={Role.ADMINISTRATOR: {SEE_SYSTEM: frozenset({Scope.SITE})}},
    pages=(
        Page(
            render="safety_app.overview.pages.today:render",
            title=N_("My tasks"),
            icon="task_alt",
            url_path="",
            order=10,
            default=True,
        ),
        Page(
            render="safety_app.overview.pages.system:render",
            title=N_("System"),
            icon="settings",
            url_path="system",
            order=90,
            permission=SEE_SYSTEM,
        ),
    ),
)
