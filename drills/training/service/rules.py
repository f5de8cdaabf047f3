"""The requirements of a hall as they hold, with the interval of its legal profile."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.training.models import Occasion, Requirement, Who
from drills.training.needs import Rule, Rules
from drills.training.shipped import figures
from safety_app.workplace import service as workplace


def rules(session: Session, site_id: int) -> Rules:
    """Every requirement there is or was."""
    gathers = workplace.site(session, site_id).public_gathering
    rows = session.scalars(
        select(Requirement).where(Requirement.site_id == site_id).order_by(Requirement.id)
    )
    return Rules((_rule(row, gathers=gathers) for row in rows), figures().ahead_days)


def _rule(row: Requirement, *, gathers: bool) -> Rule:
    return Rule(
        id=row.id,
        course_id=row.course_id,
        who=Who(row.who),
        who_value=row.who_value,
        occasion=Occasion(row.occasion),
        months=months_of(row, gathers=gathers),
        gates=row.gates,
        joined_from=row.joined_from,
        first=row.first,
        last=row.last,
    )


def months_of(row: Requirement, *, gathers: bool) -> int | None:
    """The interval of a requirement in months, shorter where the public gathers."""
    return (row.public_months if gathers else None) or row.interval_months
