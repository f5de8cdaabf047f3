"""Lives of safety facilities for tests of papers: inspected, serviced, over years."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from equipment.models import Item, Step
from equipment.service import life, servicing
from equipment.service.steps import take
from safety_app.core.access import Actor
from tests.cast import NOW


def at(day: date, hour: int = 10) -> datetime:
    """A moment of a day in Shanghai."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC) - timedelta(hours=8)


def inspect(
    session: Session, actor: Actor, item: Item, on: date, *failed: str, hour: int = 10
) -> None:
    """Inspect an item on a day; `failed` are the codes of what was not in order."""
    item.last_inspected_on, item.last_inspection_passed = on, not failed
    take(
        session, actor, item, Step.INSPECT, on_date=on, now=at(on, hour), passed=not failed,
        note=", ".join(failed),
    )  # fmt: skip


def serve(
    session: Session, actor: Actor, item: Item, on: date, yuan: str | None = None, **said: Any
) -> None:
    """Have an item serviced on a day."""
    facts: dict[str, Any] = {"firm": "宏安消防", "certificate": "WX-1", **said}
    servicing.record_service(
        session, actor, item.id, services=facts.pop("services", ["service"]), on_date=on,
        cost_yuan=Decimal(yuan) if yuan else None, now=facts.pop("now", at(on)), **facts,
    )  # fmt: skip


def scrap(session: Session, actor: Actor, item: Item, on: date, now: datetime = NOW) -> None:
    """Scrap an item on a day."""
    life.scrap(
        session, actor, item.id, reason="到报废年限", on_date=on, certificate="BF-1", now=now
    )


def months(first: date, last: date, day: int) -> list[date]:
    """The same day of each month."""
    found = []
    year, month = first.year, first.month
    while date(year, month, day) <= last:
        found.append(date(year, month, day))
        year, month = year + month // 12, month % 12 + 1
    return [one for one in found if one >= first]
