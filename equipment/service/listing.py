"""The register as a list: filtered, counted and paged by the database, as light rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from equipment.codes import normal
from equipment.kinds import Family, Kind
from equipment.models import ON_REGISTER, Item, Status
from equipment.permissions import Permission
from equipment.service import rules
from equipment.service.places import Places, places
from equipment.standing import SOON_DAYS, Standing, standings
from equipment.visibility import visible_to, within
from safety_app.core.access import Actor
from safety_app.core.i18n import N_

PAGE_SIZE: Final = 30
MOST: Final = 200
SEARCH_LIMIT: Final = 60
GONE: Final = (Status.LOST, Status.SCRAPPED)
HERE: Final = sorted(ON_REGISTER)
OUT: Final = (Status.AWAY, Status.DEFECTIVE)


class View(StrEnum):
    """Which items a list shows; `PRESSING` are those due and those to be scrapped together.

    Each on the register stands in one of the others after the first.
    """

    ALL = "all"
    PRESSING = "pressing"
    DUE = "due"
    SOON = "soon"
    FINE = "fine"
    TO_SCRAP = "to_scrap"
    OUT = "out"
    GONE = "gone"


VIEW_NAMES: Final[Mapping[View, str]] = {
    View.ALL: N_("All"),
    View.PRESSING: N_("To be seen to now"),
    View.DUE: N_("Due or overdue"),
    View.SOON: N_("Due within 30 days"),
    View.FINE: N_("In order"),
    View.TO_SCRAP: N_("To be scrapped"),
    View.OUT: N_("Away or out of service"),
    View.GONE: N_("Scrapped or lost"),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What to list. `common`: at no window; `floor` is a floor's name, with its windows.

    `kept`: only what is the actor's to keep.
    """

    today: date
    view: View = View.ALL
    text: str = ""
    family: Family | None = None
    kind: str = ""
    window_id: int | None = None
    location_id: int | None = None
    floor: str | None = None
    common: bool = False
    kept: bool = False
    page: int = 1
    size: int = PAGE_SIZE


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One line of a list; `change_by` is the next service, named by its code, or new part."""

    id: int
    code: str
    name: str
    place: str
    status: Status
    standings: tuple[Standing, ...]
    change_by: date | None
    service: str
    scrap_on: date | None
    inspect_by: date | None


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list; `more` tells that another follows."""

    rows: tuple[ItemRow, ...]
    page: int
    more: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """How many items in sight stand in each view; those scrapped or lost are not counted.

    `failed` are those of the due ones that failed their last inspection.
    """

    by_view: Mapping[View, int] = field(default_factory=dict)
    failed: int = 0

    @property
    def total(self) -> int:
        """All on the register."""
        return sum(self.by_view.values())

    @property
    def overdue(self) -> int:
        """What must be done or replaced now."""
        return self.of(View.DUE) + self.of(View.TO_SCRAP)

    def of(self, view: View) -> int:
        """The count of a view."""
        if view is View.PRESSING:
            return self.overdue
        return self.total if view is View.ALL else self.by_view.get(view, 0)


_COLUMNS: Final = (
    Item.id,
    Item.code,
    Item.kind,
    Item.size,
    Item.window_id,
    Item.location_id,
    Item.placing,
    Item.status,
    Item.made_on,
    Item.made_unknown_since,
    Item.condemned_on,
    Item.failed_on,
    Item.inspect_by,
    Item.service_by,
    Item.scrap_on,
    Item.expires_on,
    Item.service_next,
    Item.expiry_unknown,
)
_WORST: Final = (Item.due_on.asc().nulls_last(), Item.id)
_LATEST: Final = (Item.status_on.desc(), Item.id.desc())


def list_items(session: Session, actor: Actor, filters: Filters) -> Listing:
    """One page of the items in sight, the most pressing first; those gone, the latest first."""
    size = min(max(filters.size, 1), MOST)
    page = max(filters.page, 1)
    order = _LATEST if filters.view is View.GONE else _WORST
    kinds = rules.kinds_of(session, actor.site_id)
    named = places(session, actor.site_id)
    # Chosen in the index first: only the rows shown are read from the table.
    chosen = (
        select(Item.id)
        .where(_in_sight(actor, filters), *_conditions(filters, kinds, named))
        .order_by(*order)
        .limit(size + 1)
        .offset((page - 1) * size)
    )
    found = session.execute(select(*_COLUMNS).where(Item.id.in_(chosen)).order_by(*order)).all()
    return Listing(_rows(found[:size], kinds, named, filters.today), page, len(found) > size)


def every_item(session: Session, actor: Actor, filters: Filters) -> list[Item]:
    """All items in sight that fit, by code: for a paper, which has no pages to turn."""
    kinds = rules.kinds_of(session, actor.site_id)
    conditions = _conditions(filters, kinds, places(session, actor.site_id))
    query = select(Item).where(_in_sight(actor, filters), *conditions).order_by(Item.code)
    return list(session.scalars(query))


