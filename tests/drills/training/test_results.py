"""Results are recorded once, for people and days that can be."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from drills.training.errors import (
    HoursNotPossible,
    ResultAhead,
    ResultBeforeJoining,
    ScoreNotPossible,
    ValidityReversed,
)
from drills.training.jobs import follow_all
from drills.training.models import (
    Course,
    Posting,
    Requirement,
    Result,
    SessionStatus,
    TrainingSession,
)
from drills.training.service import (
    Source,
    follow,
    list_courses,
    next_session,
    record_result,
)
from safety_app.accounts import service as accounts
from safety_app.accounts.errors import HasRecords
from safety_app.accounts.service import User
from safety_app.core.errors import NotFound
from tests.cast import NOW, TODAY, Cast
from tests.drills.training.lessons import requirement


def course(session: Session, hall: Cast, code: str) -> Course:
    return next(one for one in list_courses(session, hall.site_id) if one.code == code)


def passed(session: Session, hall: Cast, code: str = "FIRE", **facts: object) -> Result:
    given: dict[str, object] = {
        "site_id": hall.site_id,
        "user_id": hall.staff.user_id,
        "course_id": course(session, hall, code).id,
        "on": TODAY,
        "passed": True,
        "source": Source.EXAM,
        "source_key": "exam:1",
        "now": NOW,
    }
    return record_result(session, hall.staff, **(given | facts))  # type: ignore[arg-type]


def test_the_same_result_twice_is_one(session: Session, hall: Cast) -> None:
    first = passed(session, hall, score=88, out_of=100)
    again = passed(session, hall, score=20, out_of=100)
    assert again.id == first.id
    assert again.score == 88
    assert session.scalar(select(func.count()).select_from(Result)) == 1


def test_a_result_is_not_of_tomorrow(session: Session, hall: Cast) -> None:
    passed(session, hall)
    with pytest.raises(ResultAhead):
        passed(session, hall, on=TODAY + timedelta(days=1), source_key="exam:2")


def test_today_is_the_halls_day_not_that_of_greenwich(session: Session, hall: Cast) -> None:
    late_in_the_evening = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
    assert passed(session, hall, on=TODAY, now=late_in_the_evening).on_date == TODAY


def test_long_before_somebody_came_only_a_certificate_counts(session: Session, hall: Cast) -> None:
    session.get_one(User, hall.staff.user_id).joined_on = TODAY
    session.flush()
    early = TODAY - timedelta(days=91)
    with pytest.raises(ResultBeforeJoining):
        passed(session, hall, on=early)
    passed(session, hall, on=early + timedelta(days=1), source_key="exam:2")
    passed(session, hall, on=early, source=Source.CERTIFICATE, source_key="certificate:1")


@pytest.mark.parametrize(
    ("score", "out_of", "possible"),
    [
        (100, 100, True),
        (100.5, 100, False),
        (-1, 100, False),
        (0, 100, True),
        (5, 0, False),
        (1000, 1000, True),
        (1, 1001, False),
    ],
)
def test_a_score_lies_between_nothing_and_the_most(
    session: Session, hall: Cast, score: float, out_of: float, possible: bool
) -> None:
    if possible:
        assert passed(session, hall, score=score, out_of=out_of).score == score
    else:
        with pytest.raises(ScoreNotPossible):
            passed(session, hall, score=score, out_of=out_of)


def test_hours_and_validity_are_looked_at(session: Session, hall: Cast) -> None:
    for hours in (0, 501):
        with pytest.raises(HoursNotPossible):
            passed(session, hall, hours=hours)
    with pytest.raises(ValidityReversed):
        passed(session, hall, valid_until=TODAY - timedelta(days=1))
    assert passed(session, hall, hours=500, valid_until=TODAY).valid_until == TODAY


def test_nobody_of_another_hall_gets_a_result_here(session: Session, hall: Cast) -> None:
    with pytest.raises(NotFound):
        passed(session, hall, user_id=hall.foreign_manager.user_id)
    with pytest.raises(NotFound):
        passed(session, hall, site_id=hall.foreign_site_id)


def test_a_course_with_a_validity_says_until_when_a_result_is_valid(
    session: Session, hall: Cast
) -> None:
    briefed = passed(session, hall, "CONTRACTOR", source=Source.SESSION)
    assert briefed.valid_until == date(2027, 11, 22)
    assert passed(session, hall, source_key="exam:2").valid_until is None


def test_exam_and_practical_test_count_together(session: Session, hall: Cast) -> None:
    course(session, hall, "PRE-WINDOW").needs_practical = True
    session.flush()

    def part(source: Source, key: str, on: date = TODAY) -> Result:
        return passed(session, hall, "PRE-WINDOW", source=source, source_key=key, on=on)

    assert not part(Source.EXAM, "exam:1", TODAY - timedelta(days=3)).counts
    assert part(Source.PRACTICAL, "practical:1").counts
    assert not part(Source.EXAM, "exam:2").counts, "the practical test before is used up"


@pytest.mark.parametrize("source", [Source.EXAM, Source.PRACTICAL])
@pytest.mark.parametrize("ends_with", [(), (Source.EXAM,), (Source.PRACTICAL,)])
def test_a_half_passes_a_course_that_ends_with_it_alone_and_no_other(
    session: Session, hall: Cast, ends_with: tuple[Source, ...], source: Source
) -> None:
    one = course(session, hall, "PRE-WINDOW")
    one.needs_exam, one.needs_practical = Source.EXAM in ends_with, Source.PRACTICAL in ends_with
    session.flush()
    assert passed(session, hall, one.code, source=source).counts is (source in ends_with)
    by_hand = passed(session, hall, one.code, source=Source.IMPORTED, source_key="import:1")
    assert by_hand.counts, "what is no half stands for the whole course"


@pytest.mark.parametrize(
    ("practical", "is_whole"),
    [(TODAY - timedelta(days=2), True), (date(2025, 11, 22), True), (date(2025, 11, 21), False)],
)
def test_the_half_that_came_later_counts_where_the_earlier_one_is_recorded_after_it(
    session: Session, hall: Cast, practical: date, is_whole: bool
) -> None:
    course(session, hall, "PRE-WINDOW").needs_practical = True
    session.flush()
    on = TODAY - timedelta(days=1)
    exam = passed(session, hall, "PRE-WINDOW", source_key="exam:1", on=on)
    early = passed(
        session, hall, "PRE-WINDOW", source=Source.PRACTICAL, source_key="practical:1",
        on=practical,
    )  # fmt: skip
    session.refresh(exam)
    assert (exam.counts, early.counts) == (is_whole, False)
    assert exam.counted_at == (early.recorded_at if is_whole else None)
    again = passed(session, hall, "PRE-WINDOW", source_key="exam:2", on=TODAY)
    assert not again.counts, "the practical test before is used up or too old"


def test_halves_of_before_the_last_whole_make_one_of_their_own(
    session: Session, hall: Cast
) -> None:
    course(session, hall, "PRE-WINDOW").needs_practical = True
    session.flush()

    def part(source: Source, on: date) -> bool:
        key = f"{source}:{on}"
        return passed(
            session, hall, "PRE-WINDOW", source=source, source_key=key, on=on
        ).counts  # fmt: skip

    assert not part(Source.EXAM, date(2026, 11, 1)) and part(Source.PRACTICAL, date(2026, 11, 2))
    assert not part(Source.EXAM, date(2026, 3, 1)) and part(Source.PRACTICAL, date(2026, 3, 2))
    assert not part(Source.EXAM, date(2026, 11, 3)), "the practical test is used up"


@pytest.mark.parametrize(
    ("old", "is_whole"), [(date(2025, 11, 22), False), (date(2025, 11, 23), True)]
)
def test_half_of_a_course_is_forgotten_after_a_year(
    session: Session, hall: Cast, old: date, is_whole: bool
) -> None:
    course(session, hall, "PRE-WINDOW").needs_practical = True
    session.flush()
    passed(session, hall, "PRE-WINDOW", source_key="exam:1", on=old)
    late = passed(
        session, hall, "PRE-WINDOW", source=Source.PRACTICAL, source_key="practical:1", on=TODAY
    )
    assert late.counts is is_whole


def test_what_a_hall_has_changed_outlasts_an_update(session: Session, hall: Cast) -> None:
    fire = course(session, hall, "FIRE")
    fire.hours, fire.changed = 4, ["hours"]
    fire.name = "old name"
    session.flush()
    follow(session, hall.site_id, NOW)
    assert (fire.hours, fire.name) == (4, "消防安全培训")


def test_what_an_update_requires_besides_binds_from_the_halls_day(
    session: Session, hall: Cast
) -> None:
    session.delete(requirement(session, hall, "FIRE/periodic/everybody"))
    session.flush()
    follow(session, hall.site_id, datetime(2026, 11, 22, 16, 30, tzinfo=UTC))
    assert requirement(session, hall, "FIRE/periodic/everybody").first == TODAY


def test_preparing_twice_adds_nothing(session: Session, hall: Cast) -> None:
    before = session.scalar(select(func.count()).select_from(Requirement))
    follow_all(session, NOW)
    assert before
    assert session.scalar(select(func.count()).select_from(Requirement)) == before


def test_the_next_session_is_the_first_planned_one_after(session: Session, hall: Cast) -> None:
    fire = course(session, hall, "FIRE")
    for days, status in (
        (-1, SessionStatus.PLANNED),
        (1, SessionStatus.CANCELLED),
        (3, SessionStatus.PLANNED),
        (2, SessionStatus.PLANNED),
    ):
        session.add(
            TrainingSession(
                site_id=hall.site_id,
                course_id=fire.id,
                starts_at=NOW + timedelta(days=days),
                ends_at=NOW + timedelta(days=days, hours=2),
                place="三楼会议室",
                trainer="刘洋",
                hours=2,
                status=status,
                created_at=NOW,
            )
        )
    session.flush()
    found = next_session(session, hall.site_id, fire.id, NOW)
    assert found is not None
    assert found.starts_at == NOW + timedelta(days=2)
    assert next_session(session, hall.site_id, course(session, hall, "REFRESHER").id, NOW) is None


def test_what_somebody_is_goes_with_them_and_a_result_keeps_them(
    session: Session, hall: Cast
) -> None:
    user = session.get_one(User, hall.second_staff.user_id)
    theirs = select(func.count()).where(Posting.user_id == user.id)
    assert session.scalar(theirs) == 1
    assert not accounts.has_records(session, user.id)
    accounts.delete_person(session, hall.administrator, user.id, now=NOW)
    assert session.scalar(theirs) == 0
    passed(session, hall)
    with pytest.raises(HasRecords):
        accounts.delete_person(session, hall.administrator, hall.staff.user_id, now=NOW)
