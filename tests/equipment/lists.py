"""Lists of safety facilities as halls really keep them."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import openpyxl
from openpyxl.styles import Alignment, Font

from tests.core import papers

HEAD: Final = ["名称", "型号", "数量", "出厂年月", "最近维修", "位置", "责任人"]
FULL: Final = [
    *HEAD, "编号", "规格", "灭火级别", "生产厂家", "出厂编号", "楼层", "窗口", "摆放位置", "状态",
    "备注",
]  # fmt: skip
Row = Sequence[Any]


def book(*rows: Row, head: Sequence[str] = HEAD, sheet: str = "台账") -> bytes:
    """One sheet with these rows below its headings."""
    return papers.book((sheet, [head, *rows]))


def row(**cells: Any) -> list[Any]:
    """A row of `FULL`, its cells named by their Chinese headings."""
    unknown = cells.keys() - set(FULL)
    assert not unknown, unknown
    return [cells.get(name) for name in FULL]


def long_list(rows: int, bad: int = 0) -> bytes:
    """So many good rows, among them so many that are faulty, each in its own way."""
    faults: list[dict[str, Any]] = [
        {"出厂年月": "2099-01"}, {"出厂年月": "去年"}, {"最近维修": "2001-01"},
        {"名称": "不明物件"}, {"位置": "月球"}, {"窗口": "Z99"}, {"数量": "若干"},
        {"灭火级别": "很高"},
    ]  # fmt: skip
    every = rows // bad if bad else rows + 1
    found = []
    for n in range(rows):
        cells: dict[str, Any] = {
            "名称": "手提式干粉灭火器", "型号": "MFZ/ABC4",
            "出厂年月": f"{2018 + n % 8}-{n % 12 + 1:02}", "位置": "一楼大厅",
            "摆放位置": f"{n + 1} 号点", "责任人": "刘洋",
        }  # fmt: skip
        if bad and n % every == every - 1 and n // every < bad:
            cells |= {**faults[n // every % len(faults)], "型号": ""}
        found.append(row(**cells))
    return book(*found, head=FULL)


@dataclass(frozen=True, slots=True)
class Messy:
    """A list of mixed quality: its file, and what is known of it."""

    content: bytes
    pieces: int
    faulty: frozenset[tuple[str, int]]


FOLDER: Final = Path(__file__).parent
"""`messy_ground.csv` and `messy_upper.csv`: the headings, then rows; faulty ones begin with x.

`=` marks a number and `@` a date of Excel.
"""


def messy() -> Messy:
    """A list of a small hall: two floors on two sheets with other headings, and their totals."""
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    faulty = _floor(made, "一楼", "清河县政务服务中心消防器材台账（一楼）", "messy_ground.csv")
    faulty |= _floor(made, "二楼", "消防器材登记表（二楼）", "messy_upper.csv")
    ground = made["一楼"]
    ground.append([None, "合计", None, 292])
    ground.append([None, "制表人：赵国强", None, None, None, None, "审核：刘洋"])
    total = made.create_sheet("汇总")
    for line in (["名称", "数量"], ["灭火器", 64], ["应急灯", 24]):
        total.append(line)
    return Messy(papers.saved(made), 301, frozenset(faulty))


def _floor(made: openpyxl.Workbook, name: str, title: str, file: str) -> set[tuple[str, int]]:
    """A sheet with title, a line about it, headings and rows; where the faulty ones stand."""
    with (FOLDER / file).open(encoding="utf-8", newline="") as lines:
        [_mark, *head], *rows = csv.reader(lines)
    sheet = made.create_sheet(name)
    sheet.append([title])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(head) + 1)
    sheet["A1"].font, sheet["A1"].alignment = Font(bold=True, size=16), Alignment("center")
    sheet.append(["填报单位：综合科", None, None, None, f"填报日期：{date(2026, 10, 8)}"])
    sheet.append([])
    sheet.append(["序号", *head])
    for number, (_mark, *cells) in enumerate(rows, start=1):
        sheet.append([number, *map(_typed, cells)])
    return {(name, at) for at, (mark, *_cells) in enumerate(rows, start=5) if mark}


def _typed(cell: str) -> Any:
    """A cell as Excel holds it."""
    if cell.startswith("@"):
        return datetime.fromisoformat(cell[1:])
    if cell.startswith("="):
        return float(cell[1:]) if "." in cell else int(cell[1:])
    return cell or None


def as_csv(content: bytes, sheet: int = 0) -> bytes:
    """A sheet as Excel of a Chinese Windows saves it as CSV."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    lines = [
        ",".join("" if cell is None else str(cell) for cell in cells)
        for cells in book.worksheets[sheet].iter_rows(values_only=True)
    ]
    return "\r\n".join(lines).encode("gb18030")
