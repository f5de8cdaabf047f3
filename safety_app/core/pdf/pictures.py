"""Pictures in pairs, side by side, each cut to 4:3 without touching its bytes."""

import io
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

from PIL import Image, UnidentifiedImageError

from safety_app.core.pdf.blocks import PhotoBox, PhotoPair, PhotoPairs, Plate
from safety_app.core.pdf.page import GREY, SMALL, Flow, Picture, Rule

GAP: Final = 14.0
CAPTION, CAPTION_LEADING = 9.8, 14.5
UNDER, UNDER_LEADING = SMALL, 12.5
LOST_HIGH: Final = 60.0
UNREADABLE: Final = (OSError, UnidentifiedImageError, ValueError, SyntaxError)


def least_pairs(block: PhotoPairs, flow: Flow) -> float:
    """Height of the first row of pairs."""
    return _height(block.pairs[: _per_row(flow)], flow) if block.pairs else 0


def place_pairs(block: PhotoPairs, flow: Flow) -> None:
    """Each pair with its captions, none torn by the end of a page; two in a row on a wide one."""
    per_row = _per_row(flow)
    for start in range(0, len(block.pairs), per_row):
        row = block.pairs[start : start + per_row]
        flow.need(_height(row, flow))
        above = _above(row, flow)
        for at, pair in enumerate(row):
            _caption(pair, flow.left + at * 2 * (_wide(flow) + GAP), flow)
        flow.y += above + 2
        under = 0.0
        for at, pair in enumerate(row):
            for side, box in enumerate((pair.before, pair.after)):
                if box is None and not block.framed:
                    continue
                x = flow.left + (2 * at + side) * (_wide(flow) + GAP)
                _box(box, block.empty if box is None else block.lost, x, flow)
                under = max(under, _under(box, x, flow))
        flow.y += _high(flow) + 4 + under + 9


def plate_height(block: Plate, flow: Flow) -> float:
    """Height of a whole picture with its caption."""
    _wide, high = _within(block, flow)
    return high + 6 + len(_plate_caption(block, flow)) * UNDER_LEADING


def place_plate(block: Plate, flow: Flow) -> None:
    """A whole picture in the middle, its caption beneath."""
    flow.need(plate_height(block, flow))
    wide, high = _within(block, flow)
    x, y = flow.left + (flow.inner - wide) / 2, flow.y
    if size_of(block.jpeg) is None:
        line = flow.clean(block.lost)
        flow.write(line, x, y + (high - SMALL) / 2, SMALL, shade=GREY, align="center", width=wide)
    else:
        flow.page.pictures.append(Picture(x, y, wide, high, block.jpeg, (x, y, wide, high)))
    flow.y += high + 6
    for line in _plate_caption(block, flow):
        flow.write(line, flow.left, flow.y, UNDER, shade=GREY, align="center", width=flow.inner)
        flow.y += UNDER_LEADING
    flow.y += 6


def _within(block: Plate, flow: Flow) -> tuple[float, float]:
    """As large as the text is wide and a page is high; a lost one is a strip."""
    size = size_of(block.jpeg)
    if size is None:
        return flow.inner, LOST_HIGH
    room = flow.sheet.room - 6 - len(_plate_caption(block, flow)) * UNDER_LEADING
    scale = min(flow.inner / size[0], room / size[1])
    return size[0] * scale, size[1] * scale


def _plate_caption(block: Plate, flow: Flow) -> list[str]:
    return flow.wrap(flow.clean(block.caption), flow.inner, UNDER) if block.caption else []


def _per_row(flow: Flow) -> int:
    return 2 if flow.sheet.width > flow.sheet.height else 1


def _wide(flow: Flow) -> float:
    boxes = 2 * _per_row(flow)
    return (flow.inner - (boxes - 1) * GAP) / boxes


def _high(flow: Flow) -> float:
    return _wide(flow) * 3 / 4


def _captions(pair: PhotoPair, flow: Flow) -> list[str]:
    if not pair.caption:
        return []
    return flow.wrap(flow.clean(pair.caption), 2 * _wide(flow) + GAP, CAPTION)


def _caption(pair: PhotoPair, x: float, flow: Flow) -> None:
    for at, line in enumerate(_captions(pair, flow)):
        flow.write(line, x, flow.y + at * CAPTION_LEADING, CAPTION)


def _above(row: Sequence[PhotoPair], flow: Flow) -> float:
    return max(len(_captions(pair, flow)) for pair in row) * CAPTION_LEADING


def _height(row: Sequence[PhotoPair], flow: Flow) -> float:
    boxes = [box for pair in row for box in (pair.before, pair.after) if box is not None]
    below = [
        len(flow.wrap(flow.clean(box.caption), _wide(flow), UNDER)) for box in boxes if box.caption
    ]
    return _above(row, flow) + 2 + _high(flow) + 4 + max(below, default=0) * UNDER_LEADING


def _box(box: PhotoBox | None, instead: str, x: float, flow: Flow) -> None:
    wide, high = _wide(flow), _high(flow)
    size = size_of(box.jpeg) if box is not None else None
    if box is None or size is None:
        line = flow.clean(instead)
        flow.write(
            line, x, flow.y + (high - SMALL) / 2, SMALL, shade=GREY, align="center", width=wide
        )
    else:
        inner = _cover(size, x, flow.y, wide)
        flow.page.pictures.append(Picture(x, flow.y, wide, high, box.jpeg, inner))
    right, bottom = x + wide, flow.y + high
    corners = ((x, flow.y), (right, flow.y), (right, bottom), (x, bottom), (x, flow.y))
    for (x1, y1), (x2, y2) in pairwise(corners):
        flow.page.rules.append(Rule(x1, y1, x2, y2, dash=size is None))


def _under(box: PhotoBox | None, x: float, flow: Flow) -> float:
    wide = _wide(flow)
    lines = (
        flow.wrap(flow.clean(box.caption), wide, UNDER) if box is not None and box.caption else []
    )
    for at, line in enumerate(lines):
        y = flow.y + _high(flow) + 4 + at * UNDER_LEADING
        flow.write(line, x, y, UNDER, shade=GREY, align="center", width=wide)
    return len(lines) * UNDER_LEADING


def _cover(
    size: tuple[int, int], x: float, y: float, wide: float
) -> tuple[float, float, float, float]:
    """Where the whole picture lies so that its middle fills the box."""
    high = wide * 3 / 4
    scale = max(wide / size[0], high / size[1])
    w, h = size[0] * scale, size[1] * scale
    return x + (wide - w) / 2, y + (high - h) / 2, w, h


def size_of(jpeg: bytes | Path) -> tuple[int, int] | None:
    """Width and height, or nothing where there is no readable JPEG."""
    try:
        source = jpeg if isinstance(jpeg, Path) else io.BytesIO(jpeg)
        with Image.open(source, formats=("JPEG",)) as picture:
            return picture.size
    except UNREADABLE:
        return None
