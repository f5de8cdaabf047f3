"""A window's open incidents follow to the one it goes on in."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazards.incidents.lifecycle import take
from hazards.incidents.models import OPEN, Incident, Step
from safety_app.core import journal
from safety_app.core.access import Actor


def move_all(
    session: Session, actor: Actor | None, old_id: int, new_id: int, now: datetime
) -> None:
    """Take the open incidents over; closed ones stay where they happened."""
    journal.lock(session)
    query = select(Incident).where(Incident.window_id == old_id, Incident.status.in_(OPEN))
    for incident in session.scalars(query.order_by(Incident.id)).all():
        incident.window_id = new_id
        take(session, actor, incident, Step.MOVE, now=now, window_id=new_id, old_window_id=old_id)
