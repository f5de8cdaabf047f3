"""A year of inspections at a glance: each item in a line, each month in a column."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from equipment.due import add_months
from equipment.service.asof import AsOf, Seen, Stood


@dataclass(frozen=True, slots=True)
class YearLine:
    """The inspections of one item, month by month."""

    item: Stood
    months: tuple[tuple[Seen, ...], ...]


def months_before(asof: AsOf, count: int = 12) -> list[date]:
    """The first days of the last months, the running one last."""
    begin = add_months(asof.day.replace(day=1), 1 - count)
    return [add_months(begin, at) for at in range(count)]


def year_lines(items: Sequence[Stood], months: Sequence[date]) -> list[YearLine]:
    """Each item with its inspections in these months."""
    return [
        YearLine(one, tuple(_of_month(one, month) for month in months))
        for one in items
        if one.kind.inspect_months is not None
    ]


def _of_month(one: Stood, month: date) -> tuple[Seen, ...]:
    last = add_months(month, 1) - timedelta(days=1)
    return tuple(seen for seen in one.inspections if month <= seen.on <= last)
