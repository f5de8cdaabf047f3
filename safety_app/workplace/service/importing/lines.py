"""What a table says, line by line, and what an import would make of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from safety_app.core.access import Role
from safety_app.core.i18n import N_
from safety_app.core.intake import Problem


class Fate(StrEnum):
    """What becomes of a line."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    BAD = "bad"


FATE_NAMES = {
    Fate.NEW: N_("New"),
    Fate.CHANGED: N_("Changed"),
    Fate.SAME: N_("Unchanged"),
    Fate.BAD: N_("Faulty"),
}

DOING = (Fate.NEW, Fate.CHANGED)
"""The fates of lines with which something is done."""

Place = tuple[Role, str | None]
"""A role, and the number of the window where it is held."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a line says otherwise than the hall, under the heading of its column."""

    column: str
    old: str
    new: str


@dataclass(slots=True, eq=False)
class PersonLine:
    """A person of the table; several rows with one staff number are one person."""

    rows: list[int]
    name: str
    staff_no: str = ""
    facts: dict[str, str | date] = field(default_factory=dict)
    places: list[Place] = field(default_factory=list)
    user_id: int | None = None
    changes: list[Change] = field(default_factory=list)
    fate: Fate = Fate.NEW

    @property
    def codes(self) -> set[str]:
        """The numbers of the windows, as they are compared."""
        return {code.casefold() for _role, code in self.places if code}


@dataclass(frozen=True, slots=True)
class Ref:
    """Somebody who is named in a cell: a person of the table, or one who is here already."""

    line: PersonLine | None = None
    user_id: int | None = None

    @property
    def known_id(self) -> int | None:
        """Their id, if they are here already."""
        return self.line.user_id if self.line else self.user_id


@dataclass(slots=True, eq=False)
class WindowLine:
    """A window of the table."""

    row: int
    code: str
    name: str
    agency: str = ""
    floor: str = ""
    lead: str = ""
    deputy: str = ""
    lead_ref: Ref | None = None
    deputy_ref: Ref | None = None
    window_id: int | None = None
    location_id: int | None = None
    changes: list[Change] = field(default_factory=list)
    fate: Fate = Fate.NEW

    @property
    def rows(self) -> list[int]:
        """The one row of the sheet."""
        return [self.row]


Line = WindowLine | PersonLine


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do; nothing of it is done yet."""

    windows: tuple[WindowLine, ...] = ()
    people: tuple[PersonLine, ...] = ()
    problems: tuple[Problem, ...] = ()
    unknown: tuple[str, ...] = ()
    floors: tuple[str, ...] = ()
    """Floors that are not among the locations yet."""
    powers: tuple[tuple[Role, list[str]], ...] = ()
    """Who would newly get a role that reaches over the whole hall."""

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to do."""
        lines: Iterable[Line] = (*self.windows, *self.people)
        return any(line.fate in DOING for line in lines)

    @property
    def left_out(self) -> int:
        """How many rows of the sheets would not be imported, since something is wrong."""
        return self.rows("windows", Fate.BAD) + self.rows("people", Fate.BAD)

    def count(self, kind: str, fate: Fate) -> int:
        """How many windows or people share a fate."""
        return len(self._of(kind, fate))

    def rows(self, kind: str, fate: Fate) -> int:
        """How many rows of the sheet share a fate; somebody may have several."""
        return sum(len(line.rows) for line in self._of(kind, fate))

    def _of(self, kind: str, fate: Fate) -> list[Line]:
        lines: Iterable[Line] = getattr(self, kind)
        return [line for line in lines if line.fate is fate]
