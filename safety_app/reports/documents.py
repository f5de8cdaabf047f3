"""The window's monthly report on paper (A4, PDF) and as tables (Excel)."""

from typing import Final, Literal, cast

from safety_app.core import i18n
from safety_app.core.clock import local_day
from safety_app.core.feature import Figure
from safety_app.core.i18n import _, day_text, moment_text, month_text
from safety_app.core.pdf.blocks import (
    Block,
    Column,
    Heading,
    Note,
    Paragraph,
    SignatureLine,
    Signatures,
    Table,
    Title,
)
from safety_app.core.settings import settings
from safety_app.core.sheets import SheetColumn, SheetTable, workbook
from safety_app.reports.service import WindowReport

CHINESE_NUMBERS: Final = "一二三四五六七八九十"
NOTHING: Final = "–"


def report_pdf(report: WindowReport) -> bytes:
    """The paper the lead signs; the same record gives the same bytes."""
    from safety_app.core.pdf.document import render  # slow to import: not at the start

    with i18n.use_language(report.language):
        return render(
            report_blocks(report),
            title=f"{report.number} {_('Monthly safety report of a window')}",
            language=cast(Literal["zh_CN", "en"], report.language),
            created_at=report.period.cutoff,
            footer_left=_footer(report),
            page_label=_page_label,
            font_path=settings().font_path,
            qr=f"{report.number} {report.check_code}",
        )


def report_xlsx(report: WindowReport) -> bytes:
    """The same tables as an Excel workbook."""
    with i18n.use_language(report.language):
        title = _("Monthly window safety report")
        tables = [_facts_sheet(report, title), _figure_sheet(report)]
        tables += [table for part in report.parts for table in part.content.sheets]
        return workbook(tables, title=f"{report.number} {title}", created_at=report.period.cutoff)


def report_blocks(report: WindowReport) -> tuple[Block, ...]:
    """Everything between the title and the signatures, in the order an office expects."""
    blocks: list[Block] = [
        Title(_("Monthly window safety report"), _subtitle(report)),
        *(Note(text) for text in _limits(report)),
        Heading(_("Overview")),
        Paragraph(_opening(report)),
        Heading(_("Main figures")),
        _figure_table(report),
    ]
    for part in sorted(report.parts, key=lambda part: part.blocks_order):
        blocks += part.content.blocks
    requests = [clause for part in report.parts for clause in part.content.requests]
    if requests:
        blocks += [Heading(_("For the centre to settle")), Paragraph(_counted(requests))]
    blocks += [
        Heading(_("Focus of next month")),
        Paragraph(_focus(report)),
        _signatures(),
    ]
    return tuple(_numbered(blocks))


def rate_text(figure: Figure) -> str:
    """The count, or the rate in per cent; a dash where there was nothing to do."""
    if figure.of is None:
        return str(figure.value)
    return f"{figure.value / figure.of:.1%}" if figure.of else NOTHING


def share_text(figure: Figure) -> str:
    """Numerator over denominator; nothing for a plain count."""
    return "" if figure.of is None else f"{figure.value}/{figure.of}"


def cutoff_text(report: WindowReport) -> str:
    """Until when the figures know what happened; the month's end is 24:00 of its last day."""
    period = report.period
    if report.is_final:
        return f"{day_text(period.last, weekday=False, year=True)} 24:00"
    return moment_text(period.cutoff, period.timezone, year=True)


def file_name(report: WindowReport, suffix: str) -> str:
    """A name that says what is in the file, in any folder."""
    with i18n.use_language(report.language):
        chinese = report.language == "zh_CN"
        window = report.window.replace(" ", "") if chinese else report.window
        words = _("{window} monthly safety report {year}-{month:02}",
                  window=window, year=report.year, month=report.month)  # fmt: skip
    kept = "".join(char if char.isalnum() or char in "-_ ()（）" else "-" for char in words)
    return f"{kept}.{suffix}"


def _subtitle(report: WindowReport) -> str:
    month = month_text(report.year, report.month)
    gap = "　" if report.language == "zh_CN" else "    "
    officers = _(", ").join(report.officers) or NOTHING
    people = (
        _("Filled in by: {name}", name=report.filled_by or NOTHING),
        _("Lead: {name}", name=report.lead or NOTHING),
        _("Safety officer: {name}", name=officers),
    )
    lines = [
        report.unit,
        gap.join((report.window, month, _("No. {number}", number=report.number))),
        gap.join(people),
    ]
    return "\n".join(lines if report.is_final else [*lines, not_final_text(report)])


def not_final_text(report: WindowReport) -> str:
    """Says of a month under way that its figures will change."""
    return _(
        "As of {moment}: the month is not over, these figures are not final.",
        moment=cutoff_text(report),
    )


