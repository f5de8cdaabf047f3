"""Results: explained question by question, to those whom they concern."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from drills.exams.errors import NotOverYet
from drills.exams.models import Exam, Question
from drills.exams.service import figures, questions, results
from drills.exams.service.checking import facts_of
from drills.exams.service.results import Filters
from safety_app.core.errors import NotAllowed, NotFound
from tests.cast import NOW, TODAY, Cast
from tests.drills.exams.cases import Candidate, make_exam, sat

DAY = timedelta(days=1)


@pytest.fixture
def exam(session: Session, hall: Cast) -> Exam:
    """Ten questions."""
    return make_exam(session, hall)


def test_each_question_is_explained(session: Session, hall: Cast, exam: Exam) -> None:
    tablet = Candidate(session, hall.staff, exam.id).begin()
    tablet.answer_all(wrong=(0,))
    attempt = tablet.submit()
    found = results.outcome(session, hall.staff, attempt.id, NOW)
    assert (found.brief.score, found.brief.percent, found.brief.passed) == ("22/24", 91.6, True)
    assert len(found.lines) == 10
    first, *rest = found.lines
    assert not first.is_right and first.chosen != first.right and first.got == "0"
    assert all(one.is_right and one.chosen == one.right and one.got == one.points for one in rest)
    assert all(one.explanation for one in found.lines)


def test_it_is_explained_by_the_version_that_was_asked(
    session: Session, hall: Cast, exam: Exam
) -> None:
    attempt = sat(session, hall, exam)
    before = results.outcome(session, hall.staff, attempt.id, NOW).lines
    for question_id in attempt.questions:
        question = session.get_one(Question, question_id)
        changed = facts_of(question)
        questions.edit_question(
            session, hall.officer, question_id,
            replace(changed, text=f"改过：{changed.text}", explanation="改过"), now=NOW + DAY,
        )  # fmt: skip
    session.expire_all()
    assert results.outcome(session, hall.staff, attempt.id, NOW).lines == before


def test_there_is_no_result_while_it_is_under_way(session: Session, hall: Cast, exam: Exam) -> None:
    attempt = Candidate(session, hall.staff, exam.id).begin().attempt
    for who in (hall.staff, hall.officer):
        with pytest.raises(NotOverYet):
            results.outcome(session, who, attempt.id, NOW)


def test_results_are_seen_by_those_whom_they_concern(
    session: Session, hall: Cast, exam: Exam
) -> None:
    attempt = sat(session, hall, exam)
    for who in (hall.staff, hall.lead, hall.officer, hall.manager):
        assert results.outcome(session, who, attempt.id, NOW).lines
        assert [one.id for one in results.list_results(session, who, Filters())] == [attempt.id]
    for who in (hall.second_staff, hall.other_lead, hall.administrator, hall.third_party):
        with pytest.raises(NotAllowed):
            results.outcome(session, who, attempt.id, NOW)
        assert results.list_results(session, who, Filters()) == []
    with pytest.raises(NotFound):
        results.outcome(session, hall.foreign_manager, attempt.id, NOW)


def test_results_are_found_by_exam_day_name_and_outcome(
    session: Session, hall: Cast, exam: Exam
) -> None:
    other = make_exam(session, hall, title="消防安全考试")
    one = sat(session, hall, exam, passes=False)
    two = sat(session, hall, other, by=hall.second_staff, now=NOW + DAY)

    def found(**wanted: object) -> list[int]:
        filters = Filters(**wanted)  # type: ignore[arg-type]
        return [row.id for row in results.list_results(session, hall.officer, filters)]

    assert found() == [two.id, one.id], "the newest first"
    assert found(exam_id=other.id) == [two.id]
    assert found(last=TODAY) == [one.id] and found(first=TODAY + DAY) == [two.id]
    assert found(passed=False) == [one.id]
    assert found(text="晓燕") == [one.id] and found(text="zhou") == [two.id]
    assert found(text=two.number.lower()) == [two.id] and found(text="没有") == []


def test_questions_and_exams_are_counted(session: Session, hall: Cast, exam: Exam) -> None:
    sat(session, hall, exam, passes=False)
    sat(session, hall, exam, by=hall.second_staff)
    sat(session, hall, exam, now=NOW + 2 * DAY)
    found = figures.question_figures(session, hall.officer, TODAY, TODAY + 2 * DAY)
    assert sum(one.asked for one in found.values()) == 30
    assert sum(one.right for one in found.values()) == 20
    (row,) = figures.exam_figures(session, hall.officer, TODAY, TODAY + 2 * DAY)
    assert (row.sat, row.passed, row.people, row.people_passed) == (3, 2, 2, 2)
    (row,) = figures.exam_figures(session, hall.officer, TODAY, TODAY)
    assert (row.sat, row.passed, row.people, row.people_passed) == (2, 1, 2, 1)


@pytest.mark.parametrize("who", ["staff", "lead", "administrator", "third_party"])
def test_figures_are_for_officer_and_manager_only(session: Session, hall: Cast, who: str) -> None:
    for ask in (figures.question_figures, figures.exam_figures):
        with pytest.raises(NotAllowed):
            ask(session, hall.everyone()[who], TODAY, TODAY)
