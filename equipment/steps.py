"""What setting up a hall asks of the safety facilities, and how far it is."""

from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from equipment.models import ON_REGISTER, Item
from safety_app.core.feature import Step
from safety_app.core.i18n import N_, ngettext


def registered(session: Session, site_id: int) -> tuple[bool, str]:
    """Something is on the register."""
    query = select(func.count()).where(Item.site_id == site_id, Item.status.in_(ON_REGISTER))
    n = session.scalar(query) or 0
    return n > 0, ngettext("{n} on the register", "{n} on the register", n) if n else ""


STEPS: Final = (
    Step(
        130,
        N_("Register of safety facilities"),
        N_("Bring in the list of extinguishers, lamps and the like; then print their labels."),
        "equipment",
        registered,
        optional=True,
    ),
)
