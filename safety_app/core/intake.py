"""Tables that people bring in: headings found, cells understood, every problem named at once.

WINDOWS = (Column("code", ("编号", "Code"), needed=True, limit=16), ...)
found = read_table(content, name, WINDOWS)    `read_every`: from each sheet that has the headings
found.rows        Row(number in the sheet, values by key): text, day or choice; "" is empty
found.problems    Problem(row, column, sentence): also of cells whose row is in `rows`
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final

from openpyxl.utils import get_column_letter

from safety_app.core import intake_cells as cells
from safety_app.core.i18n import _, language
from safety_app.core.intake_errors import NoHeadings, TooManyRows
from safety_app.core.intake_sheets import FORMULA, Merge, Sheet, sheets

MOST_ROWS: Final = 10_000
SEARCHED: Final = 20
"""So many lines may stand above the headings: title, unit, date."""
NAMED: Final = 8
"""So many choices are named where a cell holds none of them."""
_EXAMPLES: Final = ("示例", "例：", "例:", "example")
_BROKEN: Final = ("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!")
Value = str | date | None


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    NAME = "name"
    DATE = "date"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its headings, the Chinese one first, then the English one, then others in use.

    `choices` gives the words, in any language, that each value is written with.
    """

    key: str
    names: tuple[str, ...]
    kind: Kind = Kind.TEXT
    needed: bool = False
    limit: int = 64
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The heading in the current language."""
        return self.names[1] if language() == "en" and len(self.names) > 1 else self.names[0]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table; an empty day is `None`, any other empty cell an empty text."""

    number: int
    values: Mapping[str, Value]

    def text(self, key: str) -> str:
        """A text or choice."""
        found = self.values.get(key)
        return found if isinstance(found, str) else ""

    def day(self, key: str) -> date | None:
        """A day."""
        found = self.values.get(key)
        return found if isinstance(found, date) else None


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where: row and column are empty for what concerns the whole table."""

    text: str
    row: int | None = None
    column: str = ""
    sheet: str = ""

    def message(self) -> str:
        """The whole sentence in the current language."""
        if self.row is None:
            return self.text
        if not self.column:
            return _("Row {row}: {what}", row=self.row, what=self.text)
        return _(
            "Row {row}, column “{column}”: {what}",
            row=self.row, column=self.column, what=self.text,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Intake:
    """A table as it was understood; `unknown` are headings that nobody reads.

    `labels` gives by key the headings as this table has them.
    """

    rows: tuple[Row, ...] = ()
    problems: tuple[Problem, ...] = ()
    unknown: tuple[str, ...] = ()
    sheet: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def bad_rows(self) -> frozenset[int]:
        """Numbers of the rows in which something is wrong."""
        return frozenset(one.row for one in self.problems if one.row is not None)


def read_table(content: bytes, name: str, columns: Sequence[Column]) -> Intake:
    """The first sheet that has these headings."""
    return read_tables(content, name, {"": columns})[""]


def read_tables(
    content: bytes, name: str, kinds: Mapping[str, Sequence[Column]]
) -> dict[str, Intake]:
    """For each kind of table the first sheet that has its headings; raises where none has any."""
    found: dict[str, Intake] = {}
    for sheet in sheets(content, name, most_rows=MOST_ROWS + SEARCHED):
        best = max((_headings(sheet, kinds[kind], kind) for kind in kinds), key=len, default=None)
        if best and best.is_table and best.kind not in found:
            found[best.kind] = _intake(sheet, best)
    if not found:
        wanted = [one.label for columns in kinds.values() for one in columns if one.needed]
        raise NoHeadings(names=_(", ").join(wanted))
    return found


def read_every(content: bytes, name: str, columns: Sequence[Column]) -> tuple[Intake, ...]:
    """Each sheet that has these headings, say one for each floor; nothing where none has."""
    found = []
    for sheet in sheets(content, name, most_rows=MOST_ROWS + SEARCHED):
        head = _headings(sheet, columns, "")
        if head.is_table:
            found.append(_intake(sheet, head))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Headings:
    """Where the headings stand: at which line, and which column of the sheet holds what."""

    kind: str
    columns: Sequence[Column]
    line: int
    row: int
    places: Mapping[int, Column]
    labels: Mapping[int, str]

    def __len__(self) -> int:
        return len({column.key for column in self.places.values()})

    @property
    def is_table(self) -> bool:
        """One heading alone may be chance, unless one is all there is."""
        return len(self) >= min(2, len(self.columns))


def _headings(sheet: Sheet, columns: Sequence[Column], kind: str) -> _Headings:
    known = {cells.heading(name): column for column in columns for name in column.names}
    best = _Headings(kind, columns, 0, 0, {}, {})
    for at, (number, line) in enumerate(sheet.lines[:SEARCHED]):
        labels = {place: cells.text(cell) for place, cell in enumerate(line) if cells.text(cell)}
        places = {
            place: known[said]
            for place, label in labels.items()
            if (said := cells.heading(label)) in known
        }
        tried = _Headings(kind, columns, at, number, places, labels)
        if len(tried) > len(best):
            best = tried
    return best


def _intake(sheet: Sheet, head: _Headings) -> Intake:
    reader = _Reader(sheet, head)
    rows = tuple(reader.rows())
    if len(rows) > MOST_ROWS:
        raise TooManyRows(limit=MOST_ROWS)
    unknown = [label for place, label in head.labels.items() if place not in head.places]
    labels = {column.key: head.labels[place] for place, column in reader.places.items()}
    return Intake(rows, tuple(reader.problems), tuple(unknown), sheet.name, labels)


class _Reader:
    """Goes through the lines below the headings and gathers what is wrong."""

    def __init__(self, sheet: Sheet, head: _Headings) -> None:
        self.sheet = sheet
        self.head = head
        self.problems: list[Problem] = []
        self.places: dict[int, Column] = {}
        self._take_places()
        self._first = self._first_row()
        self._held: dict[tuple[int, int], Any] = {}
        self._inside = self._merged()

    def rows(self) -> Iterator[Row]:
        """The lines that hold something in a column that is read."""
        if any(one.row is None for one in self.problems):
            return
        for number, line in self.sheet.lines[self.head.line + 1 :]:
            row = self._row(number, line) if number >= self._first else None
            if row:
                yield row

    def _take_places(self) -> None:
        """One place for each column; the second of a kind is a problem, so is one missing."""
        taken: dict[str, int] = {}
        for place, column in self.head.places.items():
            if column.key in taken:
                first, second = (get_column_letter(at + 1) for at in (taken[column.key], place))
                text = _(
                    "The heading “{name}” stands twice: columns {first} and {second}. Keep one.",
                    name=column.label, first=first, second=second,
                )  # fmt: skip
                self._note(text)
                continue
            taken[column.key] = place
            self.places[place] = column
        for column in self.head.columns:
            if column.needed and column.key not in taken:
                self._note(_("The column “{name}” is missing.", name=column.label))

    def _first_row(self) -> int:
        """The row below the headings, also where these are two rows high."""
        row = self.head.row
        inside = [m.bottom for m in self.sheet.merges if m.top <= row <= m.bottom]
        return max([row, *inside]) + 1

    def _merged(self) -> dict[tuple[int, int], Merge]:
        """The merged cells by each of their places; one value for many rows is for each of them."""
        inside: dict[tuple[int, int], Merge] = {}
        last = self.sheet.lines[-1][0] if self.sheet.lines else 0
        for merge in self.sheet.merges:
            for row in range(max(merge.top, self._first), min(merge.bottom, last) + 1):
                for column in range(merge.left, min(merge.right, 100) + 1):
                    inside[row, column - 1] = merge
        return inside

    def _row(self, number: int, line: Sequence[Any]) -> Row | None:
        typed = {place: self._cell(number, place, line) for place in self.places}
        if not any(cells.text(cell) for cell in typed.values()):
            return None
        first = cells.text(typed[min(typed)]).casefold()
        if first.startswith(_EXAMPLES):
            return None
        values: dict[str, Value] = {}
        for place, column in self.places.items():
            values[column.key] = self._value(number, place, column, typed[place])
        for column in self.head.columns:
            values.setdefault(column.key, None if column.kind is Kind.DATE else "")
        return Row(number, values)

    def _cell(self, number: int, place: int, line: Sequence[Any]) -> Any:
        cell = line[place] if place < len(line) else None
        merge = self._inside.get((number, place))
        if merge is None:
            return cell
        corner = (merge.top, merge.left)
        if number == merge.top and place == merge.left - 1:
            self._held[corner] = cell
        if place != merge.left - 1:
            return None  # a cell that lies across: its value belongs to the first column
        return self._held.get(corner)

    def _value(self, number: int, place: int, column: Column, cell: Any) -> Value:
        empty = None if column.kind is Kind.DATE else ""
        merge = self._inside.get((number, place))
        if merge and sum(merge.left <= at + 1 <= merge.right for at in self.places) > 1:
            self._note(
                _("Cells are merged across columns. Undo this and fill in each."), number, place
            )
            return empty
        if cell is FORMULA or (isinstance(cell, str) and cell in _BROKEN):
            text = _("A formula without a result. Paste it as a value, or type it.")
            self._note(text, number, place)
            return empty
        said = cells.name(cell) if column.kind is Kind.NAME else cells.text(cell)
        if not said:
            if column.needed:
                self._note(_("This must be filled in."), number, place)
            return empty
        if column.kind is Kind.DATE:
            return self._day(number, place, cell)
        if column.kind is Kind.CHOICE:
            return self._choice(number, place, column, cell)
        if len(said) > column.limit:
            text = _("Too long: at most {limit} characters.", limit=column.limit)
            self._note(text, number, place)
            return empty
        return said

    def _day(self, number: int, place: int, cell: Any) -> date | None:
        try:
            return cells.day(cell, self.sheet.epoch)
        except cells.NotADay:
            text = _("“{value}” is no date. Write it as 2026-11-25.", value=cells.text(cell)[:40])
            self._note(text, number, place)
            return None

    def _choice(self, number: int, place: int, column: Column, cell: Any) -> str:
        found = cells.choice(cell, column.choices)
        if found is None:
            self._note(_unknown(cells.text(cell)[:40], column), number, place)
        return found or ""

    def _note(self, text: str, row: int | None = None, place: int | None = None) -> None:
        column = self.head.labels.get(place, "") if place is not None else ""
        self.problems.append(Problem(text, row, column, self.sheet.name))


def _unknown(said: str, column: Column) -> str:
    if len(column.choices) > NAMED:
        return _("“{value}” is not known here. Choose from the list in the form.", value=said)
    at = 1 if language() == "en" else 0
    known = [(*words, words[0])[at] for words in column.choices.values()]
    return _(
        "“{value}” is not known here. Choose one of: {known}.",
        value=said, known=_(", ").join(known),
    )  # fmt: skip
