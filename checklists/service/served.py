"""Who worked: whoever signed a sheet, on the tablet or on paper."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists.models import PaperForm, Run, Task
from safety_app.core import clock
from safety_app.core.feature import Period


def signed(
    session: Session, site_id: int, window_id: int | None, period: Period
) -> Iterator[tuple[date, int]]:
    """Day and person of the sheets of a time, of a window or of the hall; paper once confirmed."""
    runs = select(Run.submitted_at, Run.submitted_by).where(
        Run.site_id == site_id,
        Run.submitted_at >= period.start,
        Run.submitted_at < min(period.end, period.cutoff),
    )
    papers = (
        select(Task.on_date, PaperForm.walked_by)
        .join(Task, Task.id == PaperForm.task_id)
        .where(
            PaperForm.site_id == site_id,
            Task.on_date.between(period.first, period.last),
            PaperForm.confirmed_at < period.cutoff,
        )
    )
    if window_id is not None:
        runs, papers = (
            runs.where(Run.window_id == window_id),
            papers.where(Task.window_id == window_id),
        )
    for at, user_id in session.execute(runs):
        if at is not None and user_id is not None:
            yield clock.local_day(at, period.timezone), user_id
    for on, user_id in session.execute(papers):
        yield on, user_id
