"""One stock with all there is to see of it, and the face of what pages and papers show."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from equipment.models import Stock, StockMove, StockStep
from equipment.service.stock_batches import last_move
from equipment.service.stock_keeping import known_id
from equipment.service.stock_people import (
    Holder,
    PersonRecord,
    Received,
    holders_of,
    people_near,
    person_record,
    require_record,
)
from equipment.service.stock_rows import (
    Article,
    BatchRow,
    MoveRow,
    StockRow,
    articles,
    batches_of,
    heads,
    list_stocks,
    moves_between,
    rows_of,
    stock_places,
    stocked_kinds,
    told,
    visible_to,
)
from safety_app.core.access import Actor
from safety_app.core.errors import NotFound

LATEST: Final = 30

__all__ = [
    "LATEST",
    "Article",
    "BatchRow",
    "Holder",
    "MoveRow",
    "PersonRecord",
    "Received",
    "StockDetail",
    "StockRow",
    "articles",
    "batches_of",
    "get_stock",
    "holders_of",
    "list_stocks",
    "moves_between",
    "people_near",
    "person_record",
    "require_record",
    "stock_places",
    "stocked_kinds",
]


@dataclass(frozen=True, slots=True)
class StockDetail:
    """One stock: its batches, who has what of it, the last moves and the id of the last."""

    row: StockRow
    kind: str
    variant: str
    window_id: int | None
    custodian_id: int | None
    row_version: int
    was_issued: bool
    batches: tuple[BatchRow, ...]
    holders: tuple[Holder, ...]
    moves: tuple[MoveRow, ...]
    has_more: bool
    last_move: int
    counted_on: date | None
    checked_on: date | None


def get_stock(
    session: Session, actor: Actor, stock_id: int, *, today: date, most: int = LATEST
) -> StockDetail:
    """One stock, also one that was closed."""
    query = select(Stock).where(Stock.id == known_id(stock_id), visible_to(actor))
    stock = session.scalars(query).one_or_none()
    if stock is None:
        raise NotFound()
    moves = heads(session, StockMove.stock_id == stock.id, most + 1)
    issued = select(StockMove.id).where(
        StockMove.stock_id == stock.id, StockMove.step == StockStep.ISSUE
    )
    return StockDetail(
        row=rows_of(session, actor, [stock], today)[0],
        kind=stock.kind,
        variant=stock.variant,
        window_id=stock.window_id,
        custodian_id=stock.custodian_id,
        row_version=stock.row_version,
        was_issued=session.scalar(issued.limit(1)) is not None,
        batches=tuple(batches_of(session, stock.id, today)),
        holders=tuple(holders_of(session, stock.id)) if stock.is_reusable else (),
        moves=tuple(told(session, moves[:most])),
        has_more=len(moves) > most,
        last_move=last_move(session, stock.id),
        counted_on=_last(session, stock.id, StockStep.COUNT),
        checked_on=_last(session, stock.id, StockStep.CHECK),
    )


def _last(session: Session, stock_id: int, step: StockStep) -> date | None:
    """The last day of a step."""
    query = select(func.max(StockMove.on_date)).where(
        StockMove.stock_id == stock_id, StockMove.step == step
    )
    return session.scalar(query)
