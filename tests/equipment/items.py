"""One safety facility for a test, registered by the officer on a day long ago."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from equipment.due import Precision
from equipment.models import Item, ItemStep, Step
from equipment.service import register
from safety_app.core.access import Actor
from safety_app.core.files import File
from safety_app.workplace.models import Location
from tests.cast import NOW, Cast

LONG_AGO = datetime(2026, 11, 1, 1, 0, tzinfo=UTC)
LAST_YEAR = datetime(2025, 11, 1, 1, 0, tzinfo=UTC)
ABC = "extinguisher-abc"
MADE = date(2024, 3, 1)


def make_item(
    session: Session,
    hall: Cast,
    kind: str = ABC,
    *,
    made_on: date | None = MADE,
    precision: Precision = Precision.MONTH,
    window_id: int | None = None,
    common: bool = False,
    location_id: int | None = None,
    size: str = "4 kg",
    registered: datetime = LONG_AGO,
    **said: Any,
) -> Item:
    """An item at window A01 unless said otherwise, on the ground floor with `common`."""
    place = location_id or (hall.floor if common else None)
    window = None if place else window_id or hall.a01
    return register.add_item(
        session, hall.officer, kind=kind, made_on=made_on, precision=precision, size=size,
        window_id=window, location_id=place, now=registered, **said,
    )  # fmt: skip


def make_store(session: Session, hall: Cast, name: str = "库房") -> int:
    """A part of the building where spares are kept."""
    store = Location(site_id=hall.site_id, name=name, floor="1")
    session.add(store)
    session.flush()
    return store.id


def make_file(session: Session, actor: Actor, name: str = "合格证.pdf") -> int:
    """A document that this person has handed in."""
    key = hashlib.sha256(f"{name} {actor.user_id}".encode()).hexdigest()
    file = File(
        site_id=actor.site_id, key=key, name=name, media_type="application/pdf", size=10, pages=1,
        by=actor.user_id, at=NOW,
    )  # fmt: skip
    session.add(file)
    session.flush()
    return file.id


def steps_of(session: Session, item: Item) -> list[Step]:
    """What was done with an item after its registration, the first first."""
    query = select(ItemStep.step).where(ItemStep.item_id == item.id).order_by(ItemStep.id)
    return [Step(step) for step in session.scalars(query)][1:]


def last_step(session: Session, item: Item) -> ItemStep:
    """The step written last."""
    query = select(ItemStep).where(ItemStep.item_id == item.id).order_by(ItemStep.id.desc())
    return session.scalars(query.limit(1)).one()


def days(n: int) -> datetime:
    """The moment of the tests, so many days later."""
    return NOW + timedelta(days=n)
