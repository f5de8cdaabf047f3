"""Pages from elsewhere on our own pages: pictures and PDFs, scaled into the type area.

A page of a foreign PDF becomes a form that is drawn as a whole: what it draws is not read, so
that neither its names nor its mistakes reach ours.
"""

import io
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    RectangleObject,
    StreamObject,
)

from safety_app.core.pdf.page import GREY, SMALL, Flow, Page, Picture
from safety_app.core.pdf.paint import PRODUCER

CAPTION_LEADING: Final = 14.0
UNREADABLE: Final = (OSError, ValueError, SyntaxError, Image.DecompressionBombError)
# A picture needs no more than this, in pixels for each point of its width: 200 to the inch.
SHARP: Final = 200 / 72
MOST_PAGES: Final = 500
QUALITY: Final = 80


@dataclass(frozen=True, slots=True)
class Scan:
    """A file behind a chapter; no pages where it cannot be read."""

    name: str
    path: Path
    is_pdf: bool
    pages: int


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of a foreign PDF and the box it goes into: x, y (from below), width, height."""

    path: Path
    number: int
    box: tuple[float, float, float, float]


def look_at(name: str, path: Path, *, is_pdf: bool) -> Scan:
    """The file as a scan, every page of it tried."""
    pages = 0
    # Whatever is wrong with somebody's file, the paper is made without it.
    with suppress(Exception):
        pages = _readable_pages(path) if is_pdf else int(_size(path) is not None)
    return Scan(name, path, is_pdf, pages)


def place_scan(flow: Flow, caption: str, scan: Scan | None = None, number: int = 0) -> Leaf | None:
    """A page with its caption; the picture below it, or the place where a PDF's page goes."""
    for line in flow.wrap(flow.clean(caption), flow.inner, SMALL):
        flow.write(line, flow.left, flow.y, SMALL, shade=GREY)
        flow.y += CAPTION_LEADING
    flow.y += 4
    if scan is None:
        return None
    room = flow.room
    if scan.is_pdf:
        y = flow.sheet.bottom
        return Leaf(scan.path, number, (flow.left, y, flow.inner, room))
    size = _size(scan.path)
    if size is not None:
        scale = min(flow.inner / size[0], room / size[1])
        w, h = size[0] * scale, size[1] * scale
        x = flow.left + (flow.inner - w) / 2
        flow.page.pictures.append(Picture(x, flow.y, w, h, scan.path, (x, flow.y, w, h)))
    return None


def bounded(page: Page, folder: Path) -> None:
    """Replace pictures that are finer than print needs by smaller ones in `folder`."""
    for at, picture in enumerate(page.pictures):
        if isinstance(picture.jpeg, Path):
            small = _smaller(picture.jpeg, picture.inner[2], folder)
            page.pictures[at] = Picture(
                picture.x, picture.y, picture.w, picture.h, small, picture.inner
            )


def bind(
    files: Sequence[tuple[str, Path, dict[int, Leaf]]],
    out: Path,
    *,
    title: str,
    created_at: datetime,
) -> None:
    """Put painted chapters together, each with a bookmark, and draw the foreign pages on theirs."""
    book = PdfWriter()
    opened: dict[Path, PdfReader] = {}
    for name, path, leaves in files:
        first = len(book.pages)
        content = path.read_bytes()
        book.append(PdfReader(io.BytesIO(content)), outline_item=name)
        for at, leaf in leaves.items():
            with suppress(Exception):  # it was tried before; its page stays empty but for its name
                reader = opened.setdefault(leaf.path, _open(leaf.path))
                _draw(book, first + at, reader.pages[leaf.number], leaf.box)
    stamp = f"D:{created_at:%Y%m%d%H%M%S}Z"
    book.metadata = {"/Title": title, "/Producer": PRODUCER, "/CreationDate": stamp}
    with out.open("wb") as file:
        book.write(file)
    book.close()


def _draw(book: PdfWriter, at: int, page: Any, box: tuple[float, float, float, float]) -> None:
    own: Any = book.pages[at]
    form = _form(book, page)
    left, bottom, right, top = (float(value) for value in page.cropbox)
    width, height = right - left, top - bottom
    turn = int(page.get("/Rotate", 0)) % 360
    seen = (height, width) if turn in (90, 270) else (width, height)
    scale = min(box[2] / seen[0], box[3] / seen[1])
    x = box[0] + (box[2] - seen[0] * scale) / 2
    y = box[1] + box[3] - seen[1] * scale
    s = scale
    matrix = {
        0: (s, 0, 0, s, x - left * s, y - bottom * s),
        90: (0, -s, s, 0, x - bottom * s, y + right * s),
        180: (-s, 0, 0, -s, x + right * s, y + top * s),
        270: (0, s, -s, 0, x + top * s, y - left * s),
    }[turn]
    resources = DictionaryObject(own["/Resources"].get_object())
    pictures = DictionaryObject(resources.get("/XObject", DictionaryObject()).get_object())
    pictures[NameObject("/Scan")] = form
    resources[NameObject("/XObject")] = pictures
    own[NameObject("/Resources")] = resources
    numbers = " ".join(f"{value:.5f}" for value in matrix)
    drawn = StreamObject()
    drawn.set_data(f"q {numbers} cm /Scan Do Q\n".encode())
    before = own["/Contents"]
    parts = list(before) if isinstance(before, ArrayObject) else [own.raw_get("/Contents")]
    own[NameObject("/Contents")] = ArrayObject([*parts, book._add_object(drawn)])


def _form(book: PdfWriter, page: Any) -> Any:
    """The page as a form of the book."""
    form = StreamObject()
    contents = page.get_contents()
    form.set_data(contents.get_data() if contents is not None else b"")
    form[NameObject("/Type")] = NameObject("/XObject")
    form[NameObject("/Subtype")] = NameObject("/Form")
    form[NameObject("/FormType")] = NumberObject(1)
    form[NameObject("/BBox")] = RectangleObject(tuple(map(FloatObject, page.cropbox)))
    resources: Any = page.get("/Resources", DictionaryObject()).get_object()
    form[NameObject("/Resources")] = resources.clone(book)
    return book._add_object(form.flate_encode())


def _open(path: Path) -> PdfReader:
    reader = PdfReader(path, strict=False)
    if reader.is_encrypted:
        reader.decrypt("")
    return reader


def _readable_pages(path: Path) -> int:
    reader = _open(path)
    count = min(len(reader.pages), MOST_PAGES)
    scratch = PdfWriter()
    for page in reader.pages[:count]:
        if min(float(page.cropbox.width), float(page.cropbox.height)) < 1:
            raise ValueError("an empty page")
        _form(scratch, page)
    scratch.write(io.BytesIO())
    return count


def _size(path: Path) -> tuple[int, int] | None:
    try:
        with Image.open(path, formats=("JPEG",)) as picture:
            return picture.size
    except UNREADABLE:
        return None


def _smaller(path: Path, width: float, folder: Path) -> Path:
    """A copy with as many pixels as print needs; the picture itself where that is enough."""
    made = folder / f"{path.stem}.{round(width)}.jpg"
    if made.exists():
        return made
    most = round(width * SHARP)
    try:
        with Image.open(path, formats=("JPEG",)) as picture:
            if picture.width <= most * 1.2:
                return path
            high = round(picture.height * most / picture.width)
            picture.draft("RGB", (most, high))
            picture.resize((most, high), Image.Resampling.BICUBIC, reducing_gap=2.0).save(
                made, "JPEG", quality=QUALITY
            )
        return made
    except UNREADABLE:
        return path
