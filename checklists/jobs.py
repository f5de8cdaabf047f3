"""Work by the clock: tasks for the days ahead, hazards of sheets that closed unsigned."""

from datetime import datetime

from sqlalchemy.orm import Session

from checklists import flows
from checklists.service import follow
from safety_app.workplace import service as workplace


def make_tasks(session: Session, now: datetime) -> int:
    """Keep five weeks of tasks ahead in every hall; more than a batch waits for the next turn."""
    return sum(follow(session, site.id, now) for site in workplace.list_sites(session))


def sweep_closed(session: Session, now: datetime) -> int:
    """Register the hazards of sheets that nobody signed in time."""
    return flows.sweep(session, now) + flows.sweep_inspections(session, now)
