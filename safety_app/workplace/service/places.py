"""The hall, its parts and its windows."""

import re
import unicodedata
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfoNotFoundError

from sqlalchemy import select
from sqlalchemy.orm import Session

from safety_app.core import clock, journal
from safety_app.core.access import Actor
from safety_app.core.clock import local_day, zone
from safety_app.core.db import kept
from safety_app.core.errors import NotFound, TextMissing, TextTooLong
from safety_app.core.i18n import N_, _, bilingual, day_text
from safety_app.workplace.errors import (
    LocationNameTaken,
    UnknownTimeZone,
    UnknownWindow,
    WindowCodeTaken,
    WindowCodeUnclear,
    WindowGone,
)
from safety_app.workplace.models import Location, Site, UnitKind, Window
from safety_app.workplace.permissions import Permission
from safety_app.workplace.service.changes import changed
from safety_app.workplace.service.naming import keep_name

_CODE: Final = re.compile(r"[\w.-]+")


def create_site(
    session: Session,
    *,
    name: str,
    name_en: str = "",
    timezone: str = "Asia/Shanghai",
    unit_kind: UnitKind = UnitKind.ORGAN,
    key_fire_unit: bool = False,
    public_gathering: bool = False,
    crowded_place: bool = True,
    business_operator: bool = False,
    is_demo: bool = False,
    now: datetime,
) -> Site:
    """Set up a hall with its legal profile; by the command line, before anybody can sign in."""
    check_timezone(timezone)
    site = Site(
        name=short_text(name, N_("Name of the hall"), 128),
        name_en=short_text(name_en, N_("English name"), 128, needed=False),
        timezone=timezone,
        unit_kind=unit_kind,
        key_fire_unit=key_fire_unit,
        public_gathering=public_gathering,
        crowded_place=crowded_place,
        business_operator=business_operator,
        is_demo=is_demo,
        created_at=now,
    )
    session.add(site)
    session.flush()
    journal.write(session, None, "workplace.create_site", "site", site.id, now=now, site_id=site.id)
    return site


def create_location(
    session: Session,
    actor: Actor | None,
    *,
    site_id: int,
    name: str,
    name_en: str = "",
    floor: str = "",
    is_patrolled: bool = False,
    is_basement: bool = False,
    is_key_location: bool = False,
    is_half_monthly: bool = False,
    follow: bool = True,
    now: datetime,
) -> Location:
    """Add a part of the building."""
    require_settings(actor, site_id)
    journal.lock(session)
    added = Location(
        site_id=site_id,
        name=_free_name(session, site_id, name, None),
        name_en=short_text(name_en, N_("English name"), 64, needed=False),
        floor=short_text(floor, N_("Floor"), 16, needed=False),
        is_patrolled=is_patrolled,
        is_basement=is_basement,
        is_key_location=is_key_location,
        is_half_monthly=is_half_monthly,
    )
    session.add(added)
    session.flush()
    journal.write(
        session, actor, "workplace.create_location", "location", added.id,
        now=now, site_id=site_id,
    )  # fmt: skip
    if follow:
        changed(session, site_id, now)
    return added


def update_location(
    session: Session,
    actor: Actor | None,
    location_id: int,
    *,
    site_id: int,
    name: str,
    name_en: str = "",
    floor: str = "",
    is_patrolled: bool = False,
    is_basement: bool = False,
    is_key_location: bool = False,
    is_half_monthly: bool = False,
    has_own_hours: bool = False,
    open_on_holidays: bool = False,
    is_active: bool = True,
    follow: bool = True,
    now: datetime,
) -> Location:
    """Change a part of the building; one that is no longer used keeps its records."""
    require_settings(actor, site_id)
    journal.lock(session)
    found = location(session, site_id, location_id)
    facts = {
        "name": _free_name(session, site_id, name, location_id),
        "name_en": short_text(name_en, N_("English name"), 64, needed=False),
        "floor": short_text(floor, N_("Floor"), 16, needed=False),
        "is_patrolled": is_patrolled,
        "is_basement": is_basement,
        "is_key_location": is_key_location,
        "is_half_monthly": is_half_monthly,
        "has_own_hours": has_own_hours,
        "open_on_holidays": has_own_hours and open_on_holidays,
        "is_active": is_active,
    }
    before = {field: getattr(found, field) for field in facts}
    for field, value in facts.items():
        setattr(found, field, value)
    session.flush()
    journal.write(
        session, actor, "workplace.update_location", "location", location_id,
        now=now, site_id=site_id, facts={"before": before, "after": facts},
    )  # fmt: skip
    if follow:
        changed(session, site_id, now)
    return found


