"""Plans, and the tasks they make: a rolling fortnight, catching up after a standstill."""

import itertools
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, cast

from sqlalchemy import Table, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from checklists import recurrence, templates
from checklists.errors import (
    PlanExists,
    PlanNeedsPlace,
    PlanStartsInPast,
    SlotInvalid,
    UnknownChecklist,
)
from checklists.models import Anchor, Plan, PlanSlot, Target, Task, Template, TemplatePart
from checklists.permissions import Permission
from checklists.recurrence import DEFAULT_SLOTS, Moment, Slot
from checklists.service import retiming
from safety_app.core import clock, journal
from safety_app.core.access import Actor, Role
from safety_app.core.errors import NotFound
from safety_app.core.i18n import N_
from safety_app.workplace import service as workplace

AHEAD_DAYS: Final = 14
LONGEST: Final = 36 * 60


def create_plan(
    session: Session,
    actor: Actor | None,
    *,
    site_id: int,
    template_code: str,
    window_id: int | None = None,
    location_id: int | None = None,
    starts_on: date,
    slots: Sequence[Slot] | None = None,
    now: datetime,
) -> Plan:
    """Make a checklist due for a window or a common area on every open day from `starts_on`."""
    if actor is not None:
        actor.require(Permission.PLAN, who=N_("The administrator"))
        if actor.site_id != site_id:
            raise NotFound()
    template = templates.newest(session, template_code, site_id)
    if template is None:
        raise UnknownChecklist(code=template_code)
    _check_place(session, site_id, template, window_id, location_id)
    if starts_on < clock.local_day(now, workplace.site(session, site_id).timezone):
        raise PlanStartsInPast()
    _check_new(session, site_id, template_code, window_id, location_id)
    plan = Plan(
        site_id=site_id,
        template_code=template_code,
        window_id=window_id,
        location_id=location_id,
        starts_on=starts_on,
    )
    session.add(plan)
    session.flush()
    session.add_all(_slot_row(plan.id, slot) for slot in _chosen(session, template, slots))
    session.flush()
    facts = {"template": template_code, "window": window_id, "location": location_id}
    journal.write(
        session, actor, "checklists:plan", "plan", plan.id, now=now, site_id=site_id, facts=facts
    )
    return plan


def materialise(session: Session, site_id: int, *, first: date, last: date, now: datetime) -> int:
    """Make the tasks that are missing from `first` to `last`; returns how many were new.

    A plan that stopped before `first` goes on from its last task, so that days the worker slept
    through become due and are missed honestly. Tasks ahead follow what changed
    meanwhile. Safe to run twice: a slot of a day is unique.
    """
    plans = session.scalars(select(Plan).where(Plan.site_id == site_id)).all()
    active = {window.id for window in workplace.list_windows(session, site_id)}
    slots = _slots_of(session, site_id)
    retiming.follow(session, site_id, plans, slots, active, now=now)
    plans = [plan for plan in plans if plan.window_id is None or plan.window_id in active]
    begins = _begins(session, plans, first)
    if not begins or min(begins.values()) > last:
        return 0
    days = workplace.days(session, site_id, min(begins.values()), last)
    timezone = workplace.site(session, site_id).timezone
    made = _made(session, site_id, min(days), last)
    times: dict[tuple[Slot, date], recurrence.Times] = {}
    rows: list[dict[str, Any]] = []
    for plan in plans:
        for on in recurrence.open_days(days, begins[plan.id], min(last, plan.ends_on or last)):
            if (plan.id, on) in made:
                continue
            for slot, part_id in slots[plan.id]:
                if (slot, on) not in times:
                    times[slot, on] = recurrence.slot_times(slot, days[on].segments, on, timezone)
                rows.append(_task_row(plan, slot, part_id, on, times[slot, on]))
    return _insert(session, rows)


def _begins(session: Session, plans: Sequence[Plan], first: date) -> dict[int, date]:
    """The day from which tasks of each plan may be missing."""
    # One look into the index for each plan, however many years of tasks there are.
    newest = select(func.max(Task.on_date)).where(Task.plan_id == Plan.id).scalar_subquery()
    rows = session.execute(select(Plan.id, newest).where(newest.is_not(None)))
    latest: dict[int, date] = dict(rows.all())
    return {
        plan.id: max(plan.starts_on, min(first, latest[plan.id] + timedelta(days=1)))
        if plan.id in latest
        else plan.starts_on
        for plan in plans
    }


def _made(session: Session, site_id: int, first: date, last: date) -> set[tuple[int, date]]:
    rows = session.execute(
        select(Task.plan_id, Task.on_date)
        .where(Task.site_id == site_id, Task.on_date.between(first, last))
        .distinct()
    )
    return {(plan_id, on) for plan_id, on in rows}


