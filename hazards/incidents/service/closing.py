"""Measures as hazards, the four conditions, and what still stands against closing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hazards import service as hazards
from hazards.incidents import rules
from hazards.incidents.deadlines import last_day
from hazards.incidents.errors import DeadlineNotPossible, NotReadyToClose
from hazards.incidents.level import LEGAL, Level
from hazards.incidents.lifecycle import take
from hazards.incidents.models import (
    AUTHORITY_NAMES,
    Action,
    Answer,
    Incident,
    Status,
    Step,
)
from hazards.incidents.service.figures import counted
from hazards.incidents.service.investigating import causes_of
from hazards.incidents.service.loading import begin
from hazards.incidents.service.notifying import clock_for, owed_for, told_of
from hazards.incidents.service.reporting import lacking_facts
from hazards.incidents.service.scene import is_kept
from hazards.service import Category, Outcome
from hazards.service import Level as HazardLevel
from hazards.service import Origin as HazardOrigin
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.errors import NotFound
from safety_app.core.i18n import N_, _, day_text
from safety_app.core.text import clean

SOURCE: Final = "incidents:"
LONGEST: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Condition:
    """One of the four, with its answer if there is one."""

    code: str
    title: str
    ask: str
    words: str = ""
    at: datetime | None = None
    by: int | None = None


def raise_action(
    session: Session,
    actor: Actor,
    incident_id: int,
    *,
    what: str,
    category: Category,
    level: HazardLevel,
    fix_by: date,
    owner_id: int | None = None,
    measures: str = "",
    interim_measure: str = "",
    funds: str = "",
    contingency: str = "",
    now: datetime,
) -> Action:
    """Make a corrective measure a hazard with owner and day.

    Without an owner, or where the actor may not hand out, it waits to be assigned like any other.
    """
    incident = begin(session, actor, incident_id, Step.RAISE)
    today = clock.local_day(now, actor.timezone)
    if not today <= fix_by <= today + LONGEST:
        raise DeadlineNotPossible(first=_day(today), last=_day(today + LONGEST))
    query = select(func.max(Action.number)).where(Action.incident_id == incident.id)
    number = (session.scalar(query) or 0) + 1
    hazard = hazards.report(
        session, actor, what=what, level=level, category=category, origin=HazardOrigin.INCIDENT,
        window_id=incident.window_id, location_id=incident.location_id, place=incident.place,
        source=f"{SOURCE}{incident.number}/{number}", fix_by=fix_by, now=now,
    )  # fmt: skip
    if owner_id is not None and hazards.may_assign(actor, incident.window_id):
        hazards.assign(
            session, actor, hazard.id, owner_id=owner_id, fix_by=fix_by,
            measures=measures or what, interim_measure=interim_measure, funds=funds,
            contingency=contingency, row_version=None, now=now,
        )  # fmt: skip
    row = Action(
        site_id=incident.site_id,
        incident_id=incident.id,
        number=number,
        hazard_id=hazard.id,
        at=now,
        by=actor.user_id,
    )
    session.add(row)
    session.flush()
    take(
        session, actor, incident, Step.RAISE, now=now, code=hazard.number, person_id=owner_id,
        told={"what": hazard.what, "fix_by": fix_by},
    )  # fmt: skip
    return row


def actions_of(session: Session, incident: Incident) -> list[Outcome]:
    """The measures as they stand."""
    query = select(Action.hazard_id).where(Action.incident_id == incident.id)
    ids = list(session.scalars(query.order_by(Action.number)))
    found = hazards.outcomes(session, incident.site_id, ids)
    return [found[one] for one in ids if one in found]


def answer(
    session: Session, actor: Actor, incident_id: int, *, condition: str, words: str, now: datetime
) -> Answer:
    """Answer one of the four; the newest answer counts, those before stay on record."""
    incident = begin(session, actor, incident_id, Step.ANSWER)
    asked = {one.code: one for one in rules.conditions()}
    if condition not in asked:
        raise NotFound()
    row = Answer(
        site_id=incident.site_id,
        incident_id=incident.id,
        condition=condition,
        words=clean(
            words, field=N_("Answer to the condition"), limit=2000, required=True, lines=True
        ),
        at=now,
        by=actor.user_id,
    )
    session.add(row)
    session.flush()
    take(session, actor, incident, Step.ANSWER, now=now, code=condition, told={"words": row.words})
    return row


def conditions_of(session: Session, incident: Incident) -> list[Condition]:
    """What is asked of an incident of this level, with the answers."""
    query = select(Answer).where(Answer.incident_id == incident.id).order_by(Answer.id)
    last = {row.condition: row for row in session.scalars(query)}
    level = Level(incident.level) if incident.level else None
    return [_condition(point, last.get(point.code)) for point in rules.conditions(level)]


def lacking(session: Session, incident: Incident, timezone: str, now: datetime) -> list[str]:
    """Everything that still stands against closing, in words."""
    found = lacking_facts(incident)
    found += _towards_authorities(session, incident, timezone, now)
    if is_kept(incident):
        found.append(_("the scene is still protected"))
    level = Level(incident.level) if incident.level else None
    if not rules.is_light(level) and not causes_of(session, incident.id):
        found.append(_("no cause is recorded"))
    actions = actions_of(session, incident)
    if not rules.is_light(level) and not actions:
        found.append(_("no measure was taken up"))
    found += [
        _("not answered: {condition}", condition=one.title)
        for one in conditions_of(session, incident)
        if not one.words
    ]
    still_open = [one.number for one in actions if one.is_open]
    if still_open:
        found.append(_("hazards still open: {numbers}", numbers=_(", ").join(still_open)))
    return found


def close(
    session: Session,
    actor: Actor,
    incident_id: int,
    *,
    note: str = "",
    row_version: int | None,
    now: datetime,
) -> Incident:
    """Close the case; raises `NotReadyToClose` with all that is missing.

    What is light may be closed as soon as it is confirmed.
    """
    incident = begin(session, actor, incident_id, Step.CLOSE, row_version)
    missing = lacking(session, incident, actor.timezone, now)
    level = Level(incident.level) if incident.level else None
    if incident.status == Status.CONFIRMED and not rules.is_light(level):
        missing.insert(0, _("it was not investigated"))
    if missing:
        raise NotReadyToClose(what=_("; ").join(missing))
    words = clean(note, field=N_("Note"), limit=1000, lines=True)
    incident.closed_at = now
    take(session, actor, incident, Step.CLOSE, now=now, note=words, level=incident.level)
    return incident


def reopen(
    session: Session,
    actor: Actor,
    incident_id: int,
    *,
    reason: str,
    row_version: int | None,
    now: datetime,
) -> Incident:
    """Take a closed case up again, when something new has come out."""
    incident = begin(session, actor, incident_id, Step.REOPEN, row_version)
    words = clean(reason, field=N_("Reason"), limit=500, required=True, lines=True)
    incident.closed_at = None
    take(session, actor, incident, Step.REOPEN, now=now, note=words)
    return incident


def _towards_authorities(
    session: Session, incident: Incident, timezone: str, now: datetime
) -> Sequence[str]:
    """Who is still to be told, and whether changes may still come.

    What was reported is put right also where by the new figures nothing must be reported.
    """
    told = told_of(session, incident.id)
    clock_now = clock_for(incident, told, now)
    found = [
        _("not told yet: {authority}", authority=_(AUTHORITY_NAMES[one]))
        for one in clock_now.lacking
    ]
    found += [
        _("change not told yet: {authority}", authority=_(AUTHORITY_NAMES[one.authority]))
        for one in owed_for(counted(session, incident, timezone, now), told)
    ]
    occurred_on = clock.local_day(incident.occurred_at, timezone)
    until = last_day(occurred_on, rules.follow_up_days(incident.kind))
    if incident.level in LEGAL and clock.local_day(now, timezone) <= until:
        found.append(_("changes are still to be told until {day}", day=_day(until)))
    return found


def _condition(point: rules.Point, row: Answer | None) -> Condition:
    if row is None:
        return Condition(point.code, point.text, point.ask)
    return Condition(point.code, point.text, point.ask, row.words, row.at, row.by)


def _day(day: date) -> str:
    return day_text(day, weekday=False, year=True)
