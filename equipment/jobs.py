"""Work by the clock: what is late becomes a hazard."""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from equipment import flows
from safety_app.workplace import service as workplace

PORTION: Final = 500
"""How many hazards one transaction registers: others wait to write meanwhile."""


def due_hazards(session: Session, now: datetime) -> int:
    """Register what is late at every hall, in its own zone; safe to run twice, run until done."""
    raised = 0
    for site in workplace.list_sites(session):
        raised += flows.raise_due(session, site.id, now, PORTION - raised)
        if raised >= PORTION:
            break
    return raised
