"""What one tap does to a drill: the clock, its stamps, and who is there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from drills.entries import STANDING, Outcome, Tap
from drills.lifecycle import note
from drills.models import (
    Attendance,
    Drill,
    DrillStep,
    Entry,
    EntryKind,
    How,
    Milestone,
    Status,
    Step,
)
from drills.service import attending, tried
from drills.service.planning import moments_of
from safety_app.accounts import service as accounts
from safety_app.accounts.errors import SignatureInvalid, SignatureNotOwnName
from safety_app.accounts.service import Drawn, Signature, keep_signature
from safety_app.core import clock
from safety_app.core.access import Actor

LONGEST: Final = timedelta(days=1)
"""A drill takes hours, not days; a clock that runs longer was forgotten."""
UNDO_WITHIN: Final = timedelta(minutes=2)
SKEW: Final = timedelta(seconds=3)
"""A stamp so little before the start is one at the start: two tablets never agree to the second."""


@dataclass(frozen=True, slots=True)
class Scene:
    """All that one tap is judged by."""

    session: Session
    drill: Drill
    actor: Actor
    tap: Tap
    at: datetime
    now: datetime
    signature: Signature | None


def _start(scene: Scene) -> Outcome:
    drill = scene.drill
    day = clock.local_day(scene.at, scene.actor.timezone)
    if drill.status in (Status.UNDER_WAY, Status.HELD):
        return _join(scene, day)
    if drill.status != Status.PLANNED:
        return Outcome.OVER
    if day != drill.planned_on:
        return Outcome.NOT_TODAY
    if _was_set_back(scene):
        return Outcome.RESET
    drill.started_at, drill.held_on = scene.at, day
    tried.freeze(scene.session, drill, day)
    attending.expect(scene.session, drill, day)
    note(scene.session, scene.actor, drill, Step.START, now=scene.now, told={"at": scene.at})
    return Outcome.KEPT


def _join(scene: Scene, day: date) -> Outcome:
    """All tablets share one clock: the earliest start is the drill's, whichever arrives first."""
    drill = scene.drill
    begun = drill.started_at
    if begun is None or drill.is_by_hand or scene.at >= begun or day != drill.held_on:
        return Outcome.JOINED if drill.status == Status.UNDER_WAY else Outcome.OVER
    if _was_set_back(scene):
        return Outcome.RESET
    drill.started_at = scene.at
    scene.session.flush()
    return Outcome.BEGUN_EARLIER


def _was_set_back(scene: Scene) -> bool:
    """Whether the drill was set back after this was tapped."""
    last = scene.session.scalar(
        select(func.max(DrillStep.at)).where(
            DrillStep.drill_id == scene.drill.id, DrillStep.step == Step.RESET
        )
    )
    return last is not None and scene.at <= last


def _stamp(scene: Scene) -> Outcome:
    drill, at = scene.drill, scene.at
    milestone = _milestone(scene)
    if milestone is None:
        return Outcome.UNKNOWN
    if (refused := _not_running(drill)) is not None:
        return refused
    assert drill.started_at  # noqa: S101 - set with the status
    if at < drill.started_at - SKEW:
        return Outcome.BEFORE_START
    if drill.ended_at is not None and at > drill.ended_at:
        return Outcome.AFTER_END
    if milestone.stamped_at is None:
        return Outcome.KEPT
    return Outcome.EARLIER if at < milestone.stamped_at else Outcome.KEPT_FIRST


def _undo(scene: Scene) -> Outcome:
    milestone = _milestone(scene)
    if milestone is None:
        return Outcome.UNKNOWN
    if scene.drill.status != Status.UNDER_WAY:
        return _not_running(scene.drill) or Outcome.OVER
    stamp = scene.session.scalar(
        select(Entry).where(
            Entry.drill_id == scene.drill.id,
            Entry.client_key == (scene.tap.of or ""),
            Entry.milestone_id == milestone.id,
            Entry.outcome.in_(STANDING | {Outcome.BEFORE_START}),
        )
    )
    if stamp is None:
        return Outcome.NOTHING
    if scene.at - stamp.at > UNDO_WITHIN:
        return Outcome.TOO_LATE
    stamp.outcome = Outcome.UNDONE
    scene.session.flush()
    return Outcome.UNDONE


def _stop(scene: Scene) -> Outcome:
    drill = scene.drill
    if drill.status != Status.UNDER_WAY:
        return _not_running(drill) or Outcome.OVER
    if drill.ended_at is not None:
        return Outcome.JOINED
    last = scene.session.scalar(
        select(func.max(Milestone.stamped_at)).where(Milestone.drill_id == drill.id)
    )
    assert drill.started_at  # noqa: S101 - set with the status
    drill.ended_at = max(scene.at, drill.started_at, last or scene.at)
    scene.session.flush()
    return Outcome.KEPT


def _go_on(scene: Scene) -> Outcome:
    if scene.drill.status != Status.UNDER_WAY:
        return _not_running(scene.drill) or Outcome.OVER
    scene.drill.ended_at = None
    scene.session.flush()
    return Outcome.KEPT


def _others(scene: Scene) -> Outcome:
    if (refused := _not_attended(scene)) is not None:
        return refused
    scene.drill.visitors = scene.tap.visitors
    scene.drill.third_parties = scene.tap.third_parties
    scene.session.flush()
    return Outcome.KEPT


