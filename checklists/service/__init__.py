"""What can be done with patrols and asked of them: the package's public face."""

from checklists.service.plans import AHEAD_DAYS, create_plan, materialise
from checklists.templates import sync as sync_templates

__all__ = ["AHEAD_DAYS", "create_plan", "materialise", "sync_templates"]
