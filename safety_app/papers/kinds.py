"""The kinds of papers, from `kinds.toml`: chapter, whether one must be there, how often."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from safety_app.core.errors import NotFound
from safety_app.core.i18n import bilingual

_FILE: Final = Path(__file__).with_name("kinds.toml")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of paper; `months` is the longest time between two of them.

    Of some there are `several` beside each other, told apart by their titles: one for each person.
    What `needs_end` is a contract; of some every month has its own, from the day of the first paper
    of the kind `each_month_since` on.
    """

    code: str
    name: str
    name_en: str
    chapter: int | None = None
    expected: bool = False
    months: int | None = None
    months_key: int | None = None
    shown_months: int | None = None
    is_history: bool = False
    several: bool = False
    needs_end: bool = False
    each_month_since: str = ""
    source: str = ""
    source_en: str = ""
    mark: str = ""

    @property
    def display_name(self) -> str:
        """The name in the current language."""
        return bilingual(self.name, self.name_en)

    @property
    def display_source(self) -> str:
        """The law, standard or custom behind it, in the current language."""
        return bilingual(self.source, self.source_en)

    def due_months(self, *, is_key_unit: bool) -> int | None:
        """How often a new one is due in a hall."""
        return self.months_key if is_key_unit and self.months_key else self.months


@lru_cache(maxsize=1)
def kinds() -> dict[str, Kind]:
    """Every kind by its code, in the order of the chapters."""
    with _FILE.open("rb") as file:
        return {one["code"]: Kind(**one) for one in tomllib.load(file)["kind"]}


def kind_of(code: str) -> Kind:
    """The kind with this code."""
    found = kinds().get(code)
    if found is None:
        raise NotFound()
    return found
