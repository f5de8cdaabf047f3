"""What an incident has cost, as it became known, and the level that follows."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazards.incidents import rules
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
from hazards.incidents.level import FEN, Harm, Level, legal_level, level_of
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


@dataclass(frozen=True, slots=True)
class Counted:
    """The harm that the law goes by now, and how it is graded.

    `casualties_until` is the last day on which a change of casualties counts. `is_accident` is the
    decision that stands; `lapsed_at` is when graver figures ended one that it is none.
    """

    harm: Harm
    level: Level
    legal: Level | None
    since: datetime | None
    casualties_until: date
    is_over: bool
    is_accident: bool | None = None
    lapsed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """That it is a work-safety accident, or none, and when somebody decided so."""

    at: datetime
    is_accident: bool


@dataclass(frozen=True, slots=True)
class Case:
    """What beside the figures decides the level and the hour.

    `heard_at` is when the head was told, else the report.
    """

    kind: Kind
    occurred_at: datetime
    heard_at: datetime
    loss_from_fen: int | None
    decisions: tuple[Decision, ...] = ()


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


def has_lapsed(session: Session, incident: Incident) -> bool:
    """Whether graver figures have ended the decision that it is none, and nobody decided anew."""
    if incident.is_accident is not None:
        return False
    return any(not one.is_accident for one in decisions_of(session, incident.id)[-1:])


def counted(session: Session, incident: Incident, timezone: str, now: datetime) -> Counted | None:
    """What the law goes by now; nothing where nobody has said any figures yet."""
    return counted_from(figures_of(session, incident), case_of(session, incident), timezone, now)


def counted_from(
    rows: Sequence[Figures], case: Case, timezone: str, now: datetime
) -> Counted | None:
    """The same from figures that are loaded: casualties of the last row within the period."""
    if not rows:
        return None
    occurred_on = clock.local_day(case.occurred_at, timezone)
    until = last_day(occurred_on, rules.follow_up_days(case.kind))
    is_over = clock.local_day(now, timezone) > until
    course = _course(rows, case, until)
    harm = course.harm.at_the_end() if is_over else course.harm
    level = level_of(
        harm,
        is_interruption=case.kind is Kind.INTERRUPTION,
        is_accident=course.is_accident is not False,
        loss_from_fen=case.loss_from_fen,
    )
    return Counted(
        harm, level, legal_level(harm, loss_from_fen=case.loss_from_fen), course.since, until,
        is_over, course.is_accident, course.lapsed_at,
    )  # fmt: skip


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


@dataclass(slots=True)
class _Course:
    """How it stood from one figure and decision to the next.

    `worst` is the gravest that was known of each; `began` is since when it counted the last time,
    `broke` when it did no more.
    """

    case: Case
    harm: Harm = field(default_factory=Harm)
    worst: Harm = field(default_factory=Harm)
    is_accident: bool | None = None
    lapsed_at: datetime | None = None
    since: datetime | None = None
    began: datetime | None = None
    broke: datetime | None = None

    def decide(self, decision: Decision) -> None:
        """Somebody decided: that it is none ends the hour, that it is one takes that back."""
        self.is_accident, self.lapsed_at = decision.is_accident, None
        self._follow(decision.at, is_graver=False)

    def learn(self, harm: Harm, at: datetime) -> None:
        """The figures are these: where they are graver a decision that it is none lapses."""
        is_graver = _is_graver(harm, self.worst, self.case.loss_from_fen)
        if is_graver and self.is_accident is False:
            self.is_accident, self.lapsed_at = None, at
        self.harm, self.worst = harm, harm.worst_of(self.worst)
        self._follow(at, is_graver=is_graver)

    def _follow(self, at: datetime, *, is_graver: bool) -> None:
        legal = legal_level(self.harm, loss_from_fen=self.case.loss_from_fen)
        counts = legal is not None and self.is_accident is not False
        if counts and self.since is None:
            is_new = self.began is None or (is_graver and self._broke_in_time())
            self.since = self.began = at if is_new else self.began
        elif not counts and self.since is not None:
            self.since, self.broke = None, at

    def _broke_in_time(self) -> bool:
        """Whether it counted no more before its hour was over: late stays late."""
        if self.began is None or self.broke is None:
            return True
        hour = timedelta(minutes=rules.clock_minutes())
        return self.broke <= max(self.case.heard_at, self.began) + hour


def _course(rows: Sequence[Figures], case: Case, until: date) -> _Course:
    """Figures and decisions one after the other; the first figures were so from the beginning.

    Casualties after the period leave it as it was.
    """
    course = _Course(case)
    waiting = list(case.decisions)
    for number, row in enumerate(rows):
        while number and waiting and waiting[0].at < row.at:
            course.decide(waiting.pop(0))
        is_late = number and row.known_on > until
        of = course.harm if is_late else Harm(row.deaths, row.missing, row.serious, row.minor)
        harm = replace(of, loss_fen=row.loss_fen or 0)
        course.learn(harm, row.at if number else case.occurred_at)
    for decision in waiting:
        course.decide(decision)
    return course


def _is_graver(harm: Harm, before: Harm, loss_from_fen: int | None) -> bool:
    """Whether more people are dead, missing or badly hurt than was known, or the level rises."""
    if any(now > then for now, then in zip(harm.grave, before.grave, strict=True)):
        return True
    level = legal_level(harm, loss_from_fen=loss_from_fen)
    known = legal_level(before, loss_from_fen=loss_from_fen)
    ranks = list(Level)
    return level is not None and (known is None or ranks.index(level) < ranks.index(known))


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
