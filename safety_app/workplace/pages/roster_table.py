"""The week as a table; on a phone its days become rows."""

from datetime import date, timedelta
from html import escape
from typing import Final

from safety_app.core.i18n import WEEKDAYS, _, day_text, language
from safety_app.ui.markup import icon
from safety_app.workplace.service import Day, DutyCell, DutyRow, OnDuty, Week

NAMES: Final = 3
"""So many names of everybody; the rest is counted."""


def week_text(monday: date) -> str:
    """From Monday to Sunday."""
    sunday = monday + timedelta(days=6)
    return _(
        "{first} – {last}",
        first=day_text(monday, weekday=False, year=True),
        last=day_text(sunday, weekday=False),
    )


def address(monday: date, cell: DutyCell | None = None) -> str:
    """Where a week, or a place on a day, is shown."""
    query = f"/roster?week={monday.isoformat()}"
    return query + (f"&cell={cell.window_id or 0}.{cell.on.isoformat()}" if cell else "")


def table(week: Week) -> str:
    """Windows by days."""
    head = "".join(_head(day) for day in week.days)
    body = "".join(_row(row, week) for row in week.rows)
    corner = escape(_("Window"))
    return (
        f'<table class="roster"><thead><tr><th scope="col">{corner}</th>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def legend() -> str:
    """What the marks mean."""
    parts = (
        ("groups", _("nobody named: everybody of the window")),
        ("swap_horiz", _("stands in")),
        ("call_split", _("needed elsewhere at the same time")),
        ("person_off", _("away")),
    )
    inside = "".join(f"<span>{icon(mark)}{escape(text)}</span>" for mark, text in parts)
    return f'<p class="legend">{inside}</p>'


def strip(week_days: list[tuple[DutyCell, str]], current: date, label: str) -> str:
    """The days of one place, to go from one to the next."""
    parts = []
    for cell, link in week_days:
        here = ' aria-current="page"' if cell.on == current else ""
        name = escape(day_text(cell.on))
        mark = "" if cell.is_open else f"<small>{escape(_('closed'))}</small>"
        parts.append(f'<a href="{escape(link, quote=True)}"{here}>{name}{mark}</a>')
    return f'<nav class="strip" aria-label="{escape(label, quote=True)}">{"".join(parts)}</nav>'


def people_list(cell: DutyCell) -> str:
    """Everybody on duty and away, a line each."""
    lines = [_person(one) for one in cell.people] + _away(cell)
    return f'<ul class="duty">{"".join(f"<li>{line}</li>" for line in lines)}</ul>'


def _head(day: Day) -> str:
    name = WEEKDAYS[language()][day.on.weekday()]
    number = escape(day_text(day.on, weekday=False))
    note = "" if day.is_open else f"<small>{escape(day.note or _('closed'))}</small>"
    return f'<th scope="col"><span>{escape(name)}</span> {number}{note}</th>'


def _row(row: DutyRow, week: Week) -> str:
    cells = "".join(_cell(cell, row, week.monday) for cell in row.cells)
    return f'<tr><th scope="row">{escape(row.name)}</th>{cells}</tr>'


def _cell(cell: DutyCell, row: DutyRow, monday: date) -> str:
    day = escape(day_text(cell.on), quote=True)
    link = escape(address(monday, cell), quote=True)
    look = " ".join(
        name
        for name, holds in (
            ("shut", not cell.is_open), ("past", cell.is_past), ("nobody", cell.has_nobody),
            ("all", not cell.is_set),
        )
        if holds
    )  # fmt: skip
    said = escape(_("{day}, {place}:", day=day_text(cell.on), place=row.name))
    return (
        f'<td class="{look}"><a href="{link}" data-day="{day}">'
        f'<span class="sr">{said}</span>'
        f"{_inside(cell)}</a></td>"
    )


def _inside(cell: DutyCell) -> str:
    if cell.pause:
        return f"<span>{icon('pause_circle')}{escape(_('paused'))}</span>"
    if not cell.is_open:
        return f"<span>{escape(_('closed'))}</span>"
    if cell.has_nobody:
        nobody = f"<strong>{icon('report')}{escape(_('nobody'))}</strong>"
        return nobody + "".join(f"<span>{line}</span>" for line in _away(cell))
    if cell.is_set:
        shown = list(cell.people)
        lines = [_person(one) for one in shown]
    else:
        lines = [_person(one) for one in cell.people if one.stands_in_for or one.also_at]
        rest = [one.name for one in cell.people if not (one.stands_in_for or one.also_at)]
        if rest:
            lines.insert(0, f"{icon('groups')}{escape(_everybody(rest))}")
    return "".join(f"<span>{line}</span>" for line in [*lines, *_away(cell)])


def _everybody(names: list[str]) -> str:
    if len(names) <= NAMES:
        return _(", ").join(names)
    first = _(", ").join(names[: NAMES - 1])
    return _("{names} and {n} more", names=first, n=len(names) - NAMES + 1)


def _person(one: OnDuty) -> str:
    text = escape(one.name)
    if one.stands_in_for:
        text = f"{icon('swap_horiz')}" + escape(
            _("{name} for {other}", name=one.name, other=one.stands_in_for)
        )
    if one.also_at:
        also = escape(_("also: {places}", places=_(", ").join(one.also_at)))
        text += f"<em>{icon('call_split')}{also}</em>"
    return text


def _away(cell: DutyCell) -> list[str]:
    return [
        f'<em class="gone">{icon("person_off")}'
        + escape(
            _("{name} ({reason})", name=one.name, reason=one.reason or _("somebody stands in"))
        )
        + "</em>"
        for one in cell.away
    ]
