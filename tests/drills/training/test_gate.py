"""The gate: who is refused on which day, who is only warned, and who is let through."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from drills.training import service
from drills.training.errors import (
    DaysNotPossible,
    GateInPast,
    GateNotOn,
    GateOnAlready,
    NoOverrideLeft,
    NothingToOverride,
    OverrideDaysUsed,
    OverrideInPast,
    OverrideOver,
    OverrideReversed,
    OverrideStands,
    OverrideTooLong,
    OwnException,
)
from drills.training.models import Occasion, Override, SessionStatus, TrainingSession, Who
from drills.training.service import gate_keeping, shortages
from drills.training.service.course_keeping import RequirementFacts, add_requirement
from drills.training.service.gate_keeping import overrides_in_sight
from drills.training.service.gating import at_gate
from safety_app.accounts import service as accounts
from safety_app.accounts.errors import NotQualified
from safety_app.accounts.models import Membership
from safety_app.accounts.service import User
from safety_app.core import clock, journal
from safety_app.core.access import Role
from safety_app.core.db import Database
from safety_app.core.errors import NotAllowed, NotFound, TextMissing
from safety_app.core.gate import Bar
from safety_app.core.horizon import TooFarAhead
from safety_app.core.i18n import use_language
from safety_app.workplace import service as workplace
from tests.cast import NOW, TODAY, Cast
from tests.dialects import sqlite_only
from tests.drills.training.lessons import course, here_since, only, passed
from tests.drills.training.test_sessions import make
from tests.screens import open_page, text_of

DAY = timedelta(days=1)
FIRE_YEAR = "FIRE"


@pytest.fixture(autouse=True)
def _it_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    # One person is looked at straight away; of several who lacks nothing is first left out.
    monkeypatch.setattr(shortages, "FEW", 1)


@pytest.fixture
def fire(session: Session, hall: Cast) -> None:
    """Everybody has been here for years and needs fire safety training once a year."""
    here_since(session, hall)
    only(session, hall, "FIRE")


def on_from(session: Session, hall: Cast, starts_on: date = TODAY, now: datetime = NOW) -> None:
    service.set_gate(session, hall.manager, starts_on=starts_on, now=now)


def bars(
    session: Session, hall: Cast, user_id: int, first: date, last: date | None = None
) -> Sequence[Bar]:
    found: Mapping[int, Sequence[Bar]] = service.gate(
        session, hall.site_id, first, last or first, [user_id]
    )
    return found.get(user_id, ())


def refused(session: Session, hall: Cast, user_id: int, on: date) -> bool:
    found = bool(bars(session, hall, user_id, on))
    everybody = service.gate(session, hall.site_id, on, on, None)
    assert (user_id in everybody) is found, "asked for one or for all, the answer is the same"
    return found


def newcomer(session: Session, hall: Cast, joined_on: date = TODAY) -> int:
    user = session.get_one(User, hall.second_staff.user_id)
    user.joined_on, user.created_at = joined_on, NOW + timedelta(hours=1)
    session.flush()
    return user.id


@pytest.mark.usefixtures("fire")
def test_without_a_gate_nobody_is_refused(session: Session, hall: Cast) -> None:
    assert service.gate(session, hall.site_id, TODAY, TODAY, None) == {}


@pytest.mark.usefixtures("fire")
@pytest.mark.parametrize(("days", "is_refused"), [(-1, False), (0, True), (1, True)])
def test_a_newcomer_is_refused_from_the_first_day_on(
    session: Session, hall: Cast, days: int, is_refused: bool
) -> None:
    start = TODAY + 10 * DAY
    on_from(session, hall, start)
    user_id = newcomer(session, hall)
    assert refused(session, hall, user_id, start + days * DAY) is is_refused


@pytest.mark.usefixtures("fire")
@pytest.mark.parametrize(("days", "is_refused"), [(0, False), (89, False), (90, True), (91, True)])
def test_who_was_there_is_warned_for_ninety_days(
    session: Session, hall: Cast, days: int, is_refused: bool
) -> None:
    on_from(session, hall)
    assert refused(session, hall, hall.staff.user_id, TODAY + days * DAY) is is_refused


@pytest.mark.usefixtures("fire")
def test_who_was_entered_before_but_comes_after_the_gate_was_set_is_new(
    session: Session, hall: Cast
) -> None:
    on_from(session, hall)
    user = session.get_one(User, hall.staff.user_id)
    for days in (0, 1):
        user.joined_on = TODAY + days * DAY
        session.flush()
        assert refused(session, hall, user.id, TODAY + DAY) is bool(days), "on the day is before"


@pytest.mark.usefixtures("fire")
@pytest.mark.parametrize(
    ("left", "back", "is_new"),
    [(-60, 20, True), (-1, 20, True), (0, 20, False), (5, 20, False), (-60, -5, False)],
)
def test_who_had_left_when_the_gate_was_set_is_new_on_coming_back(
    session: Session, hall: Cast, left: int, back: int, is_new: bool
) -> None:
    user_id = hall.staff.user_id
    for days, leaves in sorted([(0, None), (left, True), (back, False)], key=lambda one: one[0]):
        now = NOW + days * DAY
        if leaves is None:
            on_from(session, hall)
        elif leaves:
            accounts.leave(session, hall.administrator, user_id, on=TODAY + days * DAY, now=now)
            service.follow_people(session, hall.site_id, now)
        else:
            accounts.reactivate(session, hall.administrator, user_id, now=now)
    assert refused(session, hall, user_id, TODAY + 21 * DAY) is is_new
    warned = at_gate(session, hall.officer, TODAY + 21 * DAY).warned
    assert (user_id in {one.user_id for one in warned}) is not is_new
    assert refused(session, hall, user_id, TODAY + 90 * DAY)


@pytest.mark.usefixtures("fire")
def test_a_pass_on_the_day_itself_opens_the_gate(session: Session, hall: Cast) -> None:
    on_from(session, hall)
    user_id = newcomer(session, hall)
    assert refused(session, hall, user_id, TODAY)
    passed(session, hall, user_id, "FIRE", TODAY)
    assert not refused(session, hall, user_id, TODAY)


@pytest.mark.usefixtures("fire")
def test_a_failed_result_opens_nothing_and_closes_nothing(session: Session, hall: Cast) -> None:
    on_from(session, hall)
    user_id = newcomer(session, hall)
    passed(session, hall, user_id, "FIRE", TODAY - DAY, passed=False)
    assert refused(session, hall, user_id, TODAY)
    passed(session, hall, user_id, "FIRE", TODAY - 2 * DAY)
    assert not refused(session, hall, user_id, TODAY)


@pytest.mark.usefixtures("fire")
def test_an_interval_that_ends_on_the_way_bars_the_days_after_it(
    session: Session, hall: Cast
) -> None:
    on_from(session, hall)
    passed(session, hall, hall.staff.user_id, "FIRE", date(2026, 5, 1))
    (bar,) = bars(session, hall, hall.staff.user_id, date(2027, 4, 20), date(2027, 5, 10))
    assert (bar.first, bar.last) == (date(2027, 5, 1), date(2027, 5, 10))
    assert bar.text == "缺消防安全培训（已过期）；尚未安排场次"


@pytest.mark.usefixtures("fire")
def test_a_bar_names_what_is_missing_and_the_next_session(session: Session, hall: Cast) -> None:
    only(session, hall, "FIRE", "PRE-WINDOW")
    on_from(session, hall)
    user_id = newcomer(session, hall)
    passed(session, hall, user_id, "FIRE")
    window_course = next(
        one for one in service.list_courses(session, hall.site_id) if one.code == "PRE-WINDOW"
    )
    for window_id, when in (
        (hall.a03, datetime(2026, 11, 30, 6, 0, tzinfo=NOW.tzinfo)),
        (hall.a01, datetime(2026, 12, 3, 6, 0, tzinfo=NOW.tzinfo)),
        (None, datetime(2026, 12, 4, 6, 0, tzinfo=NOW.tzinfo)),
    ):
        session.add(
            TrainingSession(
                site_id=hall.site_id, course_id=window_course.id, window_id=window_id,
                starts_at=when, ends_at=when + timedelta(hours=2), place="三楼会议室",
                trainer="刘洋", hours=2, status=SessionStatus.PLANNED, created_at=NOW,
            )
        )  # fmt: skip
    session.flush()
    (bar,) = bars(session, hall, user_id, TODAY)
    assert bar.text == "缺窗口级岗前培训；下一场 12月3日 14:00", "the one of another window is not"
    with use_language("en"):
        (bar,) = bars(session, hall, user_id, TODAY)
        assert bar.text == ("lacks Pre-post training at window level; next session 3 Dec 14:00")


FOUR = ("FIRE", "PRE-CENTRE", "PRE-DEPT", "PRE-WINDOW")
ALL_FOUR = "缺中心级岗前培训、部门级岗前培训、窗口级岗前培训、消防安全培训；尚未安排场次"
IN_SHORT = "缺中心级岗前培训、部门级岗前培训等 4 项；尚未安排场次"


def test_all_that_is_missing_is_named_where_there_is_room(session: Session, hall: Cast) -> None:
    here_since(session, hall)
    only(session, hall, *FOUR)
    on_from(session, hall)
    user_id = newcomer(session, hall)
    (bar,) = bars(session, hall, user_id, TODAY)
    assert (bar.text, bar.short) == (ALL_FOUR, IN_SHORT)
    with pytest.raises(NotQualified) as refusal:
        workplace.set_duty(
            session, hall.officer, site_id=hall.site_id, on=TODAY, window_id=hall.a01,
            user_ids=[user_id], now=NOW,
        )  # fmt: skip
    assert ALL_FOUR in refusal.value.message()
    assert [one.why for one in at_gate(session, hall.officer, TODAY).refused] == [ALL_FOUR]
    monday = workplace.monday_of(TODAY)
    (cell, *_later) = workplace.duty_cells(
        session, hall.officer, monday=monday, window_id=hall.a01, now=NOW
    )
    assert [one.reason for one in cell.away] == [IN_SHORT]
    allow(session, hall, user_id, 0, 0)
    (row,) = service.overrides(session, hall.site_id, TODAY, TODAY, zone="Asia/Shanghai")
    assert row.lacking == ALL_FOUR


@sqlite_only
def test_pages_with_room_name_all_that_is_missing(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        here_since(session, hall)
        only(session, hall, *FOUR)
        on_from(session, hall)
        user_id = newcomer(session, hall)
    assert ALL_FOUR in " ".join(text_of(open_page(hall.officer, "training-gate")))
    own = open_page(hall.second_staff, "training-person", id=str(user_id))
    assert ALL_FOUR in " ".join(text_of(own))
    form = open_page(hall.manager, "training-gate", allow=str(user_id))
    said = " ".join(text_of(form))
    assert f"这几天的培训缺项 {ALL_FOUR}" in said
    said = " ".join(text_of(open_page(hall.officer, "roster")))
    assert IN_SHORT in said
    assert ALL_FOUR not in said


@pytest.mark.usefixtures("fire")
def test_a_session_cancelled_or_gone_by_is_not_the_next_one(session: Session, hall: Cast) -> None:
    on_from(session, hall)
    user_id = newcomer(session, hall)
    make(session, hall, starts_at=NOW - timedelta(hours=3), ends_at=NOW - timedelta(hours=1))
    cancelled = make(session, hall)
    assert "12月3日 14:00" in bars(session, hall, user_id, TODAY)[0].text
    service.cancel_session(session, hall.officer, cancelled.id, reason="停电", now=NOW)
    assert bars(session, hall, user_id, TODAY)[0].text == "缺消防安全培训；尚未安排场次"


@pytest.mark.usefixtures("fire")
def test_of_two_intervals_the_shorter_one_holds(session: Session, hall: Cast) -> None:
    half_a_year = RequirementFacts(
        who=Who.ROLE, who_value="staff", occasion=Occasion.PERIODIC, interval_months=6
    )
    fire = course(session, hall, "FIRE")
    add_requirement(session, hall.officer, fire.id, half_a_year, now=NOW)
    on_from(session, hall)
    for who in (hall.staff, hall.lead):
        passed(session, hall, who.user_id, "FIRE", TODAY - 30 * DAY)
    passed(session, hall, hall.second_staff.user_id, "FIRE", date(2026, 8, 31))
    later = TODAY + 170 * DAY
    assert refused(session, hall, hall.staff.user_id, later)
    assert not refused(session, hall, hall.lead.user_id, later)
    found = [refused(session, hall, hall.second_staff.user_id, date(2027, 2, day))
             for day in (27, 28)]  # fmt: skip
    assert found == [False, True], "half a year after 31 August is the last of February"


@pytest.mark.usefixtures("fire")
def test_what_is_recorded_late_opens_no_day_gone_by(session: Session, hall: Cast) -> None:
    on_from(session, hall, TODAY - 5 * DAY, now=NOW - 5 * DAY)
    user_id = newcomer(session, hall, TODAY - 4 * DAY)
    passed(session, hall, user_id, "FIRE", TODAY - 3 * DAY, now=NOW)
    found = [refused(session, hall, user_id, TODAY + days * DAY) for days in (-1, 0)]
    assert found == [True, False]


@pytest.mark.usefixtures("fire")
def test_what_does_not_gate_refuses_nobody(session: Session, hall: Cast) -> None:
    only(session, hall, "SAFETY-FIRST")
    on_from(session, hall)
    assert not refused(session, hall, hall.officer.user_id, TODAY + 100 * DAY)


@pytest.mark.usefixtures("fire")
def test_the_gate_asks_everybody_but_lists_who_serves(session: Session, hall: Cast) -> None:
    only(session, hall, "FIRE", "CONTRACTOR")
    on_from(session, hall)
    later = TODAY + 100 * DAY
    shut = service.gate(session, hall.site_id, later, later, None)
    everybody = {one.user_id for one in hall.everyone().values()}
    assert set(shut) == everybody | {
        hall.second_staff.user_id, hall.other_staff.user_id, hall.other_lead.user_id
    }  # fmt: skip
    assert "消防" not in shut[hall.third_party.user_id][0].text, "their own briefing, not staff's"
    listed = {one.user_id for one in at_gate(session, hall.officer, later).refused}
    assert listed == set(shut) - {hall.administrator.user_id}


@pytest.mark.usefixtures("fire")
@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMINISTRATOR])
def test_another_role_opens_the_gate_to_nobody(session: Session, hall: Cast, role: Role) -> None:
    on_from(session, hall)
    user_id = newcomer(session, hall)
    session.execute(
        update(Membership).where(Membership.user_id == user_id).values(role=role, window_id=None)
    )
    session.expire_all()
    assert refused(session, hall, user_id, TODAY)


@pytest.mark.usefixtures("fire")
@pytest.mark.parametrize("after", [timedelta(hours=2), DAY])
def test_who_came_after_the_gate_was_first_set_stays_new_when_it_is_set_again(
    session: Session, hall: Cast, after: timedelta
) -> None:
    on_from(session, hall)
    user_id = newcomer(session, hall)
    again = clock.local_day(NOW + 2 * after, hall.manager.timezone)
    service.end_gate(session, hall.manager, now=NOW + after)
    on_from(session, hall, again, now=NOW + 2 * after)
    for on in (again, again + DAY, TODAY + 89 * DAY):
        assert refused(session, hall, user_id, on)
        assert not refused(session, hall, hall.staff.user_id, on), "still in the days of warning"
    assert refused(session, hall, hall.staff.user_id, TODAY + 90 * DAY)


@pytest.mark.usefixtures("fire")
def test_the_days_of_warning_run_once(session: Session, hall: Cast) -> None:
    on_from(session, hall)
    service.end_gate(session, hall.manager, now=NOW + 100 * DAY)
    again = TODAY + 120 * DAY
    on_from(session, hall, again, now=NOW + 101 * DAY)
    found = [
        refused(session, hall, hall.staff.user_id, again + n * DAY) for n in (-21, -20, -1, 0, 1)
    ]
    assert found == [True, False, False, True, True]
    rows = at_gate(session, hall.officer, again - DAY).warned
    assert {one.refused_from for one in rows} == {again}


@pytest.mark.usefixtures("fire")
def test_a_gate_that_never_came_to_its_day_uses_up_no_days_of_warning(
    session: Session, hall: Cast
) -> None:
    on_from(session, hall, TODAY + 5 * DAY)
    service.end_gate(session, hall.manager, now=NOW + 4 * DAY)
    start = TODAY + 10 * DAY
    on_from(session, hall, start, now=NOW + 6 * DAY)
    found = [refused(session, hall, hall.staff.user_id, start + n * DAY) for n in (89, 90)]
    assert found == [False, True]


@sqlite_only
def test_the_page_says_whom_the_gate_warns_and_that_it_does_so_once(
    database: Database, hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.transaction() as session:
        here_since(session, hall)
    page = open_page(hall.manager, "training-gate")
    assert "今天在岗的人员先提醒 90 天。" in " ".join(text_of(page))
    with database.transaction() as session:
        on_from(session, hall)
        service.end_gate(session, hall.manager, now=NOW + DAY)
    monkeypatch.setattr(clock, "now", lambda: NOW + 2 * DAY)
    once = "提醒期只有一次"
    said = " ".join(text_of(open_page(hall.manager, "training-gate")))
    assert once in said and "2月20日" in said
    assert "先提醒 90 天" not in said
    with database.transaction() as session:
        on_from(session, hall, TODAY + 100 * DAY, now=NOW + 2 * DAY)
    monkeypatch.setattr(clock, "now", lambda: NOW + 101 * DAY)
    assert once in " ".join(text_of(open_page(hall.manager, "training-gate")))


@pytest.mark.usefixtures("fire")
def test_an_exception_lets_somebody_through_on_its_days_only(session: Session, hall: Cast) -> None:
    on_from(session, hall)
    user_id = newcomer(session, hall)
    row = service.allow(
        session, hall.manager, user_id=user_id, first=TODAY + DAY, last=TODAY + 3 * DAY,
        reason="流感，人手不足", now=NOW,
    )  # fmt: skip
    found = [refused(session, hall, user_id, TODAY + n * DAY) for n in range(5)]
    assert found == [True, False, False, False, True]
    assert row.lacking.split("\n")[0] == "缺消防安全培训；尚未安排场次"
    service.withdraw(session, hall.manager, row.id, now=NOW + 2 * DAY)
    assert not refused(session, hall, user_id, TODAY + DAY), "what was, was"
    assert refused(session, hall, user_id, TODAY + 2 * DAY)
    with pytest.raises(OverrideOver):
        service.withdraw(session, hall.manager, row.id, now=NOW + 2 * DAY)


@pytest.mark.usefixtures("fire")
def test_a_manager_of_the_hall_takes_an_exception_back_while_it_lasts(
    session: Session, hall: Cast
) -> None:
    on_from(session, hall)
    row = allow(session, hall, newcomer(session, hall), 0, 1)
    for actor in (hall.officer, hall.lead, hall.administrator, hall.staff):
        with pytest.raises(NotAllowed):
            service.withdraw(session, actor, row.id, now=NOW)
    with pytest.raises(NotFound):
        service.withdraw(session, hall.foreign_manager, row.id, now=NOW)
    with pytest.raises(OverrideOver):
        service.withdraw(session, hall.manager, row.id, now=NOW + 2 * DAY)
    service.withdraw(session, hall.manager, row.id, now=NOW + DAY)
    assert row.withdrawn_by == hall.manager.user_id


@pytest.mark.usefixtures("fire")
def test_only_a_manager_sets_the_gate_and_makes_exceptions(session: Session, hall: Cast) -> None:
    for actor in (hall.officer, hall.lead, hall.administrator, hall.staff):
        with pytest.raises(NotAllowed):
            service.set_gate(session, actor, starts_on=TODAY, now=NOW)
        with pytest.raises(NotAllowed):
            service.end_gate(session, actor, now=NOW)
        with pytest.raises(NotAllowed):
            service.allow(
                session, actor, user_id=hall.staff.user_id, first=TODAY, last=TODAY,
                reason="x", now=NOW,
            )  # fmt: skip
        with pytest.raises(NotAllowed):
            service.set_override_days(session, actor, days=3, now=NOW)


@pytest.mark.usefixtures("fire")
def test_an_exception_that_cannot_be_is_refused(session: Session, hall: Cast) -> None:
    on_from(session, hall)
    user_id = newcomer(session, hall)

    def allow(first: date, last: date, reason: str = "人手不足", who: int = user_id) -> None:
        service.allow(
            session, hall.manager, user_id=who, first=first, last=last, reason=reason, now=NOW
        )

    with pytest.raises(OverrideInPast):
        allow(TODAY - DAY, TODAY)
    with pytest.raises(OverrideReversed):
        allow(TODAY + DAY, TODAY)
    with pytest.raises(OverrideTooLong):
        allow(TODAY, TODAY + 7 * DAY)
    with pytest.raises(TextMissing):
        allow(TODAY, TODAY, reason="  ")
    with pytest.raises(NotFound):
        allow(TODAY, TODAY, who=hall.foreign_manager.user_id)
    with pytest.raises(NothingToOverride):
        allow(TODAY, TODAY, who=hall.staff.user_id)
    allow(TODAY, TODAY + 6 * DAY)
    with pytest.raises(NoOverrideLeft):
        allow(TODAY + 7 * DAY, TODAY + 8 * DAY)
    with pytest.raises(OverrideStands):
        allow(TODAY + 6 * DAY, TODAY + 8 * DAY)


ANY_DAYS = [
    # those taken before; first and last day wanted; how many are left from the first one on
    ([(0, 6)], (7, 7), 0),
    ([(0, 6)], (29, 29), 0),
    ([(0, 6)], (30, 30), None),
    ([(0, 6)], (30, 36), None),
    ([(0, 6)], (36, 42), None),
    ([(7, 13)], (6, 6), 0),
    ([(0, 2)], (3, 6), None),
    ([(0, 2)], (3, 7), 4),
    ([(0, 2)], (25, 30), 4),
    ([(0, 2)], (26, 31), None),
    ([(0, 2)], (27, 31), None),
    ([(0, 2), (20, 23)], (10, 10), 0),
    ([(0, 2), (20, 23)], (30, 32), None),
    ([(0, 2), (20, 23)], (30, 33), 3),
    ([(29, 34)], (0, 1), None),
    ([(29, 34)], (0, 2), None),
    ([(29, 34)], (0, 6), 6),
    ([(28, 34)], (0, 1), None),
    ([(28, 34)], (5, 6), 0),
    ([(28, 34)], (4, 6), 1),
]


@pytest.mark.usefixtures("fire")
@pytest.mark.parametrize(("taken", "wanted", "left"), ANY_DAYS)
def test_exceptions_of_any_thirty_days_last_no_longer_than_one(
    session: Session, hall: Cast, taken: list[tuple[int, int]], wanted: tuple[int, int],
    left: int | None,
) -> None:  # fmt: skip
    on_from(session, hall)
    user_id = newcomer(session, hall)
    for first, last in taken:
        allow(session, hall, user_id, first, last)
    if left is None:
        allow(session, hall, user_id, *wanted)
        return
    with pytest.raises(OverrideDaysUsed if left else NoOverrideLeft) as refusal:
        allow(session, hall, user_id, *wanted)
    assert refusal.value.facts.get("left", 0) == left
    if left:
        allow(session, hall, user_id, wanted[0], wanted[0] + left - 1)


def allow(
    session: Session, hall: Cast, user_id: int, first: int, last: int, now: int = 0
) -> Override:
    """An exception from the first to the last day, counted from today."""
    return service.allow(
        session, hall.manager, user_id=user_id, first=TODAY + first * DAY,
        last=TODAY + last * DAY, reason="人手不足", now=NOW + now * DAY,
    )  # fmt: skip


@pytest.mark.usefixtures("fire")
def test_a_refused_exception_says_what_is_left_and_from_when(session: Session, hall: Cast) -> None:
    on_from(session, hall)
    user_id, other = newcomer(session, hall), hall.staff.user_id
    allow(session, hall, user_id, 0, 4)
    with pytest.raises(OverrideDaysUsed) as some:
        allow(session, hall, user_id, 5, 7)
    assert "任意 30 天内，每人应急放行累计不得超过 7 天" in some.value.message()
    assert "自11月28日 周六起，周航还可放行 2 天" in some.value.message()
    allow(session, hall, user_id, 5, 6)
    with pytest.raises(NoOverrideLeft) as none:
        allow(session, hall, user_id, 7, 7)
    assert "最早可自12月23日 周三起再次放行" in none.value.message()
    allow(session, hall, other, 100, 106)


@pytest.mark.usefixtures("fire")
def test_days_of_an_exception_taken_back_count_no_more(session: Session, hall: Cast) -> None:
    on_from(session, hall)
    user_id = newcomer(session, hall)
    row = allow(session, hall, user_id, 0, 6)
    service.withdraw(session, hall.manager, row.id, now=NOW + 3 * DAY)
    with pytest.raises(OverrideDaysUsed) as refusal:
        allow(session, hall, user_id, 3, 7, now=3)
    assert refusal.value.facts["left"] == 4, "three days were served"
    allow(session, hall, user_id, 3, 6, now=3)


@pytest.mark.usefixtures("fire")
def test_a_lower_limit_holds_for_what_comes_after(session: Session, hall: Cast) -> None:
    on_from(session, hall)
    user_id = newcomer(session, hall)
    allow(session, hall, user_id, 0, 6)
    service.set_override_days(session, hall.manager, days=2, now=NOW)
    with pytest.raises(NoOverrideLeft):
        allow(session, hall, user_id, 34, 34)
    allow(session, hall, user_id, 35, 36)


@pytest.mark.usefixtures("fire")
@pytest.mark.parametrize("spoken", ["zh_CN", "en"])
def test_what_an_exception_covers_is_told_in_either_language(
    session: Session, hall: Cast, spoken: str
) -> None:
    on_from(session, hall)
    user_id = newcomer(session, hall)
    with use_language(spoken):
        allow(session, hall, user_id, 0, 1)
    (row,) = service.overrides(session, hall.site_id, TODAY, TODAY, zone="Asia/Shanghai")
    assert row.lacking == "缺消防安全培训；尚未安排场次"
    with use_language("en"):
        assert row.lacking == "lacks Fire safety training; no session is planned yet"


@pytest.mark.usefixtures("fire")
def test_what_an_exception_covers_fits_its_column_in_both_languages(
    session: Session, hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_from(session, hall)
    user_id = newcomer(session, hall)
    row = allow(session, hall, user_id, 0, 1)
    row.lacking = "缺消防安全培训"  # as it was kept before
    session.flush()
    (old,) = service.overrides(session, hall.site_id, TODAY, TODAY, zone="Asia/Shanghai")
    with use_language("en"):
        assert old.lacking == "缺消防安全培训"
    for many in ((1, 600), (600, 1), (300, 300)):
        texts = iter(["缺" * many[0], "a" * many[1]])

        def long(
            *_asked: object, texts: Iterator[str] = texts, as_leads: bool
        ) -> dict[int, list[Bar]]:
            assert not as_leads
            return {user_id: [Bar(TODAY, TODAY, next(texts))]}

        monkeypatch.setattr(gate_keeping, "gate", long)
        kept = gate_keeping._in_both_languages(session, hall.site_id, user_id, TODAY, TODAY)
        chinese, english = kept.split("\n")
        assert len(kept) <= 500 and chinese[0] == "缺" and english[0] == "a"
        assert kept.count("…") == sum(one > 250 for one in many)


def test_how_long_an_exception_lasts_is_the_halls_to_say(session: Session, hall: Cast) -> None:
    assert service.override_days(session, hall.site_id) == 7
    for days in (0, 31):
        with pytest.raises(DaysNotPossible):
            service.set_override_days(session, hall.manager, days=days, now=NOW)
    for days in (1, 30, 2):
        service.set_override_days(session, hall.manager, days=days, now=NOW)
        assert service.override_days(session, hall.site_id) == days


@pytest.mark.usefixtures("fire")
def test_the_gate_is_not_set_for_days_gone_by_nor_twice(session: Session, hall: Cast) -> None:
    with pytest.raises(GateInPast):
        on_from(session, hall, TODAY - DAY)
    with pytest.raises(TooFarAhead):
        on_from(session, hall, TODAY + 800 * DAY)
    on_from(session, hall, TODAY + 5 * DAY)
    on_from(session, hall, TODAY)  # not on yet: moved
    with pytest.raises(GateOnAlready):
        on_from(session, hall, TODAY + 3 * DAY)
    assert len(service.gate_history(session, hall.site_id)) == 2


@pytest.mark.usefixtures("fire")
def test_a_gate_put_off_refuses_nobody_on_its_old_day(session: Session, hall: Cast) -> None:
    user_id = newcomer(session, hall)
    for days in (5, 10):
        on_from(session, hall, TODAY + days * DAY)
    found = [refused(session, hall, user_id, TODAY + days * DAY) for days in (5, 9, 10)]
    assert found == [False, False, True]


@pytest.mark.usefixtures("fire")
def test_a_gate_is_put_off_as_often_as_wanted_and_only_its_last_day_holds(
    session: Session, hall: Cast
) -> None:
    user_id = newcomer(session, hall)
    for days in (10, 20, 60):
        on_from(session, hall, TODAY + days * DAY)
        now_on = service.current_gate(session, hall.site_id, TODAY)
        assert now_on is not None and now_on.starts_on == TODAY + days * DAY
        short = at_gate(session, hall.manager, TODAY)
        assert not short.refused
        days_of = {one.user_id: one.refused_from for one in short.warned}
        assert days_of[user_id] == TODAY + days * DAY
        assert days_of[hall.staff.user_id] == TODAY + (days + 90) * DAY
    found = [refused(session, hall, user_id, TODAY + days * DAY) for days in (10, 20, 59, 60)]
    assert found == [False, False, False, True]
    on_from(session, hall, TODAY + 5 * DAY)
    assert refused(session, hall, user_id, TODAY + 5 * DAY)
    service.end_gate(session, hall.manager, now=NOW)
    assert service.current_gate(session, hall.site_id, TODAY) is None
    assert not any(bars(session, hall, user_id, TODAY, TODAY + 300 * DAY))
    with pytest.raises(GateNotOn):
        service.end_gate(session, hall.manager, now=NOW)


@sqlite_only
def test_the_page_names_the_day_to_which_the_gate_was_put_off(
    database: Database, hall: Cast
) -> None:
    with database.transaction() as session:
        here_since(session, hall)
        only(session, hall, "FIRE")
        for days in (10, 20):
            on_from(session, hall, TODAY + days * DAY)
    said = " ".join(text_of(open_page(hall.manager, "training-gate")))
    assert "将于2026年12月13日启用" in said and "将于2026年12月3日" not in said
    assert "提醒期只有一次" not in said
    with database.transaction() as session:
        service.end_gate(session, hall.manager, now=NOW)
    said = " ".join(text_of(open_page(hall.manager, "training-gate")))
    assert "尚未启用" in said


@pytest.mark.usefixtures("fire")
def test_an_ended_gate_refuses_nobody_from_then_on(session: Session, hall: Cast) -> None:
    with pytest.raises(GateNotOn):
        service.end_gate(session, hall.manager, now=NOW)
    on_from(session, hall)
    user_id = newcomer(session, hall)
    service.end_gate(session, hall.manager, now=NOW + 2 * DAY)
    assert refused(session, hall, user_id, TODAY + DAY)
    assert not refused(session, hall, user_id, TODAY + 2 * DAY)
    assert service.current_gate(session, hall.site_id, TODAY + 2 * DAY) is None


@pytest.mark.usefixtures("fire")
def test_a_gate_taken_back_before_it_begins_was_never_on(session: Session, hall: Cast) -> None:
    on_from(session, hall, TODAY + 5 * DAY)
    service.end_gate(session, hall.manager, now=NOW)
    user_id = newcomer(session, hall)
    assert not refused(session, hall, user_id, TODAY + 5 * DAY)


@pytest.mark.usefixtures("fire")
def test_what_is_done_with_the_gate_stands_in_the_journal(session: Session, hall: Cast) -> None:
    on_from(session, hall)
    user_id = newcomer(session, hall)
    row = service.allow(
        session, hall.manager, user_id=user_id, first=TODAY, last=TODAY, reason="人手不足", now=NOW
    )
    service.withdraw(session, hall.manager, row.id, now=NOW)
    service.set_override_days(session, hall.manager, days=3, now=NOW)
    service.end_gate(session, hall.manager, now=NOW)
    written = session.scalars(
        select(journal.Entry.action).where(journal.Entry.action.like("training.%"))
    ).all()
    for action in ("set_gate", "allow", "withdraw", "set_override_days", "end_gate"):
        assert f"training.{action}" in written


@pytest.mark.usefixtures("fire")
def test_who_is_refused_stands_apart_from_who_is_only_warned(session: Session, hall: Cast) -> None:
    on_from(session, hall)
    user_id = newcomer(session, hall)
    passed(session, hall, hall.lead.user_id, "FIRE")
    found = at_gate(session, hall.officer, TODAY)
    assert [one.user_id for one in found.refused] == [user_id]
    warned = {one.user_id: one.refused_from for one in found.warned}
    assert warned[hall.staff.user_id] == TODAY + 90 * DAY
    assert hall.lead.user_id not in warned
    later = at_gate(session, hall.officer, TODAY + 90 * DAY)
    assert hall.staff.user_id in {one.user_id for one in later.refused}
    assert later.warned == ()


@pytest.mark.usefixtures("fire")
def test_before_its_day_the_gate_warns_and_without_one_it_tells_who_would_be_refused(
    session: Session, hall: Cast
) -> None:
    user_id = newcomer(session, hall)
    everybody = {one.user_id for one in at_gate(session, hall.officer, TODAY).refused}
    assert {user_id, hall.staff.user_id, hall.other_staff.user_id} <= everybody
    on_from(session, hall, TODAY + 10 * DAY)
    found = at_gate(session, hall.officer, TODAY)
    assert found.refused == ()
    assert (found.warned[0].user_id, found.warned[0].refused_from) == (user_id, TODAY + 10 * DAY)


@pytest.mark.usefixtures("fire")
def test_a_lead_sees_at_the_gate_only_people_and_exceptions_of_own_windows(
    session: Session, hall: Cast
) -> None:
    on_from(session, hall)
    user_id = newcomer(session, hall)
    here = {one.user_id for one in at_gate(session, hall.lead, TODAY).refused}
    there = at_gate(session, hall.other_lead, TODAY)
    assert here == {user_id}
    assert user_id not in {one.user_id for one in (*there.refused, *there.warned)}
    service.allow(
        session, hall.manager, user_id=user_id, first=TODAY, last=TODAY, reason="急", now=NOW
    )
    assert at_gate(session, hall.lead, TODAY).refused == ()
    seen = [len(overrides_in_sight(session, who, TODAY, TODAY)) for who in
            (hall.lead, hall.other_lead, hall.officer, hall.second_staff, hall.staff)]  # fmt: skip
    assert seen == [1, 0, 1, 1, 0], "one sees the own exception, and none of a colleague"


@pytest.mark.usefixtures("fire")
def test_a_manager_lets_themselves_through_only_where_there_is_no_other(
    session: Session, hall: Cast
) -> None:
    on_from(session, hall)
    last = TODAY + 90 * DAY

    def allow() -> None:
        service.allow(
            session, hall.manager, user_id=hall.manager.user_id, first=last, last=last,
            reason="急", now=NOW,
        )  # fmt: skip

    second = Membership(
        site_id=hall.site_id, user_id=hall.officer.user_id, role=Role.MANAGER, window_id=None
    )
    session.add(second)
    session.flush()
    with pytest.raises(OwnException):
        allow()
    officer = session.get_one(User, hall.officer.user_id)
    officer.is_active = False
    session.flush()
    inner = session.begin_nested()
    allow()
    inner.rollback()
    officer.is_active = True
    session.delete(second)
    session.flush()
    allow()
    assert not refused(session, hall, hall.manager.user_id, last)
