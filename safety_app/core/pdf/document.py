"""From blocks to a finished A4 paper, its pages numbered."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from safety_app.core.pdf.blocks import Block, Language
from safety_app.core.pdf.code import square_code
from safety_app.core.pdf.font import find_typeface
from safety_app.core.pdf.page import (
    GREY,
    LANDSCAPE,
    MM,
    PORTRAIT,
    SMALL,
    Flow,
    Page,
)
from safety_app.core.pdf.paint import paint
from safety_app.core.pdf.place import place

BELOW: Final = 8 * MM
EDGE: Final = 4.5 * MM
FOOT_LEADING: Final = 13.0
FOOT_GAP: Final = 24.0
FOOT_LINES: Final = 3
CODE_SIDE: Final = 15 * MM


def render(
    blocks: Sequence[Block],
    *,
    title: str,
    language: Language,
    created_at: datetime,
    footer_left: str,
    page_label: Callable[[int, int], str],
    font_path: Path | None = None,
    qr: str | None = None,
    landscape: bool = False,
) -> bytes:
    """The paper as PDF; the same facts give the same bytes.

    `created_at` is the cut-off of the figures rather than the moment of printing. `page_label`
    gets the number of the page and of all pages.
    """
    typeface = find_typeface(font_path)
    flow = Flow(typeface, language, LANDSCAPE if landscape else PORTRAIT)
    pages = lay_out(blocks, flow, footer_left, page_label, qr)
    return paint(pages, typeface, title=title, language=language, created_at=created_at)


def lay_out(
    blocks: Sequence[Block],
    flow: Flow,
    footer_left: str,
    page_label: Callable[[int, int], str],
    qr: str | None = None,
) -> list[Page]:
    """The pages with all marks at their places."""
    place(tuple(blocks), flow)
    put_feet(flow.pages, flow, footer_left, page_label, qr)
    return flow.pages


def put_feet(
    pages: Sequence[Page],
    flow: Flow,
    footer_left: str,
    page_label: Callable[[int, int], str],
    qr: str | None = None,
) -> None:
    """Number all pages of a paper, say what it is, and put the code on the first one."""
    labels = [flow.clean(page_label(at, len(pages))) for at in range(1, len(pages) + 1)]
    left = flow.clean(footer_left)
    widest = max(flow.width(label, SMALL) for label in labels)
    for page, label in zip(pages, labels, strict=True):
        foot = Flow(flow.typeface, flow.language, page.sheet)
        foot.pages = [page]
        # At the right of every paper; beside the code of the first page also on the others.
        width = foot.inner - CODE_SIDE - FOOT_GAP if qr else foot.inner
        lines = foot.wrap(left, foot.inner - widest - CODE_SIDE - 2 * FOOT_GAP, SMALL)[:FOOT_LINES]
        below_text = page.sheet.height - page.sheet.bottom + BELOW
        # A printer leaves a strip at the edge white.
        foot_y = min(below_text, page.sheet.height - EDGE - len(lines) * FOOT_LEADING)
        foot.write(label, foot.left, foot_y, SMALL, shade=GREY, align="right", width=width)
        for below, line in enumerate(lines):
            foot.write(line, foot.left, foot_y + below * FOOT_LEADING, SMALL, shade=GREY)
    if qr:
        _code(pages[0], qr)


def _code(page: Page, content: str) -> None:
    """A QR code in the lower right corner."""
    sheet = page.sheet
    x = sheet.left + sheet.inner - CODE_SIDE
    y = sheet.height - sheet.bottom + 3.5 * MM
    page.codes.append(square_code(content, x, y, CODE_SIDE))
