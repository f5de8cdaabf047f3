"""What an incident has cost, as it became known, and the level that follows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazards.incidents import rules
from hazards.incidents.deadlines import last_day
from hazards.incidents.errors import (
    DayNotPossible,
    FiguresAreFixed,
    FiguresNotPossible,
    NearMissHurtsNobody,
    NotCounted,
    SameFigures,
)
from hazards.incidents.level import FEN, Harm, Level, legal_level, level_of
from hazards.incidents.lifecycle import take
from hazards.incidents.models import Figures, Incident, Kind, Status, Step
from hazards.incidents.service.loading import begin
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


@dataclass(frozen=True, slots=True)
class Counted:
    """The harm that the law goes by now, and how it is graded.

    `casualties_until` is the last day on which a change of casualties counts.
    """

    harm: Harm
    level: Level
    legal: Level | None
    since: datetime | None
    casualties_until: date
    is_over: bool


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
    _add(session, actor, incident, numbers, known_on=today, reason="", now=now)
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
    they were so within it (`known_on`).
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
    _add(session, actor, incident, numbers, known_on=day, reason=words, now=now)
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
    old, incident.is_accident = incident.level, is_accident
    regrade(session, incident, actor.timezone, now)
    take(
        session, actor, incident, Step.DECIDE, now=now, note=words,
        code="accident" if is_accident else "none", level=incident.level, old_level=old,
    )  # fmt: skip
    return incident


def figures_of(session: Session, incident: Incident) -> list[Figures]:
    """Every change of the figures, in the order of recording."""
    query = select(Figures).where(Figures.incident_id == incident.id).order_by(Figures.id)
    return list(session.scalars(query))


def counted(session: Session, incident: Incident, timezone: str, now: datetime) -> Counted | None:
    """What the law goes by now; nothing where nobody has said any figures yet."""
    loss_from = rules_of(session, incident.site_id).loss_from_fen
    case = Case(Kind(incident.kind), incident.occurred_at, incident.is_accident, loss_from)
    return counted_from(figures_of(session, incident), case, timezone, now)


@dataclass(frozen=True, slots=True)
class Case:
    """What beside the figures decides the level: kind, moment, decision, the hall's bound."""

    kind: Kind
    occurred_at: datetime
    is_accident: bool | None
    loss_from_fen: int | None


def counted_from(
    rows: Sequence[Figures], case: Case, timezone: str, now: datetime
) -> Counted | None:
    """The same from figures that are loaded: casualties of the last row within the period."""
    if not rows:
        return None
    occurred_on = clock.local_day(case.occurred_at, timezone)
    until = last_day(occurred_on, rules.follow_up_days(case.kind))
    within = [row for row in rows if row.known_on <= until] or [rows[0]]
    last = within[-1]
    harm = Harm(last.deaths, last.missing, last.serious, last.minor, rows[-1].loss_fen or 0)
    is_over = clock.local_day(now, timezone) > until
    harm = harm.at_the_end() if is_over else harm
    legal = legal_level(harm, loss_from_fen=case.loss_from_fen)
    is_accident = case.is_accident is not False
    level = level_of(
        harm,
        is_interruption=case.kind is Kind.INTERRUPTION,
        is_accident=is_accident,
        loss_from_fen=case.loss_from_fen,
    )
    since = _counts_since(rows, case) if legal is not None and is_accident else None
    return Counted(harm, level, legal, since, until, is_over)


def regrade(session: Session, incident: Incident, timezone: str, now: datetime) -> None:
    """Keep what follows from the figures on the incident."""
    rows = figures_of(session, incident)
    if rows:
        last = rows[-1]
        incident.deaths, incident.missing = last.deaths, last.missing
        incident.serious, incident.minor = last.serious, last.minor
        incident.loss_fen = last.loss_fen
    found = counted(session, incident, timezone, now)
    incident.level = found.level if found else None
    incident.counts_since = found.since if found else None


def end_periods(session: Session, now: datetime) -> int:
    """When the days for changes are over, whoever is missing counts as dead: the level follows."""
    waiting = session.scalars(
        select(Incident)
        .where(Incident.missing > 0, Incident.status != Status.VOIDED)
        .order_by(Incident.id)
    ).all()
    changed = 0
    for incident in waiting:
        timezone = workplace.site(session, incident.site_id).timezone
        found = counted(session, incident, timezone, now)
        if found is None or not found.is_over or found.level == incident.level:
            continue
        old = incident.level
        regrade(session, incident, timezone, now)
        take(
            session, None, incident, Step.COUNT, now=now, code=CASUALTIES,
            level=incident.level, old_level=old,
        )  # fmt: skip
        changed += 1
    return changed


def _counts_since(rows: Sequence[Figures], case: Case) -> datetime:
    """Since when the law counts it without a break: at once, or from a later change."""
    since: datetime | None = None
    for at, row in enumerate(rows):
        harm = Harm(row.deaths, row.missing, row.serious, row.minor, row.loss_fen or 0)
        if legal_level(harm, loss_from_fen=case.loss_from_fen) is None:
            since = None
        elif since is None:
            since = row.at if at else case.occurred_at
    return since or rows[-1].at


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


def _add(
    session: Session,
    actor: Actor,
    incident: Incident,
    numbers: Numbers,
    *,
    known_on: date,
    reason: str,
    now: datetime,
) -> None:
    session.add(
        Figures(
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
    )
    session.flush()
