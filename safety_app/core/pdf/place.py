"""Where the running parts of a paper go: title, headings, text, signatures."""

from itertools import takewhile
from typing import Final

from safety_app.core.pdf.bars import bars_height, place_bars
from safety_app.core.pdf.blocks import (
    Bars,
    Block,
    Choices,
    Heading,
    Note,
    PageBreak,
    Paragraph,
    PhotoPairs,
    Plate,
    SignatureLine,
    Signatures,
    Table,
    Timeline,
    Title,
    Turned,
)
from safety_app.core.pdf.choices import choices_height, place_choices
from safety_app.core.pdf.page import (
    BODY,
    GREY,
    INK,
    LANDSCAPE,
    LEADING,
    SMALL,
    Flow,
    Rule,
)
from safety_app.core.pdf.pictures import least_pairs, place_pairs, place_plate, plate_height
from safety_app.core.pdf.table import least_table, place_table
from safety_app.core.pdf.timeline import least_timeline, place_timeline

TITLE, TITLE_LEADING = 22.0, 31.0
HEAD, HEAD_LEADING, HEAD_GAP = 12.5, 20.0, 13.0
NOTE_LEADING: Final = 14.0
SIGN_HEIGHT, SIGN_GAP, SIGN_RULE = 29.0, 15.0, 112.0
DATE_RULE: Final = 118.0
SEAL_HEIGHT: Final = 80.0
ANNOUNCING: Final = (":", "：")
LAST_CHOICES: Final = 4
"""Fewer questions than these do not stand on a last page by themselves."""


def place(blocks: tuple[Block, ...], flow: Flow) -> None:
    """Lay the blocks out one after the other."""
    for at, block in enumerate(blocks):
        match block:
            case Heading():
                _heading(block, flow, least(blocks[at + 1 :], flow))
            case Paragraph() | Note():
                flow.need(least(blocks[at:], flow))
                _running(block, flow)
            case Table():
                place_table(block, flow, _signed_below(blocks[at + 1 :], flow))
            case Choices():
                flow.need(_least_choices(blocks[at:], flow))
                place_choices(block, flow)
            case PageBreak() | Turned():
                _turn(block, flow, is_last=at + 1 == len(blocks))
            case _:
                _alone(block, flow)


def _alone(block: Block, flow: Flow) -> None:
    """Place a block that needs to know nothing of what follows."""
    match block:
        case Title():
            _title(block, flow)
        case PhotoPairs():
            place_pairs(block, flow)
        case Plate():
            place_plate(block, flow)
        case Timeline():
            place_timeline(block, flow)
        case Bars():
            place_bars(block, flow)
        case Signatures():
            _signatures(block, flow)


def _running(block: Paragraph | Note, flow: Flow) -> None:
    if isinstance(block, Paragraph):
        _paragraph(block, flow)
    else:
        _note(block, flow)


def _turn(block: PageBreak | Turned, flow: Flow, *, is_last: bool) -> None:
    """Go to another page, and back upright where something follows."""
    if isinstance(block, PageBreak):
        flow.need(flow.sheet.room)
        return
    upright = flow.sheet
    flow.lie(LANDSCAPE)
    place(block.blocks, flow)
    if not is_last:
        flow.lie(upright)


def least(blocks: tuple[Block, ...], flow: Flow) -> float:
    """Height without which these blocks cannot begin.

    Signatures never stand on a page of their own: the last words go with them. Words that announce
    what follows do not stand at the foot of a page.
    """
    if not blocks:
        return 0
    block, rest = blocks[0], blocks[1:]
    match block:
        case Table():
            return least_table(block, flow, _signed_below(rest, flow))
        case PhotoPairs():
            return least_pairs(block, flow)
        case Choices():
            return _least_choices(blocks, flow)
        case Plate() | Timeline() | Bars():
            return _least_alone(block, flow)
        case Signatures():
            return _signatures_height(block)
        case Heading():
            return HEAD_GAP + HEAD_LEADING + least(rest, flow)
        case Paragraph() | Note():
            return _least_running(block, rest, flow)
        case _:
            return 2 * LEADING


