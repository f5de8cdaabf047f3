"""A question of a printed exam: its text, a picture, its answers further in, small print."""

from dataclasses import dataclass
from typing import Final

from safety_app.core.pdf.blocks import Choices
from safety_app.core.pdf.page import BODY, GREY, INK, LEADING, SMALL, Flow, Picture
from safety_app.core.pdf.pictures import size_of

IN: Final = 2 * BODY
BETWEEN: Final = 14.0
HIGH: Final = 110.0
"""A picture is at most so high."""
SMALL_LEADING: Final = 13.5
GAP: Final = 6.0


@dataclass(frozen=True, slots=True)
class _Line:
    """What stands on one line: pieces with how far in each begins."""

    pieces: tuple[tuple[float, str], ...]
    size: float
    leading: float


def choices_height(block: Choices, flow: Flow) -> float:
    """Height of all of it; more than a page is torn after all."""
    lines = [*_head(block, flow), *_below(block, flow)]
    whole = sum(line.leading for line in lines) + _picture_height(block, flow) + GAP
    return min(whole, flow.sheet.room)


def place_choices(block: Choices, flow: Flow) -> None:
    """All on one page."""
    flow.need(choices_height(block, flow))
    for line in _head(block, flow):
        _write(line, flow)
    _picture(block, flow)
    for line in _below(block, flow):
        _write(line, flow)
    flow.y += GAP


def _write(line: _Line, flow: Flow) -> None:
    flow.need(line.leading)
    for inset, text in line.pieces:
        shade = INK if line.size == BODY else GREY
        flow.write(text, flow.left + inset, flow.y, line.size, shade=shade)
    flow.y += line.leading


def _head(block: Choices, flow: Flow) -> list[_Line]:
    wrapped = flow.wrap(flow.clean(block.text), flow.inner, BODY)
    return [_Line(((0, line),), BODY, LEADING) for line in wrapped]


def _below(block: Choices, flow: Flow) -> list[_Line]:
    """The answers, side by side where they are short, and the small print."""
    small = [
        _Line(((IN, line),), SMALL, SMALL_LEADING)
        for words in block.under
        for line in flow.wrap(flow.clean(words), flow.inner - IN, SMALL)
    ]
    return [*_answers(block, flow), *small]


def _answers(block: Choices, flow: Flow) -> list[_Line]:
    answers = [flow.clean(one) for one in block.answers]
    room = flow.inner - IN
    widest = max((flow.width(one, BODY) for one in answers), default=0)
    for beside in (len(answers), 2):
        if beside > 1 and widest + BETWEEN <= room / beside:
            return [
                _Line(
                    tuple(
                        (IN + at * room / beside, one)
                        for at, one in enumerate(answers[first : first + beside])
                    ),
                    BODY,
                    LEADING,
                )
                for first in range(0, len(answers), beside)
            ]
    return [
        _Line(((IN, line),), BODY, LEADING)
        for one in answers
        for line in flow.wrap(one, room, BODY)
    ]


def _box(block: Choices, flow: Flow) -> tuple[float, float]:
    """Width and height of the picture; of a lost one a line."""
    size = size_of(block.jpeg) if block.jpeg is not None else None
    if size is None:
        return flow.inner - IN, LEADING
    scale = min((flow.inner - IN) / size[0], HIGH / size[1])
    return size[0] * scale, size[1] * scale


def _picture_height(block: Choices, flow: Flow) -> float:
    return _box(block, flow)[1] + GAP if block.jpeg is not None else 0


def _picture(block: Choices, flow: Flow) -> None:
    if block.jpeg is None:
        return
    wide, high = _box(block, flow)
    x = flow.left + IN
    if size_of(block.jpeg) is None:
        flow.write(flow.clean(block.lost), x, flow.y, SMALL, shade=GREY)
    else:
        box = (x, flow.y, wide, high)
        flow.page.pictures.append(Picture(*box, block.jpeg, box))
    flow.y += high + GAP
