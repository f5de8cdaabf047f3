"""How long a session lives, and who is out at the next click."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from safety_app.accounts import service
from safety_app.accounts.models import Device, SignInSession, User
from safety_app.accounts.service.sessions import open_session
from safety_app.core.access import Role
from safety_app.core.settings import settings
from tests.accounts.people import tablet
from tests.cast import NOW, Cast

MINUTE = timedelta(minutes=1)


def _open(session: Session, hall: Cast, *, device: bool = False) -> str:
    device_id = None
    if device:
        token = tablet(session, hall, hall.a01)
        found = service.device_of(session, token)
        device_id = found.id if found else None
    user = session.get_one(User, hall.lead.user_id)
    return open_session(session, user, device_id=device_id, now=NOW).token


def test_the_database_keeps_only_a_hash_of_the_token(session: Session, hall: Cast) -> None:
    token = _open(session, hall)
    kept = session.scalars(select(SignInSession.token_hash)).one()
    assert len(token) >= 43
    assert token not in kept
    assert service.find_actor(session, kept, now=NOW) is None


def test_a_session_leads_to_the_person_with_roles_and_windows(session: Session, hall: Cast) -> None:
    actor = service.find_actor(session, _open(session, hall), now=NOW)
    assert actor is not None
    assert actor.user_id == hall.lead.user_id
    assert actor.roles == {Role.LEAD}
    assert actor.led == {hall.a01, hall.a02}
    assert (actor.served, actor.device_id) == (frozenset(), None)


@pytest.mark.parametrize("token", [None, "", "x", "x" * 5000])
def test_a_wrong_token_leads_nowhere(session: Session, hall: Cast, token: str | None) -> None:
    _open(session, hall)
    assert service.find_actor(session, token, now=NOW) is None


def test_an_idle_session_ends_and_a_used_one_goes_on(session: Session, hall: Cast) -> None:
    token = _open(session, hall)
    idle = timedelta(minutes=settings().session_idle_minutes)
    assert service.find_actor(session, token, now=NOW + idle - MINUTE, touch=True)
    assert service.find_actor(session, token, now=NOW + 2 * idle - 2 * MINUTE)
    assert service.find_actor(session, token, now=NOW + 2 * idle) is None


def test_looking_without_touching_keeps_nothing_alive(session: Session, hall: Cast) -> None:
    token = _open(session, hall)
    idle = timedelta(minutes=settings().session_idle_minutes)
    assert service.find_actor(session, token, now=NOW + idle - MINUTE)
    assert service.find_actor(session, token, now=NOW + idle) is None


def test_a_session_ends_for_good_however_busy(session: Session, hall: Cast) -> None:
    token = _open(session, hall)
    end = NOW + timedelta(hours=settings().session_hours)
    now = NOW
    while now < end:
        assert service.find_actor(session, token, now=now, touch=True)
        now += timedelta(minutes=20)
    assert service.find_actor(session, token, now=end) is None


def test_a_session_on_a_shared_tablet_idles_out_sooner(session: Session, hall: Cast) -> None:
    token = _open(session, hall, device=True)
    found = service.find_actor(session, token, now=NOW + 14 * MINUTE)
    assert found is not None
    assert found.device_id == session.scalars(select(Device.id)).one()
    assert service.find_actor(session, token, now=NOW + 15 * MINUTE) is None


def test_a_session_is_touched_at_most_once_a_minute(session: Session, hall: Cast) -> None:
    token = _open(session, hall)
    writes: list[str] = []

    @event.listens_for(session.get_bind(), "before_cursor_execute")
    def count(_c: object, _cur: object, statement: str, *_rest: object) -> None:
        if statement.startswith("UPDATE"):
            writes.append(statement)

    for seconds in range(0, 120, 10):
        service.find_actor(session, token, now=NOW + timedelta(seconds=seconds), touch=True)
    event.remove(session.get_bind(), "before_cursor_execute", count)
    assert len(writes) == 1


def test_finding_an_actor_is_one_query_and_one_of_the_roster(session: Session, hall: Cast) -> None:
    token = _open(session, hall)
    queries: list[str] = []

    @event.listens_for(session.get_bind(), "before_cursor_execute")
    def count(_c: object, _cur: object, statement: str, *_rest: object) -> None:
        queries.append(statement)

    assert service.find_actor(session, token, now=NOW)
    event.remove(session.get_bind(), "before_cursor_execute", count)
    assert len(queries) == 2


def test_signing_out_ends_the_session_and_only_this_one(session: Session, hall: Cast) -> None:
    first, second = _open(session, hall), _open(session, hall)
    service.sign_out(session, first, NOW)
    assert service.find_actor(session, first, now=NOW) is None
    assert service.find_actor(session, second, now=NOW)
    assert service.csrf_of(session, first) is None
    assert service.csrf_of(session, second)


def test_the_deactivated_are_out_at_the_next_click(session: Session, hall: Cast) -> None:
    token = _open(session, hall)
    service.deactivate(session, hall.administrator, hall.lead.user_id, NOW)
    assert service.find_actor(session, token, now=NOW) is None
    service.reactivate(session, hall.administrator, hall.lead.user_id, NOW)
    assert service.find_actor(session, token, now=NOW) is None


def test_a_closed_account_is_out_even_if_its_sessions_were_left_open(
    session: Session, hall: Cast
) -> None:
    token = _open(session, hall)
    session.execute(update(User).where(User.id == hall.lead.user_id).values(is_active=False))
    assert service.find_actor(session, token, now=NOW) is None


def test_a_lost_role_is_lost_at_the_next_click(session: Session, hall: Cast) -> None:
    token = _open(session, hall)
    service.revoke_role(session, None, hall.lead.user_id, Role.LEAD, hall.a01, now=NOW)
    actor = service.find_actor(session, token, now=NOW)
    assert actor is not None
    assert actor.led == {hall.a02}


def test_the_chosen_language_is_kept_and_an_unknown_one_is_none(
    session: Session, hall: Cast
) -> None:
    token = _open(session, hall)
    service.set_language(session, hall.lead, "en")
    actor = service.find_actor(session, token, now=NOW)
    assert actor is not None and (actor.language, actor.name) == ("en", "Li Min")
    service.set_language(session, hall.lead, "tlh")
    actor = service.find_actor(session, token, now=NOW)
    assert actor is not None and actor.language is None
