"""The demonstration hall: three months lived through by the services themselves.

Only this command may pass a past `now`. One transaction a day; refused on a non-empty database.
"""

import gc
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from safety_app.accounts import service as accounts
from safety_app.core import clock, db, lease
from safety_app.core.errors import AppError
from safety_app.core.feature import Demo, load
from safety_app.core.i18n import N_, _
from safety_app.features import features
from safety_app.workplace import demo as hall
from safety_app.workplace import service as workplace
from safety_app.workplace.models import Site

DAYS: Final = 92
SEED: Final = 2026
ZONE: Final = "Asia/Shanghai"
MARK: Final = "demo"
UNFINISHED: Final = "unfinished"


class NotEmpty(AppError):
    """There are records already; a demonstration among them would be a forgery."""

    text = N_(
        "There is a site with records here already. The demonstration goes into an empty"
        " database only: set SAFETY_DATA_DIR to another folder."
    )
    status = 409


def is_unfinished() -> bool:
    """Whether there is nothing yet, or a demonstration that was stopped on the way."""
    with db.reading() as session:
        mark = session.get(lease.JobRun, MARK)
        return mark.succeeded_at is None if mark else _sites(session) == 0


def _sites(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Site)) or 0


def make(say: Callable[[str], None], *, now: datetime | None = None) -> None:
    """Found the hall three months ago and live through every day up to `now`.

    Goes on where it was stopped. Raises `NotEmpty` where other records are.
    """
    until = now or clock.now()
    today = clock.local_day(until, ZONE)
    shares = [load(feature.demo) for feature in features() if feature.demo]
    first = _begin(shares, today)
    say(_("Setting up the demonstration hall: three months of patrols."))
    gc.disable()  # thousands of short-lived rows: collecting among them only costs time
    try:
        for day in (first + timedelta(days=n) for n in range((today - first).days + 1)):
            with db.transaction() as session:
                _live(session, shares, day, until)
    finally:
        gc.enable()
    with db.transaction() as session:
        lease.note_run(session, MARK, until)


def _begin(shares: Sequence[Demo], today: date) -> date:
    """Found the hall, unless that is done; the first day that is still to be lived."""
    first = today - timedelta(days=DAYS)
    with db.transaction() as session:
        mark = session.get(lease.JobRun, MARK)
        if mark and mark.succeeded_at is None:
            return clock.local_day(mark.at, ZONE) + timedelta(days=1)
        if _sites(session):
            raise NotEmpty
        morning = clock.at_local(first, time(7), ZONE)
        for share in shares:
            if share.found:
                share.found(session, morning)
        lease.note_run(session, MARK, morning - timedelta(days=1), UNFINISHED)
    return first


def _live(session: Session, shares: Sequence[Demo], day: date, until: datetime) -> None:
    random = Random(f"{SEED}:{day}")  # noqa: S311 - a story, not a secret
    for share in shares:
        if share.live:
            share.live(session, day, until, random)
    lease.note_run(session, MARK, clock.at_local(day, time(12), ZONE), UNFINISHED)


def announce(say: Callable[[str], None]) -> None:
    """Print how to sign in, if this is the demonstration hall."""
    with db.reading() as session:
        sites = [site for site in workplace.list_sites(session) if site.is_demo]
    if not sites:
        return
    say(_("Demonstration accounts, all with the password {password}:", password=hall.PASSWORD))
    for role, login, name in hall.demo_accounts():
        say(f"  {login:<14} {_(role)} · {name}")
    with db.transaction() as session:
        windows = workplace.list_windows(session, sites[0].id)[: hall.TABLET_WINDOWS]
        code = accounts.open_enrolment(
            session,
            None,
            site_id=sites[0].id,
            name=hall.TABLET,
            window_ids=[window.id for window in windows],
            now=clock.now(),
        )
    say(
        _(
            "Shared tablet: open {path} on it once, then sign in by name and the code {pin}.",
            path=f"/enrol?code={code}",
            pin=hall.PIN,
        )
    )
