"""The screens of exams: whose each is, and how one gets there."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from drills.exams.practicals import lists
from drills.exams.service import paper_exams, practical
from safety_app.core.clock import local_day
from tests.cast import Cast
from tests.checklists.sheets import INK
from tests.drills.exams.cases import add_question, course_id, make_exam, sat
from tests.drills.exams.front import OPTION
from tests.e2e.visits import Visit
from tests.live import ZONE

SEEN: Final = "h1:visible, h2:visible"
Show = Callable[[Visit], object]
_ids: dict[str, int] = {}


def hold(session: Session, hall: Cast, now: datetime) -> None:
    """An exam that one has failed and one has passed, one to begin, a paper, a practical test."""
    exam = make_exam(session, hall, now=now, attempts=0, retake_days=3)
    fire = make_exam(
        session, hall, now=now, course_id=course_id(session, hall, "FIRE"), title="消防安全考试",
        title_en="Fire safety exam",
    )  # fmt: skip
    failed = sat(session, hall, exam, by=hall.staff, passes=False, now=now)
    sat(session, hall, exam, by=hall.second_staff, now=now)
    points = lists()["extinguisher"].points
    shown = practical.record_test(
        session, hall.officer, list_code="extinguisher", course_id=fire.course_id,
        user_id=hall.staff.user_id, on=local_day(now, ZONE), passed=False, note="拔销不熟练",
        marks=[at != 2 for at in range(len(points))], signature=INK, now=now,
    )  # fmt: skip
    paper_exams.draw_for_print(session, hall.officer, exam.id, now=now)
    _ids.update(
        failed_exam=exam.id, fire=fire.id, failed=failed.id, shown=shown.id,
        question=add_question(session, hall, now=now).id,
    )  # fmt: skip


def _opens(path: str, wait_for: str = SEEN) -> Show:
    return lambda visit: visit.open(path, wait_for)


def _of(path: str, which: str, wait_for: str = SEEN) -> Show:
    return lambda visit: visit.open(f"{path}{_ids[which]}", wait_for)


def _question(visit: Visit) -> None:
    """A question of the exam, begun here or gone on with from elsewhere."""
    begin = "[data-act=begin], [data-act=resume]"
    page = visit.open(f"/exam/{_ids['fire']}", f"{begin}, {OPTION}")
    if page.locator(begin).count():
        page.locator(begin).first.click()
    page.locator(OPTION).first.wait_for()
    page.locator(".option").first.click()
    page.locator("[data-act=mark]").click()


def _handing_in(visit: Visit) -> None:
    """All numbers, or what is said before it is final, which lists those without an answer."""
    _question(visit)
    page = visit.page
    if page.locator("[data-act=grid]:visible").count():
        page.locator("[data-act=grid]").click()
        page.locator("dialog .place").first.wait_for()
        return
    page.locator("[data-act=hand-in]:visible").first.click()
    page.locator("[data-act=hand-in-now]").wait_for()


def _judging(visit: Visit) -> None:
    """The points of a practical test and the field for the signature."""
    page = visit.open("/exam-practical?do=new", ".st-key-card_who")
    visit.settle()
    for at in range(2):
        page.locator(".st-key-card_who input").nth(at).press("ArrowDown")
        page.get_by_role("option").first.click()
        visit.settle()
    page.locator("canvas").wait_for()


SCREENS: Final[tuple[tuple[str, str, Show], ...]] = (
    ("exams to sit", "staff", _opens("/exams", "h2")),
    ("exams of the officer", "officer", _opens("/exams", ".ways")),
    ("an exam to begin", "staff", _of("/exam/", "fire", "[data-act=begin]")),
    ("an exam not yet to be retaken", "staff", _of("/exam/", "failed_exam", "#app main p")),
    ("a question of an exam", "lead", _question),
    ("handing in an exam", "lead", _handing_in),
    ("result of an exam", "staff", _of("/exam/result/", "failed", ".verdict")),
    ("results of exams", "officer", _opens("/exam-results", "ul.rows button")),
    ("an attempt", "officer", _of("/exam-results?id=", "failed", ".st-key-card_result")),
    ("figures of exams", "officer",
     _opens("/exam-results?view=figures", ".st-key-card_questions")),
    ("what exams ask", "officer", _opens("/exam-rules", "ul.rows button")),
    ("what an exam asks", "officer", _of("/exam-rules?id=", "fire", ".st-key-card_parts")),
    ("question bank", "officer", _opens("/exam-bank", "ul.rows button")),
    ("a question of the bank", "officer", _of("/exam-bank?id=", "question")),
    ("a question edited", "officer", _of("/exam-bank?do=edit&id=", "question")),
    ("import of questions", "officer", _opens("/exam-import", ".st-key-card_import")),
    ("exams on paper", "officer", _opens("/exam-papers", ".st-key-card_print")),
    ("scores of a paper exam", "officer", _opens("/exam-papers?do=enter", ".st-key-card_enter")),
    ("practical tests", "lead", _opens("/exam-practical", "ul.rows button")),
    ("a practical test", "officer", _of("/exam-practical?id=", "shown", ".st-key-card_test")),
    ("judging a practical test", "officer", _judging),
)  # fmt: skip
