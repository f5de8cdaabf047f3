"""What a list says, row by row, and what an import would make of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from equipment.due import Precision
from equipment.kinds import Kind
from equipment.models import Status
from safety_app.core.i18n import N_
from safety_app.core.intake import Problem


class Fate(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    LEFT_OUT = "left_out"
    BAD = "bad"


FATE_NAMES = {
    Fate.NEW: N_("New"),
    Fate.CHANGED: N_("Changed"),
    Fate.SAME: N_("Already there"),
    Fate.LEFT_OUT: N_("Not registered"),
    Fate.BAD: N_("Faulty"),
}
DOING = (Fate.NEW, Fate.CHANGED)
"""The fates of rows with which something is done."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a row says otherwise than the register, under the heading of its column."""

    column: str
    old: str
    new: str
    field: str


@dataclass(slots=True, eq=False)
class Line:
    """One row: what its cells say (`said`), and what they mean."""

    sheet: str
    row: int
    said: Mapping[str, str]
    digest: str
    kind: Kind | None = None
    size: str = ""
    fire_classes: str = ""
    count: int = 1
    code: str = ""
    maker: str = ""
    serial: str = ""
    made_on: date | None = None
    precision: Precision = Precision.UNKNOWN
    serviced_on: date | None = None
    window_id: int | None = None
    location_id: int | None = None
    placing: str = ""
    place_text: str = ""
    """Where it is, in words."""
    custodian_id: int | None = None
    status: Status = Status.IN_SERVICE
    note: str = ""
    item_id: int | None = None
    """The piece that it means, or the first of several."""
    is_alike: bool = False
    """Whether it means pieces by how they look, not by a code or a serial number."""
    changed: dict[int, list[Change]] = field(default_factory=dict)
    """What changes on each piece on which anything does."""
    why: str = ""
    """Why it is not registered, or how it is known already."""
    fate: Fate = Fate.NEW

    @property
    def changes(self) -> list[Change]:
        """Everything that changes, each thing once."""
        return list(dict.fromkeys(change for found in self.changed.values() for change in found))


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do; nothing of it is done yet. `hints` are worth a look, not faults."""

    lines: Sequence[Line] = ()
    problems: Sequence[Problem] = ()
    hints: Sequence[Problem] = ()
    unknown: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    missing_places: Mapping[str, int] = field(default_factory=dict)
    """What rows give as their place and the hall does not have, with the number of rows."""

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to do."""
        return any(line.fate in DOING for line in self.lines)

    def rows(self, *fates: Fate) -> int:
        """How many rows share one of these fates."""
        return sum(line.fate in fates for line in self.lines)

    @property
    def pieces(self) -> int:
        """How many pieces would be registered."""
        return self.pieces_of(Fate.NEW)

    @property
    def pieces_changed(self) -> int:
        """How many pieces would be changed."""
        return sum(len(line.changed) for line in self.lines if line.fate is Fate.CHANGED)

    def pieces_of(self, fate: Fate) -> int:
        """How many pieces the rows of one fate stand for."""
        return sum(line.count for line in self.lines if line.fate is fate)

    def by_kind(self) -> list[tuple[Kind, int]]:
        """How many new pieces of each kind, in the order of the table."""
        found: Counter[str] = Counter()
        kinds: dict[str, Kind] = {}
        for line in self.lines:
            if line.fate is Fate.NEW and line.kind:
                found[line.kind.code] += line.count
                kinds[line.kind.code] = line.kind
        return [(kinds[code], pieces) for code, pieces in found.items()]
