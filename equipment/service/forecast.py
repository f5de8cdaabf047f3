"""What must be serviced, changed or bought in each of the next months, and what that may cost."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from equipment import due
from equipment.due import Cause, Facts, add_months
from equipment.kinds import Kind
from equipment.models import Item, ItemStep, Step
from equipment.service.asof import AsOf, Stood

MONTHS: Final = 24
LEARNT_MONTHS: Final = 36
"""Prices are learnt from the costs recorded in so many months."""
PAID_FOR: Final = {
    Step.SERVICE: Cause.SERVICE,
    Step.CHANGE_CONSUMABLE: Cause.EXPIRY,
    Step.REPLACE: Cause.SCRAP,
}
Sort = tuple[str, Cause, str]
"""Kind, what falls due, and which service or part."""


@dataclass(frozen=True, slots=True)
class Price:
    """The mean of what was paid for one, in fen, and of how many records."""

    fen: int
    records: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """`counts` by first day of the month and sort; `prices` by sort, where any is known."""

    months: tuple[date, ...]
    counts: Mapping[tuple[date, Sort], int]
    prices: Mapping[Sort, Price]

    @property
    def sorts(self) -> list[Sort]:
        """All that is needed, by kind and cause."""
        order = list(Cause)
        return sorted(
            {sort for _month, sort in self.counts},
            key=lambda sort: (sort[0], order.index(sort[1]), sort[2]),
        )

    def number(self, cause: Cause, month: date) -> int:
        """How many are due for one cause in a month."""
        return sum(
            n for (when, sort), n in self.counts.items() if when == month and sort[1] is cause
        )

    def of(self, sort: Sort, months: int = MONTHS) -> int:
        """How many of one sort in the first so many months."""
        return sum(self.counts.get((month, sort), 0) for month in self.months[:months])

    def cost(self, month: date) -> int | None:
        """What a month may cost in fen; none where no price of what is due is known."""
        paid = [
            n * self.prices[sort].fen
            for (when, sort), n in self.counts.items()
            if when == month and sort in self.prices
        ]
        return sum(paid) if paid else None

    def unpriced(self, month: date) -> int:
        """How many in a month have no price."""
        return sum(
            n
            for (when, sort), n in self.counts.items()
            if when == month and sort not in self.prices
        )


def forecast(
    session: Session, site_id: int, items: Iterable[Stood], asof: AsOf, months: int = MONTHS
) -> Forecast:
    """From the month of the cut-off on; what is overdue falls into the first month."""
    begin = asof.today.replace(day=1)
    every = tuple(add_months(begin, at) for at in range(months))
    counts: Counter[tuple[date, Sort]] = Counter()
    known: dict[tuple[object, ...], list[tuple[date, Sort]]] = {}
    last = add_months(begin, months) - timedelta(days=1)
    for one in items:
        if one.facts is None:
            continue
        key = _key(one.kind, one.facts)
        if key not in known:
            found = due.forecast(one.kind, one.facts, asof.today, last)
            known[key] = [(each.on.replace(day=1), _sort(one.kind, each)) for each in found]
        counts.update(known[key])
    return Forecast(every, counts, prices(session, site_id, asof))


def prices(session: Session, site_id: int, asof: AsOf) -> dict[Sort, Price]:
    """What the hall has paid for one of each sort on average, in the last three years."""
    part = ItemStep.services
    rows = session.execute(
        select(Item.kind, ItemStep.step, part, func.sum(ItemStep.cost_fen), func.count())
        .join(Item, Item.id == ItemStep.item_id)
        .where(
            ItemStep.site_id == site_id,
            ItemStep.at < asof.cutoff,
            ItemStep.step.in_(PAID_FOR),
            ItemStep.cost_fen.is_not(None),
            ItemStep.on_date > add_months(asof.day, -LEARNT_MONTHS),
        )
        .group_by(Item.kind, ItemStep.step, part)
    )
    sums: dict[Sort, tuple[int, int]] = {}
    for kind, step, services, fen, n in rows:
        if "," in services:
            continue  # what each of several services cost is not told
        sort = (kind, PAID_FOR[Step(step)], services)
        before = sums.get(sort, (0, 0))
        sums[sort] = (before[0] + int(fen or 0), before[1] + n)
    return {sort: Price(round(fen / n), n) for sort, (fen, n) in sums.items()}


def _sort(kind: Kind, one: due.Due) -> Sort:
    return (kind.code, one.cause, one.what)


def _key(kind: Kind, facts: Facts) -> tuple[object, ...]:
    """All that decides, which the last inspection does not."""
    return (
        kind.code, facts.registered_on, facts.made_on, facts.precision, facts.unknown_since,
        facts.condemned_on, facts.consumables, tuple(sorted(facts.last_services.items())),
    )  # fmt: skip
