"""The figures of hazards in a period, counted from their stories."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from hazards.history import Story
from hazards.models import Kind, Status, Step
from safety_app.core import clock
from safety_app.core.feature import Period


@dataclass(frozen=True, slots=True)
class Tally:
    """Found and rectified, of one sort of hazard."""

    found: int
    rectified: int


@dataclass(frozen=True, slots=True)
class Summary:
    """Everything a report says in numbers; `listed` are the hazards of its table."""

    general: Tally
    major: Tally
    service: Tally
    carried: int
    carried_closed: int
    open: int
    overdue: int
    on_time: int
    fell_due: int
    passed_first: int
    rechecked: int
    sent_back: int
    repeated: int
    found: int
    voided: int
    unassigned: int
    to_verify: int
    listed: tuple[Story, ...]
    service_points: tuple[Story, ...]


def summarise(stories: Sequence[Story], period: Period) -> Summary:
    """Count a period. What was voided is left out of every figure but its own."""
    safety = [one for one in stories if one.kind == Kind.SAFETY]
    points = [one for one in stories if one.kind == Kind.SERVICE]
    valid = [one for one in safety if one.status != Status.VOIDED]
    found = [one for one in valid if one.registered_at >= period.start]
    carried = [one for one in valid if _open_at_start(one, period)]
    today = clock.local_day(period.cutoff, period.timezone)
    due = [one for one in valid if _fell_due(one, period, today)]
    firsts = [one.rechecks()[0] for one in valid if one.rechecks()]
    firsts = [one for one in firsts if one.at >= period.start]
    returns = [one for story in valid for one in story.rechecks() if one.step == Step.SEND_BACK]
    still_open = [one for one in valid if one.is_open]
    return Summary(
        general=_tally([one for one in found if not one.is_major]),
        major=_tally([one for one in found if one.is_major]),
        service=_tally([one for one in points if _found_here(one, period)]),
        carried=len(carried),
        carried_closed=sum(one.is_closed for one in carried),
        open=len(still_open),
        overdue=sum(one.is_overdue(today) for one in still_open),
        on_time=sum(_closed_on_time(one, period.timezone) for one in due),
        fell_due=len(due),
        passed_first=sum(one.step == Step.ACCEPT for one in firsts),
        rechecked=len(firsts),
        sent_back=sum(one.at >= period.start for one in returns),
        repeated=sum(one.repeat_of_id is not None for one in found),
        found=len(found),
        voided=sum(
            one.ended_at is not None and one.ended_at >= period.start
            for one in safety
            if one.status == Status.VOIDED
        ),
        unassigned=sum(one.status == Status.REGISTERED for one in still_open),
        to_verify=sum(one.status == Status.FIXED for one in still_open),
        listed=tuple(one for one in valid if one in found or one in carried),
        service_points=tuple(
            one
            for one in points
            if one.status != Status.VOIDED
            and (_found_here(one, period) or _open_at_start(one, period))
        ),
    )


def _tally(found: Sequence[Story]) -> Tally:
    return Tally(len(found), sum(one.is_closed for one in found))


def _found_here(story: Story, period: Period) -> bool:
    return story.registered_at >= period.start and story.status != Status.VOIDED


def _open_at_start(story: Story, period: Period) -> bool:
    return story.status_at(period.start) in (Status.REGISTERED, Status.ASSIGNED, Status.FIXED)


def _fell_due(story: Story, period: Period, today: date) -> bool:
    """Whether its first deadline lay in the period and is decided: over, or closed before."""
    deadline = story.first_deadline(period.timezone)
    if deadline is None or not period.first <= deadline <= period.last:
        return False
    return deadline < today or story.is_closed


def _closed_on_time(story: Story, timezone: str) -> bool:
    ended, deadline = story.ended_at, story.first_deadline(timezone)
    if ended is None or deadline is None:
        return False
    return clock.local_day(ended, timezone) <= deadline
