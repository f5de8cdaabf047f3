"""Rows held against each other and against the register: twice, there already, or changed."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Final

from equipment.due import Precision
from equipment.models import ON_REGISTER, STATUS_NAMES, Status
from equipment.service import facts
from equipment.service.importing.columns import label
from equipment.service.importing.known import Known, KnownItem
from equipment.service.importing.likeness import Pool
from equipment.service.importing.lines import Change, Fate, Line
from equipment.service.importing.notes import Notes
from equipment.service.importing.values import UNREADABLE
from equipment.service.places import Places
from equipment.wording import made_text
from safety_app.core.i18n import _, day_text

GONE: Final = frozenset({Status.SCRAPPED, Status.LOST})
NAMED: Final = 4


class Matcher:
    """Finds out what becomes of each row."""

    def __init__(
        self, known: Known, notes: Notes, named: Places, today: date, *, again: bool = False
    ) -> None:
        self.known, self.notes, self.named, self.again = known, notes, named, again
        self.today = today
        self._brought_in = Counter(known.brought_in)
        self._pool = Pool(known.by_code.values())

    def match(self, lines: Sequence[Line]) -> None:
        """Give each row its fate; faulty ones are `BAD` whatever else they are."""
        told = len(self.notes.hints)
        self._once(lines, "code")
        self._once(lines, "serial")
        newcomers = []
        for line in lines:
            item = self._item(line)
            if item is not None:
                line.item_id = item.id
                self._pool.take(item)
                self._compare(line, item)
            elif not self.notes.is_bad(line) and self._is_wanted(line):
                newcomers.append(line)
        if not self.again:
            self._look_for(newcomers)
        for line in lines:
            line.place_text = self.named.text(line.window_id, line.location_id, line.placing)
            if self.notes.is_bad(line):
                line.fate = Fate.BAD
        left = [line for line in lines if line.fate in (Fate.BAD, Fate.SAME)]
        self.notes.forget_hints(left, told)

    def _once(self, lines: Sequence[Line], key: str) -> None:
        """A code or serial number stands in one row only."""
        first: dict[tuple[str, str], Line] = {}
        for line in lines:
            said = str(getattr(line, key)).casefold()
            if not said:
                continue
            kind = line.kind.code if key == "serial" and line.kind else ""
            before = first.setdefault((kind, said), line)
            if before is line:
                continue
            where = (
                str(before.row) if before.sheet == line.sheet else f"{before.sheet} {before.row}"
            )
            text = _("{value} stands in row {row} already.", value=getattr(line, key), row=where)
            self.notes.fault(line, key, text)

    def _item(self, line: Line) -> KnownItem | None:
        """The item of the register that a row means: by its code, else by its serial number."""
        if line.code:
            return self.known.by_code.get(line.code)
        if not line.serial or line.kind is None:
            return None
        found = self.known.by_serial.get((line.kind.code, line.serial.casefold()), [])
        return found[0] if len(found) == 1 else None

    def _is_wanted(self, line: Line) -> bool:
        """Whether a row without an item is to be one: not if it is kept otherwise or is gone."""
        line.fate, key = Fate.NEW, "name"
        if line.kind is not None and line.kind.is_stocked:
            line.fate, line.why = (
                Fate.LEFT_OUT,
                _(
                    "“{kind}” is counted, not registered piece by piece. Enter it under “Stock of"
                    " protective equipment”.",
                    kind=line.kind.display_name,
                ),
            )
        elif line.status in GONE:
            line.fate, key, line.why = (
                Fate.LEFT_OUT,
                "status",
                _("“{status}” by the list: not registered.", status=_(STATUS_NAMES[line.status])),
            )
        if line.fate is Fate.LEFT_OUT:
            self.notes.hint(line, key, line.why)
        return line.fate is Fate.NEW

    def _look_for(self, lines: Sequence[Line]) -> None:
        """Rows without a code: imported before, or known by how the pieces look.

        First those that surely are the same, then those whose date one side alone knows.
        """
        waiting = [line for line in lines if not line.code and not self._came_in_before(line)]
        for claim, why in (
            (self._pool.alike, _("The register has the same there")), (self._pool.dated, ""),
        ):  # fmt: skip
            waiting = [line for line in waiting if not self._means(line, claim(line), why)]
        for line in waiting:
            there = self._pool.there(line)
            if there is not None:
                text = _(
                    "{code} of this kind stands there in the register. If it is the same piece,"
                    " write this code in the row; if the new one takes its place, replace it on"
                    " its page.",
                    code=there.code,
                )
                self.notes.hint(line, "placing", text)

    def _came_in_before(self, line: Line) -> bool:
        """Whether this very row was imported; its pieces are meant by no other row then."""
        if self._brought_in[line.digest] < 1:
            return False
        self._brought_in[line.digest] -= 1
        line.fate, line.why, line.is_alike = Fate.SAME, _("Imported before"), True
        if not self._pool.alike(line):
            self._pool.dated(line)
        return True

    def _means(self, line: Line, items: Sequence[KnownItem], why: str) -> bool:
        """Hold a row against the pieces that it means, if there are any."""
        if not items:
            return False
        line.fate, line.why, line.is_alike, line.item_id = Fate.SAME, why, True, items[0].id
        for item in items:
            if item.status in ON_REGISTER:
                self._note(line, item, [*self._facts(line, item), *self._custodian(line, item)])
        if not line.why:
            codes = [item.code for item in items[:NAMED]] + ["…"] * (len(items) > NAMED)
            line.why = _("In the register: {codes}", codes=_(", ").join(codes))
        return True

    def _compare(self, line: Line, item: KnownItem) -> None:
        """What a row says otherwise of an item; an empty cell says nothing."""
        line.code = item.code
        if line.kind is not None and line.kind.code != item.kind:
            kind = self.known.ground.kinds.get(item.kind)
            text = _(
                "{code} is “{kind}” in the register. Correct the code or the name.",
                code=item.code, kind=kind.display_name if kind else item.kind,
            )  # fmt: skip
            self.notes.fault(line, "code", text)
            return
        line.fate = Fate.SAME
        if item.status not in ON_REGISTER:
            line.why = _(
                "{code}: {status}; nothing is changed", code=item.code,
                status=_(STATUS_NAMES[item.status]),
            )  # fmt: skip
            return
        self._note(line, item, [*self._facts(line, item), *self._place(line, item)])
        if line.said["status"] and line.status != item.status:
            text = _(
                "It is “{status}” in the register; record what happened on its page.",
                status=_(STATUS_NAMES[item.status]),
            )
            self.notes.hint(line, "status", text)

    def _note(self, line: Line, item: KnownItem, changes: Sequence[Change]) -> None:
        """What changes on a piece, the service among it."""
        found = [*changes, *self._service(line, item)]
        if found:
            line.changed[item.id], line.fate, line.why = found, Fate.CHANGED, ""

    def _facts(self, line: Line, item: KnownItem) -> list[Change]:
        said = line.said
        found: list[Change] = []
        for key, name, value in (
            ("size", "size", line.size if said["size"] or said["model"] else ""),
            ("rating", "fire_classes", line.fire_classes if said["rating"] else ""),
            ("maker", "maker", line.maker),
            ("serial", "serial", line.serial),
        ):
            old = getattr(item, name)
            if value and value != old:
                found.append(Change(label(key), old, value, name))
        if self._is_dated_otherwise(line, item):
            old = made_text(item.made_on, item.made_precision)
            new = made_text(line.made_on, line.precision)
            found.append(Change(label("made"), old, new, "made"))
            self._correct(line, item)
        return found

    def _is_dated_otherwise(self, line: Line, item: KnownItem) -> bool:
        """Whether a row says another date; one that is known stays if a list cannot read it."""
        if line.made_on is not None:
            there = (item.made_on, item.made_precision)
            return _made(line.made_on, line.precision) != there
        if line.precision is not Precision.UNREADABLE:
            return False
        if item.made_on is not None:
            text = _(
                "Unreadable by the list, {day} in the register: that stays. If it cannot be read"
                " on the item, record it on its page.",
                day=made_text(item.made_on, item.made_precision),
            )
            self.notes.hint(line, "made", text)
        elif item.made_precision == Precision.UNKNOWN:
            self.notes.hint(line, "made", _(UNREADABLE))
        return item.made_precision == Precision.UNKNOWN

    def _correct(self, line: Line, item: KnownItem) -> None:
        """Another manufacture date, if the register may take it; the remark says why."""
        kind = self.known.ground.kinds[item.kind]
        self.notes.asked(
            line, "made",
            lambda: facts.corrected(
                kind, item, line.made_on, line.precision,
                worked_on=self.known.worked_on(item), reason=line.note, today=self.today,
            ),
        )  # fmt: skip

    def _place(self, line: Line, item: KnownItem) -> list[Change]:
        """Another place, where exactly, or another custodian."""
        found: list[Change] = []
        old = self.named.text(item.window_id, item.location_id, item.placing)
        window_id, location_id = self._target(line, item)
        placing = line.placing or item.placing
        if (window_id, location_id, placing) != (item.window_id, item.location_id, item.placing):
            if item.stands_in_for_id is not None:
                text = _("{code} stands in for another one. Bring it back first.", code=item.code)
                self.notes.fault(line, "place", text)
            new = self.named.text(window_id, location_id, placing)
            found.append(Change(label("place"), old, new, "place"))
        line.window_id, line.location_id, line.placing = window_id, location_id, placing
        return [*found, *self._custodian(line, item)]

    def _custodian(self, line: Line, item: KnownItem) -> list[Change]:
        if line.custodian_id in (None, item.custodian_id):
            return []
        old, new = (self.known.name_of(one) for one in (item.custodian_id, line.custodian_id))
        return [Change(label("custodian"), old, new, "custodian")]

    def _target(self, line: Line, item: KnownItem) -> tuple[int | None, int | None]:
        """Where a row puts an item; its own area alone does not take it from its window."""
        if line.window_id is not None:
            same = line.window_id == item.window_id
            kept = item.location_id if same else None
            return line.window_id, line.location_id or kept
        if line.location_id is None or line.location_id == self._area(item):
            return item.window_id, item.location_id
        return None, line.location_id

    def _area(self, item: KnownItem) -> int | None:
        window = self.known.ground.windows.get(item.window_id or 0)
        return item.location_id or (window.location_id if window else None)

    def _service(self, line: Line, item: KnownItem) -> list[Change]:
        """A later service: kept where none is recorded yet, else it is recorded with its proof."""
        usual = line.kind.usual_service if line.kind else None
        if usual is None or line.serviced_on is None:
            return []
        old = item.last_services.get(usual.code, "")
        if str(line.serviced_on) <= old:
            return []
        self._check_service(line, item)
        if item.id in self.known.serviced:
            text = _("Record the service of {day} on its page, with the certificate.",
                     day=day_text(line.serviced_on, weekday=False, year=True))  # fmt: skip
            self.notes.hint(line, "serviced", text)
            return []
        return [Change(label("serviced"), old, str(line.serviced_on), "last_services")]

    def _check_service(self, line: Line, item: KnownItem) -> None:
        """A service that fits the manufacture date, which the register has where the row has none.

        Whether it fits that of the row itself is known.
        """
        kind, on = line.kind, line.serviced_on
        if kind is None or line.made_on is not None:
            return
        self.notes.asked(
            line, "serviced",
            lambda: facts.written(
                kind, {"last_service_on": on}, item.made_on,
                profile=self.known.ground.profile, today=self.today,
            ),
        )  # fmt: skip


def _made(on: date, precision: Precision) -> tuple[date, str]:
    return (on.replace(day=1) if precision is Precision.MONTH else on), str(precision)
