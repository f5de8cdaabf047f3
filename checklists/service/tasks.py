"""Tasks as lists and pages show them: what is due, how it stands, and why it is due."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    and_,
    bindparam,
    exists,
    false,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from checklists import recurrence
from checklists.errors import NotMissed, ReasonMissing
from checklists.models import (
    Answer,
    Kind,
    MissedReason,
    PaperForm,
    Plan,
    PlanSlot,
    Rhythm,
    Run,
    Task,
    Template,
    TemplateItem,
    TemplatePart,
)
from checklists.permissions import Permission
from checklists.recurrence import State
from checklists.service import rights
from checklists.service.reasons import Reasons, day_of
from safety_app.accounts import service as accounts
from safety_app.core import clock, journal
from safety_app.core.access import Actor, Role
from safety_app.core.db import UtcDateTime
from safety_app.core.errors import TextTooLong
from safety_app.core.i18n import N_, bilingual
from safety_app.core.text import plain
from safety_app.workplace import service as workplace

MISSED_NOTE_LIMIT: Final = 200


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task as it stands at a moment, in the current language."""

    id: int
    plan_id: int
    title: str
    part: str
    part_name: str
    subject: str
    window_id: int | None
    location_id: int | None
    on_date: date
    opens_at: datetime
    due_at: datetime
    closes_at: datetime
    state: State
    answered: int
    total: int
    opened_by: str
    submitted_by: str
    submitted_at: datetime | None
    why: str
    missed_reason: str
    missed_note: str
    kind: Kind
    doer: Role
    counts: bool
    due_on: date
    rhythm: Rhythm

    @property
    def is_long(self) -> bool:
        """Whether there are days to do it in, so that clock times alone say little."""
        return self.rhythm is not Rhythm.DAILY


_COUNTED: Final = (
    select(func.count(Task.id))
    .join(TemplatePart, TemplatePart.id == Task.part_id)
    .join(Template, Template.id == TemplatePart.template_id)
    .outerjoin(Run, Run.task_id == Task.id)
)
LONGEST: Final = timedelta(days=400)
"""No task is open longer than a year and what a holiday adds."""


def list_tasks(
    session: Session,
    actor: Actor,
    *,
    day: date | None = None,
    first: date | None = None,
    last: date | None = None,
    window_id: int | None = None,
    state: State | None = None,
    kind: Kind | None = None,
    own: bool = False,
    unexplained: bool = False,
    newest_first: bool = False,
    limit: int | None = None,
    now: datetime,
) -> list[TaskRow]:
    """The tasks the actor may see on a `day`, or from `first` to `last`, by the day they are due.

    What has days to be done in is also listed while it is open, and on the day it was done. `own`
    are those that this person is expected to do, `unexplained` those without a reason.
    """
    first = first or day
    last = last or first
    if first is None or last is None:
        raise ValueError("tasks of which day?")
    seen = owned_by if own else visible_to
    where, values = within(actor, first, last, now)
    query = _query().where(where, seen(session, actor, first, last)).limit(limit)
    if kind is not None:
        query = query.where(Template.kind == kind)
    if unexplained:
        query = query.where(Task.missed_reason == "")
    if window_id is not None:
        query = query.where(Task.window_id == window_id)
    if state is not None:
        query = query.where(in_state(state, now))
    order: tuple[ColumnElement[Any], ...] = (Task.due_on.asc(), Task.opens_at.asc())
    if newest_first:  # what is due later than these days only happens to be open: it stands last
        order = (Task.due_on > last, Task.due_on.desc(), Task.opens_at.asc())
    rows = session.execute(query.order_by(*order, Task.window_id, Task.id), values).all()
    return _shown(session, actor, rows, now)


def siblings(session: Session, actor: Actor, task: Task, *, now: datetime) -> list[TaskRow]:
    """A task and the others of its plan and day, by time."""
    query = _query().where(Task.plan_id == task.plan_id, Task.on_date == task.on_date)
    rows = session.execute(query.order_by(Task.opens_at, Task.id), {"now": now}).all()
    return _shown(session, actor, rows, now)


def count_tasks(
    session: Session,
    actor: Actor,
    *,
    first: date,
    last: date,
    window_id: int | None = None,
    state: State | None = None,
    kind: Kind | None = None,
    states: Collection[State] = (),
    now: datetime,
) -> int:
    """How many `list_tasks` would list without a limit; with `states`, in any of them."""
    seen = visible_to(session, actor, first, last)
    where, values = within(actor, first, last, now)
    query = _COUNTED.where(where, seen)
    if kind is not None:
        query = query.where(Template.kind == kind)
    if window_id is not None:
        query = query.where(Task.window_id == window_id)
    if state is not None:
        query = query.where(in_state(state, now))
    if states:
        query = query.where(or_(*(in_state(one, now) for one in states)))
    return session.scalar(query, values) or 0


