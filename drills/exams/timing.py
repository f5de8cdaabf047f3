"""The clock of an exam on the tablet, fair to a dead battery: pure functions.

See docs/decisions: the time between the last sign of life and the next opening is given back
once, up to the grace of the exam; answers given in time may arrive so long after the deadline.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

AWAY_FROM: Final = timedelta(minutes=1)
"""A shorter silence is the network, or a page that was loaded anew."""


@dataclass(frozen=True, slots=True)
class Clock:
    """How an attempt stands; `grace` is that of its rules."""

    deadline: datetime
    seen_at: datetime
    grace: timedelta
    is_given: bool = False

    @property
    def closes_at(self) -> datetime:
        """From when on nothing is accepted any more and the attempt is marked."""
        return self.deadline + self.grace


def given_back(clock: Clock, now: datetime) -> timedelta:
    """How much time is given back to who opens the attempt again at this moment."""
    away = now - clock.seen_at
    if clock.is_given or away <= AWAY_FROM or now >= clock.closes_at:
        return timedelta()
    return min(away, clock.grace)


class Arrival(StrEnum):
    """What becomes of an answer when it arrives."""

    IN_TIME = "in_time"
    LATE = "late"
    """Given in time, arrived within the grace: it counts, and is counted as late."""
    REFUSED = "refused"


def arrival(clock: Clock, given_at: datetime | None, now: datetime) -> Arrival:
    """Whether an answer counts that was given at a moment and arrives now.

    Before the deadline whatever the tablet's clock says; afterwards only with a stamp from before
    it. One that lies ahead is taken as now.
    """
    if now < clock.deadline:
        return Arrival.IN_TIME
    if now >= clock.closes_at or given_at is None or given_at >= clock.deadline:
        return Arrival.REFUSED
    return Arrival.LATE
