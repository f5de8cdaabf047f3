"""Away for service: never more than a quarter of an area at once, else with a substitute."""

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from equipment.errors import (
    FoundUnfit,
    LessProtection,
    NoneMayBeAway,
    NotLent,
    NotServiceable,
    NotSpare,
    OverAge,
    SameGroup,
    StandsIn,
    StandsInAlready,
    StepNotPossible,
    TooManyAway,
)
from equipment.models import Item, Status, Step
from equipment.service import life
from equipment.service.away import give_back, lend, send_away
from equipment.service.covering import group_of, substitute_of
from equipment.service.moving import move, place_of
from equipment.service.replacing import replace
from safety_app.core.access import Actor
from safety_app.core.errors import NotAllowed, TextMissing
from safety_app.workplace.models import Window
from tests.cast import NOW, TODAY, Cast
from tests.equipment.items import last_step, make_item, make_store, steps_of
from tests.equipment.test_replacing import NEW, SCRAP


def sent(session: Session, actor: Actor, item: Item, **facts: object) -> Item:
    """The item sent to a firm today."""
    facts = {"firm": "宏安消防", "on_date": TODAY, "now": NOW, **facts}
    return send_away(session, actor, item.id, **facts)  # type: ignore[arg-type]


def test_one_of_four_may_go_and_no_second_one(session: Session, hall: Cast) -> None:
    items = [make_item(session, hall, common=True) for _n in range(4)]
    sent(session, hall.officer, items[0])
    assert (items[0].status, last_step(session, items[0]).firm) == (Status.AWAY, "宏安消防")
    with pytest.raises(TooManyAway) as refused:
        sent(session, hall.officer, items[1])
    assert refused.value.facts == {"total": 4, "most": 1, "away": 1}
    assert "共 4 具" in refused.value.message() and "最多送修、停用 1 具" in refused.value.message()


def test_of_three_none_may_go(session: Session, hall: Cast) -> None:
    items = [make_item(session, hall, common=True) for _n in range(3)]
    with pytest.raises(NoneMayBeAway) as refused:
        sent(session, hall.officer, items[0])
    assert "只有 3 具" in refused.value.message()
    assert items[0].status == Status.IN_SERVICE


def test_eight_of_two_sorts_are_one_group_and_two_may_go(session: Session, hall: Cast) -> None:
    items = [make_item(session, hall, common=True) for _n in range(5)]
    items += [make_item(session, hall, "extinguisher-co2", common=True) for _n in range(3)]
    make_item(session, hall, "hydrant", common=True, size="")
    for item in items[:2]:
        sent(session, hall.officer, item)
    with pytest.raises(TooManyAway):
        sent(session, hall.officer, items[5])


def test_windows_of_one_area_are_one_group(session: Session, hall: Cast) -> None:
    for window in (hall.a01, hall.a02):
        session.get_one(Window, window).location_id = hall.floor
    items = [make_item(session, hall, window_id=hall.a01) for _n in range(2)]
    items += [make_item(session, hall, window_id=hall.a02), make_item(session, hall, common=True)]
    elsewhere = make_item(session, hall, window_id=hall.a03)
    assert group_of(session, items[0]).total == group_of(session, items[3]).total == 4
    assert group_of(session, elsewhere).total == 1
    sent(session, hall.lead, items[0])
    with pytest.raises(TooManyAway):
        sent(session, hall.officer, items[3])


def test_what_is_scrapped_or_lost_does_not_count(session: Session, hall: Cast) -> None:
    items = [make_item(session, hall, common=True) for _n in range(4)]
    life.lose(session, hall.officer, items[3].id, reason="不在", on_date=TODAY, now=NOW)
    with pytest.raises(NoneMayBeAway):
        sent(session, hall.officer, items[0])


def test_other_facilities_go_without_a_limit(session: Session, hall: Cast) -> None:
    aed = make_item(session, hall, "aed", size="", common=True)
    sent(session, hall.officer, aed)
    assert aed.status == Status.AWAY


def test_with_a_substitute_the_only_one_may_go(session: Session, hall: Cast) -> None:
    store = make_store(session, hall)
    item = make_item(session, hall, placing="立柱旁")
    item.walk_order = 7
    spare = make_item(session, hall, location_id=store, placing="2 号柜")
    sent(session, hall.officer, item, stand_in_id=spare.id)
    assert (item.status, spare.status) == (Status.AWAY, Status.IN_SERVICE)
    assert place_of(spare) == place_of(item) and spare.walk_order == 7
    assert substitute_of(session, item) is spare
    assert last_step(session, item).other_item_id == spare.id
    assert last_step(session, spare).old_location_id == store


def test_a_covered_gap_is_no_gap(session: Session, hall: Cast) -> None:
    store = make_store(session, hall)
    items = [make_item(session, hall, common=True) for _n in range(4)]
    sent(session, hall.officer, items[0])
    spare = make_item(session, hall, location_id=store)
    lend(session, hall.officer, spare.id, for_id=items[0].id, on_date=TODAY, now=NOW)
    group = group_of(session, items[1])
    assert (group.total, group.away, group.most) == (4, 0, 1)
    sent(session, hall.officer, items[1])


