"""What every step of an item's life asks first: the item as it is now, day, proof, cost, place."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from equipment.errors import (
    CostNotPossible,
    CustodianUnknown,
    DayAhead,
    DayBeforeLast,
    DayBeforeMade,
    FoundUnfit,
    NotServiceable,
    ProofMissing,
)
from equipment.models import Item, ItemStep, Step
from equipment.permissions import Permission
from equipment.service import facts
from equipment.service.loading import get
from equipment.service.steps import STEP_DONE, WHO_MAY, compare_version, require
from safety_app.accounts import service as accounts
from safety_app.core import clock, files, journal
from safety_app.core.access import Actor
from safety_app.core.files import File
from safety_app.core.i18n import day_text
from safety_app.workplace import service as workplace

MOST_YUAN: Final = 10_000_000
MOST_FILES: Final = 10


def begin(
    session: Session, actor: Actor, item_id: int, step: Step, row_version: int | None
) -> Item:
    """The item as it is now, if it is as the actor saw it and the step is the actor's to take."""
    journal.lock(session)
    item = get(session, actor, item_id)
    session.refresh(item)
    compare_version(session, item, row_version)
    require(actor, item, step)
    return item


def today_of(actor: Actor, now: datetime) -> date:
    """The actor's day."""
    return clock.local_day(now, actor.timezone)


def check_day(item: Item, on_date: date, today: date) -> None:
    """Raise what forbids a day: ahead of us, or before the item was made."""
    if on_date > today:
        raise DayAhead(day=day_text(on_date, year=True))
    if item.made_on is not None and on_date < item.made_on:
        raise DayBeforeMade(
            code=item.code,
            made=day_text(item.made_on, weekday=False, year=True),
            day=day_text(on_date, weekday=False, year=True),
        )


def check_end(session: Session, item: Item, on_date: date) -> None:
    """Raise if something was done with an item after the day on which it is to have ended."""
    query = select(ItemStep.step, ItemStep.on_date).where(
        ItemStep.item_id == item.id,
        ItemStep.step.not_in((Step.EDIT, Step.MOVE)),  # done at a desk, too
        ItemStep.on_date > on_date,
    )
    last = session.execute(query.order_by(ItemStep.on_date.desc()).limit(1)).first()
    if last is not None:
        raise DayBeforeLast(code=item.code, step=STEP_DONE[last.step], day=_long(last.on_date))


def check_serviceable(item: Item, on_date: date) -> None:
    """Raise if an item was found unfit, or from its scrap date on: it is only replaced then."""
    if item.condemned_on is not None:
        raise FoundUnfit(code=item.code, day=_long(item.condemned_on))
    if item.scrap_on is not None and on_date >= item.scrap_on:
        raise NotServiceable(code=item.code, day=_long(item.scrap_on))


def claim(session: Session, actor: Actor, file_ids: Sequence[int]) -> list[File]:
    """The documents and pictures that were handed in with a step."""
    return files.claim(session, actor, file_ids, most=MOST_FILES)


def proof(session: Session, actor: Actor, file_ids: Sequence[int], certificate: str) -> list[File]:
    """The documents of a step; without any the certificate's number must do."""
    found = claim(session, actor, file_ids)
    if not found and not certificate:
        raise ProofMissing()
    return found


def fen(yuan: Decimal | None) -> int | None:
    """An amount of yuan as whole fen."""
    if yuan is None:
        return None
    if not 0 <= yuan <= MOST_YUAN:
        raise CostNotPossible(most=f"{MOST_YUAN:,}")
    return int((yuan * 100).to_integral_value())


def check_custodian(session: Session, site_id: int, user_id: int | None, today: date) -> None:
    """Refuse who does not work here now, or may not be on duty: nothing is given to their care."""
    if user_id is None:
        return
    if all(one.id != user_id for one in accounts.list_people(session, site_id)):
        raise CustodianUnknown()
    workplace.require_fit(session, site_id, user_id, today)


def check_place(
    session: Session, actor: Actor, window_id: int | None, location_id: int | None
) -> None:
    """Raise what forbids to bring something to a place: not in use, or not in the actor's hands."""
    facts.check_place(facts.ground(session, actor.site_id), window_id, location_id)
    actor.require(Permission.KEEP, window_id=window_id, who=WHO_MAY[Permission.KEEP])


def _long(day: date) -> str:
    return day_text(day, weekday=False, year=True)
