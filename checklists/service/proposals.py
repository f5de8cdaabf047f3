"""Plans that law and house rules ask for and the hall does not have."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from checklists import duties, templates
from checklists.duties import Duty
from checklists.errors import NothingChosen
from checklists.models import Plan, Rhythm
from checklists.permissions import Permission
from checklists.service.plans import add_plans
from checklists.service.timing import Place, Timing, part_names, timing_of
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.i18n import bilingual
from safety_app.workplace import service as workplace


@dataclass(frozen=True, slots=True)
class Proposal:
    """A checklist that is not planned yet where it should be."""

    code: str
    title: str
    timing: Timing
    places: tuple[Place, ...]
    names: tuple[str, ...]
    duty: Duty


def propose(session: Session, actor: Actor, *, now: datetime) -> list[Proposal]:
    """What is missing at the places the actor may plan for, the strictest rule of each list."""
    site = workplace.site(session, actor.site_id)
    today = clock.local_day(now, site.timezone)
    planned = _planned(session, actor.site_id, today)
    found = []
    for code in dict.fromkeys(one.template for one in duties.every()):
        duty = duties.strictest(code, site)
        template = templates.newest(session, code, site.id)
        if duty is None or template is None:
            continue
        named = {
            place: name
            for place, name in _places(session, actor, duty, today).items()
            if (code, place) not in planned
        }
        if named:
            timing = _timing(duty, list(part_names(session, template)))
            title = bilingual(template.title, template.title_en)
            found.append(Proposal(code, title, timing, tuple(named), tuple(named.values()), duty))
    return found


def accept(session: Session, actor: Actor, proposals: Sequence[Proposal], *, now: datetime) -> int:
    """Plan what was proposed, from today on; returns how many plans were made."""
    if not proposals:
        raise NothingChosen()
    today = clock.local_day(now, workplace.site(session, actor.site_id).timezone)
    return sum(
        len(
            add_plans(
                session, actor, site_id=actor.site_id, template_code=one.code,
                places=one.places, starts_on=today, timing=one.timing, now=now,
            )
        )
        for one in proposals
    )  # fmt: skip


def too_seldom(session: Session, plan: Plan) -> list[Duty]:
    """The rules that a plan does not keep."""
    timing = timing_of(session, plan)
    site = workplace.site(session, plan.site_id)
    return shortfalls(site, plan.template_code, timing)


def shortfalls(site: duties.Profile, code: str, timing: Timing) -> list[Duty]:
    """The rules that a plan with this timing does not keep."""
    return duties.below(
        code, site, timing.rhythm, timing.unit, timing.every_days, timing.slots or ()
    )


def _timing(duty: Duty, parts: Sequence[str]) -> Timing:
    if duty.unit is not None:
        return Timing(Rhythm.PERIOD, unit=duty.unit)
    return Timing(slots=duties.slots_for(duty, parts))


def _planned(session: Session, site_id: int, today: date) -> set[tuple[str, Place]]:
    """The checklists that are planned somewhere, or will be."""
    rows = session.execute(
        select(Plan.template_code, Plan.window_id, Plan.location_id).where(
            Plan.site_id == site_id, or_(Plan.ends_on.is_(None), Plan.ends_on >= today)
        )
    )
    return {(code, Place(window, location)) for code, window, location in rows}


def _places(session: Session, actor: Actor, duty: Duty, today: date) -> dict[Place, str]:
    """Where a checklist should be walked, of the places the actor may plan for, with names."""
    resting = {
        window_id
        for window_id, pauses in workplace.pauses(session, actor.site_id).items()
        if any(one.first <= today <= one.last for one in pauses)
    }
    patrolled = {
        Place(location_id=one.id): bilingual(one.name, one.name_en)
        for one in workplace.list_locations(session, actor.site_id)
        if one.is_patrolled
    }
    windows = {
        Place(one.id): f"{one.code} {bilingual(one.name, one.name_en)}"
        for one in workplace.list_windows(session, actor.site_id)
        if one.id not in resting and not (one.retired_on and one.retired_on <= today)
    }
    wanted = patrolled if duty.places != "windows" else windows
    if duty.places == "either" and not patrolled:
        wanted = windows
    return {
        place: name
        for place, name in wanted.items()
        if actor.may(Permission.PLAN, window_id=place.window_id)
    }
