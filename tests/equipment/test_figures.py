"""Figures of safety facilities against what was counted by hand."""

from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from equipment.due import Cause, Precision
from equipment.models import Step
from equipment.service import away, figures, life, servicing
from equipment.service.asof import AsOf, Lack, Stood, register_at
from equipment.service.forecast import Forecast, forecast
from equipment.service.replacing import NewUnit, Scrapped, replace
from safety_app.workplace.models import Location
from tests.cast import NOW, TODAY, Cast
from tests.equipment.items import ABC, make_item
from tests.equipment.lives import at, inspect, months, scrap, serve

ASOF = AsOf(NOW + timedelta(hours=1), "Asia/Shanghai")
SPRING = at(date(2026, 3, 2))


def items_of(session: Session, hall: Cast, asof: AsOf = ASOF) -> list[Stood]:
    return register_at(session, hall.site_id, asof)


def test_the_intact_rate_counts_each_item_once(session: Session, hall: Cast) -> None:
    good = [make_item(session, hall, registered=SPRING) for _each in range(5)]
    for one in good:
        inspect(session, hall.officer, one, date(2026, 11, 2))
    fresh = make_item(session, hall)  # not inspected yet, and not due before 1 December
    overdue = make_item(session, hall, made_on=date(2020, 3, 1), registered=SPRING)
    failed = make_item(session, hall, window_id=hall.a02)
    inspect(session, hall.officer, failed, TODAY, "E05")
    mended = make_item(session, hall, window_id=hall.a02)
    inspect(session, hall.officer, mended, TODAY, "E05", hour=8)
    servicing.repair(session, hall.officer, mended.id, note="修好", on_date=TODAY, now=NOW)
    away.send_away(session, hall.officer, good[0].id, firm="宏安消防", on_date=TODAY, now=NOW)
    scrapped = make_item(session, hall)
    scrap(session, hall.officer, scrapped, TODAY)
    lost = make_item(session, hall)
    life.lose(session, hall.lead, lost.id, reason="缺少", on_date=TODAY, now=NOW)
    unfit = make_item(session, hall)
    life.condemn(session, hall.staff, unfit.id, because="锈蚀", now=NOW)

    found = figures.tally(items_of(session, hall), ASOF)
    # 5 good ones of which 1 is away, fresh, overdue, failed, mended, unfit; 2 are off the register.
    assert found.registered == 10
    assert (found.intact, found.never, found.mended) == (4 + 1 + 1, 1, 1)
    # The overdue one was never inspected either: two lacks, one item.
    assert found.late == 2
    assert found.lacks == {
        Lack.AWAY: 1, Lack.SERVICE: 1, Lack.INSPECTION: 1, Lack.FAILED: 1, Lack.SCRAP: 1
    }  # fmt: skip
    late = [
        (one.row.code, due.cause) for one, due in figures.overdue(items_of(session, hall), ASOF)
    ]
    assert late == [
        (overdue.code, Cause.SERVICE), (overdue.code, Cause.INSPECTION), (unfit.code, Cause.SCRAP)
    ]  # fmt: skip
    assert fresh.code not in dict(late)
    by_window = figures.tally_by(items_of(session, hall), ASOF, lambda one: one.place[0])
    assert {key: one.registered for key, one in by_window.items()} == {hall.a01: 8, hall.a02: 2}
    assert sum(one.intact for one in by_window.values()) == found.intact


def test_what_falls_due_in_thirty_and_ninety_days(session: Session, hall: Cast) -> None:
    for made in (
        date(2021, 11, 23),  # due today: overdue, not ahead
        date(2021, 11, 24),
        date(2021, 12, 23),  # in 30 days
        date(2021, 12, 24),
        date(2022, 2, 21),  # in 90 days
        date(2022, 2, 22),
    ):
        make_item(session, hall, made_on=made, precision=Precision.DAY)
    items = items_of(session, hall)
    found = figures.tally(items, ASOF)
    assert (found.of(Lack.SERVICE), found.soon, found.ahead) == (1, 2, 4)
    assert [due.on for _one, due in figures.due_within(items, ASOF, 90)] == [
        date(2026, 11, 24), date(2026, 12, 23), date(2026, 12, 24), date(2027, 2, 21)
    ]  # fmt: skip


