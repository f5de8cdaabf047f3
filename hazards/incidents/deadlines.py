"""The hour in which authorities are told, and the days in which changes are: pure functions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from hazards.incidents.models import ASKED, Authority


class State(StrEnum):
    """How the hour stands."""

    NOT_COUNTED = "not_counted"
    UNSURE = "unsure"
    RUNNING = "running"
    OVERDUE = "overdue"
    IN_TIME = "in_time"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Clock:
    """The hour of an incident: since when, until when, who is still to be told.

    `is_from_report`: nobody recorded when the head was told, so it runs from the report.
    `done_at` is when the last of those asked for was told.
    """

    state: State
    started_at: datetime | None = None
    due_at: datetime | None = None
    done_at: datetime | None = None
    lacking: tuple[Authority, ...] = ()
    is_from_report: bool = False

    def left(self, now: datetime) -> timedelta:
        """Time to the end of the hour, negative when it is over."""
        return self.due_at - now if self.due_at else timedelta(0)

    @property
    def is_open(self) -> bool:
        """Whether somebody is still to be told."""
        return self.state in (State.RUNNING, State.OVERDUE)

    @property
    def late_by(self) -> timedelta:
        """By how much the hour was missed, where it was."""
        if self.state is not State.LATE or self.done_at is None or self.due_at is None:
            return timedelta(0)
        return self.done_at - self.due_at


def clock_of(
    *,
    counts_since: datetime | None,
    reported_at: datetime,
    head_told_at: datetime | None,
    told: Mapping[Authority, datetime],
    minutes: int,
    now: datetime,
    is_unsure: bool = False,
) -> Clock:
    """The hour: it begins when the head was told, else with the report, and never before the law
    counts it; `told` is when each authority was told first. On the minute itself is in time.

    `is_unsure`: nobody has said yet whether somebody is hurt; what the hour would be is shown.
    """
    if counts_since is None and not is_unsure:
        return Clock(State.NOT_COUNTED)
    started = max(head_told_at or reported_at, counts_since or reported_at)
    due = started + timedelta(minutes=minutes)
    if counts_since is None:
        return Clock(State.UNSURE, started, due, None, ASKED, head_told_at is None)
    lacking = tuple(one for one in ASKED if one not in told)
    if lacking:
        state = State.OVERDUE if now > due else State.RUNNING
        return Clock(state, started, due, None, lacking, head_told_at is None)
    done = max(told[one] for one in ASKED)
    state = State.LATE if done > due else State.IN_TIME
    return Clock(state, started, due, done, (), head_told_at is None)


def last_day(occurred_on: date, days: int) -> date:
    """The last day on which a change counts; the first day is left out (Civil Code art. 201)."""
    return occurred_on + timedelta(days=days)


@dataclass(frozen=True, slots=True)
class Owed:
    """A change that an authority was not told of yet."""

    authority: Authority
    since: datetime
    due_at: datetime


def owed_follow_ups(
    changes: Sequence[datetime],
    first_told: Mapping[Authority, datetime],
    known: Mapping[Authority, datetime],
    *,
    hours: int,
) -> list[Owed]:
    """Which changes are still to be told to whom; before the first report nothing is a change.

    `known` is up to when each of them knows what changed.
    """
    found = []
    for authority in ASKED:
        if authority not in first_told:
            continue
        news = [at for at in changes if at > known[authority]]
        if news:
            since = min(news)
            found.append(Owed(authority, since, since + timedelta(hours=hours)))
    return found
