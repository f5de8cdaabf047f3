"""What hazards ask of safety facilities: whether an item is right again, and the rule behind."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from equipment import due, long_away
from equipment.due import Cause
from equipment.flows import PREFIX, STOCK, SUFFIX, raises
from equipment.models import ON_REGISTER, Item, ItemStep, Step
from equipment.service import rules
from equipment.service.shortages import Want, shortage_of
from safety_app.core.clock import local_day
from safety_app.core.i18n import _
from safety_app.workplace import service as workplace

STOCK_POINTS: Final[Mapping[str, frozenset[Want]]] = {
    "level": frozenset(Want),
    "P01": frozenset({Want.SHORT}),
    "P04": frozenset({Want.EXPIRED}),
    "P09": frozenset({Want.EXPIRED}),
}
"""What a hazard of a stock is about: its level, or a point of the check that the level shows."""


def bars_closing(session: Session, site_id: int, source: str, now: datetime) -> str:
    """Why what a hazard is about is not right again, as a sentence; else nothing.

    What is scrapped or lost is off the register and bars nothing.
    """
    if not source.startswith(PREFIX):
        return ""
    code, _slash, what = source.removeprefix(PREFIX).split(SUFFIX)[0].partition("/")
    today = local_day(now, workplace.site(session, site_id).timezone)
    if code.startswith(STOCK):
        return _bar_of_stock(session, site_id, code.removeprefix(STOCK), what, today)
    item = session.scalar(select(Item).where(Item.site_id == site_id, Item.code == code))
    if item is None or item.status not in ON_REGISTER:
        return ""
    if item.condemned_on is not None:
        return _("{code} was found unfit for use: replace or scrap it first.", code=code)
    if what == long_away.AWAY:
        return long_away.bar(item)
    if what in {str(cause) for cause in Cause}:
        return _bar_of_date(item, Cause(what), today)
    return _bar_of_point(session, item, what)


def source_page(source: str) -> tuple[str, str, str] | None:
    """The item or stock behind `equipment:MHQ-0032/service`, and where to see it."""
    if not source.startswith(PREFIX):
        return None
    code = source.removeprefix(PREFIX).partition("/")[0]
    if code.startswith(STOCK):
        number = code.removeprefix(STOCK)
        return _("Stock"), number, f"/equipment-stock?id={number}"
    return _("Safety facility"), code, f"/equipment?item={code}"


def rule_behind(session: Session, site_id: int, source: str) -> str:
    """The rule behind the date of `equipment:MHQ-0032/service`, by the rules of its hall."""
    code, _slash, what = source.removeprefix(PREFIX).split(SUFFIX)[0].partition("/")
    if source.startswith(PREFIX) and what == long_away.AWAY:
        return long_away.rule(raises()[long_away.AWAY].after)
    if not source.startswith(PREFIX) or what not in {str(cause) for cause in Cause}:
        return ""
    item = session.scalar(select(Item).where(Item.site_id == site_id, Item.code == code))
    if item is None:
        return ""
    kind = rules.kinds_of(session, site_id)[item.kind]
    found = due.next_of(due.dues(kind, rules.facts_of(session, [item])[item.id]), Cause(what))
    return found.source if found else ""


def _bar_of_stock(session: Session, site_id: int, number: str, what: str, today: date) -> str:
    """The level is still as it was found; looks and storage are for whoever verifies the fix."""
    known = number.isascii() and number.isdigit() and len(number) < 10
    found = shortage_of(session, site_id, int(number), today) if known else None
    if found is None or not STOCK_POINTS.get(what, frozenset()) & set(found.wants):
        return ""
    return _("The stock is still short, or something in it has expired or soon will.")


def _bar_of_date(item: Item, cause: Cause, today: date) -> str:
    """The date is still not kept; from the scrap date on nothing but replacing it helps."""
    must_go = item.scrap_on is not None and due.is_due(item.scrap_on, today)
    words = {"code": item.code}
    if must_go:
        return _("{code} is still to be replaced or scrapped.", **words)
    if cause is Cause.SERVICE and item.service_by and due.is_due(item.service_by, today):
        return _("No service of {code} is recorded since it fell due.", **words)
    if cause is Cause.EXPIRY and item.expires_on and due.is_due(item.expires_on, today):
        if item.expiry_unknown:
            return _("The printed date of a part of {code} is not recorded yet.", **words)
        return _("What expired in {code} was not changed yet.", **words)
    if cause is Cause.INSPECTION and item.inspect_by and item.inspect_by < today:
        return _("{code} was not inspected since.", **words)
    return ""


def _bar_of_point(session: Session, item: Item, point: str) -> str:
    """A point that failed at the last inspection is right again once something was done."""
    query = select(ItemStep).where(ItemStep.item_id == item.id).order_by(ItemStep.id.desc())
    last = session.scalars(query.where(ItemStep.step == Step.INSPECT).limit(1)).one_or_none()
    if item.failed_on is None or last is None or point not in last.note.split(", "):
        return ""
    return _(
        "{code} failed this point at its last inspection on {day}, and nothing was recorded since:"
        " record the repair or service, or inspect it again.",
        code=item.code,
        day=last.on_date.isoformat(),
    )