_TASK: Final = aliased(Task)
_RUN: Final = aliased(Run)


def within(
    actor: Actor, first: date, last: date, now: datetime
) -> tuple[ColumnElement[bool], dict[str, Any]]:
    """Tasks due from `first` to `last`; of those with days to do them in also the ones done on
    these days and, if today is among them, the ones that wait to be done. With its parameters.
    """
    start = clock.at_local(first, time(), actor.timezone)
    end = clock.at_local(last + timedelta(days=1), time(), actor.timezone)
    values = {
        "site": actor.site_id, "start": start, "end": end, "now": now, "since": first - LONGEST,
    }  # fmt: skip
    return _within(with_open=start <= now < end), values


@cache
def _within(*, with_open: bool) -> ColumnElement[bool]:
    site, since = bindparam("site", type_=Integer()), bindparam("since", type_=Date())
    start, end, now = (bindparam(name, type_=UtcDateTime()) for name in ("start", "end", "now"))
    # Each half has its own index; joined by OR they would have none, and read years of tasks.
    due = select(_TASK.id).where(_TASK.site_id == site, _TASK.due_at >= start, _TASK.due_at < end)
    here: ColumnElement[bool] = and_(_RUN.submitted_at >= start, _RUN.submitted_at < end)
    if with_open:
        undone = or_(_RUN.submitted_at.is_(None), _RUN.submitted_at > now)
        here = or_(here, and_(_TASK.opens_at <= now, _TASK.closes_at > now, undone))
    long = (
        select(_TASK.id)
        .join(Plan, Plan.id == _TASK.plan_id)
        .outerjoin(_RUN, _RUN.task_id == _TASK.id)
        .where(Plan.site_id == site, Plan.rhythm != Rhythm.DAILY, _TASK.on_date >= since, here)
    )
    return Task.id.in_(union_all(due, long))


def visible_to(session: Session, actor: Actor, first: date, last: date) -> ColumnElement[bool]:
    """Tasks the actor may see: own places, or common areas on days of duty."""
    reach = actor.reach(Permission.VIEW)
    here: ColumnElement[bool] = Task.site_id == actor.site_id
    if reach.site:
        return here
    windows = Task.window_id.in_(reach.windows) if reach.windows else false()
    common = Task.window_id.is_(None)
    if reach.common:
        return and_(here, or_(windows, common))
    days = rights.common_days(session, actor, first, last)
    return and_(here, or_(windows, and_(common, Task.on_date.in_(days)) if days else false()))


def owned_by(session: Session, actor: Actor, first: date, last: date) -> ColumnElement[bool]:
    """Tasks the actor is expected to do: of own windows what staff do, of those led what leads
    do, and what officers do with the common areas.
    """
    staff, conditions = actor.served | actor.led, list[ColumnElement[bool]]()
    if staff:
        conditions.append(and_(Task.window_id.in_(staff), Task.doer == Role.STAFF))
    if actor.led:
        conditions.append(and_(Task.window_id.in_(actor.led), Task.doer == Role.LEAD))
    if Role.MANAGER in actor.roles:
        conditions.append(Task.doer == Role.MANAGER)
    if actor.may(Permission.RECORD, window_id=None):
        conditions.append(or_(Task.window_id.is_(None), Task.doer == Role.OFFICER))
    else:
        days = rights.common_days(session, actor, first, last)
        if days:
            common = and_(Task.window_id.is_(None), Task.doer == Role.STAFF)
            conditions.append(and_(common, Task.on_date.in_(days)))
    return and_(Task.site_id == actor.site_id, or_(false(), *conditions))


def in_state(state: State, now: datetime) -> ColumnElement[bool]:
    """The SQL of `recurrence.state`."""
    if state in (State.DONE, State.DONE_LATE):
        done = and_(Run.submitted_at.is_not(None), Run.submitted_at <= now)
        on_time = state is State.DONE
        limit = Run.submitted_at <= Task.due_at if on_time else Run.submitted_at > Task.due_at
        return and_(done, limit)
    undone = or_(Run.submitted_at.is_(None), Run.submitted_at > now)
    if state is State.UPCOMING:
        return and_(undone, Task.opens_at > now)
    if state in (State.MISSED, State.EXCUSED, State.ON_PAPER):
        over = and_(undone, Task.closes_at <= now)
        if state is State.EXCUSED:
            return and_(over, ~Task.counts)
        handed_in = on_paper(now)
        return and_(over, Task.counts, handed_in if state is State.ON_PAPER else ~handed_in)
    in_time = Task.due_at >= now if state is State.OPEN else Task.due_at < now
    return and_(undone, Task.opens_at <= now, Task.closes_at > now, in_time)


def on_paper(now: Any) -> ColumnElement[bool]:
    """Whether the lead has confirmed a paper form of the task by `now`."""
    return exists().where(PaperForm.task_id == Task.id, PaperForm.confirmed_at <= now)


