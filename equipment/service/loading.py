"""One item as it stands now, for whoever may see it."""

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from equipment.codes import normal
from equipment.models import Item
from equipment.visibility import visible_to
from safety_app.core.access import Actor
from safety_app.core.errors import NotFound


def get(session: Session, actor: Actor, item_id: int) -> Item:
    """The item of an id; raises `NotFound` outside the actor's sight."""
    return _one(session, actor, Item.id == item_id)


def by_code(session: Session, actor: Actor, code: str) -> Item:
    """The item with this code, however it was typed; raises `NotFound` outside one's sight."""
    wanted = normal(code)
    if not (wanted.isascii() and wanted.isprintable()):
        raise NotFound()  # nor would PostgreSQL take it for a text
    return _one(session, actor, Item.code == wanted)


def _one(session: Session, actor: Actor, condition: ColumnElement[bool]) -> Item:
    found = session.scalars(select(Item).where(condition, visible_to(actor))).one_or_none()
    if found is None:
        raise NotFound()
    return found
