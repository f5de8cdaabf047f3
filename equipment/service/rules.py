"""By which rules a hall's items are judged, and the dates that follow: kept for lists.

A hall's own figures win over the shipped ones and outlast their updates. Of a row that no longer
fits what is shipped, what still fits is kept.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final, cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from equipment.due import Cause, Facts, Precision, Why, dues, next_of
from equipment.hall_kinds import OF_A_HALL, outlives, with_changes
from equipment.kinds import Kind, known
from equipment.models import (
    ON_REGISTER,
    Consumable,
    EquipmentSettings,
    HallKind,
    Item,
    Profile,
    Status,
)
from safety_app.workplace import service as workplace

_ITEMS: Final = cast(Table, Item.__table__)
_DATES: Final = ("inspect_by", "service_by", "scrap_on", "expires_on", "due_on")
_MORE: Final = ("service_next", "expiry_unknown")
"""What is told of two of these dates."""
_WRITE: Final = (
    update(_ITEMS)
    .where(_ITEMS.c.id == bindparam("item"))
    .values({name: bindparam(f"new_{name}") for name in (*_DATES, *_MORE)})
)
AT_ONCE: Final = 10_000
"""How many ids go into one query."""


def profile_of(session: Session, site_id: int) -> Profile:
    """Whose rules hold in a hall; the Chinese standards unless it chose others."""
    query = select(EquipmentSettings.profile).where(EquipmentSettings.site_id == site_id)
    return Profile(session.scalar(query) or Profile.CN)


def kinds_of(session: Session, site_id: int) -> dict[str, Kind]:
    """Every kind of a hall by code: the built-in ones, its own, its own figures laid over.

    What only another profile knows, or the hall no longer uses, is not offered for new items.
    """
    found = dict(known(profile_of(session, site_id)))
    rows = session.scalars(select(HallKind).where(HallKind.site_id == site_id))
    for row in rows.all():
        kind = replace(laid_over(found.get(row.code), row), changed_at=row.changed_at)
        found[row.code] = kind if row.is_active else replace(kind, is_offered=False)
    return found


def laid_over(base: Kind | None, row: HallKind) -> Kind:
    """A stored row laid over what is shipped now; a service that has gone from there is left."""
    changes = dict(row.changes)
    if base is None:
        return with_changes(None, row.code, row.name, row.name_en, changes, row.because)
    services = cast("Mapping[str, object]", changes.get("services") or {})
    changes = {name: value for name, value in changes.items() if name in OF_A_HALL}
    if outlives(base, changes):  # set under rules that knew no age
        del changes["scrap_months"]
    changes["services"] = {code: two for code, two in services.items() if base.service(code)}
    return with_changes(base, row.code, row.name, row.name_en, changes, row.because)


def facts_of(session: Session, items: Sequence[Item]) -> dict[int, Facts]:
    """What is known of each item, by its id."""
    if not items:
        return {}
    site_id = items[0].site_id
    half = half_monthly(session, site_id)
    parts = _consumables(session, items)
    return {
        item.id: Facts(
            registered_on=item.registered_on,
            made_on=item.made_on,
            precision=Precision(item.made_precision),
            unknown_since=item.made_unknown_since,
            last_inspected_on=item.last_inspected_on,
            last_services={
                code: date.fromisoformat(day) for code, day in (item.last_services or {}).items()
            },
            consumables=tuple(parts.get(item.id, ())),
            condemned_on=item.condemned_on,
            is_half_monthly=(item.window_id, item.location_id) in half,
        )
        for item in items
    }


def refresh(session: Session, items: Sequence[Item]) -> int:
    """Write anew the dates that lists are sorted by; returns of how many items they changed.

    No edit: who is changing the item at the same time is not disturbed.
    """
    session.flush()
    if not items:
        return 0
    kinds, facts = kinds_of(session, items[0].site_id), facts_of(session, items)
    changed: list[dict[str, Any]] = []
    for item in items:
        new = _dates(item, kinds.get(item.kind), facts[item.id])
        if any(getattr(item, name) != day for name, day in new.items()):
            changed.append({"item": item.id, **{f"new_{name}": day for name, day in new.items()}})
            for name, day in new.items():
                set_committed_value(item, name, day)
    if changed:
        session.connection().execute(_WRITE, changed)
    return len(changed)


def refresh_all(session: Session, site_id: int) -> int:
    """The same for everything on a hall's register."""
    query = select(Item).where(Item.site_id == site_id, Item.status.in_(ON_REGISTER))
    return refresh(session, session.scalars(query.order_by(Item.id)).all())


def follow(session: Session, site_id: int, now: datetime) -> int:
    """Dates again after the places of a hall have changed: an area may be inspected twice a month.

    Told by the clock of the change, which no date here depends on.
    """
    return refresh_all(session, site_id)


def _dates(item: Item, kind: Kind | None, facts: Facts) -> Mapping[str, date | str | bool | None]:
    """The next date of each cause, and the earliest of them while the item is on the register."""
    if kind is None or item.status not in ON_REGISTER:
        return {**dict.fromkeys(_DATES), **dict(zip(_MORE, ("", False), strict=True))}
    found = dues(kind, facts)
    causes = (Cause.INSPECTION, Cause.SERVICE, Cause.SCRAP, Cause.EXPIRY)
    coming = [next_of(found, cause) for cause in causes]
    days = [due.on if due else None for due in coming]
    inspect_by, service_by, *ends = days
    # What is away is being serviced, and is not here to be inspected.
    here = () if item.status == Status.AWAY else (inspect_by, service_by, item.failed_on)
    known = [day for day in (*ends, *here) if day is not None]
    _inspection, service, _scrap, expiry = coming
    is_unknown = expiry is not None and expiry.why is Why.PRINT_UNKNOWN
    more = (service.what if service else "", is_unknown)
    dates = (*days, min(known, default=None), *more)
    return dict(zip((*_DATES, *_MORE), dates, strict=True))


def half_monthly(session: Session, site_id: int) -> set[tuple[int | None, int | None]]:
    """Windows and locations where extinguishers are inspected twice a month."""
    places = workplace.list_locations(session, site_id, active=False)
    flagged = {one.id for one in places if one.is_half_monthly}
    if not flagged:
        return set()
    windows = workplace.list_windows(session, site_id, active=False)
    here = [one.id for one in windows if one.location_id in flagged]
    every = [None, *(one.id for one in windows)]
    found: set[tuple[int | None, int | None]] = {(one, place) for one in every for place in flagged}
    return found | {(one, None) for one in here}


def _consumables(session: Session, items: Iterable[Item]) -> dict[int, list[tuple[str, date]]]:
    """What is in each item with its printed expiry."""
    ids = [item.id for item in items]
    found: dict[int, list[tuple[str, date]]] = defaultdict(list)
    for start in range(0, len(ids), AT_ONCE):
        rows = session.execute(
            select(Consumable.item_id, Consumable.code, Consumable.expires_on)
            .where(
                Consumable.item_id.in_(ids[start : start + AT_ONCE]),
                Consumable.removed_on.is_(None),
            )
            .order_by(Consumable.id)
        )
        for item_id, code, expires_on in rows:
            found[item_id].append((code, expires_on))
    return found
