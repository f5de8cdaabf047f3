"""The day by which a hazard must be fixed: what the rules propose, and what may be set."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazards.errors import DeadlineInPast, DeadlineTooFar, LaterThanAuthority
from hazards.models import ExtensionReason, Hazard, HazardStep, Level, Step
from safety_app.core.i18n import day_text
from safety_app.workplace import service as workplace

DEFAULT_DAYS: Final[Mapping[str, int]] = {
    Level.URGENT: 1,
    Level.SERIOUS: 3,
    Level.MODERATE: 7,
    Level.MINOR: 15,
}
SHORT_DAYS: Final = 3
RANK: Final[Mapping[str, int]] = {
    Level.MINOR: 0,
    Level.MODERATE: 1,
    Level.SERIOUS: 2,
    Level.URGENT: 3,
}
LONGEST: Final = timedelta(days=366)


def fix_days(level: Level, preset_level: Level | None, preset_days: int | None) -> int:
    """The item's days, or the level's own: the fewer of both for a raised level.

    0 is the same day.
    """
    usual = DEFAULT_DAYS[level]
    if preset_days is None or preset_level is None or RANK[level] < RANK[preset_level]:
        return usual
    return preset_days if level == preset_level else min(preset_days, usual)


def proposed_fix_by(
    session: Session,
    site_id: int,
    *,
    level: Level,
    preset_level: Level | None = None,
    preset_days: int | None = None,
    today: date,
) -> date:
    """Up to 3 days count open days; longer ones fall back to the open day before."""
    days = fix_days(level, preset_level, preset_days)
    if days <= 0:
        return today
    if days <= SHORT_DAYS:
        return workplace.add_open_days(session, site_id, today, days)
    last = workplace.previous_open_day(session, site_id, today + timedelta(days=days))
    return max(last, today)


def offered_days(
    session: Session, site_id: int, *, kept: date | None, proposed: date, today: date
) -> list[date]:
    """The deadlines to choose from, the usual one first; all of them can be taken.

    `kept` is the day of one that was handed out already: it stays, or an earlier day comes.
    """
    near = [today, workplace.add_open_days(session, site_id, today, 1)]
    if kept is None:
        return [proposed, *(day for day in near if day != proposed)]
    return [kept, *(day for day in near if day < kept)]


def check_fix_by(fix_by: date, today: date) -> None:
    """Raise what forbids a deadline: in the past, or more than a year away."""
    if fix_by < today:
        raise DeadlineInPast(day=day_text(fix_by, year=True))
    if fix_by > today + LONGEST:
        raise DeadlineTooFar(day=day_text(fix_by, year=True))


def authority_fix_by(session: Session, hazard: Hazard) -> date | None:
    """The last day an authority allows for its finding; what it agreed to since counts."""
    if hazard.inspection_id is None:
        return None
    query = select(HazardStep.fix_by).where(
        HazardStep.hazard_id == hazard.id,
        (HazardStep.step == Step.REGISTER)
        | (HazardStep.reason == ExtensionReason.AUTHORITY_AGREED),
    )
    return max((day for day in session.scalars(query) if day), default=None)


def check_authority(session: Session, hazard: Hazard, fix_by: date, today: date) -> None:
    """Raise `LaterThanAuthority`; one that is over already leaves today."""
    last = authority_fix_by(session, hazard)
    if last is not None and fix_by > max(last, today):
        raise LaterThanAuthority(day=day_text(last, year=True))
