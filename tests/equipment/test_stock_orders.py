"""Stocks in any order and from several hands at once: never below nothing, every move counts."""

from collections.abc import Callable
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from equipment.models import Batch, Stock, StockMove, StockStep
from equipment.service import stock
from equipment.stock_errors import (
    BatchUnknown,
    NoneLeft,
    NotEnough,
    NotHeld,
    StockExists,
    StockMoved,
)
from equipment.units import Unit
from safety_app.core.access import Actor
from safety_app.core.db import Database, reading, transaction
from safety_app.core.errors import AppError
from safety_app.features import features
from tests.cast import NOW, TODAY, Cast
from tests.equipment.stocks import fill, hand_out, left, make_stock
from tests.hazards.test_concurrency import at_once

features()
A_DAY = timedelta(days=1)
STEPS = st.sampled_from([step for step in StockStep if step != StockStep.CHECK])
NUMBERS = st.integers(0, 12)
Order = tuple[StockStep, int, int, int]


def take(session: Session, hall: Cast, stock_id: int, order: Order, day: int) -> None:
    """One step on one of the batches, by or for one of two people."""
    step, number, which, who = order
    now, person = NOW + day * A_DAY, (hall.staff, hall.lead)[who]
    batches = session.scalars(
        select(Batch).where(Batch.stock_id == stock_id, Batch.quantity > 0).order_by(Batch.id)
    ).all()
    batch = batches[which % len(batches)] if batches else None
    match step:
        case StockStep.RECEIVE:
            ends = None if which == 0 else TODAY + (day + which) * A_DAY
            fill(session, hall, stock_id, number, ends, now=now)
        case StockStep.ISSUE:
            hand_out(session, hall, stock_id, number, to=person, now=now)
        case StockStep.RETURN:
            stock.give_back(
                session, hall.lead, stock_id, person_id=person.user_id, quantity=number,
                discard_because="坏" if which % 2 else "", now=now,
            )  # fmt: skip
        case StockStep.COUNT:
            counted = {one.id: one.quantity for one in batches}
            if batch is not None:
                counted[batch.id] = number
            stock.count(session, hall.lead, stock_id, counted=counted, reason="盘点", now=now)
        case StockStep.DISCARD:
            stock.discard(
                session, hall.lead, stock_id, batch_id=batch.id if batch else 0, quantity=number,
                reason="坏", now=now,
            )  # fmt: skip


def expected(step: StockStep, number: int, which: int, before: int, counted: int) -> int:
    """What must be there after a step that was not refused, said by adding up."""
    match step:
        case StockStep.RECEIVE:
            return before + number
        case StockStep.RETURN:
            return before if which % 2 else before + number
        case StockStep.COUNT:
            return before - counted + number if before else before
        case _:
            return before - number


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    orders=st.lists(st.tuples(STEPS, NUMBERS, st.integers(0, 3), st.integers(0, 1)), max_size=25)
)
def test_the_moves_add_up_to_what_is_there_whatever_the_order(
    session: Session, hall: Cast, orders: list[Order]
) -> None:
    whole = session.begin_nested()
    goggles = make_stock(session, hall, kind="goggles", unit=Unit.PAIR, is_reusable=True)
    fill(session, hall, goggles.id, 6, TODAY + 5 * A_DAY)
    for day, order in enumerate(orders):
        step, number, which, _who = order
        before = left(session, goggles.id)
        held = sum(stock.outstanding(session, goggles.id).values())
        batches = session.scalars(
            select(Batch.quantity)
            .where(Batch.stock_id == goggles.id, Batch.quantity > 0)
            .order_by(Batch.id)
        ).all()
        counted = batches[which % len(batches)] if batches else 0
        one = session.begin_nested()
        try:
            take(session, hall, goggles.id, order, day)
        except AppError:
            one.rollback()
            assert left(session, goggles.id) == before
            continue
        one.commit()
        after = left(session, goggles.id)
        assert after == expected(step, number, which, before, counted)
        change = {StockStep.ISSUE: number, StockStep.RETURN: -number}.get(step, 0)
        assert sum(stock.outstanding(session, goggles.id).values()) == held + change >= 0
    whole.rollback()


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    batches=st.lists(st.tuples(st.integers(1, 6), st.integers(-3, 40)), max_size=6),
    quantity=st.integers(1, 20),
)
def test_nothing_expired_goes_out_and_nothing_later_before_the_earlier(
    session: Session, hall: Cast, batches: list[tuple[int, int]], quantity: int
) -> None:
    whole = session.begin_nested()
    masks = make_stock(session, hall)
    for number, ends in batches:
        fill(session, hall, masks.id, number, TODAY + ends * A_DAY, received_on=TODAY - 9 * A_DAY)
    usable = sum(number for number, ends in batches if ends > 0)
    try:
        hand_out(session, hall, masks.id, quantity)
    except (NotEnough, NoneLeft):
        assert quantity > usable
    else:
        assert quantity <= usable
    rows = session.scalars(select(Batch).where(Batch.stock_id == masks.id)).all()
    given_out = {
        move.batch_id: -move.quantity
        for move in session.scalars(select(StockMove).where(StockMove.step == StockStep.ISSUE))
    }
    told = [(row.expires_on or TODAY, given_out.get(row.id, 0), row.quantity) for row in rows]
    assert all(not out for on, out, _rest in told if on <= TODAY)
    last = max((on for on, out, _rest in told if out), default=TODAY)
    assert all(not rest for on, _out, rest in told if TODAY < on < last)
    whole.rollback()


