"""When a plan is due for review, and what brings that forward: pure functions of data and facts."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

from dateutil.relativedelta import relativedelta

from drills.plans.models import PLANS, Kind, Trigger
from safety_app.core.i18n import bilingual

FILE: Final = Path(__file__).with_name("review.toml")
SOON_DAYS: Final = 60
"""A revision takes weeks of talks: it is told early."""
NO_TERM: Final = 1200
"""Months after which rules are reviewed, which no law asks for: never, as far as anybody cares."""
Traits = Mapping[str, bool]
"""Traits of the hall by name, such as `crowded_place`."""


class Standing(StrEnum):
    """How a plan stands, the worst first."""

    OVERDUE = "overdue"
    TO_REVISE = "to_revise"
    SOON = "soon"
    CURRENT = "current"
    DRAFT = "draft"
    WITHDRAWN = "withdrawn"


class Cause(StrEnum):
    """Why a plan in force is not good any more."""

    TERM = "term"
    PERSON_LEFT = "person_left"
    POST_CHANGED = "post_changed"
    RESOURCE_GONE = "resource_gone"
    REQUEST_OVERDUE = "request_overdue"
    REQUEST = "request"
    NOT_FILED = "not_filed"


GRAVE: Final = frozenset({Cause.TERM, Cause.PERSON_LEFT, Cause.REQUEST_OVERDUE, Cause.NOT_FILED})
"""What an inspector would object to today."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the file: its words, source and mark; months or days where it has some."""

    key: str
    text: str
    text_en: str
    source: str
    source_en: str
    mark: str
    months: int = 0
    days: int = 0
    needs: tuple[str, ...] = ()
    any: tuple[str, ...] = ()

    def applies(self, traits: Traits) -> bool:
        """Whether a hall with these traits falls under it."""
        has_all = all(traits.get(name) for name in self.needs)
        return has_all and (not self.any or any(traits.get(name) for name in self.any))

    @property
    def said(self) -> str:
        """What it asks for, in the current language."""
        return bilingual(self.text, self.text_en)

    @property
    def from_where(self) -> str:
        """Its source, in the current language."""
        return bilingual(self.source, self.source_en)

    @property
    def is_default(self) -> bool:
        """Whether a hall may set another figure."""
        return self.mark in ("K", "K?", "D")


@dataclass(frozen=True, slots=True)
class Why:
    """One cause with its facts: names or codes, a day."""

    cause: Cause
    what: tuple[str, ...] = ()
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """All that decides how a plan in force stands on a day.

    `requests` are the due days of open revision tasks; `file_by` is set while it is not filed.
    """

    effective_on: date
    reviewed_on: date | None = None
    months: int = 36
    left: tuple[str, ...] = ()
    new_in_post: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    requests: tuple[date, ...] = ()
    file_by: date | None = None


def review_by(effective_on: date, reviewed_on: date | None, months: int) -> date:
    """The day by which a version must have been looked through; 29 February ends on the 28th."""
    return max(effective_on, reviewed_on or effective_on) + relativedelta(months=months)


def causes(facts: Facts, today: date) -> tuple[Why, ...]:
    """Why the plan must be looked at now, the gravest first. On its last day it is still good."""
    due = review_by(facts.effective_on, facts.reviewed_on, facts.months)
    found = []
    if due < today:
        found.append(Why(Cause.TERM, on=due))
    if facts.left:
        found.append(Why(Cause.PERSON_LEFT, facts.left))
    if facts.new_in_post:
        found.append(Why(Cause.POST_CHANGED, facts.new_in_post))
    if facts.gone:
        found.append(Why(Cause.RESOURCE_GONE, facts.gone))
    if facts.file_by and facts.file_by < today:
        found.append(Why(Cause.NOT_FILED, on=facts.file_by))
    for on in sorted(facts.requests):
        found.append(Why(Cause.REQUEST_OVERDUE if on < today else Cause.REQUEST, on=on))
    return tuple(sorted(found, key=lambda why: why.cause not in GRAVE))


def standing(facts: Facts, today: date) -> Standing:
    """How a plan in force stands."""
    found = causes(facts, today)
    if any(why.cause in GRAVE for why in found):
        return Standing.OVERDUE
    if found:
        return Standing.TO_REVISE
    left = (review_by(facts.effective_on, facts.reviewed_on, facts.months) - today).days
    return Standing.SOON if left <= SOON_DAYS else Standing.CURRENT


@cache
def _file() -> Mapping[str, Any]:
    with FILE.open("rb") as file:
        return tomllib.load(file)


def _rule(row: Mapping[str, Any]) -> Rule:
    words = {"text": "", "text_en": "", "key": "", **row}
    lists = {name: tuple(row.get(name, ())) for name in ("needs", "any")}
    return Rule(**{**words, **lists})


@cache
def terms() -> Sequence[Rule]:
    """The terms of review, the most special first."""
    return tuple(_rule(row) for row in _file()["term"])


def term(traits: Traits) -> Rule:
    """The term that holds for a hall."""
    return next(rule for rule in terms() if rule.applies(traits))


def months_of(kind: Kind, traits: Traits) -> int:
    """After how many months a document of a kind is reviewed in a hall."""
    return term(traits).months if kind in PLANS else NO_TERM


@cache
def triggers() -> Mapping[Trigger, Rule]:
    """What brings a review forward, with the article."""
    return {Trigger(row["key"]): _rule(row) for row in _file()["trigger"]}


@cache
def filing() -> Rule:
    """Who files a plan, and within how many working days."""
    return _rule(_file()["filing"])