def test_coverage_asks_for_what_was_due_and_there(session: Session, hall: Cast) -> None:
    start = at(date(2026, 7, 15))
    steady = make_item(session, hall, registered=start)
    for day in months(date(2026, 8, 1), TODAY, 20):
        inspect(session, hall.officer, steady, day)
    skipped = make_item(session, hall, registered=start)
    inspect(session, hall.officer, skipped, date(2026, 9, 30))
    inspect(session, hall.officer, skipped, date(2026, 9, 30), hour=11)
    scrapped = make_item(session, hall, registered=start)
    scrap(session, hall.officer, scrapped, date(2026, 10, 10), now=at(date(2026, 10, 10)))
    detector = make_item(
        session, hall, "smoke-detector", made_on=None, precision=Precision.UNKNOWN, size="",
        registered=start,
    )  # fmt: skip
    door = make_item(session, hall, registered=at(date(2026, 11, 10)))
    found = figures.coverage(items_of(session, hall), ASOF, 6)
    assert [one.month for one in found] == [date(2026, month, 1) for month in range(6, 12)]
    assert [one.is_running for one in found] == [False] * 5 + [True]
    # August: three monthly ones were due, one was done. September: two of three. October: the
    # scrapped one was gone, the detector fell due after three months. November: it still is.
    assert detector.inspect_by == date(2026, 10, 15) and door.inspect_by == date(2026, 12, 10)
    assert [(one.done, one.due) for one in found] == [
        (0, 0), (0, 0), (1, 3), (2, 3), (1, 3), (1, 3)
    ]  # fmt: skip


def test_some_places_are_inspected_twice_a_month(session: Session, hall: Cast) -> None:
    session.get_one(Location, hall.floor).is_half_monthly = True
    item = make_item(session, hall, common=True, registered=at(date(2026, 7, 15)))
    for day in (date(2026, 8, 10), date(2026, 9, 1), date(2026, 9, 16)):
        inspect(session, hall.officer, item, day)
    found = figures.coverage(items_of(session, hall), ASOF, 5)
    assert [(one.done, one.due) for one in found] == [(0, 1), (0, 1), (1, 1), (0, 1), (0, 1)]


def test_costs_stand_in_the_year_of_the_work(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, made_on=date(2018, 3, 1), registered=at(date(2023, 5, 1)))
    serve(session, hall.officer, item, date(2024, 12, 31), "80.50")
    serve(session, hall.officer, item, date(2026, 1, 1), "95")
    servicing.repair(
        session, hall.officer, item.id, note="换软管", on_date=TODAY, cost_yuan=Decimal("12"),
        now=NOW,
    )  # fmt: skip
    aged = make_item(session, hall, made_on=date(2016, 11, 1))
    replace(
        session, hall.officer, aged.id, by=NewUnit(ABC, date(2026, 10, 1), Precision.MONTH, "4 kg"),
        old=Scrapped("到期", certificate="BF-1"), on_date=TODAY, cost_yuan=Decimal("139.90"),
        now=NOW,
    )  # fmt: skip
    assert figures.costs(session, hall.site_id, ASOF) == {
        2026: {Step.SERVICE: 9500, Step.REPAIR: 1200, Step.REPLACE: 13990},
        2024: {Step.SERVICE: 8050},
    }
    spring = AsOf(at(date(2026, 3, 1)), "Asia/Shanghai")
    assert figures.costs(session, hall.site_id, spring)[2026] == {Step.SERVICE: 9500}


