"""One item with all that its page shows."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from equipment import due
from equipment.due import Cause, Due, Precision
from equipment.kinds import Kind
from equipment.models import ON_REGISTER, Item, Status, Step
from equipment.service import rules, steps
from equipment.service.history import replaced_by
from equipment.service.life import is_only_condemned
from equipment.service.loading import by_code
from equipment.service.places import places
from equipment.service.register import is_serviced
from equipment.standing import Standing, standings
from hazards import service as hazards
from hazards.service import OpenHazard
from safety_app.accounts import service as accounts
from safety_app.core.access import Actor


@dataclass(frozen=True, slots=True)
class DueView:
    """A date to keep, what falls due, and the rule behind; `is_local` if that is the hall's own.

    `code` is that of the service or part; `is_unknown`: its printed date is to be looked up.
    """

    cause: Cause
    on: date
    code: str
    what: str
    because: str
    is_local: bool
    days_left: int
    is_unknown: bool = False


@dataclass(frozen=True, slots=True)
class ItemDetail:
    """One item as it stands today, and what the actor may do with it.

    `stands_in_for` and `stood_in_by` are codes of the item that is away and of its substitute.
    """

    id: int
    code: str
    row_version: int
    kind: Kind
    profile: str
    name: str
    size: str
    fire_classes: str
    maker: str
    serial: str
    limits: dict[str, list[float | None]]
    place: str
    is_place_gone: bool
    window_id: int | None
    location_id: int | None
    placing: str
    status: Status
    status_on: date
    standings: tuple[Standing, ...]
    made_on: date | None
    precision: Precision
    scrap_on: date | None
    custodian: str
    custodian_id: int | None
    condemned_because: str
    is_only_condemned: bool
    photo_key: str
    last_inspected_on: date | None
    last_inspection_passed: bool | None
    has_failed: bool
    last_services: dict[str, date]
    is_serviced: bool
    dues: tuple[DueView, ...]
    hazards: tuple[OpenHazard, ...]
    successor: str
    predecessor: str
    stands_in_for: str
    stood_in_by: str
    registered_by: str
    registered_at: datetime
    allowed: frozenset[Step]


def get_detail(session: Session, actor: Actor, code: str, *, today: date) -> ItemDetail:
    """The item with this code; raises `NotFound` outside the actor's sight."""
    item = by_code(session, actor, code)
    kind = rules.kinds_of(session, item.site_id)[item.kind]
    names = accounts.names(session, [item.custodian_id, item.registered_by])
    codes, named = _codes(session, item), places(session, item.site_id)
    found = hazards.open_by_source(session, item.site_id, f"equipment:{item.code}/")
    return ItemDetail(
        id=item.id,
        code=item.code,
        row_version=item.row_version,
        kind=kind,
        profile=rules.profile_of(session, item.site_id),
        name=f"{kind.display_name} {item.size}".strip(),
        size=item.size,
        fire_classes=item.fire_classes,
        maker=item.maker,
        serial=item.serial,
        limits=dict(item.limits or {}),
        place=named.text_now(item.window_id, item.location_id, item.placing),
        is_place_gone=named.is_gone(item.window_id, item.location_id),
        window_id=item.window_id,
        location_id=item.location_id,
        placing=item.placing,
        status=Status(item.status),
        status_on=item.status_on,
        standings=standings(item, today),
        made_on=item.made_on,
        precision=Precision(item.made_precision),
        scrap_on=item.scrap_on,
        custodian=names.get(item.custodian_id or 0, ""),
        custodian_id=item.custodian_id,
        condemned_because=item.condemned_because,
        is_only_condemned=is_only_condemned(session, item, today),
        photo_key=item.photo_key or "",
        last_inspected_on=item.last_inspected_on,
        last_inspection_passed=item.last_inspection_passed,
        has_failed=item.failed_on is not None,
        last_services={
            name: date.fromisoformat(day) for name, day in (item.last_services or {}).items()
        },
        is_serviced=is_serviced(session, item.id),
        dues=_dues(session, item, kind, today),
        hazards=tuple(found.values()),
        successor=codes.get(item.successor_id or 0, ""),
        predecessor=next(reversed(replaced_by(session, item).values()), ""),
        stands_in_for=codes.get(item.stands_in_for_id or 0, ""),
        stood_in_by=_substitute(session, item),
        registered_by=names.get(item.registered_by, ""),
        registered_at=item.registered_at,
        allowed=steps.allowed(actor, item),
    )


def _dues(session: Session, item: Item, kind: Kind, today: date) -> tuple[DueView, ...]:
    """Every date of an item on the register, the earliest first; what is scrap is not serviced."""
    if item.status not in ON_REGISTER:
        return ()
    found = due.dues(kind, rules.facts_of(session, [item])[item.id])
    if item.scrap_on is not None and due.is_due(item.scrap_on, today):
        found = tuple(one for one in found if one.cause is not Cause.SERVICE)
    return tuple(_view(kind, one, today) for one in found)


def _view(kind: Kind, one: Due, today: date) -> DueView:
    rule = kind.service(one.what) or kind.consumable(one.what)
    local = {
        Cause.INSPECTION: "inspect_months" in kind.local and one.why is due.Why.RHYTHM,
        Cause.SERVICE: f"service:{one.what}" in kind.local,
        Cause.SCRAP: "scrap_months" in kind.local and one.why is due.Why.AGE,
    }
    return DueView(
        cause=one.cause,
        on=one.on,
        code=one.what,
        what=rule.display_name if rule else "",
        because=due.explain(kind, one),
        is_local=local.get(one.cause, False),
        days_left=(one.on - today).days,
        is_unknown=one.why is due.Why.PRINT_UNKNOWN,
    )


def _codes(session: Session, item: Item) -> dict[int, str]:
    """Codes of the items that this one names."""
    wanted = [one for one in (item.successor_id, item.stands_in_for_id) if one]
    if not wanted:
        return {}
    rows = session.execute(select(Item.id, Item.code).where(Item.id.in_(wanted)))
    return {row.id: row.code for row in rows}


def _substitute(session: Session, item: Item) -> str:
    """The code of what stands in for it while it is away."""
    query = select(Item.code).where(Item.site_id == item.site_id, Item.stands_in_for_id == item.id)
    return session.scalar(query.limit(1)) or ""
