"""Writing the roster: who is on duty, who stands in, the same week again."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import and_, delete, insert, select
from sqlalchemy.orm import Session

from safety_app.accounts.errors import NotQualified
from safety_app.core import journal
from safety_app.core.access import Actor
from safety_app.core.clock import local_day
from safety_app.core.errors import InvalidValue, NotFound
from safety_app.core.horizon import require_near
from safety_app.core.i18n import _, day_text
from safety_app.workplace.models import ABSENCE_REASON_NAMES, Duty, Window
from safety_app.workplace.permissions import Permission
from safety_app.workplace.roster_errors import (
    AlreadyOnDuty,
    DaysReversed,
    NotExpected,
    PeriodTooLong,
    RosterIsPast,
    StandInAway,
)
from safety_app.workplace.service.days import days
from safety_app.workplace.service.places import list_windows, site
from safety_app.workplace.service.roster import Cell, Roster, roster

MOST_WEEKS: Final = 12
MOST_DAYS: Final = 92
_WEEK: Final = timedelta(days=7)


def set_duty(
    session: Session,
    actor: Actor | None,
    *,
    site_id: int,
    on: date,
    window_id: int | None,
    user_ids: Iterable[int],
    now: datetime,
) -> None:
    """Say who is on duty; an empty list goes back to everybody, without stand-ins."""
    journal.lock(session)
    _require(session, actor, site_id, window_id)
    _check_day(session, site_id, on, now)
    wanted = frozenset(user_ids)
    found = roster(session, site_id, on, on)
    if not found.people.keys() >= wanted:
        raise NotFound()
    for user_id in sorted(wanted - found.named.get((on, window_id), frozenset())):
        check_fit(found, on, user_id)
    if not wanted:
        where = (Duty.site_id == site_id, Duty.on_date == on)
        session.execute(delete(Duty).where(*where, Duty.window_id.is_not_distinct_from(window_id)))
    _replace(session, site_id, found, {(on, window_id): wanted})
    facts = {"on": on, "users": sorted(wanted)}
    _note(session, actor, "workplace.set_duty", site_id, window_id, now, facts)


def copy_week(session: Session, actor: Actor, *, monday: date, weeks: int, now: datetime) -> int:
    """Write the roster of a week into the next ones; the number of days written.

    Only open days of today or later, for the places of the actor, and only for those places
    where the week names somebody at all. Stand-ins are not copied, nor who is barred on the day.
    """
    journal.lock(session)
    if not 1 <= weeks <= MOST_WEEKS:
        raise InvalidValue(field=_("Weeks"), value=weeks)
    today = local_day(now, actor.timezone)
    require_near(monday, today)
    last = monday + (weeks + 1) * _WEEK - timedelta(days=1)
    found = roster(session, actor.site_id, monday, last)
    calendar = days(session, actor.site_id, monday, last)
    week = [monday + timedelta(days=n) for n in range(7)]
    wanted: dict[Cell, frozenset[int]] = {}
    for place in _places(session, actor):
        if not any(found.is_set(on, place) for on in week):
            continue
        for on in (day for day in week if calendar[day].is_open):
            users = found.named.get((on, place), frozenset()) & found.people.keys()
            for number in range(1, weeks + 1):
                target = on + number * _WEEK
                fit = frozenset(one for one in users if not found.barred(one, target))
                if calendar[target].is_open and target >= today and (fit or not users):
                    wanted[target, place] = fit
    _replace(session, actor.site_id, found, wanted)
    written = {on for on, _place in wanted}
    facts = {"week": monday, "weeks": weeks, "days": sorted(written)}
    _note(session, actor, "workplace.copy_week", actor.site_id, None, now, facts)
    return len(written)


def stand_in(
    session: Session,
    actor: Actor | None,
    *,
    site_id: int,
    window_id: int | None,
    on: date,
    until: date | None = None,
    for_id: int,
    user_id: int,
    now: datetime,
) -> int:
    """Let somebody stand in for somebody else, on a day or on the open days up to `until`.

    The number of days written: those on which the one is expected and the other not there anyway.
    """
    journal.lock(session)
    _require(session, actor, site_id, window_id)
    _check_day(session, site_id, on, now)
    spread = _spread(on, until or on)
    found = roster(session, site_id, spread[0], spread[-1])
    if user_id not in found.people or for_id not in found.people:
        raise NotFound()
    if until is not None:
        opened = days(session, site_id, spread[0], spread[-1])
        needed = [day for day in spread if opened[day].is_open]
        spread = [day for day in needed if _can(found, day, window_id, for_id, user_id)]
    if not spread:
        raise NotExpected(name=_name(found, for_id), day=day_text(on))
    for day in spread:
        _check_stand_in(found, day, window_id, for_id, user_id)
    here = (Duty.site_id == site_id, Duty.window_id.is_not_distinct_from(window_id))
    session.execute(
        delete(Duty).where(*here, Duty.on_date.in_(spread), Duty.stands_in_for == for_id)
    )
    session.add_all(
        Duty(site_id=site_id, user_id=user_id, on_date=day, window_id=window_id,
             stands_in_for=for_id)
        for day in spread
    )  # fmt: skip
    session.flush()
    facts = {"days": spread, "user": user_id, "for": for_id}
    _note(session, actor, "workplace.stand_in", site_id, window_id, now, facts)
    return len(spread)


def remove_stand_in(
    session: Session,
    actor: Actor | None,
    *,
    site_id: int,
    window_id: int | None,
    on: date,
    user_id: int,
    now: datetime,
) -> None:
    """Take a stand-in back."""
    journal.lock(session)
    _require(session, actor, site_id, window_id)
    _check_day(session, site_id, on, now)
    row = session.scalar(
        select(Duty).where(
            Duty.site_id == site_id,
            Duty.on_date == on,
            Duty.window_id.is_not_distinct_from(window_id),
            Duty.user_id == user_id,
            Duty.stands_in_for.is_not(None),
        )
    )
    if row is None:
        raise NotFound()
    facts = {"on": on, "user": user_id, "for": row.stands_in_for}
    session.delete(row)
    session.flush()
    _note(session, actor, "workplace.remove_stand_in", site_id, window_id, now, facts)


def _replace(
    session: Session, site_id: int, found: Roster, wanted: Mapping[Cell, frozenset[int]]
) -> None:
    """Write who is named; a stand-in stays while the one replaced is expected there still."""
    if not wanted:
        return
    on_days = sorted({on for on, _place in wanted})
    rows = session.execute(
        select(Duty.id, Duty.on_date, Duty.window_id, Duty.user_id, Duty.stands_in_for).where(
            Duty.site_id == site_id, Duty.on_date.between(on_days[0], on_days[-1])
        )
    )
    gone = []
    for row in rows:
        users = wanted.get((row.on_date, row.window_id))
        if users is None:
            continue
        expected = users or found.team(row.window_id)
        keeps = row.stands_in_for in expected and row.user_id not in expected
        if row.stands_in_for is None or not keeps:
            gone.append(row.id)
    for start in range(0, len(gone), 500):
        session.execute(delete(Duty).where(Duty.id.in_(gone[start : start + 500])))
    fresh = [
        {"site_id": site_id, "on_date": on, "window_id": place, "user_id": user_id}
        for (on, place), users in wanted.items()
        for user_id in sorted(users)
    ]
    if fresh:
        session.execute(insert(Duty), fresh)
    session.flush()


def _spread(first: date, last: date) -> list[date]:
    if last < first:
        raise DaysReversed()
    if (last - first).days >= MOST_DAYS:
        raise PeriodTooLong(n=MOST_DAYS)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _can(found: Roster, day: date, window_id: int | None, for_id: int, user_id: int) -> bool:
    """Whether there is something to do on a day of a longer period."""
    expected = for_id in found.expected(day, window_id)
    return expected and user_id not in found.on_duty(day, window_id)


def _check_stand_in(
    found: Roster, day: date, window_id: int | None, for_id: int, user_id: int
) -> None:
    if for_id not in found.expected(day, window_id):
        raise NotExpected(name=_name(found, for_id), day=day_text(day))
    if user_id in found.expected(day, window_id):
        raise AlreadyOnDuty(name=_name(found, user_id), day=day_text(day))
    away = found.away(user_id, day)
    if away is not None:
        reason = _(ABSENCE_REASON_NAMES[away.reason])
        raise StandInAway(name=_name(found, user_id), day=day_text(day), reason=reason)
    check_fit(found, day, user_id)


def check_fit(found: Roster, day: date, user_id: int) -> None:
    """Raise `NotQualified` for who is barred on a day."""
    bar = found.barred(user_id, day)
    if bar is not None:
        raise NotQualified(name=_name(found, user_id), day=day_text(day), why=bar.text)


def _name(found: Roster, user_id: int) -> str:
    return found.people[user_id].display_name


def _places(session: Session, actor: Actor) -> list[int | None]:
    """The common areas and the windows whose roster the actor keeps."""
    reach = actor.reach(Permission.ROSTER)
    every: list[int | None] = [None, *(one.id for one in list_windows(session, actor.site_id))]
    return [place for place in every if reach.covers(place)]


def _require(session: Session, actor: Actor | None, site_id: int, window_id: int | None) -> None:
    if actor is not None:
        actor.require(Permission.ROSTER, window_id=window_id)
        if actor.site_id != site_id:
            raise NotFound()
    if window_id is None:
        return
    window = session.scalar(
        select(Window.id).where(and_(Window.id == window_id, Window.site_id == site_id))
    )
    if window is None:
        raise NotFound()


def _check_day(session: Session, site_id: int, on: date, now: datetime) -> None:
    today = local_day(now, site(session, site_id).timezone)
    if on < today:
        raise RosterIsPast(day=day_text(on))
    require_near(on, today)


def _note(
    session: Session,
    actor: Actor | None,
    action: str,
    site_id: int,
    window_id: int | None,
    now: datetime,
    facts: Mapping[str, object],
) -> None:
    kind, object_id = ("site", site_id) if window_id is None else ("window", window_id)
    journal.write(session, actor, action, kind, object_id, now=now, site_id=site_id, facts=facts)
