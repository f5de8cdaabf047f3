"""Who is recorded as present before a drill was held: of its day alone."""

from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from drills.entries import Outcome
from drills.models import Attendance, Drill, Entry, EntryKind
from safety_app.core import clock
from safety_app.workplace import service as workplace


def set_aside(session: Session, drill: Drill, on: date) -> int:
    """Forget who was said on another day to be there or not; what was tapped stays in the log.

    Returns how many were.
    """
    zone = workplace.site(session, drill.site_id).timezone
    query = select(Attendance).where(
        Attendance.drill_id == drill.id, Attendance.is_present.is_not(None)
    )
    known = session.scalars(query.execution_options(populate_existing=True)).all()
    stale = [row for row in known if row.at is None or clock.local_day(row.at, zone) != on]
    if not stale:
        return 0
    session.execute(
        update(Entry)
        .where(
            Entry.drill_id == drill.id,
            Entry.person_id.in_([row.user_id for row in stale]),
            Entry.kind.in_((EntryKind.SIGN, EntryKind.PRESENT, EntryKind.ABSENT)),
            Entry.outcome == Outcome.KEPT,
        )
        .values(outcome=Outcome.ANOTHER_DAY)
    )
    for row in stale:
        forget(session, row)
    session.flush()
    return len(stale)


def forget(session: Session, row: Attendance) -> None:
    """Nobody has said yet whether this person was there."""
    if not row.is_expected:
        session.delete(row)
        return
    row.is_present = row.how = row.at = row.by = None
    row.signature = row.reason = ""
