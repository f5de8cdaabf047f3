"""Deadlines, lists and conditions as data, in the current language."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from hazards.incidents.level import Level
from safety_app.core.i18n import bilingual

FILE: Final = Path(__file__).with_name("rules.toml")


@dataclass(frozen=True, slots=True)
class Point:
    """One line of a list: its code and what it says."""

    code: str
    text: str
    ask: str = ""


@lru_cache(maxsize=1)
def file() -> Mapping[str, Any]:
    """The data as written down."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def clock_minutes() -> int:
    """How long the head of the unit has to report."""
    return int(file()["clock"]["minutes"])


def follow_up_days(kind: str) -> int:
    """How long changes are reported again, counted from the day after it happened."""
    row = file()["follow_up"]
    return int(row["kinds"].get(kind, row["days"]))


def follow_up_hours() -> int:
    """How soon a change is reported."""
    return int(file()["follow_up"]["hours"])


def oldest_days() -> int:
    """How far back an incident may lie when it is entered."""
    return int(file()["entry"]["oldest_days"])


def investigation_days(*, is_legal: bool) -> int:
    """How long an investigation takes at most, from the day it happened."""
    row = file()["investigation"]
    return int(row["legal_days"] if is_legal else row["own_days"])


def source(name: str) -> str:
    """The article behind a part of the rules."""
    row = file()[name]
    return bilingual(row["source"], row["source_en"])


def scene_rule() -> str:
    """What the law says about the scene."""
    row = file()["scene_rule"]
    return bilingual(f"{row['text']}（{row['source']}）", f"{row['text_en']} ({row['source_en']})")


def scene() -> list[Point]:
    """The list of how a scene is protected."""
    return [Point(row["code"], _word(row, "text")) for row in file()["scene"]]


def conditions(level: Level | None = None) -> list[Point]:
    """What is answered before an incident of this level is closed; all of it without a level."""
    wanted = file()["closing"]["light_conditions"] if is_light(level) else None
    return [
        Point(row["code"], _word(row, "title"), _word(row, "ask"))
        for row in file()["condition"]
        if wanted is None or row["code"] in wanted
    ]


def is_light(level: Level | None) -> bool:
    """Whether it may be closed without an investigation: reporting such things must stay easy."""
    return level is not None and str(level) in file()["closing"]["light"]


def contents() -> list[Point]:
    """The six contents of the report to the authorities."""
    return [Point(row["code"], _word(row, "title")) for row in file()["content"]]


def _word(row: Mapping[str, Any], field: str) -> str:
    return bilingual(row[field], row[f"{field}_en"])
