"""Patrols in numbers, counted by the database: due, done, late, missed."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from checklists.models import (
    Answer,
    Disposal,
    Finding,
    Run,
    Task,
    TemplateItem,
    TemplatePart,
)
from checklists.service.tasks import visible_to
from safety_app.core.access import Actor
from safety_app.core.db import UtcDateTime
from safety_app.core.i18n import bilingual


@dataclass(frozen=True, slots=True)
class Counts:
    """Tasks that are decided by a moment: submitted, or past their closing."""

    done: int = 0
    late: int = 0
    missed: int = 0

    @property
    def due(self) -> int:
        """All that count."""
        return self.done + self.late + self.missed

    @property
    def completed(self) -> int:
        """Done in time or late."""
        return self.done + self.late

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.done + other.done, self.late + other.late, self.missed + other.missed)


@dataclass(frozen=True, slots=True)
class PartCounts:
    """The counts of one part of the day."""

    part: str
    name: str
    counts: Counts


@dataclass(frozen=True, slots=True)
class Missed:
    """A patrol that was not done, and why; `is_explained` now, even if after the cut-off."""

    task_id: int
    on_date: date
    part_name: str
    window_id: int | None
    location_id: int | None
    reason: str
    note: str
    is_explained: bool


@dataclass(frozen=True, slots=True)
class SpotFix:
    """A problem that was corrected during the patrol."""

    id: int
    at: datetime
    window_id: int | None
    location_id: int | None
    code: str
    text: str
    note: str


def counts(
    session: Session,
    actor: Actor,
    *,
    first: date,
    last: date,
    window_id: int | None = None,
    now: datetime,
) -> Counts:
    """What the actor may see, from `first` to `last`, as of `now`."""
    where = visible_to(session, actor, first, last)
    if window_id is not None:
        where = and_(where, Task.window_id == window_id)
    return total(part_counts(session, where, first=first, last=last, cutoff=now))


def place_counts(
    session: Session,
    site_id: int,
    window_id: int | None,
    *,
    first: date,
    last: date,
    cutoff: datetime,
) -> list[PartCounts]:
    """A window, or the whole site, by part, as known before the cut-off."""
    known = cutoff - timedelta.resolution
    return part_counts(session, place(site_id, window_id), first=first, last=last, cutoff=known)


def list_missed(
    session: Session,
    site_id: int,
    window_id: int | None,
    *,
    first: date,
    last: date,
    cutoff: datetime,
) -> list[Missed]:
    """Patrols that were not done, by day; the reason is the one given before the cut-off."""
    rows = session.execute(
        select(Task, TemplatePart.name, TemplatePart.name_en)
        .join(TemplatePart, TemplatePart.id == Task.part_id)
        .outerjoin(Run, Run.task_id == Task.id)
        .where(
            place(site_id, window_id),
            Task.on_date.between(first, last),
            Task.closes_at < cutoff,
            or_(Run.submitted_at.is_(None), Run.submitted_at >= cutoff),
        )
        .order_by(Task.on_date, Task.opens_at, Task.window_id, Task.id)
    ).all()
    return [
        Missed(
            task.id,
            task.on_date,
            bilingual(name, name_en),
            task.window_id,
            task.location_id,
            *_reason(task, cutoff),
            bool(task.missed_reason),
        )
        for task, name, name_en in rows
    ]


def _reason(task: Task, cutoff: datetime) -> tuple[str, str]:
    """Given later, it is not on the paper: the same month gives the same paper for ever."""
    known = task.missed_reason_at is not None and task.missed_reason_at < cutoff
    return (task.missed_reason, task.missed_note) if known else ("", "")


def list_spot_fixes(
    session: Session, site_id: int, window_id: int | None, *, start: datetime, until: datetime
) -> list[SpotFix]:
    """Problems corrected on the spot, from `start` to before `until`."""
    here = Run.site_id == site_id if window_id is None else Run.window_id == window_id
    rows = session.execute(
        select(
            Finding.id,
            Finding.at,
            Finding.note,
            Run.window_id,
            Run.location_id,
            TemplateItem.code,
            TemplateItem.problem,
            TemplateItem.problem_en,
        )
        .join(Run, Run.id == Finding.run_id)
        .join(TemplateItem, TemplateItem.id == Finding.item_id)
        .where(
            here,
            Run.site_id == site_id,
            Finding.at >= start,
            Finding.at < until,
            Finding.value == Answer.FAIL,
            Finding.disposal == Disposal.SPOT,
            Finding.hazard_id.is_(None),
        )
        .order_by(Finding.at, Finding.id)
    ).all()
    return [
        SpotFix(id_, at, window, location, code, bilingual(text, text_en), note)
        for id_, at, note, window, location, code, text, text_en in rows
    ]


def place(site_id: int, window_id: int | None) -> ColumnElement[bool]:
    """Tasks of a window, or of the whole site."""
    here: ColumnElement[bool] = Task.site_id == site_id
    return here if window_id is None else and_(here, Task.window_id == window_id)


_CUTOFF: Final = bindparam("cutoff", type_=UtcDateTime())
_SUBMITTED: Final = and_(Run.submitted_at.is_not(None), Run.submitted_at <= _CUTOFF)
_UNDONE: Final = or_(Run.submitted_at.is_(None), Run.submitted_at > _CUTOFF)
_TALLIES: Final = (
    and_(_SUBMITTED, Run.submitted_at <= Task.due_at),
    and_(_SUBMITTED, Run.submitted_at > Task.due_at),
    and_(_UNDONE, Task.closes_at <= _CUTOFF),
)
_PARTS: Final = (
    select(
        TemplatePart.code,
        TemplatePart.name,
        TemplatePart.name_en,
        *(func.sum(case((tally, 1), else_=0)) for tally in _TALLIES),
    )
    .join(TemplatePart, TemplatePart.id == Task.part_id)
    .outerjoin(Run, Run.task_id == Task.id)
    .group_by(TemplatePart.code, TemplatePart.name, TemplatePart.name_en)
    .order_by(func.min(TemplatePart.position), TemplatePart.code)
)


def part_counts(
    session: Session, where: ColumnElement[bool], *, first: date, last: date, cutoff: datetime
) -> list[PartCounts]:
    """Counts by part of the day, in its order."""
    query = _PARTS.where(where, Task.on_date.between(first, last))
    rows = session.execute(query, {"cutoff": cutoff}).all()
    return [
        PartCounts(code, bilingual(name, name_en), Counts(int(done), int(late), int(missed)))
        for code, name, name_en, done, late, missed in rows
    ]


def total(parts: list[PartCounts]) -> Counts:
    """All parts together."""
    return sum((part.counts for part in parts), Counts())


def rate(part: int, whole: int) -> str:
    """A percentage, or a dash where nothing was due."""
    return f"{part / whole:.0%}" if whole else "–"
