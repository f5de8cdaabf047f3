"""Times of day and targets, read as people type them."""

import pytest

from drills.errors import TimeUnclear
from drills.pages import fields


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("17:30", "17:30"), ("17：05", "17:05"), ("930", "09:30"), ("8点", "08:00"), ("", None)],
)
def test_a_time_of_day_is_read_as_people_type_it(typed: str, expected: str | None) -> None:
    found = fields.time_of(typed)
    assert (f"{found:%H:%M}" if found else None) == expected


@pytest.mark.parametrize("typed", ["24:00", "17:61", "soon", "1:2:3"])
def test_no_other_time_is_guessed(typed: str) -> None:
    with pytest.raises(TimeUnclear):
        fields.time_of(typed)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("2:40", 160), ("90", 90), ("1 分 30 秒", 90), ("3分钟", 180), ("", None), ("soon", -1)],
)
def test_a_target_is_read_as_people_type_it(typed: str, expected: int | None) -> None:
    assert fields.seconds_of(typed) == expected
