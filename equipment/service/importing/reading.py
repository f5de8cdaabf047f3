"""A list as it was handed in: the rows of every sheet that has its headings."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from equipment.permissions import Permission
from equipment.service.importing.columns import COLUMNS, COUNTERS, DITTO, LABELS, TOTALS, USUAL
from safety_app.core import files
from safety_app.core.access import Actor
from safety_app.core.i18n import N_, _
from safety_app.core.intake import Intake, Problem, Row, read_every
from safety_app.core.intake_cells import heading
from safety_app.core.intake_errors import NoHeadings

WHO_IMPORTS: Final = N_("The safety officer or the administrator")
WHERE: Final = ("place", "window", "floor", "placing")
DIGITS: Final = 16
_HEADINGS: Final = {key: {heading(name) for name in one.names} for key, one in LABELS.items()}


@dataclass(frozen=True, slots=True)
class Said:
    """One row as it was typed; `digest` tells it from others, wherever it stands."""

    sheet: str
    row: int
    cells: Mapping[str, str]
    digest: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A whole list; `skipped` are sheets that say nowhere where anything is."""

    file_id: int
    rows: tuple[Said, ...]
    problems: tuple[Problem, ...]
    unknown: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()


def require_import(actor: Actor) -> None:
    """Raise `NotAllowed` for whoever may not import."""
    actor.require(Permission.IMPORT, who=WHO_IMPORTS)


def read_list(session: Session, actor: Actor, file_id: int) -> Listed:
    """The list in a file that this person handed in."""
    require_import(actor)
    [file] = files.claim(session, actor, [file_id], kinds=files.TABLES)
    return listed(files.read(file), file.name, file.id)


def listed(content: bytes, name: str, file_id: int = 0) -> Listed:
    """The rows of a file; raises `NoHeadings` where no sheet has any."""
    found = read_every(content, name, COLUMNS)
    if not found:
        raise NoHeadings(names=_(", ").join(LABELS[key].label for key in USUAL))
    placed = [intake for intake in found if _is_placed(intake)] or list(found)
    rows = tuple(row for intake in placed for row in _rows(intake))
    taken = {(row.sheet, row.row) for row in rows} | {(intake.sheet, None) for intake in placed}
    problems = (problem for intake in placed for problem in intake.problems)
    return Listed(
        file_id,
        rows,
        tuple(one for one in problems if (one.sheet, one.row) in taken),
        tuple(dict.fromkeys(name for intake in placed for name in _unread(intake))),
        tuple(intake.sheet for intake in found if intake not in placed),
    )


def _is_placed(intake: Intake) -> bool:
    """A sheet of totals says nowhere where anything is."""
    return any(row.text(key) for row in intake.rows for key in WHERE)


def _unread(intake: Intake) -> Iterator[str]:
    return (name for name in intake.unknown if heading(name) not in COUNTERS)


def _rows(intake: Intake) -> Iterator[Said]:
    """The rows without totals and signatures below them; “ditto” is what stands above."""
    above: dict[str, str] = {}
    for row in intake.rows:
        cells = {key: _cell(row, key, above) for key in LABELS}
        if _is_no_item(cells):
            continue
        above = cells
        yield Said(intake.sheet, row.number, cells, _digest(cells))


def _cell(row: Row, key: str, above: Mapping[str, str]) -> str:
    said = row.text(key)
    return above.get(key, "") if said in DITTO else said


def _is_no_item(cells: Mapping[str, str]) -> bool:
    """A total, a signature, a line across the table, or the headings again on the next page."""
    told = [key for key, said in cells.items() if said]
    if not told or told == ["count"] or cells[told[0]].casefold().startswith(TOTALS):
        return True
    repeated = [key for key, said in cells.items() if said and heading(said) in _HEADINGS[key]]
    return len(repeated) > 1


def _digest(cells: Mapping[str, str]) -> str:
    said = "\x1f".join(f"{key}\x1e{value.casefold()}" for key, value in cells.items() if value)
    return hashlib.sha256(said.encode()).hexdigest()[:DIGITS]
