"""The level of an incident on every bound exactly, one below it and one above it."""

import tomllib
from dataclasses import replace

import pytest

from hazards.incidents import level
from hazards.incidents.level import FEN, Harm, Level, legal_level, level_of

E, M, L, ORD = Level.EXTRAORDINARY, Level.MAJOR, Level.LARGER, Level.ORDINARY
YUAN = 1_000_000


@pytest.mark.parametrize(
    ("deaths", "expected"),
    [
        (0, None),
        (1, ORD),
        (2, ORD),
        (3, L),
        (4, L),
        (9, L),
        (10, M),
        (11, M),
        (29, M),
        (30, E),
        (31, E),
    ],
)
def test_deaths_by_article_3(deaths: int, expected: Level | None) -> None:
    assert legal_level(Harm(deaths=deaths)) is expected


@pytest.mark.parametrize(
    ("serious", "expected"),
    [
        (0, None), (1, ORD), (2, ORD), (9, ORD), (10, L), (11, L), (49, L), (50, M),
        (51, M), (99, M), (100, E), (101, E),
    ],
)  # fmt: skip
def test_serious_injuries_by_article_3(serious: int, expected: Level | None) -> None:
    assert legal_level(Harm(serious=serious)) is expected


@pytest.mark.parametrize(
    ("yuan", "expected"),
    [(1, ORD), (10, L), (50, M), (100, E)],
)
def test_a_loss_reaches_a_level_on_the_very_fen(yuan: int, expected: Level) -> None:
    bound = yuan * YUAN * FEN
    below = {ORD: None, L: ORD, M: L, E: M}[expected]
    assert legal_level(Harm(loss_fen=bound - 1)) is below
    assert legal_level(Harm(loss_fen=bound)) is expected
    assert legal_level(Harm(loss_fen=bound + 1)) is expected


@pytest.mark.parametrize(
    ("harm", "expected"),
    [
        (Harm(deaths=2, serious=10), L),
        (Harm(deaths=2, serious=9, loss_fen=50 * YUAN * FEN), M),
        (Harm(deaths=3, serious=100), E),
        (Harm(deaths=30, loss_fen=1), E),
        (Harm(deaths=1, serious=1, loss_fen=YUAN * FEN), ORD),
    ],
)
def test_the_gravest_criterion_wins(harm: Harm, expected: Level) -> None:
    assert legal_level(harm) is expected


def test_minor_injuries_never_make_an_accident_of_the_law() -> None:
    assert legal_level(Harm(minor=500)) is None


def test_who_is_missing_makes_it_an_accident_and_counts_as_dead_at_the_end() -> None:
    harm = Harm(deaths=2, missing=1)
    assert legal_level(harm) is ORD
    assert legal_level(harm.at_the_end()) is L
    assert legal_level(Harm(missing=1)) is ORD
    assert harm.at_the_end() == Harm(deaths=3)


@pytest.mark.parametrize(
    ("harm", "interruption", "expected"),
    [
        (Harm(), False, Level.NEAR_MISS),
        (Harm(), True, Level.INTERRUPTION),
        (Harm(loss_fen=1), True, Level.PROPERTY_LOSS),
        (Harm(minor=1, loss_fen=1), True, Level.MINOR_INJURY),
        (Harm(minor=1, serious=1), True, ORD),
        (Harm(loss_fen=YUAN * FEN - 1), False, Level.PROPERTY_LOSS),
        (Harm(loss_fen=YUAN * FEN), False, ORD),
    ],
)
def test_what_is_less_is_graded_for_internal_use(
    harm: Harm, interruption: bool, expected: Level
) -> None:
    assert level_of(harm, is_interruption=interruption) is expected


def test_what_was_decided_to_be_no_accident_is_outside_whatever_it_cost() -> None:
    assert level_of(Harm(deaths=1), is_accident=False) is Level.OUTSIDE
    assert level_of(Harm(minor=1), is_accident=False) is Level.MINOR_INJURY


def test_a_hall_may_count_from_a_smaller_loss_but_not_from_a_larger_one() -> None:
    half = YUAN * FEN // 2
    assert legal_level(Harm(loss_fen=half), loss_from_fen=half) is ORD
    assert legal_level(Harm(loss_fen=half - 1), loss_from_fen=half) is None
    assert legal_level(Harm(loss_fen=YUAN * FEN), loss_from_fen=9 * YUAN * FEN) is ORD


def test_the_bounds_are_data_with_their_articles_gravest_first() -> None:
    rows = tomllib.loads(level.FILE.read_text(encoding="utf-8"))["level"]
    assert [one.level for one in level.bounds()] == [E, M, L, ORD]
    assert all(one["source"] and one["source_en"] and one["mark"] for one in rows)
    falling = [(one.deaths, one.serious, one.loss_fen) for one in level.bounds()]
    assert falling == sorted(falling, reverse=True)
    assert "四十四" in level.applies()


@pytest.mark.parametrize("name", ["deaths", "serious", "loss_fen"])
def test_more_harm_never_lowers_the_level(name: str) -> None:
    order = list(Level)
    step = 1 if name != "loss_fen" else YUAN * FEN // 2
    found = [level_of(replace(Harm(), **{name: n * step})) for n in range(240)]
    ranks = [order.index(one) for one in found]
    assert ranks == sorted(ranks, reverse=True)
