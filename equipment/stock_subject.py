"""Stocks as the inspection engine sees them: `equipment:stock-12`, by the check of its kind."""

from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from equipment.due import add_months
from equipment.models import Stock, StockMove, StockStep
from equipment.permissions import Permission
from equipment.service import stock as stocks
from equipment.service.places import places
from equipment.service.rules import kinds_of
from equipment.service.shortages import Level, levels, stock_title
from equipment.service.steps import WHO_MAY
from equipment.stock_errors import StockClosed
from equipment.units import amount_text
from safety_app.accounts import service as accounts
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.errors import NotAllowed, NotFound
from safety_app.core.feature import Inspected, Receipt, Subject, SubjectBrief
from safety_app.core.i18n import _, day_text

PREFIX: Final = "stock-"
LONGEST: Final = 9


def is_stock(code: str) -> bool:
    """Whether the code is that of a stock."""
    return code.startswith(PREFIX)


def refusal(session: Session, actor: Actor, code: str) -> str:
    """Why it cannot be inspected now, or not by this person; raises where it may not be seen."""
    stock = stock_of(session, actor.site_id, code)
    if not stocks.may_check(actor, stock):
        refused = NotAllowed(who=WHO_MAY[Permission.INSPECT])
        if actor.may(Permission.VIEW, window_id=stock.window_id):
            return refused.message()
        raise refused
    return "" if stock.is_active else StockClosed().message()


def require(session: Session, actor: Actor, code: str) -> None:
    """Raise for who may not check it."""
    if not stocks.may_check(actor, stock_of(session, actor.site_id, code)):
        raise NotAllowed(who=WHO_MAY[Permission.INSPECT])


def find(session: Session, actor: Actor, code: str, now: datetime) -> Subject:
    """What the sheet says of a stock to this person."""
    stock = stock_of(session, actor.site_id, code)
    today = clock.local_day(now, actor.timezone)
    kind = kinds_of(session, stock.site_id).get(stock.kind)
    return Subject(
        title=stock_title(kind, stock),
        place=places(session, stock.site_id).text(stock.window_id, stock.location_id),
        back_url=f"/equipment-stock?id={stock.id}",
        known=known(session, stock, today),
        previous=_previous(session, stock),
    )


def brief(session: Session, site_id: int, code: str) -> SubjectBrief:
    """A stock as its hazards name it, and where it is now."""
    stock = stock_of(session, site_id, code)
    kind = kinds_of(session, site_id)[stock.kind]
    return SubjectBrief(
        checklist=kind.checklist,
        name=f"{kind.name} {stock.variant}".strip(),
        name_en=f"{kind.name_en or kind.name} {stock.variant}".strip(),
        window_id=stock.window_id,
        location_id=stock.location_id,
    )


def inspected(
    session: Session, actor: Actor, code: str, result: Inspected, now: datetime
) -> Receipt:
    """Keep what an inspection came to."""
    stock = stock_of(session, actor.site_id, code)
    stocks.check(session, actor, stock, result.failed, now=now)
    kind = kinds_of(session, stock.site_id)[stock.kind]
    if kind.inspect_months is None:
        return Receipt(())
    today = clock.local_day(now, actor.timezone)
    following = add_months(today, kind.inspect_months)
    return Receipt(((_("Next inspection"), following.isoformat()),))


def known(session: Session, stock: Stock, today: date) -> tuple[tuple[str, bool], ...]:
    """What the system sees by itself: number, dates and signatures."""
    level = levels(session, [stock], today)[stock.id]
    said = [(_number(level, stock.unit), level.usable >= level.minimum), *_dates(level, stock.unit)]
    issued = select(StockMove.id).where(
        StockMove.stock_id == stock.id, StockMove.step == StockStep.ISSUE
    )
    if session.scalar(issued.limit(1)) is not None:
        said.append((_("Every issue is signed for."), True))
    return tuple(said)


def stock_of(session: Session, site_id: int, code: str) -> Stock:
    """The stock of this code; raises `NotFound`."""
    number = code.removeprefix(PREFIX)
    if not (number.isascii() and number.isdigit() and len(number) <= LONGEST):
        raise NotFound()
    found = session.get(Stock, int(number))
    if found is None or found.site_id != site_id:
        raise NotFound()
    return found


def _number(level: Level, unit: str) -> str:
    return _(
        "Fit for use: {amount}, at least {minimum} are wanted",
        amount=amount_text(level.usable, unit),
        minimum=level.minimum,
    )


def _dates(level: Level, unit: str) -> list[tuple[str, bool]]:
    said = []
    if level.expired:
        said.append((_("{amount} expired", amount=amount_text(level.expired, unit)), False))
    if level.next_expiry is not None:
        day = day_text(level.next_expiry, weekday=False, year=True)
        said.append((_("next expiry {day}", day=day), not level.expiring))
    return said


def _previous(session: Session, stock: Stock) -> str:
    """How it was last time, and by whom."""
    query = select(StockMove).where(
        StockMove.stock_id == stock.id, StockMove.step == StockStep.CHECK
    )
    last = session.scalars(query.order_by(StockMove.id.desc()).limit(1)).one_or_none()
    if last is None:
        return _("Not inspected yet.")
    result = _("problems found") if last.note else _("passed")
    name = accounts.names(session, [last.actor_id]).get(last.actor_id or 0, "–")
    day = day_text(last.on_date, weekday=False, year=True)
    return _("Last inspection {day}: {result}, {name}", day=day, result=result, name=name)
