"""The drills that would meet what is still open in a year, as few as will do: pure functions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from drills.models import Content, Form, Topic
from drills.rhythm import Duty, Known, OpenDay, Period, Plan, PlanKind, What, period

HALL_DAYS: Final[Mapping[int, tuple[int, int]]] = {1: (6, 10), 2: (11, 9)}
"""Month and day: in the month of work safety, and on the day of fire prevention."""
SINGLE_DAYS: Final[Mapping[int, tuple[int, int]]] = {1: (4, 10), 2: (9, 10)}
"""From when on drills of single plans are spread."""
LEAD: Final = timedelta(days=14)
"""So long before a drill its people are told and its script is written."""
WHOLE: Final = frozenset({What.HALL, What.FIRE})

Judge = Callable[[Sequence[Known]], Sequence[Duty]]
"""The duties of a year as these drills leave them."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """A drill that would meet duties; `rules` are their keys, `key` tells it from the others."""

    key: str
    period: Period
    on: date
    is_hall: bool
    topic: Topic
    content: Content
    form: Form
    plan_ids: tuple[int, ...] = ()
    rules: tuple[str, ...] = ()


def proposal(
    judge: Judge,
    *,
    year: int,
    plans: Sequence[Plan],
    drills: Sequence[Known],
    forms: Mapping[int, Form],
    today: date,
    open_day: OpenDay,
) -> list[Proposed]:
    """Drills for what is open in the periods of a year that are not over.

    `drills` may go back beyond the year: the plan that was tried out longest ago comes first.
    `forms` says how each plan was drilled last; the other form comes next.
    """
    current = [plan for plan in plans if plan.was_in_force(today)]
    found: list[Proposed] = []
    for half in (1, 2):
        when = period(year, half, open_day)
        if when.last < today:
            continue
        before = [*drills, *map(_as_known, found)]
        asked = _Half(when, current, before, forms, today, open_day)
        for step in (asked.whole, asked.singles):
            wanted = _of_half(judge([*drills, *map(_as_known, found)]), half)
            found += step(wanted)
    return [_explained(one, judge, [*drills]) for one in found]


def _of_half(duties: Sequence[Duty], half: int) -> list[Duty]:
    """What is wanting in a half-year; what is due once a year belongs to the second one."""
    return [one for one in duties if one.is_wanting and (one.period.half or 2) == half]


def _as_known(one: Proposed) -> Known:
    return Known(
        one.key, one.on, False, one.is_hall, one.topic, frozenset(one.plan_ids),
        is_live=one.form is Form.LIVE,
    )  # fmt: skip


def _explained(one: Proposed, judge: Judge, drills: Sequence[Known]) -> Proposed:
    """The same with the rules that it would meet."""
    met = [duty.rule.key for duty in judge([*drills, _as_known(one)]) if duty.code == one.key]
    return Proposed(
        one.key, one.period, one.on, one.is_hall, one.topic, one.content, one.form, one.plan_ids,
        tuple(dict.fromkeys(met)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Half:
    """What the drills of one half-year are made of."""

    when: Period
    plans: Sequence[Plan]
    drills: Sequence[Known]
    forms: Mapping[int, Form]
    today: date
    open_day: OpenDay

    def whole(self, wanted: Sequence[Duty]) -> list[Proposed]:
        """One drill of the whole hall, which tries out what it can on the way."""
        if not any(duty.rule.what in WHOLE for duty in wanted):
            return []
        plans = [plan for plan in self.plans if plan.topic == Topic.FIRE]
        rules = {duty.rule.what for duty in wanted if duty.plan is None}
        if What.PLAN in rules:
            plans += self._one_of({PlanKind.COMPREHENSIVE, PlanKind.SPECIAL}, plans)
        if What.ON_SITE in rules:
            plans += self._one_of({PlanKind.ON_SITE}, plans)
        return [
            Proposed(
                key=f"{self.when.key}/hall",
                period=self.when,
                on=self._day(*HALL_DAYS[self.when.half]),
                is_hall=True,
                topic=Topic.FIRE,
                content=Content.COMPREHENSIVE,
                form=Form.LIVE,
                plan_ids=tuple(plan.id for plan in plans),
            )
        ]

    def singles(self, wanted: Sequence[Duty]) -> list[Proposed]:
        """One drill for each plan that is still wanting, spread over the half-year."""
        plans: dict[int, Plan] = {}
        for duty in wanted:
            for plan in [duty.plan] if duty.plan else self._for(duty.rule.what):
                plans.setdefault(plan.id, plan)
        found = [self._single(plan, place) for place, plan in enumerate(plans.values())]
        if not plans and any(duty.rule.what is What.RESCUE for duty in wanted):
            found.append(self._rescue())
        return found

    def _for(self, what: What) -> Sequence[Plan]:
        kinds = {
            What.PLAN: {PlanKind.COMPREHENSIVE, PlanKind.SPECIAL},
            What.ON_SITE: {PlanKind.ON_SITE},
        }
        if what is What.RESCUE:
            ill = [plan for plan in self.plans if plan.topic == Topic.ILLNESS]
            return ill[:1]
        return self._one_of(kinds[what], ()) if what in kinds else ()

    def _one_of(self, kinds: set[PlanKind], there: Sequence[Plan]) -> list[Plan]:
        """The plan of these kinds that was tried out longest ago, unless one is there."""
        if any(plan.kind in kinds for plan in there):
            return []
        fitting = [plan for plan in self.plans if plan.kind in kinds]
        return sorted(fitting, key=lambda plan: (self._last(plan), plan.id))[:1]

    def _last(self, plan: Plan) -> date:
        return max((one.on for one in self.drills if plan.id in one.plan_ids), default=date.min)

    def _single(self, plan: Plan, place: int) -> Proposed:
        month, day = SINGLE_DAYS[self.when.half]
        last = self.forms.get(plan.id)
        known = plan.topic in set(Topic)
        return Proposed(
            key=f"{self.when.key}/{plan.id}",
            period=self.when,
            on=self._day(month, day, place * 15),
            is_hall=False,
            topic=Topic(plan.topic) if known else Topic.OTHER,
            content=Content.SINGLE,
            form=Form.TABLETOP if last is Form.LIVE else Form.LIVE,
            plan_ids=(plan.id,),
        )

    def _rescue(self) -> Proposed:
        month, day = SINGLE_DAYS[self.when.half]
        return Proposed(
            key=f"{self.when.key}/rescue",
            period=self.when,
            on=self._day(month, day),
            is_hall=False,
            topic=Topic.ILLNESS,
            content=Content.SINGLE,
            form=Form.LIVE,
        )

    def _day(self, month: int, day: int, later: int = 0) -> date:
        """An open day near the one wished for, with time to prepare, and not after it is due."""
        wished = date(self.when.year, month, day) + timedelta(days=later)
        wished = max(wished, self.today + LEAD)
        found = self.open_day(min(wished, self.when.due))
        return found if found > self.today else max(self.when.due, self.today)
