"""Found unfit, scrapped with proof, lost, found again."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from equipment.errors import (
    CostNotPossible,
    DayAhead,
    DayBeforeLast,
    DayBeforeMade,
    ProofMissing,
    StepNotPossible,
)
from equipment.models import ItemStepFile, Status, Step
from equipment.service import life
from equipment.service.away import send_away
from equipment.service.covering import Group, group_of
from equipment.service.history import may_see_file
from equipment.service.moving import move, place_of
from safety_app.core.errors import NotAllowed, NotFound, TextMissing
from safety_app.core.file_errors import FileGone
from tests.cast import NOW, TODAY, Cast
from tests.equipment.items import MADE, last_step, make_file, make_item, make_store, steps_of
from tests.equipment.lives import inspect


def test_what_was_found_unfit_is_out_of_service_and_to_be_scrapped(
    session: Session, hall: Cast
) -> None:
    item = make_item(session, hall)
    life.condemn(session, hall.staff, item.id, because="筒体锈蚀超过三分之一", now=NOW)
    assert (item.status, item.condemned_on) == (Status.DEFECTIVE, TODAY)
    assert item.scrap_on == item.due_on == TODAY
    assert last_step(session, item).note == item.condemned_because == "筒体锈蚀超过三分之一"


def test_what_was_found_first_stays(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    life.condemn(session, hall.lead, item.id, because="锈蚀", on_date=TODAY, now=NOW)
    life.condemn(session, hall.lead, item.id, because="变形", now=NOW + timedelta(days=1))
    assert (item.condemned_because, item.condemned_on) == ("锈蚀", TODAY)
    assert steps_of(session, item) == [Step.CONDEMN, Step.CONDEMN]


def test_scrapping_takes_it_off_the_register(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    paper = make_file(session, hall.lead)
    life.scrap(
        session, hall.lead, item.id, reason="到报废年限", on_date=TODAY, file_ids=[paper],
        firm="宏安消防", cost_yuan=Decimal("12.50"), now=NOW,
    )  # fmt: skip
    assert (item.status, item.due_on) == (Status.SCRAPPED, None)
    step = last_step(session, item)
    assert (step.step, step.cost_fen, step.firm) == (Step.SCRAP, 1250, "宏安消防")
    query = select(ItemStepFile.file_id).where(ItemStepFile.step_id == step.id)
    assert list(session.scalars(query)) == [paper]


def test_a_certificate_alone_is_proof(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    life.scrap(
        session, hall.manager, item.id, reason="损坏", on_date=TODAY, certificate="BF-12", now=NOW
    )
    assert item.status == Status.SCRAPPED


def test_nothing_is_scrapped_without_proof_or_reason(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    with pytest.raises(ProofMissing):
        life.scrap(session, hall.lead, item.id, reason="旧", on_date=TODAY, now=NOW)
    with pytest.raises(TextMissing):
        life.scrap(session, hall.lead, item.id, reason=" ", on_date=TODAY, certificate="1", now=NOW)
    strangers = make_file(session, hall.officer)
    with pytest.raises(FileGone):
        life.scrap(
            session, hall.lead, item.id, reason="旧", on_date=TODAY, file_ids=[strangers], now=NOW
        )
    assert item.status == Status.IN_SERVICE and not steps_of(session, item)


@pytest.mark.parametrize(
    ("on_date", "error"),
    [(TODAY + timedelta(days=1), DayAhead), (MADE - timedelta(days=1), DayBeforeMade)],
)
def test_a_day_that_cannot_be_is_refused(
    session: Session, hall: Cast, on_date: date, error: type[Exception]
) -> None:
    item = make_item(session, hall)
    with pytest.raises(error):
        life.scrap(
            session, hall.lead, item.id, reason="旧", on_date=on_date, certificate="1", now=NOW
        )
    with pytest.raises(error):
        life.lose(session, hall.lead, item.id, reason="盘点缺少", on_date=on_date, now=NOW)


@pytest.mark.parametrize("yuan", ["-1", "10000000.01"])
def test_a_cost_that_no_hall_spends_is_refused(session: Session, hall: Cast, yuan: str) -> None:
    item = make_item(session, hall)
    with pytest.raises(CostNotPossible):
        life.scrap(
            session, hall.lead, item.id, reason="旧", on_date=TODAY, certificate="1",
            cost_yuan=Decimal(yuan), now=NOW,
        )  # fmt: skip


def test_what_is_scrapped_stays_scrapped(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    life.scrap(session, hall.lead, item.id, reason="旧", on_date=TODAY, certificate="1", now=NOW)
    with pytest.raises(StepNotPossible):
        life.scrap(
            session, hall.lead, item.id, reason="旧", on_date=TODAY, certificate="1", now=NOW
        )
    with pytest.raises(StepNotPossible):
        life.find_again(session, hall.officer, item.id, now=NOW)


def test_staff_scrap_nothing_and_strangers_see_nothing(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    facts: dict[str, Any] = {"reason": "旧", "on_date": TODAY, "certificate": "1", "now": NOW}
    with pytest.raises(NotAllowed):
        life.scrap(session, hall.staff, item.id, **facts)
    with pytest.raises(NotFound):
        life.scrap(session, hall.foreign_manager, item.id, **facts)


def test_a_lost_one_is_off_the_register_until_it_is_found(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    life.lose(session, hall.lead, item.id, reason="盘点时不在", on_date=TODAY, now=NOW)
    assert (item.status, item.due_on) == (Status.LOST, None)
    life.find_again(session, hall.lead, item.id, note="在仓库找到", now=NOW)
    assert item.status == Status.IN_SERVICE and item.due_on is not None
    assert steps_of(session, item) == [Step.LOSE, Step.FIND]


def test_an_unfit_one_that_is_found_again_is_still_unfit(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    life.condemn(session, hall.lead, item.id, because="变形", now=NOW)
    life.lose(session, hall.lead, item.id, reason="不在", on_date=TODAY, now=NOW)
    life.find_again(session, hall.lead, item.id, now=NOW)
    assert (item.status, item.scrap_on) == (Status.DEFECTIVE, TODAY)


def test_its_papers_are_seen_by_whoever_sees_the_item(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, custodian_id=hall.other_staff.user_id)
    paper = make_file(session, hall.lead)
    life.scrap(session, hall.lead, item.id, reason="旧", on_date=TODAY, file_ids=[paper], now=NOW)
    for actor in (hall.staff, hall.manager, hall.other_lead, hall.other_staff):
        assert may_see_file(session, actor, paper)
    for actor in (hall.third_party, hall.foreign_manager):
        assert not may_see_file(session, actor, paper)


@pytest.mark.parametrize("end", ["scrap", "lose"])
def test_a_substitute_stays_where_the_gone_one_was(session: Session, hall: Cast, end: str) -> None:
    store = make_store(session, hall)
    items = [make_item(session, hall, common=True) for _n in range(4)]
    old = make_item(
        session, hall, common=True, placing="东门", custodian_id=hall.staff.user_id
    )  # fmt: skip
    spare = make_item(session, hall, location_id=store, placing="2 号柜")
    facts: dict[str, Any] = {"on_date": TODAY, "now": NOW}
    send_away(session, hall.officer, old.id, firm="宏安", stand_in_id=spare.id, **facts)
    facts["reason"] = "送修后报废"
    if end == "scrap":
        life.scrap(session, hall.manager, old.id, certificate="BF-1", **facts)
    else:
        life.lose(session, hall.manager, old.id, **facts)
    session.refresh(spare)
    assert spare.stands_in_for_id is None and old.successor_id == spare.id
    assert place_of(spare) == (None, hall.floor, "东门")
    assert spare.custodian_id == hall.staff.user_id
    assert steps_of(session, spare) == [Step.LEND, Step.MOVE]
    assert last_step(session, spare).other_item_id == old.id
    assert group_of(session, items[0]) == Group(5, 0)
    move(
        session, hall.officer, spare.id, window_id=None, location_id=store, placing="",
        custodian_id=None, now=NOW,
    )  # fmt: skip
    assert spare.location_id == store


def test_what_was_lost_and_found_has_no_successor(session: Session, hall: Cast) -> None:
    store = make_store(session, hall)
    old = make_item(session, hall)
    spare = make_item(session, hall, location_id=store)
    facts: dict[str, Any] = {"on_date": TODAY, "now": NOW}
    send_away(session, hall.officer, old.id, firm="宏安", stand_in_id=spare.id, **facts)
    life.lose(session, hall.officer, old.id, reason="厂家遗失", **facts)
    life.find_again(session, hall.officer, old.id, now=NOW)
    assert old.successor_id is None and old.status == Status.IN_SERVICE
    assert spare.window_id == old.window_id == hall.a01


def test_nothing_ends_before_it_was_last_seen(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    inspect(session, hall.staff, item, TODAY - timedelta(days=3))
    facts: dict[str, Any] = {"reason": "旧", "now": NOW}
    for day, said in ((TODAY - timedelta(days=4), "完成了检查"), (date(2024, 6, 1), "完成了检查")):
        with pytest.raises(DayBeforeLast) as refused:
            life.scrap(
                session, hall.lead, item.id, on_date=day, certificate="BF-1", **facts
            )  # fmt: skip
        assert said in refused.value.message() and "2026年11月20日" in refused.value.message()
        with pytest.raises(DayBeforeLast):
            life.lose(session, hall.lead, item.id, on_date=day, **facts)
    fresh = make_item(session, hall)
    with pytest.raises(DayBeforeLast) as refused:
        life.lose(session, hall.lead, fresh.id, on_date=date(2026, 10, 31), **facts)
    assert "已登记" in refused.value.message()
    life.lose(session, hall.lead, fresh.id, on_date=date(2026, 11, 1), **facts)
    life.scrap(
        session, hall.lead, item.id, on_date=TODAY - timedelta(days=3), certificate="1", **facts
    )
    assert (item.status, fresh.status) == (Status.SCRAPPED, Status.LOST)
