"""What hazards ask of incidents: whether a measure may be closed, where it comes from, and why."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazards.incidents import rules
from hazards.incidents.models import Incident
from hazards.incidents.service.closing import SOURCE
from hazards.incidents.service.scene import is_kept
from safety_app.core.i18n import _


def bars_closing(session: Session, site_id: int, source: str, now: datetime) -> str:
    """Why a measure may not be accepted yet: its scene is still protected; else nothing."""
    incident = _incident(session, site_id, source)
    if incident is None or not is_kept(incident):
        return ""
    return _(
        "The scene of {number} is still protected. Give it free on the page of the incident first.",
        number=incident.number,
    )


def source_page(source: str) -> tuple[str, str, str] | None:
    """The incident behind `incidents:SG-2026-0001/1`, and where to see it."""
    number = number_of(source)
    return (_("Incident"), number, f"/incidents?no={number}&part=closing") if number else None


def rule_behind(session: Session, site_id: int, source: str) -> str:
    """The article behind a measure."""
    if _incident(session, site_id, source) is None:
        return ""
    return rules.source("actions")


def number_of(source: str) -> str:
    """`SG-2026-0001` of a source of this feature, else nothing."""
    if not source.startswith(SOURCE):
        return ""
    return source.removeprefix(SOURCE).partition("/")[0]


def _incident(session: Session, site_id: int, source: str) -> Incident | None:
    number = number_of(source)
    if not number:
        return None
    return session.scalar(
        select(Incident).where(Incident.site_id == site_id, Incident.number == number)
    )
