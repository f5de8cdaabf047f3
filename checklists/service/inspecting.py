"""Opening the inspection of a thing: one run under way, closed by itself after three days."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists import flows, subjects, templates
from checklists.errors import UnknownChecklist
from checklists.models import Answer, Run, Template, TemplatePart
from checklists.service import rights
from checklists.service.runs import ITEMS_OF_PART, Opened, insert_run, take_up
from safety_app.core import journal
from safety_app.core.access import Actor
from safety_app.core.errors import ChangedMeanwhile
from safety_app.core.i18n import N_


def open_inspection(
    session: Session,
    actor: Actor,
    subject: str,
    *,
    held_token: str | None = None,
    now: datetime,
) -> Opened:
    """Begin to inspect a thing or go on with it; whoever had its sheet open before is replaced.

    What was left unsubmitted for days is swept first and counts for nothing.
    """
    journal.lock(session)
    subjects.require(session, actor, subject, now)
    run = under_way(session, actor.site_id, subject, lock=True)
    if run is not None and run.closes_at is not None and run.closes_at <= now:
        flows.sweep_inspection(session, run, now)
        run = None
    rights.require_fit(session, actor, run, now)
    is_new = run is None
    if run is None:
        run, is_new = _begin_inspection(session, actor, subject, now)
    return take_up(session, actor, run, held_token, is_new=is_new, now=now)


def under_way(session: Session, site_id: int, subject: str, *, lock: bool = False) -> Run | None:
    """The inspection of a thing that nobody has submitted yet, if there is one."""
    query = (
        select(Run)
        .where(
            Run.site_id == site_id, Run.subject == subject,
            Run.submitted_at.is_(None), Run.swept_at.is_(None),
        )
        .execution_options(populate_existing=True)
    )  # fmt: skip
    return session.scalar(query.with_for_update() if lock else query)


def checklist_in_force(session: Session, site_id: int, code: str) -> tuple[Template, TemplatePart]:
    """The checklist that inspections begin with now, and its only part."""
    template = templates.newest(session, code, site_id)
    if template is None:
        raise UnknownChecklist(code=code)
    parts = select(TemplatePart).where(TemplatePart.template_id == template.id)
    return template, session.scalars(parts).one()


def _begin_inspection(
    session: Session, actor: Actor, subject: str, now: datetime
) -> tuple[Run, bool]:
    """A new run of a thing, or the one another tablet made in the same moment."""
    where = subjects.brief(session, actor.site_id, subject)
    _template, part = checklist_in_force(session, actor.site_id, where.checklist)
    new = {
        "site_id": actor.site_id,
        "subject": subject,
        "part_id": part.id,
        "window_id": where.window_id,
        "location_id": where.location_id,
        "answers": Answer.NONE * (session.scalar(ITEMS_OF_PART, {"part": part.id}) or 0),
        "opened_at": now,
        "opened_by": actor.user_id,
        "closes_at": now + timedelta(days=where.open_days),
        "signature": "",
    }
    made = insert_run(session, new)
    run = under_way(session, actor.site_id, subject, lock=True)
    if run is None:  # submitted by somebody else between the two statements
        raise ChangedMeanwhile(name="–", step=N_("submitted"))
    return run, made
