"""A submitted sheet to be read: what is not as it should be, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from checklists import flows
from checklists.flows import Found
from checklists.models import (
    NA_REASON_NAMES,
    Answer,
    Disposal,
    LateEntry,
    Run,
    Task,
    TemplateItem,
)
from checklists.permissions import Permission
from checklists.service import rights
from checklists.service.countersigning import Second, seconds
from hazards.service.outcomes import Outcome, outcomes
from safety_app.accounts import service as accounts
from safety_app.core.access import Actor
from safety_app.core.errors import NotFound
from safety_app.core.i18n import N_, _, bilingual

DISPOSAL_NAMES: Final = {
    Disposal.SPOT: N_("Corrected on the spot"),
    Disposal.HAZARD: N_("Registered as a hazard"),
    Disposal.SIGHTING: N_("Seen again on an open hazard"),
    Disposal.SCRAP: N_("Scrap condition: out of service"),
    Disposal.TASK: N_("Given as a task"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One point that is not in order, does not apply, or is another hazard."""

    code: str
    text: str
    problem: str
    is_failed: bool
    note: str
    disposal: str
    reason: str
    photos: tuple[str, ...]
    hazard: Outcome | None


@dataclass(frozen=True, slots=True)
class Reading:
    """A sheet with all that its second signer looks at."""

    run_id: int
    task_id: int
    passed: int
    failed: int
    not_applicable: int
    total: int
    exceptions: tuple[Told, ...]
    beside: int
    submitted_at: datetime
    due_at: datetime
    submitted_by: str
    companion: str
    signature: str
    second: Second | None


def read_sheet(session: Session, actor: Actor, run_id: int) -> Reading:
    """A submitted sheet that the actor may see; raises `NotFound`."""
    run = session.get(Run, run_id)
    task = session.get(Task, run.task_id) if run and run.task_id else None
    if run is None or task is None or run.submitted_at is None:
        raise NotFound()
    if not rights.may(session, actor, Permission.VIEW, task):
        raise NotFound()
    found = flows.load_findings(session, run.id)
    became = outcomes(session, run.site_id, [one.finding.hazard_id for one in found])
    names = accounts.names(session, {run.submitted_by, run.companion_id})
    return Reading(
        run_id=run.id,
        task_id=task.id,
        passed=run.answers.count(Answer.PASS),
        failed=run.answers.count(Answer.FAIL),
        not_applicable=run.answers.count(Answer.NOT_APPLICABLE),
        total=len(run.answers),
        exceptions=tuple(exception(one, became) for one in found if is_told(one)),
        beside=_beside(session, run.id),
        submitted_at=run.submitted_at,
        due_at=task.due_at,
        submitted_by=names.get(run.submitted_by or 0, "–"),
        companion=names.get(run.companion_id or 0, ""),
        signature=run.signature,
        second=seconds(session, [run.id]).get(run.id),
    )


def is_told(found: Found) -> bool:
    """Whether a finding says anything: not one that was taken back."""
    return found.is_problem or found.finding.value == Answer.NOT_APPLICABLE


def exception(found: Found, became: dict[int, Outcome]) -> Told:
    """A finding in words of the current language."""
    finding, item = found.finding, found.item
    disposal = found.disposal
    return Told(
        code=item.code if item else "",
        text=_item_text(item, finding.what),
        problem=bilingual(item.problem, item.problem_en) if item else finding.what,
        is_failed=found.is_problem,
        note=finding.note,
        disposal=_(DISPOSAL_NAMES[disposal]) if disposal and found.is_problem else "",
        reason=_(NA_REASON_NAMES.get(finding.reason, finding.reason)) if finding.reason else "",
        photos=tuple(photo.key for photo in found.photos),
        hazard=became.get(finding.hazard_id or 0),
    )


def _item_text(item: TemplateItem | None, what: str) -> str:
    return bilingual(item.text, item.text_en) if item else what


def _beside(session: Session, run_id: int) -> int:
    query: Any = select(func.count()).where(LateEntry.run_id == run_id)
    return session.scalar(query) or 0