def _slots_of(session: Session, site_id: int) -> dict[int, list[tuple[Slot, int]]]:
    """The slots of every plan, each with the part of the checklist's version in force."""
    query = (
        select(PlanSlot, Plan.template_code)
        .join(Plan, Plan.id == PlanSlot.plan_id)
        .where(Plan.site_id == site_id)
        .order_by(PlanSlot.id)
    )
    rows = session.execute(query).all()
    parts = {code: _parts(session, code, site_id) for code in {row.template_code for row in rows}}
    found: dict[int, list[tuple[Slot, int]]] = defaultdict(list)
    for row, code in rows:
        part_id = parts[code].get(row.part)
        if part_id is not None:  # a newer version may have dropped the part
            found[row.plan_id].append((_slot_of(row), part_id))
    return found


def _parts(session: Session, code: str, site_id: int) -> dict[str, int]:
    template = templates.newest(session, code, site_id)
    if template is None:
        return {}
    rows = session.execute(
        select(TemplatePart.code, TemplatePart.id)
        .where(TemplatePart.template_id == template.id)
        .order_by(TemplatePart.position)
    )
    return dict(rows.all())


def _task_row(
    plan: Plan, slot: Slot, part_id: int, on: date, times: recurrence.Times
) -> dict[str, Any]:
    return {
        "site_id": plan.site_id,
        "plan_id": plan.id,
        "part_id": part_id,
        "part": slot.part,
        "window_id": plan.window_id,
        "location_id": plan.location_id,
        "on_date": on,
        "slot": 0,
        "due_on": on,
        "counts": True,
        "doer": Role.STAFF,
        "opens_at": times.opens_at,
        "due_at": times.due_at,
        "closes_at": times.closes_at,
        "missed_reason": "",
        "missed_note": "",
    }


def _insert(session: Session, rows: Sequence[dict[str, Any]]) -> int:
    if not rows:
        return 0
    sqlite_in_use = session.get_bind().dialect.name == "sqlite"
    insert = sqlite.insert if sqlite_in_use else postgresql.insert
    table = cast(Table, Task.__table__)
    statement = insert(table).on_conflict_do_nothing().returning(table.c.id)
    return len(session.connection().execute(statement, rows).all())


def _check_place(
    session: Session,
    site_id: int,
    template: Template,
    window_id: int | None,
    location_id: int | None,
) -> None:
    for_window = template.target == Target.WINDOW
    if (window_id is not None, location_id is not None) != (for_window, not for_window):
        raise PlanNeedsPlace()
    if window_id is not None:
        known = {window.id for window in workplace.list_windows(session, site_id)}
    else:
        known = {location.id for location in workplace.list_locations(session, site_id)}
    if (window_id or location_id) not in known:
        raise NotFound()


def _check_new(
    session: Session, site_id: int, code: str, window_id: int | None, location_id: int | None
) -> None:
    same = select(Plan.id).where(
        Plan.site_id == site_id,
        Plan.template_code == code,
        Plan.window_id.is_not_distinct_from(window_id),
        Plan.location_id.is_not_distinct_from(location_id),
        Plan.ends_on.is_(None),
    )
    if session.scalar(same) is not None:
        raise PlanExists()


def _chosen(session: Session, template: Template, slots: Sequence[Slot] | None) -> list[Slot]:
    """The slots asked for, or the usual one of each part that has one."""
    parts = set(_parts(session, template.code, template.site_id or 0))
    if slots is None:
        return [slot for part, slot in DEFAULT_SLOTS.items() if part in parts]
    named = [slot.part for slot in slots]
    for slot in slots:
        if slot.part not in parts or named.count(slot.part) > 1 or not _possible(slot):
            raise SlotInvalid(part=slot.part)
    return list(slots)


def _possible(slot: Slot) -> bool:
    moments = (slot.opens, slot.due, slot.closes)
    if any(abs(moment.minutes) > LONGEST for moment in moments):
        return False
    pairs = itertools.pairwise(moments)
    return all(a.anchor is not b.anchor or a.minutes <= b.minutes for a, b in pairs)


def _slot_row(plan_id: int, slot: Slot) -> PlanSlot:
    return PlanSlot(
        plan_id=plan_id,
        part=slot.part,
        opens_from=slot.opens.anchor,
        opens_minutes=slot.opens.minutes,
        due_from=slot.due.anchor,
        due_minutes=slot.due.minutes,
        closes_from=slot.closes.anchor,
        closes_minutes=slot.closes.minutes,
    )


def _slot_of(row: PlanSlot) -> Slot:
    return Slot(
        row.part,
        Moment(Anchor(row.opens_from), row.opens_minutes),
        Moment(Anchor(row.due_from), row.due_minutes),
        Moment(Anchor(row.closes_from), row.closes_minutes),
    )
