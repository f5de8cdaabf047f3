"""The requirements of a hall as they hold, with the interval of its legal profile of each day."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.training.coverage import DAY
from drills.training.models import Occasion, Requirement, Who
from drills.training.needs import Rule, Rules
from drills.training.shipped import figures
from safety_app.core import clock
from safety_app.workplace import service as workplace

Gathering = Sequence[tuple[date, bool]]
"""Whether the public gathers in the hall, from each day on which that changed; in order."""
Intervals = Sequence[tuple[date, int | None]]
"""An interval in months, from each day on which it changes; in order, the first from ever on."""


def rules(session: Session, site_id: int) -> Rules:
    """Every requirement there is or was."""
    gathers = gathering(session, site_id)
    rows = session.scalars(
        select(Requirement).where(Requirement.site_id == site_id).order_by(Requirement.id)
    )
    return Rules((part for row in rows for part in parts(row, gathers)), figures().ahead_days)


def gathering(session: Session, site_id: int) -> Gathering:
    """How the legal profile had it at the end of each day, and has it now."""
    site = workplace.site(session, site_id)
    said: dict[date, bool] = {}
    first = date.min
    for former in workplace.former_profiles(session, site_id):
        said[first] = former.public_gathering
        first = clock.local_day(former.until, site.timezone)
    said[first] = site.public_gathering
    found: list[tuple[date, bool]] = []
    for day, gathers in said.items():
        if not found or found[-1][1] != gathers:
            found.append((day, gathers))
    return found


def intervals(row: Requirement, gathers: Gathering) -> Intervals:
    """The interval of a requirement by the profile of each day.

    A shorter one holds once people have been warned of it, so many days after the change.
    """
    found: list[tuple[date, int | None]] = []
    for day, publicly in gathers:
        months = (row.public_months if publicly else None) or row.interval_months
        is_shorter = bool(found) and (months or 0) < (found[-1][1] or 0)
        begins = day + timedelta(days=figures().ahead_days) if is_shorter else day
        found = [one for one in found if one[0] < begins]
        if not found or found[-1][1] != months:
            found.append((begins, months))
    return found


def parts(row: Requirement, gathers: Gathering) -> Iterator[Rule]:
    """A requirement as a rule for each of its intervals, over days of their own."""
    row_first, row_last = row.first or date.min, row.last or date.max
    for (begins, months), (ends, _next) in pairwise([*intervals(row, gathers), (None, None)]):
        first = max(begins or date.min, row_first)
        last = min(ends - DAY if ends else date.max, row_last)
        if first <= last:
            yield Rule(
                id=row.id,
                course_id=row.course_id,
                who=Who(row.who),
                who_value=row.who_value,
                occasion=Occasion(row.occasion),
                months=months,
                gates=row.gates,
                joined_from=row.joined_from,
                first=None if first == date.min else first,
                last=None if last == date.max else last,
            )
