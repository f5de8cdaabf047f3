"""The shelf on the screen."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from safety_app.core import clock
from safety_app.core.db import Database
from safety_app.papers import service
from safety_app.papers.kinds import kinds
from safety_app.papers.models import Paper
from safety_app.papers.service import View
from safety_app.ui import components
from tests.cast import NOW, TODAY, Cast
from tests.dialects import sqlite_only
from tests.papers.test_batch import handed_in
from tests.papers.test_service import file_paper, scan
from tests.screens import open_page, text_of

pytestmark = sqlite_only
Choose = Callable[[list[int]], None]


@pytest.fixture
def choose(monkeypatch: pytest.MonkeyPatch) -> Choose:
    """Pretend that these files were chosen."""
    real = components._component

    def chosen(ids: list[int]) -> None:
        answer = {"files": [{"id": one} for one in ids]}

        def fake(name: str) -> Any:
            return (lambda **_how: answer) if name == "files" else real(name)

        monkeypatch.setattr(components, "_component", fake)

    return chosen


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def test_an_empty_shelf_says_what_to_begin_with(database: Database, hall: Cast) -> None:
    page = open_page(hall.officer, "papers")
    assert not page.exception and "还没有存入资料" in text_of(page) and "存入资料" in text_of(page)
    english = text_of(open_page(hall.manager, "papers", language="en"))
    assert "No paper is filed here" in english and "File a paper" not in english


def test_the_shelf_says_what_is_missing_and_leads_to_filing_it(
    database: Database, hall: Cast, choose: Choose
) -> None:
    with database.transaction() as session:
        file_paper(session, hall, dated_on=date(2026, 1, 5), valid_until=TODAY)
    said = text_of(open_page(hall.officer, "papers"))
    assert any(one.startswith("迎检资料：缺少") for one in said)
    assert "平面布置图和安全疏散示意图" in said and "即将到期" in said
    choose([])
    form = open_page(hall.officer, "papers", do="new", kind="floor-plan")
    assert form.selectbox(key="papers.kind.0").value == "floor-plan"
    assert open_page(hall.officer, "papers", do="new", kind="x").selectbox[0].value is None
    manager = text_of(open_page(hall.manager, "papers", language="en"))
    assert "Floor plans and evacuation plans" in manager
    assert not any("file a note" in one for one in manager)


def test_a_full_shelf_is_said_quietly(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        for kind in kinds().values():
            if kind.expected:
                until = TODAY + timedelta(days=365) if kind.needs_end else None
                file_paper(session, hall, category=kind.code, valid_until=until)
    assert "迎检所需资料齐全，均在有效期内。" in text_of(open_page(hall.officer, "papers"))


def test_today_tells_who_keeps_the_papers(database: Database, hall: Cast) -> None:
    for actor, told in ((hall.officer, True), (hall.administrator, True), (hall.manager, False)):
        said = text_of(open_page(actor))
        assert any(one.startswith("缺少迎检资料") for one in said) is told, actor.name
    with database.transaction() as session:
        for kind in kinds().values():
            if kind.expected:
                until = TODAY + timedelta(days=365) if kind.needs_end else None
                file_paper(session, hall, category=kind.code, valid_until=until)
    assert not any("迎检资料" in one for one in text_of(open_page(hall.officer)))


def test_a_paper_is_filed_and_found(database: Database, hall: Cast, choose: Choose) -> None:
    with database.transaction() as session:
        ids = [scan(session, hall.officer)]
    choose(ids)
    page = open_page(hall.officer, "papers", do="new")
    page.selectbox(key="papers.kind.0").set_value("facility-test")
    page.text_input(key="papers.title.0").set_value("年度检测报告")
    page.button(key="papers.save").click().run()
    assert not page.exception and "“年度检测报告”已存入，可以继续存入下一份。" in text_of(page)
    with database.reading() as session:
        row = service.list_papers(session, hall.officer, today=TODAY)[0]
    assert "年度检测报告" in "".join(text_of(open_page(hall.officer, "papers")))
    shown = text_of(open_page(hall.manager, "papers", id=str(row.id)))
    assert "扫描.pdf" in shown and "共 1 页" not in shown and "撤下该资料…" not in shown


def test_what_is_missing_is_said_and_nothing_is_lost(
    database: Database, hall: Cast, choose: Choose
) -> None:
    choose([])
    page = open_page(hall.officer, "papers", do="new")
    page.text_input(key="papers.title.0").set_value("年度检测报告")
    page.button(key="papers.save").click().run()
    assert "请选择类别。" in text_of(page)
    assert page.text_input(key="papers.title.0").value == "年度检测报告"
    with database.reading() as session:
        assert not session.query(Paper).count()


def test_a_paper_is_withdrawn_with_a_reason(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        number = str(file_paper(session, hall).id)
    page = open_page(hall.officer, "papers", id=number, do="withdraw")
    page.button(key="papers.withdraw.go").click().run()
    assert "请填写“原因”。" in text_of(page)
    page.text_input(key=f"papers.reason.{number}").set_value("重复存入")
    page.button(key="papers.withdraw.go").click().run()
    assert not page.exception and "重复存入" in text_of(page)
    with database.reading() as session:
        rows = service.list_papers(session, hall.officer, today=TODAY, view=View.WITHDRAWN)
    assert [str(row.id) for row in rows] == [number]


def test_a_paper_that_is_not_there_is_a_sentence(database: Database, hall: Cast) -> None:
    for wrong in ("999", "x", "9" * 40):
        page = open_page(hall.officer, "papers", id=wrong)
        assert not page.exception and "没有找到该资料" in text_of(page)


def test_a_pile_is_shown_before_it_is_filed(database: Database, hall: Cast, choose: Choose) -> None:
    with database.transaction() as session:
        rows = [["旧报告", "其他资料", "2025-01-01"], ["没有", "其他资料", "2025-01-01"]]
        choose(handed_in(session, hall, rows, "旧报告.pdf", "多余.pdf"))
    page = open_page(hall.officer, "papers", do="pile")
    said = text_of(page)
    assert "没有名为“没有”的扫描件。" in said and "以下扫描件没有列入表格：多余.pdf。" in said
    page.button(key="pile.go").click().run()
    assert not page.exception and "已存入 1 份历史资料。" in text_of(page)
    choose([])
    english = text_of(open_page(hall.officer, "papers", language="en", do="pile"))
    assert "File old papers in a pile" in english
