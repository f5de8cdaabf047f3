"""Paper sheets of patrols that were missed: handed in with a picture, confirmed or refused.

A confirmed one counts apart: never as done, never as in time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from checklists.errors import (
    NotYourCountersignature,
    OwnSheet,
    PaperAlreadyThere,
    PaperDecided,
    PaperFileUsed,
    PaperNeedsPicture,
    PaperNotNeeded,
    PaperRefusedTwice,
    PaperTooLate,
    PaperWalkerUnfit,
    RefusalNeedsReason,
)
from checklists.models import (
    PaperForm,
    PaperFormFile,
    Run,
    Task,
    Template,
    TemplatePart,
)
from checklists.permissions import Permission
from checklists.recurrence import State
from checklists.service import rights
from checklists.service.supervising import Supervision, may_sign, rungs_of
from checklists.service.tasks import in_state
from safety_app.accounts import service as accounts
from safety_app.core import clock, files, journal
from safety_app.core.access import ROLE_NAMES, Actor, Role
from safety_app.core.errors import NotFound, TextTooLong
from safety_app.core.i18n import N_, bilingual
from safety_app.core.text import plain
from safety_app.workplace import service as workplace

DAYS: Final = 7
"""A power cut lasts hours; a week covers the longest holiday after it. What turns up later was
more likely written later."""
TRIES: Final = 2
MOST_FILES: Final = 4
NOTE_LIMIT: Final = 200


class Standing(StrEnum):
    """How a paper form stands."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


STANDING_NAMES: Final = {
    Standing.WAITING: N_("To be confirmed"),
    Standing.CONFIRMED: N_("Confirmed"),
    Standing.REFUSED: N_("Refused"),
}


@dataclass(frozen=True, slots=True)
class Scan:
    """A picture or scan of a form."""

    id: int
    name: str
    is_picture: bool


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper form as pages and papers show it."""

    id: int
    task_id: int
    title: str
    part_name: str
    subject: str
    window_id: int | None
    on_date: date
    walked_by: int
    walked_by_name: str
    note: str
    handed_in_by_name: str
    handed_in_at: datetime
    standing: Standing
    decided_by_name: str
    decided_at: datetime | None
    refusal: str
    rung: Role
    scans: tuple[Scan, ...]


def hand_in(
    session: Session,
    actor: Actor,
    task_id: int,
    *,
    walked_by: int,
    file_ids: Sequence[int],
    note: str = "",
    now: datetime,
) -> PaperForm:
    """Hand in the paper form of a missed patrol; it counts once it is confirmed."""
    journal.lock(session)
    task = rights.get_task(session, actor, task_id)
    rights.require(session, actor, Permission.EXPLAIN, task)
    check_takes_paper(session, actor, task, now)
    _check_walker(session, actor, task, walked_by)
    scans = files.claim(session, actor, file_ids, most=MOST_FILES)
    _check_scans(session, [scan.id for scan in scans])
    form = PaperForm(
        site_id=task.site_id,
        task_id=task.id,
        walked_by=walked_by,
        note=_line(note, N_("Note")),
        handed_in_by=actor.user_id,
        handed_in_at=now,
    )
    session.add(form)
    session.flush()
    session.add_all(PaperFormFile(paper_form_id=form.id, file_id=scan.id) for scan in scans)
    session.flush()
    facts = {"task": task.id, "walked_by": walked_by, "files": [scan.key for scan in scans]}
    journal.write(session, actor, "checklists:hand_in", "paper_form", form.id, now=now, facts=facts)
    return form


def check_takes_paper(session: Session, actor: Actor, task: Task, now: datetime) -> None:
    """Raise unless a paper form of this task can be handed in now."""
    state = in_state(State.MISSED, now)
    missed = select(Task.id).outerjoin(Run, Run.task_id == Task.id).where(Task.id == task.id, state)
    if session.scalar(missed) is None:
        raise PaperNotNeeded()
    if last_day(task, actor.timezone) < clock.local_day(now, actor.timezone):
        raise PaperTooLate(days=DAYS)
    forms = session.scalars(select(PaperForm).where(PaperForm.task_id == task.id)).all()
    if any(form.refused_at is None for form in forms):
        raise PaperAlreadyThere()
    if len(forms) >= TRIES:
        raise PaperRefusedTwice()


def last_day(task: Task, timezone: str) -> date:
    """The last day on which its paper form is taken."""
    return clock.local_day(task.closes_at, timezone) + timedelta(days=DAYS)


def confirm(session: Session, actor: Actor, form_id: int, *, now: datetime) -> PaperForm:
    """Accept a form: the patrol counts as handed in on paper."""
    form = _undecided(session, actor, form_id)
    form.confirmed_by, form.confirmed_at = actor.user_id, now
    session.flush()
    journal.write(session, actor, "checklists:confirm_paper", "paper_form", form.id, now=now)
    return form


def refuse(
    session: Session, actor: Actor, form_id: int, *, reason: str, now: datetime
) -> PaperForm:
    """Send a form back; the patrol stays missed."""
    form = _undecided(session, actor, form_id)
    reason = _line(reason, N_("Reason"))
    if not reason:
        raise RefusalNeedsReason()
    form.refused_by, form.refused_at, form.refusal = actor.user_id, now, reason
    session.flush()
    facts = {"reason": reason}
    journal.write(
        session, actor, "checklists:refuse_paper", "paper_form", form.id, now=now, facts=facts
    )
    return form


def papers_waiting(session: Session, actor: Actor) -> list[Paper]:
    """Paper forms that wait for this person's word, the earliest first."""
    if not actor.may_somewhere(Permission.COUNTERSIGN):
        return []
    undecided = and_(PaperForm.confirmed_at.is_(None), PaperForm.refused_at.is_(None))
    found = _shown(session, actor, undecided, PaperForm.walked_by != actor.user_id)
    return [one for one in found if one.rung in rungs_of(actor, one.window_id)]


