"""Serviced, repaired, given a new part: the dates move, and the item is back in its place."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from equipment.date_errors import DayBeforeRegistered
from equipment.errors import (
    ConsumableExpired,
    DayAhead,
    DayBeforeMade,
    FoundUnfit,
    ItemChanged,
    NotServiceable,
    ProofMissing,
    ReadingImpossible,
    ReadingMissing,
    ReadingTooLow,
    ServicesMissing,
    StepNotPossible,
    UnknownConsumable,
)
from equipment.models import Consumable, Item, ItemStep, Status, Step
from equipment.service import hall_rules, life
from equipment.service.away import send_away
from equipment.service.servicing import change_consumable, record_service, repair
from safety_app.core.access import Actor
from safety_app.core.errors import AppError, NotAllowed, TextMissing
from tests.cast import NOW, TODAY, Cast
from tests.equipment.items import (
    LAST_YEAR,
    MADE,
    last_step,
    make_file,
    make_item,
    make_store,
    steps_of,
)
from tests.equipment.lives import at

FIVE_YEARS = date(2021, 3, 1)
"""Made then, the first service was due in March 2026."""


def serviced(session: Session, actor: Actor, item: Item, **facts: Any) -> Item:
    """The item serviced today by a firm with a certificate."""
    given = {"services": ["service"], "on_date": TODAY, "firm": "宏安消防", "certificate": "W-1"}
    return record_service(session, actor, item.id, **{**given, **facts}, now=NOW)


def discharged(session: Session, actor: Actor, light: Item, **facts: Any) -> Item:
    """The light tested today by the hall itself."""
    given = {"services": ["discharge"], "firm": "", "certificate": ""}
    return serviced(session, actor, light, **{**given, **facts})


def test_the_next_service_counts_from_the_day_of_this_one(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, made_on=FIVE_YEARS)
    assert item.service_by == date(2026, 3, 1)
    paper = make_file(session, hall.lead)
    day = TODAY - timedelta(days=2)
    serviced(session, hall.lead, item, on_date=day, cost_yuan=Decimal("35.5"), file_ids=[paper])
    assert item.service_by == day.replace(year=2028) and item.last_services == {"service": str(day)}
    step = last_step(session, item)
    assert (step.services, step.firm, step.certificate) == ("service", "宏安消防", "W-1")
    assert (step.cost_fen, step.passed, step.on_date) == (3550, True, day)


def test_a_service_brings_back_what_was_away_and_its_substitute(
    session: Session, hall: Cast
) -> None:
    store = make_store(session, hall)
    item, spare = make_item(session, hall), make_item(session, hall, location_id=store)
    send_away(
        session, hall.officer, item.id, firm="宏安", on_date=TODAY, stand_in_id=spare.id, now=NOW
    )
    serviced(session, hall.lead, item)
    assert (item.status, item.status_on) == (Status.IN_SERVICE, TODAY)
    assert (spare.location_id, spare.window_id, spare.stands_in_for_id) == (store, None, None)
    assert steps_of(session, spare) == [Step.LEND, Step.RETURN]


def test_a_service_that_did_not_pass_is_the_end(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, made_on=FIVE_YEARS)
    serviced(session, hall.lead, item, passed=False, note="水压试验不合格")
    assert (item.status, item.condemned_on) == (Status.DEFECTIVE, TODAY)
    assert item.scrap_on == TODAY and item.last_services == {}
    assert item.condemned_because == "水压试验不合格"
    assert steps_of(session, item) == [Step.SERVICE, Step.CONDEMN]


def test_a_failed_service_says_why(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    with pytest.raises(TextMissing):
        serviced(session, hall.lead, item, passed=False)


@pytest.mark.parametrize(
    ("on_date", "error"),
    [
        (TODAY + timedelta(days=1), DayAhead),
        (MADE - timedelta(days=1), DayBeforeMade),
    ],
)
def test_a_service_on_a_day_that_cannot_be_is_refused(
    session: Session, hall: Cast, on_date: date, error: type[Exception]
) -> None:
    item = make_item(session, hall)
    with pytest.raises(error):
        serviced(session, hall.lead, item, on_date=on_date)
    assert not steps_of(session, item)


def test_the_day_of_manufacture_itself_is_possible(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, registered=at(MADE))
    serviced(session, hall.lead, item, on_date=MADE)
    assert item.last_services == {"service": str(MADE)}


def test_what_was_before_the_register_is_no_step(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    before = date(2026, 10, 31)
    with pytest.raises(DayBeforeRegistered) as refused:
        serviced(session, hall.lead, item, on_date=before)
    assert "2026年11月1日" in refused.value.message() and "更正信息" in refused.value.message()
    with pytest.raises(DayBeforeRegistered):
        repair(session, hall.lead, item.id, note="换铅封", on_date=before, now=NOW)
    assert not item.last_services and not steps_of(session, item)
    serviced(session, hall.lead, item, on_date=date(2026, 11, 1))


def test_no_service_at_or_after_the_scrap_date(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, made_on=date(2016, 11, 1), registered=LAST_YEAR)
    assert item.scrap_on == date(2026, 11, 1)
    for day in (date(2026, 11, 1), TODAY):
        with pytest.raises(NotServiceable) as refused:
            serviced(session, hall.lead, item, on_date=day)
        assert "2026年11月1日" in refused.value.message()
    serviced(session, hall.lead, item, on_date=date(2026, 10, 31))
    assert item.last_services == {"service": "2026-10-31"}


def test_what_is_unfit_or_scrapped_is_not_serviced(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    life.condemn(session, hall.lead, item.id, because="锈蚀", now=NOW)
    with pytest.raises(FoundUnfit):
        serviced(session, hall.lead, item)
    with pytest.raises(FoundUnfit):
        repair(session, hall.lead, item.id, note="除锈", on_date=TODAY, now=NOW)
    life.scrap(session, hall.lead, item.id, reason="旧", on_date=TODAY, certificate="1", now=NOW)
    with pytest.raises(StepNotPossible):
        serviced(session, hall.lead, item)


def test_extinguishers_are_serviced_by_a_firm_with_proof(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    with pytest.raises(TextMissing):
        serviced(session, hall.lead, item, firm="")
    with pytest.raises(ProofMissing):
        serviced(session, hall.lead, item, certificate="")
    serviced(session, hall.lead, item, certificate="", file_ids=[make_file(session, hall.lead)])


def test_lights_are_tested_by_the_hall_itself(session: Session, hall: Cast) -> None:
    light = make_item(session, hall, "emergency-light", size="")
    discharged(session, hall.lead, light, reading=45)
    assert light.last_services == {"discharge": str(TODAY)}
    step = last_step(session, light)
    assert (step.reading, step.passed) == (45, True)


def test_exactly_the_least_that_is_asked_for_passes(session: Session, hall: Cast) -> None:
    light = make_item(session, hall, "exit-sign", size="")
    discharged(session, hall.lead, light, reading=30)
    assert last_step(session, light).reading == 30


@pytest.mark.parametrize(
    ("reading", "error", "words"),
    [
        (29.5, ReadingTooLow, "持续工作时间实测为 29.5 分钟，低于要求的 30 分钟"),
        (0, ReadingTooLow, "实测为 0 分钟"),
        (None, ReadingMissing, "不少于 30 分钟"),
        (-1, ReadingImpossible, "0 至 10000 分钟"),
        (10_001, ReadingImpossible, "0 至 10000 分钟"),
        (float("nan"), ReadingImpossible, "0 至 10000 分钟"),
    ],
)
def test_a_light_that_holds_too_short_has_not_passed(
    session: Session, hall: Cast, reading: float | None, error: type[AppError], words: str
) -> None:
    light = make_item(session, hall, "emergency-light", size="")
    with pytest.raises(error) as refused:
        discharged(session, hall.lead, light, reading=reading)
    assert words in refused.value.message()
    assert not steps_of(session, light) and light.last_services == {}


@pytest.mark.parametrize("reading", [18, None])
def test_a_failed_discharge_keeps_its_reading_if_there_is_one(
    session: Session, hall: Cast, reading: float | None
) -> None:
    light = make_item(session, hall, "emergency-light", size="")
    discharged(session, hall.lead, light, reading=reading, passed=False, note="电池老化")
    query = select(ItemStep).where(ItemStep.item_id == light.id, ItemStep.step == Step.SERVICE)
    step = session.scalars(query).one()
    assert (step.reading, step.passed, light.status) == (reading, False, Status.DEFECTIVE)


def test_a_hall_that_asks_for_longer_light_is_held_to_it(session: Session, hall: Cast) -> None:
    hall_rules.change_kind(
        session, hall.officer, "emergency-light", because="建筑高度 120 m", now=NOW,
        changes={"services": {"discharge": [12, 12, 90]}},
    )  # fmt: skip
    light = make_item(session, hall, "emergency-light", size="")
    with pytest.raises(ReadingTooLow, match="90"):
        discharged(session, hall.lead, light, reading=45)
    discharged(session, hall.lead, light, reading=90)


def test_what_is_not_measured_keeps_no_reading(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    serviced(session, hall.lead, item, reading=45)
    assert last_step(session, item).reading is None


def test_what_was_done_must_be_known_to_the_kind(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    for services in ([], ["discharge"], ["service", "hydrostatic"]):
        with pytest.raises(ServicesMissing):
            serviced(session, hall.lead, item, services=services)


def test_a_service_entered_late_moves_no_date_back(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, made_on=FIVE_YEARS, registered=LAST_YEAR)
    serviced(session, hall.lead, item)
    serviced(session, hall.lead, item, on_date=date(2026, 3, 5))
    assert item.last_services == {"service": str(TODAY)}


def test_what_was_done_before_it_went_away_brings_nothing_back(
    session: Session, hall: Cast
) -> None:
    store = make_store(session, hall)
    item = make_item(session, hall, registered=LAST_YEAR)
    spare = make_item(session, hall, location_id=store)
    send_away(
        session, hall.officer, item.id, firm="宏安", on_date=TODAY, stand_in_id=spare.id, now=NOW
    )
    serviced(session, hall.lead, item, on_date=TODAY - timedelta(days=200))
    repair(session, hall.lead, item.id, note="换铅封", on_date=date(2026, 1, 5), now=NOW)
    assert (item.status, spare.stands_in_for_id) == (Status.AWAY, item.id)
    assert item.last_services and item.service_by is not None


def test_a_repair_mends_without_moving_a_date(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, made_on=FIVE_YEARS)
    before = item.service_by
    item.status = Status.DEFECTIVE
    repair(session, hall.lead, item.id, note="更换喷嘴", on_date=TODAY, now=NOW)
    assert (item.status, item.service_by) == (Status.IN_SERVICE, before)
    with pytest.raises(TextMissing):
        repair(session, hall.lead, item.id, note="", on_date=TODAY, now=NOW)
    with pytest.raises(NotAllowed):
        repair(session, hall.manager, item.id, note="x", on_date=TODAY, now=NOW)


def test_a_new_part_takes_the_place_of_the_old_one(session: Session, hall: Cast) -> None:
    pads = {"pads": date(2026, 11, 20), "battery": date(2029, 1, 1)}
    aed = make_item(session, hall, "aed", size="", consumables=pads)
    assert aed.expires_on == date(2026, 11, 20)
    change_consumable(
        session, hall.lead, aed.id, code="pads", lot="P-77", expires_on=date(2028, 11, 30),
        on_date=TODAY, cost_yuan=Decimal(420), now=NOW,
    )  # fmt: skip
    assert aed.expires_on == date(2028, 11, 30)
    query = select(Consumable).where(Consumable.item_id == aed.id).order_by(Consumable.id)
    found = [(one.code, one.lot, one.removed_on) for one in session.scalars(query)]
    assert sorted(found, key=str) == sorted(
        [("pads", "", TODAY), ("battery", "", None), ("pads", "P-77", None)], key=str
    )
    step = last_step(session, aed)
    assert (step.step, step.services, step.certificate, step.cost_fen) == (
        Step.CHANGE_CONSUMABLE, "pads", "P-77", 42000,
    )  # fmt: skip


def test_a_part_that_is_unknown_or_expired_is_refused(session: Session, hall: Cast) -> None:
    aed = make_item(session, hall, "aed", size="")
    facts: dict[str, Any] = {"on_date": TODAY, "now": NOW}
    with pytest.raises(UnknownConsumable):
        change_consumable(
            session, hall.lead, aed.id, code="hose", expires_on=date(2028, 1, 1), **facts
        )
    with pytest.raises(ConsumableExpired):
        change_consumable(session, hall.lead, aed.id, code="pads", expires_on=TODAY, **facts)


def test_of_two_records_of_one_visit_the_second_is_told(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    drawn = item.row_version
    serviced(session, hall.lead, item, row_version=drawn)
    with pytest.raises(ItemChanged) as refused:
        serviced(session, hall.officer, item, row_version=drawn)
    assert "李敏刚登记了维修" in refused.value.message()


def test_a_light_that_failed_is_mended_and_tested_again(session: Session, hall: Cast) -> None:
    light = make_item(session, hall, "emergency-light", size="")
    discharged(session, hall.lead, light, reading=18, passed=False, note="电池老化")
    assert light.status == Status.DEFECTIVE and light.condemned_on is None
    assert light.scrap_on is None
    discharged(session, hall.lead, light, reading=45)
    assert [light.status] == [Status.IN_SERVICE]
    assert light.last_services == {"discharge": str(TODAY)}


def test_a_part_entered_late_throws_out_nothing_newer(session: Session, hall: Cast) -> None:
    printed = {"pads": date(2027, 1, 1), "battery": date(2029, 1, 1)}
    aed = make_item(session, hall, "aed", size="", consumables=printed)

    def put_in(on_date: date, expires_on: date) -> dict[date, tuple[date, date | None]]:
        change_consumable(
            session, hall.lead, aed.id, code="pads", expires_on=expires_on, on_date=on_date,
            now=NOW,
        )  # fmt: skip
        query = select(Consumable).where(Consumable.item_id == aed.id, Consumable.code == "pads")
        return {one.expires_on: (one.put_in_on, one.removed_on) for one in session.scalars(query)}

    begun = aed.registered_on
    parts = put_in(date(2024, 5, 1), date(2026, 11, 30))
    assert aed.expires_on == date(2027, 1, 1)
    assert parts[date(2026, 11, 30)] == (date(2024, 5, 1), begun)
    parts = put_in(date(2025, 5, 1), date(2027, 5, 1))
    assert parts[date(2026, 11, 30)] == (date(2024, 5, 1), date(2025, 5, 1))
    assert parts[date(2027, 5, 1)] == (date(2025, 5, 1), begun)
    assert aed.expires_on == date(2027, 1, 1)
    parts = put_in(begun, date(2027, 2, 1))
    assert aed.expires_on == date(2027, 2, 1), "of the same day the last one said"
    parts = put_in(TODAY, date(2028, 8, 31))
    assert parts[date(2027, 2, 1)] == (begun, TODAY) and aed.expires_on == date(2028, 8, 31)
    assert [used for used, (_on, gone) in parts.items() if gone is None] == [date(2028, 8, 31)]
