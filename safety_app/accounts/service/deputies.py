"""Deputies: who leads a window in place of its lead, from a day to a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from safety_app.accounts.errors import (
    DeputyEndsBeforeStart,
    DeputyInPast,
    DeputyIsLead,
    DeputyOverlaps,
    NotQualified,
)
from safety_app.accounts.models import Deputy, Membership, User
from safety_app.accounts.permissions import Permission
from safety_app.accounts.service.directory import lead_of, names
from safety_app.accounts.service.fitness import bars
from safety_app.accounts.service.windows import require_windows, windows
from safety_app.core import journal
from safety_app.core.access import Actor, Role
from safety_app.core.clock import local_day
from safety_app.core.errors import NotAllowed, NotFound
from safety_app.core.horizon import require_near
from safety_app.core.i18n import N_, day_text

DAY: Final = timedelta(days=1)
ASKED: Final = timedelta(days=91)
"""As far as the roster is written at once the gate is asked."""
WHO_NAMES: Final = N_("The window's lead, a manager or the administrator")


@dataclass(frozen=True, slots=True)
class Stand:
    """A deputy's days; `last` is empty for one without an end (B角)."""

    id: int
    window_id: int
    user_id: int
    name: str
    first: date
    last: date | None


def list_deputies(
    session: Session, site_id: int, *, on: date, window_ids: Iterable[int] | None = None
) -> list[Stand]:
    """Deputies of that day and later, by window and first day."""
    query = select(Deputy).where(
        Deputy.site_id == site_id, or_(Deputy.last.is_(None), Deputy.last >= on)
    )
    if window_ids is not None:
        query = query.where(Deputy.window_id.in_(set(window_ids)))
    rows = session.scalars(query.order_by(Deputy.window_id, Deputy.first)).all()
    called = names(session, [row.user_id for row in rows])
    return [
        Stand(row.id, row.window_id, row.user_id, called[row.user_id], row.first, row.last)
        for row in rows
    ]


def name_deputy(
    session: Session,
    actor: Actor | None,
    window_id: int,
    user_id: int,
    *,
    first: date,
    last: date | None,
    now: datetime,
    asked: bool = True,
) -> Deputy:
    """Let somebody lead a window in place of its lead, on these days.

    Not `asked` is the gate by a list that is imported: that says how things are.
    """
    journal.lock(session)
    user = session.get(User, user_id)
    if user is None or not user.is_active:
        raise NotFound()
    _require(session, actor, user.site_id, window_id)
    require_windows(session, user.site_id, [window_id])
    _check_days(first, last, _today(actor, now))
    if lead_of(session, window_id) == user_id:
        raise DeputyIsLead(name=names(session, [user_id])[user_id])
    _check_free(session, window_id, first, last)
    row = Deputy(
        site_id=user.site_id,
        window_id=window_id,
        user_id=user_id,
        first=first,
        last=last,
        created_by=actor.user_id if actor else None,
        created_at=now,
    )
    session.add(row)
    session.flush()
    if asked:
        _require_fit(session, row)
    _note_named(session, actor, row, now)
    return row


def end_deputy(session: Session, actor: Actor | None, deputy_id: int, *, now: datetime) -> None:
    """From now on the deputy leads no more; the days before stay as they were."""
    journal.lock(session)
    row = session.get(Deputy, deputy_id)
    if row is None:
        raise NotFound()
    _require(session, actor, row.site_id, row.window_id)
    _end(session, actor, row, _today(actor, now), now)


def end_deputies(
    session: Session, actor: Actor | None, window_id: int, *, today: date, now: datetime
) -> None:
    """A window is out of use from this day on: nobody leads it any more."""
    query = select(Deputy).where(Deputy.window_id == window_id).order_by(Deputy.id)
    for row in session.scalars(query).all():
        _end(session, actor, row, today, now)


