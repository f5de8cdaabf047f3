"""An inspection in a test: the item's sheet opened, answered and submitted."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists import service as checklists
from checklists.entries import Entry
from checklists.models import Run, TemplateItem
from checklists.service import Account, Submitted
from equipment.models import Item
from safety_app.core.access import Actor
from tests.cast import NOW


def inspect(
    session: Session,
    actor: Actor,
    item: Item,
    *,
    now: datetime = NOW,
    numbers: dict[str, float] | None = None,
    **failed: dict[str, Any],
) -> Submitted:
    """Everything in order but what is named, each with its facts: `E05={"disposal": "hazard"}`."""
    opened = checklists.open_inspection(session, actor, f"equipment:{item.code}", now=now)
    run = session.get_one(Run, opened.run_id)
    points = session.scalars(
        select(TemplateItem)
        .where(TemplateItem.part_id == run.part_id)
        .order_by(TemplateItem.position)
    )
    seq = opened.last_seq
    for point in points:
        seq += 1
        facts: dict[str, Any] = {"value": "P", "seq": seq, "item_id": point.id}
        if point.code in failed:
            facts |= {"value": "F", **failed[point.code]}
        if point.unit:
            facts["number"] = (numbers or {}).get(point.code, 1.0)
        checklists.record(session, opened.token, Entry.model_validate(facts), now=now)
    return checklists.submit(
        session, actor, opened.run_id, signature=Account(), last_seq=seq, now=now
    )
