"""A paper of many parts: contents, chapters, scans behind them, page numbers through the whole.

Chapters are laid out first, so that the contents know their pages, and painted one by one into
files, so that the pictures of one chapter at a time are in memory.
"""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from safety_app.core.pdf.blocks import Block, Language
from safety_app.core.pdf.contents import Entry, place_contents
from safety_app.core.pdf.document import put_feet
from safety_app.core.pdf.font import Typeface, find_typeface
from safety_app.core.pdf.page import LANDSCAPE, PORTRAIT, Flow, Page
from safety_app.core.pdf.paint import paint
from safety_app.core.pdf.place import place
from safety_app.core.pdf.scans import Leaf, Scan, bind, bounded, place_scan


@dataclass(frozen=True, slots=True)
class Words:
    """What the book itself says, in the language of the paper."""

    contents: str
    unreadable: Callable[[Scan], str]
    caption: Callable[[Scan, int, int], str]
    page_label: Callable[[int, int], str]


@dataclass(frozen=True, slots=True)
class Share:
    """A run of blocks on paper of one direction."""

    blocks: tuple[Block, ...]
    landscape: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A chapter: it begins on a page of its own; its scans follow its words."""

    title: str
    shares: tuple[Share, ...]
    scans: tuple[Scan, ...] = ()


@dataclass(slots=True)
class _Laid:
    title: str
    pages: list[Page]
    leaves: dict[int, Leaf] = field(default_factory=dict)
    """Pages from elsewhere, by their place in `pages`."""


@dataclass(slots=True)
class Book:
    """A book that is laid out; `texts` is all it says, before page numbers."""

    typeface: Typeface
    language: Language
    words: Words
    front: tuple[Block, ...]
    after_contents: tuple[Block, ...]
    parts: list[_Laid]

    @property
    def texts(self) -> list[str]:
        """Every line of every chapter, in order."""
        pages = [page for part in self.parts for page in part.pages]
        return [text.text for page in pages for text in page.texts]


def lay_out_book(
    front: Sequence[Block],
    after_contents: Sequence[Block],
    parts: Sequence[Part],
    *,
    words: Words,
    language: Language,
    font_path: Path | None = None,
) -> Book:
    """Every chapter at its places; `front` stands before the contents, the others behind."""
    typeface = find_typeface(font_path)
    laid = [_lay_out(part, typeface, language, words) for part in parts]
    return Book(typeface, language, words, tuple(front), tuple(after_contents), laid)


def write_book(
    book: Book,
    out: Path,
    *,
    title: str,
    created_at: datetime,
    footer_left: str,
    qr: str,
    step: Callable[[int, int], None],
) -> int:
    """Paint the book into a file; the number of its pages.

    `step` hears how many chapters are painted, of how many.
    """
    front = _front(book)
    laid = [_Laid(title, front), *book.parts]
    pages = [page for part in laid for page in part.pages]
    flow = Flow(book.typeface, book.language)
    put_feet(pages, flow, footer_left, book.words.page_label, qr)
    with tempfile.TemporaryDirectory(dir=out.parent) as name:
        folder = Path(name)
        files: list[tuple[str, Path, dict[int, Leaf]]] = []
        for at, part in enumerate(laid):
            step(at, len(laid))
            path = folder / f"{at}.pdf"
            for page in part.pages:
                bounded(page, folder)
            painted = paint(
                part.pages, book.typeface, title=title, language=book.language,
                created_at=created_at,
            )  # fmt: skip
            path.write_bytes(painted)
            files.append((part.title, path, part.leaves))
            part.pages.clear()
        step(len(laid), len(laid))
        bind(files, out, title=title, created_at=created_at)
    return len(pages)


def _lay_out(part: Part, typeface: Typeface, language: Language, words: Words) -> _Laid:
    laid = _Laid(part.title, [])
    flow: Flow | None = None
    for share in part.shares:
        sheet = LANDSCAPE if share.landscape else PORTRAIT
        if flow is None or flow.sheet is not sheet:
            laid.pages += flow.pages if flow else []
            flow = Flow(typeface, language, sheet)
        place(share.blocks, flow)
    laid.pages += flow.pages if flow else []
    for scan in part.scans:
        _add_scan(laid, scan, Flow(typeface, language), words)
    return laid


def _add_scan(laid: _Laid, scan: Scan, flow: Flow, words: Words) -> None:
    if scan.pages == 0:
        place_scan(flow, words.unreadable(scan))
        laid.pages.append(flow.page)
        return
    for number in range(scan.pages):
        alone = Flow(flow.typeface, flow.language)
        leaf = place_scan(alone, words.caption(scan, number + 1, scan.pages), scan, number)
        if leaf is not None:
            laid.leaves[len(laid.pages)] = leaf
        laid.pages.append(alone.page)


def _front(book: Book) -> list[Page]:
    """Title, contents and what follows; laid out twice, since its own length moves the rest."""
    length = 1
    while True:
        flow = Flow(book.typeface, book.language)
        place(book.front, flow)
        entries, page = [], length + 1
        for part in book.parts:
            entries.append(Entry(part.title, page))
            page += len(part.pages)
        place_contents(book.words.contents, entries, flow)
        place(book.after_contents, flow)
        if len(flow.pages) <= length:
            return flow.pages
        length = len(flow.pages)
