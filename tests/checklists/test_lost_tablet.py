"""A stolen tablet: once it is revoked nothing it holds gets in any more."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from checklists import service
from checklists.errors import RunTokenUnknown
from safety_app.accounts import service as accounts
from safety_app.accounts.errors import NotASharedTablet
from safety_app.accounts.models import User
from safety_app.accounts.service.sessions import open_session
from tests.accounts.people import PIN, give_secrets
from tests.cast import NOW, Cast
from tests.checklists.sheets import Tablet
from tests.factories import make_task


def test_a_revoked_tablet_writes_no_more(session: Session, hall: Cast) -> None:
    give_secrets(session, "wangxy")
    device, cookie = accounts.enrol_device(
        session, None, site_id=hall.site_id, name="公用平板 09", window_ids=[hall.a01], now=NOW
    )
    staff = replace(hall.staff, device_id=device.id)
    tablet = Tablet(session, staff, make_task(session, hall))
    user = session.get_one(User, hall.staff.user_id)
    signed = open_session(session, user, device_id=device.id, now=NOW)
    elsewhere = open_session(session, user, device_id=None, now=NOW)
    assert tablet.answer("D07", "P").seq == 1

    accounts.revoke_device(session, hall.administrator, device.id, NOW)
    with pytest.raises(RunTokenUnknown):
        tablet.answer("D09", "P")
    tablet.seq -= 2  # what it sent before is not taken again either
    with pytest.raises(RunTokenUnknown):
        tablet.answer("D07", "P")
    later = NOW + timedelta(seconds=1)
    assert accounts.find_actor(session, signed.token, now=later) is None
    assert accounts.find_actor(session, elsewhere.token, now=later) is not None
    with pytest.raises(NotASharedTablet):
        accounts.sign_in_pin(
            session, user_id=user.id, pin=PIN, device_token=cookie, address="x", now=later
        )


def test_the_run_goes_on_elsewhere(session: Session, hall: Cast) -> None:
    device, _cookie = accounts.enrol_device(
        session, None, site_id=hall.site_id, name="公用平板 09", window_ids=[hall.a01], now=NOW
    )
    task = make_task(session, hall)
    lost = Tablet(session, replace(hall.staff, device_id=device.id), task)
    lost.answer("D07", "P")
    accounts.revoke_device(session, hall.administrator, device.id, NOW)
    opened = service.open_run(session, hall.staff, task.id, held_token=lost.opened.token, now=NOW)
    assert opened.token != lost.opened.token and opened.saved == 1
