"""Tables as people really send them: found, understood, and every fault named at its place."""

import io
import time
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from safety_app.core import intake_cells as cells
from safety_app.core.errors import AppError
from safety_app.core.file_errors import OldExcel, TableTooLarge
from safety_app.core.i18n import use_language
from safety_app.core.intake import Column, Intake, Kind, read_every, read_table, read_tables
from safety_app.core.intake_errors import NoHeadings, TableUnreadable, TooManyRows
from safety_app.features import features
from tests.bench.pace import pace
from tests.core import papers

ROLES = {"staff": ("工作人员", "Staff"), "lead": ("负责人", "Lead", "窗口负责人")}
COLUMNS = (
    Column("name", ("姓名", "Name"), kind=Kind.NAME, needed=True, limit=10),
    Column("no", ("工号", "Staff number", "员工编号"), limit=8),
    Column("role", ("角色", "Role"), kind=Kind.CHOICE, choices=ROLES),
    Column("since", ("到岗日期", "Since"), kind=Kind.DATE),
)
HEAD = ["姓名", "工号", "角色", "到岗日期"]


@pytest.fixture(autouse=True, scope="module")
def _words() -> None:
    features()


def excel(*rows: Sequence[Any]) -> Intake:
    return read_table(papers.book(("人员", rows)), "人员.xlsx", COLUMNS)


def sentences(found: Intake) -> list[str]:
    return [one.message() for one in found.problems]


def test_rows_are_read_by_their_headings_in_any_order_and_language() -> None:
    found = excel(["Role", "name", "Staff number", "SINCE"], ["Lead", "Li Min", "7", "2026-11-25"])
    assert dict(found.rows[0].values) == {
        "name": "Li Min", "no": "7", "role": "lead", "since": date(2026, 11, 25)
    }  # fmt: skip
    assert found.rows[0].number == 2 and not found.problems


def test_every_sheet_with_the_headings_is_read_with_its_name() -> None:
    content = papers.book(
        ("一楼", [HEAD, ["张三", "1"]]), ("说明", [["怎样填写"]]),
        ("二楼", [["二楼"], HEAD, ["李四", "2"]]),
    )  # fmt: skip
    found = read_every(content, "x.xlsx", COLUMNS)
    assert [(one.sheet, [row.text("name") for row in one.rows]) for one in found] == [
        ("一楼", ["张三"]), ("二楼", ["李四"]),
    ]  # fmt: skip
    assert read_every(papers.book(("x", [["部门", "电话"]])), "x.xlsx", COLUMNS) == ()


def test_headings_are_found_below_a_title_with_marks_and_brackets() -> None:
    found = excel(
        ["清河县政务服务中心人员名单"], [], ["填报单位：", None, "2026年"],
        ["* 姓 名（必填）", "工号：", "角色", "到岗日期\n(年月日)", "备注"],
        ["张　三", "００１２", "窗口负责人", None, "x"],
    )  # fmt: skip
    row = found.rows[0]
    assert (row.number, row.text("name"), row.text("no"), row.text("role")) == (
        5, "张三", "0012", "lead"
    )  # fmt: skip
    assert row.day("since") is None and found.unknown == ("备注",)


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-25", "2026/11/25", "2026.11.25", "2026年11月25日", "20261125",
        20261125, 46351, 46351.0, date(2026, 11, 25), datetime(2026, 11, 25, 8, 30),
        "２０２６年１１月２５日", " 2026 - 11 - 25 ", "2026-11-25 00:00:00", "46351",
        "2026．11．25", "2026.11.25.", "2026。11。25", "2026、11、25", "2026年11月25号",
        "2026.11.25日", "2026—11—25", "2026年11月25日（周三）", "2026-11-25 星期三",
        "2026年11月25日上午", "2026.11.25 下午 14：30",
    ],
)  # fmt: skip
def test_a_day_is_understood_however_it_was_written(written: Any) -> None:
    assert cells.day(written) == date(2026, 11, 25)


@pytest.mark.parametrize(
    "written",
    ["去年", "2026-13-01", "2026.11.25-27", "2026年11月", "2026-02-30", "26-11-25", True, -1, 9e9],
)
def test_what_is_no_day_is_a_problem_at_its_place(written: Any) -> None:
    found = excel(HEAD, ["张三", "1", "工作人员", written])
    assert len(found.problems) == 1 and found.bad_rows == {2}
    assert sentences(found)[0].startswith("第 2 行“到岗日期”：")


@given(st.dates(date(1900, 3, 1), date(2100, 12, 31)))
def test_every_day_survives_being_written_and_read(day: date) -> None:
    for written in (f"{day:%Y%m%d}", f"{day.year}年{day.month}月{day.day}日", day.isoformat()):
        assert cells.day(written) == day


def test_every_problem_is_named_at_once_by_row_and_column() -> None:
    found = excel(
        HEAD, ["张三", "1", "老板", "2026-11-25"], [], ["", "2", "工作人员", "明天"],
        ["名字长得谁也写不下呀", "3" * 9, "", ""],
    )  # fmt: skip
    assert sentences(found) == [
        "第 2 行“角色”：没有“老板”这一项，请从以下各项中选择：工作人员、负责人。",
        "第 4 行“姓名”：此项必填。",
        "第 4 行“到岗日期”：“明天”不是日期，请写成 2026-11-25。",
        "第 5 行“工号”：内容太长，最多 8 个字。",
    ]
    assert [row.number for row in found.rows] == [2, 4, 5]
    with use_language("en"):
        again = excel(HEAD, ["张三", "1", "老板", None])
        assert sentences(again) == [
            "Row 2, column “角色”: “老板” is not known here. Choose one of: Staff, Lead."
        ]


