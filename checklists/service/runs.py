"""Opening a patrol: one run a task, one token a person and tablet, the newest counts."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, cast

from sqlalchemy import Table, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from checklists import flows
from checklists.errors import TaskClosed, TaskNotOpenYet
from checklists.flows import Found
from checklists.models import Answer, FindingPhoto, Run, RunToken, Task, TemplateItem
from checklists.permissions import Permission
from checklists.service import rights
from checklists.service.recording import hash_of
from safety_app.accounts import service as accounts
from safety_app.core import clock, journal
from safety_app.core.access import Actor
from safety_app.core.i18n import moment_text

TOKEN_LIVES: Final = timedelta(days=1)
"""After closing: a tablet that was out of reach may still hand over what it holds."""


_RUN_OF_TASK: Final = (
    select(Run)
    .where(Run.task_id == bindparam("task"))
    .with_for_update()
    .execution_options(populate_existing=True)
)
ITEMS_OF_PART: Final = select(func.count()).where(TemplateItem.part_id == bindparam("part"))
_RUNS: Final = cast(Table, Run.__table__)
_BEGIN_SQLITE: Final = sqlite.insert(_RUNS).on_conflict_do_nothing().returning(_RUNS.c.id)
_BEGIN_POSTGRESQL: Final = postgresql.insert(_RUNS).on_conflict_do_nothing().returning(_RUNS.c.id)
_CURRENT_TOKEN: Final = (
    select(RunToken)
    .where(RunToken.run_id == bindparam("run"), RunToken.replaced_at.is_(None))
    .execution_options(populate_existing=True)
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A run as the tablet takes it up; `token` is empty once it was submitted."""

    run_id: int
    token: str
    last_seq: int
    answers: str
    findings: list[dict[str, Any]] = field(default_factory=list)
    taken_over_from: str | None = None
    submitted: bool = False

    @property
    def saved(self) -> int:
        """How many items have an answer."""
        return len(self.answers) - self.answers.count(Answer.NONE)

    @property
    def total(self) -> int:
        """How many items there are."""
        return len(self.answers)


def open_run(
    session: Session,
    actor: Actor,
    task_id: int,
    *,
    held_token: str | None = None,
    now: datetime,
) -> Opened:
    """Begin a patrol or go on with it; whoever had it open before is replaced.

    A token that is still the newest one of this run, person and tablet is kept, so that a
    reload does not strand what waits in the tablet's queue.
    """
    journal.lock(session)
    task = rights.get_task(session, actor, task_id)
    rights.require(session, actor, Permission.RECORD, task)
    run = session.scalar(_RUN_OF_TASK, {"task": task_id})
    if run is None or run.submitted_at is None:
        check_open(task, actor, now)
        rights.require_fit(session, actor, run, now)
    is_new = run is None
    if run is None:
        run, is_new = _begin(session, actor, task, now)
    if run.submitted_at is not None:
        return _opened(session, run, "", 0, submitted=True)
    return take_up(session, actor, run, held_token, is_new=is_new, now=now, closes=task.closes_at)


def take_up(
    session: Session,
    actor: Actor,
    run: Run,
    held_token: str | None,
    *,
    is_new: bool,
    now: datetime,
    closes: datetime | None = None,
) -> Opened:
    """Leave to write to a run: the token that is held, or a new one in place of another's."""
    closes = closes or run.closes_at or now
    current = None if is_new else current_token(session, run.id)
    if current and held_token and _is_same(current, actor, held_token):
        return _opened(session, run, held_token, current.last_seq)
    if current:
        current.replaced_at = now
    token = secrets.token_urlsafe(32)
    session.add(
        RunToken(
            site_id=run.site_id,
            run_id=run.id,
            user_id=actor.user_id,
            device_id=actor.device_id,
            token_hash=hash_of(token),
            issued_at=now,
            expires_at=closes + TOKEN_LIVES,
        )
    )
    session.flush()
    action = "checklists:open" if is_new else "checklists:take_over"
    journal.write(session, actor, action, "run", run.id, now=now)
    return _opened(session, run, token, 0, taken_over_from=_loser(session, current, actor))


