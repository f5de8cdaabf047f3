"""Moments along a line: the time at the left, a mark on the line, what happened at the right."""

from typing import Final

from safety_app.core.pdf.blocks import Happening, Timeline
from safety_app.core.pdf.page import BODY, GREY, INK, LEADING, SMALL, Fill, Flow, Rule

AT: Final = 92.0
"""Width of the column of times."""
LINE: Final = AT + 14
TEXT: Final = LINE + 16
MARK, MAIN = 5.0, 8.0
NOTE_LEADING: Final = 13.0
GAP: Final = 7.0


def least_timeline(block: Timeline, flow: Flow) -> float:
    """Height without which a timeline cannot begin: its first moment."""
    return _height(block.happenings[0], flow) if block.happenings else 0


def place_timeline(block: Timeline, flow: Flow) -> None:
    """Every moment whole; the line goes on over the gaps of a page and begins anew on the next."""
    for at, one in enumerate(block.happenings):
        high = _height(one, flow)
        flow.need(high)
        is_last = at + 1 == len(block.happenings)
        _line(flow, high, begins=at == 0 or flow.fresh, ends=is_last)
        _moment(one, flow)
        flow.y += high
    flow.y += 4


def _height(one: Happening, flow: Flow) -> float:
    """Of a moment with the gap below it; the elapsed time stands beside its note."""
    notes = len(_note(one, flow))
    beside = max(notes, 1 if one.elapsed else 0)
    return len(_what(one, flow)) * LEADING + beside * NOTE_LEADING + GAP


def _line(flow: Flow, high: float, *, begins: bool, ends: bool) -> None:
    x, middle = flow.left + LINE, flow.y + LEADING / 2 - 2
    top = middle if begins else flow.y
    bottom = middle if ends else flow.y + high
    if bottom > top:
        flow.page.rules.append(Rule(x, top, x, bottom, 0.8, GREY))


def _moment(one: Happening, flow: Flow) -> None:
    side = MAIN if one.is_main else MARK
    middle = flow.y + LEADING / 2 - 2
    x = flow.left + LINE - side / 2
    flow.page.fills.append(Fill(x, middle - side / 2, side, side, INK))
    flow.write(flow.clean(one.at), flow.left, flow.y, BODY, align="right", width=AT)
    y = flow.y
    for line in _what(one, flow):
        flow.write(line, flow.left + TEXT, y, BODY, bold=one.is_main)
        y += LEADING
    if one.elapsed:
        elapsed = flow.clean(one.elapsed)
        flow.write(elapsed, flow.left, flow.y + LEADING, SMALL, shade=GREY, align="right", width=AT)
    for line in _note(one, flow):
        flow.write(line, flow.left + TEXT, y, SMALL, shade=GREY)
        y += NOTE_LEADING


def _what(one: Happening, flow: Flow) -> list[str]:
    return flow.wrap(flow.clean(one.what), flow.inner - TEXT, BODY, bold=one.is_main)


def _note(one: Happening, flow: Flow) -> list[str]:
    return flow.wrap(flow.clean(one.note), flow.inner - TEXT, SMALL) if one.note else []
