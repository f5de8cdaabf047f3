"""The report of safety facilities as an Excel workbook: every list whole."""

from collections.abc import Iterator, Sequence

from equipment.documents import archive, stocks
from equipment.documents.budget import NEEDS, SPENT_ON, how_forecast, need_text, sort_kind
from equipment.documents.lists import LEFT_BY, due_text, gone_reason, kind_name
from equipment.documents.paper import Head
from equipment.documents.report import (
    LACK_NAMES,
    figures,
    how_counted,
    how_covered,
    standing,
    title,
)
from equipment.due import Cause, Due, explain, next_of
from equipment.models import STATUS_NAMES
from equipment.service.asof import Lack, Stood
from equipment.service.figures import Tally
from equipment.service.reporting import Report
from equipment.wording import made_text
from safety_app.core.i18n import _
from safety_app.core.sheets import Cell, Kind, SheetColumn, SheetTable, workbook

Rows = Sequence[Sequence[Cell]]


def report_xlsx(report: Report, head: Head) -> bytes:
    """The workbook in the current language."""
    return workbook(tuple(tables(report, head)), title=title(), created_at=head.minute)


def tables(report: Report, head: Head) -> Iterator[SheetTable]:
    """One sheet for each part of the paper, then the whole register."""
    yield _facts(report, head)
    yield _tallies(_("By kind"), _("Kind"), report.by_kind)
    yield _tallies(_("By place"), _("Place"), report.by_place)
    yield _dates(_("Past a date"), report, report.overdue)
    yield _dates(_("Due within 90 days"), report, report.ahead)
    yield _gone(report)
    yield _coverage(report)
    yield _costs(report)
    yield _budget(report)
    yield from stocks.tables(report)
    yield _extinguishers(report)
    yield _register(report)


def _table(name: str, columns: Sequence[tuple[str, Kind]], rows: Rows) -> SheetTable:
    return SheetTable(name, tuple(SheetColumn(label, kind) for label, kind in columns), rows)


def _facts(report: Report, head: Head) -> SheetTable:
    columns: list[tuple[str, Kind]] = [
        (_("Figure"), "text"), (_("Value"), "text"), (_("Of"), "text"), (_("Remark"), "text")
    ]  # fmt: skip
    rows: list[Sequence[Cell]] = [
        (_("Unit"), head.unit, "", ""),
        (_("As of"), head.moment, "", ""),
        *figures(report),
        (_("How it is counted"), "", "", how_counted(report)),
        ("", "", "", how_covered()),
        ("", "", "", how_forecast()),
    ]
    return _table(title(), columns, rows)


def _tallies(name: str, label: str, lines: Sequence[tuple[str, Tally]]) -> SheetTable:
    columns: list[tuple[str, Kind]] = [
        (label, "text"),
        (_("On register"), "number"),
        (_("Intact"), "number"),
        (_("Share intact"), "percent"),
        (_("Past a date"), "number"),
        (_("In 30 days"), "number"),
        (_("In 90 days"), "number"),
        *((_(LACK_NAMES[lack]), "number") for lack in Lack),
    ]
    rows = [
        (
            group,
            tally.registered,
            tally.intact,
            _share(tally.intact, tally.registered),
            tally.late,
            tally.soon,
            tally.ahead,
            *(tally.of(lack) for lack in Lack),
        )
        for group, tally in lines
    ]
    return _table(name, columns, rows)


def _dates(name: str, report: Report, found: Sequence[tuple[Stood, Due]]) -> SheetTable:
    columns: list[tuple[str, Kind]] = [
        (_("Code"), "text"),
        (_("Kind"), "text"),
        (_("Place"), "text"),
        (_("What is due"), "text"),
        (_("Due on"), "date"),
        (_("Days over"), "number"),
        (_("Rule"), "text"),
    ]
    rows = [
        (
            one.row.code,
            report.name(one),
            report.place(one),
            due_text(one.kind, due),
            due.on,
            max((report.asof.day - due.on).days, 0),
            explain(one.kind, due),
        )
        for one, due in found
    ]
    return _table(name, columns, rows)


def _gone(report: Report) -> SheetTable:
    columns: list[tuple[str, Kind]] = [
        (_("Date"), "date"),
        (_("Code"), "text"),
        (_("Kind"), "text"),
        (_("Place"), "text"),
        (_("Way of leaving"), "text"),
        (_("Reason, proof"), "text"),
    ]
    rows = [
        (
            one.on,
            one.code,
            kind_name(report, one.kind, one.size),
            report.places.text(*one.place),
            _(LEFT_BY[one.step]),
            gone_reason(one),
        )
        for one in report.gone
    ]
    return _table(_("Scrapped, replaced and lost this year"), columns, rows)


