"""Names taken out on request, the records and the journal whole."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hazards.models import Status
from safety_app.accounts import service
from safety_app.accounts.errors import HasRecords, LastAdministrator, NameNotTyped, NotLeft
from safety_app.accounts.models import User
from safety_app.accounts.service.sessions import open_session
from safety_app.core import journal
from safety_app.core.access import Role
from safety_app.core.errors import NotAllowed, NotFound
from tests.cast import NOW, TODAY, Cast
from tests.factories import make_hazard


def _gone(session: Session, hall: Cast) -> User:
    staff = hall.staff.user_id
    service.update_person(
        session, None, staff, now=NOW, staff_no="B031", phone="13800001234", joined_on=TODAY
    )
    open_session(session, session.get_one(User, staff), device_id=None, now=NOW)
    make_hazard(session, hall, Status.REGISTERED, by=hall.staff)
    service.leave(session, hall.administrator, staff, on=TODAY, now=NOW)
    return session.get_one(User, staff)


def test_an_erased_person_has_a_number_and_no_name(session: Session, hall: Cast) -> None:
    user = _gone(session, hall)
    before = session.scalars(select(journal.Entry.chain).order_by(journal.Entry.id)).all()
    service.erase_person(session, hall.administrator, user.id, typed=" 王晓燕 ", now=NOW)
    number = f"{user.id:04}"
    assert (user.name, user.name_en) == (f"已注销人员 {number}", f"Erased person {number}")
    assert (user.login, user.staff_no, user.phone) == (f"erased-{number}", "", "")
    assert (user.joined_on, user.password_hash, user.pin_hash) == (None, None, None)
    after = session.scalars(select(journal.Entry.chain).order_by(journal.Entry.id)).all()
    assert list(after[: len(before)]) == list(before)
    assert journal.first_break(session) is None
    assert service.names(session, [user.id]) == {user.id: f"已注销人员 {number}"}


def test_who_is_erased_does_not_come_back(session: Session, hall: Cast) -> None:
    user = _gone(session, hall)
    service.erase_person(session, hall.administrator, user.id, typed="Wang Xiaoyan", now=NOW)
    with pytest.raises(NotFound):
        service.reactivate(session, hall.administrator, user.id, NOW)
    with pytest.raises(NotFound):
        service.update_person(session, hall.administrator, user.id, now=NOW, name="王晓燕")
    service.erase_person(session, hall.administrator, user.id, typed="", now=NOW)


def test_only_who_has_left_is_erased_and_only_by_name(session: Session, hall: Cast) -> None:
    with pytest.raises(NotLeft):
        service.erase_person(
            session, hall.administrator, hall.staff.user_id, typed="王晓燕", now=NOW
        )
    user = _gone(session, hall)
    for typed in ("", "王晓", "wangxy", "是"):
        with pytest.raises(NameNotTyped):
            service.erase_person(session, hall.administrator, user.id, typed=typed, now=NOW)
    for actor in (hall.lead, hall.manager):
        with pytest.raises(NotAllowed):
            service.erase_person(session, actor, user.id, typed="王晓燕", now=NOW)


def test_nobody_is_deleted_who_has_a_record(session: Session, hall: Cast) -> None:
    admin = hall.administrator
    mistake = service.create_user(
        session, admin, site_id=hall.site_id, login="typo", name="误录", now=NOW
    )
    service.grant_role(session, admin, mistake.id, Role.STAFF, hall.a01, now=NOW)
    service.issue_first_code(session, admin, mistake.id, now=NOW)
    service.delete_person(session, admin, mistake.id, now=NOW)
    assert session.get(User, mistake.id) is None
    assert journal.first_break(session) is None

    make_hazard(session, hall, Status.ASSIGNED, owner=hall.second_staff)
    signed_in = session.get_one(User, hall.other_staff.user_id)
    open_session(session, signed_in, device_id=None, now=NOW)
    for user_id in (hall.second_staff.user_id, signed_in.id, admin.user_id):
        with pytest.raises((HasRecords, LastAdministrator)):
            service.delete_person(session, admin, user_id, now=NOW)
    assert service.has_records(session, hall.second_staff.user_id)
    assert service.has_records(session, signed_in.id)
    assert not service.has_records(session, hall.third_party.user_id)
