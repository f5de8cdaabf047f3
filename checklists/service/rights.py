"""Who may see, do and explain a patrol: by role and place, or by the roster of common areas."""

from datetime import date, datetime
from typing import Final

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from checklists import subjects
from checklists.errors import NotFitToBegin, NotYourPatrol
from checklists.models import Run, RunToken, Task
from checklists.permissions import Permission
from safety_app.accounts import service as accounts
from safety_app.core import clock
from safety_app.core.access import ROLE_NAMES, Actor, Role
from safety_app.core.errors import NotAllowed, NotFound
from safety_app.core.i18n import N_
from safety_app.workplace import service as workplace

DOING: Final = frozenset({Permission.RECORD, Permission.EXPLAIN})


def common_days(session: Session, actor: Actor, first: date, last: date) -> set[date]:
    """Days on which the roster puts this person in charge of the common areas."""
    return workplace.duty_days(session, actor.user_id, first, last, window_id=None)


def may(session: Session, actor: Actor, permission: Permission, task: Task) -> bool:
    """Whether the actor holds the permission for a task."""
    if task.site_id != actor.site_id:
        return False
    if permission in DOING and not _is_doer(actor, task):
        return False
    if actor.may(permission, window_id=task.window_id):
        return True
    if task.window_id is not None or task.doer != Role.STAFF:
        return False
    return bool(common_days(session, actor, task.on_date, task.on_date))


def _is_doer(actor: Actor, task: Task) -> bool:
    """What leads or officers do is not for staff; the officer stands in for leads."""
    if task.doer == Role.LEAD:
        return task.window_id in actor.led or Role.OFFICER in actor.roles
    return task.doer != Role.OFFICER or Role.OFFICER in actor.roles


def require_run(session: Session, actor: Actor, run: Run, now: datetime) -> None:
    """Raise unless the actor may write to a run now."""
    if run.subject is not None:
        subjects.require(session, actor, run.subject, now)
    else:
        require(session, actor, Permission.RECORD, get_task(session, actor, run.task_id or 0))


def may_see_run(session: Session, actor: Actor, run: Run) -> bool:
    """Whether the actor may see a run and its pictures."""
    if run.site_id != actor.site_id:
        return False
    try:
        if run.subject is not None:
            subjects.refusal(session, actor, run.subject)
        else:
            get_task(session, actor, run.task_id or 0)
    except (NotFound, NotAllowed):
        return False
    return True


def get_task(session: Session, actor: Actor, task_id: int) -> Task:
    """The task, if the actor may see it; raises `NotFound`."""
    task = session.get(Task, task_id)
    if task is None or not may(session, actor, Permission.VIEW, task):
        raise NotFound()
    return task


def require(session: Session, actor: Actor, permission: Permission, task: Task) -> None:
    """Raise `NotYourPatrol`, naming those who may."""
    if not may(session, actor, permission, task):
        raise NotYourPatrol(who=who_may(session, task))


def unfit(session: Session, actor: Actor, now: datetime) -> NotFitToBegin | None:
    """Why this person begins no sheet today, if so."""
    today = clock.local_day(now, actor.timezone)
    bar = workplace.find_bar(session, actor.site_id, actor.user_id, today)
    return NotFitToBegin(why=bar.text) if bar else None


def has_held(session: Session, actor: Actor, run: Run | None) -> bool:
    """Whether this person has had the sheet before: what was begun is gone on with and signed."""
    if run is None:
        return False
    held = exists().where(RunToken.run_id == run.id, RunToken.user_id == actor.user_id)
    return bool(session.scalar(select(held)))


def require_fit(session: Session, actor: Actor, run: Run | None, now: datetime) -> None:
    """Raise `NotFitToBegin` for who may not serve today and has not had this sheet before."""
    refusal = None if has_held(session, actor, run) else unfit(session, actor, now)
    if refusal is not None:
        raise refusal


def who_may(session: Session, task: Task) -> str:
    """Who does this patrol, in words."""
    if task.doer == Role.OFFICER:
        return ROLE_NAMES[Role.OFFICER]
    if task.window_id is None:
        return N_("The safety officer or whoever is on duty for the common areas")
    lead = accounts.lead_of(session, task.window_id)
    return accounts.names(session, [lead]).get(lead or 0) or (
        ROLE_NAMES[Role.LEAD] if task.doer == Role.LEAD else N_("The staff of the window")
    )
