"""A failed item becomes a hazard, or another sighting of one, in the same transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import structlog
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from checklists import subjects
from checklists.entries import WHAT_LIMIT
from checklists.models import (
    Answer,
    Auto,
    Disposal,
    Finding,
    FindingPhoto,
    Run,
    Task,
    TemplateItem,
)
from hazards import service as hazards
from hazards.service import Category, Kind, Level, OpenHazard, Origin, Phase
from safety_app.accounts import service as accounts
from safety_app.core import journal
from safety_app.core.access import Actor
from safety_app.core.errors import NotAllowed, NotFound
from safety_app.core.feature import Inspected
from safety_app.core.photos import Photo
from safety_app.workplace import service as workplace

_log = structlog.get_logger("checklists")
RANK: Final = {level: rank for rank, level in enumerate(Level)}
"""Urgent is 0: a higher rank is less grave."""


@dataclass(frozen=True, slots=True)
class Found:
    """A finding with the item it is about (`None`: another hazard) and its pictures."""

    finding: Finding
    item: TemplateItem | None
    photos: tuple[FindingPhoto, ...]

    @property
    def is_problem(self) -> bool:
        """Whether something is to be done: it failed, or was scored too low."""
        points = Answer(self.finding.value).points
        if points is None:
            return self.finding.value == Answer.FAIL
        fails_at = self.item.fails_at if self.item else None
        return fails_at is not None and points <= fails_at

    @property
    def disposal(self) -> Disposal | None:
        """What was chosen; until then a hazard item is a hazard, and so is another hazard."""
        if self.finding.disposal:
            return Disposal(self.finding.disposal)
        return None

    @property
    def level(self) -> Level:
        """The level chosen, or the item's; one lowered without a reason stays as preset."""
        chosen = Level(self.finding.level) if self.finding.level else None
        if self.item is None:
            return chosen or Level.MODERATE
        preset = Level(self.item.level)
        if chosen is None or (is_lower(chosen, preset) and not self.finding.level_reason):
            return preset
        return chosen


def is_lower(level: Level, preset: Level) -> bool:
    """Whether a level is less grave than the preset one."""
    return RANK[level] > RANK[preset]


def prefix_of(window_code: str | None, location_id: int | None) -> str:
    """What the sources of all hazards of one window or common area begin with."""
    place = f"window/{window_code}" if window_code is not None else f"location/{location_id}"
    return f"checklists:{place}/"


def open_hazards(
    session: Session, site_id: int, window_id: int | None, location_id: int | None
) -> dict[str, list[OpenHazard]]:
    """Open hazards of a window or common area by the code of their item, the first one first."""
    return open_under(session, site_id, _prefix(session, site_id, window_id, location_id))


def open_under(session: Session, site_id: int, prefix: str) -> dict[str, list[OpenHazard]]:
    """Open hazards whose source begins so, by the code of their item, the first one first."""
    by_code: dict[str, list[OpenHazard]] = {}
    for source, hazard in sorted(hazards.open_by_source(session, site_id, prefix).items()):
        by_code.setdefault(source.removeprefix(prefix).split("#")[0], []).append(hazard)
    return by_code


_FINDINGS: Final = (
    select(Finding, TemplateItem)
    .outerjoin(TemplateItem, TemplateItem.id == Finding.item_id)
    .where(Finding.run_id == bindparam("run"))
    .order_by(TemplateItem.position.is_(None), TemplateItem.position, Finding.id)
    .execution_options(populate_existing=True)
)
_PICTURES: Final = (
    select(FindingPhoto)
    .where(FindingPhoto.run_id == bindparam("run"), FindingPhoto.removed_at.is_(None))
    .order_by(FindingPhoto.id)
    .execution_options(populate_existing=True)
)


def load_findings(session: Session, run_id: int) -> list[Found]:
    """The findings of a run in the order of the sheet, other hazards last."""
    rows = session.execute(_FINDINGS, {"run": run_id}).all()
    photos: dict[int, list[FindingPhoto]] = {}
    for photo in session.scalars(_PICTURES, {"run": run_id}) if rows else ():
        photos.setdefault(photo.finding_id, []).append(photo)
    return [Found(row, item, tuple(photos.get(row.id, ()))) for row, item in rows]


def raise_if_urgent(session: Session, actor: Actor, finding: Finding, *, now: datetime) -> None:
    """Register an urgent hazard at once; whoever fixes it cannot wait for a signature."""
    run = session.get(Run, finding.run_id)
    found = next(
        one for one in load_findings(session, finding.run_id) if one.finding.id == finding.id
    )
    if run is None or found.level is not Level.URGENT:
        return
    if found.item is None and not (finding.what and finding.category):
        return
    _register(session, actor, run, found, now)


