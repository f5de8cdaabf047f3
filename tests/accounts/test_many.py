"""Many people at once: the same rules as one by one, and the journal stays whole."""

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from safety_app.accounts import service
from safety_app.accounts.errors import (
    LoginTaken,
    RoleHasNoWindow,
    RoleNeedsWindow,
    StaffNoTaken,
    WindowHasLead,
)
from safety_app.accounts.models import User
from safety_app.accounts.service import Newcomer
from safety_app.accounts.service.many import Grant
from safety_app.core import journal
from safety_app.core.access import Role
from safety_app.core.errors import AppError, NotAllowed, NotFound, TextMissing, TextTooLong
from tests.cast import NOW, Cast


def create(session: Session, hall: Cast, *people: Newcomer) -> list[int]:
    return service.create_users(session, hall.administrator, people, site_id=hall.site_id, now=NOW)


def grant(session: Session, hall: Cast, *grants: Grant) -> None:
    service.grant_roles(session, hall.administrator, grants, site_id=hall.site_id, now=NOW)


def entries(session: Session, action: str) -> int:
    found = select(func.count(journal.Entry.id)).where(journal.Entry.action == action)
    return session.scalar(found) or 0


def test_people_come_in_their_order_with_what_is_known(session: Session, hall: Cast) -> None:
    facts = {"staff_no": "Ａ７", "joined_on": date(2024, 3, 1), "post": " 首席 "}
    ids = create(session, hall, Newcomer("ZHANG", "张伟", facts), Newcomer("li", "李娜"))
    zhang, li = (session.get_one(User, one) for one in ids)
    assert (zhang.login, zhang.staff_no, zhang.post) == ("zhang", "A7", "首席")
    assert (zhang.joined_on, li.joined_on, li.staff_no) == (date(2024, 3, 1), None, "")
    assert zhang.is_active and zhang.password_hash is None
    assert entries(session, "accounts.create_user") == 2 and journal.first_break(session) is None


@pytest.mark.parametrize(
    ("people", "error"),
    [
        ([Newcomer("limin", "x")], LoginTaken),
        ([Newcomer("x", "x"), Newcomer("X", "y")], LoginTaken),
        ([Newcomer("x", "x", {"staff_no": "7"}), Newcomer("y", "y", {"staff_no": "7"})],
         StaffNoTaken),
        ([Newcomer("x", "  ")], TextMissing),
        ([Newcomer("x", "长" * 65)], TextTooLong),
    ],
)  # fmt: skip
def test_a_rule_broken_by_one_keeps_all_out(
    session: Session, hall: Cast, people: list[Newcomer], error: type[AppError]
) -> None:
    before = session.scalar(select(func.count(User.id)))
    with pytest.raises(error):
        create(session, hall, *people)
    assert session.scalar(select(func.count(User.id))) == before


def test_roles_are_given_once_and_by_the_rules(session: Session, hall: Cast) -> None:
    officer, staff = hall.officer.user_id, hall.staff.user_id
    grant(session, hall, (officer, Role.STAFF, hall.a02), (staff, Role.STAFF, hall.a01))
    assert entries(session, "accounts.grant_role") == 1
    found = service.get_person(session, hall.site_id, officer)
    assert found.window_ids == {hall.a02} and found.roles == {Role.OFFICER, Role.STAFF}
    for wrong, error in (
        ((officer, Role.STAFF, None), RoleNeedsWindow),
        ((officer, Role.MANAGER, hall.a01), RoleHasNoWindow),
        ((officer, Role.LEAD, hall.a01), WindowHasLead),
        ((officer, Role.STAFF, hall.foreign_window), NotFound),
        ((hall.foreign_manager.user_id, Role.OFFICER, None), NotFound),
    ):
        with pytest.raises(error):
            grant(session, hall, wrong)
    assert journal.first_break(session) is None


def test_only_the_administrator_of_the_hall_adds_people(session: Session, hall: Cast) -> None:
    for actor, error in ((hall.officer, NotAllowed), (hall.foreign_manager, NotAllowed)):
        with pytest.raises(error):
            service.create_users(session, actor, [], site_id=hall.site_id, now=NOW)
        with pytest.raises(error):
            service.grant_roles(session, actor, [], site_id=hall.site_id, now=NOW)
    with pytest.raises(NotFound):
        service.create_users(session, hall.administrator, [], site_id=hall.foreign_site_id, now=NOW)


def test_nobody_is_a_valid_crowd(session: Session, hall: Cast) -> None:
    assert create(session, hall) == []
    grant(session, hall)
