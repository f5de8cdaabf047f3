"""Leaving: nothing stays in the hands of who has gone, and the papers say who has it now."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from hazards.models import Hazard, Status
from safety_app.accounts import service
from safety_app.accounts.errors import (
    AccountClosed,
    DeputyIsLead,
    HandoverToSelf,
    LastAdministrator,
    LeavesLater,
    LeavesTooEarly,
    StillInCharge,
    TakesNoCharge,
    WindowHasLead,
)
from safety_app.accounts.models import User
from safety_app.accounts.service.sessions import open_session
from safety_app.core import journal
from safety_app.core.access import Role
from safety_app.core.errors import NotAllowed, NotFound
from safety_app.core.i18n import use_language
from tests.cast import NOW, TODAY, Cast
from tests.factories import make_hazard

DAY = timedelta(days=1)


def _held(session: Session, hall: Cast, user_id: int) -> dict[str, str]:
    things = service.held_by(session, hall.administrator, user_id, now=NOW)
    return {one.id.partition("/")[2]: one.id for one in things}


def _give(session: Session, hall: Cast, user_id: int, to: dict[str, int]) -> None:
    service.hand_over(session, hall.administrator, user_id, to, now=NOW)


def _leave(session: Session, hall: Cast, user_id: int) -> None:
    service.leave(session, hall.administrator, user_id, on=TODAY, now=NOW)


def test_a_lead_with_open_hazards_stays_until_they_are_handed_over(
    session: Session, hall: Cast
) -> None:
    hazard = make_hazard(session, hall, Status.ASSIGNED, owner=hall.lead)
    lead = hall.lead.user_id
    things = _held(session, hall, lead)
    assert len(things) == 3
    with pytest.raises(StillInCharge) as refused:
        _leave(session, hall, lead)
    assert "李敏" in refused.value.message() and "3" in refused.value.message()

    to = dict.fromkeys(things.values(), hall.other_lead.user_id)
    fix = next(thing for key, thing in things.items() if not key.startswith("lead:"))
    _give(session, hall, lead, {fix: hall.second_staff.user_id})
    with pytest.raises(StillInCharge):
        _leave(session, hall, lead)
    del to[fix]
    _give(session, hall, lead, to)
    _leave(session, hall, lead)
    session.expire_all()
    assert session.get_one(Hazard, hazard.id).owner_id == hall.second_staff.user_id
    assert service.lead_of(session, hall.a01) == hall.other_lead.user_id
    assert service.lead_of(session, hall.a02) == hall.other_lead.user_id
    assert journal.first_break(session) is None


def test_what_was_handed_over_is_kept_in_both_languages(session: Session, hall: Cast) -> None:
    lead, admin = hall.lead.user_id, hall.administrator
    things = _held(session, hall, lead)
    _give(session, hall, lead, {things[f"lead:{hall.a01}"]: hall.staff.user_id})
    [row] = service.handovers(session, admin, lead)
    assert (row.from_id, row.to_id, row.by) == (lead, hall.staff.user_id, admin.user_id)
    assert "A01 综合窗口" in row.what and "A01 General services" in row.what_en
    with pytest.raises(NotAllowed):
        service.handovers(session, hall.manager, lead)


def test_deputyships_and_sole_roles_are_handed_over_too(session: Session, hall: Cast) -> None:
    officer = hall.officer.user_id
    deputy = service.name_deputy(session, None, hall.a03, officer, first=TODAY, last=None, now=NOW)
    things = _held(session, hall, officer)
    assert set(things) == {f"deputy:{deputy.id}", "role:officer"}
    stand = things[f"deputy:{deputy.id}"]
    with pytest.raises(DeputyIsLead):
        _give(session, hall, officer, {stand: hall.other_lead.user_id})
    _give(session, hall, officer, dict.fromkeys(things.values(), hall.manager.user_id))
    _leave(session, hall, officer)
    assert service.with_role(session, hall.site_id, Role.OFFICER) == [hall.manager.user_id]
    assert hall.manager.user_id in service.acting_leads(session, hall.a03, TODAY + 400 * DAY)


def test_a_role_that_others_hold_is_no_thing_to_hand_over(session: Session, hall: Cast) -> None:
    service.grant_role(session, None, hall.manager.user_id, Role.OFFICER, now=NOW)
    assert _held(session, hall, hall.officer.user_id) == {}
    _leave(session, hall, hall.officer.user_id)
    assert not service.get_person(session, hall.site_id, hall.officer.user_id).roles


def test_the_last_administrator_cannot_leave(session: Session, hall: Cast) -> None:
    admin = hall.administrator.user_id
    with pytest.raises(LastAdministrator):
        _leave(session, hall, admin)
    things = _held(session, hall, admin)
    _give(session, hall, admin, {things["role:administrator"]: hall.manager.user_id})
    _leave(session, hall, admin)
    assert not service.get_person(session, hall.site_id, admin).is_active


def test_whoever_left_is_out_and_stays_in_the_list_of_their_window(
    session: Session, hall: Cast
) -> None:
    staff = hall.staff.user_id
    user = session.get_one(User, staff)
    token = open_session(session, user, device_id=None, now=NOW).token
    code = service.issue_first_code(session, hall.administrator, staff, now=NOW)
    _leave(session, hall, staff)
    assert user.left_on == TODAY and not user.is_active
    assert service.find_actor(session, token, now=NOW + timedelta(seconds=1)) is None
    assert service.waiting_slips(session, hall.site_id, now=NOW) == {}, code
    with pytest.raises(AccountClosed):
        service.issue_first_code(session, hall.administrator, staff, now=NOW)
    card = service.get_card(session, hall.administrator, staff, now=NOW)
    assert card.left_on == TODAY and card.person.window_ids == {hall.a01}
    service.reactivate(session, hall.administrator, staff, NOW)
    again = service.get_card(session, hall.administrator, staff, now=NOW)
    assert again.person.is_active and again.left_on is None


def test_things_go_to_people_who_work_here(session: Session, hall: Cast) -> None:
    lead = hall.lead.user_id
    thing = _held(session, hall, lead)[f"lead:{hall.a01}"]
    service.deactivate(session, None, hall.second_staff.user_id, NOW)
    for to_id, error in (
        (lead, HandoverToSelf),
        (hall.second_staff.user_id, HandoverToSelf),
        (hall.foreign_manager.user_id, NotFound),
        (999_999, NotFound),
    ):
        with pytest.raises(error):
            _give(session, hall, lead, {thing: to_id})
    with pytest.raises(NotFound):
        _give(session, hall, lead, {"accounts.0/lead:999": hall.staff.user_id})


def test_windows_and_roles_do_not_go_to_a_third_party_and_hazards_may(
    session: Session, hall: Cast
) -> None:
    lead, officer, guard = hall.lead.user_id, hall.officer.user_id, hall.third_party.user_id
    hazard = make_hazard(session, hall, Status.ASSIGNED, owner=hall.lead)
    service.name_deputy(session, None, hall.a03, officer, first=TODAY, last=None, now=NOW)
    things = _held(session, hall, lead)
    fix = next(thing for key, thing in things.items() if not key.startswith("lead:"))
    for user_id, thing in (
        (lead, things[f"lead:{hall.a01}"]),
        *((officer, thing) for thing in _held(session, hall, officer).values()),
    ):
        with pytest.raises(TakesNoCharge) as refused:
            _give(session, hall, user_id, {thing: guard})
        assert "赵国强" in refused.value.message() and "安全员" in refused.value.message()
    _give(session, hall, lead, {fix: guard})
    session.expire_all()
    assert session.get_one(Hazard, hazard.id).owner_id == guard
    service.grant_role(session, None, guard, Role.STAFF, hall.a01, now=NOW)
    _give(session, hall, lead, {things[f"lead:{hall.a01}"]: guard})
    assert service.lead_of(session, hall.a01) == guard


def test_nobody_leaves_before_they_came_or_recorded_anything(session: Session, hall: Cast) -> None:
    admin, staff = hall.administrator, session.get_one(User, hall.staff.user_id)

    def refused(on: date) -> str:
        with pytest.raises(LeavesTooEarly) as found:
            service.leave(session, admin, staff.id, on=on, now=NOW)
        return found.value.message()

    assert str(TODAY) in refused(date(1900, 1, 1))
    staff.created_at = NOW - 30 * DAY
    assert str(TODAY - 30 * DAY) in refused(TODAY - 31 * DAY)
    staff.joined_on = TODAY - 20 * DAY
    assert str(TODAY - 20 * DAY) in refused(TODAY - 21 * DAY)
    before = NOW - 10 * DAY
    journal.write(session, hall.staff, "checklists.submit", "task", 1, now=before)
    journal.write(session, hall.staff, "accounts.sign_in", "user", staff.id, now=NOW)
    assert str(TODAY - 10 * DAY) in refused(TODAY - 11 * DAY)
    service.leave(session, admin, staff.id, on=TODAY - 10 * DAY, now=NOW)
    assert staff.left_on == TODAY - 10 * DAY


def test_who_was_to_begin_later_can_leave_today(session: Session, hall: Cast) -> None:
    session.get_one(User, hall.staff.user_id).joined_on = TODAY + 30 * DAY
    _leave(session, hall, hall.staff.user_id)
    assert session.get_one(User, hall.staff.user_id).left_on == TODAY


def test_nobody_but_the_administrator_lets_people_go(session: Session, hall: Cast) -> None:
    for actor in (hall.lead, hall.manager, hall.officer, hall.staff):
        with pytest.raises(NotAllowed):
            service.leave(session, actor, hall.staff.user_id, on=TODAY, now=NOW)
        with pytest.raises(NotAllowed):
            service.held_by(session, actor, hall.staff.user_id, now=NOW)
    with pytest.raises(NotFound):
        _leave(session, hall, hall.foreign_manager.user_id)
    with pytest.raises(LeavesLater):
        service.leave(session, hall.administrator, hall.staff.user_id, on=TODAY + DAY, now=NOW)


def test_roles_are_set_as_a_whole(session: Session, hall: Cast) -> None:
    admin, staff = hall.administrator, hall.staff.user_id
    with pytest.raises(WindowHasLead) as refused:
        service.set_roles(
            session, admin, staff, staff_at=[], leads=[hall.a01], for_the_site=[], now=NOW
        )
    assert "李敏" in refused.value.message()
    with use_language("en"):
        assert "Li Min" in refused.value.message() or "李敏" in refused.value.message()
    service.set_roles(
        session, admin, staff, staff_at=[hall.a02], leads=[], for_the_site=[Role.OFFICER], now=NOW
    )
    person = service.get_person(session, hall.site_id, staff)
    assert person.window_ids == {hall.a02}
    assert person.roles == {Role.STAFF, Role.OFFICER}
    with pytest.raises(LastAdministrator):
        service.set_roles(
            session, admin, admin.user_id, staff_at=[], leads=[], for_the_site=[], now=NOW
        )


def test_a_user_name_is_proposed_from_the_name(session: Session, hall: Cast) -> None:
    assert service.propose_login(session, "吕良") == "lvliang"
    assert service.propose_login(session, "李敏", "Li Min") == "limin2"
    assert service.propose_login(session, "Ann O'Neil") == "annoneil"
    assert service.propose_login(session, "？") == "user"


def test_a_lead_sees_the_own_people_and_no_phones_on_a_tablet(session: Session, hall: Cast) -> None:
    service.update_person(session, None, hall.staff.user_id, now=NOW, phone="13800001234")
    seen = {card.person.id for card in service.list_cards(session, hall.lead, now=NOW)}
    assert seen == {hall.staff.user_id, hall.second_staff.user_id, hall.lead.user_id}
    for actor in (hall.staff, hall.third_party):
        assert service.list_cards(session, actor, now=NOW) == []
    with pytest.raises(NotFound):
        service.get_card(session, hall.lead, hall.other_staff.user_id, now=NOW)
    card = service.get_card(session, hall.lead, hall.staff.user_id, now=NOW)
    assert card.phone == "13800001234"
    shared = replace(hall.lead, device_id=1)
    assert service.get_card(session, shared, hall.staff.user_id, now=NOW).phone == ""
