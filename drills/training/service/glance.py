"""How everybody stands, kept for a moment, so that a page of a matrix of thousands is quick."""

import threading
from collections import OrderedDict
from datetime import date
from time import monotonic
from typing import Any, Final

from sqlalchemy import Integer, bindparam, func, select
from sqlalchemy.orm import Session

from drills.training.models import Course, Event, Posting, Requirement, Result
from drills.training.service.matrix import Standing, standing
from drills.training.service.rules import gathering
from safety_app.accounts import service as accounts
from safety_app.core.db import ReadingSession, kept
from safety_app.workplace import service as workplace

KEPT_SECONDS: Final = 20.0
"""Whatever the token does not see, such as a name that was put right, is seen after so long."""
MOST: Final = 6

_kept: OrderedDict[tuple[str, int, date], tuple[Any, float, Standing]] = OrderedDict()
_lock: Final = threading.Lock()


def glance(session: Session, site_id: int, on: date) -> Standing:
    """How everybody stands on a day; the same as long as nothing that decides it has changed.

    Only a read-only view is answered from what is kept: numbers that another transaction has seen
    and then undone would come again with other contents.
    """
    if not isinstance(session, ReadingSession):
        return standing(session, site_id, on)
    key = (str(session.get_bind().engine.url), site_id, on)
    token = kept(session, ("training", site_id), lambda: _token(session, site_id))
    with _lock:
        known = _kept.get(key)
        if known and known[0] == token and monotonic() - known[1] < KEPT_SECONDS:
            _kept.move_to_end(key)
            return known[2]
    found = standing(session, site_id, on)
    with _lock:
        _kept[key] = (token, monotonic(), found)
        _kept.move_to_end(key)
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    return found


_TOKEN: Final = select(
    *(
        select(figure).where(table.site_id == bindparam("site", type_=Integer())).scalar_subquery()
        for table, figure in (
            (Result, func.max(Result.id)),
            (Requirement, func.max(Requirement.changed_at)),
            (Requirement, func.count(Requirement.id)),
            (Course, func.max(Course.changed_at)),
            (Posting, func.max(Posting.id)),
            (Event, func.max(Event.id)),
            (Event, func.count(Event.withdrawn_at)),
        )
    )
)


def _token(session: Session, site_id: int) -> tuple[Any, ...]:
    """Changes whenever a result, a requirement, or who works here does."""
    site = workplace.site(session, site_id)
    return (
        *gathering(session, site_id),
        site.timezone,
        *session.execute(_TOKEN, {"site": site_id}).one(),
        *accounts.staffing_token(session, site_id),
        tuple(accounts.deputyships(session, site_id).items()),
        tuple(
            (one.id, one.first, one.last, one.user_id)
            for one in workplace.holders(session, site_id)
        ),
    )
