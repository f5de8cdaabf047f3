"""The working calendar that is shipped with the program, as data."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from safety_app.core.i18n import bilingual
from safety_app.workplace.models import DayKind

_FILE: Final = Path(__file__).with_name("calendar.toml")


@dataclass(frozen=True, slots=True)
class Shipped:
    """A day that differs from Monday to Friday."""

    day: date
    kind: DayKind
    note: str
    note_en: str
    provisional: bool


@dataclass(frozen=True, slots=True)
class Year:
    """What a calendar year rests on."""

    provisional: bool
    source: str
    source_en: str

    @property
    def display_source(self) -> str:
        """The notice, in the current language."""
        return bilingual(self.source, self.source_en)


@lru_cache(maxsize=1)
def _file() -> list[dict[str, Any]]:
    with _FILE.open("rb") as file:
        years: list[dict[str, Any]] = tomllib.load(file)["year"]
    return years


@lru_cache(maxsize=1)
def years() -> Mapping[int, Year]:
    """The years that are known at least in part."""
    return {
        entry["year"]: Year(entry["provisional"], entry["source"], entry["source_en"])
        for entry in _file()
    }


def shipped() -> Iterator[Shipped]:
    """Every day of every known year that differs from Monday to Friday."""
    for entry in _file():
        for holiday in entry["holiday"]:
            for day, kind in _days(holiday):
                yield Shipped(day, kind, holiday["name"], holiday["name_en"], entry["provisional"])


def _days(holiday: Mapping[str, Any]) -> Iterator[tuple[date, DayKind]]:
    first, last = holiday["off"]
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset), DayKind.OFF
    for day in holiday["work"]:
        yield day, DayKind.WORKDAY
