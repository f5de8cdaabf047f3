"""The register as it stood at a moment, told from dated steps."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from equipment.documents import archive
from equipment.due import Cause, Precision, next_of
from equipment.models import EquipmentSettings, Item, Profile, Status
from equipment.service import away, life, servicing
from equipment.service.asof import AsOf, Lack, Stood, register_at
from equipment.service.moving import move
from equipment.service.replacing import NewUnit, Scrapped, replace
from safety_app.workplace.models import Location
from tests.cast import NOW, TODAY, Cast
from tests.equipment.items import ABC, make_item, make_store
from tests.equipment.lives import at, inspect, scrap, serve

ZONE = "Asia/Shanghai"
LATER = NOW + timedelta(hours=1)
SPRING = at(date(2026, 3, 2))


def stood(
    session: Session, hall: Cast, cutoff: datetime = LATER, window_id: int | None = None
) -> dict[str, Stood]:
    found = register_at(session, hall.site_id, AsOf(cutoff, ZONE), window_id)
    return {one.row.code: one for one in found}


def lacks(session: Session, hall: Cast, item: Item, cutoff: datetime = LATER) -> tuple[Lack, ...]:
    return stood(session, hall, cutoff)[item.code].lacks(AsOf(cutoff, ZONE))


def live(session: Session, hall: Cast) -> list[Item]:
    """Items with every sort of step behind them."""
    store = make_store(session, hall)
    plain = make_item(session, hall, registered=SPRING)
    inspect(session, hall.officer, plain, date(2026, 10, 20))
    failed = make_item(session, hall, registered=SPRING, window_id=hall.a02)
    inspect(session, hall.officer, failed, date(2026, 11, 3), "E05")
    mended = make_item(session, hall, registered=SPRING, common=True)
    inspect(session, hall.officer, mended, date(2026, 11, 3), "E05")
    servicing.repair(
        session, hall.officer, mended.id, note="紧固", on_date=date(2026, 11, 4),
        cost_yuan=Decimal("20"), now=at(date(2026, 11, 4)),
    )  # fmt: skip
    old = make_item(
        session, hall, made_on=date(2019, 3, 1), last_service_on=date(2024, 5, 1),
        registered=SPRING,
    )  # fmt: skip
    serve(session, hall.officer, old, date(2026, 4, 20))
    spare = make_item(session, hall, registered=SPRING, location_id=store)
    gone = make_item(session, hall, registered=SPRING, window_id=hall.a03)
    away.send_away(
        session, hall.officer, gone.id, firm="宏安消防", on_date=date(2026, 11, 10),
        stand_in_id=spare.id, now=at(date(2026, 11, 10)),
    )  # fmt: skip
    lost = make_item(session, hall, registered=SPRING)
    life.lose(session, hall.lead, lost.id, reason="缺少", on_date=date(2026, 9, 1), now=SPRING
              + timedelta(days=190))  # fmt: skip
    aged = make_item(session, hall, made_on=date(2016, 11, 1), registered=SPRING)
    new = replace(
        session, hall.officer, aged.id, by=NewUnit(ABC, date(2026, 10, 1), Precision.MONTH, "4 kg"),
        old=Scrapped("到期", certificate="BF-1"), on_date=TODAY, now=NOW,
    )  # fmt: skip
    unfit = make_item(session, hall, registered=SPRING)
    life.condemn(session, hall.staff, unfit.id, because="锈蚀", now=NOW)
    moved = make_item(session, hall, registered=SPRING)
    move(
        session, hall.officer, moved.id, window_id=hall.a03, location_id=None, placing="立柱",
        custodian_id=None, now=NOW,
    )  # fmt: skip
    aed = make_item(
        session, hall, "aed", made_on=None, precision=Precision.UNKNOWN, size="", common=True,
        registered=SPRING, consumables={"pads": date(2026, 12, 1), "battery": date(2028, 1, 1)},
    )  # fmt: skip
    servicing.change_consumable(
        session, hall.officer, aed.id, code="pads", expires_on=date(2028, 12, 1), on_date=TODAY,
        now=NOW,
    )  # fmt: skip
    return [plain, failed, mended, old, spare, gone, lost, aged, new, unfit, moved, aed]


def test_told_until_now_the_register_is_as_the_items_say(session: Session, hall: Cast) -> None:
    session.get_one(Location, hall.floor).is_half_monthly = True
    items = live(session, hall)
    found = stood(session, hall)
    assert len(found) == len(items)
    for item in items:
        session.refresh(item)
        one = found[item.code]
        assert (one.status, one.status_on) == (item.status, item.status_on), item.code
        assert one.place == (item.window_id, item.location_id, item.placing), item.code
        assert one.condemned_on == item.condemned_on
        assert {code: str(on) for code, on in one.services.items()} == item.last_services
        dates = [next_of(one.dues, cause) for cause in
                 (Cause.INSPECTION, Cause.SERVICE, Cause.SCRAP, Cause.EXPIRY)]  # fmt: skip
        kept = [item.inspect_by, item.service_by, item.scrap_on, item.expires_on]
        assert [due.on if due else None for due in dates] == kept, item.code


def test_what_is_entered_later_is_not_known_yet(session: Session, hall: Cast) -> None:
    items = live(session, hall)
    before = stood(session, hall, at(date(2026, 8, 1)))
    assert {one.status for one in before.values()} == {Status.IN_SERVICE}
    assert items[8].code not in before, "the new unit was not registered yet"
    assert before[items[10].code].place[0] == hall.a01
    assert before[items[0].code].last_inspected_on is None
    aed = before[items[11].code]
    assert next(due.on for due in aed.dues if due.cause is Cause.EXPIRY) == date(2026, 12, 1)


def test_the_first_service_recorded_here_does_not_hide_the_one_before(
    session: Session, hall: Cast
) -> None:
    old = make_item(
        session, hall, made_on=date(2019, 3, 1), last_service_on=date(2024, 5, 1),
        registered=SPRING,
    )  # fmt: skip
    serve(session, hall.officer, old, date(2026, 4, 20))
    march = at(date(2026, 3, 20))
    one = stood(session, hall, march)[old.code]
    assert one.last_service is not None and one.last_service.on == date(2024, 5, 1)
    assert Lack.SERVICE not in one.lacks(AsOf(march, ZONE))
    now = stood(session, hall)[old.code].last_service
    assert now is not None and (now.on, now.firm) == (date(2026, 4, 20), "宏安消防")


def test_what_is_entered_late_brings_nothing_back(session: Session, hall: Cast) -> None:
    items = [make_item(session, hall, registered=SPRING) for _each in range(4)]
    away.send_away(
        session, hall.officer, items[0].id, firm="宏安消防", on_date=date(2026, 11, 10), now=NOW
    )
    serve(session, hall.officer, items[0], date(2026, 11, 2), now=NOW)
    assert items[0].status == Status.AWAY
    assert stood(session, hall)[items[0].code].status is Status.AWAY


@pytest.mark.parametrize(
    ("made", "hour", "expected"),
    [
        # Scrap age of ten years, service after five; on the day itself it counts.
        (date(2016, 11, 23), 9, (Lack.SCRAP,)),
        (date(2016, 11, 24), 9, (Lack.SERVICE,)),
        (date(2021, 11, 23), 9, (Lack.SERVICE,)),
        (date(2021, 11, 24), 9, ()),
    ],
)
def test_service_and_scrapping_count_on_the_day(
    session: Session, hall: Cast, made: date, hour: int, expected: tuple[Lack, ...]
) -> None:
    item = make_item(session, hall, made_on=made, precision=Precision.DAY)
    assert lacks(session, hall, item, at(TODAY, hour) + timedelta(minutes=9)) == expected


def test_an_inspection_is_late_from_the_day_after(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, registered=at(date(2026, 10, 1)))
    inspect(session, hall.officer, item, date(2026, 10, 23))
    assert lacks(session, hall, item, at(TODAY, 23)) == ()
    assert lacks(session, hall, item, at(TODAY + timedelta(days=1), 0)) == (Lack.INSPECTION,)


def test_a_failed_inspection_counts_until_something_was_done(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, registered=SPRING)
    inspect(session, hall.officer, item, date(2026, 11, 20), "E05")
    assert lacks(session, hall, item) == (Lack.FAILED,)
    servicing.repair(session, hall.officer, item.id, note="修好", on_date=TODAY, now=NOW)
    assert lacks(session, hall, item) == ()
    assert stood(session, hall)[item.code].is_mended


def test_old_inspections_are_found_however_long_ago(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, registered=at(date(2023, 1, 5)), made_on=date(2023, 1, 1))
    for day in (date(2023, 2, 1), date(2023, 3, 1), TODAY):
        inspect(session, hall.officer, item, day)
    assert stood(session, hall)[item.code].last_inspected_on == TODAY
    summer = stood(session, hall, at(date(2026, 8, 1)))[item.code]
    assert summer.last_inspected_on == date(2023, 3, 1)
    spring = stood(session, hall, at(date(2023, 2, 20)))[item.code]
    assert spring.last_inspected_on == date(2023, 2, 1)


def test_a_window_has_what_stood_there_then(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, registered=SPRING)
    other = make_item(session, hall, registered=SPRING, window_id=hall.a03)
    move(
        session, hall.officer, item.id, window_id=hall.a03, location_id=None, placing="",
        custodian_id=None, now=NOW,
    )  # fmt: skip
    scrap(session, hall.officer, other, TODAY)
    assert set(stood(session, hall, NOW, hall.a01)) == {item.code}
    assert set(stood(session, hall, LATER, hall.a01)) == set()
    now = stood(session, hall, LATER, hall.a03)
    assert {code: one.is_registered for code, one in now.items()} == {
        item.code: True, other.code: False
    }  # fmt: skip
    assert now[item.code].dues == stood(session, hall)[item.code].dues


def test_the_agent_was_changed_only_by_a_service_that_passed(session: Session, hall: Cast) -> None:
    item = make_item(
        session, hall, made_on=date(2019, 3, 1), last_service_on=date(2024, 5, 1),
        registered=SPRING,
    )  # fmt: skip
    serve(
        session, hall.officer, item, date(2026, 4, 20), firm="诚安", certificate="N-7",
        passed=False, note="水压试验不合格",
    )  # fmt: skip
    one = stood(session, hall)[item.code]
    assert one.refilled_on == date(2024, 5, 1)
    assert archive.firm(one) == "诚安\nN-7\n不合格 2026-04-20"
    other = make_item(session, hall, made_on=date(2020, 3, 1), registered=SPRING)
    serve(session, hall.officer, other, date(2026, 5, 6))
    one = stood(session, hall)[other.code]
    assert (one.refilled_on, archive.firm(one)) == (date(2026, 5, 6), "宏安消防\nWX-1")


def test_a_yearly_maintenance_changes_no_agent(session: Session, hall: Cast) -> None:
    session.add(EquipmentSettings(site_id=hall.site_id, profile=Profile.NFPA))
    session.flush()
    item = make_item(session, hall, made_on=date(2020, 3, 1), registered=SPRING)
    serve(session, hall.officer, item, date(2026, 4, 20), services=["maintenance"])
    assert stood(session, hall)[item.code].refilled_on is None
    serve(session, hall.officer, item, date(2026, 4, 21), services=["maintenance", "internal"])
    assert stood(session, hall)[item.code].refilled_on == date(2026, 4, 21)
