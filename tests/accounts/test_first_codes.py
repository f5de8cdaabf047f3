"""First sign-in by a printed slip: who may print one, what it ends, and that it works once."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from safety_app.accounts import codes, service
from safety_app.accounts.errors import (
    AccountClosed,
    OwnReset,
    SlipExpired,
    SlipUnknown,
    SlipUsed,
    WrongPassword,
)
from safety_app.accounts.jobs import sweep
from safety_app.accounts.models import FirstCode, User
from safety_app.accounts.service.sessions import open_session
from safety_app.core import journal
from safety_app.core.access import Actor, Role
from safety_app.core.errors import NotAllowed, NotFound
from tests.accounts.people import ADDRESS, PASSWORD, give_secrets
from tests.cast import NOW, TODAY, Cast

LATER = NOW + timedelta(minutes=5)


def _issue(session: Session, hall: Cast, user_id: int | None = None) -> str:
    user_id = user_id or hall.staff.user_id
    return service.issue_first_code(session, hall.administrator, user_id, now=NOW).code


def _use(session: Session, code: str, now=LATER) -> Actor:  # type: ignore[no-untyped-def]
    return service.use_first_code(
        session, codes.hash_code(code), password_hash="p", pin_hash="q", now=now
    ).actor


def test_a_slip_signs_its_person_in_once(session: Session, hall: Cast) -> None:
    code = _issue(session, hall)
    assert service.find_first_code(session, codes.hash_code(code), now=LATER).login == "wangxy"
    assert _use(session, code).user_id == hall.staff.user_id
    user = session.get_one(User, hall.staff.user_id)
    assert (user.password_hash, user.pin_hash) == ("p", "q")
    with pytest.raises(SlipUsed):
        _use(session, code)


def test_a_code_is_read_as_people_type_it(session: Session, hall: Cast) -> None:
    code = _issue(session, hall)
    typed = f" {code.lower().replace('-', ' — ')}\u3000"
    assert codes.hash_code(typed) == codes.hash_code(code)
    full_width = "".join(chr(ord(char) + 0xFEE0) for char in code if char != "-")
    assert _use(session, full_width).user_id == hall.staff.user_id


def test_codes_have_no_signs_that_look_alike(session: Session) -> None:
    signs = set("".join(codes.clean_code(codes.new_code()) for _ in range(300)))
    assert signs == set(codes.ALPHABET)
    assert not signs & set("012BILOSUZ")


def test_the_database_never_holds_the_code(session: Session, hall: Cast) -> None:
    code = _issue(session, hall)
    kept = session.scalars(select(FirstCode.code_hash)).one()
    assert codes.clean_code(code) not in kept and len(kept) == 64


def test_a_newer_slip_voids_the_earlier_one(session: Session, hall: Cast) -> None:
    old = _issue(session, hall)
    new = _issue(session, hall)
    with pytest.raises(SlipExpired):
        _use(session, old)
    _use(session, new)


def test_a_slip_is_good_for_a_week(session: Session, hall: Cast) -> None:
    code = _issue(session, hall)
    week = timedelta(days=service.FIRST_CODE_DAYS)
    assert service.waiting_slips(session, hall.site_id, now=LATER) == {
        hall.staff.user_id: NOW + week
    }
    with pytest.raises(SlipExpired):
        _use(session, code, NOW + week)
    _use(session, code, NOW + week - timedelta(seconds=1))
    assert service.waiting_slips(session, hall.site_id, now=LATER) == {}


def test_a_guess_is_no_slip(session: Session, hall: Cast) -> None:
    _issue(session, hall)
    for guess in ("AAAA-AAAA", "", "x" * 500, "😀"):
        with pytest.raises(SlipUnknown):
            _use(session, guess)


def test_a_reset_ends_sessions_password_and_code(session: Session, hall: Cast) -> None:
    give_secrets(session, "wangxy")
    user = session.get_one(User, hall.staff.user_id)
    token = open_session(session, user, device_id=None, now=NOW).token
    _issue(session, hall)
    assert service.find_actor(session, token, now=LATER) is None
    assert user.pin_hash is None
    with pytest.raises(WrongPassword):
        service.sign_in_password(
            session, login="wangxy", password=PASSWORD, address=ADDRESS, now=LATER
        )


def test_using_a_slip_ends_sessions_opened_meanwhile(session: Session, hall: Cast) -> None:
    code = _issue(session, hall)
    user = session.get_one(User, hall.staff.user_id)
    token = open_session(session, user, device_id=None, now=NOW).token
    _use(session, code)
    assert service.find_actor(session, token, now=LATER) is None


def test_nobody_else_prints_slips_than_the_administrator_and_the_own_lead(
    session: Session, hall: Cast
) -> None:
    for role, actor in hall.everyone().items():
        if role in ("administrator", "lead"):
            service.issue_first_code(session, actor, hall.second_staff.user_id, now=NOW)
            continue
        with pytest.raises(NotAllowed):
            service.issue_first_code(session, actor, hall.second_staff.user_id, now=NOW)
        assert not service.may_reset(session, actor, hall.second_staff.user_id, now=NOW)


def test_a_lead_resets_nobody_but_the_own_staff(session: Session, hall: Cast) -> None:
    others = (hall.other_staff, hall.other_lead, hall.officer, hall.manager, hall.administrator)
    for other in (*others, hall.third_party):
        with pytest.raises(NotAllowed):
            service.issue_first_code(session, hall.lead, other.user_id, now=NOW)
    assert service.may_reset(session, hall.lead, hall.staff.user_id, now=NOW)


def test_a_lead_does_not_reset_staff_who_are_more_than_that(session: Session, hall: Cast) -> None:
    staff, admin = hall.staff.user_id, hall.administrator
    service.grant_role(session, admin, staff, Role.OFFICER, now=NOW)
    with pytest.raises(NotAllowed):
        service.issue_first_code(session, hall.lead, staff, now=NOW)
    service.revoke_role(session, admin, staff, Role.OFFICER, now=NOW)
    service.grant_role(session, admin, staff, Role.STAFF, hall.a03, now=NOW)
    with pytest.raises(NotAllowed):
        service.issue_first_code(session, hall.lead, staff, now=NOW)
    service.revoke_role(session, admin, staff, Role.STAFF, hall.a03, now=NOW)
    service.name_deputy(session, None, hall.a03, staff, first=TODAY, last=None, now=NOW)
    with pytest.raises(NotAllowed):
        service.issue_first_code(session, hall.lead, staff, now=NOW)


def test_nobody_resets_across_sites_or_themselves(session: Session, hall: Cast) -> None:
    admin = hall.administrator
    with pytest.raises(NotFound):
        service.issue_first_code(session, admin, hall.foreign_manager.user_id, now=NOW)
    with pytest.raises(NotFound):
        service.issue_first_code(session, admin, 999_999, now=NOW)
    with pytest.raises(OwnReset):
        service.issue_first_code(session, admin, admin.user_id, now=NOW)


def test_a_closed_account_gets_no_slip_and_its_slip_is_over(session: Session, hall: Cast) -> None:
    code = _issue(session, hall)
    service.deactivate(session, None, hall.staff.user_id, NOW)
    with pytest.raises(SlipExpired):
        _use(session, code)
    with pytest.raises(AccountClosed):
        _issue(session, hall)


def test_old_slips_are_swept_and_the_chain_holds(session: Session, hall: Cast) -> None:
    _use(session, _issue(session, hall))
    waiting = _issue(session, hall, hall.second_staff.user_id)
    sweep(session, NOW + timedelta(days=6))
    assert len(session.scalars(select(FirstCode)).all()) == 2
    sweep(session, NOW + timedelta(days=38))
    assert session.scalars(select(FirstCode)).all() == []
    with pytest.raises(SlipUnknown):
        _use(session, waiting)
    assert journal.first_break(session) is None
