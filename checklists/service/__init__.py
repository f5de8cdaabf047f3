"""What can be done with patrols and asked of them: the package's public face."""

from checklists.service.countersigning import (
    FLAG_NAMES,
    Flag,
    Second,
    Sheet,
    count_waiting,
    countersign,
    find_sheet,
    may_countersign,
    rung_text,
    seconds,
    waiting,
)
from checklists.service.figures import Counts, PartCounts, counts, place_counts, rate
from checklists.service.pictures import add_photo, find_photo, in_use, may_see, remove_photo
from checklists.service.plans import AHEAD_DAYS, create_plan, materialise
from checklists.service.recording import Receipt, record
from checklists.service.rights import get_task
from checklists.service.runs import Opened, open_run
from checklists.service.sheets import sheet
from checklists.service.submitting import Drawn, Submitted, Typed, submit
from checklists.service.tasks import TaskRow, count_tasks, explain_missed, list_tasks
from checklists.service.walking import walk
from checklists.templates import sync as sync_templates

__all__ = [
    "AHEAD_DAYS",
    "FLAG_NAMES",
    "Counts",
    "Drawn",
    "Flag",
    "Opened",
    "PartCounts",
    "Receipt",
    "Second",
    "Sheet",
    "Submitted",
    "TaskRow",
    "Typed",
    "add_photo",
    "count_tasks",
    "count_waiting",
    "countersign",
    "counts",
    "create_plan",
    "explain_missed",
    "find_photo",
    "find_sheet",
    "get_task",
    "in_use",
    "list_tasks",
    "materialise",
    "may_countersign",
    "may_see",
    "open_run",
    "place_counts",
    "rate",
    "record",
    "remove_photo",
    "rung_text",
    "seconds",
    "sheet",
    "submit",
    "sync_templates",
    "waiting",
    "walk",
]
