"""What the records of drills show as not done on a day, in whole sentences."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from drills.models import Status
from drills.rhythm import Duty, State
from drills.service.listing import DrillRow
from drills.service.years import Standing, Year, just_after, left_over, slipped
from safety_app.core import clock
from safety_app.core.i18n import _, bilingual, day_text, ngettext
from safety_app.workplace import service as workplace

JUDGED_WITHIN: Final = timedelta(days=7)
REPORTED_WITHIN: Final = timedelta(days=30)
"""No law says how soon a drill is reported (State Council Order 708, art. 8 has no term)."""


def shortfalls(
    session: Session, site_id: int, found: Year, rows: Sequence[DrillRow], at: datetime
) -> list[str]:
    """All that was not done as of a moment, with what hung of the year before.

    Of another year than that of the moment only what was planned and due in it.
    """
    day = clock.local_day(at, workplace.site(session, site_id).timezone)
    if found.year != day.year:
        mine = [row for row in rows if row.day.year == found.year]
        return [*unmet(found.duties, day), *not_followed(found.drills, mine, at, day)]
    left = left_over(session, site_id, found, just_after(at))
    return [*unmet([*left, *found.duties], day), *not_followed(found.standings, rows, at, day)]


def unmet(duties: Sequence[Duty], day: date) -> Iterator[str]:
    """What the law asks for and was not drilled in time, or not reported, as of a day."""
    for one in duties:
        if one.state in (State.MISSED, State.OVERDUE):
            yield _("Not drilled in time: {rule} ({period}).",
                    rule=one.display_text, period=one.period.name)  # fmt: skip
        if not one.is_reported and one.on and day - one.on > REPORTED_WITHIN:
            yield _("{code} was not reported to the authority.", code=one.code)


def entered_since(found: Sequence[Standing], timezone: str) -> Iterator[str]:
    """Drills that had been held by then, but were entered from paper only afterwards."""
    for one in found:
        if one.entered_at and one.drill.held_on:
            held = day_text(one.drill.held_on, year=True, weekday=False)
            day = clock.local_day(one.entered_at, timezone)
            yield _(
                "{code} was held on {held} and entered from paper on {entered}.",
                code=one.drill.code, held=held, entered=day_text(day, year=True, weekday=False),
            )  # fmt: skip


def not_followed(
    found: Sequence[Standing], rows: Sequence[DrillRow], at: datetime, day: date
) -> Iterator[str]:
    """What hung at a moment of a day: drills whose day was over, those that nobody had judged,
    and problems that were past their date."""
    for one in slipped(found, day):
        yield _("The drill “{title}” was planned for {day} and neither held nor put off.",
                title=bilingual(one.drill.title, one.drill.title_en),
                day=day_text(one.planned_on, year=True, weekday=False))  # fmt: skip
    for one in found:
        ended = one.drill.ended_at
        if one.status is Status.HELD and ended is not None and at - ended > JUDGED_WITHIN:
            yield _("{code} was held and not evaluated.", code=one.drill.code)
    late = sum(row.followed.overdue for row in rows)
    if late:
        yield ngettext("{n} problem that a drill has shown is overdue.",
                       "{n} problems that drills have shown are overdue.", late)  # fmt: skip
