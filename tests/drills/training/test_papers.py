"""Papers of training: what they say, who gets them, and that nothing strange breaks them."""

import io
from datetime import timedelta

import openpyxl
import pytest
from pypdf import PdfReader
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.testclient import TestClient

from drills.training import service
from drills.training.routes import ROUTES
from safety_app.accounts import service as accounts
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.db import Database
from tests.cast import NOW, TODAY, Cast
from tests.dialects import sqlite_only
from tests.drills.training.lessons import here_since, only, passed
from tests.drills.training.test_attending import INK
from tests.drills.training.test_sessions import make
from tests.hazards.test_api import SignedIn

pytestmark = sqlite_only
DAY = timedelta(days=1)


class As:
    """The addresses of training as one person sees them."""

    def __init__(self, actor: Actor) -> None:
        self.client = TestClient(
            SignedIn(Starlette(routes=ROUTES), actor), raise_server_exceptions=False
        )

    def get(self, path: str) -> "Answer":
        """What an address answers."""
        found = self.client.get(path, headers={"accept": "application/json"})
        return Answer(found.status_code, found.content)


class Answer:
    """What came back."""

    def __init__(self, status: int, content: bytes) -> None:
        self.status, self.content = status, content

    @property
    def text(self) -> str:
        """All words of a PDF, on one line."""
        pages = PdfReader(io.BytesIO(self.content)).pages
        return " ".join(" ".join(page.extract_text().split()) for page in pages)

    @property
    def book(self) -> openpyxl.Workbook:
        """The workbook."""
        return openpyxl.load_workbook(io.BytesIO(self.content))


@pytest.fixture(autouse=True)
def _it_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def held(database: Database, hall: Cast) -> int:
    """A refresher that two of three attended yesterday; fire safety is needed by all."""
    with database.transaction() as session:
        here_since(session, hall)
        only(session, hall, "FIRE", "REFRESHER")
        passed(session, hall, hall.staff.user_id, "FIRE", TODAY - 30 * DAY)
        one = _held(session, hall)
        return one


def _held(session: Session, hall: Cast) -> int:
    start = NOW - DAY
    course = next(
        one.id for one in service.list_courses(session, hall.site_id) if one.code == "REFRESHER"
    )
    one = make(
        session, hall, hall.staff, hall.second_staff, hall.lead, course_id=course,
        starts_at=start, ends_at=start + timedelta(hours=6), hours=8, topic="用电安全",
    )  # fmt: skip
    for actor in (hall.staff, hall.second_staff):
        service.sign_in(
            session, hall.officer, one.id, user_id=actor.user_id, signature=INK, now=start
        )
    service.close_session(session, hall.officer, one.id, summary="讲解并提问", now=NOW)
    return one.id


def test_the_sign_in_sheet_has_the_names_and_room_for_others(
    database: Database, hall: Cast
) -> None:
    with database.transaction() as session:
        one = make(session, hall, hall.staff, hall.lead).id
    text = As(hall.officer).get(f"/training/session/{one}/sign-in.pdf").text
    for words in ("安全培训签到表", "消防安全培训", "三楼会议室", "王晓燕", "李敏", "本人签名"):
        assert words in text
    assert "16" in text, "empty lines below the names"


def test_the_record_of_a_session_says_who_was_there_and_what_it_gave(held: int, hall: Cast) -> None:
    text = As(hall.officer).get(f"/training/session/{held}/record.pdf").text
    for words in (
        "安全培训记录", "年度安全再培训", "用电安全", "讲解并提问", "应到 3 人，实到 2 人。",
        "已有结果 2 人，合格 2 人。", "王晓燕", "周航", "未到场：李敏。", "第二十八条",
    ):  # fmt: skip
        assert words in text, words


def test_a_training_file_holds_needs_and_results(held: int, hall: Cast) -> None:
    path = f"/training/person/{hall.staff.user_id}.pdf"
    text = As(hall.staff).get(path).text
    for words in ("个人培训档案", "王晓燕", "消防安全培训", "有效", "2026-10-24", "8"):
        assert words in text, words
    assert As(hall.lead).get(path).status == 200
    for stranger in (hall.second_staff, hall.other_lead, hall.foreign_manager):
        assert As(stranger).get(path).status == 404


def test_a_training_file_in_english_has_the_english_post(
    database: Database, held: int, hall: Cast
) -> None:
    with database.transaction() as session:
        accounts.update_person(
            session, None, hall.staff.user_id, post="窗口人员", post_en="Window staff", now=NOW
        )
    path = f"/training/person/{hall.staff.user_id}.pdf"
    assert "Window staff" in As(hall.staff).get(f"{path}?lang=en").text
    assert "窗口人员" in As(hall.staff).get(f"{path}?lang=zh_CN").text


