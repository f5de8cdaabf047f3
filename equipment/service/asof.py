"""The register as it stood at a moment, told from its dated steps: what every paper counts.

What was entered at the cut-off or later is not known yet. What is written on an item (size, maker,
manufacture date) and the rules of its kind are as they are known now.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from equipment import due
from equipment.due import Cause, Due, Facts, Precision, Why
from equipment.kinds import Kind, changes_agent
from equipment.models import ON_REGISTER, Consumable, Item, ItemStep, Status, Step
from equipment.service import rules
from equipment.service.steps import MENDING, RULES
from safety_app.core.clock import local_day

REMEMBERED: Final = timedelta(days=400)
"""Inspections of so many days are read; who was not inspected since is overdue anyway."""
MOVING: Final = (Step.MOVE, Step.LEND, Step.RETURN, Step.REPLACE)
BATCH: Final = 500


class Lack(StrEnum):
    """What keeps an item from being intact."""

    SCRAP = "scrap"
    AWAY = "away"
    OUT = "out"
    EXPIRY = "expiry"
    UNDATED = "undated"
    SERVICE = "service"
    INSPECTION = "inspection"
    FAILED = "failed"


def lack_of(due: Due) -> Lack:
    """What is lacking once a date is reached."""
    return Lack.UNDATED if due.why is Why.PRINT_UNKNOWN else Lack(due.cause)


@dataclass(frozen=True, slots=True)
class AsOf:
    """Until when a paper knows what happened."""

    cutoff: datetime
    timezone: str

    @property
    def today(self) -> date:
        """The day on which the cut-off falls."""
        return local_day(self.cutoff, self.timezone)

    @property
    def day(self) -> date:
        """The last day that counts: the one before, where the cut-off is midnight."""
        return local_day(self.cutoff - timedelta(microseconds=1), self.timezone)


class Seen(NamedTuple):
    """One inspection."""

    step_id: int
    on: date
    passed: bool
    actor_id: int | None


@dataclass(frozen=True, slots=True)
class Serviced:
    """The last service of an item; without a step it was known when the item was registered."""

    on: date
    passed: bool = True
    firm: str = ""
    certificate: str = ""
    actor_id: int | None = None


@dataclass(slots=True)
class Stood:
    """One item as it stood; `inspections` are those remembered, the last one last.

    `lives` are the days on which its status changed, `refilled_on` is that of the last service
    which it passed and in which the agent was or may have been changed.
    """

    row: Any
    kind: Kind
    status: Status
    status_on: date
    place: tuple[int | None, int | None, str]
    lives: list[tuple[date, Status]] = field(default_factory=list)
    condemned_on: date | None = None
    services: dict[str, date] = field(default_factory=dict)
    last_service: Serviced | None = None
    refilled_on: date | None = None
    mended_by: int = 0
    inspections: list[Seen] = field(default_factory=list)
    last_inspected_on: date | None = None
    last_passed: bool | None = None
    facts: Facts | None = None
    dues: tuple[Due, ...] = ()

    @property
    def is_registered(self) -> bool:
        """Whether it is on the register, neither scrapped nor lost."""
        return self.status in ON_REGISTER

    @property
    def is_mended(self) -> bool:
        """Whether something was done since the last inspection, which it failed."""
        last = self.inspections[-1] if self.inspections else None
        failed = self.last_passed is False
        return failed and last is not None and self.mended_by > last.step_id

    def status_on_day(self, day: date) -> Status | None:
        """Its status at the end of a day; none before it was registered."""
        found = [status for on, status in self.lives if on <= day]
        return found[-1] if found else None

    def lacks(self, asof: AsOf) -> tuple[Lack, ...]:
        """What keeps it from being intact, as the hazards of late items see it.

        Service, expiry and scrapping count on the day itself, an inspection from the day after.
        """
        reached = {lack_of(one) for one in self.dues if one.on <= asof.day}
        if Lack.SCRAP in reached:
            return (Lack.SCRAP,)
        if self.status is Status.AWAY:
            return (Lack.AWAY,)
        inspect_by = due.next_of(self.dues, Cause.INSPECTION)
        wrong = (
            (Lack.OUT, self.status is Status.DEFECTIVE),
            (Lack.EXPIRY, Lack.EXPIRY in reached),
            (Lack.UNDATED, Lack.UNDATED in reached),
            (Lack.SERVICE, Lack.SERVICE in reached),
            (Lack.INSPECTION, inspect_by is not None and inspect_by.on < asof.today),
            (Lack.FAILED, self.last_passed is False and not self.is_mended),
        )
        return tuple(lack for lack, holds in wrong if holds)


def register_at(
    session: Session, site_id: int, asof: AsOf, window_id: int | None = None
) -> list[Stood]:
    """Every item registered before the cut-off, gone ones too, by code, where it was then.

    With a window only what was there.
    """
    kinds = rules.kinds_of(session, site_id)
    here = _candidates(site_id, asof, window_id)
    rows = session.execute(select(*_COLUMNS).where(here).order_by(Item.code)).all()
    found = {row.id: _new(row, kinds[row.kind]) for row in rows}
    for item_id, step in _steps(session, site_id, asof, here, window_id):
        _replay(found[item_id], step)
    _see(session, site_id, asof, found, here, window_id)
    _date(session, site_id, asof, found.values())
    if window_id is None:
        return list(found.values())
    return [one for one in found.values() if one.place[0] == window_id]


_COLUMNS: Final = (
    Item.id,
    Item.code,
    Item.kind,
    Item.size,
    Item.fire_classes,
    Item.maker,
    Item.serial,
    Item.made_on,
    Item.made_precision,
    Item.made_unknown_since,
    Item.window_id,
    Item.location_id,
    Item.placing,
    Item.walk_order,
    Item.custodian_id,
    Item.registered_on,
    Item.services_before,
    Item.last_inspected_on,
    Item.last_inspection_passed,
)
_STEP: Final = (
    ItemStep.item_id,
    ItemStep.id,
    ItemStep.step,
    ItemStep.on_date,
    ItemStep.actor_id,
    ItemStep.passed,
    ItemStep.services,
    ItemStep.firm,
    ItemStep.certificate,
    ItemStep.window_id,
    ItemStep.location_id,
    ItemStep.placing,
)


def _candidates(site_id: int, asof: AsOf, window_id: int | None) -> ColumnElement[bool]:
    known = and_(Item.site_id == site_id, Item.registered_at < asof.cutoff)
    if window_id is None:
        return known
    moved = select(ItemStep.item_id).where(
        ItemStep.site_id == site_id,
        ItemStep.step.in_(MOVING),
        or_(ItemStep.window_id == window_id, ItemStep.old_window_id == window_id),
    )
    return and_(known, or_(Item.window_id == window_id, Item.id.in_(moved)))


def _new(row: Any, kind: Kind) -> Stood:
    services = {code: date.fromisoformat(day) for code, day in (row.services_before or {}).items()}
    on = max(services.values(), default=None)
    return Stood(
        row=row,
        kind=kind,
        status=Status.IN_SERVICE,
        status_on=row.registered_on,
        place=(row.window_id, row.location_id, row.placing),
        lives=[(row.registered_on, Status.IN_SERVICE)],
        services=services,
        last_service=Serviced(on) if on else None,
        refilled_on=_refilled(kind, services),
    )


def _steps(
    session: Session,
    site_id: int,
    asof: AsOf,
    here: ColumnElement[bool],
    window_id: int | None,
) -> Iterator[tuple[int, Any]]:
    """Every step but inspections, in the order in which they were entered."""
    query = select(*_STEP).where(
        ItemStep.site_id == site_id,
        ItemStep.step.in_([step for step in Step if step is not Step.INSPECT]),
        ItemStep.at < asof.cutoff,
    )
    if window_id is not None:
        query = query.where(ItemStep.item_id.in_(select(Item.id).where(here)))
    for row in session.execute(query.order_by(ItemStep.id)):
        yield row.item_id, row


def _replay(one: Stood, row: Any) -> None:
    """What a step changed; what is entered late brings nothing back (see `servicing`)."""
    step = Step(row.step)
    rule = RULES.get(step)
    after = rule.after if rule else None
    if step is Step.SERVICE and row.passed is False:
        after = Status.DEFECTIVE
    is_late = one.status is not Status.IN_SERVICE and row.on_date < one.status_on
    if after is not None and after != one.status and not (is_late and step in MENDING):
        one.status, one.status_on = after, row.on_date
        one.lives.append((row.on_date, after))
    if step is Step.CONDEMN and one.condemned_on is None:
        one.condemned_on = row.on_date
    if step is Step.CLEAR:
        one.condemned_on = None
    if step in MENDING and row.passed is not False:
        one.mended_by = row.id
    if step is Step.SERVICE:
        _serviced(one, row)
    one.place = (row.window_id, row.location_id, row.placing)


def _serviced(one: Stood, row: Any) -> None:
    if row.passed is not False:
        for code in filter(None, row.services.split(",")):
            one.services[code] = max(row.on_date, one.services.get(code, row.on_date))
        one.refilled_on = _refilled(one.kind, one.services)
    if one.last_service is None or row.on_date >= one.last_service.on:
        passed = row.passed is not False
        one.last_service = Serviced(row.on_date, passed, row.firm, row.certificate, row.actor_id)


def _refilled(kind: Kind, services: Mapping[str, date]) -> date | None:
    """The last of these services in which the agent was or may have been changed."""
    return max((on for code, on in services.items() if changes_agent(kind, code)), default=None)


def _see(
    session: Session,
    site_id: int,
    asof: AsOf,
    found: Mapping[int, Stood],
    here: ColumnElement[bool],
    window_id: int | None,
) -> None:
    """The inspections remembered, and the last one of each item however old."""
    start = asof.day - REMEMBERED
    columns = (ItemStep.item_id, ItemStep.id, ItemStep.on_date, ItemStep.passed, ItemStep.actor_id)
    query = select(*columns).where(
        ItemStep.site_id == site_id, ItemStep.step == Step.INSPECT, ItemStep.at < asof.cutoff
    )
    if window_id is not None:
        query = query.where(ItemStep.item_id.in_(select(Item.id).where(here)))
    slow = {one.kind.code: one.kind.inspect_months or 1 for one in found.values()}
    slow = {code: months for code, months in slow.items() if months > 1}
    if slow:
        older = start - timedelta(days=31 * max(slow.values()))
        of_slow = select(Item.id).where(here, Item.kind.in_(slow))
        long_ago = query.where(
            ItemStep.on_date >= older, ItemStep.on_date < start, ItemStep.item_id.in_(of_slow)
        )
        _remember(session, found, long_ago)
    _remember(session, found, query.where(ItemStep.on_date.between(start, asof.day)))
    unseen = []
    for one in found.values():
        last = one.inspections[-1] if one.inspections else None
        if last is not None:
            one.last_inspected_on, one.last_passed = last.on, last.passed
        elif one.row.last_inspected_on is not None and one.row.last_inspected_on < start:
            one.last_inspected_on = one.row.last_inspected_on
            one.last_passed = one.row.last_inspection_passed
        elif one.row.last_inspected_on is not None:
            unseen.append(one.row.id)
    _see_older(session, start, found, unseen)


def _remember(session: Session, found: Mapping[int, Stood], query: Any) -> None:
    for item_id, step_id, on, passed, actor_id in session.execute(query.order_by(ItemStep.id)):
        found[item_id].inspections.append(Seen(step_id, on, passed is not False, actor_id))


def _see_older(
    session: Session, start: date, found: Mapping[int, Stood], unseen: Sequence[int]
) -> None:
    """What was inspected after the cut-off, and before that only long ago."""
    for at in range(0, len(unseen), BATCH):
        query = select(ItemStep.item_id, ItemStep.on_date, ItemStep.passed).where(
            ItemStep.item_id.in_(unseen[at : at + BATCH]),
            ItemStep.step == Step.INSPECT,
            ItemStep.on_date < start,
        )
        for item_id, on, passed in session.execute(query.order_by(ItemStep.id)):
            found[item_id].last_inspected_on, found[item_id].last_passed = on, passed


def _date(session: Session, site_id: int, asof: AsOf, found: Iterable[Stood]) -> None:
    """Work out the dates of what is on the register; many items share theirs."""
    parts = _parts(session, site_id, asof.day)
    twice_a_month = rules.half_monthly(session, site_id)
    known: dict[tuple[object, ...], tuple[Facts, tuple[Due, ...]]] = {}
    for one in found:
        if not one.is_registered:
            continue
        consumables = parts.get(one.row.id, ())
        twice = one.place[:2] in twice_a_month
        key = (
            one.kind.code, one.row.registered_on, one.row.made_on, one.row.made_precision,
            one.row.made_unknown_since, one.last_inspected_on, one.condemned_on, consumables,
            twice, tuple(sorted(one.services.items())),
        )  # fmt: skip
        if key not in known:
            facts = Facts(
                registered_on=one.row.registered_on,
                made_on=one.row.made_on,
                precision=Precision(one.row.made_precision),
                unknown_since=one.row.made_unknown_since,
                last_inspected_on=one.last_inspected_on,
                last_services=dict(one.services),
                consumables=consumables,
                condemned_on=one.condemned_on,
                is_half_monthly=twice,
            )
            known[key] = (facts, due.dues(one.kind, facts))
        one.facts, one.dues = known[key]


def _parts(session: Session, site_id: int, day: date) -> dict[int, tuple[tuple[str, date], ...]]:
    """The parts in each item on a day, with their expiry."""
    rows = session.execute(
        select(Consumable.item_id, Consumable.code, Consumable.expires_on)
        .where(
            Consumable.site_id == site_id,
            Consumable.put_in_on <= day,
            or_(Consumable.removed_on.is_(None), Consumable.removed_on > day),
        )
        .order_by(Consumable.id)
    )
    found: dict[int, list[tuple[str, date]]] = {}
    for item_id, code, expires_on in rows:
        found.setdefault(item_id, []).append((code, expires_on))
    return {item_id: tuple(parts) for item_id, parts in found.items()}