def check_open(task: Task, actor: Actor, now: datetime) -> None:
    """Raise unless the task may be worked on now."""
    if now < task.opens_at:
        raise TaskNotOpenYet(opens=_when(task.opens_at, actor, now))
    if now >= task.closes_at:
        raise TaskClosed(closes=_when(task.closes_at, actor, now))


def current_token(session: Session, run_id: int) -> RunToken | None:
    """The token that counts."""
    return session.scalar(_CURRENT_TOKEN, {"run": run_id})


def get_run(session: Session, run_id: int, *, lock: bool = False) -> Run | None:
    """The run as it stands now; `lock` keeps others from changing it."""
    query = select(Run).where(Run.id == run_id).execution_options(populate_existing=True)
    return session.scalar(query.with_for_update() if lock else query)


def finding_facts(found: Found) -> dict[str, Any]:
    """A finding as the sheet shows it."""
    row = found.finding
    return {
        "item_id": row.item_id,
        "client_key": row.client_key,
        "value": row.value,
        "reason": row.reason,
        "number": row.number,
        "note": row.note,
        "disposal": row.disposal,
        "level": row.level,
        "level_reason": row.level_reason,
        "category": row.category,
        "what": row.what,
        "hazard_number": row.hazard_number,
        "photos": [photo_facts(photo) for photo in found.photos],
    }


def photo_facts(photo: FindingPhoto) -> dict[str, str]:
    """A picture as the sheet shows it."""
    return {
        "client_key": photo.client_key,
        "key": photo.key,
        "url": f"/photos/{photo.key}",
        "thumb": f"/photos/{photo.key}?thumb=1",
    }


def _when(moment: datetime, actor: Actor, now: datetime) -> str:
    """The time, with the day unless it is today."""
    local = moment.astimezone(clock.zone(actor.timezone))
    if local.date() == clock.local_day(now, actor.timezone):
        return f"{local:%H:%M}"
    return moment_text(moment, actor.timezone)


def _begin(session: Session, actor: Actor, task: Task, now: datetime) -> tuple[Run, bool]:
    """A new run of the task, or the one another tablet made in the same moment."""
    new = {
        "site_id": task.site_id,
        "task_id": task.id,
        "part_id": task.part_id,
        "window_id": task.window_id,
        "location_id": task.location_id,
        "answers": Answer.NONE * (session.scalar(ITEMS_OF_PART, {"part": task.part_id}) or 0),
        "opened_at": now,
        "opened_by": actor.user_id,
        "signature": "",
    }
    made = insert_run(session, new)
    return session.scalars(_RUN_OF_TASK, {"task": task.id}).one(), made


def insert_run(session: Session, new: dict[str, Any]) -> bool:
    """Write a run unless there is one; returns whether it was written."""
    sqlite_here = session.get_bind().dialect.name == "sqlite"
    statement = _BEGIN_SQLITE if sqlite_here else _BEGIN_POSTGRESQL
    return session.connection().execute(statement, new).first() is not None


def _is_same(current: RunToken, actor: Actor, held_token: str) -> bool:
    return (
        current.token_hash == hash_of(held_token)
        and current.user_id == actor.user_id
        and current.device_id == actor.device_id
    )


def _loser(session: Session, current: RunToken | None, actor: Actor) -> str | None:
    """Whose tablet was replaced; nobody's if it is the same person on the same one."""
    if current is None:
        return None
    if (current.user_id, current.device_id) == (actor.user_id, actor.device_id):
        return None
    return accounts.names(session, [current.user_id]).get(current.user_id)


def _opened(
    session: Session,
    run: Run,
    token: str,
    last_seq: int,
    *,
    taken_over_from: str | None = None,
    submitted: bool = False,
) -> Opened:
    found = flows.load_findings(session, run.id)
    return Opened(
        run_id=run.id,
        token=token,
        last_seq=last_seq,
        answers=run.answers,
        findings=[finding_facts(one) for one in found],
        taken_over_from=taken_over_from,
        submitted=submitted,
    )
