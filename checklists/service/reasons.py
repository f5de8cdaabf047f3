"""Why tasks are due: the rule, what the law adds, and what is unusual about the day."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from checklists import duties, recurrence, wording
from checklists.models import Rhythm, Task, Unit
from safety_app.core.i18n import bilingual
from safety_app.workplace import service as workplace


def day_of(row: Any) -> date:
    """The day that a task is about: of one with days to do it in the last of them."""
    task: Task = row.Task
    return task.on_date if row.rhythm == Rhythm.DAILY else task.due_on


class Reasons:
    """Why tasks of some days are due; each day and checklist is worded once."""

    def __init__(self, session: Session, site_id: int, days: Sequence[date]) -> None:
        self.days = workplace.days(session, site_id, min(days), max(days))
        self.site = workplace.site(session, site_id)
        self.known: dict[tuple[object, ...], str] = {}

    def why(self, row: Any) -> str:
        """The reason for one row of `_query`."""
        on, nominal = day_of(row), row.Task.on_date
        key = (row.code, row.rule, on, row.rhythm, row.unit, row.every_days, nominal)
        if key not in self.known:
            rules = [bilingual(row.rule, row.rule_en)]
            rules += [duty.display_rule for duty in duties.of(row.code, self.site) if duty.is_law]
            self.known[key] = wording.join(
                [recurrence.why(rules, self.days[on]), _when(row, nominal, on)]
            )
        return self.known[key]


def _when(row: Any, nominal: date, due_on: date) -> str:
    """Why just on this day, of a task with days to do it in."""
    if row.rhythm == Rhythm.PERIOD and row.unit:
        return wording.period_why(Unit(row.unit), nominal, due_on)
    if row.rhythm == Rhythm.INTERVAL and row.every_days:
        return wording.interval_why(row.every_days, nominal, due_on)
    return ""