def papers_of(session: Session, actor: Actor, task_id: int) -> list[Paper]:
    """The forms of a task that the actor may see, the newest last."""
    task = rights.get_task(session, actor, task_id)
    return _shown(session, actor, PaperForm.task_id == task.id)


def walkers(session: Session, actor: Actor, task_id: int) -> dict[int, str]:
    """Who may have walked a task, by name."""
    task = rights.get_task(session, actor, task_id)
    people = accounts.list_people(session, task.site_id)
    on_duty = set(workplace.on_duty(session, task.site_id, task.on_date, task.window_id))
    return {
        one.id: one.display_name
        for one in people
        if Role.OFFICER in one.roles
        or one.id in on_duty
        or (task.window_id is not None and task.window_id in one.window_ids)
    }


def may_see_file(session: Session, actor: Actor, file_id: int) -> bool:
    """Whether a file is the scan of a form whose patrol the actor may see."""
    task = session.scalar(
        select(Task)
        .join(PaperForm, PaperForm.task_id == Task.id)
        .join(PaperFormFile, PaperFormFile.paper_form_id == PaperForm.id)
        .where(PaperFormFile.file_id == file_id, Task.site_id == actor.site_id)
    )
    return task is not None and rights.may(session, actor, Permission.VIEW, task)


def scans_of(session: Session, form_ids: Sequence[int]) -> dict[int, tuple[Scan, ...]]:
    """The pictures of some forms."""
    found: dict[int, tuple[Scan, ...]] = {}
    rows = session.execute(
        select(PaperFormFile.paper_form_id, files.File)
        .join(files.File, files.File.id == PaperFormFile.file_id)
        .where(PaperFormFile.paper_form_id.in_(form_ids))
        .order_by(files.File.id)
    )
    for form_id, file in rows:
        scan = Scan(file.id, file.name, file.is_picture)
        found[form_id] = (*found.get(form_id, ()), scan)
    return found


def _check_walker(session: Session, actor: Actor, task: Task, walked_by: int) -> None:
    person = accounts.get_person(session, actor.site_id, walked_by)
    walker = accounts.actor_for(session, walked_by)
    if not (person.is_active and rights.may(session, walker, Permission.RECORD, task)):
        raise PaperWalkerUnfit(name=person.display_name)


def _check_scans(session: Session, file_ids: Sequence[int]) -> None:
    if not file_ids:
        raise PaperNeedsPicture()
    used = select(func.count()).where(PaperFormFile.file_id.in_(file_ids))
    if session.scalar(used):
        raise PaperFileUsed()


