"""What waits for somebody today, asked for with few questions: Today is looked at all day."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from drills import rhythm
from drills.models import WAS_HELD, Drill, DrillStep, Status
from drills.permissions import Permission
from drills.rhythm import Duty
from drills.service import attending, problems, settings, years
from drills.service.listing import ORDER
from drills.service.next_steps import Known, Todo, next_of
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.workplace import service as workplace

LIVE: Final = (Status.UNDER_WAY, Status.HELD, Status.EVALUATED)
FAR: Final = timedelta(days=60)
"""Nobody is told of a drill earlier than this."""
AHEAD: Final = timedelta(days=14)
"""So long before an announced drill those who take part see it."""
SOON: Final = timedelta(days=30)
"""So long before the end of a period a drill that nobody has planned is named."""
TODAY: Final = frozenset({Todo.RUNNING, Todo.HOLD})
QUIET: Final = frozenset({Todo.WAIT, Todo.NOTHING})


@dataclass(frozen=True, slots=True)
class Waiting:
    """A drill and what is to be done with it."""

    drill: Drill
    todo: Todo
    open_problems: int = 0


def waiting(session: Session, actor: Actor, now: datetime) -> list[Waiting]:
    """What concerns somebody: who plans, leads or judges it, or takes part in it today."""
    today = clock.local_day(now, actor.timezone)
    drills = _near(session, actor.site_id, today)
    if not drills:
        return []
    owing = _owing(session, actor.site_id, drills, today, now)
    judged = [one.id for one in drills if one.status == Status.EVALUATED]
    at = years.just_after(now)
    followed = problems.followed_at(session, actor.site_id, judged, at, today) if judged else {}
    still = {drill_id: one.open for drill_id, one in followed.items()}
    silent = {one.id for one in years.unannounced(session, actor.site_id, drills, today)}
    found = [
        Waiting(one, _todo(one, still.get(one.id, 0), silent, owing, today), still.get(one.id, 0))
        for one in drills
    ]
    mine = [one for one in found if one.todo not in QUIET and _concerns(session, actor, one, today)]
    mine += _announced(session, actor, [one for one in found if one.todo is Todo.WAIT], today)
    return sorted(mine, key=lambda one: (ORDER[one.todo], one.drill.planned_on, one.drill.code))


def _announced(
    session: Session, actor: Actor, quiet: Sequence[Waiting], today: date
) -> list[Waiting]:
    """Drills of the next days of which people were told, to those who take part."""
    near = [one for one in quiet if today < one.drill.planned_on <= today + AHEAD]
    told = years.announced(session, [one.drill.id for one in near]) if near else {}
    return [
        one
        for one in near
        if one.drill.id in told
        and actor.user_id in attending.expected(session, one.drill, one.drill.planned_on)
    ]


def last_step(session: Session) -> int:
    """Changes with every step that a drill takes."""
    return session.scalar(select(func.max(DrillStep.id))) or 0


def due_soon(session: Session, actor: Actor, now: datetime) -> Duty | None:
    """What must be drilled before a period ends that ends soon, and is not planned."""
    today = clock.local_day(now, actor.timezone)
    ends = (date(today.year, 6, 30), date(today.year, 12, 31))
    if not any(timedelta(0) <= end - today <= SOON for end in ends):
        return None
    found = years.year_of(session, actor.site_id, today.year, years.just_after(now))
    due = years.next_due(found, today)
    return due if due is not None and due.period.last - today <= SOON else None


def _near(session: Session, site_id: int, today: date) -> Sequence[Drill]:
    """Drills that may want something: under way to closed, near, or held and not reported."""
    planned = and_(Drill.status == Status.PLANNED, Drill.planned_on <= today + FAR)
    unreported = and_(
        Drill.status == Status.CLOSED,
        Drill.reported_on.is_(None),
        Drill.held_on >= date(today.year, 1, 1),
    )
    query = select(Drill).where(
        Drill.site_id == site_id, or_(Drill.status.in_(LIVE), planned, unreported)
    )
    return session.scalars(query).all()


def _owing(
    session: Session, site_id: int, drills: Sequence[Drill], today: date, now: datetime
) -> set[str]:
    """Codes of drills of which the authority must still hear."""
    if not any(one.status in WAS_HELD and one.reported_on is None for one in drills):
        return set()
    site = workplace.site(session, site_id)
    following = rhythm.followed(site, settings.choices_of(session, site_id))
    if not any(rule.reports for rule in following):
        return set()
    found = years.year_of(session, site_id, today.year, years.just_after(now))
    return {duty.code for duty in found.duties if not duty.is_reported}


def _todo(
    drill: Drill, still: int, silent: Collection[int], owing: Collection[str], today: date
) -> Todo:
    known = Known(
        status=Status(drill.status),
        planned_on=drill.planned_on,
        is_told=drill.id not in silent,
        is_near=drill.id in silent,
        is_debriefed=bool(drill.debrief.strip()),
        open_problems=still,
        owes_report=drill.code in owing,
    )
    return next_of(known, today)


def _concerns(session: Session, actor: Actor, one: Waiting, today: date) -> bool:
    drill = one.drill
    if actor.user_id in (drill.owner_id, drill.commander_id):
        return True
    if actor.may(Permission.PLAN, window_id=drill.window_id):
        return True
    return one.todo in TODAY and actor.user_id in attending.expected(session, drill, today)
