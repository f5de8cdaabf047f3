"""Sessions: planned within what can be, put off and cancelled with a reason, people invited."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.training import service
from drills.training.errors import (
    CourseNotOffered,
    HoursNotPossible,
    MoreHoursThanTime,
    PersonGone,
    SessionNotPlanned,
    SessionTooLong,
    SessionTooOld,
    TimesReversed,
)
from drills.training.models import (
    Attendance,
    SessionStatus,
    SessionStep,
    TrainingSession,
    TrainingSessionStep,
)
from drills.training.service.session_views import candidates, list_sessions, sessions_between
from safety_app.accounts.service import User
from safety_app.core.access import Actor, Role
from safety_app.core.errors import ChangedMeanwhile, NotAllowed, NotFound, TextMissing
from safety_app.core.horizon import TooFarAhead
from tests.cast import NOW, TODAY, Cast
from tests.drills.training.lessons import course, here_since, only, passed

DAY = timedelta(days=1)
AFTERNOON = datetime(2026, 12, 3, 6, 0, tzinfo=UTC)  # 14:00 in Shanghai


def planned(session: Session, hall: Cast, **changes: Any) -> service.Plan:
    facts: dict[str, Any] = {
        "course_id": course(session, hall, "FIRE").id,
        "starts_at": AFTERNOON,
        "ends_at": AFTERNOON + timedelta(hours=2),
        "place": "三楼会议室",
        "trainer": "县消防救援大队 张教官",
        "hours": 2,
    }
    return service.Plan(**(facts | changes))


def make(
    session: Session, hall: Cast, *invited: Actor, by: Actor | None = None, **changes: Any
) -> TrainingSession:
    return service.plan_session(
        session, by or hall.officer, planned(session, hall, **changes),
        invited=[one.user_id for one in invited], now=NOW,
    )  # fmt: skip


def steps(session: Session, one: TrainingSession) -> list[str]:
    query = select(TrainingSessionStep.step).where(TrainingSessionStep.session_id == one.id)
    return list(session.scalars(query.order_by(TrainingSessionStep.id)))


def test_a_session_is_planned_and_people_are_invited(session: Session, hall: Cast) -> None:
    one = make(session, hall, hall.staff, hall.lead)
    assert one.status == SessionStatus.PLANNED
    invited = session.scalars(select(Attendance.user_id).where(Attendance.session_id == one.id))
    assert set(invited) == {hall.staff.user_id, hall.lead.user_id}
    assert steps(session, one) == [SessionStep.PLAN]


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"ends_at": AFTERNOON}, TimesReversed),
        ({"ends_at": AFTERNOON - timedelta(hours=1)}, TimesReversed),
        ({"ends_at": AFTERNOON + timedelta(hours=12, minutes=1)}, SessionTooLong),
        ({"hours": 0}, HoursNotPossible),
        ({"hours": -1}, HoursNotPossible),
        ({"hours": 3}, MoreHoursThanTime),
        ({"place": "  "}, TextMissing),
        ({"trainer": ""}, TextMissing),
        ({"window_id": 999_999}, NotFound),
        ({"course_id": 999_999}, NotFound),
        (
            {"starts_at": NOW - 91 * DAY, "ends_at": NOW - 91 * DAY + timedelta(hours=2)},
            SessionTooOld,
        ),
        (
            {"starts_at": NOW + 800 * DAY, "ends_at": NOW + 800 * DAY + timedelta(hours=2)},
            TooFarAhead,
        ),
    ],
)
def test_what_cannot_be_is_not_planned(
    session: Session, hall: Cast, changes: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        make(session, hall, **changes)


def test_two_hours_hold_two_and_two_thirds_of_a_lesson(session: Session, hall: Cast) -> None:
    assert make(session, hall, hours=2.66).hours == 2.66


def test_a_session_may_last_twelve_hours(session: Session, hall: Cast) -> None:
    assert make(session, hall, ends_at=AFTERNOON + timedelta(hours=12), hours=16).hours == 16


def test_what_was_held_lately_can_be_entered(session: Session, hall: Cast) -> None:
    held = NOW - 90 * DAY
    assert make(session, hall, starts_at=held, ends_at=held + timedelta(hours=2)).starts_at == held


def test_a_course_that_is_not_offered_is_not_taught(session: Session, hall: Cast) -> None:
    plan = planned(session, hall)
    course(session, hall, "FIRE").is_active = False
    session.flush()
    with pytest.raises(CourseNotOffered):
        service.plan_session(session, hall.officer, plan, now=NOW)


def test_a_lead_teaches_own_windows_and_the_officer_the_hall(session: Session, hall: Cast) -> None:
    make(session, hall, by=hall.lead, window_id=hall.a01)
    for window_id in (hall.a03, None):
        with pytest.raises(NotAllowed):
            make(session, hall, by=hall.lead, window_id=window_id)
    one = make(session, hall, by=hall.officer, window_id=hall.a01)
    with pytest.raises(NotAllowed):
        service.change_session(
            session, hall.lead, one.id, planned(session, hall, window_id=hall.a03), now=NOW
        )
    for nobody in (hall.staff, hall.administrator, hall.third_party):
        with pytest.raises(NotAllowed):
            make(session, hall, by=nobody, window_id=hall.a01)


def test_a_session_of_others_is_not_there_for_staff(session: Session, hall: Cast) -> None:
    one = make(session, hall, hall.staff)
    with pytest.raises(NotFound):
        service.cancel_session(session, hall.second_staff, one.id, reason="x", now=NOW)
    with pytest.raises(NotAllowed):
        service.cancel_session(session, hall.staff, one.id, reason="x", now=NOW)
    with pytest.raises(NotFound):
        service.cancel_session(session, hall.foreign_manager, one.id, reason="x", now=NOW)


def test_putting_off_needs_a_reason_and_keeps_the_time_before(session: Session, hall: Cast) -> None:
    one = make(session, hall)
    later = AFTERNOON + DAY
    with pytest.raises(TextMissing):
        service.postpone_session(
            session, hall.officer, one.id, starts_at=later, ends_at=later + timedelta(hours=2),
            reason=" ", now=NOW,
        )  # fmt: skip
    with pytest.raises(MoreHoursThanTime):
        service.postpone_session(
            session, hall.officer, one.id, starts_at=later, ends_at=later + timedelta(hours=1),
            reason="教官有任务", now=NOW,
        )  # fmt: skip
    service.postpone_session(
        session, hall.officer, one.id, starts_at=later, ends_at=later + timedelta(hours=2),
        reason="教官有任务", now=NOW,
    )  # fmt: skip
    query = select(TrainingSessionStep).order_by(TrainingSessionStep.id.desc()).limit(1)
    written = session.scalars(query).one()
    assert (written.old_starts_at, written.starts_at) == (AFTERNOON, later)
    assert written.reason == "教官有任务"


def test_a_change_leaves_the_time_alone(session: Session, hall: Cast) -> None:
    one = make(session, hall)
    moved = planned(
        session, hall, starts_at=AFTERNOON + DAY, ends_at=AFTERNOON + DAY + timedelta(hours=3),
        place="一楼大厅",
    )  # fmt: skip
    service.change_session(session, hall.officer, one.id, moved, now=NOW)
    assert (one.starts_at, one.ends_at) == (AFTERNOON, AFTERNOON + timedelta(hours=2))
    assert one.place == "一楼大厅"
    with pytest.raises(NotFound):
        service.change_session(
            session, hall.officer, one.id, replace(moved, window_id=hall.foreign_window), now=NOW
        )


def test_a_lead_lists_sessions_of_own_windows_and_of_the_own_hall(
    session: Session, hall: Cast
) -> None:
    make(session, hall)
    make(session, hall, window_id=hall.a01)
    make(session, hall, window_id=hall.a03)
    assert list_sessions(session, hall.lead, now=NOW)[1] == 2
    foreign = replace(
        hall.foreign_manager, roles=frozenset({Role.LEAD}), led=frozenset({hall.foreign_window})
    )
    assert list_sessions(session, foreign, now=NOW)[1] == 0


def test_a_cancelled_session_stays_as_it_is(session: Session, hall: Cast) -> None:
    one = make(session, hall)
    with pytest.raises(TextMissing):
        service.cancel_session(session, hall.officer, one.id, reason=" ", now=NOW)
    service.cancel_session(session, hall.officer, one.id, reason="停电", now=NOW)
    with pytest.raises(SessionNotPlanned) as refusal:
        service.change_session(session, hall.officer, one.id, planned(session, hall), now=NOW)
    assert "已取消" in refusal.value.message()
    with pytest.raises(SessionNotPlanned):
        service.invite(session, hall.officer, one.id, [hall.staff.user_id], now=NOW)
    assert steps(session, one) == [SessionStep.PLAN, SessionStep.CANCEL]


def test_who_changed_it_meanwhile_is_named(session: Session, hall: Cast) -> None:
    one = make(session, hall)
    seen = one.row_version
    plan = planned(session, hall)
    service.change_session(
        session, hall.manager, one.id, replace(plan, place="一楼大厅"), row_version=seen, now=NOW
    )
    with pytest.raises(ChangedMeanwhile) as refusal:
        service.change_session(session, hall.officer, one.id, plan, row_version=seen, now=NOW)
    assert "陈静" in refusal.value.message()
    assert one.place == "一楼大厅"


def test_who_has_left_and_who_is_of_another_hall_cannot_be_invited(
    session: Session, hall: Cast
) -> None:
    one = make(session, hall)
    session.get_one(User, hall.second_staff.user_id).is_active = False
    session.flush()
    with pytest.raises(PersonGone):
        service.invite(session, hall.officer, one.id, [hall.second_staff.user_id], now=NOW)
    with pytest.raises(NotFound):
        service.invite(session, hall.officer, one.id, [hall.foreign_manager.user_id], now=NOW)


def test_those_who_lack_the_course_are_named_first_of_whom_to_invite(
    session: Session, hall: Cast
) -> None:
    here_since(session, hall)
    only(session, hall, "FIRE")
    fire = course(session, hall, "FIRE").id

    def named(window_id: int | None, but: Collection[int] = ()) -> list[tuple[int, bool]]:
        found = candidates(
            session, hall.officer, course_id=fire, window_id=window_id, on=TODAY, but=but
        )
        return [(one.user_id, one.is_lacking) for one in found]

    first, *others = [user_id for user_id, _lacks in named(hall.a01)]
    assert {first, *others} == {
        hall.staff.user_id, hall.second_staff.user_id, hall.lead.user_id
    }  # fmt: skip
    passed(session, hall, first, "FIRE")
    assert named(hall.a01) == [*((one, True) for one in others), (first, False)]
    assert named(hall.a01, but=others) == [(first, False)]
    assert (hall.other_staff.user_id, True) in named(None)


def test_a_session_that_nobody_has_closed_is_late(session: Session, hall: Cast) -> None:
    one = make(session, hall)
    for moment, is_late in ((one.ends_at, False), (one.ends_at + timedelta(seconds=1), True)):
        assert [row.is_late for row in list_sessions(session, hall.officer, now=moment)[0]] == [
            is_late
        ]


def test_a_year_holds_the_sessions_of_its_days_but_cancelled_ones(
    session: Session, hall: Cast
) -> None:
    one, cancelled = make(session, hall), make(session, hall)
    service.cancel_session(session, hall.officer, cancelled.id, reason="停电", now=NOW)
    day = AFTERNOON.date()

    def found(first: date, last: date) -> list[int]:
        return [row.id for row in sessions_between(session, hall.officer, first, last, now=NOW)]

    assert found(day, day) == [one.id]
    assert found(day - DAY, day - DAY) == found(day + DAY, day + DAY) == []


def test_inviting_twice_is_inviting_once_and_it_can_be_taken_back(
    session: Session, hall: Cast
) -> None:
    one = make(session, hall, hall.staff)
    service.invite(session, hall.officer, one.id, [hall.staff.user_id], now=NOW)
    query = select(Attendance).where(Attendance.session_id == one.id)
    assert len(session.scalars(query).all()) == 1
    service.uninvite(session, hall.officer, one.id, [hall.staff.user_id], now=NOW)
    assert session.scalars(query).all() == []
