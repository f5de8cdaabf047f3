"""What went away for service and did not come back: nobody else looks at it meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from equipment.kinds import Kind
from equipment.models import Item, Status
from safety_app.core.i18n import N_, _

AWAY: Final = "away"
MEASURES: Final = N_("Ask the firm for it and record the service, or replace it.")
INTERIM: Final = N_("Keep a substitute of at least equal protection in its place.")


@dataclass(frozen=True, slots=True)
class LongAway:
    """An item and the day since when it is away."""

    item: Item
    since: date


def long_away(session: Session, site_id: int, today: date, days: int) -> Sequence[LongAway]:
    """What is away for more than so many days and was not replaced, the longest first."""
    query = select(Item).where(
        Item.site_id == site_id,
        Item.status == Status.AWAY,
        Item.status_on < today - timedelta(days=days),
        Item.successor_id.is_(None),
    )
    rows = session.scalars(query.order_by(Item.status_on, Item.id))
    return [LongAway(item, item.status_on) for item in rows]


def sentence(kind: Kind, found: LongAway, days: int) -> str:
    """What is wrong and what to do, in the current language."""
    return _(
        "{kind} {code}: away for service since {day}, for more than {days} days, ask for it",
        kind=kind.display_name,
        code=found.item.code,
        day=found.since.isoformat(),
        days=days,
    )


def bar(item: Item) -> str:
    """Why its hazard may not be closed yet; nothing once it is back or another is in its place."""
    if item.status != Status.AWAY or item.successor_id is not None:
        return ""
    return _("{code} is still away: record that it is back, or replace it.", code=item.code)


def rule(days: int) -> str:
    """What it rests on: no rule of law."""
    return _("Common practice: away for service for at most {days} days", days=days)
