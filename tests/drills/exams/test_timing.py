"""The clock: what is given back after a silence, and which answers count after the deadline."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drills.exams.timing import AWAY_FROM, Arrival, Clock, arrival, given_back
from tests.cast import NOW

GRACE = timedelta(minutes=10)
CLOCK = Clock(deadline=NOW + timedelta(minutes=30), seen_at=NOW, grace=GRACE)
SECOND = timedelta(seconds=1)


def at(minutes: float) -> datetime:
    """So many minutes after the last sign of life."""
    return NOW + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("away", "back"),
    [
        (timedelta(seconds=5), timedelta()),
        (AWAY_FROM, timedelta()),
        (AWAY_FROM + SECOND, AWAY_FROM + SECOND),
        (timedelta(minutes=7), timedelta(minutes=7)),
        (GRACE, GRACE),
        (GRACE + SECOND, GRACE),
        (timedelta(minutes=25), GRACE),
        (timedelta(minutes=40) - SECOND, GRACE),
        (timedelta(minutes=40), timedelta()),
    ],
)
def test_the_time_away_is_given_back_up_to_the_grace(away: timedelta, back: timedelta) -> None:
    assert given_back(CLOCK, NOW + away) == back


def test_it_is_given_back_once() -> None:
    assert given_back(replace(CLOCK, is_given=True), at(7)) == timedelta()


def test_an_exam_without_grace_gives_nothing_back() -> None:
    assert given_back(replace(CLOCK, grace=timedelta()), at(7)) == timedelta()


@given(left=st.integers(1, 3600), away=st.integers(0, 7200), grace=st.integers(0, 1800))
def test_whoever_comes_back_before_it_is_closed_has_time_left_and_never_more_than_before(
    left: int, away: int, grace: int
) -> None:
    seconds = timedelta(seconds=left)
    clock = Clock(NOW + seconds, NOW, timedelta(seconds=grace))
    now = NOW + timedelta(seconds=away)
    back = given_back(clock, now)
    assert timedelta() <= back <= clock.grace
    remaining = clock.deadline + back - now
    assert remaining <= seconds
    if now < clock.closes_at and (away > AWAY_FROM.total_seconds() or left > away):
        assert remaining > timedelta()


@pytest.mark.parametrize(
    ("given_minutes", "now_minutes", "expected"),
    [
        (5, 5, Arrival.IN_TIME),
        (None, 29, Arrival.IN_TIME),
        (50, 29, Arrival.IN_TIME),
        (29, 31, Arrival.LATE),
        (29.99, 39.99, Arrival.LATE),
        (30, 31, Arrival.REFUSED),
        (31, 31, Arrival.REFUSED),
        (None, 30, Arrival.REFUSED),
        (29, 40, Arrival.REFUSED),
    ],
)
def test_after_the_deadline_only_what_was_given_before_it_counts_and_only_for_the_grace(
    given_minutes: float | None, now_minutes: float, expected: Arrival
) -> None:
    given_at = None if given_minutes is None else at(given_minutes)
    assert arrival(CLOCK, given_at, at(now_minutes)) is expected
