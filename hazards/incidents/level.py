"""How grave an incident is: pure rules over the bounds of the law, which are data.

A bound is reached by the number itself (以上 includes it, 以下 excludes it); the gravest criterion
wins. Serious injuries include acute poisoning.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from safety_app.core.i18n import N_, bilingual

FILE: Final = Path(__file__).with_name("levels.toml")
FEN: Final = 100


class Level(StrEnum):
    """The four levels of the law, then those for internal use, the gravest first."""

    EXTRAORDINARY = "extraordinary"
    MAJOR = "major"
    LARGER = "larger"
    ORDINARY = "ordinary"
    OUTSIDE = "outside"
    MINOR_INJURY = "minor_injury"
    PROPERTY_LOSS = "property_loss"
    INTERRUPTION = "interruption"
    NEAR_MISS = "near_miss"


LEVEL_NAMES: Final[Mapping[str, str]] = {
    Level.EXTRAORDINARY: N_("Extraordinarily serious accident"),
    Level.MAJOR: N_("Major accident"),
    Level.LARGER: N_("Relatively serious accident"),
    Level.ORDINARY: N_("Ordinary accident"),
    Level.OUTSIDE: N_("No work-safety accident"),
    Level.MINOR_INJURY: N_("Minor injury"),
    Level.PROPERTY_LOSS: N_("Property loss"),
    Level.INTERRUPTION: N_("Service interruption"),
    Level.NEAR_MISS: N_("Near miss"),
}
LEGAL: Final = frozenset({Level.EXTRAORDINARY, Level.MAJOR, Level.LARGER, Level.ORDINARY})
"""What the law counts: the hour runs, authorities are told."""


@dataclass(frozen=True, slots=True)
class Harm:
    """What an incident has cost so far; `loss_fen` is the direct loss in hundredths of a yuan."""

    deaths: int = 0
    missing: int = 0
    serious: int = 0
    minor: int = 0
    loss_fen: int = 0

    def at_the_end(self) -> "Harm":
        """After the follow-up period whoever is still missing counts as dead."""
        return replace(self, deaths=self.deaths + self.missing, missing=0)

    @property
    def casualties(self) -> tuple[int, int, int, int]:
        """Deaths, missing, serious and minor injuries."""
        return self.deaths, self.missing, self.serious, self.minor

    @property
    def grave(self) -> tuple[int, int, int]:
        """Deaths, missing and serious injuries."""
        return self.deaths, self.missing, self.serious

    def worst_of(self, other: "Harm") -> "Harm":
        """The higher of each figure."""
        return Harm(
            max(self.deaths, other.deaths),
            max(self.missing, other.missing),
            max(self.serious, other.serious),
            max(self.minor, other.minor),
            max(self.loss_fen, other.loss_fen),
        )

    @property
    def hurt(self) -> int:
        """How many people it concerns."""
        return sum(self.casualties)


@dataclass(frozen=True, slots=True)
class Bound:
    """From where a level of the law begins, with its source."""

    level: Level
    deaths: int
    serious: int
    loss_fen: int
    row: Mapping[str, Any]

    @property
    def source(self) -> str:
        """The article, in the current language."""
        return bilingual(self.row["source"], self.row["source_en"])

    @property
    def investigates(self) -> str:
        """Who investigates such an accident, in the current language."""
        return bilingual(self.row["investigates"], self.row["investigates_en"])


@lru_cache(maxsize=1)
def file() -> Mapping[str, Any]:
    """The data as written down."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def bounds() -> tuple[Bound, ...]:
    """The bounds of the law, the gravest first."""
    return tuple(
        Bound(Level(row["code"]), row["deaths"], row["serious"], row["loss_yuan"] * FEN, row)
        for row in file()["level"]
    )


def bound_of(level: Level) -> Bound | None:
    """The bound of a level of the law; the others have none."""
    return next((one for one in bounds() if one.level is level), None)


def legal_level(harm: Harm, *, loss_from_fen: int | None = None) -> Level | None:
    """The level that the law gives, or nothing where it counts no accident.

    `loss_from_fen` is a hall's own lower bound of the loss; it can only be stricter. Somebody who
    is missing makes it an accident, though not yet a death.
    """
    for one in bounds():
        loss = one.loss_fen
        if one.level is Level.ORDINARY and loss_from_fen is not None:
            loss = min(loss, loss_from_fen)
        if harm.deaths >= one.deaths or harm.serious >= one.serious or harm.loss_fen >= loss:
            return one.level
    return Level.ORDINARY if harm.missing else None


def level_of(
    harm: Harm,
    *,
    is_interruption: bool = False,
    is_accident: bool = True,
    loss_from_fen: int | None = None,
) -> Level:
    """The level of an incident; `is_accident` is false where it was decided to be none."""
    found = legal_level(harm, loss_from_fen=loss_from_fen)
    if found is not None:
        return found if is_accident else Level.OUTSIDE
    if harm.minor:
        return Level.MINOR_INJURY
    if harm.loss_fen:
        return Level.PROPERTY_LOSS
    return Level.INTERRUPTION if is_interruption else Level.NEAR_MISS


def applies() -> str:
    """Why the rules hold for a public body, with the article."""
    row = file()["applies"]
    return bilingual(f"{row['text']}（{row['source']}）", f"{row['text_en']} ({row['source_en']})")


def below() -> str:
    """What is done with what the law does not count."""
    row = file()["below"]
    return bilingual(row["text"], row["text_en"])