def counts(session: Session, actor: Actor, today: date, *, kept: bool = False) -> Counts:
    """How many stand in each view; with `kept` only what is the actor's to keep.

    Counted in ranges of the list's index. What has reached its earliest date is due or scrap, so
    that only the rest is asked what comes within a month.
    """
    mine = _kept_by(actor) if kept else visible_to(actor)
    counted = select(func.count()).where(Item.site_id == actor.site_id, mine)
    here = counted.where(Item.status == Status.IN_SERVICE)
    out = counted.where(Item.status.in_(OUT))
    reached, scrap = Item.due_on <= today, Item.scrap_on <= today
    queries = (
        here,
        here.where(reached),
        here.where(reached, scrap),
        here.where(Item.due_on > today, _comes_by(today + timedelta(days=SOON_DAYS))),
        out,
        out.where(reached, scrap),
        here.where(reached, Item.failed_on <= today, or_(Item.scrap_on.is_(None), ~scrap)),
    )
    row = session.execute(select(*(query.scalar_subquery() for query in queries))).one()
    in_service, now, scrap_here, soon, away, scrap_out, failed = (int(one or 0) for one in row)
    return Counts(
        {
            View.DUE: now - scrap_here,
            View.SOON: soon,
            View.FINE: in_service - now - soon,
            View.TO_SCRAP: scrap_here + scrap_out,
            View.OUT: away - scrap_out,
        },
        failed,
    )


def _comes_by(day: date) -> ColumnElement[bool]:
    """A service, a scrapping or an expiry until a day."""
    return or_(Item.service_by <= day, Item.scrap_on <= day, Item.expires_on <= day)


def has_any(session: Session, actor: Actor) -> bool:
    """Whether there is anything in sight, on the register or gone from it."""
    return session.scalar(select(Item.id).where(visible_to(actor)).limit(1)) is not None


def _in_sight(actor: Actor, filters: Filters) -> ColumnElement[bool]:
    return _kept_by(actor) if filters.kept else visible_to(actor)


def _kept_by(actor: Actor) -> ColumnElement[bool]:
    return or_(within(actor, Permission.KEEP), Item.custodian_id == actor.user_id)


def _bucket(today: date) -> ColumnElement[str]:
    """In which view an item on the register stands; a missing date is never reached."""
    soon = today + timedelta(days=SOON_DAYS)
    return case(
        (Item.scrap_on <= today, View.TO_SCRAP),
        (Item.status != Status.IN_SERVICE, View.OUT),
        (
            or_(
                Item.inspect_by <= today,
                Item.service_by <= today,
                Item.expires_on <= today,
                Item.failed_on <= today,
            ),
            View.DUE,
        ),
        (_comes_by(soon), View.SOON),
        else_=View.FINE,
    )


def _conditions(
    filters: Filters, kinds: Mapping[str, Kind], named: Places
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        Item.status.in_(GONE if filters.view is View.GONE else HERE)
    ]
    if filters.view is View.PRESSING:
        found.append(_bucket(filters.today).in_((View.DUE, View.TO_SCRAP)))
    elif filters.view not in (View.ALL, View.GONE):
        found.append(_bucket(filters.today) == filters.view)
    if filters.kind:
        found.append(Item.kind == filters.kind)
    elif filters.family:
        found.append(Item.kind.in_(_of_family(kinds, filters.family)))
    found += _where(filters, named)
    words = filters.text.replace("\x00", "")[:SEARCH_LIMIT].split()
    return found + [_matches(word, kinds, named) for word in words]


def _where(filters: Filters, named: Places) -> list[ColumnElement[bool]]:
    if filters.window_id is not None:
        return [Item.window_id == filters.window_id]
    if filters.location_id is not None:
        return [Item.location_id == filters.location_id]
    if filters.floor is not None:
        return [named.on(filters.floor)]
    return [Item.window_id.is_(None)] if filters.common else []


def _of_family(kinds: Mapping[str, Kind], family: Family) -> list[str]:
    return [code for code, kind in kinds.items() if kind.family is family]


def _matches(word: str, kinds: Mapping[str, Kind], named: Places) -> ColumnElement[bool]:
    """Code, size, maker, number, placing, name of the kind or of the place contain a word."""
    low = word.lower()
    columns = (Item.code, Item.size, Item.maker, Item.serial, Item.placing)
    parts: list[ColumnElement[bool]] = [
        column.icontains(word, autoescape=True) for column in columns
    ]
    parts.append(Item.code == normal(word))
    of_kind = [
        code
        for code, kind in kinds.items()
        if any(low in name.lower() for name in (kind.name, kind.name_en))
    ]
    lists: tuple[tuple[Any, list[Any]], ...] = (
        (Item.kind, of_kind),
        (Item.window_id, [one for one, name in named.windows.items() if low in name.lower()]),
        (Item.location_id, [one for one, name in named.locations.items() if low in name.lower()]),
    )
    parts += [column.in_(values) for column, values in lists if values]
    return or_(*parts)


def _rows(
    found: Sequence[Any], kinds: Mapping[str, Kind], named: Places, today: date
) -> tuple[ItemRow, ...]:
    return tuple(
        ItemRow(
            id=row.id,
            code=row.code,
            name=f"{kinds[row.kind].display_name} {row.size}".strip(),
            place=named.text_now(row.window_id, row.location_id, row.placing),
            status=Status(row.status),
            standings=standings(row, today),
            change_by=(change := _change(row, today))[0],
            service=change[1],
            scrap_on=row.scrap_on,
            inspect_by=row.inspect_by,
        )
        for row in found
    )


def _change(row: Any, today: date) -> tuple[date | None, str]:
    """The next service or new part; what is scrap is not serviced any more."""
    if row.scrap_on is not None and row.scrap_on <= today:
        return None, ""
    expires_on = None if row.expiry_unknown else row.expires_on
    found = min(filter(None, (row.service_by, expires_on)), default=None)
    return found, row.service_next if found == row.service_by else ""
