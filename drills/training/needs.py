"""Who needs which course on which day: pure functions of requirements and of what people are."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from drills.training.coverage import DAY, Need, Proof, Span, add_months, gaps, spans
from drills.training.models import EventKind, Occasion, Who
from drills.training.posts import plain_posts, posts_meant
from safety_app.core.access import Role

WORKERS: Final = frozenset({Role.STAFF, Role.LEAD, Role.OFFICER, Role.MANAGER})
"""Who counts as everybody: whoever only keeps the system, or only visits it, does not."""
GATED: Final = WORKERS | {Role.THIRD_PARTY}
"""Whom lists of the gate name. It asks everybody, as anybody may be put on duty."""
_EVENTS: Final = {
    Occasion.TRANSFERRED: EventKind.TRANSFERRED,
    Occasion.BACK: EventKind.BACK,
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A requirement of a hall; `months` is the interval that holds for its legal profile."""

    id: int
    course_id: int
    who: Who
    who_value: str
    occasion: Occasion
    months: int | None = None
    gates: bool = True
    joined_from: date | None = None
    first: date | None = None
    last: date | None = None

    def holds(self, on: date) -> bool:
        """Whether it is in force on a day."""
        return self.reaches((on, on))

    def reaches(self, within: Span) -> bool:
        """Whether it is in force on any of some days."""
        return (self.first or date.min) <= within[1] and within[0] <= (self.last or date.max)


@dataclass(frozen=True, slots=True)
class Stay:
    """What somebody is in the hall from a day to a day, both within."""

    first: date
    last: date
    roles: frozenset[Role]
    windows: frozenset[int]
    post: str = ""
    post_en: str = ""

    @property
    def posts(self) -> frozenset[str]:
        """The names of the post as they are compared."""
        return plain_posts(self.post, self.post_en)