def _undecided(session: Session, actor: Actor, form_id: int) -> PaperForm:
    """The form, if this person may decide on it and nobody has."""
    journal.lock(session)
    query = select(PaperForm).where(PaperForm.id == form_id, PaperForm.site_id == actor.site_id)
    form = session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if form is None:
        raise NotFound()
    task = rights.get_task(session, actor, form.task_id)
    countersigner = session.scalars(
        select(Template.countersigner)
        .join(TemplatePart, TemplatePart.template_id == Template.id)
        .where(TemplatePart.id == task.part_id)
    ).one()
    if actor.user_id == form.walked_by:
        raise OwnSheet()
    supervision = Supervision(session, actor.site_id)
    rung = supervision.rung(countersigner, task.window_id, form.walked_by, task.on_date)
    if not may_sign(rungs_of(actor, task.window_id), rung):
        raise NotYourCountersignature(who=ROLE_NAMES[rung])
    if form.confirmed_at or form.refused_at:
        raise PaperDecided()
    return form


def _shown(session: Session, actor: Actor, *where: ColumnElement[bool]) -> list[Paper]:
    reach = actor.reach(Permission.VIEW)
    windows = Task.window_id.in_(reach.windows) if reach.windows else false()
    here = or_(windows, Task.window_id.is_(None)) if not reach.site else Task.id > 0
    rows = session.execute(
        select(
            PaperForm,
            Task,
            TemplatePart.name,
            TemplatePart.name_en,
            Template.title,
            Template.title_en,
            Template.countersigner,
        )
        .join(Task, Task.id == PaperForm.task_id)
        .join(TemplatePart, TemplatePart.id == Task.part_id)
        .join(Template, Template.id == TemplatePart.template_id)
        .where(PaperForm.site_id == actor.site_id, here, *where)
        .order_by(Task.on_date, Task.opens_at, PaperForm.id)
    ).all()
    if not rows:
        return []
    supervision = Supervision(session, actor.site_id)
    scans = scans_of(session, [row.PaperForm.id for row in rows])
    places = (
        workplace.window_names(session, actor.site_id),
        workplace.location_names(session, actor.site_id),
    )
    forms = [row.PaperForm for row in rows]
    ids = {form.walked_by for form in forms} | {form.handed_in_by for form in forms}
    ids |= {form.confirmed_by or form.refused_by or 0 for form in forms}
    names = accounts.names(session, ids)
    return [_paper(row, supervision, scans, places, names) for row in rows]


def _paper(
    row: Any,
    supervision: Supervision,
    scans: dict[int, tuple[Scan, ...]],
    places: tuple[dict[int, str], dict[int, str]],
    names: dict[int, str],
) -> Paper:
    form, task = row.PaperForm, row.Task
    windows, locations = places
    return Paper(
        id=form.id,
        task_id=task.id,
        title=bilingual(row.title, row.title_en),
        part_name=bilingual(row.name, row.name_en),
        subject=windows.get(task.window_id or 0) or locations.get(task.location_id or 0, ""),
        window_id=task.window_id,
        on_date=task.on_date,
        walked_by=form.walked_by,
        walked_by_name=names.get(form.walked_by, "–"),
        note=form.note,
        handed_in_by_name=names.get(form.handed_in_by, "–"),
        handed_in_at=form.handed_in_at,
        standing=_standing(form),
        decided_by_name=names.get(form.confirmed_by or form.refused_by or 0, ""),
        decided_at=form.confirmed_at or form.refused_at,
        refusal=form.refusal,
        rung=supervision.rung(row.countersigner, task.window_id, form.walked_by, task.on_date),
        scans=scans.get(form.id, ()),
    )


def _standing(form: PaperForm) -> Standing:
    if form.confirmed_at:
        return Standing.CONFIRMED
    return Standing.REFUSED if form.refused_at else Standing.WAITING


def _line(text: str, field: str) -> str:
    line = " ".join(plain(text).split())
    if len(line) > NOTE_LIMIT:
        raise TextTooLong(field=field, limit=NOTE_LIMIT)
    return line
