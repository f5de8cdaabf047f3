"""Dates that are not kept become hazards: one for each item and cause, and for each stock."""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final
from zlib import crc32

from sqlalchemy import select
from sqlalchemy.orm import Session

from equipment import due, long_away
from equipment.due import Cause, Due, Why
from equipment.kinds import Family, Kind
from equipment.long_away import LongAway
from equipment.models import ON_REGISTER, Item, Status
from equipment.service import rules
from equipment.service.history import part_name
from equipment.service.shortages import Shortage, shortages
from hazards import service as hazards
from hazards.service import Category, Found, Level, Origin
from safety_app.accounts import service as accounts
from safety_app.core.access import Role
from safety_app.core.clock import local_day
from safety_app.core.i18n import DEFAULT, N_, _, use_language
from safety_app.workplace import service as workplace

PREFIX: Final = "equipment:"
STOCK: Final = "stock-"
SUFFIX: Final = "#"
FILE: Final = Path(__file__).parent / "raises.toml"
CATEGORIES: Final[Mapping[Family, Category]] = {
    Family.EXTINGUISHER: Category.FIRE_EQUIPMENT,
    Family.HYDRANT: Category.FIRE_EQUIPMENT,
    Family.LIGHTING: Category.FIRE_EQUIPMENT,
    Family.DETECTION: Category.FIRE_EQUIPMENT,
    Family.DOOR: Category.FIRE_EQUIPMENT,
    Family.ELECTRIC: Category.ELECTRICITY,
}
LIFE_SAVING: Final = frozenset({Family.AED, Family.FIRST_AID})
WHAT_LIMIT: Final = 200
SCRAP_WORDS: Final[Mapping[Why, str]] = {
    Why.AGE: N_("{kind} {code} reached its scrap date ({day}), replace it"),
    Why.CONDEMNED: N_("{kind} {code} was found unfit for use on {day}, replace it"),
    Why.PHASED_OUT: N_("{kind} {code} is of a type that is phased out, replace it"),
    Why.UNREADABLE: N_("{kind} {code}: the manufacture date cannot be read, replace it"),
    Why.DATE_UNKNOWN: N_(
        "{kind} {code}: the manufacture date was not found out by {day}, replace it"
    ),
}
MEASURES: Final[Mapping[Cause, str]] = {
    Cause.SERVICE: N_("Have it serviced by who may, with a substitute meanwhile; record it."),
    Cause.SCRAP: N_("Replace it with one of at least equal protection; scrap the old one."),
    Cause.EXPIRY: N_("Change what has expired; record lot and new expiry."),
    Cause.INSPECTION: N_("Inspect it point by point and put right what is found."),
}
LOOK_UP: Final = N_("Read the printed date off it and record it; change what has expired.")
INTERIM: Final[Mapping[Cause, str]] = {
    Cause.SCRAP: N_("Stop using it; keep another one of equal protection at hand."),
}
STOCK_MEASURES: Final = N_("Fill up the stock; take out and replace what has expired.")


@dataclass(frozen=True, slots=True)
class Raise:
    """How a hazard of one cause is graded, and which point of a checklist says so.

    It is none before the cause has lasted `after` days.
    """

    level: Level
    days: int
    source: str
    after: int = 0


@dataclass(frozen=True, slots=True)
class Late:
    """A date of an item that is not kept; `on` is the date."""

    item_id: int
    code: str
    cause: Cause
    on: date

    @property
    def source(self) -> str:
        """By which its hazard is known: one for each item and cause."""
        return f"{PREFIX}{self.code}/{self.cause}"


@lru_cache(maxsize=1)
def raises() -> Mapping[str, Raise]:
    """The grades by cause."""
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {
        name: Raise(Level(row["level"]), row["days"], row["source"], row.get("after", 0))
        for name, row in data.items()
    }


def late_items(session: Session, site_id: int, today: date) -> Iterator[Late]:
    """Every date that is not kept; what must be scrapped is late with nothing else.

    Expiry, service and scrap count on the day itself, an inspection from the day after. What is
    away is being serviced and not here to be inspected; see `long_away`.
    """
    columns = (Item.id, Item.code, Item.status, Item.scrap_on, Item.service_by, Item.expires_on)
    query = select(*columns, Item.inspect_by).where(
        Item.site_id == site_id, Item.status.in_(ON_REGISTER), Item.due_on <= today
    )
    for row in session.execute(query.order_by(Item.due_on, Item.id)):
        if row.scrap_on is not None and due.is_due(row.scrap_on, today):
            yield Late(row.id, row.code, Cause.SCRAP, row.scrap_on)
            continue
        if row.expires_on is not None and due.is_due(row.expires_on, today):
            yield Late(row.id, row.code, Cause.EXPIRY, row.expires_on)
        if row.status == Status.AWAY:
            continue
        if row.service_by is not None and due.is_due(row.service_by, today):
            yield Late(row.id, row.code, Cause.SERVICE, row.service_by)
        if row.inspect_by is not None and row.inspect_by < today:
            yield Late(row.id, row.code, Cause.INSPECTION, row.inspect_by)


