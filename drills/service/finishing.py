"""The end of a drill: finished, entered from paper, corrected, set back, written down."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import update
from sqlalchemy.orm import Session

from drills import milestones
from drills.entries import STANDING, Outcome
from drills.errors import (
    DayTooFar,
    EndBeforeStart,
    EndMissing,
    NobodyPresent,
    PersonElsewhere,
    StampImpossible,
    TimeAhead,
    TooLong,
)
from drills.lifecycle import RULES, compare_version, require, take
from drills.models import (
    Drill,
    Entry,
    EntryKind,
    How,
    Milestone,
    Status,
    Step,
)
from drills.permissions import WHO_MAY
from drills.service import attending, tried
from drills.service.clock_taps import LONGEST
from drills.service.loading import get, next_code, steps_of
from drills.service.planning import Facts, columns, moments_of, reason_of, set_links, set_moments
from safety_app.accounts import service as accounts
from safety_app.core import clock, journal
from safety_app.core.access import Actor
from safety_app.core.errors import NotAllowed, NotFound
from safety_app.core.i18n import N_, day_text, moment_text
from safety_app.core.text import clean

NEAR: Final = timedelta(days=31)
"""So far from its day a drill that was held without the stopwatch may lie in another year."""


@dataclass(frozen=True, slots=True)
class OnPaper:
    """What is known of a drill that no stopwatch has seen.

    `seconds` are the milestones from the start, by their id; `reason` explains who was in two
    places at one time.
    """

    started_at: datetime
    ended_at: datetime
    present: frozenset[int]
    seconds: Mapping[int, int] = field(default_factory=dict)
    visitors: int = 0
    third_parties: int = 0
    reason: str = ""


def finish(
    session: Session,
    actor: Actor,
    drill_id: int,
    *,
    ended_at: datetime | None = None,
    now: datetime,
) -> Drill:
    """Say that a drill is over; somebody must have been there, and its clock must be stopped.

    `ended_at` is for a clock that nobody stopped, or not until the day after.
    """
    journal.lock(session)
    drill = get(session, actor, drill_id)
    require(session, actor, drill, Step.FINISH)
    if ended_at is not None and (drill.ended_at is None or is_forgotten(drill, now)):
        drill.ended_at = ended_at
    if drill.ended_at is None or drill.started_at is None:
        raise EndMissing()
    _check_span(drill.started_at, drill.ended_at, actor, now)
    _check_moments(session, drill)
    if not attending.counts(session, drill.id).present:
        raise NobodyPresent()
    take(session, actor, drill, Step.FINISH, now=now, told=_times(drill))
    return drill


def is_forgotten(drill: Drill, now: datetime) -> bool:
    """Whether the clock ran for longer than any drill takes."""
    begun = drill.started_at
    return begun is not None and (drill.ended_at or now) - begun > LONGEST


def enter(session: Session, actor: Actor, drill_id: int, paper: OnPaper, *, now: datetime) -> Drill:
    """Record a planned drill that was held without the stopwatch."""
    journal.lock(session)
    drill = get(session, actor, drill_id)
    require(session, actor, drill, Step.ENTER)
    on = clock.local_day(paper.started_at, actor.timezone)
    first, last = paper_days(session, drill, actor.timezone)
    if not first <= on <= last:
        raise DayTooFar(
            code=drill.code, planned=_day(drill.planned_on), day=_day(on),
        )  # fmt: skip
    _hold_on_paper(session, actor, drill, paper, now)
    return drill


def paper_days(session: Session, drill: Drill, timezone: str) -> tuple[date, date]:
    """The days on which a planned drill may have been held: of its year, or near its day.

    Not long before it was put on the plan either: such a drill was another one.
    """
    first = min(date(drill.planned_on.year, 1, 1), drill.planned_on - NEAR)
    last = max(date(drill.planned_on.year, 12, 31), drill.planned_on + NEAR)
    made = next((one.at for one in steps_of(session, drill.id) if one.step == Step.PLAN), None)
    if made is not None:
        first = max(first, clock.local_day(made, timezone) - NEAR)
    return first, last


def enter_new(
    session: Session, actor: Actor, facts: Facts, paper: OnPaper, *, now: datetime
) -> Drill:
    """Record a drill that was never planned here, such as one of last year."""
    if not actor.may(RULES[Step.PLAN].permission, window_id=facts.window_id):
        raise NotAllowed(who=WHO_MAY[RULES[Step.PLAN].permission])
    journal.lock(session)
    _check_span(paper.started_at, paper.ended_at, actor, now)
    on = clock.local_day(paper.started_at, actor.timezone)
    tried.check(session, actor.site_id, facts.plan_ids, clock.local_day(now, actor.timezone))
    drill = Drill(
        site_id=actor.site_id,
        code=next_code(session, actor.site_id, on),
        status=Status.PLANNED,
        planned_on=on,
        **columns(session, actor, facts),
    )
    session.add(drill)
    session.flush()
    set_links(session, drill, facts)
    set_moments(session, drill, facts.moments or milestones.proposed(drill.form, drill.topic))
    _hold_on_paper(session, actor, drill, paper, now)
    return drill


def reset(session: Session, actor: Actor, drill_id: int, *, reason: str, now: datetime) -> Drill:
    """Set a false start back: it is planned again, what was stamped stays in the log only."""
    journal.lock(session)
    drill = get(session, actor, drill_id)
    require(session, actor, drill, Step.RESET)
    why = reason_of(reason)
    session.execute(
        update(Entry)
        .where(
            Entry.drill_id == drill.id,
            Entry.kind.in_((EntryKind.START, EntryKind.STAMP)),
            Entry.outcome.in_(STANDING),
        )
        .values(outcome=Outcome.RESET)
    )
    session.execute(
        update(Milestone)
        .where(Milestone.drill_id == drill.id)
        .values(stamped_at=None, stamped_by=None)
    )
    drill.started_at = drill.ended_at = drill.held_on = None
    take(session, actor, drill, Step.RESET, now=now, note=why)
    return drill


def correct_stamp(
    session: Session,
    actor: Actor,
    drill_id: int,
    milestone_id: int,
    *,
    seconds: int | None,
    reason: str,
    now: datetime,
) -> Milestone:
    """Put the time of a milestone right before the drill is judged; `None` takes it away."""
    journal.lock(session)
    drill = get(session, actor, drill_id)
    require(session, actor, drill, Step.CORRECT)
    milestone = session.get(Milestone, milestone_id)
    if milestone is None or milestone.drill_id != drill.id:
        raise NotFound()
    why = reason_of(reason)
    milestone.corrected = why[:200]
    _set_seconds(drill, milestone, seconds, actor)
    told = {"milestone": milestone.id, "seconds": seconds}
    take(session, actor, drill, Step.CORRECT, now=now, note=f"{milestone.name}: {why}", told=told)
    return milestone


def write_down(
    session: Session,
    actor: Actor,
    drill_id: int,
    *,
    course: str,
    debrief: str,
    partners: str,
    visitors: int,
    third_parties: int,
    row_version: int | None = None,
    now: datetime,
) -> Drill:
    """Complete the record: what happened, what was said of it, who else was there."""
    journal.lock(session)
    drill = get(session, actor, drill_id)
    compare_version(session, drill, row_version)
    require(session, actor, drill, Step.RECORD)
    said = clean(debrief, field=N_("Debrief"), limit=2000, lines=True)
    if said and said != drill.debrief:
        drill.debriefed_by = actor.user_id
    drill.debrief = said
    drill.course = clean(course, field=N_("Course of the drill"), limit=4000, lines=True)
    drill.partners = clean(partners, field=N_("Others who took part"), limit=200)
    drill.visitors, drill.third_parties = _count(visitors), _count(third_parties)
    take(session, actor, drill, Step.RECORD, now=now)
    return drill


def report(
    session: Session,
    actor: Actor,
    drill_id: int,
    *,
    on: date,
    to: str,
    note: str = "",
    now: datetime,
) -> Drill:
    """Note that the drill was reported to the authority (State Council Order 708, art. 8)."""
    journal.lock(session)
    drill = get(session, actor, drill_id)
    require(session, actor, drill, Step.REPORT)
    today = clock.local_day(now, actor.timezone)
    if on > today:
        raise TimeAhead(time=on.isoformat())
    if drill.held_on and on < drill.held_on:
        raise EndBeforeStart(start=drill.held_on.isoformat(), end=on.isoformat())
    drill.reported_to = clean(to, field=N_("Authority told"), limit=100, required=True)
    drill.reported_on = on
    words = clean(note, field=N_("Note"), limit=500, lines=True)
    take(
        session,
        actor,
        drill,
        Step.REPORT,
        now=now,
        note=words,
        audience=drill.reported_to,
        new_on=on,
    )
    return drill


def _hold_on_paper(
    session: Session, actor: Actor, drill: Drill, paper: OnPaper, now: datetime
) -> None:
    _check_span(paper.started_at, paper.ended_at, actor, now)
    if not paper.present:
        raise NobodyPresent()
    drill.started_at, drill.ended_at = paper.started_at, paper.ended_at
    drill.held_on = clock.local_day(paper.started_at, actor.timezone)
    drill.is_by_hand = True
    drill.visitors, drill.third_parties = _count(paper.visitors), _count(paper.third_parties)
    session.flush()
    tried.freeze(session, drill, drill.held_on)
    attending.expect(session, drill, drill.held_on)
    _tick_on_paper(session, actor, drill, paper, now)
    for milestone in moments_of(session, drill.id):
        if milestone.id in paper.seconds:
            _set_seconds(drill, milestone, paper.seconds[milestone.id], actor)
    take(session, actor, drill, Step.ENTER, now=now, told=_times(drill))


def _tick_on_paper(
    session: Session, actor: Actor, drill: Drill, paper: OnPaper, now: datetime
) -> None:
    people = {one.id: one for one in accounts.list_people(session, actor.site_id, active=False)}
    if not paper.present <= people.keys():
        raise NotFound()
    attending.require_there(session, drill, paper.present)
    expected = {row.user_id for row in attending.rows_of(session, drill.id)}
    for user_id in sorted(paper.present | expected):
        there = user_id in paper.present
        if there and not paper.reason.strip():
            where = attending.elsewhere(session, drill, user_id, paper.started_at, paper.ended_at)
            if where:
                raise PersonElsewhere(person=people[user_id].display_name, where=where)
        attending.set_presence(
            session, drill, user_id, is_present=there, how=How.PAPER, at=now, by=actor.user_id,
            reason=paper.reason.strip()[:200] if there else "",
        )  # fmt: skip


def _set_seconds(drill: Drill, milestone: Milestone, seconds: int | None, actor: Actor) -> None:
    if seconds is None:
        milestone.stamped_at = milestone.stamped_by = None
        return
    assert drill.started_at and drill.ended_at  # noqa: S101 - it was held
    if not 0 <= seconds <= (drill.ended_at - drill.started_at).total_seconds():
        raise StampImpossible(name=milestone.name)
    milestone.stamped_at = drill.started_at + timedelta(seconds=seconds)
    milestone.stamped_by = actor.user_id


def _check_span(start: datetime, end: datetime, actor: Actor, now: datetime) -> None:
    def text(moment: datetime) -> str:
        return moment_text(moment, actor.timezone)

    if start > now or end > now:
        raise TimeAhead(time=text(max(start, end)))
    if end <= start:
        raise EndBeforeStart(start=text(start), end=text(end))
    if end - start > LONGEST:
        raise TooLong(start=text(start), end=text(end))


def _check_moments(session: Session, drill: Drill) -> None:
    """No milestone lies after the end that was given by hand."""
    for milestone in moments_of(session, drill.id):
        if milestone.stamped_at and drill.ended_at and milestone.stamped_at > drill.ended_at:
            raise StampImpossible(name=milestone.name)


def _day(on: date) -> str:
    return day_text(on, weekday=False, year=True)


def _count(number: int) -> int:
    return min(max(int(number), 0), 9_999)


def _times(drill: Drill) -> dict[str, str]:
    return {"started_at": str(drill.started_at), "ended_at": str(drill.ended_at)}
