"""Sessions as pages and papers show them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from drills.training.grid import Light
from drills.training.models import (
    Attendance,
    Course,
    Purpose,
    Result,
    SessionStatus,
    SessionStep,
    TrainingFile,
    TrainingSession,
    TrainingSessionStep,
    Way,
)
from drills.training.permissions import Permission
from drills.training.service.access import covers, load_session, visible_sessions
from drills.training.service.courses import get_course, list_courses
from drills.training.service.matrix import standing, yet_to_come
from drills.training.service.views import ResultRow, results
from safety_app.accounts import service as accounts
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.files import File
from safety_app.core.i18n import N_, _
from safety_app.core.text import plain
from safety_app.workplace import service as workplace

PAGE_SIZE: Final = 20


class View(StrEnum):
    """Which sessions a list shows."""

    AHEAD = "ahead"
    HELD = "held"
    CANCELLED = "cancelled"


VIEW_NAMES: Final[Mapping[View, str]] = {
    View.AHEAD: N_("To be held"),
    View.HELD: N_("Session held"),
    View.CANCELLED: N_("Cancelled"),
}
_STATUS: Final = {
    View.AHEAD: SessionStatus.PLANNED,
    View.HELD: SessionStatus.HELD,
    View.CANCELLED: SessionStatus.CANCELLED,
}


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session as a list shows it."""

    id: int
    course: Course
    window: str
    starts_at: datetime
    ends_at: datetime
    place: str
    trainer: str
    hours: float
    status: SessionStatus
    invited: int
    present: int
    is_mine: bool
    is_late: bool
    """It should have been held, and nobody has closed it."""


@dataclass(frozen=True, slots=True)
class Head:
    """Somebody on the list of a session; `result` is what it gave them."""

    user_id: int
    name: str
    staff_no: str
    agency: str
    windows: str
    present_at: datetime | None
    way: Way | None
    signature: str
    result: ResultRow | None


@dataclass(frozen=True, slots=True)
class StepRow:
    """A dated step of a session."""

    step: SessionStep
    at: datetime
    by: str
    reason: str
    old_starts_at: datetime | None
    starts_at: datetime | None


