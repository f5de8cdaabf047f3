"""Failed attempts are kept; whether an exam may be sat again, why not, and from when on."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.exams.errors import (
    AttemptsUsedUp,
    NotOverYet,
    OwnScore,
    PassedAlready,
    RetakeTooEarly,
    StruckAlready,
)
from drills.exams.models import Exam
from drills.exams.service import paper_exams, results, striking
from drills.exams.service.paper_exams import Score
from drills.exams.service.retaking import RESIT_AFTER, Standing, lacking, outlook, standing
from drills.training import service as training
from drills.training.models import Result
from safety_app.core.errors import NotAllowed, TextMissing
from tests.cast import NOW, TODAY, Cast
from tests.drills.exams.cases import Candidate, course_id, make_exam, sat
from tests.drills.exams.test_paper_exams import scan

DAY = timedelta(days=1)


@pytest.fixture
def exam(session: Session, hall: Cast) -> Exam:
    """Two attempts, two days apart."""
    return make_exam(session, hall)


def stands(session: Session, hall: Cast, exam: Exam, on: date) -> Standing:
    """The staff member on a day."""
    return standing(session, exam, hall.staff.user_id, on)


def test_a_failed_exam_waits_and_is_then_sat_again(
    session: Session, hall: Cast, exam: Exam
) -> None:
    assert stands(session, hall, exam, TODAY).may_sit
    failed = sat(session, hall, exam, passes=False)
    assert failed.passed is False and failed.halves == 0
    found = stands(session, hall, exam, TODAY + DAY)
    assert isinstance(found.refused, RetakeTooEarly) and found.next_on == TODAY + 2 * DAY
    with pytest.raises(RetakeTooEarly, match="2026年11月25日"):
        Candidate(session, hall.staff, exam.id, now=NOW + DAY).begin()
    assert stands(session, hall, exam, TODAY + 2 * DAY).may_sit
    passed = sat(session, hall, exam, now=NOW + 2 * DAY)
    assert passed.passed
    session.expire_all()
    assert [one.passed for one in results.own_results(session, hall.staff)] == [True, False]


def test_attempts_are_used_up(session: Session, hall: Cast, exam: Exam) -> None:
    for n in range(2):
        sat(session, hall, exam, passes=False, now=NOW + 2 * n * DAY)
    found = stands(session, hall, exam, TODAY + 60 * DAY)
    assert isinstance(found.refused, AttemptsUsedUp)
    assert (found.used, found.allowed) == (2, 2)


def test_without_a_number_there_is_no_end(session: Session, hall: Cast) -> None:
    exam = make_exam(session, hall, attempts=0, retake_days=0)
    for _n in range(4):
        sat(session, hall, exam, passes=False)
    found = stands(session, hall, exam, TODAY)
    assert found.may_sit and found.allowed is None


def test_who_has_passed_sits_it_again_for_the_next_time_only(
    session: Session, hall: Cast, exam: Exam
) -> None:
    sat(session, hall, exam, passes=False)
    sat(session, hall, exam, now=NOW + 2 * DAY)
    passed_on = TODAY + 2 * DAY
    found = stands(session, hall, exam, passed_on + RESIT_AFTER - DAY)
    assert isinstance(found.refused, PassedAlready) and found.next_on == passed_on + RESIT_AFTER
    found = stands(session, hall, exam, passed_on + RESIT_AFTER)
    assert found.may_sit and (found.used, found.allowed) == (0, 2), "attempts begin anew"


def test_another_persons_attempts_do_not_count(session: Session, hall: Cast, exam: Exam) -> None:
    sat(session, hall, exam, by=hall.second_staff, passes=False)
    assert stands(session, hall, exam, TODAY).may_sit


def test_the_next_step_is_told_with_the_result(session: Session, hall: Cast, exam: Exam) -> None:
    failed = sat(session, hall, exam, passes=False)
    said = results.outcome(session, hall.staff, failed.id, NOW).next_step
    assert "2026年11月25日" in said
    later = results.outcome(session, hall.staff, failed.id, NOW + 2 * DAY).next_step
    assert later == "现在可以补考，还可考 1 次。"
    passed = sat(session, hall, exam, now=NOW + 2 * DAY)
    said = results.outcome(session, hall.staff, passed.id, NOW + 2 * DAY).next_step
    assert said == "合格记录已计入“窗口级岗前培训”。"
    for days in (2, 60):
        since = results.outcome(session, hall.officer, failed.id, NOW + days * DAY).next_step
        assert since == "已于2026年11月25日补考合格。"
    striking.strike(session, hall.officer, passed.id, reason="非本人作答", now=NOW + 3 * DAY)
    again = results.outcome(session, hall.staff, failed.id, NOW + 3 * DAY).next_step
    assert again == "现在可以补考，还可考 1 次。"
    said = results.outcome(session, hall.staff, passed.id, NOW + 3 * DAY).next_step
    assert said == "该成绩已作废，不再计入。"


def test_a_struck_result_counts_for_nothing_and_stays_to_be_seen(
    session: Session, hall: Cast, exam: Exam
) -> None:
    attempt = sat(session, hall, exam)
    with pytest.raises(TextMissing):
        striking.strike(session, hall.officer, attempt.id, reason=" ", now=NOW)
    striking.strike(session, hall.officer, attempt.id, reason="非本人作答", now=NOW)
    with pytest.raises(StruckAlready):
        striking.strike(session, hall.officer, attempt.id, reason="再次", now=NOW)
    found = stands(session, hall, exam, TODAY)
    assert found.may_sit and (found.used, found.last_passed) == (0, None)
    (row,) = results.own_results(session, hall.staff)
    assert row.struck == "非本人作答"
    assert results.results_between(session, hall.site_id, TODAY, TODAY) == []
    standing_ones = select(Result).where(Result.superseded_at.is_(None), Result.is_void.is_(False))
    assert session.scalars(standing_ones).all() == []


def test_the_officer_or_a_manager_strikes_and_never_the_own_result(
    session: Session, hall: Cast, exam: Exam
) -> None:
    attempt = sat(session, hall, exam)
    for who in (hall.staff, hall.lead, hall.administrator):
        with pytest.raises(NotAllowed):
            striking.strike(session, who, attempt.id, reason="误", now=NOW)
    own = sat(session, hall, exam, by=hall.officer)
    with pytest.raises(OwnScore):
        striking.strike(session, hall.officer, own.id, reason="误", now=NOW)
    under_way = Candidate(session, hall.lead, exam.id).begin().attempt
    with pytest.raises(NotOverYet):
        striking.strike(session, hall.officer, under_way.id, reason="误", now=NOW)


def test_the_only_officer_is_helped_on_by_a_manager(
    session: Session, hall: Cast, exam: Exam
) -> None:
    officer, manager = hall.officer, hall.manager
    for n in range(2):
        last = sat(session, hall, exam, by=officer, passes=False, now=NOW + 2 * n * DAY)
    used_up = standing(session, exam, officer.user_id, TODAY + 2 * DAY).refused
    assert used_up and "安全员或管理人员准予再考" in used_up.message()
    now = NOW + 2 * DAY + timedelta(minutes=1)
    give = paper_exams.allow_another
    with pytest.raises(OwnScore):
        give(session, officer, exam.id, officer.user_id, reason="复习后再考", now=now)
    with pytest.raises(NotAllowed, match="safety officer or a manager"):
        give(session, hall.administrator, exam.id, officer.user_id, reason="再考", now=now)
    give(session, manager, exam.id, officer.user_id, reason="复习后再考", now=now)
    assert standing(session, exam, officer.user_id, TODAY + 2 * DAY).may_sit
    striking.strike(session, manager, last.id, reason="平板故障", now=now)
    scores = [Score(officer.user_id, 180)]
    (entered,) = paper_exams.record_scores(
        session, manager, exam.id, out_of=100, on=TODAY + 2 * DAY, scores=scores,
        assessor_id=manager.user_id, file_ids=[scan(session, hall, manager)],
        now=now + timedelta(minutes=1),
    )  # fmt: skip
    assert entered.passed and entered.entered_by == manager.user_id
    striking.strike(session, manager, entered.id, reason="登记错误", now=now + DAY)
    assert entered.struck_by == manager.user_id


def test_who_lacks_the_course_again_may_sit_it_again_at_once(
    session: Session, hall: Cast, exam: Exam
) -> None:
    attempt = sat(session, hall, exam)
    found = stands(session, hall, exam, TODAY)
    assert isinstance(found.refused, PassedAlready)
    result = session.scalars(select(Result)).one()
    training.strike(session, hall.officer, result.id, reason="转岗须重新考核", now=NOW)
    assert attempt.passed and stands(session, hall, exam, TODAY).may_sit


def test_another_exam_of_the_same_course_is_no_way_around(
    session: Session, hall: Cast, exam: Exam
) -> None:
    other = make_exam(session, hall, title="窗口级岗前安全考试（B卷）")
    sat(session, hall, exam, passes=False)
    found = stands(session, hall, other, TODAY)
    assert isinstance(found.refused, RetakeTooEarly) and (found.used, found.allowed) == (1, 2)
    with pytest.raises(RetakeTooEarly):
        Candidate(session, hall.staff, other.id, now=NOW).begin()
    sat(session, hall, other, passes=False, now=NOW + 2 * DAY)
    for one in (exam, other):
        assert isinstance(stands(session, hall, one, TODAY + 60 * DAY).refused, AttemptsUsedUp)
    leave(session, hall, exam)
    for one in (exam, other):
        found = stands(session, hall, one, TODAY + 2 * DAY)
        assert found.may_sit and (found.used, found.allowed) == (2, 3)
    sat(session, hall, other, now=NOW + 3 * DAY)
    assert isinstance(stands(session, hall, exam, TODAY + 3 * DAY).refused, PassedAlready)


def leave(session: Session, hall: Cast, exam: Exam) -> None:
    """The officer allows one more attempt."""
    paper_exams.allow_another(
        session,
        hall.officer,
        exam.id,
        hall.staff.user_id,
        reason="准备充分",
        now=NOW + 2 * DAY + timedelta(minutes=1),
    )


def test_attempts_at_the_exam_of_another_course_do_not_count(
    session: Session, hall: Cast, exam: Exam
) -> None:
    fire = make_exam(session, hall, course_id=course_id(session, hall, "FIRE"))
    sat(session, hall, exam, passes=False)
    assert stands(session, hall, fire, TODAY).may_sit


def test_leave_from_before_a_pass_is_used_up_by_it(
    session: Session, hall: Cast, exam: Exam
) -> None:
    sat(session, hall, exam, passes=False)
    sat(session, hall, exam, passes=False, now=NOW + DAY * 2)
    leave(session, hall, exam)
    sat(session, hall, exam, now=NOW + 3 * DAY)
    later = TODAY + 3 * DAY + RESIT_AFTER
    found = stands(session, hall, exam, later)
    assert found.may_sit and (found.used, found.allowed) == (0, 2)


def test_who_fails_after_a_pass_is_not_told_of_the_pass(
    session: Session, hall: Cast, exam: Exam
) -> None:
    sat(session, hall, exam)
    failed = sat(session, hall, exam, passes=False, now=NOW + RESIT_AFTER)
    said = results.outcome(session, hall.staff, failed.id, NOW + RESIT_AFTER).next_step
    assert "未合格" in said and "补考合格" not in said


def test_an_exam_is_not_called_for_by_a_course_that_does_not_end_with_one(
    session: Session, hall: Cast, exam: Exam
) -> None:
    course = training.get_course(session, hall.site_id, exam.course_id)

    def is_called_for() -> bool:
        ahead = outlook(session, hall.site_id, hall.staff.user_id, TODAY, days=30)
        return course.id in ahead.lacks

    assert is_called_for()
    course.needs_exam, course.needs_practical = False, True
    session.flush()
    assert course.id in lacking(session, hall.site_id, hall.staff.user_id, TODAY)
    assert not is_called_for()
    sat(session, hall, exam)
    assert isinstance(stands(session, hall, exam, TODAY).refused, PassedAlready)


def test_a_practical_test_that_is_missing_is_no_reason_to_sit_the_exam_again(
    session: Session, hall: Cast, exam: Exam
) -> None:
    course = training.get_course(session, hall.site_id, exam.course_id)
    course.needs_practical = True
    sat(session, hall, exam)
    assert course.id in lacking(session, hall.site_id, hall.staff.user_id, TODAY)
    assert isinstance(stands(session, hall, exam, TODAY).refused, PassedAlready)
