"""The cells of a workbook or a list of values, row by row, as they were typed."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final

import openpyxl
from openpyxl.utils.cell import range_boundaries

from safety_app.core.file_errors import OldExcel
from safety_app.core.file_kinds import check_workbook
from safety_app.core.intake_errors import TableUnreadable

MOST_COLUMNS: Final = 100
MOST_MERGED: Final = 20_000
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_MERGED: Final = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+\d+:[A-Z]+\d+)"')
_FORMULA: Final = re.compile(rb"<(?:\w+:)?f[\s>/]")
_CHUNK, _OVERLAP = 1 << 18, 200


class Formula:
    """Stands for a formula whose result the file does not hold."""


FORMULA: Final = Formula()
Line = tuple[int, Sequence[Any]]
"""The number that the row has in its sheet, and its cells."""


@dataclass(frozen=True, slots=True)
class Merge:
    """Cells that look like one; all numbers count from 1 and are included."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a file; `lines` leaves empty rows out."""

    name: str
    lines: Sequence[Line]
    merges: Sequence[Merge] = ()
    epoch: Any = None


def sheets(content: bytes, name: str, *, most_rows: int) -> Iterator[Sheet]:
    """The visible tables of a file, one after the other; at most `most_rows` lines of each."""
    if content.startswith(_OLE):
        raise OldExcel()
    if not content.startswith(_ZIP):
        yield Sheet(name, list(_cut(_values(content), most_rows)))
        return
    check_workbook(content)
    try:
        yield from _workbook(content, most_rows)
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, SyntaxError) as error:
        raise TableUnreadable() from error
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, OverflowError) as error:
        raise TableUnreadable() from error


def _cut(lines: Iterator[Line], most: int) -> Iterator[Line]:
    """Lines with something in them; one more than `most`, so that too many can be told."""
    found = 0
    for number, cells in lines:
        if any(cell not in (None, "") for cell in cells):
            yield number, cells
            found += 1
            if found > most:
                return


def _values(content: bytes) -> Iterator[Line]:
    """Lines of comma-separated values, numbered by the line of the file they begin in."""
    text = _decoded(content)
    head = "\n".join(text.splitlines()[:20])
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    number = 1
    try:
        for cells in reader:
            yield number, cells[:MOST_COLUMNS]
            number = reader.line_num + 1
    except csv.Error as error:
        raise TableUnreadable() from error


def _decoded(content: bytes) -> str:
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise TableUnreadable()


def _workbook(content: bytes, most_rows: int) -> Iterator[Sheet]:
    with closing(_opened(content, results=True)) as book:
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                continue
            merges, has_formulas = _marks(content, sheet)
            lines = _lines(sheet)
            if has_formulas:
                lines = _with_formulas(content, sheet.title, lines)
            yield Sheet(sheet.title, list(_cut(lines, most_rows)), merges, book.epoch)


def _opened(content: bytes, *, results: bool) -> Any:
    return openpyxl.load_workbook(
        io.BytesIO(content), read_only=True, data_only=results, keep_links=False
    )


def _lines(sheet: Any) -> Iterator[Line]:
    sheet.reset_dimensions()  # what the file says of its size is often wrong, and may be enormous
    rows = sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)
    yield from enumerate(rows, start=1)


def _with_formulas(content: bytes, name: str, lines: Iterator[Line]) -> Iterator[Line]:
    """Put `FORMULA` where a formula stands and its result does not."""
    with closing(_opened(content, results=False)) as book:
        typed = _lines(book[name])
        for (number, results), (_number, sources) in zip(lines, typed, strict=False):
            yield number, tuple(map(_result, results, sources))


def _result(result: Any, source: Any) -> Any:
    if result is None and source is not None:
        return FORMULA
    return result


def _marks(content: bytes, sheet: Any) -> tuple[list[Merge], bool]:
    """Merged cells, and whether there is any formula; reading row by row tells neither."""
    merges: dict[bytes, Merge] = {}
    has_formulas = False
    with zipfile.ZipFile(io.BytesIO(content)) as packed, packed.open(sheet._worksheet_path) as part:
        rest = b""
        while chunk := part.read(_CHUNK):
            piece = rest + chunk
            has_formulas = has_formulas or _FORMULA.search(piece) is not None
            for found in _MERGED.finditer(piece):
                if len(merges) < MOST_MERGED:
                    merges[found[1]] = _merge(found[1].decode())
            rest = piece[-_OVERLAP:]
    return list(merges.values()), has_formulas


def _merge(reference: str) -> Merge:
    left, top, right, bottom = range_boundaries(reference)
    return Merge(int(left or 1), int(top or 1), int(right or 1), int(bottom or 1))
