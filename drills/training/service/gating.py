"""The gate before duty: who may not serve on which days, and why."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from sqlalchemy import bindparam, exists, or_, select
from sqlalchemy.orm import Session, aliased

from drills.training.coverage import DAY, Proof, Span, gaps, merged
from drills.training.models import (
    Course,
    GatePeriod,
    Override,
    Posting,
    SessionStatus,
    TrainingSession,
)
from drills.training.needs import GATED
from drills.training.permissions import Permission
from drills.training.service.access import covers
from drills.training.service.people import joined
from drills.training.service.shortages import Lacks, shortages
from safety_app.accounts.service import Staffed
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.db import kept
from safety_app.core.gate import Bar
from safety_app.core.i18n import _, bilingual, moment_text
from safety_app.workplace import service as workplace

NAMED: Final = 2
"""So many courses are named in a sentence that stands in a narrow cell."""


def gate(
    session: Session,
    site_id: int,
    first: date,
    last: date,
    user_ids: Collection[int] | None,
    *,
    as_leads: bool = False,
) -> Mapping[int, Sequence[Bar]]:
    """The days on which people may not be on duty, by person, with what is missing.

    Days gone by are judged by what was known on them: whoever was let on duty by a pass that was
    struck later was on duty then.
    """
    periods = periods_of(session, site_id, (first, last))
    if not periods:
        return {}
    began = beginning(session, site_id)
    zone = workplace.site(session, site_id).timezone
    today = clock.local_day(clock.now(), zone)
    found = shortages(
        session, site_id, (first, last), user_ids,
        gating=True, as_known=first < today, as_leads=as_leads,
    )  # fmt: skip
    free = overrides_of(session, site_id, (first, last), user_ids, today=today)
    shut = {
        user_id: kept
        for user_id, lacks in found.lacks.items()
        if (kept := _within(lacks, _watched(found.people.staff[user_id], periods, began),
                            free.get(user_id, ())))
    }  # fmt: skip
    if not shut:
        return {}
    words = _Words(session, site_id, zone)
    return {
        user_id: [
            Bar(start, end, *words.both(found.people.staff[user_id], missing, found.proofs, start))
            for start, end, missing in cut(lacks)
        ]
        for user_id, lacks in shut.items()
    }


def periods_of(session: Session, site_id: int, within: Span) -> list[GatePeriod]:
    """The periods of the gate that reach into some days, in order.

    What was put off or taken back before its day has no days.
    """
    return [
        one
        for one in _periods(session, site_id)
        if one.starts_on <= within[1]
        and (one.last is None or one.last >= max(one.starts_on, within[0]))
    ]


def watched_in(session: Session, site_id: int, within: Span, zone: str) -> list[GatePeriod]:
    """The periods that were on at some time of some days, in order.

    The day on which one was ended is one of its days: until then it was on.
    """
    return [
        one
        for one in _periods(session, site_id)
        if one.starts_on <= within[1] and watched_until(one, zone) >= max(one.starts_on, within[0])
    ]


def watched_until(one: GatePeriod, zone: str) -> date:
    """The last day on which a period was on for some time."""
    if one.last is None:
        return date.max
    return one.last if one.ended_at is None else max(one.last, clock.local_day(one.ended_at, zone))


def first_period(session: Session, site_id: int) -> GatePeriod | None:
    """The first period that came to its day or is to come to it; the days of warning are its."""
    zone = workplace.site(session, site_id).timezone
    return next(iter(watched_in(session, site_id, (date.min, date.max), zone)), None)


def _periods(session: Session, site_id: int) -> Sequence[GatePeriod]:
    """Every period that was ever set, those taken back too, in order."""
    query = (
        select(GatePeriod)
        .where(GatePeriod.site_id == site_id)
        .order_by(GatePeriod.starts_on, GatePeriod.id)
    )
    return kept(session, ("training.gates", site_id), lambda: session.scalars(query).all())


def overrides_of(
    session: Session,
    site_id: int,
    within: Span,
    user_ids: Collection[int] | None = None,
    *,
    today: date | None = None,
) -> dict[int, list[Span]]:
    """The days of `within` on which a manager lets somebody serve all the same, by person.

    Without `today` for judging what was, the day on which one was taken back among them; with it
    for letting somebody on duty now, which one that was taken back does not any more.
    """
    query = select(Override).where(
        Override.site_id == site_id, Override.first <= within[1], Override.last >= within[0]
    )
    if user_ids is not None:
        query = query.where(Override.user_id.in_(user_ids))
    zone = workplace.site(session, site_id).timezone
    found: dict[int, list[Span]] = {}
    for row in session.scalars(query.order_by(Override.first)):
        first, last = max(row.first, within[0]), min(last_of(row, zone, today), within[1])
        if first <= last:
            found.setdefault(row.user_id, []).append((first, last))
    return found


def last_of(row: Override, zone: str, today: date | None = None) -> date:
    """The last day of an exception; one taken back held on that day up to the moment.

    For who is let on duty `today` or later it ends the day before. One taken back before its first
    day ends before it begins.
    """
    if row.withdrawn_at is None:
        return row.last
    taken = clock.local_day(row.withdrawn_at, zone)
    return min(row.last, taken if today is None or taken < today else taken - DAY)


@dataclass(frozen=True, slots=True)
class Beginning:
    """The first period of the gate, and who had left when it was set.

    The days of warning are its and run once: ending the gate and setting it again gives them to
    nobody anew, and who came, or came back, after it was set is new at every later one.
    """

    period: GatePeriod
    zone: tzinfo
    gone: frozenset[int]

    def was_there(self, one: Staffed) -> bool:
        """Whether somebody worked here when the gate was set."""
        set_at = self.period.set_at
        came = one.created_at <= set_at and joined(one, self.zone) <= _day(set_at, self.zone)
        return came and one.id not in self.gone

    def refuses_from(self, one: Staffed, period: GatePeriod) -> date:
        """The first day on which a period refuses somebody; before it they are only warned."""
        days = self.period.grace_days if self.was_there(one) else 0
        return max(period.starts_on, self.period.starts_on + timedelta(days=days))


_other: Final = aliased(Posting)
# Asked on many clicks, so it is built once.
_GONE: Final = select(Posting.user_id).where(
    Posting.site_id == bindparam("site"),
    Posting.last < bindparam("on"),
    ~exists().where(
        _other.user_id == Posting.user_id,
        _other.first <= bindparam("on"),
        or_(_other.last.is_(None), _other.last >= bindparam("on")),
    ),
)


def beginning(session: Session, site_id: int) -> Beginning | None:
    """The beginning of the gate, if it came to its day or is to come to it."""
    period = first_period(session, site_id)
    if period is None:
        return None
    zone = clock.zone(workplace.site(session, site_id).timezone)
    asked = {"site": site_id, "on": _day(period.set_at, zone)}
    gone = kept(
        session, ("training.gone", site_id), lambda: frozenset(session.scalars(_GONE, asked))
    )
    return Beginning(period, zone, gone)


def _day(moment: datetime, zone: tzinfo) -> date:
    return moment.astimezone(zone).date()


def _watched(one: Staffed, periods: Iterable[GatePeriod], began: Beginning | None) -> list[Span]:
    """The days on which somebody is refused, if they lack something."""
    found = (
        (began.refuses_from(one, period), period.last or date.max) for period in periods if began
    )
    return merged(span for span in found if span[0] <= span[1])


def _within(lacks: Lacks, watched: Iterable[Span], free: Sequence[Span]) -> dict[int, list[Span]]:
    """What is lacking on days that are watched and not let through."""
    open_to = merged(free)
    found: dict[int, list[Span]] = {}
    for course_id, days in lacks.items():
        kept = [
            part
            for first, last in watched
            for start, end in days
            if max(first, start) <= min(last, end)
            for part in gaps(open_to, (max(first, start), min(last, end)))
        ]
        if kept:
            found[course_id] = kept
    return found


def cut(lacks: Lacks) -> list[tuple[date, date, tuple[int, ...]]]:
    """Spans of days with the courses that are lacking on all of them, in order."""
    edges = sorted(
        {first for days in lacks.values() for first, _last in days}
        | {last + DAY for days in lacks.values() for _first, last in days if last < date.max}
    )
    found = []
    for number, start in enumerate(edges):
        end = edges[number + 1] - DAY if number + 1 < len(edges) else date.max
        missing = tuple(
            course_id
            for course_id, days in lacks.items()
            if any(first <= start <= last for first, last in days)
        )
        if missing:
            found.append((start, end, missing))
    return found


@dataclass(frozen=True, slots=True)
class _Planned:
    """A session that is still to come."""

    course_id: int
    window_id: int | None
    starts_at: datetime


class _Words:
    """What is missing and what to do about it, in the current language."""

    def __init__(self, session: Session, site_id: int, zone: str) -> None:
        self.zone = zone
        self.courses = {
            one.id: one for one in session.scalars(select(Course).where(Course.site_id == site_id))
        }
        rows = session.execute(
            select(TrainingSession.course_id, TrainingSession.window_id, TrainingSession.starts_at)
            .where(
                TrainingSession.site_id == site_id,
                TrainingSession.status == SessionStatus.PLANNED,
                TrainingSession.starts_at > clock.now(),
            )
            .order_by(TrainingSession.starts_at)
        )
        self.planned = [_Planned(*row) for row in rows]

    def both(
        self,
        one: Staffed,
        missing: Sequence[int],
        proofs: Mapping[int, Mapping[int, Sequence[Proof]]],
        on: date,
    ) -> tuple[str, str]:
        """`缺窗口级岗前培训；下一场 12月3日 14:00`: naming all, and for a narrow cell."""
        held = proofs.get(one.id, {})
        names = [self._name(course, held.get(course, ()), on) for course in missing]
        ahead = self._next(one, missing)
        every, few = _(", ").join(names), _(", ").join(names[:NAMED])
        if len(names) > NAMED:
            few = _("{courses} and others, {n} in all", courses=few, n=len(names))
        return self._said(every, ahead), self._said(few, ahead)

    def _said(self, courses: str, ahead: _Planned | None) -> str:
        if ahead is None:
            return _("lacks {courses}; no session is planned yet", courses=courses)
        when = moment_text(ahead.starts_at, self.zone)
        return _("lacks {courses}; next session {when}", courses=courses, when=when)

    def _next(self, one: Staffed, missing: Sequence[int]) -> _Planned | None:
        return next(
            (
                planned for planned in self.planned
                if planned.course_id in missing
                and (planned.window_id is None or planned.window_id in one.window_ids)
            ),
            None,
        )  # fmt: skip

    def _name(self, course_id: int, held: Sequence[Proof], on: date) -> str:
        course = self.courses[course_id]
        name = bilingual(course.name, course.name_en)
        if not any(proof.on <= on for proof in held):
            return name
        return _("{course} (expired)", course=name)


@dataclass(frozen=True, slots=True)
class Short:
    """Somebody who lacks what their post asks for; `refused_from` is the day the gate shuts."""

    user_id: int
    name: str
    why: str
    refused_from: date


@dataclass(frozen=True, slots=True)
class AtGate:
    """Who may not serve on a day, and who is still only warned."""

    refused: tuple[Short, ...]
    warned: tuple[Short, ...]


def at_gate(session: Session, actor: Actor, on: date) -> AtGate:
    """Those the actor answers for who lack something on a day, the first to be refused first.

    Where no gate is set: who would be refused if it were on for everybody.
    """
    found = shortages(session, actor.site_id, (on, on), gating=True)
    period = next(iter(periods_of(session, actor.site_id, (on, date.max))), None)
    began = beginning(session, actor.site_id)
    today = clock.local_day(clock.now(), actor.timezone)
    free = overrides_of(session, actor.site_id, (on, on), today=today)
    reach = actor.reach(Permission.VIEW)
    words = _Words(session, actor.site_id, actor.timezone)
    rows = []
    for user_id, lacks in found.lacks.items():
        one = found.people.staff[user_id]
        if one.is_active and one.roles & GATED and user_id not in free and covers(reach, one):
            day = began.refuses_from(one, period) if began and period else on
            why, _short = words.both(one, tuple(lacks), found.proofs, on)
            rows.append(Short(user_id, one.display_name, why, day))
    rows.sort(key=lambda row: row.refused_from)
    return AtGate(
        tuple(row for row in rows if row.refused_from <= on),
        tuple(row for row in rows if row.refused_from > on),
    )
