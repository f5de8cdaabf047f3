"""Tasks that nobody has begun follow their plans, the calendar, the hours and the windows."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, delete, exists, or_, true, update
from sqlalchemy.orm import Session

from checklists.models import PaperForm, Rhythm, Run, Task
from checklists.service.expected import Expected, Planned
from safety_app.core.clock import at_local

AT_ONCE: Final = 500
Ids = Mapping[Expected, set[int]]

_BEGUN: Final = exists().where(Run.task_id == Task.id)
_ON_PAPER: Final = exists().where(PaperForm.task_id == Task.id)
_UNTOUCHED: Final = and_(~_BEGUN, ~_ON_PAPER)
_UNSIGNED: Final = exists().where(Run.task_id == Task.id, Run.submitted_at.is_(None))


def follow(
    session: Session,
    site_id: int,
    stale: Ids,
    missing: Ids,
    plans: Mapping[int, Planned],
    now: datetime,
) -> None:
    """Set tasks anew that are as no plan wants them, or take them back.

    `stale` are the tasks that are not over yet and differ from what is wanted, `missing` what is
    wanted and not there, each with the plans concerned.
    """
    wanted: dict[tuple[date, str, int], list[Expected]] = {}
    for one in missing:
        wanted.setdefault((one.on, one.part, one.slot), []).append(one)
    for old, ids in stale.items():
        left = set(ids)
        for new in wanted.get((old.on, old.part, old.slot), ()):
            for some in _chunks(left & missing[new]):
                _set_anew(session, site_id, old, new, some, _daily(plans, some), now)
            left -= missing[new]
        _take_back(session, site_id, old, left, plans, now)
    for task in list(session.identity_map.values()):
        if isinstance(task, Task):
            session.expire(task)


def excuse_trial(session: Session, site_id: int, counts_from: date, timezone: str) -> None:
    """Nothing that was due before the first day that counts is missed."""
    _change(
        session,
        and_(
            Task.site_id == site_id,
            Task.due_at < at_local(counts_from, time(), timezone),
            Task.counts,
        ),
        counts=False,
    )


def _daily(plans: Mapping[int, Planned], ids: set[int]) -> set[int]:
    return {one for one in ids if plans[one].rule.rhythm is Rhythm.DAILY}


def _set_anew(
    session: Session,
    site_id: int,
    old: Expected,
    new: Expected,
    ids: set[int],
    daily: set[int],
    now: datetime,
) -> None:
    """What has opened stays as it is, but for a period's last day that still lies ahead."""
    may_move: ColumnElement[bool] = Task.opens_at > now
    if new.due_at > now:
        may_move = or_(may_move, Task.plan_id.not_in(daily) if daily else true())
    _change(
        session,
        and_(_these(site_id, old, ids), _UNTOUCHED, may_move),
        opens_at=new.opens_at,
        due_at=new.due_at,
        closes_at=new.closes_at,
        due_on=new.due_on,
        part_id=new.part_id,
        doer=new.doer,
    )
    if old.counts != new.counts:
        _change(session, _these(site_id, old, ids), counts=new.counts)


def _take_back(
    session: Session,
    site_id: int,
    old: Expected,
    ids: set[int],
    plans: Mapping[int, Planned],
    now: datetime,
) -> None:
    """Nobody owes these any more; who has begun one may finish it, and it does not count."""
    resting = {one for one in ids if one in plans and _rests(plans[one], old.on)}
    # A patrol that opened in the morning of a day that is closed at noon stays; so does a check
    # that has opened, or changing its plan again and again would put it off for ever.
    firm = {one for one in ids if one in plans and plans[one].in_use and _stays(plans[one], old.on)}
    for some in _chunks(ids - firm):
        _delete(session, and_(_these(site_id, old, some), _UNTOUCHED))
    for some in _chunks(firm):
        _delete(session, and_(_these(site_id, old, some), _UNTOUCHED, Task.opens_at > now))
    for some in _chunks(resting):
        _change(session, and_(_these(site_id, old, some), _UNSIGNED, Task.counts), counts=False)


def _stays(one: Planned, on: date) -> bool:
    daily = one.rule.rhythm is Rhythm.DAILY
    return one.rule.limits.holds(on) if daily else not _rests(one, on)


def _rests(one: Planned, on: date) -> bool:
    limits = one.rule.limits
    return limits.rests(on) if one.rule.rhythm is Rhythm.DAILY else bool(limits.pauses)


def _these(site_id: int, one: Expected, ids: set[int]) -> ColumnElement[bool]:
    return and_(
        Task.site_id == site_id,
        Task.plan_id.in_(ids),
        Task.on_date == one.on,
        Task.part == one.part,
        Task.slot == one.slot,
    )


def _chunks(ids: set[int]) -> Iterator[set[int]]:
    some = sorted(ids)
    for start in range(0, len(some), AT_ONCE):
        yield set(some[start : start + AT_ONCE])


def _change(session: Session, where: ColumnElement[bool], **facts: Any) -> None:
    statement = update(Task).where(where).values(**facts)
    session.execute(statement, execution_options={"synchronize_session": False})


def _delete(session: Session, where: ColumnElement[bool]) -> None:
    statement = delete(Task).where(where)
    session.execute(statement, execution_options={"synchronize_session": False})