def _limits(report: WindowReport) -> list[str]:
    """What limits the figures: records that begin later, a demonstration."""
    found = []
    begun = local_day(report.begun_at, report.period.timezone)
    if begun > report.period.first:
        day = day_text(begun, weekday=False, year=True)
        found.append(_("The records of this hall begin on {day}.", day=day))
    if report.is_demo:
        found.append(_("Demonstration: made-up records of a made-up hall."))
    return found


def _opening(report: WindowReport) -> str:
    said = [text for part in report.parts for text in part.content.paragraphs]
    if not any(part.content.requests for part in report.parts):
        said.append(_("The records hold nothing for the centre to settle."))
    return _joiner().join(said)


def _focus(report: WindowReport) -> str:
    usual = _("keep up the daily patrols and fix in time what they find")
    focus = [clause for part in report.parts for clause in part.content.focus]
    return _counted(focus or [usual])


def _joiner() -> str:
    return "" if i18n.language() == "zh_CN" else " "


def _figure_table(report: WindowReport) -> Table:
    return Table(
        (
            Column(_("Figure"), 3),
            Column(_("This month"), 1.6, "right"),
            Column(_("Of"), 1.1, "right"),
            Column(_("Remark"), 4),
        ),
        tuple(
            (figure.label, rate_text(figure), share_text(figure), figure.note)
            for figure in report.figures
            if figure.is_worth_a_line
        ),
    )


def _figure_sheet(report: WindowReport) -> SheetTable:
    return SheetTable(
        _("Main figures"),
        (
            SheetColumn(_("Figure")),
            SheetColumn(_("This month"), "percent"),
            SheetColumn(_("Count or numerator"), "number"),
            SheetColumn(_("Denominator"), "number"),
            SheetColumn(_("Remark")),
        ),
        tuple(
            (
                figure.label,
                rate_text(figure) if not figure.of else figure.value / figure.of,
                figure.value,
                figure.of,
                figure.note,
            )
            for figure in report.figures
        ),
    )


def _facts_sheet(report: WindowReport, title: str) -> SheetTable:
    """What stands around the figures on the paper: whose, of when, under which code."""
    rows = (
        (_("Report"), title),
        (_("Unit"), report.unit),
        (_("Window"), report.window),
        (_("Month"), month_text(report.year, report.month)),
        (_("Number"), report.number),
        (_("Filled in by"), report.filled_by),
        (_("Window lead"), report.lead),
        (_("Safety officer"), _(", ").join(report.officers)),
        (_("As of"), cutoff_text(report)),
        (_("Check code (SHA-256)"), report.check_code),
        (_("Overview"), _opening(report)),
        (_("Focus of next month"), _focus(report)),
        *((_("Remark"), note) for note in _limits(report)),
        *(() if report.is_final else ((_("Remark"), not_final_text(report)),)),
    )
    return SheetTable(_("Report"), (SheetColumn(_("Fact")), SheetColumn(_("Value"))), rows)


def _counted(clauses: list[str]) -> str:
    """`一是……；二是……。` or `(1) …; (2) ….`; one clause stands by itself."""
    if not clauses:
        return ""
    if len(clauses) == 1:
        one = clauses[0]
        return _("{clause}.", clause=one[:1].upper() + one[1:])
    numbered = [
        _("{number}{clause}", number=_nth(at), clause=clause) for at, clause in enumerate(clauses)
    ]
    return _("{clause}.", clause=_("; ").join(numbered))


def _nth(at: int) -> str:
    if i18n.language() != "zh_CN":
        return f"({at + 1})\u00a0"  # the number stays with its clause
    return f"{_chinese_number(at + 1)}是"


def _chinese_number(number: int) -> str:
    """1 to 99 as 一 … 九十九."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return CHINESE_NUMBERS[ones - 1]
    head = "" if tens == 1 else CHINESE_NUMBERS[tens - 1]
    return f"{head}十{CHINESE_NUMBERS[ones - 1] if ones else ''}"


def _numbered(blocks: list[Block]) -> list[Block]:
    """Headings with their numbers."""
    number = 0
    done: list[Block] = []
    for block in blocks:
        if isinstance(block, Heading):
            number += 1
            chinese = i18n.language() == "zh_CN"
            head = f"{_chinese_number(number)}、" if chinese else f"{number}. "
            done.append(Heading(head + block.text))
        else:
            done.append(block)
    return done


def _signatures() -> Signatures:
    return Signatures(
        (
            SignatureLine(_("Window lead (signature):")),
            SignatureLine(_("Centre's review (signature):")),
        ),
        _("Date:"),
        tuple(_("year month day").split()) if i18n.language() == "zh_CN" else (),
        seal=_("Seal of the unit"),
    )


def _footer(report: WindowReport) -> str:
    return "\n".join(
        (
            _("As of {moment}    Check code {code}",
              moment=cutoff_text(report), code=report.short_code),
            report.check_code[:32],
            report.check_code[32:],
        )
    )  # fmt: skip


def _page_label(page: int, pages: int) -> str:
    return _("Page {page} of {pages}", page=page, pages=pages)
