"""应急处置卡: one page per plan, so large that it is read while running past."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final

from drills.plans.content import Line
from drills.plans.documents.paper import Head, day, language
from drills.plans.service.contacts import Caller, Gap
from drills.plans.service.versions import VersionView
from safety_app.core.i18n import _
from safety_app.core.pdf.code import square_code
from safety_app.core.pdf.font import find_typeface
from safety_app.core.pdf.page import GREY, INK, MM, Fill, Flow, Page, Rule, Sheet
from safety_app.core.pdf.paint import paint
from safety_app.core.settings import settings

A4: Final = (210 * MM, 297 * MM)
A5: Final = (148 * MM, 210 * MM)
SIZES: Final = {"a4": A4, "a5": A5}
WHITE: Final = 255
MARGIN: Final = 0.055
"""Of the width; office printers leave a strip white."""
LARGEST, SMALLEST = 1.3, 0.55
STEP: Final = 0.05
# Sizes on A5 at full scale, in points.
BAND, KIND, TITLE, TITLE_LEADING = 64.0, 11.0, 24.0, 30.0
NUMBER, NUMBER_NAME, NUMBER_HIGH = 25.0, 9.5, 54.0
HEAD, HEAD_BOX, TEXT, TEXT_LEADING, GAP = 21.0, 36.0, 16.0, 22.0, 9.0
PEOPLE, PEOPLE_LEADING = 11.0, 17.0
FOOT, FOOT_LEADING, CODE = 8.0, 11.0, 46.0
MOST_NUMBERS: Final = 4


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What stands on a card: the plan, whom to call inside, where its page is found."""

    view: VersionView
    callers: Sequence[Caller]
    gaps: Sequence[Gap]
    address: str


def cards_pdf(cards: Sequence[CardFacts], head: Head, *, paper: str, as_of: datetime) -> bytes:
    """The cards in the current language, a page each; the same facts give the same bytes."""
    typeface = find_typeface(settings().font_path)
    width, height = SIZES[paper]
    sheet = Sheet(width, height, 0, 0, 0, 0)
    pages = []
    for one in cards:
        flow = Flow(typeface, language(), sheet)
        _fitting(flow, one, head)
        pages.append(flow.page)
    title = _("Action cards") if len(cards) != 1 else cards[0].view.title
    return paint(
        pages, typeface, title=title, language=language(),
        created_at=as_of.replace(second=0, microsecond=0),
    )  # fmt: skip


def _fitting(flow: Flow, card: CardFacts, head: Head) -> None:
    """Draw as large as the page bears."""
    whole = flow.sheet.width / A5[0]
    share = LARGEST
    while True:
        flow.pages = [Page(sheet=flow.sheet)]
        left = _draw(_Card(flow, card, head, whole * share))
        if left >= 0 or share <= SMALLEST:
            return
        share -= STEP


@dataclass(slots=True)
class _Card:
    """A card under way at one scale; `y` is how far down it is."""

    flow: Flow
    facts: CardFacts
    head: Head
    scale: float
    y: float = 0

    @property
    def x(self) -> float:
        """Left edge of what is written."""
        return self.flow.sheet.width * MARGIN

    @property
    def wide(self) -> float:
        """Width of what is written."""
        return self.flow.sheet.width * (1 - 2 * MARGIN)

    @property
    def foot(self) -> float:
        """Where the foot begins."""
        return self.flow.sheet.height - self.x - CODE * self.scale


def _draw(card: _Card) -> float:
    """Draw everything; the room left above the foot, below nothing where it does not fit."""
    _band(card)
    _numbers(card)
    for line in card.facts.view.content.card.lines.lines:
        _line(card, line)
    _people(card)
    _gaps(card)
    _foot(card)
    return card.foot - card.y


def _band(card: _Card) -> None:
    """What it is against, white on black across the page."""
    flow, scale = card.flow, card.scale
    title = flow.clean(card.facts.view.title)
    lines = flow.wrap(title, card.wide, TITLE * scale, bold=True)
    high = (BAND - TITLE_LEADING + len(lines) * TITLE_LEADING) * scale
    flow.page.fills.append(Fill(0, 0, flow.sheet.width, high, INK))
    kind = flow.clean(_("Action card"))
    top = 12 * scale
    flow.write(kind, card.x, top, KIND * scale, shade=WHITE)
    for at, line in enumerate(lines):
        y = top + (KIND + 6 + at * TITLE_LEADING) * scale
        flow.write(line, card.x, y, TITLE * scale, bold=True, shade=WHITE)
    card.y = high + 10 * scale


def _numbers(card: _Card) -> None:
    """The numbers to dial, side by side in boxes."""
    contacts = card.facts.view.content.reporting.contacts[:MOST_NUMBERS]
    if not contacts:
        return
    flow, scale = card.flow, card.scale
    gap, high = 6 * scale, NUMBER_HIGH * scale
    wide = (card.wide - gap * (len(contacts) - 1)) / len(contacts)
    for at, one in enumerate(contacts):
        x = card.x + at * (wide + gap)
        _frame(flow, x, card.y, wide, high)
        _centred(flow, one.phone, x, card.y + 7 * scale, NUMBER * scale, wide, bold=True)
        _centred(flow, one.name.text, x, card.y + (NUMBER + 14) * scale, NUMBER_NAME * scale, wide)
    card.y += high + 12 * scale


