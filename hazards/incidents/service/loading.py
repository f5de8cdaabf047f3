"""One incident as it stands now, for whoever may see it, and who investigates it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazards.incidents.lifecycle import compare_version, require
from hazards.incidents.models import Incident, Member, Step
from hazards.incidents.visibility import visible_to
from safety_app.core import journal
from safety_app.core.access import Actor
from safety_app.core.errors import NotFound
from safety_app.core.i18n import moment_text

LARGEST_ID = 2**31 - 1


def load(session: Session, actor: Actor, key: int | str) -> Incident:
    """The incident of an id or number, read anew; raises `NotFound` outside the actor's sight."""
    if isinstance(key, str):
        if not (key.isascii() and key.isprintable()):
            raise NotFound()  # nor would PostgreSQL take it for a text
        query = select(Incident).where(Incident.number == key)
    else:
        if not 0 < key <= LARGEST_ID:
            raise NotFound()
        query = select(Incident).where(Incident.id == key)
    query = query.where(visible_to(actor)).execution_options(populate_existing=True)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound()
    return found


def team_of(session: Session, incident: Incident) -> frozenset[int]:
    """Who investigates it: the leader and the members."""
    query = select(Member.user_id).where(Member.incident_id == incident.id)
    leader = {incident.leader_id} if incident.leader_id else set()
    return frozenset(session.scalars(query)) | leader


def begin(
    session: Session, actor: Actor, incident_id: int, step: Step, row_version: int | None = None
) -> Incident:
    """The incident, if it is as the actor saw it and the step is the actor's to take."""
    journal.lock(session)
    incident = load(session, actor, incident_id)
    compare_version(session, incident, row_version)
    require(actor, incident, step, team_of(session, incident))
    return incident


def told(moment: datetime, actor: Actor) -> str:
    """A moment as a sentence says it."""
    return moment_text(moment, actor.timezone, year=True)
