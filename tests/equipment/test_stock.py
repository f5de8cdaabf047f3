"""Stocks: what comes, goes and is counted; never below nothing, never twice, never silently."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from equipment.errors import CustodianUnknown, DayAhead, PlaceUnknown
from equipment.models import Batch, Stock, StockMove, StockStep
from equipment.service import stock, stock_views
from equipment.stock_errors import (
    AlreadyRecorded,
    BatchUnknown,
    CountIncomplete,
    DifferenceUnexplained,
    ExpiredOnArrival,
    KindNotStocked,
    NoneLeft,
    NotEnough,
    NotHeld,
    QuantityNotPossible,
    ReceiverUnknown,
    StockChanged,
    StockClosed,
    StockExists,
    StockInUse,
    StockMoved,
    StockNotEmpty,
    StockPlaceMissing,
    StockStillHeld,
)
from equipment.units import Unit
from safety_app.accounts.errors import SignatureInvalid, SignatureNotOwnName
from safety_app.accounts.models import User
from safety_app.accounts.service import Drawn, Typed
from safety_app.core import journal
from safety_app.core.access import Actor
from safety_app.core.errors import NotAllowed, NotFound, TextMissing, TextTooLong
from safety_app.core.i18n import use_language
from safety_app.features import features
from safety_app.workplace.models import Window
from tests.cast import NOW, TODAY, Cast
from tests.equipment.stocks import NEXT_YEAR, fill, hand_out, left, make_stock

A_DAY = timedelta(days=1)
features()


@pytest.fixture
def masks(session: Session, hall: Cast) -> Stock:
    """An empty stock of masks at window A01, at least ten wanted."""
    return make_stock(session, hall)


# Stocks themselves


def test_a_place_has_one_stock_of_a_thing(session: Session, hall: Cast, masks: Stock) -> None:
    with pytest.raises(StockExists):
        make_stock(session, hall, variant=" kn95 ")
    assert make_stock(session, hall, variant="KN100").id != masks.id
    assert make_stock(session, hall, window_id=hall.a02).id != masks.id
    assert make_stock(session, hall, by=hall.officer, location_id=hall.floor).id != masks.id


def test_the_database_itself_refuses_the_same_stock_twice(session: Session, masks: Stock) -> None:
    again = Stock(site_id=masks.site_id, kind=masks.kind, variant="KN95", window_id=masks.window_id)
    session.add(again)
    with pytest.raises(IntegrityError):
        session.flush()


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"kind": "extinguisher-abc"}, KindNotStocked),
        ({"kind": "never-heard-of"}, KindNotStocked),
        ({"window_id": None}, StockPlaceMissing),
        ({"minimum": -1}, QuantityNotPossible),
        ({"minimum": 10**9}, QuantityNotPossible),
        ({"minimum": 2.5}, QuantityNotPossible),
        ({"variant": "x" * 65}, TextTooLong),
        ({"custodian_id": 10**6}, CustodianUnknown),
        ({"location_id": 10**6}, PlaceUnknown),
        ({"window_id": 10**6}, PlaceUnknown),
    ],
)
def test_a_stock_is_of_something_somewhere(
    session: Session, hall: Cast, facts: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        make_stock(session, hall, by=hall.officer, **facts)


def test_goggles_may_be_a_stock_too(session: Session, hall: Cast) -> None:
    assert make_stock(session, hall, kind="goggles", unit=Unit.PAIR).is_active


@pytest.mark.parametrize("who", ["staff", "manager", "administrator", "other_lead", "third_party"])
def test_who_may_not_keep_a_stock(session: Session, hall: Cast, masks: Stock, who: str) -> None:
    actor = getattr(hall, who)
    with pytest.raises(NotAllowed):
        make_stock(session, hall, by=actor, variant="KN100")
    with pytest.raises((NotAllowed, NotFound)):
        fill(session, hall, masks.id, by=actor)


def test_a_lead_keeps_the_own_windows_and_the_officer_all(session: Session, hall: Cast) -> None:
    with pytest.raises(NotAllowed):
        make_stock(session, hall, by=hall.lead, location_id=hall.floor)
    with pytest.raises(NotAllowed):
        make_stock(session, hall, by=hall.lead, window_id=hall.a03)
    make_stock(session, hall, by=hall.officer, location_id=hall.floor)
    make_stock(session, hall, by=hall.officer, window_id=hall.a03)


def test_another_hall_sees_nothing(session: Session, hall: Cast, masks: Stock) -> None:
    for stock_id in (masks.id, 0, -1, 2**40):
        with pytest.raises(NotFound):
            fill(session, hall, stock_id, by=hall.foreign_manager)


def change(session: Session, hall: Cast, stock_id: int, **facts: Any) -> Stock:
    """A change of the minimum alone, unless said otherwise."""
    found = session.get_one(Stock, stock_id)
    given = {
        "minimum": found.minimum, "custodian_id": found.custodian_id, "unit": Unit(found.unit),
        "is_reusable": found.is_reusable, "variant": found.variant, "now": NOW,
    }  # fmt: skip
    return stock.change_stock(session, hall.lead, stock_id, **{**given, **facts})


def test_a_stock_is_changed_by_whoever_saw_its_last_state(
    session: Session, hall: Cast, masks: Stock
) -> None:
    seen = masks.row_version
    change(session, hall, masks.id, minimum=5, custodian_id=hall.staff.user_id, row_version=seen)
    assert (masks.minimum, masks.custodian_id) == (5, hall.staff.user_id)
    with pytest.raises(StockChanged):
        change(session, hall, masks.id, minimum=50, row_version=seen)
    with pytest.raises(QuantityNotPossible):
        change(session, hall, masks.id, minimum=-5)
    assert masks.minimum == 5


def test_what_people_signed_for_keeps_its_name_and_unit(
    session: Session, hall: Cast, masks: Stock
) -> None:
    other = make_stock(session, hall, variant="KN90")
    with pytest.raises(StockExists):
        change(session, hall, masks.id, variant="kn90")
    change(session, hall, masks.id, variant="KN100", unit=Unit.BOX)
    fill(session, hall, masks.id)
    hand_out(session, hall, masks.id)
    for facts in ({"variant": "KN95"}, {"unit": Unit.PIECE}):
        with pytest.raises(StockInUse):
            change(session, hall, masks.id, **facts)
    assert (masks.variant, masks.unit, other.variant) == ("KN100", "box", "KN90")


def test_a_stock_is_closed_when_nothing_is_left_and_opened_again(
    session: Session, hall: Cast, masks: Stock
) -> None:
    batch = fill(session, hall, masks.id, 4)
    with pytest.raises(StockNotEmpty, match="4"):
        stock.close_stock(session, hall.lead, masks.id, now=NOW)
    stock.discard(
        session, hall.lead, masks.id, batch_id=batch.id, quantity=4, reason="受潮", now=NOW
    )
    stock.close_stock(session, hall.lead, masks.id, now=NOW)
    with pytest.raises(StockClosed):
        fill(session, hall, masks.id)
    assert make_stock(session, hall, minimum=3).id == masks.id
    assert masks.is_active and masks.minimum == 3


def test_what_people_still_have_keeps_a_stock_open(session: Session, hall: Cast) -> None:
    goggles = make_stock(session, hall, kind="goggles", unit=Unit.PAIR, is_reusable=True)
    fill(session, hall, goggles.id, 2)
    hand_out(session, hall, goggles.id, 2)
    with pytest.raises(StockStillHeld):
        stock.close_stock(session, hall.lead, goggles.id, now=NOW)
    stock.give_back(
        session, hall.lead, goggles.id, person_id=hall.staff.user_id, quantity=2,
        discard_because="丢失", now=NOW,
    )  # fmt: skip
    stock.close_stock(session, hall.lead, goggles.id, now=NOW)
    assert not goggles.is_active and left(session, goggles.id) == 0


# Receipts


def test_a_receipt_is_a_batch_of_its_own(session: Session, hall: Cast, masks: Stock) -> None:
    first = fill(session, hall, masks.id, 20, lot=" 20260301 ", received_on=TODAY - A_DAY)
    second = fill(session, hall, masks.id, 5, None)
    assert (first.lot, first.received_on, first.quantity) == ("20260301", TODAY - A_DAY, 20)
    assert second.id != first.id and second.expires_on is None
    assert left(session, masks.id) == 25


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"quantity": 0}, QuantityNotPossible),
        ({"quantity": -5}, QuantityNotPossible),
        ({"quantity": 10**9}, QuantityNotPossible),
        ({"quantity": 1.5}, QuantityNotPossible),
        ({"quantity": True}, QuantityNotPossible),
        ({"received_on": TODAY + A_DAY}, DayAhead),
        ({"expires_on": TODAY}, ExpiredOnArrival),
        ({"expires_on": TODAY - A_DAY}, ExpiredOnArrival),
        ({"expires_on": TODAY - 9 * A_DAY, "received_on": TODAY - 9 * A_DAY}, ExpiredOnArrival),
        ({"lot": "x" * 65}, TextTooLong),
        ({"note": "x" * 201}, TextTooLong),
    ],
)
def test_what_cannot_be_received(
    session: Session, hall: Cast, masks: Stock, facts: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        fill(session, hall, masks.id, **{"quantity": 1, **facts})
    assert left(session, masks.id) == 0


def test_what_lay_here_before_may_have_expired_since(
    session: Session, hall: Cast, masks: Stock
) -> None:
    fill(session, hall, masks.id, 3, TODAY - A_DAY, received_on=TODAY - 900 * A_DAY)
    assert left(session, masks.id) == 3


# Issues


def test_what_expires_first_is_issued_first_and_the_expired_never(
    session: Session, hall: Cast, masks: Stock
) -> None:
    lasting = fill(session, hall, masks.id, 10, None)
    late = fill(session, hall, masks.id, 10, NEXT_YEAR)
    early = fill(session, hall, masks.id, 3, TODAY + A_DAY)
    ended = fill(session, hall, masks.id, 9, TODAY, received_on=TODAY - A_DAY)
    hand_out(session, hall, masks.id, 5)
    found = [session.get_one(Batch, one.id).quantity for one in (ended, early, late, lasting)]
    assert found == [9, 0, 8, 10]
    with pytest.raises(NotEnough, match="18"):
        hand_out(session, hall, masks.id, 19)
    hand_out(session, hall, masks.id, 18)
    with pytest.raises(NoneLeft):
        hand_out(session, hall, masks.id, 1)
    assert left(session, masks.id) == 9


def test_one_signature_covers_all_batches_of_an_issue(
    session: Session, hall: Cast, masks: Stock
) -> None:
    fill(session, hall, masks.id, 2, TODAY + A_DAY)
    fill(session, hall, masks.id, 5)
    move = hand_out(session, hall, masks.id, 4, note="清扫档案室", client_key="k1")
    parts = session.scalars(select(StockMove).where(StockMove.part_of_id == move.id)).all()
    assert [move.quantity, *(one.quantity for one in parts)] == [-2, -2]
    assert "strokes" in json.loads(move.signature) and not parts[0].signature
    assert {one.person_id for one in (move, *parts)} == {hall.staff.user_id}
    assert (move.note, move.on_date, move.at) == ("清扫档案室", TODAY, NOW)


def test_the_receiver_signs_and_may_be_anybody_of_the_hall(
    session: Session, hall: Cast, masks: Stock
) -> None:
    fill(session, hall, masks.id)
    move = hand_out(session, hall, masks.id, to=hall.third_party, signature=Typed("赵国强"))
    assert json.loads(move.signature) == {"typed": "赵国强"}
    with pytest.raises(SignatureNotOwnName, match="赵国强"):
        hand_out(session, hall, masks.id, to=hall.third_party, signature=Typed("刘洋"))
    with pytest.raises(SignatureInvalid):
        hand_out(session, hall, masks.id, signature=Drawn([[[1, 1], [2, 2]]], 300, 100))
    with pytest.raises(ReceiverUnknown):
        hand_out(session, hall, masks.id, to=hall.foreign_manager)
    session.get_one(User, hall.staff.user_id).is_active = False
    session.flush()
    with pytest.raises(ReceiverUnknown):
        hand_out(session, hall, masks.id)
    assert left(session, masks.id) == 19


def test_the_same_press_twice_is_one_issue(session: Session, hall: Cast, masks: Stock) -> None:
    fill(session, hall, masks.id, 3, TODAY + A_DAY)
    fill(session, hall, masks.id, 9)
    first = hand_out(session, hall, masks.id, 5, client_key="press")
    assert hand_out(session, hall, masks.id, 5, client_key="press").id == first.id
    assert left(session, masks.id) == 7
    for quantity, to in ((4, hall.staff), (5, hall.lead)):
        with pytest.raises(AlreadyRecorded):
            hand_out(session, hall, masks.id, quantity, to=to, client_key="press")
    with pytest.raises(AlreadyRecorded):
        stock.receive(session, hall.lead, masks.id, quantity=5, client_key="press", now=NOW)


# Returns


@pytest.fixture
def goggles(session: Session, hall: Cast) -> Stock:
    """Eight pairs at A01 in two batches; `staff` has three of both, `lead` one."""
    found = make_stock(session, hall, kind="goggles", unit=Unit.PAIR, is_reusable=True, minimum=2)
    fill(session, hall, found.id, 2, NEXT_YEAR, lot="old")
    fill(session, hall, found.id, 6, NEXT_YEAR + A_DAY, lot="new")
    hand_out(session, hall, found.id, 3)
    hand_out(session, hall, found.id, 1, to=hall.lead)
    return found


def back(session: Session, hall: Cast, stock_id: int, quantity: int, **facts: Any) -> StockMove:
    """Something `staff` gives back."""
    given = {"person_id": hall.staff.user_id, "now": NOW}
    return stock.give_back(session, hall.lead, stock_id, quantity=quantity, **{**given, **facts})


def test_what_is_given_back_goes_to_its_batch(session: Session, hall: Cast, goggles: Stock) -> None:
    back(session, hall, goggles.id, 2)
    held = session.execute(select(Batch.lot, Batch.quantity).where(Batch.stock_id == goggles.id))
    assert dict(held.all()) == {"old": 2, "new": 4}
    assert stock.outstanding(session, goggles.id) == {
        hall.staff.user_id: 1, hall.lead.user_id: 1
    }  # fmt: skip
    assert left(session, goggles.id) == 6


def test_worn_out_is_discarded_with_its_reason(
    session: Session, hall: Cast, goggles: Stock
) -> None:
    head = back(session, hall, goggles.id, 2, discard_because="镜片划伤", client_key="k")
    assert back(session, hall, goggles.id, 2, discard_because="镜片划伤", client_key="k") == head
    assert left(session, goggles.id) == 4
    rows = session.scalars(
        select(StockMove).where(StockMove.part_of_id == head.id).order_by(StockMove.id)
    ).all()
    gone = [one for one in rows if one.step == StockStep.DISCARD]
    assert sum(one.quantity for one in gone) == -2 and {one.note for one in gone} == {"镜片划伤"}
    assert stock.outstanding(session, goggles.id, hall.staff.user_id) == {hall.staff.user_id: 1}


def test_nobody_gives_back_more_than_they_got(session: Session, hall: Cast, goggles: Stock) -> None:
    with pytest.raises(NotHeld, match="王晓燕"):
        back(session, hall, goggles.id, 4)
    with pytest.raises(NotHeld):
        back(session, hall, goggles.id, 1, person_id=hall.officer.user_id)
    with pytest.raises(QuantityNotPossible):
        back(session, hall, goggles.id, 0)
    assert left(session, goggles.id) == 4


def test_who_has_left_may_still_give_back(session: Session, hall: Cast, goggles: Stock) -> None:
    session.get_one(User, hall.staff.user_id).is_active = False
    session.flush()
    back(session, hall, goggles.id, 3)
    assert left(session, goggles.id) == 7


# Counts


def counted(session: Session, hall: Cast, stock_id: int, *numbers: int, **facts: Any) -> StockMove:
    """These numbers, in the order of the batches."""
    batches = session.scalars(
        select(Batch.id).where(Batch.stock_id == stock_id, Batch.quantity > 0).order_by(Batch.id)
    ).all()
    found = dict(zip(batches, numbers, strict=False))
    return stock.count(session, hall.lead, stock_id, counted=found, now=NOW, **facts)


def test_a_difference_needs_a_reason_and_is_a_move(
    session: Session, hall: Cast, masks: Stock
) -> None:
    fill(session, hall, masks.id, 20)
    fill(session, hall, masks.id, 10)
    with pytest.raises(DifferenceUnexplained) as refused:
        counted(session, hall, masks.id, 18, 11)
    assert "实盘 18，账面 20；" in refused.value.message()
    with pytest.raises(DifferenceUnexplained):
        counted(session, hall, masks.id, 18, 11, reason="  ")
    counted(session, hall, masks.id, 18, 11, reason="领用未登记", client_key="c")
    counted(session, hall, masks.id, 18, 11, reason="领用未登记", client_key="c")
    assert left(session, masks.id) == 29
    moves = session.scalars(select(StockMove).where(StockMove.step == StockStep.COUNT)).all()
    assert sorted(one.quantity for one in moves) == [-2, 1]
    assert {one.note for one in moves} == {"领用未登记"}


def test_a_count_that_agrees_is_recorded_too(session: Session, hall: Cast, masks: Stock) -> None:
    fill(session, hall, masks.id, 20)
    move = counted(session, hall, masks.id, 20)
    assert (move.quantity, move.batch_id, move.step) == (0, None, StockStep.COUNT)
    assert left(session, masks.id) == 20


def test_every_batch_is_counted_and_none_below_nothing(
    session: Session, hall: Cast, masks: Stock
) -> None:
    fill(session, hall, masks.id, 20)
    fill(session, hall, masks.id, 10)
    with pytest.raises(CountIncomplete):
        counted(session, hall, masks.id, 20)
    with pytest.raises(QuantityNotPossible):
        counted(session, hall, masks.id, 20, -1, reason="x")
    with pytest.raises(BatchUnknown):
        stock.count(session, hall.lead, masks.id, counted={10**6: 1}, now=NOW)
    counted(session, hall, masks.id, 0, 0, reason="被盗")
    assert left(session, masks.id) == 0


def test_what_moved_during_a_count_is_told(session: Session, hall: Cast, masks: Stock) -> None:
    fill(session, hall, masks.id, 20)
    seen = session.scalar(select(func.max(StockMove.id))) or 0
    hand_out(session, hall, masks.id, 2)
    with pytest.raises(StockMoved) as refused:
        counted(session, hall, masks.id, 20, seen=seen)
    assert "刘洋" in refused.value.message() and "领用" in refused.value.message()
    assert left(session, masks.id) == 18


# Discarding


def test_discarding_needs_a_reason_and_takes_what_is_there(
    session: Session, hall: Cast, masks: Stock
) -> None:
    batch = fill(session, hall, masks.id, 5, TODAY - A_DAY, received_on=TODAY - 99 * A_DAY)

    def discard(quantity: int, reason: str, batch_id: int = batch.id) -> StockMove:
        return stock.discard(
            session, hall.lead, masks.id, batch_id=batch_id, quantity=quantity, reason=reason,
            client_key=f"d{quantity}", now=NOW,
        )  # fmt: skip

    with pytest.raises(TextMissing):
        discard(5, " ")
    with pytest.raises(NotEnough, match="5"):
        discard(6, "过期")
    with pytest.raises(BatchUnknown):
        discard(1, "过期", 10**6)
    assert discard(4, "过期").id == discard(4, "过期").id
    discard(1, "过期")
    with pytest.raises(BatchUnknown):
        discard(2, "过期")
    assert left(session, masks.id) == 0


def test_the_database_itself_refuses_less_than_nothing(
    session: Session, hall: Cast, masks: Stock
) -> None:
    batch = fill(session, hall, masks.id, 5)
    batch.quantity = -1
    with pytest.raises(IntegrityError):
        session.flush()


def test_every_step_is_in_the_journal(session: Session, hall: Cast, masks: Stock) -> None:
    fill(session, hall, masks.id, 5)
    hand_out(session, hall, masks.id)
    counted(session, hall, masks.id, 4)
    found = session.execute(
        select(journal.Entry.action, journal.Entry.object_id).where(journal.Entry.object == "stock")
    ).all()
    assert [tuple(one) for one in found] == [
        (f"equipment:stock_{step}", masks.id) for step in ("add", "receive", "issue", "count")
    ]
    assert journal.first_break(session) is None


# Custodians and windows


def test_stocks_go_to_another_custodian(session: Session, hall: Cast, masks: Stock) -> None:
    change(session, hall, masks.id, custodian_id=hall.staff.user_id)
    (held,) = stock.held_stocks(session, hall.site_id, hall.staff.user_id, TODAY)
    assert (held.key, held.text, held.window_id) == (str(masks.id), "防尘口罩 KN95", hall.a01)
    old, new = hall.staff.user_id, hall.lead.user_id
    stock.hand_over_stocks(session, None, [held.key], old, new, now=NOW)
    assert masks.custodian_id == new
    assert not stock.held_stocks(session, hall.site_id, old, TODAY)


def test_a_stock_goes_on_in_the_window_that_takes_over(
    session: Session, hall: Cast, masks: Stock
) -> None:
    fill(session, hall, masks.id, 5)
    joined = make_stock(session, hall, window_id=hall.a02)
    fill(session, hall, joined.id, 7)
    alone = make_stock(session, hall, variant="KN100")
    stock.merge_stocks(session, None, hall.a01, hall.a02, NOW)
    assert left(session, joined.id) == 12 and joined.is_active
    assert left(session, masks.id) == 0 and not masks.is_active
    assert alone.window_id == hall.a02 and alone.is_active


# What wants something


def wants(session: Session, hall: Cast, today: date = TODAY) -> list[stock.Shortage]:
    """What the nightly job is told."""
    return stock.shortages(session, hall.site_id, today)


def test_a_stock_in_order_wants_nothing(session: Session, hall: Cast, masks: Stock) -> None:
    fill(session, hall, masks.id, 10)
    make_stock(session, hall, variant="KN100", minimum=0)
    assert not wants(session, hall)
    assert stock.shortage_of(session, hall.site_id, masks.id, TODAY) is None


def test_one_entry_says_all_that_a_stock_wants(session: Session, hall: Cast, masks: Stock) -> None:
    fill(session, hall, masks.id, 4, TODAY, received_on=TODAY - 99 * A_DAY)
    fill(session, hall, masks.id, 9, TODAY + 30 * A_DAY)
    (found,) = wants(session, hall)
    assert found.wants == (stock.Want.EXPIRED, stock.Want.SHORT, stock.Want.EXPIRING)
    assert found.what == (
        "防尘口罩 KN95（A01 综合窗口）：4 个已过期；可用 9 个，最低存量 10；"
        "9 个即将到期，最早 2026年12月23日到期"
    )
    assert found.what_en == (
        "Dust mask KN95 (A01 General services): 4 pieces expired; 9 pieces fit for use, at least"
        " 10 are wanted; 9 pieces soon expire, the first on 23 Dec 2026"
    )
    assert stock.shortage_of(session, hall.site_id, masks.id, TODAY) == found
    with use_language("en"):
        assert wants(session, hall) == [found]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (31, ()),
        (30, (stock.Want.EXPIRING,)),
        (1, (stock.Want.EXPIRING,)),
        (0, (stock.Want.EXPIRED, stock.Want.SHORT)),
    ],
)
def test_a_batch_is_told_thirty_days_before_it_ends(
    session: Session, hall: Cast, masks: Stock, days: int, expected: tuple[stock.Want, ...]
) -> None:
    fill(session, hall, masks.id, 10, NEXT_YEAR)
    found = wants(session, hall, NEXT_YEAR - days * A_DAY)
    assert [one.wants for one in found] == ([expected] if expected else [])


def test_closed_stocks_and_other_halls_want_nothing(
    session: Session, hall: Cast, masks: Stock
) -> None:
    assert not stock.shortages(session, hall.foreign_site_id, TODAY)
    assert stock.shortage_of(session, hall.foreign_site_id, masks.id, TODAY) is None
    stock.close_stock(session, hall.lead, masks.id, now=NOW)
    assert not wants(session, hall)
    assert stock.shortage_of(session, hall.site_id, masks.id, TODAY) is None


def test_a_window_out_of_use_keeps_its_stock(session: Session, hall: Cast, masks: Stock) -> None:
    fill(session, hall, masks.id, 10)
    session.get_one(Window, hall.a01).is_active = False
    session.flush()
    hand_out(session, hall, masks.id)
    assert left(session, masks.id) == 9


def test_an_error_says_what_is_there_in_both_languages(
    session: Session, hall: Cast, masks: Stock
) -> None:
    fill(session, hall, masks.id, 3)
    said: dict[str, str] = {}
    for language in ("zh_CN", "en"):
        with use_language(language), pytest.raises(NotEnough) as refused:
            hand_out(session, hall, masks.id, 4)
        with use_language(language):
            said[language] = refused.value.message()
    assert "3 个" in said["zh_CN"] and "3 pieces" in said["en"]


# Who sees what


def test_everybody_sees_the_stocks_in_reach_and_in_keeping(session: Session, hall: Cast) -> None:
    at_a01 = make_stock(session, hall)
    at_a03 = make_stock(session, hall, by=hall.officer, window_id=hall.a03)
    common = make_stock(session, hall, by=hall.officer, location_id=hall.floor)

    def seen(actor: Actor) -> set[int]:
        return {one.id for one in stock_views.list_stocks(session, actor, today=TODAY)}

    everything = {at_a01.id, at_a03.id, common.id}
    for actor in (hall.lead, hall.officer, hall.manager, hall.administrator):
        assert seen(actor) == everything
    assert seen(hall.staff) == {at_a01.id, common.id}
    assert seen(hall.third_party) == seen(hall.foreign_manager) == set()
    at_a03.custodian_id = hall.staff.user_id
    session.flush()
    assert seen(hall.staff) == everything


def test_the_record_of_a_person_tells_what_is_in_hand_since_when(
    session: Session, hall: Cast, goggles: Stock, masks: Stock
) -> None:
    fill(session, hall, masks.id, 20)
    hand_out(session, hall, masks.id, 5)
    later = NOW + timedelta(days=9)
    hand_out(session, hall, goggles.id, 2, now=later)
    back(session, hall, goggles.id, 3, now=later)
    found = stock_views.person_record(session, hall.staff, hall.staff.user_id, today=later.date())
    assert [(one.stock.title, one.quantity, one.since) for one in found.holds] == [
        ("护目镜 KN95", 2, later.date())
    ]
    assert [(one.stock.title, one.quantity) for one in found.used] == [("防尘口罩 KN95", 5)]
    assert [move.quantity for _row, move in found.moves] == [3, -2, -5, -3]
    with pytest.raises(NotAllowed):
        stock_views.person_record(session, hall.staff, hall.lead.user_id, today=TODAY)
    with pytest.raises(NotFound):
        stock_views.person_record(session, hall.officer, 2**40, today=TODAY)


def test_one_press_on_several_batches_is_one_line(
    session: Session, hall: Cast, goggles: Stock
) -> None:
    back(session, hall, goggles.id, 3, discard_because="镜片划伤")
    detail = stock_views.get_stock(session, hall.lead, goggles.id, today=TODAY)
    line = detail.moves[0]
    assert (line.step, line.quantity, line.discarded, line.note) == ("return", 3, 3, "镜片划伤")
    assert line.lots == (("old", 2), ("new", 1)) and line.person == "王晓燕"
    assert [one.name for one in detail.holders] == ["李敏"]
    assert [(one.lot, one.quantity) for one in detail.batches] == [("new", 4)]


@pytest.mark.parametrize("n", [1.5, True])
def test_half_a_piece_goes_nowhere(session: Session, hall: Cast, masks: Stock, n: float) -> None:
    fill(session, hall, masks.id, 20)
    half: Any = n
    with pytest.raises(QuantityNotPossible) as refused:
        hand_out(session, hall, masks.id, half)
    assert "整数" in refused.value.message()
    with pytest.raises(QuantityNotPossible):
        counted(session, hall, masks.id, half)
    assert left(session, masks.id) == 20
