"""Hairline tables, row by row: widths by weight, the head again on each page."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final

from safety_app.core.pdf.blocks import Align, Cell, Column, Ink, Table
from safety_app.core.pdf.ink import INK_HEIGHT, strokes
from safety_app.core.pdf.linebreak import SEAMS, longest_word
from safety_app.core.pdf.page import GREY, SMALL, Fill, Flow, Rule

SIZE, LEADING = 9.8, 14.2
PAD_X, PAD_Y = 5.5, 4.2
EDGES: Final = 2 * PAD_X + 0.5
AFTER: Final = 5.0
NOTE_LEADING: Final = 13.0
# Texts of so many characters should stay on one line.
SHORT, SHORT_LABEL = 14, 6
# A row taller than this share of a page is split where the page ends; a lower one moves whole.
TALL: Final = 0.3
LAST: Final = 3
"""So many rows go along to where a table is signed."""


@dataclass(frozen=True, slots=True)
class _Row:
    """The lines of each cell of a row."""

    cells: list[list[str]]
    head: bool = False
    inks: dict[int, Ink] = field(default_factory=dict)
    least: float = 0

    def tall(self, at: int) -> float:
        """Height of what stands in a cell."""
        lines = self.cells[at] if self.cells[at] != [""] or at not in self.inks else []
        return len(lines) * LEADING + (INK_HEIGHT if at in self.inks else 0)

    @property
    def height(self) -> float:
        return max(max(self.tall(at) for at in range(len(self.cells))) + 2 * PAD_Y, self.least)

    def split(self, lines: int) -> tuple["_Row", "_Row"]:
        """The first `lines` lines, with the signatures, and what remains."""
        return (
            _Row([cell[:lines] for cell in self.cells], self.head, self.inks),
            _Row([cell[lines:] or [""] for cell in self.cells], self.head),
        )


def least_table(table: Table, flow: Flow, below: float = 0) -> float:
    """Height of the head and the first row; of a short table all, and what is signed below it."""
    grid = _grid(table, flow)
    if not below or len(grid.rows) > LAST:
        return grid.least
    return max(grid.least, min(grid.above + grid.tail(0, below), flow.sheet.room))


def place_table(table: Table, flow: Flow, below: float = 0) -> None:
    """Draw the whole table, over as many pages as it takes.

    With `below`, the height of what is signed beneath it, its last rows go with that to a new page.
    """
    grid = _grid(table, flow)
    flow.need(least_table(table, flow, below))
    grid.begin()
    for at, row in enumerate(grid.rows):
        if below and len(grid.rows) - at <= LAST and grid.parts_from(at, below):
            grid.turn()
        grid.add(row)
    grid.close()
    for line in grid.note:
        flow.need(NOTE_LEADING)
        flow.write(line, flow.left, flow.y + 5, SMALL, shade=GREY)
        flow.y += NOTE_LEADING
    flow.y += AFTER


def _grid(table: Table, flow: Flow) -> "_Grid":
    """The prepared table; its heading has asked for it already."""
    found = flow.prepared.get(id(table))
    if not isinstance(found, _Grid):
        found = flow.prepared[id(table)] = _Grid(table, flow)
    return found


class _Grid:
    """A table under way: its columns, and where its lines began on this page."""

    def __init__(self, table: Table, flow: Flow) -> None:
        self.flow = flow
        labels = [flow.clean(column.label) for column in table.columns]
        cells = [[flow.clean(_text(cell)) for cell in row] for row in table.rows]
        self.widths = _widths(table.columns, labels, cells, flow)
        self.edges = list(accumulate(self.widths, initial=flow.left))
        self.aligns: list[Align] = [column.align for column in table.columns]
        self.names = [column.is_name for column in table.columns]
        self.whole, self.first = table.whole, table.first
        self.tall = flow.sheet.room * TALL
        self.head = self.row(labels, head=True) if any(labels) else None
        self.rows = [
            self.row(row, inks=_inks(given), least=table.row_height)
            for row, given in zip(cells, table.rows, strict=True)
        ]
        note = flow.wrap(flow.clean(table.note), flow.inner, SMALL) if table.note else []
        self.note = note
        self.top = flow.y

    @property
    def above(self) -> float:
        """Height of the head, if there is one."""
        return self.head.height if self.head else 0

    @property
    def least(self) -> float:
        """Height of the head and the first rows, or of their beginning where they are tall; of
        all rows where they stay together."""
        if self.whole:
            return self.above + sum(row.height for row in self.rows)
        first = sum(row.height for row in self.rows[: self.first])
        return self.above + min(first, self.tall)

    def row(
        self,
        cells: list[str],
        *,
        head: bool = False,
        inks: dict[int, Ink] | None = None,
        least: float = 0,
    ) -> _Row:
        """Break the cells into lines."""
        found = zip(cells, self.widths, self.names, strict=True)
        return _Row(
            [
                self.flow.wrap(cell, width - 2 * PAD_X, SIZE, bold=head or name)
                for cell, width, name in found
            ],
            head,
            inks or {},
            least,
        )

    def begin(self) -> None:
        """The head, at the start and on each new page."""
        self.top = self.flow.y
        if self.head:
            self._draw(self.head)
        else:
            right = self.flow.left + self.flow.inner
            self.flow.page.rules.append(Rule(self.flow.left, self.top, right, self.top))

    def add(self, row: _Row) -> None:
        """A row; a tall one fills this page first."""
        while row.height > self.flow.room:
            lines = int((self.flow.room - 2 * PAD_Y) / LEADING)
            if row.height > self.tall and lines >= 3:
                first, row = row.split(lines)
                self._draw(first)
            self.turn()
        self._draw(row)

    def turn(self) -> None:
        """Go on at the top of a new page."""
        self.close()
        self.flow.turn()
        self.begin()

    def tail(self, at: int, below: float) -> float:
        """Height of the rows from this one on, and of all beneath them."""
        rows = sum(row.height for row in self.rows[at:])
        return rows + len(self.note) * NOTE_LEADING + AFTER + below

    def parts_from(self, at: int, below: float) -> bool:
        """Whether the rows from this one on would stand here, and what is signed not."""
        room = self.flow.room
        is_new = self.flow.y - self.top <= self.above  # nothing is gained by turning again
        return not is_new and self.tail(at, 0) <= room < self.tail(at, below)

    def close(self) -> None:
        """The lines between the columns, down to here."""
        bottom = self.flow.y
        self.flow.page.rules += [Rule(x, self.top, x, bottom) for x in self.edges]

    def _draw(self, row: _Row) -> None:
        flow, height = self.flow, row.height
        rules = flow.page.rules
        if row.head:
            flow.page.fills.append(Fill(flow.left, flow.y, flow.inner, height))
            rules.append(Rule(flow.left, flow.y, flow.left + flow.inner, flow.y))
        for at, lines in enumerate(row.cells):
            y = flow.y + (height - row.tall(at)) / 2
            if at in row.inks:
                room = (self.edges[at] + PAD_X, y, self.widths[at] - 2 * PAD_X, INK_HEIGHT)
                flow.page.strokes += strokes(row.inks[at], *room)
                y += INK_HEIGHT
            y += (LEADING - SIZE) / 2
            align = "center" if row.head else self.aligns[at]
            if self.names[at] and not row.head:
                flow.page.fills.append(Fill(self.edges[at], flow.y, self.widths[at], height))
            for line in lines:
                flow.write(
                    line, self.edges[at] + PAD_X, y, SIZE,
                    bold=row.head or self.names[at], align=align, width=self.widths[at] - 2 * PAD_X,
                )  # fmt: skip
                y += LEADING
        flow.y += height
        rules.append(Rule(flow.left, flow.y, flow.left + flow.inner, flow.y))


def _text(cell: Cell) -> str:
    return cell.text if isinstance(cell, Ink) else cell


def _inks(row: tuple[Cell, ...]) -> dict[int, Ink]:
    return {at: cell for at, cell in enumerate(row) if isinstance(cell, Ink)}


def _widths(
    heads: Sequence[Column], labels: list[str], rows: list[list[str]], flow: Flow
) -> list[float]:
    """Shares by weight; then no word is torn, then short cells, then all keep to one line."""
    total = sum(head.weight for head in heads) or 1
    shares = [flow.inner * head.weight / total for head in heads]
    columns = zip(labels, zip(*rows, strict=True) if rows else [()] * len(labels), strict=True)
    wants = [
        _wants(label, set(cells), flow, bold=head.is_name)
        for head, (label, cells) in zip(heads, columns, strict=True)
    ]
    for wish in zip(*wants, strict=True):
        shares = _balance(shares, wish)
    return shares


def _balance(shares: list[float], wants: tuple[float, ...]) -> list[float]:
    """Who has more than wanted gives to those who have less."""
    short = [max(want - share, 0) for want, share in zip(wants, shares, strict=True)]
    spare = [max(share - want, 0) for want, share in zip(wants, shares, strict=True)]
    moved = min(sum(short), sum(spare))
    if not moved:
        return shares
    given, taken = moved / sum(short), moved / sum(spare)
    parts = zip(shares, short, spare, strict=True)
    return [share + lack * given - over * taken for share, lack, over in parts]


def _wants(label: str, cells: set[str], flow: Flow, *, bold: bool) -> tuple[float, float, float]:
    """Width at which no word is torn, no short cell broken, no cell broken at all."""
    typeface = flow.typeface
    words = [longest_word(part, SIZE, typeface, bold=True) for part in SEAMS.findall(label)]
    words += [longest_word(cell, SIZE, typeface, bold=bold) for cell in cells]
    lines = {line: flow.width(line, SIZE, bold=bold) for cell in cells for line in cell.split("\n")}
    head = flow.width(label, SIZE, bold=True)
    # A link or a file name may be torn; a number or a code may not.
    least = min(max(words, default=0), flow.inner / 3)
    short = [width for line, width in lines.items() if len(line) <= SHORT]
    if len(label) <= SHORT_LABEL:
        short.append(head)
    near = max(least, *short) if short else least
    return least + EDGES, near + EDGES, max(near, head, *lines.values()) + EDGES
