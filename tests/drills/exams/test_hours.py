"""The training comes before its exam: whoever lacks hours neither begins it nor passes on paper."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.exams.errors import HoursMissing, PassedAlready, RowsRefused
from drills.exams.models import Attempt, Exam
from drills.exams.service import paper_exams, showing, striking
from drills.exams.service.paper_exams import Score
from drills.exams.service.retaking import standing
from drills.training import service as training
from drills.training.models import Source
from safety_app.core import clock
from safety_app.core.i18n import use_language
from tests.cast import NOW, TODAY, Cast
from tests.checklists.sheets import INK
from tests.drills.exams.cases import Candidate, course_id, make_exam, sat
from tests.drills.exams.test_paper_exams import scan
from tests.drills.training.lessons import passed

DAY = timedelta(days=1)
LESSON = timedelta(minutes=45)


@pytest.fixture
def exam(session: Session, hall: Cast) -> Exam:
    """An exam after eight hours of training."""
    return make_exam(session, hall, hours=8)


def planned(
    session: Session, hall: Cast, hours: float, start: datetime, code: str = "PRE-WINDOW"
) -> int:
    """A session that the officer holds."""
    plan = training.Plan(
        course_id=course_id(session, hall, code), starts_at=start,
        ends_at=start + hours * LESSON, place="二楼会议室", trainer="刘洋", hours=hours,
    )  # fmt: skip
    made = training.plan_session(
        session, hall.officer, plan, invited=[hall.staff.user_id], now=min(start, NOW)
    )
    return made.id


def attended(
    session: Session, hall: Cast, hours: float, *, days: int = 0, code: str = "PRE-WINDOW",
    closed: bool = True,
) -> None:  # fmt: skip
    """The staff member was at a session some days after today."""
    start = NOW + days * DAY - hours * LESSON
    made = planned(session, hall, hours, start, code)
    training.sign_in(
        session, hall.officer, made, user_id=hall.staff.user_id, signature=INK, now=start
    )
    if closed:
        training.close_session(session, hall.officer, made, now=NOW + days * DAY)


def refused(session: Session, hall: Cast, exam: Exam, *, days: int = 0) -> HoursMissing | None:
    """What the staff member still has to attend, some days after today."""
    found = standing(session, exam, hall.staff.user_id, TODAY + days * DAY).refused
    assert found is None or isinstance(found, HoursMissing)
    return found


def test_nobody_begins_without_the_hours_and_is_told_how_many_are_there(
    session: Session, hall: Cast, exam: Exam
) -> None:
    with pytest.raises(HoursMissing) as found:
        Candidate(session, hall.staff, exam.id).begin()
    assert found.value.message() == (
        "须先参加“窗口级岗前培训”8 学时，已参加 0 学时。尚未安排场次。"
    )
    attended(session, hall, 4.5)
    missing = refused(session, hall, exam)
    assert missing and "已参加 4.5 学时" in missing.message() and missing.left == 3.5
    attended(session, hall, 3.5, days=1)
    assert refused(session, hall, exam, days=1) is None
    assert sat(session, hall, exam, now=NOW + DAY).passed


def test_the_page_says_so_in_place_of_the_button(session: Session, hall: Cast, exam: Exam) -> None:
    start = clock.now() + 3 * DAY
    planned(session, hall, 8, start)
    facts = showing.cover_facts(session, hall.staff, exam.id, NOW)
    local = start.astimezone(clock.zone("Asia/Shanghai"))
    assert f"下一场 {local.month}月{local.day}日 {local:%H:%M}" in facts["refused"]


def test_what_is_not_closed_of_another_course_or_another_person_does_not_count(
    session: Session, hall: Cast, exam: Exam
) -> None:
    attended(session, hall, 8, code="FIRE")
    assert refused(session, hall, exam)
    attended(session, hall, 8, days=1, closed=False)
    assert refused(session, hall, exam, days=1)
    attended(session, hall, 8, days=2)
    assert refused(session, hall, exam, days=2) is None
    assert refused(session, hall, exam, days=1), "on the day before it was not there yet"
    other = standing(session, exam, hall.second_staff.user_id, TODAY + 2 * DAY).refused
    assert isinstance(other, HoursMissing)


def test_who_was_at_a_session_that_nobody_has_closed_is_told_so(
    session: Session, hall: Cast, exam: Exam, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    planned(session, hall, 8, NOW + DAY)
    attended(session, hall, 4)
    assert "下一场" in said(session, hall, exam)
    attended(session, hall, 4, days=-1, closed=False)
    assert said(session, hall, exam) == (
        "“窗口级岗前培训”须满 8 学时，目前计入 4 学时。"
        "2026年11月22日的场次已结束、尚未办结，办结后其学时方可计入。"
    )
    with use_language("en"):
        assert said(session, hall, exam) == (
            "“Pre-post training at window level” asks for 8 hours; 4 count so far. The"
            " session of 22 Nov 2026 is over: once it is closed, its hours count."
        )
    other = standing(session, exam, hall.second_staff.user_id, TODAY).refused
    assert other and "办结" not in other.message(), "who was not there"
    monkeypatch.setattr(clock, "now", lambda: NOW - 2 * DAY)
    assert "办结" not in said(session, hall, exam), "it is not over yet"


def said(session: Session, hall: Cast, exam: Exam) -> str:
    found = refused(session, hall, exam)
    return found.message() if found else ""


def test_a_retake_needs_no_new_hours_the_next_pass_does(
    session: Session, hall: Cast, exam: Exam
) -> None:
    attended(session, hall, 8)
    sat(session, hall, exam, passes=False)
    passing = sat(session, hall, exam, now=NOW + 2 * DAY)
    assert passing.passed
    assert refused(session, hall, exam, days=60), "for the refresher it is trained again"
    attended(session, hall, 8, days=59)
    assert refused(session, hall, exam, days=60) is None
    assert refused(session, hall, exam, days=59 + 365) is None, "hours of a year ago"
    assert refused(session, hall, exam, days=59 + 366), "hours of more than a year ago"


def test_a_struck_pass_gives_its_hours_back(session: Session, hall: Cast, exam: Exam) -> None:
    attended(session, hall, 8)
    passing = sat(session, hall, exam)
    striking.strike(session, hall.officer, passing.id, reason="非本人作答", now=NOW)
    assert refused(session, hall, exam) is None


def test_an_imported_record_stands_and_hours_after_its_day_count(
    session: Session, hall: Cast, exam: Exam
) -> None:
    attended(session, hall, 8)
    passed(session, hall, hall.staff.user_id, "PRE-WINDOW", TODAY - 300 * DAY,
           source=Source.IMPORTED, now=NOW + DAY)  # fmt: skip
    assert refused(session, hall, exam, days=1) is None
    certified = passed(session, hall, hall.second_staff.user_id, "PRE-WINDOW", TODAY)
    assert certified.counts


def test_without_hours_of_the_course_there_is_nothing_to_attend(
    session: Session, hall: Cast
) -> None:
    exam = make_exam(session, hall, hours=0)
    assert refused(session, hall, exam) is None


def test_a_passing_score_on_paper_asks_for_the_hours_up_to_its_day(
    session: Session, hall: Cast, exam: Exam
) -> None:
    def enter(halves: int, days: int = 0) -> list[Attempt]:
        return paper_exams.record_scores(
            session, hall.officer, exam.id, out_of=100, on=TODAY + days * DAY,
            scores=[Score(hall.staff.user_id, halves)], assessor_id=hall.lead.user_id,
            file_ids=[scan(session, hall)], now=NOW + days * DAY,
        )  # fmt: skip

    with pytest.raises(RowsRefused) as found:
        enter(160)
    assert "王晓燕：须先参加“窗口级岗前培训”8 学时" in found.value.message()
    assert session.scalars(select(Attempt)).all() == []
    assert enter(159)[0].passed is False, "a failed one is kept as it was"
    attended(session, hall, 8, days=2)
    assert enter(160, days=2)[0].passed


def test_whoever_has_passed_is_told_that_first(session: Session, hall: Cast, exam: Exam) -> None:
    attended(session, hall, 8)
    sat(session, hall, exam)
    found = standing(session, exam, hall.staff.user_id, TODAY + DAY).refused
    assert isinstance(found, PassedAlready)


def test_a_drawn_paper_passes_by_its_own_mark(session: Session, hall: Cast, exam: Exam) -> None:
    paper = paper_exams.draw_for_print(session, hall.officer, exam.id, now=NOW)
    exam.pass_percent = 100
    session.flush()
    with pytest.raises(RowsRefused):
        paper_exams.record_scores(
            session, hall.officer, exam.id, paper_id=paper.id, on=TODAY,
            scores=[Score(hall.staff.user_id, paper.out_of * 2 - 1)],
            assessor_id=hall.lead.user_id, file_ids=[scan(session, hall)], now=NOW,
        )  # fmt: skip
