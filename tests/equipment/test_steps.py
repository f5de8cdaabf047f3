"""Who may take which step, in which status, and what is written of it."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from equipment.errors import ItemChanged, StepNotPossible
from equipment.models import Item, Status, Step
from equipment.service.steps import RULES, STEP_DONE, allowed, compare_version, may, take
from safety_app.core.access import Actor
from safety_app.core.errors import NotAllowed
from safety_app.core.journal import Entry
from tests.cast import NOW, TODAY, Cast
from tests.equipment.items import last_step, make_item

KEEPS = {Step.MOVE, Step.SEND_AWAY, Step.SERVICE, Step.REPAIR, Step.CHANGE_CONSUMABLE}
RETIRES = {Step.REPLACE, Step.SCRAP, Step.LOSE}


def of(actor: Actor, item: Item) -> set[Step]:
    """What this person may do, without looking at it."""
    return {step for step in RULES if may(actor, item, step)}


def test_every_step_has_words_and_a_rule() -> None:
    assert set(STEP_DONE) == set(RULES)


def test_each_role_takes_its_own_steps(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    assert of(hall.lead, item) >= KEEPS | RETIRES | {Step.INSPECT}
    assert of(hall.officer, item) == set(RULES)
    assert of(hall.manager, item) == RETIRES | {Step.CLEAR}
    assert of(hall.staff, item) == {Step.INSPECT, Step.CONDEMN}
    assert of(hall.administrator, item) >= KEEPS
    assert not of(hall.administrator, item) & RETIRES
    for stranger in (hall.third_party, hall.other_lead, hall.foreign_manager):
        assert not of(stranger, item)


def test_what_hangs_in_a_common_area_is_the_officers(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, common=True)
    assert of(hall.lead, item) == {Step.INSPECT, Step.CONDEMN}
    assert of(hall.officer, item) == set(RULES)
    assert not of(hall.staff, item)


def test_a_custodian_inspects_but_does_not_keep(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, custodian_id=hall.other_staff.user_id)
    assert of(hall.other_staff, item) == {Step.INSPECT, Step.CONDEMN}


def test_the_status_decides_what_is_open(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    item.status = Status.SCRAPPED
    assert allowed(hall.officer, item) == {Step.INSPECT}
    item.status = Status.LOST
    assert allowed(hall.officer, item) == {Step.INSPECT, Step.FIND}
    item.status = Status.AWAY
    assert Step.SEND_AWAY not in allowed(hall.officer, item)
    assert Step.SERVICE in allowed(hall.officer, item)


def test_a_step_changes_the_status_and_is_written_twice(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    take(session, hall.lead, item, Step.SEND_AWAY, on_date=TODAY, now=NOW, firm="宏安消防")
    assert (item.status, item.status_on) == (Status.AWAY, TODAY)
    step = last_step(session, item)
    assert (step.firm, step.actor_id, step.window_id) == ("宏安消防", hall.lead.user_id, hall.a01)
    entry = session.scalars(select(Entry).order_by(Entry.id.desc()).limit(1)).one()
    assert (entry.action, entry.object_id) == ("equipment:send_away", item.id)


def test_a_step_that_does_not_fit_the_status_is_refused(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    item.status = Status.SCRAPPED
    with pytest.raises(StepNotPossible) as refused:
        take(session, hall.officer, item, Step.MOVE, on_date=TODAY, now=NOW)
    assert "已报废" in refused.value.message()


def test_a_step_of_others_is_refused_naming_who_may(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    with pytest.raises(NotAllowed) as refused:
        take(session, hall.staff, item, Step.SCRAP, on_date=TODAY, now=NOW)
    assert "窗口负责人、安全员" in refused.value.message()


def test_whoever_saw_an_older_state_is_told_what_happened(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    drawn = item.row_version
    take(session, hall.lead, item, Step.SEND_AWAY, on_date=TODAY, now=NOW, firm="宏安")
    session.flush()
    with pytest.raises(ItemChanged) as refused:
        compare_version(session, item, drawn)
    assert "李敏" in refused.value.message() and "送修" in refused.value.message()
    compare_version(session, item, item.row_version)
