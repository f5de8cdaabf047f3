"""Pages to PDF bytes with fpdf2: the same pages always give the same bytes."""

import hashlib
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from fpdf import FPDF
from fpdf.enums import ResourceAccessPolicy
from fpdf.fonts import TTFFont

from safety_app.core.pdf.font import Typeface
from safety_app.core.pdf.page import Fill, Page, Picture, Rule, Squares, Stroke, Text

FAMILY: Final = "paper"
PRODUCER: Final = "safety_app"


def paint(
    pages: Iterable[Page], typeface: Typeface, *, title: str, language: str, created_at: datetime
) -> bytes:
    """Write the pages; `created_at` is the only time in the file."""
    pages = list(pages)
    pdf = _Paper(unit="pt", format=_size(pages[0]))
    pdf.identity = _identity(pages, created_at)
    pdf.resource_access_policy = ResourceAccessPolicy.LOCAL_FILES
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    pdf.c_margin = 0
    pdf.set_title(title)
    pdf.set_lang(language.replace("_", "-"))
    pdf.set_creator(PRODUCER)
    pdf.set_producer(PRODUCER)
    pdf.set_creation_date(created_at)
    # fpdf2 takes fonts from files only, and reads them until the end.
    with tempfile.TemporaryDirectory() as folder:
        _fonts(pdf, pages, typeface, Path(folder))
        for page in pages:
            _page(pdf, page)
        return bytes(pdf.output())


class _Paper(FPDF):
    """Named by its words, so that megabytes of pictures are not hashed for it."""

    identity = ""

    def file_id(self) -> str:
        return f"<{self.identity}><{self.identity}>"


class Finished:
    """A font that holds just what the paper needs, and is embedded as it is.

    fpdf2 would let fontTools take it apart and put it together again, which takes as long as the
    rest of the paper; here fontTools finds no table to work on, only the order of the glyphs.
    """

    def __init__(self, order: list[str], content: bytes) -> None:
        self.content = content
        self.order = order
        self.ids = {name: at for at, name in enumerate(order)}

    def keys(self) -> list[str]:
        """No tables."""
        return []

    def __contains__(self, tag: object) -> bool:
        return False

    def getGlyphOrder(self) -> list[str]:  # noqa: N802 - fontTools' name
        """The names of the glyphs by their number."""
        return self.order

    def setGlyphOrder(self, order: list[str]) -> None:  # noqa: N802 - fontTools' name
        """Keep the numbers that the font has."""

    def getReverseGlyphMap(self) -> dict[str, int]:  # noqa: N802 - fontTools' name
        """The numbers of the glyphs by their name."""
        return self.ids

    def getGlyphID(self, name: str) -> int:  # noqa: N802 - fontTools' name
        """The number of a glyph."""
        return self.ids[name]

    def save(self, file: BinaryIO) -> None:
        """Write the font."""
        file.write(self.content)

    def close(self) -> None:
        """Nothing is open."""


def _size(page: Page) -> tuple[float, float]:
    return page.sheet.width, page.sheet.height


def _identity(pages: list[Page], created_at: datetime) -> str:
    digest = hashlib.sha256(created_at.isoformat().encode())
    for page in pages:
        digest.update("\n".join(text.text for text in page.texts).encode())
        for code in page.codes:
            digest.update(b"".join(code.rows))
    return digest.hexdigest()[:32].upper()


def _fonts(pdf: FPDF, pages: list[Page], typeface: Typeface, folder: Path) -> None:
    for bold, style in ((False, ""), (True, "B")):
        texts = (text.text for page in pages for text in page.texts if text.bold is bold)
        used = set().union(*texts)
        if used:
            file = folder / f"font{style}.ttf"
            content = typeface.face(bold).subset(used)
            file.write_bytes(content)
            pdf.add_font(FAMILY, style, file)
            font = cast(TTFFont, pdf.fonts[FAMILY + style])
            if not font.is_cff:
                finished = Finished(font.ttfont.getGlyphOrder(), content)
                font.ttfont.close()
                font.ttfont = cast(Any, finished)


def _page(pdf: FPDF, page: Page) -> None:
    pdf.add_page(format=_size(page))
    _fills(pdf, page.fills)
    for code in page.codes:
        _squares(pdf, code)
    for picture in page.pictures:
        _picture(pdf, picture)
    _rules(pdf, page.rules)
    _strokes(pdf, page.strokes)
    _texts(pdf, page.texts)


def _fills(pdf: FPDF, fills: list[Fill]) -> None:
    shade = -1
    for fill in fills:
        if fill.shade != shade:
            shade = fill.shade
            pdf.set_fill_color(shade)
        pdf.rect(fill.x, fill.y, fill.w, fill.h, style="F")


def _squares(pdf: FPDF, code: Squares) -> None:
    """One path in the code's own units, so that no seam shows between its squares."""
    count = len(code.rows)
    unit = code.side / count
    runs = [
        f"{start} {count - 1 - y} {end - start} 1 re"
        for y, row in enumerate(code.rows)
        for start, end in _runs(row)
    ]
    left, foot = code.x, pdf.h - code.y - code.side
    pdf._out(f"q {unit:.5f} 0 0 {unit:.5f} {left:.3f} {foot:.3f} cm 0 g {' '.join(runs)} f Q")


def _runs(row: bytes) -> Iterator[tuple[int, int]]:
    """Where dark squares stand side by side: first, and the one after the last."""
    end = 0
    while (start := row.find(1, end)) >= 0:
        end = row.find(0, start)
        end = len(row) if end < 0 else end
        yield start, end


def _picture(pdf: FPDF, picture: Picture) -> None:
    x, y, w, h = picture.inner
    with pdf.rect_clip(picture.x, picture.y, picture.w, picture.h):
        pdf.image(picture.jpeg, x, y, w, h)


def _rules(pdf: FPDF, rules: list[Rule]) -> None:
    state: tuple[float, int, bool] | None = None
    for rule in sorted(rules, key=lambda rule: (rule.dash, rule.shade, rule.width)):
        wanted = (rule.width, rule.shade, rule.dash)
        if wanted != state:
            state = wanted
            pdf.set_line_width(rule.width)
            pdf.set_draw_color(rule.shade)
            pdf.set_dash_pattern(*((3, 3) if rule.dash else ()))
        pdf.line(rule.x1, rule.y1, rule.x2, rule.y2)


def _strokes(pdf: FPDF, strokes: list[Stroke]) -> None:
    if not strokes:
        return
    pdf.set_dash_pattern()
    for stroke in strokes:
        pdf.set_line_width(stroke.width)
        pdf.set_draw_color(stroke.shade)
        pdf.polyline(list(stroke.points))


def _texts(pdf: FPDF, texts: list[Text]) -> None:
    font: tuple[bool, float] | None = None
    shade, spacing = -1, 0.0
    for text in texts:
        if (text.bold, text.size) != font:
            font = (text.bold, text.size)
            pdf.set_font(FAMILY, "B" if text.bold else "", text.size)
        if text.shade != shade:
            shade = text.shade
            pdf.set_text_color(shade)
            pdf.set_fill_color(shade)  # fpdf2 wraps each text whose colour is not the fill's
        if text.spacing != spacing:
            spacing = text.spacing
            pdf.set_char_spacing(spacing)
        pdf.text(text.x, text.y, text.text)
    pdf.set_char_spacing(0)
