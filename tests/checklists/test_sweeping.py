"""What the worker does with sheets that closed unsigned."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from checklists import flows, jobs
from checklists.models import Run, Task
from hazards.models import Hazard
from safety_app.accounts.models import Membership
from safety_app.core.access import Actor
from tests.cast import NOW, TODAY, Cast
from tests.checklists.sheets import Tablet
from tests.factories import make_task


@pytest.fixture
def tablet(session: Session, hall: Cast) -> Tablet:
    """A sheet with a hazard, a spot fix and an undecided failure, never signed."""
    tablet = Tablet(session, hall.staff, make_task(session, hall))
    tablet.answer("D07", "F", disposal="hazard", note="插头发热", level="minor")
    tablet.answer("D09", "F", disposal="spot", note="已擦干")
    tablet.answer("D10", "F")
    return tablet


def sources(session: Session) -> list[str | None]:
    """Of all hazards."""
    return list(session.scalars(select(Hazard.source).order_by(Hazard.id)))


def test_hazards_of_an_unsigned_sheet_are_registered_at_closing(
    session: Session, hall: Cast, tablet: Tablet
) -> None:
    closes = tablet.task.closes_at
    assert jobs.sweep_closed(session, closes - timedelta(seconds=1)) == 0
    assert sources(session) == []
    assert jobs.sweep_closed(session, closes) == 1
    assert sources(session) == ["checklists:window/A01/D07", "checklists:window/A01/D10"]
    hazard = session.scalars(select(Hazard).order_by(Hazard.id)).first()
    assert hazard
    assert hazard.registered_by == hall.staff.user_id
    assert hazard.level == "serious", "lowered without a reason: stays as preset"
    assert tablet.run.submitted_at is None


def test_sweeping_twice_registers_nothing_twice(session: Session, tablet: Tablet) -> None:
    jobs.sweep_closed(session, tablet.task.closes_at)
    assert jobs.sweep_closed(session, tablet.task.closes_at + timedelta(minutes=1)) == 0
    assert len(sources(session)) == 2


def test_what_arrives_after_closing_is_registered_by_the_next_sweep(
    session: Session, tablet: Tablet
) -> None:
    closes = tablet.task.closes_at
    jobs.sweep_closed(session, closes)
    tablet.now = closes + timedelta(hours=1)
    tablet.answer("D12", "F", disposal="hazard", note="昨日问题未处理")
    assert jobs.sweep_closed(session, closes + timedelta(hours=2)) == 1
    assert sources(session)[-1] == "checklists:window/A01/D12"
    assert len(sources(session)) == 3
    assert jobs.sweep_closed(session, closes + timedelta(hours=3)) == 0


def test_a_signed_sheet_is_left_alone(session: Session, hall: Cast) -> None:
    tablet = Tablet(session, hall.staff, make_task(session, hall))
    tablet.pass_all()
    tablet.submit()
    assert jobs.sweep_closed(session, tablet.task.closes_at) == 0
    swept = session.scalars(select(Task.swept_at).where(Task.id == tablet.task.id)).one()
    assert swept == tablet.task.closes_at


def test_the_job_keeps_five_weeks_ahead_in_every_hall(session: Session, hall: Cast) -> None:
    make_task(session, hall)
    assert jobs.make_tasks(session, NOW) == 72
    assert jobs.make_tasks(session, NOW) == 0
    last = session.scalars(select(Task.on_date).order_by(Task.on_date.desc())).first()
    assert last == TODAY + timedelta(days=32)
    assert session.scalars(select(Run)).all() == []


def test_hazards_of_somebody_without_any_role_are_registered_by_the_worker(
    session: Session, hall: Cast, tablet: Tablet
) -> None:
    session.execute(delete(Membership).where(Membership.user_id == hall.staff.user_id))
    assert jobs.sweep_closed(session, tablet.task.closes_at) == 1
    assert sources(session) == ["checklists:window/A01/D07", "checklists:window/A01/D10"]
    assert set(session.scalars(select(Hazard.registered_by))) == {None}


def test_a_sheet_that_fails_stops_no_other_and_is_tried_again(
    session: Session, hall: Cast, tablet: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Tablet(session, hall.lead, make_task(session, hall, window_id=hall.a02))
    other.answer("D07", "F", disposal="hazard", note="插头发热")
    whole, bad = flows.register, tablet.opened.run_id

    def breaks(session: Session, actor: Actor, run: Run, *rest: Any, **facts: Any) -> list[str]:
        numbers = whole(session, actor, run, *rest, **facts)
        if run.id == bad:
            raise RuntimeError(numbers)
        return numbers

    monkeypatch.setattr(flows, "register", breaks)
    closes = tablet.task.closes_at
    assert jobs.sweep_closed(session, closes) == 1
    assert sources(session) == ["checklists:window/A02/D07"]
    monkeypatch.undo()
    assert jobs.sweep_closed(session, closes + timedelta(minutes=1)) == 1
    assert len(sources(session)) == 3