def _least_running(block: Paragraph | Note, rest: tuple[Block, ...], flow: Flow) -> float:
    announces = isinstance(block, Paragraph) and block.text.endswith(ANNOUNCING)
    if rest and (announces or isinstance(rest[0], Signatures | Note)):
        whole = _running_height(block, flow) + least(rest, flow)
        return whole if whole < flow.sheet.room / 2 else 2 * LEADING
    return NOTE_LEADING if isinstance(block, Note) else 2 * LEADING


def _least_choices(blocks: tuple[Block, ...], flow: Flow) -> float:
    """The same of a question: the last few go together, and with what is signed below them."""
    questions = tuple(takewhile(lambda one: isinstance(one, Choices), blocks))
    first, *_others = heights = [
        choices_height(one, flow) for one in questions if isinstance(one, Choices)
    ]
    rest = blocks[len(questions) :]
    if len(heights) > LAST_CHOICES or not all(isinstance(one, Signatures) for one in rest):
        return first
    whole = sum(heights) + _signed_below(rest, flow)
    return whole if whole < flow.sheet.room / 2 else first


def _least_alone(block: Plate | Timeline | Bars, flow: Flow) -> float:
    """The same of what needs to know nothing of what follows."""
    match block:
        case Plate():
            return plate_height(block, flow)
        case Timeline():
            return least_timeline(block, flow)
        case Bars():
            return bars_height(block, flow)


def _signed_below(blocks: tuple[Block, ...], flow: Flow) -> float:
    """Height of the signatures and the few words before them; nothing where none follow."""
    height = 0.0
    for block in blocks:
        match block:
            case Signatures():
                height += _signatures_height(block)
                return height if height < flow.sheet.room / 2 else 0
            case Paragraph() | Note():
                height += _running_height(block, flow)
            case _:
                return 0
    return 0


def _running_height(block: Paragraph | Note, flow: Flow) -> float:
    text = flow.clean(block.text)
    if isinstance(block, Note):
        return 5 + len(flow.wrap(text, flow.inner, SMALL)) * NOTE_LEADING
    return 5 + len(flow.wrap(text, flow.inner, BODY, indent=2 * BODY)) * LEADING


def _title(block: Title, flow: Flow) -> None:
    spacing = 1.2 if flow.language == "zh_CN" else 0
    for line in flow.wrap(flow.clean(block.text), flow.inner - 40, TITLE, bold=True):
        flow.write(
            line,
            flow.left,
            flow.y,
            TITLE,
            bold=True,
            align="center",
            width=flow.inner,
            spacing=spacing,
        )
        flow.y += TITLE_LEADING
    flow.y += 6
    if block.subtitle:
        for line in flow.wrap(flow.clean(block.subtitle), flow.inner, BODY):
            flow.write(line, flow.left, flow.y, BODY, align="center", width=flow.inner)
            flow.y += LEADING
    flow.y += 5
    flow.page.rules.append(Rule(flow.left, flow.y, flow.left + flow.inner, flow.y, 1.3, INK))
    flow.y += 6


def _heading(block: Heading, flow: Flow, following: float) -> None:
    lines = flow.wrap(flow.clean(block.text), flow.inner, HEAD, bold=True)
    flow.need(HEAD_GAP + len(lines) * HEAD_LEADING + 6 + following)
    flow.skip(HEAD_GAP)
    for line in lines:
        flow.write(line, flow.left, flow.y, HEAD, bold=True)
        flow.y += HEAD_LEADING
    flow.y += 3


