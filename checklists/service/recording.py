"""One answer of one tablet: the busiest path of the house, two statements and a look.

A run's row is locked while an answer is added, so two tablets never undo each other. What comes
with a token that was replaced, or after the run was submitted, is kept beside the run; so is
what would change, after the sheet has closed, what was known by then.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Row, Table, bindparam, func, select, update
from sqlalchemy.orm import Session

from checklists import flows
from checklists.entries import Entry
from checklists.errors import (
    RunSubmitted,
    RunTokenExpired,
    RunTokenUnknown,
    SequenceGap,
    UnknownChoice,
    UnknownItem,
)
from checklists.models import (
    Answer,
    Disposal,
    Finding,
    LateEntry,
    Run,
    RunToken,
    Task,
    TemplateItem,
)
from checklists.service.judging import judged
from hazards.service import Level
from safety_app.accounts import service as accounts
from safety_app.core import clock, journal
from safety_app.core.errors import AppError
from safety_app.workplace import service as workplace

_TOKENS, _RUNS, _TASKS, _ITEMS = (
    cast(Table, model.__table__) for model in (RunToken, Run, Task, TemplateItem)
)
_token, _run, _task, _item = _TOKENS.c, _RUNS.c, _TASKS.c, _ITEMS.c
_FIND: Final = (
    select(
        _token.id.label("token_id"), _token.run_id, _token.site_id, _token.user_id,
        _token.device_id, _token.last_seq, _token.expires_at, _token.replaced_at,
        _run.answers, _run.submitted_at, _run.task_id, _run.subject,
        func.coalesce(_task.closes_at, _run.closes_at).label("closes_at"),
        _item.id.label("item_id"), _item.position, _item.code, _item.unit, _item.low, _item.high,
        _item.answer.label("asked"),
    )
    .join_from(_TOKENS, _RUNS, _run.id == _token.run_id)
    .outerjoin(_TASKS, _task.id == _run.task_id)
    .outerjoin(
        _ITEMS,
        (_item.id == bindparam("wanted")) & (_item.part_id == _run.part_id),
    )
    .where(_token.token_hash == bindparam("token_hash"))
)  # fmt: skip
# The run's row is the lock of all that hangs on it; whoever opens a run takes it first too.
_LOCK: Final = (
    select(_run.id)
    .where(_run.id == select(_token.run_id).where(_token.token_hash == bindparam("token_hash"))
           .scalar_subquery())
    .with_for_update()
)  # fmt: skip
_ANSWER: Final = (
    update(_RUNS)
    .where(_run.id == bindparam("run"))
    .values(
        answers=bindparam("new"),
        last_client_at=bindparam("client_at"),
        last_answer_at=bindparam("now"),
    )
)
_COUNT: Final = (
    update(_TOKENS).where(_token.id == bindparam("token")).values(last_seq=bindparam("seq"))
)
HAZARD_NUMBER: Final = "hazard_number"
"""In the body of a late entry: what was registered of it."""

Found = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the tablet may believe: entry `seq` is on disk.

    `refused` is raised by the edge once the transaction that kept the entry is committed.
    """

    seq: int
    saved: int
    total: int
    hazard_number: str | None = None
    beside: bool = False
    by_name: str = ""
    refused: AppError | None = None


def hash_of(token: str) -> str:
    """What the database keeps of a run token."""
    return hashlib.sha256(token.encode()).hexdigest()


def record(
    session: Session, token: str, entry: Entry, *, run_id: int | None = None, now: datetime
) -> Receipt:
    """Keep one answer. The same `seq` again gives the same receipt; a gap is refused."""
    if _may_raise(entry):
        journal.lock(session)
    found = find_token(session, token, entry.item_id, run_id)
    receipt = check_turn(session, found, entry, entry.seq, now)
    if receipt:
        return receipt
    if entry.item_id is None:
        if entry.client_key is None:
            raise UnknownItem()
        answers = found.answers
    else:
        if found.position is None:
            raise UnknownItem()
        entry = judged(session, found, entry)
        value = entry.value
        if found.answers[found.position] == Answer.FAIL != value and _stays(session, found, entry):
            value = Answer.FAIL
        answers = _with(found.answers, found.position, value)
    if is_closed(found, now) and _is_settled(session, found, entry, now):
        number = _keep_beside(session, found, entry, entry.seq, now)
        return _receipt(entry.seq, found.answers, number, beside=True)
    connection = session.connection()
    facts = {"run": found.run_id, "new": answers, "client_at": entry.client_at, "now": now}
    connection.execute(_ANSWER, facts)
    connection.execute(_COUNT, {"token": found.token_id, "seq": entry.seq})
    number = _keep_finding(session, found, entry, now=now)
    return _receipt(entry.seq, answers, number)


