"""When the tasks of a plan fall: checked, filled in, and kept as rows."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists.errors import IntervalInvalid, RepeatInvalid, SlotInvalid, UnitMissing
from checklists.models import Plan, PlanSlot, Rhythm, Template, TemplatePart, Unit
from checklists.recurrence import DAY_MINUTES, DEFAULT_SLOTS, Slot, whole_day
from checklists.service.expected import slot_of
from safety_app.core import clock
from safety_app.core.i18n import bilingual
from safety_app.workplace import service as workplace

LONGEST: Final = 36 * 60
SHORTEST_STEP: Final = 10
MOST_DAYS: Final = 366


@dataclass(frozen=True, slots=True)
class Timing:
    """When the tasks of a plan fall; without `slots` each part of a day has its usual times."""

    rhythm: Rhythm = Rhythm.DAILY
    unit: Unit | None = None
    every_days: int | None = None
    slots: tuple[Slot, ...] | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A window, or a location."""

    window_id: int | None = None
    location_id: int | None = None


DAILY: Final = Timing()


def timing_of(session: Session, plan: Plan) -> Timing:
    """When the tasks of a plan fall."""
    rows = session.scalars(
        select(PlanSlot).where(PlanSlot.plan_id == plan.id).order_by(PlanSlot.id)
    )
    return Timing(
        Rhythm(plan.rhythm),
        Unit(plan.unit) if plan.unit else None,
        plan.every_days,
        tuple(slot_of(row) for row in rows) or None,
    )


def check_timing(
    session: Session,
    site_id: int,
    template: Template,
    place: Place,
    timing: Timing,
    starts_on: date,
) -> Timing:
    """The timing with its slots filled in; raises if it is impossible."""
    if timing.rhythm is Rhythm.PERIOD:
        if timing.unit is None:
            raise UnitMissing()
        return Timing(Rhythm.PERIOD, unit=timing.unit)
    if timing.rhythm is Rhythm.INTERVAL:
        if timing.every_days is None or not 1 <= timing.every_days <= MOST_DAYS:
            raise IntervalInvalid(most=MOST_DAYS)
        return Timing(Rhythm.INTERVAL, every_days=timing.every_days)
    slots = _chosen(session, template, timing.slots)
    for slot in slots:
        if slot.every_minutes is not None:
            _check_step(session, site_id, place, slot.every_minutes, starts_on)
    return Timing(Rhythm.DAILY, slots=slots)


def part_names(session: Session, template: Template) -> dict[str, str]:
    """The parts of a checklist in order, by code, in the current language."""
    rows = session.execute(
        select(TemplatePart.code, TemplatePart.name, TemplatePart.name_en)
        .where(TemplatePart.template_id == template.id)
        .order_by(TemplatePart.position)
    )
    return {code: bilingual(name, name_en) for code, name, name_en in rows}


def _check_step(
    session: Session, site_id: int, place: Place, minutes: int, starts_on: date
) -> None:
    """A step is no longer than the place is open without a break on its longest day."""
    location_id = place.location_id
    if place.window_id is not None:
        windows = {one.id: one for one in workplace.list_windows(session, site_id)}
        location_id = windows[place.window_id].location_id
    days = workplace.days(
        session, site_id, starts_on, starts_on + timedelta(days=60), location_id=location_id
    )
    zone = workplace.site(session, site_id).timezone
    longest = max(
        (
            (clock.at_closing(on, closes, zone) - clock.at_local(on, opens, zone)).seconds // 60
            or DAY_MINUTES
            for on, day in days.items()
            for opens, closes in day.segments
        ),
        default=0,
    )
    if not SHORTEST_STEP <= minutes <= longest:
        raise RepeatInvalid(n=minutes, least=SHORTEST_STEP, most=longest)


def _chosen(session: Session, template: Template, slots: Sequence[Slot] | None) -> tuple[Slot, ...]:
    """The slots asked for, or the usual one of each part."""
    parts = part_names(session, template)
    if slots is None:
        return tuple(DEFAULT_SLOTS.get(part) or whole_day(part) for part in parts)
    named = [slot.part for slot in slots]
    for slot in slots:
        if slot.part not in parts or named.count(slot.part) > 1 or not _possible(slot):
            raise SlotInvalid(part=parts.get(slot.part, slot.part))
    if not slots:
        raise SlotInvalid(part=next(iter(parts.values())))
    return tuple(slots)


def _possible(slot: Slot) -> bool:
    moments = (slot.opens, slot.due, slot.closes)
    if any(abs(moment.minutes) > LONGEST for moment in moments):
        return False
    pairs = itertools.pairwise(moments)
    return all(a.anchor is not b.anchor or a.minutes <= b.minutes for a, b in pairs)


def slot_row(plan_id: int, slot: Slot) -> PlanSlot:
    return PlanSlot(
        plan_id=plan_id,
        part=slot.part,
        opens_from=slot.opens.anchor,
        opens_minutes=slot.opens.minutes,
        due_from=slot.due.anchor,
        due_minutes=slot.due.minutes,
        closes_from=slot.closes.anchor,
        closes_minutes=slot.closes.minutes,
        every_minutes=slot.every_minutes,
    )
