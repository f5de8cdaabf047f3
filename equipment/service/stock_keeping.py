"""Stocks themselves: set up, changed, closed, and where they go with a window or a custodian."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from equipment.errors import PlaceUnknown
from equipment.models import Batch, Stock, StockMove, StockStep
from equipment.permissions import Permission
from equipment.service import rules
from equipment.service.checks import check_custodian, today_of
from equipment.service.shortages import stock_title
from equipment.stock_errors import (
    KindNotStocked,
    QuantityNotPossible,
    StockChanged,
    StockClosed,
    StockExists,
    StockInUse,
    StockNotEmpty,
    StockPlaceMissing,
    StockStillHeld,
)
from equipment.units import Unit, amount_text
from safety_app.core import clock, journal
from safety_app.core.access import Actor
from safety_app.core.errors import NotFound
from safety_app.core.feature import Held
from safety_app.core.i18n import N_
from safety_app.core.text import clean
from safety_app.workplace import service as workplace

WHO_KEEPS: Final = N_("The window lead or the safety officer")
MOST: Final = 100_000
"""More than any hall holds of one thing: a slip of the keyboard."""
LARGEST_ID: Final = 2**31 - 1


def add_stock(
    session: Session,
    actor: Actor,
    *,
    kind: str,
    unit: Unit,
    variant: str = "",
    window_id: int | None = None,
    location_id: int | None = None,
    minimum: int = 0,
    is_reusable: bool = False,
    custodian_id: int | None = None,
    now: datetime,
) -> Stock:
    """Set up the stock of a kind at a place; one that was closed there is opened again."""
    journal.lock(session)
    if window_id is None and location_id is None:
        raise StockPlaceMissing()
    actor.require(Permission.STOCK, window_id=window_id, who=WHO_KEEPS)
    _check_place(session, actor.site_id, window_id, location_id)
    _check_kind(session, actor.site_id, kind)
    check_minimum(minimum)
    check_custodian(session, actor.site_id, custodian_id, today_of(actor, now))
    named = clean(variant, field=N_("Model or size"), limit=64)
    stock = _same(session, actor.site_id, kind, named, window_id, location_id)
    if stock is not None and stock.is_active:
        raise StockExists()
    if stock is None:
        stock = Stock(
            site_id=actor.site_id, kind=kind, variant=named, window_id=window_id,
            location_id=location_id,
        )  # fmt: skip
        session.add(stock)
    stock.unit, stock.minimum, stock.is_active = Unit(unit), minimum, True
    stock.is_reusable, stock.custodian_id = is_reusable, custodian_id
    session.flush()
    _note(session, actor, "equipment:stock_add", stock, now)
    return stock


def change_stock(
    session: Session,
    actor: Actor,
    stock_id: int,
    *,
    minimum: int,
    custodian_id: int | None,
    is_reusable: bool,
    variant: str,
    unit: Unit,
    row_version: int | None = None,
    now: datetime,
) -> Stock:
    """Change a stock; what people have signed for keeps its name and unit."""
    stock = hold(session, actor, stock_id)
    compare_version(stock, row_version)
    check_minimum(minimum)
    if custodian_id != stock.custodian_id:
        check_custodian(session, actor.site_id, custodian_id, today_of(actor, now))
    named = clean(variant, field=N_("Model or size"), limit=64)
    if (named, unit) != (stock.variant, stock.unit):
        _rename(session, stock, named, unit)
    stock.minimum, stock.custodian_id, stock.is_reusable = minimum, custodian_id, is_reusable
    session.flush()
    _note(session, actor, "equipment:stock_change", stock, now)
    return stock


def close_stock(
    session: Session, actor: Actor, stock_id: int, *, row_version: int | None = None, now: datetime
) -> Stock:
    """End a stock of which nothing is left, neither here nor with anybody."""
    stock = hold(session, actor, stock_id)
    compare_version(stock, row_version)
    left = session.scalar(
        select(func.coalesce(func.sum(Batch.quantity), 0)).where(Batch.stock_id == stock.id)
    )
    if left:
        raise StockNotEmpty(amount=amount_text(left, stock.unit))
    out = sum(outstanding(session, stock.id).values()) if stock.is_reusable else 0
    if out:
        raise StockStillHeld(amount=amount_text(out, stock.unit))
    stock.is_active = False
    session.flush()
    _note(session, actor, "equipment:stock_close", stock, now)
    return stock


def hold(session: Session, actor: Actor, stock_id: int) -> Stock:
    """The stock as it is now, held for this transaction, if it is in this actor's hands."""
    journal.lock(session)
    query = select(Stock).where(Stock.id == known_id(stock_id), Stock.site_id == actor.site_id)
    held = query.with_for_update().execution_options(populate_existing=True)
    stock = session.scalars(held).one_or_none()
    if stock is None or not actor.may(Permission.VIEW, window_id=stock.window_id):
        raise NotFound()
    actor.require(Permission.STOCK, window_id=stock.window_id, who=WHO_KEEPS)
    if not stock.is_active:
        raise StockClosed()
    return stock


def may_check(actor: Actor, stock: Stock) -> bool:
    """Whether somebody may inspect a stock: who inspects there, keeps it, or looks after it."""
    return stock.site_id == actor.site_id and (
        stock.custodian_id == actor.user_id
        or actor.may(Permission.INSPECT, window_id=stock.window_id)
        or actor.may(Permission.STOCK, window_id=stock.window_id)
    )


def known_id(number: int) -> int:
    """A number that may be an id; PostgreSQL takes no larger one."""
    return number if 0 < number <= LARGEST_ID else 0


