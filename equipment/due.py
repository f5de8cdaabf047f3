"""What is due when for a safety facility, and why: pure functions of dates.

A date is reached on the day itself ("达到或超过"). An item at its scrap date is only replaced: no
service falls on that day or later. Nothing here knows what day it is but what is passed in.
"""

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from operator import attrgetter
from typing import Final

from equipment.kinds import Kind, ServiceRule, Since
from safety_app.core.i18n import N_, _, bilingual

HALF_MONTH: Final = timedelta(days=15)
"""GB 50444-2008, 5.2.2 asks for one inspection every half month: at most 15 days after the last."""
TIME_TO_FIND_OUT: Final = timedelta(days=30)


class Precision(StrEnum):
    """How well the manufacture date is known."""

    DAY = "day"
    MONTH = "month"
    UNKNOWN = "unknown"
    UNREADABLE = "unreadable"


class Cause(StrEnum):
    """What falls due."""

    INSPECTION = "inspection"
    SERVICE = "service"
    SCRAP = "scrap"
    EXPIRY = "expiry"


CAUSE_NAMES: Final[Mapping[Cause, str]] = {
    Cause.INSPECTION: N_("Inspection"),
    Cause.SERVICE: N_("Service"),
    Cause.SCRAP: N_("Scrapping"),
    Cause.EXPIRY: N_("Expiry"),
}


class Why(StrEnum):
    """By which rule a date is what it is."""

    RHYTHM = "rhythm"
    HALF_MONTHLY = "half_monthly"
    FIRST_SERVICE = "first_service"
    NEXT_SERVICE = "next_service"
    AGE = "age"
    CONDEMNED = "condemned"
    PHASED_OUT = "phased_out"
    UNREADABLE = "unreadable"
    DATE_UNKNOWN = "date_unknown"
    PRINTED = "printed"
    PRINT_UNKNOWN = "print_unknown"


WHY_NAMES: Final[Mapping[Why, str]] = {
    Why.RHYTHM: N_("At regular intervals after the last inspection"),
    Why.HALF_MONTHLY: N_("Every half month at this place"),
    Why.FIRST_SERVICE: N_("First time since manufacture or registration"),
    Why.NEXT_SERVICE: N_("At intervals after the last time"),
    Why.AGE: N_("Scrap age reached"),
    Why.CONDEMNED: N_("A scrap condition was found"),
    Why.PHASED_OUT: N_("This type is phased out"),
    Why.UNREADABLE: N_("Maker or manufacture date cannot be read"),
    Why.DATE_UNKNOWN: N_("Manufacture date not found out within 30 days"),
    Why.PRINTED: N_("Date printed by the maker"),
    Why.PRINT_UNKNOWN: N_("Printed date not recorded within 30 days"),
}


