"""What an incident has cost, as it became known, and the level that follows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazards.incidents import rules
from hazards.incidents.counting import Case, Counted, Decision, counted_from
from hazards.incidents.deadlines import last_day
from hazards.incidents.errors import (
    DayNotPossible,
    FiguresAreFixed,
    FiguresNotPossible,
    HourStands,
    NearMissHurtsNobody,
    NotCounted,
    SameFigures,
)
from hazards.incidents.level import FEN, Harm
from hazards.incidents.lifecycle import take
from hazards.incidents.models import Figures, Incident, IncidentStep, Kind, Status, Step
from hazards.incidents.service.loading import begin, told
from hazards.incidents.service.settings import rules_of
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.i18n import N_, day_text
from safety_app.core.text import clean
from safety_app.workplace import service as workplace

MOST_PEOPLE: Final = 10_000
MOST_YUAN: Final = 100_000_000_000
FIRST, CASUALTIES, LOSS = "first", "casualties", "loss"
"""What a change of figures was about, as the code of its step."""
ACCIDENT, NONE = "accident", "none"
"""What was decided, as the code of its step."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """What somebody says it has cost; the loss may not be known yet."""

    deaths: int = 0
    missing: int = 0
    serious: int = 0
    minor: int = 0
    loss_fen: int | None = None

    @property
    def harm(self) -> Harm:
        """As the rules count it."""
        return Harm(self.deaths, self.missing, self.serious, self.minor, self.loss_fen or 0)


def check_numbers(kind: Kind, numbers: Numbers) -> None:
    """Raise for numbers that cannot be, or that a near miss cannot have."""
    people = numbers.harm.casualties
    loss = numbers.loss_fen or 0
    if any(not 0 <= one <= MOST_PEOPLE for one in people) or not 0 <= loss <= MOST_YUAN * FEN:
        raise FiguresNotPossible(people=f"{MOST_PEOPLE:,}", loss=f"{MOST_YUAN:,}")
    if kind == Kind.NEAR_MISS and (numbers.harm.hurt or loss):
        raise NearMissHurtsNobody()


def add_first(
    session: Session, actor: Actor, incident: Incident, numbers: Numbers, *, now: datetime
) -> None:
    """The figures of a report, as known on that day."""
    today = clock.local_day(now, actor.timezone)
    session.add(_row(actor, incident, numbers, known_on=today, reason="", now=now))
    session.flush()
    regrade(session, incident, actor.timezone, now)


def count(
    session: Session,
    actor: Actor,
    incident_id: int,
    *,
    numbers: Numbers,
    known_on: date | None = None,
    reason: str = "",
    row_version: int | None,
    now: datetime,
) -> Incident:
    """Record what is known now; the level follows, with its history.

    After the follow-up period casualties change with a reason only, and count for the level only if
    they were so within it (`known_on`). A reason is asked for too where by the new figures the law
    counts it no more. Where they are graver a decision that it is none lapses.
    """
    incident = begin(session, actor, incident_id, Step.COUNT, row_version)
    kind = Kind(incident.kind)
    check_numbers(kind, numbers)
    rows = figures_of(session, incident)
    change = _change(rows, numbers)
    today = clock.local_day(now, actor.timezone)
    occurred_on = clock.local_day(incident.occurred_at, actor.timezone)
    day = known_on or today
    if not occurred_on <= day <= today:
        raise DayNotPossible(first=day_text(occurred_on, weekday=False, year=True))
    words = clean(reason, field=N_("Reason"), limit=500)
    until = last_day(occurred_on, rules.follow_up_days(kind))
    if change == CASUALTIES and today > until and not words:
        raise FiguresAreFixed(day=day_text(until, weekday=False, year=True))
    row = _row(actor, incident, numbers, known_on=day, reason=words, now=now)
    case = case_of(session, incident)
    found = counted_from([*rows, row], case, actor.timezone, now)
    if incident.counts_since is not None and (found is None or found.since is None):
        clean(words, field=N_("Reason"), limit=500, required=True)
    session.add(row)
    session.flush()
    old = incident.level
    regrade(session, incident, actor.timezone, now)
    take(
        session, actor, incident, Step.COUNT, now=now, code=change, note=words,
        level=incident.level, old_level=old,
        told={"numbers": [*numbers.harm.casualties, numbers.loss_fen], "known_on": day},
    )  # fmt: skip
    return incident


def decide(
    session: Session,
    actor: Actor,
    incident_id: int,
    *,
    is_accident: bool,
    reason: str,
    row_version: int | None,
    now: datetime,
) -> Incident:
    """Decide whether the law counts it: an illness by itself, a crime, is no work-safety accident.

    Until somebody decides it counts by its figures.
    """
    incident = begin(session, actor, incident_id, Step.DECIDE, row_version)
    words = clean(reason, field=N_("Reason"), limit=500, required=True, lines=True)
    found = counted(session, incident, actor.timezone, now)
    if found is None or found.legal is None:
        raise NotCounted()
    old = incident.level
    regrade(session, incident, actor.timezone, now, Decision(now, is_accident))
    take(
        session, actor, incident, Step.DECIDE, now=now, note=words,
        code=ACCIDENT if is_accident else NONE, level=incident.level, old_level=old,
    )  # fmt: skip
    return incident


def figures_of(session: Session, incident: Incident) -> list[Figures]:
    """Every change of the figures, in the order of recording."""
    query = select(Figures).where(Figures.incident_id == incident.id).order_by(Figures.id)
    return list(session.scalars(query))


def case_of(session: Session, incident: Incident, *new: Decision) -> Case:
    """An incident as its level is judged; `new` are decisions that are only being taken."""
    return Case(
        Kind(incident.kind),
        incident.occurred_at,
        incident.head_told_at or incident.reported_at,
        rules_of(session, incident.site_id).loss_from_fen,
        (*decisions_of(session, incident.id), *new),
    )


def decisions_of(session: Session, incident_id: int) -> tuple[Decision, ...]:
    """What was decided, in the order of deciding."""
    query = select(IncidentStep.at, IncidentStep.code).where(
        IncidentStep.incident_id == incident_id, IncidentStep.step == Step.DECIDE
    )
    found = session.execute(query.order_by(IncidentStep.id))
    return tuple(Decision(row.at, row.code != NONE) for row in found)


def counted(session: Session, incident: Incident, timezone: str, now: datetime) -> Counted | None:
    """What the law goes by now; nothing where nobody has said any figures yet."""
    return counted_from(figures_of(session, incident), case_of(session, incident), timezone, now)


def regrade(
    session: Session, incident: Incident, timezone: str, now: datetime, *new: Decision
) -> None:
    """Keep what follows from figures and decisions on the incident."""
    rows = figures_of(session, incident)
    if rows:
        last = rows[-1]
        incident.deaths, incident.missing = last.deaths, last.missing
        incident.serious, incident.minor = last.serious, last.minor
        incident.loss_fen = last.loss_fen
    found = counted_from(rows, case_of(session, incident, *new), timezone, now)
    incident.level = found.level if found else None
    incident.counts_since = found.since if found else None
    incident.is_accident = found.is_accident if found else None


def check_hour(
    session: Session,
    actor: Actor,
    incident: Incident,
    *,
    kind: Kind,
    occurred_at: datetime,
    now: datetime,
) -> None:
    """Raise where another kind or time would end the hour, or let it begin later."""
    if incident.counts_since is None:
        return
    case = replace(case_of(session, incident), kind=kind, occurred_at=occurred_at)
    found = counted_from(figures_of(session, incident), case, actor.timezone, now)
    since = found.since if found else None
    began = max(case.heard_at, incident.counts_since)
    if since is None or max(case.heard_at, since) > began:
        raise HourStands(start=told(began, actor))


def end_periods(session: Session, now: datetime) -> int:
    """When the days for changes are over, whoever is missing counts as dead: the level follows.

    That it was so is a step of the system, whether the level changes or not.
    """
    is_said = (
        select(IncidentStep.id)
        .where(
            IncidentStep.incident_id == Incident.id,
            IncidentStep.step == Step.COUNT,
            IncidentStep.actor_id.is_(None),
        )
        .exists()
    )
    waiting = session.scalars(
        select(Incident)
        .where(Incident.missing > 0, Incident.status != Status.VOIDED, ~is_said)
        .order_by(Incident.id)
    ).all()
    changed = 0
    for incident in waiting:
        timezone = workplace.site(session, incident.site_id).timezone
        found = counted(session, incident, timezone, now)
        if found is None or not found.missing_as_dead:
            continue
        old = incident.level
        regrade(session, incident, timezone, now)
        take(
            session, None, incident, Step.COUNT, now=now, code=CASUALTIES,
            level=incident.level, old_level=old,
        )  # fmt: skip
        changed += 1
    return changed


def _change(rows: Sequence[Figures], numbers: Numbers) -> str:
    """What is new; raises `SameFigures` where nothing is."""
    if not rows:
        return FIRST
    last = rows[-1]
    if (last.deaths, last.missing, last.serious, last.minor) != numbers.harm.casualties:
        return CASUALTIES
    if last.loss_fen == numbers.loss_fen:
        raise SameFigures()
    return LOSS


def _row(
    actor: Actor,
    incident: Incident,
    numbers: Numbers,
    *,
    known_on: date,
    reason: str,
    now: datetime,
) -> Figures:
    return Figures(
        site_id=incident.site_id,
        incident_id=incident.id,
        deaths=numbers.deaths,
        missing=numbers.missing,
        serious=numbers.serious,
        minor=numbers.minor,
        loss_fen=numbers.loss_fen,
        known_on=known_on,
        reason=reason,
        at=now,
        by=actor.user_id,
    )
