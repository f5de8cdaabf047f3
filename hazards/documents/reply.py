"""The sheet for an authority: each finding and how its rectification stands."""

from collections.abc import Sequence
from datetime import date

from hazards.documents.paper import NOTHING, Head, date_units, form, print_paper
from hazards.documents.register import Pictures, annex
from hazards.models import STATUS_NAMES
from hazards.service import InspectionDetail, RegisterRow
from safety_app.core.i18n import _, day_text
from safety_app.core.pdf.blocks import (
    Block,
    Column,
    Heading,
    Paragraph,
    SignatureLine,
    Signatures,
    Table,
    Title,
)


def reply_pdf(
    inspection: InspectionDetail,
    rows: Sequence[RegisterRow],
    head: Head,
    before: Pictures,
    after: Pictures,
) -> bytes:
    """The paper in the current language."""
    blocks: list[Block] = [
        Title(_title(), head.unit),
        *head.limits(),
        *inspection_blocks(inspection, rows),
        *annex(rows, before, after, head.timezone),
        Signatures(
            (
                SignatureLine(_("Handled by:")),
                SignatureLine(_("Person in charge of the unit (signature):")),
            ),
            _("Date:"),
            date_units(),
            seal=_("Seal of the unit"),
        ),
    ]
    return print_paper(blocks, head, title=_title(), number=inspection.row.number)


def inspection_blocks(inspection: InspectionDetail, rows: Sequence[RegisterRow]) -> list[Block]:
    """The inspection, its findings with their state, and the reply."""
    one = inspection.row
    found: list[Block] = [
        form(
            (_("Authority"), one.authority),
            (_("Document number"), one.number or NOTHING),
            (_("Inspected on"), day_text(one.inspected_on, weekday=False, year=True)),
            (_("Reply by"), _day(one.reply_by)),
            (_("Summary"), inspection.summary or NOTHING),
        ),
        Heading(_("Findings and their rectification")),
        _findings(rows) if rows else Paragraph(_("The authority found nothing to rectify.")),
        Heading(_("Reply")),
        Paragraph(inspection.reply or _("Not replied yet.")),
    ]
    if one.replied_on:
        found.append(Paragraph(_("Replied on {day}.", day=_day(one.replied_on)), indent=False))
    return found


def _title() -> str:
    return _("Reply on the rectification of findings")


def _day(day: date | None) -> str:
    return day_text(day, weekday=False, year=True) if day else NOTHING


def _findings(rows: Sequence[RegisterRow]) -> Table:
    columns = (
        Column(_("Number"), 1.5),
        Column(_("What is wrong"), 2.6),
        Column(_("Place"), 1.4),
        Column(_("Measures"), 2.0),
        Column(_("Owner"), 1.3),
        Column(_("Fix by"), 1.5),
        Column(_("State"), 1.5),
    )
    return Table(columns, tuple(_cells(one) for one in rows))


def _cells(one: RegisterRow) -> tuple[str, ...]:
    state = _(STATUS_NAMES[one.status])
    if one.closed_on:
        state = f"{state}\n{day_text(one.closed_on, weekday=False)}"
    return (
        one.number,
        one.what,
        one.place,
        one.measures or NOTHING,
        one.owner or NOTHING,
        day_text(one.fix_by, weekday=False) if one.fix_by else NOTHING,
        state,
    )
