"""What is left of each stock, and which stocks want something done: one entry for each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from equipment.due import is_due
from equipment.kinds import Kind
from equipment.models import Batch, Stock
from equipment.service import rules
from equipment.service.places import Places, places
from equipment.units import amount_text
from safety_app.core.i18n import _, day_text, use_language

SOON_DAYS: Final = 30


class Want(StrEnum):
    """What is wrong with a stock, the gravest first."""

    EXPIRED = "expired"
    SHORT = "short"
    EXPIRING = "expiring"


@dataclass(frozen=True, slots=True)
class Level:
    """How much of a stock is there on a day; only what is `usable` counts against the minimum.

    `next_expiry` is the first of what is usable, `expiring` how much of that ends soon.
    """

    minimum: int
    usable: int = 0
    expired: int = 0
    expiring: int = 0
    next_expiry: date | None = None

    @property
    def there(self) -> int:
        """All that is there, fit for use or not."""
        return self.usable + self.expired

    @property
    def wants(self) -> tuple[Want, ...]:
        """What is wrong, the gravest first."""
        return tuple(
            want
            for want, holds in (
                (Want.EXPIRED, self.expired > 0),
                (Want.SHORT, self.usable < self.minimum),
                (Want.EXPIRING, self.expiring > 0),
            )
            if holds
        )


@dataclass(frozen=True, slots=True)
class Shortage:
    """A stock that wants something done; `what` and `what_en` say all of it in one sentence."""

    stock_id: int
    kind: str
    window_id: int | None
    location_id: int | None
    custodian_id: int | None
    wants: tuple[Want, ...]
    what: str
    what_en: str


def shortages(
    session: Session, site_id: int, today: date, within_days: int = SOON_DAYS
) -> list[Shortage]:
    """Stocks below their minimum or with batches that have expired or soon will, one entry each."""
    query = select(Stock).where(Stock.site_id == site_id, Stock.is_active).order_by(Stock.id)
    stocks = session.scalars(query).all()
    found = levels(session, stocks, today, within_days)
    wanting = [stock for stock in stocks if found[stock.id].wants]
    return _worded(session, site_id, wanting, found)


def shortage_of(
    session: Session, site_id: int, stock_id: int, today: date, within_days: int = SOON_DAYS
) -> Shortage | None:
    """What this stock wants; nothing for one in order, closed or unknown."""
    stock = session.get(Stock, stock_id)
    if stock is None or stock.site_id != site_id or not stock.is_active:
        return None
    found = levels(session, [stock], today, within_days)
    wanting = [stock] if found[stock.id].wants else []
    return next(iter(_worded(session, site_id, wanting, found)), None)


def levels(
    session: Session, stocks: Iterable[Stock], today: date, within_days: int = SOON_DAYS
) -> dict[int, Level]:
    """What is there of each of these stocks."""
    minimums = {stock.id: stock.minimum for stock in stocks}
    query = select(Batch.stock_id, Batch.expires_on, Batch.quantity).where(
        Batch.stock_id.in_(minimums), Batch.quantity > 0
    )
    batches: dict[int, list[tuple[date | None, int]]] = {}
    for stock_id, expires_on, quantity in session.execute(query):
        batches.setdefault(stock_id, []).append((expires_on, quantity))
    return {
        stock_id: level(minimum, batches.get(stock_id, []), today, within_days)
        for stock_id, minimum in minimums.items()
    }


def level(
    minimum: int,
    batches: Sequence[tuple[date | None, int]],
    today: date,
    within_days: int = SOON_DAYS,
) -> Level:
    """What these batches (expiry, quantity) come to on a day."""
    soon = today + timedelta(days=within_days)
    usable = [(on, n) for on, n in batches if n and (on is None or not is_due(on, today))]
    return Level(
        minimum=minimum,
        usable=sum(n for _on, n in usable),
        expired=sum(n for on, n in batches if on is not None and is_due(on, today)),
        expiring=sum(n for on, n in usable if on is not None and on <= soon),
        next_expiry=min((on for on, _n in usable if on is not None), default=None),
    )


def want_text(want: Want, level: Level, unit: str) -> str:
    """One thing that is wrong, as a clause."""
    match want:
        case Want.EXPIRED:
            return _("{amount} expired", amount=amount_text(level.expired, unit))
        case Want.SHORT:
            return _(
                "{amount} fit for use, at least {minimum} are wanted",
                amount=amount_text(level.usable, unit),
                minimum=level.minimum,
            )
        case Want.EXPIRING:
            day = level.next_expiry
            return _(
                "{amount} soon expire, the first on {day}",
                amount=amount_text(level.expiring, unit),
                day=day_text(day, weekday=False, year=True) if day else "",
            )


def stock_title(kind: Kind | None, stock: Stock) -> str:
    """`防尘口罩 KN95`."""
    name = kind.display_name if kind else stock.kind
    return f"{name} {stock.variant}".strip()


def _worded(
    session: Session, site_id: int, stocks: Sequence[Stock], found: Mapping[int, Level]
) -> list[Shortage]:
    if not stocks:
        return []
    kinds = rules.kinds_of(session, site_id)
    said: dict[str, list[str]] = {}
    for language in ("zh_CN", "en"):
        with use_language(language):
            known = places(session, site_id)
            said[language] = [
                _sentence(stock, found[stock.id], kinds.get(stock.kind), known) for stock in stocks
            ]
    return [
        Shortage(
            stock_id=stock.id,
            kind=stock.kind,
            window_id=stock.window_id,
            location_id=stock.location_id,
            custodian_id=stock.custodian_id,
            wants=found[stock.id].wants,
            what=chinese,
            what_en=english,
        )
        for stock, chinese, english in zip(stocks, said["zh_CN"], said["en"], strict=True)
    ]


def _sentence(stock: Stock, level: Level, kind: Kind | None, known: Places) -> str:
    clauses = [want_text(want, level, stock.unit) for want in level.wants]
    return _(
        "{title} ({place}): {wants}",
        title=stock_title(kind, stock),
        place=known.text(stock.window_id, stock.location_id),
        wants=_("; ").join(clauses),
    )
