"""The report's addresses: PDF and Excel for those who may, a sentence for everybody else."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote

import openpyxl
import pytest
from pypdf import PdfReader
from starlette.applications import Starlette
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from safety_app.core.access import Actor
from safety_app.core.db import Database, transaction
from safety_app.reports import texts
from safety_app.reports.api import ROUTES
from safety_app.web.identity import Live
from tests.cast import NOW, Cast
from tests.dialects import sqlite_only

PAST = "/reports/window/A01/2026-09"


class SignedIn:
    """What the guard leaves behind for a signed-in person."""

    def __init__(self, app: ASGIApp, actor: Actor) -> None:
        self.app, self.actor = app, actor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on, with the person in the request's state."""
        if scope["type"] == "http":
            scope.setdefault("state", {})["live"] = Live(self.actor, "csrf")
        await self.app(scope, receive, send)


@contextmanager
def browser(actor: Actor) -> Iterator[TestClient]:
    """A browser in somebody's name."""
    app = SignedIn(Starlette(routes=ROUTES), actor)
    with TestClient(app, raise_server_exceptions=False, headers={"accept": "text/html"}) as opened:
        yield opened


def test_the_pdf_is_shown_in_the_browser_under_a_good_name(database: Database, hall: Cast) -> None:
    with browser(hall.lead) as page:
        answer = page.get(f"{PAST}.pdf")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith('inline; filename="AQ-2026-09-A01.pdf"; ')
    assert "A01综合窗口安全生产月度报告2026-09.pdf" in unquote(disposition)
    assert "窗口安全生产月度报告" in PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()


@sqlite_only
def test_the_language_of_the_paper_is_the_one_asked_for(database: Database, hall: Cast) -> None:
    with browser(hall.lead) as page:
        answer = page.get(f"{PAST}.pdf?lang=en")
        again = page.get(f"{PAST}.pdf?lang=en")
    text = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    assert "Monthly window safety report" in text and "General services" in text
    assert answer.content == again.content


@sqlite_only
def test_the_excel_file_opens(database: Database, hall: Cast) -> None:
    with browser(hall.officer) as page:
        answer = page.get(f"{PAST}.xlsx?lang=zh_CN")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames[:2] == ["报告", "主要指标"]
    assert ".xlsx" in answer.headers["content-disposition"]


@sqlite_only
@pytest.mark.parametrize("role", ["staff", "administrator", "third_party", "other_lead"])
def test_who_may_not_see_it_is_told_who_can(database: Database, hall: Cast, role: str) -> None:
    with browser(getattr(hall, role)) as page:
        answer = page.get(f"{PAST}.pdf")
    assert answer.status_code == 403
    assert answer.headers["content-type"].startswith("text/html")
    assert "该窗口负责人、安全员或中心领导" in answer.text


@sqlite_only
@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/reports/window/Z99/2026-09.pdf", 404, "Z99"),
        ("/reports/window/A01/2026-13.pdf", 422, "2026-13"),
        ("/reports/window/A01/hello.xlsx", 422, "hello"),
        ("/reports/window/A01/2199-01.pdf", 422, "2199年1月尚未开始"),
        (f"{PAST}.pdf?lang=fr", 422, "fr"),
        ("/reports/window/<b>/2026-09.pdf", 404, "&lt;b&gt;"),
    ],
)
def test_what_cannot_be_printed_is_answered_with_a_sentence(
    database: Database, hall: Cast, address: str, status: int, words: str
) -> None:
    with browser(hall.manager) as page:
        answer = page.get(address)
    assert answer.status_code == status
    assert words in answer.text
    assert "Traceback" not in answer.text and "<b>" not in answer.text


@sqlite_only
def test_another_hall_has_its_own_window_of_that_number(database: Database, hall: Cast) -> None:
    with browser(hall.foreign_manager) as page:
        text = PdfReader(io.BytesIO(page.get(f"{PAST}.pdf").content)).pages[0].extract_text()
    assert "外县政务服务中心" in text and "清河县" not in text


@sqlite_only
def test_the_paper_of_the_whole_hall_is_for_those_who_answer_for_it(
    database: Database, hall: Cast
) -> None:
    with browser(hall.manager) as page:
        paper = page.get("/reports/site/2026-09.pdf")
        tables = page.get("/reports/site/2026-09.xlsx?lang=en")
    assert "中心安全生产月度报告" in PdfReader(io.BytesIO(paper.content)).pages[0].extract_text()
    assert "Windows" in openpyxl.load_workbook(io.BytesIO(tables.content)).sheetnames
    with browser(hall.lead) as page:
        refused = page.get("/reports/site/2026-09.pdf")
    assert refused.status_code == 403 and "安全员或中心领导" in refused.text


@sqlite_only
def test_words_of_people_are_no_formulas_in_excel(database: Database, hall: Cast) -> None:
    with transaction() as session:
        texts.write(
            session, hall.lead, hall.a01, 2026, 9, texts.Slot.OPENING, language="zh_CN",
            text="=1+1", seen=0, now=NOW,
        )  # fmt: skip
    with browser(hall.lead) as page:
        answer = page.get(f"{PAST}.xlsx?lang=zh_CN")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content))["报告"]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value == "=1+1"]
    assert [cell.data_type for cell in cells] == ["s"]
