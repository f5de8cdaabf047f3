"""Twelve months as tables whose days are links; colour, mark and words together."""

from collections.abc import Sequence
from datetime import date, timedelta
from html import escape

from safety_app.core.i18n import MONTHS, WEEKDAYS, _, day_text, language
from safety_app.ui.markup import icon
from safety_app.workplace.models import DayKind
from safety_app.workplace.service import Day, Origin


def year(days: Sequence[Day], today: date, *, is_provisional: bool) -> str:
    """All months."""
    months: dict[int, list[Day]] = {}
    for day in days:
        months.setdefault(day.on.month, []).append(day)
    look = "year provisional" if is_provisional else "year"
    inside = "".join(_month(month, found, today) for month, found in months.items())
    return f'<div class="{look}">{inside}</div>'


def legend() -> str:
    """What colours and marks mean."""
    parts = (
        ("open", "1", "", _("open")),
        ("weekend", "1", "", _("closed")),
        ("off", "1", _("off"), _("public holiday")),
        ("work", "1", _("work"), _("make-up workday")),
        ("short", "1", _("short"), _("shorter hours")),
        ("own", "1", "", _("the hall's own exception")),
    )
    inside = "".join(
        f'<span><b class="day {look}" aria-hidden="true">{number}'
        f"<small>{escape(mark)}</small>{icon('edit') if look == 'own' else ''}</b>"
        f"{escape(text)}</span>"
        for look, number, mark, text in parts
    )
    return f'<p class="legend calendar">{inside}</p>'


def reasons(days: Sequence[Day]) -> str:
    """A line for each exception."""
    lines = "".join(f'<li><a href="{address(day.on)}">{escape(day.why)}</a></li>' for day in days)
    return f'<ul class="reasons">{lines}</ul>'


def address(on: date) -> str:
    """Where a day is shown."""
    return f"/calendar?day={on.isoformat()}"


def look_of(day: Day) -> str:
    """The class of a day: what it is before whose word it is."""
    if day.is_open and day.is_short:
        kind = "short"
    elif day.kind is DayKind.OFF:
        kind = "off"
    elif day.kind is DayKind.WORKDAY and day.is_open:
        kind = "work"
    else:
        kind = "open" if day.is_open else "weekend"
    return f"{kind} own" if day.origin is Origin.OWN else kind


def mark_of(day: Day) -> str:
    """The short word below the number."""
    words = {"off": _("off"), "work": _("work"), "short": _("short")}
    return words.get(look_of(day).split()[0], "")


def _month(month: int, days: Sequence[Day], today: date) -> str:
    name = f"{month}月" if language() == "zh_CN" else MONTHS[month - 1]
    head = "".join(f'<th scope="col">{escape(_short(at))}</th>' for at in range(7))
    cells = ["<td></td>"] * days[0].on.weekday() + [_cell(day, today) for day in days]
    cells += ["<td></td>"] * (-len(cells) % 7)
    rows = "".join(
        f"<tr>{''.join(cells[start : start + 7])}</tr>" for start in range(0, len(cells), 7)
    )
    return (
        f'<section class="month"><h3>{escape(name)}</h3>'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></section>"
    )


def _short(weekday: int) -> str:
    name = WEEKDAYS[language()][weekday]
    return name[-1:] if language() == "zh_CN" else name[:2]


def _cell(day: Day, today: date) -> str:
    here = ' aria-current="date"' if day.on == today else ""
    own = icon("edit") if day.origin is Origin.OWN else ""
    mark = mark_of(day)
    said = _said(day)
    return (
        f'<td><a class="day {look_of(day)}" href="{address(day.on)}"{here}'
        f' aria-label="{escape(said, quote=True)}" title="{escape(day.why, quote=True)}">'
        f"{day.on.day}<small>{escape(mark)}</small>{own}</a></td>"
    )


def _said(day: Day) -> str:
    """The day in words, for those who do not see the colour."""
    state = _("open") if day.is_open else _("closed")
    return _("{day}: {state}", day=day_text(day.on), state=state)


def neighbours(on: date) -> tuple[date, date]:
    """The days before and after."""
    return on - timedelta(days=1), on + timedelta(days=1)
