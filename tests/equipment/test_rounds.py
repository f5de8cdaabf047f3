"""Rounds: what is missing on a floor this month, in walking order, for whom."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from equipment.codes import normal
from equipment.due import Precision
from equipment.kinds import Family
from equipment.models import Item, Status, Step
from equipment.service import rounds
from equipment.service.steps import take
from safety_app.core.access import Actor
from safety_app.core.errors import NotAllowed
from safety_app.workplace.models import Location, Window
from tests.cast import NOW, TODAY, Cast
from tests.equipment.items import make_item

FIRE = Family.EXTINGUISHER


def inspect(session: Session, actor: Actor, item: Item, on: date = TODAY, minute: int = 0) -> None:
    """Inspect an item without its sheet."""
    item.last_inspected_on = on
    moment = NOW + timedelta(minutes=minute)
    take(session, actor, item, Step.INSPECT, on_date=on, now=moment, passed=True)


def codes(session: Session, actor: Actor, floor: str = "1") -> list[str]:
    """The stops of a floor in order."""
    return [stop.code for stop in rounds.round_of(session, actor, floor, FIRE, TODAY)]


def test_a_floor_counts_what_was_inspected_since_the_first_of_the_month(
    session: Session, hall: Cast
) -> None:
    items = [make_item(session, hall, common=True) for _n in range(3)]
    inspect(session, hall.officer, items[0], date(2026, 11, 1))
    inspect(session, hall.officer, items[1], date(2026, 10, 31))
    (floor,) = rounds.floors(session, hall.officer, TODAY)
    assert (floor.floor, floor.family, floor.total, floor.done) == ("1", FIRE, 2, 1)
    stops = rounds.round_of(session, hall.officer, "1", FIRE, TODAY)
    assert [stop.is_missing for stop in stops] == [False, True, False]
    assert [stop.is_done(TODAY) for stop in stops] == [True, False, False]


def test_what_is_inspected_twice_a_month_is_missing_again_before_the_second_time(
    session: Session, hall: Cast
) -> None:
    session.get_one(Location, hall.floor).is_half_monthly = True
    item = make_item(session, hall, common=True)
    inspect(session, hall.officer, item, date(2026, 11, 2))
    assert item.inspect_by == date(2026, 11, 17)
    for day, is_missing in ((3, False), (9, False), (10, True), (17, True), (23, True)):
        on = date(2026, 11, day)
        (stop,) = rounds.round_of(session, hall.officer, "1", FIRE, on)
        assert (stop.is_missing, stop.is_overdue) == (is_missing, day > 17), day
    inspect(session, hall.officer, item, date(2026, 11, 16))
    (floor,) = rounds.floors(session, hall.officer, date(2026, 11, 17))
    assert (floor.total, floor.done, floor.overdue) == (1, 1, 0)


def test_what_is_inspected_every_quarter_is_missing_in_its_month_only(
    session: Session, hall: Cast
) -> None:
    item = make_item(session, hall, "fire-door", common=True, size="", made_on=None,
                     precision=Precision.UNKNOWN)  # fmt: skip
    inspect(session, hall.officer, item, TODAY)
    assert item.inspect_by == date(2027, 2, 23)
    for on, expected in ((TODAY, (1, 1)), (date(2026, 12, 8), (0, 0)), (date(2027, 2, 1), (1, 0))):
        (floor,) = rounds.floors(session, hall.officer, on)
        assert (floor.total, floor.done) == expected, on


def test_an_inspection_is_overdue_from_the_day_after(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, common=True, registered=NOW - timedelta(days=31))
    assert item.inspect_by == TODAY
    (floor,) = rounds.floors(session, hall.officer, TODAY)
    assert floor.overdue == 0
    (floor,) = rounds.floors(session, hall.officer, TODAY + timedelta(days=1))
    assert floor.overdue == 1


def test_a_window_is_on_the_floor_of_its_location(session: Session, hall: Cast) -> None:
    upstairs = Location(site_id=hall.site_id, name="二楼", floor="2")
    session.add(upstairs)
    session.flush()
    session.get_one(Window, hall.a01).location_id = upstairs.id
    session.flush()
    item = make_item(session, hall)
    session.info.clear()
    assert codes(session, hall.officer, "2") == [item.code]
    assert codes(session, hall.officer, "1") == []


def test_everybody_has_the_rounds_of_their_own_places(session: Session, hall: Cast) -> None:
    at_window = make_item(session, hall)
    common = make_item(session, hall, common=True)
    assert {one.code for one in (at_window, common)} == set(
        codes(session, hall.officer, "") + codes(session, hall.officer)
    )
    assert codes(session, hall.staff, "") == [at_window.code]
    assert codes(session, hall.staff) == []
    assert codes(session, hall.other_staff, "") == []
    assert codes(session, hall.lead, "") == [at_window.code]
    assert codes(session, hall.lead) == []
    assert codes(session, hall.manager) == []


def test_a_custodian_has_what_is_in_their_charge(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, common=True, custodian_id=hall.other_staff.user_id)
    assert codes(session, hall.other_staff) == [item.code]


def test_what_is_away_scrapped_or_condemned_is_not_visited(session: Session, hall: Cast) -> None:
    items = [make_item(session, hall, common=True) for _n in range(4)]
    items[0].status = Status.AWAY
    items[1].status = Status.SCRAPPED
    items[2].condemned_on = TODAY
    session.flush()
    stops = {stop.code: stop for stop in rounds.round_of(session, hall.officer, "1", FIRE, TODAY)}
    assert items[1].code not in stops
    assert stops[items[0].code].is_away and stops[items[2].code].is_away
    assert not stops[items[3].code].is_away


def test_the_next_one_is_the_next_missing_and_wraps_round(session: Session, hall: Cast) -> None:
    early = NOW - timedelta(days=40)
    first, second, third = (
        make_item(session, hall, common=True, registered=early) for _n in range(3)
    )
    inspect(session, hall.officer, second)
    following = rounds.next_after(session, hall.officer, first, TODAY)
    assert following and following.code == third.code
    following = rounds.next_after(session, hall.officer, third, TODAY)
    assert following and following.code == first.code
    inspect(session, hall.officer, first)
    inspect(session, hall.officer, third)
    assert rounds.next_after(session, hall.officer, third, TODAY) is None


def test_the_order_just_walked_is_kept_and_single_items_are_moved(
    session: Session, hall: Cast
) -> None:
    first, second, third = (make_item(session, hall, common=True) for _n in range(3))
    inspect(session, hall.officer, third, minute=1)
    inspect(session, hall.officer, first, minute=2)
    kept = rounds.keep_walked_order(session, hall.officer, "1", FIRE, today=TODAY, now=NOW)
    assert kept == 2
    assert codes(session, hall.officer) == [third.code, first.code, second.code]
    rounds.move_stop(
        session, hall.officer, "1", FIRE, second.id, before_id=third.id, today=TODAY, now=NOW
    )
    assert codes(session, hall.officer) == [second.code, third.code, first.code]
    rounds.move_stop(
        session, hall.officer, "1", FIRE, second.id, before_id=None, today=TODAY, now=NOW
    )
    assert codes(session, hall.officer) == [third.code, first.code, second.code]


def test_who_does_not_keep_the_register_changes_no_order(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, common=True)
    with pytest.raises(NotAllowed):
        rounds.move_stop(
            session, hall.lead, "1", FIRE, item.id, before_id=None, today=TODAY, now=NOW
        )
    with pytest.raises(NotAllowed):
        rounds.keep_walked_order(session, hall.staff, "1", FIRE, today=TODAY, now=NOW)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("MHQ-0032", "MHQ-0032"),
        ("mhq32", "MHQ-0032"),
        (" mhq 032 ", "MHQ-0032"),
        ("ＭＨＱ－００３２", "MHQ-0032"),
        ("mhq_12345", "MHQ-12345"),
        ("A-7", "A-7"),
        ("灭火器", "灭火器"),
    ],
)
def test_a_code_is_read_however_it_is_typed(typed: str, code: str) -> None:
    assert normal(typed) == code
