"""The exams that are ready to be set up, as `exams.toml` has them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from drills.exams.drawing import Part
from drills.exams.models import Kind

FILE: Final = Path(__file__).with_name("exams.toml")


@dataclass(frozen=True, slots=True)
class Ready:
    """An exam for a shipped course."""

    course: str
    title: str
    title_en: str
    minutes: int
    parts: tuple[Part, ...]


@lru_cache(maxsize=1)
def ready() -> Mapping[str, Ready]:
    """The exams by the code of their course."""
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["exams"]
    return {
        row["course"]: Ready(
            course=row["course"],
            title=row["title"],
            title_en=row["title_en"],
            minutes=row["minutes"],
            parts=tuple(Part(Kind(kind), count, *topic) for kind, count, *topic in row["parts"]),
        )
        for row in rows
    }
