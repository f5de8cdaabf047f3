"""Who was expected at a drill and who was there: by the roster, by signature, by ticking names."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from drills.errors import LastPresent, NobodyThere, NotThereYet, PersonElsewhere, SignedAlready
from drills.lifecycle import note, require
from drills.models import WAS_HELD, Attendance, Drill, How, Status, Step
from drills.service.loading import get
from drills.service.planning import reason_of
from drills.service.presence import forget, set_aside
from safety_app.accounts import service as accounts
from safety_app.core import journal
from safety_app.core.access import Actor
from safety_app.core.errors import NotFound
from safety_app.core.i18n import day_text
from safety_app.workplace import service as workplace

BEGUN: Final = (Status.UNDER_WAY, *WAS_HELD)


@dataclass(frozen=True, slots=True)
class Head:
    """One person on the list; `place` is their window, or nothing."""

    user_id: int
    name: str
    place: str
    is_expected: bool
    is_present: bool | None
    how: How | None
    at: datetime | None
    signature: str
    reason: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How many were there, of how many expected; who came besides is no part of `of`."""

    present: int
    expected: int
    expected_present: int
    unknown: int


def expect(session: Session, drill: Drill, on: date) -> None:
    """Write down whom the roster names on a day, for the hall or the drill's window.

    Whoever was said on that day to be there or not stays; others follow the roster.
    """
    set_aside(session, drill, on)
    wanted = expected(session, drill, on)
    there = {row.user_id: row for row in rows_of(session, drill.id)}
    gone = [row.id for row in there.values() if row.user_id not in wanted]
    session.execute(
        delete(Attendance).where(Attendance.id.in_(gone), Attendance.is_present.is_(None))
    )
    for row in there.values():
        row.is_expected = row.user_id in wanted
    session.add_all(
        Attendance(site_id=drill.site_id, drill_id=drill.id, user_id=user_id, window_id=window_id)
        for user_id, window_id in wanted.items()
        if user_id not in there
    )
    session.flush()


def expected(session: Session, drill: Drill, on: date) -> dict[int, int | None]:
    """Who is to take part and at which window they serve; its commander always is."""
    found = workplace.roster(session, drill.site_id, on, on)
    places: list[int | None] = [drill.window_id]
    if drill.window_id is None:
        places = [None, *(window.id for window in workplace.list_windows(session, drill.site_id))]
    wanted: dict[int, int | None] = {}
    for place in reversed(places):
        wanted |= dict.fromkeys(found.on_duty(on, place), place)
    if drill.commander_id is not None:
        wanted.setdefault(drill.commander_id, None)
    return wanted


