"""Which tasks the plans of a hall ask for: computed once for all plans of one rule."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists import periods, recurrence, templates
from checklists.models import Anchor, Kind, Plan, PlanSlot, Rhythm, TemplatePart, Unit
from checklists.periods import Due, Limits
from checklists.recurrence import Day, Moment, Slot, Times
from safety_app.core import clock
from safety_app.core.access import Role
from safety_app.workplace import service as workplace

LONGEST_PERIOD: Final = timedelta(days=366)
A_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Checklist:
    """The version of a checklist that is in force: its parts, and who does it."""

    code: str
    title: str
    title_en: str
    kind: Kind
    doer: Role
    parts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Rule:
    """All that decides on which days and at which hours a plan's tasks fall.

    `location_id` is where the hours are taken from, if the place has hours of its own.
    """

    code: str
    rhythm: Rhythm
    limits: Limits
    unit: Unit | None = None
    every_days: int | None = None
    slots: tuple[Slot, ...] = ()
    location_id: int | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """A task as it should be, the same for every plan of a rule."""

    on: date
    part: str
    slot: int
    opens_at: datetime
    due_at: datetime
    closes_at: datetime
    due_on: date
    counts: bool
    part_id: int
    doer: str


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan as the days see it; `latest` is the nominal day of its last task."""

    plan: Plan
    rule: Rule
    checklist: Checklist | None
    in_use: bool
    latest: date | None


@dataclass(slots=True)
class Calendar:
    """The days of a hall and of its places with own hours, each asked for once."""

    session: Session
    site_id: int
    timezone: str
    first: date
    last: date
    counts_from: date | None = None
    _days: dict[int | None, Mapping[date, Day]] = field(default_factory=dict)
    _times: dict[tuple[Slot, int | None, date], list[Times]] = field(default_factory=dict)

    def days(self, location_id: int | None = None) -> Mapping[date, Day]:
        """All days from `first` to `last` of the hall or of a place."""
        if location_id not in self._days:
            self._days[location_id] = workplace.days(
                self.session, self.site_id, self.first, self.last, location_id=location_id
            )
        return self._days[location_id]

    def times(self, slot: Slot, location_id: int | None, on: date) -> list[Times]:
        """The moments of a slot on an open day."""
        key = (slot, location_id, on)
        if key not in self._times:
            segments = self.days(location_id)[on].segments
            self._times[key] = recurrence.day_times(slot, segments, on, self.timezone)
        return self._times[key]


def checklists_of(session: Session, site_id: int, codes: set[str]) -> dict[str, Checklist]:
    """The versions in force of these checklists."""
    found = {}
    for code in codes:
        template = templates.newest(session, code, site_id)
        if template is None:
            continue
        rows = session.execute(
            select(TemplatePart.code, TemplatePart.id)
            .where(TemplatePart.template_id == template.id)
            .order_by(TemplatePart.position)
        )
        found[code] = Checklist(
            code, template.title, template.title_en, Kind(template.kind), Role(template.doer),
            dict(rows.all()),
        )  # fmt: skip
    return found


def slots_of(session: Session, site_id: int) -> dict[int, tuple[Slot, ...]]:
    """The times of every plan that has some, by plan."""
    query = (
        select(PlanSlot.plan_id, *_SLOT_COLUMNS)
        .join(Plan, Plan.id == PlanSlot.plan_id)
        .where(Plan.site_id == site_id)
        .order_by(PlanSlot.id)
    )
    found: dict[int, list[Slot]] = defaultdict(list)
    for row in session.execute(query):
        found[row.plan_id].append(_slot(*row[1:]))
    return {plan_id: tuple(slots) for plan_id, slots in found.items()}


def slot_of(row: PlanSlot) -> Slot:
    """A slot as the pure functions take it."""
    return _slot(*(getattr(row, column.key) for column in _SLOT_COLUMNS))


_SLOT_COLUMNS: Final = (
    PlanSlot.part,
    PlanSlot.opens_from,
    PlanSlot.opens_minutes,
    PlanSlot.due_from,
    PlanSlot.due_minutes,
    PlanSlot.closes_from,
    PlanSlot.closes_minutes,
    PlanSlot.every_minutes,
)


