"""The ordinary answer on SQLite, by the driver itself: one look and two updates.

Most entries say that the next item is in order. For these `recording.record` spends most of its
time on the way to the database. Here the same is done without a session; whatever is out of the
ordinary in the least is left to `record`, which knows all rules.
"""

from datetime import UTC, datetime
from typing import Any, Final

from checklists.entries import Entry
from checklists.models import Answer
from checklists.service.judging import answers_it
from checklists.service.recording import Receipt, hash_of

_FIND: Final = (
    "SELECT t.id, t.run_id, t.last_seq, t.expires_at, r.answers, i.position, i.answer,"
    " coalesce(k.closes_at, r.closes_at)"
    " FROM run_tokens t JOIN runs r ON r.id = t.run_id"
    " LEFT JOIN tasks k ON k.id = r.task_id"
    " JOIN template_items i ON i.id = ? AND i.part_id = r.part_id"
    " WHERE t.token_hash = ? AND t.replaced_at IS NULL AND r.submitted_at IS NULL"
)
_ANSWER: Final = "UPDATE runs SET answers = ?, last_client_at = ?, last_answer_at = ? WHERE id = ?"
_COUNT: Final = "UPDATE run_tokens SET last_seq = ? WHERE id = ?"


def record(driver: Any, token: str, entry: Entry, *, run_id: int, now: datetime) -> Receipt | None:
    """Keep a bare answer that comes in its turn; `None`, and nothing done, for anything else."""
    if not entry.is_bare or entry.item_id is None:
        return None
    row = driver.execute(_FIND, (entry.item_id, hash_of(token))).fetchone()
    if row is None:
        return None
    token_id, found_id, last_seq, expires_at, answers, position, asked, closes_at = row
    moment = _text(now)
    in_turn = (
        found_id == run_id and entry.seq == last_seq + 1 and moment < min(expires_at, closes_at)
    )
    if not in_turn or answers[position] not in (Answer.NONE, entry.value):
        return None
    if not answers_it(entry.value, asked):
        return None
    answers = answers[:position] + entry.value + answers[position + 1 :]
    client_at = _text(entry.client_at) if entry.client_at else None
    driver.execute(_ANSWER, (answers, client_at, moment, found_id))
    driver.execute(_COUNT, (entry.seq, token_id))
    return Receipt(entry.seq, len(answers) - answers.count(Answer.NONE), len(answers))


def _text(moment: datetime) -> str:
    """As `UtcDateTime` is kept on SQLite."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
