"""The sheet of a thing that is inspected: the patrol's own, of one part, without a time of day."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists import flows, subjects
from checklists.models import (
    OF_SCORES,
    Answer,
    Asked,
    Kind,
    Run,
    Target,
    Template,
    TemplateItem,
    TemplatePart,
)
from checklists.recurrence import State
from checklists.service import rights
from checklists.service.inspecting import checklist_in_force, under_way
from checklists.service.judging import limits_of
from checklists.service.sheets import (
    Facts,
    common_facts,
    item_facts,
    run_facts,
    why_not_applicable,
)
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.errors import NotFound
from safety_app.core.feature import Subject, SubjectBrief
from safety_app.core.i18n import _, bilingual, day_text, moment_text


def inspection_sheet(
    session: Session, actor: Actor, subject: str, now: datetime, *, run_id: int | None = None
) -> Facts:
    """All that the page of an inspection needs: a new one, one under way, or one to be read."""
    refusal = subjects.refusal(session, actor, subject)
    thing = subjects.find(session, actor, subject, now)
    run = _run(session, actor, subject, run_id, now)
    refusal = refusal or _unfit(session, actor, run, now)
    brief = subjects.brief(session, actor.site_id, subject)
    template, part = _checklist(session, actor.site_id, brief, run)
    today = clock.local_day(now, actor.timezone)
    tab = _tab(session, actor, subject, refusal, thing, brief, template, part, run, now)
    # A draft that was begun on another day is never taken for today's.
    begun = clock.local_day(run.opened_at, actor.timezone) if run else today
    tab["task_id"] = f"{subject}@{run.id if run_id and run else begun.isoformat()}"
    is_scored = any(item["answer"] == Asked.SCORE for item in tab["items"])
    return common_facts(session, actor, now) | {
        "title": thing.title,
        "subject": thing.place,
        "subject_kind": str(Target.SUBJECT),
        "kind": str(Kind.INSPECTION),
        "date_text": day_text(today),
        "current_task_id": tab["task_id"],
        "may_record": not refusal,
        "scored": is_scored,
        "signed": brief.is_signed,
        "na_reasons": why_not_applicable(OF_SCORES) if is_scored else why_not_applicable(),
        "task": thing.task,
        "task_said": thing.task_said,
        "colleagues": [],
        "back_url": thing.back_url,
        "signin_url": f"/sign-in?next=/inspect/{subject}",
        "open": {"subject": subject},
        "known": [{"text": text, "good": good} for text, good in thing.known],
        "previous": thing.previous,
        "photo": f"/photos/{thing.photo}" if thing.photo else "",
        "next_url": thing.next_url,
        "next_text": thing.next_text,
        "tabs": [tab],
    }


def _unfit(session: Session, actor: Actor, run: Run | None, now: datetime) -> str:
    if run is not None and run.submitted_at is not None:
        return ""
    found = rights.unfit(session, actor, now)
    return found.message() if found and not rights.has_held(session, actor, run) else ""


def find_run(session: Session, actor: Actor, run_id: int) -> Run:
    """A run of a thing that the actor may see; raises `NotFound`."""
    run = session.get(Run, run_id)
    if run is None or run.subject is None or not rights.may_see_run(session, actor, run):
        raise NotFound()
    return run


def _run(
    session: Session, actor: Actor, subject: str, run_id: int | None, now: datetime
) -> Run | None:
    if run_id is None:
        run = under_way(session, actor.site_id, subject)
        return run if run and run.closes_at and run.closes_at > now else None
    run = find_run(session, actor, run_id)
    if run.subject != subject:
        raise NotFound()
    return run


def _checklist(
    session: Session, site_id: int, brief: SubjectBrief, run: Run | None
) -> tuple[Template, TemplatePart]:
    """The list in force, or the one that the run was begun with."""
    if run is not None:
        part = session.get_one(TemplatePart, run.part_id)
        return session.get_one(Template, part.template_id), part
    return checklist_in_force(session, site_id, brief.checklist)


def _tab(
    session: Session,
    actor: Actor,
    subject: str,
    refusal: str,
    thing: Subject,
    brief: SubjectBrief,
    template: Template,
    part: TemplatePart,
    run: Run | None,
    now: datetime,
) -> Facts:
    items = session.scalars(
        select(TemplateItem).where(TemplateItem.part_id == part.id).order_by(TemplateItem.position)
    ).all()
    opened = run.opened_at if run else now
    closes = run.closes_at if run else now + timedelta(days=brief.open_days)
    is_over = run is not None and run.submitted_at is not None
    return {
        "part": part.code,
        "name": bilingual(template.title, template.title_en),
        "state": str(State.DONE if is_over else State.OPEN),
        "state_text": _("Submitted") if is_over else "",
        "opens_at": opened.isoformat(),
        "due_at": (closes or opened).isoformat(),
        "closes_at": (closes or opened).isoformat(),
        "why": thing.why or bilingual(template.rule, template.rule_en),
        "readonly_why": "" if is_over else _why_not(refusal, run, actor),
        "answered": len(run.answers) - run.answers.count(Answer.NONE) if run else 0,
        "total": len(items),
        "run": run_facts(session, actor, run, items) if run else None,
        "links": [],
        "items": _items(session, actor, subject, thing, brief, items, now),
    }


def _why_not(refusal: str, run: Run | None, actor: Actor) -> str:
    if run is not None and run.swept_at is not None and run.closes_at is not None:
        return _(
            "Begun and never submitted; closed at {time}. It counts for nothing, what was found"
            " is registered.",
            time=moment_text(run.closes_at, actor.timezone),
        )
    return refusal


def _items(
    session: Session,
    actor: Actor,
    subject: str,
    thing: Subject,
    brief: SubjectBrief,
    items: Sequence[TemplateItem],
    now: datetime,
) -> list[dict[str, Any]]:
    known = flows.open_under(session, actor.site_id, f"{subject}/")
    today = clock.local_day(now, actor.timezone)
    found = []
    for item in items:
        low, high = limits_of(session, actor.site_id, subject, item) if item.unit else (None, None)
        facts = item_facts(item, known.get(item.code, ()), today)
        text, good = thing.beside.get(item.code, ("", True))
        facts |= {"low": low, "high": high, "beside": {"text": text, "good": good}}
        found.append(facts | {"takes_task": bool(thing.task) and item.code in brief.tasks})
    return found
