"""Which items somebody sees: the places of the role, and what is in one's own keeping."""

from sqlalchemy import ColumnElement, and_, false, or_

from equipment.models import Item
from equipment.permissions import Permission
from safety_app.core.access import Actor


def within(actor: Actor, permission: Permission) -> ColumnElement[bool]:
    """Items of the places for which the actor holds a permission."""
    reach = actor.reach(permission)
    here = Item.site_id == actor.site_id
    if reach.site:
        return here
    places: list[ColumnElement[bool]] = []
    if reach.windows:
        places.append(Item.window_id.in_(sorted(reach.windows)))
    if reach.common:
        places.append(Item.window_id.is_(None))
    return and_(here, or_(*places)) if places else false()


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Items the actor may see at all; whoever looks after one sees it wherever it is."""
    if actor.reach(Permission.VIEW).site:
        return Item.site_id == actor.site_id
    mine = and_(Item.site_id == actor.site_id, Item.custodian_id == actor.user_id)
    return or_(within(actor, Permission.VIEW), mine)
