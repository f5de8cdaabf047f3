"""One drill as it stands now, for whoever may see it."""

import re
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from drills.models import Drill, DrillStep, Evaluator
from drills.permissions import WHO_MAY, Permission
from safety_app.core.access import Actor
from safety_app.core.errors import NotAllowed, NotFound

CODE: Final = re.compile(r"YL-\d{4}-\d{2,5}")
LARGEST_ID: Final = 2**31 - 1


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The drills of the actor's hall."""
    return Drill.site_id == actor.site_id


def get(session: Session, actor: Actor, drill_id: int) -> Drill:
    """The drill of an id; raises `NotFound` outside the actor's sight."""
    if not 0 < drill_id <= LARGEST_ID:
        raise NotFound()
    return _one(session, actor, Drill.id == drill_id)


def by_code(session: Session, actor: Actor, code: str) -> Drill:
    """The drill with this code; raises `NotFound` outside the actor's sight."""
    wanted = code.strip().upper()
    if not CODE.fullmatch(wanted):
        raise NotFound()
    return _one(session, actor, Drill.code == wanted)


def of_site(session: Session, site_id: int, code: str) -> Drill | None:
    """The drill of a hall with this code, for hooks and the worker."""
    if not CODE.fullmatch(code):
        return None
    return session.scalar(select(Drill).where(Drill.site_id == site_id, Drill.code == code))


def next_code(session: Session, site_id: int, on: date) -> str:
    """The next `YL-2026-01` of the year of a day. Nothing is deleted, so no number comes back."""
    prefix = f"YL-{on.year}-"
    codes = session.scalars(
        select(Drill.code).where(Drill.site_id == site_id, Drill.code.startswith(prefix))
    )
    last = max((int(code.removeprefix(prefix)) for code in codes), default=0)
    return f"{prefix}{last + 1:02d}"


def steps_of(session: Session, drill_id: int) -> list[DrillStep]:
    """The steps of a drill, the oldest first."""
    query = select(DrillStep).where(DrillStep.drill_id == drill_id).order_by(DrillStep.id)
    return list(session.scalars(query))


def _one(session: Session, actor: Actor, condition: ColumnElement[bool]) -> Drill:
    drill = session.scalars(select(Drill).where(condition, visible_to(actor))).one_or_none()
    if drill is None:
        raise NotFound()
    if not (actor.may_somewhere(Permission.VIEW) or _takes_part(session, actor, drill)):
        raise NotAllowed(who=WHO_MAY[Permission.VIEW])
    return drill


def _takes_part(session: Session, actor: Actor, drill: Drill) -> bool:
    """Whether somebody who sees no drills commands, owns or judges this one."""
    if actor.user_id in (drill.owner_id, drill.commander_id):
        return True
    judges = select(Evaluator.user_id).where(
        Evaluator.drill_id == drill.id, Evaluator.user_id == actor.user_id
    )
    return session.scalar(judges) is not None
