"""Recurrence held against the rule said another way: by counting, not by computing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from checklists import periods, recurrence
from checklists.models import Kind, Plan, Rhythm, Unit
from checklists.periods import Due, Limits, Skipped
from checklists.recurrence import DEFAULT_SLOTS, repeated
from checklists.service import expected as asked
from checklists.service.expected import Calendar, Checklist, Rule
from safety_app.core.access import Role
from safety_app.core.clock import zone
from safety_app.workplace import service as workplace
from tests.cast import Cast

ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe")
FULL = ((time(9), time(12)), (time(13, 30), time(17)))
ALL_DAY = ((time(0), time(0)),)
A_DAY = timedelta(days=1)
FIRST, LAST = date(2023, 12, 1), date(2029, 1, 31)
zones = st.sampled_from(ZONES)
units = st.sampled_from(Unit)
dates = st.dates(date(2024, 1, 1), date(2027, 12, 31))


@dataclass(frozen=True)
class Day:
    """A day as the calendar gives it."""

    on: date
    is_open: bool = True
    segments: recurrence.Segments = FULL
    note: str = ""
    provisional: bool = False
    why: str = ""


def spread(first: date, last: date) -> Iterable[date]:
    """Every day, counted one by one."""
    while first <= last:
        yield first
        first += A_DAY


@st.composite
def calendars(draw: st.DrawFn) -> dict[date, Day]:
    """Years of weeks with any weekdays open, and stretches of closed days, some of them long."""
    weekdays = draw(st.sets(st.integers(0, 6)))
    closed: set[date] = set()
    for start, length in draw(st.lists(st.tuples(dates, st.integers(1, 100)), max_size=6)):
        closed |= set(spread(start, start + timedelta(days=length)))
    extra = draw(st.sets(dates, max_size=6))
    hours = draw(st.sampled_from([FULL, ALL_DAY, ((time(9), time(12)),)]))
    return {
        on: Day(on, is_open=(on.weekday() in weekdays and on not in closed) or on in extra,
                segments=hours)
        for on in spread(FIRST, LAST)
    }  # fmt: skip


def local(moment: datetime, name: str) -> date:
    """The local day, by the tz database itself."""
    return moment.astimezone(zone(name)).date()


# Periods


@given(unit=units, on=dates)
def test_every_day_lies_in_just_one_period(unit: Unit, on: date) -> None:
    period = periods.period_of(unit, on)
    assert period.first <= on < period.following
    inside = list(spread(period.first, period.last))
    assert all(periods.period_of(unit, day) == period for day in inside)
    assert periods.period_of(unit, period.following).first == period.following
    assert periods.period_of(unit, period.first - A_DAY).following == period.first


@pytest.mark.parametrize(
    ("unit", "a_year"),
    [(Unit.MONTH, 12), (Unit.QUARTER, 4), (Unit.HALF_YEAR, 2), (Unit.YEAR, 1)],
)
@pytest.mark.parametrize("year", [2024, 2025, 2026, 2100])
def test_a_year_has_its_periods(unit: Unit, a_year: int, year: int) -> None:
    found = list(periods.periods(unit, date(year, 1, 1), date(year, 12, 31)))
    assert len(found) == a_year
    assert (found[0].first, found[-1].following) == (date(year, 1, 1), date(year + 1, 1, 1))


@pytest.mark.parametrize(("year", "last"), [(2024, 29), (2025, 28), (2100, 28)])
def test_february_ends_when_it_ends(year: int, last: int) -> None:
    assert periods.period_of(Unit.MONTH, date(year, 2, 1)).last == date(year, 2, last)


@settings(deadline=None)
@given(days=calendars(), unit=units, on=dates, name=zones, start=dates)
def test_a_task_of_a_period_stays_within_it(
    days: dict[date, Day], unit: Unit, on: date, name: str, start: date
) -> None:
    period = periods.period_of(unit, on)
    due = periods.once_in(period, days, Limits(start), name)
    open_days = [day for day in spread(period.first, period.last) if days[day].is_open]
    left = [day for day in open_days if day >= start]
    if not isinstance(due, Due):
        assert len(left) < 5 and (not open_days or len(left) < len(open_days))
        return
    assert due.on == period.first
    assert due.due_on == max(open_days), "the last open day, by counting"
    assert due.opens_on == min(left)
    assert period.first <= local(due.times.opens_at, name) <= local(due.times.due_at, name)
    assert local(due.times.due_at, name) == due.due_on <= period.last
    assert due.times.opens_at < due.times.due_at < due.times.closes_at
    assert local(due.times.closes_at, name) == period.following
    assert local(due.times.closes_at - timedelta(microseconds=1), name) == period.last


@settings(deadline=None)
@given(
    days=calendars(), unit=units, on=dates,
    first=dates, length=st.integers(0, 400), last=st.none() | dates,
)  # fmt: skip
def test_nothing_is_due_in_a_pause_or_after_the_end(
    days: dict[date, Day], unit: Unit, on: date, first: date, length: int, last: date | None
) -> None:
    pause = (first, first + timedelta(days=length))
    limits = Limits(date(2020, 1, 1), last, (pause,))
    due = periods.once_in(periods.period_of(unit, on), days, limits, ZONES[0])
    if isinstance(due, Due):
        for day in (due.opens_on, due.due_on):
            assert not pause[0] <= day <= pause[1]
            assert last is None or day <= last


def test_why_a_period_asks_for_nothing() -> None:
    days = {on: Day(on, is_open=on.day <= 10) for on in spread(FIRST, LAST)}
    march = periods.period_of(Unit.MONTH, date(2026, 3, 1))

    def said(limits: Limits) -> Due | Skipped:
        return periods.once_in(march, days, limits, ZONES[0])

    assert said(Limits(date(2026, 3, 7))) is Skipped.STARTED_LATE
    assert isinstance(said(Limits(date(2026, 3, 6))), Due)
    assert said(Limits(FIRST, date(2026, 3, 9))) is Skipped.ENDED
    whole_month = (date(2026, 3, 1), date(2026, 3, 31))
    assert said(Limits(FIRST, None, (whole_month,))) is Skipped.PAUSED
    closed = {on: Day(on, is_open=False) for on in days}
    assert periods.once_in(march, closed, Limits(FIRST), ZONES[0]) is Skipped.CLOSED


# Intervals


@settings(deadline=None)
@given(days=calendars(), n=st.integers(1, 60), start=dates, name=zones, missed=st.randoms())
def test_an_interval_is_never_longer_than_it_may_be(
    days: dict[date, Day], n: int, start: date, name: str, missed: "object"
) -> None:
    limits = Limits(start)
    after, is_first, before = start - A_DAY, True, None
    for _ in range(12):
        due = periods.after_last(after, n, days, limits, name, is_first=is_first)
        if due is None or due.due_on > date(2028, 6, 1):
            return
        could = [on for on in spread(after + A_DAY, after + timedelta(days=n))
                 if on in days and on >= start and days[on].is_open]  # fmt: skip
        if could:
            assert due.due_on == max(could), "the last open day within the interval"
        else:
            assert days[due.due_on].is_open and due.due_on > after + timedelta(days=n)
            assert not any(days[on].is_open for on in spread(after + A_DAY, due.due_on - A_DAY))
        assert due.on == after + timedelta(days=n)
        assert due.times.opens_at < due.times.due_at < due.times.closes_at
        assert local(due.times.due_at, name) == due.due_on
        assert due.opens_on > after
        if before is not None:
            assert due.on > before.on, "nominal days go on and on"
            if before.due_on != after:
                assert due.times.opens_at == before.times.closes_at, "closes when the next opens"
        before, is_first = due, False
        after = due.due_on if missed.random() < 0.5 else periods.missed_on(due)  # type: ignore[attr-defined]


# Days and their repeated parts


@settings(deadline=None)
@given(
    every=st.integers(10, 600), hours=st.sampled_from([FULL, ALL_DAY, ((time(9), time(12)),)]),
    on=dates, name=zones,
)  # fmt: skip
def test_repeated_patrols_cover_each_open_segment(
    every: int, hours: recurrence.Segments, on: date, name: str
) -> None:
    found = recurrence.repeated_times(every, hours, on, name)
    step = timedelta(minutes=every)
    for opens, closes in hours:
        begin = datetime.combine(on, opens, zone(name)).astimezone(UTC)
        until = on if closes != time() else on + A_DAY
        end = datetime.combine(until, closes, zone(name)).astimezone(UTC)
        mine = [one for one in found if begin <= one.opens_at < end]
        assert (mine[0].opens_at, mine[-1].closes_at) == (begin, end)
        assert all(a.closes_at == b.opens_at for a, b in pairwise(mine))
        # Each begun as early or as late as is in time, and the last one until it closes:
        assert all(b.due_at - a.opens_at <= step * 4 / 3 for a, b in pairwise(mine))
        assert end - mine[-1].opens_at < step * 4 / 3
    assert all(one.opens_at < one.due_at <= one.closes_at for one in found)


@pytest.mark.parametrize(
    ("name", "on", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/New_York", date(2026, 11, 1), 25),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("Asia/Shanghai", date(2026, 3, 29), 24),
    ],
)
def test_a_day_round_the_clock_is_as_long_as_it_is(name: str, on: date, hours: float) -> None:
    found = recurrence.repeated_times(60, ALL_DAY, on, name)
    assert found[-1].closes_at - found[0].opens_at == timedelta(hours=hours)
    assert len(found) == round(hours + 0.1)
    following = recurrence.repeated_times(60, ALL_DAY, on + A_DAY, name)
    assert following[0].opens_at == found[-1].closes_at


@settings(deadline=None)
@given(days=calendars(), start=dates, name=zones, every=st.none() | st.integers(30, 240))
def test_every_open_day_is_covered_and_no_task_is_there_twice(
    days: dict[date, Day], start: date, name: str, every: int | None
) -> None:
    parts = ("opening", "during", "closing")
    slots = tuple(DEFAULT_SLOTS[part] for part in parts)
    if every is not None:
        slots = (slots[0], repeated("during", every), slots[2])
    rule = Rule("x", Rhythm.DAILY, Limits(start), slots=slots)
    checklist = Checklist("x", "", "", Kind.PATROL, Role.STAFF, dict.fromkeys(parts, 1))
    calendar = Calendar(None, 1, name, FIRST, LAST)  # type: ignore[arg-type]
    calendar._days[None] = days
    last = min(start + timedelta(days=90), LAST)
    found = list(asked.daily(rule, checklist, calendar, start - timedelta(days=9), last))
    keys = [(one.on, one.part, one.slot) for one in found]
    assert len(keys) == len(set(keys))
    wanted = {on for on in spread(start, last) if days[on].is_open}
    assert {one.on for one in found} == wanted
    for on in wanted:
        assert {one.part for one in found if one.on == on} == set(parts)
    assert all(one.opens_at < one.due_at <= one.closes_at for one in found)
    for part in parts:
        opens = [one.opens_at for one in found if one.part == part]
        assert opens == sorted(opens), "later days later"


# The calendar of China


@pytest.mark.parametrize("year", [2025, 2026])
def test_the_exchanged_days_are_exact(session: Session, hall: Cast, year: int) -> None:
    workplace.load_calendar(session)
    first, last = date(year, 1, 1), date(year, 12, 31)
    days = workplace.days(session, hall.site_id, first, last)
    worked = [on for on in spread(first, last) if chinese_calendar.is_workday(on)]
    assert recurrence.open_days(days, first, last) == worked
    assert len(worked) == 248
    for unit in Unit:
        for period in periods.periods(unit, first, last):
            inside = [on for on in worked if period.first <= on <= period.last]
            due = periods.once_in(period, days, Limits(first), "Asia/Shanghai")
            if len(inside) and period.first >= first and period.last <= last:
                assert isinstance(due, Due)
                assert (due.opens_on, due.due_on) == (inside[0], inside[-1])


@pytest.mark.parametrize("year", [2025, 2026])
def test_a_plan_makes_the_tasks_of_the_exchanged_days(
    session: Session, hall: Cast, year: int
) -> None:
    workplace.load_calendar(session)
    plan = Plan(site_id=hall.site_id, template_code="x", starts_on=date(year, 1, 1))
    plan.rhythm = Rhythm.DAILY
    limits = Limits(plan.starts_on)
    rule = asked.rule_of(plan, tuple(DEFAULT_SLOTS.values()), limits, None)
    calendar = Calendar(
        session, hall.site_id, "Asia/Shanghai", date(year, 1, 1), date(year, 12, 31)
    )
    checklist = Checklist("x", "", "", Kind.PATROL, Role.STAFF, dict.fromkeys(DEFAULT_SLOTS, 1))
    found = asked.daily(rule, checklist, calendar, plan.starts_on, date(year, 12, 31))
    counted = [one.on for one in found if one.part == "opening"]
    worked = [on for on in spread(date(year, 1, 1), date(year, 12, 31))
              if chinese_calendar.is_workday(on)]  # fmt: skip
    assert counted == worked
