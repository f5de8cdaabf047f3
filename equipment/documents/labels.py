"""Labels with a code to scan: on sheets of labels, or one by one for a label printer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final, Literal, cast

from sqlalchemy.orm import Session

from equipment.service.labels import Label, LabelPaper, day_of
from safety_app.core import clock, i18n
from safety_app.core.access import Actor
from safety_app.core.i18n import _, bilingual
from safety_app.core.pdf.code import fitting_mask, square_code
from safety_app.core.pdf.font import find_typeface
from safety_app.core.pdf.page import GREY, HEIGHT, INK, MM, WIDTH, Flow, Page, Rule, Sheet
from safety_app.core.pdf.paint import paint
from safety_app.core.settings import settings
from safety_app.workplace import service as workplace

PAD: Final = 4.5 * MM
"""Office printers leave a strip at the paper's edge white."""
CODE_SIDE: Final = 23 * MM
GAP: Final = 5.0
NAME, CODE, PLACE, DATE, FOOT = 8.5, 16.0, 7.2, 7.0, 6.0
LEAST: Final = 0.75
"""What is too long is drawn smaller down to this share, then cut."""
SHRUNK: Final = 0.85
NAME_LEADING, CODE_LEADING = 10.5, 19.5
PLACE_LEADING, DATE_LEADING, FOOT_LEADING = 9.0, 9.0, 7.2
CUT: Final = 150
MORE: Final = "…"


@dataclass(frozen=True, slots=True)
class Printing:
    """What all labels of one print have in common; `used` labels of the first sheet are gone."""

    paper: LabelPaper
    unit: str
    address: str
    printed_on: str
    used: int = 0
    with_cuts: bool = False


@dataclass(frozen=True, slots=True)
class _Box:
    """A place on the page, and how much larger than on the smallest label all in it is."""

    x: float
    y: float
    wide: float
    high: float
    scale: float

    @property
    def foot(self) -> float:
        """Its lower edge."""
        return self.y + self.high


def print_labels(
    session: Session,
    actor: Actor,
    labels: Sequence[Label],
    paper: LabelPaper,
    *,
    address: str,
    used: int,
    with_cuts: bool,
    now: datetime,
) -> bytes:
    """The labels of a hall as of today; the same day gives the same bytes."""
    site = workplace.site(session, actor.site_id)
    today = clock.local_day(now, site.timezone)
    printing = Printing(
        paper=paper,
        unit=bilingual(site.name, site.name_en),
        address=address,
        printed_on=_("Printed {day}", day=day_of(today)),
        used=used,
        with_cuts=with_cuts,
    )
    begun = clock.at_local(today, time(), site.timezone)
    return labels_pdf(labels, printing, created_at=begun)


def labels_pdf(labels: Sequence[Label], printing: Printing, *, created_at: datetime) -> bytes:
    """The labels in the current language; the same facts give the same bytes."""
    paper, typeface = printing.paper, find_typeface(settings().font_path)
    mask = fitting_mask(scanned(printing.address, labels[0].code))
    pages: list[Page] = []
    for first in range(-printing.used, len(labels), paper.count):
        flow = Flow(typeface, cast(Literal["zh_CN", "en"], i18n.language()), _sheet(paper))
        for place in range(paper.count):
            if 0 <= first + place < len(labels):
                _draw(flow, _box(paper, place), labels[first + place], printing, mask)
        if printing.with_cuts and paper.count > 1:
            flow.page.rules += _cuts(paper)
        pages.append(flow.page)
    return paint(
        pages, typeface, title=_("Labels"), language=i18n.language(), created_at=created_at
    )


def scanned(address: str, code: str) -> str:
    """What the code of a label says: the address of its item."""
    return f"{address}/q/{code}"


def _sheet(paper: LabelPaper) -> Sheet:
    """The page: A4, or the label itself."""
    if paper.count > 1:
        return Sheet(WIDTH, HEIGHT, 0, 0, 0, 0)
    return Sheet(paper.wide * MM, paper.high * MM, 0, 0, 0, 0)


def _box(paper: LabelPaper, place: int) -> _Box:
    row, column = divmod(place, paper.columns)
    wide, high = paper.wide * MM, paper.high * MM
    scale = min(paper.wide / 70, paper.high / 37)
    return _Box(column * wide, row * high, wide, high, scale)


