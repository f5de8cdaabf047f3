"""Pictures in pairs, side by side, each cut to 4:3 without touching its bytes."""

import io
from itertools import pairwise
from pathlib import Path
from typing import Final

from PIL import Image, UnidentifiedImageError

from safety_app.core.pdf.blocks import PhotoBox, PhotoPair, PhotoPairs
from safety_app.core.pdf.page import GREY, INNER, SMALL, Flow, Picture, Rule

GAP: Final = 14.0
WIDE: Final = (INNER - GAP) / 2
HIGH: Final = WIDE * 3 / 4
CAPTION, CAPTION_LEADING = 9.8, 14.5
UNDER, UNDER_LEADING = SMALL, 12.5
UNREADABLE: Final = (OSError, UnidentifiedImageError, ValueError, SyntaxError)


def least_pairs(block: PhotoPairs, flow: Flow) -> float:
    """Height of the first pair."""
    return _height(block.pairs[0], flow) if block.pairs else 0


def place_pairs(block: PhotoPairs, flow: Flow) -> None:
    """Each pair with its captions, none torn by the end of a page."""
    for pair in block.pairs:
        flow.need(_height(pair, flow))
        for line in flow.wrap(flow.clean(pair.caption), flow.inner, CAPTION):
            flow.write(line, flow.left, flow.y, CAPTION)
            flow.y += CAPTION_LEADING
        flow.y += 2
        under = 0.0
        for at, box in enumerate((pair.before, pair.after)):
            x = flow.left + at * (WIDE + GAP)
            _box(box, block.empty if box is None else block.lost, x, flow)
            under = max(under, _under(box, x, flow))
        flow.y += HIGH + 4 + under + 9


def _height(pair: PhotoPair, flow: Flow) -> float:
    above = len(flow.wrap(flow.clean(pair.caption), flow.inner, CAPTION)) * CAPTION_LEADING
    boxes = [box for box in (pair.before, pair.after) if box is not None]
    below = [len(flow.wrap(flow.clean(box.caption), WIDE, UNDER)) for box in boxes if box.caption]
    return above + 2 + HIGH + 4 + max(below, default=0) * UNDER_LEADING


def _box(box: PhotoBox | None, instead: str, x: float, flow: Flow) -> None:
    size = _size(box.jpeg) if box is not None else None
    if box is None or size is None:
        line = flow.clean(instead)
        flow.write(
            line, x, flow.y + (HIGH - SMALL) / 2, SMALL, shade=GREY, align="center", width=WIDE
        )
    else:
        inner = _cover(size, x, flow.y)
        flow.page.pictures.append(Picture(x, flow.y, WIDE, HIGH, box.jpeg, inner))
    right, bottom = x + WIDE, flow.y + HIGH
    corners = ((x, flow.y), (right, flow.y), (right, bottom), (x, bottom), (x, flow.y))
    for (x1, y1), (x2, y2) in pairwise(corners):
        flow.page.rules.append(Rule(x1, y1, x2, y2, dash=size is None))


def _under(box: PhotoBox | None, x: float, flow: Flow) -> float:
    lines = (
        flow.wrap(flow.clean(box.caption), WIDE, UNDER) if box is not None and box.caption else []
    )
    for at, line in enumerate(lines):
        y = flow.y + HIGH + 4 + at * UNDER_LEADING
        flow.write(line, x, y, UNDER, shade=GREY, align="center", width=WIDE)
    return len(lines) * UNDER_LEADING


def _cover(size: tuple[int, int], x: float, y: float) -> tuple[float, float, float, float]:
    """Where the whole picture lies so that its middle fills the box."""
    scale = max(WIDE / size[0], HIGH / size[1])
    w, h = size[0] * scale, size[1] * scale
    return x + (WIDE - w) / 2, y + (HIGH - h) / 2, w, h


def _size(jpeg: bytes | Path) -> tuple[int, int] | None:
    """Width and height, or nothing where there is no readable JPEG."""
    try:
        source = jpeg if isinstance(jpeg, Path) else io.BytesIO(jpeg)
        with Image.open(source, formats=("JPEG",)) as picture:
            return picture.size
    except UNREADABLE:
        return None
