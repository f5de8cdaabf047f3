"""How a hazard comes onto the list: reported, or seen again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hazards.errors import PlaceMissing, PlaceUnknown
from hazards.lifecycle import take
from hazards.models import (
    Category,
    Hazard,
    HazardStep,
    Kind,
    LegalClass,
    Level,
    Origin,
    Phase,
    Status,
    Step,
)
from hazards.permissions import Permission
from hazards.service.deadlines import proposed_fix_by
from hazards.service.loading import load
from hazards.service.numbering import next_number
from hazards.service.photos import add_photos, add_uploads
from hazards.visibility import IS_OPEN
from safety_app.core import clock, journal
from safety_app.core.access import Actor
from safety_app.core.i18n import N_
from safety_app.core.photos import Photo
from safety_app.core.text import clean
from safety_app.workplace import service as workplace

REPEAT_WITHIN: Final = timedelta(days=90)
# A second, different problem at the same item has the item's source with such a suffix.
SUFFIX: Final = "#"


@dataclass(frozen=True, slots=True)
class OpenHazard:
    """What a checklist shows beside an item that has an open hazard."""

    id: int
    number: str
    level: Level
    what: str
    what_en: str
    fix_by: date | None
    status: Status


def report(
    session: Session,
    actor: Actor | None,
    *,
    site_id: int | None = None,
    what: str,
    what_en: str = "",
    level: Level,
    category: Category,
    origin: Origin,
    now: datetime,
    window_id: int | None = None,
    location_id: int | None = None,
    place: str = "",
    note: str = "",
    kind: Kind = Kind.SAFETY,
    legal_class: LegalClass = LegalClass.GENERAL,
    source: str | None = None,
    preset_level: Level | None = None,
    preset_days: int | None = None,
    photos: Sequence[Photo] = (),
    upload_ids: Sequence[int] = (),
    client_key: str | None = None,
    run_id: int | None = None,
    level_reason: str = "",
    inspection_id: int | None = None,
    fix_by: date | None = None,
) -> Hazard:
    """Register a hazard; what is known already is returned instead.

    The same `client_key` gives the same hazard. An open one of the same `source` is seen again,
    once a run. `actor` is `None` for the worker, which passes `site_id`. `fix_by` is the day that
    the authority of `inspection_id` set; without it the rules propose one.
    """
    site = _site_of(actor, site_id)
    if actor is not None:
        _check_may_report(actor, kind, origin)
    journal.lock(session)
    known = _sent_before(session, site, client_key) or _open_one(session, site, source)
    if known is not None:
        if not (client_key and known.client_key == client_key):
            _see_again(session, actor, known, now=now, note=note, photos=photos, run_id=run_id)
        return known
    _check_place(session, site, window_id, location_id, place)
    zone = actor.timezone if actor else workplace.site(session, site).timezone
    today = clock.local_day(now, zone)
    level = Level(level)
    if fix_by is None:
        fix_by = proposed_fix_by(
            session, site, level=level, preset_level=preset_level, preset_days=preset_days,
            today=today,
        )  # fmt: skip
    hazard = Hazard(
        site_id=site,
        number="",
        kind=Kind(kind),
        status=Status.REGISTERED,
        **words_of(what=what, what_en=what_en, note=note, place=place),
        category=Category(category),
        level=level,
        preset_level=preset_level,
        preset_days=preset_days,
        legal_class=LegalClass(legal_class),
        origin=Origin(origin),
        source=source,
        client_key=client_key,
        window_id=window_id,
        location_id=location_id,
        registered_at=now,
        registered_by=actor.user_id if actor else None,
        inspection_id=inspection_id,
        fix_by=fix_by,
        repeat_of_id=_closed_lately(session, site, source, now),
    )
    reason = clean(level_reason, field=N_("Reason for the level"), limit=500)
    hazard.number = next_number(session, site, today.year)
    session.add(hazard)
    session.flush()
    graded = {"level": level, "legal_class": hazard.legal_class, "fix_by": fix_by}
    take(session, actor, hazard, Step.REGISTER, now=now, note=reason, run_id=run_id, **graded)
    add_photos(session, actor, hazard, photos, Phase.BEFORE, now=now)
    if actor is not None:
        add_uploads(session, actor, hazard, upload_ids, Phase.BEFORE, now=now)
    session.flush()
    return hazard


def words_of(*, what: str, what_en: str, place: str, note: str = "") -> dict[str, str]:
    """What a hazard says of itself, as it may be stored."""
    return {
        "what": clean(what, field=N_("What is wrong"), limit=200, required=True),
        "what_en": clean(what_en, field=N_("What is wrong"), limit=200),
        "place": clean(place, field=N_("Place"), limit=100),
        "note": clean(note, field=N_("Note"), limit=1000, lines=True),
    }


def sight(
    session: Session,
    actor: Actor | None,
    hazard_id: int,
    *,
    now: datetime,
    note: str = "",
    photos: Sequence[Photo] = (),
    run_id: int | None = None,
) -> Hazard:
    """Note that an open hazard was seen again; once a run. Changes no status."""
    journal.lock(session)
    hazard = load(session, actor, hazard_id)
    _see_again(session, actor, hazard, now=now, note=note, photos=photos, run_id=run_id)
    return hazard


def attach_photos(
    session: Session,
    actor: Actor | None,
    hazard_id: int,
    photos: Sequence[Photo],
    phase: Phase,
    *,
    now: datetime,
) -> None:
    """Add pictures that arrived after the hazard was registered."""
    hazard = load(session, actor, hazard_id)
    add_photos(session, actor, hazard, photos, phase, now=now)
    session.flush()


def open_by_source(session: Session, site_id: int, prefix: str) -> dict[str, OpenHazard]:
    """Open hazards by source, for sources that begin with `prefix`."""
    matching: list[Any] = [
        Hazard.site_id == site_id,
        Hazard.source.startswith(prefix, autoescape=True),
        IS_OPEN,
    ]
    if session.get_bind().dialect.name == "sqlite":  # compares bytes, so the index serves a range
        matching += [Hazard.source >= prefix, Hazard.source < prefix + "\U0010ffff"]
    found = session.execute(
        select(
            Hazard.source,
            Hazard.id,
            Hazard.number,
            Hazard.level,
            Hazard.what,
            Hazard.what_en,
            Hazard.fix_by,
            Hazard.status,
        ).where(*matching)
    )
    return {
        source: OpenHazard(found_id, number, Level(level), what, what_en, fix_by, Status(status))
        for source, found_id, number, level, what, what_en, fix_by, status in found
        if source
    }


def _check_may_report(actor: Actor, kind: Kind, origin: Origin) -> None:
    actor.require(Permission.REPORT)
    if kind == Kind.SERVICE and origin == Origin.MANUAL:
        actor.require(Permission.REPORT_POINT, who=N_("A lead, the safety officer or a manager"))


def _site_of(actor: Actor | None, site_id: int | None) -> int:
    site = actor.site_id if actor else site_id
    if site is None:
        raise ValueError("a hazard needs a site")
    return site


def _sent_before(session: Session, site_id: int, client_key: str | None) -> Hazard | None:
    if client_key is None:
        return None
    return session.scalar(
        select(Hazard).where(Hazard.site_id == site_id, Hazard.client_key == client_key)
    )


def _open_one(session: Session, site_id: int, source: str | None) -> Hazard | None:
    if source is None:
        return None
    return session.scalar(
        select(Hazard).where(Hazard.site_id == site_id, Hazard.source == source, IS_OPEN)
    )


def _closed_lately(session: Session, site_id: int, source: str | None, now: datetime) -> int | None:
    """The last closed hazard of the same item, if it was closed within 90 days."""
    if source is None:
        return None
    base = source.split(SUFFIX)[0]
    suffixed = Hazard.source.startswith(base + SUFFIX, autoescape=True)
    return session.scalar(
        select(Hazard.id)
        .where(
            Hazard.site_id == site_id,
            or_(Hazard.source == base, suffixed),
            Hazard.status == Status.CLOSED,
            Hazard.closed_at >= now - REPEAT_WITHIN,
        )
        .order_by(Hazard.closed_at.desc(), Hazard.id.desc())
        .limit(1)
    )


def _check_place(
    session: Session, site_id: int, window_id: int | None, location_id: int | None, place: str
) -> None:
    if window_id is None and location_id is None and not place.strip():
        raise PlaceMissing()
    if window_id is not None and window_id not in workplace.window_names(session, site_id):
        raise PlaceUnknown()
    if location_id is not None and location_id not in workplace.location_names(session, site_id):
        raise PlaceUnknown()


def _see_again(
    session: Session,
    actor: Actor | None,
    hazard: Hazard,
    *,
    now: datetime,
    note: str,
    photos: Sequence[Photo],
    run_id: int | None,
) -> None:
    if not (run_id and _seen_in(session, hazard.id, run_id)):
        words = clean(note, field=N_("Note"), limit=1000, lines=True)
        take(session, actor, hazard, Step.SIGHT, now=now, note=words, run_id=run_id)
    add_photos(session, actor, hazard, photos, Phase.BEFORE, now=now)
    session.flush()


def _seen_in(session: Session, hazard_id: int, run_id: int) -> bool:
    return (
        session.scalar(
            select(HazardStep.id)
            .where(HazardStep.hazard_id == hazard_id, HazardStep.run_id == run_id)
            .limit(1)
        )
        is not None
    )
