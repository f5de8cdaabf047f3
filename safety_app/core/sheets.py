"""Tables as an Excel workbook: text stays text, dates are dates, the same facts the same bytes."""

import io
import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

import xlsxwriter

Cell = str | int | float | bool | date | datetime | None
Kind = Literal["text", "number", "percent", "date", "moment"]

FORMATS: Final[dict[Kind, dict[str, str | bool]]] = {
    "text": {"text_wrap": True},
    "number": {"num_format": "General"},
    "percent": {"num_format": "0.0%"},
    "date": {"num_format": "yyyy-mm-dd", "align": "left"},
    "moment": {"num_format": "yyyy-mm-dd hh:mm", "align": "left"},
}
FONT: Final = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter"}
HEAD: Final = {**FONT, "bold": True, "bg_color": "#F1F1F1", "bottom": 1, "text_wrap": True}
NARROW, WIDE, LONGEST = 8, 60, 32_767
BANNED: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
NAME_LENGTH: Final = 31
A4: Final = 9


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """`kind` is how its dates and numbers look; a share of 0.981 is shown as 98.1%."""

    label: str
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class SheetTable:
    """One sheet of the workbook. Moments are local already: Excel knows no zones."""

    name: str
    columns: tuple[SheetColumn, ...]
    rows: Sequence[Sequence[Cell]]


def workbook(tables: Sequence[SheetTable], *, title: str, created_at: datetime) -> bytes:
    """The tables as .xlsx, one sheet each; `created_at` is the only time in the file."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        made = created_at.replace(tzinfo=None)
        book.set_properties({"title": title, "created": made, "author": "", "comments": ""})
        styles = {kind: book.add_format({**FONT, **FORMATS[kind]}) for kind in FORMATS}
        head = book.add_format(HEAD)
        for table, name in zip(tables, _names(tables), strict=True):
            _sheet(book.add_worksheet(name), table, styles, head)
    return out.getvalue()


def _sheet(sheet: Any, table: SheetTable, styles: dict[Kind, Any], head: Any) -> None:
    for at, column in enumerate(table.columns):
        cells = [column.label, *(row[at] for row in table.rows)]
        sheet.set_column(at, at, _width(cells, column.kind))
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    for at, column in enumerate(table.columns):
        sheet.write_string(0, at, column.label, head)
    for number, row in enumerate(table.rows, start=1):
        for at, (cell, column) in enumerate(zip(row, table.columns, strict=True)):
            _write(sheet, number, at, cell, styles[column.kind])
    if table.rows:
        sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)


def _write(sheet: Any, row: int, column: int, cell: Cell, style: Any) -> None:
    """A text that looks like a formula, a link or a number is still a text."""
    match cell:
        case None:
            sheet.write_blank(row, column, None, style)
        case bool():
            sheet.write_boolean(row, column, cell, style)
        case datetime():
            sheet.write_datetime(row, column, cell.replace(tzinfo=None), style)
        case date():
            sheet.write_datetime(row, column, cell, style)
        case str():
            sheet.write_string(row, column, cell[:LONGEST], style)
        case _ if math.isfinite(cell):
            sheet.write_number(row, column, cell, style)
        case _:
            sheet.write_blank(row, column, None, style)


def _width(cells: Sequence[Cell], kind: Kind) -> float:
    """In characters of Latin width; a Chinese one takes two."""
    if kind == "moment":
        return 17
    if kind == "date":
        return 12
    widest = max(_run(line) for cell in cells for line in str(cell or "").split("\n"))
    return min(max(widest + 2, NARROW), WIDE)


def _run(text: str) -> float:
    return sum(2.1 if unicodedata.east_asian_width(char) in "WF" else 1.1 for char in text)


def _names(tables: Sequence[SheetTable]) -> list[str]:
    """Sheet names as Excel allows them: short, without its own marks, each once."""
    names: list[str] = []
    for table in tables:
        base = BANNED.sub(" ", table.name).strip(" '")[:NAME_LENGTH] or "-"
        name, taken = base, {known.casefold() for known in names}
        number = 2
        while name.casefold() in taken:
            tail = f" ({number})"
            name, number = base[: NAME_LENGTH - len(tail)] + tail, number + 1
        names.append(name)
    return names
