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

Place = tuple[Role, str | None]
"""A role, and the number of the window where it is held."""


@dataclass(slots=True, eq=False)
class PersonLine:
    """A person of the table; several rows with one staff number are one person."""

    rows: list[int]
    name: str
    staff_no: str = ""
    facts: dict[str, str | date] = field(default_factory=dict)
    places: list[Place] = field(default_factory=list)
    user_id: int | None = None
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
    fate: Fate = Fate.NEW


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do; nothing of it is done yet."""

    windows: tuple[WindowLine, ...] = ()
    people: tuple[PersonLine, ...] = ()
    problems: tuple[Problem, ...] = ()
    unknown: tuple[str, ...] = ()
    floors: tuple[str, ...] = ()
    """Floors that are not among the locations yet."""

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to do."""
        lines: Iterable[WindowLine | PersonLine] = (*self.windows, *self.people)
        return any(line.fate in (Fate.NEW, Fate.CHANGED) for line in lines)

    def count(self, kind: str, fate: Fate) -> int:
        """How many lines of a kind share a fate."""
        lines: Iterable[WindowLine | PersonLine] = getattr(self, kind)
        return sum(line.fate is fate for line in lines)
