"""Signing a sheet: complete, in time, by whoever holds it; afterwards it never changes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists import flows, recurrence, subjects
from checklists.errors import (
    CompanionUnknown,
    EntriesOnTheWay,
    InspectionClosed,
    RunSubmitted,
    RunTakenOver,
    SheetIncomplete,
)
from checklists.flows import Found
from checklists.models import Answer, Disposal, Run, Task, TemplateItem
from checklists.permissions import Permission
from checklists.recurrence import State
from checklists.service import rights
from checklists.service.runs import check_open, current_token, get_run
from hazards.service import Level
from safety_app.accounts import service as accounts
from safety_app.accounts.errors import SignatureInvalid
from safety_app.accounts.service import Account, Signature
from safety_app.core import journal
from safety_app.core.access import Actor
from safety_app.core.errors import NotFound
from safety_app.core.feature import Receipt
from safety_app.core.i18n import N_, _


@dataclass(frozen=True, slots=True)
class Submitted:
    """A signed sheet and what came of it; `receipt` is what an inspection changed."""

    state: State
    submitted_at: datetime
    hazards: tuple[str, ...]
    receipt: Receipt | None = None


def submit(
    session: Session,
    actor: Actor,
    run_id: int,
    *,
    signature: Signature,
    last_seq: int | None,
    client_at: datetime | None = None,
    companion_id: int | None = None,
    now: datetime,
) -> Submitted:
    """Sign and close a sheet and register its hazards; a second time gives the same answer."""
    journal.lock(session)
    run = get_run(session, run_id, lock=True)
    if run is None:
        raise NotFound()
    task = _task_of(session, actor, run, now)
    findings = flows.load_findings(session, run.id)
    if run.submitted_at is not None:
        if run.submitted_by != actor.user_id:
            raise RunSubmitted()
        numbers = [one.finding.hazard_number for one in findings if one.finding.hazard_number]
        return outcome(task, run.submitted_at, numbers)
    if task is not None:
        check_open(task, actor, now)
    elif run.swept_at is not None or (run.closes_at and run.closes_at <= now):
        closed = run.closes_at or now
        raise InspectionClosed(days=(closed - run.opened_at).days)
    if isinstance(signature, Account) and _is_signed(session, run):
        raise SignatureInvalid()  # the session does not stand for it
    _check_holder(session, actor, run, last_seq)
    todo = wanting(session, run, findings)
    if todo:
        raise SheetIncomplete(items=_(", ").join(todo))
    _check_companion(session, actor, companion_id)
    run.signature = accounts.keep_signature(session, actor.user_id, signature)
    numbers = flows.register(session, actor, run, findings, now=now)
    run.submitted_at, run.submitted_by = now, actor.user_id
    run.submitted_client_at, run.companion_id = client_at, companion_id
    session.flush()
    facts = {"answers": run.answers, "signature": run.signature, "companion": companion_id}
    journal.write(session, actor, "checklists:submit", "run", run.id, now=now, facts=facts)
    done = outcome(task, now, numbers)
    if run.subject is None:
        return done
    result = flows.result_of(run, findings, now)
    return replace(done, receipt=subjects.inspected(session, actor, run.subject, result, now))


def _is_signed(session: Session, run: Run) -> bool:
    """Whether a signature of one's own stands under the sheet: a thing's may bear the account."""
    return run.subject is None or subjects.brief(session, run.site_id, run.subject).is_signed


def _task_of(session: Session, actor: Actor, run: Run, now: datetime) -> Task | None:
    """The task of a patrol or check, nothing of a thing; raises where the actor may not write."""
    if run.subject is None:
        task = rights.get_task(session, actor, run.task_id or 0)
        rights.require(session, actor, Permission.RECORD, task)
        return task
    if run.submitted_at is None:
        rights.require_run(session, actor, run, now)
    return None


def wanting(session: Session, run: Run, findings: Sequence[Found]) -> list[str]:
    """What is still to do before the sheet can be signed, in words, in its order."""
    items = session.execute(
        select(
            TemplateItem.id, TemplateItem.position, TemplateItem.code, TemplateItem.unit,
            TemplateItem.fails_at,
        )
        .where(TemplateItem.part_id == run.part_id)
        .order_by(TemplateItem.position)
    ).all()  # fmt: skip
    by_item = {found.finding.item_id: found for found in findings}
    todo = []
    for item_id, position, code, unit, fails_at in items:
        lacking = _lacking(run.answers[position], by_item.get(item_id), unit, fails_at)
        if lacking:
            todo.append(_(lacking, code=code))
    for found in findings:
        if found.item is None and found.finding.value == Answer.FAIL and not _is_told(found):
            todo.append(_("another hazard: what it is and its category"))
    return todo


def _lacking(answer: str, found: Found | None, unit: str, fails_at: int | None) -> str:
    if answer == Answer.NONE:
        return N_("{code} (no answer)")
    points = Answer(answer).points
    if points is not None:
        is_told = fails_at is None or points > fails_at or bool(found and found.finding.note)
        return "" if is_told else N_("{code} (what was lacking)")
    if answer == Answer.PASS and unit and (found is None or found.finding.number is None):
        return N_("{code} (number)")
    if answer == Answer.NOT_APPLICABLE and not (found and found.finding.reason):
        return N_("{code} (reason)")
    if answer != Answer.FAIL:
        return ""
    if found is None or found.disposal is None:
        return N_("{code} (how it is handled)")
    if found.disposal is Disposal.SPOT and not (found.finding.note or found.photos):
        return N_("{code} (photo or note)")
    lowered = found.disposal is Disposal.HAZARD and _is_lowered(found)
    if lowered and not found.finding.level_reason:
        return N_("{code} (reason for the lower level)")
    return ""


def _is_lowered(found: Found) -> bool:
    if found.item is None or not found.finding.level:
        return False
    return flows.is_lower(Level(found.finding.level), Level(found.item.level))


def _is_told(found: Found) -> bool:
    return bool(found.finding.what and found.finding.category)


def _check_holder(session: Session, actor: Actor, run: Run, last_seq: int | None) -> None:
    token = current_token(session, run.id)
    if token is None or token.user_id != actor.user_id:
        names = accounts.names(session, [token.user_id if token else run.opened_by])
        raise RunTakenOver(name=next(iter(names.values()), "–"))
    if last_seq is not None and last_seq != token.last_seq:
        raise EntriesOnTheWay(expected=token.last_seq)


def _check_companion(session: Session, actor: Actor, companion_id: int | None) -> None:
    if companion_id is None:
        return
    people = {person.id for person in accounts.list_people(session, actor.site_id)}
    if companion_id == actor.user_id or companion_id not in people:
        raise CompanionUnknown()


def outcome(task: Task | None, at: datetime, numbers: Sequence[str]) -> Submitted:
    """What came of a sheet signed at a moment."""
    if task is None:
        return Submitted(State.DONE, at, tuple(dict.fromkeys(numbers)))
    state = recurrence.state(task.opens_at, task.due_at, task.closes_at, at, at)
    return Submitted(state, at, tuple(dict.fromkeys(numbers)))
