"""The moments that a stopwatch takes, as they are proposed; data in `milestones.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from drills.models import Form
from safety_app.core.i18n import bilingual

FILE: Final = Path(__file__).parent / "milestones.toml"
FIRE: Final = "fire"
TABLETOP: Final = "tabletop"


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment; `target` is in seconds from the start. `code` is empty for a hall's own."""

    name: str
    name_en: str = ""
    target: int | None = None
    code: str = ""

    @property
    def display_name(self) -> str:
        """The name in the current language."""
        return bilingual(self.name, self.name_en)


@dataclass(frozen=True, slots=True)
class MomentSet:
    """Moments of some topics of drills; `mark` says how certain the targets are."""

    key: str
    topics: frozenset[str]
    name: str
    name_en: str
    mark: str
    moments: tuple[Moment, ...]

    @property
    def display_name(self) -> str:
        """The name in the current language."""
        return bilingual(self.name, self.name_en)


@lru_cache(maxsize=1)
def sets() -> Mapping[str, MomentSet]:
    """All sets by key, in the order of the file."""
    read = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {
        one["key"]: MomentSet(
            one["key"],
            frozenset(one["topics"]),
            one["name"],
            one["name_en"],
            one["mark"],
            tuple(Moment(**moment) for moment in one["milestone"]),
        )
        for one in read["set"]
    }


def proposed(form: Form, topic: str) -> tuple[Moment, ...]:
    """The moments of a drill of this form against this kind of emergency."""
    if form is Form.TABLETOP:
        return sets()[TABLETOP].moments
    found = (one for one in sets().values() if topic in one.topics)
    return next(found, sets()[FIRE]).moments
