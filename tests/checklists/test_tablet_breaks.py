"""A tablet breaks in the middle of a patrol: any browser by password, and the run goes on."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from checklists.errors import RunTakenOver
from checklists.models import LateEntry, Run
from checklists.recurrence import State
from safety_app.accounts import service as accounts
from tests.cast import NOW, Cast
from tests.checklists.sheets import Tablet
from tests.factories import make_task

PASSWORD = "qinghe-2026-hall"


@pytest.fixture
def broken(session: Session, hall: Cast) -> Tablet:
    """王晓燕 has answered one point on the shared tablet of window A01."""
    device, _token = accounts.enrol_device(
        session, None, site_id=hall.site_id, name="公用平板 1", window_ids=[hall.a01], now=NOW
    )
    on_tablet = replace(hall.staff, device_id=device.id)
    tablet = Tablet(session, on_tablet, make_task(session, hall), now=NOW)
    tablet.answer("D07", "P")
    tablet.answer("D09", "F", disposal="spot", note="已擦干")
    return tablet


def by_password(session: Session, hall: Cast, broken: Tablet) -> Tablet:
    """The same person at any other browser, signed in with user name and password."""
    accounts.set_password(session, None, hall.staff.user_id, password=PASSWORD, now=NOW)
    signed = accounts.sign_in_password(
        session, login="wangxy", password=PASSWORD, address="10.0.0.7", now=NOW
    )
    found = accounts.find_actor(session, signed.token, now=NOW)
    assert found is not None and found.device_id is None
    later = NOW + timedelta(minutes=2)
    return Tablet(session, found, broken.task, now=later)


def test_the_run_goes_on_where_it_was(session: Session, hall: Cast, broken: Tablet) -> None:
    other = by_password(session, hall, broken)
    assert other.opened.run_id == broken.opened.run_id
    assert (other.opened.saved, other.opened.answers[:2]) == (2, "PF")
    assert other.opened.findings[0]["note"] == "已擦干"
    other.answer("D10", "P")
    other.answer("D12", "P")
    done = other.submit()
    assert done.state is State.DONE_LATE, "09:06, six minutes after it was due"
    assert session.scalar(select(func.count(Run.id))) == 1


def test_what_the_tablet_still_held_is_kept_beside(
    session: Session, hall: Cast, broken: Tablet
) -> None:
    other = by_password(session, hall, broken)
    other.pass_all(but=("D07", "D09"))
    kept = broken.answer("D10", "F", disposal="hazard", note="来自旧平板")
    assert kept.beside
    assert session.scalar(select(func.count(LateEntry.id))) == 1
    assert other.run.answers[2:] == "PP", "it replaces nothing"


def test_the_tablet_back_from_repair_cannot_sign_over_the_other(
    session: Session, hall: Cast, broken: Tablet
) -> None:
    colleague = Tablet(session, hall.second_staff, broken.task, now=NOW + timedelta(minutes=3))
    colleague.pass_all(but=("D07", "D09"))
    with pytest.raises(RunTakenOver):
        broken.submit()
    assert colleague.submit().state is State.DONE_LATE