@dataclass(frozen=True, slots=True)
class Appointed:
    """A post of the fire protection law that somebody holds for some days."""

    post: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody with all that decides what they need. `stays` are in order and do not overlap.

    Looked at as it was known on each day an event binds from `told` on, the day of the same place.
    """

    user_id: int
    joined: date
    stays: tuple[Stay, ...]
    events: tuple[tuple[EventKind, date], ...] = ()
    told: tuple[date, ...] = ()
    appointed: tuple[Appointed, ...] = ()

    def stay(self, on: date) -> Stay | None:
        """What they are on a day; before they came what they are first, after they left nothing."""
        for one in self.stays:
            if on <= one.last:
                return one if one.first <= on or one is self.stays[0] else None
        return None

    def is_here(self, on: date) -> bool:
        """Whether they belong to the hall on a day."""
        return any(one.first <= on <= one.last for one in self.stays)

    def breaks(self) -> Iterator[date]:
        """The days on which they become something else."""
        for one in self.stays:
            yield from _edges(one.first, one.last)
        for post in self.appointed:
            yield from _edges(post.first, post.last)
        yield from (on for _kind, on in self.events)
        yield from self.told

    def happened(self, kind: EventKind, on: date) -> Iterator[date]:
        """The days of events of a kind that bind on a day."""
        told = self.told or (date.min,) * len(self.events)
        for (what, day), known in zip(self.events, told, strict=True):
            if what is kind and max(day, known) <= on:
                yield day


class Rules:
    """The requirements of a hall, read once and asked for many people and days."""

    def __init__(self, rules: Iterable[Rule], ahead_days: int, *, at_gate: bool = False) -> None:
        self.rules = tuple(rules)
        self.at_gate = at_gate
        self.ahead = timedelta(days=ahead_days)
        self.courses = tuple(dict.fromkeys(rule.course_id for rule in self.rules))
        self.posts = frozenset(
            post for rule in self.rules if rule.who is Who.POST
            for post in posts_meant(rule.who_value)
        )  # fmt: skip
        self._dated = tuple(
            rule
            for rule in self.rules
            if rule.occasion is Occasion.PERIODIC or rule.joined_from is not None
        )
        self._known: dict[tuple[object, ...], Mapping[int, Need]] = {}
        self._met: dict[tuple[date, date], tuple[bool, ...]] = {}
        self._first: dict[date, frozenset[date]] = {}

    def gating(self) -> "Rules":
        """Only those that keep somebody off duty, whatever else they are in the hall."""
        gating = (rule for rule in self.rules if rule.gates)
        return Rules(gating, self.ahead.days, at_gate=True)

    def strictest(self, course_id: int, within: Span) -> Need:
        """What satisfies every requirement of a course on some days, events left aside."""
        months = [
            rule.months
            for rule in self.rules
            if rule.course_id == course_id
            and rule.occasion is Occasion.PERIODIC
            and rule.months
            and rule.reaches(within)
        ]
        return Need(months=min(months, default=None))

    def needs(self, worker: Worker, on: date) -> Mapping[int, Need]:
        """What somebody needs on a day, by course; nothing who is not here any more.

        People alike need alike, so that it is worked out once for all of them.
        """
        stay = worker.stay(on)
        if stay is None:
            return {}
        posts = stay.posts & self.posts
        held = self._held(worker, on) if worker.appointed else frozenset()
        key = (on, stay.roles, posts, worker.events, worker.told, held,
               self._dates(worker.joined, on))  # fmt: skip
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._work_out(worker, stay, on)
        return found

    def breaks(self, within: Span) -> frozenset[date]:
        """The days after the first on which requirements begin or end."""
        edges = {
            day for rule in self.rules
            for day in _edges(rule.first or date.min, rule.last or date.max)
        }  # fmt: skip
        return frozenset(day for day in edges if within[0] < day <= within[1])

    def pieces(self, worker: Worker, within: Span, breaks: frozenset[date]) -> list[Span]:
        """The days cut wherever what somebody needs may change."""
        first, last = within
        own = {
            day for day in (*worker.breaks(), *self._begins(worker.joined)) if first < day <= last
        }
        if not (own or breaks):
            return [within]
        starts = [first, *sorted(own | breaks)]
        ends = [*(day - DAY for day in starts[1:]), last]
        return list(zip(starts, ends, strict=True))

    def _begins(self, joined: date) -> frozenset[date]:
        """The days on which a first interval has passed for whoever came on a day."""
        found = self._first.get(joined)
        if found is None:
            months = {rule.months for rule in self._dated if rule.months is not None}
            found = self._first[joined] = frozenset(add_months(joined, n) for n in months)
        return found

    def _held(self, worker: Worker, on: date) -> frozenset[str]:
        return frozenset(one.post for one in worker.appointed if one.first <= on <= one.last)

    def _dates(self, joined: date, on: date) -> tuple[bool, ...]:
        """Which of the requirements that look at the day of joining bind whoever came then."""
        found = self._met.get((joined, on))
        if found is None:
            found = tuple(_dates_met(rule, joined, on) for rule in self._dated)
            self._met[joined, on] = found
        return found

    def _work_out(self, worker: Worker, stay: Stay, on: date) -> dict[int, Need]:
        found: dict[int, Need] = {}
        held = self._held(worker, on)
        for rule in self.rules:
            if not (rule.holds(on) and _dates_met(rule, worker.joined, on)):
                continue
            if not binds(rule, stay, held, at_gate=self.at_gate):
                continue
            need = self._need(rule, worker, on)
            if need is not None:
                found[rule.course_id] = stricter(found.get(rule.course_id), need)
        return found

    def _need(self, rule: Rule, worker: Worker, on: date) -> Need | None:
        kind = _EVENTS.get(rule.occasion)
        if kind is None:
            return Need(months=rule.months if rule.occasion is Occasion.PERIODIC else None)
        last = max(worker.happened(kind, on), default=None)
        return Need(since=last - self.ahead) if last else None


def binds(rule: Rule, stay: Stay, held: frozenset[str], *, at_gate: bool = False) -> bool:
    """Whether a requirement speaks of somebody who is this and holds these appointments.

    At the gate that of everybody binds whoever is put on duty, who only keeps the system too;
    third parties have their own.
    """
    match rule.who:
        case Who.EVERYBODY:
            is_third_party = Role.THIRD_PARTY in stay.roles
            return bool(stay.roles & WORKERS) or (at_gate and not is_third_party)
        case Who.ROLE:
            return rule.who_value in stay.roles
        case Who.POST:
            return bool(stay.posts & posts_meant(rule.who_value))
        case Who.APPOINTED:
            return rule.who_value in held
        case Who.THIRD_PARTY:
            return Role.THIRD_PARTY in stay.roles and not stay.roles & WORKERS


def _dates_met(rule: Rule, joined: date, on: date) -> bool:
    if rule.joined_from is not None and joined < rule.joined_from:
        return False
    if rule.occasion is not Occasion.PERIODIC or rule.months is None:
        return True
    # Until a first interval has passed what a newcomer learns before the post is enough.
    return on >= add_months(joined, rule.months)


def stricter(one: Need | None, other: Need) -> Need:
    """What satisfies both."""
    if one is None:
        return other
    dates = [day for day in (one.since, other.since) if day is not None]
    months = [n for n in (one.months, other.months) if n is not None]
    return Need(max(dates, default=None), min(months, default=None))


def lacking(
    rules: Rules,
    worker: Worker,
    proofs: Mapping[int, Sequence[Proof]],
    within: Span,
    breaks: frozenset[date],
) -> dict[int, list[Span]]:
    """The days of `within` on which somebody lacks a course, by course."""
    found: dict[int, list[Span]] = {}
    for piece in rules.pieces(worker, within, breaks):
        for course_id, need in rules.needs(worker, piece[0]).items():
            bare = gaps(spans(need, proofs.get(course_id, ())), piece)
            if bare:
                found.setdefault(course_id, []).extend(bare)
    return found


def _edges(first: date, last: date) -> Iterator[date]:
    """The day on which something begins, and the one after it has ended."""
    if first > date.min:
        yield first
    if last < date.max:
        yield last + DAY
