"""What pages and papers show: a person's file, sessions, what somebody is warned of."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.training.coverage import DAY
from drills.training.grid import Light
from drills.training.models import (
    PARTS,
    Course,
    Purpose,
    Requirement,
    Result,
    Source,
    TrainingFile,
)
from drills.training.needs import GATED
from drills.training.permissions import Permission
from drills.training.service.access import covers, person
from drills.training.service.courses import list_courses
from drills.training.service.events import EventRow, events_of
from drills.training.service.gate_keeping import OverrideRow, overrides
from drills.training.service.gating import gate
from drills.training.service.glance import glance
from drills.training.service.matrix import (
    Cell,
    PersonRow,
    Standing,
    row_of,
    standing,
    yet_to_come,
)
from drills.training.service.upcoming import SessionBrief, next_sessions
from safety_app.accounts import service as accounts
from safety_app.accounts.service import Staffed
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.files import File
from safety_app.core.gate import Bar
from safety_app.core.i18n import bilingual
from safety_app.workplace import service as workplace

WARNED_DAYS: Final = 30
LONG: Final = timedelta(days=20 * 366)


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A result as lists show it; `replaced` was recorded wrongly."""

    id: int
    user_id: int
    course: Course
    on: date
    passed: bool
    counts: bool
    is_void: bool
    score: float | None
    out_of: float | None
    hours: float | None
    valid_until: date | None
    source: Source
    certificate: str
    issuer: str
    note: str
    by: str
    at: datetime
    is_replaced: bool
    supersedes_id: int | None
    files: tuple[File, ...]

    @property
    def is_beside(self) -> bool:
        """Whether it is a passed exam or practical test that its course does not end with."""
        beside = self.source in PARTS - self.course.parts
        return self.passed and not self.counts and beside


@dataclass(frozen=True, slots=True)
class NeedRow:
    """A course that somebody needs: how they stand, on which rule it rests, what comes next."""

    course: Course
    cell: Cell
    rules: tuple[str, ...]
    ahead: SessionBrief | None


@dataclass(frozen=True, slots=True)
class PersonFile:
    """Everything there is of one person's training."""

    person: Staffed
    joined: date
    windows: tuple[str, ...]
    needs: tuple[NeedRow, ...]
    results: tuple[ResultRow, ...]
    events: tuple[EventRow, ...]
    overrides: tuple[OverrideRow, ...]
    bars: tuple[Bar, ...]
    may_file: bool
    may_correct: bool
    is_left_to_others: bool
    """The own record of somebody who keeps those of others."""


@dataclass(frozen=True, slots=True)
class Warned:
    """Somebody who lacks something, or will within a month; `refused_on` is when the gate shuts."""

    row: PersonRow
    courses: tuple[str, ...]
    days_left: int
    """Days with cover that are left; 0 where something is lacking already."""
    refused_on: date | None


@dataclass(frozen=True, slots=True)
class Warnings:
    """Whom to think of, the most pressing first; `lacking` and `ending` count them all."""

    shown: tuple[Warned, ...]
    lacking: int
    ending: int


def person_file(session: Session, actor: Actor, user_id: int, *, now: datetime) -> PersonFile:
    """One person's training, for whoever may see it."""
    found = person(session, actor, user_id)
    today = clock.local_day(now, actor.timezone)
    stands = standing(session, actor.site_id, today, [user_id])
    worker = stands.people.workers[user_id]
    names = workplace.window_names(session, actor.site_id)
    sees_batches = covers(actor.reach(Permission.VIEW), found)
    bars = gate(session, actor.site_id, today, today + timedelta(days=WARNED_DAYS), [user_id]).get(
        user_id, ()
    )
    own = user_id == actor.user_id
    files = covers(actor.reach(Permission.RECORD), found)
    every = overrides(session, actor.site_id, today - LONG, today + LONG, zone=actor.timezone)
    return PersonFile(
        person=found,
        joined=worker.joined,
        windows=tuple(names[one] for one in sorted(found.window_ids) if one in names),
        needs=_needs(session, actor, row_of(stands, user_id), found, today, now),
        results=tuple(results(session, actor.site_id, user_ids=[user_id], batches=sees_batches)),
        events=tuple(events_of(session, user_id)),
        overrides=tuple(one for one in every if one.user_id == user_id),
        bars=tuple(bars) if found.roles & GATED else (),
        may_file=files and not own,
        may_correct=covers(actor.reach(Permission.CORRECT), found) and not own,
        is_left_to_others=files and own,
    )


