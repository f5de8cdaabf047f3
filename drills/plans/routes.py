"""Every plain page and paper of plans and rules."""

from typing import Final

from drills.plans import papers
from drills.plans.emergency import page

ROUTES: Final = (*page.ROUTES, *papers.ROUTES)
