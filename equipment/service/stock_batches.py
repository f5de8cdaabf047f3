"""What lies in the batches of a stock, and how much of which is taken."""

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from equipment.models import Batch, Stock, StockMove, StockStep

Part = tuple[Batch, int]
"""A batch and the change of what it holds."""


def last_move(session: Session, stock_id: int) -> int:
    """The id of the last move of a stock; 0 before the first."""
    query = select(func.max(StockMove.id)).where(StockMove.stock_id == stock_id)
    return session.scalar(query) or 0


def open_batches(session: Session, stock: Stock) -> Sequence[Batch]:
    """The batches of which something is left, what expires first at the front; held."""
    query = (
        select(Batch)
        .where(Batch.stock_id == stock.id, Batch.quantity > 0)
        .order_by(Batch.expires_on.nulls_last(), Batch.received_on, Batch.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).all()


def given_out(session: Session, stock: Stock, person_id: int) -> list[Part]:
    """What somebody has of each batch, what expires first at the front; held."""
    left = -func.sum(StockMove.quantity)
    query = (
        select(StockMove.batch_id, left)
        .where(
            StockMove.stock_id == stock.id,
            StockMove.person_id == person_id,
            StockMove.step.in_([StockStep.ISSUE, StockStep.RETURN]),
        )
        .group_by(StockMove.batch_id)
        .having(left > 0)
    )
    had = {batch_id: int(n) for batch_id, n in session.execute(query)}
    batches = session.scalars(
        select(Batch)
        .where(Batch.id.in_(had))
        .order_by(Batch.expires_on.nulls_last(), Batch.received_on, Batch.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return [(batch, had[batch.id]) for batch in batches]


def spread(sources: Iterable[Part], quantity: int) -> list[Part]:
    """So much of the first sources as makes up the quantity."""
    parts = []
    for batch, there in sources:
        part = min(there, quantity)
        if part:
            parts.append((batch, part))
            quantity -= part
    return parts
