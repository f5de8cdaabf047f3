"""Three quarters of an area's extinguishers are in place, whatever road one takes."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from equipment.errors import NoneMayBeAway, SameGroup, TooFewLeft, TooManyAway
from equipment.models import Item, Status, Step
from equipment.service import life
from equipment.service.away import give_back, lend, send_away
from equipment.service.covering import Group, group_of, substitute_of
from equipment.service.moving import move, place_of
from equipment.service.replacing import Kept, replace
from equipment.service.spares import gap, room
from safety_app.workplace.models import Window
from tests.cast import NOW, TODAY, Cast
from tests.equipment.items import make_item, make_store, steps_of
from tests.equipment.test_replacing import NEW


def four(session: Session, hall: Cast, n: int = 4) -> list[Item]:
    """Extinguishers of the ground floor."""
    return [make_item(session, hall, common=True) for _n in range(n)]


def sent(session: Session, hall: Cast, item: Item, **said: Any) -> Item:
    """The item sent to a firm by the officer."""
    facts = {"firm": "宏安消防", "on_date": TODAY, "now": NOW, **said}
    return send_away(session, hall.officer, item.id, **facts)


def moved(session: Session, hall: Cast, item: Item, location_id: int) -> Item:
    """The item brought to another area by the officer."""
    return move(
        session, hall.officer, item.id, window_id=None, location_id=location_id, placing="",
        custodian_id=None, now=NOW,
    )  # fmt: skip


def unfit(session: Session, hall: Cast, item: Item) -> Item:
    """The item found unfit."""
    return life.condemn(session, hall.officer, item.id, because="锈蚀", now=NOW)


def test_what_hangs_there_unfit_is_missing_too(session: Session, hall: Cast) -> None:
    items = four(session, hall, 8)
    unfit(session, hall, items[0])
    items[1].status = Status.DEFECTIVE
    assert group_of(session, items[7]) == Group(8, 2)
    with pytest.raises(TooManyAway) as refused:
        sent(session, hall, items[2])
    assert "另有 2 具送修或停用" in refused.value.message()
    sent(session, hall, items[1])
    assert group_of(session, items[7]) == Group(8, 2), "it was missing before"


def test_a_substitute_that_is_unfit_covers_nothing(session: Session, hall: Cast) -> None:
    items, store = four(session, hall), make_store(session, hall)
    spare = make_item(session, hall, location_id=store)
    sent(session, hall, items[0], stand_in_id=spare.id)
    assert group_of(session, items[1]).away == 0
    unfit(session, hall, spare)
    assert group_of(session, items[1]).away == 1
    with pytest.raises(TooManyAway):
        sent(session, hall, items[1])
    give_back(session, hall.officer, spare.id, now=NOW)
    assert spare.location_id == store


def test_a_substitute_stays_while_too_many_would_be_missing(session: Session, hall: Cast) -> None:
    items, store = four(session, hall), make_store(session, hall)
    spare = make_item(session, hall, location_id=store)
    sent(session, hall, items[0])
    sent(session, hall, items[1], stand_in_id=spare.id)
    with pytest.raises(TooManyAway) as refused:
        give_back(session, hall.officer, spare.id, now=NOW)
    assert refused.value.facts == {"total": 4, "most": 1, "away": 1}
    assert spare.stands_in_for_id == items[1].id
    found = gap(session, hall.officer, items[1].code)
    assert found and not found.room.has_room


def test_a_gap_within_a_quarter_may_open_again(session: Session, hall: Cast) -> None:
    items, store = four(session, hall), make_store(session, hall)
    spare = make_item(session, hall, location_id=store)
    sent(session, hall, items[0], stand_in_id=spare.id)
    give_back(session, hall.officer, spare.id, now=NOW)
    assert group_of(session, items[1]) == Group(4, 1)
    assert not room(session, hall.officer, items[1].id).has_room
    assert gap(session, hall.officer, items[1].code) is None


def test_another_one_stands_in_instead(session: Session, hall: Cast) -> None:
    item, store = make_item(session, hall), make_store(session, hall)
    first, second = (make_item(session, hall, location_id=store) for _n in range(2))
    sent(session, hall, item, stand_in_id=first.id)
    with pytest.raises(NoneMayBeAway):
        give_back(session, hall.officer, first.id, now=NOW)
    give_back(session, hall.officer, first.id, stand_in_id=second.id, now=NOW)
    assert substitute_of(session, item) is second and place_of(second) == place_of(item)
    assert (first.location_id, first.stands_in_for_id) == (store, None)
    assert steps_of(session, first) == [Step.LEND, Step.RETURN]


def test_nothing_leaves_an_area_that_would_lack_too_much(session: Session, hall: Cast) -> None:
    items, store = four(session, hall), make_store(session, hall)
    sent(session, hall, items[0])
    with pytest.raises(TooFewLeft) as refused:
        moved(session, hall, items[2], store)
    assert items[2].code in refused.value.message() and "只剩 3 具" in refused.value.message()
    other = make_item(session, hall, window_id=hall.a01)
    with pytest.raises(TooFewLeft):
        lend(session, hall.officer, items[2].id, for_id=other.id, on_date=TODAY, now=NOW)
    with pytest.raises(TooFewLeft):
        replace(
            session, hall.officer, other.id, by=items[2].id, old=Kept(None, store), on_date=TODAY,
            now=NOW,
        )  # fmt: skip
    assert items[2].location_id == hall.floor and items[2].stands_in_for_id is None


def test_fewer_of_them_are_the_halls_own_choice(session: Session, hall: Cast) -> None:
    items, store = four(session, hall), make_store(session, hall)
    for item in items[:3]:
        moved(session, hall, item, store)
    assert group_of(session, items[3]) == Group(1, 0)
    five = four(session, hall, 4)
    sent(session, hall, five[0])
    moved(session, hall, five[1], store)
    assert group_of(session, five[2]) == Group(4, 1)


def test_what_is_missing_itself_takes_nothing_along(session: Session, hall: Cast) -> None:
    items, store = four(session, hall), make_store(session, hall)
    for item in items[:2]:
        unfit(session, hall, item)
    moved(session, hall, items[0], store)
    assert group_of(session, items[2]) == Group(3, 1)


def test_within_its_area_an_item_goes_anywhere(session: Session, hall: Cast) -> None:
    session.get_one(Window, hall.a01).location_id = hall.floor
    items = four(session, hall)
    sent(session, hall, items[0])
    move(
        session, hall.officer, items[1].id, window_id=hall.a01, location_id=None, placing="",
        custodian_id=None, now=NOW,
    )  # fmt: skip
    assert items[1].window_id == hall.a01


def test_facts_are_never_refused(session: Session, hall: Cast) -> None:
    items = four(session, hall)
    sent(session, hall, items[0])
    unfit(session, hall, items[1])
    life.lose(session, hall.officer, items[2].id, reason="不见", on_date=TODAY, now=NOW)
    life.scrap(
        session, hall.officer, items[1].id, reason="锈蚀", on_date=TODAY, certificate="1", now=NOW
    )
    assert group_of(session, items[3]) == Group(2, 1)


def test_a_neighbour_takes_no_place_for_good_either(session: Session, hall: Cast) -> None:
    items, store = four(session, hall), make_store(session, hall)
    with pytest.raises(SameGroup):
        replace(
            session, hall.officer, items[0].id, by=items[1].id, old=Kept(None, store),
            on_date=TODAY, now=NOW,
        )  # fmt: skip
    sent(session, hall, items[0])
    new = replace(
        session, hall.officer, items[1].id, by=NEW, old=Kept(None, store), on_date=TODAY, now=NOW
    )
    assert group_of(session, new) == Group(4, 1), "one went and one came"


def test_other_facilities_go_where_they_are_wanted(session: Session, hall: Cast) -> None:
    store = make_store(session, hall)
    aeds = [make_item(session, hall, "aed", size="", common=True) for _n in range(2)]
    sent(session, hall, aeds[0])
    moved(session, hall, aeds[1], store)
    assert aeds[1].location_id == store