_RHYTHMS: Final[Mapping[int, str]] = {
    1: N_("every month"),
    3: N_("every quarter"),
    6: N_("every half-year"),
    12: N_("every year"),
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one item. `last_services` has the day of the last service by its code."""

    registered_on: date
    made_on: date | None = None
    precision: Precision = Precision.DAY
    unknown_since: date | None = None
    last_inspected_on: date | None = None
    last_services: Mapping[str, date] = field(default_factory=dict)
    consumables: tuple[tuple[str, date], ...] = ()
    condemned_on: date | None = None
    is_half_monthly: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """A date to keep: `what` is the code of the service or consumable, `source` the rule behind."""

    cause: Cause
    on: date
    what: str
    why: Why
    source: str


def add_months(start: date, months: int) -> date:
    """The same day so many months on, or the last of that month: 29 Feb + 1 year is 28 Feb."""
    years, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month + 1
    day = start.day if start.day <= 28 else min(start.day, monthrange(year, month)[1])
    return date(year, month, day)


def is_due(on: date, today: date) -> bool:
    """Whether a date is reached: on the day itself it is."""
    return on <= today


def dues(kind: Kind, facts: Facts) -> tuple[Due, ...]:
    """Every date of an item, the earliest first; no service on or after the scrap date."""
    scrap = _scrap(kind, facts)
    found = [*_inspection(kind, facts), *_expiries(kind, facts)]
    found += [due for due in _services(kind, facts) if scrap is None or due.on < scrap.on]
    if scrap:
        found.append(scrap)
    return tuple(sorted(found, key=attrgetter("on")))


def next_of(found: Sequence[Due], cause: Cause) -> Due | None:
    """The earliest of one cause."""
    return next((due for due in found if due.cause == cause), None)


def may_be_away(total: int, away: int, more: int = 1) -> bool:
    """Whether `more` of a group of `total` may go while `away` are: at most a quarter at once."""
    return (away + more) * 4 <= total


def forecast(kind: Kind, facts: Facts, first: date, last: date) -> tuple[Due, ...]:
    """Every service, scrapping and expiry from `first` to `last`, each done on its day.

    What is overdue on `first` is done on `first`. Scrapping ends the life of the item. Looking up
    a printed date is no work to plan for.
    """
    found: list[Due] = []
    while day := _next_day(kind, facts, first, last):
        todo = _todo(kind, facts, day)
        found += [replace(due, on=day) for due in todo if due.why is not Why.PRINT_UNKNOWN]
        if any(due.cause is Cause.SCRAP for due in todo):
            break
        facts = _done(kind, facts, todo, day)
    return tuple(found)


def explain(kind: Kind, due: Due) -> str:
    """Why this date, in a short sentence with its rule."""
    reason = _(WHY_NAMES[due.why])
    rule = kind.service(due.what)
    months = kind.scrap_months
    if due.why is Why.AGE and months:
        reason = _("Scrap at {age}", age=months_text(months))
    elif due.why is Why.FIRST_SERVICE and rule and rule.first_months:
        age = months_text(rule.first_months)
        reason = _("{service}: first after {age}", service=rule.display_name, age=age)
    elif due.why is Why.NEXT_SERVICE and rule:
        rhythm = rhythm_text(rule.then_months)
        reason = _("{service}: then {rhythm}", service=rule.display_name, rhythm=rhythm)
    if not due.source or due.cause is Cause.EXPIRY:  # a printed date is its own source
        return reason
    return _("{reason} ({source})", reason=reason, source=due.source)


def months_text(months: int) -> str:
    """`60` as five years, `18` as eighteen months."""
    if months % 12:
        return _("1 month") if months == 1 else _("{n} months", n=months)
    return _("1 year") if months == 12 else _("{n} years", n=months // 12)


def rhythm_text(months: int) -> str:
    """A rhythm as people say it: every month, every quarter, every 2 years."""
    name = _RHYTHMS.get(months)
    return _(name) if name else _("every {age}", age=months_text(months))


def _scrap(kind: Kind, facts: Facts) -> Due | None:
    """The earliest reason to scrap."""
    found: list[tuple[date, Why]] = []
    if facts.condemned_on:
        found.append((facts.condemned_on, Why.CONDEMNED))
    if kind.is_phased_out:
        found.append((facts.registered_on, Why.PHASED_OUT))
    if kind.needs_made_date and facts.precision == Precision.UNREADABLE:
        found.append((facts.registered_on, Why.UNREADABLE))
    if kind.needs_made_date and facts.precision == Precision.UNKNOWN:
        since = facts.unknown_since or facts.registered_on
        found.append((since + TIME_TO_FIND_OUT, Why.DATE_UNKNOWN))
    if kind.scrap_months and facts.made_on:
        found.append((add_months(facts.made_on, kind.scrap_months), Why.AGE))
    if not found:
        return None
    on, why = min(found)
    by_rule = why in (Why.AGE, Why.PHASED_OUT)
    source = kind.scrap_source_text if by_rule else kind.condition_source_text
    return Due(Cause.SCRAP, on, "", why, source)


def _inspection(kind: Kind, facts: Facts) -> Iterator[Due]:
    """The next inspection: counted from the last one, or from the day of registration."""
    if kind.inspect_months is None:
        return
    start = facts.last_inspected_on or facts.registered_on
    on, why = add_months(start, kind.inspect_months), Why.RHYTHM
    if kind.may_be_half_monthly and facts.is_half_monthly and start + HALF_MONTH < on:
        source = bilingual("GB 50444-2008 第5.2.2条", "GB 50444-2008, 5.2.2")
        yield Due(Cause.INSPECTION, start + HALF_MONTH, "", Why.HALF_MONTHLY, source)
        return
    yield Due(Cause.INSPECTION, on, "", why, kind.inspect_source_text)


def _services(kind: Kind, facts: Facts) -> Iterator[Due]:
    for rule in kind.services:
        if rule.first_months is None:
            continue
        last = _last(rule, facts.last_services)
        if last:
            on, why = add_months(last, rule.then_months), Why.NEXT_SERVICE
        elif start := _start(rule, kind, facts):
            on, why = add_months(start, rule.first_months), Why.FIRST_SERVICE
        else:
            continue
        yield Due(Cause.SERVICE, on, rule.code, why, rule.source_text)


def _last(rule: ServiceRule, last_services: Mapping[str, date]) -> date | None:
    """When a service was last done, or another one that counts for it."""
    found = [last_services[code] for code in rule.counted_by if code in last_services]
    return max(found, default=None)


def _start(rule: ServiceRule, kind: Kind, facts: Facts) -> date | None:
    """From when the first service counts; without a date it needs, an item has none."""
    if rule.since is Since.REGISTERED:
        return facts.registered_on
    return facts.made_on or (None if kind.needs_made_date else facts.registered_on)


def _expiries(kind: Kind, facts: Facts) -> Iterator[Due]:
    """Printed dates; what should have one and has none on record is to be looked up in time."""
    for code, on in facts.consumables:
        rule = kind.consumable(code)
        source = rule.source_text if rule else ""
        yield Due(Cause.EXPIRY, on, code, Why.PRINTED, source)
    known = {code for code, _on in facts.consumables}
    for rule in kind.consumables:
        if rule.needs_date and rule.code not in known:
            on = facts.registered_on + TIME_TO_FIND_OUT
            yield Due(Cause.EXPIRY, on, rule.code, Why.PRINT_UNKNOWN, rule.source_text)


def _next_day(kind: Kind, facts: Facts, first: date, last: date) -> date | None:
    """The next day from `first` to `last` on which something other than an inspection falls."""
    days = [due.on for due in dues(kind, facts) if due.cause is not Cause.INSPECTION]
    return max(days[0], first) if days and days[0] <= last and first <= last else None


def _todo(kind: Kind, facts: Facts, day: date) -> list[Due]:
    """What is done on a day: scrapping alone if that has come."""
    reached = [due for due in dues(kind, facts) if is_due(due.on, day)]
    scrap = [due for due in reached if due.cause is Cause.SCRAP]
    return scrap or [due for due in reached if due.cause is not Cause.INSPECTION]


def _done(kind: Kind, facts: Facts, todo: Sequence[Due], day: date) -> Facts:
    """The facts after all of this was done; a part without a known life lasts for good."""
    services = {due.what: day for due in todo if due.cause is Cause.SERVICE}
    spent = {due.what for due in todo if due.cause is Cause.EXPIRY}
    consumables = [part for part in facts.consumables if part[0] not in spent]
    for code in spent:
        rule = kind.consumable(code)
        lasts = rule.months if rule else None
        consumables.append((code, add_months(day, lasts) if lasts else date.max))
    return replace(
        facts,
        last_services={**facts.last_services, **services},
        consumables=tuple(consumables),
    )
