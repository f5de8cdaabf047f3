"""Months: how they are written, where they begin and end in the hall's zone, which is usual."""

from datetime import UTC, date, datetime

import pytest

from safety_app.reports.errors import BadMonth, FutureMonth
from safety_app.reports.months import months_since, parse_month, period_of, usual_month

ZONE = "Asia/Shanghai"


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-00", "26-10", "2026/10", "2026-1", "２０２６-10", "", "1026-10", "a"]
)
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(BadMonth):
        parse_month(text)


def test_a_month_is_read_with_blanks_around_it() -> None:
    assert parse_month(" 2026-10 ") == (2026, 10)


def test_a_month_of_31_days_ends_at_midnight_of_the_halls_zone() -> None:
    period = period_of(2026, 10, ZONE, now=datetime(2026, 11, 20, tzinfo=UTC))
    assert (period.first, period.last) == (date(2026, 10, 1), date(2026, 10, 31))
    assert period.start == datetime(2026, 9, 30, 16, tzinfo=UTC)
    assert period.end == period.cutoff == datetime(2026, 10, 31, 16, tzinfo=UTC)


def test_december_and_february_end_where_they_should() -> None:
    now = datetime(2028, 6, 1, tzinfo=UTC)
    assert period_of(2027, 12, ZONE, now=now).last == date(2027, 12, 31)
    assert period_of(2028, 2, ZONE, now=now).last == date(2028, 2, 29)


def test_the_cut_off_of_the_current_month_is_now_without_seconds() -> None:
    now = datetime(2026, 11, 23, 1, 4, 59, 999, tzinfo=UTC)
    period = period_of(2026, 11, ZONE, now=now)
    assert period.cutoff == datetime(2026, 11, 23, 1, 4, tzinfo=UTC)
    assert period.cutoff < period.end


def test_a_zone_with_summer_time_has_its_own_midnights() -> None:
    period = period_of(2026, 10, "Europe/Berlin", now=datetime(2026, 12, 1, tzinfo=UTC))
    assert (period.start.hour, period.end.hour) == (22, 23)


def test_a_month_that_has_not_begun_in_the_halls_zone_is_refused() -> None:
    with pytest.raises(FutureMonth):
        period_of(2026, 12, ZONE, now=datetime(2026, 11, 30, 15, 59, 59, tzinfo=UTC))
    period_of(2026, 12, ZONE, now=datetime(2026, 11, 30, 16, tzinfo=UTC))


@pytest.mark.parametrize(
    ("today", "month"),
    [
        (date(2026, 11, 4), (2026, 10)),
        (date(2026, 11, 5), (2026, 11)),
        (date(2027, 1, 1), (2026, 12)),
    ],
)
def test_last_month_is_usual_in_the_first_days(today: date, month: tuple[int, int]) -> None:
    assert usual_month(today) == month


def test_the_choice_of_months_goes_back_to_the_first_record_over_the_turn_of_the_year() -> None:
    begun = datetime(2025, 11, 30, 16, tzinfo=UTC)  # already December in the hall
    assert months_since(begun, ZONE, date(2026, 2, 3)) == [(2026, 2), (2026, 1), (2025, 12)]


def test_records_that_begin_in_the_future_leave_the_current_month() -> None:
    assert months_since(datetime(2030, 1, 1, tzinfo=UTC), ZONE, date(2026, 2, 3)) == [(2026, 2)]