def results(
    session: Session,
    site_id: int,
    *,
    user_ids: Collection[int] | None = None,
    first: date | None = None,
    last: date | None = None,
    standing_only: bool = False,
    batches: bool = True,
    known_at: datetime | None = None,
) -> list[ResultRow]:
    """Results, the newest day first; of some people, of some days.

    Without `batches` the papers that name many people are left out.
    """
    query = select(Result).where(Result.site_id == site_id)
    if user_ids is not None:
        query = query.where(Result.user_id.in_(user_ids))
    if first is not None:
        query = query.where(Result.on_date >= first)
    if last is not None:
        query = query.where(Result.on_date <= last)
    if standing_only:
        query = query.where(Result.superseded_at.is_(None), Result.is_void.is_(False))
    if known_at is not None:
        query = query.where(Result.recorded_at < known_at)
    rows = session.scalars(query.order_by(Result.on_date.desc(), Result.id.desc())).all()
    courses = {one.id: one for one in list_courses(session, site_id, active=False)}
    names = accounts.names(session, {row.recorded_by for row in rows})
    kept = _files(session, [row.id for row in rows], batches=batches)
    return [_result(row, courses[row.course_id], names, kept) for row in rows]


def warnings(session: Session, actor: Actor, *, now: datetime, most: int) -> Warnings:
    """Those the actor answers for who lack something or will within a month, and oneself."""
    today = clock.local_day(now, actor.timezone)
    stands = glance(session, actor.site_id, today)
    reach = actor.reach(Permission.VIEW)
    worst = stands.grid.worst()
    staff = stands.people.staff
    pressed = {user_id: at for at, user_id in enumerate(stands.grid.user_ids)
               if worst[at] >= Light.SOON or user_id in stands.coming}  # fmt: skip
    found = [
        row
        for user_id in (*pressed, *yet_to_come(stands))
        if (covers(reach, staff[user_id]) or user_id == actor.user_id)
        and (row := row_of(stands, user_id)) is not None
    ]
    found.sort(key=lambda row: (_days_left(row, today), -row.worst))
    shown = found[:most]
    bars = (
        gate(
            session, actor.site_id, today, today + timedelta(days=WARNED_DAYS),
            [row.person.id for row in shown],
        )
        if shown
        else {}
    )  # fmt: skip
    lacking = sum(_days_left(row, today) == 0 for row in found)
    names = _names(stands)
    return Warnings(
        shown=tuple(_warned(row, names, today, bars.get(row.person.id, ())) for row in shown),
        lacking=lacking,
        ending=len(found) - lacking,
    )


def own_warning(session: Session, actor: Actor, *, now: datetime) -> Warned | None:
    """What the actor lacks or will lack within a month; nothing if all is in order."""
    today = clock.local_day(now, actor.timezone)
    # Whoever answers for others sees them on the same page: all are known already.
    if actor.may_somewhere(Permission.VIEW):
        stands = glance(session, actor.site_id, today)
    else:
        stands = standing(session, actor.site_id, today, [actor.user_id])
    row = row_of(stands, actor.user_id)
    if row is None or not row.pressing:
        return None
    bars = gate(session, actor.site_id, today, today + timedelta(days=WARNED_DAYS), [actor.user_id])
    return _warned(row, _names(stands), today, bars.get(actor.user_id, ()))


