"""From blocks to a finished A4 paper, its pages numbered."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import segno

from safety_app.core.pdf.blocks import Block, Language
from safety_app.core.pdf.font import find_typeface
from safety_app.core.pdf.page import (
    BOTTOM,
    GREY,
    HEIGHT,
    INNER,
    LEFT,
    MM,
    SMALL,
    Fill,
    Flow,
    Page,
)
from safety_app.core.pdf.paint import paint
from safety_app.core.pdf.place import place

FOOT: Final = HEIGHT - BOTTOM + 9.5 * MM
FOOT_LEADING: Final = 13.0
FOOT_GAP: Final = 14.0
CODE_SIDE: Final = 17 * MM


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
) -> bytes:
    """The paper as PDF; the same facts give the same bytes.

    `created_at` is the cut-off of the figures rather than the moment of printing. `page_label`
    gets the number of the page and of all pages.
    """
    typeface = find_typeface(font_path)
    pages = lay_out(blocks, Flow(typeface, language), footer_left, page_label, qr)
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
    pages = flow.pages
    labels = [flow.clean(page_label(at, len(pages))) for at in range(1, len(pages) + 1)]
    left = flow.clean(footer_left)
    widest = max(flow.width(label, SMALL) for label in labels)
    beside = flow.width(left, SMALL) + FOOT_GAP <= (INNER - widest) / 2
    for page, label in zip(pages, labels, strict=True):
        _footer(page, flow, left, label, beside)
    if qr:
        _code(pages[0], qr)
    return pages


def _footer(page: Page, flow: Flow, left: str, label: str, beside: bool) -> None:
    """Label in the middle; the words left of it go below where they are too long."""
    foot = Flow(flow.typeface, flow.language)
    foot.pages = [page]
    foot.write(label, LEFT, FOOT, SMALL, shade=GREY, align="center", width=INNER)
    width = INNER - CODE_SIDE - FOOT_GAP
    for at, line in enumerate(foot.wrap(left, width, SMALL)[:2]):
        y = FOOT + (at if beside else at + 1) * FOOT_LEADING
        foot.write(line, LEFT, y, SMALL, shade=GREY)


def _code(page: Page, content: str) -> None:
    """A QR code in the lower right corner, drawn as rectangles."""
    rows = [bytes(row) for row in segno.make(content, error="m", micro=False).matrix]
    side = CODE_SIDE / len(rows)
    x0, y0 = LEFT + INNER - CODE_SIDE, HEIGHT - BOTTOM + 5 * MM
    for y, row in enumerate(rows):
        start = 0
        for x in range(len(row) + 1):
            if x == len(row) or not row[x]:
                if x > start:
                    box = (x0 + start * side, y0 + y * side, (x - start) * side, side)
                    page.fills.append(Fill(*box, shade=0))
                start = x + 1
