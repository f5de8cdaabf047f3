"""What a unit is before the law and what follows from it, as data; in the current language."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from safety_app.core.i18n import N_, bilingual
from safety_app.workplace.models import Post, Site, UnitKind

_FILE: Final = Path(__file__).with_name("profile.toml")
_UNSURE: Final = frozenset({"K", "K?", "D"})
UNIT_KIND: Final = "unit_kind"

UNIT_KIND_NAMES: Final[Mapping[UnitKind, str]] = {
    UnitKind.ORGAN: N_("Organ or people's organisation"),
    UnitKind.INSTITUTION: N_("Institution"),
    UnitKind.ENTERPRISE: N_("Other unit (enterprise)"),
}
POST_NAMES: Final[Mapping[Post, str]] = {
    Post.RESPONSIBLE: N_("Person responsible for fire safety"),
    Post.FIRE_MANAGER: N_("Fire safety manager"),
}


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty, with its article; a default may be changed by the hall."""

    key: str
    text: str
    source: str
    is_default: bool


@dataclass(frozen=True, slots=True)
class Flag:
    """One trait of a unit: what it means, who decides it, what follows from it."""

    key: str
    name: str
    meaning: str
    decided: str
    source: str
    is_default: bool
    duties: tuple[Duty, ...]


@lru_cache(maxsize=1)
def _file() -> Mapping[str, list[dict[str, Any]]]:
    with _FILE.open("rb") as file:
        return tomllib.load(file)


def flags() -> list[Flag]:
    """Every trait, in the order in which a hall is asked for it."""
    return [
        Flag(
            key=row["key"],
            name=_word(row, "name"),
            meaning=_word(row, "meaning"),
            decided=_word(row, "decided"),
            source=_word(row, "source"),
            is_default=row["mark"] in _UNSURE,
            duties=tuple(_duty(one) for one in _file()["duty"] if one.get("flag") == row["key"]),
        )
        for row in _file()["flag"]
    ]


def always() -> list[Duty]:
    """The duties of every unit."""
    return [_duty(row) for row in _file()["duty"] if "flag" not in row]


def duties(site: Site) -> list[Duty]:
    """What follows for this unit: the duties of every unit, then those of its traits."""
    return [_duty(row) for row in _file()["duty"] if _applies(row, site)]


def _applies(row: Mapping[str, Any], site: Site) -> bool:
    flag = row.get("flag")
    if flag is None:
        return True
    value = getattr(site, flag)
    return value in row["values"] if "values" in row else bool(value)


def _duty(row: Mapping[str, Any]) -> Duty:
    return Duty(row["key"], _word(row, "text"), _word(row, "source"), row["mark"] in _UNSURE)


def _word(row: Mapping[str, Any], field: str) -> str:
    return bilingual(row[field], row[f"{field}_en"])
