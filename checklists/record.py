"""What happened at one place in a period, line by line, for papers that an inspector reads.

One line for each task: when and by whom it was walked, what was found and what became of it, both
signatures; and as honestly what was missed, handed in on paper, or did not count.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from checklists.models import (
    Answer,
    Kind,
    LateEntry,
    PaperForm,
    Run,
    Task,
    Template,
    TemplatePart,
)
from checklists.recurrence import State, state
from checklists.service.countersigning import Second, seconds
from checklists.service.figures import Counts
from checklists.service.findings import load_findings
from checklists.service.paper_forms import Scan, scans_of
from checklists.service.reading import Told, exception, is_told
from checklists.service.spans import span_of
from checklists.service.tasks import on_paper
from hazards.service.outcomes import Outcome, outcomes
from safety_app.accounts import service as accounts
from safety_app.core.i18n import _, bilingual, day_text
from safety_app.workplace import service as workplace


@dataclass(frozen=True, slots=True)
class Place:
    """A window or a common area; `code` goes into numbers of papers."""

    window_id: int | None
    location_id: int | None
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class OnPaper:
    """A confirmed paper form: who walked, what was noted, handed in and confirmed; its scans."""

    walked_by: str
    note: str
    handed_in_by: str
    handed_in_at: datetime
    confirmed_by: str
    confirmed_at: datetime
    scans: tuple[Scan, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One task of the record."""

    task_id: int
    run_id: int | None
    on: date
    title: str
    part_name: str
    opens_at: datetime
    due_at: datetime
    state: State
    submitted_at: datetime | None
    patroller: str
    companion: str
    signature: str
    second: Second | None
    answers: str
    told: tuple[Told, ...]
    beside: int
    missed_reason: str
    missed_note: str
    paper: OnPaper | None
    part_id: int
    countersigner: str

    @property
    def is_walked(self) -> bool:
        """Whether there is a submitted sheet."""
        return self.submitted_at is not None

    @property
    def hazards(self) -> tuple[Outcome, ...]:
        """The hazards that it registered or saw again, each once."""
        found = {one.hazard.id: one.hazard for one in self.told if one.hazard}
        return tuple(found.values())


def lines(
    session: Session,
    site_id: int,
    place: Place,
    *,
    first: date,
    last: date,
    kind: Kind,
    now: datetime,
) -> list[Line]:
    """All tasks of a place that fall into these days as they stand at `now`, by day and time.

    They are those that a report of these days counts, and what was due and is open still.
    """
    rows = _rows(session, site_id, _at(place), first, last, kind, now)
    run_ids = [row.Run.id for row in rows if row.Run and row.Run.submitted_at]
    found = load_findings(session, run_ids)
    became = outcomes(
        session, site_id, [one.finding.hazard_id for some in found.values() for one in some]
    )
    told = {
        run_id: tuple(exception(one, became) for one in some if is_told(one))
        for run_id, some in found.items()
    }
    papers = _papers(session, [row.Task.id for row in rows if row.on_paper])
    people = {row.Run.submitted_by for row in rows if row.Run}
    names = accounts.names(session, people | {row.Run.companion_id for row in rows if row.Run})
    second, beside = seconds(session, run_ids), _beside(session, run_ids)
    return [_line(row, told, papers, names, second, beside, now) for row in rows]


def tally(found: Iterable[Line]) -> Counts:
    """The counts of some lines, by the same rules as the figures of a report."""
    states = Counter(one.state for one in found)
    return Counts(
        states[State.DONE],
        states[State.DONE_LATE],
        states[State.MISSED],
        states[State.ON_PAPER],
        states[State.EXCUSED],
    )


def _at(place: Place) -> ColumnElement[bool]:
    if place.window_id is not None:
        return Task.window_id == place.window_id
    return and_(Task.window_id.is_(None), Task.location_id == place.location_id)


def _rows(
    session: Session,
    site_id: int,
    here: ColumnElement[bool],
    first: date,
    last: date,
    kind: Kind,
    now: datetime,
) -> Sequence[Any]:
    query = (
        select(
            Task,
            Run,
            TemplatePart.name,
            TemplatePart.name_en,
            Template.title,
            Template.title_en,
            Template.countersigner,
            on_paper(now).label("on_paper"),
        )
        .join(TemplatePart, TemplatePart.id == Task.part_id)
        .join(Template, Template.id == TemplatePart.template_id)
        .outerjoin(Run, Run.task_id == Task.id)
        .where(
            Task.site_id == site_id,
            here,
            Template.kind == kind,
            Task.opens_at <= now,
        )
    )
    span = span_of(session, site_id, first, last)
    found = {
        row.Task.id: row
        for chosen in (*span.chosen, span.is_open(now))
        for row in session.execute(query.where(chosen))
    }
    return sorted(found.values(), key=lambda row: (row.Task.due_on, row.Task.opens_at, row.Task.id))


