"""Several items in one go: what one firm fetches, or services, on the same day."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from equipment.models import Item, Status, Step
from equipment.service import rules
from equipment.service.away import send_away
from equipment.service.loading import get
from equipment.service.places import places
from equipment.service.servicing import record_service
from equipment.service.steps import may
from equipment.standing import SOON_DAYS
from safety_app.core.access import Actor

MOST: Final = 200


def companions(
    session: Session, actor: Actor, item_id: int, step: Step, *, today: date
) -> dict[int, str]:
    """Others of the same kind that the same firm may have had: away, or due for service soon."""
    item = get(session, actor, item_id)
    kind = rules.kinds_of(session, item.site_id)[item.kind]
    soon = Item.service_by <= today + timedelta(days=SOON_DAYS)
    here = Item.status.in_([Status.IN_SERVICE, Status.DEFECTIVE])
    wanted = here & soon if step is Step.SEND_AWAY else or_(Item.status == Status.AWAY, here & soon)
    query = (
        select(Item)
        .where(
            Item.site_id == item.site_id,
            Item.kind == item.kind,
            Item.id != item.id,
            Item.condemned_on.is_(None),
            or_(Item.scrap_on.is_(None), Item.scrap_on > today),
            wanted,
        )
        .order_by(Item.status, Item.service_by, Item.code)
        .limit(MOST)
    )
    named = places(session, item.site_id)
    return {
        one.id: " · ".join(
            (
                f"{one.code} {kind.display_name} {one.size}".strip(),
                named.text_now(one.window_id, one.location_id, one.placing),
            )
        )
        for one in session.scalars(query)
        if may(actor, one, step)
    }


def send_together(
    session: Session,
    actor: Actor,
    item_ids: Sequence[int],
    *,
    firm: str,
    on_date: date,
    stand_in_id: int | None = None,
    note: str = "",
    row_version: int | None = None,
    now: datetime,
) -> list[Item]:
    """Send several away; the substitute and the version are those of the first."""
    return [
        send_away(
            session,
            actor,
            item_id,
            firm=firm,
            on_date=on_date,
            stand_in_id=None if number else stand_in_id,
            note=note,
            row_version=None if number else row_version,
            now=now,
        )
        for number, item_id in enumerate(item_ids)
    ]


def service_together(
    session: Session,
    actor: Actor,
    item_ids: Sequence[int],
    *,
    services: Sequence[str],
    on_date: date,
    firm: str = "",
    certificate: str = "",
    cost_yuan: Decimal | None = None,
    file_ids: Sequence[int] = (),
    note: str = "",
    passed: bool = True,
    reading: float | None = None,
    row_version: int | None = None,
    now: datetime,
) -> list[Item]:
    """Record the same service of several; the cost is that of each, the version of the first."""
    return [
        record_service(
            session,
            actor,
            item_id,
            services=services,
            on_date=on_date,
            firm=firm,
            certificate=certificate,
            cost_yuan=cost_yuan,
            file_ids=file_ids,
            note=note,
            passed=passed,
            reading=reading,
            row_version=None if number else row_version,
            now=now,
        )
        for number, item_id in enumerate(item_ids)
    ]
