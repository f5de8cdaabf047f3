"""Adding people, giving and taking roles, closing accounts."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from safety_app.accounts import service
from safety_app.accounts.errors import (
    LastAdministrator,
    LoginTaken,
    RoleHasNoWindow,
    RoleNeedsWindow,
    WindowHasLead,
)
from safety_app.accounts.models import User
from safety_app.core.access import Role
from safety_app.core.errors import NotAllowed, NotFound, TextMissing, TextTooLong
from safety_app.core.i18n import use_language
from safety_app.core.journal import Entry
from tests.cast import NOW, Cast


def _add(session: Session, hall: Cast, login: str = "newcomer") -> User:
    return service.create_user(
        session,
        hall.administrator,
        site_id=hall.site_id,
        login=login,
        name="新同事",
        name_en="New Colleague",
        now=NOW,
    )


def test_the_administrator_adds_a_person_and_the_journal_knows_no_name(
    session: Session, hall: Cast
) -> None:
    user = _add(session, hall, " NewComer ")
    assert user.login == "newcomer"
    entry = session.scalars(select(Entry).order_by(Entry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.object_id) == ("accounts.create_user", user.id)
    assert entry.actor_id == hall.administrator.user_id


def test_nobody_but_the_administrator_manages_accounts(session: Session, hall: Cast) -> None:
    for role, actor in hall.everyone().items():
        if role == "administrator":
            continue
        with pytest.raises(NotAllowed):
            service.create_user(
                session, actor, site_id=hall.site_id, login="x", name="某人", now=NOW
            )
        with pytest.raises(NotAllowed):
            service.deactivate(session, actor, hall.staff.user_id, NOW)
        with pytest.raises(NotAllowed):
            service.grant_role(session, actor, actor.user_id, Role.MANAGER, now=NOW)


def test_an_administrator_cannot_touch_another_site(session: Session, hall: Cast) -> None:
    with pytest.raises(NotFound):
        service.deactivate(session, hall.administrator, hall.foreign_manager.user_id, NOW)
    with pytest.raises(NotFound):
        service.create_user(
            session, hall.administrator, site_id=hall.foreign_site_id, login="x", name="某", now=NOW
        )


def test_a_login_is_given_once_whatever_its_capitals(session: Session, hall: Cast) -> None:
    _add(session, hall)
    with pytest.raises(LoginTaken):
        _add(session, hall, "NEWCOMER")


def test_a_person_needs_a_name_of_bearable_length(session: Session, hall: Cast) -> None:
    for name, error in (("  ", TextMissing), ("长" * 65, TextTooLong)):
        with pytest.raises(error):
            service.create_user(session, None, site_id=hall.site_id, login="x", name=name, now=NOW)


def test_roles_at_a_window_need_one_and_site_roles_have_none(session: Session, hall: Cast) -> None:
    user = _add(session, hall)
    for role in (Role.STAFF, Role.LEAD):
        with pytest.raises(RoleNeedsWindow):
            service.grant_role(session, None, user.id, role, now=NOW)
    for role in (Role.OFFICER, Role.MANAGER, Role.ADMINISTRATOR, Role.THIRD_PARTY):
        with pytest.raises(RoleHasNoWindow):
            service.grant_role(session, None, user.id, role, hall.a01, now=NOW)


def test_a_window_has_one_lead(session: Session, hall: Cast) -> None:
    user = _add(session, hall)
    with pytest.raises(WindowHasLead):
        service.grant_role(session, None, user.id, Role.LEAD, hall.a01, now=NOW)
    service.revoke_role(session, None, hall.lead.user_id, Role.LEAD, hall.a01, now=NOW)
    assert service.lead_of(session, hall.a01) is None
    service.grant_role(session, None, user.id, Role.LEAD, hall.a01, now=NOW)
    assert service.lead_of(session, hall.a01) == user.id
    assert service.lead_of(session, hall.a02) == hall.lead.user_id


def test_a_role_given_twice_is_held_once(session: Session, hall: Cast) -> None:
    user = _add(session, hall)
    for _ in range(2):
        service.grant_role(session, None, user.id, Role.STAFF, hall.a02, now=NOW)
    assert service.get_person(session, hall.site_id, user.id).window_ids == {hall.a02}


def test_an_unknown_window_is_no_place_for_a_role(session: Session, hall: Cast) -> None:
    with pytest.raises(NotFound):
        service.grant_role(session, None, hall.staff.user_id, Role.STAFF, 999_999, now=NOW)


def test_a_window_of_another_site_is_no_place_for_a_role(session: Session, hall: Cast) -> None:
    with pytest.raises(NotFound):
        service.grant_role(
            session, None, hall.staff.user_id, Role.STAFF, hall.foreign_window, now=NOW
        )


def test_the_last_administrator_stays(session: Session, hall: Cast) -> None:
    admin = hall.administrator
    with pytest.raises(LastAdministrator):
        service.deactivate(session, admin, admin.user_id, NOW)
    with pytest.raises(LastAdministrator):
        service.revoke_role(session, admin, admin.user_id, Role.ADMINISTRATOR, now=NOW)
    second = _add(session, hall)
    service.grant_role(session, admin, second.id, Role.ADMINISTRATOR, now=NOW)
    service.deactivate(session, admin, admin.user_id, NOW)
    assert not service.get_person(session, hall.site_id, admin.user_id).is_active


def test_people_of_a_window_are_its_staff_and_lead(session: Session, hall: Cast) -> None:
    here = {person.id for person in service.list_people(session, hall.site_id, window_id=hall.a01)}
    assert here == {hall.staff.user_id, hall.second_staff.user_id, hall.lead.user_id}


def test_closed_accounts_are_listed_only_on_request(session: Session, hall: Cast) -> None:
    service.deactivate(session, None, hall.staff.user_id, NOW)
    ids = [person.id for person in service.list_people(session, hall.site_id)]
    every = [person.id for person in service.list_people(session, hall.site_id, active=False)]
    assert hall.staff.user_id not in ids
    assert hall.staff.user_id in every
    assert hall.foreign_manager.user_id not in every


def test_names_follow_the_language(session: Session, hall: Cast) -> None:
    ids = [hall.staff.user_id, None]
    assert service.names(session, ids) == {hall.staff.user_id: "王晓燕"}
    with use_language("en"):
        assert service.names(session, ids) == {hall.staff.user_id: "Wang Xiaoyan"}
    assert service.names(session, []) == {}


def test_the_actor_of_the_command_line_is_the_one_of_the_session(
    session: Session, hall: Cast
) -> None:
    for expected in (*hall.everyone().values(), hall.other_lead, hall.foreign_manager):
        found = service.actor_for(session, expected.user_id)
        assert (found.roles, found.led, found.served, found.site_id) == (
            expected.roles,
            expected.led,
            expected.served,
            expected.site_id,
        )
    with pytest.raises(NotFound):
        service.actor_for(session, 999_999)


def test_a_new_code_ends_every_session_of_its_owner(session: Session, hall: Cast) -> None:
    from safety_app.accounts.service.sessions import open_session

    user = session.get_one(User, hall.staff.user_id)
    token = open_session(session, user, device_id=None, now=NOW).token
    service.set_pin(session, hall.administrator, user.id, pin="480271", now=NOW)
    assert service.find_actor(session, token, now=NOW + timedelta(seconds=1)) is None
