"""One takes the place of another: equal protection, the old one scrapped or kept as a spare."""

from dataclasses import replace as replace_of
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from equipment.due import Precision
from equipment.errors import (
    DayBeforeMade,
    LessProtection,
    MadeDateNeeded,
    NoSpare,
    NotSpare,
    OverAge,
    ProofMissing,
    StepNotPossible,
)
from equipment.models import Item, Status, Step
from equipment.service import life
from equipment.service.away import send_away
from equipment.service.covering import substitute_of
from equipment.service.moving import place_of
from equipment.service.replacing import Kept, NewUnit, Scrapped, replace
from safety_app.core.access import Actor
from safety_app.core.errors import NotAllowed
from tests.cast import NOW, TODAY, Cast
from tests.equipment.items import ABC, last_step, make_item, make_store, steps_of

NEW = NewUnit(kind=ABC, made_on=date(2026, 9, 1), precision=Precision.MONTH, size="4 kg")
SCRAP = Scrapped(reason="到报废年限", certificate="BF-8")


def replaced(
    session: Session, actor: Actor, item: Item, by: NewUnit | int = NEW, **facts: Any
) -> Item:
    """What is in the item's place after it was replaced today."""
    given = {"old": SCRAP, "on_date": TODAY, **facts}
    return replace(session, actor, item.id, by=by, **given, now=NOW)


def test_a_new_unit_takes_over_all_that_belongs_to_the_place(session: Session, hall: Cast) -> None:
    item = make_item(
        session, hall, made_on=date(2016, 11, 1), placing="立柱旁",
        custodian_id=hall.staff.user_id, photo_key="a" * 64,
    )  # fmt: skip
    item.walk_order = 12
    new = replaced(session, hall.lead, item, cost_yuan=Decimal(98))
    assert new.code != item.code and place_of(new) == (hall.a01, None, "立柱旁")
    assert (new.custodian_id, new.walk_order, new.photo_key) == (
        hall.staff.user_id, 12, "a" * 64,
    )  # fmt: skip
    assert (item.status, item.successor_id, item.due_on) == (Status.SCRAPPED, new.id, None)
    assert steps_of(session, item) == [Step.REPLACE, Step.SCRAP]
    assert new.scrap_on == date(2036, 9, 1) and new.due_on is not None
    assert last_step(session, item).certificate == "BF-8"


def test_less_protection_is_refused_with_the_reason(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, size="4 kg")
    for unit, why in (
        (NewUnit(ABC, date(2026, 9, 1), Precision.MONTH, size="2 kg"), "4 kg"),
        (NewUnit("extinguisher-water", date(2026, 9, 1), Precision.MONTH, size="3 L"), "B"),
        (NewUnit("hydrant", None, Precision.UNKNOWN), "灭火器"),
    ):
        with pytest.raises(LessProtection) as refused:
            replaced(session, hall.lead, item, unit)
        assert why in refused.value.message()
    assert item.status == Status.IN_SERVICE and item.successor_id is None
    assert len(session.scalars(select(Item)).all()) == 1


@pytest.mark.parametrize(
    ("kind", "size", "unit", "why"),
    [
        (ABC, "8 kg", NewUnit("extinguisher-clean", date(2026, 9, 1), Precision.MONTH, "1 kg"),
         "8 kg"),
        (ABC, "", NewUnit(ABC, date(2026, 9, 1), Precision.MONTH), "1 kg"),
        (ABC, "4 kg",
         NewUnit("extinguisher-bc", date(2026, 9, 1), Precision.MONTH, "4 kg", "ABCE"), "A"),
        ("emergency-light", "", NewUnit("exit-sign", date(2026, 9, 1), Precision.MONTH),
         "疏散指示标志"),
    ],
)  # fmt: skip
def test_neither_a_smaller_agent_nor_a_false_letter_nor_another_lamp_will_do(
    session: Session, hall: Cast, kind: str, size: str, unit: NewUnit, why: str
) -> None:
    item = make_item(session, hall, kind, size=size)
    with pytest.raises(LessProtection) as refused:
        replaced(session, hall.lead, item, unit)
    assert why in refused.value.message()


def test_a_new_unit_is_neither_over_age_nor_made_after_it_was_put_in_place(
    session: Session, hall: Cast
) -> None:
    item = make_item(session, hall)
    with pytest.raises(OverAge) as refused:
        replaced(session, hall.lead, item, replace_of(NEW, made_on=date(2016, 11, 1)))
    assert "2026" in refused.value.message()
    with pytest.raises(DayBeforeMade):
        replaced(session, hall.lead, item, on_date=date(2026, 8, 31))
    spare = make_item(session, hall, made_on=NEW.made_on, location_id=make_store(session, hall))
    with pytest.raises(DayBeforeMade):
        replaced(session, hall.officer, item, spare.id, on_date=date(2026, 8, 31))
    assert item.successor_id is None