@dataclass(frozen=True, slots=True)
class SessionView:
    """One session with all that belongs to it."""

    row: SessionRow
    window_id: int | None
    topic: str
    summary: str
    row_version: int
    heads: tuple[Head, ...]
    steps: tuple[StepRow, ...]
    material: tuple[File, ...]
    sheets: tuple[File, ...]
    may_teach: bool
    closed_by: str
    closed_at: datetime | None

    @property
    def present(self) -> tuple[Head, ...]:
        """Who was there."""
        return tuple(one for one in self.heads if one.present_at)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be invited: whether they lack the course, or will soon."""

    user_id: int
    name: str
    place: str
    is_lacking: bool
    until: date | None


def list_sessions(
    session: Session,
    actor: Actor,
    *,
    view: View = View.AHEAD,
    text: str = "",
    size: int = PAGE_SIZE,
    now: datetime,
) -> tuple[list[SessionRow], int]:
    """Sessions the actor may look at, the next or the last one first; and how many there are."""
    query = (
        select(TrainingSession)
        .join(Course, Course.id == TrainingSession.course_id)
        .where(visible_sessions(actor), TrainingSession.status == _STATUS[view])
    )
    words = plain(text)[:60]
    if words:
        like = f"%{words.replace('%', '').replace('_', '')}%"
        query = query.where(
            or_(
                Course.name.ilike(like),
                Course.name_en.ilike(like),
                TrainingSession.place.ilike(like),
                TrainingSession.trainer.ilike(like),
            )
        )
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    order = TrainingSession.starts_at if view is View.AHEAD else TrainingSession.starts_at.desc()
    found = session.scalars(query.order_by(order, TrainingSession.id).limit(size)).all()
    return rows_of(session, actor, found, now), total


def rows_of(
    session: Session, actor: Actor, found: Sequence[TrainingSession], now: datetime
) -> list[SessionRow]:
    """Sessions as rows, in the same order."""
    courses = {one.id: one for one in list_courses(session, actor.site_id, active=False)}
    windows = workplace.window_names(session, actor.site_id)
    ids = [one.id for one in found]
    counted = {
        session_id: (invited, present)
        for session_id, invited, present in session.execute(
            select(Attendance.session_id, func.count(), func.count(Attendance.present_at))
            .where(Attendance.session_id.in_(ids))
            .group_by(Attendance.session_id)
        )
    }
    mine = set(
        session.scalars(
            select(Attendance.session_id).where(
                Attendance.session_id.in_(ids), Attendance.user_id == actor.user_id
            )
        )
    )
    return [
        SessionRow(
            id=one.id,
            course=courses[one.course_id],
            window=windows.get(one.window_id, "") if one.window_id else "",
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            place=one.place,
            trainer=one.trainer,
            hours=one.hours,
            status=SessionStatus(one.status),
            invited=counted.get(one.id, (0, 0))[0],
            present=counted.get(one.id, (0, 0))[1],
            is_mine=one.id in mine,
            is_late=one.status == SessionStatus.PLANNED and one.ends_at < now,
        )
        for one in found
    ]


def get_session(session: Session, actor: Actor, session_id: int, *, now: datetime) -> SessionView:
    """One session; staff who are invited see the list without the results of others."""
    one = load_session(session, actor, session_id)
    (row,) = rows_of(session, actor, [one], now)
    names = accounts.names(session, [one.closed_by])
    kept = _files(session, one.id)
    return SessionView(
        row=row,
        window_id=one.window_id,
        topic=one.topic,
        summary=one.summary,
        row_version=one.row_version,
        heads=_heads(session, actor, one),
        steps=_steps(session, one.id),
        material=kept.get(Purpose.MATERIAL, ()),
        sheets=kept.get(Purpose.SIGN_IN, ()),
        may_teach=actor.may(Permission.TEACH, window_id=one.window_id),
        closed_by=names.get(one.closed_by or 0, ""),
        closed_at=one.closed_at,
    )


def candidates(
    session: Session,
    actor: Actor,
    *,
    course_id: int,
    window_id: int | None,
    on: date,
    but: Collection[int] = (),
) -> list[Candidate]:
    """Whom to invite, those first who lack the course or will within a month of its day."""
    get_course(session, actor.site_id, course_id)
    found = standing(session, actor.site_id, on)
    reach = actor.reach(Permission.TEACH)
    windows = workplace.window_names(session, actor.site_id)
    column = next((n for n, one in enumerate(found.courses) if one.id == course_id), None)
    rows = []
    here = found.grid.user_ids
    for row, user_id in enumerate((*here, *yet_to_come(found))):
        one = found.people.staff[user_id]
        at = (row, column) if column is not None and row < len(here) else None
        seen = window_id in one.window_ids if window_id else covers(reach, one)
        if not seen or user_id in but or not one.is_active:
            continue
        light = int(found.grid.lights[at]) if at else 0
        place = _(", ").join(windows[each] for each in sorted(one.window_ids) if each in windows)
        until = found.grid.covered_until(*at) if at else None
        if course_id in {each.id for each, _day in found.coming.get(user_id, ())}:
            light = int(Light.SOON)
        rows.append(
            (-light, Candidate(user_id, one.display_name, place, light >= Light.SOON, until))
        )
    return [one for _light, one in sorted(rows, key=lambda pair: pair[0])]


def sessions_between(
    session: Session, actor: Actor, first: date, last: date, *, now: datetime
) -> list[SessionRow]:
    """Sessions of some days that the actor may look at, cancelled ones left out, in order."""
    start = clock.at_local(first, time(), actor.timezone)
    end = clock.at_local(last + timedelta(days=1), time(), actor.timezone)
    query = (
        select(TrainingSession)
        .where(
            visible_sessions(actor),
            TrainingSession.status != SessionStatus.CANCELLED,
            TrainingSession.starts_at >= start,
            TrainingSession.starts_at < end,
        )
        .order_by(TrainingSession.starts_at, TrainingSession.id)
    )
    return rows_of(session, actor, session.scalars(query).all(), now)


def may_see_file(session: Session, actor: Actor, file_id: int) -> bool:
    """Whether a file belongs to a session or a result that the actor may look at."""
    rows = session.scalars(select(TrainingFile).where(TrainingFile.file_id == file_id)).all()
    return any(_may_see(session, actor, row) for row in rows)


def _may_see(session: Session, actor: Actor, row: TrainingFile) -> bool:
    if row.site_id != actor.site_id:
        return False
    if row.session_id is not None:
        query = select(TrainingSession.id).where(
            TrainingSession.id == row.session_id, visible_sessions(actor)
        )
        if session.scalar(query) is None:
            return False
        is_staff = not actor.may_somewhere(Permission.VIEW)
        return row.purpose == Purpose.MATERIAL or not is_staff
    return _may_see_result(session, actor, row)


def _may_see_result(session: Session, actor: Actor, row: TrainingFile) -> bool:
    user_id = session.scalar(select(Result.user_id).where(Result.id == row.record_id))
    if user_id is None:
        return False
    if user_id == actor.user_id and row.purpose != Purpose.BATCH:
        return True
    found = accounts.staffing(session, actor.site_id, [user_id])
    return any(covers(actor.reach(Permission.VIEW), one) for one in found)


def _heads(session: Session, actor: Actor, one: TrainingSession) -> tuple[Head, ...]:
    query = select(Attendance).where(Attendance.session_id == one.id)
    rows = session.scalars(query).all()
    people = {
        each.id: each
        for each in accounts.staffing(session, one.site_id, [row.user_id for row in rows])
    }
    windows = workplace.window_names(session, one.site_id)
    given = {each.user_id: each for each in _given(session, one)}
    reach = actor.reach(Permission.VIEW)
    heads = []
    for row in rows:
        each = people[row.user_id]
        sees = covers(reach, each) or each.id == actor.user_id
        heads.append(
            Head(
                user_id=each.id,
                name=each.display_name,
                staff_no=each.staff_no,
                agency=each.agency,
                windows=_(", ").join(windows[w] for w in sorted(each.window_ids) if w in windows),
                present_at=row.present_at,
                way=Way(row.way) if row.way else None,
                signature=(row.signature or "") if sees else "",
                result=given.get(each.id) if sees else None,
            )
        )
    return tuple(sorted(heads, key=lambda head: (head.windows, head.name, head.user_id)))


def _given(session: Session, one: TrainingSession) -> list[ResultRow]:
    """What a session's own closing gave; exams show theirs on their own page."""
    there = select(Attendance.user_id).where(Attendance.session_id == one.id)
    day = clock.local_day(one.starts_at, workplace.site(session, one.site_id).timezone)
    found = results(
        session, one.site_id, user_ids=list(session.scalars(there)), first=day,
        last=day + timedelta(days=30), standing_only=True,
    )  # fmt: skip
    return [each for each in reversed(found) if each.course.id == one.course_id]


def _steps(session: Session, session_id: int) -> tuple[StepRow, ...]:
    query = select(TrainingSessionStep).where(TrainingSessionStep.session_id == session_id)
    rows = session.scalars(query.order_by(TrainingSessionStep.id.desc())).all()
    names = accounts.names(session, [row.actor_id for row in rows])
    return tuple(
        StepRow(
            step=SessionStep(row.step),
            at=row.at,
            by=names.get(row.actor_id or 0, ""),
            reason=row.reason,
            old_starts_at=row.old_starts_at,
            starts_at=row.starts_at,
        )
        for row in rows
    )


def _files(session: Session, session_id: int) -> dict[Purpose, tuple[File, ...]]:
    query = (
        select(TrainingFile.purpose, File)
        .join(File, File.id == TrainingFile.file_id)
        .where(TrainingFile.session_id == session_id)
        .order_by(TrainingFile.id)
    )
    found: dict[Purpose, tuple[File, ...]] = {}
    for purpose, file in session.execute(query):
        found[Purpose(purpose)] = (*found.get(Purpose(purpose), ()), file)
    return found
