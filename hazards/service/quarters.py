"""The quarterly statistics of hazards, counted from dated steps as of a cut-off."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy.orm import Session

from hazards.errors import BadQuarter, FutureQuarter, QuarterBeforeRecords
from hazards.history import Story, stories
from hazards.models import Kind, Status
from hazards.permissions import Permission
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.errors import NotAllowed
from safety_app.core.i18n import N_, day_text
from safety_app.features import features
from safety_app.workplace import service as workplace

FORM: Final = re.compile(r"(\d{4})-?[qQ]?([1-4])", re.ASCII)
FIRST_YEAR, LAST_YEAR = 2000, 2199
WHO_MAY: Final = N_("The safety officer or the manager")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the form, with whole yuan; `spot` is inside `general` and told apart.

    The five settled facts are those of the major hazards handed out as such: the rules ask for
    all five before they can be.
    """

    general: int
    general_rectified: int
    major: int
    major_rectified: int
    planned: int
    funds_yuan: int
    spot: int


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter and the year up to its end, as known before `cutoff`.

    `begun_on` is the day on which the hall's records begin.
    """

    year: int
    quarter: int
    first: date
    last: date
    start: datetime
    end: datetime
    year_start: datetime
    begun_on: date
    cutoff: datetime
    this_quarter: Line
    this_year: Line

    @property
    def is_final(self) -> bool:
        """Whether the quarter was over at the cut-off."""
        return self.cutoff == self.end

    @property
    def begins_late(self) -> bool:
        """Whether a part of the year lies before the records."""
        return self.begun_on > date(self.year, 1, 1)


def parse_quarter(text: str) -> tuple[int, int]:
    """Year and number of `2026-Q4`; raises `BadQuarter`."""
    found = FORM.fullmatch(text.strip())
    if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        raise BadQuarter(quarter=text)
    return int(found[1]), int(found[2])


def quarter_before(day: date) -> tuple[int, int]:
    """The quarter that was over last on a day."""
    number = (day.month - 1) // 3
    return (day.year, number) if number else (day.year - 1, 4)


def records_begin(session: Session, actor: Actor) -> date:
    """The first day of the hall's records."""
    return clock.local_day(workplace.site(session, actor.site_id).created_at, actor.timezone)


def statistics(
    session: Session, actor: Actor, year: int, quarter: int, *, now: datetime
) -> Quarter:
    """The figures that the person in charge signs; the same for ever once the quarter is over."""
    if not actor.reach(Permission.PAPERS).site:
        raise NotAllowed(who=WHO_MAY)
    zone = actor.timezone
    first = date(year, 3 * quarter - 2, 1)
    following = date(year + quarter // 4, 3 * quarter % 12 + 1, 1)
    start, end = clock.at_local(first, time(), zone), clock.at_local(following, time(), zone)
    known = now.replace(second=0, microsecond=0)
    if known < start:
        raise FutureQuarter(quarter=f"{year}-Q{quarter}")
    begun_on = records_begin(session, actor)
    if begun_on >= following:
        day = day_text(begun_on, weekday=False, year=True)
        raise QuarterBeforeRecords(day=day, quarter=f"{year}-Q{quarter}")
    cutoff = min(end, known)
    new_year = date(year, 1, 1)
    year_start = clock.at_local(new_year, time(), zone)
    found = stories(
        session,
        actor.site_id,
        None,
        first=new_year,
        last=following - timedelta(days=1),
        start=year_start,
        cutoff=cutoff,
    )
    return Quarter(
        year=year,
        quarter=quarter,
        first=first,
        last=following - timedelta(days=1),
        start=start,
        end=end,
        year_start=year_start,
        begun_on=begun_on,
        cutoff=cutoff,
        this_quarter=_line(session, actor.site_id, found, start, cutoff),
        this_year=_line(session, actor.site_id, found, year_start, cutoff),
    )


def _line(
    session: Session, site_id: int, found: Sequence[Story], start: datetime, cutoff: datetime
) -> Line:
    """Found since `start`, and what became of it; service points and the untrue are left out."""
    valid = [one for one in found if one.kind == Kind.SAFETY and one.status != Status.VOIDED]
    new = [one for one in valid if one.registered_at >= start]
    general = [one for one in new if not one.is_major]
    major = [one for one in new if one.is_major]
    spot = _corrected(session, site_id, start, cutoff)
    return Line(
        general=len(general) + spot,
        general_rectified=sum(one.is_closed for one in general) + spot,
        major=len(major),
        major_rectified=sum(one.is_closed for one in major),
        planned=sum(one.is_planned_major and _listed_since(one, start) for one in valid),
        funds_yuan=sum(one.funds_before(cutoff) - one.funds_before(start) for one in valid),
        spot=spot,
    )


def _corrected(session: Session, site_id: int, start: datetime, until: datetime) -> int:
    """On the spot, without a hazard: those who patrol know of it."""
    asked = (feature.corrected for feature in features() if feature.corrected)
    return sum(count(session, site_id, start, until) for count in asked)


def _listed_since(one: Story, start: datetime) -> bool:
    """Whether it was on the list at some time since `start`."""
    return one.ended_at is None or one.ended_at >= start
