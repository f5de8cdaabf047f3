"""Which incidents somebody sees: the places of the role, own reports, own investigations."""

from sqlalchemy import ColumnElement, and_, or_, select

from hazards.incidents.models import Incident, Member
from hazards.incidents.permissions import Permission
from safety_app.core.access import Actor


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Incidents the actor may see at all."""
    here = Incident.site_id == actor.site_id
    reach = actor.reach(Permission.VIEW)
    if reach.site:
        return here
    own: list[ColumnElement[bool]] = [
        Incident.reported_by == actor.user_id,
        Incident.leader_id == actor.user_id,
        Incident.id.in_(select(Member.incident_id).where(Member.user_id == actor.user_id)),
    ]
    if reach.windows:
        own.append(Incident.window_id.in_(sorted(reach.windows)))
    if reach.common:
        own.append(Incident.window_id.is_(None))
    return and_(here, or_(*own))