def hand_over_deputy(
    session: Session, actor: Actor | None, row: Deputy, to_id: int, *, today: date, now: datetime
) -> None:
    """Somebody else is deputy from this day on; days gone by stay with whoever was it then."""
    taken = Deputy(
        site_id=row.site_id,
        window_id=row.window_id,
        user_id=to_id,
        first=max(row.first, today),
        last=row.last,
        created_by=actor.user_id if actor else None,
        created_at=now,
    )
    giver_id = row.user_id
    _end(session, actor, row, today, now)
    session.add(taken)
    session.flush()
    _require_fit(session, taken)
    _note_named(session, actor, taken, now, **{"from": giver_id})


def _end(session: Session, actor: Actor | None, row: Deputy, today: date, now: datetime) -> None:
    if row.last is not None and row.last < today:
        return
    if row.first >= today:
        session.delete(row)
    else:
        row.last = today - DAY
    session.flush()
    journal.write(
        session, actor, "accounts.end_deputy", "user", row.user_id,
        now=now, site_id=row.site_id, facts={"window_id": row.window_id},
    )  # fmt: skip


def _note_named(
    session: Session, actor: Actor | None, row: Deputy, now: datetime, **more: Any
) -> None:
    journal.write(
        session, actor, "accounts.name_deputy", "user", row.user_id, now=now, site_id=row.site_id,
        facts={"window_id": row.window_id, "first": row.first, "last": row.last, **more},
    )  # fmt: skip


def _require_fit(session: Session, row: Deputy) -> None:
    """Raise `NotQualified` for who may not be on duty on one of the days.

    They are looked at as deputy already, as a lead may need more than others. Who stands in
    without an end is asked for the first day only: on later ones they train like any lead.
    """
    last = min(row.last or row.first, row.first + ASKED)
    found = bars(session, row.site_id, row.first, last, [row.user_id]).get(row.user_id, ())
    if found:
        bar = min(found, key=lambda one: one.first)
        name = names(session, [row.user_id])[row.user_id]
        raise NotQualified(name=name, day=day_text(max(bar.first, row.first)), why=bar.text)


def deputyships(session: Session, site_id: int) -> dict[int, tuple[tuple[date, date], ...]]:
    """By person the days on which they lead a window in place of its lead, gone by and to come.

    Nobody leads a window any more that is out of use.
    """
    query = (
        select(Deputy.user_id, Deputy.first, Deputy.last, windows.c.retired_on)
        .join(windows, windows.c.id == Deputy.window_id)
        .where(Deputy.site_id == site_id)
        .order_by(Deputy.id)
    )
    found: dict[int, tuple[tuple[date, date], ...]] = {}
    for user_id, first, last, retired_on in session.execute(query):
        ends = min(last or date.max, retired_on - DAY if retired_on else date.max)
        if first <= ends:
            found[user_id] = (*found.get(user_id, ()), (first, ends))
    return found


def _today(actor: Actor | None, now: datetime) -> date:
    return local_day(now, actor.timezone) if actor else now.date()


def _require(session: Session, actor: Actor | None, site_id: int, window_id: int) -> None:
    """A lead names for the own windows; who is only deputy there passes nothing on."""
    if actor is None:
        return
    if actor.site_id != site_id:
        raise NotFound()
    actor.require(Permission.DEPUTISE, window_id=window_id, who=WHO_NAMES)
    if actor.reach(Permission.DEPUTISE).site:
        return
    own = (Membership.user_id == actor.user_id, Membership.window_id == window_id)
    if not session.scalar(select(Membership.id).where(*own, Membership.role == Role.LEAD)):
        raise NotAllowed(who=WHO_NAMES)


def _check_days(first: date, last: date | None, today: date) -> None:
    if last is not None and last < first:
        raise DeputyEndsBeforeStart()
    if first < today:
        raise DeputyInPast()
    require_near(first, today)
    require_near(last, today)


def _check_free(session: Session, window_id: int, first: date, last: date | None) -> None:
    query = select(Deputy).where(
        Deputy.window_id == window_id, or_(Deputy.last.is_(None), Deputy.last >= first)
    )
    if last is not None:
        query = query.where(Deputy.first <= last)
    taken = session.scalars(query.limit(1)).first()
    if taken is not None:
        raise DeputyOverlaps(name=names(session, [taken.user_id])[taken.user_id])
