"""What emergency plans and rules give to the application."""

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from drills.plans.guard import guard
from drills.plans.permissions import GRANTS
from drills.plans.service import custody
from safety_app.core.feature import Charge, Feature
from safety_app.core.i18n import N_


def prepare(session: Session, _now: datetime) -> None:
    """Guard what was published."""
    guard(session)


FEATURE = Feature(
    name="plans",
    folder=Path(__file__).parent,
    models="drills.plans.models",
    grants=GRANTS,
    charges=(Charge(N_("Emergency plans"), custody.held, custody.hand_over),),
    prepare=prepare,
)
