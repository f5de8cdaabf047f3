"""The year ahead of a plan as months that open, each day with its reason."""

from collections.abc import Sequence
from html import escape
from itertools import groupby

from checklists.service.preview import Preview, PreviewDay
from safety_app import ui
from safety_app.core.i18n import _, day_text, month_text, ngettext
from safety_app.ui import markup

FEW = 30


def draw(found: Preview) -> None:
    """Warnings first, then the months; a plan with few dates lists them at once."""
    for warning in found.warnings:
        ui.notice("orange", warning)
    count = ngettext("{n} time a year", "{n} times a year", found.total)
    head = markup.section(_("The next 12 months"), markup.badge(count, "petrol", "event"))
    if len(found.days) <= FEW:
        lines = "".join(_line(day) for day in found.days)
        ui.html(f'{head}<ul class="plan-year">{lines}</ul>')
        return
    months = [
        (key, list(days))
        for key, days in groupby(found.days, lambda one: (one.on.year, one.on.month))
    ]
    ui.html(head + "".join(_month(*key, days, first=key == months[0][0]) for key, days in months))


def _month(year: int, month: int, days: Sequence[PreviewDay], *, first: bool) -> str:
    due = sum(one.count > 0 for one in days)
    said = [ngettext("{n} day", "{n} days", due)]
    unusual = sum(one.unusual for one in days)
    if unusual:
        said.append(ngettext("{n} unusual day", "{n} unusual days", unusual))
    if any(one.provisional for one in days):
        said.append(_("provisional"))
    lines = "".join(_line(day) for day in days)
    opened = " open" if first else ""
    name = escape(month_text(year, month))
    return (
        f'<details class="plan-month"{opened}><summary><strong>{name}</strong>'
        f'<span class="sub">{escape(" · ".join(said))}</span></summary>'
        f'<ul class="plan-year">{lines}</ul></details>'
    )


def _line(day: PreviewDay) -> str:
    """A day: when, what, why; marked if it is unusual, provisional or asks for nothing."""
    marks = []
    if not day.count:
        marks.append(markup.badge(_("nothing due"), "grey", "block"))
    elif day.unusual:
        marks.append(markup.badge(_("unusual"), "blue", "info"))
    if day.provisional:
        marks.append(markup.badge(_("provisional"), "yellow", "help"))
    what = [day.times] if day.times else []
    if day.opens_on and day.opens_on != day.on:
        what.append(_("may be done from {day} on", day=day_text(day.opens_on, weekday=False)))
    facts = f"<span>{escape(_('; ').join(what))}</span>" if what else ""
    return (
        f'<li><span class="name"><strong>{escape(day_text(day.on, year=True))}</strong>'
        f'{markup.badges(*marks)}</span>{facts}<span class="sub">{escape(day.why)}</span></li>'
    )
