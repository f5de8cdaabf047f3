"""A pile of old papers: the table and the scans must agree, and all of it is history."""

import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.testclient import TestClient

from safety_app.core import files
from safety_app.core.access import Actor
from safety_app.core.db import Database
from safety_app.core.errors import NotAllowed
from safety_app.core.intake import read_table
from safety_app.core.settings import settings
from safety_app.features import features
from safety_app.papers import api, batch, service
from safety_app.papers.batch import COLUMNS, BatchPlan
from safety_app.papers.errors import BatchFaulty, NothingToFile, OneTable
from safety_app.web import middleware
from tests.cast import NOW, TODAY, Cast
from tests.core import papers
from tests.web.doors import SIGNED_IN, Finder

HEAD = ["文件", "类别", "日期", "有效期至"]
GOOD = ["2025检测报告.PDF", "建筑消防设施年度检测报告", "2025年3月1日", "2026-02-28"]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    features()
    monkeypatch.setenv("SAFETY_DATA_DIR", str(tmp_path))
    settings.cache_clear()


def handed_in(
    session: Session, hall: Cast, rows: Sequence[Sequence[Any]], *scans: str, tables: int = 1
) -> list[int]:
    actor = hall.officer
    table = papers.book(("资料", [HEAD, *rows]))
    ids = [files.receive(session, actor, table, "t", now=NOW).id for _table in range(tables)]
    for number, name in enumerate(scans, start=1):
        ids.append(files.receive(session, actor, papers.pdf(number), name, now=NOW).id)
    return ids


def plan(session: Session, hall: Cast, ids: Sequence[int]) -> BatchPlan:
    return batch.plan_batch(session, hall.officer, ids, now=NOW)


def test_a_pile_is_filed_as_history(session: Session, hall: Cast) -> None:
    rows: list[list[Any]] = [GOOD, ["巡查本", "以往防火巡查记录", 20261031, None]]
    ids = handed_in(session, hall, rows, "2025检测报告.pdf", "巡查本.pdf")
    assert batch.file_batch(session, hall.officer, ids, now=NOW) == 2
    found = service.list_papers(session, hall.officer, today=TODAY)
    assert [(one.title, one.dated_on, one.is_history) for one in found] == [
        ("巡查本", date(2026, 10, 31), True),
        ("2025检测报告", date(2025, 3, 1), True),
    ]
    detail = service.get_paper(session, hall.officer, found[0].id, today=TODAY)
    assert [scan.pages for scan in detail.scans] == [2]


def test_table_and_scans_must_agree(session: Session, hall: Cast) -> None:
    rows = [
        GOOD, ["没有.pdf", "其他资料", "2025-01-01"], ["两份", "其他资料", "2025-01-01"],
        ["同行", "其他资料", "2025-01-01"], ["同行.pdf", "其他资料", "2025-01-01"],
        ["未来", "其他资料", "2027-01-01"], ["倒置", "其他资料", "2025-01-01", "2024-01-01"],
        ["怪类", "不知道", "2025-01-01"],
    ]  # fmt: skip
    scans = (
        "2025检测报告.pdf",
        "两份.pdf",
        "两份.pdf",
        "同行.pdf",
        "未来.pdf",
        "倒置.pdf",
        "怪类.pdf",
    )
    ids = handed_in(session, hall, rows, *scans, "多余.pdf")
    made = plan(session, hall, ids)
    assert [(one.row, one.column) for one in made.problems] == [
        (3, "文件"), (4, "文件"), (5, "文件"), (6, "文件"),
        (7, "日期"), (8, "有效期至"), (9, "类别"),
    ]  # fmt: skip
    assert made.problems[-1].text == "没有“不知道”这一项，请从模板的下拉列表中选择。"
    assert made.unnamed == ("多余.pdf",) and len(made.good) == 1
    with pytest.raises(BatchFaulty):
        batch.file_batch(session, hall.officer, ids, now=NOW)
    assert not service.list_papers(session, hall.officer, today=TODAY)
    assert batch.file_batch(session, hall.officer, ids, only_good=True, now=NOW) == 1


def test_one_table_and_something_to_file(session: Session, hall: Cast) -> None:
    for tables in (0, 2):
        with pytest.raises(OneTable):
            plan(session, hall, handed_in(session, hall, [GOOD], "x.pdf", tables=tables))
    with pytest.raises(NothingToFile):
        batch.file_batch(session, hall.officer, handed_in(session, hall, []), now=NOW)
    with pytest.raises(NotAllowed):
        batch.plan_batch(session, hall.manager, [], now=NOW)


def form_for(actor: Actor, language: str) -> Any:
    app = Starlette(routes=api.ROUTES, middleware=middleware.stack(Finder(actor)))
    client = TestClient(app, base_url="http://hall.example")
    return client.get("/papers/form.xlsx", headers={**SIGNED_IN, "accept-language": language})


def test_the_form_is_understood_in_both_languages(database: Database, hall: Cast) -> None:
    for language, word in (("zh-CN", "其他资料"), ("en", "Other papers")):
        answer = form_for(hall.officer, language)
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        assert book.worksheets[0].data_validations.dataValidation
        assert word in [cell.value for cell in book.worksheets[1]["A"]]
        book.worksheets[0].append(["a.pdf", word, date(2025, 1, 1)])
        found = read_table(papers.saved(book), "x", COLUMNS)
        assert not found.problems and [row.text("category") for row in found.rows] == ["other"]
    assert form_for(hall.manager, "en").status_code == 403
