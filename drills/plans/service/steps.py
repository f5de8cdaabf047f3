"""The steps of a document: who may take which when, and the one way to take it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.plans.errors import StepNotPossible
from drills.plans.models import Document, DocumentStep, DraftStatus, Step
from drills.plans.permissions import Permission
from safety_app.core import journal
from safety_app.core.access import Actor
from safety_app.core.errors import NotAllowed, NotFound
from safety_app.core.i18n import N_, bilingual


@dataclass(frozen=True, slots=True)
class Rule:
    """When a step may be taken, where it leaves the draft (`None`: as it is), and with what."""

    when: Callable[[Document], bool]
    permission: Permission
    after: DraftStatus | None = None


def _has_draft(document: Document) -> bool:
    return document.draft_status is not None


def _is_approved(document: Document) -> bool:
    return document.draft_status == DraftStatus.APPROVED


def _is_drafting(document: Document) -> bool:
    return document.draft_status == DraftStatus.DRAFTING


def _is_published(document: Document) -> bool:
    return document.current_id is not None and document.withdrawn_on is None


def _was_published(document: Document) -> bool:
    return document.current_id is not None


def _may_be_revised(document: Document) -> bool:
    return document.draft_status is None and document.current_id is not None


RULES: Final[Mapping[Step, Rule]] = {
    Step.EDIT: Rule(_has_draft, Permission.DRAFT, DraftStatus.DRAFTING),
    Step.DISCARD: Rule(_has_draft, Permission.DRAFT),
    Step.REVISE: Rule(_may_be_revised, Permission.DRAFT, DraftStatus.DRAFTING),
    Step.APPROVE: Rule(_is_drafting, Permission.APPROVE, DraftStatus.APPROVED),
    Step.SEND_BACK: Rule(_is_approved, Permission.APPROVE, DraftStatus.DRAFTING),
    Step.PUBLISH: Rule(_is_approved, Permission.APPROVE),
    Step.WITHDRAW: Rule(_is_published, Permission.APPROVE),
    Step.REVIEW: Rule(_is_published, Permission.APPROVE),
    Step.REQUEST: Rule(_is_published, Permission.REQUEST),
    Step.CLOSE_REQUEST: Rule(_was_published, Permission.APPROVE),
    Step.FILE: Rule(_was_published, Permission.DRAFT),
}
WHO_MAY: Final[Mapping[Permission, str]] = {
    Permission.DRAFT: N_("The safety officer or a manager"),
    Permission.REQUEST: N_("A window lead, the safety officer or a manager"),
    Permission.APPROVE: N_("A manager"),
    Permission.READERS: N_("A window lead, the safety officer or a manager"),
}


def get(session: Session, site_id: int, document_id: int) -> Document:
    """A document of the site; raises `NotFound`."""
    found = session.get(Document, document_id) if 0 < document_id < 2**31 else None
    if found is None or found.site_id != site_id:
        raise NotFound()
    return found


def allowed(actor: Actor, document: Document) -> frozenset[Step]:
    """The steps this actor may take now."""
    return frozenset(
        step for step, rule in RULES.items() if rule.when(document) and actor.may(rule.permission)
    )


def begin(session: Session, actor: Actor, document_id: int, step: Step) -> Document:
    """The document, locked for this step; raises what forbids it."""
    journal.lock(session)
    document = get(session, actor.site_id, document_id)
    require(actor, document, step)
    return document


def require(actor: Actor | None, document: Document, step: Step) -> None:
    """Raise what forbids a step: permission, then the state; `None` is the worker, who may."""
    rule = RULES[step]
    if actor is not None and not actor.may(rule.permission):
        raise NotAllowed(who=WHO_MAY[rule.permission])
    if not rule.when(document):
        raise StepNotPossible(title=bilingual(document.title, document.title_en))


def take(
    session: Session,
    actor: Actor | None,
    document: Document,
    step: Step,
    *,
    now: datetime,
    version_id: int | None = None,
    note: str = "",
    **facts: Any,
) -> None:
    """The one way to take a step that was allowed: state, dated row, journal."""
    after = RULES[step].after if step in RULES else None
    if after is not None:
        document.draft_status = after
    session.add(
        DocumentStep(
            site_id=document.site_id,
            document_id=document.id,
            step=step,
            at=now,
            actor_id=actor.user_id if actor else None,
            version_id=version_id,
            note=note,
        )
    )
    session.flush()
    told = {"step": step, "version": version_id, "note": note, **facts}
    journal.write(
        session, actor, f"plans:{step}", "plan", document.id,
        now=now, site_id=document.site_id, facts=told,
    )  # fmt: skip


def steps_of(session: Session, document_id: int) -> list[DocumentStep]:
    """The life of a document, newest first."""
    query = select(DocumentStep).where(DocumentStep.document_id == document_id)
    return list(session.scalars(query.order_by(DocumentStep.id.desc())))
