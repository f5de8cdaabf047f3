"""The hour and the days of follow-up as pure rules."""

from datetime import date, datetime, timedelta

import pytest

from hazards.incidents import rules
from hazards.incidents.deadlines import Clock, State, clock_of, last_day, owed_follow_ups
from hazards.incidents.models import Authority, Kind
from tests.cast import NOW

EMERGENCY, SECTOR = Authority.EMERGENCY, Authority.SECTOR
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def clock(
    now: datetime,
    *,
    counts_since: datetime | None = NOW,
    head_told_at: datetime | None = None,
    told: dict[Authority, datetime] | None = None,
    is_unsure: bool = False,
) -> Clock:
    """The hour of an incident that was reported at `NOW`."""
    return clock_of(
        counts_since=counts_since, reported_at=NOW, head_told_at=head_told_at, told=told or {},
        minutes=rules.clock_minutes(), now=now, is_unsure=is_unsure,
    )  # fmt: skip


def test_it_is_one_hour_by_article_9() -> None:
    assert rules.clock_minutes() == 60
    assert clock(NOW).due_at == NOW + HOUR


@pytest.mark.parametrize(
    ("after", "expected"),
    [(HOUR - SECOND, State.RUNNING), (HOUR, State.RUNNING), (HOUR + SECOND, State.OVERDUE)],
)
def test_it_is_over_after_the_hour_and_not_on_it(after: timedelta, expected: State) -> None:
    assert clock(NOW + after).state is expected


def test_it_begins_when_the_head_was_told_even_before_the_entry() -> None:
    found = clock(NOW, head_told_at=NOW - timedelta(minutes=20), counts_since=NOW - HOUR)
    assert found.due_at == NOW + timedelta(minutes=40)
    assert not found.is_from_report


def test_nobody_gains_time_before_the_law_counts_it() -> None:
    later = NOW + timedelta(hours=5)
    found = clock(later, counts_since=later, head_told_at=NOW)
    assert (found.started_at, found.state) == (later, State.RUNNING)


def test_both_authorities_must_be_told() -> None:
    only = clock(NOW + 2 * HOUR, told={EMERGENCY: NOW})
    assert (only.state, only.lacking) == (State.OVERDUE, (SECTOR,))


@pytest.mark.parametrize(
    ("last", "expected"), [(NOW + HOUR, State.IN_TIME), (NOW + HOUR + SECOND, State.LATE)]
)
def test_late_stays_late(last: datetime, expected: State) -> None:
    found = clock(NOW + 9 * HOUR, told={EMERGENCY: NOW, SECTOR: last})
    assert (found.state, found.done_at) == (expected, last)
    assert found.late_by == (SECOND if expected is State.LATE else timedelta(0))


def test_what_the_law_does_not_count_has_no_hour() -> None:
    assert clock(NOW, counts_since=None).state is State.NOT_COUNTED


def test_while_nobody_knows_who_is_hurt_the_hour_is_shown_all_the_same() -> None:
    found = clock(NOW, counts_since=None, is_unsure=True)
    assert (found.state, found.due_at) == (State.UNSURE, NOW + HOUR)
    assert not found.is_open


@pytest.mark.parametrize(
    ("kind", "days"), [(Kind.FIRE, 7), (Kind.TRAFFIC, 7), (Kind.INJURY, 30), (Kind.OTHER, 30)]
)
def test_changes_are_told_for_30_days_and_of_fire_and_traffic_for_7(kind: Kind, days: int) -> None:
    assert rules.follow_up_days(kind) == days
    assert last_day(date(2026, 11, 23), days) == date(2026, 11, 23) + timedelta(days=days)


def test_a_change_is_owed_to_whoever_was_told_before_it() -> None:
    told = {EMERGENCY: NOW, SECTOR: NOW + HOUR}
    change = NOW + timedelta(minutes=30)
    owed = owed_follow_ups([change], told, told, hours=rules.follow_up_hours())
    assert [(one.authority, one.since) for one in owed] == [(EMERGENCY, change)]
    assert owed[0].due_at == change + timedelta(hours=24)


def test_before_the_first_report_nothing_is_a_change() -> None:
    assert owed_follow_ups([NOW], {}, {}, hours=24) == []


def test_of_several_changes_the_first_says_until_when() -> None:
    first, later = NOW + HOUR, NOW + 5 * HOUR
    owed = owed_follow_ups([later, first], {SECTOR: NOW}, {SECTOR: NOW}, hours=24)
    assert [(one.since, one.due_at) for one in owed] == [(first, first + 24 * HOUR)]
