"""What a drill has shown: hazards and revision tasks, and closing once none of them is open."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from drills.errors import DebriefMissing, ProblemsOpen
from drills.lifecycle import require, take
from drills.models import Drill, Problem, ProblemKind, Step
from drills.plans import service as plans
from drills.service import attending
from drills.service.loading import get
from hazards import service as hazards
from hazards.service import Category, Level, Origin
from safety_app.accounts import service as accounts
from safety_app.core import journal
from safety_app.core.access import Actor
from safety_app.core.i18n import N_, _, language
from safety_app.core.text import clean

PREFIX: Final = "drills:"


@dataclass(frozen=True, slots=True)
class Handling:
    """Who puts a problem right by when; `interim` is what holds until then, for grave ones."""

    owner_id: int
    fix_by: date
    measures: str
    interim: str = ""


@dataclass(frozen=True, slots=True)
class ProblemView:
    """A problem and what became of it; `reference` is the number of the hazard or the plan."""

    number: int
    kind: ProblemKind
    what: str
    item_code: str
    reference: str
    href: str
    owner: str
    due_on: date | None
    is_open: bool
    status: str
    closed_at: datetime | None

    def is_overdue(self, today: date) -> bool:
        """Whether it should be closed by now."""
        return self.is_open and self.due_on is not None and self.due_on < today


def source_of(drill: Drill, what: str) -> str:
    """How a hazard or a revision task says that it comes from a drill: `drills:YL-2026-01/G09`."""
    return f"{PREFIX}{drill.code}/{what}"


def add_hazard(
    session: Session,
    actor: Actor,
    drill_id: int,
    *,
    what: str,
    level: Level,
    category: Category = Category.MANAGEMENT,
    note: str = "",
    handling: Handling | None = None,
    now: datetime,
) -> Problem:
    """Register a problem as a hazard, and hand it out where it is said to whom."""
    journal.lock(session)
    drill = get(session, actor, drill_id)
    require(session, actor, drill, Step.RAISE)
    number = _next_number(session, drill)
    hazard = hazards.report(
        session,
        actor,
        what=what,
        level=level,
        category=category,
        origin=Origin.DRILL,
        note=note,
        window_id=drill.window_id,
        place="" if drill.window_id else (drill.place or drill.title)[:100],
        source=source_of(drill, f"P{number}"),
        fix_by=handling.fix_by if handling else None,
        now=now,
    )
    problem = _keep(session, actor, drill, number, hazard.what, now, hazard_id=hazard.id)
    if handling is not None:
        hazards.assign(
            session,
            actor,
            hazard.id,
            owner_id=handling.owner_id,
            fix_by=handling.fix_by,
            measures=handling.measures,
            interim_measure=handling.interim,
            row_version=None,
            now=now,
        )
    return problem


def add_revision(
    session: Session,
    actor: Actor,
    drill_id: int,
    *,
    what: str,
    plan_id: int,
    owner_id: int,
    due_on: date,
    now: datetime,
) -> Problem:
    """Ask for a revision of a plan, with owner and date."""
    journal.lock(session)
    drill = get(session, actor, drill_id)
    require(session, actor, drill, Step.RAISE)
    number = _next_number(session, drill)
    words = clean(what, field=N_("What is wrong"), limit=200, required=True)
    task = plans.request_revision(
        session,
        actor,
        plan_id,
        why=words,
        source=source_of(drill, f"P{number}"),
        owner_id=owner_id,
        due_on=due_on,
        now=now,
    )
    return _keep(session, actor, drill, number, words, now, revision_id=task.id)


def adopt(session: Session, actor: Actor | None, drill: Drill, *, now: datetime) -> list[Problem]:
    """Take up the hazards that the evaluation of a drill has registered under its source."""
    known = set(session.scalars(select(Problem.hazard_id).where(Problem.drill_id == drill.id)))
    prefix = source_of(drill, "")
    found = hazards.open_by_source(session, drill.site_id, prefix)
    taken = []
    for source, hazard in sorted(found.items()):
        if hazard.id in known:
            continue
        code = source.removeprefix(prefix).partition("#")[0][:16]
        taken.append(
            _keep(
                session, actor, drill, _next_number(session, drill), hazard.what, now,
                hazard_id=hazard.id, item_code=code, is_noted=False,
            )
        )  # fmt: skip
    return taken


def take_up(
    session: Session,
    actor: Actor | None,
    drill: Drill,
    *,
    what: str,
    hazard_id: int | None = None,
    revision_id: int | None = None,
    item_code: str = "",
    now: datetime,
) -> None:
    """Take up a hazard or task that the evaluation has made; once, however often it is found."""
    same = Problem.hazard_id == hazard_id if hazard_id else Problem.revision_id == revision_id
    if session.scalar(select(Problem.id).where(Problem.drill_id == drill.id, same)) is None:
        _keep(
            session, actor, drill, _next_number(session, drill), what, now,
            hazard_id=hazard_id, revision_id=revision_id, item_code=item_code, is_noted=False,
        )  # fmt: skip


def list_problems(session: Session, drill: Drill) -> list[ProblemView]:
    """The problems of a drill in their order, as they stand now."""
    rows = session.scalars(
        select(Problem).where(Problem.drill_id == drill.id).order_by(Problem.number)
    ).all()
    became = hazards.outcomes(session, drill.site_id, [row.hazard_id for row in rows])
    tasks = {
        task.id: task for task in plans.revisions_of(session, drill.site_id, source_of(drill, ""))
    }
    name = accounts.names(session, [drill.owner_id]).get(drill.owner_id, "–") if rows else ""
    found = []
    for row in rows:
        if row.hazard_id in became:
            found.append(_of_hazard(row, became[row.hazard_id], name))
        elif row.revision_id in tasks:
            found.append(_of_task(row, tasks[row.revision_id]))
    return found


@dataclass(frozen=True, slots=True)
class Followed:
    """How many problems of a drill were put right at a moment, open, and past their date."""

    closed: int = 0
    open: int = 0
    overdue: int = 0


def followed_at(
    session: Session, site_id: int, drill_ids: Collection[int], at: datetime, day: date
) -> dict[int, Followed]:
    """How far the problems of each drill had been followed up before a moment, at the end of a day.

    The date by which something must be done is the one that holds now.
    """
    query = select(Problem).where(Problem.drill_id.in_(drill_ids), Problem.at < at)
    rows = session.scalars(query).all()
    became = hazards.outcomes(session, site_id, [row.hazard_id for row in rows])
    tasks = {task.id: task for task in plans.revisions_of(session, site_id, PREFIX)}
    ends: dict[int, list[tuple[datetime | None, date | None]]] = {one: [] for one in drill_ids}
    for row in rows:
        if row.hazard_id in became:
            hazard = became[row.hazard_id]
            ends[row.drill_id].append((hazard.closed_at, hazard.fix_by))
        elif row.revision_id in tasks:
            task = tasks[row.revision_id]
            ends[row.drill_id].append((task.closed_at, task.due_on))
    return {drill_id: _followed(some, at, day) for drill_id, some in ends.items()}


def _followed(
    ends: Collection[tuple[datetime | None, date | None]], at: datetime, day: date
) -> Followed:
    still = [due for closed, due in ends if closed is None or closed >= at]
    late = sum(due is not None and due < day for due in still)
    return Followed(len(ends) - len(still), len(still), late)


def close(session: Session, actor: Actor, drill_id: int, *, now: datetime) -> Drill:
    """Close a drill: it was debriefed, and nothing that it has shown is open any more.

    A person does it, for somebody has to answer for it that the drill has led to something.
    """
    journal.lock(session)
    drill = get(session, actor, drill_id)
    require(session, actor, drill, Step.CLOSE)
    attending.require_anybody(session, drill)
    if not drill.debrief.strip():
        raise DebriefMissing()
    still = [one.reference for one in list_problems(session, drill) if one.is_open]
    if still:
        raise ProblemsOpen(numbers=(", " if language() == "en" else "、").join(still))
    drill.closed_at = now
    take(session, actor, drill, Step.CLOSE, now=now)
    return drill


def _keep(
    session: Session,
    actor: Actor | None,
    drill: Drill,
    number: int,
    what: str,
    now: datetime,
    *,
    hazard_id: int | None = None,
    revision_id: int | None = None,
    item_code: str = "",
    is_noted: bool = True,
) -> Problem:
    problem = Problem(
        site_id=drill.site_id,
        drill_id=drill.id,
        number=number,
        kind=ProblemKind.HAZARD if hazard_id else ProblemKind.REVISION,
        what=what,
        item_code=item_code,
        hazard_id=hazard_id,
        revision_id=revision_id,
        at=now,
        by=actor.user_id if actor else None,
    )
    session.add(problem)
    session.flush()
    if is_noted:
        told = {"number": number, "hazard": hazard_id, "revision": revision_id}
        take(session, actor, drill, Step.RAISE, now=now, note=what, told=told)
    return problem


def _next_number(session: Session, drill: Drill) -> int:
    last = session.scalar(select(func.max(Problem.number)).where(Problem.drill_id == drill.id))
    return (last or 0) + 1


def _of_hazard(row: Problem, became: hazards.Outcome, in_charge: str) -> ProblemView:
    """Until it is handed to somebody, whoever is in charge of the drill answers for it."""
    waits = _("{name} (to hand it out)", name=in_charge) if became.is_open else ""
    return ProblemView(
        number=row.number,
        kind=ProblemKind.HAZARD,
        what=became.what,
        item_code=row.item_code,
        reference=became.number,
        href=f"/hazards?no={became.number}",
        owner=became.owner or waits,
        due_on=became.fix_by,
        is_open=became.is_open,
        status=became.status_text,
        closed_at=became.closed_at,
    )


def _of_task(row: Problem, task: plans.RevisionTask) -> ProblemView:
    return ProblemView(
        number=row.number,
        kind=ProblemKind.REVISION,
        what=row.what,
        item_code=row.item_code,
        reference=task.plan_title,
        href=f"/emergency-plans?plan={task.plan_id}&view=life",
        owner=task.owner_name,
        due_on=task.due_on,
        is_open=task.is_open,
        status=_("To be revised") if task.is_open else _("Revised"),
        closed_at=task.closed_at,
    )
