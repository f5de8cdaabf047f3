"""What can be done with patrols and asked of them: the package's public face."""

from checklists.service.pictures import add_photo, in_use, may_see, remove_photo
from checklists.service.plans import AHEAD_DAYS, create_plan, materialise
from checklists.service.recording import Receipt, record, record_many
from checklists.service.runs import Opened, open_run
from checklists.service.submitting import Drawn, Submitted, Typed, submit
from checklists.templates import sync as sync_templates

__all__ = [
    "AHEAD_DAYS",
    "Drawn",
    "Opened",
    "Receipt",
    "Submitted",
    "Typed",
    "add_photo",
    "create_plan",
    "in_use",
    "materialise",
    "may_see",
    "open_run",
    "record",
    "record_many",
    "remove_photo",
    "submit",
    "sync_templates",
]
