"""Stocks of protective equipment for tests."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from equipment.models import Batch, Stock, StockMove
from equipment.service import stock
from equipment.units import Unit
from safety_app.accounts.service import Drawn
from safety_app.core.access import Actor
from tests.cast import NOW, Cast

INK = Drawn([[[10, 10], [80, 60], [160, 20]], [[20, 90], [150, 95]]], 300, 120)
NEXT_YEAR = date(2027, 11, 30)


def make_stock(session: Session, hall: Cast, *, by: Actor | None = None, **facts: Any) -> Stock:
    """Masks at window A01 by its lead, at least ten, unless said otherwise."""
    given = {"kind": "dust-mask", "variant": "KN95", "unit": Unit.PIECE, "minimum": 10}
    if "location_id" not in facts:
        given["window_id"] = hall.a01
    return stock.add_stock(session, by or hall.lead, **{**given, **facts}, now=NOW)


def fill(
    session: Session,
    hall: Cast,
    stock_id: int,
    quantity: int = 20,
    expires_on: date | None = NEXT_YEAR,
    *,
    by: Actor | None = None,
    now: datetime = NOW,
    **facts: Any,
) -> Batch:
    """A batch that came in."""
    move = stock.receive(
        session, by or hall.officer, stock_id, quantity=quantity, expires_on=expires_on, now=now,
        **facts,
    )  # fmt: skip
    return session.get_one(Batch, move.batch_id)


def hand_out(
    session: Session,
    hall: Cast,
    stock_id: int,
    quantity: int = 1,
    *,
    to: Actor | None = None,
    by: Actor | None = None,
    now: datetime = NOW,
    **facts: Any,
) -> StockMove:
    """Something that somebody got and signed for."""
    facts = {"signature": INK, **facts}
    return stock.issue(
        session, by or hall.officer, stock_id, person_id=(to or hall.staff).user_id,
        quantity=quantity, now=now, **facts,
    )  # fmt: skip


def left(session: Session, stock_id: int) -> int:
    """What the batches hold; the moves must say the same, of each batch and of all."""
    by_moves = dict(
        session.execute(
            select(StockMove.batch_id, func.sum(StockMove.quantity))
            .where(StockMove.stock_id == stock_id, StockMove.batch_id.is_not(None))
            .group_by(StockMove.batch_id)
        ).all()
    )
    batches = select(Batch.id, Batch.quantity).where(Batch.stock_id == stock_id)
    held = dict(session.execute(batches).all())
    assert held == by_moves
    assert all(quantity >= 0 for quantity in held.values())
    return sum(held.values())
