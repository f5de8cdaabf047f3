"""What can be done with drills: the public face of the package."""

from drills.lifecycle import (
    STEP_DONE,
    allowed,
    compare_version,
    evaluators_of,
    may,
    note,
    require,
    take,
)
from drills.models import Status, Step
from drills.service.finishing import (
    OnPaper,
    correct_stamp,
    enter,
    enter_new,
    finish,
    report,
    reset,
    write_down,
)
from drills.service.judging import evaluated
from drills.service.loading import by_code, get, of_site, steps_of
from drills.service.planning import (
    Facts,
    cancel,
    edit,
    moments_of,
    notify,
    plan,
    plan_ids_of,
    reschedule,
)
from drills.service.tried import Tried, tried_by

__all__ = [
    "STEP_DONE",
    "Facts",
    "OnPaper",
    "Status",
    "Step",
    "Tried",
    "allowed",
    "by_code",
    "cancel",
    "compare_version",
    "correct_stamp",
    "edit",
    "enter",
    "enter_new",
    "evaluated",
    "evaluators_of",
    "finish",
    "get",
    "may",
    "moments_of",
    "note",
    "notify",
    "of_site",
    "plan",
    "plan_ids_of",
    "report",
    "require",
    "reschedule",
    "reset",
    "steps_of",
    "take",
    "tried_by",
    "write_down",
]
