"""Patrols and checks in numbers, counted by the database: due, done, late, missed, on paper.

A month's figures count by `due_on`, the day on which a task was due, and leave out tasks that do
not count; those of them that nobody did are told apart as excused.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from checklists.models import (
    Answer,
    Countersignature,
    CountersignedRun,
    Disposal,
    Finding,
    Kind,
    Run,
    Task,
    Template,
    TemplateItem,
    TemplatePart,
)
from checklists.service.tasks import on_paper, visible_to
from safety_app.core.access import Actor
from safety_app.core.db import UtcDateTime
from safety_app.core.i18n import bilingual


@dataclass(frozen=True, slots=True)
class Counts:
    """Tasks that are decided by a moment: submitted, or past their closing."""

    done: int = 0
    late: int = 0
    missed: int = 0
    paper: int = 0
    excused: int = 0

    @property
    def due(self) -> int:
        """All that count; one handed in on paper was due, and is neither done nor missed."""
        return self.done + self.late + self.missed + self.paper

    @property
    def completed(self) -> int:
        """Done in time or late."""
        return self.done + self.late

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.done + other.done,
            self.late + other.late,
            self.missed + other.missed,
            self.paper + other.paper,
            self.excused + other.excused,
        )


@dataclass(frozen=True, slots=True)
class PartCounts:
    """The counts of one part of the day, or of one checklist that is a check."""

    part: str
    name: str
    counts: Counts
    kind: Kind = Kind.PATROL


@dataclass(frozen=True, slots=True)
class Missed:
    """A task that was not done, and why; `is_explained` now, even if after the cut-off.

    `part_name` is the part of the day, of a check its title.
    """

    task_id: int
    on_date: date
    kind: Kind
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
    kind: Kind = Kind.PATROL,
    now: datetime,
) -> Counts:
    """What the actor may see of one kind, from `first` to `last`, as of `now`."""
    where = visible_to(session, actor, first, last)
    if window_id is not None:
        where = and_(where, Task.window_id == window_id)
    return total(of_kind(part_counts(session, where, first=first, last=last, cutoff=now), kind))


def place_counts(
    session: Session,
    site_id: int,
    window_id: int | None,
    *,
    first: date,
    last: date,
    cutoff: datetime,
) -> list[PartCounts]:
    """A window, or the whole site, by part and check, as known before the cut-off."""
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
    """What was not done, by day; the reason is the one given before the cut-off."""
    known = cutoff - timedelta.resolution
    rows = session.execute(
        select(
            Task,
            TemplatePart.name,
            TemplatePart.name_en,
            Template.kind,
            Template.title,
            Template.title_en,
        )
        .join(TemplatePart, TemplatePart.id == Task.part_id)
        .join(Template, Template.id == TemplatePart.template_id)
        .outerjoin(Run, Run.task_id == Task.id)
        .where(
            place(site_id, window_id),
            due_between(first, last),
            Task.counts,
            Task.closes_at < cutoff,
            or_(Run.submitted_at.is_(None), Run.submitted_at >= cutoff),
            ~on_paper(known),
        )
        .order_by(Task.due_on, Task.opens_at, Task.window_id, Task.id)
    ).all()
    return [
        Missed(
            row.Task.id,
            row.Task.due_on,
            Kind(row.kind),
            named(row.kind, (row.name, row.name_en), (row.title, row.title_en)),
            row.Task.window_id,
            row.Task.location_id,
            *_reason(row.Task, cutoff),
            bool(row.Task.missed_reason),
        )
        for row in rows
    ]


def count_unsigned(
    session: Session,
    site_id: int,
    window_id: int | None,
    *,
    first: date,
    last: date,
    cutoff: datetime,
) -> int:
    """Sheets submitted before the cut-off that bear no second signature to this day."""
    signed = select(CountersignedRun.run_id).where(CountersignedRun.run_id == Run.id)
    query = (
        select(func.count(Run.id))
        .join(Task, Task.id == Run.task_id)
        .where(
            place(site_id, window_id),
            due_between(first, last),
            Task.counts,
            Run.submitted_at < cutoff,
            ~signed.exists(),
        )
    )
    return session.scalar(query) or 0


def unsigned_by_window(
    session: Session, site_id: int, *, first: date, last: date, cutoff: datetime
) -> dict[int | None, int]:
    """Sheets without a second signature at the cut-off, by window; `None`: the common areas."""
    signed = (
        select(CountersignedRun.run_id)
        .join(Countersignature, Countersignature.id == CountersignedRun.countersignature_id)
        .where(CountersignedRun.run_id == Run.id, Countersignature.at < cutoff)
    )
    query = (
        select(Task.window_id, func.count(Run.id))
        .join(Run, Run.task_id == Task.id)
        .where(
            Task.site_id == site_id,
            due_between(first, last),
            Task.counts,
            Run.submitted_at < cutoff,
            ~signed.exists(),
        )
        .group_by(Task.window_id)
    )
    rows = session.execute(query).all()
    return {window_id: int(count) for window_id, count in rows}


def named(kind: str, part: tuple[str, str], title: tuple[str, str]) -> str:
    """The part of the day of a patrol; of a check, which has one part, its title."""
    return bilingual(*(title if kind == Kind.CHECK else part))


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


def due_between(first: date, last: date) -> ColumnElement[bool]:
    """Tasks due on these days; moment and nominal day only narrow what the indexes look through.

    A task is due on its nominal day or later in its period, which is a year at most.
    """
    begin, end = (datetime.combine(day, time(), UTC) for day in (first, last))
    return and_(
        Task.due_on.between(first, last),
        Task.due_at.between(begin - A_DAY, end + 2 * A_DAY),  # whatever the zone
        Task.on_date.between(first - LONGEST_PERIOD, last + MOVED),
    )


A_DAY: Final = timedelta(days=1)
LONGEST_PERIOD: Final = timedelta(days=366)
MOVED: Final = timedelta(days=31)
_CUTOFF: Final = bindparam("cutoff", type_=UtcDateTime())
_SUBMITTED: Final = and_(Task.counts, Run.submitted_at.is_not(None), Run.submitted_at <= _CUTOFF)
_UNDONE: Final = and_(
    or_(Run.submitted_at.is_(None), Run.submitted_at > _CUTOFF), Task.closes_at <= _CUTOFF
)
_ON_PAPER: Final = on_paper(_CUTOFF)
_TALLIES: Final = (
    and_(_SUBMITTED, Run.submitted_at <= Task.due_at),
    and_(_SUBMITTED, Run.submitted_at > Task.due_at),
    and_(_UNDONE, Task.counts, ~_ON_PAPER),
    and_(_UNDONE, _ON_PAPER),
    and_(_UNDONE, ~Task.counts, ~_ON_PAPER),
)
_PARTS: Final = (
    select(
        TemplatePart.code,
        TemplatePart.name,
        TemplatePart.name_en,
        Template.kind,
        Template.title,
        Template.title_en,
        *(func.sum(case((tally, 1), else_=0)).label(f"n{at}") for at, tally in enumerate(_TALLIES)),
    )
    .join(TemplatePart, TemplatePart.id == Task.part_id)
    .join(Template, Template.id == TemplatePart.template_id)
    .outerjoin(Run, Run.task_id == Task.id)
    .group_by(
        TemplatePart.code,
        TemplatePart.name,
        TemplatePart.name_en,
        Template.kind,
        Template.title,
        Template.title_en,
    )
    .order_by(Template.kind.desc(), func.min(TemplatePart.position), TemplatePart.code)
)


def part_counts(
    session: Session, where: ColumnElement[bool], *, first: date, last: date, cutoff: datetime
) -> list[PartCounts]:
    """Counts of the patrols by part of the day, in its order, then of each check."""
    query = _PARTS.where(where, due_between(first, last))
    found: dict[tuple[str, str, str], Counts] = {}
    for row in session.execute(query, {"cutoff": cutoff}):
        name = named(row.kind, (row.name, row.name_en), (row.title, row.title_en))
        key = (row.kind, row.code, name)
        some = Counts(*(int(getattr(row, f"n{at}")) for at in range(len(_TALLIES))))
        found[key] = found.get(key, Counts()) + some
    return [PartCounts(code, name, some, Kind(kind)) for (kind, code, name), some in found.items()]


def counts_by_window(
    session: Session, site_id: int, *, first: date, last: date, cutoff: datetime
) -> dict[int | None, Counts]:
    """Patrols and checks together of every window before the cut-off; `None`: common areas."""
    query = (
        select(Task.window_id, *(func.sum(case((tally, 1), else_=0)) for tally in _TALLIES))
        .outerjoin(Run, Run.task_id == Task.id)
        .where(Task.site_id == site_id, due_between(first, last))
        .group_by(Task.window_id)
    )
    known = cutoff - timedelta.resolution
    rows = session.execute(query, {"cutoff": known}).all()
    return {window_id: Counts(*map(int, numbers)) for window_id, *numbers in rows}


def of_kind(parts: Iterable[PartCounts], kind: Kind) -> list[PartCounts]:
    """The patrols or the checks among them."""
    return [part for part in parts if part.kind is kind]


def total(parts: list[PartCounts]) -> Counts:
    """All parts together."""
    return sum((part.counts for part in parts), Counts())


def rate(part: int, whole: int) -> str:
    """A percentage, or a dash where nothing was due."""
    return f"{part / whole:.0%}" if whole else "–"
