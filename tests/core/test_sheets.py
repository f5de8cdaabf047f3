"""Workbooks: text stays text, the same facts give the same bytes."""

import io
from datetime import UTC, datetime

import openpyxl

from safety_app.core.sheets import Sheet, workbook

AT = datetime(2026, 10, 31, 16, 0, tzinfo=UTC)


def _made(*sheets: Sheet) -> bytes:
    return workbook(sheets, title="月报", language="zh_CN", created_at=AT)


def test_a_cell_that_begins_with_an_equals_sign_stays_text() -> None:
    book = openpyxl.load_workbook(io.BytesIO(_made(Sheet("表", ("a",), (("=1+1",), (3,))))))
    page = book["表"]
    assert page["A2"].value == "=1+1" and page["A2"].data_type == "s"
    assert page["A3"].value == 3


def test_the_same_facts_give_the_same_bytes_and_others_do_not() -> None:
    sheet = Sheet("表", ("a",), (("灯不亮",),))
    assert _made(sheet) == _made(sheet)
    assert _made(sheet) != _made(Sheet("表", ("a",), (("灯亮",),)))


def test_names_that_excel_refuses_are_mended_and_none_is_taken_twice() -> None:
    long = "隐患/整改:" + "清单" * 20
    book = openpyxl.load_workbook(
        io.BytesIO(_made(*(Sheet(name, ("a",), ()) for name in (long, long, "", "'"))))
    )
    assert len(set(book.sheetnames)) == 4
    assert all(0 < len(name) <= 31 and "/" not in name for name in book.sheetnames)


def test_characters_that_no_workbook_can_hold_are_left_out() -> None:
    book = openpyxl.load_workbook(io.BytesIO(_made(Sheet("表", ("a",), (("灯\x0b不亮\ufffe",),)))))
    assert book["表"]["A2"].value == "灯不亮"


def test_what_stands_above_the_table_moves_it_down() -> None:
    sheet = Sheet("表", ("指标",), (("完成率",),), lead=("十月", "A01"))
    rows = list(openpyxl.load_workbook(io.BytesIO(_made(sheet)))["表"].values)
    assert [row[0] for row in rows] == ["十月", "A01", None, "指标", "完成率"]
