"""Drawing a paper: the same bank and the same seed give the same paper, question by question."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from drills.exams.models import Kind
from drills.exams.scoring import LETTERS

SEEDS: Final = 2**31
"""A seed is below it: ten digits, to be typed from a printed paper."""
ORDER: Final = {kind: at for at, kind in enumerate(Kind)}


@dataclass(frozen=True, slots=True)
class Item:
    """A question as far as drawing knows it; `is_fixed` keeps its options in their order."""

    id: int
    code: str
    topic: str
    kind: Kind
    options: int
    is_fixed: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """So many questions of a kind; without a topic of any."""

    kind: Kind
    count: int
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Lack:
    """What the bank has too little of."""

    kind: Kind
    topic: str
    wanted: int
    there: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """Questions in the order asked; of each the letters of its options in the order shown."""

    questions: tuple[int, ...]
    orders: tuple[str, ...]


def parts_of(rows: Iterable[dict[str, Any]]) -> tuple[Part, ...]:
    """The parts as an exam keeps them."""
    return tuple(Part(Kind(row["kind"]), int(row["count"]), row.get("topic", "")) for row in rows)


def lacks(bank: Sequence[Item], parts: Sequence[Part]) -> list[Lack]:
    """What is missing to draw all parts; parts of any topic get what the others leave."""
    have = Counter((one.kind, one.topic) for one in bank)
    wanted: Counter[tuple[Kind, str]] = Counter()
    for part in parts:
        wanted[part.kind, part.topic] += part.count
    named = [
        Lack(kind, topic, count, have[kind, topic])
        for (kind, topic), count in wanted.items()
        if topic and count > have[kind, topic]
    ]
    return named + [found for kind in Kind if (found := _left(have, wanted, kind))]


def _left(
    have: Counter[tuple[Kind, str]], wanted: Counter[tuple[Kind, str]], kind: Kind
) -> Lack | None:
    """What is missing for the part of any topic of a kind."""
    asked = wanted[kind, ""]
    taken = {topic: n for (one, topic), n in wanted.items() if one is kind and topic}
    there = sum(n - min(n, taken.get(topic, 0)) for (one, topic), n in have.items() if one is kind)
    return Lack(kind, "", asked, there) if asked > there else None


def draw(bank: Sequence[Item], parts: Sequence[Part], seed: int, *, is_shuffled: bool) -> Drawn:
    """The paper of a seed: by kinds, at random within each; nothing is asked twice.

    The bank must have enough (`lacks`). The order in which it is given makes no difference.
    """
    random = Random(seed)  # noqa: S311 - to be drawn again, not to be secret
    left = sorted(bank, key=lambda one: (one.code, one.id))
    drawn: list[Item] = []
    # The parts with a topic come first: what is left is enough for the others.
    for part in sorted(parts, key=lambda one: (ORDER[one.kind], not one.topic, one.topic)):
        pool = [one for one in left if one.kind is part.kind and part.topic in ("", one.topic)]
        chosen = random.sample(pool, part.count)
        drawn += chosen
        gone = {one.id for one in chosen}
        left = [one for one in left if one.id not in gone]
    random.shuffle(drawn)
    drawn.sort(key=lambda one: ORDER[one.kind])
    orders = tuple(_order(one, random, is_shuffled=is_shuffled) for one in drawn)
    return Drawn(tuple(one.id for one in drawn), orders)


def _order(item: Item, random: Random, *, is_shuffled: bool) -> str:
    letters = list(LETTERS[: item.options])
    if is_shuffled and not item.is_fixed and item.kind is not Kind.TRUE_FALSE:
        random.shuffle(letters)
    return "".join(letters)


def fingerprint(bank: Iterable[Item]) -> str:
    """Which versions the bank held: with the seed all that is needed to draw a paper again."""
    ids = ",".join(str(one.id) for one in sorted(bank, key=lambda one: (one.code, one.id)))
    return hashlib.sha256(ids.encode()).hexdigest()
