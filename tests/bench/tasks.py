"""Five weeks of tasks for a hall of a thousand windows, made as the worker makes them."""

import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, func, insert, select

from checklists import service, templates
from checklists.models import Plan, PlanSlot, Rhythm, Task, Unit
from checklists.recurrence import DEFAULT_SLOTS
from safety_app.core import clock, db
from safety_app.workplace.models import Window
from tests.bench.hall import adopt
from tests.bench.table import Line
from tests.cast import build

FEW, MANY = 10, 1_000
RHYTHMS = (
    ("window-daily", Rhythm.DAILY, None),
    ("lead-monthly", Rhythm.PERIOD, Unit.MONTH),
    ("fire-quarterly", Rhythm.PERIOD, Unit.QUARTER),
)


@dataclass(frozen=True, slots=True)
class Making:
    """What it took: seconds of all portions and of the longest, and of a run with nothing new."""

    tasks: int
    seconds: float
    longest: float
    again: float

    @property
    def each(self) -> float:
        """Microseconds a task."""
        return self.seconds / self.tasks * 1e6


def measure(folder: Path, rounds: int, *, few: int = FEW, many: int = MANY) -> Iterator[Line]:
    """The lines about tasks; the small hall is measured more often, since it is soon done."""
    small = _best(folder / "few", few, rounds)
    large = _best(folder / "many", many, 1)
    yield Line(f"{large.tasks} tasks of {many} windows for 35 days", large.seconds, None, 20, "s")
    yield Line("The same again, inserting nothing", large.again, None, 2, "s")
    yield Line("The longest of their transactions", large.longest, None, 2, "s")
    yield Line(f"A task of {many} windows against one of {few}", large.each, small.each, 2, "µs")


def _best(folder: Path, windows: int, rounds: int) -> Making:
    now = clock.now()
    adopt(folder)
    site_id = _furnish(windows, now)
    found = []
    for _round in range(rounds):
        with db.transaction() as session:
            session.execute(delete(Task))
        found.append(_make(site_id, now))
    median = statistics.median_low(one.seconds for one in found)
    return next(one for one in found if one.seconds == median)


def _make(site_id: int, now: datetime) -> Making:
    spent = []
    made = 1
    while made:
        start = time.perf_counter()
        with db.transaction() as session:
            made = service.follow(session, site_id, now)
        spent.append(time.perf_counter() - start)
    with db.reading() as session:
        tasks = session.scalar(select(func.count(Task.id))) or 0
    return Making(tasks, sum(spent), max(spent), spent[-1])


def _furnish(windows: int, now: datetime) -> int:
    """A hall whose windows all have three plans, written at once."""
    with db.transaction() as session:
        site_id = build(session).site_id
        templates.sync(session, now)
        rows = [Window(site_id=site_id, code=f"B{n:04}", name="社保窗口") for n in range(windows)]
        session.add_all(rows)
        session.flush()
        today = clock.local_day(now, "Asia/Shanghai")
        plans = [
            Plan(
                site_id=site_id, template_code=code, window_id=row.id, starts_on=today,
                rhythm=rhythm, unit=unit,
            )
            for code, rhythm, unit in RHYTHMS
            for row in rows
        ]  # fmt: skip
        session.add_all(plans)
        session.flush()
        slots = [
            {
                "plan_id": plan.id,
                "part": slot.part,
                "opens_from": slot.opens.anchor,
                "opens_minutes": slot.opens.minutes,
                "due_from": slot.due.anchor,
                "due_minutes": slot.due.minutes,
                "closes_from": slot.closes.anchor,
                "closes_minutes": slot.closes.minutes,
            }
            for plan in plans
            if plan.rhythm is Rhythm.DAILY
            for slot in DEFAULT_SLOTS.values()
        ]
        session.execute(insert(PlanSlot), slots)
    return site_id
