"""Plans: which checklist, for whom, in which rhythm, from when to when."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from checklists import templates
from checklists.errors import (
    ChangeTooSoon,
    NothingChosen,
    PlanEndsInPast,
    PlanExists,
    PlanNeedsPlace,
    PlanOver,
    PlanPlaceGone,
    PlanPlaceRests,
    PlanStartsInPast,
    UnknownChecklist,
)
from checklists.models import Plan, PlanSlot, Target, Template
from checklists.permissions import Permission
from checklists.recurrence import Slot
from checklists.service import making
from checklists.service.timing import (
    DAILY,
    Place,
    Timing,
    check_timing,
    slot_row,
    timing_of,
)
from safety_app.core import clock, journal
from safety_app.core.access import Actor
from safety_app.core.errors import NotFound
from safety_app.core.i18n import N_, bilingual, day_text
from safety_app.workplace import service as workplace

A_DAY: Final = timedelta(days=1)


def create_plan(
    session: Session,
    actor: Actor | None,
    *,
    site_id: int,
    template_code: str,
    window_id: int | None = None,
    location_id: int | None = None,
    starts_on: date,
    slots: Sequence[Slot] | None = None,
    timing: Timing | None = None,
    now: datetime,
) -> Plan:
    """Make a checklist due for a window or a location from `starts_on`.

    Its tasks are made by the next `materialise`; `add_plans` makes them at once.
    """
    timing = timing or Timing(slots=tuple(slots) if slots is not None else None)
    place = Place(window_id, location_id)
    require(actor, site_id, place)
    template = templates.newest(session, template_code, site_id)
    if template is None:
        raise UnknownChecklist(code=template_code)
    journal.lock(session)
    name = _check_place(session, site_id, template, place, starts_on)
    if starts_on < _today(session, site_id, now):
        raise PlanStartsInPast()
    _check_new(session, site_id, template, place, starts_on, name)
    checked = check_timing(session, site_id, template, place, timing, starts_on)
    return _write(session, actor, site_id, template_code, place, starts_on, checked, now)


def add_plans(
    session: Session,
    actor: Actor | None,
    *,
    site_id: int,
    template_code: str,
    places: Sequence[Place],
    starts_on: date,
    timing: Timing = DAILY,
    now: datetime,
) -> list[Plan]:
    """The same plan for several places; all of them or none."""
    if not places:
        raise NothingChosen()
    made = [
        create_plan(
            session, actor, site_id=site_id, template_code=template_code,
            window_id=place.window_id, location_id=place.location_id,
            starts_on=starts_on, timing=timing, now=now,
        )
        for place in places
    ]  # fmt: skip
    making.follow(session, site_id, now)
    return made


def change_plan(
    session: Session,
    actor: Actor | None,
    plan_id: int,
    *,
    site_id: int,
    from_on: date,
    timing: Timing,
    now: datetime,
) -> Plan:
    """Let a plan hold in another rhythm from a day on: it ends the day before, and a new one
    begins. One that has not begun by then is changed itself. What was done or missed stays.
    """
    plan = get_plan(session, actor, site_id, plan_id)
    journal.lock(session)
    if from_on <= _today(session, site_id, now):
        raise ChangeTooSoon()
    if plan.ends_on is not None and plan.ends_on < from_on:
        raise PlanOver()
    template = templates.newest(session, plan.template_code, site_id)
    if template is None:
        raise UnknownChecklist(code=plan.template_code)
    place = Place(plan.window_id, plan.location_id)
    checked = check_timing(session, site_id, template, place, timing, from_on)
    if plan.starts_on >= from_on:
        plan.starts_on = from_on
        _set_timing(session, plan, checked)
        _note(session, actor, "checklists:change_plan", plan, now)
    else:
        ends_on, plan.ends_on = plan.ends_on, from_on - A_DAY
        _note(session, actor, "checklists:end_plan", plan, now)
        plan = _write(session, actor, site_id, plan.template_code, place, from_on, checked, now)
        plan.ends_on = ends_on
        session.flush()
    making.follow(session, site_id, now)
    return plan


def end_plan(
    session: Session,
    actor: Actor | None,
    plan_id: int,
    *,
    site_id: int,
    last_on: date,
    now: datetime,
) -> Plan:
    """Let nothing fall due after a day; a period that would be due later is taken back."""
    plan = get_plan(session, actor, site_id, plan_id)
    journal.lock(session)
    today = _today(session, site_id, now)
    if last_on < today:
        raise PlanEndsInPast()
    if plan.ends_on is not None and plan.ends_on < today:
        raise PlanOver()
    plan.ends_on = last_on
    session.flush()
    _note(session, actor, "checklists:end_plan", plan, now)
    making.follow(session, site_id, now)
    return plan


def resume_plan(
    session: Session,
    actor: Actor | None,
    plan_id: int,
    *,
    site_id: int,
    starts_on: date,
    now: datetime,
) -> Plan:
    """Let a plan go on that has ended, or is going to: the days between are not owed."""
    plan = get_plan(session, actor, site_id, plan_id)
    journal.lock(session)
    if plan.ends_on is None:
        return plan
    if plan.ends_on >= _today(session, site_id, now):
        template = templates.newest(session, plan.template_code, site_id)
        place = Place(plan.window_id, plan.location_id)
        if template is not None:
            _check_new(session, site_id, template, place, plan.ends_on + A_DAY, "", own=plan.id)
        plan.ends_on = None
        session.flush()
        _note(session, actor, "checklists:resume_plan", plan, now)
    else:
        plan = create_plan(
            session, actor, site_id=site_id, template_code=plan.template_code,
            window_id=plan.window_id, location_id=plan.location_id, starts_on=starts_on,
            timing=timing_of(session, plan), now=now,
        )  # fmt: skip
    making.follow(session, site_id, now)
    return plan


def get_plan(session: Session, actor: Actor | None, site_id: int, plan_id: int) -> Plan:
    """A plan that the actor may change; raises `NotFound`, `NotAllowed`."""
    plan = session.get(Plan, plan_id)
    if plan is None or plan.site_id != site_id:
        raise NotFound()
    require(actor, site_id, Place(plan.window_id, plan.location_id))
    return plan


def require(actor: Actor | None, site_id: int, place: Place) -> None:
    """A lead plans for the own windows; officer, manager and administrator for the whole site."""
    if actor is None:
        return
    if actor.site_id != site_id:
        raise NotFound()
    who = N_("The window lead, the safety officer, a manager or the administrator")
    actor.require(Permission.PLAN, window_id=place.window_id, who=who)


def _today(session: Session, site_id: int, now: datetime) -> date:
    return clock.local_day(now, workplace.site(session, site_id).timezone)


def _write(
    session: Session,
    actor: Actor | None,
    site_id: int,
    code: str,
    place: Place,
    starts_on: date,
    timing: Timing,
    now: datetime,
) -> Plan:
    plan = Plan(
        site_id=site_id,
        template_code=code,
        window_id=place.window_id,
        location_id=place.location_id,
        starts_on=starts_on,
    )
    session.add(plan)
    session.flush()
    _set_timing(session, plan, timing)
    _note(session, actor, "checklists:plan", plan, now)
    return plan


def _set_timing(session: Session, plan: Plan, timing: Timing) -> None:
    plan.rhythm, plan.unit, plan.every_days = timing.rhythm, timing.unit, timing.every_days
    session.execute(delete(PlanSlot).where(PlanSlot.plan_id == plan.id))
    session.add_all(slot_row(plan.id, slot) for slot in timing.slots or ())
    session.flush()


def _note(session: Session, actor: Actor | None, action: str, plan: Plan, now: datetime) -> None:
    facts = {
        "template": plan.template_code,
        "window": plan.window_id,
        "location": plan.location_id,
        "rhythm": plan.rhythm,
        "unit": plan.unit,
        "every_days": plan.every_days,
        "starts_on": plan.starts_on,
        "ends_on": plan.ends_on,
    }
    journal.write(
        session, actor, action, "plan", plan.id, now=now, site_id=plan.site_id, facts=facts
    )


def _check_place(
    session: Session, site_id: int, template: Template, place: Place, starts_on: date
) -> str:
    """The name of the place, which must exist, be in use, and suit the checklist."""
    for_window, for_location = place.window_id is not None, place.location_id is not None
    wanted = {
        Target.WINDOW: for_window and not for_location,
        Target.LOCATION: for_location and not for_window,
        Target.EITHER: for_window is not for_location,
    }
    if not wanted.get(Target(template.target)):  # what has a subject is not planned
        raise PlanNeedsPlace()
    if place.window_id is not None:
        return _check_window(session, site_id, place.window_id, starts_on)
    for location in workplace.list_locations(session, site_id, active=False):
        if location.id == place.location_id:
            name = bilingual(location.name, location.name_en)
            if not location.is_active:
                raise PlanPlaceGone(place=name)
            return name
    raise NotFound()


def _check_window(session: Session, site_id: int, window_id: int, starts_on: date) -> str:
    windows = {one.id: one for one in workplace.list_windows(session, site_id, active=False)}
    window = windows.get(window_id)
    if window is None:
        raise NotFound()
    name = f"{window.code} {bilingual(window.name, window.name_en)}"
    if not window.is_active or (window.retired_on and window.retired_on <= starts_on):
        raise PlanPlaceGone(place=name)
    for pause in workplace.pauses(session, site_id).get(window_id, ()):
        if pause.first <= starts_on <= pause.last:
            raise PlanPlaceRests(place=name, last=day_text(pause.last, weekday=False))
    return name


def _check_new(
    session: Session,
    site_id: int,
    template: Template,
    place: Place,
    starts_on: date,
    name: str,
    *,
    own: int | None = None,
) -> None:
    same = select(Plan.id).where(
        Plan.site_id == site_id,
        Plan.template_code == template.code,
        Plan.window_id.is_not_distinct_from(place.window_id),
        Plan.location_id.is_not_distinct_from(place.location_id),
        or_(Plan.ends_on.is_(None), Plan.ends_on >= starts_on),
        Plan.id != (own or 0),
    )
    if session.scalar(same.limit(1)) is not None:
        raise PlanExists(checklist=bilingual(template.title, template.title_en), place=name)
