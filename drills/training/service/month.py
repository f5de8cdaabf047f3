"""A month of training of a window or of the hall: what a monthly report says of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.training.coverage import DAY
from drills.training.grid import Light
from drills.training.models import (
    Attendance,
    GatePeriod,
    Result,
    SessionStatus,
    TrainingSession,
)
from drills.training.service.gate_keeping import OverrideRow, overrides
from drills.training.service.matrix import (
    Coverage,
    PersonRow,
    Standing,
    coverage_of,
    row_at,
    standing,
)
from drills.training.service.shortages import shortages
from safety_app.accounts import service as accounts
from safety_app.core import clock
from safety_app.core.feature import Period
from safety_app.workplace import service as workplace


@dataclass(frozen=True, slots=True)
class Month:
    """What was known before the cut-off of a report."""

    on: date
    standing: Standing
    rows: tuple[int, ...]
    coverage: Coverage
    sessions: int
    attendances: int
    results: int
    passed: int
    overrides: tuple[OverrideRow, ...]
    open_sessions: int
    is_gated: bool
    """Whether the gate was on through the whole time."""
    unfit: tuple[tuple[date, int], ...]
    """Day and person of every duty without cover; of gating requirements."""

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
        return self.is_gated and not self.unfit and not self.overrides


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
    return Month(
        on=on,
        standing=found,
        rows=rows,
        coverage=coverage_of(found, rows),
        sessions=len({one for one, _user in sessions}),
        attendances=len(sessions),
        results=len(results),
        passed=sum(results),
        overrides=tuple(one for one in exceptions if window_id is None or one.user_id in users),
        open_sessions=_open_sessions(session, site_id, window_id, period),
        is_gated=is_gated,
        # Without the gate nothing is claimed, so that nothing has to be looked for.
        unfit=tuple(unfit_on_duty(session, site_id, window_id, period.first, on))
        if is_gated
        else (),
    )


def unfit_on_duty(
    session: Session, site_id: int, window_id: int | None, first: date, last: date
) -> Iterator[tuple[date, int]]:
    """Day and person of every duty on open days for which a gating course was lacking."""
    people = accounts.list_people(session, site_id, active=False)
    roster = workplace.roster(session, site_id, first, last, people, today=last + DAY)
    opened = [
        on for on, day in workplace.days(session, site_id, first, last).items() if day.is_open
    ]
    places: list[int | None] = [window_id]
    if window_id is None:
        places = [None, *(one.id for one in workplace.list_windows(session, site_id, active=False))]
    there = {on: set().union(*(roster.on_duty(on, place) for place in places)) for on in opened}
    users = set().union(*there.values()) if there else set()
    if not users:
        return
    found = shortages(session, site_id, (first, last), users, gating=True).lacks
    for on, present in there.items():
        for user_id in sorted(present & found.keys()):
            spans = (span for days in found[user_id].values() for span in days)
            if any(start <= on <= end for start, end in spans):
                yield on, user_id


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


def _is_gated(session: Session, site_id: int, first: date, last: date, known_at: datetime) -> bool:
    """Whether one period of the gate holds all these days."""
    query = select(GatePeriod).where(
        GatePeriod.site_id == site_id,
        GatePeriod.starts_on <= first,
        GatePeriod.set_at < known_at,
    )
    return any((one.last or date.max) >= last for one in session.scalars(query))
