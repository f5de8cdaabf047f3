"""The monthly report on paper (A4, PDF) and as tables (Excel): of a window, of the whole hall."""

from typing import Literal, cast

from safety_app.core import i18n
from safety_app.core.i18n import _, month_text
from safety_app.core.pdf.blocks import (
    Block,
    Column,
    Heading,
    Note,
    PhotoPairs,
    SignatureLine,
    Signatures,
    Table,
    Title,
)
from safety_app.core.settings import settings
from safety_app.core.sheets import SheetColumn, SheetTable, workbook
from safety_app.reports import comparing
from safety_app.reports.service import Report
from safety_app.reports.texts import SLOT_NAMES, Slot
from safety_app.reports.wording import (
    NOTHING,
    authors_text,
    cutoff_text,
    limits,
    not_final_text,
    numbered,
    page_label,
    previous_text,
    rate_text,
    share_text,
    worded,
    wording,
)


def report_pdf(report: Report) -> bytes:
    """The paper that is signed; the same record gives the same bytes."""
    from safety_app.core.pdf.document import render  # slow to import: not at the start

    with i18n.use_language(report.language):
        return render(
            report_blocks(report),
            title=f"{report.number} {_title(report)}",
            language=cast(Literal["zh_CN", "en"], report.language),
            created_at=report.period.cutoff,
            footer_left=footer(cutoff_text(report), report.check_code, report.short_code),
            page_label=page_label,
            font_path=settings().font_path,
            qr=f"{report.number} {report.check_code}",
        )


def report_xlsx(report: Report) -> bytes:
    """The same tables as an Excel workbook."""
    with i18n.use_language(report.language):
        tables = [_facts_sheet(report), _figure_sheet(report)]
        if report.is_site:
            tables.append(comparing.sheet(report))
        tables += [table for part in report.parts for table in part.content.sheets]
        return workbook(
            tables, title=f"{report.number} {_title(report)}", created_at=report.period.cutoff
        )


def report_blocks(report: Report) -> tuple[Block, ...]:
    """Everything between the title and the signatures, in the order an office expects."""
    blocks: list[Block] = [
        Title(_title(report), _subtitle(report)),
        *(Note(text) for text in limits(report)),
        Heading(_("Overview")),
        *worded(report, Slot.OPENING),
        Heading(_("Main figures")),
        _figure_table(report),
    ]
    if report.is_site:
        blocks += comparing.blocks(report)
    for part in sorted(report.parts, key=lambda part: part.blocks_order):
        blocks += _without_pictures(part.content.blocks) if report.is_site else part.content.blocks
    for slot in (Slot.REQUESTS, Slot.FOCUS, Slot.REMARK):
        said = worded(report, slot)
        blocks += [Heading(_(SLOT_NAMES[slot])), *said] if said else []
    authors = authors_text(report)
    blocks += [Note(authors)] if authors else []
    return tuple(numbered([*blocks, _signatures(report)]))


def _without_pictures(blocks: tuple[Block, ...]) -> list[Block]:
    """The pictures of the whole hall would bury its report: windows and register show them."""
    kept: list[Block] = []
    for block in blocks:
        if not isinstance(block, PhotoPairs):
            kept.append(block)
        elif kept and isinstance(kept[-1], Heading):
            kept.pop()
    return kept


def file_name(report: Report, suffix: str) -> str:
    """A name that says what is in the file, in any folder."""
    with i18n.use_language(report.language):
        chinese = report.language == "zh_CN"
        when = {"year": report.year, "month": report.month}
        if report.is_site:
            unit = report.unit
            words = _("{unit} monthly safety report {year}-{month:02}", unit=unit, **when)
        else:
            window = report.window.replace(" ", "") if chinese else report.window
            words = _("{window} monthly safety report {year}-{month:02}", window=window, **when)
    return f"{kept_name(words)}.{suffix}"


def kept_name(words: str) -> str:
    """What of a name every file system takes."""
    return "".join(char if char.isalnum() or char in "-_ ()（）" else "-" for char in words)


def footer(cutoff: str, code: str, short: str) -> str:
    """Until when the paper knows, and its check code, short and whole."""
    line = _("As of {moment}    Check code {code}", moment=cutoff, code=short)
    return "\n".join((line, code[:32], code[32:]))