def _paragraph(block: Paragraph, flow: Flow) -> None:
    chinese = flow.language == "zh_CN"
    indent = 2 * BODY if block.indent and chinese else 0
    lines = flow.wrap(flow.clean(block.text), flow.inner, BODY, indent=indent)
    for at, line in enumerate(lines):
        left = len(lines) - at
        # Neither the first nor the last line of a longer text stands alone on a page.
        alone = len(lines) > 2 and (at == 0 or left == 2)
        flow.need(LEADING * (2 if alone else 1))
        start = indent if at == 0 else 0
        spacing = _spread(line, flow.inner - start, flow) if chinese and left > 1 else 0
        flow.write(line, flow.left + start, flow.y, BODY, spacing=spacing)
        flow.y += LEADING
    flow.y += 2 if chinese else 5


def _spread(line: str, width: float, flow: Flow) -> float:
    """Space after each character that brings a line flush right, where little is missing."""
    slack = width - flow.width(line, BODY)
    return slack / (len(line) - 1) if 0 < slack <= 2.5 * BODY and len(line) > 12 else 0


def _note(block: Note, flow: Flow) -> None:
    flow.skip(3)
    for line in flow.wrap(flow.clean(block.text), flow.inner, SMALL):
        flow.need(NOTE_LEADING)
        flow.write(line, flow.left, flow.y, SMALL, shade=GREY)
        flow.y += NOTE_LEADING
    flow.y += 2


def _signatures_height(block: Signatures) -> float:
    return SIGN_GAP + len(block.lines) * SIGN_HEIGHT + (SEAL_HEIGHT if block.seal else 0)


def _signatures(block: Signatures, flow: Flow) -> None:
    flow.need(_signatures_height(block))
    flow.skip(SIGN_GAP)
    labels = [flow.clean(line.label) for line in block.lines]
    column = max((flow.width(label, BODY) for label in labels), default=0) + 8
    for line, label in zip(block.lines, labels, strict=True):
        _sign_here(block, line, label, column, flow)
        flow.y += SIGN_HEIGHT
    if block.seal:
        _seal(block, flow)


def _sign_here(
    block: Signatures, line: SignatureLine, label: str, column: float, flow: Flow
) -> None:
    date_label = flow.clean(block.date_label)
    date_x = flow.left + flow.inner - DATE_RULE
    date_label_x = date_x - flow.width(date_label, BODY) - 8
    rule_end = min(flow.left + column + SIGN_RULE, date_label_x - 14)
    under = flow.y + BODY + 6
    flow.write(label, flow.left, flow.y, BODY)
    flow.write(flow.clean(line.name), flow.left + column + 6, flow.y, BODY)
    flow.page.rules.append(Rule(flow.left + column, under, rule_end, under, 0.7, INK))
    flow.write(date_label, date_label_x, flow.y, BODY)
    flow.page.rules.append(Rule(date_x, under, date_x + DATE_RULE, under, 0.7, INK))
    if line.date:
        flow.write(flow.clean(line.date), date_x + 6, flow.y, BODY)
    else:
        _date_units(block.date_units, date_x, flow.y, flow)


def _date_units(units: tuple[str, ...], x: float, y: float, flow: Flow) -> None:
    """年 月 日 spread over the rule, room before each."""
    for at, unit in enumerate(units, start=1):
        end = x + DATE_RULE * (at + 0.25) / (len(units) + 0.25)
        flow.write(flow.clean(unit), end - flow.width(unit, BODY) - 2, y, BODY)


def _seal(block: Signatures, flow: Flow) -> None:
    """Room for a round seal of 42 mm over the words, with the date under them."""
    label = flow.clean(block.seal)
    width = max(flow.width(label, BODY), DATE_RULE)
    x = flow.left + flow.inner - width
    y = flow.y + SEAL_HEIGHT - 2 * LEADING - 12
    flow.write(label, x, y, BODY, align="center", width=width)
    if block.date_units:
        _date_units(block.date_units, x + (width - DATE_RULE) / 2, y + LEADING + 4, flow)
    flow.y += SEAL_HEIGHT
