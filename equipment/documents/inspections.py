"""灭火器月检记录: the inspections of a month, item by item, to be signed by who inspects."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from equipment.documents.paper import Head, print_paper, rate, signatures
from equipment.documents.yearly import FAILED, NONE, PASSED
from equipment.service.inspection_record import Line, Record
from safety_app.core.i18n import _, moment_text, month_text
from safety_app.core.pdf.blocks import Block, Column, Heading, Note, Paragraph, Table, Title
from safety_app.core.sheets import Cell, Kind, SheetColumn, SheetTable, workbook

MOST: Final = 2_000
"""Lines on paper; the Excel file has all."""
SIGNS: Final = "①②③④⑤⑥⑦⑧"
"""Heads of the columns of groups on paper, where sheets have no more groups between them."""


def record_pdf(record: Record, head: Head, title: str) -> bytes:
    """The paper in the current language."""
    return print_paper(
        record_blocks(record, head, title),
        head,
        title=title,
        number=record.number,
        landscape=True,
    )


def record_blocks(record: Record, head: Head, title: str) -> list[Block]:
    """Sums, then floor by floor who found what, and places to sign."""
    month = month_text(record.month.year, record.month.month)
    facts = (record.about, month, _("No. {number}", number=record.number))
    return [
        Title(title, f"{head.unit}\n{'　'.join(filter(None, facts))}"),
        *head.limits(),
        *(Paragraph(text) for text in sums(record)),
        *legend(record),
        *line_blocks(record, head),
        *([Note(_("Basis: {rules}", rules=_("; ").join(record.rules)))] if record.rules else []),
        signatures(_("Inspected by (signature):"), _("Checked by (signature):"), seal=False),
    ]


def sums(record: Record) -> Iterator[str]:
    """What should have been inspected and was, what was found."""
    found = record.covered
    if not record.lines:
        yield _("Nothing of this sort is registered.")
        return
    yield _(
        "To inspect in this month: {due}; inspected: {done} ({rate}). Inspections: {n}, of which"
        " {failed} found problems.",
        due=found.due,
        done=found.done,
        rate=rate(found.done, found.due),
        n=sum(line.on is not None for line in record.lines),
        failed=record.failed,
    )
    if found.is_running:
        yield _("The month is not over.")


def with_columns(record: Record) -> list[str]:
    """The groups that have a column on paper: all of them, or none where they are too many."""
    return record.groups if len(record.groups) <= len(SIGNS) else []


def legend(record: Record) -> Iterator[Note]:
    """Which group each sign stands for, and what the marks say."""
    if groups := with_columns(record):
        named = _("; ").join(f"{SIGNS[at]} {name}" for at, name in enumerate(groups))
        said = _("{good} in order, {bad} not, {none} does not apply",
                 good=PASSED, bad=FAILED, none=NONE)  # fmt: skip
        yield Note(f"{named}\n{said}")


def line_blocks(record: Record, head: Head) -> list[Block]:
    """A table for each floor."""
    found: list[Block] = []
    shown = record.lines[:MOST]
    groups = with_columns(record)
    floors = [(floor, list(lines)) for floor, lines in groupby(shown, key=lambda one: one.floor)]
    for floor, lines in floors:
        if len(floors) > 1:
            named = _("Floor {floor}", floor=floor) if floor else _("Floor not stated")
            found.append(Heading(named))
        found.append(_table(lines, head, groups))
    if len(record.lines) > MOST:
        words = _("The first {shown} of {all}. The Excel file has all of them.", shown=MOST,
                  all=len(record.lines))  # fmt: skip
        found.append(Note(words))
    return found


def _table(lines: Sequence[Line], head: Head, groups: Sequence[str]) -> Table:
    columns = (
        Column(_("Code"), 1.4),
        Column(_("Kind"), 3.1),
        Column(_("Place"), 3),
        Column(_("Inspected on"), 1.5),
        Column(_("Inspected by"), 1.1),
        *(Column(SIGNS[at], 0.4, "center") for at, _name in enumerate(groups)),
        Column(_("Result"), 1),
        Column(_("Problems found"), 2.2),
    )
    rows = tuple(
        (
            line.code,
            line.name,
            line.place,
            _when(line, head),
            line.inspector,
            *(mark(line, name) for name in groups),
            result(line),
            line.problems or line.remark,
        )
        for line in lines
    )
    return Table(columns, rows)


def _when(line: Line, head: Head) -> str:
    """Day and time."""
    return moment_text(line.at, head.timezone) if line.at else ""


def mark(line: Line, group: str) -> str:
    """What a sheet said of a group: in order, not, or nothing."""
    is_good = line.groups.get(group)
    return {True: PASSED, False: FAILED, None: NONE}[is_good] if line.groups else ""


def result(line: Line) -> str:
    """Passed, failed, or not inspected."""
    if line.passed is None:
        return _("Not inspected")
    return _("Pass") if line.passed else _("Fail")


def record_xlsx(record: Record, head: Head, title: str) -> bytes:
    """The same lines as a workbook."""
    columns: list[tuple[str, Kind]] = [
        (_("Code"), "text"),
        (_("Kind"), "text"),
        (_("Floor"), "text"),
        (_("Place"), "text"),
        (_("Inspected on"), "date"),
        (_("Inspected by"), "text"),
        *((name, "text") for name in record.groups),
        (_("Result"), "text"),
        (_("Problems found"), "text"),
    ]
    rows: list[Sequence[Cell]] = [
        (
            line.code,
            line.name,
            line.floor,
            line.place,
            line.on,
            line.inspector,
            *(mark(line, name) for name in record.groups),
            result(line),
            line.problems or line.remark,
        )
        for line in record.lines
    ]
    facts: list[Sequence[Cell]] = [
        (_("Unit"), head.unit),
        (_("Month"), month_text(record.month.year, record.month.month)),
        (_("As of"), head.moment),
        *((_("Remark"), text) for text in sums(record)),
    ]
    heads = tuple(SheetColumn(label, kind) for label, kind in columns)
    tables = [
        SheetTable(title, heads, rows),
        SheetTable(_("About"), (SheetColumn(_("Fact")), SheetColumn(_("Value"))), facts),
    ]
    return workbook(tables, title=f"{title} {record.number}", created_at=head.minute)
