"""All that the patrol sheet's page needs to run by itself, as plain JSON."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists import flows
from checklists.errors import NotFitToBegin, NotYourPatrol
from checklists.models import (
    NA_REASON_NAMES,
    OF_PATROLS,
    Answer,
    LateEntry,
    NaReason,
    Run,
    RunToken,
    Target,
    Task,
    Template,
    TemplateItem,
    TemplatePart,
)
from checklists.permissions import Permission
from checklists.recurrence import State, state_name
from checklists.service import rights
from checklists.service.countersigning import rung_text, support
from checklists.service.paper_forms import last_day
from checklists.service.runs import finding_facts
from checklists.service.tasks import TaskRow, siblings
from checklists.templates import source_text
from hazards.service import CATEGORY_NAMES, LEVEL_NAMES, OpenHazard
from safety_app.accounts import service as accounts
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.i18n import _, bilingual, day_text, language, moment_text, ngettext
from safety_app.core.settings import settings

Facts = dict[str, Any]
ONE_DAY: Final = timedelta(days=1)


def sheet(session: Session, actor: Actor, task_id: int, now: datetime) -> Facts:
    """The day's sheet of a checklist for a window or common area, its parts as tabs."""
    task = rights.get_task(session, actor, task_id)
    rows = siblings(session, actor, task, now=now)
    target = session.scalar(
        select(Template.target)
        .join(TemplatePart, TemplatePart.template_id == Template.id)
        .where(TemplatePart.id == task.part_id)
    )
    open_hazards = flows.open_hazards(session, task.site_id, task.window_id, task.location_id)
    today = clock.local_day(now, actor.timezone)
    may_record = rights.may(session, actor, Permission.RECORD, task)
    bar = "" if may_record else NotYourPatrol(who=rights.who_may(session, task)).message()
    unfit = rights.unfit(session, actor, now) if may_record else None
    names = Counter(row.part for row in rows)
    tabs = [
        _tab(session, actor, row, open_hazards, bar, unfit, today, now)
        | {"name": _tab_name(actor, row, is_one_of_many=names[row.part] > 1)}
        for row in rows
    ]
    return common_facts(session, actor, now) | {
        "title": rows[0].title,
        "subject": rows[0].subject,
        "subject_kind": str(target or Target.WINDOW),
        "kind": str(rows[0].kind),
        "date_text": _date_text(actor, task),
        "current_task_id": task.id,
        "may_record": may_record,
        "colleagues": _colleagues(session, actor, task),
        "back_url": "/",
        "signin_url": f"/sign-in?next=/sheet/{task.id}",
        "tabs": tabs,
    }


def _tab(
    session: Session,
    actor: Actor,
    row: TaskRow,
    open_hazards: Mapping[str, Sequence[OpenHazard]],
    bar: str,
    unfit: NotFitToBegin | None,
    today: date,
    now: datetime,
) -> Facts:
    part_id = session.scalars(select(Task.part_id).where(Task.id == row.id)).one()
    items = session.scalars(
        select(TemplateItem).where(TemplateItem.part_id == part_id).order_by(TemplateItem.position)
    ).all()
    run = session.scalar(select(Run).where(Run.task_id == row.id))
    if unfit is not None and not rights.has_held(session, actor, run):
        bar = unfit.message()
    when = partial(_when, actor, row)
    return {
        "task_id": row.id,
        "part": row.part,
        "state": row.state,
        "state_text": _(state_name(row.state, row.kind)),
        "opens_at": row.opens_at.isoformat(),
        "due_at": row.due_at.isoformat(),
        "closes_at": row.closes_at.isoformat(),
        "opens_text": when(row.opens_at),
        "due_text": when(row.due_at),
        "closes_text": when(row.closes_at),
        "why": row.why,
        "readonly_why": _readonly_why(row, bar),
        "answered": row.answered,
        "total": row.total,
        "run": run_facts(session, actor, run, items) if run else None,
        "links": _links(session, actor, row, run, now),
        "items": [item_facts(item, open_hazards.get(item.code, ()), today) for item in items],
    }


