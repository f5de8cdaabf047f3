"""Which hazards somebody sees: the places of the role, and what is one's own."""

from sqlalchemy import ColumnElement, and_, false, or_, text

from hazards.models import Hazard
from hazards.permissions import Permission
from safety_app.core.access import Actor

# Written out, so that both databases see that the partial index fits.
IS_OPEN = text("hazards.status IN ('registered', 'assigned', 'fixed')")


def within(actor: Actor, permission: Permission) -> ColumnElement[bool]:
    """Hazards of the places for which the actor holds a permission."""
    reach = actor.reach(permission)
    here = Hazard.site_id == actor.site_id
    if reach.site:
        return here
    places: list[ColumnElement[bool]] = []
    if reach.windows:
        places.append(Hazard.window_id.in_(sorted(reach.windows)))
    if reach.common:
        places.append(Hazard.window_id.is_(None))
    return and_(here, or_(*places)) if places else false()


def concerns(actor: Actor) -> ColumnElement[bool]:
    """Hazards the actor reported, owns or fixed."""
    me = actor.user_id
    mine = or_(Hazard.registered_by == me, Hazard.owner_id == me, Hazard.fixed_by == me)
    return and_(Hazard.site_id == actor.site_id, mine)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Hazards the actor may see at all."""
    if actor.reach(Permission.VIEW).site:
        return Hazard.site_id == actor.site_id
    return or_(within(actor, Permission.VIEW), concerns(actor))
