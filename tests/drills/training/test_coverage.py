"""Who is covered on which day: month arithmetic, edges, spans and gaps."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drills.training.coverage import (
    DAY,
    Need,
    Proof,
    add_months,
    covered_until,
    gaps,
    is_covered,
    last_day,
    merged,
    spans,
)

PASSED = date(2026, 3, 15)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 3, 15), 12, date(2027, 3, 15)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -12, date(2025, 1, 15)),
    ],
)
def test_months_are_counted_by_the_calendar(day: date, months: int, then: date) -> None:
    assert add_months(day, months) == then


@pytest.mark.parametrize(
    ("on", "covered"),
    [
        (date(2026, 3, 14), False),
        (date(2026, 3, 15), True),
        (date(2026, 3, 16), True),
        (date(2027, 3, 13), True),
        (date(2027, 3, 14), True),
        (date(2027, 3, 15), False),
        (date(2027, 3, 16), False),
    ],
)
def test_a_year_covers_from_its_day_to_before_the_anniversary(on: date, covered: bool) -> None:
    assert is_covered(Need(months=12), [Proof(PASSED)], on) is covered


@pytest.mark.parametrize(
    ("on", "covered"),
    [(date(2026, 9, 14), True), (date(2026, 9, 15), False), (date(2026, 9, 16), False)],
)
def test_where_the_public_gathers_half_a_year_covers(on: date, covered: bool) -> None:
    assert is_covered(Need(months=6), [Proof(PASSED)], on) is covered


@pytest.mark.parametrize(
    ("valid_until", "on", "covered"),
    [
        (date(2026, 6, 30), date(2026, 6, 29), True),
        (date(2026, 6, 30), date(2026, 6, 30), True),
        (date(2026, 6, 30), date(2026, 7, 1), False),
        (None, date(2099, 1, 1), True),
    ],
)
def test_a_certificate_covers_up_to_its_last_day(
    valid_until: date | None, on: date, covered: bool
) -> None:
    assert is_covered(Need(), [Proof(PASSED, valid_until)], on) is covered


def test_the_earlier_of_interval_and_validity_ends_the_cover() -> None:
    assert covered_until(Need(months=12), [Proof(PASSED, date(2026, 6, 30))], PASSED) == date(
        2026, 6, 30
    )
    assert covered_until(Need(months=12), [Proof(PASSED, date(2030, 1, 1))], PASSED) == date(
        2027, 3, 14
    )


@pytest.mark.parametrize(
    ("since", "covered"),
    [
        (PASSED - DAY, True),
        (PASSED, True),
        (PASSED + DAY, False),
    ],
)
def test_what_was_passed_before_a_transfer_does_not_count_for_it(
    since: date, covered: bool
) -> None:
    assert is_covered(Need(since=since), [Proof(PASSED)], date(2026, 12, 1)) is covered


def test_a_new_worker_is_covered_who_passed_on_the_first_duty_day() -> None:
    first_duty = date(2026, 11, 23)
    assert is_covered(Need(), [Proof(first_duty)], first_duty)
    assert is_covered(Need(), [Proof(first_duty - DAY)], first_duty)
    assert not is_covered(Need(), [Proof(first_duty + DAY)], first_duty)


def test_a_pass_in_time_leaves_no_gap_and_one_a_day_late_leaves_a_day() -> None:
    last = last_day(PASSED, 12)
    in_time = [Proof(PASSED), Proof(last + DAY)]
    late = [Proof(PASSED), Proof(last + 2 * DAY)]
    within = (PASSED, last + 30 * DAY)
    assert gaps(spans(Need(months=12), in_time), within) == []
    assert gaps(spans(Need(months=12), late), within) == [(last + DAY, last + DAY)]


def test_without_any_pass_every_day_is_a_gap() -> None:
    within = (PASSED, PASSED + 5 * DAY)
    assert gaps(spans(Need(months=12), []), within) == [within]
    assert covered_until(Need(months=12), [], PASSED) is None


def test_a_pass_for_ever_does_not_run_past_the_last_day_there_is() -> None:
    found = spans(Need(), [Proof(PASSED), Proof(PASSED + DAY)])
    assert found == [(PASSED, date.max)]
    assert gaps(found, (PASSED, date.max)) == []


DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
NEEDS = st.builds(
    Need, since=st.none() | DAYS, months=st.none() | st.integers(min_value=1, max_value=36)
)
PROOFS = st.lists(st.builds(Proof, on=DAYS, valid_until=st.none() | DAYS), max_size=6)


@given(need=NEEDS, proofs=PROOFS, on=DAYS)
def test_a_day_is_covered_or_in_a_gap_and_never_both(
    need: Need, proofs: list[Proof], on: date
) -> None:
    open_days = gaps(spans(need, proofs), (on - timedelta(days=40), on + timedelta(days=40)))
    assert is_covered(need, proofs, on) is not any(a <= on <= b for a, b in open_days)


@given(need=NEEDS, proofs=PROOFS, on=DAYS)
def test_a_day_is_covered_by_a_pass_within_the_interval_before_it(
    need: Need, proofs: list[Proof], on: date
) -> None:
    plainly = any(
        proof.on <= on
        and (need.since is None or proof.on >= need.since)
        and (need.months is None or on < add_months(proof.on, need.months))
        and (proof.valid_until is None or on <= proof.valid_until)
        for proof in proofs
    )
    assert is_covered(need, proofs, on) is plainly


@given(found=st.lists(st.tuples(DAYS, DAYS).map(lambda two: (min(two), max(two))), max_size=6))
def test_merged_spans_lie_apart(found: list[tuple[date, date]]) -> None:
    result = merged(found)
    assert all(b < c - DAY for (_a, b), (c, _d) in itertools.pairwise(result))
