"""A list brought in: all of it in one transaction or nothing."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from equipment.kinds import Family
from equipment.list_errors import ListFaulty, NothingToRegister
from equipment.models import ImportedList, Item, Status, Step
from equipment.service import facts, rules
from equipment.service.importing.checks import plan_import
from equipment.service.importing.columns import label
from equipment.service.importing.lines import Change, Fate, Line, Plan
from equipment.service.importing.reading import Listed, require_import
from equipment.service.importing.values import is_running_number
from equipment.service.moving import put as put_there
from equipment.service.numbering import next_codes
from equipment.service.register import SHOWN, draft, put
from equipment.service.steps import record_all
from equipment.wording import change_text, with_reason
from safety_app.core import clock, journal
from safety_app.core.access import Actor
from safety_app.core.i18n import _

Progress = Callable[[float], None]
BATCH: Final = 500
EDITED: Final = frozenset({"size", "fire_classes", "maker", "serial", "made", "last_services"})
MOVED: Final = frozenset({"place", "custodian"})


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did; `codes` are those of the new pieces, as the list has them.

    `inspect_by` are the days until which new pieces are to be inspected for the first time.
    """

    pieces_new: int
    pieces_changed: int
    rows_faulty: int
    codes: tuple[str, ...]
    inspect_by: tuple[date, ...] = ()


def import_list(
    session: Session,
    actor: Actor,
    found: Listed,
    *,
    only_good: bool = False,
    again: bool = False,
    now: datetime,
    progress: Progress | None = None,
) -> Imported:
    """Do what the plan says; with faulty rows only on explicit request, and then without them.

    Nothing that is here and not in the list is touched; an empty cell changes nothing.
    """
    require_import(actor)
    journal.lock(session)
    plan = plan_import(session, actor, found, again=again, now=now)
    if plan.problems and not only_good:
        raise ListFaulty(n=plan.rows(Fate.BAD) or 1)
    if not plan.is_needed:
        raise NothingToRegister()
    work = _Import(session, actor, plan, now, progress or (lambda _share: None))
    items = work.run()
    done = Imported(
        pieces_new=len(items),
        pieces_changed=plan.pieces_changed,
        rows_faulty=plan.rows(Fate.BAD),
        codes=tuple(item.code for item in items),
        inspect_by=tuple(sorted({item.inspect_by for item in items if item.inspect_by})),
    )
    _keep(session, actor, found, plan, done, now)
    return done


def _keep(
    session: Session, actor: Actor, found: Listed, plan: Plan, done: Imported, now: datetime
) -> None:
    """Remember which rows came in, and write the journal."""
    rows = Counter(
        line.digest
        for line in plan.lines
        if (line.fate is Fate.NEW and not line.code)
        or (line.fate is Fate.CHANGED and line.is_alike)
    )
    kept = ImportedList(
        site_id=actor.site_id,
        file_id=found.file_id,
        by=actor.user_id,
        at=now,
        pieces_new=done.pieces_new,
        pieces_changed=done.pieces_changed,
        rows_left_out=plan.rows(Fate.BAD, Fate.LEFT_OUT),
        rows=dict(rows),
    )
    session.add(kept)
    session.flush()
    told = {"new": done.pieces_new, "changed": done.pieces_changed, "file": found.file_id}
    journal.write(session, actor, "equipment:import", "equipment_import", kept.id,
                  now=now, facts=told)  # fmt: skip


