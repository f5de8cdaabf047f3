"""Who was on post on a day, and who of them lacked a training without which nobody serves."""

from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy.orm import Session

from drills.training.coverage import DAY
from drills.training.permissions import Permission
from drills.training.service.access import covers
from drills.training.service.courses import list_courses
from drills.training.service.easing import Easing, easings
from drills.training.service.gating import overrides_of
from drills.training.service.matrix import Coverage, coverage_of, standing
from drills.training.service.shortages import shortages
from drills.training.service.there import served
from safety_app.accounts import service as accounts
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.feature import Period
from safety_app.core.i18n import bilingual
from safety_app.workplace import service as workplace
from safety_app.workplace.service import Roster


@dataclass(frozen=True, slots=True)
class Lacking:
    """Somebody on post with the courses that were lacking; excepted if a manager let them serve."""

    name: str
    courses: tuple[str, ...]
    is_excepted: bool


@dataclass(frozen=True, slots=True)
class OnPost:
    """The people on post on a day; `coverage` is that of everybody who belonged to the hall."""

    on: date
    is_open: bool
    people: int
    lacking: tuple[Lacking, ...]
    kept_off: int
    """How many the roster names whom the gate kept off; they were not on post."""
    coverage: Coverage
    easings: tuple[Easing, ...]
    """What was eased or ended on the day while the gate was on."""

    @property
    def without_exception(self) -> list[Lacking]:
        """Who should not have been there."""
        return [one for one in self.lacking if not one.is_excepted]


def on_post(session: Session, actor: Actor, on: date, *, now: datetime) -> OnPost:
    """Those the actor answers for who served on a day, by the roster or by a sheet of their own.

    Whoever was on duty by an exception that was taken back later on the day was there too.
    """
    site_id, zone = actor.site_id, actor.timezone
    start, end = (clock.at_local(day, time(), zone) for day in (on, on + DAY))
    period = Period(on, on, start, end, max(now, start), zone)
    there = {
        user_id for user_id, days in served(session, site_id, None, period, on).items() if days
    }
    within, is_open = (on, on), workplace.day(session, site_id, on).is_open
    free = overrides_of(session, site_id, within)
    roster = workplace.roster(session, site_id, on, on)
    kept_off: set[int] = set()
    if is_open:
        there |= {one for one in _expected(session, site_id, roster, on) if one in free}
        named = set().union(*(users for cell, users in roster.named.items() if cell[0] == on))
        kept_off = {
            one for one in named - there if roster.barred(one, on) and not roster.away(one, on)
        }
    reach = actor.reach(Permission.VIEW)
    stands = standing(session, site_id, on)
    seen = {one for one, who in stands.people.staff.items() if covers(reach, who)}
    ids = sorted(there & seen)
    lacks = shortages(session, site_id, within, ids, gating=True).lacks if ids else {}
    names = accounts.names(session, list(lacks))
    courses = {
        one.id: bilingual(one.name, one.name_en)
        for one in list_courses(session, site_id, active=False)
    }
    rows = [row for row, user_id in enumerate(stands.grid.user_ids) if user_id in seen]
    return OnPost(
        on=on,
        is_open=is_open,
        people=len(ids),
        lacking=tuple(
            Lacking(
                names.get(user_id, "–"),
                tuple(courses[one] for one in lacks[user_id]),
                is_excepted=user_id in free,
            )
            for user_id in ids
            if user_id in lacks
        ),
        kept_off=len(kept_off & seen),
        coverage=coverage_of(stands, rows),
        easings=easings(session, site_id, start, min(end, period.cutoff)),
    )


def _expected(session: Session, site_id: int, roster: Roster, on: date) -> set[int]:
    """Whom the roster puts on duty anywhere before the gate is asked."""
    places = [None, *(one.id for one in workplace.list_windows(session, site_id))]
    found = set().union(*(roster.expected(on, place) for place in places))
    replaced = {
        for_id
        for cell, entries in roster.stand_ins.items()
        if cell[0] == on
        for for_id in entries.values()
    }
    return {one for one in found - replaced if roster.away(one, on) is None}
