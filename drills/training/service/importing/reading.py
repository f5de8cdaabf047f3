"""A table of records as it was handed in, and words that offices write in it."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from drills.training.permissions import Permission
from safety_app.core import files
from safety_app.core.access import Actor
from safety_app.core.i18n import N_
from safety_app.core.intake import Column, Intake, Kind, Problem, Row, read_table
from safety_app.core.intake_cells import heading

WHO_IMPORTS: Final = N_("The safety officer, a manager or the administrator")
LIMITS: Final = {"note": 500, "issuer": 100, "course": 100}
USUAL: Final = ("name", "staff_no", "course", "on", "hours", "score", "outcome")
"""What most lists have; the rest may be left out."""


@lru_cache(maxsize=1)
def table() -> Mapping[str, Any]:
    """The headings and words as data."""
    file = Path(__file__).with_name("columns.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def columns() -> tuple[Column, ...]:
    """The columns of a list, with the headings that offices use."""
    days = {"on", "valid_until"}
    return tuple(
        Column(
            row["key"],
            tuple(row["names"]),
            kind=Kind.DATE if row["key"] in days else Kind.TEXT,
            needed=row.get("needed", False),
            limit=LIMITS.get(row["key"], 64),
        )
        for row in table()["columns"]
    )


@dataclass(frozen=True, slots=True)
class Said:
    """One row as it was typed; `number` is its line, 0 for what no table said."""

    number: int
    cells: Mapping[str, str]
    on: date | None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A whole list; `labels` are the headings that it has, by key."""

    file_id: int | None
    rows: tuple[Said, ...]
    problems: tuple[Problem, ...] = ()
    unknown: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)


def require_import(actor: Actor) -> None:
    """Raise `NotAllowed` for whoever may not import."""
    actor.require(Permission.IMPORT, who=WHO_IMPORTS)


def read_list(session: Session, actor: Actor, file_id: int) -> Listed:
    """The list in a file that this person handed in."""
    require_import(actor)
    [file] = files.claim(session, actor, [file_id], kinds=files.TABLES)
    return listed(read_table(files.read(file), file.name, columns()), file.id)


def listed(found: Intake, file_id: int | None = None) -> Listed:
    """The rows of a table without totals and signatures below them."""
    rows = tuple(_rows(found))
    kept = {row.number for row in rows}
    return Listed(
        file_id,
        rows,
        tuple(one for one in found.problems if one.row is None or one.row in kept),
        found.unknown,
        found.labels,
    )


def words(name: str) -> frozenset[str]:
    """Words of one meaning, as cells are compared."""
    return frozenset(heading(one) for one in table()["words"][name])


def _rows(found: Intake) -> Iterator[Said]:
    above: dict[str, str] = {}
    totals = tuple(table()["words"]["totals"])
    ditto = words("ditto")
    for row in found.rows:
        cells = {
            column.key: _cell(row, column.key, above, ditto)
            for column in columns()
            if column.kind is not Kind.DATE
        }
        if cells["name"].casefold().startswith(totals):
            continue
        above = cells
        yield Said(row.number, cells, row.day("on"), row.day("valid_until"))


def _cell(row: Row, key: str, above: Mapping[str, str], ditto: frozenset[str]) -> str:
    said = row.text(key)
    return above.get(key, "") if said and heading(said) in ditto else said
