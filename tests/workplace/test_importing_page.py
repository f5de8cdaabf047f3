"""The import page and the form it gives."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from safety_app.accounts import service as accounts
from safety_app.core import clock, files
from safety_app.core.access import Actor
from safety_app.core.db import Database
from safety_app.core.i18n import use_language
from safety_app.core.intake import read_tables
from safety_app.features import features
from safety_app.ui import components
from safety_app.web import middleware
from safety_app.workplace import importing, service
from safety_app.workplace.service.importing.columns import TABLES
from tests.cast import NOW, Cast
from tests.core import papers
from tests.dialects import sqlite_only
from tests.screens import open_page, text_of
from tests.web.doors import SIGNED_IN, Finder
from tests.workplace import tables

pytestmark = sqlite_only
Choose = Callable[..., None]


@pytest.fixture
def choose(database: Database, hall: Cast, monkeypatch: pytest.MonkeyPatch) -> Choose:
    """Pretend that the administrator has chosen these files."""

    def chosen(*contents: bytes, who: Actor = hall.administrator) -> None:
        with database.transaction() as session:
            ids = [files.receive(session, who, one, "表.xlsx", now=NOW).id for one in contents]
        answer = {"files": [{"id": one} for one in ids]}
        real = components._component

        def fake(name: str) -> Any:
            return (lambda **_how: answer) if name == "files" else real(name)

        monkeypatch.setattr(components, "_component", fake)

    monkeypatch.setattr(clock, "now", lambda: NOW)
    return chosen


def test_the_page_begins_with_the_form(database: Database, hall: Cast) -> None:
    for language, words in (("zh_CN", "下载模板"), ("en", "Download the form")):
        page = open_page(hall.administrator, "import", language=language)
        assert not page.exception and words in text_of(page)
        assert not page.button


def test_a_good_table_is_previewed_and_imported_once(
    database: Database, hall: Cast, choose: Choose
) -> None:
    choose(tables.book(*tables.hall(24, 60)))
    page = open_page(hall.administrator, "import")
    said = text_of(page)
    assert "共 60 行，此处显示前 10 行。" in said and "W001" in said
    with database.reading() as session:
        assert service.find_window(session, hall.site_id, "W001") is None
    page.button(key="import.go").click().run()
    assert not page.exception
    assert any("窗口新增 24 个、变更 0 个，人员新增 60 人" in one for one in text_of(page))
    again = open_page(hall.administrator, "import")
    assert "表中内容都已存在，没有任何改动。" in text_of(again) and not again.button


def test_faults_are_listed_and_good_rows_come_only_after_being_asked(
    database: Database, hall: Cast, choose: Choose
) -> None:
    choose(tables.book([["B01", "不动产"], ["B01", "重号"]], []))
    page = open_page(hall.administrator, "import")
    said = text_of(page)
    assert "窗口 B01 在第 2 行已经出现过。" in said and "表中有 1 处错误" in said
    assert [one.key for one in page.button] == ["import.only"]
    page.button(key="import.only").click().run()
    page.button(key="import.good").click().run()
    assert not page.exception
    with database.reading() as session:
        assert service.get_window(session, hall.site_id, "B01").name == "不动产"


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_faulty_row_is_in_the_preview_and_a_rename_is_shown(
    database: Database, hall: Cast, choose: Choose, language: str
) -> None:
    with database.transaction() as session:
        accounts.update_person(session, None, hall.staff.user_id, staff_no="0020", now=NOW)
    rows = [["王五", "", "", "A03", "窗口人员"]] * 12
    rows += [["全新名字", "0020", "", "A01", "窗口人员"], ["李娜", "8", "", "A01", "窗口人员"]]
    choose(tables.book([], rows))
    page = open_page(hall.administrator, "import", language=language)
    assert not page.exception
    words = "\n".join(text_of(page))
    assert "王晓燕 → 全新名字" in words
    shown = words.rpartition("全新名字")[0]
    assert ("有错误" if language == "zh_CN" else "Faulty") in shown
    assert all(f"\n{row}\n" in words for row in range(2, 15)), words
    page.button(key="import.only").click().run()
    assert "13" in "\n".join(text_of(page))


@pytest.mark.parametrize(
    ("language", "heading", "role"),
    [
        ("zh_CN", "此表将授予以下人员面向整个大厅的管理权限", "系统管理员"),
        ("en", "This table gives roles over the whole hall", "Administrator"),
    ],
)
def test_a_table_that_makes_administrators_says_so_before(
    database: Database, hall: Cast, choose: Choose, language: str, heading: str, role: str
) -> None:
    choose(tables.book([], [["张伟", "7", "", "", "管理员"], ["李娜", "8", "", "A01", "窗口人员"]]))
    words = text_of(open_page(hall.administrator, "import", language=language))
    assert heading in words and words.index(heading) < words.index("张伟")
    assert role in words
    choose(tables.book([], [["李娜", "8", "", "A01", "窗口人员"]]))
    assert heading not in text_of(open_page(hall.administrator, "import", language=language))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (papers.book(("x", [["部门", "电话"], ["a", "b"]])), "没有找到表头"),
        (",".join(["编号", "名称"]).encode() + b"\nA,b" * 10_001, "超过 10000 行"),
    ],
)
def test_a_table_that_cannot_be_taken_is_a_sentence(
    database: Database, hall: Cast, choose: Choose, content: bytes, said: str
) -> None:
    choose(content)
    page = open_page(hall.administrator, "import")
    assert not page.exception and any(said in one for one in text_of(page))


def test_somebody_elses_file_is_not_read(database: Database, hall: Cast, choose: Choose) -> None:
    choose(tables.book([["B01", "不动产"]], []), who=hall.officer)
    page = open_page(hall.administrator, "import")
    assert any("重新选择" in one for one in text_of(page)) and not page.button


def form_for(actor: Actor, language: str = "zh_CN") -> Any:
    app = Starlette(routes=importing.routes, middleware=middleware.stack(Finder(actor)))
    client = TestClient(app, base_url="http://hall.example")
    headers = {**SIGNED_IN, "accept-language": language.replace("_", "-")}
    return client.get("/import/form.xlsx", headers=headers)


def test_the_form_is_understood_by_the_import_in_both_languages(
    database: Database, hall: Cast
) -> None:
    features()
    for language, sheets in (
        ("zh_CN", ["窗口", "人员", "填写说明"]),
        ("en", ["Windows", "People"]),
    ):
        answer = form_for(hall.administrator, language)
        assert answer.status_code == 200 and "attachment" in answer.headers["content-disposition"]
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        assert book.sheetnames[: len(sheets)] == sheets
        lists = [one.formula1 for one in book[sheets[1]].data_validations.dataValidation]
        assert any("窗口人员" in one or "Staff" in one for one in lists)
        found = read_tables(answer.content, "x", TABLES)
        assert not found["windows"].rows and not found["people"].rows
        assert not any(one.problems or one.unknown for one in found.values())
        book[sheets[0]].append(["B01", "不动产"])
        role = "窗口人员" if language == "zh_CN" else "Staff"
        book[sheets[1]].append(["张伟", "1", "", "B01", role, "", date(2026, 1, 1)])
        with use_language(language), database.reading() as session:
            filled = read_tables(papers.saved(book), "x", TABLES)
            plan = service.plan_import(session, hall.administrator, filled, now=NOW)
        assert not plan.problems and len(plan.windows) == len(plan.people) == 1


def test_the_form_is_for_whoever_may_import(database: Database, hall: Cast) -> None:
    assert form_for(hall.officer).status_code == 403