def test_coverage_is_told_with_what_it_is_of(held: int, hall: Cast) -> None:
    text = As(hall.officer).get("/training/matrix.pdf").text
    assert "应训 7 人，全部达标 1 人，覆盖率 14.3%。" in text
    book = As(hall.officer).get("/training/matrix.xlsx").book
    sheet = book.worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert rows == [
        ["全部课程", 1, 7, pytest.approx(1 / 7)],
        ["年度安全再培训", 2, 7, pytest.approx(2 / 7)],
        ["消防安全培训", 1, 7, pytest.approx(1 / 7)],
    ]


@pytest.mark.parametrize(
    ("language", "until", "legend"),
    [
        ("zh_CN", "至 2027-", "“至”后为有效期截止日期"),
        ("en", "–2027-", "is the last one covered"),
    ],
)
def test_a_day_of_the_matrix_takes_one_short_word(
    held: int, hall: Cast, language: str, until: str, legend: str
) -> None:
    text = As(hall.officer).get(f"/training/matrix.pdf?lang={language}").text
    assert until in text
    assert legend in text
    assert "to 2027-" not in text


def test_a_day_gone_by_is_told_as_it_stood(held: int, hall: Cast) -> None:
    day = TODAY - 2 * DAY
    text = As(hall.officer).get(f"/training/matrix.pdf?on={day}").text
    assert "应训 7 人，全部达标 0 人，覆盖率 0.0%。" in text


def test_a_lead_gets_the_matrix_of_own_windows(held: int, hall: Cast) -> None:
    text = As(hall.lead).get("/training/matrix/A01.pdf").text
    assert "A01 综合窗口" in text and "应训 3 人" in text
    assert "吴涛" not in As(hall.lead).get("/training/matrix.pdf").text
    assert As(hall.lead).get("/training/matrix/A03.pdf").status == 403
    for nobody in (hall.staff, hall.third_party):
        assert As(nobody).get("/training/matrix.pdf").status == 403
        assert As(nobody).get("/training/matrix/A01.xlsx").status == 403


def test_the_ledger_of_a_year_counts_sessions_and_results(held: int, hall: Cast) -> None:
    text = As(hall.manager).get("/training/ledger/2026.pdf").text
    assert "开展培训 1 场，参训 2 人次；考核结果 3 条，其中合格 3 条。" in text
    book = As(hall.manager).get("/training/ledger/2026.xlsx").book
    assert book.sheetnames == ["培训场次", "培训考核记录"]
    assert book.worksheets[1].max_row == 4
    empty = As(hall.manager).get("/training/ledger/2025.pdf").text
    assert "开展培训 0 场" in empty
    assert As(hall.lead).get("/training/ledger/2026.pdf").status == 403


@pytest.mark.parametrize(
    "path",
    [
        "/training/session/999999/record.pdf",
        "/training/session/x/record.pdf",
        "/training/session/99999999999999/record.pdf",
        "/training/person/999999.pdf",
        "/training/matrix.pdf?on=gestern",
        "/training/matrix.pdf?on=2099-01-01",
        "/training/matrix.pdf?window=999999",
        "/training/matrix/Z99.pdf",
        "/training/ledger/1999.pdf",
        "/training/ledger/2099.pdf",
        "/training/matrix.pdf?lang=de",
    ],
)
def test_an_address_that_names_no_paper_says_so(held: int, hall: Cast, path: str) -> None:
    assert As(hall.officer).get(path).status == 404


def test_the_same_facts_give_the_same_bytes_in_both_languages(held: int, hall: Cast) -> None:
    for path in (
        f"/training/session/{held}/record.pdf", f"/training/person/{hall.staff.user_id}.pdf",
        "/training/matrix.pdf", "/training/matrix.xlsx", "/training/ledger/2026.xlsx",
    ):  # fmt: skip
        for lang in ("zh_CN", "en"):
            sign = "&" if "?" in path else "?"
            first = As(hall.officer).get(f"{path}{sign}lang={lang}")
            again = As(hall.officer).get(f"{path}{sign}lang={lang}")
            assert first.status == 200
            assert first.content == again.content, path


def test_an_english_paper_has_no_chinese_but_names(held: int, hall: Cast) -> None:
    text = As(hall.officer).get(f"/training/session/{held}/record.pdf?lang=en").text
    assert "Of 3 invited 2 people were there." in text
    assert "Yearly safety refresher" in text and "Wang Xiaoyan" in text