def raise_beside(session: Session, actor: Actor, finding: Finding, *, now: datetime) -> str | None:
    """Register the urgent hazard of what is kept beside a run; an open one is seen again.

    `finding` is not of the run and stays out of the database. Returns the hazard's number.
    """
    run = session.get_one(Run, finding.run_id)
    item = session.get(TemplateItem, finding.item_id) if finding.item_id else None
    found = Found(finding, item, ())
    if found.level is Level.URGENT:
        finding.disposal = Disposal.SIGHTING
        _register(session, actor, run, found, now)
    return finding.hazard_number


def register(
    session: Session, actor: Actor, run: Run, findings: Sequence[Found], *, now: datetime
) -> list[str]:
    """Register what is not registered yet; returns the numbers of the run's hazards."""
    for found in findings:
        if not found.is_problem:
            continue
        if found.finding.hazard_id is None:
            _register(session, actor, run, found, now)
        elif found.finding.note != found.finding.told_note:
            _tell(session, actor, run, found, now)
    return [one.finding.hazard_number for one in findings if one.finding.hazard_number]


def attach(
    session: Session, actor: Actor | None, finding: Finding, photo: Photo, *, now: datetime
) -> None:
    """Give a later picture to the hazard that was registered already."""
    if finding.hazard_id is None:
        return
    hazard_id = finding.hazard_id
    _in_sight(
        actor,
        lambda who: hazards.attach_photos(session, who, hazard_id, [photo], Phase.BEFORE, now=now),
    )


def sweep_again(session: Session, task_id: int | None) -> None:
    """Something arrived after closing: the worker looks at the sheet once more."""
    if task_id is not None:
        session.execute(update(Task).where(Task.id == task_id).values(swept_at=None))


def sweep(session: Session, now: datetime) -> int:
    """Register the hazards of sheets that closed unsubmitted; returns how many sheets."""
    journal.lock(session)
    # Marked before it is read: what arrives meanwhile waits for the mark and takes it off again.
    closed = session.scalars(
        update(Task)
        .where(Task.closes_at <= now, Task.swept_at.is_(None))
        .values(swept_at=now)
        .returning(Task.id)
        .execution_options(synchronize_session=False)
    ).all()
    unsubmitted = session.scalars(
        select(Run)
        .join(Task, Task.id == Run.task_id)
        .where(Task.swept_at == now, Task.closes_at <= now, Run.submitted_at.is_(None))
        .order_by(Task.closes_at, Run.id)
    ).all()
    swept = set(closed)
    sheets = [run for run in unsubmitted if run.task_id in swept]
    return sum(_sweep_sheet(session, run.id, run.task_id, now) for run in sheets)


def sweep_inspections(session: Session, now: datetime) -> int:
    """Register the hazards of inspections that closed unsubmitted; again if more arrived."""
    journal.lock(session)
    left = session.scalars(
        select(Run)
        .where(
            Run.subject.is_not(None), Run.submitted_at.is_(None), Run.closes_at <= now,
            Run.swept_at.is_(None) | (Run.swept_at < Run.last_answer_at),
        )
        .order_by(Run.closes_at, Run.id)
        .with_for_update()
    ).all()  # fmt: skip
    return sum(sweep_inspection(session, run, now) for run in left)


def sweep_inspection(session: Session, run: Run, now: datetime) -> bool:
    """Register what one inspection found and nobody submitted; one that fails waits."""
    run.swept_at = now
    session.flush()
    done = _sweep_sheet(session, run.id, None, now)
    if not done:
        run.swept_at = None
        session.flush()
    elif run.subject is not None:
        result = result_of(run, load_findings(session, run.id), now)
        subjects.abandoned(session, run.site_id, run.subject, result, now)
    return done


def result_of(run: Run, findings: Sequence[Found], now: datetime) -> Inspected:
    """What an inspection came to; what was put right on the spot did not fail.

    The tablet's clock says when, but never before the sheet was opened here nor after now.
    """
    wrong = [one for one in findings if one.is_problem and one.disposal is not Disposal.SPOT]
    return Inspected(
        run_id=run.id,
        at=min(max(run.last_client_at or run.last_answer_at or now, run.opened_at), now),
        failed=tuple(one.item.code if one.item else "" for one in wrong),
        scrap=_coded(wrong, Disposal.SCRAP),
        tasks=_coded(wrong, Disposal.TASK),
        place=(run.window_id, run.location_id),
    )


def _coded(found: Sequence[Found], disposal: Disposal) -> tuple[str, ...]:
    """The codes of the items for which this was chosen."""
    return tuple(one.item.code for one in found if one.item and one.disposal is disposal)