def _coverage(report: Report) -> SheetTable:
    columns: list[tuple[str, Kind]] = [
        (_("Month"), "text"),
        (_("To inspect"), "number"),
        (_("Inspected"), "number"),
        (_("Coverage"), "percent"),
        (_("Remark"), "text"),
    ]
    rows = [
        (
            f"{one.month:%Y-%m}",
            one.due,
            one.done,
            _share(one.done, one.due),
            _("month not over") if one.is_running else "",
        )
        for one in report.coverage
    ]
    return _table(_("Inspections by month"), columns, rows)


def _costs(report: Report) -> SheetTable:
    columns: list[tuple[str, Kind]] = [
        (_("Year"), "text"),
        *((_(name), "number") for name in SPENT_ON.values()),
        (_("Total"), "number"),
    ]
    rows = [
        (
            str(year),
            *(_yuan(spent.get(step)) for step in SPENT_ON),
            _yuan(sum(spent.values())),
        )
        for year, spent in report.costs.items()
    ]
    return _table(_("Cost by year (yuan)"), columns, rows)


def _budget(report: Report) -> SheetTable:
    """One line for each month and sort, to sum up as one likes."""
    plan = report.forecast
    columns: list[tuple[str, Kind]] = [
        (_("Month"), "text"),
        (_("Kind"), "text"),
        (_("Sort of need"), "text"),
        (_("Needed"), "text"),
        (_("Quantity"), "number"),
        (_("Price (yuan)"), "number"),
        (_("From records"), "number"),
        (_("Cost (yuan)"), "number"),
    ]
    rows: list[Sequence[Cell]] = []
    for month in plan.months:
        for sort in plan.sorts:
            n, price = plan.counts.get((month, sort), 0), plan.prices.get(sort)
            if n:
                paid = (_yuan(price.fen), price.records, _yuan(price.fen * n)) if price else ()
                need = need_text(report, sort)
                rows.append((f"{month:%Y-%m}", sort_kind(report, sort), _(NEEDS[sort[1]]), need, n,
                             *(paid or (None, None, None))))  # fmt: skip
    return _table(_("Budget for the next 24 months"), columns, rows)


def _extinguishers(report: Report) -> SheetTable:
    """What Order 61, art. 29 asks for, and the dates that follow."""
    columns: list[tuple[str, Kind]] = [
        (_("Code"), "text"),
        (_("Type"), "text"),
        (_("Quantity"), "number"),
        (_("Set up at"), "text"),
        (_("Maker"), "text"),
        (_("Serial number"), "text"),
        (_("Made"), "text"),
        (_("Last inspection"), "date"),
        (_("Inspected by"), "text"),
        (_("Serviced by"), "text"),
        (_("Agent changed"), "date"),
        (_("Next service"), "date"),
        (_("Scrap date"), "date"),
    ]
    rows = [
        (
            one.row.code,
            archive.kind_text(report, one),
            1,
            report.place(one),
            one.row.maker,
            one.row.serial,
            made_text(one.row.made_on, one.row.made_precision),
            one.last_inspected_on,
            archive.inspector(report, one),
            archive.firm(one, report.names),
            one.refilled_on,
            archive.next_on(one, Cause.SERVICE),
            archive.next_on(one, Cause.SCRAP),
        )
        for one in report.extinguishers
    ]
    return _table(_("File of extinguishers"), columns, rows)


def _register(report: Report) -> SheetTable:
    columns: list[tuple[str, Kind]] = [
        (_("Code"), "text"),
        (_("Kind"), "text"),
        (_("Size"), "text"),
        (_("Place"), "text"),
        (_("Status"), "text"),
        (_("Made"), "text"),
        (_("Last inspection"), "date"),
        (_("Next inspection"), "date"),
        (_("Next service"), "date"),
        (_("Parts expire"), "date"),
        (_("Scrap date"), "date"),
        (_("How it stands"), "text"),
    ]
    return _table(_("Whole register"), columns, [_line(report, one) for one in report.items])


def _line(report: Report, one: Stood) -> Sequence[Cell]:
    dates = [next_of(one.dues, cause) for cause in
             (Cause.INSPECTION, Cause.SERVICE, Cause.EXPIRY, Cause.SCRAP)]  # fmt: skip
    return (
        one.row.code,
        one.kind.display_name,
        one.row.size,
        report.place(one),
        _(STATUS_NAMES[one.status]),
        made_text(one.row.made_on, one.row.made_precision),
        one.last_inspected_on,
        *(due.on if due else None for due in dates),
        standing(one.lacks(report.asof)),
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _yuan(fen: int | None) -> float | None:
    return fen / 100 if fen is not None else None