def _line(
    row: Any,
    told: Mapping[int, tuple[Told, ...]],
    papers: Mapping[int, OnPaper],
    names: Mapping[int, str],
    second: Mapping[int, Second],
    beside: Mapping[int, int],
    now: datetime,
) -> Line:
    task: Task = row.Task
    run: Run | None = row.Run
    submitted_at = (
        run.submitted_at if run and run.submitted_at and run.submitted_at <= now else None
    )
    walked = run if submitted_at else None
    run_id = walked.id if walked else None
    return Line(
        task_id=task.id,
        run_id=run_id,
        on=task.due_on,
        title=bilingual(row.title, row.title_en),
        part_name=bilingual(row.name, row.name_en),
        opens_at=task.opens_at,
        due_at=task.due_at,
        state=state(
            task.opens_at,
            task.due_at,
            task.closes_at,
            submitted_at,
            now,
            counts=task.counts,
            on_paper=row.on_paper,
        ),
        submitted_at=submitted_at,
        patroller=names.get(walked.submitted_by or 0, "–") if walked else "",
        companion=names.get(walked.companion_id or 0, "") if walked else "",
        signature=walked.signature if walked else "",
        second=second.get(run_id or 0),
        answers=walked.answers if walked else "",
        told=told.get(run_id or 0, ()),
        beside=beside.get(run_id or 0, 0),
        missed_reason=task.missed_reason,
        missed_note=task.missed_note,
        paper=papers.get(task.id),
        part_id=task.part_id,
        countersigner=row.countersigner,
    )


def _papers(session: Session, task_ids: Sequence[int]) -> dict[int, OnPaper]:
    if not task_ids:
        return {}
    forms = session.scalars(
        select(PaperForm).where(
            PaperForm.task_id.in_(task_ids), PaperForm.confirmed_at.is_not(None)
        )
    ).all()
    names = accounts.names(
        session,
        {one for form in forms for one in (form.walked_by, form.handed_in_by, form.confirmed_by)},
    )
    scans = scans_of(session, [form.id for form in forms])
    return {
        form.task_id: OnPaper(
            names.get(form.walked_by, "–"),
            form.note,
            names.get(form.handed_in_by, "–"),
            form.handed_in_at,
            names.get(form.confirmed_by or 0, "–"),
            form.confirmed_at,
            scans.get(form.id, ()),
        )
        for form in forms
        if form.confirmed_at
    }


def _beside(session: Session, run_ids: Sequence[int]) -> dict[int, int]:
    if not run_ids:
        return {}
    rows = session.execute(
        select(LateEntry.run_id, func.count())
        .where(LateEntry.run_id.in_(run_ids))
        .group_by(LateEntry.run_id)
    )
    return dict(rows.all())


def failed(line: Line) -> tuple[Told, ...]:
    """The problems of a line."""
    return tuple(one for one in line.told if one.is_failed)


def in_order(line: Line) -> int:
    """How many points were in order."""
    return line.answers.count(Answer.PASS)


def left_out(
    session: Session, site_id: int, window_id: int | None, first: date, last: date
) -> list[str]:
    """Why tasks of some days do not count, in sentences: the trial, and pauses of this window."""
    found = []
    site = workplace.site(session, site_id)
    if site.counts_from and site.counts_from > first:
        day = day_text(site.counts_from, weekday=False, year=True)
        found.append(_("Trial until the day before {day}: until then nothing counts.", day=day))
    for pause in workplace.pauses(session, site_id).get(window_id or 0, []):
        if pause.first <= last and pause.last >= first:
            days = span(pause.first, pause.last)
            found.append(_("Paused {days}: {reason}.", days=days, reason=pause.reason))
    return found


def span(first: date, last: date) -> str:
    """The days from one to another in words."""
    if first == last:
        return day_text(first, weekday=False, year=True)
    return f"{day_text(first, weekday=False, year=True)}–{day_text(last, weekday=False, year=True)}"
