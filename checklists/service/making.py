"""Tasks made from plans: the days ahead, catching up after a standstill, following changes."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final, cast

from sqlalchemy import String, Table, func, literal, select
from sqlalchemy import cast as as_type
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Session

from checklists.models import Kind, Plan, Rhythm, Run, Task
from checklists.periods import Limits
from checklists.service import expected as asked
from checklists.service import retiming
from checklists.service.expected import Calendar, Checklist, Expected, Planned, Rule
from safety_app.core import clock, journal
from safety_app.workplace import service as workplace

if TYPE_CHECKING:
    from safety_app.workplace.models import Location

AHEAD_DAYS: Final = 35
MOST: Final = 10_000
"""Tasks made in one transaction, more only to finish a day: writers do not wait long for it."""
AT_ONCE: Final = 500
STILL_OPEN: Final = timedelta(days=3)
"""No task of a day is open longer than this."""
A_DAY: Final = timedelta(days=1)
Ids = dict[Expected, set[int]]


@dataclass(slots=True)
class Wanted:
    """Tasks as they should be, with the plans that want them; `new` are those to be made."""

    known: Ids
    new: Ids

    def add(self, one: Expected, ids: set[int], *, make: bool) -> None:
        """One task of several plans."""
        for found in (self.known, self.new) if make else (self.known,):
            found.setdefault(one, set()).update(ids)


def follow(session: Session, site_id: int, now: datetime) -> int:
    """Let the tasks ahead follow what has changed at the site."""
    today = clock.local_day(now, workplace.site(session, site_id).timezone)
    last = today + timedelta(days=AHEAD_DAYS - 1)
    return materialise(session, site_id, first=today, last=last, now=now, most=MOST)


def materialise(
    session: Session,
    site_id: int,
    *,
    first: date,
    last: date,
    now: datetime,
    most: int | None = None,
) -> int:
    """Make the tasks that are missing from `first` to `last`; returns how many were new.

    A plan that stopped before `first` goes on from its last task, so that days the worker slept
    through become due and are missed honestly; a task whose time was over before anybody could
    know of it is not made. Tasks ahead follow what changed meanwhile. Safe to run twice: the
    nominal day and number of a task are unique. With `most` the nearest days come first, and
    what is left waits for the next call.
    """
    site = workplace.site(session, site_id)
    planned = plans_of(session, site_id, clock.local_day(now, site.timezone), now)
    if not planned:
        return 0
    actual = _actual(session, site_id, now)
    horizon = max([last, *(one.on for one in actual)])
    start = min(_start(one, first) for one in planned)
    span = asked.reach([one.rule for one in planned], start, horizon)
    calendar = Calendar(session, site_id, site.timezone, *span, site.counts_from)
    wanted = _wanted(session, planned, calendar, (first, last, horizon), now)
    missing = {one: ids - actual.get(one, set()) for one, ids in wanted.known.items()}
    stale = {one: ids - wanted.known.get(one, set()) for one, ids in actual.items()}
    journal.lock(session)
    if any(stale.values()):
        retiming.follow(session, site_id, stale, missing, {p.plan.id: p for p in planned}, now)
    if site.counts_from:
        retiming.excuse_trial(session, site_id, site.counts_from, site.timezone)
    there = _places(actual)
    fresh = [
        (one, sorted(ids - there.get((one.on, one.part, one.slot), set())))
        for one, ids in wanted.new.items()
    ]
    session.flush()
    return _insert(session, fresh, most)


def _free_from(
    session: Session, plans: Sequence[Plan], timezone: str, now: datetime
) -> dict[int, date]:
    """From which day a plan that goes on from an earlier one may ask for something again.

    What the earlier plan's last opened task covers, its period or the days since it was done, is
    not asked for a second time.
    """
    chains: dict[tuple[str, int | None, int | None], list[Plan]] = defaultdict(list)
    for plan in plans:
        if plan.rhythm != Rhythm.DAILY:
            chains[plan.template_code, plan.window_id, plan.location_id].append(plan)
    later = {plan.id: chain[:at] for chain in chains.values() for at, plan in enumerate(chain)}
    earlier = {one.id: one for chain in later.values() for one in chain}
    ends: dict[int, datetime] = {}
    rows = session.execute(
        select(Task.plan_id, Task.closes_at, Run.submitted_at)
        .outerjoin(Run, Run.task_id == Task.id)
        .where(Task.plan_id.in_(earlier), Task.opens_at <= now)
    )
    for plan_id, closes_at, submitted_at in rows if earlier else ():
        done = submitted_at + A_DAY if submitted_at else closes_at
        end = closes_at if earlier[plan_id].rhythm == Rhythm.PERIOD else min(done, closes_at)
        ends[plan_id] = max(end, ends.get(plan_id, end))
    return {
        plan_id: max(clock.local_day(ends[one.id], timezone) for one in chain if one.id in ends)
        for plan_id, chain in later.items()
        if any(one.id in ends for one in chain)
    }


def plans_of(session: Session, site_id: int, today: date, now: datetime) -> list[Planned]:
    """Every plan of the site that may still ask for something."""
    plans = session.scalars(select(Plan).where(Plan.site_id == site_id).order_by(Plan.id)).all()
    windows = {one.id: one for one in workplace.list_windows(session, site_id, active=False)}
    locations = {one.id: one for one in workplace.list_locations(session, site_id, active=False)}
    pauses = workplace.pauses(session, site_id)
    slots = asked.slots_of(session, site_id)
    lists = asked.checklists_of(session, site_id, {plan.template_code for plan in plans})
    latest = _latest(session, site_id)
    free = _free_from(session, plans, workplace.site(session, site_id).timezone, now)
    found = []
    for plan in plans:
        window = windows.get(plan.window_id or 0)
        location = locations.get(plan.location_id or (window.location_id if window else 0) or 0)
        last = plan.ends_on
        if window and window.retired_on:
            last = min(last or date.max, window.retired_on - A_DAY)
        rests = pauses.get(plan.window_id or 0, ())
        first = max(plan.starts_on, free.get(plan.id, plan.starts_on))
        limits = Limits(first, last, tuple((one.first, one.last) for one in rests))
        own = location.id if location and location.has_own_hours else None
        checklist = lists.get(plan.template_code)
        in_use = window.is_active if window else _is_walked(location, checklist)
        if not in_use and last is None and plan.starts_on < today:
            # It starts again when the place does: the days between are not missed.
            plan.starts_on = today
        rule = asked.rule_of(plan, slots.get(plan.id, ()), limits, own)
        found.append(Planned(plan, rule, checklist, in_use, latest.get(plan.id)))
    return found


def _is_walked(location: "Location | None", checklist: Checklist | None) -> bool:
    """Patrols go where the hall patrols, checks to any place in use."""
    if location is None or checklist is None or not location.is_active:
        return False
    return location.is_patrolled or checklist.kind is Kind.CHECK


def _latest(session: Session, site_id: int) -> dict[int, date]:
    # One look into the index for each plan, however many years of tasks there are.
    newest = select(func.max(Task.on_date)).where(Task.plan_id == Plan.id).scalar_subquery()
    rows = session.execute(
        select(Plan.id, newest).where(Plan.site_id == site_id, newest.is_not(None))
    )
    return dict(rows.all())


def _start(one: Planned, first: date) -> date:
    """The day from which tasks may be missing."""
    if one.latest is None:
        return min(one.plan.starts_on, first)
    return min(one.latest, first) - STILL_OPEN


def _actual(session: Session, site_id: int, now: datetime) -> Ids:
    """The tasks that are not over yet, with their plans: a row for each moment, not each task."""
    columns = (
        Task.on_date, Task.part, Task.slot, Task.opens_at, Task.due_at, Task.closes_at,
        Task.due_on, Task.counts, Task.part_id, Task.doer,
    )  # fmt: skip
    plans = func.aggregate_strings(as_type(Task.plan_id, String), ",")
    rows = session.execute(
        select(*columns, plans)
        .where(Task.site_id == site_id, Task.closes_at > now)
        .group_by(*columns)
    )
    found: Ids = {}
    for *facts, ids in rows:
        found[Expected(*facts)] = set(map(int, ids.split(",")))
    return found


def _places(actual: Ids) -> dict[tuple[date, str, int], set[int]]:
    found: dict[tuple[date, str, int], set[int]] = defaultdict(set)
    for one, ids in actual.items():
        found[one.on, one.part, one.slot] |= ids
    return found


def _wanted(
    session: Session,
    planned: Sequence[Planned],
    calendar: Calendar,
    span: tuple[date, date, date],
    now: datetime,
) -> Wanted:
    """What the plans in use ask for, computed once for each rule."""
    first, last, horizon = span
    today = clock.local_day(now, calendar.timezone)
    lists = {one.rule.code: one.checklist for one in planned if one.checklist}
    wanted = Wanted({}, {})
    groups: dict[tuple[Rule, date | None], set[int]] = defaultdict(set)
    intervals = []
    for one in planned:
        if not one.in_use or one.checklist is None:
            continue
        if one.rule.rhythm is Rhythm.INTERVAL:
            intervals.append(one)
        else:
            groups[_without_start(one, first), one.latest].add(one.plan.id)
    end = clock.at_local(last + A_DAY, time(), calendar.timezone)
    for (rule, latest), ids in groups.items():
        is_daily = rule.rhythm is Rhythm.DAILY
        begin = _begin(rule, latest, first)
        compute = asked.daily if is_daily else asked.periodic
        for task in compute(rule, lists[rule.code], calendar, begin, horizon):
            slept = task.on > latest if latest else task.on < today
            if task.closes_at > now or slept:
                ahead = task.on > last if is_daily else task.opens_at >= end
                wanted.add(task, ids, make=not ahead)
    for one, after in _after(session, intervals, calendar.timezone, now):
        first_time = after == one.plan.starts_on - A_DAY
        for due in asked.chain(
            one.rule, calendar, after, is_first=first_time, last=horizon, now=now
        ):
            for task in asked.each_part(due, lists[one.rule.code]):
                wanted.add(task, {one.plan.id}, make=task.opens_at < end)
    return wanted


def _without_start(one: Planned, first: date) -> Rule:
    """Plans of every day that began long ago share one rule, whenever that was."""
    rule = one.rule
    began = one.latest is not None and rule.limits.first <= _start(one, first)
    if began and rule.rhythm is Rhythm.DAILY:
        return replace(rule, limits=replace(rule.limits, first=date.min))
    return rule


def _begin(rule: Rule, latest: date | None, first: date) -> date:
    if latest is None:
        return rule.limits.first
    return max(rule.limits.first, min(latest, first) - STILL_OPEN)


def _after(
    session: Session, intervals: Sequence[Planned], timezone: str, now: datetime
) -> Iterator[tuple[Planned, date]]:
    """From which day each interval counts: the last time it was done, or should have been."""
    ids = [one.plan.id for one in intervals]
    done = _last_done(session, {one.plan.template_code for one in intervals}, timezone)
    rows = session.execute(
        select(Task.plan_id, Task.on_date, Task.due_on, Task.closes_at, Run.submitted_at)
        .outerjoin(Run, Run.task_id == Task.id)
        .where(Task.plan_id.in_(ids))
        .order_by(Task.on_date, Task.id)
    )
    parts: dict[tuple[int, date], list[Any]] = defaultdict(list)
    for row in rows:
        parts[row.plan_id, row.on_date].append(row)
    for one in intervals:
        newest = parts.get((one.plan.id, one.latest or date.min), [])
        n = timedelta(days=one.plan.every_days or 1)
        if not newest:
            place = (one.plan.template_code, one.plan.window_id, one.plan.location_id)
            before = done.get(place)
            start = one.plan.starts_on
            yield one, before if before and before + n >= start else start - A_DAY
        elif all(row.submitted_at for row in newest):
            yield one, max(clock.local_day(row.submitted_at, timezone) for row in newest)
        elif newest[0].closes_at <= now:
            yield one, max(newest[0].on_date, newest[0].due_on)
        else:
            yield one, newest[0].on_date - n


def _last_done(
    session: Session, codes: Iterable[str], timezone: str
) -> Mapping[tuple[str, int | None, int | None], date]:
    """When a checklist was last done at a place, under whatever plan."""
    place = (Plan.template_code, Plan.window_id, Plan.location_id)
    rows = session.execute(
        select(*place, func.max(Run.submitted_at))
        .join(Task, Task.plan_id == Plan.id)
        .join(Run, Run.task_id == Task.id)
        .where(Plan.template_code.in_(set(codes)), Run.submitted_at.is_not(None))
        .group_by(*place)
    )
    return {
        (code, window, location): clock.local_day(at, timezone)
        for code, window, location, at in rows
        if at is not None
    }


def _insert(session: Session, fresh: Sequence[tuple[Expected, list[int]]], most: int | None) -> int:
    """The tasks by day, a day never left half made; the database takes the places from the plans.

    Nothing of a task comes from here but its moment, which all plans of a rule share.
    """
    made = written = 0
    on: date | None = None
    for one, ids in sorted(fresh, key=lambda pair: (pair[0].on, pair[0].opens_at)):
        if most is not None and written >= most and one.on != on:
            break
        on = one.on
        written += len(ids)
        for start in range(0, len(ids), AT_ONCE):
            made += _copy(session, one, ids[start : start + AT_ONCE])
    return made


def _copy(session: Session, one: Expected, ids: Sequence[int]) -> int:
    facts: dict[InstrumentedAttribute[Any], Any] = {
        Task.site_id: Plan.site_id,
        Task.plan_id: Plan.id,
        Task.window_id: Plan.window_id,
        Task.location_id: Plan.location_id,
    }
    given: dict[InstrumentedAttribute[Any], Any] = {
        Task.part_id: one.part_id,
        Task.part: one.part,
        Task.on_date: one.on,
        Task.slot: one.slot,
        Task.due_on: one.due_on,
        Task.counts: one.counts,
        Task.doer: one.doer,
        Task.opens_at: one.opens_at,
        Task.due_at: one.due_at,
        Task.closes_at: one.closes_at,
        Task.missed_reason: "",
        Task.missed_note: "",
    }
    facts |= {column: literal(value, column.type) for column, value in given.items()}
    sqlite_in_use = session.get_bind().dialect.name == "sqlite"
    insert = sqlite.insert if sqlite_in_use else postgresql.insert
    copied = select(*facts.values()).where(Plan.id.in_(ids))
    names = [column.key for column in facts]
    statement = insert(cast(Table, Task.__table__)).from_select(names, copied)
    return (
        session.connection()
        .execute(statement.on_conflict_do_nothing(), execution_options={"preserve_rowcount": True})
        .rowcount
    )
