"""The stopwatch of a drill: opening it on a tablet, and keeping what is tapped there.

Every tap is kept as it came, with what became of it; the same key again gives the same answer.
Several tablets may run one drill: they share one clock, the earliest stamp of a milestone counts.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import String, cast, literal, select, update
from sqlalchemy.orm import Session

from drills.entries import SENTENCES, STANDING, Outcome, Tap
from drills.errors import ClockUnknown, OtherDay, StepNotPossible
from drills.lifecycle import require
from drills.models import (
    STATUS_NAMES,
    ClockToken,
    Drill,
    Entry,
    EntryKind,
    Milestone,
    Status,
    Step,
)
from drills.service import attending, clock_taps
from drills.service.loading import by_code
from safety_app.accounts import service as accounts
from safety_app.accounts.service import Signature
from safety_app.core import clock, journal
from safety_app.core.access import Actor
from safety_app.core.i18n import _, bilingual, day_text

AHEAD: Final = timedelta(seconds=3)
"""So far a tablet's clock may be before the server's; what is later was tapped now."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a tap, and the sentence that says so where it was not simply kept."""

    outcome: Outcome
    message: str
    drill_id: int


def open_clock(
    session: Session, actor: Actor, code: str, *, held_token: str | None = None, now: datetime
) -> tuple[Drill, str]:
    """Leave to write the stopwatch of a drill that is planned for today, or under way.

    A token that this person holds on this tablet from before is kept, so that a reload strands
    nothing that waits in the queue.
    """
    journal.lock(session)
    drill = by_code(session, actor, code)
    today = clock.local_day(now, actor.timezone)
    if drill.status == Status.PLANNED:
        require(session, actor, drill, Step.START)
        if drill.planned_on != today:
            raise OtherDay(day=day_text(drill.planned_on, year=True))
        attending.expect(session, drill, today)
    elif drill.status == Status.UNDER_WAY:
        require(session, actor, drill, Step.FINISH)
    else:
        raise StepNotPossible(code=drill.code, status=STATUS_NAMES[drill.status])
    if held_token and _holds(session, actor, drill, held_token):
        return drill, held_token
    token = secrets.token_urlsafe(32)
    session.add(
        ClockToken(
            site_id=drill.site_id,
            drill_id=drill.id,
            user_id=actor.user_id,
            device_id=actor.device_id,
            token_hash=_hash_of(token),
            opened_at=now,
        )
    )
    session.flush()
    journal.write(session, actor, "drills:open_clock", "drill", drill.id, now=now)
    return drill, token


