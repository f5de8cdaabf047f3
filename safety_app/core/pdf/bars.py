"""Spans drawn to scale from one start: what was taken filled, what may be taken as a frame."""

from itertools import pairwise

from safety_app.core.pdf.blocks import Bar, Bars
from safety_app.core.pdf.page import GREY, HAIR, SMALL, Fill, Flow, Rule

LABEL_SHARE, TEXT_SHARE = 0.27, 0.25
SIZE, LEADING = 9.8, 13.0
HIGH, PAD = 9.0, 6.0
AXIS, KEYS = 16.0, 20.0
TAKEN, LATE, GRID = 120, 40, 205


def bars_height(block: Bars, flow: Flow) -> float:
    """Height of the whole chart, which is never torn."""
    return sum(_row(bar, flow) for bar in block.bars) + AXIS + KEYS


def place_bars(block: Bars, flow: Flow) -> None:
    """One row for each span over a common axis, and what the shades mean."""
    flow.need(bars_height(block, flow))
    left = flow.left + flow.inner * LABEL_SHARE + PAD
    wide = flow.inner * (1 - LABEL_SHARE - TEXT_SHARE) - 2 * PAD
    longest = max([value for value, _words in block.ticks] or [1.0])
    scale = wide / (longest or 1.0)
    top = flow.y
    for bar in block.bars:
        _bar(bar, left, scale, flow)
    _axis(block, left, scale, top, flow)
    _legend(block, left, flow)


def _bar(bar: Bar, left: float, scale: float, flow: Flow) -> None:
    high = _row(bar, flow)
    y = flow.y + (high - HIGH) / 2
    for at, line in enumerate(_label(bar, flow)):
        flow.write(line, flow.left, flow.y + PAD / 2 + at * LEADING, SIZE)
    if bar.actual is not None:
        shade = LATE if bar.late else TAKEN
        flow.page.fills.append(Fill(left, y, max(bar.actual * scale, 1.2), HIGH, shade))
    if bar.target is not None:
        _frame(left, y - 2, bar.target * scale, HIGH + 4, flow)
    room = flow.inner * TEXT_SHARE
    for at, line in enumerate(_words(bar, flow)):
        below = flow.y + PAD / 2 + at * LEADING
        flow.write(line, flow.left + flow.inner - room, below, SIZE, bold=bar.late)
    flow.y += high


def _frame(x: float, y: float, w: float, h: float, flow: Flow) -> None:
    corners = ((x, y), (x + w, y), (x + w, y + h), (x, y + h), (x, y))
    for (x1, y1), (x2, y2) in pairwise(corners):
        flow.page.rules.append(Rule(x1, y1, x2, y2, 0.7, HAIR))


def _axis(block: Bars, left: float, scale: float, top: float, flow: Flow) -> None:
    """A hairline for each tick, its words below."""
    for value, words in block.ticks:
        x = left + value * scale
        flow.page.rules.append(Rule(x, top, x, flow.y + 3, 0.4, GRID))
        line = flow.clean(words)
        flow.write(line, x - 30, flow.y + 5, SMALL, shade=GREY, align="center", width=60)
    flow.y += AXIS


def _legend(block: Bars, left: float, flow: Flow) -> None:
    x, y = left, flow.y + 5
    for at, words in enumerate(block.keys):
        if at == len(block.keys) - 1:
            _frame(x, y, 14, HIGH, flow)
        else:
            flow.page.fills.append(Fill(x, y, 14, HIGH, (TAKEN, LATE)[at]))
        line = flow.clean(words)
        flow.write(line, x + 19, y - 1, SMALL, shade=GREY)
        x += 19 + flow.width(line, SMALL) + 18
    flow.y += KEYS


def _row(bar: Bar, flow: Flow) -> float:
    lines = max(len(_label(bar, flow)), len(_words(bar, flow)), 1)
    return lines * LEADING + PAD


def _label(bar: Bar, flow: Flow) -> list[str]:
    return flow.wrap(flow.clean(bar.label), flow.inner * LABEL_SHARE, SIZE)


def _words(bar: Bar, flow: Flow) -> list[str]:
    room = flow.inner * TEXT_SHARE
    return flow.wrap(flow.clean(bar.text), room, SIZE, bold=bar.late)
