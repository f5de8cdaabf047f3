"""The investigation: who, by when, the course of events, the causes, and its end."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from hazards.incidents import rules
from hazards.incidents.errors import (
    CauseMissing,
    DeadlineNotPossible,
    InvestigatorUnknown,
    MomentInFuture,
    TooManyWhys,
)
from hazards.incidents.level import LEGAL
from hazards.incidents.lifecycle import take
from hazards.incidents.models import (
    Cause,
    Incident,
    Member,
    Moment,
    Origin,
    RootClass,
    Status,
    Step,
)
from hazards.incidents.service.loading import begin, told
from hazards.incidents.service.reporting import AHEAD
from safety_app.accounts import service as accounts
from safety_app.core import clock, journal
from safety_app.core.access import Actor
from safety_app.core.errors import NotFound
from safety_app.core.feature import Held
from safety_app.core.i18n import N_, _, day_text
from safety_app.core.text import clean
from safety_app.workplace import service as workplace

MOST_WHYS: Final = 5
LONGEST: Final = timedelta(days=366)


def investigate(
    session: Session,
    actor: Actor,
    incident_id: int,
    *,
    leader_id: int,
    member_ids: Sequence[int] = (),
    others: str = "",
    investigate_by: date,
    row_version: int | None,
    now: datetime,
) -> Incident:
    """Name who investigates, if they may serve, and by when; again, with another team or day."""
    incident = begin(session, actor, incident_id, Step.INVESTIGATE, row_version)
    today = clock.local_day(now, actor.timezone)
    last = today + LONGEST
    if not today <= investigate_by <= last:
        raise DeadlineNotPossible(first=_day(today), last=_day(last))
    members = set(member_ids) - {leader_id}
    active = {one.id for one in accounts.list_people(session, actor.site_id)}
    if not {leader_id, *members} <= active:
        raise InvestigatorUnknown()
    workplace.require_fit(session, incident.site_id, leader_id, today)
    words = clean(others, field=N_("Others in the team"), limit=200)
    incident.leader_id, incident.investigate_by = leader_id, investigate_by
    incident.team_others = words
    session.execute(delete(Member).where(Member.incident_id == incident.id))
    session.add_all(Member(incident_id=incident.id, user_id=one) for one in sorted(members))
    take(
        session, actor, incident, Step.INVESTIGATE, now=now, person_id=leader_id,
        told={"members": sorted(members), "others": words, "by": investigate_by},
    )  # fmt: skip
    return incident


def proposed_day(incident_on: date, today: date, *, is_legal: bool) -> date:
    """By when an investigation ends by the rules, never before today."""
    days = rules.investigation_days(is_legal=is_legal)
    return max(incident_on + timedelta(days=days), today)


def log_moment(
    session: Session,
    actor: Actor,
    incident_id: int,
    *,
    happened_at: datetime,
    what: str,
    origin: Origin,
    now: datetime,
) -> Moment:
    """Add a moment to the course of events; it may lie before the incident itself."""
    incident = begin(session, actor, incident_id, Step.LOG)
    if happened_at > now + AHEAD:
        raise MomentInFuture(moment=told(happened_at, actor), now=told(now, actor))
    row = Moment(
        site_id=incident.site_id,
        incident_id=incident.id,
        happened_at=happened_at,
        what=clean(what, field=N_("What happened then"), limit=300, required=True),
        origin=Origin(origin),
        at=now,
        by=actor.user_id,
    )
    session.add(row)
    session.flush()
    take(
        session, actor, incident, Step.LOG, now=now, moment=happened_at,
        told={"what": row.what, "origin": row.origin},
    )  # fmt: skip
    return row


def withdraw_moment(
    session: Session, actor: Actor, incident_id: int, moment_id: int, *, now: datetime
) -> None:
    """Take a wrong moment out; that it was there stays on record."""
    incident = begin(session, actor, incident_id, Step.LOG)
    row = session.get(Moment, moment_id)
    if row is None or row.incident_id != incident.id or row.withdrawn_at:
        raise NotFound()
    row.withdrawn_at = now
    take(session, actor, incident, Step.LOG, now=now, code="withdrawn", moment=row.happened_at)


def moments_of(session: Session, incident_id: int) -> list[Moment]:
    """The course of events in order."""
    query = select(Moment).where(Moment.incident_id == incident_id, Moment.withdrawn_at.is_(None))
    return list(session.scalars(query.order_by(Moment.happened_at, Moment.id)))


def explain(
    session: Session,
    actor: Actor,
    incident_id: int,
    *,
    whys: Sequence[str],
    root: RootClass,
    now: datetime,
) -> Cause:
    """Record a chain of whys, from the direct cause to the root and of which class that is."""
    incident = begin(session, actor, incident_id, Step.EXPLAIN)
    if len(whys) > MOST_WHYS:
        raise TooManyWhys(limit=MOST_WHYS)
    cleaned = [clean(one, field=N_("Why did it happen?"), limit=200) for one in whys]
    kept = [one for one in cleaned if one]
    clean("".join(kept), field=N_("Direct cause"), limit=2000, required=True)
    row = Cause(
        site_id=incident.site_id,
        incident_id=incident.id,
        whys=kept,
        root=RootClass(root),
        at=now,
        by=actor.user_id,
    )
    session.add(row)
    session.flush()
    take(
        session, actor, incident, Step.EXPLAIN, now=now, code=row.root,
        told={"whys": kept, "root": row.root},
    )  # fmt: skip
    return row


def withdraw_cause(
    session: Session, actor: Actor, incident_id: int, cause_id: int, *, now: datetime
) -> None:
    """Take a chain out that has proved wrong."""
    incident = begin(session, actor, incident_id, Step.EXPLAIN)
    row = session.get(Cause, cause_id)
    if row is None or row.incident_id != incident.id or row.withdrawn_at:
        raise NotFound()
    row.withdrawn_at = now
    take(session, actor, incident, Step.EXPLAIN, now=now, code="withdrawn")


def causes_of(session: Session, incident_id: int) -> list[Cause]:
    """The chains that stand."""
    query = select(Cause).where(Cause.incident_id == incident_id, Cause.withdrawn_at.is_(None))
    return list(session.scalars(query.order_by(Cause.id)))


def conclude(
    session: Session,
    actor: Actor,
    incident_id: int,
    *,
    note: str = "",
    row_version: int | None,
    now: datetime,
) -> Incident:
    """End the investigation; what is left are measures and the four conditions."""
    incident = begin(session, actor, incident_id, Step.CONCLUDE, row_version)
    if not causes_of(session, incident.id):
        raise CauseMissing()
    words = clean(note, field=N_("Note"), limit=1000, lines=True)
    take(session, actor, incident, Step.CONCLUDE, now=now, note=words)
    return incident


def is_legal(incident: Incident) -> bool:
    """Whether the law counts it."""
    return incident.level in LEGAL


def held(session: Session, site_id: int, user_id: int, today: date) -> list[Held]:
    """The investigations that a person leads."""
    query = select(Incident).where(*_led_by(site_id, user_id)).order_by(Incident.id)
    return [
        Held(
            one.number,
            _(
                "Investigation of {number}, by {day}",
                number=one.number,
                day=_day(one.investigate_by),
            )
            if one.investigate_by
            else _("Investigation of {number}", number=one.number),
            one.window_id,
        )
        for one in session.scalars(query)
    ]


def hand_over(
    session: Session,
    actor: Actor | None,
    keys: Sequence[str],
    from_id: int,
    to_id: int,
    *,
    now: datetime,
) -> None:
    """Give these investigations, by number, to another leader who may serve.

    The caller has decided it.
    """
    journal.lock(session)
    query = select(Incident).where(
        Incident.number.in_(list(keys)),
        Incident.leader_id == from_id,
        *([Incident.site_id == actor.site_id] if actor else []),
    )
    for incident in session.scalars(query.order_by(Incident.id)).all():
        active = {one.id for one in accounts.list_people(session, incident.site_id)}
        if to_id not in active:
            raise InvestigatorUnknown()
        today = clock.local_day(now, workplace.site(session, incident.site_id).timezone)
        workplace.require_fit(session, incident.site_id, to_id, today)
        incident.leader_id = to_id
        session.execute(
            delete(Member).where(Member.incident_id == incident.id, Member.user_id == to_id)
        )
        take(session, actor, incident, Step.HAND_OVER, now=now, person_id=to_id)


def _led_by(site_id: int, user_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Incident.site_id == site_id,
        Incident.leader_id == user_id,
        Incident.status.in_((Status.INVESTIGATING, Status.ACTING)),
    )


def _day(day: date) -> str:
    return day_text(day, weekday=False, year=True)
