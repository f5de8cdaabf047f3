"""How the plans stood on a day gone by: by what was so on that day."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from drills.plans.models import Trigger
from drills.plans.review import Cause, Standing
from drills.plans.service import OnDay, acknowledge, close_without_change, on_day, request_revision
from drills.plans.service.care import record_filing
from drills.plans.service.detail import get_detail
from drills.training.service import follow_people
from safety_app.accounts import service as accounts
from safety_app.accounts.models import User
from safety_app.workplace import service as workplace
from safety_app.workplace.models import Site, UnitKind
from tests.cast import NOW, TODAY, Cast
from tests.drills.plans.documents import make_plan

AFTER = TODAY + timedelta(days=100)


def day(n: int) -> date:
    """So many days after today."""
    return TODAY + timedelta(days=n)


def stood(session: Session, hall: Cast, n: int, today: date = AFTER) -> OnDay:
    """The one plan on a day, seen from long afterwards."""
    (found,) = on_day(session, hall.site_id, day(n), today=today)
    return found


def causes(session: Session, hall: Cast, n: int) -> list[Cause]:
    """Why the one plan was not in order on a day."""
    return [why.cause for why in stood(session, hall, n).whys]


def test_somebody_named_is_gone_from_the_day_they_left(session: Session, hall: Cast) -> None:
    make_plan(session, hall, member_ids=(hall.staff.user_id,))
    user = session.get_one(User, hall.staff.user_id)
    user.is_active, user.left_on = False, day(10)
    session.flush()
    assert [causes(session, hall, n) for n in (0, 9, 10, 11, 50)] == [
        [], [], [Cause.PERSON_LEFT], [Cause.PERSON_LEFT], [Cause.PERSON_LEFT],
    ]  # fmt: skip
    assert stood(session, hall, 9).is_current and not stood(session, hall, 10).is_current
    assert stood(session, hall, 10).whys[0].what == (user.name,)


def test_who_came_back_was_away_in_between(session: Session, hall: Cast) -> None:
    make_plan(session, hall, member_ids=(hall.staff.user_id,))
    user = session.get_one(User, hall.staff.user_id)
    for n, is_active in ((0, True), (10, False), (30, True)):
        user.is_active, user.left_on = is_active, None if is_active else day(n)
        session.flush()
        follow_people(session, hall.site_id, NOW + timedelta(days=n))
    found = {n: causes(session, hall, n) for n in (5, 20, 40)}
    assert found == {5: [], 20: [Cause.PERSON_LEFT], 40: []}


def leave(session: Session, hall: Cast, user_id: int, n: int) -> None:
    """Somebody hands over and goes, so many days after today."""
    now = NOW + timedelta(days=n)
    held = accounts.held_by(session, hall.administrator, user_id, now=now)
    to = {one.id: hall.second_staff.user_id for one in held}
    accounts.hand_over(session, hall.administrator, user_id, to, now=now)
    accounts.leave(session, hall.administrator, user_id, on=day(n), now=now)


@pytest.mark.parametrize("back", [11, 14, 60])
def test_the_last_day_of_who_came_back_keeps_its_answer(
    session: Session, hall: Cast, back: int
) -> None:
    staff = hall.staff.user_id
    make_plan(session, hall, member_ids=(staff,))
    follow_people(session, hall.site_id, NOW)
    leave(session, hall, staff, 10)
    days = (9, 10, back - 1)
    before = {n: [why.cause for why in stood(session, hall, n, day(back)).whys] for n in days}
    assert before == {9: [], 10: [Cause.PERSON_LEFT], back - 1: [Cause.PERSON_LEFT]}
    accounts.reactivate(session, hall.administrator, staff, now=NOW + timedelta(days=back))
    assert {n: causes(session, hall, n) for n in days} == before
    assert causes(session, hall, back) == []


def test_who_comes_to_another_post_on_the_next_day_has_not_left(
    session: Session, hall: Cast
) -> None:
    staff = hall.staff.user_id
    make_plan(session, hall, member_ids=(staff,))
    follow_people(session, hall.site_id, NOW)
    leave(session, hall, staff, 1)
    accounts.reactivate(session, hall.administrator, staff, now=NOW + timedelta(days=1))
    session.get_one(User, staff).post = "引导员"
    session.flush()
    follow_people(session, hall.site_id, NOW + timedelta(days=11))
    assert causes(session, hall, 1) == causes(session, hall, 10) == causes(session, hall, 11) == []


def test_a_revision_counts_from_the_day_it_was_asked_for_until_it_was_done(
    session: Session, hall: Cast
) -> None:
    document = make_plan(session, hall)
    task = request_revision(
        session, hall.officer, document.id, why="人流更大", source="t/1",
        owner_id=hall.officer.user_id, due_on=day(20), trigger=Trigger.RISK,
        now=NOW + timedelta(days=5),
    )  # fmt: skip
    close_without_change(
        session, hall.manager, task.id, outcome="够用", now=NOW + timedelta(days=30)
    )
    assert [causes(session, hall, n) for n in (4, 5, 20, 21, 29, 30)] == [
        [], [Cause.REQUEST], [Cause.REQUEST], [Cause.REQUEST_OVERDUE], [Cause.REQUEST_OVERDUE], [],
    ]  # fmt: skip
    assert stood(session, hall, 5).standing is Standing.TO_REVISE


def test_a_plan_filed_late_was_not_filed_until_then(session: Session, hall: Cast) -> None:
    site = session.get_one(Site, hall.site_id)
    site.crowded_place = site.business_operator = True
    document = make_plan(session, hall)
    record_filing(
        session, hall.officer, document.id, authority="应急管理局", filed_on=day(60),
        now=NOW + timedelta(days=60),
    )  # fmt: skip
    assert [causes(session, hall, n) for n in (20, 59, 60)] == [
        [], [Cause.NOT_FILED], [],
    ]  # fmt: skip


def profile(session: Session, hall: Cast, n: int, *, crowded: bool) -> None:
    """What the hall says it is before the law, so many days after today."""
    workplace.set_profile(
        session, None, site_id=hall.site_id, unit_kind=UnitKind.INSTITUTION,
        key_fire_unit=False, public_gathering=False, crowded_place=crowded,
        business_operator=True, now=NOW + timedelta(days=n),
    )  # fmt: skip


def test_the_term_of_filing_begins_when_filing_is_asked_for(session: Session, hall: Cast) -> None:
    profile(session, hall, 0, crowded=False)
    document = make_plan(session, hall)
    profile(session, hall, 50, crowded=True)
    due = workplace.add_open_days(session, hall.site_id, day(50), 20)

    def causes_on(on: date) -> list[Cause]:
        return causes(session, hall, (on - TODAY).days)

    assert causes_on(day(49)) == causes_on(day(50)) == causes_on(due) == []
    assert causes_on(due + timedelta(days=1)) == [Cause.NOT_FILED]
    shown = {
        n: get_detail(session, hall.officer, document.id, today=day(n)).filings[0] for n in (49, 50)
    }
    assert not shown[49].is_asked
    assert shown[50].is_asked and shown[50].file_by == due


def test_what_was_corrected_on_the_same_day_puts_no_term_of_filing_off(
    session: Session, hall: Cast
) -> None:
    profile(session, hall, 0, crowded=True)
    make_plan(session, hall)
    profile(session, hall, 40, crowded=False)
    profile(session, hall, 40, crowded=True)
    assert causes(session, hall, 39) == causes(session, hall, 41) == [Cause.NOT_FILED]
    profile(session, hall, 45, crowded=False)
    profile(session, hall, 60, crowded=True)
    assert [causes(session, hall, n) for n in (44, 45, 60, 61)] == [[Cause.NOT_FILED], [], [], []]


def test_who_had_read_it_by_then_of_those_who_were_here(session: Session, hall: Cast) -> None:
    version_id = make_plan(session, hall).current_id or 0
    acknowledge(session, hall.lead, version_id, proved=False, now=NOW + timedelta(days=2))
    user = session.get_one(User, hall.staff.user_id)
    user.is_active, user.left_on = False, day(10)
    session.flush()
    found = {n: stood(session, hall, n).coverage for n in (1, 2, 11)}
    assert {n: (one.read, one.of) for n, one in found.items()} == {1: (0, 8), 2: (1, 8), 11: (1, 7)}
