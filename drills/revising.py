"""What an evaluation finds lacking in a plan: a task to revise it, with owner and date."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists.service import Scored, ScoredSheet
from drills import grading
from drills.models import Drill, DrillPlan
from drills.plans import service as plans
from drills.plans.errors import PersonLeft
from drills.plans.service import InForce, RevisionTask
from drills.service import problems
from hazards import service as hazards
from hazards.service import Category, Kind, Origin
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.errors import NotAllowed
from safety_app.core.i18n import _
from safety_app.workplace import service as workplace
from safety_app.workplace.roster_errors import OwnerNotQualified

WHAT_LIMIT = 200


def plan_to_revise(session: Session, drill: Drill, on: date) -> InForce | None:
    """The plan that a task is about: the first of the drill's that is in force on a day."""
    return next(_in_force(session, drill, on), None)


def _in_force(session: Session, drill: Drill, on: date) -> Iterator[InForce]:
    query = select(DrillPlan.plan_id).where(DrillPlan.drill_id == drill.id)
    for plan_id in session.scalars(query.order_by(DrillPlan.plan_id)):
        found = plans.find_in_force(session, drill.site_id, plan_id, on)
        if found is not None and found.kind in plans.PLANS:
            yield found


def place_of(session: Session, drill: Drill) -> str:
    """Where it was held, as its hazards say it; the hall itself where nothing was written."""
    return drill.place or workplace.site(session, drill.site_id).name


def follow_up(
    session: Session, actor: Actor | None, drill: Drill, sheet: ScoredSheet, *, now: datetime
) -> None:
    """Make the tasks of a sheet, and take up what was noticed beside its list.

    Where no plan of the drill is in force any more it is a point to rectify instead.
    """
    for item in sheet.items:
        if not item.is_task:
            continue
        task = _ask(session, actor, drill, item, now)
        kept: dict[str, Any] = {"item_code": item.code, "now": now}
        if task is None:
            hazard_id = _rectify(session, actor, drill, item, sheet.run_id, now)
            problems.take_up(session, actor, drill, what=item.problem, hazard_id=hazard_id, **kept)
        else:
            what = _("{problem}: {note}", problem=item.problem, note=item.note)[:WHAT_LIMIT]
            problems.take_up(session, actor, drill, what=what, revision_id=task.id, **kept)
    for other in sheet.others:
        if other.hazard:
            problems.take_up(
                session, actor, drill, what=other.what, hazard_id=other.hazard.id, now=now
            )


def reconsider(session: Session, actor: Actor | None, drill: Drill, *, now: datetime) -> None:
    """Have each plan of a drill that went badly revised, unless the drill asks for it already."""
    today = clock.local_day(now, workplace.site(session, drill.site_id).timezone)
    asked = plans.open_revisions(session, drill.site_id, problems.source_of(drill, ""))
    known = {task.plan_id for task in asked}
    what = _("The drill went badly: revise the plan")
    for plan in _in_force(session, drill, today):
        if plan.plan_id in known:
            continue
        task = _of_owner(
            session, actor, drill, plan, now=now,
            why=_("Drill {code} was graded “{grade}”: revise the plan by what it has shown.",
                  code=drill.code, grade=grading.grade_text(drill.grade)),
            source=problems.source_of(drill, f"plan-{plan.plan_id}"),
            due_on=today + timedelta(days=grading.rules().revise_days),
        )  # fmt: skip
        problems.take_up(session, actor, drill, what=what, revision_id=task.id, now=now)


def _ask(
    session: Session, actor: Actor | None, drill: Drill, item: Scored, now: datetime
) -> RevisionTask | None:
    """The task, for whoever is in charge of the drill, else who asks."""
    today = clock.local_day(now, workplace.site(session, drill.site_id).timezone)
    plan = plan_to_revise(session, drill, today)
    if plan is None:
        return None
    return _of_owner(
        session, actor, drill, plan, now=now,
        why=_("Drill {code}, {item} {point}: {note}", code=drill.code, item=item.code,
              point=item.text, note=item.note),
        source=problems.source_of(drill, item.code),
        due_on=today + timedelta(days=item.days),
    )  # fmt: skip


def _of_owner(
    session: Session, actor: Actor | None, drill: Drill, plan: InForce, **facts: Any
) -> RevisionTask:
    """For whoever is in charge of the drill.

    Who has left or may not serve is no owner: then for who asks, who may not serve either at worst.
    """
    asker = actor.user_id if actor else drill.owner_id
    for owner_id in (drill.owner_id, asker):
        with suppress(PersonLeft, OwnerNotQualified):
            return _request(session, actor, drill, plan, owner_id=owner_id, **facts)
    return _request(session, actor, drill, plan, owner_id=asker, whoever=True, **facts)


def _request(
    session: Session, actor: Actor | None, drill: Drill, plan: InForce, **facts: Any
) -> RevisionTask:
    """Who judges a drill need not be one who may change plans: then the drill itself asks."""
    try:
        return plans.request_revision(session, actor, plan.plan_id, site_id=drill.site_id, **facts)
    except NotAllowed:
        return plans.request_revision(session, None, plan.plan_id, site_id=drill.site_id, **facts)


def _rectify(
    session: Session, actor: Actor | None, drill: Drill, item: Scored, run_id: int, now: datetime
) -> int:
    hazard = hazards.report(
        session,
        actor,
        site_id=drill.site_id,
        what=item.problem,
        note=item.note,
        kind=Kind.SERVICE,
        level=item.level,
        category=Category.MANAGEMENT,
        origin=Origin.DRILL,
        source=problems.source_of(drill, item.code),
        preset_level=item.level,
        preset_days=item.days,
        window_id=drill.window_id,
        place=place_of(session, drill),
        run_id=run_id,
        now=now,
    )
    return hazard.id