def _attend(scene: Scene) -> Outcome:
    """Sign in, be ticked as present, or be said to be absent."""
    tap, session = scene.tap, scene.session
    if (refused := _not_attended(scene)) is not None:
        return refused
    row = session.scalar(
        select(Attendance).where(
            Attendance.drill_id == scene.drill.id, Attendance.user_id == tap.person_id
        )
    )
    if row is not None and row.at is not None and row.at > scene.at:
        return Outcome.OLDER
    is_present = tap.kind is not EntryKind.ABSENT
    if row is not None and row.how == How.SIGNED and not is_present:
        return Outcome.SIGNED
    if not is_present and attending.is_last(session, scene.drill, {tap.person_id or 0}):
        return Outcome.LAST_PRESENT
    if is_present and not tap.reason and _elsewhere(scene):
        return Outcome.ELSEWHERE
    signature = _signature(scene)
    if signature is None:
        return Outcome.UNREADABLE
    attending.set_presence(
        session, scene.drill, tap.person_id or 0, is_present=is_present,
        how=How.SIGNED if signature else How.TICKED, at=scene.at, by=scene.actor.user_id,
        signature=signature, reason=tap.reason,
    )  # fmt: skip
    return Outcome.KEPT


def _not_running(drill: Drill) -> Outcome | None:
    """Why nothing is stamped now; what was tapped in its course may arrive after its end."""
    if drill.status == Status.PLANNED:
        return Outcome.NOT_BEGUN
    return None if drill.status in (Status.UNDER_WAY, Status.HELD) else Outcome.OVER


def _not_attended(scene: Scene) -> Outcome | None:
    """Why nobody signs in now; on its day they may before it begins and after its end."""
    drill = scene.drill
    if drill.status not in (Status.PLANNED, Status.UNDER_WAY, Status.HELD):
        return Outcome.OVER
    today = clock.local_day(scene.at, scene.actor.timezone)
    if drill.status == Status.PLANNED and today != drill.planned_on:
        return Outcome.NOT_TODAY
    if drill.status != Status.PLANNED and today != drill.held_on and not _in_its_course(scene):
        return Outcome.ANOTHER_DAY
    if scene.tap.kind is EntryKind.OTHERS:
        return None
    return None if _is_of_hall(scene) else Outcome.UNKNOWN


def _in_its_course(scene: Scene) -> bool:
    """Whether a drill that goes on beyond midnight went on still."""
    begun, ended = scene.drill.started_at, scene.drill.ended_at
    return begun is not None and begun <= scene.at <= (ended or begun + LONGEST)


def _is_of_hall(scene: Scene) -> bool:
    wanted = scene.tap.person_id
    people = accounts.list_people(scene.session, scene.drill.site_id)
    return wanted is not None and any(person.id == wanted for person in people)


def _elsewhere(scene: Scene) -> str:
    drill = scene.drill
    start, end = drill.started_at or scene.at, drill.ended_at or scene.now
    return attending.elsewhere(scene.session, drill, scene.tap.person_id or 0, start, end)


def _signature(scene: Scene) -> str | None:
    """What is kept of the signature; nothing where none is asked for, `None` for a scrawl."""
    if scene.tap.kind is not EntryKind.SIGN:
        return ""
    ink = scene.tap.ink
    given = scene.signature or (Drawn(ink.strokes, ink.w, ink.h) if ink else None)
    if given is None:
        return None
    try:
        return keep_signature(scene.session, scene.tap.person_id or 0, given)
    except (SignatureInvalid, SignatureNotOwnName):
        return None


def _milestone(scene: Scene) -> Milestone | None:
    found = scene.session.get(Milestone, scene.tap.milestone_id or 0, populate_existing=True)
    return found if found is not None and found.drill_id == scene.drill.id else None


def settle_all(session: Session, drill: Drill) -> None:
    """Judge all stamps anew from an earlier start; what lay before the later one counts now."""
    assert drill.started_at  # noqa: S101 - it was started
    early = (
        update(Entry)
        .where(
            Entry.drill_id == drill.id,
            Entry.kind == EntryKind.STAMP,
            Entry.outcome == Outcome.BEFORE_START,
            Entry.at >= drill.started_at - SKEW,
        )
        .values(outcome=Outcome.KEPT)
    )
    session.execute(early)
    for milestone in moments_of(session, drill.id):
        settle(session, milestone.id)


def settle(session: Session, milestone_id: int) -> None:
    """Give a milestone the earliest stamp that stands, unless it was put right by hand."""
    milestone = session.get_one(Milestone, milestone_id)
    if milestone.corrected:
        return
    first = session.scalars(
        select(Entry)
        .where(
            Entry.milestone_id == milestone_id,
            Entry.kind == EntryKind.STAMP,
            Entry.outcome.in_(STANDING),
        )
        .order_by(Entry.at, Entry.id)
        .limit(1)
    ).one_or_none()
    drill = session.get_one(Drill, milestone.drill_id)
    begun = drill.started_at
    milestone.stamped_at = max(first.at, begun) if first and begun else None
    milestone.stamped_by = first.user_id if first else None
    session.flush()


HANDLERS: Final[Mapping[EntryKind, Callable[[Scene], Outcome]]] = {
    EntryKind.START: _start,
    EntryKind.STAMP: _stamp,
    EntryKind.UNDO: _undo,
    EntryKind.STOP: _stop,
    EntryKind.GO_ON: _go_on,
    EntryKind.OTHERS: _others,
    EntryKind.SIGN: _attend,
    EntryKind.PRESENT: _attend,
    EntryKind.ABSENT: _attend,
}
