"""Answers as characters and what they are worth: pure functions.

The chosen options of a question are a set of places as shown, kept as one character: place 0
counts 1, place 1 counts 2, place 2 counts 4 …, added to the code of "0". So "0" is unanswered.
Points count in halves, since an incomplete choice may give half of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

MOST_OPTIONS: Final = 6
LETTERS: Final = "ABCDEF"
NONE: Final = "0"
_ZERO: Final = ord(NONE)
_ALL: Final = (1 << MOST_OPTIONS) - 1


def mask_of(letters: str) -> int:
    """`AC` as a number, by the options' own places."""
    return sum(1 << LETTERS.index(letter) for letter in set(letters))


def letters_of(mask: int) -> str:
    """The same the other way round."""
    return "".join(letter for at, letter in enumerate(LETTERS) if mask >> at & 1)


def char_of(mask: int) -> str:
    """A choice as it is kept; raises `ValueError` where no question has so many options."""
    if not 0 <= mask <= _ALL:
        raise ValueError(mask)
    return chr(_ZERO + mask)


def choice_of(char: str) -> int:
    """The places that a kept character means."""
    return ord(char) - _ZERO


def as_shown(mask: int, order: str) -> int:
    """Options by their own places, as places of the order in which they are shown."""
    return sum(1 << at for at, letter in enumerate(order) if mask >> LETTERS.index(letter) & 1)


def as_written(mask: int, order: str) -> int:
    """Places as shown, back to the options' own."""
    return sum(1 << LETTERS.index(letter) for at, letter in enumerate(order) if mask >> at & 1)


@dataclass(frozen=True, slots=True)
class Marked:
    """What one answer came to."""

    halves: int
    is_right: bool


def mark(choice: int, right: int, points: int, *, gives_part_marks: bool) -> Marked:
    """Full points for exactly the right options; half of them for some of these and no other.

    Both sets by the same places. Of a single choice no part is right.
    """
    if choice == right:
        return Marked(points * 2, is_right=True)
    is_part = choice and not choice & ~right
    return Marked(points if gives_part_marks and is_part else 0, is_right=False)


def has_passed(halves: int, out_of: int, percent: int) -> bool:
    """Whether so many half points reach the mark exactly or more."""
    return halves * 100 >= percent * out_of * 2


def percent_of(halves: int, out_of: int) -> float:
    """On the scale of a hundred, to one place and never rounded up to what was not reached."""
    return (halves * 500 // out_of) / 10 if out_of else 0.0


def needed(out_of: int, percent: int) -> float:
    """The fewest points, in steps of a half, that pass."""
    return -(-percent * out_of * 2 // 100) / 2


def unanswered(answers: str) -> list[int]:
    """Numbers, from 1, of the questions without an answer."""
    return [at for at, char in enumerate(answers, start=1) if char == NONE]


def with_answer(answers: str, place: int, char: str) -> str:
    """The answers with another one at a place, from 0."""
    return answers[:place] + char + answers[place + 1 :]


def halves_of(marked: Iterable[Marked]) -> int:
    """All together."""
    return sum(one.halves for one in marked)


def points_text(halves: int) -> str:
    """Half points as people write them: `37` or `37.5`."""
    whole, rest = divmod(halves, 2)
    return f"{whole}.5" if rest else str(whole)


def fits(chars: Sequence[str], counts: Sequence[int]) -> bool:
    """Whether each answer chooses only among so many options."""
    return all(choice_of(char) < 1 << count for char, count in zip(chars, counts, strict=True))