def inside(action: Callable[[Session], object]) -> Callable[[], object]:
    """The action in a transaction of its own."""

    def run() -> object:
        with transaction() as session:
            return action(session)

    return run


def filled(hall: Cast, quantity: int = 5) -> int:
    """A stock that everybody takes from."""
    with transaction() as session:
        masks = make_stock(session, hall)
        fill(session, hall, masks.id, quantity)
        return masks.id


def there(stock_id: int) -> int:
    """What is left at the end."""
    with reading() as session:
        return left(session, stock_id)


def test_ten_people_who_take_at_once_get_no_more_than_there_is(
    database: Database, hall: Cast
) -> None:
    masks = filled(hall, 5)

    def take_one(by: Actor) -> Callable[[], object]:
        return inside(lambda s: hand_out(s, hall, masks, by=by))

    found = at_once([take_one(hall.lead), take_one(hall.officer)] * 5)
    refused = [one for one in found if isinstance(one, Exception)]
    assert len(refused) == 5 and {type(one) for one in refused} == {NoneLeft}
    assert there(masks) == 0


def test_one_press_that_comes_many_times_at_once_is_one_move(
    database: Database, hall: Cast
) -> None:
    masks = filled(hall)
    found = at_once([inside(lambda s: hand_out(s, hall, masks, 2, client_key="k").id)] * 6)
    assert len(set(map(str, found))) == 1 and there(masks) == 3


def test_issue_count_and_discard_at_once_agree_in_the_end(database: Database, hall: Cast) -> None:
    masks = filled(hall, 4)
    with reading() as session:
        batch = session.scalars(select(Batch.id)).one()
        seen = session.scalars(select(StockMove.id)).one()

    def discard(s: Session) -> object:
        return stock.discard(
            s, hall.lead, masks, batch_id=batch, quantity=4, reason="受潮", now=NOW
        )

    def count(s: Session) -> object:
        return stock.count(
            s, hall.officer, masks, counted={batch: 3}, reason="少一", seen=seen, now=NOW
        )

    found = at_once([inside(discard), inside(count), inside(lambda s: hand_out(s, hall, masks, 4))])
    refused = [one for one in found if isinstance(one, Exception)]
    assert all(
        isinstance(one, (NotEnough, NoneLeft, BatchUnknown, StockMoved)) for one in refused
    ), refused
    assert len(refused) < 3 and there(masks) >= 0


def test_two_returns_at_once_are_not_more_than_was_held(database: Database, hall: Cast) -> None:
    masks = filled(hall, 5)
    with transaction() as session:
        hand_out(session, hall, masks, 3)

    def back(s: Session) -> object:
        return stock.give_back(
            s, hall.officer, masks, person_id=hall.staff.user_id, quantity=2, now=NOW
        )

    found = at_once([inside(back)] * 4)
    assert sum(isinstance(one, NotHeld) for one in found) == 3
    assert there(masks) == 4


def test_of_two_who_set_up_the_same_stock_one_is_told(database: Database, hall: Cast) -> None:
    def add(by: Actor) -> Callable[[], object]:
        return inside(lambda s: make_stock(s, hall, by=by).id)

    found = at_once([add(hall.lead), add(hall.officer)] * 2)
    assert sum(isinstance(one, StockExists) for one in found) == 3
    with reading() as session:
        assert len(session.scalars(select(Stock)).all()) == 1


def test_one_who_changes_and_one_who_moves_do_not_undo_each_other(
    database: Database, hall: Cast
) -> None:
    masks = filled(hall, 5)

    def change(s: Session) -> object:
        return stock.change_stock(
            s, hall.lead, masks, minimum=2, custodian_id=None, is_reusable=False, variant="KN95",
            unit=Unit.PIECE, now=NOW,
        )  # fmt: skip

    found = at_once([inside(change), inside(lambda s: hand_out(s, hall, masks, 2))] * 2)
    assert not [one for one in found if isinstance(one, Exception)]
    with reading() as session:
        assert session.get_one(Stock, masks).minimum == 2
    assert there(masks) == 1