def _names(stands: Standing) -> dict[int, str]:
    coming = (course for courses in stands.coming.values() for course, _day in courses)
    return {one.id: bilingual(one.name, one.name_en) for one in (*stands.courses, *coming)}


def _warned(row: PersonRow, names: Mapping[int, str], today: date, bars: Sequence[Bar]) -> Warned:
    left = _days_left(row, today)
    wanted = row.pressing
    if left == 0:
        wanted = [cell for cell in wanted if cell.light >= Light.EXPIRED]
    return Warned(
        row=row,
        courses=tuple(names[cell.course_id] for cell in wanted),
        days_left=left,
        # The gate says of the days before somebody comes what it says of the first one.
        refused_on=max(min(bar.first for bar in bars), today + left * DAY) if bars else None,
    )


def _days_left(row: PersonRow, today: date) -> int:
    """Days up to and including the last one with full cover."""
    if row.worst >= Light.EXPIRED:
        return 0
    ends = [cell.until for cell in row.pressing if cell.until]
    return (min(ends) - today).days + 1 if ends else WARNED_DAYS


def _needs(
    session: Session,
    actor: Actor,
    row: PersonRow | None,
    found: Staffed,
    today: date,
    now: datetime,
) -> tuple[NeedRow, ...]:
    if row is None:
        return ()
    courses = {one.id: one for one in list_courses(session, actor.site_id, active=False)}
    each: dict[int, list[Requirement]] = defaultdict(list)
    query = select(Requirement).where(Requirement.site_id == actor.site_id)
    for one in session.scalars(query.order_by(Requirement.id)):
        each[one.course_id].append(one)
    ahead = next_sessions(session, actor.site_id, now, windows=found.window_ids)
    return tuple(
        NeedRow(
            course=courses[cell.course_id],
            cell=cell,
            rules=_sources(each[cell.course_id], cell.needed_from or today),
            ahead=ahead.get(cell.course_id),
        )
        for cell in (*row.cells, *row.coming)
        if cell.light
    )


def _sources(rows: Sequence[Requirement], on: date) -> tuple[str, ...]:
    """What the requirements of a day rest on."""
    held = (
        bilingual(one.rule, one.rule_en)
        for one in rows
        if (one.first or date.min) <= on <= (one.last or date.max)
    )
    return tuple(dict.fromkeys(filter(None, held)))


def _files(
    session: Session, result_ids: Sequence[int], *, batches: bool
) -> dict[int, tuple[File, ...]]:
    found: dict[int, tuple[File, ...]] = {}
    for start in range(0, len(result_ids), 500):
        query = (
            select(TrainingFile.record_id, TrainingFile.purpose, File)
            .join(File, File.id == TrainingFile.file_id)
            .where(TrainingFile.record_id.in_(result_ids[start : start + 500]))
            .order_by(TrainingFile.id)
        )
        for record_id, purpose, file in session.execute(query):
            if record_id is None or (purpose == Purpose.BATCH and not batches):
                continue
            found[record_id] = (*found.get(record_id, ()), file)
    return found


def _result(
    row: Result, course: Course, names: Mapping[int, str], kept: Mapping[int, tuple[File, ...]]
) -> ResultRow:
    return ResultRow(
        id=row.id,
        user_id=row.user_id,
        course=course,
        on=row.on_date,
        passed=row.passed,
        counts=row.counts,
        is_void=row.is_void,
        score=row.score,
        out_of=row.out_of,
        hours=row.hours,
        valid_until=row.valid_until,
        source=Source(row.source),
        certificate=row.certificate,
        issuer=row.issuer,
        note=row.note,
        by=names.get(row.recorded_by or 0, ""),
        at=row.recorded_at,
        is_replaced=row.superseded_at is not None,
        supersedes_id=row.supersedes_id,
        files=kept.get(row.id, ()),
    )
