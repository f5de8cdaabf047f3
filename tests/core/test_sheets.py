"""Excel workbooks: what stays text, what becomes a date, and that bytes repeat."""

import io
import subprocess
import sys
from datetime import UTC, date, datetime

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from safety_app.core.sheets import Cell, SheetColumn, SheetTable, workbook

CUT_OFF = datetime(2026, 10, 31, 16, 0, tzinfo=UTC)


def sheet_of(*columns: SheetColumn, rows: list[list[Cell]], name: str = "隐患") -> Worksheet:
    data = workbook([SheetTable(name, columns, rows)], title="月度报告", created_at=CUT_OFF)
    found = load_workbook(io.BytesIO(data)).worksheets[0]
    assert isinstance(found, Worksheet)
    return found


@pytest.mark.parametrize(
    "text", ["=1+1", "=cmd|'/c calc'!A1", "+1", "-1", "@SUM(A1)", "https://evil.example", "007"]
)
def test_a_text_that_looks_like_a_formula_stays_text(text: str) -> None:
    cell = sheet_of(SheetColumn("内容"), rows=[[text]])["A2"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


def test_dates_numbers_and_shares_are_what_they_are() -> None:
    sheet = sheet_of(
        SheetColumn("期限", "date"),
        SheetColumn("时间", "moment"),
        SheetColumn("项数", "number"),
        SheetColumn("完成率", "percent"),
        rows=[[date(2026, 10, 12), datetime(2026, 10, 9, 9, 12), 12, 0.981]],
    )
    assert sheet["A2"].value == datetime(2026, 10, 12) and sheet["A2"].number_format == "yyyy-mm-dd"
    assert sheet["B2"].value == datetime(2026, 10, 9, 9, 12)
    assert sheet["C2"].value == 12
    assert sheet["D2"].value == 0.981 and sheet["D2"].number_format == "0.0%"


def test_what_is_missing_or_not_a_number_is_an_empty_cell() -> None:
    sheet = sheet_of(SheetColumn("a"), SheetColumn("b", "percent"), rows=[[None, float("nan")]])
    assert sheet["A2"].value is None and sheet["B2"].value is None


def test_the_head_is_bold_and_stays_in_sight() -> None:
    sheet = sheet_of(SheetColumn("编号"), SheetColumn("内容"), rows=[["HZ-2026-0123", "插排串接"]])
    assert [cell.value for cell in sheet[1]] == ["编号", "内容"]
    assert sheet["A1"].font.bold and not sheet["A2"].font.bold
    assert sheet.freeze_panes == "A2"


def test_chinese_columns_are_wide_enough_and_long_ones_wrap() -> None:
    sheet = sheet_of(
        SheetColumn("a"), SheetColumn("b"), SheetColumn("c"),
        rows=[["应急灯不亮应急灯不亮", "x", "长" * 400]],
    )  # fmt: skip
    widths = {name: sheet.column_dimensions[name].width for name in "ABC"}
    assert widths["A"] >= 20 and 8 <= widths["B"] < 10 and widths["C"] <= 61
    assert sheet["C2"].alignment.wrap_text


def test_sheet_names_are_made_fit_for_excel() -> None:
    columns = (SheetColumn("a"),)
    names = ["巡查/隐患[10月]", "x" * 40, "X" * 40, "", "'"]
    data = workbook([SheetTable(n, columns, []) for n in names], title="t", created_at=CUT_OFF)
    found = load_workbook(io.BytesIO(data)).sheetnames
    assert found == ["巡查 隐患 10月", "x" * 31, "X" * 27 + " (2)", "-", "- (2)"]


def test_the_title_and_the_cut_off_are_in_the_properties() -> None:
    data = workbook(
        [SheetTable("a", (SheetColumn("a"),), [])], title="月度报告", created_at=CUT_OFF
    )
    properties = load_workbook(io.BytesIO(data)).properties
    assert properties.title == "月度报告"
    assert properties.created == properties.modified == datetime(2026, 10, 31, 16, 0)


PROGRAM = """
import hashlib
from datetime import UTC, date, datetime
from safety_app.core.sheets import SheetColumn, SheetTable, workbook
table = SheetTable("隐患", (SheetColumn("a"), SheetColumn("b", "date")), [["=1", date(2026, 1, 2)]])
made = workbook([table], title="t", created_at=datetime(2026, 10, 31, tzinfo=UTC))
print(hashlib.sha256(made).hexdigest())
"""


def test_two_processes_make_the_same_bytes() -> None:
    runs = [subprocess.check_output([sys.executable, "-c", PROGRAM]) for _ in range(2)]
    assert runs[0] == runs[1]
