"""What the system knows itself about the points of an evaluation: times, counts, dates."""

from datetime import date
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from drills import grading
from drills.models import Attendance, Drill, DrillStep, Milestone, Step
from drills.revising import plan_to_revise
from drills.service import years
from safety_app.core import clock
from safety_app.core.i18n import _, bilingual, day_text
from safety_app.workplace import service as workplace

Known = tuple[str, bool]
"""A sentence, and whether what it says is as it should be."""
MINUTE: Final = 60
DEBRIEF_DAYS: Final = 5


def evidence(session: Session, drill: Drill, on: date) -> dict[str, Known]:
    """What is known on a day beside each point, by its code."""
    found = {
        "G01": _plan(session, drill),
        "G02": _notice(session, drill),
        **times(session, drill),
        "G19": _debrief(session, drill, on),
    }
    counted = _heads(session, drill)
    if counted is not None:
        text, good = counted
        timed = found.get("G11")
        if timed:
            text, good = _("; ").join((text, timed[0])), good and timed[1]
        found["G11"] = text, good
    return {code: known for code, known in found.items() if known is not None}


def times(session: Session, drill: Drill) -> dict[str, Known | None]:
    """What the stopwatch took beside its target, by the point that it is about."""
    rows = session.scalars(
        select(Milestone).where(Milestone.drill_id == drill.id).order_by(Milestone.position)
    ).all()
    by_code = {row.code: row for row in rows if row.code}
    found: dict[str, Known | None] = {}
    for point, codes in grading.rules().milestones.items():
        known = [_time(drill, by_code[code]) for code in codes if code in by_code]
        said = [one for one in known if one]
        if said:
            found[point] = _("; ").join(text for text, _good in said), all(ok for _t, ok in said)
    return found


def duration_text(seconds: int) -> str:
    """`2 min 40 s`."""
    minutes, rest = divmod(seconds, MINUTE)
    if not minutes:
        return _("{s} s", s=rest)
    return _("{m} min {s} s", m=minutes, s=rest) if rest else _("{m} min", m=minutes)


def _time(drill: Drill, row: Milestone) -> Known | None:
    if drill.started_at is None or (row.stamped_at is None and drill.is_by_hand):
        return None
    name = bilingual(row.name, row.name_en)
    target = duration_text(row.target_seconds) if row.target_seconds is not None else ""
    if row.stamped_at is None:
        if not target:
            return None
        return _("{name}: no time taken, target {target}", name=name, target=target), False
    taken = int((row.stamped_at - drill.started_at).total_seconds())
    if not target:
        return _("{name}: {taken}", name=name, taken=duration_text(taken)), True
    text = _("{name}: {taken}, target {target}", name=name, taken=duration_text(taken),
             target=target)  # fmt: skip
    return text, taken <= (row.target_seconds or 0)


def _heads(session: Session, drill: Drill) -> Known | None:
    expected = Attendance.is_expected.is_(True)
    present = Attendance.is_present.is_(True)
    query = select(func.count().filter(expected), func.count().filter(expected & present))
    wanted, there = session.execute(query.where(Attendance.drill_id == drill.id)).one()
    if not wanted:
        return None
    return _("Expected {wanted}, present {there}", wanted=wanted, there=there), wanted == there


def _plan(session: Session, drill: Drill) -> Known | None:
    day = drill.held_on or drill.planned_on
    plan = plan_to_revise(session, drill, day)
    if plan is None:
        return None
    return _("{plan}, version {n} in force", plan=plan.title, n=plan.version), True


def _notice(session: Session, drill: Drill) -> Known | None:
    at = years.announced(session, [drill.id]).get(drill.id)
    if at is None:
        was_told = select(DrillStep.id).where(
            DrillStep.drill_id == drill.id, DrillStep.step == Step.NOTIFY
        )
        if session.scalar(was_told.limit(1)) is None:
            return _("No notice was recorded"), False
        return _("Announced for another day; no notice of the new one was recorded"), False
    zone = workplace.site(session, drill.site_id).timezone
    return _("Announced on {day}", day=day_text(clock.local_day(at, zone), weekday=False)), True


def _debrief(session: Session, drill: Drill, on: date) -> Known | None:
    """Whether it was talked over; it may be written down within five open days."""
    if drill.debrief:
        return _("Debrief written down"), True
    if drill.held_on is None:
        return None
    last = workplace.add_open_days(session, drill.site_id, drill.held_on, DEBRIEF_DAYS)
    day = day_text(last, weekday=False)
    return _("No debrief written down yet, due by {day}", day=day), on <= last