def test_the_age_of_a_new_unit_must_be_known(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    for precision in (Precision.UNKNOWN, Precision.UNREADABLE):
        with pytest.raises(MadeDateNeeded):
            replaced(session, hall.lead, item, NewUnit(ABC, None, precision, size="4 kg"))


def test_a_spare_comes_from_the_store_with_its_own_history(session: Session, hall: Cast) -> None:
    store = make_store(session, hall)
    item = make_item(session, hall, made_on=date(2016, 11, 1), custodian_id=hall.staff.user_id)
    spare = make_item(session, hall, size="5 kg", location_id=store)
    assert replaced(session, hall.officer, item, spare.id) is spare
    assert place_of(spare) == place_of(item) and spare.custodian_id == hall.staff.user_id
    step = last_step(session, spare)
    assert (step.step, step.other_item_id, step.old_location_id) == (Step.MOVE, item.id, store)
    assert step.custodian_id == hall.staff.user_id


def test_the_old_one_may_be_kept_as_a_spare(session: Session, hall: Cast) -> None:
    store = make_store(session, hall)
    item = make_item(session, hall)
    new = replaced(session, hall.officer, item, old=Kept(None, store, "2 号柜"))
    assert (item.status, place_of(item)) == (Status.IN_SERVICE, (None, store, "2 号柜"))
    assert item.successor_id == new.id and item.due_on is not None
    assert steps_of(session, item) == [Step.REPLACE, Step.MOVE]


def test_what_must_go_is_not_kept(session: Session, hall: Cast) -> None:
    kept = Kept(None, make_store(session, hall))
    old = make_item(session, hall, made_on=date(2016, 11, 1))
    unfit = make_item(session, hall)
    life.condemn(session, hall.officer, unfit.id, because="变形", now=NOW)
    for item in (old, unfit):
        with pytest.raises(NoSpare):
            replaced(session, hall.officer, item, old=kept)


def test_scrapping_the_old_one_needs_its_proof(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    with pytest.raises(ProofMissing):
        replaced(session, hall.lead, item, old=Scrapped(reason="旧"))


def test_the_substitute_may_stay_for_good(session: Session, hall: Cast) -> None:
    store = make_store(session, hall)
    item, spare = make_item(session, hall), make_item(session, hall, location_id=store)
    send_away(
        session, hall.officer, item.id, firm="宏安", on_date=TODAY, stand_in_id=spare.id, now=NOW
    )
    replaced(session, hall.officer, item, spare.id)
    assert spare.stands_in_for_id is None and place_of(spare) == place_of(item)
    assert substitute_of(session, item) is None


def test_another_substitute_goes_back(session: Session, hall: Cast) -> None:
    store = make_store(session, hall)
    item, spare = make_item(session, hall), make_item(session, hall, location_id=store)
    send_away(
        session, hall.officer, item.id, firm="宏安", on_date=TODAY, stand_in_id=spare.id, now=NOW
    )
    new = replaced(session, hall.officer, item)
    assert (spare.location_id, spare.stands_in_for_id) == (store, None)
    assert place_of(new) == (hall.a01, None, "")


def test_what_is_not_free_replaces_nothing(session: Session, hall: Cast) -> None:
    item, other = make_item(session, hall), make_item(session, hall)
    life.condemn(session, hall.officer, other.id, because="变形", now=NOW)
    for wrong in (item.id, other.id):
        with pytest.raises(NotSpare):
            replaced(session, hall.officer, item, wrong)


def test_a_scrapped_one_is_not_replaced_again(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    replaced(session, hall.lead, item)
    with pytest.raises(StepNotPossible):
        replaced(session, hall.lead, item)


def test_a_manager_replaces_by_a_new_unit_but_fetches_no_spare(
    session: Session, hall: Cast
) -> None:
    item = make_item(session, hall)
    spare = make_item(session, hall, location_id=make_store(session, hall))
    with pytest.raises(NotAllowed):
        replaced(session, hall.manager, item, spare.id)
    for nobody in (hall.staff, hall.other_lead):
        with pytest.raises(NotAllowed):
            replaced(session, nobody, item)
    new = replaced(session, hall.manager, item)
    assert (item.status, new.window_id) == (Status.SCRAPPED, hall.a01)
    with pytest.raises(NotAllowed):
        make_item(session, replace_of(hall, officer=hall.manager))
