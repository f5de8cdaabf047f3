"""Hazards as they stood at a moment, told from their dated steps alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hazards.models import Hazard, HazardStep, Kind, LegalClass, Level, Status, Step
from safety_app.core import clock

_LEADS_TO = {
    Step.REGISTER: Status.REGISTERED,
    Step.ASSIGN: Status.ASSIGNED,
    Step.FIX: Status.FIXED,
    Step.SEND_BACK: Status.ASSIGNED,
    Step.ACCEPT: Status.CLOSED,
    Step.VOID: Status.VOIDED,
}
_OWNERS = frozenset({Step.ASSIGN, Step.HAND_OVER})
_RECHECKS = frozenset({Step.ACCEPT, Step.SEND_BACK})


@dataclass(frozen=True, slots=True)
class Moment:
    """One dated step, as far as figures need it."""

    step: Step
    at: datetime
    owner_id: int | None = None
    fix_by: date | None = None
    level: Level | None = None
    legal_class: LegalClass | None = None
    reason: str = ""
    funds_yuan: int | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """One hazard with its steps up to a moment; nothing later is in it."""

    id: int
    number: str
    kind: Kind
    what: str
    what_en: str
    window_id: int | None
    location_id: int | None
    place: str
    registered_at: datetime
    repeat_of_id: int | None
    is_from_authority: bool = False
    moments: tuple[Moment, ...] = field(default=())

    def status_at(self, moment: datetime) -> Status | None:
        """The status just before a moment; `None` if it was not registered yet."""
        found = None
        for one in self.moments:
            if one.at < moment:
                found = _LEADS_TO.get(one.step, found)
        return found

    @property
    def status(self) -> Status:
        """The status at the end of the story."""
        return next(
            (_LEADS_TO[one.step] for one in reversed(self.moments) if one.step in _LEADS_TO),
            Status.REGISTERED,
        )

    @property
    def is_open(self) -> bool:
        """Whether it was still on the list."""
        return self.status not in (Status.CLOSED, Status.VOIDED)

    @property
    def is_closed(self) -> bool:
        """Whether its fix was accepted."""
        return self.status == Status.CLOSED

    @property
    def level(self) -> Level:
        """The level given last."""
        return next(one.level for one in reversed(self.moments) if one.level)

    @property
    def is_major(self) -> bool:
        """Whether it was a major hazard in the sense of the law."""
        last = next((one.legal_class for one in reversed(self.moments) if one.legal_class), None)
        return last == LegalClass.MAJOR

    @property
    def owner_id(self) -> int | None:
        """Who had to fix it."""
        return next((one.owner_id for one in reversed(self.moments) if one.step in _OWNERS), None)

    @property
    def fix_by(self) -> date | None:
        """The deadline in force, put off or not."""
        return next((one.fix_by for one in reversed(self.moments) if one.fix_by), None)

    @property
    def original_fix_by(self) -> date | None:
        """The first deadline it was handed out with."""
        return next((one.fix_by for one in self.moments if one.step == Step.ASSIGN), None)

    def first_deadline(self, timezone: str) -> date | None:
        """The one it was first handed out with, or the proposed one that passed before that."""
        proposed = next((one.fix_by for one in self.moments if one.fix_by), None)
        assigned = next((one for one in self.moments if one.step == Step.ASSIGN), None)
        if assigned is None:
            return proposed
        passed = proposed is not None and proposed < clock.local_day(assigned.at, timezone)
        return proposed if passed else assigned.fix_by

    @property
    def ended_at(self) -> datetime | None:
        """When it was accepted or voided."""
        return None if self.is_open else self._last((Step.ACCEPT, Step.VOID)).at

    @property
    def changed_at(self) -> datetime:
        """When it came into its status."""
        return self._last(tuple(_LEADS_TO)).at

    @property
    def waits_for(self) -> str:
        """The reason of the last extension."""
        return next((one.reason for one in reversed(self.moments) if one.step == Step.EXTEND), "")

    def funds_before(self, moment: datetime) -> int:
        """The yuan spent or set aside that were known before a moment."""
        known = (one for one in reversed(self.moments) if one.at < moment)
        return next((one.funds_yuan for one in known if one.funds_yuan is not None), 0)

    @property
    def funds_yuan(self) -> int | None:
        """The yuan spent or set aside."""
        known = (one.funds_yuan for one in reversed(self.moments))
        return next((yuan for yuan in known if yuan is not None), None)

    @property
    def is_planned_major(self) -> bool:
        """Whether it was handed out as a major hazard, which asks for all of the five-fix."""
        planned = (one for one in reversed(self.moments) if one.step == Step.ASSIGN)
        last = next((one.legal_class for one in planned), None)
        return self.is_major and last == LegalClass.MAJOR

    def rechecks(self) -> list[Moment]:
        """Acceptances and returns, in order."""
        return [one for one in self.moments if one.step in _RECHECKS]

    def is_overdue(self, today: date) -> bool:
        """Whether it was open past its deadline."""
        return self.is_open and self.fix_by is not None and self.fix_by < today

    def _last(self, steps: Sequence[Step]) -> Moment:
        return next(one for one in reversed(self.moments) if one.step in steps)


def stories(
    session: Session,
    site_id: int,
    window_id: int | None,
    *,
    first: date,
    last: date,
    start: datetime,
    cutoff: datetime,
) -> list[Story]:
    """What was on the list since `start`, or due from `first` to `last`, as of `cutoff`."""
    query = select(Hazard).where(
        Hazard.site_id == site_id,
        Hazard.registered_at < cutoff,
        or_(
            Hazard.closed_at.is_(None),
            Hazard.closed_at >= start,
            Hazard.original_fix_by.between(first, last),
        ),
    )
    if window_id is not None:
        moved = select(HazardStep.hazard_id).where(HazardStep.old_window_id == window_id)
        query = query.where(or_(Hazard.window_id == window_id, Hazard.id.in_(moved)))
    found = session.scalars(query.order_by(Hazard.registered_at, Hazard.id)).all()
    steps = _moments(session, [one.id for one in found], cutoff)
    windows = _windows(session, site_id, cutoff)
    told = [
        Story(
            id=one.id,
            number=one.number,
            kind=Kind(one.kind),
            what=one.what,
            what_en=one.what_en,
            window_id=windows.get(one.id, one.window_id),
            location_id=one.location_id,
            place=one.place,
            registered_at=one.registered_at,
            repeat_of_id=one.repeat_of_id,
            is_from_authority=one.inspection_id is not None,
            moments=tuple(steps[one.id]),
        )
        for one in found
        if one.id in steps
    ]
    return [one for one in told if window_id is None or one.window_id == window_id]


def _windows(session: Session, site_id: int, cutoff: datetime) -> dict[int, int | None]:
    """Where hazards that ever moved were at the cut-off: windows seldom go on in others."""
    moves = session.execute(
        select(HazardStep.hazard_id, HazardStep.at, HazardStep.window_id, HazardStep.old_window_id)
        .where(HazardStep.site_id == site_id, HazardStep.old_window_id.is_not(None))
        .order_by(HazardStep.at, HazardStep.id)
    )
    found: dict[int, int | None] = {}
    for move in moves:
        if move.at < cutoff:
            found[move.hazard_id] = move.window_id
        else:
            found.setdefault(move.hazard_id, move.old_window_id)
    return found


def _moments(session: Session, ids: Sequence[int], cutoff: datetime) -> dict[int, list[Moment]]:
    found: dict[int, list[Moment]] = {}
    for batch in _batches(ids):
        rows = session.execute(
            select(
                HazardStep.hazard_id,
                HazardStep.step,
                HazardStep.at,
                HazardStep.owner_id,
                HazardStep.fix_by,
                HazardStep.level,
                HazardStep.legal_class,
                HazardStep.reason,
                HazardStep.funds_yuan,
            )
            .where(HazardStep.hazard_id.in_(batch), HazardStep.at < cutoff)
            .order_by(HazardStep.at, HazardStep.id)
        )
        for row in rows:
            found.setdefault(row.hazard_id, []).append(
                Moment(
                    step=row.step,
                    at=row.at,
                    owner_id=row.owner_id,
                    fix_by=row.fix_by,
                    level=row.level,
                    legal_class=row.legal_class,
                    reason=row.reason,
                    funds_yuan=row.funds_yuan,
                )
            )
    return found


def _batches(ids: Sequence[int], size: int = 500) -> Iterable[Sequence[int]]:
    return (ids[at : at + size] for at in range(0, len(ids), size))