def test_merged_cells_hold_for_each_row_and_never_across_columns() -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (
        ["人员名单"],
        HEAD,
        [],
        ["张三", "1", "工作人员"],
        [None, "2"],
        [None, "3", "负责人"],
    ):
        sheet.append(row)
    sheet.merge_cells("A1:D1")
    for column in "ABCD":
        sheet.merge_cells(f"{column}2:{column}3")
    sheet.merge_cells("A4:A5")
    sheet.merge_cells("A6:B6")
    found = read_table(papers.saved(book), "x", COLUMNS)
    assert [(row.number, row.text("name"), row.text("no")) for row in found.rows][:2] == [
        (4, "张三", "1"), (5, "张三", "2")
    ]  # fmt: skip
    assert found.bad_rows == {6} and "合并" in sentences(found)[0]


def test_a_formula_counts_by_its_result_and_without_one_is_a_problem() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, ["张三"])
        sheet.write_formula(1, 1, '="00"&"7"', None, "007")
    assert read_table(out.getvalue(), "x", COLUMNS).rows[0].text("no") == "007"
    found = excel(HEAD, ["张三", '="00"&"7"', None, "=TODAY()"], ["李四", "#N/A"])
    assert [(one.row, one.column) for one in found.problems] == [
        (2, "工号"), (2, "到岗日期"), (3, "工号")
    ]  # fmt: skip
    assert "公式" in sentences(found)[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_a_list_of_values_is_read_in_the_usual_scripts(encoding: str, sign: str) -> None:
    lines = [["人员"], HEAD, ["张三", "1", "负责人", "2026年11月25日"], ["", "", "", ""], ["李四"]]
    content = "\r\n".join(sign.join(line) for line in lines).encode(encoding)
    found = read_table(content, "人员.csv", COLUMNS)
    assert [(row.number, row.text("name")) for row in found.rows] == [(3, "张三"), (5, "李四")]
    assert found.rows[0].day("since") == date(2026, 11, 25)


def test_rows_after_the_last_one_and_examples_are_left_out() -> None:
    found = excel(HEAD, ["示例：王五", "1"], ["Example: Wang", "2"], *[["  ", None]] * 50, ["张三"])
    assert [row.text("name") for row in found.rows] == ["张三"] and not found.problems


def test_a_cell_far_below_costs_nothing_much() -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(HEAD)
    book.worksheets[0]["A1048576"] = "张三"
    content = papers.saved(book)
    quick, began = max(pace(), 1), time.process_time()
    assert read_table(content, "x", COLUMNS).rows[0].number == 1_048_576
    assert time.process_time() - began < 8 * quick


def test_ten_thousand_rows_are_read_and_one_more_is_refused() -> None:
    lines = [",".join(HEAD), *(f"张{n},{n},负责人,2026-11-25" for n in range(10_000))]
    assert len(read_table("\n".join(lines).encode(), "x", COLUMNS).rows) == 10_000
    with pytest.raises(TooManyRows) as raised:
        read_table("\n".join([*lines, "李四,1,,"]).encode(), "x", COLUMNS)
    assert "10000" in raised.value.message()
    with pytest.raises(TooManyRows):
        excel(HEAD, *(["张三", n] for n in range(10_500)))


def test_headings_that_are_wrong_missing_or_double_are_said() -> None:
    with pytest.raises(NoHeadings) as raised:
        excel(["部门", "电话"], ["社保", "1"])
    assert "姓名" in raised.value.message()
    missing = excel(["工号", "角色"], ["1", "负责人"])
    assert sentences(missing) == ["缺少“姓名”这一列。"] and not missing.rows
    double = excel([*HEAD, "员工编号"], ["张三", "1", "", "", "2"])
    assert sentences(double) == ["“工号”出现了两次：B 列和 E 列，请只保留一列。"]


def test_each_sheet_of_a_workbook_is_known_by_its_headings() -> None:
    windows = (Column("code", ("编号",), needed=True), Column("name", ("名称",)))
    content = papers.book(
        ("说明", [["请先填写窗口"]]),
        ("b", [HEAD, ["张三"]]),
        ("a", [["编号", "名称"], ["A01", "社保"]]),
    )
    found = read_tables(content, "x", {"windows": windows, "people": COLUMNS})
    assert found["windows"].rows[0].text("code") == "A01" and found["windows"].sheet == "a"
    assert found["people"].rows[0].text("name") == "张三"


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"\xd0\xcf\x11\xe0", OldExcel),
        (papers.packed({"xl/workbook.xml": bytes(101_000_000)}), TableTooLarge),
        (papers.packed({"xl/workbook.xml": b"<broken"}), TableUnreadable),
        (b"\xff\xff\xff,\xff", TableUnreadable),
        (b'"' + b"x" * 200_000, TableUnreadable),
        (b"", NoHeadings),
    ],
)
def test_what_is_no_table_is_a_sentence(content: bytes, error: type[AppError]) -> None:
    with pytest.raises(error) as raised:
        read_table(content, "x", COLUMNS)
    assert raised.value.message()


def test_entities_of_a_hostile_workbook_are_not_unfolded() -> None:
    book = papers.book(("a", [HEAD, ["张三"]]))
    bomb = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
        b'<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><workbook>&b;</workbook>'
    )
    with zipfile.ZipFile(io.BytesIO(book)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    with pytest.raises(TableUnreadable):
        read_table(papers.packed({**parts, "xl/workbook.xml": bomb}), "x", COLUMNS)
