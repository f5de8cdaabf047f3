"""Certificates stand for their course; a wrong result is replaced, never edited."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.training import service
from drills.training.errors import (
    CourseNotOffered,
    HoursTooFew,
    NothingChanged,
    OwnRecord,
    ProofMissing,
    ResultAhead,
    ScoreTooLow,
    Superseded,
    ValidityReversed,
)
from drills.training.models import PARTS, Result, TrainingFile
from drills.training.service import Source
from drills.training.service.halves import Half, forsaken, wholes
from drills.training.service.ledger import ledger_of
from drills.training.service.matrix import row_of, standing
from drills.training.service.proofs import proofs
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.errors import AppError, NotAllowed, NotFound, TextMissing
from safety_app.core.file_errors import FileGone
from tests.cast import NOW, TODAY, Cast
from tests.drills.training.lessons import course, here_since, only, passed, scan

DAY = timedelta(days=1)


def certificate(session: Session, hall: Cast, by: Actor | None = None, **changes: object) -> Result:
    actor = by or hall.officer
    facts: dict[str, object] = {
        "user_id": hall.staff.user_id,
        "course_id": course(session, hall, "CONTROL-ROOM").id,
        "number": "2026-JS-00417",
        "issuer": "省消防职业技能鉴定站",
        "issued_on": date(2026, 3, 2),
        "expires_on": date(2027, 3, 1),
        "client_key": "form-1",
    }
    if "file_ids" not in changes:
        facts["file_ids"] = [scan(session, actor)]
    return service.file_certificate(session, actor, now=NOW, **(facts | changes))  # type: ignore[arg-type]


def facts_of(result: Result, **changes: object) -> service.Facts:
    known = {
        "on": result.on_date,
        "passed": result.passed,
        "score": result.score,
        "out_of": result.out_of,
        "hours": result.hours,
        "valid_until": result.valid_until,
    }
    return service.Facts(**(known | changes))  # type: ignore[arg-type]


@pytest.mark.usefixtures("store")
def test_a_certificate_counts_until_it_expires(session: Session, hall: Cast) -> None:
    found = certificate(session, hall)
    assert found.counts and found.valid_until == date(2027, 3, 1)
    kept = session.scalars(select(TrainingFile.file_id).where(TrainingFile.record_id == found.id))
    assert len(kept.all()) == 1
    again = certificate(session, hall)
    assert again.id == found.id, "the same form sent twice files it once"


@pytest.mark.usefixtures("store")
def test_a_certificate_that_proves_nothing_is_not_filed(session: Session, hall: Cast) -> None:
    with pytest.raises(ProofMissing):
        certificate(session, hall, file_ids=[])
    with pytest.raises(FileGone):
        certificate(session, hall, file_ids=[scan(session, hall.manager)])
    with pytest.raises(TextMissing):
        certificate(session, hall, number=" ")
    with pytest.raises(ResultAhead):
        certificate(session, hall, issued_on=TODAY + DAY, expires_on=None)
    with pytest.raises(ValidityReversed):
        certificate(session, hall, expires_on=date(2026, 3, 1))
    course(session, hall, "CONTROL-ROOM").is_active = False
    session.flush()
    with pytest.raises(CourseNotOffered):
        service.file_certificate(
            session, hall.officer, user_id=hall.staff.user_id,
            course_id=next(
                one.id for one in service.list_courses(session, hall.site_id, active=False)
                if one.code == "CONTROL-ROOM"
            ),
            number="1", issuer="2", issued_on=TODAY, expires_on=None,
            file_ids=[scan(session, hall.officer)], client_key="k", now=NOW,
        )  # fmt: skip


@pytest.mark.usefixtures("store")
def test_a_lead_files_certificates_of_own_people(session: Session, hall: Cast) -> None:
    certificate(session, hall, hall.lead)
    with pytest.raises(NotFound):
        certificate(session, hall, hall.other_lead)
    with pytest.raises(NotFound):
        certificate(session, hall, hall.staff, user_id=hall.second_staff.user_id)


def test_a_correction_replaces_and_keeps_what_was_wrong(session: Session, hall: Cast) -> None:
    here_since(session, hall)
    only(session, hall, "FIRE")
    wrong = passed(session, hall, hall.staff.user_id, "FIRE", TODAY - 400 * DAY)
    fresh = service.correct(
        session, hall.officer, wrong.id, facts_of(wrong, on=TODAY - 40 * DAY),
        reason="年份录错", now=NOW,
    )  # fmt: skip
    assert wrong.superseded_at == NOW and fresh.supersedes_id == wrong.id
    assert wrong.on_date == TODAY - 400 * DAY, "what was recorded stays to be seen"
    row = row_of(standing(session, hall.site_id, TODAY), hall.staff.user_id)
    assert row is not None
    assert row.cells[0].last_on == TODAY - 40 * DAY
    with pytest.raises(Superseded):
        service.strike(session, hall.officer, wrong.id, reason="再改", now=NOW)


def test_a_correction_needs_a_reason_and_a_difference(session: Session, hall: Cast) -> None:
    found = passed(session, hall, hall.staff.user_id, "FIRE")
    with pytest.raises(NothingChanged):
        service.correct(session, hall.officer, found.id, facts_of(found), reason="x", now=NOW)
    with pytest.raises(TextMissing):
        service.correct(
            session, hall.officer, found.id, facts_of(found, passed=False), reason=" ", now=NOW
        )
    with pytest.raises(ResultAhead):
        service.correct(
            session, hall.officer, found.id, facts_of(found, on=TODAY + DAY), reason="x", now=NOW
        )


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"score": 79}, ScoreTooLow),
        ({"score": 95, "out_of": 120}, ScoreTooLow),
        ({"hours": 1}, HoursTooFew),
    ],
)
def test_nothing_is_put_right_to_contradict_itself(
    session: Session, hall: Cast, wrong: dict[str, Any], error: type[AppError]
) -> None:
    user_id = hall.staff.user_id
    found = passed(session, hall, user_id, "FIRE", source=Source.IMPORTED, score=92, hours=2)
    with pytest.raises(error):
        service.correct(
            session, hall.officer, found.id, facts_of(found, **wrong), reason="录错", now=NOW
        )
    failed = facts_of(found, passed=False, **wrong)
    found = service.correct(session, hall.officer, found.id, failed, reason="录错", now=NOW)
    with pytest.raises(error):
        service.correct(
            session, hall.officer, found.id, facts_of(found, passed=True), reason="录错", now=NOW
        )


def test_what_agreed_with_the_course_of_its_time_can_be_put_right(
    session: Session, hall: Cast
) -> None:
    user_id = hall.staff.user_id
    found = passed(session, hall, user_id, "FIRE", source=Source.IMPORTED, score=65, hours=1)
    moved = facts_of(found, on=TODAY - DAY)
    assert service.correct(session, hall.officer, found.id, moved, reason="录错", now=NOW).counts
    outside = passed(session, hall, user_id, "FIRE")
    better = facts_of(outside, score=65, hours=1)
    done = service.correct(session, hall.officer, outside.id, better, reason="补录", now=NOW)
    assert done.counts, "a certificate has a mark of its own"


def test_a_struck_result_counts_no_more(session: Session, hall: Cast) -> None:
    found = passed(session, hall, hall.staff.user_id, "FIRE")
    struck = service.strike(session, hall.officer, found.id, reason="录错人", now=NOW)
    assert struck.is_void and not struck.counts
    with pytest.raises(Superseded):
        service.strike(session, hall.officer, struck.id, reason="录错人", now=NOW)


def test_the_ledger_of_a_year_holds_what_stands_of_its_days(session: Session, hall: Cast) -> None:
    last_year, first = date(2025, 12, 31), date(2026, 1, 1)
    user_id = hall.staff.user_id
    for on in (last_year, first, TODAY):
        passed(session, hall, user_id, "FIRE", on)
    struck = passed(session, hall, user_id, "FIRE", TODAY - DAY)
    service.strike(session, hall.officer, struck.id, reason="录错人", now=NOW)
    found = [ledger_of(session, hall.officer, year, now=NOW) for year in (2025, 2026)]
    assert [[one.on for one in year.results] for year in found] == [[last_year], [first, TODAY]]
    assert [year.last for year in found] == [last_year, TODAY]


def test_only_officer_and_manager_put_results_right(session: Session, hall: Cast) -> None:
    found = passed(session, hall, hall.staff.user_id, "FIRE")
    with pytest.raises(NotAllowed):
        service.strike(session, hall.lead, found.id, reason="x", now=NOW)
    for nobody in (hall.other_lead, hall.staff, hall.foreign_manager):
        with pytest.raises((NotFound, NotAllowed)):
            service.strike(session, nobody, found.id, reason="x", now=NOW)


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("who", ["lead", "other_lead", "officer", "manager"])
def test_nobody_files_the_own_certificate(session: Session, hall: Cast, who: str) -> None:
    actor: Actor = getattr(hall, who)
    with pytest.raises(OwnRecord):
        certificate(session, hall, actor, user_id=actor.user_id)
    above = hall.officer if actor is hall.manager else hall.manager
    assert certificate(session, hall, above, user_id=actor.user_id).counts


def test_nobody_puts_the_own_result_right(session: Session, hall: Cast) -> None:
    for actor, above in ((hall.officer, hall.manager), (hall.manager, hall.officer)):
        failed = passed(session, hall, actor.user_id, "FIRE", TODAY, passed=False)
        better = facts_of(failed, passed=True)
        with pytest.raises(OwnRecord):
            service.correct(session, actor, failed.id, better, reason="录错", now=NOW)
        with pytest.raises(OwnRecord):
            service.strike(session, actor, failed.id, reason="录错", now=NOW)
        assert service.correct(session, above, failed.id, better, reason="录错", now=NOW).counts


@pytest.mark.usefixtures("store")
def test_a_correction_has_its_own_end_and_its_own_proof(session: Session, hall: Cast) -> None:
    wrong = passed(session, hall, hall.third_party.user_id, "CONTRACTOR", TODAY - 40 * DAY)
    proof = scan(session, hall.officer)
    fresh = service.correct(
        session, hall.officer, wrong.id, facts_of(wrong, on=TODAY - 30 * DAY, valid_until=None),
        reason="日期录错", file_ids=[proof], now=NOW,
    )  # fmt: skip
    assert fresh.valid_until == date(2027, 10, 23), "a year, as the course says"
    kept = session.scalars(select(TrainingFile.file_id).where(TrainingFile.record_id == fresh.id))
    assert kept.all() == [proof]


def test_a_corrected_half_stays_a_half_and_a_whole_stays_whole(
    session: Session, hall: Cast
) -> None:
    course(session, hall, "PRE-WINDOW").needs_practical = True
    session.flush()
    user_id = hall.staff.user_id
    exam = passed(session, hall, user_id, "PRE-WINDOW", TODAY - 5 * DAY, source=service.Source.EXAM)
    exam = service.correct(
        session, hall.officer, exam.id, facts_of(exam, on=TODAY - 4 * DAY), reason="误", now=NOW
    )
    assert exam.passed and not exam.counts
    whole = passed(
        session, hall, user_id, "PRE-WINDOW", TODAY - DAY, source=service.Source.PRACTICAL
    )
    assert whole.counts
    for day in (TODAY, TODAY - DAY):
        whole = service.correct(
            session, hall.officer, whole.id, facts_of(whole, on=day), reason="误", now=NOW
        )
        assert whole.counts
    failed = service.correct(
        session, hall.officer, whole.id, facts_of(whole, passed=False), reason="误", now=NOW
    )
    assert not failed.counts


@pytest.mark.parametrize("is_struck", [False, True])
def test_a_whole_that_was_struck_or_put_right_gives_its_other_half_back(
    session: Session, hall: Cast, is_struck: bool
) -> None:
    course(session, hall, "PRE-WINDOW").needs_practical = True
    session.flush()

    def half(source: service.Source, days: int) -> Result:
        user_id = hall.staff.user_id
        return passed(session, hall, user_id, "PRE-WINDOW", TODAY - days * DAY, source=source)

    half(service.Source.EXAM, 5)
    wrong = half(service.Source.PRACTICAL, 4)
    assert wrong.counts
    if is_struck:
        service.strike(session, hall.officer, wrong.id, reason="录错人", now=NOW)
    else:
        failed = facts_of(wrong, passed=False)
        service.correct(session, hall.officer, wrong.id, failed, reason="录错", now=NOW)
    assert half(service.Source.PRACTICAL, 1).counts
    assert not half(service.Source.PRACTICAL, 0).counts, "now the exam is used up"


def test_putting_a_whole_right_uses_up_no_later_half(session: Session, hall: Cast) -> None:
    course(session, hall, "PRE-WINDOW").needs_practical = True
    session.flush()
    user_id = hall.staff.user_id
    found = [
        passed(session, hall, user_id, "PRE-WINDOW", TODAY - days * DAY, source=source)
        for days, source in (
            (301, service.Source.EXAM),
            (300, service.Source.PRACTICAL),
            (5, service.Source.EXAM),
        )
    ]
    assert [one.counts for one in found] == [False, True, False]
    for one in found[:2]:
        service.correct(
            session, hall.officer, one.id, facts_of(one, hours=8), reason="补录学时", now=NOW
        )
    last = passed(session, hall, user_id, "PRE-WINDOW", source=service.Source.PRACTICAL)
    assert last.counts


@pytest.mark.parametrize("is_struck", [False, True])
def test_a_half_that_was_failed_or_struck_makes_no_whole(
    session: Session, hall: Cast, is_struck: bool
) -> None:
    course(session, hall, "PRE-WINDOW").needs_practical = True
    session.flush()
    user_id = hall.staff.user_id
    exam = passed(
        session,
        hall,
        user_id,
        "PRE-WINDOW",
        TODAY - DAY,
        source=service.Source.EXAM,
        passed=is_struck,
    )
    if is_struck:
        service.strike(session, hall.officer, exam.id, reason="非本人", now=NOW)
    assert not passed(
        session, hall, user_id, "PRE-WINDOW", TODAY, source=service.Source.PRACTICAL
    ).counts


EXAM, PRACTICAL = Source.EXAM, Source.PRACTICAL


def halves(session: Session, hall: Cast, *given: tuple[Source, int]) -> list[Result]:
    """Passed halves of a course with both, each so many days ago and recorded on its day."""
    course(session, hall, "PRE-WINDOW").needs_practical = True
    session.flush()
    return [
        passed(
            session, hall, hall.staff.user_id, "PRE-WINDOW", TODAY - days * DAY, source=source,
            now=NOW - days * DAY,
        )
        for source, days in given
    ]  # fmt: skip


def counting(session: Session, hall: Cast) -> list[tuple[Source, int]]:
    """What stands and counts, with the days that it is ago."""
    query = select(Result).where(
        Result.user_id == hall.staff.user_id, Result.counts, Result.superseded_at.is_(None)
    )
    found = session.scalars(query.order_by(Result.on_date)).all()
    return [(Source(one.source), (TODAY - one.on_date).days) for one in found]


def undo(session: Session, hall: Cast, result: Result, how: str, *, days: int = 0) -> None:
    """The officer strikes a result, says that it was failed, or puts its day right."""
    if how == "strike":
        service.strike(session, hall.officer, result.id, reason="替考", now=NOW)
        return
    moved = facts_of(result, on=TODAY - days * DAY)
    facts = moved if how == "move" else facts_of(result, passed=False)
    service.correct(session, hall.officer, result.id, facts, reason="录错", now=NOW)


@pytest.mark.parametrize("how", ["strike", "fail"])
@pytest.mark.parametrize("first", [EXAM, PRACTICAL])
@pytest.mark.parametrize("gone", [0, 1])
def test_without_one_half_the_other_passes_no_course(
    session: Session, hall: Cast, first: Source, gone: int, how: str
) -> None:
    (second,) = PARTS - {first}
    found = halves(session, hall, (first, 9), (second, 5))
    assert counting(session, hall) == [(second, 5)]
    undo(session, hall, found[gone], how)
    assert counting(session, hall) == []
    assert halves(session, hall, ((first, second)[gone], 0))[0].counts, "the other one waits again"


@pytest.mark.parametrize("first", [EXAM, PRACTICAL])
def test_days_gone_by_keep_the_course_that_lost_a_half_today(
    session: Session, hall: Cast, first: Source
) -> None:
    (second,) = PARTS - {first}
    found = halves(session, hall, (first, 9), (second, 5))
    undo(session, hall, found[0], "strike")
    zone = clock.zone(hall.officer.timezone)
    (held,) = proofs(session, hall.site_id, until=TODAY, zone=zone)[hall.staff.user_id].values()
    assert [(one.known_from, one.valid_until) for one in held] == [(TODAY - 5 * DAY, TODAY - DAY)]
    assert proofs(session, hall.site_id, until=TODAY) == {}
    kept = session.scalars(select(Result).where(Result.supersedes_id == found[1].id)).one()
    assert (kept.passed, kept.counts, kept.note) == (True, False, found[1].note)
    assert found[1].counts and found[1].superseded_at == NOW, "what was recorded stays to be seen"


@pytest.mark.parametrize(
    ("given", "gone", "left"),
    [
        (((EXAM, 9), (PRACTICAL, 8), (PRACTICAL, 7)), 1, [(PRACTICAL, 7)]),
        (((EXAM, 9), (PRACTICAL, 8), (EXAM, 7)), 0, [(EXAM, 7)]),
        (((EXAM, 9), (EXAM, 8), (PRACTICAL, 7)), 0, [(PRACTICAL, 7)]),
        (((EXAM, 9), (PRACTICAL, 8), (EXAM, 7), (PRACTICAL, 6)), 2, [(PRACTICAL, 8)]),
        (((EXAM, 9), (PRACTICAL, 8), (EXAM, 7), (PRACTICAL, 6)), 0, [(EXAM, 7)]),
        (((PRACTICAL, 9), (EXAM, 5), (EXAM, 7)), 0, []),
    ],
)
@pytest.mark.parametrize("how", ["strike", "fail"])
def test_what_counts_is_judged_anew_from_the_halves_that_are_left(
    session: Session,
    hall: Cast,
    given: tuple[tuple[Source, int], ...],
    gone: int,
    left: list[tuple[Source, int]],
    how: str,
) -> None:
    undo(session, hall, halves(session, hall, *given)[gone], how)
    assert counting(session, hall) == left
    assert {one.counted_at for one in session.scalars(select(Result))} <= {None, NOW}


@pytest.mark.parametrize(
    ("gone", "days", "left"),
    [(0, 3, [(EXAM, 3)]), (1, 12, [(EXAM, 9)]), (0, 400, []), (1, 4, [(PRACTICAL, 4)])],
)
def test_a_half_of_another_day_is_put_together_anew(
    session: Session, hall: Cast, gone: int, days: int, left: list[tuple[Source, int]]
) -> None:
    found = halves(session, hall, (EXAM, 9), (PRACTICAL, 5))
    undo(session, hall, found[gone], "move", days=days)
    assert counting(session, hall) == left


def test_a_half_that_is_put_right_to_passed_completes_the_course(
    session: Session, hall: Cast
) -> None:
    user_id = hall.staff.user_id
    failed = passed(
        session, hall, user_id, "PRE-WINDOW", TODAY - 9 * DAY, source=EXAM, passed=False
    )
    halves(session, hall, (PRACTICAL, 5))
    assert counting(session, hall) == []
    facts = facts_of(failed, passed=True)
    service.correct(session, hall.officer, failed.id, facts, reason="录错", now=NOW)
    assert counting(session, hall) == [(PRACTICAL, 5)]


@pytest.mark.parametrize(("ends_with", "left"), [(EXAM, []), (PRACTICAL, [(PRACTICAL, 5)])])
def test_what_passes_the_course_alone_by_now_needs_no_other_half(
    session: Session, hall: Cast, ends_with: Source, left: list[tuple[Source, int]]
) -> None:
    exam, _practical = halves(session, hall, (EXAM, 9), (PRACTICAL, 5))
    one = course(session, hall, "PRE-WINDOW")
    one.needs_exam, one.needs_practical = ends_with is EXAM, ends_with is PRACTICAL
    session.flush()
    undo(session, hall, exam, "strike")
    assert counting(session, hall) == left


@pytest.mark.parametrize("how", ["strike", "fail", "move"])
@pytest.mark.parametrize("needs_exam", [True, False])
def test_a_pass_of_before_that_counted_alone_never_rested_on_the_other(
    session: Session, hall: Cast, needs_exam: bool, how: str
) -> None:
    exam, practical = halves(session, hall, (EXAM, 60), (PRACTICAL, 30))
    one = course(session, hall, "PRE-WINDOW")
    one.needs_exam, one.needs_practical = needs_exam, False
    exam.counts = practical.counts = True  # each passed the course when it was recorded
    session.flush()
    undo(session, hall, exam, how, days=20)
    assert (PRACTICAL, 30) in counting(session, hall)
    assert ((EXAM, 60) not in counting(session, hall)) and practical.superseded_at is None


def test_what_counted_alone_before_the_course_needed_both_goes_on(
    session: Session, hall: Cast
) -> None:
    old, other = (
        passed(session, hall, hall.staff.user_id, "PRE-WINDOW", TODAY - days * DAY, source=EXAM)
        for days in (400, 200)
    )
    (later,) = halves(session, hall, (PRACTICAL, 5))
    assert counting(session, hall) == [(EXAM, 400), (EXAM, 200)]
    undo(session, hall, old, "strike")
    undo(session, hall, later, "strike")
    assert counting(session, hall) == [(EXAM, 200)]
    undo(session, hall, other, "move", days=190)
    assert counting(session, hall) == [(EXAM, 190)]


def test_of_several_halves_each_is_used_once() -> None:
    given = [Half(TODAY - days * DAY, n, source) for n, (days, source) in enumerate([
        (800, EXAM), (400, PRACTICAL), (399, EXAM), (30, EXAM), (20, PRACTICAL), (10, EXAM),
    ])]  # fmt: skip
    assert wholes(given) == {2, 4}
    assert forsaken(given, given) == set()
    assert forsaken(given, [one for one in given if one.id != 3]) == {4}
