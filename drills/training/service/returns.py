"""Who comes back after so long off post that they begin there anew."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from sqlalchemy.orm import Session

from drills.training.coverage import DAY, Span, add_months, merged
from drills.training.models import Posting
from drills.training.shipped import figures
from safety_app.workplace import service as workplace

_LOOK_BACK: Final = timedelta(days=3 * 366)
"""Absences that ended longer ago have been looked at."""


def is_long(first: date, until: date) -> bool:
    """Whether somebody off post from a day until another one begins anew."""
    return add_months(first, figures().off_post_months) <= until


def returns(
    session: Session,
    site_id: int,
    postings: Mapping[int, Sequence[Posting]],
    today: date,
    user_ids: Collection[int] | None = None,
) -> set[tuple[int, date]]:
    """Person and day of every return, of everybody or some, whose postings are given in order.

    Off post is who is away, or whose account is closed. Days on which the hall is closed make no
    two spells of one, nor does the day on which somebody leaves.
    """
    closed = {user_id: list(_closed(rows)) for user_id, rows in postings.items()}
    off = {user_id: list(days) for user_id, days in closed.items()}
    since = today - _LOOK_BACK
    for user_id, first, last in workplace.absent_days(session, site_id, since, user_ids):
        off.setdefault(user_id, []).append((first, last))
    spells = {user_id: merged(days) for user_id, days in off.items() if days}
    spells = {who: days for who, days in spells.items() if is_long(days[0][0], _after(days[-1]))}
    opened = _open_days(session, site_id, spells.values())
    left = {user_id: {one[0] - DAY for one in days} for user_id, days in closed.items()}
    return {
        (user_id, last + DAY)
        for user_id, days in spells.items()
        for first, last in _joined_up(days, opened, left.get(user_id, set()))
        if since <= last < date.max and is_long(first, last + DAY)
    }


def _joined_up(spells: Sequence[Span], opened: Sequence[date], left: set[date]) -> list[Span]:
    """Spells in order, those put together between which no day is open but that of leaving."""
    found = list(spells[:1])
    for first, last in spells[1:]:
        between = opened[bisect_right(opened, found[-1][1]) : bisect_left(opened, first)]
        if left.issuperset(between):
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return found


def _closed(rows: Sequence[Posting]) -> Iterator[Span]:
    """The days on which an account was closed, and is still."""
    for row, following in pairwise([*rows, None]):
        if row is None or row.last is None:
            continue
        until = date.max if following is None else following.first - DAY
        if row.last < until:
            yield row.last + DAY, until


def _open_days(session: Session, site_id: int, found: Collection[Sequence[Span]]) -> list[date]:
    """The days between the spells on which the hall is open."""
    between = [
        (one[1] + DAY, other[0] - DAY) for spells in found for one, other in pairwise(spells)
    ]
    if not between:
        return []
    first, last = min(one[0] for one in between), max(one[1] for one in between)
    days = workplace.days(session, site_id, first, last)
    return [on for on, day in days.items() if day.is_open]


def _after(span: Span) -> date:
    return span[1] if span[1] == date.max else span[1] + DAY
