"""What exams give to the application."""

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from drills.exams import bank
from drills.exams.permissions import GRANTS
from drills.exams.service.marking import close_overdue
from safety_app.core.feature import Feature, Job


def prepare(session: Session, now: datetime) -> None:
    """Bring the shipped questions up to date."""
    bank.sync(session, now)


FEATURE = Feature(
    name="exams",
    folder=Path(__file__).parent,
    models="drills.exams.models",
    grants=GRANTS,
    routes="drills.exams.page:ROUTES",
    api="drills.exams.api:router",
    prepare=prepare,
    jobs=(Job("exams.close_overdue", 60, close_overdue, until_done=True),),
)
