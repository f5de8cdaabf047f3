"""Practical tests: point by point, signed by an assessor who is not the candidate."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.exams.errors import (
    DayOutside,
    EssentialNotShown,
    HoursMissing,
    NoteMissing,
    OwnAssessor,
    PointsNotMarked,
)
from drills.exams.models import PracticalTest
from drills.exams.practicals import lists, lists_for
from drills.exams.service import practical, results, striking
from drills.training import service as training
from drills.training.models import Course, Result, Source
from drills.training.service.shortages import shortages
from safety_app.accounts.service import Drawn
from safety_app.core.access import Actor
from safety_app.core.errors import AppError, NotAllowed, NotFound
from tests.cast import NOW, TODAY, Cast
from tests.checklists.sheets import INK
from tests.drills.exams.cases import ask_hours, course_id, make_exam, sat
from tests.drills.exams.test_hours import attended
from tests.drills.training.lessons import here_since, only

DAY = timedelta(days=1)
COUNT = len(lists()["extinguisher"].points)


def record(session: Session, hall: Cast, *, by: Actor | None = None, **facts: Any) -> PracticalTest:
    """The officer tests a member of staff with an extinguisher; everything is shown."""
    wanted: dict[str, Any] = {
        "list_code": "extinguisher", "course_id": course_id(session, hall),
        "user_id": hall.staff.user_id, "on": TODAY, "marks": [True] * COUNT, "passed": True,
        "signature": INK, "now": NOW, **facts,
    }  # fmt: skip
    return practical.record_test(session, by or hall.officer, **wanted)


def test_the_lists_say_what_must_be_shown_in_both_languages() -> None:
    for one in lists().values():
        assert any(point.must for point in one.points) and one.name_en
    assert lists_for("REFRESHER")[0].code == "aed"
    assert {one.code for one in lists_for("FIRE")} == set(lists())


def test_a_test_is_kept_with_its_points_and_tells_training(session: Session, hall: Cast) -> None:
    test = record(session, hall, note="动作熟练")
    assert (test.number, test.marks, test.passed) == ("SC-2026-0001", "P" * COUNT, True)
    (row,) = practical.list_tests(session, hall.officer)
    assert (row.person, row.assessor, row.shown, row.total) == ("王晓燕", "刘洋", COUNT, COUNT)
    assert row.points[2] == ("拔下保险销", True, True)
    kept = session.scalars(select(Result)).one()
    assert (kept.passed, kept.source, kept.source_key) == (
        True, Source.PRACTICAL, "exams:practical:SC-2026-0001",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"marks": [True] * (COUNT - 1)}, PointsNotMarked),
        ({"marks": [True] * (COUNT - 1) + [None]}, PointsNotMarked),
        ({"marks": [True] * (COUNT + 1)}, PointsNotMarked),
        ({"marks": [True, True, False] + [True] * (COUNT - 3)}, EssentialNotShown),
        ({"passed": False}, NoteMissing),
        ({"on": TODAY + DAY}, DayOutside),
        ({"on": TODAY - 8 * DAY}, DayOutside),
        ({"list_code": "juggling"}, NotFound),
        ({"course_id": 99999}, NotFound),
        ({"user_id": 99999}, NotFound),
        ({"signature": Drawn([[[0, 0], [1, 1]]], 300, 120)}, AppError),
    ],
)
def test_what_cannot_be_is_refused(
    session: Session, hall: Cast, changes: dict[str, Any], error: type[AppError]
) -> None:
    with pytest.raises(error):
        record(session, hall, **changes)
    assert session.scalar(select(PracticalTest.id)) is None
    assert session.scalar(select(Result.id)) is None


def test_what_is_not_essential_may_be_missing(session: Session, hall: Cast) -> None:
    marks = [point.must for point in lists()["extinguisher"].points]
    assert False in marks
    assert record(session, hall, marks=marks).passed


def test_who_failed_shows_it_again(session: Session, hall: Cast) -> None:
    marks = [False] * COUNT
    failed = record(session, hall, marks=marks, passed=False, note="未拔保险销")
    assert not failed.passed
    assert record(session, hall, on=TODAY, now=NOW + DAY).passed
    assert [one.passed for one in practical.list_tests(session, hall.staff)] == [True, False]


def test_nobody_tests_themselves(session: Session, hall: Cast) -> None:
    with pytest.raises(OwnAssessor):
        record(session, hall, user_id=hall.officer.user_id)
    assert hall.officer.user_id not in {
        one.id for one in practical.candidates(session, hall.officer)
    }


def test_a_manager_tests_the_officer(session: Session, hall: Cast) -> None:
    test = record(session, hall, by=hall.manager, user_id=hall.officer.user_id)
    assert test.passed and test.assessor_id == hall.manager.user_id


def test_leads_test_their_own_people_and_others_nobody(session: Session, hall: Cast) -> None:
    assert record(session, hall, by=hall.lead).assessor_id == hall.lead.user_id
    named = {one.id for one in practical.candidates(session, hall.lead)}
    assert named == {hall.staff.user_id, hall.second_staff.user_id}
    for who in (hall.other_lead, hall.second_staff, hall.administrator, hall.third_party):
        with pytest.raises(NotAllowed):
            record(session, hall, by=who)


def test_results_are_seen_by_those_whom_they_concern(session: Session, hall: Cast) -> None:
    test = record(session, hall)
    for who in (hall.staff, hall.lead, hall.officer, hall.manager):
        assert practical.get_test(session, who, test.id).number == test.number
    for who in (hall.second_staff, hall.other_lead, hall.third_party):
        assert practical.list_tests(session, who) == []
        with pytest.raises(NotAllowed):
            practical.get_test(session, who, test.id)
    with pytest.raises(NotFound):
        practical.get_test(session, hall.foreign_manager, test.id)


def test_of_a_course_with_both_the_second_pass_stands_for_the_course(
    session: Session, hall: Cast
) -> None:
    course = session.get_one(Course, course_id(session, hall))
    course.needs_practical = True
    exam = make_exam(session, hall)
    attempt = sat(session, hall, exam)
    record(session, hall)
    kept = session.scalars(select(Result).order_by(Result.id)).all()
    assert [(one.source, one.counts) for one in kept] == [
        (Source.EXAM, False), (Source.PRACTICAL, True),
    ]  # fmt: skip
    said = results.outcome(session, hall.staff, attempt.id, NOW).next_step
    assert "实操考核" in said


def ends_with(
    session: Session, hall: Cast, *, exam: bool, practical: bool, hours: float = 0
) -> Course:
    """The course of the window level, as a hall may have it."""
    course = session.get_one(Course, course_id(session, hall))
    course.needs_exam, course.needs_practical = exam, practical
    ask_hours(session, hall, course.id, hours)
    return course


def lacks(session: Session, hall: Cast) -> bool:
    """Whether the gate misses the course of the window level with the staff member today."""
    within = (TODAY, TODAY)
    found = shortages(session, hall.site_id, within, [hall.staff.user_id]).lacks
    return course_id(session, hall) in found.get(hall.staff.user_id, {})


@pytest.mark.parametrize("exam", [True, False])
def test_a_course_that_does_not_end_with_it_is_not_passed_by_it(
    session: Session, hall: Cast, exam: bool
) -> None:
    here_since(session, hall)
    only(session, hall, "PRE-WINDOW")
    ends_with(session, hall, exam=exam, practical=False, hours=8)
    test = record(session, hall, by=hall.lead)
    assert test.passed and lacks(session, hall)


def test_an_exam_alone_passes_no_course_that_ends_with_a_practical_test(
    session: Session, hall: Cast
) -> None:
    here_since(session, hall)
    only(session, hall, "PRE-WINDOW")
    exam = make_exam(session, hall)
    ends_with(session, hall, exam=False, practical=True)
    attempt = sat(session, hall, exam)
    assert attempt.passed and lacks(session, hall)
    said = results.outcome(session, hall.staff, attempt.id, NOW).next_step
    assert "仅作记录" in said
    record(session, hall)
    assert not lacks(session, hall)


@pytest.mark.parametrize("exam", [True, False])
def test_the_training_comes_before_the_practical_test_too(
    session: Session, hall: Cast, exam: bool
) -> None:
    ends_with(session, hall, exam=exam, practical=True, hours=8)
    attended(session, hall, 4)
    with pytest.raises(HoursMissing) as found:
        record(session, hall, now=NOW)
    assert found.value.left == 4
    assert session.scalar(select(PracticalTest.id)) is None
    failed = record(session, hall, marks=[False] * COUNT, passed=False, note="未拔保险销")
    assert not failed.passed, "a failed one is kept as it was"
    attended(session, hall, 4, days=1)
    with pytest.raises(HoursMissing):
        record(session, hall, now=NOW + DAY)
    record(session, hall, on=TODAY + DAY, now=NOW + DAY)
    last = session.scalars(select(Result).order_by(Result.id.desc())).first()
    assert last is not None and last.counts is not exam


@pytest.mark.parametrize("exam_first", [True, False])
def test_a_struck_exam_closes_the_gate_whichever_half_came_first(
    session: Session, hall: Cast, exam_first: bool
) -> None:
    here_since(session, hall)
    only(session, hall, "PRE-WINDOW")
    exam = make_exam(session, hall)
    ends_with(session, hall, exam=True, practical=True)
    if not exam_first:
        record(session, hall)
    attempt = sat(session, hall, exam)
    if exam_first:
        record(session, hall)
    assert not lacks(session, hall)
    striking.strike(session, hall.officer, attempt.id, reason="替考", now=NOW)
    assert lacks(session, hall)
    sat(session, hall, exam, now=NOW + timedelta(hours=1))
    assert not lacks(session, hall), "with the half that is left"


def test_what_stands_in_place_of_an_exam_is_struck_with_it(session: Session, hall: Cast) -> None:
    exam = make_exam(session, hall)
    ends_with(session, hall, exam=True, practical=True)
    record(session, hall)
    attempt = sat(session, hall, exam)
    shown = session.scalars(select(Result).where(Result.source == Source.PRACTICAL)).one()
    training.strike(session, hall.officer, shown.id, reason="未实际操作", now=NOW)
    half = session.scalars(select(Result).where(Result.superseded_at.is_(None), Result.passed))
    assert not half.one().counts, "the exam waits for another practical test"
    striking.strike(session, hall.officer, attempt.id, reason="替考", now=NOW)
    assert session.scalar(
        select(Result.id).where(Result.superseded_at.is_(None), Result.passed)
    ) is None  # fmt: skip
    record(session, hall, now=NOW + DAY)
    assert session.scalar(
        select(Result.id).where(Result.superseded_at.is_(None), Result.counts)
    ) is None  # fmt: skip
