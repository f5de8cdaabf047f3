"""Whether the figures of a hall have begun."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from checklists.models import Run, Task


def has_counted(session: Session, site_id: int, now: datetime) -> bool:
    """Whether a patrol or check that counts was handed in or missed before this moment."""
    query = (
        select(Task.id)
        .outerjoin(Run, Run.task_id == Task.id)
        .where(
            Task.site_id == site_id,
            Task.counts,
            or_(Task.closes_at <= now, Run.submitted_at.is_not(None)),
        )
        .limit(1)
    )
    return session.scalar(query) is not None
