"""What becomes of windows: paused for a while, merged into another one, taken out of use."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from safety_app.accounts import service as accounts
from safety_app.core import clock, journal
from safety_app.core.access import Actor
from safety_app.core.errors import NotFound, TextTooLong
from safety_app.core.horizon import require_near
from safety_app.core.i18n import N_, day_text
from safety_app.features import features
from safety_app.workplace.errors import (
    LastBeforeFirst,
    MergesIntoItself,
    PausedWhenMerged,
    PausedWhenRetired,
    PauseInPast,
    PauseOver,
    PausesOverlap,
    ReasonMissing,
    RetireInPast,
    RetirementPlanned,
    SuccessorEnds,
    SuccessorOfOthers,
    SuccessorPaused,
    WindowGone,
)
from safety_app.workplace.models import Site, Window, WindowPause
from safety_app.workplace.service.changes import changed
from safety_app.workplace.service.places import own_window, require_settings, site

REASON_LIMIT = 200


def pause_window(
    session: Session,
    actor: Actor | None,
    window_id: int,
    *,
    site_id: int,
    first: date,
    last: date,
    reason: str,
    now: datetime,
) -> WindowPause:
    """Let a window rest from `first` to `last`: its patrols are excused, not missed."""
    require_settings(actor, site_id)
    journal.lock(session)
    window = _in_use(session, site_id, window_id)
    reason = reason.strip()
    if not reason:
        raise ReasonMissing()
    if len(reason) > REASON_LIMIT:
        raise TextTooLong(field=N_("Reason"), limit=REASON_LIMIT)
    today = _today(session, site_id, now)
    if first < today:
        raise PauseInPast()
    require_near(last, today)
    _check_span(session, window, first, last)
    pause = WindowPause(
        site_id=site_id, window_id=window_id, first=first, last=last, reason=reason,
        created_by=actor.user_id if actor else None, created_at=now,
    )  # fmt: skip
    session.add(pause)
    session.flush()
    _note(session, actor, "workplace.pause_window", window, now, first=first, last=last)
    changed(session, site_id, now)
    return pause


def set_pause_end(
    session: Session,
    actor: Actor | None,
    pause_id: int,
    *,
    site_id: int,
    last: date,
    now: datetime,
) -> None:
    """End a pause earlier or later; one that has not begun and would end before it is dropped.

    Days that have gone by stay excused: the earliest last day is yesterday.
    """
    require_settings(actor, site_id)
    journal.lock(session)
    pause = session.get(WindowPause, pause_id)
    if pause is None or pause.site_id != site_id:
        raise NotFound()
    today = _today(session, site_id, now)
    window = _in_use(session, site_id, pause.window_id)
    if pause.last < today:
        raise PauseOver()
    require_near(last, today)
    before, last = pause.last, max(last, today - timedelta(days=1))
    if last < pause.first:
        session.delete(pause)
    else:
        _check_span(session, window, pause.first, last, own_id=pause_id)
        pause.last = last
    session.flush()
    _note(session, actor, "workplace.set_pause_end", window, now, before=before, last=last)
    changed(session, site_id, now)


def retire_window(
    session: Session,
    actor: Actor | None,
    window_id: int,
    *,
    site_id: int,
    on: date,
    successor_id: int | None = None,
    now: datetime,
) -> Window:
    """Take a window out of use from a day on, or let it go on in another one from that day."""
    require_settings(actor, site_id)
    journal.lock(session)
    window = _in_use(session, site_id, window_id)
    today = _today(session, site_id, now)
    if on < today:
        raise RetireInPast()
    require_near(on, today)
    if window.retired_on is not None:
        raise RetirementPlanned(code=window.code, day=day_text(window.retired_on, weekday=False))
    comes_in = select(Window).where(Window.successor_id == window_id, Window.is_active)
    coming = session.scalars(comes_in).first()
    if coming is not None:
        raise SuccessorOfOthers(code=coming.code)
    if successor_id is not None:
        _check_successor(session, window, successor_id, on)
    window.retired_on, window.successor_id = on, successor_id
    _cut_pauses(session, window, on)
    session.flush()
    action = "workplace.retire_window" if successor_id is None else "workplace.merge_window"
    _note(session, actor, action, window, now, on=on, successor=successor_id)
    if on == today:
        _end(session, actor, window, now)
    changed(session, site_id, now)
    return window


def keep_window(
    session: Session, actor: Actor | None, window_id: int, *, site_id: int, now: datetime
) -> None:
    """Take back the end of a window while it lies ahead."""
    require_settings(actor, site_id)
    journal.lock(session)
    window = _in_use(session, site_id, window_id)
    facts = {"on": window.retired_on, "successor": window.successor_id}
    window.retired_on = window.successor_id = None
    session.flush()
    _note(session, actor, "workplace.keep_window", window, now, **facts)
    changed(session, site_id, now)


def end_windows(session: Session, now: datetime) -> int:
    """Take windows out of use whose day has come; safe to run twice."""
    ended = 0
    for one in session.scalars(select(Site).order_by(Site.id)).all():
        due = select(Window).where(
            Window.site_id == one.id,
            Window.is_active,
            Window.retired_on <= clock.local_day(now, one.timezone),
        )
        if session.scalars(due).first() is None:
            continue
        journal.lock(session)
        # Asked again: whoever was first may have ended them meanwhile.
        windows = session.scalars(due.order_by(Window.retired_on, Window.id)).all()
        for window in windows:
            _end(session, None, window, now)
        if windows:
            changed(session, one.id, now)
        ended += len(windows)
    return ended


def _end(session: Session, actor: Actor | None, window: Window, now: datetime) -> None:
    window.is_active = False
    session.flush()
    today = _today(session, window.site_id, now)
    accounts.end_deputies(session, actor, window.id, today=today, now=now)
    if window.successor_id is not None:
        for feature in features():
            if feature.merge:
                feature.merge(session, actor, window.id, window.successor_id, now)
    _note(session, actor, "workplace.end_window", window, now, successor=window.successor_id)


def _check_successor(session: Session, window: Window, successor_id: int, on: date) -> None:
    if successor_id == window.id:
        raise MergesIntoItself()
    successor = own_window(session, window.site_id, successor_id)
    if not successor.is_active or successor.retired_on is not None:
        raise SuccessorEnds(code=successor.code)
    resting = session.scalars(
        select(WindowPause).where(
            WindowPause.window_id == successor_id,
            WindowPause.first <= on,
            WindowPause.last >= on,
        )
    ).first()
    if resting is not None:
        last = day_text(resting.last, weekday=False, year=True)
        raise SuccessorPaused(code=successor.code, last=last)


def _check_span(
    session: Session, window: Window, first: date, last: date, *, own_id: int | None = None
) -> None:
    if last < first:
        raise LastBeforeFirst()
    if window.retired_on is not None and last >= window.retired_on:
        raise PausedWhenRetired(day=day_text(window.retired_on, weekday=False))
    comes_in = select(Window).where(
        Window.successor_id == window.id, Window.is_active, Window.retired_on.between(first, last)
    )
    coming = session.scalars(comes_in.order_by(Window.retired_on)).first()
    if coming is not None and coming.retired_on is not None:
        raise PausedWhenMerged(
            code=coming.code, day=day_text(coming.retired_on, weekday=False, year=True)
        )
    query = select(WindowPause).where(
        WindowPause.window_id == window.id,
        WindowPause.first <= last,
        WindowPause.last >= first,
    )
    for other in session.scalars(query):
        if other.id != own_id:
            raise PausesOverlap(
                first=day_text(other.first, weekday=False),
                last=day_text(other.last, weekday=False),
            )


def _cut_pauses(session: Session, window: Window, on: date) -> None:
    """Pauses end with the window."""
    query = select(WindowPause).where(
        WindowPause.window_id == window.id, WindowPause.last >= on
    )  # fmt: skip
    for pause in session.scalars(query).all():
        if pause.first >= on:
            session.delete(pause)
        else:
            pause.last = on - timedelta(days=1)


def _in_use(session: Session, site_id: int, window_id: int) -> Window:
    window = own_window(session, site_id, window_id)
    if not window.is_active:
        raise WindowGone(code=window.code)
    return window


def _today(session: Session, site_id: int, now: datetime) -> date:
    return clock.local_day(now, site(session, site_id).timezone)


def _note(
    session: Session,
    actor: Actor | None,
    action: str,
    window: Window,
    now: datetime,
    **facts: object,
) -> None:
    journal.write(
        session, actor, action, "window", window.id, now=now, site_id=window.site_id, facts=facts
    )
