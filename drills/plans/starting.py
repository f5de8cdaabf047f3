"""Starting points: plans and rules that are shipped as data, to be made the hall's own."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from drills.plans.content import (
    Basics,
    Basis,
    Card,
    Chapter,
    Contact,
    Content,
    Group,
    Measures,
    Organisation,
    Phase,
    Reporting,
    Resources,
    RulesText,
    Words,
)
from drills.plans.models import RULES, Kind

HERE: Final = Path(__file__).parent
FOLDERS: Final = ("starting_points", "hall_rules")
EMPTY: Final = "own"


@dataclass(frozen=True, slots=True)
class StartingPoint:
    """One of them; `code` names it in `Document.scenario`, `icon` draws it."""

    code: str
    kind: Kind
    icon: str
    order: int
    content: Content

    @property
    def title(self) -> Words:
        """What it is called."""
        return self.content.title

    @property
    def is_rules(self) -> bool:
        """Whether it is a set of rules rather than a plan."""
        return self.kind in RULES


@cache
def starting_points() -> Mapping[str, StartingPoint]:
    """All of them by code, in order."""
    files = [path for folder in FOLDERS for path in (HERE / folder).glob("*.toml")]
    found = [_read(path) for path in files]
    return {one.code: one for one in sorted(found, key=lambda one: (one.order, one.code))}


def icon_of(scenario: str) -> str:
    """The symbol of what a plan is against."""
    found = starting_points().get(scenario)
    return found.icon if found else "emergency_home"


def order_of(scenario: str) -> int:
    """Where it stands among others."""
    found = starting_points().get(scenario)
    return found.order if found else 50


def _read(path: Path) -> StartingPoint:
    row = tomllib.loads(path.read_text(encoding="utf-8"))
    kind = Kind(row["kind"])
    content = Content(rules=_rules(row)) if kind in RULES else _plan(row)
    return StartingPoint(path.stem, kind, row["icon"], row["order"], content)


def _plan(row: Mapping[str, Any]) -> Content:
    return Content(
        basics=Basics(
            title=_words(row, "title"),
            scope=_words(row, "scope"),
            risk=_words(row, "risk"),
            basis=_basis(row),
        ),
        organisation=Organisation(
            groups=tuple(
                Group(name=_words(one, "name"), duties=_words(one, "duties"))
                for one in row.get("group", ())
            )
        ),
        measures=Measures(
            phases=tuple(
                Phase(title=_words(one, "title"), steps=_words(one, "steps"))
                for one in row.get("phase", ())
            ),
            notes=_words(row, "notes"),
        ),
        reporting=Reporting(
            chain=_words(row, "chain"),
            say=_words(row, "say"),
            contacts=tuple(
                Contact(name=_words(one, "name"), phone=one["phone"])
                for one in row.get("contact", ())
            ),
        ),
        resources=Resources(others=_words(row, "resources")),
        card=Card(lines=_words(row, "card")),
    )


def _rules(row: Mapping[str, Any]) -> RulesText:
    return RulesText(
        title=_words(row, "title"),
        chapters=tuple(
            Chapter(title=_words(one, "title"), body=_words(one, "body")) for one in row["chapter"]
        ),
        interpreter=_words(row, "interpreter"),
        basis=_basis(row),
    )


def _basis(row: Mapping[str, Any]) -> tuple[Basis, ...]:
    rows: Sequence[Mapping[str, Any]] = row.get("basis", ())
    return tuple(
        Basis(rule=_words(one, "rule"), source=_words(one, "source"), mark=one["mark"])
        for one in rows
    )


def _words(row: Mapping[str, Any], name: str) -> Words:
    return Words(zh=str(row.get(name, "")).strip(), en=str(row.get(f"{name}_en", "")).strip())
