"""The pictures of items at their places: who may see one, and which are in use."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from equipment.models import Item
from equipment.visibility import visible_to
from safety_app.core.access import Actor


def may_see_photo(session: Session, actor: Actor, key: str) -> bool:
    """Whether a picture belongs to an item in sight."""
    query = select(Item.id).where(Item.photo_key == key, visible_to(actor))
    return session.scalar(query.limit(1)) is not None


def photos_in_use(session: Session, keys: Sequence[str]) -> set[str]:
    """Those of the keys that an item still names."""
    found = session.scalars(select(Item.photo_key).where(Item.photo_key.in_(keys)))
    return {key for key in found if key}
