"""What can be done with hazards and asked of them: the package's public face."""

from hazards.models import CATEGORY_NAMES, LEVEL_NAMES, Category, Level, Origin, Phase
from hazards.service.deadlines import DEFAULT_DAYS, fix_days, proposed_fix_by
from hazards.service.detail import HazardDetail, PhotoView, StepView, get
from hazards.service.handling import (
    accept,
    assign,
    extend,
    fix,
    missing_fact,
    send_back,
    set_level,
    void,
)
from hazards.service.photos import (
    find_upload,
    in_use,
    list_uploads,
    may_see,
    store_upload,
    sweep_uploads,
)
from hazards.service.queries import (
    VIEW_NAMES,
    Counts,
    Filters,
    HazardRow,
    Listing,
    View,
    counts,
    list_hazards,
    urgent_open,
    waiting_for,
)
from hazards.service.registering import (
    OpenHazard,
    attach_photos,
    open_by_source,
    report,
    sight,
)

__all__ = [
    "CATEGORY_NAMES",
    "DEFAULT_DAYS",
    "LEVEL_NAMES",
    "VIEW_NAMES",
    "Counts",
    "Filters",
    "HazardDetail",
    "HazardRow",
    "Listing",
    "OpenHazard",
    "PhotoView",
    "StepView",
    "View",
    "accept",
    "assign",
    "attach_photos",
    "counts",
    "extend",
    "find_upload",
    "fix",
    "fix_days",
    "get",
    "in_use",
    "list_hazards",
    "list_uploads",
    "may_see",
    "missing_fact",
    "open_by_source",
    "proposed_fix_by",
    "report",
    "send_back",
    "set_level",
    "sight",
    "store_upload",
    "sweep_uploads",
    "urgent_open",
    "void",
    "waiting_for",
]
