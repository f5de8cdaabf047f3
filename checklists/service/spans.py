"""Into which days a task falls: by the day it was due, or decided if that was later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from checklists.models import Plan, Rhythm, Run, Task
from safety_app.core import clock
from safety_app.workplace import service as workplace

A_DAY: Final = timedelta(days=1)
LONGEST_PERIOD: Final = timedelta(days=366)
LONGEST_NIGHT: Final = timedelta(days=4)
"""No task of a day is open longer, whatever the hours."""
MOVED: Final = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Span:
    """The local days `first` to `last`, from the moment `start` to before `end`.

    A task falls into it by the later of the day it was due and the day it was decided: handed in,
    or closed. What is open when a month ends is counted in a later one, and a month never changes.
    """

    first: date
    last: date
    start: datetime
    end: datetime

    @property
    def chosen(self) -> Sequence[ColumnElement[bool]]:
        """Which tasks fall into it, in two queries that share none; runs must be joined.

        Most are due in it or in the night before. What was due long before has days to be done in:
        that is looked for among the plans of that kind alone.
        """
        night = self.start - LONGEST_NIGHT
        rarer = select(Plan.id).where(Plan.rhythm != Rhythm.DAILY)
        near = and_(
            Task.due_at >= night,
            Task.due_at < self.end + A_DAY,
            Task.on_date.between(self.first - LONGEST_PERIOD, self.last + MOVED),
        )
        far = and_(
            Task.due_at < night,
            Task.closes_at > self.start,
            Task.on_date.between(self.first - 2 * LONGEST_PERIOD, self.first),
            Task.plan_id.in_(rarer),
        )
        holds = self.holds
        return and_(near, holds), and_(far, holds)

    @property
    def holds(self) -> ColumnElement[bool]:
        """Whether a task was decided in it if due by then, or due in it and decided before."""
        return and_(
            Task.due_on <= self.last,
            or_(Run.submitted_at < self.end, Task.closes_at <= self.end),
            or_(
                Task.due_on >= self.first,
                and_(
                    Task.closes_at > self.start,
                    or_(Run.submitted_at.is_(None), Run.submitted_at >= self.start),
                ),
            ),
        )

    def is_open(self, now: datetime) -> ColumnElement[bool]:
        """Whether a task that was due in it is not decided at `now`."""
        return and_(
            Task.due_at.between(self.start - A_DAY, self.end + A_DAY),
            Task.due_on.between(self.first, self.last),
            Task.closes_at > now,
            or_(Run.submitted_at.is_(None), Run.submitted_at > now),
        )


def span_of(session: Session, site_id: int, first: date, last: date) -> Span:
    """Days of a hall and the moments between which they lie."""
    timezone = workplace.site(session, site_id).timezone
    start, end = (clock.at_local(on, time(), timezone) for on in (first, last + A_DAY))
    return Span(first, last, start, end)
