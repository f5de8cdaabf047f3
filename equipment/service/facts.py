"""What is written down of an item when it is registered or edited, and what may stand there.

`ground` reads once what it is held against: a list of thousands is checked without a query more.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Protocol, TypedDict

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from equipment.date_errors import MadeForgotten, ScrapLifted, ServiceAtScrap, WorkBeforeMade
from equipment.due import Cause, Facts, Precision, add_months, dues, is_due, next_of
from equipment.errors import (
    CustodianUnknown,
    DayAhead,
    FireClassUnknown,
    KindKeptAsStock,
    KindPhasedOut,
    LimitsWrong,
    MadeDateMissing,
    MadeInFuture,
    MadeTooLongAgo,
    PlaceGone,
    PlaceMissing,
    PlaceUnknown,
    ServiceBeforeMade,
    ServicesMissing,
    UnknownConsumable,
    UnknownKind,
)
from equipment.kinds import FIRE_CLASSES, Family, Kind
from equipment.models import ItemStep, Step
from equipment.protection_errors import FireClassBeyond
from equipment.service import rules
from equipment.wording import made_text
from safety_app.accounts import service as accounts
from safety_app.core.i18n import N_, bilingual, day_text
from safety_app.core.text import clean
from safety_app.workplace import service as workplace
from safety_app.workplace.models import Location, Window

EARLIEST: Final = date(1970, 1, 1)
KNOWN: Final = frozenset({Precision.DAY, Precision.MONTH})
WORK: Final = (Step.SERVICE, Step.REPAIR, Step.CHANGE_CONSUMABLE)
"""What is done on an item itself, so that it was made before."""


class Written(TypedDict, total=False):
    """What is written on an item; what is left out stays as it is.

    `fire_classes` left out are the usual ones of the kind. `last_service_on` means the usual
    service of the kind, `last_services` names each by its code. `limits` are [low, high] of a
    reading by item code of the checklist.
    """

    size: str
    fire_classes: str | None
    maker: str
    serial: str
    limits: Mapping[str, tuple[float | None, float | None]]
    last_service_on: date | None
    last_services: Mapping[str, date]


@dataclass(frozen=True, slots=True)
class Ground:
    """The hall's kinds, places and people, as they are now; out of use ones among the places."""

    site_id: int
    profile: str
    kinds: Mapping[str, Kind]
    windows: Mapping[int, Window]
    locations: Mapping[int, Location]
    people: frozenset[int]


@dataclass(frozen=True, slots=True)
class Made:
    """The manufacture date as it is kept; `unknown_since` starts the time to find it out."""

    on: date | None
    precision: Precision
    unknown_since: date | None


class Before(Protocol):
    """What is on record of an item, or of a row that was read of it."""

    @property
    def code(self) -> str: ...
    @property
    def made_on(self) -> date | None: ...
    @property
    def made_precision(self) -> Precision | str: ...
    @property
    def made_unknown_since(self) -> date | None: ...
    @property
    def registered_on(self) -> date: ...
    @property
    def condemned_on(self) -> date | None: ...
    @property
    def scrap_on(self) -> date | None: ...


def ground(session: Session, site_id: int) -> Ground:
    """What the facts of new items are held against."""
    windows = workplace.list_windows(session, site_id, active=False)
    locations = workplace.list_locations(session, site_id, active=False)
    return Ground(
        site_id=site_id,
        profile=rules.profile_of(session, site_id),
        kinds=rules.kinds_of(session, site_id),
        windows={one.id: one for one in windows},
        locations={one.id: one for one in locations},
        people=frozenset(one.id for one in accounts.list_people(session, site_id)),
    )


