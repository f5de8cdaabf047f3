"""Work by the clock: tasks for the days ahead, hazards of sheets that closed unsigned."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from checklists import flows
from checklists.service import AHEAD_DAYS, materialise
from safety_app.core import clock
from safety_app.workplace import service as workplace


def make_tasks(session: Session, now: datetime) -> int:
    """Keep a fortnight of tasks ahead in every hall."""
    made = 0
    for site in workplace.list_sites(session):
        today = clock.local_day(now, site.timezone)
        last = today + timedelta(days=AHEAD_DAYS - 1)
        made += materialise(session, site.id, first=today, last=last, now=now)
    return made


def sweep_closed(session: Session, now: datetime) -> int:
    """Register the hazards of sheets that nobody signed in time."""
    return flows.sweep(session, now)
