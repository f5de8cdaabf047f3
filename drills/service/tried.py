"""The emergency plans that drills try out, as `drills.plans` knows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.models import Drill, DrillPlan
from drills.plans import service as plans
from drills.rhythm import Plan
from safety_app.core.errors import NotFound

LAST_DAY: Final = date(2999, 12, 31)


@dataclass(frozen=True, slots=True)
class Tried:
    """A plan that a drill tries out; the version is the one held fast, else the one in force."""

    plan_id: int
    version_id: int | None
    number: str
    version: int | None
    title: str
    kind: str
    effective_on: date | None = None
    review_by: date | None = None
    is_frozen: bool = False


def plans_of(session: Session, site_id: int, on: date) -> list[Plan]:
    """Every plan that a hall ever had, those in force on a day first."""
    return [
        Plan(one.plan_id, one.kind, one.scenario, one.words.zh, one.words.en, one.spans)
        for one in plans.lived(session, site_id, on)
    ]


def tried_by(session: Session, drill: Drill, on: date) -> list[Tried]:
    """The plans of a drill, in the version that it has tried out or that would be tried out."""
    rows = session.scalars(select(DrillPlan).where(DrillPlan.drill_id == drill.id)).all()
    in_force = {one.plan_id: one for one in plans.current(session, drill.site_id, on)}
    later = {one.plan_id: one for one in plans.current(session, drill.site_id, LAST_DAY)}
    found = []
    for row in sorted(rows, key=lambda row: row.plan_id):
        if row.version_id is not None:
            found.append(_frozen(session, drill.site_id, row))
        elif row.plan_id in in_force:
            found.append(_living(in_force[row.plan_id]))
        elif row.plan_id in later:
            found.append(_without_version(later[row.plan_id]))
    return found


def in_force(session: Session, site_id: int, on: date) -> list[Tried]:
    """What may be tried out on a day."""
    return [_living(one) for one in plans.current(session, site_id, on)]


def freeze(session: Session, drill: Drill, on: date) -> None:
    """Hold fast which version of each plan is tried out: the one in force on that day."""
    in_force = {one.plan_id: one.version_id for one in plans.current(session, drill.site_id, on)}
    for row in session.scalars(select(DrillPlan).where(DrillPlan.drill_id == drill.id)):
        row.version_id = in_force.get(row.plan_id)
    session.flush()


def check(session: Session, site_id: int, plan_ids: Sequence[int], on: date) -> None:
    """Raise unless each plan is one of the hall that is in force, or was tried out before."""
    if not plan_ids:
        return
    tried_before = (
        select(DrillPlan.plan_id)
        .join(Drill, Drill.id == DrillPlan.drill_id)
        .where(Drill.site_id == site_id, DrillPlan.version_id.is_not(None))
    )
    known = {one.plan_id for one in plans.current(session, site_id, on)}
    if not set(plan_ids) <= known | set(session.scalars(tried_before)):
        raise NotFound()


def _living(one: plans.InForce) -> Tried:
    return Tried(
        plan_id=one.plan_id,
        version_id=one.version_id,
        number=one.number,
        version=one.version,
        title=one.title,
        kind=one.kind,
        effective_on=one.effective_on,
        review_by=one.review_by,
    )


def _without_version(one: plans.InForce) -> Tried:
    """A plan of which no version was in force on the day: an old drill, entered from paper."""
    return Tried(one.plan_id, None, one.number, None, one.title, one.kind)


def _frozen(session: Session, site_id: int, row: DrillPlan) -> Tried:
    found = plans.get_version(session, site_id, row.version_id or 0)
    return Tried(
        plan_id=row.plan_id,
        version_id=found.id,
        number=found.number,
        version=found.version,
        title=found.title,
        kind=found.kind,
        effective_on=found.effective_on,
        is_frozen=True,
    )
