"""The courses and requirements that are shipped, as `courses.toml` has them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from drills.training.models import CourseKind, Occasion, Who

FILE: Final = Path(__file__).with_name("courses.toml")
FOLLOWED: Final = (
    "name",
    "name_en",
    "kind",
    "hours",
    "validity_months",
    "needs_exam",
    "needs_practical",
    "pass_mark",
    "rule",
    "rule_en",
    "mark",
)
"""The facts of a course that follow the file until the hall changes them."""


@dataclass(frozen=True, slots=True)
class ShippedRequirement:
    """Who must have passed a course, and when."""

    code: str
    who: Who
    who_value: str
    occasion: Occasion
    interval_months: int | None
    public_months: int | None
    gates: bool
    rule: str
    rule_en: str
    mark: str


@dataclass(frozen=True, slots=True)
class ShippedCourse:
    """A course with who must have passed it."""

    code: str
    name: str
    name_en: str
    kind: CourseKind
    hours: float
    validity_months: int | None
    needs_exam: bool
    needs_practical: bool
    pass_mark: int
    rule: str
    rule_en: str
    mark: str
    requirements: tuple[ShippedRequirement, ...]

    def facts(self) -> dict[str, Any]:
        """What a hall's row is made of."""
        return {name: getattr(self, name) for name in FOLLOWED}


@dataclass(frozen=True, slots=True)
class Figures:
    """Numbers that hold for all courses."""

    ahead_days: int
    before_joining_days: int
    grace_days: int
    override_days: int
    off_post_months: int
    known_window_days: int
    hours_months: int


@lru_cache(maxsize=1)
def _file() -> Mapping[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def figures() -> Figures:
    """The shipped figures."""
    return Figures(**_file()["figures"])


@lru_cache(maxsize=1)
def courses() -> tuple[ShippedCourse, ...]:
    """Every shipped course, in the order in which they are shown."""
    return tuple(_course(row) for row in _file()["courses"])


@lru_cache(maxsize=1)
def post_names() -> Mapping[str, str]:
    """English names of the posts that shipped requirements speak of."""
    rows = (one for course in _file()["courses"] for one in course["requirements"])
    return {one["who_value"]: one["who_value_en"] for one in rows if "who_value_en" in one}


def _source(name: str) -> dict[str, str]:
    found = _file()["sources"][name]
    return {"rule": found["zh"], "rule_en": found["en"], "mark": found["mark"]}


def _course(row: Mapping[str, Any]) -> ShippedCourse:
    return ShippedCourse(
        code=row["code"],
        name=row["name"],
        name_en=row["name_en"],
        kind=CourseKind(row["kind"]),
        hours=row["hours"],
        validity_months=row.get("validity_months"),
        needs_exam=row.get("needs_exam", False),
        needs_practical=row.get("needs_practical", False),
        pass_mark=row.get("pass_mark", 80),
        requirements=tuple(_requirement(row["code"], one) for one in row["requirements"]),
        **_source(row["source"]),
    )


def _requirement(course: str, row: Mapping[str, Any]) -> ShippedRequirement:
    parts = (course, row["occasion"], row["who"], row.get("who_value", ""))
    return ShippedRequirement(
        code="/".join(part for part in parts if part),
        who=Who(row["who"]),
        who_value=row.get("who_value", ""),
        occasion=Occasion(row["occasion"]),
        interval_months=row.get("interval_months"),
        public_months=row.get("public_months"),
        gates=row.get("gates", True),
        **_source(row["source"]),
    )
