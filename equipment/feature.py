"""What safety facilities give to the application."""

from pathlib import Path

from equipment.permissions import GRANTS, Permission
from equipment.subjects import SUBJECTS
from safety_app.core.feature import Feature, Page
from safety_app.core.i18n import N_

PAGES = (
    Page(
        render="equipment.pages.rounds:render",
        title=N_("Inspect safety facilities"),
        icon="qr_code_scanner",
        url_path="equipment-round",
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
)

FEATURE = Feature(
    name="equipment",
    folder=Path(__file__).parent,
    models="equipment.models",
    grants=GRANTS,
    pages=PAGES,
    routes="equipment.routes:ROUTES",
    subjects=SUBJECTS,
)
