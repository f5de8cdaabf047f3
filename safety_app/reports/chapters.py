"""The chapters of what an inspector asks for: number, title, and what belongs in each."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from safety_app.core.i18n import bilingual

FILE: Final = Path(__file__).parent / "chapters.toml"


@dataclass(frozen=True, slots=True)
class ChapterKind:
    """One chapter; `belongs` says what should be in it."""

    number: int
    title_zh: str
    title_en: str
    belongs_zh: str
    belongs_en: str

    @property
    def title(self) -> str:
        """The title in the current language."""
        return bilingual(self.title_zh, self.title_en)

    @property
    def belongs(self) -> str:
        """What should be in it, in the current language."""
        return bilingual(self.belongs_zh, self.belongs_en)


@cache
def chapters() -> tuple[ChapterKind, ...]:
    """All of them, in order."""
    with FILE.open("rb") as file:
        found = tomllib.load(file)["chapter"]
    return tuple(
        ChapterKind(one["number"], one["title"], one["title_en"], one["belongs"], one["belongs_en"])
        for one in found
    )
