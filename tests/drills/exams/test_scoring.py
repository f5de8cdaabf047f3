"""Answers as characters, points in halves, the mark on the exact number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drills.exams import scoring
from drills.exams.scoring import LETTERS, mark

MASKS = st.integers(0, 63)
ORDERS = st.permutations(LETTERS).map("".join)


@given(mask=MASKS, order=ORDERS)
def test_shown_and_back_is_the_same(mask: int, order: str) -> None:
    assert scoring.as_written(scoring.as_shown(mask, order), order) == mask


@given(mask=MASKS)
def test_a_choice_is_one_printable_character(mask: int) -> None:
    char = scoring.char_of(mask)
    assert len(char) == 1 and char.isprintable() and char.isascii()
    assert scoring.choice_of(char) == mask
    assert scoring.mask_of(scoring.letters_of(mask)) == mask


@pytest.mark.parametrize("mask", [-1, 64])
def test_no_other_choice_is_kept(mask: int) -> None:
    with pytest.raises(ValueError, match=str(mask)):
        scoring.char_of(mask)


@pytest.mark.parametrize(
    ("chosen", "points", "halves"),
    [
        ("ABD", 4, 8), ("AB", 4, 4), ("D", 4, 4), ("ABCD", 4, 0), ("ABC", 4, 0), ("C", 4, 0),
        ("", 4, 0), ("AB", 3, 3),
    ],
)  # fmt: skip
def test_an_incomplete_choice_gives_half_and_a_wrong_one_nothing(
    chosen: str, points: int, halves: int
) -> None:
    right = scoring.mask_of("ABD")
    found = mark(scoring.mask_of(chosen), right, points, gives_part_marks=True)
    assert found.halves == halves
    assert found.is_right is (chosen == "ABD")


@pytest.mark.parametrize("chosen", ["AB", "D", "ABCD", ""])
def test_without_part_marks_only_the_exact_choice_counts(chosen: str) -> None:
    right = scoring.mask_of("ABD")
    found = mark(scoring.mask_of(chosen), right, 4, gives_part_marks=False)
    assert (found.halves, found.is_right) == (0, False)
    assert mark(right, right, 4, gives_part_marks=False).halves == 8


@pytest.mark.parametrize(
    ("halves", "out_of", "percent", "passed"),
    [
        (160, 100, 80, True), (159, 100, 80, False), (39, 24, 80, True), (38, 24, 80, False),
        (200, 100, 100, True), (199, 100, 100, False), (0, 24, 1, False), (1, 24, 1, True),
    ],
)  # fmt: skip
def test_the_mark_is_passed_on_the_exact_number(
    halves: int, out_of: int, percent: int, passed: bool
) -> None:
    assert scoring.has_passed(halves, out_of, percent) is passed


@given(out_of=st.integers(1, 400), percent=st.integers(1, 100), halves=st.integers(0, 800))
def test_what_is_said_to_be_needed_passes_and_half_a_point_less_does_not(
    out_of: int, percent: int, halves: int
) -> None:
    least = round(scoring.needed(out_of, percent) * 2)
    assert scoring.has_passed(halves, out_of, percent) is (halves >= least)


def test_a_percentage_is_not_rounded_up_to_the_mark() -> None:
    assert scoring.percent_of(1599, 1000) == 79.9
    assert scoring.percent_of(39, 24) == 81.2
    assert scoring.percent_of(0, 0) == 0


def test_the_unanswered_are_named_by_number() -> None:
    assert scoring.unanswered("010203") == [1, 3, 5]
    assert scoring.unanswered("111") == []


def test_half_points_are_written_as_people_do() -> None:
    assert [scoring.points_text(n) for n in (0, 1, 74, 75)] == ["0", "0.5", "37", "37.5"]