def rows_of(session: Session, drill_id: int) -> list[Attendance]:
    """The list as it is stored."""
    query = select(Attendance).where(Attendance.drill_id == drill_id)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def heads(session: Session, drill: Drill) -> list[Head]:
    """The list by place and name."""
    rows = rows_of(session, drill.id)
    names = accounts.names(session, [row.user_id for row in rows])
    windows = workplace.window_names(session, drill.site_id)
    found = [
        Head(
            user_id=row.user_id,
            name=names.get(row.user_id, "–"),
            place=windows.get(row.window_id, "") if row.window_id else "",
            is_expected=row.is_expected,
            is_present=row.is_present,
            how=How(row.how) if row.how else None,
            at=row.at,
            signature=row.signature,
            reason=row.reason,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (not one.place, one.place, one.name, one.user_id))


def counts(session: Session, drill_id: int) -> Counts:
    """How many were there."""
    return count(rows_of(session, drill_id))


def count(rows: Iterable[Attendance]) -> Counts:
    """How many of a list were there."""
    known = list(rows)
    return Counts(
        present=sum(row.is_present is True for row in known),
        expected=sum(row.is_expected for row in known),
        expected_present=sum(row.is_expected and row.is_present is True for row in known),
        unknown=sum(row.is_present is None for row in known),
    )


def is_last(session: Session, drill: Drill, gone: Collection[int]) -> bool:
    """Whether nobody would have been at a drill that was held, were these people not there."""
    if drill.status not in WAS_HELD:
        return False
    there = {row.user_id for row in rows_of(session, drill.id) if row.is_present}
    return bool(there) and there <= set(gone)


def require_there(session: Session, drill: Drill, user_ids: Collection[int]) -> None:
    """Raise for people who came to the hall only after the drill."""
    on = drill.held_on
    for one in accounts.staffing(session, drill.site_id, list(user_ids)) if on else ():
        if on and one.joined_on and one.joined_on > on:
            joined = day_text(one.joined_on, weekday=False, year=True)
            day = day_text(on, weekday=False, year=True)
            raise NotThereYet(person=one.display_name, joined=joined, day=day)


def require_anybody(session: Session, drill: Drill) -> None:
    """Raise for a drill at which nobody was."""
    if not counts(session, drill.id).present:
        raise NobodyThere()


def set_presence(
    session: Session,
    drill: Drill,
    user_id: int,
    *,
    is_present: bool,
    how: How,
    at: datetime,
    by: int,
    signature: str = "",
    reason: str = "",
) -> Attendance:
    """Write down that somebody was there or not; the caller has judged it.

    A signature stays where the name is only ticked afterwards.
    """
    row = session.scalar(
        select(Attendance)
        .where(Attendance.drill_id == drill.id, Attendance.user_id == user_id)
        .execution_options(populate_existing=True)
    )
    if row is None:
        window_id = _window_of(session, drill, user_id)
        row = Attendance(
            site_id=drill.site_id, drill_id=drill.id, user_id=user_id, window_id=window_id,
            is_expected=False,
        )  # fmt: skip
        session.add(row)
    keeps = is_present and how is not How.SIGNED and row.how == How.SIGNED
    if not keeps:
        row.how, row.signature = how, signature
    row.is_present, row.at, row.by = is_present, at, by
    row.reason = reason or (row.reason if keeps else "")
    session.flush()
    return row


def tick(
    session: Session,
    actor: Actor,
    drill_id: int,
    marks: Mapping[int, bool | None],
    *,
    how: How = How.TICKED,
    reason: str = "",
    now: datetime,
) -> Drill:
    """Say of several people whether they were there, as the printed sheet or the eye says.

    `None` takes back what was said of somebody: it is not known again.
    `reason` explains who was in two places at one time, or that a signature is taken back.
    """
    journal.lock(session)
    drill = get(session, actor, drill_id)
    require(session, actor, drill, Step.RECORD)
    here = _people(session, actor.site_id)
    if not set(marks) <= here | {row.user_id for row in rows_of(session, drill.id)}:
        raise NotFound()
    known = {row.user_id: row for row in rows_of(session, drill.id)}
    gone = {user_id for user_id, is_present in marks.items() if not is_present}
    if len(gone) == len(marks) and is_last(session, drill, gone):
        raise LastPresent()
    require_there(session, drill, [one for one, is_present in marks.items() if is_present])
    start, end = drill.started_at or now, drill.ended_at or now
    for user_id, is_present in marks.items():
        row = known.get(user_id)
        if (row.is_present if row else None) is is_present:
            continue
        _check(session, drill, user_id, row, is_present is True, reason, (start, end))
        if is_present is None:
            assert row  # noqa: S101 - something was said of them
            forget(session, row)
            continue
        set_presence(
            session, drill, user_id, is_present=is_present, how=how, at=now, by=actor.user_id,
            reason=reason_of(reason) if reason.strip() else "",
        )  # fmt: skip
    told = {"marks": {str(user_id): there for user_id, there in marks.items()}, "how": how}
    note(session, actor, drill, Step.RECORD, now=now, note=reason.strip(), told=told)
    return drill


def elsewhere(session: Session, drill: Drill, user_id: int, start: datetime, end: datetime) -> str:
    """Where else somebody is recorded as present in this time, if so: at a drill or a training."""
    own = _other_drill(session, user_id, start, end, but=drill.id)
    return own or workplace.elsewhere(session, drill.site_id, user_id, start, end, but="drills")


def at_drill(session: Session, _site_id: int, user_id: int, start: datetime, end: datetime) -> str:
    """The drill at which somebody is recorded as present in a span of time, if so."""
    return _other_drill(session, user_id, start, end, but=0)


def _other_drill(
    session: Session, user_id: int, start: datetime, end: datetime, *, but: int
) -> str:
    query = (
        select(Drill.code, Drill.title)
        .join(Attendance, Attendance.drill_id == Drill.id)
        .where(
            Attendance.user_id == user_id,
            Attendance.is_present.is_(True),
            Drill.id != but,
            Drill.status.in_(BEGUN),
            Drill.started_at < end,
            or_(Drill.ended_at.is_(None), Drill.ended_at > start),
        )
        .order_by(Drill.started_at)
        .limit(1)
    )
    found = session.execute(query).first()
    return f"{found.code} {found.title}" if found else ""


def drills_attended(session: Session, user_ids: Collection[int], first: date, last: date) -> int:
    """How often these people were at a drill in some days."""
    query = (
        select(func.count())
        .select_from(Attendance)
        .join(Drill, Drill.id == Attendance.drill_id)
        .where(
            Attendance.user_id.in_(user_ids),
            Attendance.is_present.is_(True),
            Drill.held_on.between(first, last),
            Drill.status.in_(WAS_HELD),
        )
    )
    return session.scalar(query) or 0


def _check(
    session: Session,
    drill: Drill,
    user_id: int,
    row: Attendance | None,
    is_present: bool,
    reason: str,
    span: tuple[datetime, datetime],
) -> None:
    """Raise unless a reason explains what does not go together."""
    if reason.strip():
        return
    if row is not None and row.how == How.SIGNED and not is_present:
        raise SignedAlready(person=_name(session, user_id))
    where = elsewhere(session, drill, user_id, *span) if is_present else ""
    if where:
        raise PersonElsewhere(person=_name(session, user_id), where=where)


def _name(session: Session, user_id: int) -> str:
    return accounts.names(session, [user_id]).get(user_id, "–")


def _people(session: Session, site_id: int) -> set[int]:
    return {person.id for person in accounts.list_people(session, site_id)}


def _window_of(session: Session, drill: Drill, user_id: int) -> int | None:
    """The window at which somebody not expected works, if it is one."""
    person = accounts.get_person(session, drill.site_id, user_id)
    return min(person.window_ids, default=None)
