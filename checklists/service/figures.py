"""Patrols and checks in numbers, counted by the database: due, done, late, missed, on paper.

A task falls into the month in which it was due, or if it was decided later into the month in which
it was done or closed: each into one and only one. Tasks that do not count are left out; those of
them that nobody did are told apart as excused.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Executable, and_, bindparam, case, func, or_, select
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
from checklists.permissions import Permission
from checklists.service.spans import Span, span_of
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
    span = span_of(session, actor.site_id, first, last)
    if window_id is None and actor.reach(Permission.VIEW).site:
        found = _parts(session, _of_site(actor.site_id, span), known=now, cutoff=now)
        return total(of_kind(found, kind))
    where = visible_to(session, actor, first, last)
    if window_id is not None:
        where = and_(where, Task.window_id == window_id)
    return total(of_kind(part_counts(session, where, span, known=now, cutoff=now), kind))


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
    span = span_of(session, site_id, first, last)
    return part_counts(session, place(site_id, window_id), span, known=known, cutoff=cutoff)


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
    query = (
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
            Task.counts,
            Task.closes_at <= cutoff,
            or_(Run.submitted_at.is_(None), Run.submitted_at >= cutoff),
            ~on_paper(known),
        )
        .order_by(Task.due_on, Task.opens_at, Task.window_id, Task.id)
    )
    rows: list[Any] = []
    for chosen in reversed(span_of(session, site_id, first, last).chosen):
        rows += session.execute(query.where(chosen)).all()
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
        .where(place(site_id, window_id), Task.counts, Run.submitted_at < cutoff, ~signed.exists())
    )
    chosen = span_of(session, site_id, first, last).chosen
    return sum(session.scalar(query.where(one)) or 0 for one in chosen)


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
        .where(Task.site_id == site_id, Task.counts, Run.submitted_at < cutoff, ~signed.exists())
        .group_by(Task.window_id)
    )
    found: dict[int | None, int] = {}
    for chosen in span_of(session, site_id, first, last).chosen:
        for window_id, count in session.execute(query.where(chosen)):
            found[window_id] = found.get(window_id, 0) + int(count)
    return found


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


_KNOWN: Final = bindparam("known", type_=UtcDateTime())
_CUTOFF: Final = bindparam("cutoff", type_=UtcDateTime())
_SUBMITTED: Final = and_(Task.counts, Run.submitted_at.is_not(None), Run.submitted_at <= _KNOWN)
_UNDONE: Final = and_(
    or_(Run.submitted_at.is_(None), Run.submitted_at > _KNOWN), Task.closes_at <= _CUTOFF
)
_ON_PAPER: Final = on_paper(_KNOWN)
_TALLIES: Final = (
    and_(_SUBMITTED, Run.submitted_at <= Task.due_at),
    and_(_SUBMITTED, Run.submitted_at > Task.due_at),
    and_(_UNDONE, Task.counts, ~_ON_PAPER),
    and_(_UNDONE, Task.counts, _ON_PAPER),
    and_(_UNDONE, ~Task.counts),
)
_PARTS: Final = (
    select(
        func.min(TemplatePart.position).label("position"),
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
)


def part_counts(
    session: Session,
    where: ColumnElement[bool],
    span: Span,
    *,
    known: datetime,
    cutoff: datetime,
) -> list[PartCounts]:
    """Counts of the patrols by part of the day, in its order, then of each check.

    What was handed in or confirmed later than `known` is not counted, what closes at `cutoff` is.
    """
    queries = [_PARTS.where(where, chosen) for chosen in span.chosen]
    return _parts(session, queries, known=known, cutoff=cutoff)


@lru_cache(maxsize=64)
def _of_site(site_id: int, span: Span) -> Sequence[Executable]:
    """The questions of a whole hall: what is written once is not read anew on every look."""
    return [_PARTS.where(Task.site_id == site_id, chosen) for chosen in span.chosen]


def _parts(
    session: Session, queries: Sequence[Executable], *, known: datetime, cutoff: datetime
) -> list[PartCounts]:
    found: dict[tuple[str, int, str, str], Counts] = {}
    for query in queries:
        for row in session.execute(query, {"known": known, "cutoff": cutoff}):
            name = named(row.kind, (row.name, row.name_en), (row.title, row.title_en))
            some = Counts(*(int(getattr(row, f"n{at}")) for at in range(len(_TALLIES))))
            key = (row.kind, row.position, row.code, name)
            found[key] = found.get(key, Counts()) + some
    return _merged(found)


def _merged(found: dict[tuple[str, int, str, str], Counts]) -> list[PartCounts]:
    """A part of one name has one line, wherever it stands in the versions of its checklist."""
    merged: dict[tuple[str, str, str], Counts] = {}
    by_position = sorted(found, key=lambda key: key[1:3])
    for kind, position, code, name in sorted(by_position, key=lambda key: key[0], reverse=True):
        key = (kind, code, name)
        merged[key] = merged.get(key, Counts()) + found[kind, position, code, name]
    return [PartCounts(code, name, some, Kind(kind)) for (kind, code, name), some in merged.items()]


def counts_by_window(
    session: Session, site_id: int, *, first: date, last: date, kind: Kind, cutoff: datetime
) -> dict[int | None, Counts]:
    """The patrols or the checks of every window before the cut-off; `None`: common areas."""
    query = (
        select(Task.window_id, *(func.sum(case((tally, 1), else_=0)) for tally in _TALLIES))
        .join(TemplatePart, TemplatePart.id == Task.part_id)
        .join(Template, Template.id == TemplatePart.template_id)
        .outerjoin(Run, Run.task_id == Task.id)
        .where(Task.site_id == site_id, Template.kind == kind)
        .group_by(Task.window_id)
    )
    moments = {"known": cutoff - timedelta.resolution, "cutoff": cutoff}
    found: dict[int | None, Counts] = {}
    for chosen in span_of(session, site_id, first, last).chosen:
        for window_id, *numbers in session.execute(query.where(chosen), moments):
            some = Counts(*map(int, numbers))
            found[window_id] = found.get(window_id, Counts()) + some
    return found


def of_kind(parts: Iterable[PartCounts], kind: Kind) -> list[PartCounts]:
    """The patrols or the checks among them."""
    return [part for part in parts if part.kind is kind]


def total(parts: list[PartCounts]) -> Counts:
    """All parts together."""
    return sum((part.counts for part in parts), Counts())


def rate(part: int, whole: int) -> str:
    """A percentage, or a dash where nothing was due."""
    return f"{part / whole:.0%}" if whole else "–"
