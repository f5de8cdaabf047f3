"""Plans as a list shows them: for whom, how often, how they stand, and what they fall short of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists import duties, templates
from checklists.models import Plan, Rhythm, Target, Unit
from checklists.permissions import Permission
from checklists.service.expected import slots_of
from checklists.service.preview import rhythm_of
from checklists.service.timing import Place, Timing, part_names
from safety_app.core.access import Actor
from safety_app.core.i18n import bilingual
from safety_app.workplace import service as workplace

OVER_SHOWN: Final = timedelta(days=400)


class Standing(StrEnum):
    """How a plan stands on a day."""

    RUNS = "runs"
    STARTS = "starts"
    ENDS = "ends"
    RESTS = "rests"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class ListRow:
    """A checklist that can be planned, and for which kind of place."""

    code: str
    title: str
    target: Target
    parts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One plan."""

    id: int
    code: str
    title: str
    place: Place
    name: str
    timing: Timing
    rhythm: str
    starts_on: date
    ends_on: date | None
    standing: Standing
    until: date | None
    below: tuple[str, ...]

    def fits(self, words: str) -> bool:
        """Whether every word is found in the place, the checklist or the rhythm."""
        text = f"{self.title} {self.name} {self.rhythm}".casefold()
        return all(word in text for word in words.casefold().split())


def plan_rows(session: Session, actor: Actor, today: date) -> list[PlanRow]:
    """The plans that the actor may change, by checklist and place; old ones last."""
    site = workplace.site(session, actor.site_id)
    windows = {one.id: one for one in workplace.list_windows(session, actor.site_id, active=False)}
    locations = workplace.location_names(session, actor.site_id)
    pauses = workplace.pauses(session, actor.site_id)
    slots = slots_of(session, actor.site_id)
    lists = {one.code: one for one in plannable(session, actor)}
    order = {code: number for number, code in enumerate(lists)}
    found = []
    for plan in session.scalars(select(Plan).where(Plan.site_id == actor.site_id)):
        checklist = lists.get(plan.template_code)
        if checklist is None or not actor.may(Permission.PLAN, window_id=plan.window_id):
            continue
        window = windows.get(plan.window_id or 0)
        last = plan.ends_on
        if window and window.retired_on:
            last = min(last or date.max, window.retired_on - timedelta(days=1))
        if last is not None and last < max(today - OVER_SHOWN, plan.starts_on):
            continue
        rest = next(
            (
                one.last
                for one in pauses.get(plan.window_id or 0, ())
                if one.first <= today <= one.last
            ),
            None,
        )
        timing = Timing(
            Rhythm(plan.rhythm),
            Unit(plan.unit) if plan.unit else None,
            plan.every_days,
            slots.get(plan.id),
        )
        standing, until = _standing(plan, last, rest, today)
        below = [] if standing is Standing.OVER else duties.below(
            plan.template_code, site, timing.rhythm, timing.unit, timing.every_days,
            timing.slots or (),
        )  # fmt: skip
        found.append(
            PlanRow(
                plan.id,
                plan.template_code,
                checklist.title,
                Place(plan.window_id, plan.location_id),
                f"{window.code} {bilingual(window.name, window.name_en)}"
                if window
                else locations.get(plan.location_id or 0, ""),
                timing,
                rhythm_of(timing, dict(checklist.parts)),
                plan.starts_on,
                last,
                standing,
                until,
                tuple(one.display_rule for one in below),
            )
        )
    return sorted(
        found,
        key=lambda one: (one.standing is Standing.OVER, order[one.code], one.name, one.starts_on),
    )


def plannable(session: Session, actor: Actor) -> list[ListRow]:
    """The checklists that can be planned, in the order of the proposals."""
    codes = dict.fromkeys(
        [one.template for one in duties.every()] + [one.code for one in templates.built_in()]
    )
    found = []
    for code in codes:
        template = templates.newest(session, code, actor.site_id)
        if template is not None and template.target != Target.SUBJECT:
            title = bilingual(template.title, template.title_en)
            parts = part_names(session, template)
            found.append(ListRow(code, title, Target(template.target), parts))
    return found


def free_places(
    session: Session, actor: Actor, row: ListRow, rows: Sequence[PlanRow]
) -> dict[Place, str]:
    """Where the actor may plan a checklist that none of these plans has there, with names."""
    taken = {
        one.place for one in rows if one.code == row.code and one.standing is not Standing.OVER
    }
    found: dict[Place, str] = {}
    if row.target is not Target.LOCATION:
        for window in workplace.list_windows(session, actor.site_id):
            name = f"{window.code} {bilingual(window.name, window.name_en)}"
            found[Place(window.id)] = name
    if row.target is not Target.WINDOW:
        for location in workplace.list_locations(session, actor.site_id):
            if location.is_patrolled or row.target is Target.EITHER:
                name = bilingual(location.name, location.name_en)
                found[Place(location_id=location.id)] = name
    return {
        place: name
        for place, name in found.items()
        if place not in taken and actor.may(Permission.PLAN, window_id=place.window_id)
    }


def _standing(
    plan: Plan, last: date | None, rest: date | None, today: date
) -> tuple[Standing, date | None]:
    if last is not None and last < today:
        return Standing.OVER, last
    if plan.starts_on > today:
        return Standing.STARTS, plan.starts_on
    if rest is not None:
        return Standing.RESTS, rest
    return (Standing.ENDS, last) if last is not None else (Standing.RUNS, None)