def create_window(
    session: Session,
    actor: Actor | None,
    *,
    site_id: int,
    code: str,
    name: str,
    name_en: str = "",
    agency: str = "",
    agency_en: str = "",
    location_id: int | None = None,
    follow: bool = True,
    now: datetime,
) -> Window:
    """Add a window; its code is unique in the hall.

    Whoever adds many lets the features follow once at the end, with `changed`.
    """
    require_settings(actor, site_id)
    journal.lock(session)
    code = _free_code(session, site_id, code)
    if location_id is not None:
        location(session, site_id, location_id)
    window = Window(
        site_id=site_id,
        code=code,
        name=short_text(name, N_("Name of a place"), 64),
        name_en=short_text(name_en, N_("English name"), 64, needed=False),
        agency=short_text(agency, N_("Agency"), 64, needed=False),
        agency_en=short_text(agency_en, N_("Agency"), 64, needed=False),
        location_id=location_id,
    )
    session.add(window)
    session.flush()
    journal.write(
        session, actor, "workplace.create_window", "window", window.id, now=now, site_id=site_id
    )
    if follow:
        changed(session, site_id, now)
    return window


def update_window(
    session: Session,
    actor: Actor | None,
    window_id: int,
    *,
    site_id: int,
    name: str,
    name_en: str = "",
    agency: str = "",
    agency_en: str = "",
    location_id: int | None = None,
    follow: bool = True,
    now: datetime,
) -> Window:
    """Rename a window or move it; its number stays, since records and labels carry it."""
    require_settings(actor, site_id)
    journal.lock(session)
    window = own_window(session, site_id, window_id)
    if not window.is_active:
        raise WindowGone(code=window.code)
    if location_id is not None:
        location(session, site_id, location_id)
    facts = {
        "name": short_text(name, N_("Name of a place"), 64),
        "name_en": short_text(name_en, N_("English name"), 64, needed=False),
        "agency": short_text(agency, N_("Agency"), 64, needed=False),
        "agency_en": short_text(agency_en, N_("Agency"), 64, needed=False),
        "location_id": location_id,
    }
    before = {field: getattr(window, field) for field in facts}
    if (facts["name"], facts["name_en"]) != (window.name, window.name_en):
        keep_name(session, window, local_day(now, site(session, site_id).timezone))
    for field, value in facts.items():
        setattr(window, field, value)
    session.flush()
    journal.write(
        session, actor, "workplace.update_window", "window", window_id,
        now=now, site_id=site_id, facts={"before": before, "after": facts},
    )  # fmt: skip
    if follow:
        changed(session, site_id, now)
    return window


def site(session: Session, site_id: int) -> Site:
    """One hall."""
    found = session.get(Site, site_id)
    if found is None:
        raise NotFound()
    return kept(session, ("site", site_id), lambda: found)  # nobody else may hold it


def records_since(session: Session, site_id: int) -> date:
    """The first day of which something can be said: from which patrols count, else of the hall."""
    found = site(session, site_id)
    return found.counts_from or clock.local_day(found.created_at, found.timezone)


def before_records(session: Session, site_id: int, day: date) -> str:
    """Why nothing can be said of a day: records began later; else nothing."""
    since = records_since(session, site_id)
    if day >= since:
        return ""
    return _("Records begin on {day}; of days before it nothing can be said here.",
             day=day_text(since, year=True))  # fmt: skip


def list_sites(session: Session) -> list[Site]:
    """Every hall of this installation, the first one first."""
    return list(session.scalars(select(Site).order_by(Site.id)))