def raise_due(session: Session, site_id: int, now: datetime, most: int) -> int:
    """Register what is late and not known yet, at most so many at once; how many there were.

    What somebody has found to be no hazard is not registered again for the same date.
    """
    today = local_day(now, workplace.site(session, site_id).timezone)
    known = frozenset(hazards.open_by_source(session, site_id, PREFIX))
    desk = _Desk(session, site_id, known)
    fresh = [late for late in late_items(session, site_id, today) if desk.is_new(late.source)]
    raised = 0
    for start in range(0, len(fresh), most):
        found = desk.of_items(fresh[start : start + most])
        new = hazards.report_all(session, site_id, found, origin=Origin.CHECK, now=now)
        raised += len(new)
        if raised:
            return raised
    after = raises()[long_away.AWAY].after
    gone = long_away.long_away(session, site_id, today, after)
    found = [desk.of_away(one) for one in gone if desk.is_new(away_source(one))]
    short = [one for one in shortages(session, site_id, today) if desk.is_new(stock_source(one))]
    found += [desk.of_stock(one, today) for one in short]
    return len(hazards.report_all(session, site_id, found[:most], origin=Origin.CHECK, now=now))


def away_source(found: LongAway) -> str:
    """By which the hazard of what did not come back is known: one for each item."""
    return f"{PREFIX}{found.item.code}/{long_away.AWAY}"


def stock_source(shortage: Shortage) -> str:
    """By which the hazard of a stock is known: one for each stock."""
    return f"{PREFIX}{STOCK}{shortage.stock_id}/level"


def owner_of(
    session: Session, site_id: int, window_id: int | None, custodian_id: int | None
) -> int | None:
    """Who sees to it: a custodian who leads or is officer, else the lead where the custodian works,
    else the lead of the window where it is, else the officer, else a manager; or nobody.
    """
    custodian = _custodian(session, site_id, custodian_id)
    if custodian and custodian.roles & {Role.LEAD, Role.OFFICER}:
        return custodian.id
    works_at = custodian.window_ids if custodian else frozenset()
    here = [window_id] if window_id else []
    for one in (*sorted(works_at, key=lambda id: (id != window_id, id)), *here):
        if workplace.own_window(session, site_id, one).is_active:
            lead = accounts.lead_of(session, one)
            if lead is not None:
                return lead
    officers = accounts.with_role(session, site_id, Role.OFFICER)
    return next(iter([*officers, *accounts.with_role(session, site_id, Role.MANAGER)]), None)


def _custodian(session: Session, site_id: int, user_id: int | None) -> accounts.Person | None:
    """Who looks after it, unless they have left."""
    if user_id is None:
        return None
    person = accounts.get_person(session, site_id, user_id)
    return person if person.is_active else None


def sentence(kind: Kind, code: str, found: Due) -> str:
    """What is wrong and what to do, in the current language."""
    words = {"kind": kind.display_name, "code": code, "day": found.on.isoformat()}
    part = part_name(kind, found.what)
    match found.cause:
        case Cause.SERVICE if kind.family is Family.EXTINGUISHER:
            return _("{kind} {code}: due for {service} since {day}, send it away for it",
                     service=part, **words)  # fmt: skip
        case Cause.SERVICE:
            return _("{kind} {code}: {service} due since {day}", service=part, **words)
        case Cause.EXPIRY if found.why is Why.PRINT_UNKNOWN:
            return _("{kind} {code}: the printed date of “{part}” is not on record, look it up",
                     part=part, **words)  # fmt: skip
        case Cause.EXPIRY:
            return _("{kind} {code}: {part} expired on {day}, change it", part=part, **words)
        case Cause.INSPECTION:
            return _("{kind} {code} was not inspected by {day}", **words)
    return _(SCRAP_WORDS[found.why], **words)


