"""What a paper is made of; says nothing of any domain and nothing of positions."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Align = Literal["left", "center", "right"]
Language = Literal["zh_CN", "en"]


@dataclass(frozen=True, slots=True)
class Title:
    """Name of the paper, centred over a rule; once, at the top."""

    text: str
    subtitle: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """Numbered by the writer; never left alone at the foot of a page."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; a Chinese one starts two characters in."""

    text: str
    indent: bool = True


@dataclass(frozen=True, slots=True)
class Note:
    """Small print: how a figure is counted, what is left out."""

    text: str


@dataclass(frozen=True, slots=True)
class Column:
    """`weight` is the share of the width; a column grows where a number would be torn.

    `is_name` marks a column whose cells are names of what stands beside them, as in a form.
    """

    label: str
    weight: float = 1
    align: Align = "left"
    is_name: bool = False


@dataclass(frozen=True, slots=True)
class Ink:
    """A signature in a cell: strokes drawn in a box of `width` by `height`, `text` below it."""

    strokes: tuple[tuple[tuple[float, float], ...], ...]
    width: float
    height: float
    text: str = ""


Cell = str | Ink


@dataclass(frozen=True, slots=True)
class Table:
    """Hairline table; its head comes again on each page. Without any label it has no head.

    `row_height` is the least height of a row, for what is filled in by hand. A `whole` one is
    not torn by the end of a page, as long as it fits on one; of any other at least the `first`
    rows stand below its head.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    row_height: float = 0
    whole: bool = False
    first: int = 1


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins on a new page."""


@dataclass(frozen=True, slots=True)
class PhotoBox:
    """A JPEG as bytes or file, shown 4:3; a file that is gone leaves the box empty."""

    jpeg: bytes | Path
    caption: str = ""


@dataclass(frozen=True, slots=True)
class PhotoPair:
    """Before and after of one thing, never torn apart."""

    caption: str
    before: PhotoBox | None
    after: PhotoBox | None


@dataclass(frozen=True, slots=True)
class PhotoPairs:
    """`empty` stands where there is no picture yet, `lost` where its file cannot be read.

    Pictures that are no before and after may be odd in number: without `framed` the last place is
    left white.
    """

    pairs: tuple[PhotoPair, ...]
    empty: str = "—"
    lost: str = "—"
    framed: bool = True


@dataclass(frozen=True, slots=True)
class Plate:
    """A whole picture, never cut, as wide as the text and at most a page high: a map, a drawing.

    `lost` stands where its bytes cannot be read.
    """

    jpeg: bytes | Path
    caption: str = ""
    lost: str = "—"


@dataclass(frozen=True, slots=True)
class Happening:
    """A moment on a timeline: when, what, how it is known; `elapsed` is the time since the last."""

    at: str
    what: str
    note: str = ""
    elapsed: str = ""
    is_main: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    """Moments along a line from top to bottom, none of them torn by the end of a page."""

    happenings: tuple[Happening, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """How long something took beside how long it may take, in one unit; nothing where unknown.

    `text` says the same in words, and whether it is `late`.
    """

    label: str
    actual: float | None
    target: float | None
    text: str
    late: bool = False


@dataclass(frozen=True, slots=True)
class Bars:
    """Spans from one start, drawn to scale: actual ones filled, targets as an open frame.

    `ticks` are values of the axis with their words. `keys` name actual, late and target.
    """

    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, str], ...]
    keys: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """A place to sign by hand; `name` and `date` are printed where already signed."""

    label: str
    name: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Signatures:
    """All on one page. `date_units` such as 年 月 日 stand on the date's line.

    `seal` is the caption of the place for the unit's seal; empty: no such place.
    """

    lines: tuple[SignatureLine, ...]
    date_label: str
    date_units: tuple[str, ...] = ()
    seal: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """A question with its answers below it, further in, and a small picture; never torn.

    `under` is small print beneath. `lost` stands where the picture cannot be read.
    """

    text: str
    answers: tuple[str, ...] = ()
    under: tuple[str, ...] = ()
    jpeg: bytes | Path | None = None
    lost: str = "—"


@dataclass(frozen=True, slots=True)
class Turned:
    """Blocks on landscape pages of their own: a table too wide to stand upright."""

    blocks: "tuple[Block, ...]"


Block = (
    Title
    | Heading
    | Paragraph
    | Note
    | Table
    | PageBreak
    | PhotoPairs
    | Plate
    | Timeline
    | Choices
    | Bars
    | Signatures
    | Turned
)
