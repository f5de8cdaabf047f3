"""A year of extinguisher inspections as a grid: the day of each, and whether it passed."""

from typing import Final

from equipment.kinds import Family
from equipment.service.inspection_year import YearLine, months_before, year_lines
from equipment.service.reporting import Report
from safety_app.core.i18n import _
from safety_app.core.pdf.blocks import Block, Column, Heading, Note, Table

PASSED, FAILED, NONE = "√", "×", "–"
OTHERS: Final = 3


def blocks(report: Report, most: int) -> list[Block]:
    """Extinguishers first, then all else; each in a line."""
    months = months_before(report.asof)
    lines = year_lines(report.items, months)
    first = [one for one in lines if one.item.kind.family is Family.EXTINGUISHER]
    others = [one for one in lines if one.item.kind.family is not Family.EXTINGUISHER]
    found: list[Block] = []
    for heading, some in (
        (_("Monthly inspections of extinguishers"), first),
        (_("Inspections of other facilities"), others),
    ):
        if some:
            found += [Heading(heading), _grid(report, some[:most])]
            found += _more(len(some), most)
    if found:
        legend = _(
            "{passed} passed, {failed} problems found, with the day of the month; {none} not"
            " inspected.",
            passed=PASSED,
            failed=FAILED,
            none=NONE,
        )
        found.append(Note(legend))
    return found


def _grid(report: Report, lines: list[YearLine]) -> Table:
    months = months_before(report.asof)
    columns = (
        Column(_("Code"), 1.7),
        Column(_("Place"), 3),
        *(Column(f"{month:%y-%m}", 1, "center") for month in months),
    )
    rows = tuple(
        (one.item.row.code, report.place(one.item), *(_cell(one, at) for at in range(len(months))))
        for one in lines
    )
    return Table(columns, rows)


def _cell(line: YearLine, at: int) -> str:
    """`√12`, and each further one below it."""
    seen = line.months[at]
    if not seen:
        return NONE
    return "\n".join(f"{PASSED if one.passed else FAILED}{one.on.day}" for one in seen[-OTHERS:])


def _more(count: int, most: int) -> list[Block]:
    if count <= most:
        return []
    return [Note(_("The first {shown} of {all}; the register has all.", shown=most, all=count))]
