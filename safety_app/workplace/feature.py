"""What the workplace gives to the application."""

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from safety_app.core.feature import Feature
from safety_app.workplace.permissions import GRANTS
from safety_app.workplace.service import load_calendar


def prepare(session: Session, _now: datetime) -> None:
    """Bring the shipped working calendar up to date."""
    load_calendar(session)


FEATURE = Feature(
    name="workplace",
    folder=Path(__file__).parent,
    models="safety_app.workplace.models",
    grants=GRANTS,
    routes="safety_app.workplace.signin.routes:routes",
    commands="safety_app.workplace.commands:register",
    prepare=prepare,
    demo="safety_app.workplace.demo:DEMO",
)
