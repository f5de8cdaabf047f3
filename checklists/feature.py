"""What checklists give to the application."""

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from checklists.permissions import GRANTS
from checklists.service import sync_templates
from safety_app.core.feature import Feature


def prepare(session: Session, now: datetime) -> None:
    """Bring the shipped checklists up to date."""
    sync_templates(session, now)


FEATURE = Feature(
    name="checklists",
    folder=Path(__file__).parent,
    models="checklists.models",
    grants=GRANTS,
    prepare=prepare,
)
