"""Items go to other places and other hands; their codes stay true."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from equipment.errors import CustodianUnknown, ItemChanged, NothingMoved, PlaceGone, PlaceUnknown
from equipment.models import Item, ItemStep, Status, Step
from equipment.service import custody, life
from equipment.service.moving import move
from safety_app.core.access import Actor
from safety_app.core.errors import NotAllowed
from safety_app.workplace.models import Window
from tests.cast import NOW, TODAY, Cast
from tests.equipment.items import last_step, make_item, steps_of


def moved(session: Session, actor: Actor, item: Item, **there: object) -> Item:
    """The item brought to a place; what is not named stays."""
    facts = {
        "window_id": item.window_id,
        "location_id": item.location_id,
        "placing": item.placing,
        "custodian_id": item.custodian_id,
        **there,
    }
    return move(session, actor, item.id, **facts, now=NOW)  # type: ignore[arg-type]


def test_a_move_keeps_the_code_and_the_old_place(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, placing="柜台右侧")
    code = item.code
    moved(session, hall.lead, item, window_id=hall.a02, placing="立柱旁")
    assert (item.code, item.window_id, item.placing) == (code, hall.a02, "立柱旁")
    step = last_step(session, item)
    assert (step.old_window_id, step.old_placing) == (hall.a01, "柜台右侧")
    assert (step.window_id, step.placing, step.on_date) == (hall.a02, "立柱旁", TODAY)


def test_another_custodian_is_kept_with_the_one_before(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, custodian_id=hall.staff.user_id)
    moved(session, hall.lead, item, custodian_id=hall.second_staff.user_id)
    step = last_step(session, item)
    assert item.custodian_id == hall.second_staff.user_id
    assert (step.old_custodian_id, step.custodian_id) == (
        hall.staff.user_id, hall.second_staff.user_id,
    )  # fmt: skip


def test_a_lead_brings_nothing_to_places_of_others(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    for there in ({"window_id": hall.a03}, {"window_id": None, "location_id": hall.floor}):
        with pytest.raises(NotAllowed):
            moved(session, hall.lead, item, **there)
    moved(session, hall.officer, item, window_id=hall.a03)
    assert item.window_id == hall.a03


def test_a_move_to_nowhere_or_to_nobody_is_refused(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    with pytest.raises(NothingMoved):
        moved(session, hall.lead, item)
    with pytest.raises(PlaceUnknown):
        moved(session, hall.officer, item, window_id=hall.foreign_window)
    session.get_one(Window, hall.a03).is_active = False
    with pytest.raises(PlaceGone):
        moved(session, hall.officer, item, window_id=hall.a03)
    with pytest.raises(CustodianUnknown):
        moved(session, hall.lead, item, custodian_id=hall.foreign_manager.user_id)


def test_whoever_saw_it_elsewhere_moves_nothing(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    drawn = item.row_version
    moved(session, hall.officer, item, window_id=hall.a02)
    with pytest.raises(ItemChanged) as refused:
        move(
            session, hall.lead, item.id, window_id=hall.a01, location_id=None, placing="x",
            custodian_id=None, row_version=drawn, now=NOW,
        )  # fmt: skip
    assert "刘洋" in refused.value.message()


def test_who_leaves_hands_over_what_is_on_the_register(session: Session, hall: Cast) -> None:
    kept = make_item(session, hall, custodian_id=hall.staff.user_id)
    gone = make_item(session, hall, custodian_id=hall.staff.user_id)
    life.scrap(session, hall.lead, gone.id, reason="旧", on_date=TODAY, certificate="1", now=NOW)
    make_item(session, hall, custodian_id=hall.second_staff.user_id)
    held = custody.held(session, hall.site_id, hall.staff.user_id, TODAY)
    assert [(one.key, one.window_id) for one in held] == [(kept.code, hall.a01)]
    assert "灭火器" in held[0].text
    keys = [kept.code, gone.code]
    ids = (hall.staff.user_id, hall.second_staff.user_id)
    custody.hand_over(session, hall.administrator, keys, *ids, now=NOW)
    assert kept.custodian_id == hall.second_staff.user_id
    assert gone.custodian_id == hall.staff.user_id
    assert steps_of(session, kept) == [Step.MOVE]
    assert not custody.held(session, hall.site_id, hall.staff.user_id, TODAY)


def test_nothing_is_handed_to_whoever_does_not_work_here(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, custodian_id=hall.staff.user_id)
    ids = (hall.staff.user_id, hall.foreign_manager.user_id)
    with pytest.raises(CustodianUnknown):
        custody.hand_over(session, hall.administrator, [item.code], *ids, now=NOW)


def test_the_items_of_a_merged_window_follow(session: Session, hall: Cast) -> None:
    here = make_item(session, hall, window_id=hall.a02)
    lost = make_item(session, hall, window_id=hall.a02)
    life.lose(session, hall.lead, lost.id, reason="不在", on_date=TODAY, now=NOW)
    scrapped = make_item(session, hall, window_id=hall.a02)
    life.scrap(
        session, hall.lead, scrapped.id, reason="旧", on_date=TODAY, certificate="1", now=NOW
    )
    custody.merge(session, None, hall.a02, hall.a03, NOW)
    assert (here.window_id, lost.window_id, scrapped.window_id) == (hall.a03, hall.a03, hall.a02)
    assert last_step(session, here).old_window_id == hall.a02
    assert lost.status == Status.LOST
    written = select(ItemStep.id).where(ItemStep.step == Step.MOVE)
    assert len(session.scalars(written).all()) == 2
    custody.merge(session, None, hall.a02, hall.a03, NOW)
    assert len(session.scalars(written).all()) == 2
