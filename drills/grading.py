"""What the scores of an evaluation come to: pure functions of points and of data."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Final

from safety_app.core.i18n import N_, _, bilingual

FILE: Final = Path(__file__).parent / "grades.toml"
FULL_MARK: Final = 5


class Grade(StrEnum):
    """How well a drill went, the best first."""

    EXCELLENT = "excellent"
    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


GRADE_NAMES: Final[Mapping[str, str]] = {
    Grade.EXCELLENT: N_("Excellent"),
    Grade.GOOD: N_("Good"),
    Grade.FAIR: N_("Fair"),
    Grade.POOR: N_("Poor"),
}


@dataclass(frozen=True, slots=True)
class Rules:
    """From which share on a grade is given, which points must not be 0, and who says so."""

    borders: tuple[tuple[Grade, int], ...]
    veto: frozenset[str]
    revise_days: int
    source_zh: str
    source_en: str
    mark: str
    milestones: Mapping[str, tuple[str, ...]]

    @property
    def source(self) -> str:
        """Where the grades come from, in the current language."""
        return bilingual(self.source_zh, self.source_en)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The sum of what was rated; what does not apply is no part of `out_of`.

    `vetoed` are the points for which it is in the last grade whatever the sum. Without anything
    rated there is no grade.
    """

    score: int
    out_of: int
    rated: int
    grade: Grade | None
    vetoed: tuple[str, ...] = ()

    @property
    def percent(self) -> int | None:
        """The share as it is shown; never rounded up, or it would belong to a better grade."""
        return self.score * 100 // self.out_of if self.out_of else None


@lru_cache(maxsize=1)
def rules() -> Rules:
    """The rules as they are shipped."""
    read = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return Rules(
        borders=tuple((Grade(name), int(least)) for name, least in read["from"].items()),
        veto=frozenset(read["veto"]),
        revise_days=int(read["revise_days"]),
        source_zh=read["source"],
        source_en=read["source_en"],
        mark=read["mark"],
        milestones={code: tuple(codes) for code, codes in read["milestones"].items()},
    )


def outcome(points: Mapping[str, int | None], by: Rules | None = None) -> Outcome:
    """What the points by code come to; `None` is what does not apply."""
    found = by or rules()
    rated = {code: value for code, value in points.items() if value is not None}
    score, out_of = sum(rated.values()), len(rated) * FULL_MARK
    vetoed = tuple(code for code, value in rated.items() if value == 0 and code in found.veto)
    return Outcome(score, out_of, len(rated), grade_of(score, out_of, found, vetoed), vetoed)


def grade_of(
    score: int, out_of: int, by: Rules | None = None, vetoed: Sequence[str] = ()
) -> Grade | None:
    """The grade of a sum; exact at the borders, in whole numbers."""
    if not out_of:
        return None
    if vetoed:
        return Grade.POOR
    borders = (by or rules()).borders
    return next((grade for grade, least in borders if score * 100 >= least * out_of), Grade.POOR)


def grade_text(grade: str | None) -> str:
    """The grade in words; a dash where there is none."""
    return _(GRADE_NAMES[grade]) if grade else "–"


def borders_text(by: Rules | None = None) -> str:
    """The grades with their borders, in a line."""
    found = by or rules()
    said = [
        _("{grade} from {least} %", grade=grade_text(grade), least=least)
        for grade, least in found.borders
    ]
    last = _(
        "{grade} below {least} %, or where one of {codes} has no point",
        grade=grade_text(Grade.POOR),
        least=found.borders[-1][1],
        codes=_(", ").join(sorted(found.veto)),
    )
    return _("; ").join((*said, last))
