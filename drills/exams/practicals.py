"""The shipped lists of practical tests: read from TOML and checked."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from safety_app.core.i18n import bilingual

FILE: Final = Path(__file__).parent / "practicals.toml"
Words = Annotated[str, Field(min_length=1, max_length=200)]


class Point(BaseModel):
    """One thing that is shown; nobody passes without what `must` be shown."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: Words
    text_en: Words
    must: bool = False

    @property
    def words(self) -> str:
        """It in the current language."""
        return bilingual(self.text, self.text_en)


class PracticalList(BaseModel):
    """What is shown in one test, in order."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,32}$")]
    name: Words
    name_en: Words
    courses: tuple[str, ...]
    points: Annotated[tuple[Point, ...], Field(min_length=3, max_length=40)]

    @property
    def title(self) -> str:
        """Its name in the current language."""
        return bilingual(self.name, self.name_en)

    def kept(self) -> list[dict[str, Any]]:
        """The points as a test keeps them."""
        return [one.model_dump() for one in self.points]


@lru_cache(maxsize=1)
def lists() -> dict[str, PracticalList]:
    """Every list by its code."""
    found = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {one["code"]: PracticalList.model_validate(one) for one in found["lists"]}


def lists_for(course_code: str) -> list[PracticalList]:
    """All lists, those of the course first."""
    return sorted(lists().values(), key=lambda one: course_code not in one.courses)
