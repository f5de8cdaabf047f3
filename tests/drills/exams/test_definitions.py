"""What an exam asks: figures within reason, and never more than the bank has."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from drills.exams.drawing import Part
from drills.exams.errors import (
    BankTooSmall,
    ExamChanged,
    FigureNotPossible,
    NoParts,
    PassMarkTooLow,
    TooManyQuestions,
)
from drills.exams.models import Kind
from drills.exams.ready import ready
from drills.exams.service import definitions, lots, questions
from drills.training import service as training
from drills.training import shipped
from safety_app.core.errors import AppError, NotAllowed, NotFound, TextMissing
from safety_app.core.i18n import use_language
from tests.cast import NOW, Cast
from tests.drills.exams.cases import course_id, exam_facts, make_exam

LATER = NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"parts": ()}, NoParts),
        ({"parts": (Part(Kind.SINGLE, 0),)}, NoParts),
        ({"parts": (Part(Kind.SINGLE, 3), Part(Kind.MULTIPLE, -1))}, NoParts),
        ({"parts": (Part(Kind.SINGLE, 101),)}, TooManyQuestions),
        ({"parts": (Part(Kind.SINGLE, 90),)}, BankTooSmall),
        ({"parts": (Part(Kind.SINGLE, 1, "防汛"),)}, BankTooSmall),
        ({"minutes": 4}, FigureNotPossible),
        ({"minutes": 241}, FigureNotPossible),
        ({"pass_percent": 101}, FigureNotPossible),
        ({"pass_percent": 79}, PassMarkTooLow),
        ({"attempts": -1}, FigureNotPossible),
        ({"retake_days": 91}, FigureNotPossible),
        ({"grace_minutes": 31}, FigureNotPossible),
        ({"title": " "}, TextMissing),
        ({"course_id": 99999}, NotFound),
    ],
)
def test_what_cannot_be_is_refused(
    session: Session, hall: Cast, changes: dict[str, Any], error: type[AppError]
) -> None:
    with pytest.raises(error):
        make_exam(session, hall, **changes)
    assert definitions.list_exams(session, hall.site_id) == []


def test_it_is_said_how_many_questions_are_missing(session: Session, hall: Cast) -> None:
    parts = (Part(Kind.SINGLE, 9, "alarm"), Part(Kind.MULTIPLE, 40))
    with pytest.raises(BankTooSmall) as refused:
        make_exam(session, hall, parts=parts)
    for language, words in (
        ("zh_CN", ("报警与事故报告", "缺 4", "缺 23")),
        ("en", ("Alarm and reporting", "4 missing", "23 missing")),
    ):
        with use_language(language):
            assert all(word in refused.value.message() for word in words)


def test_an_exam_is_changed_and_whoever_was_overtaken_is_told(session: Session, hall: Cast) -> None:
    exam = make_exam(session, hall)
    facts = exam_facts(
        session, hall, minutes=40, parts=(Part(Kind.SINGLE, 5), Part(Kind.MULTIPLE, 0))
    )
    definitions.save_exam(session, hall.officer, facts, exam_id=exam.id, row_version=1, now=LATER)
    assert (exam.minutes, exam.row_version) == (40, 2)
    assert exam.parts == [{"kind": "single", "topic": "", "count": 5}]
    with pytest.raises(ExamChanged):
        definitions.save_exam(
            session, hall.officer, facts, exam_id=exam.id, row_version=1, now=LATER
        )


def test_one_that_is_not_offered_may_ask_more_than_there_is(session: Session, hall: Cast) -> None:
    exam = make_exam(session, hall, is_active=False, parts=(Part(Kind.SINGLE, 90),))
    assert definitions.list_exams(session, hall.site_id) == []
    assert definitions.list_exams(session, hall.site_id, inactive=True) == [exam]


def test_questions_taken_out_later_are_missed(session: Session, hall: Cast) -> None:
    exam = make_exam(session, hall, parts=(Part(Kind.MULTIPLE, 2, "alarm"),))
    assert definitions.lacks_of(session, exam) == []
    bank = questions.bank_of(session, hall.site_id)
    one = next(q for q in bank if q.topic == "alarm" and q.kind == Kind.MULTIPLE)
    questions.set_active(session, hall.officer, one.id, is_active=False, now=LATER)
    (lack,) = definitions.lacks_of(session, exam)
    assert (lack.wanted, lack.there) == (2, 1)


def test_only_who_keeps_the_bank_says_what_is_asked(session: Session, hall: Cast) -> None:
    for who in ("staff", "lead", "manager", "third_party"):
        with pytest.raises(NotAllowed):
            definitions.save_exam(session, hall.everyone()[who], exam_facts(session, hall), now=NOW)


def test_another_halls_exam_is_out_of_reach(session: Session, hall: Cast) -> None:
    exam = make_exam(session, hall)
    with pytest.raises(NotFound):
        definitions.get_exam(session, hall.foreign_site_id, exam.id)
    assert course_id(session, hall) == exam.course_id


def test_a_ready_exam_is_there_for_every_shipped_course_that_needs_one(
    session: Session, hall: Cast
) -> None:
    needing = [one.code for one in shipped.courses() if one.needs_exam]
    assert sorted(ready()) == sorted(needing)
    made = definitions.add_ready(session, hall.officer, now=NOW)
    assert len(made) == len(needing)
    for exam in made:
        course = training.get_course(session, hall.site_id, exam.course_id)
        assert exam.is_active and exam.pass_percent == course.pass_mark
        assert lots.draw_paper(session, exam, now=NOW).out_of in (50, 100)


def test_ready_exams_do_not_come_back_nor_stand_beside_the_halls_own(
    session: Session, hall: Cast
) -> None:
    own = make_exam(session, hall, is_active=False)
    made = definitions.add_ready(session, hall.officer, now=NOW)
    assert own.course_id not in {one.course_id for one in made}
    assert definitions.add_ready(session, hall.officer, now=LATER) == []
    assert definitions.without_exam(session, hall.site_id) == []
    with pytest.raises(NotAllowed):
        definitions.add_ready(session, hall.lead, now=NOW)