class _Desk:
    """Puts what is late at one hall into words, asking for people once."""

    def __init__(self, session: Session, site_id: int, known: frozenset[str]) -> None:
        self.session, self.site_id = session, site_id
        self.known = {source.split(SUFFIX)[0] for source in known}
        self.with_point = {one.rpartition("/")[0] for one in self.known if not _is_cause(one)}
        self.owners: dict[tuple[int | None, int | None], int | None] = {}
        self.kinds = rules.kinds_of(session, site_id)

    def is_new(self, source: str) -> bool:
        """Whether no open hazard is known by it."""
        return source not in self.known

    def of_items(self, found: Sequence[Late]) -> list[Found]:
        """The hazard of each date; what an inspection has reported already is left out."""
        query = select(Item).where(Item.id.in_({late.item_id for late in found}))
        items = {item.id: item for item in self.session.scalars(query)}
        facts = rules.facts_of(self.session, list(items.values()))
        told = []
        for late in found:
            item = items[late.item_id]
            is_reported = f"{PREFIX}{late.code}" in self.with_point
            if late.cause is Cause.SCRAP and item.condemned_on and is_reported:
                continue
            dues = due.dues(self.kinds[item.kind], facts[item.id])
            behind = due.next_of(dues, late.cause)
            if behind is not None:
                told.append(self._of_item(item, late, behind))
        return told

    def of_stock(self, shortage: Shortage, today: date) -> Found:
        """What one stock wants; one that was found to be no hazard rests for the month."""
        source = stock_source(shortage)
        grade = raises()[f"stock_{shortage.wants[0]}"]
        return Found(
            source=source,
            key=f"{source}/{today:%Y-%m}/{crc32(shortage.what.encode()):08x}",
            what=shortage.what[:WHAT_LIMIT],
            what_en=shortage.what_en[:WHAT_LIMIT],
            level=grade.level,
            days=grade.days,
            category=Category.OTHER,
            window_id=shortage.window_id,
            location_id=shortage.location_id,
            owner_id=self._owner(shortage.window_id, shortage.custodian_id),
            measures=in_chinese(STOCK_MEASURES),
        )

    def of_away(self, found: LongAway) -> Found:
        """What did not come back from its firm."""
        item, grade = found.item, raises()[long_away.AWAY]
        kind, source = self.kinds[item.kind], away_source(found)
        what, what_en = both(lambda: long_away.sentence(kind, found, grade.after))
        return Found(
            source=source,
            key=f"{source}/{found.since}",
            what=what[:WHAT_LIMIT],
            what_en=what_en[:WHAT_LIMIT],
            level=grade.level,
            days=grade.days,
            category=CATEGORIES.get(kind.family, Category.OTHER),
            window_id=item.window_id,
            location_id=item.location_id,
            place=item.placing,
            owner_id=self._owner(item.window_id, item.custodian_id),
            measures=in_chinese(long_away.MEASURES),
            interim_measure=in_chinese(long_away.INTERIM),
        )

    def _of_item(self, item: Item, late: Late, behind: Due) -> Found:
        kind = self.kinds[item.kind]
        is_ppe = late.cause is Cause.EXPIRY and kind.family not in LIFE_SAVING
        grade = raises()["expiry_ppe" if is_ppe else late.cause]
        unknown = behind.why is Why.PRINT_UNKNOWN
        what, what_en = both(lambda: sentence(kind, item.code, behind))
        return Found(
            source=late.source,
            key=f"{late.source}/{late.on}",
            what=what[:WHAT_LIMIT],
            what_en=what_en[:WHAT_LIMIT],
            level=grade.level,
            days=grade.days,
            category=CATEGORIES.get(kind.family, Category.OTHER),
            window_id=item.window_id,
            location_id=item.location_id,
            place=item.placing,
            owner_id=self._owner(item.window_id, item.custodian_id),
            measures=in_chinese(LOOK_UP if unknown else MEASURES[late.cause]),
            interim_measure=in_chinese(INTERIM[late.cause]) if late.cause in INTERIM else "",
        )

    def _owner(self, window_id: int | None, custodian_id: int | None) -> int | None:
        asked = (window_id, custodian_id)
        if asked not in self.owners:
            self.owners[asked] = owner_of(self.session, self.site_id, *asked)
        return self.owners[asked]


def both(words: Callable[[], str]) -> tuple[str, str]:
    """The same words in Chinese and in English."""
    with use_language("zh_CN"):
        chinese = words()
    with use_language("en"):
        return chinese, words()


def in_chinese(text: str) -> str:
    """A text in the language that a hall's records are written in."""
    with use_language(DEFAULT):
        return _(text)


def _is_cause(source: str) -> bool:
    return source.rpartition("/")[2] in {*map(str, Cause), long_away.AWAY}