def _sweep_sheet(session: Session, run_id: int, task_id: int | None, now: datetime) -> bool:
    """Register one sheet's hazards; one that fails is tried again next time, alone."""
    try:
        with session.begin_nested():
            run = session.get_one(Run, run_id)
            for found in load_findings(session, run_id):
                recorder = accounts.actor_for(session, found.finding.by)
                register(session, recorder, run, [found], now=now)
    except Exception:
        _log.exception("sweep.failed", run=run_id)
        sweep_again(session, task_id)
        return False
    return True


def _register(session: Session, actor: Actor, run: Run, found: Found, now: datetime) -> None:
    finding, item = found.finding, found.item
    if not _is_hazard(found):
        return
    thing = subjects.brief(session, run.site_id, run.subject) if run.subject else None
    place = thing or run
    facts: dict[str, Any] = {
        "level": found.level,
        "origin": Origin(thing.origin) if thing else Origin.PATROL,
        "window_id": place.window_id,
        "location_id": place.location_id,
        "place": thing.placing if thing else "",
        "note": finding.note,
        "photos": [as_photo(photo) for photo in found.photos],
        "run_id": run.id,
        "level_reason": finding.level_reason,
        "now": now,
    }
    if item is None:
        facts |= {
            "what": finding.what,
            "category": Category(finding.category or Category.OTHER),
            "client_key": finding.client_key,
        }
    else:
        facts |= {
            "what": _named(thing.name, item.problem, "：") if thing else item.problem,
            "what_en": _named(thing.name_en, item.problem_en, ": ") if thing else item.problem_en,
            "kind": Kind.SERVICE if item.auto == Auto.SERVICE else Kind.SAFETY,
            "category": Category(item.category),
            "source": _source(session, run, found),
            "preset_level": Level(item.level),
            "preset_days": item.days,
        }
    try:
        hazard = hazards.report(session, actor, **facts)
    except NotAllowed:
        # Whoever saw it has lost the right since; what was seen stays.
        hazard = hazards.report(session, None, site_id=run.site_id, **facts)
    finding.hazard_id, finding.hazard_number = hazard.id, hazard.number
    finding.told_note = finding.note
    session.flush()


def _named(name: str, problem: str, colon: str) -> str:
    """A problem with the thing that has it, within what a hazard's words may be long."""
    return f"{name}{colon}{problem}"[:WHAT_LIMIT]


def _tell(session: Session, actor: Actor, run: Run, found: Found, now: datetime) -> None:
    """What was written after an urgent hazard was registered goes onto its timeline."""
    finding = found.finding
    if finding.note and finding.hazard_id is not None:
        hazard_id, note = finding.hazard_id, finding.note
        _in_sight(actor, lambda who: hazards.sight(session, who, hazard_id, now=now, note=note))
    finding.told_note = finding.note
    session.flush()


def _in_sight(actor: Actor | None, step: Callable[[Actor | None], object]) -> None:
    """Take a step on a hazard; in the worker's name where somebody else reported it unseen."""
    try:
        step(actor)
    except (NotAllowed, NotFound):
        step(None)


def _is_hazard(found: Found) -> bool:
    if found.item is None:
        return bool(found.finding.what)
    if found.disposal is None:
        # Left open when the sheet closed: nobody said that it was corrected.
        return True
    return found.disposal not in (Disposal.SPOT, Disposal.TASK)


def _source(session: Session, run: Run, found: Found) -> str:
    """The item's own source; for a second, different problem the first free suffix."""
    assert found.item is not None  # noqa: S101 - other hazards have no source
    prefix = prefix_of_run(session, run)
    base = prefix + found.item.code
    taken = {
        source
        for source in hazards.open_by_source(session, run.site_id, base)
        if source == base or source.startswith(base + "#")
    }
    if found.disposal is not Disposal.HAZARD:
        return min(taken, default=base)
    number, source = 1, base
    while source in taken:
        number += 1
        source = f"{base}#{number}"
    return source


def prefix_of_run(session: Session, run: Run) -> str:
    """What the sources of all hazards of a run's place or thing begin with."""
    if run.subject is not None:
        return f"{run.subject}/"
    return _prefix(session, run.site_id, run.window_id, run.location_id)


def _prefix(session: Session, site_id: int, window_id: int | None, location_id: int | None) -> str:
    if window_id is None:
        return prefix_of(None, location_id)
    return prefix_of(workplace.window_code(session, site_id, window_id), None)


def as_photo(row: FindingPhoto) -> Photo:
    """A stored picture as the photo store knows it."""
    return Photo(
        key=row.key,
        width=row.width,
        height=row.height,
        taken_at=row.taken_at,
        upload_sha=row.upload_sha,
        dhash=int(row.dhash, 16),
        size=0,
    )
