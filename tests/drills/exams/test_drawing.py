"""Drawing: counts as asked, nothing twice, options only in another order, the same once more."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drills.exams.drawing import Item, Lack, Part, draw, fingerprint, lacks
from drills.exams.models import Kind
from drills.exams.scoring import LETTERS

TOPICS = ("patrol", "alarm", "本单位")
KINDS = st.sampled_from(list(Kind))
PARTS = st.lists(
    st.builds(Part, KINDS, st.integers(0, 4), st.sampled_from(("", *TOPICS))), max_size=6
)


@st.composite
def banks(draw_: st.DrawFn) -> list[Item]:
    """A bank in any order."""
    facts = st.tuples(st.sampled_from(TOPICS), KINDS, st.integers(2, 6), st.booleans())
    rows = draw_(st.lists(facts, max_size=30))
    items = [
        Item(at + 1, f"T{at:04}", topic, kind, 2 if kind is Kind.TRUE_FALSE else count, fixed)
        for at, (topic, kind, count, fixed) in enumerate(rows)
    ]
    return draw_(st.permutations(items))


@settings(max_examples=150, deadline=None)
@given(bank=banks(), parts=PARTS, seed=st.integers(0, 2**31 - 1), is_shuffled=st.booleans())
def test_a_paper_is_what_was_asked_for(
    bank: list[Item], parts: list[Part], seed: int, is_shuffled: bool
) -> None:
    if lacks(bank, parts):
        return
    drawn = draw(bank, parts, seed, is_shuffled=is_shuffled)
    assert len(set(drawn.questions)) == len(drawn.questions), "nothing twice"
    by_id = {one.id: one for one in bank}
    asked = [by_id[one] for one in drawn.questions]
    kinds = Counter(one.kind for one in asked)
    assert kinds == Counter({k: n for k in Kind if (n := _count(parts, k))})
    for part in parts:
        same = sum(p.count for p in parts if (p.kind, p.topic) == (part.kind, part.topic))
        there = sum(one.kind is part.kind and part.topic in ("", one.topic) for one in asked)
        assert there >= same
    assert [one.kind for one in asked] == sorted((one.kind for one in asked), key=list(Kind).index)
    for one, order in zip(asked, drawn.orders, strict=True):
        assert sorted(order) == list(LETTERS[: one.options])
        if not is_shuffled or one.is_fixed or one.kind is Kind.TRUE_FALSE:
            assert order == LETTERS[: one.options]


def _count(parts: list[Part], kind: Kind) -> int:
    return sum(one.count for one in parts if one.kind is kind)


@settings(max_examples=60, deadline=None)
@given(bank=banks(), parts=PARTS, seed=st.integers(0, 2**31 - 1), data=st.data())
def test_the_same_seed_and_bank_give_the_same_paper(
    bank: list[Item], parts: list[Part], seed: int, data: st.DataObject
) -> None:
    again = data.draw(st.permutations(bank))
    assert fingerprint(bank) == fingerprint(again)
    if not lacks(bank, parts):
        first = draw(bank, parts, seed, is_shuffled=True)
        assert draw(again, parts, seed, is_shuffled=True) == first


@settings(max_examples=150, deadline=None)
@given(bank=banks(), parts=PARTS)
def test_what_is_said_to_be_missing_is_exactly_missing(bank: list[Item], parts: list[Part]) -> None:
    missing = lacks(bank, parts)
    extra = [
        Item(1000 + at, f"U{at:04}", one.topic or TOPICS[0], one.kind, 2)
        for at, one in enumerate(lack for lack in missing for _n in range(lack.wanted - lack.there))
    ]
    filled = [*bank, *extra]
    if any(not one.topic for one in missing) and any(one.topic for one in missing):
        return  # the new ones of a topic are wanted by their own part first
    assert lacks(filled, parts) == []
    if missing:
        assert lacks(filled[:-1], parts) != []


@pytest.fixture
def bank() -> list[Item]:
    """Five single choices, three of them on patrols."""
    return [Item(at, f"T{at}", "patrol" if at < 3 else "alarm", Kind.SINGLE, 4) for at in range(5)]


def test_other_seeds_give_other_papers(bank: list[Item]) -> None:
    papers = {draw(bank, [Part(Kind.SINGLE, 3)], seed, is_shuffled=True) for seed in range(20)}
    assert len(papers) > 15


def test_another_bank_has_another_fingerprint(bank: list[Item]) -> None:
    assert fingerprint(bank) != fingerprint(bank[1:])


def test_a_part_of_any_topic_gets_what_the_named_ones_leave(bank: list[Item]) -> None:
    parts = [Part(Kind.SINGLE, 2), Part(Kind.SINGLE, 3, "patrol")]
    assert lacks(bank, parts) == []
    drawn = draw(bank, parts, 7, is_shuffled=False)
    assert set(drawn.questions) == {0, 1, 2, 3, 4}
    more = [*parts, Part(Kind.SINGLE, 1)]
    assert lacks(bank, more) == [Lack(Kind.SINGLE, "", 3, 2)]


def test_each_lack_says_how_many_are_there(bank: list[Item]) -> None:
    parts = [Part(Kind.SINGLE, 4, "patrol"), Part(Kind.MULTIPLE, 2)]
    assert lacks(bank, parts) == [
        Lack(Kind.SINGLE, "patrol", 4, 3), Lack(Kind.MULTIPLE, "", 2, 0),
    ]  # fmt: skip


def test_kinds_stand_one_after_the_other_and_true_comes_before_false() -> None:
    bank = [Item(at, f"T{at:04}", "alarm", kind, 2) for at, kind in enumerate(list(Kind) * 8)]
    parts = [Part(kind, 8) for kind in Kind]
    for seed in range(5):
        drawn = draw(bank, parts, seed, is_shuffled=True)
        kinds = [next(one.kind for one in bank if one.id == at) for at in drawn.questions]
        assert kinds == [kind for kind in Kind for _n in range(8)]
        assert set(drawn.orders[-8:]) == {"AB"} and set(drawn.orders[:8]) == {"AB", "BA"}
