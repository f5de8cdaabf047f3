"""Contents of a book: title, dots, page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from safety_app.core.pdf.page import BODY, GREY, LEADING, Flow, Rule
from safety_app.core.pdf.place import HEAD, HEAD_GAP, HEAD_LEADING

NUMBER: Final = 34.0
LINE: Final = LEADING + 3


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the contents."""

    title: str
    page: int


def place_contents(heading: str, entries: Sequence[Entry], flow: Flow) -> None:
    """Heading and lines; a long title breaks before the dots."""
    flow.need(HEAD_GAP + HEAD_LEADING + 2 * LINE)
    flow.skip(HEAD_GAP)
    flow.write(flow.clean(heading), flow.left, flow.y, HEAD, bold=True)
    flow.y += HEAD_LEADING + 3
    for entry in entries:
        lines = flow.wrap(flow.clean(entry.title), flow.inner - NUMBER - 20, BODY)
        flow.need(len(lines) * LINE)
        for line in lines[:-1]:
            flow.write(line, flow.left, flow.y, BODY)
            flow.y += LEADING
        _last(lines[-1] if lines else "", entry.page, flow)
        flow.y += LINE


def _last(line: str, page: int, flow: Flow) -> None:
    flow.write(line, flow.left, flow.y, BODY)
    right = flow.left + flow.inner
    flow.write(str(page), right - NUMBER, flow.y, BODY, align="right", width=NUMBER)
    start = flow.left + flow.width(line, BODY) + 6
    end = right - flow.width(str(page), BODY) - 6
    if end > start:
        y = flow.y + BODY - 2
        flow.page.rules.append(Rule(start, y, end, y, 0.5, GREY, dash=True))
