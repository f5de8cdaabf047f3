"""A check that is due: the lead's monthly one, or the quarterly fire check."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists.models import Plan, Rhythm, Task, Template, TemplatePart, Unit
from tests.cast import NOW, TODAY, Cast

FIRST = TODAY.replace(day=1)


def make_check(
    session: Session,
    hall: Cast,
    code: str = "lead-monthly",
    *,
    window_id: int | None = None,
    common: bool = False,
) -> Task:
    """A task open through November, due on its last day; at window A01 unless said otherwise."""
    part, template = session.execute(
        select(TemplatePart, Template)
        .join(Template, Template.id == TemplatePart.template_id)
        .where(Template.code == code)
        .order_by(Template.version.desc())
    ).first() or (None, None)
    assert part is not None and template is not None, "the shipped checklists are there"
    window = None if common else window_id or hall.a01
    place = {"window_id": window, "location_id": hall.floor if common else None}
    plan = Plan(
        site_id=hall.site_id, template_code=code, starts_on=FIRST, rhythm=Rhythm.PERIOD,
        unit=Unit.MONTH, **place,
    )  # fmt: skip
    session.add(plan)
    session.flush()
    task = Task(
        site_id=hall.site_id,
        plan_id=plan.id,
        part_id=part.id,
        part=part.code,
        on_date=FIRST,
        due_on=TODAY.replace(day=30),
        doer=template.doer,
        opens_at=NOW - timedelta(days=22),
        due_at=NOW + timedelta(days=7),
        closes_at=NOW + timedelta(days=7, hours=6),
        **place,
    )
    session.add(task)
    session.flush()
    return task
