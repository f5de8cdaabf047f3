"""From a cookie's token to who is signed in, for the guard and for every rerun of a page."""

from datetime import datetime

import structlog
from sqlalchemy.exc import OperationalError

from safety_app.accounts.service import Found, find_session, touch_session
from safety_app.core.db import reading, transaction
from safety_app.web.identity import Live

_log = structlog.get_logger("safety_app.accounts")


def find_live(token: str, now: datetime) -> Live | None:
    """Who is signed in with this token; being asked keeps the session alive."""
    with reading() as session:
        found = find_session(session, token, now=now)
    if found is None:
        return None
    if found.is_stale(now):
        _touch(found, now)
    return Live(found.actor, found.csrf)


def _touch(found: Found, now: datetime) -> None:
    """At most once a minute, in a write of its own; that it fails must not lock anybody out."""
    try:
        with transaction() as session:
            touch_session(session, found.session_id, now=now)
    except OperationalError:
        _log.exception("the session could not be kept alive", session=found.session_id)
