"""Whoever stands in sees and walks the window's patrol on that day, and no longer the next."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from checklists import service as checklists
from checklists.errors import NotYourPatrol
from safety_app.accounts import service as accounts
from safety_app.accounts.errors import NotASharedTablet
from safety_app.accounts.service.sessions import open_session
from safety_app.core.access import Actor, Role
from safety_app.core.errors import AppError
from safety_app.features import features
from safety_app.workplace import service
from tests.accounts.people import tablet
from tests.cast import NOW, TODAY, Cast
from tests.factories import make_task

TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def _words() -> None:
    features()


def _stand_in(session: Session, hall: Cast) -> None:
    service.stand_in(
        session, hall.lead, site_id=hall.site_id, window_id=hall.a01, on=TODAY,
        user_id=hall.other_staff.user_id, for_id=hall.staff.user_id, now=NOW,
    )  # fmt: skip


def _who(session: Session, actor: Actor, now: datetime = NOW) -> Actor:
    return accounts.actor_for(session, actor.user_id, now=now)


def _subjects(session: Session, actor: Actor, day: date, now: datetime) -> set[str]:
    return {row.subject for row in checklists.list_tasks(session, actor, day=day, now=now)}


def test_a_stand_in_sees_and_walks_the_patrol_on_that_day(session: Session, hall: Cast) -> None:
    task = make_task(session, hall)
    before = _who(session, hall.other_staff)
    assert before.served == {hall.a03}
    with pytest.raises(AppError):
        checklists.open_run(session, before, task.id, now=NOW)
    _stand_in(session, hall)
    now = _who(session, hall.other_staff)
    assert now.served == {hall.a01, hall.a03}
    assert any("A01" in one for one in _subjects(session, now, TODAY, NOW))
    assert checklists.open_run(session, now, task.id, now=NOW).token


def test_a_stand_in_is_gone_the_next_day(session: Session, hall: Cast) -> None:
    make_task(session, hall)
    task = make_task(session, hall, on=TOMORROW)
    _stand_in(session, hall)
    later = NOW + timedelta(days=1)
    tomorrow = _who(session, hall.other_staff, later)
    assert tomorrow.served == {hall.a03}
    assert not any("A01" in one for one in _subjects(session, tomorrow, TOMORROW, later))
    with pytest.raises((NotYourPatrol, AppError)):
        checklists.open_run(session, tomorrow, task.id, now=later)


def test_the_day_is_that_of_the_hall(session: Session, hall: Cast) -> None:
    _stand_in(session, hall)
    start = NOW.replace(hour=0) - timedelta(hours=8)  # midnight in Shanghai
    seen = [
        hall.a01 in _who(session, hall.other_staff, start + timedelta(hours=hours)).served
        for hours in (-0.1, 0.1, 23.9, 24.1)
    ]
    assert seen == [False, True, True, False]


def test_somebody_without_a_window_stands_in_as_staff(session: Session, hall: Cast) -> None:
    service.stand_in(
        session, hall.lead, site_id=hall.site_id, window_id=hall.a01, on=TODAY,
        user_id=hall.officer.user_id, for_id=hall.staff.user_id, now=NOW,
    )  # fmt: skip
    found = _who(session, hall.officer)
    assert found.roles == {Role.OFFICER, Role.STAFF}
    assert found.served == {hall.a01}


def test_whoever_is_named_at_the_own_window_is_no_more_than_before(
    session: Session, hall: Cast
) -> None:
    service.set_duty(
        session, None, site_id=hall.site_id, on=TODAY, window_id=hall.a01,
        user_ids=[hall.lead.user_id, hall.staff.user_id], now=NOW,
    )  # fmt: skip
    for actor in (hall.lead, hall.staff):
        assert replace(_who(session, actor), name=actor.name) == actor


def test_a_stand_in_may_use_the_code_on_the_windows_tablet_that_day(
    session: Session, hall: Cast
) -> None:
    token = tablet(session, hall, hall.a01)

    def claim(now: datetime) -> accounts.Claim:
        return accounts.claim_pin(
            session, user_id=hall.other_staff.user_id, pin="480271", device_token=token,
            address="10.0.0.7", now=now,
        )  # fmt: skip

    with pytest.raises(NotASharedTablet):
        claim(NOW)
    _stand_in(session, hall)
    assert claim(NOW).user_id == hall.other_staff.user_id
    with pytest.raises(NotASharedTablet):
        claim(NOW + timedelta(days=1))


def test_whoever_is_signed_in_serves_the_window_from_the_next_click(
    session: Session, hall: Cast
) -> None:
    user = session.get_one(accounts.User, hall.other_staff.user_id)
    token = open_session(session, user, device_id=None, now=NOW).token

    def seen() -> frozenset[int]:
        found = accounts.find_actor(session, token, now=NOW)
        assert found is not None
        return found.served

    assert seen() == {hall.a03}
    _stand_in(session, hall)
    assert seen() == {hall.a01, hall.a03}
    service.remove_stand_in(
        session, hall.lead, site_id=hall.site_id, window_id=hall.a01, on=TODAY,
        user_id=hall.other_staff.user_id, now=NOW,
    )  # fmt: skip
    assert seen() == {hall.a03}
