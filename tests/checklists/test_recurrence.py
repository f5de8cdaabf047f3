"""Slot times, due days, reasons and states."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checklists import recurrence
from checklists.models import Anchor, Kind
from checklists.recurrence import DEFAULT_SLOTS, Moment, Slot, State
from safety_app.core.clock import zone as clock_of
from safety_app.core.i18n import use_language

ZONE = "Asia/Shanghai"
MONDAY = date(2026, 11, 23)
FULL = ((time(9), time(12)), (time(13, 30), time(17)))
minutes = st.integers(0, 24 * 60 - 1)


@dataclass(frozen=True)
class Day:
    """A day as the calendar gives it."""

    on: date
    is_open: bool = True
    segments: tuple[tuple[time, time], ...] = FULL
    note: str = ""
    provisional: bool = False
    why: str = "此日开放。"


def clock(part: str, segments: recurrence.Segments) -> tuple[str, str, str]:
    """Local times of a default slot."""
    times = recurrence.slot_times(DEFAULT_SLOTS[part], segments, MONDAY, ZONE)
    moments = (times.opens_at, times.due_at, times.closes_at)
    return tuple(f"{one.astimezone(clock_of(ZONE)):%H:%M}" for one in moments)  # type: ignore[return-value]


def test_an_ordinary_day_has_three_parts() -> None:
    assert clock("opening", FULL) == ("08:00", "09:00", "11:00")
    assert clock("during", FULL) == ("10:30", "15:30", "17:00")
    assert clock("closing", FULL) == ("16:30", "18:00", "19:00")


def test_a_free_afternoon_ends_the_middle_part_at_noon() -> None:
    morning = ((time(9), time(12)),)
    assert clock("opening", morning) == ("08:00", "09:00", "11:00")
    assert clock("during", morning) == ("10:30", "12:00", "12:00")
    assert clock("closing", morning) == ("11:30", "13:00", "14:00")


def test_a_day_that_opens_after_noon_moves_the_clock_times() -> None:
    afternoon = ((time(13, 30), time(17)),)
    assert clock("opening", afternoon) == ("12:30", "13:30", "15:30")
    assert clock("during", afternoon) == ("13:30", "15:30", "17:00")


def hours() -> st.SearchStrategy[tuple[tuple[time, time], ...]]:
    """One or two open segments in order."""

    def build(marks: list[int]) -> tuple[tuple[time, time], ...]:
        clocks = [time(*divmod(mark, 60)) for mark in sorted(marks)]
        return tuple(zip(clocks[::2], clocks[1::2], strict=True))

    return st.sampled_from([2, 4]).flatmap(
        lambda n: st.lists(minutes, min_size=n, max_size=n, unique=True).map(build)
    )


moments = st.builds(Moment, st.sampled_from(Anchor), st.integers(-600, 1500))


@given(
    slot=st.sampled_from(list(DEFAULT_SLOTS.values()))
    | st.builds(Slot, st.just("x"), moments, moments, moments),
    segments=hours(),
    on=st.dates(date(2020, 1, 1), date(2035, 12, 31)),
    zone=st.sampled_from([ZONE, "Europe/Berlin", "America/New_York"]),
)
def test_times_are_in_order_whatever_the_hours(
    slot: Slot, segments: recurrence.Segments, on: date, zone: str
) -> None:
    times = recurrence.slot_times(slot, segments, on, zone)
    assert times.opens_at < times.due_at <= times.closes_at
    assert times.closes_at - times.opens_at < timedelta(hours=72)


@given(st.permutations(FULL))
def test_the_order_of_segments_does_not_matter(segments: list[tuple[time, time]]) -> None:
    assert clock("during", segments) == clock("during", FULL)


def test_only_open_days_are_due() -> None:
    days = {
        MONDAY: Day(MONDAY),
        MONDAY + timedelta(days=1): Day(MONDAY + timedelta(days=1), is_open=False),
        MONDAY + timedelta(days=2): Day(MONDAY + timedelta(days=2), segments=()),
    }
    assert recurrence.open_days(days, MONDAY, MONDAY + timedelta(days=9)) == [MONDAY]


def test_an_ordinary_day_names_its_rules() -> None:
    assert recurrence.why(["制度四.2(2)。", "消防法第十七条"], Day(MONDAY)) == (
        "依据：制度四.2(2)。依据：消防法第十七条。"
    )


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (Day(date(2026, 10, 10), note="国庆节"), True),
        (Day(date(2026, 11, 28)), True),
        (Day(MONDAY, provisional=True), True),
        (Day(MONDAY), False),
    ],
    ids=["make-up workday", "Saturday of the hall's own", "provisional year", "ordinary day"],
)
def test_what_is_unusual_about_the_day_is_said(day: Day, said: bool) -> None:
    assert recurrence.why(["甲"], day) == "依据：甲。" + (day.why if said else "")
    with use_language("en"):
        assert recurrence.why(["A"], day) == "Rule: A." + (f" {day.why}" if said else "")


OPENS, DUE, CLOSES = (datetime(2026, 11, 23, hour, tzinfo=UTC) for hour in (0, 1, 3))
A_SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("submitted", "now", "expected"),
    [
        (None, OPENS - A_SECOND, State.UPCOMING),
        (None, OPENS, State.OPEN),
        (None, DUE, State.OPEN),
        (None, DUE + A_SECOND, State.LATE),
        (None, CLOSES - A_SECOND, State.LATE),
        (None, CLOSES, State.MISSED),
        (DUE, CLOSES, State.DONE),
        (DUE + A_SECOND, CLOSES, State.DONE_LATE),
        (DUE, OPENS, State.OPEN),
    ],
)
def test_the_state_follows_from_the_moments(
    submitted: datetime | None, now: datetime, expected: State
) -> None:
    assert recurrence.state(OPENS, DUE, CLOSES, submitted, now) is expected


@given(submitted=st.none() | st.integers(-300, 300), now=st.integers(-300, 300))
def test_a_task_is_done_only_if_it_was_submitted_by_then(submitted: int | None, now: int) -> None:
    at = None if submitted is None else DUE + timedelta(minutes=submitted)
    found = recurrence.state(OPENS, DUE, CLOSES, at, DUE + timedelta(minutes=now))
    done = found in (State.DONE, State.DONE_LATE)
    assert done == (submitted is not None and submitted <= now)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, State.MISSED),
        ({"counts": False}, State.EXCUSED),
        ({"on_paper": True}, State.ON_PAPER),
        ({"on_paper": True, "counts": False}, State.EXCUSED),
    ],
)
def test_what_nobody_owed_or_was_done_on_paper_is_not_missed(
    facts: dict[str, bool], expected: State
) -> None:
    assert recurrence.state(OPENS, DUE, CLOSES, None, CLOSES, **facts) is expected
    assert recurrence.state(OPENS, DUE, CLOSES, None, DUE, **facts) is State.OPEN
    assert recurrence.state(OPENS, DUE, CLOSES, DUE, CLOSES, **facts) is State.DONE


def test_a_check_is_not_done_and_a_patrol_not_patrolled() -> None:
    assert recurrence.state_name(State.MISSED) == "Not patrolled"
    assert recurrence.state_name(State.MISSED, Kind.CHECK) == "Not done"
    assert recurrence.state_name(State.OPEN, Kind.CHECK) == "To be checked"
    assert {recurrence.state_name(one, "check") for one in State} > {"Done in time", "Not open yet"}
