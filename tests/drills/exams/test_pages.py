"""The pages of exams: what staff may sit, and what the officer keeps, enters and signs."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from drills.exams.models import Attempt, Exam, ExamLeave, ExamPaper, Kind, PracticalTest, Question
from drills.exams.practicals import lists
from drills.exams.service import questions, striking
from drills.training import service as training
from drills.training.models import Source
from safety_app.core import clock, files
from safety_app.core.access import Actor
from safety_app.core.db import Database
from safety_app.ui import components, ink
from tests.cast import NOW, TODAY, Cast
from tests.core import papers
from tests.dialects import sqlite_only
from tests.drills.exams.cases import Candidate, course_id, make_exam, sat
from tests.drills.exams.test_importing import FAULTY, GOOD, HEAD
from tests.drills.exams.test_practical import ends_with, record
from tests.drills.training.lessons import passed
from tests.screens import open_page, text_of

pytestmark = sqlite_only
Choose = Callable[..., None]
STROKES = [[[10, 10], [80, 60], [160, 20]], [[20, 90], [150, 95]]]


@pytest.fixture(autouse=True)
def _morning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def exam(database: Database, hall: Cast) -> Exam:
    """Ten questions in 30 minutes."""
    with database.transaction() as session:
        return make_exam(session, hall)


@pytest.fixture
def choose(database: Database, hall: Cast, monkeypatch: pytest.MonkeyPatch) -> Choose:
    """Pretend that this person has chosen a file."""
    answer: dict[str, Any] = {"files": []}
    real = components._component

    def chosen_files(*, key: str, **_how: Any) -> dict[str, Any]:
        return answer if key.endswith(".0") else {"files": []}  # after saving it is empty

    def fake(name: str) -> Any:
        return chosen_files if name == "files" else real(name)

    monkeypatch.setattr(components, "_component", fake)

    def choose_file(content: bytes, name: str, who: Actor = hall.officer) -> None:
        with database.transaction() as session:
            file = files.receive(session, who, content, name, now=NOW)
        answer["files"] = [{"id": file.id}]

    return choose_file


def links(page: Any) -> str:
    """All own markup of a page."""
    return "".join(one.proto.body for one in page.get("html"))


def count(database: Database, model: Any) -> int:
    """How many rows there are."""
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_staff_see_what_they_may_sit_with_one_filled_button(
    database: Database, hall: Cast, exam: Exam
) -> None:
    with database.transaction() as session:
        make_exam(session, hall, title="消防安全考试", course_id=course_id(session, hall, "FIRE"))
    shown = open_page(hall.staff, "exams")
    markup = links(shown)
    assert markup.count("btn primary") == 1 and "/exam/" in markup
    assert {"窗口级岗前安全考试", "消防安全考试"} <= set(text_of(shown))
    assert "题库" not in text_of(shown)
    assert 'href="/exams"' in links(open_page(hall.staff, "training"))


def test_today_leads_back_to_an_exam_under_way(
    database: Database, hall: Cast, exam: Exam, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "有考试正在进行" not in text_of(open_page(hall.staff, ""))
    with database.transaction() as session:
        Candidate(session, hall.staff, exam.id).begin()
    shown = open_page(hall.staff, "")
    assert "有考试正在进行" in text_of(shown)
    assert "窗口级岗前安全考试，09:34 截止。已作答的均已保存。" in text_of(shown)
    assert f'href="/exam/{exam.id}"' in links(shown)
    assert "有考试正在进行" not in text_of(open_page(hall.second_staff, ""))
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=40))
    assert "有考试正在进行" not in text_of(open_page(hall.staff, "")), "its clock has run out"


def test_after_a_fail_it_says_from_when_on_it_can_be_retaken(
    database: Database, hall: Cast, exam: Exam
) -> None:
    with database.transaction() as session:
        attempt = sat(session, hall, exam, passes=False)
    shown = open_page(hall.staff, "exams")
    assert "2026年11月25日起可考" in text_of(shown)
    assert f'href="/exam/result/{attempt.id}"' in links(shown)
    assert "btn primary" not in links(shown), "there is nothing to begin now"


def test_an_exam_under_way_comes_first(database: Database, hall: Cast, exam: Exam) -> None:
    with database.transaction() as session:
        make_exam(session, hall, title="A 考试")
        Candidate(session, hall.staff, exam.id).begin()
    shown = open_page(hall.staff, "exams")
    assert "进行中" in text_of(shown) and "继续考试" in text_of(shown)
    assert f'primary big" href="/exam/{exam.id}"' in links(shown)


def test_without_an_exam_the_officer_is_led_to_set_one_up(database: Database, hall: Cast) -> None:
    assert "/exam-rules" in links(open_page(hall.officer, "exams"))
    assert "目前没有可参加的考试" in text_of(open_page(hall.staff, "exams"))


def test_an_exam_is_set_up_and_too_few_questions_are_told_at_once(
    database: Database, hall: Cast
) -> None:
    page = open_page(hall.officer, "exam-rules", id="new")
    slot = "exam_rules.new.0"
    with database.reading() as session:
        fire = course_id(session, hall, "FIRE")
    page.selectbox(key=f"{slot}.course").set_value(fire).run()
    page.text_input(key=f"{slot}.title").set_value("消防安全考试")
    page.number_input(key=f"{slot}.count.0").set_value(90).run()
    assert any("单项选择题需 90 题" in text for text in text_of(page))
    page.button(key=f"{slot}.save.go").click().run()
    assert count(database, Exam) == 0
    page.number_input(key=f"{slot}.count.0").set_value(10)
    page.button(key=f"{slot}.save.go").click().run()
    with database.reading() as session:
        exam = session.scalars(select(Exam)).one()
    assert (exam.course_id, exam.pass_percent) == (fire, 80)
    assert [row["count"] for row in exam.parts] == [10, 10, 10]
    assert "考试已保存。" in text_of(page)


def test_the_bank_is_searched(database: Database, hall: Cast) -> None:
    page = open_page(hall.officer, "exam-bank")
    assert "启用 76 题" in text_of(page)
    page.text_input(key="exam_bank.search").set_value("AED").run()
    found = [text for text in text_of(page) if "AED" in text]
    assert found and not any("119" in text for text in text_of(page))
    page.text_input(key="exam_bank.search").set_value("没有这样的题").run()
    assert "没有符合条件的题目" in text_of(page)


def test_a_question_is_added_and_a_fault_is_told(database: Database, hall: Cast) -> None:
    page = open_page(hall.officer, "exam-bank", id="new")
    slot = "exam_bank.form.new"
    page.selectbox(key=f"{slot}.topic").set_value("patrol")
    page.text_area(key=f"{slot}.text").set_value("汛期巡查看哪里？")
    page.text_input(key=f"{slot}.option.A").set_value("配电间")
    page.text_input(key=f"{slot}.option.B").set_value("食堂")
    page.button(key=f"{slot}.save.go").click().run()
    assert any("没有正确答案" in text for text in text_of(page))
    page.checkbox(key=f"{slot}.right.A").check()
    page.button(key=f"{slot}.save.go").click().run()
    with database.reading() as session:
        own = session.scalars(select(Question).where(Question.site_id == hall.site_id)).one()
    assert (own.code, own.right, own.options) == ("T0001", "A", [["配电间", ""], ["食堂", ""]])
    assert "题目已保存。" in text_of(page)


def test_a_question_that_was_drawn_is_changed_into_a_new_version(
    database: Database, hall: Cast
) -> None:
    with database.transaction() as session:
        bank = questions.bank_of(session, hall.site_id)
        question = next(one for one in bank if one.code == "EX12")
        questions.mark_used(session, [question.id], NOW)
    page = open_page(hall.officer, "exam-bank", id=str(question.id), do="edit")
    assert any("修改后生成新版本" in text for text in text_of(page))
    slot = f"exam_bank.form.{question.id}"
    page.text_area(key=f"{slot}.explanation").set_value("用过就送修。")
    page.button(key=f"{slot}.save.go").click().run()
    assert "版本 2" in " ".join(text_of(page)) or "第 2 版" in " ".join(text_of(page))
    old = open_page(hall.officer, "exam-bank", id=str(question.id))
    assert any("这是旧版本" in text for text in text_of(old))


def test_a_question_is_taken_out_of_use(database: Database, hall: Cast) -> None:
    with database.reading() as session:
        question = questions.bank_of(session, hall.site_id)[0]
    page = open_page(hall.officer, "exam-bank", id=str(question.id))
    page.button(key="exam_bank.use").click().run()
    with database.reading() as session:
        assert question.code not in {one.code for one in questions.bank_of(session, hall.site_id)}


def test_faults_of_a_table_are_shown_and_the_good_rows_come_in_on_request(
    database: Database, hall: Cast, choose: Choose
) -> None:
    choose(papers.book(("题库", [HEAD, GOOD[0], FAULTY[0][0]])), "题库.xlsx")
    page = open_page(hall.officer, "exam-import")
    assert any("没有正确答案" in text for text in text_of(page))
    assert not [one for one in page.button if one.key == "exam_import.go"]
    sure = next(one for one in page.checkbox if str(one.key).startswith("exam_import.sure"))
    sure.check().run()
    page.button(key="exam_import.good").click().run()
    assert "新增 1 题；1 行有误未导入。" in text_of(page)
    with database.reading() as session:
        own = select(func.count()).where(Question.site_id == hall.site_id)
        assert session.scalar(own) == 1


def test_a_paper_is_drawn_and_offered_for_printing(
    database: Database, hall: Cast, exam: Exam
) -> None:
    page = open_page(hall.officer, "exam-papers")
    page.button(key="exam_papers.draw.go").click().run()
    with database.reading() as session:
        paper = session.scalars(select(ExamPaper)).one()
    assert f"/exams/paper/{paper.id}.pdf" in links(page)
    page.multiselect(key="exam_papers.names").set_value([hall.staff.user_id]).run()
    assert f"/exams/paper/{paper.id}.pdf?names={hall.staff.user_id}" in links(page)


def test_scores_are_entered_with_their_scan(
    database: Database, hall: Cast, exam: Exam, choose: Choose
) -> None:
    choose(papers.pdf(), "答卷.pdf")
    page = open_page(hall.officer, "exam-papers", do="enter")
    slot = "exam_papers.0"
    page.selectbox(key=f"{slot}.assessor").set_value(hall.manager.user_id)
    both = [hall.staff.user_id, hall.second_staff.user_id]
    page.multiselect(key=f"{slot}.candidates").set_value(both).run()
    page.number_input(key=f"{slot}.score.{both[0]}").set_value(85.5)
    page.button(key=f"{slot}.record.go").click().run()
    assert any("每名考生的得分" in text for text in text_of(page))
    assert count(database, Attempt) == 0
    page.number_input(key=f"{slot}.score.{both[1]}").set_value(79.5)
    page.button(key=f"{slot}.record.go").click().run()
    with database.reading() as session:
        kept = session.scalars(select(Attempt).order_by(Attempt.id)).all()
    assert [(one.halves, one.passed) for one in kept] == [(171, True), (159, False)]
    assert "已登记 2 人成绩，其中 1 人合格。" in text_of(page)


def test_the_officer_looks_at_a_result_allows_another_and_strikes(
    database: Database, hall: Cast, exam: Exam
) -> None:
    with database.transaction() as session:
        attempt = sat(session, hall, exam, passes=False)
    shown = open_page(hall.officer, "exam-results")
    assert "王晓燕" in " ".join(text_of(shown))
    page = open_page(hall.officer, "exam-results", id=str(attempt.id))
    assert "KS-2026-0001" in text_of(page)
    page.text_input(key=f"exam_results.leave.{attempt.id}").set_value("岗位急需")
    page.button(key=f"exam_results.allow.{attempt.id}.go").click().run()
    assert count(database, ExamLeave) == 1
    page.text_input(key=f"exam_results.why.{attempt.id}").set_value("非本人作答")
    page.button(key=f"exam_results.strike.{attempt.id}").click().run()
    assert "已作废：非本人作答" in text_of(page)
    assert "已作废" in text_of(open_page(hall.staff, "exams"))


def test_a_manager_decides_about_the_result_of_the_officer(
    database: Database, hall: Cast, exam: Exam
) -> None:
    with database.transaction() as session:
        attempt = sat(session, hall, exam, by=hall.officer, passes=False)
    ways = links(open_page(hall.manager, "exams"))
    assert "/exam-papers" in ways and "/exam-practical" in ways and "/exam-bank" not in ways
    page = open_page(hall.manager, "exam-results", id=str(attempt.id))
    page.text_input(key=f"exam_results.leave.{attempt.id}").set_value("安全员只有一人")
    page.button(key=f"exam_results.allow.{attempt.id}.go").click().run()
    assert count(database, ExamLeave) == 1
    own = open_page(hall.officer, "exam-results", id=str(attempt.id))
    assert "准予再考" not in text_of(own)


def test_a_manager_is_not_sent_to_set_an_exam_up(database: Database, hall: Cast) -> None:
    shown = open_page(hall.manager, "exam-papers")
    assert "/exam-rules" not in links(shown) and "考试由安全员设置。" in text_of(shown)


def test_a_lead_sees_the_results_of_the_own_people_and_decides_nothing(
    database: Database, hall: Cast, exam: Exam
) -> None:
    with database.transaction() as session:
        attempt = sat(session, hall, exam, passes=False)
    page = open_page(hall.lead, "exam-results", id=str(attempt.id))
    assert "KS-2026-0001" in text_of(page) and "准予再考" not in text_of(page)
    other = open_page(hall.other_lead, "exam-results", id=str(attempt.id))
    assert "KS-2026-0001" not in text_of(other)


def test_questions_are_shown_the_hardest_first(database: Database, hall: Cast, exam: Exam) -> None:
    with database.transaction() as session:
        sat(session, hall, exam, passes=False)
        sat(session, hall, exam, by=hall.second_staff)
    page = open_page(hall.officer, "exam-results", view="figures")
    texts = text_of(page)
    assert "1/2" in texts and "合格人次/考试人次" in texts


def test_a_practical_test_is_judged_and_signed(
    database: Database, hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed: dict[str, Any] = {}
    monkeypatch.setattr(ink, "_component", lambda: lambda **_how: signed)
    with database.reading() as session:
        course = course_id(session, hall)
    page = open_page(hall.officer, "exam-practical", do="new")
    slot = "exam_practical.0"
    page.selectbox(key=f"{slot}.person").set_value(hall.staff.user_id)
    page.selectbox(key=f"{slot}.course").set_value(course).run()
    assert any("本次仅作记录" in text for text in text_of(page)), "said before it is shown"
    chosen = lists()["extinguisher"]
    about = [hall.staff.user_id, course]
    for at in range(1, len(chosen.points)):
        page.segmented_control(key=f"{slot}.extinguisher.{at}").set_value("yes").run()
    signed["signed"] = {"strokes": STROKES, "w": 300, "h": 120, "about": about}
    page.run()
    assert any("尚未评定：7" in text for text in text_of(page))
    assert count(database, PracticalTest) == 0
    page.segmented_control(key=f"{slot}.extinguisher.{len(chosen.points)}").set_value("yes").run()
    with database.reading() as session:
        test = session.scalars(select(PracticalTest)).one()
    assert (test.passed, test.assessor_id) == (True, hall.officer.user_id)
    file = open_page(hall.officer, "training-person", id=str(hall.staff.user_id))
    assert "窗口级岗前培训：仅作记录" in " ".join(text_of(file))


def test_the_file_says_that_the_other_half_stands_no_more(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        exam = make_exam(session, hall)
        ends_with(session, hall, exam=True, practical=True)
        attempt = sat(session, hall, exam)
        record(session, hall, note="动作熟练")
        striking.strike(session, hall.officer, attempt.id, reason="替考", now=NOW)
    said = " ".join(text_of(open_page(hall.staff, "training-person")))
    assert "窗口级岗前培训：单项合格，另一项已不成立" in said
    assert said.count("动作熟练") == 2 and said.count("替考") == 1


def test_who_lacks_hours_is_named_before_the_practical_test(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        course = training.get_course(session, hall.site_id, course_id(session, hall))
        course.needs_practical = True
    page = open_page(hall.officer, "exam-practical", do="new")
    page.selectbox(key="exam_practical.0.person").set_value(hall.staff.user_id)
    page.selectbox(key="exam_practical.0.course").set_value(course.id).run()
    assert any("须先参加“窗口级岗前培训”8 学时" in text for text in text_of(page))


@pytest.mark.parametrize("page", ["exam-bank", "exam-rules", "exam-papers", "exam-import"])
def test_what_is_no_number_in_the_address_leads_to_the_list(
    database: Database, hall: Cast, page: str
) -> None:
    for value in ("0", "x", "9" * 12, "-1"):
        shown = open_page(hall.officer, page, id=value)
        assert not shown.exception


def test_a_part_of_a_kind_can_be_added(database: Database, hall: Cast) -> None:
    page = open_page(hall.officer, "exam-rules", id="new")
    slot = "exam_rules.new.0"
    page.button(key=f"{slot}.more").click().run()
    page.selectbox(key=f"{slot}.kind.3").set_value(str(Kind.SINGLE))
    page.selectbox(key=f"{slot}.topic.3").set_value("alarm")
    page.number_input(key=f"{slot}.count.3").set_value(2).run()
    assert any("共 42 题" in text for text in text_of(page))


def test_who_lacks_hours_is_told_so_in_place_of_the_button(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        exam = make_exam(session, hall, hours=8)
    shown = links(open_page(hall.staff, "exams"))
    assert "先培训 8 学时" in shown and "已参加 0 学时" in shown and "进入考试" not in shown
    assert f"/exam/{exam.id}" in shown, "its rules can be read"


def test_who_is_covered_is_not_called_to_lessons(database: Database, hall: Cast) -> None:
    def hold(who: Actor, until: date | None) -> None:
        with database.transaction() as session:
            passed(session, hall, who.user_id, "PRE-WINDOW", TODAY - timedelta(days=300),
                   source=Source.IMPORTED, valid_until=until)  # fmt: skip

    with database.transaction() as session:
        exam = make_exam(session, hall, hours=8)
    hold(hall.staff, TODAY + timedelta(days=60))
    hold(hall.second_staff, None)
    hold(hall.lead, TODAY + timedelta(days=10))
    for who, said in ((hall.staff, "有效期至2027年1月22日"), (hall.second_staff, "目前无需参加"),
                      (hall.administrator, "目前无需参加")):  # fmt: skip
        shown = links(open_page(who, "exams"))
        assert said in shown and f"/exam/{exam.id}" in shown
        assert "先培训" not in shown and "已参加" not in shown and "bd-yellow" not in shown
    soon = links(open_page(hall.lead, "exams"))
    assert "先培训 8 学时" in soon and "2026年12月4日前须完成" in soon
    assert "先培训 8 学时" in links(open_page(hall.other_staff, "exams"))


def test_the_officer_sets_up_the_exams_that_are_ready_in_one_go(
    database: Database, hall: Cast
) -> None:
    page = open_page(hall.officer, "exam-rules")
    assert "中心级岗前培训、部门级岗前培训、窗口级岗前培训、消防安全培训" in links(page)
    page.button(key="exam_rules.ready.go").click().run()
    assert count(database, Exam) == 5
    assert "现成的考试" not in links(open_page(hall.officer, "exam-rules"))