def test_what_left_the_register_is_told_with_what_took_its_place(
    session: Session, hall: Cast
) -> None:
    aged = make_item(session, hall, made_on=date(2016, 11, 1), placing="立柱")
    new = replace(
        session, hall.officer, aged.id, by=NewUnit(ABC, date(2026, 10, 1), Precision.MONTH, "4 kg"),
        old=Scrapped("到期", certificate="BF-9", firm="宏安消防"), on_date=TODAY, now=NOW,
    )  # fmt: skip
    old = make_item(session, hall, registered=at(date(2025, 5, 1)), window_id=hall.a03)
    scrap(session, hall.officer, old, date(2025, 12, 31), now=at(date(2025, 12, 31)))
    found = figures.gone(session, hall.site_id, ASOF, date(2026, 1, 1))
    assert [(one.code, one.step, one.successor) for one in found] == [
        (aged.code, Step.SCRAP, ""), (aged.code, Step.REPLACE, new.code)
    ]  # fmt: skip
    assert (found[0].certificate, found[0].note, found[0].place[2]) == ("BF-9", "到期", "立柱")
    earlier = figures.gone(session, hall.site_id, ASOF, date(2025, 1, 1), hall.a03)
    assert [one.code for one in earlier] == [old.code]


def budget(session: Session, hall: Cast) -> Forecast:
    return forecast(session, hall.site_id, items_of(session, hall), ASOF)


def test_the_forecast_counts_what_must_be_serviced_or_bought(session: Session, hall: Cast) -> None:
    # Service in March 2027 and 2029; scrapped in March 2032.
    make_item(session, hall, made_on=date(2022, 3, 1))
    # Overdue for service since 2025: this month, then after two years, scrapped in 2030.
    make_item(session, hall, made_on=date(2020, 6, 1))
    # Scrapped in January 2028, so no service that falls later.
    make_item(session, hall, made_on=date(2018, 1, 1), last_service_on=date(2026, 2, 1))
    make_item(
        session, hall, "aed", made_on=None, precision=Precision.UNKNOWN, size="", common=True,
        consumables={"pads": date(2027, 5, 31)},
    )  # fmt: skip
    scrap(session, hall.officer, make_item(session, hall, made_on=date(2017, 1, 1)), TODAY)
    found = budget(session, hall)
    assert found.months[0] == date(2026, 11, 1) and len(found.months) == 24
    assert found.months[-1] == date(2028, 10, 1)
    needs = {
        (f"{month:%Y-%m}", cause, what): n for (month, (_kind, cause, what)), n
        in found.counts.items()
    }  # fmt: skip
    assert needs == {
        ("2026-11", Cause.SERVICE, "service"): 1,
        ("2027-03", Cause.SERVICE, "service"): 1,
        ("2027-05", Cause.EXPIRY, "pads"): 1,
        ("2028-01", Cause.SCRAP, ""): 1,
    }
    assert found.number(Cause.SERVICE, date(2027, 3, 1)) == 1
    assert found.of((ABC, Cause.SERVICE, "service")) == 2
    assert found.of((ABC, Cause.SERVICE, "service"), 4) == 1
    assert found.cost(date(2027, 3, 1)) is None and found.unpriced(date(2027, 3, 1)) == 1


def test_prices_are_the_mean_of_what_the_hall_has_paid(session: Session, hall: Cast) -> None:
    make_item(session, hall, made_on=date(2022, 3, 1))
    for paid, on in (
        ("80", date(2026, 4, 1)),
        ("100", date(2026, 5, 1)),
        ("9", date(2023, 11, 23)),
    ):
        one = make_item(session, hall, made_on=date(2018, 3, 1), registered=at(date(2023, 5, 1)))
        serve(session, hall.officer, one, on, paid)
    found = budget(session, hall)
    price = found.prices[ABC, Cause.SERVICE, "service"]
    assert (price.fen, price.records) == (9000, 2), "what was paid three years ago counts no more"
    # The one of 2022, and the one serviced in November 2023 that is due again since 2025.
    assert found.cost(date(2027, 3, 1)) == 9000 and found.unpriced(date(2027, 3, 1)) == 0
    assert found.cost(date(2026, 11, 1)) == 9000
    assert found.cost(date(2026, 12, 1)) is None
