"""Who is covered on which day, and until when: pure functions of dates.

A result covers the days from its own day on. With an interval of twelve months the last of them is
the day before its anniversary, as everything here is due on its day: whoever passed on 15 March
2026 is covered up to and including 14 March 2027. Where a month is too short the anniversary is its
last day: 31 August and six months is 28 February.
"""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

DAY: Final = timedelta(days=1)
Span = tuple[date, date]
"""A first and a last day, both of them within."""


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def last_day(on: date, months: int | None) -> date:
    """The last day that something of `on` covers; the end of time without an interval."""
    return date.max if months is None else add_months(on, months) - DAY


@dataclass(frozen=True, slots=True)
class Need:
    """What somebody needs in a course: a pass not older than `since`, again every `months`."""

    since: date | None = None
    months: int | None = None


@dataclass(frozen=True, slots=True, order=True)
class Proof:
    """A pass: its day, and the last day on which it is valid (null: for ever).

    Looked at as it was known on each day it covers nothing before `known_from`, when it was
    recorded.
    """

    on: date
    valid_until: date | None = None
    known_from: date = field(default=date.min, compare=False)


def span(need: Need, proof: Proof) -> Span | None:
    """The days that one pass covers."""
    if need.since is not None and proof.on < need.since:
        return None
    last = min(last_day(proof.on, need.months), proof.valid_until or date.max)
    first = max(proof.on, proof.known_from)
    return (first, last) if first <= last else None


def spans(need: Need, proofs: Iterable[Proof]) -> list[Span]:
    """The days covered, in order, those that touch put together."""
    return merged(found for proof in proofs if (found := span(need, proof)))


def merged(found: Iterable[Span]) -> list[Span]:
    """Spans in order, those that touch or overlap put together."""
    result: list[Span] = []
    for first, last in sorted(found):
        if result and (result[-1][1] == date.max or first <= result[-1][1] + DAY):
            result[-1] = (result[-1][0], max(result[-1][1], last))
        else:
            result.append((first, last))
    return result


def is_covered(need: Need, proofs: Iterable[Proof], on: date) -> bool:
    """Whether a pass covers a day."""
    return any(first <= on <= last for first, last in spans(need, proofs))


def covered_until(need: Need, proofs: Iterable[Proof], on: date) -> date | None:
    """The last day of the cover that holds on a day; nothing if none does."""
    held = (last for first, last in spans(need, proofs) if first <= on <= last)
    return next(held, None)


def gaps(covered: Sequence[Span], within: Span) -> list[Span]:
    """The days of `within` that no span covers; spans in order."""
    first, last = within
    result: list[Span] = []
    for start, end in covered:
        if end < first:
            continue
        if start > last:
            break
        if start > first:
            result.append((first, start - DAY))
        if end >= last:
            return result
        first = end + DAY
    return [*result, (first, last)] if first <= last else result
