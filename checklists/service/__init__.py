"""What can be done with patrols and asked of them: the package's public face."""

from checklists.entries import ClientMoment
from checklists.service.countersigning import (
    FLAG_NAMES,
    Flag,
    Second,
    Sheet,
    count_waiting,
    countersign,
    find_sheet,
    latest,
    may_countersign,
    rung_text,
    seconds,
    waiting,
)
from checklists.service.figures import Counts, PartCounts, counts, place_counts, rate
from checklists.service.inspected import (
    Group,
    NumberPoint,
    groups_of,
    inspector,
    number_points,
    problems,
)
from checklists.service.inspecting import open_inspection
from checklists.service.inspection_sheet import find_run, inspection_sheet
from checklists.service.making import AHEAD_DAYS, MOST, follow, materialise
from checklists.service.paper_forms import (
    STANDING_NAMES,
    Paper,
    Standing,
    check_takes_paper,
    confirm,
    hand_in,
    papers_of,
    papers_waiting,
    refuse,
    walkers,
)
from checklists.service.pictures import add_photo, find_photo, in_use, may_see, remove_photo
from checklists.service.plans import (
    add_plans,
    change_plan,
    create_plan,
    end_plan,
    resume_plan,
)
from checklists.service.reading import Reading, Told, read_sheet
from checklists.service.recording import Receipt, record
from checklists.service.rights import get_task, unfit
from checklists.service.runs import Opened, open_run
from checklists.service.scoring import Other, Scored, ScoredSheet, scored_sheet, scored_sheets
from checklists.service.served import signed
from checklists.service.sheets import sheet
from checklists.service.submitting import Submitted, submit
from checklists.service.tasks import (
    TaskRow,
    count_tasks,
    explain_missed,
    list_tasks,
    siblings,
)
from checklists.service.timing import Place, Timing
from checklists.service.walking import inspect, walk
from checklists.templates import sync as sync_templates
from safety_app.accounts.service import Account, Drawn, Signature, Typed

__all__ = [
    "AHEAD_DAYS",
    "FLAG_NAMES",
    "MOST",
    "STANDING_NAMES",
    "Account",
    "ClientMoment",
    "Counts",
    "Drawn",
    "Flag",
    "Group",
    "NumberPoint",
    "Opened",
    "Other",
    "Paper",
    "PartCounts",
    "Place",
    "Reading",
    "Receipt",
    "Scored",
    "ScoredSheet",
    "Second",
    "Sheet",
    "Signature",
    "Standing",
    "Submitted",
    "TaskRow",
    "Timing",
    "Told",
    "Typed",
    "add_photo",
    "add_plans",
    "change_plan",
    "check_takes_paper",
    "confirm",
    "count_tasks",
    "count_waiting",
    "countersign",
    "counts",
    "create_plan",
    "end_plan",
    "explain_missed",
    "find_photo",
    "find_run",
    "find_sheet",
    "follow",
    "get_task",
    "groups_of",
    "hand_in",
    "in_use",
    "inspect",
    "inspection_sheet",
    "inspector",
    "latest",
    "list_tasks",
    "materialise",
    "may_countersign",
    "may_see",
    "number_points",
    "open_inspection",
    "open_run",
    "papers_of",
    "papers_waiting",
    "place_counts",
    "problems",
    "rate",
    "read_sheet",
    "record",
    "refuse",
    "remove_photo",
    "resume_plan",
    "rung_text",
    "scored_sheet",
    "scored_sheets",
    "seconds",
    "sheet",
    "siblings",
    "signed",
    "submit",
    "sync_templates",
    "unfit",
    "waiting",
    "walk",
    "walkers",
]
