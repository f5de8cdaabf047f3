"""Who may see whose training, and which sessions."""

from typing import Final

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from drills.training.errors import OwnRecord
from drills.training.models import Attendance, TrainingSession
from drills.training.permissions import Permission
from safety_app.accounts import service as accounts
from safety_app.accounts.service import Staffed
from safety_app.core.access import Actor, Reach
from safety_app.core.errors import NotAllowed, NotFound
from safety_app.core.i18n import N_

WHO_TEACHES: Final = N_("The window lead, the safety officer or a manager")
WHO_CORRECTS: Final = N_("The safety officer or the manager")


def covers(reach: Reach, one: Staffed) -> bool:
    """Whether somebody lies within reach: of the whole hall, or at one of the windows."""
    return reach.site or bool(one.window_ids & reach.windows)


def person(
    session: Session, actor: Actor, user_id: int, permission: Permission = Permission.VIEW
) -> Staffed:
    """Somebody whom the actor may see, or of whom they may do more; oneself can be seen always."""
    found = next(iter(accounts.staffing(session, actor.site_id, [user_id])), None)
    if found is None:
        raise NotFound()
    if permission is Permission.VIEW and user_id == actor.user_id:
        return found
    if not covers(actor.reach(permission), found):
        if covers(actor.reach(Permission.VIEW), found):
            raise NotAllowed(who=WHO_CORRECTS)
        raise NotFound()
    return found


def somebody_else(session: Session, actor: Actor, user_id: int, permission: Permission) -> Staffed:
    """Somebody whose record the actor keeps: never the own one, which would open the gate."""
    found = person(session, actor, user_id, permission)
    if user_id == actor.user_id:
        raise OwnRecord()
    return found


def visible_sessions(actor: Actor) -> ColumnElement[bool]:
    """The sessions an actor may look at: of the hall, of their windows, those they attend."""
    reach = actor.reach(Permission.VIEW)
    own = TrainingSession.id.in_(
        select(Attendance.session_id).where(Attendance.user_id == actor.user_id)
    )
    if reach.site:
        return TrainingSession.site_id == actor.site_id
    if not reach.windows:
        return own
    return or_(
        own,
        TrainingSession.window_id.in_(reach.windows),
        TrainingSession.window_id.is_(None) & (TrainingSession.site_id == actor.site_id),
    )


def load_session(session: Session, actor: Actor, session_id: int) -> TrainingSession:
    """One session that the actor may look at."""
    query = select(TrainingSession).where(
        TrainingSession.id == session_id,
        TrainingSession.site_id == actor.site_id,
        visible_sessions(actor),
    )
    found = session.scalar(query)
    if found is None:
        raise NotFound()
    return found


def taught_session(session: Session, actor: Actor, session_id: int) -> TrainingSession:
    """One session that the actor plans and holds."""
    found = load_session(session, actor, session_id)
    actor.require(Permission.TEACH, window_id=found.window_id, who=WHO_TEACHES)
    return found
