"""Whether somebody may be on duty, or is somewhere else, as the features above know it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from safety_app.accounts import service as accounts
from safety_app.accounts.service import bars
from safety_app.core.gate import Bar
from safety_app.features import features
from safety_app.workplace.roster_errors import OwnerNotQualified

WARNED: Final = timedelta(days=30)
"""So long before they are kept off duty people are warned, if it is known by then."""


def find_bar(session: Session, site_id: int, user_id: int, on: date) -> Bar | None:
    """Why somebody may not be on duty on a day, if so."""
    return next(iter(bars(session, site_id, on, on, [user_id]).get(user_id, ())), None)


def require_fit(session: Session, site_id: int, user_id: int, on: date) -> None:
    """Raise `OwnerNotQualified` for who may not be given a task on a day."""
    bar = find_bar(session, site_id, user_id, on)
    if bar is not None:
        name = accounts.get_person(session, site_id, user_id).display_name
        raise OwnerNotQualified(name=name, why=bar.text)


def newly_barred(
    session: Session, site_id: int, user_id: int, on: date, change: Callable[[], object]
) -> tuple[date, Bar] | None:
    """Change a person, and say from which day on it keeps them off duty unwarned, and why."""

    def barred() -> dict[date, Bar]:
        found = bars(session, site_id, on, on + WARNED, [user_id]).get(user_id, ())
        days = (on + timedelta(days=n) for n in range(WARNED.days))
        return {day: bar for day in days for bar in found if bar.first <= day <= bar.last}

    before = barred()
    change()
    return next(((day, bar) for day, bar in barred().items() if day not in before), None)


def elsewhere(
    session: Session, site_id: int, user_id: int, start: datetime, end: datetime, *, but: str
) -> str:
    """Where somebody is recorded as present in a span of time, by another feature than `but`."""
    for feature in features():
        if feature.elsewhere is not None and feature.name != but:
            where = feature.elsewhere(session, site_id, user_id, start, end)
            if where:
                return where
    return ""