def _cuts(paper: LabelPaper) -> Iterator[Rule]:
    """Where to cut plain paper."""
    for column in range(1, paper.columns):
        x = column * paper.wide * MM
        yield Rule(x, 0, x, HEIGHT, 0.4, CUT, dash=True)
    for row in range(1, paper.rows):
        y = row * paper.high * MM
        yield Rule(0, y, WIDTH, y, 0.4, CUT, dash=True)


def _draw(flow: Flow, box: _Box, label: Label, printing: Printing, mask: int) -> None:
    """Words at the left from top to bottom, the dates at the foot; the code at the right."""
    scale = box.scale
    side = CODE_SIDE * scale
    x, y, right = box.x + PAD, box.y + PAD, box.x + box.wide - PAD - side
    width, dates = right - GAP * scale - x, len(label.dates) * DATE_LEADING * scale
    high = box.high - 2 * PAD - dates
    _words(flow, label, _Box(x, y, width, high, scale))
    _dates(flow, label.dates, _Box(x, y + high, width, dates, scale))
    content = scanned(printing.address, label.code)
    flow.page.codes.append(square_code(content, right, y, side, mask=mask))
    below = y + side + 3 * scale
    for line in (printing.unit, printing.printed_on):
        _fit(flow, line, right, below, FOOT * scale, side, shade=GREY, align="center")
        below += FOOT_LEADING * scale


def _words(flow: Flow, label: Label, box: _Box) -> None:
    """What it is, its code, and as much of its place as there is room for."""
    scale, leading = box.scale, PLACE_LEADING * box.scale
    y = box.y + _name(flow, label.name, box)
    _fit(flow, label.code, box.x, y, CODE * scale, box.wide, bold=True, least=0)
    y += CODE_LEADING * scale
    room = max(int((box.foot - y + 0.01) / leading), 1)
    lines, size = _lines(flow, label.place, box.wide, PLACE * scale, room)
    for at, line in enumerate(lines):
        flow.write(line, box.x, y + at * leading, size)


def _name(flow: Flow, name: str, box: _Box) -> float:
    """The name in one line if it fits, else in two where there is room; the height it takes."""
    size, leading = NAME * box.scale, NAME_LEADING * box.scale
    rest = (CODE_LEADING + PLACE_LEADING) * box.scale
    fits = flow.width(flow.clean(name), size, bold=True) * LEAST <= box.wide
    if fits or box.high < rest + 2 * leading:
        _fit(flow, name, box.x, box.y, size, box.wide, bold=True)
        return leading
    lines, size = _lines(flow, name, box.wide, size, 2, bold=True)
    for at, line in enumerate(lines):
        flow.write(line, box.x, box.y + at * leading, size, bold=True)
    return 2 * leading


def _lines(
    flow: Flow, text: str, width: float, size: float, room: int, *, bold: bool = False
) -> tuple[Sequence[str], float]:
    """The lines of a text and their size, which is smaller where there would be too many."""
    text = flow.clean(text)
    lines = flow.wrap(text, width, size, bold=bold)
    if len(lines) > room:
        size *= SHRUNK
        lines = flow.wrap(text, width, size, bold=bold)
    return _cut(lines, room, flow.clean(MORE)), size


def _dates(flow: Flow, dates: Sequence[tuple[str, str]], box: _Box) -> None:
    """Names in one column, days in another."""
    size = DATE * box.scale
    names = max((flow.width(flow.clean(name), size) for name, _day in dates), default=0)
    left = names + 5 * box.scale
    for at, (name, day) in enumerate(dates):
        y = box.y + at * DATE_LEADING * box.scale
        flow.write(flow.clean(name), box.x, y, size, shade=GREY)
        _fit(flow, day, box.x + left, y, size, box.wide - left)


def _fit(
    flow: Flow, text: str, x: float, y: float, size: float, width: float,
    *, bold: bool = False, shade: int = INK, align: str = "left", least: float = LEAST,
) -> None:  # fmt: skip
    """One line, drawn smaller where it is too long; what even then does not fit is cut."""
    text = flow.clean(text)
    wide = flow.width(text, size, bold=bold)
    if wide > width:
        size *= max(width / wide, least)
        text = "".join(_cut(flow.wrap(text, width, size, bold=bold), 1, flow.clean(MORE)))
    flow.write(text, x, y, size, bold=bold, shade=shade, align=align, width=width)


def _cut(lines: Sequence[str], room: int, mark: str) -> Sequence[str]:
    """The first lines; a mark shows that more would follow."""
    if len(lines) <= room:
        return lines
    return [*lines[: room - 1], lines[room - 1][:-1] + mark]