class _Import:
    """One import: new pieces in portions, then what changes on old ones."""

    def __init__(
        self, session: Session, actor: Actor, plan: Plan, now: datetime, progress: Progress
    ) -> None:
        self.session, self.actor, self.now = session, actor, now
        self.today = clock.local_day(now, actor.timezone)
        self.ground = facts.ground(session, actor.site_id)
        self.new = [line for line in plan.lines if line.fate is Fate.NEW]
        self.changed = [line for line in plan.lines if line.fate is Fate.CHANGED]
        self._total = plan.pieces + plan.pieces_changed or 1
        self._done = 0
        self._progress = progress

    def run(self) -> list[Item]:
        """Everything; the new pieces in the order of the list."""
        drafts = [(item, _note(line)) for line in self.new for item in self._pieces(line)]
        self._number([item for item, _note in drafts])
        for start in range(0, len(drafts), BATCH):
            self._register(drafts[start : start + BATCH])
        for start in range(0, len(self.changed), BATCH):
            self._change(self.changed[start : start + BATCH])
        return [item for item, _note in drafts]

    def _step(self, many: int) -> None:
        self._done += many
        self._progress(min(1.0, self._done / self._total))

    def _pieces(self, line: Line) -> Iterator[Item]:
        """The pieces of a row as drafts."""
        usual = line.kind.usual_service if line.kind else None
        for _piece in range(line.count):
            item = draft(
                self.ground, self.actor,
                kind=line.kind.code if line.kind else "", size=line.size,
                fire_classes=line.fire_classes or None, maker=line.maker, serial=line.serial,
                made_on=line.made_on, precision=line.precision,
                window_id=line.window_id, location_id=line.location_id, placing=line.placing,
                custodian_id=line.custodian_id,
                last_service_on=line.serviced_on if usual else None,
                may_be_phased_out=True, now=self.now,
            )  # fmt: skip
            item.code, item.status = line.code, line.status
            yield item

    def _number(self, items: Sequence[Item]) -> None:
        """Give the next codes of each kind to those that have none, beside those of the list."""
        given = {item.code for item in items if item.code}
        waiting: dict[str, list[Item]] = defaultdict(list)
        for item in items:
            if not item.code:
                waiting[self.ground.kinds[item.kind].prefix].append(item)
        for prefix, several in waiting.items():
            codes = next_codes(self.session, self.actor.site_id, prefix, len(several) + len(given))
            free = (code for code in codes if code not in given)
            for item, code in zip(several, free, strict=False):
                item.code = code

    def _register(self, drafts: Sequence[tuple[Item, str]]) -> None:
        items = [item for item, _note in drafts]
        notes = [note for _item, note in drafts]
        put(self.session, self.actor, items, notes=notes, now=self.now)
        away = [item for item in items if item.status == Status.AWAY]
        if away:
            self._record(away, Step.SEND_AWAY, [{"note": _("By the list")}] * len(away))
        self._step(len(items))

    def _change(self, lines: Sequence[Line]) -> None:
        """Facts are edited, places and custodians moved; both with what was there before."""
        wanted = [item_id for line in lines for item_id in line.changed]
        query = select(Item).where(Item.id.in_(wanted)).execution_options(populate_existing=True)
        items = {item.id: item for item in self.session.scalars(query)}
        edits: list[tuple[Item, dict[str, Any]]] = []
        moves: list[tuple[Item, dict[str, Any]]] = []
        for line, item_id, changes in _changes(lines):
            item, fields = items[item_id], {one.field for one in changes}
            if fields & EDITED:
                edits.append((item, self._edit(item, line, fields)))
            if fields & MOVED:
                moves.append((item, _move(item, line, fields)))
        for step, found in ((Step.EDIT, edits), (Step.MOVE, moves)):
            self._record([item for item, _told in found], step, [told for _item, told in found])
        rules.refresh(self.session, list(items.values()))
        self._step(len(wanted))

    def _record(self, items: Sequence[Item], step: Step, told: Sequence[Mapping[str, Any]]) -> None:
        if items:
            record_all(
                self.session, self.actor, items, step, on_date=self.today, now=self.now, facts=told
            )

    def _edit(self, item: Item, line: Line, fields: set[str]) -> dict[str, Any]:
        """Write the facts that a row says otherwise; what it was goes to the note of the step."""
        before = {name: getattr(item, name) for name in SHOWN}
        for name in fields & {"size", "fire_classes", "maker", "serial"}:
            setattr(item, name, getattr(line, name))
        reason = self._correct(item, line) if "made" in fields else ""
        if "last_services" in fields:
            usual = self.ground.kinds[item.kind].usual_service
            item.last_services = {
                **item.last_services, usual.code if usual else "": str(line.serviced_on)
            }  # fmt: skip
            item.services_before = item.last_services  # its history has none
        after = {name: getattr(item, name) for name in SHOWN}
        return {"note": with_reason(change_text(self.ground.kinds, before, after), reason)}

    def _correct(self, item: Item, line: Line) -> str:
        """Write another manufacture date; returns why, where the item need not be scrapped now.

        The plan has held it against the work on the item.
        """
        kind = self.ground.kinds[item.kind]
        made = facts.corrected(
            kind, item, line.made_on, line.precision, worked_on=(), reason=line.note,
            today=self.today,
        )  # fmt: skip
        is_lifted = facts.is_lifted(kind, item, made, self.today)
        item.made_on, item.made_precision = made.on, made.precision
        item.made_unknown_since = made.unknown_since
        return line.note if is_lifted else ""


def _changes(lines: Sequence[Line]) -> Iterator[tuple[Line, int, Sequence[Change]]]:
    """Each row with each piece that it changes."""
    for line in lines:
        for item_id, changes in line.changed.items():
            yield line, item_id, changes


def _move(item: Item, line: Line, fields: set[str]) -> dict[str, Any]:
    here = (item.window_id, item.location_id, item.placing)
    there = (line.window_id, line.location_id, line.placing) if "place" in fields else here
    told = put_there(item, there)
    if "custodian" in fields:
        told |= {"old_custodian_id": item.custodian_id, "custodian_id": line.custodian_id}
        item.custodian_id = line.custodian_id
    return told


def _note(line: Line) -> str:
    """What the row says that no column of the register keeps, or that was taken otherwise."""
    said, kind = line.said, line.kind
    kept = []
    if kind and kind.family is Family.EXTINGUISHER:
        kept += ["model"]
        kept += ["rating"] if any(map(str.isdigit, said["rating"])) else []
    if not line.code and not is_running_number(said["code"]):
        kept += ["code"]
    if line.made_on is None or len(said["made"]) < len("2024-3"):
        kept += ["made"]
    if kind and kind.usual_service is None:
        kept += ["serviced"]
    if line.status is not Status.IN_SERVICE:
        kept += ["status"]
    told = [_("{what}: {value}", what=label(key), value=said[key]) for key in kept if said[key]]
    return _("; ").join([*told, *filter(None, [line.note])])
