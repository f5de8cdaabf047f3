"""Slips for the first sign-in, ten on a sheet of A4, to be cut apart and handed out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, cast

from safety_app.core import i18n
from safety_app.core.clock import local_day
from safety_app.core.i18n import _, day_text
from safety_app.core.pdf.code import square_code
from safety_app.core.pdf.font import find_typeface
from safety_app.core.pdf.page import GREY, MM, Flow, Page, Rule
from safety_app.core.pdf.paint import paint
from safety_app.core.settings import settings

COLUMNS, ROWS = 2, 5
EDGE: Final = 10 * MM
WIDE, HIGH = 95 * MM, 55.4 * MM
PAD: Final = 5 * MM
INNER: Final = WIDE - 2 * PAD
SQUARE: Final = 25 * MM
SMALL, BODY, NAME, CODE = 8.0, 9.5, 15.0, 19.0
CUT: Final = 150


@dataclass(frozen=True, slots=True)
class PrintedSlip:
    """All that stands on one slip, in the language of the paper."""

    name: str
    place: str
    login: str
    code: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Hall:
    """Where one signs in."""

    name: str
    address: str
    timezone: str


def slips_pdf(slips: Sequence[PrintedSlip], hall: Hall, *, language: str, now: datetime) -> bytes:
    """The slips as PDF."""
    typeface = find_typeface(settings().font_path)
    pages: list[Page] = []
    with i18n.use_language(language):
        for first in range(0, len(slips), COLUMNS * ROWS):
            flow = Flow(typeface, cast(Literal["zh_CN", "en"], language))
            some = slips[first : first + COLUMNS * ROWS]
            _cuts(flow.page, -(-len(some) // COLUMNS))
            for at, slip in enumerate(some):
                _slip(flow, EDGE + at % COLUMNS * WIDE, EDGE + at // COLUMNS * HIGH, slip, hall)
            pages += flow.pages
        title = _("Slips for the first sign-in")
    return paint(pages, typeface, title=title, language=language, created_at=now)


def _cuts(page: Page, rows: int) -> None:
    """Where to cut."""
    right, foot = EDGE + COLUMNS * WIDE, EDGE + rows * HIGH
    for column in range(COLUMNS + 1):
        x = EDGE + column * WIDE
        page.rules.append(Rule(x, EDGE, x, foot, 0.4, CUT, dash=True))
    for row in range(rows + 1):
        y = EDGE + row * HIGH
        page.rules.append(Rule(EDGE, y, right, y, 0.4, CUT, dash=True))


def _slip(flow: Flow, left: float, top: float, slip: PrintedSlip, hall: Hall) -> None:
    x, y = left + PAD, top + PAD
    _line(flow, hall.name, x, y, SMALL, INNER, shade=GREY)
    _line(flow, slip.name, x, y + 14, NAME, INNER - SQUARE, bold=True)
    _line(flow, slip.place, x, y + 34, BODY, INNER - SQUARE)
    login = _("User name: {login}", login=slip.login)
    _line(flow, login, x, y + 48, BODY, INNER - SQUARE)
    _line(flow, _("Sign-in code"), x, y + 66, SMALL, INNER - SQUARE, shade=GREY)
    flow.write(slip.code, x, y + 77, CODE, bold=True, spacing=1.2)
    until = day_text(local_day(slip.expires_at, hall.timezone), weekday=False, year=True)
    last = _("Until {day}, once. Open {address}", day=until, address=f"{hall.address}/first")
    for row, line in enumerate(flow.wrap(flow.clean(last), INNER, SMALL)[:2]):
        flow.write(line, x, y + 106 + row * 11, SMALL, shade=GREY)
    address = f"{hall.address}/first?code={slip.code}"
    square = square_code(address, left + WIDE - PAD - SQUARE, y + 12, SQUARE)
    flow.page.codes.append(square)


def _line(
    flow: Flow, text: str, x: float, y: float, size: float, width: float,
    *, bold: bool = False, shade: int = 17,
) -> None:  # fmt: skip
    """One line; what does not fit is left off."""
    lines = flow.wrap(flow.clean(text), width, size, bold=bold)
    flow.write(lines[0] if lines else "", x, y, size, bold=bold, shade=shade)
