"""Deputies: who names them, for which days, and what they may while these last."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from safety_app.accounts import service
from safety_app.accounts.errors import (
    DeputyEndsBeforeStart,
    DeputyInPast,
    DeputyIsLead,
    DeputyOverlaps,
    NotASharedTablet,
)
from safety_app.accounts.models import User
from safety_app.accounts.service.sessions import open_session
from safety_app.core.access import Actor, Role
from safety_app.core.errors import NotAllowed, NotFound
from safety_app.workplace.models import Site
from tests.accounts.people import ADDRESS, PIN, give_secrets, tablet
from tests.cast import NOW, TODAY, Cast

DAY = timedelta(days=1)
FRIDAY = TODAY + 4 * DAY


def _name(  # type: ignore[no-untyped-def]
    session: Session, hall: Cast, by: Actor | None, *, first: date = TODAY, last=FRIDAY, user=None
) -> int:
    user_id = user or hall.other_staff.user_id
    return service.name_deputy(session, by, hall.a01, user_id, first=first, last=last, now=NOW).id


def _leads(session: Session, user_id: int, now: datetime) -> bool:
    return Role.LEAD in service.actor_for(session, user_id, now=now).roles


def test_a_deputy_leads_from_the_first_to_the_last_day(session: Session, hall: Cast) -> None:
    _name(session, hall, hall.lead, first=TODAY + DAY, last=TODAY + 2 * DAY)
    who = hall.other_staff.user_id
    assert [_leads(session, who, NOW + n * DAY) for n in range(5)] == [
        False, True, True, False, False,
    ]  # fmt: skip
    actor = service.actor_for(session, who, now=NOW + DAY)
    assert actor.led == {hall.a01} and actor.served == {hall.a03}
    assert service.acting_leads(session, hall.a01, TODAY + DAY) == {hall.lead.user_id, who}
    assert service.acting_leads(session, hall.a01, TODAY) == {hall.lead.user_id}


def test_the_days_are_those_of_the_hall(session: Session, hall: Cast) -> None:
    for zone in ("Asia/Shanghai", "America/Los_Angeles", "Pacific/Kiritimati"):
        session.get_one(Site, hall.site_id).timezone = zone
        session.flush()
        deputy = _name(session, hall, None, first=FRIDAY, last=FRIDAY)
        midnight = datetime(2026, 11, 27, tzinfo=ZoneInfo(zone))
        who, second = hall.other_staff.user_id, timedelta(seconds=1)
        assert not _leads(session, who, midnight - second), zone
        assert _leads(session, who, midnight), zone
        assert _leads(session, who, midnight + DAY - second), zone
        assert not _leads(session, who, midnight + DAY), zone
        service.end_deputy(session, None, deputy, now=NOW)


def test_it_counts_from_the_next_click_and_ends_with_one(session: Session, hall: Cast) -> None:
    user = session.get_one(User, hall.other_staff.user_id)
    token = open_session(session, user, device_id=None, now=NOW).token
    click = NOW + timedelta(seconds=5)

    def led() -> frozenset[int]:
        actor = service.find_actor(session, token, now=click)
        assert actor is not None
        return actor.led

    assert led() == set()
    deputy = _name(session, hall, hall.lead, last=None)
    assert led() == {hall.a01}
    service.end_deputy(session, hall.lead, deputy, now=click)
    assert led() == set()


def test_a_deputy_without_an_end_stays(session: Session, hall: Cast) -> None:
    _name(session, hall, hall.manager, last=None)
    assert _leads(session, hall.other_staff.user_id, NOW + 4000 * DAY)


def test_what_was_led_yesterday_stays_when_it_ends_today(session: Session, hall: Cast) -> None:
    deputy = _name(session, hall, hall.lead)
    service.end_deputy(session, hall.lead, deputy, now=NOW + 2 * DAY)
    who = hall.other_staff.user_id
    assert who in service.acting_leads(session, hall.a01, TODAY + DAY)
    assert who not in service.acting_leads(session, hall.a01, TODAY + 2 * DAY)
    service.end_deputy(session, hall.lead, deputy, now=NOW + 3 * DAY)
    assert who in service.acting_leads(session, hall.a01, TODAY + DAY)


def test_lead_manager_and_administrator_name_deputies_and_nobody_else(
    session: Session, hall: Cast
) -> None:
    for role, actor in hall.everyone().items():
        if role in ("lead", "manager", "administrator"):
            service.end_deputy(session, actor, _name(session, hall, actor), now=NOW)
            continue
        with pytest.raises(NotAllowed):
            _name(session, hall, actor)
    with pytest.raises(NotAllowed):
        _name(session, hall, hall.other_lead)
    with pytest.raises(NotFound):
        _name(session, hall, hall.foreign_manager)
    with pytest.raises(NotFound):
        _name(session, hall, None, user=hall.foreign_manager.user_id)


def test_a_deputy_passes_nothing_on(session: Session, hall: Cast) -> None:
    _name(session, hall, hall.lead)
    deputy = service.actor_for(session, hall.other_staff.user_id, now=NOW)
    with pytest.raises(NotAllowed):
        _name(session, hall, deputy, first=FRIDAY + DAY, last=None, user=hall.staff.user_id)


def test_one_deputy_at_a_time(session: Session, hall: Cast) -> None:
    _name(session, hall, hall.lead, first=TODAY + DAY, last=TODAY + 2 * DAY)
    for first, last in (
        (TODAY, None),
        (TODAY, TODAY + DAY),
        (TODAY + DAY, TODAY + DAY),
        (TODAY + 2 * DAY, FRIDAY),
    ):
        with pytest.raises(DeputyOverlaps):
            _name(session, hall, hall.lead, first=first, last=last, user=hall.staff.user_id)
    _name(session, hall, hall.lead, first=TODAY, last=TODAY)
    _name(session, hall, hall.lead, first=TODAY + 3 * DAY, last=None)


def test_impossible_deputies_are_refused(session: Session, hall: Cast) -> None:
    with pytest.raises(DeputyIsLead):
        _name(session, hall, hall.manager, user=hall.lead.user_id)
    with pytest.raises(DeputyEndsBeforeStart):
        _name(session, hall, hall.lead, first=FRIDAY, last=TODAY)
    with pytest.raises(DeputyInPast):
        _name(session, hall, hall.lead, first=TODAY - DAY, last=FRIDAY)
    service.deactivate(session, None, hall.staff.user_id, NOW)
    with pytest.raises(NotFound):
        _name(session, hall, hall.lead, user=hall.staff.user_id)


def test_a_deputy_of_another_window_signs_in_on_its_tablet(session: Session, hall: Cast) -> None:
    give_secrets(session, "wutao")
    token = tablet(session, hall, hall.a01)

    def sign_in() -> Actor:
        return service.sign_in_pin(
            session,
            user_id=hall.other_staff.user_id,
            pin=PIN,
            device_token=token,
            address=ADDRESS,
            now=NOW,
        ).actor

    with pytest.raises(NotASharedTablet):
        sign_in()
    _name(session, hall, hall.lead)
    assert sign_in().led == {hall.a01}


def test_coming_deputies_are_listed_by_day(session: Session, hall: Cast) -> None:
    _name(session, hall, hall.lead, first=FRIDAY, last=None)
    _name(session, hall, hall.lead, first=TODAY, last=TODAY, user=hall.staff.user_id)
    found = service.list_deputies(session, hall.site_id, on=TODAY)
    assert [(one.name, one.first, one.last) for one in found] == [
        ("王晓燕", TODAY, TODAY),
        ("吴涛", FRIDAY, None),
    ]
    assert len(service.list_deputies(session, hall.site_id, on=TODAY + DAY)) == 1
    assert service.list_deputies(session, hall.site_id, on=TODAY, window_ids=[hall.a03]) == []
