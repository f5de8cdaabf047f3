"""Sitting an exam: drawn once, opened again, taken over by another tablet, the clock fair."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from drills.exams.drawing import Part, draw, fingerprint, parts_of
from drills.exams.errors import (
    AlreadyUnderWay,
    AnotherUnderWay,
    BankTooSmall,
    ExamNotOffered,
    NotYourExam,
    TokenTooShort,
    TokenUnknown,
)
from drills.exams.models import Attempt, Ending, Exam, Kind, Question
from drills.exams.service import definitions, marking, questions, sitting
from safety_app.accounts import service as accounts
from safety_app.core.errors import NotFound
from tests.cast import NOW, Cast
from tests.drills.exams.cases import Candidate, course_id, exam_facts, make_exam, token

MINUTE = timedelta(minutes=1)


@pytest.fixture
def exam(session: Session, hall: Cast) -> Exam:
    """Ten questions in 30 minutes, with ten minutes of grace."""
    return make_exam(session, hall)


def test_a_paper_is_drawn_and_the_clock_started(session: Session, hall: Cast, exam: Exam) -> None:
    attempt = Candidate(session, hall.staff, exam.id).begin().attempt
    assert attempt.number == "KS-2026-0001"
    assert (attempt.started_at, attempt.seen_at) == (NOW, NOW)
    assert attempt.deadline == NOW + 30 * MINUTE and attempt.closes_at == NOW + 40 * MINUTE
    assert (attempt.answers, attempt.out_of) == ("0" * 10, 24)
    used = select(func.count()).where(Question.id.in_(attempt.questions), Question.used_at == NOW)
    assert session.scalar(used) == 10


def test_the_paper_can_be_drawn_again_from_its_seed(
    session: Session, hall: Cast, exam: Exam
) -> None:
    attempt = Candidate(session, hall.staff, exam.id).begin().attempt
    items = questions.items_of(questions.bank_of(session, hall.site_id), exam.course_id)
    assert attempt.bank == fingerprint(items) and attempt.seed is not None
    again = draw(items, parts_of(exam.parts), attempt.seed, is_shuffled=True)
    assert (list(again.questions), list(again.orders)) == (attempt.questions, attempt.orders)


def test_what_is_right_is_not_in_what_the_tablet_gets(
    session: Session, hall: Cast, exam: Exam
) -> None:
    asked = Candidate(session, hall.staff, exam.id).begin().opened.questions
    assert set(asked[0].__slots__) == {"kind", "text", "options", "points", "photo_key"}


def test_asking_twice_begins_once(session: Session, hall: Cast, exam: Exam) -> None:
    first = Candidate(session, hall.staff, exam.id).begin()
    again = Candidate(session, hall.staff, exam.id, token=first.token).begin()
    assert again.opened.attempt.id == first.opened.attempt.id
    with pytest.raises(AlreadyUnderWay):
        Candidate(session, hall.staff, exam.id).begin()
    assert session.scalar(select(func.count(Attempt.id))) == 1


def test_nobody_sits_two_exams_at_a_time(session: Session, hall: Cast, exam: Exam) -> None:
    other = make_exam(session, hall, title="消防安全考试")
    Candidate(session, hall.staff, exam.id).begin()
    with pytest.raises(AnotherUnderWay, match="窗口级岗前安全考试"):
        Candidate(session, hall.staff, other.id).begin()
    Candidate(session, hall.second_staff, other.id).begin()


def test_what_was_left_lying_does_not_stand_in_the_way(
    session: Session, hall: Cast, exam: Exam
) -> None:
    other = make_exam(
        session, hall, title="消防安全考试", course_id=course_id(session, hall, "FIRE")
    )
    left = Candidate(session, hall.staff, exam.id).begin()
    left.answer_all()
    Candidate(session, hall.staff, other.id, now=NOW + 40 * MINUTE).begin()
    attempt = left.attempt
    assert (attempt.ended_by, attempt.passed) == (Ending.TIME, True)
    assert attempt.submitted_at == NOW + 30 * MINUTE


def test_an_exam_that_is_not_offered_or_lacks_questions_is_not_begun(
    session: Session, hall: Cast
) -> None:
    exam = make_exam(session, hall, parts=(Part(Kind.MULTIPLE, 2, "alarm"),))
    one = next(
        q for q in questions.bank_of(session, hall.site_id)
        if q.topic == "alarm" and q.kind == Kind.MULTIPLE
    )  # fmt: skip
    questions.set_active(session, hall.officer, one.id, is_active=False, now=NOW)
    with pytest.raises(BankTooSmall):
        Candidate(session, hall.staff, exam.id).begin()
    facts = exam_facts(session, hall, is_active=False)
    definitions.save_exam(session, hall.officer, facts, exam_id=exam.id, now=NOW)
    with pytest.raises(ExamNotOffered):
        Candidate(session, hall.staff, exam.id).begin()


@pytest.mark.parametrize("given", ["", "short", "x" * 101, "密" * 40])
def test_a_token_that_could_be_guessed_is_refused(
    session: Session, hall: Cast, exam: Exam, given: str
) -> None:
    with pytest.raises(TokenTooShort):
        Candidate(session, hall.staff, exam.id, token=given).begin()


def test_loading_the_page_again_goes_on_where_it_was(
    session: Session, hall: Cast, exam: Exam
) -> None:
    tablet = Candidate(session, hall.staff, exam.id).begin()
    tablet.answer(0, 1)
    tablet.answer(3, 2, marked=True)
    tablet.now = NOW + MINUTE / 2
    tablet.open(tablet.opened.attempt.id)
    assert (tablet.opened.last_seq, tablet.opened.given_back) == (2, 0)
    assert not tablet.opened.taken_over
    assert (tablet.attempt.answers[:4], tablet.attempt.marks[:4]) == ("1002", "0001")


def test_a_dead_battery_at_question_seven_costs_no_time(
    session: Session, hall: Cast, exam: Exam
) -> None:
    first = Candidate(session, hall.staff, exam.id).begin()
    for place in range(6):
        first.now = NOW + (place + 1) * MINUTE
        first.answer(place, first.right(place))
    second = Candidate(session, hall.staff, exam.id, now=NOW + 13 * MINUTE)
    second.open(first.opened.attempt.id)
    attempt = second.attempt
    assert second.opened.taken_over and second.opened.given_back == 7 * 60
    assert attempt.deadline == NOW + 37 * MINUTE, "24 minutes were left, and 24 are left now"
    assert (attempt.away_from, attempt.away_until) == (NOW + 6 * MINUTE, NOW + 13 * MINUTE)
    assert attempt.closes_at == NOW + 47 * MINUTE
    assert attempt.answers.count("0") == 4, "nothing is lost"
    second.now = NOW + 36 * MINUTE
    for place in range(6, 10):
        second.answer(place, second.right(place))
    assert second.submit().passed


def test_a_second_break_runs_on(session: Session, hall: Cast, exam: Exam) -> None:
    tablet = Candidate(session, hall.staff, exam.id).begin()
    tablet.now = NOW + 5 * MINUTE
    assert tablet.open(tablet.opened.attempt.id).opened.given_back == 300
    tablet.now = NOW + 15 * MINUTE
    assert tablet.open(tablet.opened.attempt.id).opened.given_back == 0
    assert tablet.attempt.deadline == NOW + 35 * MINUTE


def test_a_long_break_costs_what_goes_beyond_the_grace(
    session: Session, hall: Cast, exam: Exam
) -> None:
    tablet = Candidate(session, hall.staff, exam.id).begin()
    tablet.now = NOW + 25 * MINUTE
    tablet.open(tablet.opened.attempt.id)
    assert tablet.attempt.deadline == NOW + 40 * MINUTE and tablet.opened.given_back == 600


def test_whoever_comes_back_too_late_finds_it_over(
    session: Session, hall: Cast, exam: Exam
) -> None:
    tablet = Candidate(session, hall.staff, exam.id).begin()
    tablet.answer_all(wrong=(0, 1, 2, 3, 4))
    tablet.now = NOW + 40 * MINUTE
    tablet.open(tablet.opened.attempt.id)
    assert tablet.opened.is_over
    attempt = tablet.attempt
    assert (attempt.ended_by, attempt.passed, attempt.halves) == (Ending.TIME, False, 28)
    assert attempt.submitted_at == NOW + 30 * MINUTE


def test_the_job_marks_what_was_left_lying_once(session: Session, hall: Cast, exam: Exam) -> None:
    tablet = Candidate(session, hall.staff, exam.id).begin()
    tablet.answer_all()
    assert marking.close_overdue(session, NOW + 40 * MINUTE - timedelta(seconds=1)) == 0
    assert marking.close_overdue(session, NOW + 40 * MINUTE) == 1
    assert marking.close_overdue(session, NOW + 40 * MINUTE) == 0
    assert tablet.attempt.passed and tablet.attempt.ended_by == Ending.TIME


def test_nobody_opens_anothers_exam(session: Session, hall: Cast, exam: Exam) -> None:
    tablet = Candidate(session, hall.staff, exam.id).begin()
    for other in (hall.second_staff, hall.officer, hall.manager):
        with pytest.raises(NotYourExam):
            Candidate(session, other, exam.id).open(tablet.opened.attempt.id)
    with pytest.raises(NotFound):
        Candidate(session, hall.foreign_manager, exam.id).open(tablet.opened.attempt.id)


def test_a_tablet_that_was_replaced_does_not_come_back_by_itself(
    session: Session, hall: Cast, exam: Exam
) -> None:
    first = Candidate(session, hall.staff, exam.id).begin()
    second = Candidate(session, hall.staff, exam.id).open(first.opened.attempt.id)
    with pytest.raises(TokenUnknown):
        first.open(first.opened.attempt.id)
    third = replace(first, token=token()).open(first.opened.attempt.id)
    assert third.opened.taken_over and second.token != third.token


def test_the_cover_says_by_which_rules_and_where_it_is_under_way(
    session: Session, hall: Cast, exam: Exam
) -> None:
    device, _token = accounts.enrol_device(
        session, None, site_id=hall.site_id, name="公用平板 1", window_ids=[hall.a01], now=NOW
    )
    before = sitting.cover(session, hall.staff, exam.id, NOW)
    assert (before.questions, before.rules.minutes, before.running_on) == (10, 30, "")
    assert before.standing.may_sit and before.course == "窗口级岗前培训"
    Candidate(session, replace(hall.staff, device_id=device.id), exam.id).begin()
    changed = exam_facts(session, hall, minutes=60, parts=(Part(Kind.SINGLE, 3),))
    definitions.save_exam(session, hall.officer, changed, exam_id=exam.id, now=NOW)
    under_way = sitting.cover(session, hall.staff, exam.id, NOW)
    assert (under_way.questions, under_way.rules.minutes) == (10, 30), "as it began"
    assert under_way.running_on == "公用平板 1" and not under_way.standing.may_sit
