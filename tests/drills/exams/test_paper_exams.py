"""Exams on paper: drawn to be printed, scores entered with scans, by somebody else."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.exams.errors import (
    DayOutside,
    ExamNotOffered,
    NobodyChosen,
    OwnAssessor,
    OwnScore,
    RetakeTooEarly,
    RowsRefused,
    ScanMissing,
    ScoreOutside,
)
from drills.exams.models import Attempt, AttemptFile, Exam, Form
from drills.exams.service import paper_exams, results
from drills.exams.service.paper_exams import Score
from drills.exams.service.retaking import standing
from drills.training.models import Result
from safety_app.core import files
from safety_app.core.access import Actor
from safety_app.core.errors import AppError, NotAllowed, NotFound, TextMissing
from safety_app.core.settings import settings
from tests.cast import NOW, TODAY, Cast
from tests.core import papers
from tests.drills.exams.cases import make_exam, sat

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Files that are handed in go to a folder of the test."""
    monkeypatch.setenv("SAFETY_DATA_DIR", str(tmp_path))
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.fixture
def exam(session: Session, hall: Cast) -> Exam:
    """Ten questions, 24 points."""
    return make_exam(session, hall)


def scan(session: Session, hall: Cast, by: Actor | None = None) -> int:
    """The scan of an answered paper."""
    return files.receive(session, by or hall.officer, papers.pdf(), "答卷.pdf", now=NOW).id


def record(session: Session, hall: Cast, exam: Exam, *scores: Score, **facts: Any) -> list[Attempt]:
    """Enter scores as the officer, assessed by the lead."""
    wanted: dict[str, Any] = {
        "out_of": 100, "on": TODAY, "assessor_id": hall.lead.user_id,
        "file_ids": [scan(session, hall)], "now": NOW, **facts,
    }  # fmt: skip
    by = wanted.pop("by", hall.officer)
    return paper_exams.record_scores(session, by, exam.id, scores=scores, **wanted)


def test_a_paper_is_drawn_for_printing_and_again_from_its_seed(
    session: Session, hall: Cast, exam: Exam
) -> None:
    paper = paper_exams.draw_for_print(session, hall.officer, exam.id, now=NOW)
    again = paper_exams.draw_for_print(session, hall.officer, exam.id, seed=paper.seed, now=NOW)
    other = paper_exams.draw_for_print(session, hall.officer, exam.id, now=NOW)
    assert (paper.number, again.number) == ("SJ-2026-0001", "SJ-2026-0002")
    assert (paper.questions, paper.orders) == (again.questions, again.orders)
    assert paper.questions != other.questions and paper.out_of == 24
    assert [one.id for one in paper_exams.list_papers(session, hall.officer)] == [
        other.id, again.id, paper.id,
    ]  # fmt: skip
    exam.is_active = False
    with pytest.raises(ExamNotOffered):
        paper_exams.draw_for_print(session, hall.officer, exam.id, now=NOW)


def test_scores_are_entered_for_several_with_one_scan(
    session: Session, hall: Cast, exam: Exam
) -> None:
    paper = paper_exams.draw_for_print(session, hall.officer, exam.id, now=NOW)
    one, two = record(
        session, hall, exam, Score(hall.staff.user_id, 40), Score(hall.second_staff.user_id, 37),
        paper_id=paper.id, on=TODAY - DAY, note="上午第一场",
    )  # fmt: skip
    assert (one.passed, two.passed) == (True, False)
    assert (one.form, one.held_on, one.out_of) == (Form.PAPER, TODAY - DAY, 24)
    assert (one.assessor_id, one.entered_by) == (hall.lead.user_id, hall.officer.user_id)
    files_of = session.scalars(select(AttemptFile.file_id)).all()
    assert len(files_of) == 2 and len(set(files_of)) == 1
    kept = session.scalars(select(Result).order_by(Result.id)).all()
    assert [(row.passed, row.score, row.out_of) for row in kept] == [
        (True, 20.0, 24.0), (False, 18.5, 24.0),
    ]  # fmt: skip
    found = results.outcome(session, hall.staff, one.id, NOW)
    assert found.lines == () and found.brief.assessor == "李敏" and found.file_ids


def test_a_drawn_paper_is_judged_by_the_rules_it_was_drawn_with(
    session: Session, hall: Cast, exam: Exam
) -> None:
    paper = paper_exams.draw_for_print(session, hall.officer, exam.id, now=NOW)
    exam.pass_percent = 95
    session.flush()
    (drawn,) = record(session, hall, exam, Score(hall.staff.user_id, 40), paper_id=paper.id)
    assert drawn.passed and drawn.rules["pass_percent"] != 95
    (own,) = record(session, hall, exam, Score(hall.second_staff.user_id, 180))
    assert not own.passed and own.rules["pass_percent"] == 95


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"out_of": 0}, ScoreOutside),
        ({"out_of": 1001}, ScoreOutside),
        ({"on": TODAY + DAY}, DayOutside),
        ({"on": date(2025, 11, 1)}, DayOutside),
        ({"file_ids": []}, ScanMissing),
        ({"paper_id": 99999}, NotFound),
        ({"assessor_id": 99999}, NotFound),
    ],
)
def test_what_cannot_be_is_refused(
    session: Session, hall: Cast, exam: Exam, changes: dict[str, Any], error: type[AppError]
) -> None:
    with pytest.raises(error):
        record(session, hall, exam, Score(hall.staff.user_id, 100), **changes)
    assert session.scalar(select(Attempt.id)) is None


