"""Rhythms, periods and reasons in words."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from checklists.models import Anchor, Rhythm, Unit
from checklists.periods import period_of
from checklists.recurrence import DEFAULT_SLOTS, Moment, Slot
from safety_app.core.i18n import N_, _, day_text, language, month_text, ngettext

UNIT_NAMES: Final[Mapping[Unit, str]] = {
    Unit.WEEK: N_("Once a week"),
    Unit.MONTH: N_("Once a month"),
    Unit.QUARTER: N_("Once a quarter"),
    Unit.HALF_YEAR: N_("Once every half-year"),
    Unit.YEAR: N_("Once a year"),
}
RHYTHM_NAMES: Final[Mapping[Rhythm, str]] = {
    Rhythm.DAILY: N_("On every open day"),
    Rhythm.PERIOD: N_("Once in a period"),
    Rhythm.INTERVAL: N_("So many days after the last time"),
}


HOUR: Final = 60


def join(sentences: Sequence[str]) -> str:
    """Whole sentences after each other."""
    return ("" if language() == "zh_CN" else " ").join(one for one in sentences if one)


def period_text(unit: Unit, on: date) -> str:
    """The period that holds a day, as people call it."""
    period = period_of(unit, on)
    first = period.first
    if unit is Unit.WEEK:
        spans = [day_text(day, weekday=False) for day in (first, period.last)]
        return f"{spans[0]}–{spans[1]}"
    if unit is Unit.MONTH:
        return month_text(first.year, first.month)
    if unit is Unit.QUARTER:
        return _("quarter {n} of {year}", n=(first.month + 2) // 3, year=first.year)
    if unit is Unit.HALF_YEAR:
        half = _("the first half of {year}") if first.month == 1 else _("the second half of {year}")
        return half.format(year=first.year)
    return _("the year {year}", year=first.year)


def rhythm_text(
    rhythm: Rhythm,
    unit: Unit | None,
    every_days: int | None,
    slots: Sequence[Slot],
    parts: Mapping[str, str],
) -> str:
    """When the tasks of a plan fall, in a few words."""
    if rhythm is Rhythm.PERIOD and unit is not None:
        return _(UNIT_NAMES[unit])
    if rhythm is Rhythm.INTERVAL and every_days is not None:
        return ngettext(
            "{n} day after the last time", "{n} days after the last time", every_days
        )  # fmt: skip
    said = _(", ").join(_slot_text(slot, parts.get(slot.part, slot.part)) for slot in slots)
    return _("Every open day: {parts}", parts=said)


def _slot_text(slot: Slot, part: str) -> str:
    if slot.every_minutes is not None:
        return _("{part} every {n} minutes while open", part=part, n=slot.every_minutes)
    usual = DEFAULT_SLOTS.get(slot.part)
    if usual == slot:
        return part
    times = "–".join(moment_text(one) for one in (slot.opens, slot.due))
    return _("{part} {times}", part=part, times=times)


def moment_text(moment: Moment) -> str:
    """`10:30`, or so long before or after opening or closing."""
    if moment.anchor is Anchor.CLOCK:
        hours, minutes = divmod(moment.minutes, 60)
        return f"{hours:02}:{minutes:02}"
    if moment.minutes == 0:
        return _("opening") if moment.anchor is Anchor.OPENING else _("closing")
    before, n = moment.minutes < 0, abs(moment.minutes)
    if n >= 2 * HOUR and n % HOUR == 0:
        return _far(moment.anchor, before, n // HOUR)
    if moment.anchor is Anchor.OPENING:
        return _("{n} min before opening", n=n) if before else _("{n} min after opening", n=n)
    return _("{n} min before closing", n=n) if before else _("{n} min after closing", n=n)


def _far(anchor: Anchor, before: bool, n: int) -> str:
    if anchor is Anchor.OPENING:
        return _("{n} h before opening", n=n) if before else _("{n} h after opening", n=n)
    return _("{n} h before closing", n=n) if before else _("{n} h after closing", n=n)


def period_why(unit: Unit, on: date, due_on: date) -> str:
    """Why a task of a period is due on its day."""
    period = period_of(unit, on)
    name, due = period_text(unit, on), day_text(due_on)
    if due_on == period.last:
        return _("Once in {period}: due on its last day, {due}.", period=name, due=due)
    last = day_text(period.last)
    return _(
        "Once in {period}: due on its last open day, {due}, because {last} is closed.",
        period=name,
        due=due,
        last=last,
    )


def interval_why(every_days: int, on: date, due_on: date) -> str:
    """Why a task of an interval is due on its day."""
    after = day_text(on - timedelta(days=every_days))
    if due_on == on:
        return _("{n} days after {after}.", n=every_days, after=after)
    return _(
        "{n} days after {after}; {day} is closed, so it is due on {due}.",
        n=every_days,
        after=after,
        day=day_text(on),
        due=day_text(due_on),
    )
