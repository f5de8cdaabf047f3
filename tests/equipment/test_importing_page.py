"""The page of an import: the form first, faults at once, nothing before it was seen."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from equipment.models import Item
from safety_app.core import clock, files
from safety_app.core.access import Actor
from safety_app.core.db import Database
from safety_app.ui import components
from safety_app.workplace.models import Location
from tests.cast import NOW, Cast
from tests.core import papers
from tests.dialects import sqlite_only
from tests.equipment import lists
from tests.equipment.lists import HEAD, book
from tests.screens import open_page, text_of

pytestmark = sqlite_only
Choose = Callable[..., None]
LIGHT = ["应急灯", None, 3, None, None, "一楼大厅", None]


@pytest.fixture
def choose(database: Database, hall: Cast, monkeypatch: pytest.MonkeyPatch) -> Choose:
    """Pretend that the officer has chosen this file; without one that none is chosen."""
    answer: dict[str, Any] = {"files": []}
    real = components._component

    def files_input(*, key: str, **_how: Any) -> dict[str, Any]:
        return answer if key.endswith(".0") else {"files": []}  # after an import it is empty

    def fake(name: str) -> Any:
        return files_input if name == "files" else real(name)

    monkeypatch.setattr(components, "_component", fake)
    monkeypatch.setattr(clock, "now", lambda: NOW)

    def chosen(content: bytes | None, who: Actor = hall.officer) -> None:
        answer["files"] = []
        if content is not None:
            with database.transaction() as session:
                file = files.receive(session, who, content, "台账.xlsx", now=NOW)
            answer["files"] = [{"id": file.id}]

    return chosen


def registered(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count(Item.id))) or 0


def links(page: Any) -> str:
    return "".join(one.proto.body for one in page.get("html"))


@pytest.mark.parametrize(
    ("language", "words"), [("zh_CN", "下载模板"), ("en", "Download the form")]
)
def test_the_page_begins_with_the_form(
    database: Database, hall: Cast, choose: Choose, language: str, words: str
) -> None:
    choose(None)
    page = open_page(hall.administrator, "equipment-import", language=language)
    assert not page.exception and words in text_of(page) and not page.button
    assert "/equipment/import/form.xlsx" in links(page)


def test_a_good_list_is_shown_and_then_registered_once(
    database: Database, hall: Cast, choose: Choose
) -> None:
    choose(book(LIGHT, ["手提式干粉灭火器", "MFZ/ABC4", 2, "2024-03", None, "A01", "王晓燕"]))
    page = open_page(hall.officer, "equipment-import")
    said = text_of(page)
    assert "将登记：应急照明灯 3 件；干粉（ABC）灭火器 2 件" in said and "A01 综合窗口" in said
    assert not registered(database)
    [button] = page.button
    assert button.label == "登记 5 件"
    button.click().run()
    assert not page.exception and registered(database) == 5
    done = "已登记 5 件：YJD-0001 – YJD-0003、MHQ-0001 – MHQ-0002；"
    done += "首次检查最迟于2026年12月23日完成。"
    assert done in text_of(page)
    assert "/equipment-labels?codes=YJD-0001~YJD-0003%2CMHQ-0001~MHQ-0002" in links(page)
    choose(book(LIGHT))
    again = open_page(hall.officer, "equipment-import")
    assert "表中内容台账里都已有，没有任何改动。" in text_of(again) and not again.button


def test_faults_are_told_at_once_and_good_rows_come_only_after_being_asked(
    database: Database, hall: Cast, choose: Choose
) -> None:
    bad = ["消火拴", None, "x", None, None, "档案室", None]
    choose(book(LIGHT, bad))
    page = open_page(hall.officer, "equipment-import")
    said = text_of(page)
    assert "表中有 3 处错误" in said and "没有“消火拴”，是否为“消火栓”？" in said
    assert "本大厅尚未设置以下位置：档案室（1 行）。" in said
    assert "/equipment/import/faults.xlsx?file=" in links(page)
    assert [one.key for one in page.button] == ["equipment_import.only"]
    page.button(key="equipment_import.only").click().run()
    assert "1 行有错误，不导入；请下载后改正，再另行导入。" in text_of(page)
    assert not registered(database)
    page.button(key="equipment_import.good").click().run()
    assert not page.exception and registered(database) == 3
    assert any("1 行有错误，未导入" in one for one in text_of(page))
    assert "/equipment/import/faults.xlsx?file=" in links(page)
    choose(book(LIGHT, bad))
    again = open_page(hall.officer, "equipment-import")
    assert "正确的行已在台账中。请改正有错误的行，重新选择文件。" in text_of(again)


def test_further_pieces_are_registered_on_request(
    database: Database, hall: Cast, choose: Choose
) -> None:
    choose(book(LIGHT))
    page = open_page(hall.officer, "equipment-import")
    page.button(key="equipment_import.go").click().run()
    page = open_page(hall.officer, "equipment-import")
    assert not page.button
    page.checkbox[0].check().run()
    page.button(key="equipment_import.go").click().run()
    assert registered(database) == 6


def test_an_unknown_place_leads_to_where_it_is_added(
    database: Database, hall: Cast, choose: Choose
) -> None:
    content = book(["应急灯", None, 3, None, None, "档案室", None])
    choose(content, hall.administrator)
    assert 'href="/site?tab=locations"' in links(open_page(hall.administrator, "equipment-import"))
    choose(content)
    page = open_page(hall.officer, "equipment-import")
    assert 'href="/site' not in links(page)
    assert "区域由管理员在“单位信息”中添加。" in text_of(page)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_messy_list_is_shown_in_one_language(
    database: Database, hall: Cast, choose: Choose, language: str
) -> None:
    with database.transaction() as session:
        session.add(Location(site_id=hall.site_id, name="二楼大厅", floor="2"))
        session.add(Location(site_id=hall.site_id, name="机房", floor="2"))
    choose(lists.messy().content)
    page = open_page(hall.officer, "equipment-import", language=language)
    said = text_of(page)
    assert not page.exception
    faults, button, sheet = {
        "zh_CN": ("表中有 11 处错误", "只导入正确的行…", "以下工作表没有位置，未读取：汇总。"),
        "en": ("11 faults in the list", "Import the good rows only …",
               "These sheets say of nothing where it is and are not read: 汇总."),
    }[language]  # fmt: skip
    assert faults in said and sheet in said and [one.label for one in page.button] == [button]


def test_a_fault_names_its_sheet_where_there_are_several(
    database: Database, hall: Cast, choose: Choose
) -> None:
    bad = ["应急灯", None, "若干", None, None, "一楼大厅", None]
    choose(papers.book(("东区", [HEAD, LIGHT]), ("西区", [HEAD, bad])))
    said = text_of(open_page(hall.officer, "equipment-import"))
    at = said.index("表中有 1 处错误")
    assert "工作表" in said[at : at + 8] and "西区" in said[at : at + 12]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (papers.book(("x", [["部门", "电话"], ["a", "b"]])), "没有找到表头"),
        ("名称,数量,位置".encode() + "\n应急灯,1,一楼大厅".encode() * 10_001, "超过 10000 行"),
        (book(), "没有可登记的内容"),
    ],
)
def test_a_table_that_cannot_be_taken_is_a_sentence(
    database: Database, hall: Cast, choose: Choose, content: bytes, said: str
) -> None:
    choose(content)
    page = open_page(hall.officer, "equipment-import")
    assert not page.exception and any(said in one for one in text_of(page)) and not page.button


def test_somebody_elses_file_is_not_read(database: Database, hall: Cast, choose: Choose) -> None:
    choose(book(LIGHT), hall.administrator)
    page = open_page(hall.officer, "equipment-import")
    assert any("重新选择" in one for one in text_of(page)) and not page.button
