"""Stocks and their moves as lists show them, for whoever may see them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from equipment.kinds import Kind
from equipment.models import Batch, Stock, StockMove, StockStep
from equipment.permissions import Permission
from equipment.service import rules
from equipment.service.places import places
from equipment.service.shortages import SOON_DAYS, Level, Want, levels, stock_title
from equipment.service.stock_keeping import may_check
from safety_app.accounts import service as accounts
from safety_app.core.access import Actor
from safety_app.workplace import service as workplace

WITH_PEOPLE: Final = (StockStep.ISSUE, StockStep.RETURN)


@dataclass(frozen=True, slots=True)
class StockRow:
    """A stock in a list."""

    id: int
    title: str
    place: str
    unit: str
    level: Level
    custodian: str
    is_reusable: bool
    is_active: bool
    may_keep: bool
    may_check: bool

    @property
    def rank(self) -> int:
        """The graver the want, the lower; nothing to hand out is the gravest."""
        wants = self.level.wants
        if Want.SHORT in wants and not self.level.usable:
            return 0
        return 1 + list(Want).index(wants[0]) if wants else 1 + len(Want)


@dataclass(frozen=True, slots=True)
class Article:
    """What a stock holds, and where."""

    title: str
    unit: str
    place: str


@dataclass(frozen=True, slots=True)
class BatchRow:
    """What is left of a delivery."""

    id: int
    lot: str
    expires_on: date | None
    received_on: date
    quantity: int
    days_left: int | None

    @property
    def is_expired(self) -> bool:
        """Whether none of it may be issued any more."""
        return self.days_left is not None and self.days_left <= 0

    @property
    def is_expiring(self) -> bool:
        """Whether it ends soon."""
        return self.days_left is not None and 0 < self.days_left <= SOON_DAYS


@dataclass(frozen=True, slots=True)
class MoveRow:
    """What one press did: `quantity` is the change in all, `lots` what it was in detail."""

    id: int
    stock_id: int
    step: StockStep
    quantity: int
    discarded: int
    lots: tuple[tuple[str, int], ...]
    on_date: date
    at: datetime
    actor: str
    person_id: int | None
    person: str
    signature: str
    note: str

    @property
    def differs(self) -> bool:
        """Whether it changed anything; a count may find all as recorded."""
        return any(n for _lot, n in self.lots)


def list_stocks(session: Session, actor: Actor, *, today: date, text: str = "") -> list[StockRow]:
    """The stocks in use that this person sees, the worst first."""
    query = select(Stock).where(visible_to(actor), Stock.is_active).order_by(Stock.id)
    rows = rows_of(session, actor, session.scalars(query).all(), today)
    wanted = text.strip().casefold()
    found = [one for one in rows if wanted in f"{one.title} {one.place}".casefold()]
    far = date.max
    return sorted(found, key=lambda one: (one.rank, one.level.next_expiry or far, one.title,
                                          one.place))  # fmt: skip


def batches_of(session: Session, stock_id: int, today: date) -> list[BatchRow]:
    """The batches of which something is left, what expires first at the front."""
    query = (
        select(Batch)
        .where(Batch.stock_id == stock_id, Batch.quantity > 0)
        .order_by(Batch.expires_on.nulls_last(), Batch.received_on, Batch.id)
    )
    return [
        BatchRow(
            id=batch.id,
            lot=batch.lot,
            expires_on=batch.expires_on,
            received_on=batch.received_on,
            quantity=batch.quantity,
            days_left=(batch.expires_on - today).days if batch.expires_on else None,
        )
        for batch in session.scalars(query)
    ]


def moves_between(
    session: Session,
    site_id: int,
    first: date,
    last: date,
    *,
    window_id: int | None = None,
    person_id: int | None = None,
) -> list[MoveRow]:
    """Every issue and return of these days in their order, of a window or a person if asked for."""
    where = [StockMove.site_id == site_id, StockMove.step.in_(WITH_PEOPLE),
             StockMove.on_date.between(first, last)]  # fmt: skip
    if window_id is not None:
        of_window = select(Stock.id).where(Stock.window_id == window_id)
        where.append(StockMove.stock_id.in_(of_window))
    if person_id is not None:
        where.append(StockMove.person_id == person_id)
    return told(session, list(reversed(heads(session, and_(*where), None))))


def articles(session: Session, site_id: int, ids: Iterable[int]) -> dict[int, Article]:
    """What these stocks hold, and where, by id."""
    query = select(Stock).where(Stock.site_id == site_id, Stock.id.in_(set(ids)))
    stocks = session.scalars(query).all()
    if not stocks:
        return {}
    kinds, known = rules.kinds_of(session, site_id), places(session, site_id)
    return {
        one.id: Article(
            title=stock_title(kinds.get(one.kind), one),
            unit=one.unit,
            place=known.text(one.window_id, one.location_id),
        )
        for one in stocks
    }


def stocked_kinds(session: Session, site_id: int) -> list[Kind]:
    """The kinds that a stock may hold."""
    kinds = rules.kinds_of(session, site_id).values()
    return [kind for kind in kinds if kind.may_be_stocked and kind.is_offered]


def stock_places(session: Session, actor: Actor) -> dict[tuple[int | None, int | None], str]:
    """Where this person may keep a stock, by window and location, own windows first."""
    known = places(session, actor.site_id)
    windows = [
        one.id
        for one in workplace.list_windows(session, actor.site_id)
        if actor.may(Permission.STOCK, window_id=one.id)
    ]
    windows.sort(key=lambda one: one not in actor.led | actor.served)
    found: dict[tuple[int | None, int | None], str] = {
        (one, None): known.windows[one] for one in windows
    }
    if actor.may(Permission.STOCK, window_id=None):
        for one in workplace.list_locations(session, actor.site_id):
            found[None, one.id] = known.locations[one.id]
    return found


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Stocks within the actor's reach, and what is in one's own keeping."""
    reach = actor.reach(Permission.VIEW)
    here = Stock.site_id == actor.site_id
    if reach.site:
        return here
    places: list[ColumnElement[bool]] = [Stock.custodian_id == actor.user_id]
    if reach.windows:
        places.append(Stock.window_id.in_(sorted(reach.windows)))
    if reach.common:
        places.append(Stock.window_id.is_(None))
    return and_(here, or_(*places, false()))


