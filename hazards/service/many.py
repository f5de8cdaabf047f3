"""Many hazards that the worker found at once: registered and handed out in a few statements."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from hazards.errors import PlaceMissing
from hazards.lifecycle import record_all
from hazards.models import Category, Hazard, Level, Origin, Status, Step
from hazards.service.deadlines import proposed_fix_by
from hazards.service.handling import plan_of
from hazards.service.numbering import next_numbers
from hazards.service.registering import REPEAT_WITHIN, SUFFIX, words_of
from hazards.visibility import IS_OPEN
from safety_app.core import clock, journal
from safety_app.workplace import service as workplace

AT_ONCE: Final = 500
"""How many sources go into one query."""
NO_PLAN: Final = {"measures": "", "interim_measure": "", "funds": "", "contingency": ""}


@dataclass(frozen=True, slots=True)
class Found:
    """What the worker found. One `source` has one open hazard, one `key` one hazard for ever.

    Without `owner_id` it waits to be assigned; with one who may serve it is handed out with its
    measures.
    """

    source: str
    key: str
    what: str
    what_en: str
    level: Level
    days: int
    category: Category
    window_id: int | None = None
    location_id: int | None = None
    place: str = ""
    owner_id: int | None = None
    measures: str = ""
    interim_measure: str = ""


def report_all(
    session: Session, site_id: int, found: Sequence[Found], *, origin: Origin, now: datetime
) -> list[Hazard]:
    """Register what is not known by its source or key; those that are new, in the same order."""
    journal.lock(session)
    today = clock.local_day(now, workplace.site(session, site_id).timezone)
    known = _known(session, site_id, found)
    new = [one for one in found if not {one.source, one.key} & known]
    if not new:
        return []
    new = _to_who_may_serve(session, site_id, new, today)
    deadlines = _deadlines(session, site_id, new, today)
    before = _closed_lately(session, site_id, [one.source for one in new], now)
    numbers = next_numbers(session, site_id, today.year, len(new))
    rows = [
        {
            **_row(one, deadlines[one.level, one.days], now),
            "site_id": site_id,
            "number": number,
            "origin": origin,
            "repeat_of_id": before.get(one.source),
        }
        for one, number in zip(new, numbers, strict=True)
    ]
    insertion = insert(Hazard).returning(Hazard, sort_by_parameter_order=True)
    hazards = session.scalars(insertion, rows).all()
    _write_steps(session, hazards, now)
    return list(hazards)


def _to_who_may_serve(
    session: Session, site_id: int, found: Sequence[Found], today: date
) -> list[Found]:
    """What was meant for somebody whom the gate keeps off waits to be assigned."""
    owners = {one.owner_id for one in found if one.owner_id is not None}
    barred = workplace.bars(session, site_id, today, today, owners).keys() if owners else ()
    return [replace(one, owner_id=None) if one.owner_id in barred else one for one in found]


def _row(found: Found, fix_by: date, now: datetime) -> dict[str, Any]:
    """The columns as `report` fills them, and `assign` where there is an owner."""
    if not (found.window_id or found.location_id or found.place):
        raise PlaceMissing()
    is_owned = found.owner_id is not None
    plan = plan_of(found.measures, found.interim_measure) if is_owned else NO_PLAN
    return {
        **words_of(what=found.what, what_en=found.what_en, place=found.place),
        **plan,
        "status": Status.ASSIGNED if is_owned else Status.REGISTERED,
        "category": found.category,
        "level": found.level,
        "urgency": 0 if found.level == Level.URGENT else 1,
        "preset_level": found.level,
        "preset_days": found.days,
        "source": found.source,
        "client_key": found.key,
        "window_id": found.window_id,
        "location_id": found.location_id,
        "registered_at": now,
        "fix_by": fix_by,
        "owner_id": found.owner_id,
        "assigned_at": now if is_owned else None,
        "original_fix_by": fix_by if is_owned else None,
    }


def _write_steps(session: Session, hazards: Sequence[Hazard], now: datetime) -> None:
    graded = [
        {"level": one.level, "legal_class": one.legal_class, "fix_by": one.fix_by}
        for one in hazards
    ]
    record_all(session, hazards, Step.REGISTER, graded, now=now)
    handed = [one for one in hazards if one.owner_id is not None]
    given = [
        {
            "owner_id": one.owner_id,
            "fix_by": one.fix_by,
            "legal_class": one.legal_class,
            "note": one.measures,
        }
        for one in handed
    ]
    record_all(session, handed, Step.ASSIGN, given, now=now)


def _known(session: Session, site_id: int, found: Sequence[Found]) -> set[str]:
    """The sources that have an open hazard, and the keys of any."""
    known: set[str] = set()
    for part in _portions(found):
        sources, keys = [one.source for one in part], [one.key for one in part]
        here = select(Hazard.source).where(Hazard.site_id == site_id, Hazard.source.in_(sources))
        known |= {one for one in session.scalars(here.where(IS_OPEN)) if one}
        there = select(Hazard.client_key).where(
            Hazard.site_id == site_id, Hazard.client_key.in_(keys)
        )
        known |= {one for one in session.scalars(there) if one}
    return known


def _closed_lately(
    session: Session, site_id: int, sources: Sequence[str], now: datetime
) -> Mapping[str, int]:
    """The last closed hazard of each source, if it was closed within 90 days."""
    query = (
        select(Hazard.source, Hazard.id)
        .where(
            Hazard.site_id == site_id,
            Hazard.source.is_not(None),
            Hazard.status == Status.CLOSED,
            Hazard.closed_at >= now - REPEAT_WITHIN,
        )
        .order_by(Hazard.closed_at, Hazard.id)
    )
    wanted = set(sources)
    closed = ((str(source).split(SUFFIX)[0], found) for source, found in session.execute(query))
    return {source: found for source, found in closed if source in wanted}


def _deadlines(
    session: Session, site_id: int, found: Iterable[Found], today: date
) -> dict[tuple[Level, int], date]:
    """What the rules propose for each level and number of days."""
    return {
        (level, days): proposed_fix_by(
            session, site_id, level=level, preset_level=level, preset_days=days, today=today
        )
        for level, days in {(one.level, one.days) for one in found}
    }


def _portions(found: Sequence[Found]) -> Iterable[Sequence[Found]]:
    return (found[start : start + AT_ONCE] for start in range(0, len(found), AT_ONCE))
