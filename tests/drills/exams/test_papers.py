"""The papers of exams: what they say, to whom, and that a copy without a key holds no key."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pypdf import PdfReader
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.testclient import TestClient

from drills.exams import bank, dossier
from drills.exams.documents import exam_paper, result_sheet, sheet
from drills.exams.documents.paper import head_of
from drills.exams.models import Exam, ExamPaper, Question
from drills.exams.routes import ROUTES
from drills.exams.service import paper_exams, practical, results, striking
from safety_app import translations
from safety_app.accounts.models import User
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.db import Database
from safety_app.core.i18n import use_language
from tests.cast import NOW, TODAY, Cast
from tests.dialects import sqlite_only
from tests.drills.exams.cases import Candidate, make_exam, sat
from tests.drills.exams.test_practical import record
from tests.hazards.test_api import SignedIn

DAY = timedelta(days=1)
FOLDER = Path(bank.__file__).parent / "locales"
Get = Callable[[Actor, str], Any]


def words(content: bytes) -> str:
    """All that a paper says, without spaces."""
    pages = PdfReader(io.BytesIO(content)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


@pytest.fixture
def exam(session: Session, hall: Cast) -> Exam:
    """Ten questions, 24 points."""
    return make_exam(session, hall)


@pytest.fixture
def drawn(session: Session, hall: Cast, exam: Exam) -> ExamPaper:
    """A paper of it."""
    return paper_exams.draw_for_print(session, hall.officer, exam.id, now=NOW)


def test_a_paper_has_the_box_for_the_candidate_its_number_and_seed_and_no_key(
    session: Session, hall: Cast, drawn: ExamPaper
) -> None:
    session.get_one(User, hall.staff.user_id).staff_no = "0815"
    found = exam_paper.candidates_of(session, hall.site_id, [hall.staff.user_id, 99999])
    content = exam_paper.paper_pdf(session, drawn, found, head_of(session, hall.site_id, NOW))
    said = words(content)
    for expected in (
        "姓名王晓燕", "工号0815", "得分", "总分", "满分24分", "时间30分钟", "SJ-2026-0001",
        str(drawn.seed), "一、单项选择题（共5题，每题2分，满分10分）", "三、判断题",
    ):  # fmt: skip
        assert expected in said, expected
    for question_id in drawn.questions:
        question = session.get_one(Question, question_id)
        assert "".join(question.text.split())[:12] in said
        assert "".join(question.explanation.split()) not in said
        assert "（　　）" in said or "（）" in said


def test_a_score_is_never_called_by_the_word_for_points_of_a_checklist() -> None:
    words = [str(one.string) for one in translations.catalogue(FOLDER) if one.id]
    assert words and not [one for one in words if "检查项" in one]


def test_brackets_for_an_answer_are_not_torn(session: Session, hall: Cast, exam: Exam) -> None:
    for seed in range(3):
        drawn = paper_exams.draw_for_print(session, hall.officer, exam.id, seed=seed, now=NOW)
        for language in ("zh_CN", "en"):
            with use_language(language):
                head = head_of(session, hall.site_id, NOW)
                content = exam_paper.paper_pdf(session, drawn, [], head)
            for page in PdfReader(io.BytesIO(content)).pages:
                lines = [one.strip() for one in page.extract_text().splitlines()]
                assert not {")", "）"} & set(lines), (seed, language)


def test_each_candidate_gets_a_copy_that_counts_its_own_pages(
    session: Session, hall: Cast, drawn: ExamPaper
) -> None:
    head = head_of(session, hall.site_id, NOW)
    one = exam_paper.paper_pdf(session, drawn, [], head)
    people = [hall.staff.user_id, hall.second_staff.user_id]
    both = exam_paper.paper_pdf(
        session, drawn, exam_paper.candidates_of(session, hall.site_id, people), head
    )
    pages = len(PdfReader(io.BytesIO(one)).pages)
    reader = PdfReader(io.BytesIO(both))
    assert len(reader.pages) == 2 * pages
    second = "".join(reader.pages[pages].extract_text().split())
    assert "周航" in second and f"第1页，共{pages}页" in second
    assert exam_paper.paper_pdf(session, drawn, [], head) == one, "the same facts, the same bytes"


def test_the_key_has_every_right_answer_and_why(
    session: Session, hall: Cast, drawn: ExamPaper
) -> None:
    content = exam_paper.key_pdf(session, drawn, head_of(session, hall.site_id, NOW))
    said = words(content)
    for number, (question_id, order) in enumerate(
        zip(drawn.questions, drawn.orders, strict=True), start=1
    ):
        question = session.get_one(Question, question_id)
        right = exam_paper.right_as_shown(question, order)
        assert f"{number}.{right}" in said
        assert "".join(question.explanation.split())[:12] in said
    with use_language("en"):
        english = exam_paper.key_pdf(session, drawn, head_of(session, hall.site_id, NOW))
    assert "key" in words(english) and "答案" not in words(english)


def test_an_answer_sheet_tells_what_was_answered_and_what_was_out_of_the_ordinary(
    session: Session, hall: Cast, exam: Exam
) -> None:
    tablet = Candidate(session, hall.staff, exam.id).begin()
    tablet.answer_all(wrong=(0,))
    tablet.now = NOW + timedelta(minutes=5)
    tablet.open(tablet.opened.attempt.id)
    attempt = tablet.submit()
    head = head_of(session, hall.site_id, NOW)
    found = results.outcome(session, hall.officer, attempt.id, NOW)
    said = words(sheet.sheet_pdf(found, head))
    for expected in (
        "王晓燕", "KS-2026-0001", "得分22/24", "合格线19.5分", "答对9/10", "已补回5分0秒",
        str(attempt.seed),
    ):  # fmt: skip
        assert expected in said, expected
    assert said.count("√") >= 9 and "×作答" in said


def test_the_register_lists_every_attempt_with_a_place_to_sign(
    session: Session, hall: Cast, exam: Exam
) -> None:
    sat(session, hall, exam, passes=False)
    sat(session, hall, exam, now=NOW + 2 * DAY)
    struck = sat(session, hall, exam, by=hall.second_staff)
    striking.strike(session, hall.officer, struck.id, reason="误", now=NOW)
    record(session, hall)
    found = register(session, hall)
    said = words(result_sheet.results_pdf(found))
    assert "1人参加考试共2次；最终合格1/1人，尚未合格0人。" in said
    assert "不合格" in said and "签名" in said and "灭火器使用" in said and "周航" not in said
    book = openpyxl.load_workbook(io.BytesIO(result_sheet.results_xlsx(found)))
    first, second = (list(one.iter_rows(values_only=True)) for one in book.worksheets)
    assert [row[2] for row in first[1:]] == ["王晓燕", "王晓燕"]
    assert [row[7:11] for row in first[1:]] == [(0, 24, 0, "不合格"), (24, 24, 100, "合格")]
    assert second[1][3] == "灭火器使用"


def register(session: Session, hall: Cast) -> result_sheet.ResultRecord:
    """The register of some days."""
    last = TODAY + 5 * DAY
    return result_sheet.ResultRecord(
        head=head_of(session, hall.site_id, NOW), about="", period="2026年11月", number="CJ-202611",
        briefs=tuple(results.results_between(session, hall.site_id, TODAY, last)),
        practicals=tuple(practical.tests_between(session, hall.site_id, TODAY, last)), staff={},
    )  # fmt: skip


def test_an_inspector_sees_the_results_and_who_has_not_passed_since(
    session: Session, hall: Cast, exam: Exam
) -> None:
    assert dossier.exams(session, hall.site_id, NOW).blocks == ()
    sat(session, hall, exam, passes=False)
    sat(session, hall, exam, by=hall.second_staff)
    chapter = dossier.exams(session, hall.site_id, NOW)
    assert len(chapter.blocks) == 3
    assert chapter.shortfalls == ("1 人“窗口级岗前安全考试”不合格，尚未补考合格。",)
    sat(session, hall, exam, now=NOW + 2 * DAY)
    assert dossier.exams(session, hall.site_id, NOW + 2 * DAY).shortfalls == ()


@pytest.fixture
def get(database: Database, monkeypatch: pytest.MonkeyPatch) -> Get:
    """Ask for an address in somebody's name."""
    monkeypatch.setattr(clock, "now", lambda: NOW)

    def ask(actor: Actor, path: str) -> Any:
        app = SignedIn(Starlette(routes=ROUTES), actor)
        with TestClient(app, raise_server_exceptions=False) as client:
            return client.get(path)

    return ask