def rows_of(session: Session, actor: Actor, stocks: Sequence[Stock], today: date) -> list[StockRow]:
    if not stocks:
        return []
    kinds = rules.kinds_of(session, actor.site_id)
    known = places(session, actor.site_id)
    names = accounts.names(session, [one.custodian_id for one in stocks])
    found = levels(session, stocks, today)
    return [
        StockRow(
            id=one.id,
            title=stock_title(kinds.get(one.kind), one),
            place=known.text(one.window_id, one.location_id),
            unit=one.unit,
            level=found[one.id],
            custodian=names.get(one.custodian_id or 0, ""),
            is_reusable=one.is_reusable,
            is_active=one.is_active,
            may_keep=actor.may(Permission.STOCK, window_id=one.window_id),
            may_check=may_check(actor, one),
        )
        for one in stocks
    ]


def heads(session: Session, condition: ColumnElement[bool], most: int | None) -> list[StockMove]:
    """The first move of each press, the newest first."""
    query = (
        select(StockMove)
        .where(condition, StockMove.part_of_id.is_(None))
        .order_by(StockMove.on_date.desc(), StockMove.id.desc())
    )
    return list(session.scalars(query.limit(most) if most else query))


def told(session: Session, first: Sequence[StockMove]) -> list[MoveRow]:
    """Presses with all their parts, in the same order."""
    ids = [head.id for head in first]
    query = select(StockMove).where(StockMove.part_of_id.in_(ids)).order_by(StockMove.id)
    parts: dict[int, list[StockMove]] = {head.id: [head] for head in first}
    for part in session.scalars(query):
        parts[part.part_of_id or 0].append(part)
    everything = [one for several in parts.values() for one in several]
    batches = {one.batch_id for one in everything if one.batch_id}
    lots = dict(session.execute(select(Batch.id, Batch.lot).where(Batch.id.in_(batches))).all())
    names = accounts.names(
        session, [who for one in everything for who in (one.actor_id, one.person_id)]
    )
    return [_press(head, parts[head.id], lots, names) for head in first]


def _press(
    head: StockMove,
    parts: Sequence[StockMove],
    lots: Mapping[int, str],
    names: Mapping[int, str],
) -> MoveRow:
    own = [one for one in parts if one.step == head.step]
    rest = [one for one in parts if one.step != head.step]
    why = " ".join(dict.fromkeys(one.note for one in (head, *rest) if one.note))
    return MoveRow(
        id=head.id,
        stock_id=head.stock_id,
        step=head.step,
        quantity=sum(one.quantity for one in own),
        discarded=-sum(one.quantity for one in rest),
        lots=tuple((lots.get(one.batch_id or 0, ""), one.quantity) for one in own),
        on_date=head.on_date,
        at=head.at,
        actor=names.get(head.actor_id or 0, ""),
        person_id=head.person_id,
        person=names.get(head.person_id or 0, ""),
        signature=head.signature,
        note=why,
    )