def record(
    session: Session,
    token: str,
    tap: Tap,
    *,
    signature: Signature | None = None,
    now: datetime,
) -> Kept:
    """Keep one tap and judge it. A `signature` that was proved elsewhere goes before the ink."""
    journal.lock(session)
    held = _held(session, token)
    drill = session.scalars(
        select(Drill)
        .where(Drill.id == held.drill_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    known = session.scalar(
        select(Entry).where(Entry.drill_id == drill.id, Entry.client_key == tap.key)
    )
    if known is not None:
        return _kept(session, drill, known, tap)
    actor = accounts.actor_for(session, held.user_id, device_id=held.device_id, now=now)
    at = now if tap.moment > now + AHEAD else min(tap.moment, now)
    entry = Entry(
        site_id=drill.site_id,
        drill_id=drill.id,
        client_key=tap.key,
        kind=tap.kind,
        at=at,
        received_at=now,
        user_id=held.user_id,
        device_id=held.device_id,
    )
    scene = clock_taps.Scene(session, drill, actor, tap, at, now, signature)
    entry.outcome = clock_taps.HANDLERS[tap.kind](scene)
    entry.milestone_id = tap.milestone_id if entry.outcome != Outcome.UNKNOWN else None
    entry.person_id = tap.person_id if entry.outcome != Outcome.UNKNOWN else None
    session.add(entry)
    session.flush()
    if tap.kind in (EntryKind.STAMP, EntryKind.UNDO) and entry.milestone_id:
        clock_taps.settle(session, entry.milestone_id)
    if entry.outcome == Outcome.BEGUN_EARLIER:
        clock_taps.settle_all(session, drill)
    journal.write(
        session, actor, f"drills:clock_{tap.kind}", "drill", drill.id, now=now,
        facts={**tap.model_dump(exclude={"ink"}), "outcome": entry.outcome},
    )  # fmt: skip
    return _kept(session, drill, entry, tap)


def drill_of(session: Session, token: str) -> Drill:
    """The drill that a token may write; raises `ClockUnknown`."""
    return session.get_one(Drill, _held(session, token).drill_id)


def actor_of_token(session: Session, token: str, now: datetime) -> Actor:
    """In whose name a token writes."""
    held = _held(session, token)
    return accounts.actor_for(session, held.user_id, device_id=held.device_id, now=now)


def forget_device(session: Session, device_id: int, _now: datetime) -> None:
    """Nothing more is taken from a tablet that was lost: its tokens are nobody's."""
    session.execute(
        update(ClockToken)
        .where(ClockToken.device_id == device_id)
        .values(token_hash=literal("revoked ") + cast(ClockToken.id, String))
        .execution_options(synchronize_session=False)
    )


def standing_stamps(session: Session, drill_id: int) -> dict[int, Entry]:
    """The tap that each stamped milestone has its time from, by the milestone."""
    query = (
        select(Entry)
        .where(
            Entry.drill_id == drill_id,
            Entry.kind == EntryKind.STAMP,
            Entry.outcome.in_(STANDING),
        )
        .order_by(Entry.at.desc(), Entry.id.desc())
    )
    return {one.milestone_id: one for one in session.scalars(query) if one.milestone_id}


# ---------------------------------------------------------------- what is said of it


def _kept(session: Session, drill: Drill, entry: Entry, tap: Tap) -> Kept:
    outcome = Outcome(entry.outcome)
    sentence = SENTENCES.get(outcome, "")
    message = _(sentence, **_places(session, drill, entry, tap)) if sentence else ""
    return Kept(outcome, message, drill.id)


def _places(session: Session, drill: Drill, entry: Entry, tap: Tap) -> dict[str, Any]:
    """The names that the sentences may ask for."""
    milestone = session.get(Milestone, entry.milestone_id) if entry.milestone_id else None
    who = milestone.stamped_by if milestone else _starter(session, drill)
    when = milestone.stamped_at if milestone else drill.started_at
    names = accounts.names(session, [who, entry.person_id])
    zone = clock.zone(accounts.actor_for(session, entry.user_id).timezone)
    there = drill.ended_at or entry.received_at
    person = entry.person_id
    return {
        "what": bilingual(milestone.name, milestone.name_en) if milestone else "",
        "name": names.get(who or 0, "–"),
        "time": f"{when.astimezone(zone):%H:%M:%S}" if when else "–",
        "person": names.get(person or 0, "–"),
        "where": attending.elsewhere(
            session, drill, person, drill.started_at or entry.at, there
        ) if person and entry.outcome == Outcome.ELSEWHERE else "",
    }  # fmt: skip


def _starter(session: Session, drill: Drill) -> int | None:
    """Who started the clock that runs."""
    return session.scalar(
        select(Entry.user_id)
        .where(
            Entry.drill_id == drill.id,
            Entry.kind == EntryKind.START,
            Entry.outcome.in_(STANDING),
        )
        .order_by(Entry.at, Entry.id)
        .limit(1)
    )


def _holds(session: Session, actor: Actor, drill: Drill, token: str) -> bool:
    held = session.scalar(select(ClockToken).where(ClockToken.token_hash == _hash_of(token)))
    return held is not None and (held.drill_id, held.user_id, held.device_id) == (
        drill.id,
        actor.user_id,
        actor.device_id,
    )


def _held(session: Session, token: str) -> ClockToken:
    found = session.scalar(select(ClockToken).where(ClockToken.token_hash == _hash_of(token)))
    if found is None:
        raise ClockUnknown()
    return found


def _hash_of(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