def _line(card: _Card, line: Line) -> None:
    """One word in a black square, and what to do beside it."""
    flow, scale = card.flow, card.scale
    side, size = HEAD_BOX * scale, TEXT * scale
    head = flow.clean(line.head)
    box = max(side, flow.width(head, HEAD * scale, bold=True) + 14 * scale) if head else 0
    left = card.x + (box + 12 * scale if head else 0)
    lines = flow.wrap(flow.clean(line.text), card.x + card.wide - left, size, bold=True)
    text_high = len(lines) * TEXT_LEADING * scale
    high = max(side if head else 0, text_high)
    if head:
        flow.page.fills.append(Fill(card.x, card.y, box, side, INK))
        y = card.y + (side - HEAD * scale) / 2 - 1.5 * scale
        flow.write(head, card.x, y, HEAD * scale, bold=True, shade=WHITE, align="center", width=box)
    top = card.y + (high - text_high) / 2 + (TEXT_LEADING - TEXT) * scale / 2
    for at, text in enumerate(lines):
        flow.write(text, left, top + at * TEXT_LEADING * scale, size, bold=True)
    card.y += high + GAP * scale


def _people(card: _Card) -> None:
    """Whom to call inside, in two columns: what they lead, name, number."""
    flow, scale = card.flow, card.scale
    if not card.facts.callers:
        return
    card.y += 2 * scale
    flow.page.rules.append(Rule(card.x, card.y, card.x + card.wide, card.y, 0.8 * scale, INK))
    card.y += 6 * scale
    column = card.wide / 2
    said = [flow.clean(_caller(one)) for one in card.facts.callers]
    # All in one size, that of the longest.
    widest = max(flow.width(words, PEOPLE * scale) for words in said)
    size = PEOPLE * scale * min(1, (column - 6 * scale) / widest)
    for at, words in enumerate(said):
        flow.write(words, card.x + (at % 2) * column, card.y, size)
        if at % 2 or at + 1 == len(said):
            card.y += PEOPLE_LEADING * scale


def _caller(one: Caller) -> str:
    what = _("{group}, deputy", group=one.what) if one.is_deputy else one.what
    return f"{what} {one.name} {one.phone}".strip()


def _gaps(card: _Card) -> None:
    """Groups whose leader has left, and who leads them now."""
    flow, scale = card.flow, card.scale
    for one in card.facts.gaps:
        words = (
            _("{group}: the leader {left} has left, {deputy} leads it.",
              group=one.group, left=one.left, deputy=one.stand_in)
            if one.stand_in
            else _("{group}: nobody leads it, {left} has left.", group=one.group, left=one.left)
        )  # fmt: skip
        for line in flow.wrap(flow.clean(words), card.wide, PEOPLE * scale, bold=True):
            flow.write(line, card.x, card.y, PEOPLE * scale, bold=True)
            card.y += PEOPLE_LEADING * scale


def _foot(card: _Card) -> None:
    """Whose card it is, which version, and the code of the plan's page."""
    flow, scale, view = card.flow, card.scale, card.facts.view
    side = CODE * scale
    right = card.x + card.wide - side
    flow.page.codes.append(square_code(card.facts.address, right, card.foot, side))
    lines = [
        card.head.unit,
        _("{number}, version {n}, in force from {day}",
          number=view.number, n=view.version, day=day(view.effective_on)),
        _("Scan the code for the whole plan and the contact list."),
    ]  # fmt: skip
    if card.head.is_demo:
        lines.append(_("Demonstration: made-up records of a made-up hall."))
    y = card.foot + side - len(lines) * FOOT_LEADING * scale
    for at, text in enumerate(lines):
        flow.write(
            flow.clean(text), card.x, y + at * FOOT_LEADING * scale, FOOT * scale, shade=GREY
        )


def _frame(flow: Flow, x: float, y: float, wide: float, high: float) -> None:
    corners = ((x, y), (x + wide, y), (x + wide, y + high), (x, y + high), (x, y))
    for (x1, y1), (x2, y2) in pairwise(corners):
        flow.page.rules.append(Rule(x1, y1, x2, y2, 1.2, INK))


def _centred(
    flow: Flow, text: str, x: float, y: float, size: float, wide: float, *, bold: bool = False
) -> None:
    """One line in the middle of a box, smaller where it would be too wide."""
    text = flow.clean(text)
    ink = flow.width(text, size, bold=bold)
    room = wide - 6
    smaller = size * min(1, room / ink) if ink else size
    flow.write(text, x, y + (size - smaller) / 2, smaller, bold=bold, align="center", width=wide)
