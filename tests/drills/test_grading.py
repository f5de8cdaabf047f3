"""What the points of an evaluation come to: borders, what does not apply, the veto."""

import pytest

from drills import grading
from drills.grading import Grade, grade_of, outcome
from safety_app.core.i18n import use_language

E, G, F, P = Grade.EXCELLENT, Grade.GOOD, Grade.FAIR, Grade.POOR


@pytest.mark.parametrize(
    ("score", "out_of", "grade"),
    [
        (100, 100, E), (90, 100, E), (89, 100, G), (75, 100, G), (74, 100, F), (60, 100, F),
        (59, 100, P), (0, 100, P),
        # 90 % of 85 is 76.5, 75 % is 63.75, 60 % is exactly 51.
        (77, 85, E), (76, 85, G), (64, 85, G), (63, 85, F), (51, 85, F), (50, 85, P),
        # 90 % of 95 is 85.5; 89.47 % is not rounded up to it.
        (86, 95, E), (85, 95, G),
        (9, 10, E), (5, 5, E), (4, 5, G), (3, 5, F), (2, 5, P),
    ],
)  # fmt: skip
def test_the_borders_are_exact(score: int, out_of: int, grade: Grade) -> None:
    assert grade_of(score, out_of) == grade


def test_what_does_not_apply_is_no_part_of_the_whole() -> None:
    found = outcome({"G01": 5, "G03": 4, "G04": None, "G05": 0})
    assert (found.score, found.out_of, found.rated, found.grade) == (9, 15, 3, F)


@pytest.mark.parametrize("code", ["G02", "G09", "G11"])
def test_one_of_three_points_with_nothing_puts_the_drill_last(code: str) -> None:
    points: dict[str, int | None] = dict.fromkeys(["G01", "G02", "G09", "G10", "G11", "G12"], 5)
    assert outcome(points | {code: 1}).grade == G
    found = outcome(points | {code: 0})
    assert (found.grade, found.vetoed) == (P, (code,))
    assert outcome(points | {code: None}).grade == E


def test_nothing_in_another_point_is_only_few_points() -> None:
    points: dict[str, int | None] = {f"G{n:02}": 5 for n in range(1, 21)}
    assert outcome(points | {"G10": 0}) == grading.Outcome(95, 100, 20, E)


def test_without_anything_rated_there_is_no_grade() -> None:
    for points in ({}, {"G01": None}):
        found = outcome(points)
        assert (found.grade, found.percent) == (None, None)
        assert grading.grade_text(found.grade) == "–"


@pytest.mark.parametrize(("score", "of", "percent"), [(179, 200, 89), (71, 85, 83), (85, 85, 100)])
def test_a_share_is_never_rounded_up_into_another_grade(score: int, of: int, percent: int) -> None:
    assert grading.Outcome(score, of, 0, None).percent == percent


def test_the_rules_are_data_with_source_and_mark() -> None:
    found = grading.rules()
    assert found.mark == "D" and found.source_zh and found.source_en
    assert grading.borders_text() == (
        "优 90 % 起；良 75 % 起；中 60 % 起；差 60 % 以下，或 G02、G09、G11 中有 0 分"
    )
    with use_language("en"):
        assert grading.borders_text().startswith("Excellent from 90 %; Good from 75 %")


def test_other_borders_give_other_grades() -> None:
    strict = grading.Rules(((E, 95), (G, 80)), frozenset(), 30, "本厅规定", "Ours", "D", {})
    assert [grade_of(n, 100, strict) for n in (95, 94, 80, 79)] == [E, G, G, P]
