"""Lists of the report: what is past a date or soon will be, what left the register."""

from collections.abc import Mapping, Sequence
from typing import Final

from equipment.documents.paper import FEW, NOTHING, short
from equipment.due import CAUSE_NAMES, Cause, Due, Why
from equipment.kinds import Kind
from equipment.models import Step
from equipment.service.figures import Gone, Work
from equipment.service.history import part_name, reading_text
from equipment.service.reporting import Report
from safety_app.core.i18n import N_, _
from safety_app.core.pdf.blocks import Block, Column, Heading, Note, Paragraph, Table

MOST: Final = 200
"""Lines of one list on paper; the Excel file has all."""
LEFT_BY: Final[Mapping[Step, str]] = {
    Step.SCRAP: N_("Scrapped"),
    Step.REPLACE: N_("Replaced"),
    Step.LOSE: N_("Lost"),
}


def overdue(report: Report) -> list[Block]:
    """What is past a date, the oldest first."""
    if not report.overdue:
        return []
    columns = (
        Column(_("Code"), 1.5), Column(_("Kind"), 2.4), Column(_("Place"), 2.6),
        Column(_("What is due"), 2.4), Column(_("Due since"), 1.4),
        Column(_("Days over"), 0.8, "right"),
    )  # fmt: skip
    rows = tuple(
        (
            one.row.code,
            report.name(one),
            report.place(one),
            due_text(one.kind, due),
            short(due.on),
            str((report.asof.day - due.on).days),
        )
        for one, due in report.overdue[:MOST]
    )
    return [Heading(_("Past a date")), Table(columns, rows, first=FEW), *_more(len(report.overdue))]


def ahead(report: Report) -> list[Block]:
    """What falls due within 90 days."""
    if not report.ahead:
        return []
    columns = (
        Column(_("Code"), 1.5), Column(_("Kind"), 2.4), Column(_("Place"), 2.6),
        Column(_("What is due"), 2.4), Column(_("Due on"), 1.4),
    )  # fmt: skip
    rows = tuple(
        (one.row.code, report.name(one), report.place(one), due_text(one.kind, due), short(due.on))
        for one, due in report.ahead[:MOST]
    )
    return [
        Heading(_("Due within 90 days")),
        Table(columns, rows, first=FEW),
        *_more(len(report.ahead)),
    ]


def due_text(kind: Kind, due: Due) -> str:
    """What is due, by its name: the service, the part, or what else."""
    if due.cause is Cause.SERVICE:
        return part_name(kind, due.what)
    if due.why is Why.PRINT_UNKNOWN:
        return _("Printed date of {part} to be recorded", part=part_name(kind, due.what))
    if due.cause is Cause.EXPIRY:
        return _("Expiry of {part}", part=part_name(kind, due.what))
    return _(CAUSE_NAMES[due.cause])


def gone(report: Report) -> list[Block]:
    """What left the register this year."""
    heading = Heading(_("Scrapped, replaced and lost this year"))
    nothing = _("Nothing has left the register this year.")
    return [heading, *gone_blocks(report, report.gone, nothing)]


def gone_blocks(report: Report, found: Sequence[Gone], nothing: str) -> list[Block]:
    """What left the register, why and with which proof."""
    if not found:
        return [Paragraph(nothing)]
    columns = (
        Column(_("Date"), 1.4), Column(_("Code"), 1.5), Column(_("Kind"), 2.2),
        Column(_("Place"), 2.2), Column(_("Way of leaving"), 1.4), Column(_("Reason, proof"), 2.4),
    )  # fmt: skip
    rows = tuple(
        (
            short(one.on),
            one.code,
            kind_name(report, one.kind, one.size),
            report.places.text(*one.place),
            _(LEFT_BY[one.step]),
            gone_reason(one),
        )
        for one in found[:MOST]
    )
    return [Table(columns, rows, first=FEW), *_more(len(found))]


def work_blocks(report: Report, found: Sequence[Work], nothing: str) -> list[Block]:
    """What was serviced, repaired or given a new part, and by whom."""
    if not found:
        return [Paragraph(nothing)]
    columns = (
        Column(_("Date"), 1.4), Column(_("Code"), 1.5), Column(_("Kind"), 2.4),
        Column(_("Work done"), 2.2), Column(_("Firm"), 1.8), Column(_("Certificate"), 1.6),
        Column(_("Result"), 1.1),
    )  # fmt: skip
    rows = tuple(
        (
            short(one.on),
            one.code,
            kind_name(report, one.kind, one.size),
            work_text(report, one),
            one.firm or recorded_by(one.recorder),
            one.certificate or NOTHING,
            _("Pass") if one.passed else _("Fail"),
        )
        for one in found
    )
    return [Table(columns, rows, first=FEW)]


def recorded_by(name: str) -> str:
    """Who recorded what no firm stands for."""
    return _("recorded by {name}", name=name) if name else NOTHING


def work_text(report: Report, one: Work) -> str:
    """The services or parts by name, with what was measured; of a repair what was done."""
    kind = report.kinds.get(one.kind)
    if kind is None or not one.parts:
        return one.note or _("Repair")
    names = [part_name(kind, code) for code in one.parts]
    return _(", ").join(filter(None, (*names, reading_text(kind, one.parts, one.reading))))


def kind_name(report: Report, code: str, size: str) -> str:
    """Kind and size of what may have left the register."""
    kind = report.kinds.get(code)
    return f"{kind.display_name if kind else code} {size}".strip()


def gone_reason(one: Gone) -> str:
    """Why it left, what proves it, and what took its place."""
    proof = _("certificate {number}", number=one.certificate) if one.certificate else ""
    new = _("by {code}", code=one.successor) if one.successor else ""
    return _("; ").join(filter(None, (one.note, proof, one.firm, new))) or NOTHING


def _more(count: int) -> list[Block]:
    """That a list is cut."""
    if count <= MOST:
        return []
    words = _("The first {shown} of {all}. The Excel file has all of them.", shown=MOST, all=count)
    return [Note(words)]