def _title(report: Report) -> str:
    if report.is_site:
        return _("Monthly safety report of the centre")
    return _("Monthly window safety report")


def _subtitle(report: Report) -> str:
    month = month_text(report.year, report.month)
    gap = "　" if report.language == "zh_CN" else "    "
    officers = _(", ").join(report.officers) or NOTHING
    number = _("No. {number}", number=report.number)
    lines = [report.unit]
    if report.is_site:
        lines.append(gap.join((month, number)))
        post = _post(report, _("Safety officer"))
        lines.append(_("{post}: {name}", post=post, name=officers))
    else:
        people = (
            _(
                "{post}: {name}",
                post=_post(report, _("Filled in by")),
                name=report.filled_by or NOTHING,
            ),
            _("{post}: {name}", post=_post(report, _("Window lead")), name=report.lead or NOTHING),
            _("{post}: {name}", post=_post(report, _("Safety officer")), name=officers),
        )
        lines += [gap.join((report.window, month, number)), gap.join(people)]
    return "\n".join(lines if report.is_final else [*lines, not_final_text(report)])


def _post(report: Report, post: str) -> str:
    """Who held a post at the end of a past month is not kept: whoever holds it now is printed.

    The paper says so; people are no part of the check code.
    """
    return _("{post} (at printing)", post=post) if report.is_final else post


def _figure_table(report: Report) -> Table:
    return Table(
        (
            Column(_("Figure"), 3),
            Column(_("This month"), 1.5, "right"),
            Column(_("Of"), 1.1, "right"),
            Column(_("Last month"), 1.3, "right"),
            Column(_("Remark"), 3.6),
        ),
        tuple(
            (
                figure.label,
                rate_text(figure),
                share_text(figure),
                previous_text(report, figure.key),
                figure.note,
            )
            for figure in report.figures
            if figure.is_worth_a_line
        ),
    )


def _figure_sheet(report: Report) -> SheetTable:
    def rate(key: str) -> float | str | None:
        found = report.previous.get(key)
        if found is None:
            return None
        return found.value / found.of if found.of else rate_text(found)

    return SheetTable(
        _("Main figures"),
        (
            SheetColumn(_("Figure")),
            SheetColumn(_("This month"), "percent"),
            SheetColumn(_("Count or numerator"), "number"),
            SheetColumn(_("Denominator"), "number"),
            SheetColumn(_("Last month"), "percent"),
            SheetColumn(_("Remark")),
        ),
        tuple(
            (
                figure.label,
                rate_text(figure) if not figure.of else figure.value / figure.of,
                figure.value,
                figure.of,
                rate(figure.key),
                figure.note,
            )
            for figure in report.figures
        ),
    )


def _facts_sheet(report: Report) -> SheetTable:
    """What stands around the figures on the paper: whose, of when, under which code."""
    place = (
        ()
        if report.is_site
        else (
            (_("Window"), report.window),
            (_post(report, _("Filled in by")), report.filled_by),
            (_post(report, _("Window lead")), report.lead),
        )
    )
    authors = authors_text(report)
    rows = (
        (_("Report"), _title(report)),
        (_("Unit"), report.unit),
        (_("Month"), month_text(report.year, report.month)),
        (_("Number"), report.number),
        *place,
        (_post(report, _("Safety officer")), _(", ").join(report.officers)),
        (_("As of"), cutoff_text(report)),
        (_("Check code (SHA-256)"), report.check_code),
        *((_(SLOT_NAMES[slot]), said) for slot in Slot if (said := wording(report, slot))),
        *((_("Remark"), note) for note in (*limits(report), *((authors,) if authors else ()))),
        *(() if report.is_final else ((_("Remark"), not_final_text(report)),)),
    )
    return SheetTable(_("Report"), (SheetColumn(_("Fact")), SheetColumn(_("Value"))), rows)


def _signatures(report: Report) -> Signatures:
    labels = (
        (_("Safety officer (signature):"), _("Person in charge (signature):"))
        if report.is_site
        else (_("Window lead (signature):"), _("Centre's review (signature):"))
    )
    return Signatures(
        tuple(SignatureLine(label) for label in labels),
        _("Date:"),
        tuple(_("year month day").split()) if i18n.language() == "zh_CN" else (),
        seal=_("Seal of the unit"),
    )
