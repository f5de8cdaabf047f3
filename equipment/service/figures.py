"""The figures of safety facilities at a cut-off: intact rate, what falls due, coverage, cost."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any, Final, TypeVar

from sqlalchemy import extract, func, select
from sqlalchemy.orm import Session, aliased

from equipment.due import HALF_MONTH, Cause, Due, add_months
from equipment.models import Item, ItemStep, Status, Step
from equipment.service.asof import AsOf, Lack, Stood
from safety_app.accounts import service as accounts

K = TypeVar("K")
SOON_DAYS: Final = 30
AHEAD_DAYS: Final = 90
MONTHS: Final = 12
LATE: Final = (Lack.SCRAP, Lack.EXPIRY, Lack.SERVICE, Lack.INSPECTION)
CHANGES: Final = (Cause.SERVICE, Cause.EXPIRY, Cause.SCRAP)
WORK: Final = (Step.SERVICE, Step.REPAIR, Step.CHANGE_CONSUMABLE)
LEAVING: Final = (Step.SCRAP, Step.LOSE, Step.REPLACE)


@dataclass(slots=True)
class Tally:
    """Items on the register, and how many of them stand how.

    `late` are past a date; each is counted once, however much it lacks. `soon` and `ahead` have a
    service, expiry or scrapping within 30 and 90 days. `never` are intact ones that were not
    inspected yet and need not have been, `mended` those repaired since they failed an inspection.
    """

    registered: int = 0
    intact: int = 0
    late: int = 0
    soon: int = 0
    ahead: int = 0
    never: int = 0
    mended: int = 0
    lacks: dict[Lack, int] = field(default_factory=dict)

    def of(self, lack: Lack) -> int:
        """How many lack this."""
        return self.lacks.get(lack, 0)


@dataclass(frozen=True, slots=True)
class Covered:
    """How many items should have been inspected in a month, and how many were."""

    month: date
    due: int
    done: int
    is_running: bool


@dataclass(frozen=True, slots=True)
class Gone:
    """An item that was scrapped, lost or replaced."""

    step_id: int
    code: str
    kind: str
    size: str
    place: tuple[int | None, int | None, str]
    on: date
    step: Step
    note: str
    certificate: str
    firm: str
    successor: str


@dataclass(frozen=True, slots=True)
class Work:
    """Something that was done to an item: `parts` are the services or parts it covered.

    `reading` is what it measured, in the unit of the service; `recorder` is who recorded it.
    """

    step_id: int
    code: str
    kind: str
    size: str
    on: date
    step: Step
    parts: tuple[str, ...]
    firm: str
    certificate: str
    note: str
    passed: bool
    reading: float | None = None
    recorder: str = ""


def tally(items: Iterable[Stood], asof: AsOf) -> Tally:
    """Count what is on the register."""
    found = Tally()
    for one in items:
        if one.is_registered:
            _add(found, one, asof)
    return found


def tally_by(items: Iterable[Stood], asof: AsOf, key: Callable[[Stood], K]) -> dict[K, Tally]:
    """The same for each group of items."""
    found: dict[K, Tally] = {}
    for one in items:
        if one.is_registered:
            _add(found.setdefault(key(one), Tally()), one, asof)
    return found


def _add(found: Tally, one: Stood, asof: AsOf) -> None:
    lacks = one.lacks(asof)
    found.registered += 1
    for lack in lacks:
        found.lacks[lack] = found.lacks.get(lack, 0) + 1
    found.late += any(lack in LATE for lack in lacks)
    found.intact += not lacks
    found.never += not lacks and one.last_inspected_on is None
    found.mended += not lacks and one.is_mended
    ahead = [due.on for due in coming(one, asof, AHEAD_DAYS)]
    found.ahead += bool(ahead)
    found.soon += bool(ahead) and min(ahead) <= asof.day + timedelta(days=SOON_DAYS)


def coming(one: Stood, asof: AsOf, days: int) -> list[Due]:
    """Services, expiries and scrapping of an item in the next days, the first first."""
    last = asof.day + timedelta(days=days)
    return [due for due in one.dues if due.cause in CHANGES and asof.day < due.on <= last]


def overdue(items: Iterable[Stood], asof: AsOf) -> list[tuple[Stood, Due]]:
    """Every date that was not kept, the oldest first; of what is to be scrapped that alone."""
    found = []
    for one in items:
        lacks = one.lacks(asof) if one.is_registered else ()
        for due in one.dues:
            if Lack(due.cause) in lacks and due.on <= asof.day:
                found.append((one, due))
    return sorted(found, key=lambda pair: (pair[1].on, pair[0].row.code))


def due_within(items: Iterable[Stood], asof: AsOf, days: int) -> list[tuple[Stood, Due]]:
    """What falls due in the next days, the first first."""
    found = [(one, due) for one in items if one.is_registered for due in coming(one, asof, days)]
    return sorted(found, key=lambda pair: (pair[1].on, pair[0].row.code))


def coverage(items: Sequence[Stood], asof: AsOf, months: int = MONTHS) -> list[Covered]:
    """The last months, the running one last: what should have been inspected, and what was."""
    begin = add_months(asof.day.replace(day=1), 1 - months)
    return [covered(items, asof, add_months(begin, at)) for at in range(months)]


def covered(items: Iterable[Stood], asof: AsOf, month: date) -> Covered:
    """One month: what was due in it or before, and was there then or at its end."""
    last = add_months(month, 1) - timedelta(days=1)
    due = done = 0
    for one in items:
        wanted = _wanted(one, month, last)
        if not wanted:
            continue
        days = {seen.on for seen in one.inspections if month <= seen.on <= last}
        is_there = one.status_on_day(min(last, asof.day)) is Status.IN_SERVICE
        if days or is_there or fell_due(one, month, min(last, asof.day)):
            due += 1
            done += len(days) >= wanted
    return Covered(month, due, done, is_running=asof.day < last)


def fell_due(one: Stood, month: date, until: date) -> date | None:
    """On which day of a month it had to be inspected while it was there; what leaves later, was."""
    start, rhythm = _before(one, month), one.kind.inspect_months
    if rhythm is None:
        return None
    for turn in count(1):
        day = start + turn * HALF_MONTH if _is_twice(one) else add_months(start, turn * rhythm)
        if day > until:
            return None
        if day >= month and one.status_on_day(day) is Status.IN_SERVICE:
            return day
    return None


def _before(one: Stood, month: date) -> date:
    """The day from which inspections count: that of the last one before a month."""
    before = [seen.on for seen in one.inspections if seen.on < month]
    return before[-1] if before else one.row.registered_on


def _is_twice(one: Stood) -> bool:
    is_place = one.facts is not None and one.facts.is_half_monthly
    return is_place and one.kind.may_be_half_monthly


def _wanted(one: Stood, month: date, last: date) -> int:
    """How often an item should be inspected in a month; twice at some places."""
    if one.kind.inspect_months is None:
        return 0
    start = _before(one, month)
    if _is_twice(one):
        return min(max((last - start).days // HALF_MONTH.days, 0), 2)
    return int(add_months(start, one.kind.inspect_months) <= last)


def costs(session: Session, site_id: int, asof: AsOf) -> dict[int, dict[Step, int]]:
    """What was spent in each year, in fen, by what it was spent on; the latest year first."""
    year = extract("year", ItemStep.on_date)
    rows = session.execute(
        select(year, ItemStep.step, func.sum(ItemStep.cost_fen))
        .where(*_known(site_id, asof), ItemStep.cost_fen.is_not(None))
        .group_by(year, ItemStep.step)
    )
    found: dict[int, dict[Step, int]] = {}
    for number, step, fen in rows:
        found.setdefault(int(number), {})[Step(step)] = int(fen or 0)
    return dict(sorted(found.items(), reverse=True))


def gone(
    session: Session, site_id: int, asof: AsOf, first: date, window_id: int | None = None
) -> list[Gone]:
    """What was scrapped, lost or replaced from a day on, the latest first."""
    other = aliased(Item)
    query = (
        select(ItemStep, Item.code, Item.kind, Item.size, other.code.label("successor"))
        .join(Item, Item.id == ItemStep.item_id)
        .outerjoin(other, other.id == ItemStep.other_item_id)
        .where(
            *_known(site_id, asof), ItemStep.step.in_(LEAVING), ItemStep.on_date >= first,
            ItemStep.on_date <= asof.day,
        )
        .order_by(ItemStep.on_date.desc(), ItemStep.id.desc())
    )  # fmt: skip
    if window_id is not None:
        query = query.where(ItemStep.window_id == window_id)
    return [_gone(row) for row in session.execute(query)]


def _gone(row: Any) -> Gone:
    step: ItemStep = row.ItemStep
    return Gone(
        step_id=step.id,
        code=row.code,
        kind=row.kind,
        size=row.size,
        place=(step.window_id, step.location_id, step.placing),
        on=step.on_date,
        step=Step(step.step),
        note=step.note,
        certificate=step.certificate,
        firm=step.firm,
        successor=row.successor or "",
    )


def served(
    session: Session, site_id: int, asof: AsOf, first: date, window_id: int | None = None
) -> list[Work]:
    """What was serviced, repaired or given a new part from a day on, the latest first."""
    query = (
        select(ItemStep, Item.code, Item.kind, Item.size)
        .join(Item, Item.id == ItemStep.item_id)
        .where(
            *_known(site_id, asof), ItemStep.step.in_(WORK), ItemStep.on_date >= first,
            ItemStep.on_date <= asof.day,
        )
        .order_by(ItemStep.on_date.desc(), ItemStep.id.desc())
    )  # fmt: skip
    if window_id is not None:
        query = query.where(ItemStep.window_id == window_id)
    rows = session.execute(query).all()
    people = {row.ItemStep.actor_id for row in rows} - {None}
    names = accounts.names(session, sorted(people))
    return [
        Work(
            step_id=row.ItemStep.id,
            code=row.code,
            kind=row.kind,
            size=row.size,
            on=row.ItemStep.on_date,
            step=Step(row.ItemStep.step),
            parts=tuple(filter(None, row.ItemStep.services.split(","))),
            firm=row.ItemStep.firm,
            certificate=row.ItemStep.certificate,
            note=row.ItemStep.note,
            passed=row.ItemStep.passed is not False,
            reading=row.ItemStep.reading,
            recorder=names.get(row.ItemStep.actor_id or 0, ""),
        )
        for row in rows
    ]


def _known(site_id: int, asof: AsOf) -> Iterator[Any]:
    yield ItemStep.site_id == site_id
    yield ItemStep.at < asof.cutoff