def kind_to_register(ground: Ground, code: str, *, may_be_phased_out: bool) -> Kind:
    """The kind of a new item; one that is phased out only if it is known to be."""
    kind = ground.kinds.get(code)
    if kind is None or not kind.is_offered:
        raise UnknownKind()
    if kind.is_stocked:
        raise KindKeptAsStock(kind=kind.display_name)
    if kind.is_phased_out and not may_be_phased_out:
        raise KindPhasedOut(kind=kind.display_name)
    return kind


def made(
    kind: Kind,
    made_on: date | None,
    precision: Precision,
    *,
    today: date,
    unknown_since: date | None = None,
) -> Made:
    """The manufacture date checked; of month precision the first of its month."""
    precision = Precision(precision)
    if precision not in KNOWN:
        is_open = precision is Precision.UNKNOWN and kind.needs_made_date
        return Made(None, precision, (unknown_since or today) if is_open else None)
    if made_on is None:
        raise MadeDateMissing()
    on = made_on.replace(day=1) if precision is Precision.MONTH else made_on
    if on > today:
        raise MadeInFuture(day=made_text(on, precision))
    if on < EARLIEST:
        raise MadeTooLongAgo(day=made_text(on, precision), first=EARLIEST.year)
    return Made(on, precision, None)


def corrected(
    kind: Kind,
    before: Before,
    made_on: date | None,
    precision: Precision,
    *,
    worked_on: Collection[date],
    reason: str,
    today: date,
) -> Made:
    """The manufacture date as an edit or a list corrects it.

    It never becomes unknown again, so that the time to find it out runs once; it lies before all
    work on the item; and a scrap date that has been reached is put off only for a `reason`.
    """
    is_asked = kind.needs_made_date or kind.scrap_months is not None
    if precision == Precision.UNKNOWN != before.made_precision and is_asked:
        shown = made_text(before.made_on, before.made_precision)
        raise MadeForgotten(code=before.code, made=shown)
    since = before.made_unknown_since or before.registered_on
    found = made(kind, made_on, precision, today=today, unknown_since=since)
    is_other = (found.on, found.precision) != (before.made_on, before.made_precision)
    first = min(worked_on, default=None)
    if is_other and found.on and first and first < found.on:
        shown = made_text(found.on, found.precision)
        raise WorkBeforeMade(code=before.code, made=shown, day=_long(first))
    if not reason and is_lifted(kind, before, found, today):
        raise ScrapLifted(code=before.code, day=_long(before.scrap_on or today))
    return found


def first_work(session: Session, site_id: int, item_id: int | None = None) -> dict[int, date]:
    """The first day on which the history of each item, or of one, tells of work on it."""
    query = select(ItemStep.item_id, func.min(ItemStep.on_date)).where(
        ItemStep.site_id == site_id, ItemStep.step.in_(WORK)
    )
    if item_id is not None:
        query = query.where(ItemStep.item_id == item_id)
    return {row[0]: row[1] for row in session.execute(query.group_by(ItemStep.item_id))}


def known_days(*services: Mapping[str, str] | None) -> list[date]:
    """The days of services that are kept by their code."""
    return [date.fromisoformat(day) for one in services for day in (one or {}).values()]


def is_lifted(kind: Kind, before: Before, now: Made, today: date) -> bool:
    """Whether an item that has reached its scrap date would not have to be scrapped any more."""
    if before.scrap_on is None or not is_due(before.scrap_on, today):
        return False
    facts = Facts(
        before.registered_on, now.on, now.precision, now.unknown_since,
        condemned_on=before.condemned_on,
    )  # fmt: skip
    scrap = next_of(dues(kind, facts), Cause.SCRAP)
    return scrap is None or not is_due(scrap.on, today)


