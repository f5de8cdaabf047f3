"""One hazard as it stands now, for whoever may see it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazards.models import Hazard
from hazards.visibility import visible_to
from safety_app.core.access import Actor
from safety_app.core.errors import NotFound


def load(session: Session, actor: Actor | None, key: int | str) -> Hazard:
    """The hazard of an id or number, read anew; raises `NotFound` outside the actor's sight."""
    if isinstance(key, str) and not (key.isascii() and key.isprintable()):
        raise NotFound()  # nor would PostgreSQL take it for a text
    query = select(Hazard).where(Hazard.id == key if isinstance(key, int) else Hazard.number == key)
    if actor is not None:
        query = query.where(visible_to(actor))
    found = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound()
    return found
