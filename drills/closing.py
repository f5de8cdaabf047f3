"""What hazards ask of drills: where one came from, and on which rule it rests."""

from sqlalchemy.orm import Session

from drills.service import of_site
from drills.service.problems import PREFIX
from safety_app.core.i18n import _


def source_page(source: str) -> tuple[str, str, str] | None:
    """The drill behind `drills:YL-2026-01/G09`, and where to see it."""
    if not source.startswith(PREFIX):
        return None
    code = source.removeprefix(PREFIX).partition("/")[0]
    return _("Drill"), code, f"/drills?drill={code}"


def rule_behind(session: Session, site_id: int, source: str) -> str:
    """Why what a drill has shown must be put right."""
    if not source.startswith(PREFIX):
        return ""
    drill = of_site(session, site_id, source.removeprefix(PREFIX).partition("/")[0])
    if drill is None:
        return ""
    return _("Found in drill {code}; AQ/T 9009-2015, corrective action", code=drill.code)