def test_nobody_chosen_is_nobody_examined(session: Session, hall: Cast, exam: Exam) -> None:
    with pytest.raises(NobodyChosen):
        record(session, hall, exam)


def test_all_that_is_wrong_with_the_candidates_is_told_and_nothing_recorded(
    session: Session, hall: Cast, exam: Exam
) -> None:
    sat(session, hall, exam, by=hall.second_staff, passes=False)
    with pytest.raises(RowsRefused) as refused:
        record(
            session, hall, exam,
            Score(hall.staff.user_id, 160), Score(hall.lead.user_id, 160),
            Score(hall.officer.user_id, 160), Score(hall.other_staff.user_id, 201),
            Score(hall.second_staff.user_id, 160), Score(hall.foreign_manager.user_id, 160),
        )  # fmt: skip
    kinds = [type(one) for _name, one in refused.value.facts["problems"]]
    assert kinds == [OwnAssessor, OwnScore, ScoreOutside, RetakeTooEarly, NotFound]
    said = refused.value.message()
    assert all(name in said for name in ("李敏", "刘洋", "吴涛", "周航"))
    assert len(session.scalars(select(Attempt.id)).all()) == 1


def test_a_paper_belongs_to_its_exam(session: Session, hall: Cast, exam: Exam) -> None:
    other = make_exam(session, hall, title="消防安全考试")
    paper = paper_exams.draw_for_print(session, hall.officer, other.id, now=NOW)
    with pytest.raises(NotFound):
        record(session, hall, exam, Score(hall.staff.user_id, 40), paper_id=paper.id)


def test_leave_opens_one_more_attempt_at_once(session: Session, hall: Cast, exam: Exam) -> None:
    sat(session, hall, exam, passes=False)
    sat(session, hall, exam, passes=False, now=NOW + 2 * DAY)
    later = NOW + 3 * DAY
    leave = paper_exams.allow_another(
        session, hall.officer, exam.id, hall.staff.user_id, reason="岗位急需，已补训", now=later
    )
    assert (leave.given_by, leave.reason) == (hall.officer.user_id, "岗位急需，已补训")
    found = standing(session, exam, hall.staff.user_id, TODAY + 3 * DAY)
    assert found.may_sit and (found.used, found.allowed) == (2, 3)
    sat(session, hall, exam, passes=False, now=later + timedelta(hours=1))
    assert not standing(session, exam, hall.staff.user_id, TODAY + 3 * DAY).may_sit


def test_leave_needs_a_reason_and_is_not_for_oneself(
    session: Session, hall: Cast, exam: Exam
) -> None:
    give = paper_exams.allow_another
    with pytest.raises(TextMissing):
        give(session, hall.officer, exam.id, hall.staff.user_id, reason=" ", now=NOW)
    with pytest.raises(OwnScore):
        give(session, hall.officer, exam.id, hall.officer.user_id, reason="急", now=NOW)


@pytest.mark.parametrize("who", ["staff", "lead", "administrator", "third_party"])
def test_only_the_officer_enters_results(
    session: Session, hall: Cast, exam: Exam, who: str
) -> None:
    actor = hall.everyone()[who]
    paper = paper_exams.draw_for_print(session, hall.officer, exam.id, now=NOW)
    with pytest.raises(NotAllowed):
        record(session, hall, exam, Score(hall.other_staff.user_id, 160), by=actor)
    with pytest.raises(NotAllowed):
        paper_exams.draw_for_print(session, actor, exam.id, now=NOW)
    with pytest.raises(NotAllowed):
        paper_exams.get_paper(session, actor, paper.id)
    with pytest.raises(NotAllowed):
        paper_exams.allow_another(
            session, actor, exam.id, hall.other_staff.user_id, reason="急", now=NOW
        )


def test_a_scan_of_several_is_seen_by_who_may_see_all_of_them(
    session: Session, hall: Cast, exam: Exam
) -> None:
    both = scan(session, hall)
    record(
        session, hall, exam, Score(hall.staff.user_id, 180), Score(hall.other_staff.user_id, 180),
        file_ids=[both], assessor_id=hall.manager.user_id,
    )  # fmt: skip
    own = scan(session, hall)
    record(session, hall, exam, Score(hall.second_staff.user_id, 180), file_ids=[own])

    def seen(who: Any) -> tuple[bool, bool]:
        return (
            paper_exams.may_see_scan(session, who, both),
            paper_exams.may_see_scan(session, who, own),
        )

    assert seen(hall.officer) == seen(hall.manager) == (True, True)
    assert seen(hall.second_staff) == seen(hall.lead) == (False, True)
    assert seen(hall.staff) == seen(hall.foreign_manager) == (False, False)
