"""What setting up a hall asks of the checklists, and how far it is."""

from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from checklists.models import CountersignedRun, Plan, Run
from safety_app.core.feature import Step
from safety_app.core.i18n import N_, _, ngettext
from safety_app.workplace import service as workplace


def plans(session: Session, site_id: int) -> tuple[bool, str]:
    """Every window in use has a plan."""
    planned = set(
        session.scalars(
            select(Plan.window_id).where(Plan.site_id == site_id, Plan.ends_on.is_(None))
        )
    )
    windows = workplace.list_windows(session, site_id)
    without = sum(window.id not in planned for window in windows)
    if without:
        return False, ngettext("{n} window without a plan", "{n} windows without a plan", without)
    return bool(planned), ""


def first_patrol(session: Session, site_id: int) -> tuple[bool, str]:
    """A patrol was walked and signed."""
    query = select(func.count(Run.id)).where(Run.site_id == site_id, Run.submitted_at.is_not(None))
    n = session.scalar(query) or 0
    return n > 0, _("{n} signed", n=n) if n else ""


def first_countersigned(session: Session, site_id: int) -> tuple[bool, str]:
    """A sheet bears both signatures."""
    query = (
        select(func.count(Run.id))
        .join(CountersignedRun, CountersignedRun.run_id == Run.id)
        .where(Run.site_id == site_id)
    )
    n = session.scalar(query) or 0
    return n > 0, _("{n} countersigned", n=n) if n else ""


STEPS: Final = (
    Step(
        110,
        N_("Plans for every window"),
        N_("Take over what the law and the hall's rules propose; change times where needed."),
        "plans",
        plans,
    ),
    Step(
        140,
        N_("The first patrol"),
        N_("Somebody on duty walks it on the tablet and signs."),
        "patrols",
        first_patrol,
    ),
    Step(
        150,
        N_("The first second signature"),
        N_("The lead countersigns the sheet."),
        "countersign",
        first_countersigned,
    ),
)
