"""A list held against the hall: what is new, what is there already, what is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.training.models import Result
from drills.training.service.courses import list_courses
from drills.training.service.importing.reading import Listed, Said, columns, require_import
from drills.training.service.importing.rows import Fit, Ground
from safety_app.accounts import service as accounts
from safety_app.core.access import Actor
from safety_app.core.i18n import N_, bilingual, use_language
from safety_app.core.intake import Problem


class Fate(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    SAME = "same"
    BAD = "bad"


FATE_NAMES: Final[Mapping[Fate, str]] = {
    Fate.NEW: N_("To be recorded"),
    Fate.SAME: N_("Recorded already"),
    Fate.BAD: N_("Faulty"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A row with what becomes of it."""

    said: Said
    fate: Fate
    fit: Fit | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do, and everything that is wrong with it."""

    lines: tuple[Line, ...]
    problems: tuple[Problem, ...]
    unknown: tuple[str, ...]

    def count(self, fate: Fate) -> int:
        """How many rows have this fate."""
        return sum(line.fate is fate for line in self.lines)

    @property
    def is_blocked(self) -> bool:
        """Whether a fault concerns the whole table."""
        return any(one.row is None for one in self.problems)


def plan_import(session: Session, actor: Actor, found: Listed, *, now: datetime) -> Plan:
    """What an import of this list would do."""
    require_import(actor)
    ground = Ground(session, actor, now, found.labels)
    problems = [*found.problems]
    # What could not be read is empty here: it is told once, as what it is.
    told = {(one.row, one.column) for one in found.problems}
    bad = {one.row for one in found.problems if one.row is not None}
    lines = []
    for said in found.rows:
        fit, faults = ground.understand(said)
        problems += [one for one in faults if (one.row, one.column) not in told]
        if said.number in bad or faults or fit is None:
            lines.append(Line(said, Fate.BAD))
        else:
            lines.append(Line(said, Fate.NEW, fit))
    return Plan(_known(session, actor.site_id, lines), tuple(problems), found.unknown)


def from_people(session: Session, actor: Actor, course_id: int) -> Listed:
    """Day and result of the last training that came with the list of people, as rows."""
    require_import(actor)
    course = next(
        (one for one in list_courses(session, actor.site_id) if one.id == course_id), None
    )
    with use_language("zh_CN"):
        name = bilingual(course.name, course.name_en) if course else ""
    rows = tuple(
        Said(
            number=number,
            cells={
                **{column.key: "" for column in columns()},
                "name": one.name,
                "staff_no": one.staff_no,
                "id": str(one.id),
                "course": name,
                **_outcome_of(one.exam_result),
            },
            on=one.trained_on,
        )
        for number, one in enumerate(accounts.trained_people(session, actor.site_id), start=1)
    )
    return Listed(None, rows)


def _outcome_of(result: str) -> dict[str, str]:
    """A number is a score; where nothing is said, being trained is what was meant."""
    said = result.replace("分", "").strip()
    if said.replace(".", "", 1).isdigit():
        return {"score": said}
    return {"outcome": result or "合格"}


def _known(session: Session, site_id: int, lines: Sequence[Line]) -> tuple[Line, ...]:
    """Rows that are recorded already, or stand in the list before, are left alone."""
    keys = [line.fit.key for line in lines if line.fit]
    taken: set[str] = set()
    for start in range(0, len(keys), 500):
        query = select(Result.source_key).where(
            Result.site_id == site_id, Result.source_key.in_(keys[start : start + 500])
        )
        taken.update(session.scalars(query))
    found = []
    for line in lines:
        if line.fit and line.fit.key in taken:
            found.append(Line(line.said, Fate.SAME, line.fit))
            continue
        if line.fit:
            taken.add(line.fit.key)
        found.append(line)
    return tuple(found)
