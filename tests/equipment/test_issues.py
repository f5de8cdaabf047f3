"""The issue record: who got what, signed for, complete, in both languages, and for whom."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.testclient import TestClient

from equipment.documents import issues
from equipment.models import Stock
from equipment.service import stock
from equipment.stock_papers import ROUTES
from equipment.units import Unit
from safety_app.accounts.service import Typed
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.db import Database, transaction
from safety_app.core.i18n import use_language
from safety_app.core.pdf.blocks import Ink, Table
from safety_app.features import features
from tests.cast import NOW, Cast
from tests.dialects import sqlite_only
from tests.equipment.stocks import NEXT_YEAR, fill, hand_out, make_stock
from tests.hazards.test_api import SignedIn

features()
MONTH = timedelta(days=31)


@pytest.fixture
def goggles(session: Session, hall: Cast) -> Stock:
    """Masks and goggles at A01: issued this month, one pair worn out; an issue of last month."""
    return issued(session, hall)


def issued(session: Session, hall: Cast) -> Stock:
    """The same for whoever has a session."""
    masks = make_stock(session, hall)
    fill(session, hall, masks.id, 9, NEXT_YEAR, lot="20260301", received_on=(NOW - MONTH).date())
    fill(session, hall, masks.id, 9, None, lot="B2", received_on=(NOW - MONTH).date())
    hand_out(session, hall, masks.id, 1, now=NOW - MONTH)
    hand_out(session, hall, masks.id, 10, note="清扫档案室")
    goggles = make_stock(session, hall, kind="goggles", unit=Unit.PAIR, is_reusable=True,
                         window_id=hall.a02, variant="M")  # fmt: skip
    fill(session, hall, goggles.id, 4, None)
    hand_out(session, hall, goggles.id, 2, to=hall.second_staff, signature=Typed("周航"))
    stock.give_back(
        session, hall.officer, goggles.id, person_id=hall.second_staff.user_id, quantity=1,
        discard_because="镜片划伤", now=NOW,
    )  # fmt: skip
    return goggles


def words(content: bytes) -> str:
    """All words of a PDF without breaks."""
    pages = PdfReader(io.BytesIO(content)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


def month(session: Session, hall: Cast, **facts: int) -> issues.IssueRecord:
    """The record of November."""
    return issues.of_month(session, hall.site_id, 2026, 11, now=NOW, **facts)


def test_the_paper_names_who_got_what_and_what_came_back(
    session: Session, hall: Cast, goggles: Stock
) -> None:
    text = words(issues.issues_pdf(month(session, hall)))
    for expected in (
        "劳动防护用品领用签收表", "清河县政务服务中心", "2026年11月", "编号LY-202611",
        "共领用2次，涉及2人：护目镜M2副、防尘口罩KN9510个。",
        "批号20260301、B2", "王晓燕", "周航（姓名加密码签名）", "刘洋", "清扫档案室",
        "A01综合窗口", "A02社保窗口", "归还、损坏与遗失", "报损：镜片划伤",
        "《安全生产法》第四十五条", "审核人：",
    ):  # fmt: skip
        assert expected in text, (expected, text)


def test_the_drawn_signature_stands_in_its_cell(
    session: Session, hall: Cast, goggles: Stock
) -> None:
    table = issues.issue_blocks(month(session, hall))[1]
    assert isinstance(table, Table)
    signed, typed = (row[3] for row in table.rows)
    assert isinstance(signed, Ink) and signed.text == "王晓燕" and len(signed.strokes) == 2
    assert typed == "周航\n（姓名加密码签名）"


def test_it_is_english_where_english_is_asked_for(
    session: Session, hall: Cast, goggles: Stock
) -> None:
    with use_language("en"):
        text = words(issues.issues_pdf(month(session, hall)))
    for expected in ("Issuerecordofprotectiveequipment", "2issuesto2persons:", "10pieces",
                     "WangXiaoyan", "Checkedby:", "1pair"):  # fmt: skip
        assert expected in text, (expected, text)


def test_a_window_has_its_own_record_and_so_has_a_person(
    session: Session, hall: Cast, goggles: Stock
) -> None:
    one = month(session, hall, window_id=hall.a02)
    assert [move.person for move in one.moves] == ["周航", "周航"] and one.number == "LY-A02-202611"
    person = issues.of_person(session, hall.site_id, hall.staff.user_id, now=NOW)
    assert [move.quantity for move in person.issues] == [-1, -10]
    assert "2026年10月23日" in words(issues.issues_pdf(person))


def test_a_month_without_issues_says_so(session: Session, hall: Cast, goggles: Stock) -> None:
    empty = issues.of_month(session, hall.site_id, 2026, 9, now=NOW)
    assert "本期没有领用，也没有归还。" in words(issues.issues_pdf(empty))
    book = load_workbook(io.BytesIO(issues.issues_xlsx(empty)))
    assert [sheet.max_row for sheet in book] == [1, 1, 1]


def test_the_workbook_has_the_sums_of_each_person(
    session: Session, hall: Cast, goggles: Stock
) -> None:
    book = load_workbook(io.BytesIO(issues.issues_xlsx(month(session, hall))))
    assert book.sheetnames == ["领用", "归还", "按人汇总"]
    rows = list(book["按人汇总"].iter_rows(min_row=2, values_only=True))
    assert rows == [
        ("周航", "护目镜 M", 2, 1, 1, "副"),
        ("王晓燕", "防尘口罩 KN95", 10, 0, 0, "个"),
    ]
    first = next(book["领用"].iter_rows(min_row=2, values_only=True))
    assert first[1:8] == (
        "王晓燕",
        "防尘口罩 KN95",
        10,
        "个",
        "20260301、B2",
        "A01 综合窗口",
        "手写签名",
    )


def test_the_same_record_gives_the_same_bytes(session: Session, hall: Cast, goggles: Stock) -> None:
    assert issues.issues_pdf(month(session, hall)) == issues.issues_pdf(month(session, hall))


# Addresses


@contextmanager
def browser(actor: Actor) -> Iterator[TestClient]:
    """A browser in somebody's name."""
    app = SignedIn(Starlette(routes=ROUTES), actor)
    with TestClient(app, raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture
def stored(database: Database, hall: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same issues, for whoever asks over the network."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    with transaction() as session:
        issued(session, hall)


@sqlite_only
@pytest.mark.parametrize(
    ("who", "status"),
    [("officer", 200), ("lead", 200), ("manager", 200), ("staff", 403), ("third_party", 403),
     ("administrator", 403)],
)  # fmt: skip
def test_who_may_print_the_month(hall: Cast, stored: None, who: str, status: int) -> None:
    with browser(getattr(hall, who)) as client:
        for path in ("2026-11.pdf", "2026-11.xlsx?lang=en", "A01/2026-11.pdf", "A01/2026-11.xlsx"):
            assert client.get(f"/equipment/issues/{path}").status_code == status, path


@sqlite_only
def test_everybody_prints_the_own_record_and_keepers_that_of_others(
    hall: Cast, stored: None
) -> None:
    own = f"/equipment/issues/person/{hall.staff.user_id}.pdf"
    with browser(hall.staff) as client:
        assert client.get(own).content.startswith(b"%PDF")
        other = f"/equipment/issues/person/{hall.second_staff.user_id}.pdf"
        assert client.get(other).status_code == 403
    with browser(hall.lead) as client:
        assert client.get(own).status_code == 200
    with browser(hall.foreign_manager) as client:
        assert client.get(own).status_code == 404


@sqlite_only
@pytest.mark.parametrize(
    ("path", "status"),
    [("2026-13.pdf", 422), ("1066-01.pdf", 422), ("2026-12.pdf", 422), ("Z99/2026-11.pdf", 404),
     ("person/0.pdf", 404), ("person/99999999999999999999.pdf", 404), ("x.pdf", 422)],
)  # fmt: skip
def test_what_is_no_paper(hall: Cast, stored: None, path: str, status: int) -> None:
    with browser(hall.officer) as client:
        assert client.get(f"/equipment/issues/{path}").status_code == status
