"""How a report puts things: counted clauses, numbered headings, rates, dates, proposals."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from typing import Final

from safety_app.core import i18n
from safety_app.core.clock import local_day
from safety_app.core.feature import Figure
from safety_app.core.i18n import N_, _, day_text, moment_text
from safety_app.core.pdf.blocks import Block, Heading, Note, Paragraph, Turned
from safety_app.core.text import capital
from safety_app.reports.service import Report
from safety_app.reports.texts import SLOT_NAMES, Slot, Written

CHINESE_NUMBERS: Final = "一二三四五六七八九十"
NOTHING: Final = "–"
LANGUAGE_NAMES: Final = {"zh_CN": N_("Chinese"), "en": N_("English")}


def proposal(report: Report, slot: Slot) -> str:
    """What the figures say at this place."""
    match slot:
        case Slot.OPENING:
            said = [text for part in report.parts for text in part.content.paragraphs]
            return ("" if i18n.language() == "zh_CN" else " ").join(said)
        case Slot.REQUESTS:
            nothing = _("The records hold nothing for the centre to settle.")
            return counted(report.requests) or nothing
        case Slot.FOCUS:
            usual = _("keep up the daily patrols and fix in time what they find")
            focus = [clause for part in report.parts for clause in part.content.focus]
            return counted(focus or [usual])
        case Slot.REMARK:
            return ""


def wording(report: Report, slot: Slot) -> str:
    """What stands at this place: as somebody wrote it, or the proposal."""
    written = report.wording(slot)
    return written.text if written else proposal(report, slot)


def worded(report: Report, slot: Slot) -> list[Block]:
    """The paragraphs of this place, and a note where only the other language was edited."""
    lines = [line for line in wording(report, slot).split("\n") if line.strip()]
    blocks: list[Block] = [Paragraph(line.strip()) for line in lines]
    other = report.worded_elsewhere(slot)
    if other and lines:
        blocks.append(Note(elsewhere_text(report, other)))
    return blocks


def elsewhere_text(report: Report, other: Written) -> str:
    """Says that the other language's paper carries somebody's own words."""
    return _(
        "The {language} report carries words of {name} here, of {moment}; this is the proposal"
        " from the figures.",
        language=_(LANGUAGE_NAMES[other.language]),
        name=other.name,
        moment=moment_text(other.at, report.period.timezone, year=True),
    )


def authors_text(report: Report) -> str:
    """Which paragraphs were worded by whom and when; nothing if none was."""
    said = [
        _("“{paragraph}” by {name}, {moment}",
          paragraph=_(SLOT_NAMES[one.slot]), name=one.name,
          moment=moment_text(one.at, report.period.timezone, year=True))
        for one in (report.wording(slot) for slot in Slot) if one
    ]  # fmt: skip
    return _("Worded by hand: {paragraphs}.", paragraphs=_("; ").join(said)) if said else ""


def rate_text(figure: Figure) -> str:
    """The count, or the rate in per cent; a dash where there was nothing to do."""
    if figure.of is None:
        return str(figure.value)
    return f"{figure.value / figure.of:.1%}" if figure.of else NOTHING


def share_text(figure: Figure) -> str:
    """Numerator over denominator; nothing for a plain count."""
    return "" if figure.of is None else f"{figure.value}/{figure.of}"


def previous_text(report: Report, key: str) -> str:
    """The same figure of the month before, a dash where there are no records of it."""
    found = report.previous.get(key)
    return rate_text(found) if found else NOTHING


def cutoff_text(report: Report) -> str:
    """Until when the figures know what happened; the month's end is 24:00 of its last day."""
    period = report.period
    if report.is_final:
        return f"{day_text(period.last, weekday=False, year=True)} 24:00"
    return moment_text(period.cutoff, period.timezone, year=True)


def not_final_text(report: Report) -> str:
    """Says of a month under way that its figures will change."""
    return _(
        "As of {moment}: the month is not over, these figures are not final.",
        moment=cutoff_text(report),
    )


def limits(report: Report) -> list[str]:
    """What limits the figures: records that begin later, a demonstration."""
    found = []
    begun = local_day(report.begun_at, report.period.timezone)
    if begun > report.period.first:
        day = day_text(begun, weekday=False, year=True)
        found.append(_("The records of this hall begin on {day}.", day=day))
    if report.is_demo:
        found.append(_("Demonstration: made-up records of a made-up hall."))
    return found


def counted(clauses: Sequence[str]) -> str:
    """`一是……；二是……。` or `(1) …; (2) ….`; one clause stands by itself."""
    if not clauses:
        return ""
    if len(clauses) == 1:
        one = clauses[0]
        return _("{clause}.", clause=capital(one))
    numbered = [
        _("{number}{clause}", number=_nth(at), clause=clause) for at, clause in enumerate(clauses)
    ]
    return _("{clause}.", clause=_("; ").join(numbered))


def _nth(at: int) -> str:
    if i18n.language() != "zh_CN":
        return f"({at + 1})\u00a0"  # the number stays with its clause
    return f"{chinese_number(at + 1)}是"


def chinese_number(number: int) -> str:
    """1 to 99 as 一 … 九十九."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return CHINESE_NUMBERS[ones - 1]
    head = "" if tens == 1 else CHINESE_NUMBERS[tens - 1]
    return f"{head}十{CHINESE_NUMBERS[ones - 1] if ones else ''}"


def numbered(blocks: Iterable[Block]) -> list[Block]:
    """Headings with their numbers."""
    return _numbered(blocks, count(1))


def _numbered(blocks: Iterable[Block], numbers: Iterator[int]) -> list[Block]:
    done: list[Block] = []
    for block in blocks:
        if isinstance(block, Heading):
            number = next(numbers)
            chinese = i18n.language() == "zh_CN"
            head = f"{chinese_number(number)}、" if chinese else f"{number}. "
            done.append(Heading(head + block.text))
        elif isinstance(block, Turned):
            done.append(Turned(tuple(_numbered(block.blocks, numbers))))
        else:
            done.append(block)
    return done


def page_label(page: int, pages: int) -> str:
    """The number of a page at its foot."""
    return _("Page {page} of {pages}", page=page, pages=pages)
