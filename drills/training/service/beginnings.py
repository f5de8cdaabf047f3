"""From which day on a requirement holds, and who will lack it then.

What keeps more people off duty than before waits until they have been warned of it.
"""

from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from drills.training.asking import Asked, asks_the_same, refuses_more
from drills.training.coverage import DAY, Proof, is_covered
from drills.training.models import Requirement, Result
from drills.training.needs import GATED, Rules
from drills.training.posts import posts_meant
from drills.training.service.gating import first_period, periods_of
from drills.training.service.people import people
from drills.training.service.proofs import stands
from drills.training.service.rules import gathering, parts
from drills.training.shipped import figures
from safety_app.core import clock
from safety_app.workplace import service as workplace


def earliest_new(session: Session, site_id: int, today: date) -> date:
    """From when on something may be asked that keeps people off duty: they are warned before.

    Where no gate refuses anybody within that time, from today on.
    """
    warned = today + timedelta(days=figures().ahead_days)
    return warned if periods_of(session, site_id, (today, warned)) else today


def earliest_gate(session: Session, site_id: int, today: date) -> date:
    """From when on the gate may be on again: what asks more since it was on is told before.

    The first gate has days of warning of its own.
    """
    began = first_period(session, site_id)
    if began is None or began.starts_on > today:
        return today
    warning = timedelta(days=figures().ahead_days)
    rows = session.scalars(
        select(Requirement).where(
            Requirement.site_id == site_id,
            Requirement.gates,
            Requirement.first > today - warning,
            or_(Requirement.last.is_(None), Requirement.last >= today),
        )
    )
    zone = workplace.site(session, site_id).timezone
    days = [today]
    for row in rows:
        asked = _asked_since(session, row)
        if asked.first is None or periods_of(session, site_id, (asked.first, asked.first)):
            continue
        warned = min(asked.first, clock.local_day(asked.changed_at, zone)) + warning
        if asked.first < warned:
            days.append(warned)
    return max(days)


def _asked_since(session: Session, row: Requirement) -> Requirement:
    """The first of a row of changes that asked as much all along as the last one does."""
    first = row
    while (held := before(session, first)) is not None and not refuses_more(row, held):
        first = held
    return first


def earliest(
    session: Session, site_id: int, new: Asked, row: Requirement | None, today: date
) -> date:
    """From when on a requirement may hold that takes the place of another, if there is one."""
    held = row
    if row is not None and (row.first or today) >= today:
        held = before(session, row) or (row if (row.first or today) <= today else None)
    if not refuses_more(new, held):
        return today
    soonest = earliest_new(session, site_id, today)
    if row is not None and row.first is not None and not refuses_more(new, row):
        return max(today, min(soonest, row.first))
    return soonest


def usual(new: Asked, row: Requirement | None, soonest: date, today: date) -> date:
    """The day that is proposed; a change that was told for a later day goes on to hold from it.

    Unless it asks something else by now that may hold at once.
    """
    if row is None or row.first is None or (soonest == today and not asks_the_same(new, row)):
        return soonest
    return max(soonest, row.first)


def before(session: Session, row: Requirement) -> Requirement | None:
    """What holds, or held, up to the day before a requirement that was changed."""
    if row.first is None:
        return None
    query = select(Requirement).where(
        Requirement.course_id == row.course_id,
        Requirement.code == row.code,
        Requirement.last == row.first - DAY,
        Requirement.id != row.id,
    )
    found = session.scalars(query.order_by(Requirement.id.desc()))
    return next((one for one in found if (one.first or date.min) < row.first), None)


def will_lack(session: Session, wanted: Requirement) -> int:
    """How many will lack on its first day what a requirement asks, as things stand."""
    on = wanted.first or date.min
    rules = Rules(
        parts(wanted, gathering(session, wanted.site_id)),
        figures().ahead_days,
        at_gate=wanted.gates,
    )
    held = _passes(session, wanted)
    everybody = people(session, wanted.site_id, on)
    return sum(
        worker.is_here(on)
        and bool(everybody.staff[user_id].roles & GATED)
        and (need := rules.needs(worker, on).get(wanted.course_id)) is not None
        and not is_covered(need, held.get(user_id, ()), on)
        for user_id, worker in everybody.workers.items()
    )


def is_held(session: Session, wanted: Requirement, on: date) -> bool:
    """Whether anybody has the post on a day of which a requirement speaks."""
    meant = posts_meant(wanted.who_value)
    return any(
        worker.is_here(on) and (stay := worker.stay(on)) is not None and bool(stay.posts & meant)
        for worker in people(session, wanted.site_id, on).workers.values()
    )


def _passes(session: Session, wanted: Requirement) -> dict[int, list[Proof]]:
    query = select(Result.user_id, Result.on_date, Result.valid_until).where(
        Result.site_id == wanted.site_id, Result.course_id == wanted.course_id, stands(None)
    )
    found: dict[int, list[Proof]] = {}
    for user_id, on, valid_until in session.execute(query):
        found.setdefault(user_id, []).append(Proof(on, valid_until))
    return found
