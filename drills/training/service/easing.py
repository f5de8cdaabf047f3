"""What asks less of people before duty: whose it is to say while the gate is on, and what was."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from drills.training.asking import Asked, refuses_more
from drills.training.models import Course, Requirement
from drills.training.permissions import Permission
from drills.training.service.beginnings import before
from drills.training.service.gate_keeping import WHO_GATES, current_gate
from safety_app.accounts import service as accounts
from safety_app.core import journal
from safety_app.core.access import Actor
from safety_app.core.journal import Entry

ENDED: Final = "training.end_at_gate"
EASED: Final = "training.ease_at_gate"
REQUIREMENT: Final = "training_requirement"
COURSE: Final = "training_course"


@dataclass(frozen=True, slots=True)
class Easing:
    """A requirement, or all that a course asks, by which people were let on duty more easily."""

    at: datetime
    by: str
    course: Course
    requirement: Requirement | None
    is_ended: bool


def is_eased(session: Session, row: Requirement, new: Asked, begins: date, today: date) -> bool:
    """Whether a change of a requirement lets somebody serve whom what holds or is told refuses.

    One that is told and put off asks less on the days between.
    """
    if refuses_more(row, new):
        return True
    if row.first is None or row.first <= today:
        return False
    held = before(session, row)
    if begins > row.first:
        return refuses_more(row, held)
    return begins < row.first and held is not None and refuses_more(held, new)


def is_course_eased(course: Course, new: dict[str, Any], rows: Iterable[Requirement]) -> bool:
    """Whether a course that keeps people off duty is passed more easily, or holds for longer."""
    return any(row.gates for row in rows) and (
        new["hours"] < course.hours
        or new["pass_mark"] < course.pass_mark
        or (course.needs_exam and not new["needs_exam"])
        or (course.needs_practical and not new["needs_practical"])
        or (new["validity_months"] or 9999) > (course.validity_months or 9999)
    )


def require_gate(session: Session, actor: Actor, today: date, *, eases: bool) -> bool:
    """Raise `NotAllowed` for who opens the gate without being its keeper; whether it is watched.

    Where no gate is on or set to begin, what asks less is a change like any other.
    """
    if not eases or current_gate(session, actor.site_id, today) is None:
        return False
    actor.require(Permission.GATE, who=WHO_GATES)
    return True


def note(
    session: Session, actor: Actor, action: str, kind: str, number: int, now: datetime
) -> None:
    """Keep that something was eased or ended while the gate was watched, for the reports."""
    journal.write(session, actor, action, kind, number, now=now)


def easings(session: Session, site_id: int, start: datetime, end: datetime) -> tuple[Easing, ...]:
    """What was eased or ended while the gate was on or set, from a moment up to another."""
    # Nothing was if nothing has changed since: the journal is long, courses are few.
    changed = or_(
        exists().where(Requirement.site_id == site_id, Requirement.changed_at >= start),
        exists().where(Course.site_id == site_id, Course.changed_at >= start),
    )
    if not session.scalar(select(changed)):
        return ()
    query = select(Entry.at, Entry.actor_id, Entry.action, Entry.object, Entry.object_id).where(
        Entry.site_id == site_id,
        Entry.action.in_((ENDED, EASED)),
        Entry.at >= start,
        Entry.at < end,
    )
    rows = session.execute(query.order_by(Entry.id)).all()
    names = accounts.names(session, [row.actor_id for row in rows])
    found = []
    for row in rows:
        asked = None
        if row.object == REQUIREMENT:
            asked = session.get_one(Requirement, row.object_id)
        course = session.get_one(Course, asked.course_id if asked else row.object_id)
        by = names.get(row.actor_id or 0, "–")
        found.append(Easing(row.at, by, course, asked, row.action == ENDED))
    return tuple(found)
