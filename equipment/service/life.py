"""The ends of an item's life: found unfit, scrapped with proof, lost, found again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from equipment.date_errors import DayBeforeCondemned, ScrapInAnyCase
from equipment.due import WHY_NAMES, Cause, Due, dues, is_due, next_of
from equipment.errors import StepNotPossible
from equipment.models import STATUS_NAMES, Item, Step
from equipment.service import rules
from equipment.service.checks import begin, check_day, check_end, fen, proof, today_of
from equipment.service.covering import substitute_of
from equipment.service.moving import place_of, put
from equipment.service.steps import record, take
from safety_app.core.access import Actor
from safety_app.core.i18n import N_, _, day_text
from safety_app.core.text import clean


def condemn(
    session: Session,
    actor: Actor,
    item_id: int,
    *,
    because: str,
    on_date: date | None = None,
    run_id: int | None = None,
    row_version: int | None = None,
    now: datetime,
) -> Item:
    """Take an item out of service for good: a scrap condition was found; it is to be replaced."""
    item = begin(session, actor, item_id, Step.CONDEMN, row_version)
    day = on_date or today_of(actor, now)
    check_day(item, day, today_of(actor, now))
    words = clean(because, field=N_("Condition found"), limit=200, required=True)
    set_unfit(session, actor, item, words, day, now=now, run_id=run_id)
    return item


def set_unfit(
    session: Session,
    actor: Actor | None,
    item: Item,
    because: str,
    on_date: date,
    *,
    now: datetime,
    run_id: int | None = None,
) -> None:
    """Mark an item as to be scrapped whatever its age; what was found first stays."""
    if item.condemned_on is None:
        item.condemned_on, item.condemned_because = on_date, because
    take(session, actor, item, Step.CONDEMN, on_date=on_date, now=now, note=because, run_id=run_id)


def clear(
    session: Session,
    actor: Actor,
    item_id: int,
    *,
    reason: str,
    on_date: date | None = None,
    row_version: int | None = None,
    now: datetime,
) -> Item:
    """Take back a scrap condition that was recorded by mistake; other reasons to scrap stay."""
    item = begin(session, actor, item_id, Step.CLEAR, row_version)
    today = today_of(actor, now)
    day = on_date or today
    check_day(item, day, today)
    _check_mistake(session, item, day, today)
    words = clean(reason, field=N_("Reason"), limit=500, required=True, lines=True)
    item.condemned_on, item.condemned_because = None, ""
    take(session, actor, item, Step.CLEAR, on_date=day, now=now, note=words)
    return item


def _check_mistake(session: Session, item: Item, on_date: date, today: date) -> None:
    """Raise unless a condition that was found is the only reason to scrap an item."""
    if item.condemned_on is None:
        raise StepNotPossible(code=item.code, status=STATUS_NAMES[item.status])
    if on_date < item.condemned_on:
        raise DayBeforeCondemned(code=item.code, day=_long(item.condemned_on))
    rest = _other_reason(session, item, today)
    if rest is not None:
        raise ScrapInAnyCase(code=item.code, reason=_(WHY_NAMES[rest.why]))


def is_only_condemned(session: Session, item: Item, today: date) -> bool:
    """Whether an item is to be scrapped for nothing but a condition that was found."""
    return item.condemned_on is not None and _other_reason(session, item, today) is None


def _other_reason(session: Session, item: Item, today: date) -> Due | None:
    """Why it must be scrapped, whatever was found."""
    kind = rules.kinds_of(session, item.site_id)[item.kind]
    facts = replace(rules.facts_of(session, [item])[item.id], condemned_on=None)
    found = next_of(dues(kind, facts), Cause.SCRAP)
    return found if found is not None and is_due(found.on, today) else None


def scrap(
    session: Session,
    actor: Actor,
    item_id: int,
    *,
    reason: str,
    on_date: date,
    file_ids: Sequence[int] = (),
    certificate: str = "",
    firm: str = "",
    cost_yuan: Decimal | None = None,
    row_version: int | None = None,
    now: datetime,
) -> Item:
    """Take an item off the register for good, with a photo, a document or a certificate."""
    item = begin(session, actor, item_id, Step.SCRAP, row_version)
    check_day(item, on_date, today_of(actor, now))
    check_end(session, item, on_date)
    item.stands_in_for_id = None
    _leave_to_substitute(session, actor, item, on_date, now=now)
    number = clean(certificate, field=N_("Number of the certificate"), limit=64)
    take(
        session,
        actor,
        item,
        Step.SCRAP,
        on_date=on_date,
        now=now,
        files=proof(session, actor, file_ids, number),
        note=clean(reason, field=N_("Reason"), limit=500, required=True, lines=True),
        certificate=number,
        firm=clean(firm, field=N_("Firm"), limit=100),
        cost_fen=fen(cost_yuan),
    )
    return item


def lose(
    session: Session,
    actor: Actor,
    item_id: int,
    *,
    reason: str,
    on_date: date,
    row_version: int | None = None,
    now: datetime,
) -> Item:
    """Declare an item lost; it is off the register until it is found again."""
    item = begin(session, actor, item_id, Step.LOSE, row_version)
    check_day(item, on_date, today_of(actor, now))
    check_end(session, item, on_date)
    words = clean(reason, field=N_("Reason"), limit=500, required=True, lines=True)
    item.stands_in_for_id = None
    _leave_to_substitute(session, actor, item, on_date, now=now)
    take(session, actor, item, Step.LOSE, on_date=on_date, now=now, note=words)
    return item


def find_again(
    session: Session,
    actor: Actor,
    item_id: int,
    *,
    note: str = "",
    row_version: int | None = None,
    now: datetime,
) -> Item:
    """Put a lost item back on the register, where it was; it is inspected like any other.

    What took its place stays there too: one of them is moved then.
    """
    item = begin(session, actor, item_id, Step.FIND, row_version)
    item.successor_id = None
    words = clean(note, field=N_("Note"), limit=500, lines=True)
    today = today_of(actor, now)
    take(session, actor, item, Step.FIND, on_date=today, now=now, note=words)
    if item.condemned_on is not None:
        set_unfit(session, actor, item, item.condemned_because, today, now=now)
    return item


def _long(day: date) -> str:
    return day_text(day, weekday=False, year=True)


def _leave_to_substitute(
    session: Session, actor: Actor, item: Item, on_date: date, *, now: datetime
) -> None:
    """What stands in for an item that is going for good is at home in its place from then on."""
    lent = substitute_of(session, item)
    if lent is None:
        return
    old_custodian, lent.stands_in_for_id = lent.custodian_id, None
    lent.custodian_id = item.custodian_id
    facts = put(lent, place_of(lent))
    if old_custodian != lent.custodian_id:
        facts |= {"old_custodian_id": old_custodian, "custodian_id": lent.custodian_id}
    record(
        session, actor, lent, Step.MOVE, on_date=on_date, now=now, other_item_id=item.id, **facts
    )
    item.successor_id = lent.id
