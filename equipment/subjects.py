"""Items as the inspection engine sees them: what their sheet says, and what follows from it.

Stocks are inspected too, as `stock-12`: see `stock_subject`.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists import service as checklists
from equipment import due, stock_subject
from equipment.due import Cause, Due
from equipment.kinds import Kind
from equipment.models import ON_REGISTER, Item, ItemStep, Status, Step
from equipment.permissions import Permission
from equipment.service import rounds
from equipment.service.life import set_unfit
from equipment.service.places import places
from equipment.service.rules import facts_of, kinds_of
from equipment.service.steps import WHO_MAY, may, note
from safety_app.accounts import service as accounts
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.errors import NotAllowed, NotFound
from safety_app.core.feature import Inspected, Receipt, Subject, SubjectBrief, Subjects
from safety_app.core.i18n import _, day_text, ngettext
from safety_app.workplace import service as workplace

SOON_DAYS = 60
LATELY = timedelta(days=3)
"""As long as a sheet may lie unsubmitted."""


def refusal(session: Session, actor: Actor, code: str) -> str:
    """Why it cannot be inspected now, or not by this person, and what to do instead."""
    if stock_subject.is_stock(code):
        return stock_subject.refusal(session, actor, code)
    item = item_of(session, actor.site_id, code)
    if not may(actor, item, Step.INSPECT):
        refused = NotAllowed(who=WHO_MAY[Permission.INSPECT])
        if actor.may(Permission.VIEW, window_id=item.window_id):
            return refused.message()
        raise refused
    day = day_text(item.status_on, weekday=False, year=True)
    if item.status == Status.SCRAPPED:
        return _("{code} was scrapped on {day}. Take this label off.", code=item.code, day=day)
    if item.status == Status.LOST:
        return _(
            "{code} was declared lost on {day}. Record on its page that it was found, then"
            " inspect it.",
            code=item.code, day=day,
        )  # fmt: skip
    if item.status == Status.AWAY:
        return _(
            "{code} is away for service since {day}. Record the service on its page first.",
            code=item.code, day=day,
        )  # fmt: skip
    if item.condemned_on is not None:
        return _(
            "{code} is out of service, a scrap condition was found: {why}. It has to be replaced.",
            code=item.code, why=item.condemned_because,
        )  # fmt: skip
    return ""


def require(session: Session, actor: Actor, code: str, now: datetime) -> None:
    """Raise for who may not inspect it; who could where it was lately has seen it there."""
    if stock_subject.is_stock(code):
        stock_subject.require(session, actor, code)
        return
    item = item_of(session, actor.site_id, code)
    if may(actor, item, Step.INSPECT):
        return
    moves = session.execute(
        select(ItemStep.old_window_id, ItemStep.old_custodian_id).where(
            ItemStep.item_id == item.id, ItemStep.step == Step.MOVE, ItemStep.at >= now - LATELY
        )
    )
    for window_id, custodian_id in moves:
        here = actor.may(Permission.INSPECT, window_id=window_id)
        if here or custodian_id == actor.user_id:
            return
    raise NotAllowed(who=WHO_MAY[Permission.INSPECT])


def find(session: Session, actor: Actor, code: str, now: datetime) -> Subject:
    """What the sheet says of an item, or of a stock, to this person."""
    if stock_subject.is_stock(code):
        return stock_subject.find(session, actor, code, now)
    item = item_of(session, actor.site_id, code)
    today = clock.local_day(now, actor.timezone)
    kind = kinds_of(session, item.site_id)[item.kind]
    dues = due.dues(kind, facts_of(session, [item])[item.id])
    following = _following(session, actor, item, today)
    return Subject(
        title=f"{item.code} {kind.display_name} {item.size}".strip(),
        place=_place(session, item),
        back_url=f"/equipment-round?item={item.code}",
        next_url=f"/inspect/equipment:{following.code}" if following else "",
        next_text=_next_text(session, item, following) if following else "",
        known=(
            *_seen(session, item, today),
            *(_known(kind, one, today) for one in dues if one.cause is not Cause.INSPECTION),
        ),
        why=_why(kind, dues),
        previous=_previous(session, item, today),
        photo=item.photo_key or "",
    )


def brief(session: Session, site_id: int, code: str) -> SubjectBrief:
    """An item as its hazards name it, and where it is now."""
    if stock_subject.is_stock(code):
        return stock_subject.brief(session, site_id, code)
    item = item_of(session, site_id, code)
    kind = kinds_of(session, site_id)[item.kind]
    return SubjectBrief(
        placing=item.placing,
        checklist=kind.checklist,
        name=f"{kind.name} {item.code}",
        name_en=f"{kind.name_en} {item.code}",
        window_id=item.window_id,
        location_id=item.location_id,
        limits={point: (low, high) for point, (low, high) in (item.limits or {}).items()},
        is_gone=item.status not in ON_REGISTER,
    )


def inspected(
    session: Session, actor: Actor, code: str, result: Inspected, now: datetime
) -> Receipt:
    """Keep what an inspection came to; a scrap condition takes the item out of service."""
    if stock_subject.is_stock(code):
        return stock_subject.inspected(session, actor, code, result, now)
    item = item_of(session, actor.site_id, code)
    today = clock.local_day(now, actor.timezone)
    day = clock.local_day(result.at, actor.timezone)
    if item.last_inspected_on is None or day >= item.last_inspected_on:
        item.last_inspected_on, item.last_inspection_passed = day, result.passed
        item.last_run_id = result.run_id
    note(
        session,
        actor,
        item,
        Step.INSPECT,
        on_date=day,
        now=now,
        run_id=result.run_id,
        passed=result.passed,
        note=", ".join(result.failed),
    )
    if result.scrap and item.status in ON_REGISTER:
        because = checklists.problems(session, result.run_id, result.scrap)
        finder = actor if may(actor, item, Step.CONDEMN) else None
        set_unfit(session, finder, item, because, day, now=now, run_id=result.run_id)
    return _receipt(session, item, result, today)


def abandoned(session: Session, site_id: int, code: str, result: Inspected, now: datetime) -> None:
    """A scrap condition on a sheet that nobody submitted takes the item out of service all the
    same; otherwise such a sheet counts for nothing."""
    if not result.scrap or stock_subject.is_stock(code):
        return
    item = item_of(session, site_id, code)
    if item.status in ON_REGISTER:
        day = clock.local_day(result.at, workplace.site(session, site_id).timezone)
        because = checklists.problems(session, result.run_id, result.scrap)
        set_unfit(session, None, item, because, day, now=now, run_id=result.run_id)


def item_of(session: Session, site_id: int, code: str) -> Item:
    """The item with this code; raises `NotFound`."""
    item = session.scalar(select(Item).where(Item.site_id == site_id, Item.code == code))
    if item is None:
        raise NotFound()
    return item


def _place(session: Session, item: Item) -> str:
    return places(session, item.site_id).text(item.window_id, item.location_id, item.placing)


def _following(session: Session, actor: Actor, item: Item, today: date) -> Item | None:
    """What stands in the place of a scrapped one, else the next of the round."""
    if item.status == Status.SCRAPPED:
        return session.get(Item, item.successor_id) if item.successor_id else None
    return rounds.next_after(session, actor, item, today)


def _next_text(session: Session, item: Item, following: Item) -> str:
    if item.status == Status.SCRAPPED:
        return _("Inspect {code}, which took its place", code=following.code)
    place = following.placing or _place(session, following)
    return _("Next: {code} · {place}", code=following.code, place=place)


def _why(kind: Kind, dues: tuple[Due, ...]) -> str:
    """How often it is inspected here, and by which rule."""
    found = due.next_of(dues, Cause.INSPECTION)
    return due.explain(kind, found) if found else ""


def _known(kind: Kind, one: Due, today: date) -> tuple[str, bool]:
    """A date in a sentence, and whether it lies ahead."""
    good = not due.is_due(one.on, today)
    what = _what(kind, one)
    day = one.on.isoformat()
    if not good:
        return _("{what}: due since {day}", what=what, day=day), False
    left = (one.on - today).days
    if left > SOON_DAYS:
        return _("{what}: {day}", what=what, day=day), True
    return ngettext("{what}: {day}, in {n} day", "{what}: {day}, in {n} days", left,
                    what=what, day=day), True  # fmt: skip


def _what(kind: Kind, one: Due) -> str:
    if one.cause is Cause.SERVICE and (rule := kind.service(one.what)):
        return rule.display_name
    if one.cause is Cause.EXPIRY and (part := kind.consumable(one.what)):
        if one.why is due.Why.PRINT_UNKNOWN:
            return _("Printed date of {part} to be recorded", part=part.display_name)
        return _("Expiry of {part}", part=part.display_name)
    return _(due.CAUSE_NAMES[one.cause])


def _next(kind: Kind, one: Due) -> str:
    return _("Next inspection") if one.cause is Cause.INSPECTION else _what(kind, one)


def _seen(session: Session, item: Item, today: date) -> tuple[tuple[str, bool], ...]:
    """That it was inspected this month already, whatever comes of another time."""
    if item.last_inspected_on is None or item.last_inspected_on < today.replace(day=1):
        return ()
    said = _("Inspected this month already: {about}", about=_last(session, item))
    return ((said, item.failed_on is None),)


def _previous(session: Session, item: Item, today: date) -> str:
    """How it was last time, and by whom."""
    if item.last_inspected_on is None:
        return _("Not inspected yet.")
    if item.last_inspected_on >= today.replace(day=1):
        return ""
    return _("Last inspection {about}", about=_last(session, item))


def _last(session: Session, item: Item) -> str:
    """Day, result and inspector of the last inspection."""
    assert item.last_inspected_on  # noqa: S101 - asked for by the callers
    name = checklists.inspector(session, item.last_run_id)
    result = _("passed") if item.last_inspection_passed else _("problems found")
    day = day_text(item.last_inspected_on, weekday=False, year=True)
    return _("{day}, {result}, {name}", day=day, result=result, name=name or "–")


def _receipt(session: Session, item: Item, result: Inspected, today: date) -> Receipt:
    kind = kinds_of(session, item.site_id)[item.kind]
    dues = due.dues(kind, facts_of(session, [item])[item.id])
    lines = tuple((_next(kind, one), one.on.isoformat()) for one in _first_of_each(dues))
    notices = []
    if (item.window_id, item.location_id) != result.place:
        place = _place(session, item)
        notices.append(
            _(
                "{code} was moved meanwhile; it is registered at {place}. If it is not there,"
                " correct its place on its page.",
                code=item.code,
                place=place,
            )
        )
    if result.failed and item.condemned_on is None:
        notices.append(
            _(
                "{code} counts as not in order until it is mended or passes again; the hazard goes"
                " to whoever is in charge of it.",
                code=item.code,
            )
        )
    if item.condemned_on is not None:
        notices.append(_("{code} is out of service and has to be replaced.", code=item.code))
    else:
        notices += _coming(session, item, kind, dues, today)
    return Receipt(lines, tuple(notices))


def _first_of_each(dues: tuple[Due, ...]) -> list[Due]:
    """The next date of each cause, inspection first."""
    found = [due.next_of(dues, cause) for cause in Cause]
    return [one for one in found if one]


def _coming(
    session: Session, item: Item, kind: Kind, dues: tuple[Due, ...], today: date
) -> list[str]:
    """What falls due within a month, and who sees to it."""
    name = accounts.names(session, [item.custodian_id]).get(item.custodian_id or 0, "")
    said = []
    for one in dues:
        left = (one.on - today).days
        if one.cause is Cause.INSPECTION or left > 30:
            continue
        what = _what(kind, one)
        if left <= 0:
            said.append(_("{what} has been due since {day}.", what=what, day=one.on.isoformat()))
        elif name:
            said.append(_("{what} is due on {day}; {name} sees to it.",
                          what=what, day=one.on.isoformat(), name=name))  # fmt: skip
        else:
            said.append(_("{what} is due on {day}.", what=what, day=one.on.isoformat()))
    return said


SUBJECTS = Subjects(
    refusal=refusal,
    require=require,
    find=find,
    brief=brief,
    inspected=inspected,
    abandoned=abandoned,
)
