"""The demonstration hall: three months lived through by the services themselves.

Only this command may pass a past `now`. One transaction a day; refused on a non-empty database.
"""

import gc
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from safety_app.accounts import service as accounts
from safety_app.core import clock, db
from safety_app.core.errors import AppError
from safety_app.core.feature import Demo, load
from safety_app.core.i18n import N_, _
from safety_app.features import features
from safety_app.workplace import demo as hall
from safety_app.workplace import service as workplace
from safety_app.workplace.models import Site

DAYS: Final = 92
SEED: Final = 2026


class NotEmpty(AppError):
    """There are records already; a demonstration among them would be a forgery."""

    text = N_(
        "There is a site with records here already. The demonstration goes into an empty"
        " database only: set SAFETY_DATA_DIR to another folder."
    )
    status = 409


def is_empty() -> bool:
    """Whether no site has been set up yet."""
    with db.reading() as session:
        return _sites(session) == 0


def _sites(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Site)) or 0


def _shares() -> list[Demo]:
    return [load(feature.demo) for feature in features() if feature.demo]


def make(say: Callable[[str], None], *, now: datetime | None = None) -> None:
    """Found the hall three months ago and live through every day up to `now`.

    Raises `NotEmpty` where a site exists.
    """
    until = now or clock.now()
    zone = "Asia/Shanghai"
    today = clock.local_day(until, zone)
    first = today - timedelta(days=DAYS)
    random = Random(SEED)  # noqa: S311 - a story, not a secret
    shares = _shares()
    with db.transaction() as session:
        if _sites(session):
            raise NotEmpty
        for share in shares:
            if share.found:
                share.found(session, clock.at_local(first, time(7), zone))
    say(_("Setting up the demonstration hall: three months of patrols."))
    gc.disable()  # thousands of short-lived rows: collecting among them only costs time
    try:
        for day in _every_day(first, today):
            with db.transaction() as session:
                for share in shares:
                    if share.live:
                        share.live(session, day, until, random)
    finally:
        gc.enable()


def _every_day(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


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
