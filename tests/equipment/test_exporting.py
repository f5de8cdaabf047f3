"""The register as a workbook, taken out and brought in again."""

import io
from datetime import date
from typing import Any

import openpyxl
import pytest
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.testclient import TestClient

from equipment import exporting
from equipment.due import Precision
from equipment.kinds import Family
from equipment.models import Item, Status
from equipment.service import export
from equipment.service.importing.checks import plan_import
from equipment.service.importing.lines import Fate, Plan
from equipment.service.importing.reading import listed
from equipment.service.listing import Filters, View
from safety_app.accounts import service as accounts
from safety_app.core import clock, files
from safety_app.core.access import Actor
from safety_app.core.db import Database
from safety_app.core.errors import NotAllowed
from safety_app.core.i18n import use_language
from safety_app.features import features
from safety_app.web import middleware
from safety_app.workplace.models import Window
from tests.cast import NOW, TODAY, Cast
from tests.core import papers
from tests.dialects import sqlite_only
from tests.equipment import lists
from tests.equipment.items import make_item
from tests.web.doors import SIGNED_IN, Finder


@pytest.fixture(autouse=True, scope="module")
def _words() -> None:
    features()


def register(session: Session, hall: Cast, actor: Actor | None = None, **filters: Any) -> bytes:
    return export.register_xlsx(session, actor or hall.officer, Filters(TODAY, **filters), now=NOW)


def rows(content: bytes) -> list[dict[str, Any]]:
    """The lines of the first sheet by their headings."""
    head, *lines = (
        openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True)
    )
    said = [[cell if cell is not None else "" for cell in line] for line in lines]
    return [dict(zip(map(str, head), line, strict=True)) for line in said]


def again(session: Session, hall: Cast, content: bytes) -> Plan:
    return plan_import(session, hall.officer, listed(content, "台账.xlsx"), now=NOW)


def stock(session: Session, hall: Cast) -> list[Item]:
    """Items of many sorts, as a register holds them after some time."""
    made = [
        make_item(session, hall, common=True, placing="东门", maker="安泰", serial="S1",
                  custodian_id=hall.officer.user_id, last_service_on=date(2025, 6, 3)),
        make_item(session, hall, "extinguisher-co2", made_on=date(2020, 5, 20), size="3 kg",
                  precision=Precision.DAY, placing="柜台下"),
        make_item(session, hall, "extinguisher-water", made_on=None, size="3 L",
                  precision=Precision.UNREADABLE),
        make_item(session, hall, made_on=None, precision=Precision.UNKNOWN, code="XF-1-01",
                  fire_classes="ABC"),
        make_item(session, hall, "emergency-light", made_on=None, precision=Precision.UNKNOWN,
                  size="", common=True),
        make_item(session, hall, "other", made_on=None, precision=Precision.UNKNOWN,
                  size="灭火毯 1m×1m"),
        make_item(session, hall, "hydrant", made_on=None, precision=Precision.UNKNOWN, size="SN65",
                  location_id=hall.floor),
    ]  # fmt: skip
    made[3].status = Status.AWAY
    session.flush()
    return made


def test_every_column_says_what_the_register_says(session: Session, hall: Cast) -> None:
    first = stock(session, hall)[0]
    found = {one["编号"]: one for one in rows(register(session, hall))}
    line = found[first.code]
    assert {name: line[name] for name in lists.FULL if name in line} == {
        "名称": "干粉（ABC）灭火器", "数量": 1, "出厂年月": "2024-03", "最近维修": "2025-06-03",
        "位置": "一楼大厅", "责任人": "刘洋", "编号": first.code, "规格": "4 kg",
        "灭火级别": "ABCE", "生产厂家": "安泰", "出厂编号": "S1", "楼层": "1", "窗口": "",
        "摆放位置": "东门", "状态": "在用",
    }  # fmt: skip
    assert line["当前情况"] == "正常" and line["报废日期"].date() == date(2034, 3, 1)
    assert line["下次检查"].date() == date(2026, 12, 1)
    assert found["XF-1-01"]["窗口"] == "A01 综合窗口" and found["XF-1-01"]["状态"] == "送修中"


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_what_was_taken_out_comes_in_without_a_change(
    session: Session, hall: Cast, language: str
) -> None:
    made = stock(session, hall)
    with use_language(language):
        plan = again(session, hall, register(session, hall))
    assert [line.fate for line in plan.lines] == [Fate.SAME] * len(made), [
        (line.code, line.changes, line.why) for line in plan.lines
    ]
    assert not plan.problems and not plan.is_needed


def test_what_was_changed_in_it_changes_that_item(session: Session, hall: Cast) -> None:
    made = stock(session, hall)
    book = openpyxl.load_workbook(io.BytesIO(register(session, hall)))
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    for line in sheet.iter_rows(min_row=2):
        if line[0].value == made[1].code:
            line[heads.index("责任人")].value = "李敏"
    plan = again(session, hall, papers.saved(book))
    assert [(line.code, line.fate) for line in plan.lines if line.fate is not Fate.SAME] == [
        (made[1].code, Fate.CHANGED)
    ]


