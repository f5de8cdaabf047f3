"""What happens to a stock: goods come, are issued, given back, counted, discarded.

Each press is one move, or one for each batch it touched; the same press twice is taken once. What
a batch holds is the sum of its moves and never below nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from equipment.due import is_due
from equipment.errors import DayAhead
from equipment.models import STOCK_STEP_NAMES, Batch, Stock, StockMove, StockStep
from equipment.service.stock_batches import Part, given_out, last_move, open_batches, spread
from equipment.service.stock_keeping import MOST, hold, is_whole
from equipment.stock_errors import (
    AlreadyRecorded,
    BatchUnknown,
    CountIncomplete,
    DifferenceUnexplained,
    ExpiredOnArrival,
    NoneLeft,
    NotEnough,
    NotHeld,
    QuantityNotPossible,
    ReceiverUnknown,
    StockMoved,
)
from equipment.units import amount_text
from safety_app.accounts import service as accounts
from safety_app.accounts.service import Drawn, Typed
from safety_app.core import clock, journal
from safety_app.core.access import Actor
from safety_app.core.i18n import N_, _, day_text
from safety_app.core.text import clean

NOTE_LIMIT: Final = 200
REASON: Final = N_("Reason")
NOTE: Final = N_("Note")


@dataclass(frozen=True, slots=True)
class Press:
    """What one press of a button brings beside the quantities."""

    key: str | None
    now: datetime
    person_id: int | None = None
    signature: str = ""
    note: str = ""


def receive(
    session: Session,
    actor: Actor,
    stock_id: int,
    *,
    quantity: int,
    lot: str = "",
    expires_on: date | None = None,
    received_on: date | None = None,
    note: str = "",
    client_key: str | None = None,
    now: datetime,
) -> StockMove:
    """Take a delivery in as a batch of its own."""
    stock = hold(session, actor, stock_id)
    if known := _pressed(session, stock, StockStep.RECEIVE, client_key, quantity):
        return known
    _check_quantity(quantity)
    today = clock.local_day(now, actor.timezone)
    day = received_on or today
    if day > today:
        raise DayAhead(day=day_text(day, year=True))
    if expires_on is not None and is_due(expires_on, day):
        raise ExpiredOnArrival(expires=_long(expires_on), received=_long(day))
    press = Press(client_key, now, note=_note(note))
    batch = Batch(
        site_id=stock.site_id,
        stock_id=stock.id,
        lot=clean(lot, field=N_("Batch number"), limit=64),
        expires_on=expires_on,
        received_on=day,
        quantity=0,
    )
    session.add(batch)
    session.flush()
    return _move(session, actor, stock, StockStep.RECEIVE, [(batch, quantity)], press, on=day)


def issue(
    session: Session,
    actor: Actor,
    stock_id: int,
    *,
    person_id: int,
    quantity: int,
    signature: Drawn | Typed,
    note: str = "",
    client_key: str | None = None,
    now: datetime,
) -> StockMove:
    """Hand out to somebody of the hall, who signs: first what expires first, never the expired."""
    stock = hold(session, actor, stock_id)
    if known := _pressed(session, stock, StockStep.ISSUE, client_key, -quantity, person_id):
        return known
    _check_quantity(quantity)
    people = {one.id for one in accounts.list_people(session, actor.site_id)}
    if person_id not in people:
        raise ReceiverUnknown()
    today = clock.local_day(now, actor.timezone)
    usable = [
        batch
        for batch in open_batches(session, stock)
        if batch.expires_on is None or not is_due(batch.expires_on, today)
    ]
    there = sum(batch.quantity for batch in usable)
    if there < quantity:
        raise NotEnough(there=amount_text(there, stock.unit)) if there else NoneLeft()
    parts = spread(((batch, batch.quantity) for batch in usable), quantity)
    kept = accounts.keep_signature(session, person_id, signature)
    press = Press(client_key, now, person_id, kept, _note(note))
    return _move(session, actor, stock, StockStep.ISSUE, [(b, -n) for b, n in parts], press)


def give_back(
    session: Session,
    actor: Actor,
    stock_id: int,
    *,
    person_id: int,
    quantity: int,
    discard_because: str = "",
    note: str = "",
    client_key: str | None = None,
    now: datetime,
) -> StockMove:
    """Take back what somebody got; with a reason it is discarded at once, worn out or lost.

    It goes back to the batch it came from, of several to the one that expires first.
    """
    stock = hold(session, actor, stock_id)
    if known := _pressed(session, stock, StockStep.RETURN, client_key, quantity, person_id):
        return known
    _check_quantity(quantity)
    out = given_out(session, stock, person_id)
    held = sum(n for _batch, n in out)
    if held < quantity:
        name = accounts.names(session, [person_id]).get(person_id, "–")
        raise NotHeld(name=name, held=amount_text(held, stock.unit))
    reason = clean(discard_because, field=REASON, limit=NOTE_LIMIT)
    parts = spread(out, quantity)
    press = Press(client_key, now, person_id, note=_note(note))
    head = _move(session, actor, stock, StockStep.RETURN, parts, press)
    if reason:
        gone = [(batch, -n) for batch, n in parts]
        discarded = Press(None, now, note=reason)
        _move(session, actor, stock, StockStep.DISCARD, gone, discarded, part_of=head)
    return head


def count(
    session: Session,
    actor: Actor,
    stock_id: int,
    *,
    counted: Mapping[int, int],
    reason: str = "",
    seen: int | None = None,
    client_key: str | None = None,
    now: datetime,
) -> StockMove:
    """Record what was counted of every batch; a difference needs a reason and is a move.

    `seen` is the last move that the form showed (0: none): what came since was not counted.
    """
    stock = hold(session, actor, stock_id)
    if known := _pressed(session, stock, StockStep.COUNT, client_key):
        return known
    _check_seen(session, stock, seen)
    batches = {batch.id: batch for batch in open_batches(session, stock)}
    _check_counted(counted, batches)
    differences = [
        (batches[batch_id], n - batches[batch_id].quantity)
        for batch_id, n in counted.items()
        if n != batches[batch_id].quantity
    ]
    why = clean(reason, field=N_("Reason for the difference"), limit=NOTE_LIMIT)
    if differences and not why:
        raise DifferenceUnexplained(differences=_told(differences))
    press = Press(client_key, now, note=why)
    return _move(session, actor, stock, StockStep.COUNT, differences, press)


def discard(
    session: Session,
    actor: Actor,
    stock_id: int,
    *,
    batch_id: int,
    quantity: int,
    reason: str,
    client_key: str | None = None,
    now: datetime,
) -> StockMove:
    """Take expired or damaged units of a batch out for good."""
    stock = hold(session, actor, stock_id)
    if known := _pressed(session, stock, StockStep.DISCARD, client_key, -quantity):
        return known
    _check_quantity(quantity)
    batch = next((one for one in open_batches(session, stock) if one.id == batch_id), None)
    if batch is None:
        raise BatchUnknown()
    if batch.quantity < quantity:
        raise NotEnough(there=amount_text(batch.quantity, stock.unit))
    why = clean(reason, field=REASON, limit=NOTE_LIMIT, required=True)
    press = Press(client_key, now, note=why)
    return _move(session, actor, stock, StockStep.DISCARD, [(batch, -quantity)], press)


def check(
    session: Session, actor: Actor, stock: Stock, failed: Sequence[str], *, now: datetime
) -> StockMove:
    """Record that a stock was inspected, with the points that failed; nothing moves."""
    journal.lock(session)
    return _move(
        session, actor, stock, StockStep.CHECK, [], Press(None, now, note=", ".join(failed))
    )


def _pressed(
    session: Session,
    stock: Stock,
    step: StockStep,
    key: str | None,
    quantity: int | None = None,
    person_id: int | None = None,
) -> StockMove | None:
    """The move this press has made already; raises where the key did something else."""
    if key is None:
        return None
    query = select(StockMove).where(StockMove.site_id == stock.site_id, StockMove.client_key == key)
    move = session.scalar(query)
    if move is None:
        return None
    whole = session.scalar(
        select(func.sum(StockMove.quantity)).where(
            (StockMove.id == move.id)
            | ((StockMove.part_of_id == move.id) & (StockMove.step == move.step))
        )
    )
    same = (move.stock_id, move.step, move.person_id) == (stock.id, step, person_id)
    if not same or (quantity is not None and whole != quantity):
        raise AlreadyRecorded()
    return move


def _move(
    session: Session,
    actor: Actor,
    stock: Stock,
    step: StockStep,
    parts: Sequence[Part],
    press: Press,
    *,
    on: date | None = None,
    part_of: StockMove | None = None,
) -> StockMove:
    """Change the batches and write the moves; the first of them. Without parts it changes nothing.

    The first bears key and signature; the rest are part of it.
    """
    head = part_of
    moves = []
    for batch, change in parts or ((None, 0),):
        if batch is not None:
            batch.quantity += change
        move = StockMove(
            site_id=stock.site_id,
            stock_id=stock.id,
            batch_id=batch.id if batch else None,
            part_of_id=head.id if head else None,
            step=step,
            quantity=change,
            on_date=on or clock.local_day(press.now, actor.timezone),
            at=press.now,
            actor_id=actor.user_id,
            person_id=press.person_id,
            signature="" if head else press.signature,
            note=press.note,
            client_key=None if head else press.key,
        )
        session.add(move)
        session.flush()
        head = head or move
        moves.append(move)
    facts = {
        "moves": [(move.id, move.batch_id, move.quantity) for move in moves],
        "on_date": moves[0].on_date,
        "person": press.person_id,
        "signature": press.signature,
        "note": press.note,
    }
    journal.write(
        session, actor, f"equipment:stock_{step}", "stock", stock.id, now=press.now, facts=facts
    )
    return moves[0]


def _check_quantity(quantity: int) -> None:
    if not is_whole(quantity, least=1):
        raise QuantityNotPossible(least=1, most=MOST)


def _check_counted(counted: Mapping[int, int], batches: Mapping[int, Batch]) -> None:
    if counted.keys() - batches.keys():
        raise BatchUnknown()
    if batches.keys() - counted.keys():
        raise CountIncomplete()
    if not all(map(is_whole, counted.values())):
        raise QuantityNotPossible(least=0, most=MOST)


def _told(differences: Sequence[Part]) -> str:
    """Batch by batch what was counted and what is recorded."""
    return _("; ").join(
        _(
            "batch {lot}: {counted} counted, {recorded} recorded",
            lot=batch.lot or "–",
            counted=batch.quantity + change,
            recorded=batch.quantity,
        )
        for batch, change in differences
    )


def _check_seen(session: Session, stock: Stock, seen: int | None) -> None:
    """Raise `StockMoved`, naming who did what, if the form was drawn before that."""
    if seen is None or seen == last_move(session, stock.id):
        return
    query = select(StockMove.actor_id, StockMove.step).where(StockMove.stock_id == stock.id)
    latest = session.execute(query.order_by(StockMove.id.desc()).limit(1)).one()
    name = accounts.names(session, [latest.actor_id]).get(latest.actor_id or 0, "–")
    raise StockMoved(name=name, step=STOCK_STEP_NAMES[latest.step])


def _note(text: str) -> str:
    return clean(text, field=NOTE, limit=NOTE_LIMIT)


def _long(day: date) -> str:
    return day_text(day, weekday=False, year=True)