def _tab_name(actor: Actor, row: TaskRow, *, is_one_of_many: bool) -> str:
    """The part of the day; with its time where the same part comes several times a day."""
    if not is_one_of_many:
        return row.part_name
    return f"{row.part_name} {row.opens_at.astimezone(clock.zone(actor.timezone)):%H:%M}"


def _date_text(actor: Actor, task: Task) -> str:
    """The day of a patrol; of a check its days."""
    first = clock.local_day(task.opens_at, actor.timezone)
    if first >= task.due_on or not _is_long(actor, task):
        return day_text(task.on_date)
    return f"{day_text(first, weekday=False)}–{day_text(task.due_on, weekday=False)}"


def _is_long(actor: Actor, task: Task | TaskRow) -> bool:
    """Whether there are several days to do it in."""
    return task.closes_at - task.opens_at > ONE_DAY


def _when(actor: Actor, row: TaskRow, moment: datetime) -> str:
    """The time of day, with the day where there are several to do it in."""
    if _is_long(actor, row):
        return moment_text(moment, actor.timezone)
    return f"{moment.astimezone(clock.zone(actor.timezone)):%H:%M}"


def _readonly_why(row: TaskRow, bar: str) -> str:
    if row.state is State.ON_PAPER:
        return _("The paper form of this patrol was handed in and confirmed. It counts apart.")
    if row.state is State.EXCUSED:
        return _("This one does not count: it fell into the trial or into a pause.")
    return bar if row.state in (State.OPEN, State.LATE, State.UPCOMING) else ""


def _links(
    session: Session, actor: Actor, row: TaskRow, run: Run | None, now: datetime
) -> list[Facts]:
    """What else can be done with this sheet, on other pages."""
    if run and run.submitted_at:
        return []
    if row.state is State.MISSED:
        task = rights.get_task(session, actor, row.id)
        is_late = last_day(task, actor.timezone) < clock.local_day(now, actor.timezone)
        if is_late or not rights.may(session, actor, Permission.EXPLAIN, task):
            return []
        return [{"label": _("Hand in a paper form"), "href": f"/paper?task={row.id}"}]
    if row.state in (State.ON_PAPER, State.EXCUSED):
        return []
    blank = f"/patrols/blank/task/{row.id}.pdf"
    return [{"label": _("Print a blank sheet"), "href": blank, "new": True}]


def _signatures(session: Session, actor: Actor, run: Run, name: str) -> list[Facts]:
    """Both signatures under a submitted sheet, or whose the second one is."""
    if run.submitted_at is None:
        return []
    first = {
        "label": _("Signature of the patroller"),
        "name": name,
        "at": moment_text(run.submitted_at, actor.timezone),
        "ink": run.signature,
    }
    stands = support(session, actor, [run.id]).get(run.id)
    if stands is None:
        return [first]
    label = _("Second signature")
    if stands.second:
        second: Facts = {
            "label": label,
            "name": stands.second.name,
            "at": moment_text(stands.second.at, actor.timezone),
            "ink": stands.second.signature,
            "remark": stands.second.remark,
        }
    else:
        who = rung_text(stands.rung)
        second = {"label": label, "waits": _("Not signed yet; it is for: {who}.", who=who)}
        if stands.may_sign:
            second["href"] = f"/countersign?sheet={run.id}"
            second["action"] = _("Countersign")
    return [first, second]


def item_facts(item: TemplateItem, known: Sequence[OpenHazard], today: date) -> Facts:
    return {
        "id": item.id,
        "position": item.position,
        "code": item.code,
        "text": bilingual(item.text, item.text_en),
        "problem": bilingual(item.problem, item.problem_en),
        "hint": bilingual(item.hint, item.hint_en),
        "auto": item.auto,
        "level": item.level,
        "days": item.days,
        "category": item.category,
        "source": item.source,
        "source_text": source_text(item.source),
        "group": bilingual(item.group, item.group_en),
        "unit": item.unit,
        "answer": item.answer,
        "fails_at": item.fails_at,
        "open_hazard": _hazard(known[0], today) if known else None,
    }


def _hazard(hazard: OpenHazard, today: date) -> Facts:
    return {
        "id": hazard.id,
        "number": hazard.number,
        "what": bilingual(hazard.what, hazard.what_en),
        "level": hazard.level,
        "days_left_text": _days_left(hazard.fix_by, today),
    }


