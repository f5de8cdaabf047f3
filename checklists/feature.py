"""What checklists give to the application."""

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from checklists import sections
from checklists.jobs import make_tasks, sweep_closed
from checklists.permissions import GRANTS
from checklists.service import in_use, may_see, sync_templates
from safety_app.core.feature import Feature, Job, PhotoShelf, Section


def prepare(session: Session, now: datetime) -> None:
    """Bring the shipped checklists up to date, and the tasks of the days ahead."""
    sync_templates(session, now)
    make_tasks(session, now)


FEATURE = Feature(
    name="checklists",
    folder=Path(__file__).parent,
    models="checklists.models",
    demo="checklists.demo:DEMO",
    grants=GRANTS,
    routes="checklists.page:ROUTES",
    api="checklists.api:router",
    jobs=(
        Job("checklists.make_tasks", 600, make_tasks),
        Job("checklists.sweep_closed", 60, sweep_closed),
    ),
    sections=(Section("patrols", 30, sections.build),),
    photos=PhotoShelf(may_see=may_see, in_use=in_use),
    prepare=prepare,
)
