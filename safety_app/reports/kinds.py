"""Which papers a person may print, for which places and periods, and at which address."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from sqlalchemy.orm import Session

from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.feature import PaperFormat, PaperKind, PaperPeriod
from safety_app.core.i18n import _, bilingual, day_text, month_text
from safety_app.features import features
from safety_app.reports.months import months_since, usual_month
from safety_app.workplace import service as workplace

if TYPE_CHECKING:
    from safety_app.workplace.models import Window

WINDOW, LOCATION = "window", "location"


@dataclass(frozen=True, slots=True)
class Place:
    """A window, or a part of the building, that a paper may be about."""

    key: str
    name: str
    window_id: int | None = None
    code: str = ""

    @property
    def is_window(self) -> bool:
        """Whether it is a window."""
        return self.window_id is not None


def offered(actor: Actor) -> list[PaperKind]:
    """The papers of all features that this person may print for some place, in their order."""
    found = [kind for feature in features() for kind in feature.papers]
    return sorted((one for one in found if _may(actor, one)), key=lambda one: one.order)


def places(session: Session, actor: Actor, kind: PaperKind) -> list[Place]:
    """The places this person may print it for: windows by code, then parts of the building."""
    reach = actor.reach(kind.permission)
    windows = workplace.list_windows(session, actor.site_id, active=False)
    windows.sort(key=lambda one: not one.is_active)
    found = [
        Place(f"{WINDOW}-{one.code}", _named(one), one.id, one.code)
        for one in windows
        if kind.is_of_a_window
        and reach.covers(one.id)
        and (one.is_active or one.retired_on is not None)
    ]
    if kind.location_address and reach.covers(None):
        found += [
            Place(f"{LOCATION}-{one.id}", bilingual(one.name, one.name_en))
            for one in workplace.list_locations(session, actor.site_id)
        ]
    return found


def _named(window: "Window") -> str:
    """Code and name; of one that is retired also until when it was in use."""
    name = f"{window.code} {bilingual(window.name, window.name_en)}"
    if window.is_active or window.retired_on is None:
        return name
    day = day_text(window.retired_on, weekday=False, year=True)
    return _("{name} (in use until {day})", name=name, day=day)


def periods(session: Session, actor: Actor, kind: PaperKind, *, now: datetime) -> list[str]:
    """Months, quarters or years since the hall's records began, the latest first."""
    site = workplace.site(session, actor.site_id)
    today = clock.local_day(now, site.timezone)
    months = months_since(site.created_at, site.timezone, today)
    match kind.period:
        case "month":
            return [f"{year}-{month:02}" for year, month in months]
        case "quarter":
            quarters = (f"{year}-Q{(month + 2) // 3}" for year, month in months)
            return list(dict.fromkeys(quarters))
        case "year":
            return list(dict.fromkeys(str(year) for year, _month in months))
        case "none":
            return []


def usual_period(period: PaperPeriod, today: date) -> str:
    """What is printed at this time of the month."""
    year, month = usual_month(today)
    match period:
        case "month":
            return f"{year}-{month:02}"
        case "quarter":
            return f"{year}-Q{(month + 2) // 3}"
        case "year":
            return str(year)
        case "none":
            return ""


def period_text(period: str) -> str:
    """`2026-10`, `2026-Q4` or `2026` in words."""
    year, _dash, rest = period.partition("-")
    if rest.startswith("Q"):
        return _("Quarter {quarter} of {year}", quarter=rest[1:], year=year)
    if rest.isdecimal():
        return month_text(int(year), int(rest))
    return _("Year {year}", year=year) if year.isdecimal() else period


def address(
    kind: PaperKind, place: Place | None, period: str, suffix: PaperFormat, language: str
) -> str:
    """Where the paper is."""
    template = kind.address
    if place is not None and not place.is_window:
        template = kind.location_address
    path = template.format(
        window=quote(place.code, safe="") if place else "",
        location=place.key.removeprefix(f"{LOCATION}-") if place else "",
        month=period,
        quarter=period,
        year=period,
    )
    return f"{path}.{suffix}?{urlencode({'lang': language})}"


def _may(actor: Actor, kind: PaperKind) -> bool:
    if kind.is_of_a_window:
        return actor.may_somewhere(kind.permission)
    return actor.reach(kind.permission).site
