"""Tables as an Excel workbook: plain cells, no formulas, the same facts give the same bytes."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import xlsxwriter

Cell = str | int | float | None
NAME_LIMIT: Final = 31
CELL_LIMIT: Final = 32767
FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\]")
# What XML cannot carry; Excel refuses a file that holds it.
CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
FACES: Final = {"zh_CN": "Microsoft YaHei", "en": "Calibri"}
PAPER_A4: Final = 9


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table on a sheet of its own; `widths` are in characters, `lead` stands above it."""

    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[int, ...] = ()
    lead: tuple[str, ...] = ()


def workbook(
    sheets: Sequence[Sheet], *, title: str, language: str, created_at: datetime
) -> bytes:  # fmt: skip
    """The sheets as `.xlsx`; `created_at` is the cut-off of the figures."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_urls": False})
    book.set_properties({"title": title, "created": created_at.replace(tzinfo=None)})
    face = {"font_name": FACES.get(language, FACES["en"]), "font_size": 11}
    body = {**face, "text_wrap": True, "valign": "top", "border": 1, "border_color": "#B5BEC7"}
    styles = {
        "lead": book.add_format({**face, "bold": True}),
        "head": book.add_format({**body, "bold": True, "bg_color": "#EDF0F3", "valign": "vcenter"}),
        "text": book.add_format({**body, "num_format": "@"}),
        "number": book.add_format(body),
    }
    taken: set[str] = set()
    for sheet in sheets:
        _fill(book.add_worksheet(_name(sheet.name, taken)), sheet, styles)
    book.close()
    return file.getvalue()


def _fill(page: Any, sheet: Sheet, styles: dict[str, Any]) -> None:
    top = len(sheet.lead) + (1 if sheet.lead else 0)
    for at, line in enumerate(sheet.lead):
        page.write_string(at, 0, _clean(line), styles["lead"])
    for column, label in enumerate(sheet.head):
        page.write_string(top, column, _clean(label), styles["head"])
        width = sheet.widths[column] if column < len(sheet.widths) else 16
        page.set_column(column, column, width)
    for at, row in enumerate(sheet.rows, start=top + 1):
        for column, cell in enumerate(row):
            if isinstance(cell, (int, float)):
                page.write_number(at, column, cell, styles["number"])
            else:
                # Never `write`: a text that begins with "=" must stay text.
                page.write_string(at, column, _clean(cell or ""), styles["text"])
    page.freeze_panes(top + 1, 0)
    page.repeat_rows(top)
    page.set_landscape()
    page.set_paper(PAPER_A4)
    page.fit_to_pages(1, 0)


def _clean(text: str) -> str:
    return CONTROL.sub("", text)[:CELL_LIMIT]


def _name(wanted: str, taken: set[str]) -> str:
    """A name that Excel accepts, and that no other sheet of the book has."""
    name = FORBIDDEN.sub(" ", wanted).strip("' ")[:NAME_LIMIT] or "Sheet"
    number = 2
    base = name
    while name.lower() in taken:
        name = f"{base[: NAME_LIMIT - 3]} {number}"
        number += 1
    taken.add(name.lower())
    return name