def _days_left(fix_by: date | None, today: date) -> str:
    if fix_by is None:
        return ""
    left = (fix_by - today).days
    if left < 0:
        return ngettext("{n} day overdue", "{n} days overdue", -left)
    if left == 0:
        return _("Due today")
    return ngettext("{n} day left", "{n} days left", left)


def run_facts(session: Session, actor: Actor, run: Run, items: Sequence[TemplateItem]) -> Facts:
    holder = session.scalar(
        select(RunToken.user_id).where(RunToken.run_id == run.id, RunToken.replaced_at.is_(None))
    )
    by = run.submitted_by or holder or run.opened_by
    names = accounts.names(session, {by, holder, run.companion_id, run.opened_by})
    submitted = run.submitted_at
    return {
        "id": run.id,
        "by_id": by,
        "by_name": names.get(by, ""),
        "holder": {"id": holder, "name": names.get(holder, "")} if holder else None,
        "companion_name": names.get(run.companion_id or 0, ""),
        "submitted": submitted is not None,
        "submitted_at_text": moment_text(submitted, actor.timezone) if submitted else "",
        "signatures": _signatures(session, actor, run, names.get(by, "")),
        "answers": {
            item.code: run.answers[item.position]
            for item in items
            if run.answers[item.position] != Answer.NONE
        },
        "findings": [finding_facts(found) for found in flows.load_findings(session, run.id)],
        "late": _late(session, run.id, items),
    }


def _late(session: Session, run_id: int, items: Sequence[TemplateItem]) -> list[Facts]:
    """What is kept beside the run, by who sent it, in the order of arrival."""
    rows = session.execute(
        select(LateEntry, RunToken.user_id)
        .join(RunToken, RunToken.id == LateEntry.token_id)
        .where(LateEntry.run_id == run_id)
        .order_by(LateEntry.id)
    ).all()
    if not rows:
        return []
    codes = {item.id: item.code for item in items}
    names = accounts.names(session, {user_id for _late_entry, user_id in rows})
    sent: dict[int, list[Facts]] = {}
    for late, user_id in rows:
        body = late.body
        wanted = ("value", "what", "note", "hazard_number")
        facts: Facts = {name: body.get(name) or "" for name in wanted}
        facts["code"] = codes.get(cast(int, body.get("item_id")), "")
        facts["photo"] = f"/photos/{late.photo_key}" if late.photo_key else ""
        sent.setdefault(user_id, []).append(facts)
    return [
        {"name": names.get(user_id, ""), "count": len(entries), "entries": entries}
        for user_id, entries in sent.items()
    ]


def _colleagues(session: Session, actor: Actor, task: Task) -> list[Facts]:
    """Who may have walked along: first those of the window, then everybody else."""
    people = [one for one in accounts.list_people(session, actor.site_id) if one.roles]
    people.sort(key=lambda one: task.window_id not in one.window_ids)
    return [{"id": one.id, "name": one.display_name} for one in people if one.id != actor.user_id]


def common_facts(session: Session, actor: Actor, now: datetime) -> Facts:
    """What every sheet says: who reads it where and when, and what there is to choose from."""
    return {
        "language": language(),
        "actor": {"id": actor.user_id, "name": _own_name(session, actor)},
        "tablet": actor.device_id is not None,
        "idle_seconds": settings().tablet_idle_minutes * 60,
        "now": now.isoformat(),
        "timezone": actor.timezone,
        "levels": _choices(LEVEL_NAMES),
        "categories": _choices(CATEGORY_NAMES),
        "na_reasons": why_not_applicable(),
    }


def why_not_applicable(reasons: Sequence[NaReason] = OF_PATROLS) -> list[Facts]:
    """The reasons to choose from; scores have others than patrols."""
    return _choices({one: NA_REASON_NAMES[one] for one in reasons})


def _own_name(session: Session, actor: Actor) -> str:
    return accounts.names(session, [actor.user_id]).get(actor.user_id, actor.name)


def _choices(names: Mapping[str, str]) -> list[Facts]:
    return [{"value": str(value), "label": _(name)} for value, name in names.items()]