def list_windows(session: Session, site_id: int, *, active: bool = True) -> list[Window]:
    """Windows by code; `active=False` includes those out of use."""
    query = select(Window).where(Window.site_id == site_id).order_by(Window.code, Window.id)
    return list(session.scalars(query.where(Window.is_active) if active else query))


def list_locations(session: Session, site_id: int, *, active: bool = True) -> list[Location]:
    """Parts of the building, by floor; `active=False` includes those out of use."""
    query = select(Location).where(Location.site_id == site_id)
    if active:
        query = query.where(Location.is_active)
    return list(session.scalars(query.order_by(Location.floor, Location.id)))


def location_names(session: Session, site_id: int) -> dict[int, str]:
    """Name of every part of the building in the current language."""
    rows = session.execute(
        select(Location.id, Location.name, Location.name_en)
        .where(Location.site_id == site_id)
        .order_by(Location.floor, Location.id)
    )
    return {id_: bilingual(name, name_en) for id_, name, name_en in rows}


def window_code(session: Session, site_id: int, window_id: int) -> str:
    """The number that a window is known by, such as A01."""
    query = select(Window.code).where(Window.id == window_id, Window.site_id == site_id)
    code = session.scalar(query)
    if code is None:
        raise NotFound()
    return code


def window_site(session: Session, window_id: int) -> int:
    """The hall that a window belongs to."""
    window = session.get(Window, window_id)
    if window is None:
        raise NotFound()
    return window.site_id


def find_window(session: Session, site_id: int, code: str) -> Window | None:
    """The window with this code, if the hall has one."""
    return session.scalar(select(Window).where(Window.site_id == site_id, Window.code == code))


def get_window(session: Session, site_id: int, code: str) -> Window:
    """The window with this code."""
    found = find_window(session, site_id, code.strip())
    if found is None:
        raise UnknownWindow(code=code)
    return found


def require_settings(actor: Actor | None, site_id: int) -> None:
    """Settings are the administrator's, and those of the own hall only."""
    if actor is None:
        return
    actor.require(Permission.SETTINGS, who=N_("The administrator"))
    if actor.site_id != site_id:
        raise NotFound()


def own_window(session: Session, site_id: int, window_id: int) -> Window:
    """One window of this hall, by id."""
    found = session.get(Window, window_id)
    if found is None or found.site_id != site_id:
        raise NotFound()
    return found


def check_timezone(name: str) -> None:
    """Raise `UnknownTimeZone` unless the IANA list has it."""
    try:
        zone(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnknownTimeZone(name=name) from error


def is_code(code: str) -> bool:
    """Whether a window may carry this number; lists of numbers part them by blanks and commas."""
    return _CODE.fullmatch(unicodedata.normalize("NFKC", code).strip()) is not None


def _free_code(session: Session, site_id: int, code: str) -> str:
    """A number that no window has or had; `ａ01` and `a01` are taken for `A01`."""
    code = short_text(unicodedata.normalize("NFKC", code), N_("Window number"), 16)
    if not is_code(code):
        raise WindowCodeUnclear(code=code)
    for taken in session.scalars(select(Window.code).where(Window.site_id == site_id)):
        if taken.casefold() == code.casefold():
            raise WindowCodeTaken(code=taken)
    return code


def _free_name(session: Session, site_id: int, name: str, own_id: int | None) -> str:
    name = short_text(name, N_("Name of a place"), 64)
    query = select(Location.id).where(Location.site_id == site_id, Location.name == name)
    if any(id_ != own_id for id_ in session.scalars(query)):
        raise LocationNameTaken(name=name)
    return name


def location(session: Session, site_id: int, location_id: int) -> Location:
    """One part of the building."""
    found = session.get(Location, location_id)
    if found is None or found.site_id != site_id:
        raise NotFound()
    return found


def short_text(value: str, field: str, limit: int, *, needed: bool = True) -> str:
    """A line of text without blanks around it, checked for its column."""
    value = value.strip()
    if needed and not value:
        raise TextMissing(field=field)
    if len(value) > limit:
        raise TextTooLong(field=field, limit=limit)
    return value
