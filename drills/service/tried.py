"""The emergency plans that drills try out, as `drills.plans` knows them."""

from datetime import date

from sqlalchemy.orm import Session

from drills.models import Drill
from drills.rhythm import Plan


def plans_of(session: Session, site_id: int) -> list[Plan]:
    """All plans of a hall that have ever been in force, also withdrawn ones."""
    return []


def freeze(session: Session, drill: Drill, on: date) -> None:
    """Hold fast which version of each plan is tried out: the one in force on that day."""
