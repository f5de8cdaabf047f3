"""How often what must be drilled, and what is due: pure functions of rules that are data."""

import tomllib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Final, Protocol

from drills.models import Topic
from safety_app.core.i18n import N_, _, bilingual

FILE: Final = Path(__file__).parent / "rhythm.toml"
OWN_CHOICE: Final = frozenset({"K", "K?", "D"})
"""Marks of rules that a hall may change."""
RESCUE: Final = frozenset({Topic.ELECTRIC, Topic.ILLNESS})


class What(StrEnum):
    """What a rule wants to see drilled."""

    HALL = "hall"
    FIRE = "fire"
    PLAN = "plan"
    ON_SITE = "on_site"
    RESCUE = "rescue"


class Span(StrEnum):
    """How long the periods of a rule are."""

    YEAR = "year"
    HALF = "half"


class PlanKind(StrEnum):
    """Kinds of emergency plans that the rules tell apart."""

    COMPREHENSIVE = "comprehensive"
    SPECIAL = "special"
    ON_SITE = "on_site"


class Profile(Protocol):
    """What a unit is before the law; a site has the same names."""

    @property
    def key_fire_unit(self) -> bool: ...
    @property
    def public_gathering(self) -> bool: ...
    @property
    def crowded_place(self) -> bool: ...
    @property
    def business_operator(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; `flags` of the profile must all hold, or the hall has adopted it.

    A `live` one is not met at a table, one `by_plan` not without a plan that is tried out.
    """

    key: str
    what: What
    period: Span
    text: str
    text_en: str
    source: str
    source_en: str
    mark: str
    flags: tuple[str, ...] = ()
    reports: bool = False
    live: bool = False
    by_plan: bool = False
    may_adopt: bool = False
    adopt_only: bool = False
    may_be_each: bool = False
    each: str = ""
    each_en: str = ""

    @property
    def display_text(self) -> str:
        """The rule in the current language."""
        return bilingual(self.text, self.text_en)

    @property
    def display_each(self) -> str:
        """The rule, read as one drill for each plan, in the current language."""
        return bilingual(self.each, self.each_en)

    @property
    def display_source(self) -> str:
        """On what it rests, in the current language."""
        return bilingual(self.source, self.source_en)

    def binds(self, profile: Profile) -> bool:
        """Whether it holds for such a unit, whatever the hall wants."""
        return not self.adopt_only and all(getattr(profile, flag) for flag in self.flags)

    def is_choice(self, profile: Profile) -> bool:
        """Whether such a hall may choose to follow it or not."""
        return self.mark in OWN_CHOICE if self.binds(profile) else self.may_adopt


@dataclass(frozen=True, slots=True)
class Choices:
    """What the hall has chosen: a drill of each on-site plan, and rules followed or not by key."""

    is_each: bool = False
    changes: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Basis:
    """What a hall follows: the rules, and what it has chosen."""

    rules: Sequence[Rule]
    choices: Choices


@dataclass(frozen=True, slots=True)
class Plan:
    """An emergency plan as the rules see it: its kind, and what it is against.

    One that is withdrawn tells what its drills were, and wants no new ones. `spans` are the days
    on which it was in force: a first one, and the first one on which it was no more (null: still).
    """

    id: int
    kind: str
    topic: str
    title: str = ""
    title_en: str = ""
    spans: Sequence[tuple[date, date | None]] = ((date.min, None),)

    def was_in_force(self, day: date) -> bool:
        """Whether there was a version of it that held on a day."""
        return any(first <= day and (until is None or day < until) for first, until in self.spans)

    @property
    def display_title(self) -> str:
        """What it is called in the current language."""
        return bilingual(self.title, self.title_en)


@dataclass(frozen=True, slots=True)
class Known:
    """A drill as the rules see it; `on` is the day on which it was held, or is planned."""

    code: str
    on: date
    is_held: bool
    is_hall: bool
    topic: str
    plan_ids: frozenset[int] = frozenset()
    is_reported: bool = False
    is_live: bool = True


@dataclass(frozen=True, slots=True)
class Period:
    """A year (`half` 0) or half-year; `due` is its last open day."""

    year: int
    half: int
    first: date
    last: date
    due: date

    @property
    def key(self) -> str:
        """`2026` or `2026-H2`."""
        return f"{self.year}-H{self.half}" if self.half else str(self.year)

    @property
    def name(self) -> str:
        """`2026年下半年` or `Second half of 2026`."""
        if not self.half:
            return _("Year {year}", year=self.year)
        if self.half == 1:
            return _("First half of {year}", year=self.year)
        return _("Second half of {year}", year=self.year)


class State(StrEnum):
    """How a duty stands on a day; graver is later."""

    DONE = "done"
    PLANNED = "planned"
    OPEN = "open"
    OVERDUE = "overdue"
    MISSED = "missed"


STATE_NAMES: Final[Mapping[State, str]] = {
    State.DONE: N_("Drilled"),
    State.PLANNED: N_("On the plan"),
    State.OPEN: N_("Not planned yet"),
    State.OVERDUE: N_("Drill overdue"),
    State.MISSED: N_("Not drilled"),
}


@dataclass(frozen=True, slots=True)
class Duty:
    """What a rule wants in a period, of one plan where it is of each, and how it stands.

    `code` is the drill that fulfils it or is planned to, and whether what must be reported was.
    """

    rule: Rule
    period: Period
    state: State
    plan: Plan | None = None
    code: str = ""
    on: date | None = None
    is_reported: bool = True

    @property
    def display_text(self) -> str:
        """What is wanted, with the plan where it is of each."""
        if self.plan is None:
            return self.rule.display_text
        return _("{rule}: {plan}", rule=self.rule.display_each, plan=self.plan.display_title)

    @property
    def is_wanting(self) -> bool:
        """Whether a drill must still be planned for it."""
        return self.state in (State.OPEN, State.OVERDUE)


OpenDay = Callable[[date], date]
"""The last open day on or before a day."""
Asked = Callable[[Period], Basis]
"""What a hall followed at the end of a period, or follows now while it runs."""


@lru_cache(maxsize=1)
def rules() -> tuple[Rule, ...]:
    """All rules in the order of the file."""
    read = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return tuple(
        Rule(
            **{
                **one,
                "what": What(one["what"]),
                "period": Span(one["period"]),
                "flags": tuple(one.get("flags", ())),
            }
        )
        for one in read["rule"]
    )


def followed(profile: Profile, choices: Choices) -> tuple[Rule, ...]:
    """The rules that such a hall follows: those that bind it, and those it has chosen."""
    return tuple(rule for rule in rules() if _is_followed(rule, profile, choices))


def _is_followed(rule: Rule, profile: Profile, choices: Choices) -> bool:
    binds = rule.binds(profile)
    return choices.changes.get(rule.key, binds) if rule.is_choice(profile) else binds


def period(year: int, half: int, open_day: OpenDay) -> Period:
    """A half-year, or with 0 a year; due on its last open day."""
    first = date(year, 7 if half == 2 else 1, 1)
    last = date(year, 6, 30) if half == 1 else date(year, 12, 31)
    due = open_day(last)
    return Period(year, half, first, last, due if due >= first else last)


def duties(
    asked: Asked,
    *,
    year: int,
    plans: Sequence[Plan],
    drills: Sequence[Known],
    since: date,
    today: date,
    open_day: OpenDay,
) -> list[Duty]:
    """What the rules want in a year and how it stands on a day, by period and rule.

    Periods that ended before `since`, when the hall began to keep records, want nothing. One that
    is over is judged by what the hall followed, and by the plans it had, at its end.
    """
    return [
        _judged(rule, one, plan, drills, plans, today)
        for one in (period(year, half, open_day) for half in (1, 2, 0))
        if one.last >= since
        for basis in (asked(one),)
        for rule in basis.rules
        if (rule.period is Span.YEAR) == (one.half == 0)
        for plan in _of_each(rule, plans, basis.choices, min(one.last, today))
    ]


def _of_each(
    rule: Rule, plans: Sequence[Plan], choices: Choices, day: date
) -> Sequence[Plan | None]:
    """The plans of which each is wanted; `None` where one of them is enough, or there is none."""
    if not (rule.may_be_each and choices.is_each):
        return (None,)
    on_site = [one for one in plans if one.kind == PlanKind.ON_SITE and one.was_in_force(day)]
    return on_site or (None,)


def made_good(missed: Sequence[Duty], drills: Sequence[Known], plans: Sequence[Plan]) -> list[Duty]:
    """The missed duties for which such a drill was held since, if late."""
    return [
        duty
        for duty in missed
        if any(
            drill.is_held and drill.on > duty.period.last
            and fits(drill, duty.rule, duty.plan, plans)
            for drill in drills
        )
    ]  # fmt: skip


def _judged(
    rule: Rule,
    when: Period,
    plan: Plan | None,
    drills: Sequence[Known],
    plans: Sequence[Plan],
    today: date,
) -> Duty:
    fitting = [
        drill
        for drill in drills
        if when.first <= drill.on <= when.last and fits(drill, rule, plan, plans)
    ]
    held = min((one for one in fitting if one.is_held), key=_by_day, default=None)
    if held is not None:
        told = not rule.reports or any(one.is_reported for one in fitting if one.is_held)
        return Duty(rule, when, State.DONE, plan, held.code, held.on, told)
    ahead = [one for one in fitting if not one.is_held and one.on >= today]
    coming = min(ahead, key=_by_day, default=None)
    if coming is not None:
        return Duty(rule, when, State.PLANNED, plan, coming.code, coming.on)
    if today > when.last:
        return Duty(rule, when, State.MISSED, plan)
    return Duty(rule, when, State.OVERDUE if today > when.due else State.OPEN, plan)


def _by_day(drill: Known) -> tuple[date, str]:
    return (drill.on, drill.code)


def fits(drill: Known, rule: Rule, plan: Plan | None, plans: Collection[Plan]) -> bool:
    """Whether a drill is what a rule wants to see.

    The fire and evacuation plan is drilled by the whole hall and, where one was in force on the
    day, by the plan.
    """
    if rule.live and not drill.is_live:
        return False
    if rule.by_plan and not drill.plan_ids:
        return False
    if plan is not None:
        return plan.id in drill.plan_ids
    tried = [one for one in plans if one.id in drill.plan_ids]
    match rule.what:
        case What.HALL:
            return drill.is_hall
        case What.FIRE:
            there = [p.id for p in plans if p.topic == Topic.FIRE and p.was_in_force(drill.on)]
            if there:
                return drill.is_hall and not drill.plan_ids.isdisjoint(there)
            is_fire = drill.topic == Topic.FIRE or any(one.topic == Topic.FIRE for one in tried)
            return drill.is_hall and is_fire
        case What.RESCUE:
            return drill.topic in RESCUE
        case What.PLAN:
            wanted = {PlanKind.COMPREHENSIVE, PlanKind.SPECIAL}
            return any(one.kind in wanted for one in tried)
        case What.ON_SITE:
            return any(one.kind == PlanKind.ON_SITE for one in tried)
