"""A year of training, for its ledger."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from drills.training.service.matrix import Coverage, coverage_of, standing
from drills.training.service.session_views import SessionRow, sessions_between
from drills.training.service.views import ResultRow, results
from safety_app.accounts import service as accounts
from safety_app.core import clock
from safety_app.core.access import Actor


@dataclass(frozen=True, slots=True)
class Ledger:
    """A year of training: its sessions, every result, and the coverage on its last day."""

    year: int
    last: date
    sessions: tuple[SessionRow, ...]
    results: tuple[ResultRow, ...]
    names: dict[int, tuple[str, str]]
    coverage: Coverage


def ledger_of(session: Session, actor: Actor, year: int, *, now: datetime) -> Ledger:
    """The year so far, or the whole of it."""
    first = date(year, 1, 1)
    last = min(date(year, 12, 31), clock.local_day(now, actor.timezone))
    found = results(session, actor.site_id, first=first, last=last, standing_only=True)
    people = accounts.staffing(session, actor.site_id)
    return Ledger(
        year=year,
        last=last,
        sessions=tuple(sessions_between(session, actor, first, last, now=now)),
        results=tuple(reversed(found)),
        names={one.id: (one.display_name, one.staff_no) for one in people},
        coverage=coverage_of(standing(session, actor.site_id, last)),
    )