@lru_cache(maxsize=1024)
def _slot(
    part: str,
    opens_from: str,
    opens: int,
    due_from: str,
    due: int,
    closes_from: str,
    closes: int,
    every_minutes: int | None,
) -> Slot:
    """Most plans share the same few."""
    return Slot(
        part,
        Moment(Anchor(opens_from), opens),
        Moment(Anchor(due_from), due),
        Moment(Anchor(closes_from), closes),
        every_minutes,
    )


def rule_of(plan: Plan, slots: tuple[Slot, ...], limits: Limits, location_id: int | None) -> Rule:
    """What decides about a plan's days; plans of one rule share all that is computed."""
    rhythm = Rhythm(plan.rhythm)
    return Rule(
        plan.template_code,
        rhythm,
        limits,
        Unit(plan.unit) if plan.unit else None,
        plan.every_days,
        slots if rhythm is Rhythm.DAILY else (),
        location_id,
    )


def reach(rules: Sequence[Rule], first: date, last: date) -> tuple[date, date]:
    """The days that must be known to say what is due from `first` to `last`."""
    earliest, latest = first, last
    for rule in rules:
        if rule.rhythm is Rhythm.PERIOD and rule.unit:
            earliest = min(earliest, periods.period_of(rule.unit, first).first)
            latest = max(latest, periods.period_of(rule.unit, last).last)
        elif rule.rhythm is Rhythm.INTERVAL and rule.every_days:
            earliest = min(earliest, first - timedelta(days=rule.every_days))
            span = timedelta(days=2 * rule.every_days + 2 * periods.SEARCH_DAYS)
            latest = max(latest, last + span)
    return earliest, latest


def daily(
    rule: Rule, checklist: Checklist, calendar: Calendar, first: date, last: date
) -> Iterator[Expected]:
    """The tasks of each open day."""
    days = calendar.days(rule.location_id)
    for on in recurrence.open_days(days, max(first, rule.limits.first), last):
        if not rule.limits.holds(on):
            continue
        counts = calendar.counts_from is None or on >= calendar.counts_from
        for slot in rule.slots:
            part_id = checklist.parts.get(slot.part)
            if part_id is None:  # a newer version may have dropped the part
                continue
            for number, times in enumerate(calendar.times(slot, rule.location_id, on)):
                due_on = clock.local_day(times.due_at, calendar.timezone)
                yield Expected(
                    on, slot.part, number, times.opens_at, times.due_at, times.closes_at,
                    due_on, counts, part_id, str(checklist.doer),
                )  # fmt: skip


def periodic(
    rule: Rule, checklist: Checklist, calendar: Calendar, first: date, last: date
) -> Iterator[Expected]:
    """The tasks of each period that opens by `last`."""
    for due in dues(rule, calendar, first, last):
        if isinstance(due, Due) and due.opens_on <= last:
            yield from each_part(due, checklist)


def dues(
    rule: Rule, calendar: Calendar, first: date, last: date
) -> Iterator[Due | periods.Skipped]:
    """What each period from `first` to `last` asks for, or why it does not."""
    if rule.unit is None:
        return
    days = calendar.days(rule.location_id)
    for period in periods.periods(rule.unit, max(first, rule.limits.first), last):
        yield periods.once_in(period, days, rule.limits, calendar.timezone, calendar.counts_from)


def chain(
    rule: Rule, calendar: Calendar, after: date, *, is_first: bool, last: date, now: datetime
) -> Iterator[Due]:
    """The tasks of an interval that are missed by now, and the one that is not over yet."""
    days, n = calendar.days(rule.location_id), rule.every_days or 1
    while True:
        due = periods.after_last(after, n, days, rule.limits, calendar.timezone, is_first=is_first)
        if due is None or due.opens_on > last:
            return
        counts = calendar.counts_from is None or due.due_on >= calendar.counts_from
        yield replace(due, counts=counts)
        if due.times.closes_at > now:
            return
        after, is_first = periods.missed_on(due), False


def each_part(due: Due, checklist: Checklist) -> Iterator[Expected]:
    """A period or an interval asks for every part of its checklist."""
    for part, part_id in checklist.parts.items():
        yield Expected(
            due.on, part, 0, due.times.opens_at, due.times.due_at, due.times.closes_at,
            due.due_on, due.counts, part_id, str(checklist.doer),
        )  # fmt: skip
