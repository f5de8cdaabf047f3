"""Tasks of the days ahead follow the calendar, the opening hours and the windows in use."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists import recurrence
from checklists.models import Plan, Run, Task
from checklists.recurrence import Slot
from safety_app.core import clock
from safety_app.workplace import service as workplace


def follow(
    session: Session,
    site_id: int,
    plans: Sequence[Plan],
    slots: Mapping[int, Sequence[tuple[Slot, int]]],
    active: Collection[int],
    *,
    now: datetime,
) -> None:
    """Take back or set anew the tasks that nobody can have begun yet.

    A plan of a window out of use starts again when the window does: days between are not missed.
    """
    timezone = workplace.site(session, site_id).timezone
    today = clock.local_day(now, timezone)
    in_use = {plan.id for plan in plans if plan.window_id is None or plan.window_id in active}
    for plan in plans:
        if plan.id not in in_use and plan.starts_on < today:
            plan.starts_on = today
    ahead = session.scalars(
        select(Task)
        .outerjoin(Run, Run.task_id == Task.id)
        .where(Task.site_id == site_id, Task.opens_at > now, Run.id.is_(None))
    ).all()
    if not ahead:
        return
    on_dates = [task.on_date for task in ahead]
    days = workplace.days(session, site_id, min(on_dates), max(on_dates))
    known = {(plan_id, slot.part): slot for plan_id, own in slots.items() for slot, _part in own}
    for task in ahead:
        day = days[task.on_date]
        if task.plan_id not in in_use or not day.is_open:
            session.delete(task)
            continue
        slot = known.get((task.plan_id, task.part))
        if slot is None:
            continue
        times = recurrence.slot_times(slot, day.segments, task.on_date, timezone)
        if times.closes_at > now:  # never missed before anybody could know
            task.opens_at, task.due_at = times.opens_at, times.due_at
            task.closes_at = times.closes_at
    session.flush()