def find_token(
    session: Session, token: str, item_id: int | None, run_id: int | None = None
) -> Found:
    """The token's row with its run, task and, if it is on the sheet, the item; locked.

    Raises `RunTokenUnknown`, also where the token belongs to another run than `run_id`.
    """
    if not 20 <= len(token) <= 100:
        raise RunTokenUnknown()
    connection = session.connection()
    wanted = {"token_hash": hash_of(token), "wanted": item_id}
    if connection.dialect.name == "postgresql":  # SQLite has one writer anyway
        connection.execute(_LOCK, {"token_hash": wanted["token_hash"]})
    found: Found | None = connection.execute(_FIND, wanted).one_or_none()
    if found is None or run_id not in (None, found.run_id):
        raise RunTokenUnknown()
    return found


def check_turn(
    session: Session,
    found: Found,
    entry: Entry,
    seq: int,
    now: datetime,
    photo_key: str | None = None,
) -> Receipt | None:
    """The receipt of what is not added to the run: sent before, too late, from a lost tablet."""
    beside = found.replaced_at is not None
    again = seq <= found.last_seq
    if not again and seq != found.last_seq + 1:
        raise SequenceGap(expected=found.last_seq + 1)
    refused: AppError | None = None
    if now >= found.expires_at:
        refused = RunTokenExpired()
    elif found.submitted_at is not None and not beside:
        refused = RunSubmitted()
    kept = _kept_beside(session, found.token_id, seq) if again else None
    if again and kept is None:
        return _again(session, found, entry, seq)
    if kept is None and not beside and refused is None:
        return None
    number = (
        _keep_beside(session, found, entry, seq, now, photo_key) if kept is None else _told(kept)
    )
    by_name = _holder(session, found.run_id) if beside else ""
    is_beside = beside or refused is None
    return _receipt(seq, found.answers, number, beside=is_beside, by_name=by_name, refused=refused)


def is_closed(found: Found, now: datetime) -> bool:
    """Whether the time of the sheet is over, so that its figures stand."""
    return found.closes_at is not None and now >= found.closes_at


def _is_settled(session: Session, found: Found, entry: Entry, now: datetime) -> bool:
    """Whether the entry would change after closing what the sheet said.

    What came new after closing may be completed on the same day: a tablet that was out of reach
    hands over its entries one by one, and no month ends within a day.
    """
    finding = find_finding(session, found.run_id, entry)
    if entry.item_id is None:
        value = finding.value if finding else Answer.NONE
    else:
        value = found.answers[found.position]
    if value == Answer.NONE or (entry.is_bare and entry.value == value):
        return False
    if finding is None or finding.at < found.closes_at:
        return True
    zone = workplace.site(session, found.site_id).timezone
    return clock.local_day(finding.at, zone) != clock.local_day(now, zone)


def _again(session: Session, found: Found, entry: Entry, seq: int) -> Receipt:
    return _receipt(seq, found.answers, _number(session, found, entry))


def _kept_beside(session: Session, token_id: int, seq: int) -> LateEntry | None:
    return session.scalar(
        select(LateEntry).where(LateEntry.token_id == token_id, LateEntry.seq == seq)
    )


def _told(kept: LateEntry) -> str | None:
    number = kept.body.get(HAZARD_NUMBER)
    return str(number) if number else None


def advance(session: Session, found: Found, seq: int) -> None:
    """Count `seq` as arrived."""
    session.connection().execute(_COUNT, {"token": found.token_id, "seq": seq})


def find_finding(session: Session, run_id: int, entry: Entry) -> Finding | None:
    """The finding that an entry writes to."""
    query = select(Finding).where(Finding.run_id == run_id)
    if entry.item_id is not None:
        return session.scalar(query.where(Finding.item_id == entry.item_id))
    return session.scalar(query.where(Finding.client_key == entry.client_key))


def make_finding(session: Session, found: Found, entry: Entry, now: datetime) -> Finding:
    """The entry's finding, new or as it stands now."""
    finding = find_finding(session, found.run_id, entry)
    if finding is None:
        finding = new_finding(found.site_id, found.run_id, found.user_id, entry, now)
        session.add(finding)
    else:
        _overwrite(finding, entry, found.user_id, now)
    session.flush()
    return finding