def outstanding(session: Session, stock_id: int, person_id: int | None = None) -> dict[int, int]:
    """What was issued of a stock and not given back, by person; of one only if asked for."""
    query = select(StockMove.person_id, -func.sum(StockMove.quantity)).where(
        StockMove.stock_id == stock_id,
        StockMove.step.in_([StockStep.ISSUE, StockStep.RETURN]),
        StockMove.person_id.is_not(None),
    )
    if person_id is not None:
        query = query.where(StockMove.person_id == person_id)
    rows = session.execute(query.group_by(StockMove.person_id))
    return {user_id: int(left) for user_id, left in rows if user_id is not None and left > 0}


def is_whole(n: int, least: int = 0) -> bool:
    """Whether this counts pieces: no half ones, no more than anybody keeps."""
    return type(n) is int and least <= n <= MOST


def check_minimum(minimum: int) -> None:
    """Raise unless a minimum is one."""
    if not is_whole(minimum):
        raise QuantityNotPossible(least=0, most=MOST)


def compare_version(stock: Stock, row_version: int | None) -> None:
    """Raise `StockChanged` if the form was drawn before somebody changed the stock."""
    if row_version is not None and row_version != stock.row_version:
        raise StockChanged()


def held_stocks(session: Session, site_id: int, user_id: int, today: date) -> list[Held]:
    """The stocks a person looks after."""
    query = select(Stock).where(
        Stock.site_id == site_id, Stock.custodian_id == user_id, Stock.is_active
    )
    stocks = session.scalars(query.order_by(Stock.id)).all()
    kinds = rules.kinds_of(session, site_id) if stocks else {}
    return [
        Held(str(stock.id), stock_title(kinds.get(stock.kind), stock), stock.window_id)
        for stock in stocks
    ]


def hand_over_stocks(
    session: Session,
    actor: Actor | None,
    keys: Sequence[str],
    from_id: int,
    to_id: int,
    *,
    now: datetime,
) -> None:
    """Give these stocks, by id, to another custodian; the caller has decided that it may be."""
    journal.lock(session)
    query = select(Stock).where(
        Stock.id.in_([int(key) for key in keys]), Stock.custodian_id == from_id
    )
    for stock in session.scalars(query.order_by(Stock.id)):
        today = clock.local_day(now, workplace.site(session, stock.site_id).timezone)
        check_custodian(session, stock.site_id, to_id, today)
        stock.custodian_id = to_id
        session.flush()
        _note(session, actor, "equipment:stock_hand_over", stock, now)


def merge_stocks(
    session: Session, actor: Actor | None, old_id: int, new_id: int, now: datetime
) -> None:
    """Take the stocks of a window over to the one it goes on in.

    Where that has the same stock already, batches and moves join it: its minimum stays.
    """
    journal.lock(session)
    query = select(Stock).where(Stock.window_id == old_id, Stock.is_active).order_by(Stock.id)
    for stock in session.scalars(query).all():
        there = _same(session, stock.site_id, stock.kind, stock.variant, new_id, stock.location_id)
        if there is None:
            stock.window_id = new_id
        else:
            for table in (Batch, StockMove):
                session.execute(
                    update(table).where(table.stock_id == stock.id).values(stock_id=there.id)
                )
            stock.is_active, there.is_active = False, True
        session.flush()
        _note(session, actor, "equipment:stock_merge", stock, now)


def _rename(session: Session, stock: Stock, variant: str, unit: Unit) -> None:
    issued = select(StockMove.id).where(
        StockMove.stock_id == stock.id, StockMove.step == StockStep.ISSUE
    )
    if session.scalar(issued.limit(1)) is not None:
        raise StockInUse()
    same = _same(session, stock.site_id, stock.kind, variant, stock.window_id, stock.location_id)
    if same is not None and same.id != stock.id:
        raise StockExists()
    stock.variant, stock.unit = variant, Unit(unit)


def _same(
    session: Session,
    site_id: int,
    kind: str,
    variant: str,
    window_id: int | None,
    location_id: int | None,
) -> Stock | None:
    """The stock of this at the same place, open or closed; `kn95` is `KN95`."""
    query = select(Stock).where(
        Stock.site_id == site_id,
        Stock.kind == kind,
        Stock.window_id.is_not_distinct_from(window_id),
        Stock.location_id.is_not_distinct_from(location_id),
    )
    wanted = variant.casefold()
    return next((one for one in session.scalars(query) if one.variant.casefold() == wanted), None)


def _check_place(
    session: Session, site_id: int, window_id: int | None, location_id: int | None
) -> None:
    windows = {one.id for one in workplace.list_windows(session, site_id)}
    locations = {one.id for one in workplace.list_locations(session, site_id)}
    if window_id is not None and window_id not in windows:
        raise PlaceUnknown()
    if location_id is not None and location_id not in locations:
        raise PlaceUnknown()


def _check_kind(session: Session, site_id: int, code: str) -> None:
    kind = rules.kinds_of(session, site_id).get(code)
    if kind is None or not (kind.may_be_stocked and kind.is_offered):
        raise KindNotStocked()


def _note(session: Session, actor: Actor | None, action: str, stock: Stock, now: datetime) -> None:
    facts = {
        "kind": stock.kind,
        "variant": stock.variant,
        "unit": stock.unit,
        "minimum": stock.minimum,
        "is_reusable": stock.is_reusable,
        "custodian": stock.custodian_id,
        "window": stock.window_id,
        "location": stock.location_id,
    }
    journal.write(
        session, actor, action, "stock", stock.id, now=now, site_id=stock.site_id, facts=facts
    )
