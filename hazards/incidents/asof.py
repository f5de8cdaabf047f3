"""Incidents as they stood at a moment, told from dated steps and figures alone."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazards.incidents.counting import Case, Counted, Decision, counted_from
from hazards.incidents.deadlines import Clock, State, clock_of
from hazards.incidents.level import LEGAL, Level
from hazards.incidents.models import (
    Authority,
    Figures,
    Incident,
    IncidentStep,
    Kind,
    Notification,
    Status,
    Step,
)
from hazards.incidents.rules import clock_minutes
from hazards.incidents.service.figures import NONE
from hazards.incidents.service.settings import rules_of

LEADS_TO: Final[Mapping[Step, Status]] = {
    Step.REPORT: Status.REPORTED,
    Step.CONFIRM: Status.CONFIRMED,
    Step.INVESTIGATE: Status.INVESTIGATING,
    Step.CONCLUDE: Status.ACTING,
    Step.CLOSE: Status.CLOSED,
    Step.REOPEN: Status.INVESTIGATING,
    Step.VOID: Status.VOIDED,
}
SITED: Final = frozenset({Step.AMEND, Step.MOVE})


@dataclass(frozen=True, slots=True)
class Story:
    """One incident as it was known before a moment; it holds no personal data."""

    id: int
    number: str
    kind: Kind
    what: str
    window_id: int | None
    location_id: int | None
    place: str
    occurred_at: datetime
    reported_at: datetime
    status: Status
    loss_fen: int | None
    counted: Counted | None
    clock: Clock
    closed_at: datetime | None

    @property
    def level(self) -> Level | None:
        """How grave it was, if anybody had said what it cost."""
        return self.counted.level if self.counted else None

    @property
    def numbers(self) -> tuple[int, int, int, int] | None:
        """Deaths, missing, serious and minor injuries, if anybody had said them."""
        return self.counted.harm.casualties if self.counted else None

    @property
    def is_void(self) -> bool:
        """Whether it was found untrue."""
        return self.status is Status.VOIDED

    @property
    def is_accident(self) -> bool:
        """Whether the law counted it."""
        return self.level in LEGAL

    @property
    def is_near_miss(self) -> bool:
        """Whether nothing came of it: good news, for it can be prevented now."""
        return self.level is Level.NEAR_MISS

    @property
    def is_open(self) -> bool:
        """Whether there was still something to do."""
        return self.status not in (Status.CLOSED, Status.VOIDED)

    @property
    def is_told_late(self) -> bool:
        """Whether the authorities were told late, or not in time at all."""
        return self.clock.state in (State.LATE, State.OVERDUE)


def stories(
    session: Session,
    site_id: int,
    timezone: str,
    *,
    start: datetime,
    end: datetime,
    cutoff: datetime,
    window_id: int | None = None,
) -> list[Story]:
    """What happened from `start` to before `end`, as known before `cutoff`; the earliest first."""
    query = select(Incident).where(
        Incident.site_id == site_id,
        Incident.reported_at >= start,  # nothing is reported before it happens
        Incident.reported_at < cutoff,
    )
    found = session.scalars(query.order_by(Incident.id)).all()
    known = _known(session, [one.id for one in found], cutoff)
    loss_from = rules_of(session, site_id).loss_from_fen
    told = [_story(one, known[one.id], timezone, cutoff, loss_from) for one in found]
    chosen = [
        one
        for one in told
        if start <= one.occurred_at < end and (window_id is None or one.window_id == window_id)
    ]
    return sorted(chosen, key=lambda one: (one.occurred_at, one.id))


@dataclass(slots=True)
class _Known:
    """What was recorded of one incident before and after the cut-off."""

    before: list[IncidentStep] = field(default_factory=list)
    after: list[IncidentStep] = field(default_factory=list)
    figures: list[Figures] = field(default_factory=list)
    told: dict[Authority, datetime] = field(default_factory=dict)


def _known(session: Session, ids: Sequence[int], cutoff: datetime) -> dict[int, _Known]:
    found = {one: _Known() for one in ids}
    steps = select(IncidentStep).where(IncidentStep.incident_id.in_(ids))
    for step in session.scalars(steps.order_by(IncidentStep.id)):
        known = found[step.incident_id]
        (known.before if step.at < cutoff else known.after).append(step)
    figures = select(Figures).where(Figures.incident_id.in_(ids), Figures.at < cutoff)
    for row in session.scalars(figures.order_by(Figures.id)):
        found[row.incident_id].figures.append(row)
    told = select(Notification).where(
        Notification.incident_id.in_(ids), Notification.recorded_at < cutoff
    )
    for one in session.scalars(told.order_by(Notification.told_at)):
        found[one.incident_id].told.setdefault(Authority(one.authority), one.told_at)
    return found


def _story(
    incident: Incident, known: _Known, timezone: str, cutoff: datetime, loss_from: int | None
) -> Story:
    """What a later step has changed is what that step says was before."""
    kind = Kind(_last(known.before, {Step.REPORT, Step.AMEND}, "code") or incident.kind)
    decisions = [one for one in known.before if one.step == Step.DECIDE]
    occurred_at = _first(known.after, "moment", {Step.AMEND}) or incident.occurred_at
    head_told_at = _head_told(incident, known)
    case = Case(
        kind, occurred_at, head_told_at or incident.reported_at, loss_from,
        tuple(Decision(one.at, one.code != NONE) for one in decisions),
    )  # fmt: skip
    counted = counted_from(known.figures, case, timezone, cutoff)
    status = next(
        (LEADS_TO[one.step] for one in reversed(known.before) if one.step in LEADS_TO),
        Status.REPORTED,
    )
    ended = [one.at for one in known.before if LEADS_TO.get(one.step) == status]
    last = known.figures[-1] if known.figures else None
    return Story(
        id=incident.id,
        number=incident.number,
        kind=kind,
        what=incident.what,
        window_id=_window(incident, known.after),
        location_id=incident.location_id,
        place=incident.place,
        occurred_at=occurred_at,
        reported_at=incident.reported_at,
        status=status,
        loss_fen=last.loss_fen if last else None,
        counted=counted,
        clock=clock_of(
            counts_since=counted.since if counted else None,
            reported_at=incident.reported_at,
            head_told_at=head_told_at,
            told=known.told,
            minutes=clock_minutes(),
            now=cutoff,
        ),
        closed_at=ended[-1] if ended and status in (Status.CLOSED, Status.VOIDED) else None,
    )


def _head_told(incident: Incident, known: _Known) -> datetime | None:
    """When the head was told, as far as it was recorded then: the earliest counts."""
    told = [one.moment for one in known.before if one.step == Step.TELL_HEAD and one.moment]
    if incident.head_told_at == incident.reported_at:
        told.append(incident.reported_at)  # a manager reported it
    return min(told, default=None)


def _window(incident: Incident, after: Sequence[IncidentStep]) -> int | None:
    """Where it was before it went with its window, or was put elsewhere."""
    for step in after:
        if step.step in SITED and step.window_id != step.old_window_id:
            return step.old_window_id
    return incident.window_id


def _last(steps: Sequence[IncidentStep], of: Set[Step], name: str) -> Any:
    return next((getattr(one, name) for one in reversed(steps) if one.step in of), None)


def _first(steps: Sequence[IncidentStep], name: str, of: Set[Step]) -> Any:
    found = (getattr(one, name) for one in steps if one.step in of)
    return next((one for one in found if one is not None), None)