def test_custodians_and_windows_that_have_gone_are_no_fault(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, custodian_id=hall.staff.user_id)
    accounts.deactivate(session, None, hall.staff.user_id, NOW)
    session.get_one(Window, hall.a01).is_active = False
    session.flush()
    [line] = rows(register(session, hall))
    assert (line["责任人"], line["窗口"]) == ("王晓燕", "A01 综合窗口")
    plan = again(session, hall, register(session, hall))
    assert not plan.problems and plan.lines[0].fate is Fate.SAME
    assert plan.lines[0].item_id == item.id


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({}, 7), ({"family": Family.EXTINGUISHER}, 4), ({"kind": "hydrant"}, 1),
        ({"common": True}, 3), ({"text": "安泰"}, 1), ({"view": View.OUT}, 1),
        ({"view": View.GONE}, 0), ({"floor": "1"}, 3),
    ],
)  # fmt: skip
def test_it_holds_what_the_filters_leave(
    session: Session, hall: Cast, filters: dict[str, Any], count: int
) -> None:
    stock(session, hall)
    assert len(rows(register(session, hall, **filters))) == count


def test_everybody_gets_what_they_see(session: Session, hall: Cast) -> None:
    stock(session, hall)
    assert len(rows(register(session, hall, hall.manager))) == 7
    assert {one["窗口"] for one in rows(register(session, hall, hall.staff))} <= {
        "A01 综合窗口", ""
    }  # fmt: skip
    with pytest.raises(NotAllowed):
        register(session, hall, hall.third_party)


def client(actor: Actor) -> TestClient:
    app = Starlette(routes=list(exporting.ROUTES), middleware=middleware.stack(Finder(actor)))
    return TestClient(app, base_url="http://hall.example", headers=SIGNED_IN)


@pytest.fixture
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@sqlite_only
@pytest.mark.usefixtures("_today")
def test_the_register_is_at_its_address(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        stock(session, hall)
    web = client(hall.officer)
    answer = web.get("/equipment/register.xlsx?family=extinguisher&lang=en")
    assert answer.status_code == 200 and len(rows(answer.content)) == 4
    assert "attachment" in answer.headers["content-disposition"]
    assert {one["Name"] for one in rows(answer.content)} >= {"ABC powder extinguisher"}
    assert len(rows(web.get(f"/equipment/register.xlsx?location={hall.floor}").content)) == 3
    for asked in ("view=x", "family=y", "lang=xx"):
        assert web.get(f"/equipment/register.xlsx?{asked}").status_code == 404
    assert client(hall.third_party).get("/equipment/register.xlsx").status_code == 403


@sqlite_only
@pytest.mark.usefixtures("_today")
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_form_is_understood_by_the_import(
    database: Database, hall: Cast, language: str
) -> None:
    answer = client(hall.administrator).get(f"/equipment/import/form.xlsx?lang={language}")
    assert answer.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    sheet = book.worksheets[0]
    assert sheet.max_row == 4 and len(sheet.data_validations.dataValidation) == 5
    assert listed(answer.content, "x.xlsx").rows == ()
    heads = {cell.value: cell.column for cell in sheet[1]}
    for head, *possible in book.worksheets[2].iter_cols(values_only=True):
        [column] = [heads[name] for name in heads if str(head).endswith(str(name))]
        assert column is not None
        sheet.cell(5, column).value = possible[0]
    with use_language(language), database.reading() as session:
        plan = again(session, hall, papers.saved(book))
    assert not plan.problems, [one.message() for one in plan.problems]
    assert plan.pieces == 1
    assert client(hall.lead).get("/equipment/import/form.xlsx").status_code == 403


@sqlite_only
@pytest.mark.usefixtures("_today")
def test_faulty_rows_come_back_with_what_is_wrong(database: Database, hall: Cast) -> None:
    content = lists.book(
        ["应急灯", None, 2, None, None, "一楼大厅", None],
        ["消火拴", None, "x", None, None, "档案室", None],
    )
    with database.transaction() as session:
        file = files.receive(session, hall.officer, content, "台账.xlsx", now=NOW)
    web = client(hall.officer)
    answer = web.get(f"/equipment/import/faults.xlsx?file={file.id}")
    [line] = rows(answer.content)
    assert line["问题"].split("\n") == [
        "数量：“x”不是数量，请填写数字，例如 12。",
        "名称：没有“消火拴”，是否为“消火栓”？",
        "位置：本大厅没有“档案室”。请填写窗口、区域或楼层；如区域尚未设置，请先在“单位信息”中添加。",
    ]
    assert (line["行"], line["名称"], line["数量"], line["位置"]) == (3, "消火拴", "x", "档案室")
    found = listed(answer.content, "x.xlsx")
    assert len(found.rows) == 1
    other = client(hall.administrator).get(f"/equipment/import/faults.xlsx?file={file.id}")
    assert other.status_code == 409  # another person's file
    assert web.get("/equipment/import/faults.xlsx?file=0").status_code == 409
    assert web.get("/equipment/import/faults.xlsx").status_code == 409


@sqlite_only
@pytest.mark.usefixtures("_today")
def test_faulty_rows_of_several_sheets_keep_what_the_sheets_said(
    database: Database, hall: Cast
) -> None:
    head = ["名称", "数量", "位置"]
    one, other = ["应急灯", "x", ""], ["应急灯", "y", "A01"]
    content = papers.book(("一楼", [head, one, ["应急灯", 1, "东门"]]), ("二楼", [head, other]))
    with database.transaction() as session:
        file = files.receive(session, hall.officer, content, "台账.xlsx", now=NOW)
    answer = client(hall.officer).get(f"/equipment/import/faults.xlsx?file={file.id}")
    found = rows(answer.content)
    assert [(line["工作表"], line["行"], line["位置"]) for line in found] == [
        ("一楼", 2, "一楼"), ("二楼", 2, "A01"),
    ]  # fmt: skip
    again = listed(answer.content, "x.xlsx")
    assert len(again.rows) == 2 and not again.unknown