def _keep_finding(session: Session, found: Found, entry: Entry, *, now: datetime) -> str | None:
    """Keep what is more than an answer; returns the number of its hazard, if it has one."""
    before = "F" if entry.item_id is None else found.answers[found.position]
    if entry.is_bare and before in (Answer.NONE, entry.value):
        return None
    if entry.is_bare and find_finding(session, found.run_id, entry) is None:
        return None
    if is_closed(found, now):
        flows.sweep_again(session, found.task_id)
    if entry.item_id is None and entry.disposal in (Disposal.SCRAP, Disposal.TASK):
        raise UnknownChoice()
    finding = make_finding(session, found, entry, now)
    if _may_raise(entry) and finding.hazard_id is None:
        actor = accounts.actor_for(session, found.user_id, device_id=found.device_id)
        flows.raise_if_urgent(session, actor, finding, now=now)
    return finding.hazard_number


def _may_raise(entry: Entry) -> bool:
    """Whether the entry may be an urgent hazard, which is registered at once."""
    is_other = entry.item_id is None and entry.disposal is None
    return (
        entry.value is Answer.FAIL
        and (entry.disposal is Disposal.HAZARD or is_other)
        and entry.level in (None, Level.URGENT)
    )


def new_finding(site_id: int, run_id: int, user_id: int, entry: Entry, now: datetime) -> Finding:
    """A finding that is not in the database yet."""
    finding = Finding(
        site_id=site_id,
        run_id=run_id,
        item_id=entry.item_id,
        client_key=None if entry.item_id is not None else entry.client_key,
    )
    _overwrite(finding, entry, user_id, now)
    return finding


def _stays(session: Session, found: Found, entry: Entry) -> bool:
    """Whether the item's problem is registered already, so that it stays one."""
    finding = find_finding(session, found.run_id, entry)
    return finding is not None and finding.hazard_id is not None


def _overwrite(finding: Finding, entry: Entry, user_id: int, now: datetime) -> None:
    if finding.hazard_id is not None:
        # Nothing but words is added: the rest is changed on the hazard itself.
        if entry.note:
            finding.note, finding.client_at, finding.by = entry.note, entry.client_at, user_id
        return
    if finding.item_id is None and entry.value not in (Answer.FAIL, Answer.NONE):
        raise UnknownChoice()
    finding.value = entry.value
    finding.at, finding.client_at, finding.by = now, entry.client_at, user_id
    finding.what, finding.note = entry.what, entry.note
    finding.reason, finding.number = entry.reason or "", entry.number
    finding.disposal = entry.disposal
    finding.level, finding.level_reason = entry.level, entry.level_reason
    finding.category = entry.category


def _with(answers: str, position: int, value: str) -> str:
    return answers[:position] + value + answers[position + 1 :]


def _receipt(
    seq: int,
    answers: str,
    number: str | None,
    *,
    beside: bool = False,
    by_name: str = "",
    refused: AppError | None = None,
) -> Receipt:
    saved = len(answers) - answers.count(Answer.NONE)
    return Receipt(seq, saved, len(answers), number, beside, by_name, refused)


def _number(session: Session, found: Found, entry: Entry) -> str | None:
    if entry.is_bare and found.position is not None and found.answers[found.position] != "F":
        return None
    finding = find_finding(session, found.run_id, entry)
    return finding.hazard_number if finding else None


def _holder(session: Session, run_id: int) -> str:
    user_id = session.scalar(
        select(RunToken.user_id).where(RunToken.run_id == run_id, RunToken.replaced_at.is_(None))
    )
    return accounts.names(session, [user_id]).get(user_id or 0, "")


def _keep_beside(
    session: Session,
    found: Found,
    entry: Entry,
    seq: int,
    now: datetime,
    photo_key: str | None = None,
) -> str | None:
    """Keep what does not enter the run; an urgent hazard in it is registered all the same."""
    number = None
    known = entry.client_key if entry.item_id is None else found.item_id
    if _may_raise(entry) and known and now < found.expires_at:
        finding = new_finding(found.site_id, found.run_id, found.user_id, entry, now)
        actor = accounts.actor_for(session, found.user_id, device_id=found.device_id)
        number = flows.raise_beside(session, actor, finding, now=now)
    session.add(
        LateEntry(
            site_id=found.site_id,
            run_id=found.run_id,
            token_id=found.token_id,
            seq=seq,
            at=now,
            body={**entry.model_dump(mode="json"), HAZARD_NUMBER: number},
            photo_key=photo_key,
        )
    )
    session.flush()
    advance(session, found, seq)
    return number
