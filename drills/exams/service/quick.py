"""The ordinary answer on SQLite, by the driver itself: one look and two updates.

The same as `answering.record` for an answer that comes in its turn and in time; whatever is out of
the ordinary in the least is left to that, which knows all rules.
"""

from datetime import UTC, datetime
from typing import Any, Final

from drills.exams import scoring
from drills.exams.entries import Entry
from drills.exams.service.answering import Receipt
from drills.exams.service.sitting import hash_of

_FIND: Final = (
    "SELECT t.id, t.last_seq, a.id, a.answers, a.marks, a.deadline"
    " FROM exam_tokens t JOIN exam_attempts a ON a.id = t.attempt_id"
    " WHERE t.token_hash = ? AND t.replaced_at IS NULL AND a.submitted_at IS NULL"
)
_ANSWER: Final = "UPDATE exam_attempts SET answers = ?, marks = ?, seen_at = ? WHERE id = ?"
_COUNT: Final = "UPDATE exam_tokens SET last_seq = ? WHERE id = ?"


def record(
    driver: Any, token: str, entry: Entry, *, attempt_id: int, now: datetime
) -> Receipt | None:
    """Keep an answer that comes in its turn; `None`, and nothing done, for anything else."""
    row = driver.execute(_FIND, (hash_of(token),)).fetchone()
    if row is None:
        return None
    token_id, last_seq, found_id, answers, marks, deadline = row
    moment = _text(now)
    in_turn = found_id == attempt_id and entry.seq == last_seq + 1 and moment < deadline
    if not in_turn or entry.place >= len(answers):
        return None
    answers = scoring.with_answer(answers, entry.place, scoring.char_of(entry.choice))
    marks = scoring.with_answer(marks, entry.place, "1" if entry.marked else scoring.NONE)
    driver.execute(_ANSWER, (answers, marks, moment, found_id))
    driver.execute(_COUNT, (entry.seq, token_id))
    saved = len(answers) - answers.count(scoring.NONE)
    return Receipt(entry.seq, saved, len(answers), _moment(deadline))


def _text(moment: datetime) -> str:
    """As `UtcDateTime` is kept on SQLite."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
