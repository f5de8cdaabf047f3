"""The year ahead of a plan before it is saved: each day, and why."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from checklists import duties, periods, templates, wording
from checklists.errors import UnknownChecklist
from checklists.models import Rhythm, Template
from checklists.periods import Due, Limits, Skipped
from checklists.recurrence import Day
from checklists.service import expected as asked
from checklists.service.expected import Calendar, Rule
from checklists.service.plans import require
from checklists.service.timing import Place, Timing, check_timing, part_names
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.i18n import N_, _, bilingual, day_text
from safety_app.workplace import service as workplace

AHEAD: Final = timedelta(days=365)
SKIPPED_WORDS: Final = {
    Skipped.CLOSED: N_("{period} has no open day: nothing is due."),
    Skipped.PAUSED: N_("In most of {period} the window is paused: nothing is due."),
    Skipped.STARTED_LATE: N_(
        "{period} asks for nothing: fewer than {n} open days are left after the start."
    ),
    Skipped.ENDED: N_("{period} asks for nothing: the plan ends before its due day."),
}


@dataclass(frozen=True, slots=True)
class PreviewDay:
    """A day on which something is due, or would be if something did not stand against it."""

    on: date
    count: int
    times: str
    why: str
    opens_on: date | None = None
    provisional: bool = False
    unusual: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """The year ahead, in words; `warnings` are rules that the plan does not keep."""

    title: str
    rhythm: str
    days: tuple[PreviewDay, ...]
    warnings: tuple[str, ...]

    @property
    def total(self) -> int:
        """How many tasks a place has in the year."""
        return sum(one.count for one in self.days)

    def without_warnings(self) -> "Preview":
        """For a page that says them elsewhere."""
        return replace(self, warnings=())


def preview(
    session: Session,
    actor: Actor,
    *,
    site_id: int,
    template_code: str,
    place: Place,
    starts_on: date,
    timing: Timing,
    now: datetime,
) -> Preview:
    """What a plan would ask of a place in the next 12 months; raises what saving would raise."""
    require(actor, site_id, place)
    template = templates.newest(session, template_code, site_id)
    if template is None:
        raise UnknownChecklist(code=template_code)
    checked = check_timing(session, site_id, template, place, timing, starts_on)
    site = workplace.site(session, site_id)
    rule = _rule(session, site_id, template_code, place, starts_on, checked)
    first = max(starts_on, clock.local_day(now, site.timezone))
    last = first + AHEAD - timedelta(days=1)
    span = asked.reach([rule], first, last)
    calendar = Calendar(session, site_id, site.timezone, *span, site.counts_from)
    parts = part_names(session, template)
    days = list(_days(rule, calendar, parts, first, last))
    found = duties.below(
        template_code, site, checked.rhythm, checked.unit, checked.every_days, checked.slots or ()
    )
    return Preview(
        bilingual(template.title, template.title_en),
        rhythm_of(checked, parts),
        tuple(days),
        tuple(_("Too seldom: {rule}.", rule=one.display_rule) for one in found),
    )


def rhythm_of(timing: Timing, parts: dict[str, str]) -> str:
    """A timing in words."""
    return wording.rhythm_text(
        timing.rhythm, timing.unit, timing.every_days, timing.slots or (), parts
    )


def fitting(template: Template) -> Timing:
    """How a checklist is usually planned."""
    duty = next((one for one in duties.every() if one.template == template.code), None)
    if duty is None or duty.unit is None:
        return Timing()
    return Timing(Rhythm.PERIOD, unit=duty.unit)


def _rule(
    session: Session, site_id: int, code: str, place: Place, starts_on: date, timing: Timing
) -> Rule:
    location_id, last = place.location_id, None
    pauses: tuple[tuple[date, date], ...] = ()
    if place.window_id is not None:
        rests = workplace.pauses(session, site_id).get(place.window_id, ())
        pauses = tuple((one.first, one.last) for one in rests)
        for window in workplace.list_windows(session, site_id, active=False):
            if window.id == place.window_id:
                location_id = window.location_id
                last = window.retired_on - timedelta(days=1) if window.retired_on else None
    limits = Limits(starts_on, last, pauses)
    return Rule(
        code, timing.rhythm, limits, timing.unit, timing.every_days, timing.slots or (), location_id
    )


def _days(
    rule: Rule, calendar: Calendar, parts: dict[str, str], first: date, last: date
) -> Iterator[PreviewDay]:
    if rule.rhythm is Rhythm.DAILY:
        yield from _daily(rule, calendar, parts, first, last)
    elif rule.rhythm is Rhythm.PERIOD:
        yield from _periods(rule, calendar, len(parts), first, last)
    else:
        yield from _intervals(rule, calendar, len(parts), last)


def _daily(
    rule: Rule, calendar: Calendar, parts: dict[str, str], first: date, last: date
) -> Iterator[PreviewDay]:
    """Every open day, and the closed ones that would be open by their weekday."""
    days = calendar.days(rule.location_id)
    on = first
    while on <= last:
        day = days[on]
        unusual = bool(day.note)
        if day.is_open and day.segments:
            yield _open_day(rule, calendar, parts, day, unusual)
        elif day.note:
            yield PreviewDay(on, 0, "", day.why, provisional=day.provisional, unusual=True)
        on += timedelta(days=1)


def _open_day(
    rule: Rule, calendar: Calendar, parts: dict[str, str], day: Day, unusual: bool
) -> PreviewDay:
    if not rule.limits.holds(day.on):
        why = _("{day}: the window is paused.", day=day_text(day.on))
        return PreviewDay(day.on, 0, "", why, provisional=day.provisional, unusual=True)
    zone, said, count = clock.zone(calendar.timezone), [], 0
    for slot in rule.slots:
        times = calendar.times(slot, rule.location_id, day.on)
        count += len(times)
        spans = _(", ").join(
            f"{one.opens_at.astimezone(zone):%H:%M}–{one.due_at.astimezone(zone):%H:%M}"
            for one in times
        )
        said.append(f"{parts.get(slot.part, slot.part)} {spans}")
    return PreviewDay(
        day.on, count, _("; ").join(said), day.why, provisional=day.provisional, unusual=unusual
    )


def _periods(
    rule: Rule, calendar: Calendar, count: int, first: date, last: date
) -> Iterator[PreviewDay]:
    unit = rule.unit
    if unit is None:
        return
    days = calendar.days(rule.location_id)
    spans = periods.periods(unit, max(first, rule.limits.first), last)
    for period, due in zip(spans, asked.dues(rule, calendar, first, last), strict=True):
        if isinstance(due, Skipped):
            name = wording.period_text(unit, period.first)
            why = _(SKIPPED_WORDS[due], period=name, n=periods.ENOUGH_DAYS)
            yield PreviewDay(period.last, 0, "", why, unusual=True)
            continue
        why = wording.period_why(unit, due.on, due.due_on)
        yield _due_day(due, count, why, days[due.due_on].provisional)


def _intervals(rule: Rule, calendar: Calendar, count: int, last: date) -> Iterator[PreviewDay]:
    """As it goes if each is done on the day it is due."""
    days, n = calendar.days(rule.location_id), rule.every_days or 1
    after, is_first = rule.limits.first - timedelta(days=1), True
    while True:
        due = periods.after_last(after, n, days, rule.limits, calendar.timezone, is_first=is_first)
        if due is None or due.due_on > last:
            return
        if is_first:
            why = _("The first one, within {n} days of the start.", n=n)
        else:
            why = wording.interval_why(n, due.on, due.due_on)
        yield _due_day(due, count, why, days[due.due_on].provisional)
        after, is_first = due.due_on, False


def _due_day(due: Due, count: int, why: str, provisional: bool) -> PreviewDay:
    moved = due.due_on != due.expected_on
    if provisional:
        why = wording.join(
            [why, _("The holidays of {year} are not announced yet.", year=due.due_on.year)]
        )
    return PreviewDay(
        due.due_on, count, "", why, due.opens_on, provisional=provisional, unusual=moved
    )
