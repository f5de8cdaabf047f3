"""What training gives to the application."""

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from drills.training.jobs import follow_all
from drills.training.permissions import GRANTS
from drills.training.service import elsewhere, follow, gate, merge_windows
from safety_app.core.feature import Feature, Job


def prepare(session: Session, now: datetime) -> None:
    """Every hall has the shipped courses, and knows who is what."""
    follow_all(session, now)


FEATURE = Feature(
    name="training",
    folder=Path(__file__).parent,
    models="drills.training.models",
    grants=GRANTS,
    jobs=(Job("training.follow_all", 600, follow_all),),
    elsewhere=elsewhere,
    gate=gate,
    prepare=prepare,
    follow=follow,
    merge=merge_windows,
)
