"""What can be done with drills: the public face of the package."""

from drills.lifecycle import (
    STEP_DONE,
    allowed,
    compare_version,
    evaluators_of,
    may,
    require,
    take,
)
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

__all__ = [
    "STEP_DONE",
    "Facts",
    "allowed",
    "by_code",
    "cancel",
    "compare_version",
    "edit",
    "evaluators_of",
    "get",
    "may",
    "moments_of",
    "notify",
    "of_site",
    "plan",
    "plan_ids_of",
    "require",
    "reschedule",
    "steps_of",
    "take",
]
