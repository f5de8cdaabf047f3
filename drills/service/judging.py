"""What the evaluation of a drill came to, as it is kept with the drill."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.lifecycle import take
from drills.models import WAS_HELD, Drill, DrillPlan, Step
from drills.service import problems
from safety_app.core.access import Actor


@dataclass(frozen=True, slots=True)
class Before:
    """An earlier drill of the same plan, to compare with."""

    id: int
    code: str
    title: str
    held_on: date | None
    run_id: int | None
    points: int | None
    points_of: int | None
    grade: str


def evaluated(
    session: Session,
    actor: Actor,
    drill: Drill,
    *,
    run_id: int | None,
    points: int,
    points_of: int,
    grade: str,
    now: datetime,
) -> Drill:
    """Keep points and grade, and take up the problems that the sheet has registered."""
    drill.run_id, drill.evaluated_at = run_id, now
    drill.points, drill.points_of, drill.grade = points, points_of, grade
    told = {"points": points, "points_of": points_of, "grade": grade}
    take(session, actor, drill, Step.EVALUATE, now=now, run_id=run_id, told=told)
    problems.adopt(session, actor, drill, now=now)
    return drill


def last_of_same_plan(session: Session, drill: Drill) -> Before | None:
    """The last drill held before of a plan that this one tries out, else of the same topic."""
    earlier = (
        select(Drill)
        .where(
            Drill.site_id == drill.site_id,
            Drill.id != drill.id,
            Drill.status.in_(WAS_HELD),
            Drill.started_at < drill.started_at,
        )
        .order_by(Drill.started_at.desc(), Drill.id.desc())
        .limit(1)
    )
    own = select(DrillPlan.plan_id).where(DrillPlan.drill_id == drill.id)
    same = select(DrillPlan.drill_id).where(DrillPlan.plan_id.in_(own))
    found = session.scalar(earlier.where(Drill.id.in_(same)))
    if found is None:
        found = session.scalar(earlier.where(Drill.topic == drill.topic, Drill.form == drill.form))
    if found is None:
        return None
    return Before(
        id=found.id,
        code=found.code,
        title=found.title,
        held_on=found.held_on,
        run_id=found.run_id,
        points=found.points,
        points_of=found.points_of,
        grade=found.grade,
    )
