"""Certificates stand for their course; a wrong result is replaced, never edited."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.training import service
from drills.training.errors import (
    CourseNotOffered,
    NothingChanged,
    OwnRecord,
    ProofMissing,
    ResultAhead,
    Superseded,
    ValidityReversed,
)
from drills.training.models import Result, TrainingFile
from drills.training.service.ledger import ledger_of
from drills.training.service.matrix import row_of, standing
from safety_app.core.access import Actor
from safety_app.core.errors import NotAllowed, NotFound, TextMissing
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
            session, hall.officer, one.id, facts_of(one, hours=1), reason="补录学时", now=NOW
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
