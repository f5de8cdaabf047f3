"""The record of a month's inspections: what was inspected when, by whom, with which result."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists import service as checklists
from equipment.due import add_months
from equipment.kinds import Family
from equipment.models import STATUS_NAMES, ItemStep, Status, Step
from equipment.service import figures
from equipment.service.asof import AsOf, Stood, register_at
from equipment.service.figures import Covered
from equipment.service.places import Places, places
from safety_app.accounts import service as accounts
from safety_app.core.i18n import _, day_text

BATCH: Final = 500
Wanted = Callable[[Stood], bool]


@dataclass(frozen=True, slots=True)
class Line:
    """One inspection of an item, or that there was none; `remark` says why, if that is known.

    `groups` is what its sheet said group by group: in order, not, or `None` if nothing applied.
    """

    code: str
    name: str
    floor: str
    place: str
    on: date | None = None
    at: datetime | None = None
    inspector: str = ""
    passed: bool | None = None
    problems: str = ""
    remark: str = ""
    groups: Mapping[str, bool | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """A month of some items, in walking order; `rules` are the rules that ask for it."""

    month: date
    asof: AsOf
    about: str
    lines: Sequence[Line]
    covered: Covered
    rules: Sequence[str]

    @property
    def number(self) -> str:
        """By which it is filed."""
        return f"YJ-{self.month:%Y%m}"

    @property
    def groups(self) -> list[str]:
        """The groups of all its sheets, each once, in the order of the sheets."""
        return list(dict.fromkeys(name for line in self.lines for name in line.groups))

    @property
    def failed(self) -> int:
        """Inspections that found something."""
        return sum(line.passed is False for line in self.lines)


def is_extinguisher(one: Stood) -> bool:
    """What has a record of its own."""
    return one.kind.family is Family.EXTINGUISHER


def is_other(one: Stood) -> bool:
    """All else that is inspected."""
    return one.kind.inspect_months is not None and not is_extinguisher(one)


def at_place(window_id: int | None, location_id: int | None) -> Wanted:
    """All that is inspected at a window, or in an area and at none of its windows."""

    def is_there(one: Stood) -> bool:
        there = one.place[:2]
        at = there[0] == window_id if window_id else there == (None, location_id)
        return at and one.kind.inspect_months is not None

    return is_there


def record_of(
    session: Session, site_id: int, month: date, asof: AsOf, wanted: Wanted, about: str = ""
) -> Record:
    """The record of a month as known at the cut-off, which lies in it or after it."""
    last = min(add_months(month, 1) - timedelta(days=1), asof.day)
    items = [one for one in register_at(session, site_id, asof) if wanted(one)]
    seen = _inspections(session, site_id, month, last, asof)
    named = places(session, site_id)
    shown = [one for one in items if one.row.id in seen or _belongs(one, month, last)]
    shown.sort(key=lambda one: _walking(one, named))
    people = {row.actor_id for rows in seen.values() for row in rows}
    names = accounts.names(session, sorted(one for one in people if one))
    said = _groups(session, [row.run_id for one in shown for row in seen.get(one.row.id, ())])
    lines = [
        line
        for one in shown
        for line in _lines(session, one, seen, named, names, said, month, last)
    ]
    rules = dict.fromkeys(one.kind.inspect_source_text for one in shown)
    return Record(
        month=month,
        asof=asof,
        about=about,
        lines=lines,
        covered=figures.covered(items, asof, month),
        rules=[rule for rule in rules if rule],
    )


def _belongs(one: Stood, month: date, last: date) -> bool:
    """Whether it was on the register at the end, or should have been inspected before it left."""
    status = one.status_on_day(last)
    if status is None or one.row.registered_on > last:
        return False
    return status not in (Status.SCRAPPED, Status.LOST) or one.status_on >= month


def _inspections(
    session: Session, site_id: int, first: date, last: date, asof: AsOf
) -> dict[int, list[Any]]:
    rows = session.execute(
        select(
            ItemStep.item_id, ItemStep.on_date, ItemStep.at, ItemStep.actor_id, ItemStep.passed,
            ItemStep.run_id, ItemStep.note,
        )
        .where(
            ItemStep.site_id == site_id,
            ItemStep.step == Step.INSPECT,
            ItemStep.on_date.between(first, last),
            ItemStep.at < asof.cutoff,
        )
        .order_by(ItemStep.id)
    )  # fmt: skip
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.item_id, []).append(row)
    return found


def _groups(session: Session, run_ids: Sequence[int | None]) -> dict[int, dict[str, bool | None]]:
    """By sheet and group; a few hundred sheets at a time, for any database takes that many."""
    known = [one for one in run_ids if one]
    return {
        run_id: {group.name: group.is_good for group in groups}
        for at in range(0, len(known), BATCH)
        for run_id, groups in checklists.groups_of(session, known[at : at + BATCH]).items()
    }


def _walking(one: Stood, named: Places) -> tuple[str, str, int, str]:
    window_id, location_id, _placing = one.place
    floor, place = named.floor(window_id, location_id), named.text(window_id, location_id)
    return floor, place, one.row.walk_order, one.row.code


def _lines(
    session: Session,
    one: Stood,
    seen: Mapping[int, Sequence[Any]],
    named: Places,
    names: Mapping[int, str],
    said: Mapping[int, Mapping[str, bool | None]],
    month: date,
    last: date,
) -> Iterator[Line]:
    facts = {
        "code": one.row.code,
        "name": f"{one.kind.display_name} {one.row.size}".strip(),
        "floor": named.floor(*one.place[:2]),
        "place": named.text(*one.place),
    }
    for row in seen.get(one.row.id, ()):
        passed = row.passed is not False
        yield Line(
            **facts,
            on=row.on_date,
            at=row.at,
            inspector=names.get(row.actor_id or 0, ""),
            passed=passed,
            problems="" if passed else _problems(session, row),
            groups=said.get(row.run_id or 0, {}),
        )
    if one.row.id not in seen:
        yield Line(**facts, remark=_why_not(one, month, last))


def _problems(session: Session, row: Any) -> str:
    """What was wrong, in words where the sheet is kept, else the codes of its points."""
    codes = [code for code in row.note.split(", ") if code]
    words = checklists.problems(session, row.run_id, codes) if row.run_id else ""
    return words or ", ".join(codes)


def _why_not(one: Stood, month: date, last: date) -> str:
    """Why there is no inspection: missed before it went away, away, gone, or not due yet."""
    status = one.status_on_day(last)
    if status not in (None, Status.IN_SERVICE):
        missed = figures.fell_due(one, month, last)
        words = _(STATUS_NAMES[status])
        if missed is None:
            return words
        return _(
            "due on {day}, missed; {status} later",
            day=day_text(missed, weekday=False),
            status=words,
        )
    before = [seen.on for seen in one.inspections if seen.on < month]
    start = before[-1] if before else one.row.registered_on
    if one.kind.inspect_months and add_months(start, one.kind.inspect_months) > last:
        return _("not due yet")
    return ""
