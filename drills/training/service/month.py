"""A month of training of a window or of the hall: what a monthly report says of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.training.coverage import Span
from drills.training.grid import Light
from drills.training.models import (
    Attendance,
    GatePeriod,
    Result,
    SessionStatus,
    TrainingSession,
)
from drills.training.service.easing import Easing, easings
from drills.training.service.gate_keeping import OverrideRow, overrides
from drills.training.service.gating import (
    beginning,
    overrides_of,
    watched_in,
    watched_until,
)
from drills.training.service.matrix import (
    Coverage,
    PersonRow,
    Standing,
    coverage_of,
    row_at,
    standing,
)
from drills.training.service.shortages import shortages
from drills.training.service.there import served
from safety_app.core import clock
from safety_app.core.feature import Period


@dataclass(frozen=True, slots=True)
class Unfit:
    """Somebody who was on duty or signed a sheet on days on which gating courses were lacking."""

    user_id: int
    name: str
    on: tuple[date, ...]
    course_ids: tuple[int, ...]
    is_only_warned: bool
    """Whether the gate let all of these days pass with a warning."""


@dataclass(frozen=True, slots=True)
class Month:
    """What was known before the cut-off of a report."""

    on: date
    timezone: str
    standing: Standing
    rows: tuple[int, ...]
    coverage: Coverage
    sessions: int
    attendances: int
    results: int
    passed: int
    overrides: tuple[OverrideRow, ...]
    easings: tuple[Easing, ...]
    open_sessions: int
    is_gated: bool
    """Whether the gate was on through the whole time."""
    unfit: tuple[Unfit, ...]
    """Everybody who served without cover and without an exception, in the order of their names."""

    @property
    def lacking(self) -> list[PersonRow]:
        """Who lacks something on the last day, the worst first."""
        found = (row_at(self.standing, row) for row in self.rows)
        return [one for one in found if one.worst >= Light.EXPIRED]

    @property
    def ending(self) -> list[PersonRow]:
        """Whose cover ends within a month."""
        found = (row_at(self.standing, row) for row in self.rows)
        return [one for one in found if one.worst is Light.SOON]

    @property
    def is_clean(self) -> bool:
        """Whether it is true that nobody was put on duty before they had passed."""
        return self.is_gated and not (self.unfit or self.overrides or self.easings)


def month_of(session: Session, site_id: int, window_id: int | None, period: Period) -> Month:
    """A month of a window, or of the hall."""
    on = min(period.last, clock.local_day(period.cutoff - timedelta(seconds=1), period.timezone))
    found = standing(session, site_id, on, known_at=period.cutoff)
    rows = tuple(_rows(found, window_id, on))
    users = {found.grid.user_ids[row] for row in rows}
    sessions = _sessions(session, site_id, period, users if window_id else None)
    results = _results(session, site_id, period, users)
    exceptions = overrides(
        session, site_id, period.first, on, zone=period.timezone, known_at=period.cutoff
    )
    is_gated = _is_gated(session, site_id, period.first, on, period.cutoff)
    there = served(session, site_id, window_id, period, on) if _was_gated(session, site_id) else {}
    there = _gated(session, site_id, there, period.timezone, period.cutoff)
    return Month(
        on=on,
        timezone=period.timezone,
        standing=found,
        rows=rows,
        coverage=coverage_of(found, rows),
        sessions=len({one for one, _user in sessions}),
        attendances=len(sessions),
        results=len(results),
        passed=sum(results),
        overrides=tuple(
            one
            for one in exceptions
            if one.was_in_force and one.last >= period.first
            if window_id is None or one.user_id in users or one.user_id in there
        ),
        easings=easings(session, site_id, period.start, min(period.end, period.cutoff)),
        open_sessions=_open_sessions(session, site_id, window_id, period),
        is_gated=is_gated,
        unfit=tuple(_unfit(session, site_id, there, period, on)),
    )


def _unfit(
    session: Session, site_id: int, there: Mapping[int, set[date]], period: Period, last: date
) -> Iterator[Unfit]:
    """Who was there without cover and without an exception.

    Who was there is as it was known then; what they lacked, as it is known before the cut-off.
    """
    within = (period.first, last)
    if not there:
        return
    found = shortages(session, site_id, within, there, gating=True, known_at=period.cutoff)
    free = overrides_of(session, site_id, within, there)
    gates = watched_in(session, site_id, within, period.timezone)
    began = beginning(session, site_id)
    for user_id in found.people.staff:
        lacks, one = found.lacks.get(user_id, {}), found.people.staff[user_id]
        bare = [
            on
            for on in sorted(there[user_id])
            if any(_holds(days, on) for days in lacks.values())
            and not _holds(free.get(user_id, ()), on)
        ]
        if not bare:
            continue
        missing = tuple(
            course_id for course_id, days in lacks.items() if any(_holds(days, on) for on in bare)
        )
        shut = min((began.refuses_from(one, gate) for gate in gates if began), default=bare[0])
        yield Unfit(user_id, one.display_name, tuple(bare), missing, bare[-1] < shut)


def _gated(
    session: Session, site_id: int, there: Mapping[int, set[date]], zone: str, known_at: datetime
) -> dict[int, set[date]]:
    """Of the days on which people were there those on which the gate was on.

    The day on which it was ended is one of them: until then it was.
    """
    query = select(GatePeriod).where(GatePeriod.site_id == site_id, GatePeriod.set_at < known_at)
    spans = [(one.starts_on, watched_until(one, zone)) for one in session.scalars(query)]
    kept = {user: {on for on in days if _holds(spans, on)} for user, days in there.items()}
    return {user: days for user, days in kept.items() if days}


def _holds(days: Iterable[Span], on: date) -> bool:
    return any(first <= on <= last for first, last in days)


def _rows(found: Standing, window_id: int | None, on: date) -> Iterator[int]:
    """Who needs anything; of a window those who worked there on the day."""
    worst = found.grid.worst()
    for row, user_id in enumerate(found.grid.user_ids):
        if not worst[row]:
            continue
        stay = found.people.workers[user_id].stay(on)
        if window_id is None or (stay is not None and window_id in stay.windows):
            yield row


def _sessions(
    session: Session, site_id: int, period: Period, users: set[int] | None
) -> list[tuple[int, int]]:
    """Session and person of every attendance."""
    query = (
        select(Attendance.session_id, Attendance.user_id)
        .join(TrainingSession, TrainingSession.id == Attendance.session_id)
        .where(
            TrainingSession.site_id == site_id,
            TrainingSession.status == SessionStatus.HELD,
            TrainingSession.starts_at >= period.start,
            TrainingSession.starts_at < period.end,
            TrainingSession.closed_at < period.cutoff,
            Attendance.present_at.is_not(None),
        )
    )
    rows = session.execute(query).all()
    return [(one, user) for one, user in rows if users is None or user in users]


def _results(session: Session, site_id: int, period: Period, users: set[int]) -> list[bool]:
    """Whether each result of the time was a pass."""
    query = select(Result.user_id, Result.passed).where(
        Result.site_id == site_id,
        Result.on_date.between(period.first, period.last),
        Result.recorded_at < period.cutoff,
        Result.is_void.is_(False),
        (Result.superseded_at.is_(None)) | (Result.superseded_at >= period.cutoff),
    )
    return [passed for user_id, passed in session.execute(query) if user_id in users]


def _open_sessions(session: Session, site_id: int, window_id: int | None, period: Period) -> int:
    """Sessions that are over and that nobody has closed."""
    query = select(TrainingSession.id, TrainingSession.window_id).where(
        TrainingSession.site_id == site_id,
        TrainingSession.status == SessionStatus.PLANNED,
        TrainingSession.ends_at < min(period.end, period.cutoff),
        TrainingSession.starts_at >= period.start,
    )
    rows = session.execute(query).all()
    return sum(1 for _id, theirs in rows if window_id is None or theirs == window_id)


def _was_gated(session: Session, site_id: int) -> bool:
    """Whether a gate was ever set: without one nobody is looked for."""
    query = select(GatePeriod.id).where(GatePeriod.site_id == site_id)
    return session.scalar(query.limit(1)) is not None


def _is_gated(session: Session, site_id: int, first: date, last: date, known_at: datetime) -> bool:
    """Whether one period of the gate holds all these days."""
    query = select(GatePeriod).where(
        GatePeriod.site_id == site_id,
        GatePeriod.starts_on <= first,
        GatePeriod.set_at < known_at,
    )
    return any((one.last or date.max) >= last for one in session.scalars(query))
