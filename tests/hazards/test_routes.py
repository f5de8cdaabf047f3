"""The papers' addresses: files for those who may, a sentence for everybody else."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote

import openpyxl
import pytest
from pypdf import PdfReader
from starlette.applications import Starlette
from starlette.testclient import TestClient

from hazards.feature import FEATURE
from hazards.models import Status
from hazards.routes import ROUTES
from hazards.service import Finding
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.db import Database, transaction
from tests.cast import NOW, Cast
from tests.dialects import sqlite_only
from tests.factories import make_hazard
from tests.hazards.test_api import SignedIn
from tests.hazards.test_inspections import record

pytestmark = sqlite_only


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@contextmanager
def browser(actor: Actor) -> Iterator[TestClient]:
    """A browser in somebody's name."""
    app = SignedIn(Starlette(routes=ROUTES), actor)
    with TestClient(app, raise_server_exceptions=False) as opened:
        yield opened


def first_page(content: bytes) -> str:
    """The words of a paper's first page, without spaces."""
    return "".join(PdfReader(io.BytesIO(content)).pages[0].extract_text().split())


def test_a_notice_comes_in_both_languages_under_a_good_name(database: Database, hall: Cast) -> None:
    with transaction() as session:
        number = make_hazard(session, hall, Status.CLOSED).number
    with browser(hall.lead) as page:
        chinese = page.get(f"/hazards/notice/{number}.pdf")
        english = page.get(f"/hazards/notice/{number}.pdf?lang=en")
    assert "隐患整改通知单" in first_page(chinese.content)
    assert "Hazardrectificationnotice" in first_page(english.content)
    name = unquote(chinese.headers["content-disposition"])
    assert f"隐患整改通知单 {number.replace('HZ', 'ZG')}.pdf" in name


def test_the_notice_as_excel_is_for_who_may_print_it(database: Database, hall: Cast) -> None:
    with transaction() as session:
        number = make_hazard(session, hall, Status.ASSIGNED, owner=hall.second_staff).number
    for actor, status in ((hall.second_staff, 200), (hall.lead, 200), (hall.staff, 403)):
        with browser(actor) as page:
            answer = page.get(f"/hazards/notice/{number}.xlsx?lang=en")
        assert answer.status_code == status
        if status == 200:
            book = openpyxl.load_workbook(io.BytesIO(answer.content))
            assert book.worksheets[0].title == "Hazard rectification notice"


@pytest.mark.parametrize(
    ("who", "address", "status"),
    [
        ("staff", "/hazards/register.pdf", 403),
        ("lead", "/hazards/register.pdf?place=A03", 403),
        ("lead", "/hazards/register.pdf?place=common", 403),
        ("lead", "/hazards/register/A01/2026.pdf", 200),
        ("officer", "/hazards/register/2026.xlsx", 200),
        ("officer", "/hazards/register.pdf?place=Z99", 404),
        ("officer", "/hazards/register.pdf?first=2026-13-01", 422),
        ("officer", "/hazards/register.pdf?first=2026-12-01&last=2026-01-01", 422),
        ("officer", "/hazards/register.pdf?first=1900-01-01", 422),
        ("officer", "/hazards/register.pdf?state=x", 422),
        ("officer", "/hazards/register/9999.pdf", 422),
        ("officer", "/hazards/notice/HZ-1999-0001.pdf", 404),
        ("officer", "/hazards/notice/%E4%B8%80.pdf", 404),
        ("lead", "/hazards/statistics/2026-Q3.pdf", 403),
        ("manager", "/hazards/statistics/2026-Q4.pdf", 200),
        ("manager", "/hazards/statistics/2026-Q4.xlsx", 200),
        ("manager", "/hazards/statistics/2026-Q3.pdf", 422),
        ("officer", "/hazards/register.pdf?lang=xx", 422),
        ("officer", "/hazards/register.pdf?lang=", 422),
        ("manager", "/hazards/statistics/2027-Q1.pdf", 422),
        ("manager", "/hazards/statistics/x.pdf", 422),
        ("manager", "/inspections/1/reply.pdf", 404),
        ("lead", "/inspections/1/reply.pdf", 403),
    ],
)
def test_who_may_gets_the_file_and_everybody_else_a_sentence(
    database: Database, hall: Cast, who: str, address: str, status: int
) -> None:
    with browser(hall.everyone()[who]) as page:
        answer = page.get(address)
    assert answer.status_code == status, answer.text[:300]
    if status != 200:
        assert not answer.json()["message"].isascii()


def test_the_register_has_pictures_on_request_and_an_excel(database: Database, hall: Cast) -> None:
    with transaction() as session:
        number = make_hazard(session, hall, Status.CLOSED).number
    with browser(hall.officer) as page:
        plain = page.get("/hazards/register.pdf")
        pictured = page.get("/hazards/register.pdf?photos=1")
        book = page.get("/hazards/register.xlsx?state=closed&lang=en")
    count = [len(PdfReader(io.BytesIO(one.content)).pages) for one in (plain, pictured)]
    assert count[0] <= count[1]
    sheet = openpyxl.load_workbook(io.BytesIO(book.content)).worksheets[0]
    assert (sheet.title, sheet.cell(2, 1).value) == ("Hazards", number)


def test_the_reply_sheet_is_printed(database: Database, hall: Cast) -> None:
    with transaction() as session:
        key = record(session, hall, Finding("应急灯坏", window_id=hall.a01)).id
    with browser(hall.manager) as page:
        answer = page.get(f"/inspections/{key}/reply.pdf")
    assert "应急灯坏" in first_page(answer.content)


def test_every_paper_offered_has_an_answer(database: Database, hall: Cast) -> None:
    places = {"window": "A01", "year": "2026", "quarter": "2026-Q4"}
    with browser(hall.manager) as page:
        for kind in FEATURE.papers:
            for suffix in kind.formats:
                address = f"{kind.address.format(**places)}.{suffix}"
                assert page.get(address).status_code == 200, address
