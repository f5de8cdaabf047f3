"""A whole patrol or inspection in one call, by the same rules: for the demonstration."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists import flows
from checklists.entries import Entry
from checklists.errors import SheetIncomplete, UnknownItem
from checklists.models import Answer, Asked, Run, Task, TemplateItem
from checklists.permissions import Permission
from checklists.service import rights
from checklists.service.inspecting import open_inspection
from checklists.service.pictures import photo_row
from checklists.service.recording import new_finding
from checklists.service.runs import check_open
from checklists.service.submitting import Submitted, outcome, submit, wanting
from safety_app.accounts.service import Account, Drawn, Signature, Typed, keep_signature
from safety_app.core import journal
from safety_app.core.access import Actor
from safety_app.core.i18n import _
from safety_app.core.photos import Photo


def walk(
    session: Session,
    actor: Actor,
    task: Task,
    items: Sequence[TemplateItem],
    entries: Sequence[Entry],
    *,
    signature: Drawn | Typed,
    photos: Mapping[int, Sequence[Photo]] | None = None,
    opened_at: datetime,
    now: datetime,
) -> Submitted:
    """Walk and sign a patrol at once; items without an entry are normal.

    Whether the gate lets the actor serve on the day is for the caller to see to.
    `items` are those of the task's part in order, `photos` belong to items by id.
    """
    rights.require(session, actor, Permission.RECORD, task)
    check_open(task, actor, opened_at)
    check_open(task, actor, now)
    places = {item.id: item.position for item in items}
    answers = [str(Answer.PASS)] * len(items)
    for entry in entries:
        if entry.item_id not in places:
            raise UnknownItem()
        answers[places[entry.item_id]] = entry.value
    run = Run(
        site_id=task.site_id,
        task_id=task.id,
        part_id=task.part_id,
        window_id=task.window_id,
        location_id=task.location_id,
        answers="".join(answers),
        opened_at=opened_at,
        opened_by=actor.user_id,
        last_answer_at=now,
        submitted_at=now,
        submitted_by=actor.user_id,
        signature=keep_signature(session, actor.user_id, signature),
    )
    session.add(run)
    session.flush()
    numbers = _register(session, actor, run, entries, photos or {}, now) if entries else []
    facts = {"answers": run.answers, "signature": run.signature, "companion": None}
    journal.write(session, actor, "checklists:submit", "run", run.id, now=now, facts=facts)
    return outcome(task, now, numbers)


def inspect(
    session: Session,
    actor: Actor,
    subject: str,
    said: Mapping[str, Mapping[str, Any]],
    *,
    signature: Signature | None = None,
    now: datetime,
) -> Submitted:
    """Inspect a thing at once; points that nothing is said of are in order, a score is always said.

    `said` has the facts of an entry by the code of its point; a point with a unit needs `number`.
    """
    opened = open_inspection(session, actor, subject, now=now)
    run = session.get_one(Run, opened.run_id)
    items = session.scalars(
        select(TemplateItem)
        .where(TemplateItem.part_id == run.part_id)
        .order_by(TemplateItem.position)
    ).all()
    entries = [
        Entry.model_validate({"value": Answer.PASS, "item_id": item.id, **said[item.code]})
        for item in items
        if item.code in said
    ]
    answers = {entry.item_id: str(entry.value) for entry in entries}
    run.answers = "".join(answers.get(item.id) or _unsaid(item) for item in items)
    run.last_answer_at = now
    _keep(session, actor, run, entries, {}, now)
    signature = signature or Account()
    return submit(session, actor, run.id, signature=signature, last_seq=None, now=now)


def _unsaid(item: TemplateItem) -> str:
    return str(Answer.NONE if item.answer == Asked.SCORE else Answer.PASS)


def _register(
    session: Session,
    actor: Actor,
    run: Run,
    entries: Sequence[Entry],
    photos: Mapping[int, Sequence[Photo]],
    now: datetime,
) -> list[str]:
    """The exceptions of a patrol and the hazards among them."""
    _keep(session, actor, run, entries, photos, now)
    found = flows.load_findings(session, run.id)
    todo = wanting(session, run, found)
    if todo:
        raise SheetIncomplete(items=_(", ").join(todo))
    return flows.register(session, actor, run, found, now=now)


def _keep(
    session: Session,
    actor: Actor,
    run: Run,
    entries: Sequence[Entry],
    photos: Mapping[int, Sequence[Photo]],
    now: datetime,
) -> None:
    """The exceptions with their pictures."""
    for entry in entries:
        if entry.is_bare:
            continue
        finding = new_finding(run.site_id, run.id, actor.user_id, entry, now)
        session.add(finding)
        session.flush()
        for number, photo in enumerate(photos.get(entry.item_id or 0, ())):
            session.add(photo_row(session, finding, photo, f"walk-{finding.id}-{number}", now))
    session.flush()