def explain_missed(
    session: Session,
    actor: Actor,
    task_id: int,
    reason: MissedReason | str,
    *,
    note: str = "",
    now: datetime,
) -> Task:
    """Say why a patrol was not done. Changes no figure, and makes no run."""
    journal.lock(session)
    task = rights.get_task(session, actor, task_id)
    rights.require(session, actor, Permission.EXPLAIN, task)
    is_missed = (
        select(Task.id)
        .outerjoin(Run, Run.task_id == Task.id)
        .where(Task.id == task_id, in_state(State.MISSED, now))
    )
    if session.scalar(is_missed) is None:
        raise NotMissed()
    note = " ".join(plain(note).split())
    if reason not in set(MissedReason) or (reason == MissedReason.OTHER and not note):
        raise ReasonMissing()
    if len(note) > MISSED_NOTE_LIMIT:
        raise TextTooLong(field=N_("Note"), limit=MISSED_NOTE_LIMIT)
    task.missed_reason, task.missed_note = str(reason), note
    task.missed_reason_by, task.missed_reason_at = actor.user_id, now
    session.flush()
    facts = {"reason": reason, "note": note}
    journal.write(session, actor, "checklists:explain", "task", task.id, now=now, facts=facts)
    return task


@lru_cache(maxsize=1)
def _query() -> Any:
    """What a row of the list is made of; nothing in it changes from page to page."""
    return (
        select(
            Task,
            Run.answers,
            Run.opened_by,
            Run.submitted_by,
            Run.submitted_at,
            TemplatePart.name.label("part_name"),
            TemplatePart.name_en.label("part_name_en"),
            Template.title,
            Template.title_en,
            Template.code,
            Template.rule,
            Template.rule_en,
            Template.kind,
            Plan.rhythm,
            Plan.unit,
            Plan.every_days,
            PlanSlot.every_minutes,
            on_paper(bindparam("now", type_=UtcDateTime())).label("on_paper"),
        )
        .join(TemplatePart, TemplatePart.id == Task.part_id)
        .join(Template, Template.id == TemplatePart.template_id)
        .join(Plan, Plan.id == Task.plan_id)
        .outerjoin(PlanSlot, and_(PlanSlot.plan_id == Task.plan_id, PlanSlot.part == Task.part))
        .outerjoin(Run, Run.task_id == Task.id)
    )


def _shown(session: Session, actor: Actor, rows: Sequence[Any], now: datetime) -> list[TaskRow]:
    if not rows:
        return []
    windows = workplace.window_names(session, actor.site_id)
    locations = workplace.location_names(session, actor.site_id)
    people = accounts.names(
        session, {one for row in rows for one in (row.opened_by, row.submitted_by)}
    )
    totals = _totals(session, {row.Task.part_id for row in rows})
    reasons = Reasons(session, actor.site_id, [day_of(row) for row in rows])
    found = []
    for row in rows:
        task: Task = row.Task
        answers = row.answers or ""
        moments = (task.opens_at, task.due_at, task.closes_at)
        found.append(
            TaskRow(
                id=task.id,
                plan_id=task.plan_id,
                title=bilingual(row.title, row.title_en),
                part=task.part,
                part_name=_part_name(row, actor.timezone),
                subject=windows.get(task.window_id or 0)
                or locations.get(task.location_id or 0, ""),
                window_id=task.window_id,
                location_id=task.location_id,
                on_date=task.on_date,
                opens_at=task.opens_at,
                due_at=task.due_at,
                closes_at=task.closes_at,
                state=recurrence.state(
                    *moments, row.submitted_at, now, counts=task.counts, on_paper=row.on_paper
                ),
                answered=len(answers) - answers.count(Answer.NONE),
                total=totals.get(task.part_id, 0),
                opened_by=people.get(row.opened_by, ""),
                submitted_by=people.get(row.submitted_by, ""),
                submitted_at=row.submitted_at,
                why=reasons.why(row),
                missed_reason=task.missed_reason,
                missed_note=task.missed_note,
                kind=Kind(row.kind),
                doer=Role(task.doer),
                counts=task.counts,
                due_on=task.due_on,
                rhythm=Rhythm(row.rhythm),
            )
        )
    return found


def _part_name(row: Any, timezone: str) -> str:
    """The part; of one that comes again and again also when it begins."""
    name = bilingual(row.part_name, row.part_name_en)
    if row.every_minutes is None:
        return name
    return f"{name} {row.Task.opens_at.astimezone(clock.zone(timezone)):%H:%M}"


def _totals(session: Session, part_ids: set[int]) -> dict[int, int]:
    rows = session.execute(
        select(TemplateItem.part_id, func.count())
        .where(TemplateItem.part_id.in_(part_ids))
        .group_by(TemplateItem.part_id)
    )
    return dict(rows.all())
