"""One answer of one tablet: two statements and a look, as on a patrol.

The number of an entry under its token is its key: the same entry again gives the same receipt. A
gap, or another entry with a number that is taken, is refused with the number expected: two tabs of
one browser share a token and may count by themselves. The row of the attempt is the lock of all
that hangs on it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Row, Table, bindparam, select, update
from sqlalchemy.orm import Session

from drills.exams import scoring
from drills.exams.entries import Entry
from drills.exams.errors import (
    AnswersMissing,
    AttemptOver,
    NoSuchQuestion,
    SequenceGap,
    TakenOver,
    TimeOver,
    TokenUnknown,
)
from drills.exams.models import Attempt, AttemptToken, Ending
from drills.exams.service import marking
from drills.exams.service.sitting import hash_of
from drills.exams.timing import Arrival, Clock, arrival
from safety_app.accounts import service as accounts
from safety_app.core import journal

_TOKENS, _ATTEMPTS = (cast(Table, model.__table__) for model in (AttemptToken, Attempt))
_token, _attempt = _TOKENS.c, _ATTEMPTS.c
_FIND: Final = (
    select(
        _token.id.label("token_id"), _token.attempt_id, _token.last_seq, _token.replaced_at,
        _token.device_id, _attempt.user_id, _attempt.answers, _attempt.marks, _attempt.late,
        _attempt.deadline, _attempt.closes_at, _attempt.seen_at, _attempt.submitted_at,
    )
    .join_from(_TOKENS, _ATTEMPTS, _attempt.id == _token.attempt_id)
    .where(_token.token_hash == bindparam("token_hash"))
)  # fmt: skip
_LOCK: Final = select(_attempt.id).where(_attempt.id == bindparam("wanted")).with_for_update()
_ANSWER: Final = (
    update(_ATTEMPTS)
    .where(_attempt.id == bindparam("attempt"))
    .values(
        answers=bindparam("new"), marks=bindparam("noted"), late=bindparam("arrived_late"),
        seen_at=bindparam("seen"),
    )
)  # fmt: skip
_SEEN: Final = (
    update(_ATTEMPTS).where(_attempt.id == bindparam("attempt")).values(seen_at=bindparam("seen"))
)
_COUNT: Final = (
    update(_TOKENS).where(_token.id == bindparam("token")).values(last_seq=bindparam("seq"))
)
Found = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the tablet may believe: entry `seq` is on disk. `taken_over`: go on elsewhere."""

    seq: int
    saved: int
    total: int
    deadline: datetime
    taken_over: bool = False


@dataclass(frozen=True, slots=True)
class Alive:
    """How the attempt stands for a tablet that asks."""

    deadline: datetime
    closes_at: datetime
    is_over: bool
    taken_over: bool


def record(
    session: Session, token: str, entry: Entry, *, attempt_id: int, now: datetime
) -> Receipt:
    """Keep one answer. What is kept already gets its receipt again; a gap is refused."""
    found = _find(session, token, attempt_id)
    if entry.seq <= found.last_seq and _is_kept(found, entry):
        return _receipt(found, entry.seq, found.answers)
    if entry.seq != found.last_seq + 1:
        raise SequenceGap(expected=found.last_seq + 1)
    if found.submitted_at is not None:
        raise AttemptOver()
    if entry.place >= len(found.answers):
        raise NoSuchQuestion()
    came = _arrived(found, entry, now)
    if found.replaced_at is not None:
        return _beside(session, found, entry, came)
    if came is Arrival.REFUSED:
        raise TimeOver()
    answers = scoring.with_answer(found.answers, entry.place, scoring.char_of(entry.choice))
    _write(session, found, answers, entry, came, seen=now)
    return _receipt(found, entry.seq, answers)


