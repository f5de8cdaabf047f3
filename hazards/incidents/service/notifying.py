"""Telling the authorities: recorded with to whom, when, by whom, how; late is late."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazards.incidents import rules
from hazards.incidents.counting import Counted
from hazards.incidents.deadlines import Clock, Owed, clock_of, owed_follow_ups
from hazards.incidents.errors import InvestigatorUnknown
from hazards.incidents.lifecycle import take
from hazards.incidents.models import (
    OPEN,
    Authority,
    Incident,
    Kind,
    Notification,
    Step,
    Way,
)
from hazards.incidents.service.loading import begin
from hazards.incidents.service.reporting import check_moment
from hazards.incidents.service.settings import rules_of
from safety_app.accounts import service as accounts
from safety_app.core.access import Actor
from safety_app.core.i18n import N_
from safety_app.core.text import clean

MINUTE: Final = timedelta(seconds=59, microseconds=999_999)


@dataclass(frozen=True, slots=True)
class Told:
    """When each authority was told first, and up to when it knows what changed."""

    first: Mapping[Authority, datetime]
    known: Mapping[Authority, datetime]


def notify(
    session: Session,
    actor: Actor,
    incident_id: int,
    *,
    authority: Authority,
    name: str = "",
    told_at: datetime,
    told_by_id: int | None = None,
    way: Way,
    receiver: str = "",
    reference: str = "",
    text: str = "",
    now: datetime,
) -> Notification:
    """Record that an authority was told; the hour is measured by `told_at`, whatever it is now."""
    incident = begin(session, actor, incident_id, Step.NOTIFY)
    authority = Authority(authority)
    check_moment(actor, incident, told_at, now)
    by = told_by_id or actor.user_id
    _check_person(session, actor.site_id, by)
    usual = rules_of(session, actor.site_id).addressees.get(authority)
    known = told_of(session, incident.id)
    row = Notification(
        site_id=incident.site_id,
        incident_id=incident.id,
        authority=authority,
        name=clean(
            name or (usual.name if usual else ""),
            field=N_("Name of the authority"),
            limit=100,
            required=authority is Authority.OTHER,
        ),
        told_at=min(told_at, now),
        told_by=by,
        way=Way(way),
        receiver=clean(receiver, field=N_("Who took it"), limit=64),
        reference=clean(reference, field=N_("Reference number"), limit=64),
        is_follow_up=authority in known.first,
        text=clean(text, field=N_("What was told"), limit=8000, lines=True),
        recorded_at=now,
        recorded_by=actor.user_id,
    )
    session.add(row)
    session.flush()
    take(
        session, actor, incident, Step.NOTIFY, now=now, code=authority, moment=row.told_at,
        told={"name": row.name, "by": by, "way": row.way, "receiver": row.receiver,
              "reference": row.reference, "text": row.text},
    )  # fmt: skip
    return row


def notifications_of(session: Session, incident_id: int) -> list[Notification]:
    """Who was told, in the order of telling."""
    query = select(Notification).where(Notification.incident_id == incident_id)
    return list(session.scalars(query.order_by(Notification.told_at, Notification.id)))


def told_of(session: Session, incident_id: int) -> Told:
    """When each authority was told first, and up to when it knows what changed."""
    return told_from(notifications_of(session, incident_id))


def told_from(rows: Sequence[Notification]) -> Told:
    """The same from rows that are loaded, in the order of telling.

    What is told is typed by the minute: whatever was recorded before it in that minute was in it.
    """
    first: dict[Authority, datetime] = {}
    known: dict[Authority, datetime] = {}
    for row in rows:
        authority = Authority(row.authority)
        first.setdefault(authority, row.told_at)
        minute = row.told_at.replace(second=0, microsecond=0)
        upto = min(row.recorded_at, minute + MINUTE)
        known[authority] = max(upto, known.get(authority, upto))
    return Told(first, known)


def clock_for(incident: Incident, told: Told, now: datetime) -> Clock:
    """How the hour of an incident stands; unsure while nobody has said whether anybody is hurt."""
    is_open = incident.status in OPEN
    unknown = incident.deaths is None and incident.kind != Kind.NEAR_MISS
    return clock_of(
        counts_since=incident.counts_since,
        reported_at=incident.reported_at,
        head_told_at=incident.head_told_at,
        told=told.first,
        minutes=rules.clock_minutes(),
        now=now,
        is_unsure=unknown and is_open,
    )


def owed_for(counted: Counted | None, told: Told) -> list[Owed]:
    """Changes of what was reported that an authority was not told of yet.

    Up or down: also what must not be reported any more must be put right.
    """
    changes = counted.changes if counted else ()
    return owed_follow_ups(changes, told.first, told.known, hours=rules.follow_up_hours())


def _check_person(session: Session, site_id: int, user_id: int) -> None:
    if all(one.id != user_id for one in accounts.list_people(session, site_id)):
        raise InvestigatorUnknown()
