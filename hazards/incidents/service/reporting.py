"""How an incident comes in, is completed, confirmed, found untrue, and told to the head."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from hazards.incidents import rules
from hazards.incidents.errors import (
    HappenedBefore,
    HeadToldBefore,
    IncidentInFuture,
    IncidentPlaceMissing,
    IncidentPlaceUnknown,
    IncidentTooOld,
    IncompleteFacts,
    MomentNotPossible,
    VoidAfterTelling,
    VoidHidesHarm,
)
from hazards.incidents.lifecycle import take
from hazards.incidents.models import Draft, Incident, Kind, Notification, Status, Step
from hazards.incidents.permissions import Permission
from hazards.incidents.service.evidence import add_photos
from hazards.incidents.service.figures import (
    Numbers,
    add_first,
    check_hour,
    check_numbers,
    figures_of,
    regrade,
)
from hazards.incidents.service.loading import begin, told
from hazards.incidents.service.numbering import next_number
from safety_app.core import clock, journal
from safety_app.core.access import Actor, Role
from safety_app.core.i18n import N_, _
from safety_app.core.photos import Photo
from safety_app.core.text import clean
from safety_app.workplace import service as workplace

AHEAD: Final = timedelta(minutes=2)
"""By how much a clock may be fast before a moment lies in the future."""
DRAFTS_KEPT: Final = timedelta(days=3)
WORDS: Final = {
    "what": (N_("What happened?"), 200, False),
    "scene": (N_("State of the scene"), 1000, True),
    "course": (N_("Short course of events"), 2000, True),
    "measures": (N_("Measures taken"), 1000, True),
    "other": (N_("What else must be reported"), 1000, True),
}
"""The texts of an incident: name, length, whether they may have several lines."""


def report(
    session: Session,
    actor: Actor,
    *,
    kind: Kind,
    occurred_at: datetime,
    window_id: int | None = None,
    location_id: int | None = None,
    place: str = "",
    what: str = "",
    measures: str = "",
    numbers: Numbers | None = None,
    photos: Sequence[Photo] = (),
    upload_ids: Sequence[int] = (),
    client_key: str | None = None,
    now: datetime,
) -> Incident:
    """Take an incident in; without `numbers` nobody knows yet whether somebody is hurt.

    The same `client_key` gives the same incident. A manager who reports has been told.
    """
    actor.require(Permission.REPORT)
    journal.lock(session)
    known = _sent_before(session, actor, client_key)
    if known is not None:
        return known
    kind = Kind(kind)
    check_when(actor, occurred_at, now)
    _check_place(session, actor.site_id, window_id, location_id, place)
    if kind == Kind.NEAR_MISS and numbers is None:
        numbers = Numbers(loss_fen=0)
    if numbers is not None:
        check_numbers(kind, numbers)
    incident = Incident(
        site_id=actor.site_id,
        number=next_number(session, actor.site_id, clock.local_day(now, actor.timezone).year),
        client_key=client_key,
        kind=kind,
        status=Status.REPORTED,
        window_id=window_id,
        location_id=location_id,
        place=clean(place, field=N_("Place"), limit=100),
        occurred_at=min(occurred_at, now),
        reported_at=now,
        reported_by=actor.user_id,
        head_told_at=now if Role.MANAGER in actor.roles else None,
        **_words(what=what, measures=measures),
    )
    session.add(incident)
    session.flush()
    if numbers is not None:
        add_first(session, actor, incident, numbers, now=now)
    take(
        session, actor, incident, Step.REPORT, now=now, code=kind, level=incident.level,
        moment=incident.occurred_at,
        told={"what": incident.what, "place": [window_id, location_id, incident.place]},
    )  # fmt: skip
    add_photos(session, actor, incident, photos=photos, upload_ids=upload_ids, now=now)
    session.execute(delete(Draft).where(Draft.user_id == actor.user_id))
    session.flush()
    return incident


def amend(
    session: Session,
    actor: Actor,
    incident_id: int,
    *,
    kind: Kind,
    occurred_at: datetime,
    window_id: int | None,
    location_id: int | None,
    place: str,
    row_version: int | None,
    now: datetime,
    **words: str,
) -> Incident:
    """Correct and complete what was reported; `words` are the texts of `WORDS`.

    An hour that has begun is neither ended nor put off by it.
    """
    incident = begin(session, actor, incident_id, Step.AMEND, row_version)
    kind = Kind(kind)
    if occurred_at != incident.occurred_at:
        check_when(actor, occurred_at, now)
        _check_order(session, actor, incident, occurred_at)
    _check_place(session, actor.site_id, window_id, location_id, place)
    is_judged_anew = (kind, occurred_at) != (incident.kind, incident.occurred_at)
    if is_judged_anew:
        check_hour(session, actor, incident, kind=kind, occurred_at=occurred_at, now=now)
    rows = figures_of(session, incident)
    if rows:
        last = rows[-1]
        check_numbers(
            kind, Numbers(last.deaths, last.missing, last.serious, last.minor, last.loss_fen)
        )
    facts: dict[str, Any] = {
        "kind": kind,
        "occurred_at": min(occurred_at, now),
        "window_id": window_id,
        "location_id": location_id,
        "place": clean(place, field=N_("Place"), limit=100),
        **_words(**words),
    }
    changed = [name for name, value in facts.items() if getattr(incident, name) != value]
    old_moment = incident.occurred_at if "occurred_at" in changed else None
    old_window = incident.window_id
    for name, value in facts.items():
        setattr(incident, name, value)
    if not rows and kind == Kind.NEAR_MISS:
        add_first(session, actor, incident, Numbers(loss_fen=0), now=now)
    old = incident.level
    if is_judged_anew:
        regrade(session, incident, actor.timezone, now)
    moved = {"window_id": window_id, "old_window_id": old_window} if old_window != window_id else {}
    take(
        session, actor, incident, Step.AMEND, now=now, code=kind, moment=old_moment,
        level=incident.level, old_level=old, told={name: facts[name] for name in changed}, **moved,
    )  # fmt: skip
    return incident


def tell_head(
    session: Session,
    actor: Actor,
    incident_id: int,
    *,
    told_at: datetime,
    row_version: int | None,
    now: datetime,
) -> Incident:
    """Record when the head of the unit was told: from then on the hour runs.

    Told again, it stays at the earliest; a correction to an earlier time is a step of its own.
    """
    incident = begin(session, actor, incident_id, Step.TELL_HEAD, row_version)
    check_moment(actor, incident, told_at, now)
    if incident.head_told_at is not None and told_at > incident.head_told_at:
        raise HeadToldBefore(moment=told(incident.head_told_at, actor))
    incident.head_told_at = told_at
    take(session, actor, incident, Step.TELL_HEAD, now=now, moment=told_at)
    return incident


def confirm(
    session: Session,
    actor: Actor,
    incident_id: int,
    *,
    note: str = "",
    row_version: int | None,
    now: datetime,
) -> Incident:
    """Find that it happened as told; raises `IncompleteFacts` naming what is still missing."""
    incident = begin(session, actor, incident_id, Step.CONFIRM, row_version)
    lacking = lacking_facts(incident)
    if lacking:
        raise IncompleteFacts(what=_(", ").join(lacking))
    words = clean(note, field=N_("Note"), limit=500, lines=True)
    take(session, actor, incident, Step.CONFIRM, now=now, note=words)
    return incident


def void(
    session: Session,
    actor: Actor,
    incident_id: int,
    *,
    reason: str,
    row_version: int | None,
    now: datetime,
) -> Incident:
    """Take out what did not happen, or was reported twice.

    Never what an authority was told of. Where somebody was ever recorded as dead, missing or badly
    hurt, somebody else than who takes it out must have set the figures right before.
    """
    incident = begin(session, actor, incident_id, Step.VOID, row_version)
    _check_void(session, actor, incident)
    words = clean(reason, field=N_("Reason"), limit=500, required=True, lines=True)
    incident.closed_at = now
    take(session, actor, incident, Step.VOID, now=now, note=words)
    return incident


def why_not_void(session: Session, actor: Actor, incident: Incident) -> str:
    """What stands against taking it out, in words; nothing where it may be."""
    try:
        _check_void(session, actor, incident)
    except (VoidAfterTelling, VoidHidesHarm) as problem:
        return problem.message()
    return ""


def _check_void(session: Session, actor: Actor, incident: Incident) -> None:
    if _first_told(session, incident) is not None:
        raise VoidAfterTelling()
    rows = figures_of(session, incident)
    grave = [one for one in rows if one.deaths or one.missing or one.serious]
    if grave and (rows[-1] in grave or rows[-1].by == actor.user_id):
        raise VoidHidesHarm()


def _first_told(session: Session, incident: Incident) -> datetime | None:
    query = select(func.min(Notification.told_at)).where(Notification.incident_id == incident.id)
    return session.scalar(query)


def lacking_facts(incident: Incident) -> list[str]:
    """What must be known before it is confirmed, in words."""
    found = []
    if not incident.what:
        found.append(_("what happened"))
    if incident.deaths is None:
        found.append(_("how many people are hurt"))
    return found


def check_when(actor: Actor, occurred_at: datetime, now: datetime) -> None:
    """Raise for a moment to come, or one that is too long ago."""
    words = told(occurred_at, actor)
    if occurred_at > now + AHEAD:
        raise IncidentInFuture(moment=words, now=told(now, actor))
    days = rules.oldest_days()
    if occurred_at < now - timedelta(days=days):
        raise IncidentTooOld(moment=words, days=days)


def check_moment(actor: Actor, incident: Incident, moment: datetime, now: datetime) -> None:
    """Raise for a moment before it happened, or one to come."""
    first = incident.occurred_at.replace(second=0, microsecond=0)
    if not first <= moment <= now + AHEAD:
        raise MomentNotPossible(first=told(incident.occurred_at, actor), now=told(now, actor))


def _check_order(session: Session, actor: Actor, incident: Incident, moment: datetime) -> None:
    """Raise for a moment after the report, or after the head or an authority was told of it."""
    told_at = [one for one in (incident.head_told_at, _first_told(session, incident)) if one]
    # What is told is typed by the minute.
    minute = moment.replace(second=0, microsecond=0)
    if moment > incident.reported_at or any(minute > one for one in told_at):
        limit = min([incident.reported_at, *told_at])
        raise HappenedBefore(moment=told(moment, actor), limit=told(limit, actor))


def keep_draft(
    session: Session, actor: Actor, *, form: str, facts: dict[str, Any], now: datetime
) -> None:
    """Keep what somebody has typed so far, so that a reload loses nothing."""
    actor.require(Permission.REPORT)
    found = session.scalar(select(Draft).where(Draft.user_id == actor.user_id))
    if found is None:
        found = Draft(site_id=actor.site_id, user_id=actor.user_id, form=form, facts=facts, at=now)
        session.add(found)
    else:
        found.form, found.facts, found.at = form, facts, now
    session.flush()


def find_draft(session: Session, actor: Actor, now: datetime) -> Draft | None:
    """What this person has begun lately."""
    query = select(Draft).where(Draft.user_id == actor.user_id, Draft.at >= now - DRAFTS_KEPT)
    return session.scalar(query)


def drop_draft(session: Session, actor: Actor) -> None:
    """Forget what this person has begun."""
    session.execute(delete(Draft).where(Draft.user_id == actor.user_id))


def sweep_drafts(session: Session, now: datetime) -> int:
    """Forget what nobody went on with."""
    stale = list(session.scalars(select(Draft.id).where(Draft.at < now - DRAFTS_KEPT)))
    if stale:
        session.execute(delete(Draft).where(Draft.id.in_(stale)))
    return len(stale)


def _words(**words: str) -> dict[str, str]:
    found = {}
    for name, text in words.items():
        field, limit, lines = WORDS[name]
        found[name] = clean(text, field=field, limit=limit, lines=lines)
    return found


def _sent_before(session: Session, actor: Actor, client_key: str | None) -> Incident | None:
    if client_key is None:
        return None
    return session.scalar(
        select(Incident).where(
            Incident.site_id == actor.site_id,
            Incident.client_key == client_key,
            Incident.reported_by == actor.user_id,
        )
    )


def _check_place(
    session: Session, site_id: int, window_id: int | None, location_id: int | None, place: str
) -> None:
    if window_id is None and location_id is None and not place.strip():
        raise IncidentPlaceMissing()
    if window_id is not None and window_id not in workplace.window_names(session, site_id):
        raise IncidentPlaceUnknown()
    if location_id is not None and location_id not in workplace.location_names(session, site_id):
        raise IncidentPlaceUnknown()