@sqlite_only
def test_papers_are_for_those_whom_they_concern(database: Database, hall: Cast, get: Get) -> None:
    with database.transaction() as session:
        exam = make_exam(session, hall)
        paper = paper_exams.draw_for_print(session, hall.officer, exam.id, now=NOW)
        exam_id, paper_id = exam.id, paper.id
        attempt_id = sat(session, hall, exam).id
        test_id = record(session, hall).id
    allowed = {
        f"/exams/paper/{paper_id}.pdf?names={hall.staff.user_id}": {"officer", "manager"},
        f"/exams/paper/{paper_id}/key.pdf": {"officer", "manager"},
        f"/exams/results/sheet/{attempt_id}.pdf": {"staff", "lead", "officer", "manager"},
        f"/exams/practical/{test_id}.pdf": {"staff", "lead", "officer", "manager"},
        "/exams/results/2026-11.pdf": {"officer", "manager"},
        "/exams/results/2026-11.xlsx": {"officer", "manager"},
        f"/exams/results/{exam_id}/2026-11-23.pdf": {"officer", "manager"},
        "/exams/bank.xlsx": {"officer", "administrator"},
        "/exams/import/form.xlsx": {"officer", "administrator"},
    }
    for path, roles in allowed.items():
        for role, actor in hall.everyone().items():
            status = get(actor, path).status_code
            assert (status == 200) is (role in roles), (path, role, status)
            assert status in (200, 403), (path, role, status)


@sqlite_only
@pytest.mark.parametrize(
    "path",
    [
        "/exams/paper/99999.pdf", f"/exams/paper/{10**12}.pdf", "/exams/results/2026-13.pdf",
        "/exams/results/1999-01.pdf", "/exams/results/2027-01.pdf", "/exams/results/x.pdf",
        "/exams/results/99999/2026-11-23.pdf", "/exams/results/2026-11.pdf?lang=fr",
        "/exams/results/sheet/99999.pdf", "/exams/practical/99999.pdf",
    ],
)  # fmt: skip
def test_an_address_of_no_paper_is_answered_with_a_sentence(
    database: Database, hall: Cast, get: Get, path: str
) -> None:
    assert get(hall.officer, path).status_code == 404
