"""When another window is another post, and that it counts from the moment of the change."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.training.models import Event, EventKind, GatePeriod
from drills.training.service import follow_people
from drills.training.service.events import withdraw_event
from safety_app.accounts import service as accounts
from safety_app.accounts.errors import NotQualified
from safety_app.accounts.service import User
from safety_app.core import clock
from safety_app.core.access import Role
from safety_app.workplace import service as workplace
from tests.cast import NOW, TODAY, Cast
from tests.drills.training.lessons import here_since, only, passed
from tests.drills.training.test_postings import events, postings, posts, roles
from tests.workplace.test_importing import bring_in

DAY = timedelta(days=1)
LONG_BEFORE = datetime(2021, 2, 10, 3, tzinfo=UTC)
MOVED = "transferred"


@pytest.fixture(autouse=True)
def _it_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def gated(session: Session, hall: Cast) -> int:
    """Everybody has been here for years and learned the post; 王晓燕 serves at A01."""
    here_since(session, hall)
    only(session, hall, "PRE-WINDOW")
    for actor in hall.everyone().values():
        passed(session, hall, actor.user_id, "PRE-WINDOW", LONG_BEFORE.date(), now=LONG_BEFORE)
    session.add(
        GatePeriod(
            site_id=hall.site_id, starts_on=TODAY - 90 * DAY, grace_days=0,
            set_by=hall.manager.user_id, set_at=NOW - 100 * DAY,
        )
    )  # fmt: skip
    session.flush()
    return hall.staff.user_id


def name_at(session: Session, hall: Cast, window_id: int, user_id: int) -> None:
    workplace.set_duty(
        session, hall.officer, site_id=hall.site_id, on=TODAY, window_id=window_id,
        user_ids=[user_id], now=NOW,
    )  # fmt: skip


def test_who_is_moved_is_refused_at_once(session: Session, hall: Cast, gated: int) -> None:
    name_at(session, hall, hall.a01, gated)
    roles(session, hall, gated, hall.a03, now=NOW)
    with pytest.raises(NotQualified):
        name_at(session, hall, hall.a03, gated)
    assert workplace.find_bar(session, hall.site_id, gated, TODAY) is not None
    assert events(session, gated) == [(MOVED, TODAY)]
    assert follow_people(session, hall.site_id, NOW) == 0, "the job finds nothing more"


def test_what_is_put_right_within_the_day_is_forgotten_at_once(
    session: Session, hall: Cast, gated: int
) -> None:
    roles(session, hall, gated, hall.a03, now=NOW)
    roles(session, hall, gated, hall.a01, now=NOW + timedelta(minutes=5))
    assert events(session, gated) == []
    name_at(session, hall, hall.a01, gated)


def test_a_role_given_and_one_taken_away_move_somebody_at_once(
    session: Session, hall: Cast, gated: int
) -> None:
    accounts.grant_role(session, None, gated, Role.STAFF, hall.a03, now=NOW)
    assert events(session, gated) == []
    accounts.revoke_role(session, None, gated, Role.STAFF, hall.a01, now=NOW)
    assert events(session, gated) == [(MOVED, TODAY)]


def test_roles_given_to_many_move_them_at_once(session: Session, hall: Cast, gated: int) -> None:
    accounts.revoke_role(session, None, gated, Role.STAFF, hall.a01, now=NOW)
    grant = (gated, Role.STAFF, hall.a03)
    accounts.grant_roles(session, None, [grant], site_id=hall.site_id, now=NOW)
    assert events(session, gated) == [(MOVED, TODAY)]


def test_another_post_counts_at_once_another_name_of_it_not_at_all(
    session: Session, hall: Cast, gated: int
) -> None:
    posts(session, wangxy="窗口人员", zhouh="窗口人员", wutao="保安")
    follow_people(session, hall.site_id, NOW - DAY)
    accounts.update_person(session, None, gated, post="综窗人员", now=NOW)
    assert events(session, gated) == [(MOVED, TODAY)]
    accounts.update_person(session, None, hall.second_staff.user_id, post="综窗人员", now=NOW)
    assert events(session, gated) == [], "both, so that it is the name"
    accounts.update_person(session, None, gated, post="保安", now=NOW)
    assert events(session, gated) == [(MOVED, TODAY)]


def test_a_post_that_was_emptied_in_between_is_remembered(
    session: Session, hall: Cast, gated: int
) -> None:
    for days, post, transfers in (
        (1, "窗口人员", []), (2, "", []), (3, "窗口人员", []), (4, "", []), (6, "保安", [6]),
        (7, "", [6]), (8, "保安", [6]),
    ):  # fmt: skip
        accounts.update_person(session, None, gated, post=post, now=NOW + days * DAY)
        follow_people(session, hall.site_id, NOW + days * DAY)
        assert events(session, gated) == [(MOVED, TODAY + day * DAY) for day in transfers]


BOTH = ("wangxy", "zhouh")
Names = tuple[str, ...]
RENAMES: Sequence[tuple[Sequence[tuple[int, str, Names]], Names]] = (
    (((1, "咨询岗", BOTH), (9, "综合咨询岗", BOTH)), ()),
    (((1, "咨询岗", BOTH), (5, "", BOTH), (9, "综合咨询岗", BOTH)), ()),
    (((1, "咨询岗", BOTH), (5, "", ("zhouh",)), (9, "综合咨询岗", BOTH)), ()),
    (((1, "咨询岗", BOTH), (5, "", BOTH), (9, "综合咨询岗", ("zhouh",))), ("zhouh",)),
    # Nobody else may have had the post of that name, and somebody without a post holds none.
    (
        ((1, "咨询岗", BOTH), (1, "综合咨询岗", ("wut",)), (5, "", BOTH), (9, "综合咨询岗", BOTH)),
        BOTH,
    ),
    (((1, "咨询岗", (*BOTH, "wut")), (5, "", ("wut",)), (9, "综合咨询岗", BOTH)), ()),
    (((1, "咨询岗", (*BOTH, "wut")), (5, "", (*BOTH, "wut")), (9, "综合咨询岗", BOTH)), ()),
)


@pytest.mark.parametrize(("steps", "moved"), RENAMES)
def test_a_post_that_was_emptied_and_filled_under_another_name_for_all_was_renamed(
    session: Session, hall: Cast, gated: int, steps: Sequence[tuple[int, str, Names]], moved: Names
) -> None:
    who = {
        "wangxy": gated, "zhouh": hall.second_staff.user_id, "wut": hall.other_staff.user_id,
    }  # fmt: skip
    for days, post, names in steps:
        for name in names:
            accounts.update_person(session, None, who[name], post=post, now=NOW + days * DAY)
    follow_people(session, hall.site_id, NOW + 9 * DAY)
    assert tuple(name for name in who if events(session, who[name])) == moved


def test_a_table_moves_people_at_once(session: Session, hall: Cast, gated: int) -> None:
    user = session.get_one(User, gated)
    user.staff_no, user.post = "G001", "窗口人员"
    session.flush()
    follow_people(session, hall.site_id, NOW - DAY)
    row = [user.name, "G001", "政务局", "A01", "窗口人员", "保安", "", "", ""]
    bring_in(session, hall, people=[row])
    assert user.post == "保安"
    assert events(session, gated) == [(MOVED, TODAY)]


def test_who_is_back_after_a_year_begins_anew_at_once(
    session: Session, hall: Cast, gated: int
) -> None:
    accounts.leave(session, hall.administrator, gated, on=TODAY, now=NOW)
    follow_people(session, hall.site_id, NOW)
    accounts.reactivate(session, hall.administrator, gated, now=NOW + 400 * DAY)
    assert events(session, gated) == [(EventKind.BACK, TODAY + 400 * DAY)]


def test_who_left_by_mistake_was_never_away(session: Session, hall: Cast, gated: int) -> None:
    before = postings(session, gated)
    accounts.leave(session, hall.administrator, gated, on=TODAY, now=NOW)
    follow_people(session, hall.site_id, NOW)
    accounts.reactivate(session, hall.administrator, gated, now=NOW)
    assert postings(session, gated) == before


def test_who_was_entered_today_is_only_put_right(session: Session, hall: Cast) -> None:
    user = accounts.create_user(
        session, None, site_id=hall.site_id, login="new", name="新人",
        joined_on=date(2020, 1, 6), now=NOW,
    )  # fmt: skip
    roles(session, hall, user.id, hall.a01, now=NOW)
    roles(session, hall, user.id, hall.a03, now=NOW)
    assert events(session, user.id) == []
    roles(session, hall, user.id, hall.a01, now=NOW + DAY)
    assert events(session, user.id) == [(MOVED, TODAY + DAY)]


Steps = Sequence[tuple[int, tuple[str, ...]]]
HISTORIES: Sequence[tuple[Steps, list[int]]] = (
    # One window more, then the old one fewer: the new post has not been theirs.
    (((1, ("a01", "a03")), (2, ("a03",))), [2]),
    (((1, ("a01", "a03")), (30, ("a03",))), [30]),
    (((1, ("a01", "a03")), (31, ("a03",))), []),
    # No window in between.
    (((1, ()), (2, ("a03",))), [2]),
    (((1, ()), (2, ("a01",))), []),
    # By way of a third.
    (((1, ("a01", "a02")), (2, ("a02", "a03")), (3, ("a03",))), [2]),
    (((1, ("a01", "a02")), (2, ("a01", "a02", "a03")), (3, ("a02", "a03"))), [3]),
    # Where they came by a transfer is their post from that day on.
    (((1, ("a03",)), (2, ("a02", "a03")), (3, ("a03",))), [1]),
    (((1, ("a03",)), (2, ("a02", "a03")), (3, ("a02",))), [1, 3]),
    # Back where they served for long, unless they were away for a year.
    (((1, ("a03",)), (20, ("a01",))), [1]),
    (((1, ("a03",)), (365, ("a01",))), [1]),
    (((1, ("a03",)), (366, ("a01",))), [1, 366]),
    # Days of several times add up.
    (
        (
            (1, ("a01", "a03")), (16, ("a01",)), (20, ("a01", "a03")), (35, ("a03",)),
        ),
        [],
    ),
)  # fmt: skip


@pytest.mark.parametrize(("steps", "transfers"), HISTORIES)
@pytest.mark.parametrize("is_followed", [True, False], ids=["with the job", "at once"])
def test_a_transfer_is_to_windows_that_were_not_theirs(
    session: Session, hall: Cast, steps: Steps, transfers: list[int], is_followed: bool
) -> None:
    here_since(session, hall)
    user_id = hall.staff.user_id
    for days, names in steps:
        windows = [getattr(hall, name) for name in names]
        roles(session, hall, user_id, *windows, now=NOW + days * DAY)
        if is_followed:
            follow_people(session, hall.site_id, NOW + days * DAY)
            follow_people(session, hall.site_id, NOW + (days + 1) * DAY)
    assert events(session, user_id) == [(MOVED, TODAY + days * DAY) for days in transfers]


def test_where_the_officer_saw_no_transfer_the_post_goes_on(session: Session, hall: Cast) -> None:
    here_since(session, hall)
    user_id = hall.staff.user_id
    roles(session, hall, user_id, hall.a03, now=NOW + DAY)
    event = session.scalars(select(Event).where(Event.user_id == user_id)).one()
    withdraw_event(session, hall.officer, event.id, because="同一窗口改号", now=NOW + DAY)
    roles(session, hall, user_id, hall.a02, hall.a03, now=NOW + 2 * DAY)
    roles(session, hall, user_id, hall.a03, now=NOW + 3 * DAY)
    assert events(session, user_id) == []
    roles(session, hall, user_id, hall.a02, now=NOW + 4 * DAY)
    assert events(session, user_id) == [(MOVED, TODAY + 4 * DAY)]


def test_somebody_who_comes_back_to_another_window_was_transferred(
    session: Session, hall: Cast
) -> None:
    here_since(session, hall)
    user_id = hall.staff.user_id
    accounts.leave(session, hall.administrator, user_id, on=TODAY, now=NOW)
    follow_people(session, hall.site_id, NOW)
    later = NOW + 60 * DAY
    accounts.reactivate(session, hall.administrator, user_id, now=later)
    assert events(session, user_id) == []
    roles(session, hall, user_id, hall.a03, now=later)
    assert events(session, user_id) == [(MOVED, TODAY + 60 * DAY)]


def test_a_window_under_its_new_number_is_the_same_post(session: Session, hall: Cast) -> None:
    here_since(session, hall)
    user_id = hall.staff.user_id
    workplace.retire_window(
        session, hall.administrator, hall.a01, site_id=hall.site_id, on=TODAY + 2 * DAY,
        successor_id=hall.a03, now=NOW,
    )  # fmt: skip
    roles(session, hall, user_id, hall.a01, hall.a02, now=NOW + DAY)
    workplace.end_windows(session, NOW + 2 * DAY)
    follow_people(session, hall.site_id, NOW + 2 * DAY)
    roles(session, hall, user_id, hall.a03, now=NOW + 3 * DAY)
    assert events(session, user_id) == []
