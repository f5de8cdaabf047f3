"""What people were on days gone by, and when they changed posts or came back."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.training.grid import Light
from drills.training.jobs import follow_all
from drills.training.models import Event, EventKind, Posting, SessionStatus, TrainingSession
from drills.training.service import follow_people, merge_windows
from drills.training.service.events import record_event, withdraw_event
from drills.training.service.matrix import row_of, standing
from drills.training.service.people import people
from safety_app.accounts import service as accounts
from safety_app.accounts.service import User
from safety_app.workplace import service as workplace
from tests.cast import NOW, TODAY, Cast
from tests.drills.training.lessons import course, here_since, only, passed

DAY = timedelta(days=1)
TOMORROW = NOW + DAY


def roles(session: Session, hall: Cast, user_id: int, *windows: int, now: datetime) -> None:
    accounts.set_roles(
        session, hall.administrator, user_id, staff_at=windows, leads=(), for_the_site=(), now=now
    )


def events(session: Session, user_id: int) -> list[tuple[str, date]]:
    query = select(Event.kind, Event.on_date).where(
        Event.user_id == user_id, Event.withdrawn_at.is_(None)
    )
    return [(kind, on) for kind, on in session.execute(query.order_by(Event.on_date))]


def postings(session: Session, user_id: int) -> list[tuple[date, date | None, str]]:
    query = select(Posting).where(Posting.user_id == user_id).order_by(Posting.first)
    return [(one.first, one.last, one.windows) for one in session.scalars(query)]


def test_following_twice_writes_nothing_new(session: Session, hall: Cast) -> None:
    assert follow_people(session, hall.site_id, NOW) == 0
    follow_all(session, TOMORROW)
    assert follow_all(session, TOMORROW) == 0


@pytest.mark.parametrize(
    ("there", "is_transfer"),
    [(("a03",), True), (("a01", "a03"), False), (("a01",), False), ((), False)],
)
def test_who_leaves_every_window_for_others_was_transferred(
    session: Session, hall: Cast, there: tuple[str, ...], is_transfer: bool
) -> None:
    user_id = hall.staff.user_id
    windows = [getattr(hall, name) for name in there]
    if windows:
        roles(session, hall, user_id, *windows, now=TOMORROW)
    follow_people(session, hall.site_id, TOMORROW)
    expected = [(EventKind.TRANSFERRED, TODAY + DAY)] if is_transfer else []
    assert events(session, user_id) == expected


def test_what_is_put_right_on_the_same_day_is_no_transfer(session: Session, hall: Cast) -> None:
    user_id = hall.staff.user_id
    before = postings(session, user_id)
    roles(session, hall, user_id, hall.a03, now=NOW)
    follow_people(session, hall.site_id, NOW)
    assert events(session, user_id) == []
    assert len(postings(session, user_id)) == len(before) == 1


def test_what_somebody_was_stays_known(session: Session, hall: Cast) -> None:
    user_id = hall.staff.user_id
    roles(session, hall, user_id, hall.a03, now=TOMORROW)
    follow_people(session, hall.site_id, TOMORROW)
    assert postings(session, user_id) == [
        (TODAY, TODAY, str(hall.a01)),
        (TODAY + DAY, None, str(hall.a03)),
    ]
    worker = people(session, hall.site_id, TODAY).workers[user_id]
    was, now_is = worker.stay(TODAY), worker.stay(TODAY + DAY)
    assert was is not None and now_is is not None
    assert was.windows == {hall.a01}
    assert now_is.windows == {hall.a03}


def test_a_day_of_joining_that_is_put_right_is_believed(session: Session, hall: Cast) -> None:
    user_id = hall.staff.user_id
    for day in (TODAY - 30 * DAY, TODAY - 10 * DAY):
        session.get_one(User, user_id).joined_on = day
        session.flush()
        follow_people(session, hall.site_id, TOMORROW)
        assert postings(session, user_id) == [(day, None, str(hall.a01))]


def test_a_window_that_goes_on_in_another_transfers_nobody(session: Session, hall: Cast) -> None:
    user_id = hall.staff.user_id
    planned = TrainingSession(
        site_id=hall.site_id, course_id=course(session, hall, "FIRE").id, window_id=hall.a01,
        starts_at=TOMORROW, ends_at=TOMORROW, place="三楼会议室", trainer="刘洋", hours=2,
        status=SessionStatus.PLANNED, created_at=NOW,
    )  # fmt: skip
    held = TrainingSession(
        site_id=hall.site_id, course_id=planned.course_id, window_id=hall.a01, starts_at=NOW,
        ends_at=NOW, place="三楼会议室", trainer="刘洋", hours=2, status=SessionStatus.HELD,
        created_at=NOW,
    )  # fmt: skip
    session.add_all([planned, held])
    accounts.move_members(session, None, hall.a01, hall.a03, site_id=hall.site_id, now=TOMORROW)
    merge_windows(session, None, hall.a01, hall.a03, TOMORROW)
    follow_people(session, hall.site_id, TOMORROW)
    assert events(session, user_id) == []
    session.refresh(planned)
    session.refresh(held)
    assert (planned.window_id, held.window_id) == (hall.a03, hall.a01)


def test_who_has_left_belongs_to_the_hall_up_to_the_last_day(session: Session, hall: Cast) -> None:
    here_since(session, hall, date(2026, 1, 5))
    user_id = hall.staff.user_id
    accounts.leave(session, hall.administrator, user_id, on=TODAY, now=NOW)
    before_the_job = people(session, hall.site_id, TODAY).workers[user_id]
    follow_people(session, hall.site_id, TOMORROW)
    after_it = people(session, hall.site_id, TODAY).workers[user_id]
    for worker in (before_the_job, after_it):
        assert [worker.is_here(TODAY + n * DAY) for n in (0, 1)] == [True, False]


@pytest.mark.parametrize(("days", "is_back"), [(330, False), (365, False), (366, True)])
def test_who_comes_back_after_a_year_begins_anew(
    session: Session, hall: Cast, days: int, is_back: bool
) -> None:
    user_id = hall.staff.user_id
    accounts.leave(session, hall.administrator, user_id, on=TODAY, now=NOW)
    follow_people(session, hall.site_id, NOW)
    later = NOW + timedelta(days=days)
    accounts.reactivate(session, hall.administrator, user_id, now=later)
    follow_people(session, hall.site_id, later)
    day = TODAY + timedelta(days=days)
    assert events(session, user_id) == ([(EventKind.BACK, day)] if is_back else [])


@pytest.mark.parametrize("days", [0, 20, 366])
def test_who_was_closed_by_mistake_today_has_never_left(
    session: Session, hall: Cast, days: int
) -> None:
    here_since(session, hall)
    user_id = hall.staff.user_id
    before = postings(session, user_id)
    last = TODAY - timedelta(days=days)
    accounts.leave(session, hall.administrator, user_id, on=last, now=NOW)
    assert postings(session, user_id) != before
    accounts.reactivate(session, hall.administrator, user_id, now=NOW + timedelta(minutes=1))
    assert postings(session, user_id) == before
    assert events(session, user_id) == []
    assert follow_people(session, hall.site_id, TOMORROW) == 0


def test_who_was_closed_yesterday_had_left(session: Session, hall: Cast) -> None:
    here_since(session, hall)
    user_id = hall.staff.user_id
    accounts.leave(session, hall.administrator, user_id, on=TODAY - 20 * DAY, now=NOW)
    accounts.reactivate(session, hall.administrator, user_id, now=TOMORROW)
    assert [(first, last) for first, last, _windows in postings(session, user_id)][1:] == [
        (TODAY + DAY, None)
    ]


@pytest.mark.parametrize(("days", "is_back"), [(364, False), (365, True)])
def test_a_year_of_absence_ends_with_a_new_beginning(
    session: Session, hall: Cast, days: int, is_back: bool
) -> None:
    user_id = hall.staff.user_id
    last = TODAY + timedelta(days=days - 1)
    for first, end in ((TODAY, TODAY + 99 * DAY), (TODAY + 100 * DAY, last)):
        workplace.record_absence(
            session, hall.officer, user_id=user_id, site_id=hall.site_id, first=first, last=end,
            reason="sick", now=NOW,
        )  # fmt: skip
    follow_people(session, hall.site_id, NOW)
    assert events(session, user_id) == ([(EventKind.BACK, last + DAY)] if is_back else [])


def test_an_absence_that_is_cut_short_needs_no_new_beginning(session: Session, hall: Cast) -> None:
    user_id = hall.staff.user_id
    away = workplace.record_absence(
        session, hall.officer, user_id=user_id, site_id=hall.site_id, first=TODAY,
        last=TODAY + 365 * DAY, reason="sick", now=NOW,
    )  # fmt: skip
    follow_people(session, hall.site_id, NOW)
    assert events(session, user_id)
    workplace.change_absence(
        session, hall.officer, away.id, first=TODAY, last=TODAY + 30 * DAY, reason="sick", now=NOW
    )
    follow_people(session, hall.site_id, NOW)
    assert events(session, user_id) == []


def posts(session: Session, **given: str) -> None:
    """People by login, and the post they have now."""
    for login, post in given.items():
        session.scalars(select(User).where(User.login == login)).one().post = post
    session.flush()


@pytest.mark.parametrize(
    ("before", "after", "is_transfer"),
    [
        ("窗口人员", "档案管理员", True),
        ("窗口人员", "窗口 人员", False),
        ("窗口人员（A岗）", "窗口人员(a岗)", False),
        ("", "窗口人员", False),
        ("窗口人员", "", False),
    ],
)
def test_another_post_is_a_transfer(
    session: Session, hall: Cast, before: str, after: str, is_transfer: bool
) -> None:
    posts(session, wangxy=before)
    follow_people(session, hall.site_id, NOW)
    posts(session, wangxy=after)
    follow_people(session, hall.site_id, TOMORROW)
    expected = [(EventKind.TRANSFERRED, TODAY + DAY)] if is_transfer else []
    assert events(session, hall.staff.user_id) == expected
    assert follow_people(session, hall.site_id, TOMORROW) == 0
    assert follow_people(session, hall.site_id, TOMORROW + DAY) == 0


def test_another_post_is_trained_for_again(session: Session, hall: Cast) -> None:
    here_since(session, hall)
    only(session, hall, "PRE-CENTRE", "PRE-WINDOW")
    for code in ("PRE-CENTRE", "PRE-WINDOW"):
        passed(session, hall, hall.staff.user_id, code, TODAY - 300 * DAY)
    posts(session, wangxy="窗口人员")
    follow_people(session, hall.site_id, NOW)
    posts(session, wangxy="保安")
    follow_people(session, hall.site_id, TOMORROW)

    def lights(on: date) -> list[Light]:
        row = row_of(standing(session, hall.site_id, on), hall.staff.user_id)
        assert row is not None
        return [cell.light for cell in row.cells]

    assert lights(TODAY) == [Light.COVERED, Light.COVERED]
    assert lights(TODAY + DAY) == [Light.COVERED, Light.EXPIRED]


def test_another_name_of_a_post_transfers_nobody(session: Session, hall: Cast) -> None:
    posts(session, wangxy="窗口人员", zhouh="窗口人员", wutao="保安")
    follow_people(session, hall.site_id, NOW)
    posts(session, wangxy="综窗人员")
    follow_people(session, hall.site_id, TOMORROW)
    assert events(session, hall.staff.user_id), "one of two only"
    posts(session, zhouh="综窗人员")
    follow_people(session, hall.site_id, TOMORROW)
    for actor in (hall.staff, hall.second_staff):
        assert events(session, actor.user_id) == [], "both, so that it is the name"
    assert follow_people(session, hall.site_id, TOMORROW) == 0
    posts(session, wangxy="保安", zhouh="保安")
    follow_people(session, hall.site_id, TOMORROW + DAY)
    for actor in (hall.staff, hall.second_staff):
        assert events(session, actor.user_id), "a post that somebody else holds already"


def test_the_only_holder_of_a_post_was_transferred(session: Session, hall: Cast) -> None:
    posts(session, wangxy="窗口人员", zhouh="导办员")
    follow_people(session, hall.site_id, NOW)
    posts(session, wangxy="综窗人员")
    follow_people(session, hall.site_id, TOMORROW)
    assert events(session, hall.staff.user_id)
    assert events(session, hall.second_staff.user_id) == []


def test_a_slip_that_is_put_right_on_the_same_day_transferred_nobody(
    session: Session, hall: Cast
) -> None:
    user_id = hall.staff.user_id
    moved = [(EventKind.TRANSFERRED, TODAY + DAY)]
    for windows, expected in (
        ((hall.a03,), moved),
        ((hall.a01,), []),
        ((hall.a01, hall.a03), []),
        ((hall.a03,), moved),
    ):
        roles(session, hall, user_id, *windows, now=TOMORROW)
        follow_people(session, hall.site_id, TOMORROW)
        assert events(session, user_id) == expected
    follow_people(session, hall.site_id, TOMORROW + DAY)
    assert events(session, user_id) == moved


def test_what_the_officer_has_withdrawn_is_not_found_again(session: Session, hall: Cast) -> None:
    user_id = hall.staff.user_id
    roles(session, hall, user_id, hall.a03, now=TOMORROW)
    follow_people(session, hall.site_id, TOMORROW)
    event = session.scalars(select(Event).where(Event.user_id == user_id)).one()
    withdraw_event(session, hall.officer, event.id, because="仅临时支援", now=TOMORROW)
    assert follow_people(session, hall.site_id, TOMORROW) == 0
    assert events(session, user_id) == []


@pytest.mark.parametrize(("kind", "days"), [(EventKind.TRANSFERRED, 1), (EventKind.BACK, 30)])
def test_what_the_officer_has_entered_is_not_taken_back(
    session: Session, hall: Cast, kind: EventKind, days: int
) -> None:
    user_id, on = hall.staff.user_id, TODAY + days * DAY
    record_event(session, hall.officer, user_id=user_id, kind=kind, on=on, now=TOMORROW)
    assert follow_people(session, hall.site_id, TOMORROW) == 0
    assert events(session, user_id) == [(kind, on)]


def test_the_day_somebody_was_entered_is_the_halls(session: Session, hall: Cast) -> None:
    user = session.get_one(User, hall.staff.user_id)
    user.created_at = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
    session.flush()
    assert people(session, hall.site_id, TODAY).workers[user.id].joined == TODAY


def test_an_absence_cut_short_and_made_long_again_ends_with_a_new_beginning(
    session: Session, hall: Cast
) -> None:
    away = workplace.record_absence(
        session, hall.officer, user_id=hall.staff.user_id, site_id=hall.site_id, first=TODAY,
        last=TODAY + 365 * DAY, reason="sick", now=NOW,
    )  # fmt: skip
    for days, found in ((365, 1), (30, 0), (365, 1)):
        workplace.change_absence(
            session, hall.officer, away.id, first=TODAY, last=TODAY + days * DAY, reason="sick",
            now=NOW,
        )  # fmt: skip
        follow_people(session, hall.site_id, NOW)
        assert len(events(session, hall.staff.user_id)) == found