def alive(session: Session, token: str, *, attempt_id: int, now: datetime) -> Alive:
    """Note a sign of life of the tablet that holds the attempt, and say how it stands."""
    found = _find(session, token, attempt_id)
    is_over = found.submitted_at is not None or now >= found.closes_at
    taken_over = found.replaced_at is not None
    if not is_over and not taken_over:
        session.connection().execute(_SEEN, {"attempt": found.attempt_id, "seen": now})
    return Alive(found.deadline, found.closes_at, is_over, taken_over)


def submit(
    session: Session, token: str, *, attempt_id: int, last_seq: int, now: datetime
) -> Attempt:
    """Hand the exam in, for good; once more gives the same. Nothing may be on the way still."""
    journal.lock(session)
    found = _find(session, token, attempt_id)
    attempt = session.get_one(Attempt, found.attempt_id, populate_existing=True)
    if attempt.submitted_at is not None:
        return attempt
    ended = now >= found.closes_at
    if found.replaced_at is not None:
        raise TakenOver()
    if not ended and last_seq != found.last_seq:
        raise AnswersMissing()
    actor = accounts.actor_for(session, found.user_id, device_id=found.device_id, now=now)
    ending = Ending.TIME if now >= found.deadline else Ending.CANDIDATE
    marking.finish(session, attempt, actor, ending=ending, now=now)
    return attempt


def _find(session: Session, token: str, attempt_id: int) -> Found:
    """The token's row with its attempt, locked. Raises `TokenUnknown`, also for another one's."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":  # SQLite has one writer anyway
        connection.execute(_LOCK, {"wanted": attempt_id})
    found: Found | None = connection.execute(_FIND, {"token_hash": hash_of(token)}).one_or_none()
    if found is None or found.attempt_id != attempt_id:
        raise TokenUnknown()
    return found


def _is_kept(found: Found, entry: Entry) -> bool:
    """Whether the record says what the entry says.

    A tablet sends one entry after the other, so one whose receipt was lost is the last of all.
    """
    if entry.place >= len(found.answers):
        return False
    kept = found.answers[entry.place], found.marks[entry.place] != scoring.NONE
    return bool(kept == (scoring.char_of(entry.choice), entry.marked))


def _arrived(found: Found, entry: Entry, now: datetime) -> Arrival:
    grace = found.closes_at - found.deadline
    return arrival(Clock(found.deadline, found.seen_at, grace), entry.client_at, now)


def _beside(session: Session, found: Found, entry: Entry, came: Arrival) -> Receipt:
    """What was given here before another tablet took over fills what is unanswered there."""
    was_before = entry.client_at is not None and entry.client_at < found.replaced_at
    is_free = found.answers[entry.place] == scoring.NONE
    if came is not Arrival.REFUSED and was_before and is_free and entry.choice:
        answers = scoring.with_answer(found.answers, entry.place, scoring.char_of(entry.choice))
        _write(session, found, answers, entry, came, seen=found.seen_at)
        return _receipt(found, entry.seq, answers, taken_over=True)
    session.connection().execute(_COUNT, {"token": found.token_id, "seq": entry.seq})
    return _receipt(found, entry.seq, found.answers, taken_over=True)


def _write(
    session: Session, found: Found, answers: str, entry: Entry, came: Arrival, *, seen: datetime
) -> None:
    connection = session.connection()
    marks = scoring.with_answer(found.marks, entry.place, "1" if entry.marked else scoring.NONE)
    late = found.late + (came is Arrival.LATE)
    facts = {
        "attempt": found.attempt_id, "new": answers, "noted": marks, "arrived_late": late,
        "seen": seen,
    }  # fmt: skip
    connection.execute(_ANSWER, facts)
    connection.execute(_COUNT, {"token": found.token_id, "seq": entry.seq})


def _receipt(found: Found, seq: int, answers: str, *, taken_over: bool = False) -> Receipt:
    saved = len(answers) - answers.count(scoring.NONE)
    beside = taken_over or found.replaced_at is not None
    return Receipt(seq, saved, len(answers), found.deadline, taken_over=beside)