def written(
    kind: Kind, said: Written, made_on: date | None, *, profile: str, today: date
) -> dict[str, Any]:
    """The columns that follow from what was written; only of what was said."""
    found: dict[str, Any] = {}
    for name, field, limit in (
        ("size", N_("Size"), 32),
        ("maker", N_("Maker"), 64),
        ("serial", N_("Serial number"), 64),
    ):
        if name in said:
            found[name] = clean(str(said[name]), field=field, limit=limit)  # type: ignore[literal-required]
    if "fire_classes" in said:
        found["fire_classes"] = _classes(kind, said["fire_classes"], profile)
    if "limits" in said:
        found["limits"] = {code: _limits(*pair) for code, pair in said["limits"].items()}
    if "last_services" in said or said.get("last_service_on"):
        found["last_services"] = _services(kind, said, made_on, today)
        found["services_before"] = found["last_services"]
    return found


def check_place(ground: Ground, window_id: int | None, location_id: int | None) -> None:
    """Raise unless at least one is given, and what is given is in use in this hall."""
    if window_id is None and location_id is None:
        raise PlaceMissing()
    for found, wanted in (
        (ground.windows.get(window_id or 0), window_id),
        (ground.locations.get(location_id or 0), location_id),
    ):
        if wanted is None:
            continue
        if found is None:
            raise PlaceUnknown()
        if not found.is_active:
            raise PlaceGone(name=bilingual(found.name, found.name_en))


def check_custodian(ground: Ground, user_id: int | None) -> None:
    """Raise `CustodianUnknown` for somebody who does not work here now."""
    if user_id is not None and user_id not in ground.people:
        raise CustodianUnknown()


def check_consumables(kind: Kind, expiries: Mapping[str, date]) -> None:
    """Raise `UnknownConsumable` for a part that this kind has not."""
    if any(kind.consumable(code) is None for code in expiries):
        raise UnknownConsumable()


def _classes(kind: Kind, letters: str | None, profile: str) -> str:
    """The letters of the fire classes in their order; only extinguishers have some."""
    if kind.family is not Family.EXTINGUISHER:
        return ""
    if letters is None:
        return kind.fire_classes
    known = "".join(FIRE_CLASSES[profile])
    said = {letter for letter in letters.upper() if letter.isalnum()}
    if not said <= set(known):
        raise FireClassUnknown(letters=letters[:8], known=", ".join(known))
    beyond = [letter for letter in known if letter in said and not kind.may_cover(letter)]
    if beyond:
        raise FireClassBeyond(
            kind=kind.display_name, letters=", ".join(beyond), known=", ".join(kind.most_classes)
        )
    return "".join(letter for letter in known if letter in said)


def _limits(low: float | None, high: float | None) -> list[float | None]:
    shown = {"low": "–" if low is None else low, "high": "–" if high is None else high}
    numbers = [value for value in (low, high) if value is not None]
    if not numbers or not all(0 <= value < 100_000 for value in numbers):
        raise LimitsWrong(**shown)
    if low is not None and high is not None and low > high:
        raise LimitsWrong(**shown)
    return [low, high]


def _services(kind: Kind, said: Written, made_on: date | None, today: date) -> dict[str, str]:
    """The days of the last services by code."""
    found = dict(said.get("last_services", {}))
    usual, on = kind.usual_service, said.get("last_service_on")
    if on is not None and usual is not None:
        found.setdefault(usual.code, on)
    if any(kind.service(code) is None for code in found):
        raise ServicesMissing()
    for day in found.values():
        if day > today:
            raise DayAhead(day=day_text(day, year=True))
        if made_on is not None:
            _check_age(kind, made_on, day)
    return {code: str(day) for code, day in found.items()}


def _check_age(kind: Kind, made_on: date, day: date) -> None:
    """Raise if a service was done before an item was made, or once it was to be scrapped."""
    if day < made_on:
        raise ServiceBeforeMade(made=_long(made_on), day=_long(day))
    scrap = add_months(made_on, kind.scrap_months) if kind.scrap_months else None
    if scrap is not None and day >= scrap:
        raise ServiceAtScrap(made=_long(made_on), scrap=_long(scrap), day=_long(day))


def _long(day: date) -> str:
    return day_text(day, weekday=False, year=True)