def test_a_substitute_goes_back_to_its_own_place(session: Session, hall: Cast) -> None:
    store = make_store(session, hall)
    item, *_neighbours = [make_item(session, hall) for _n in range(4)]
    spare = make_item(session, hall, location_id=store, placing="2 号柜")
    sent(session, hall.officer, item, stand_in_id=spare.id)
    with pytest.raises(StandsIn):
        move(
            session, hall.officer, spare.id, window_id=hall.a02, location_id=None, placing="",
            custodian_id=None, now=NOW,
        )  # fmt: skip
    with pytest.raises(StandsIn):
        sent(session, hall.officer, spare)
    with pytest.raises(StandsIn):
        replace(
            session, hall.officer, spare.id, by=NEW, old=SCRAP, on_date=TODAY, now=NOW
        )  # fmt: skip
    give_back(session, hall.officer, spare.id, now=NOW)
    assert place_of(spare) == (None, store, "2 号柜") and spare.stands_in_for_id is None
    assert steps_of(session, spare) == [Step.LEND, Step.RETURN]
    with pytest.raises(NotLent):
        give_back(session, hall.officer, spare.id, now=NOW)


def test_a_window_that_has_ended_is_its_successor(session: Session, hall: Cast) -> None:
    item, *_neighbours = [make_item(session, hall, window_id=hall.a01) for _n in range(4)]
    spare = make_item(session, hall, window_id=hall.a02)
    sent(session, hall.officer, item, stand_in_id=spare.id)
    old = session.get_one(Window, hall.a02)
    old.is_active, old.successor_id = False, hall.a03
    give_back(session, hall.officer, spare.id, now=NOW)
    assert spare.window_id == hall.a03


def test_what_protects_less_stands_in_for_nothing(session: Session, hall: Cast) -> None:
    store = make_store(session, hall)
    item = make_item(session, hall, size="4 kg")
    small = make_item(session, hall, size="2 kg", location_id=store)
    with pytest.raises(LessProtection) as refused:
        sent(session, hall.officer, item, stand_in_id=small.id)
    assert small.code in refused.value.message() and "4 kg" in refused.value.message()
    assert (item.status, small.location_id) == (Status.IN_SERVICE, store)


def test_only_a_free_one_stands_in(session: Session, hall: Cast) -> None:
    store = make_store(session, hall)
    item, other = make_item(session, hall), make_item(session, hall)
    busy = make_item(session, hall, location_id=store)
    sent(session, hall.officer, other, stand_in_id=busy.id)
    with pytest.raises(NotSpare):
        sent(session, hall.officer, item, stand_in_id=busy.id)
    with pytest.raises(NotSpare):
        sent(session, hall.officer, item, stand_in_id=item.id)
    unfit = make_item(session, hall, location_id=store)
    life.condemn(session, hall.officer, unfit.id, because="变形", now=NOW)
    with pytest.raises(StepNotPossible):
        sent(session, hall.officer, item, stand_in_id=unfit.id)
    second = make_item(session, hall, location_id=store)
    with pytest.raises(StandsInAlready):
        lend(session, hall.officer, second.id, for_id=other.id, on_date=TODAY, now=NOW)


def test_an_over_age_one_stands_in_for_nothing(session: Session, hall: Cast) -> None:
    store = make_store(session, hall)
    item = make_item(session, hall)
    old = make_item(session, hall, made_on=TODAY.replace(year=2016), location_id=store)
    with pytest.raises(OverAge):
        sent(session, hall.officer, item, stand_in_id=old.id)


def test_a_neighbour_of_the_same_area_is_no_substitute(session: Session, hall: Cast) -> None:
    items = [make_item(session, hall, common=True) for _n in range(2)]
    with pytest.raises(SameGroup):
        sent(session, hall.officer, items[0], stand_in_id=items[1].id)


def test_a_lead_does_not_lend_what_is_the_officers(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    spare = make_item(session, hall, location_id=make_store(session, hall))
    with pytest.raises(NotAllowed):
        sent(session, hall.lead, item, stand_in_id=spare.id)


def test_what_is_at_its_scrap_date_or_unfit_is_not_sent(session: Session, hall: Cast) -> None:
    old = make_item(session, hall, made_on=TODAY.replace(year=2016))
    with pytest.raises(NotServiceable):
        sent(session, hall.lead, old)
    unfit = make_item(session, hall)
    life.condemn(session, hall.lead, unfit.id, because="锈蚀", now=NOW)
    with pytest.raises(FoundUnfit):
        sent(session, hall.lead, unfit)


def test_a_firm_must_be_named_and_nothing_goes_twice(session: Session, hall: Cast) -> None:
    items = [make_item(session, hall, common=True) for _n in range(4)]
    with pytest.raises(TextMissing):
        sent(session, hall.officer, items[0], firm=" ")
    sent(session, hall.officer, items[0])
    with pytest.raises(StepNotPossible):
        sent(session, hall.officer, items[0])


def test_the_group_is_counted_in_one_query_of_items(session: Session, hall: Cast) -> None:
    items = [make_item(session, hall, common=True) for _n in range(8)]
    said: list[str] = []
    bind = session.get_bind()

    def hear(_c: object, _k: object, statement: str, *_rest: object) -> None:
        said.append(statement)

    event.listen(bind, "before_cursor_execute", hear)
    group = group_of(session, items[0])
    event.remove(bind, "before_cursor_execute", hear)
    assert group.total == 8 and sum("equipment_items" in one for one in said) == 1
