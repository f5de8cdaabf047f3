"""A page before it is printed: marks at places, in points from the upper left corner."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from safety_app.core.pdf.blocks import Language
from safety_app.core.pdf.font import Typeface
from safety_app.core.pdf.linebreak import clean, visible_width, wrap

MM: Final = 72 / 25.4
WIDTH, HEIGHT = 210 * MM, 297 * MM
# The type area of an office paper (GB/T 9704: 156 mm wide, wider margin where it is bound).
LEFT, RIGHT, TOP, BOTTOM = 28 * MM, 26 * MM, 25 * MM, 25 * MM
INNER: Final = WIDTH - LEFT - RIGHT
ROOM: Final = HEIGHT - TOP - BOTTOM


@dataclass(frozen=True, slots=True)
class Sheet:
    """A size of paper with its type area, in points."""

    width: float = WIDTH
    height: float = HEIGHT
    left: float = LEFT
    right: float = RIGHT
    top: float = TOP
    bottom: float = BOTTOM

    @property
    def inner(self) -> float:
        """Width of the type area."""
        return self.width - self.left - self.right

    @property
    def room(self) -> float:
        """Height of the type area."""
        return self.height - self.top - self.bottom


PORTRAIT: Final = Sheet()
# Bound at the upper edge.
LANDSCAPE: Final = Sheet(HEIGHT, WIDTH, 20 * MM, 20 * MM, 20 * MM, 20 * MM)

INK, GREY, HAIR, TINT = 17, 95, 70, 241
BODY, LEADING, SMALL = 11.0, 19.0, 9.0
ASCENT: Final = 0.88


@dataclass(frozen=True, slots=True)
class Text:
    """One line; `y` is its baseline, `spacing` is added after each character."""

    x: float
    y: float
    text: str
    size: float
    bold: bool = False
    shade: int = INK
    spacing: float = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line; dashed where `dash` is set."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float = 0.5
    shade: int = HAIR
    dash: bool = False


@dataclass(frozen=True, slots=True)
class Fill:
    """A filled rectangle."""

    x: float
    y: float
    w: float
    h: float
    shade: int = TINT


@dataclass(frozen=True, slots=True)
class Squares:
    """A code of dark and light squares, `side` wide and high, painted as one shape."""

    x: float
    y: float
    side: float
    rows: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG at `inner` (x, y, w, h), cut to the box x, y, w, h."""

    x: float
    y: float
    w: float
    h: float
    jpeg: bytes | Path
    inner: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line drawn by hand through its points."""

    points: tuple[tuple[float, float], ...]
    width: float = 0.9
    shade: int = INK


@dataclass(slots=True)
class Page:
    """All marks of a page, by kind, in the order they are painted."""

    fills: list[Fill] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)
    codes: list[Squares] = field(default_factory=list)
    sheet: Sheet = PORTRAIT


class Flow:
    """Fills pages from top to bottom."""

    def __init__(self, typeface: Typeface, language: Language, sheet: Sheet = PORTRAIT) -> None:
        self.typeface, self.language = typeface, language
        self.sheet = sheet
        self.left, self.inner = sheet.left, sheet.inner
        self.pages = [Page(sheet=sheet)]
        self.y = sheet.top
        self.prepared: dict[int, object] = {}
        """What a heading has worked out of the block after it, by the block's id."""

    @property
    def page(self) -> Page:
        """The page being filled."""
        return self.pages[-1]

    @property
    def room(self) -> float:
        """Height left on this page."""
        return self.sheet.height - self.sheet.bottom - self.y

    @property
    def fresh(self) -> bool:
        """Whether nothing stands on this page yet."""
        return self.y == self.sheet.top

    def turn(self) -> None:
        """Go to a new page."""
        self.pages.append(Page(sheet=self.sheet))
        self.y = self.sheet.top

    def lie(self, sheet: Sheet) -> None:
        """Go on upon a page of another direction; an empty one is laid down itself."""
        if sheet is self.sheet:
            return
        self.sheet, self.left, self.inner = sheet, sheet.left, sheet.inner
        if self.is_blank:
            self.pages.pop()
        self.turn()

    @property
    def is_blank(self) -> bool:
        """Whether there is no mark on this page."""
        page = self.page
        return not (page.texts or page.rules or page.pictures or page.fills or page.codes)

    def need(self, height: float) -> None:
        """Go to a new page unless `height` is left, or this page is empty anyway."""
        if self.room < height and not self.fresh:
            self.turn()

    def skip(self, height: float) -> None:
        """Leave a gap; none at the top of a page."""
        if not self.fresh:
            self.y += height

    def clean(self, text: str) -> str:
        """What can be printed of a text."""
        return clean(text, self.typeface, self.language)

    def wrap(
        self, text: str, width: float, size: float, *, bold: bool = False, indent: float = 0
    ) -> list[str]:
        """Printable lines of a cleaned text."""
        return wrap(text, width, size, self.typeface, bold=bold, indent=indent)

    def width(self, line: str, size: float, *, bold: bool = False) -> float:
        """Width of the ink of a line."""
        return visible_width(line, size, self.typeface, bold=bold)

    def write(
        self, line: str, x: float, y: float, size: float, *, bold: bool = False,
        shade: int = INK, align: str = "left", width: float = 0, spacing: float = 0,
    ) -> None:  # fmt: skip
        """One line with its top at `y`, in a box `width` wide."""
        if not line:
            return
        if align != "left":
            ink = self.width(line, size, bold=bold) + spacing * (len(line) - 1)
            x += (width - ink) / (2 if align == "center" else 1)
        self.page.texts.append(Text(x, y + size * ASCENT, line, size, bold, shade, spacing))
