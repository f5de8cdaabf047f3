"""Fixes that go to somebody else, and hazards whose window goes on in another one."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hazards import errors, sections, service
from hazards.models import Hazard, HazardStep, Status, Step
from safety_app.accounts.models import User
from safety_app.core.journal import Entry
from tests.cast import NOW, TODAY, Cast
from tests.factories import make_hazard
from tests.hazards.test_sections import MID, OCTOBER, figures, fixed_by

SOURCE = "checklists:window/{code}/D07"


def give(session: Session, hall: Cast, keys: list[str], **facts: Any) -> None:
    """Hand over from `second_staff` to `staff`."""
    facts = {"from_id": hall.second_staff.user_id, "to_id": hall.staff.user_id, **facts}
    service.hand_over(session, hall.lead, keys, now=NOW, **facts)


def last_step(session: Session, hazard: Hazard) -> HazardStep:
    """What happened to it last."""
    query = select(HazardStep).where(HazardStep.hazard_id == hazard.id)
    return session.scalars(query.order_by(HazardStep.id.desc()).limit(1)).one()


def test_a_person_holds_the_open_fixes_and_no_others(session: Session, hall: Cast) -> None:
    late = make_hazard(session, hall, Status.ASSIGNED, fix_by=TODAY)
    waiting = make_hazard(session, hall, Status.FIXED)
    make_hazard(session, hall, Status.CLOSED)
    make_hazard(session, hall, Status.ASSIGNED, owner=hall.staff)
    held = service.held(session, hall.site_id, hall.second_staff.user_id, TODAY + timedelta(days=1))
    assert [one.key for one in held] == [late.number, waiting.number]
    assert held[0].window_id == hall.a01
    assert "逾期" in held[0].text and "逾期" not in held[1].text


def test_handing_over_keeps_status_and_deadline(session: Session, hall: Cast) -> None:
    hazard = make_hazard(session, hall, Status.ASSIGNED)
    day = hazard.fix_by
    give(session, hall, [hazard.number])
    assert (hazard.owner_id, hazard.status, hazard.fix_by) == (
        hall.staff.user_id, Status.ASSIGNED, day,
    )  # fmt: skip
    step = last_step(session, hazard)
    assert (step.step, step.owner_id, step.actor_id) == (
        Step.HAND_OVER, hall.staff.user_id, hall.lead.user_id,
    )  # fmt: skip
    written = session.scalars(select(Entry.action).order_by(Entry.id.desc()).limit(1)).one()
    assert written == "hazards:hand_over"


def test_what_somebody_else_owns_stays_there(session: Session, hall: Cast) -> None:
    hazard = make_hazard(session, hall, Status.ASSIGNED, owner=hall.other_staff)
    give(session, hall, [hazard.number])
    assert hazard.owner_id == hall.other_staff.user_id


def test_handing_over_to_a_closed_account_is_refused(session: Session, hall: Cast) -> None:
    hazard = make_hazard(session, hall, Status.ASSIGNED)
    session.get_one(User, hall.staff.user_id).is_active = False
    session.flush()
    with pytest.raises(errors.OwnerUnknown):
        give(session, hall, [hazard.number])
    assert hazard.owner_id == hall.second_staff.user_id


def test_who_fixed_it_still_cannot_accept_after_handing_over(session: Session, hall: Cast) -> None:
    hazard = make_hazard(session, hall, Status.FIXED, owner=hall.lead)
    give(session, hall, [hazard.number], from_id=hall.lead.user_id)
    with pytest.raises(errors.OwnFixNotVerifiable):
        service.accept(session, hall.lead, hazard.id, row_version=None, now=NOW)


def test_open_hazards_go_with_their_window_and_closed_ones_stay(
    session: Session, hall: Cast
) -> None:
    going = make_hazard(session, hall, Status.ASSIGNED, source=SOURCE.format(code="A01"))
    closed = make_hazard(session, hall, Status.CLOSED)
    number, steps = going.number, len(service.get(session, hall.officer, going.id, now=NOW).steps)
    service.move_all(session, hall.manager, hall.a01, hall.a02, NOW)
    assert (going.window_id, closed.window_id) == (hall.a02, hall.a01)
    assert going.source == SOURCE.format(code="A02")
    seen = service.get(session, hall.officer, number, now=NOW)
    assert len(seen.steps) == steps + 1
    assert "A01" in seen.steps[-1].old_window and "A02" in seen.steps[-1].window


def test_two_open_ones_never_share_a_source(session: Session, hall: Cast) -> None:
    there = make_hazard(session, hall, source=SOURCE.format(code="A02"), window_id=hall.a02)
    first = make_hazard(session, hall, source=SOURCE.format(code="A01"))
    second = make_hazard(session, hall, source=SOURCE.format(code="A01") + "#2")
    service.move_all(session, None, hall.a01, hall.a02, NOW)
    found = {one.source for one in (there, first, second)}
    assert found == {SOURCE.format(code="A02") + tail for tail in ("", "#2", "#3")}


def test_a_month_before_the_merger_reads_the_same_afterwards(session: Session, hall: Cast) -> None:
    hazard = make_hazard(session, hall, Status.ASSIGNED, now=MID)
    before = figures(sections.build(session, hall.site_id, hall.a01, OCTOBER))
    there = figures(sections.build(session, hall.site_id, hall.a02, OCTOBER))
    service.move_all(session, hall.manager, hall.a01, hall.a02, OCTOBER.end + timedelta(days=3))
    assert figures(sections.build(session, hall.site_id, hall.a01, OCTOBER)) == before
    assert figures(sections.build(session, hall.site_id, hall.a02, OCTOBER)) == there
    fixed_by(session, hall, hazard.id, OCTOBER.end + timedelta(days=5))
    assert figures(sections.build(session, hall.site_id, hall.a01, OCTOBER)) == before
