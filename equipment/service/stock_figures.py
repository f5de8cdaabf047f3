"""Stocks for the managers' report: what was there at a cut-off, and what must be bought when."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from equipment.kinds import Kind
from equipment.models import Batch, Stock, StockMove
from equipment.service.asof import AsOf
from equipment.service.places import Places
from equipment.service.shortages import Level, level, stock_title

Batches = Sequence[tuple[date | None, int]]


@dataclass(frozen=True, slots=True)
class StockLine:
    """One stock; `buy` is how much must be bought anew, by the first day of the month.

    What has expired or is short of the minimum stands in the first month, what expires later in
    the month in which it does.
    """

    title: str
    place: str
    unit: str
    level: Level
    buy: Mapping[date, int]


def stock_lines(
    session: Session,
    site_id: int,
    asof: AsOf,
    kinds: Mapping[str, Kind],
    named: Places,
    months: Sequence[date],
) -> list[StockLine]:
    """The stocks in use or with something left, as their moves before the cut-off tell them.

    One that nothing was ever put into counts from now on.
    """
    query = select(Stock).where(Stock.site_id == site_id).order_by(Stock.kind, Stock.id)
    held, known = _held(session, site_id, asof)
    found = []
    for stock in session.scalars(query):
        batches = held.get(stock.id, [])
        if not (stock.is_active and known.get(stock.id, True)) and not batches:
            continue
        there = level(stock.minimum, batches, asof.day)
        line = StockLine(
            title=stock_title(kinds.get(stock.kind), stock),
            place=named.text(stock.window_id, stock.location_id),
            unit=stock.unit,
            level=there,
            buy=_buy(there, batches, asof.day, months),
        )
        found.append(line)
    return found


def _held(
    session: Session, site_id: int, asof: AsOf
) -> tuple[dict[int, list[tuple[date | None, int]]], dict[int, bool]]:
    """Expiry and quantity of what was left of each batch; which stocks were known by then."""
    moved = select(StockMove.stock_id, func.min(StockMove.at)).where(StockMove.site_id == site_id)
    first = session.execute(moved.group_by(StockMove.stock_id))
    known = {stock_id: at < asof.cutoff for stock_id, at in first}
    rows = session.execute(
        select(Batch.stock_id, Batch.expires_on, func.sum(StockMove.quantity))
        .join(StockMove, StockMove.batch_id == Batch.id)
        .where(Batch.site_id == site_id, StockMove.at < asof.cutoff)
        .group_by(Batch.id, Batch.stock_id, Batch.expires_on)
        .order_by(Batch.id)
    )
    held: dict[int, list[tuple[date | None, int]]] = defaultdict(list)
    for stock_id, expires_on, n in rows:
        if n:
            held[stock_id].append((expires_on, int(n)))
    return held, known


def _buy(there: Level, batches: Batches, day: date, months: Sequence[date]) -> dict[date, int]:
    """How much of it must be bought anew in which month."""
    found: Counter[date] = Counter()
    found[months[0]] += max(there.expired, there.minimum - there.usable, 0)
    for on, n in batches:
        if on is not None and on > day and on.replace(day=1) in months:
            found[on.replace(day=1)] += n
    return {month: n for month, n in sorted(found.items()) if n}


def purchases(lines: Sequence[StockLine]) -> list[tuple[date, str, str, int]]:
    """Month, article, unit and quantity of all that must be bought, summed up over the places."""
    found: Counter[tuple[date, str, str]] = Counter()
    for line in lines:
        for month, n in line.buy.items():
            found[month, line.title, line.unit] += n
    return [(*key, n) for key, n in sorted(found.items())]
