"""What setting up a hall asks of emergency plans and rules, and how far it is."""

from typing import Final

from sqlalchemy.orm import Session

from drills.plans.models import RULES
from drills.plans.service import current
from safety_app.core import clock
from safety_app.core.feature import Step
from safety_app.core.i18n import N_, ngettext
from safety_app.workplace import service as workplace


def published(session: Session, site_id: int) -> tuple[bool, str]:
    """A plan is in force."""
    n = len(current(session, site_id, clock.local_day(clock.now(), _zone(session, site_id))))
    return n > 0, ngettext("{n} in force", "{n} in force", n) if n else ""


def ruled(session: Session, site_id: int) -> tuple[bool, str]:
    """Rules or a notice are in force."""
    today = clock.local_day(clock.now(), _zone(session, site_id))
    n = len(current(session, site_id, today, kinds=RULES))
    return n > 0, ngettext("{n} in force", "{n} in force", n) if n else ""


def _zone(session: Session, site_id: int) -> str:
    return workplace.site(session, site_id).timezone


STEPS: Final = (
    Step(
        140,
        N_("Emergency plans"),
        N_("Begin with a proposal, name the people, publish: who does what when it burns."),
        "emergency-plans",
        published,
        optional=True,
    ),
    Step(
        141,
        N_("Rules of the hall and notices"),
        N_("Publish the safety rules, and hang up the notice to visitors."),
        "hall-rules",
        ruled,
        optional=True,
    ),
)
