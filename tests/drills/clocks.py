"""A tablet with the stopwatch of a drill in its hands."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Final

from sqlalchemy.orm import Session

from drills import service
from drills.entries import Ink, Tap
from drills.models import Drill, EntryKind, Milestone
from drills.service import clock
from safety_app.core.access import Actor
from tests.cast import NOW, Cast

STROKES: Final = [[[10.0, 10.0], [200.0, 60.0], [40.0, 80.0]]]
_numbers = count(1)


def after(seconds: float) -> datetime:
    """A moment so long after the drill began."""
    return NOW + timedelta(seconds=seconds)


@dataclass
class Tablet:
    """What one person sends from one tablet, at seconds from the usual start."""

    session: Session
    drill: Drill
    token: str
    keys: list[str] = field(default_factory=list)

    def send(
        self, kind: EntryKind, at: float = 0, *, arrives: float | None = None, **facts: Any
    ) -> clock.Kept:
        """Send one tap that happened at `at` and arrives at once or later."""
        key = facts.pop("key", "") or f"tablet-{next(_numbers):04d}"
        self.keys.append(key)
        moment = int(after(at).timestamp() * 1000)
        tap = Tap(key=key, kind=kind, at=moment, **facts)
        now = after(at if arrives is None else arrives)
        return clock.record(self.session, self.token, tap, now=now)

    def start(self, at: float = 0) -> clock.Kept:
        return self.send(EntryKind.START, at)

    def stamp(self, code: str, at: float, **facts: Any) -> clock.Kept:
        milestone = moment_of(self.session, self.drill, code)
        return self.send(EntryKind.STAMP, at, milestone_id=milestone.id, **facts)

    def undo(self, code: str, at: float, of: str) -> clock.Kept:
        milestone = moment_of(self.session, self.drill, code)
        return self.send(EntryKind.UNDO, at, milestone_id=milestone.id, of=of)

    def stop(self, at: float) -> clock.Kept:
        return self.send(EntryKind.STOP, at)

    def sign(self, person: Actor, at: float = 400, **facts: Any) -> clock.Kept:
        ink = Ink(strokes=STROKES, w=300, h=100)
        return self.send(EntryKind.SIGN, at, person_id=person.user_id, ink=ink, **facts)

    def present(self, person: Actor, at: float = 400, **facts: Any) -> clock.Kept:
        return self.send(EntryKind.PRESENT, at, person_id=person.user_id, **facts)

    def absent(self, person: Actor, at: float = 400, **facts: Any) -> clock.Kept:
        return self.send(EntryKind.ABSENT, at, person_id=person.user_id, **facts)


def tablet(
    session: Session, drill: Drill, actor: Actor, *, at: float = 0, held: str | None = None
) -> Tablet:
    """A tablet that has opened the stopwatch."""
    _drill, token = clock.open_clock(session, actor, drill.code, held_token=held, now=after(at))
    return Tablet(session, drill, token)


def moment_of(session: Session, drill: Drill, code: str) -> Milestone:
    """The milestone with this code."""
    return next(one for one in service.moments_of(session, drill.id) if one.code == code)


def seconds_of(session: Session, drill: Drill, code: str) -> float | None:
    """When a milestone was stamped, from the start."""
    session.expire_all()
    found = moment_of(session, drill, code)
    if found.stamped_at is None or drill.started_at is None:
        return None
    return (found.stamped_at - drill.started_at).total_seconds()


def held(
    session: Session,
    hall: Cast,
    drill: Drill,
    *,
    present: Sequence[Actor] = (),
    minutes: float = 10,
    at: float = 0,
    by: Actor | None = None,
) -> Drill:
    """The same drill held and finished, with these people there."""
    holder = by or hall.lead
    here = tablet(session, drill, holder, at=at)
    here.start(at)
    for person in present or (hall.staff, hall.lead):
        here.sign(person, at=at + 5)
    here.stop(at + minutes * 60)
    return service.finish(session, holder, drill.id, now=after(at + minutes * 60 + 5))
