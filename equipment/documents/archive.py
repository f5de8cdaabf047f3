"""The file of extinguishers (灭火器档案), with exactly what Order 61, art. 29 asks for.

Type, quantity, location, who inspects and services, and when the agent was changed.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from equipment.documents.lists import recorded_by
from equipment.documents.paper import FEW, NOTHING, short
from equipment.due import Cause, next_of
from equipment.service.asof import Stood
from equipment.service.reporting import Report
from equipment.wording import made_text
from safety_app.core.i18n import _, ngettext
from safety_app.core.pdf.blocks import Block, Column, Heading, Note, Paragraph, Table, Turned

MOST: Final = 1_000
"""Extinguishers on paper one by one; the Excel file has all."""


def blocks(report: Report) -> list[Block]:
    """The file as an annex, on pages that lie."""
    return [Turned((Heading(_("Annex: file of extinguishers")), *_inside(report, MOST)))]


def file_blocks(report: Report, most: int) -> list[Block]:
    """The same as a part of something else."""
    return [Heading(_("File of extinguishers")), *_inside(report, most)]


def _inside(report: Report, most: int) -> list[Block]:
    """How many of which type where, then each by itself."""
    found = report.extinguishers
    if not found:
        return [Paragraph(_("No extinguisher is registered."))]
    count = ngettext("{n} extinguisher", "{n} extinguishers", len(found))
    basis = Note(_("Kept under Order 61 of the Ministry of Public Security, art. 29. {count}.",
                   count=count))  # fmt: skip
    each: list[Block] = [Heading(_("Each extinguisher")), unit_table(report, found[:most])]
    if len(found) > most:
        words = _("The first {shown} of {all}. The Excel file has all of them.", shown=most,
                  all=len(found))  # fmt: skip
        each.append(Note(words))
    return [basis, quantity_table(report), *each]


def quantities(report: Report) -> list[tuple[str, str, int]]:
    """Type, place and how many."""
    counts: Counter[tuple[str, str]] = Counter(
        (kind_text(report, one), report.places.text(*one.place[:2])) for one in report.extinguishers
    )
    return [(kind, place, n) for (kind, place), n in sorted(counts.items())]


def quantity_table(report: Report) -> Table:
    """How many of which type are where."""
    columns = (
        Column(_("Type"), 4), Column(_("Set up at"), 4), Column(_("Quantity"), 1, "right"),
    )  # fmt: skip
    rows = tuple((kind, place, str(n)) for kind, place, n in quantities(report))
    return Table(columns, (*rows, (_("Total"), "", str(len(report.extinguishers)))), first=FEW)


def unit_table(report: Report, found: list[Stood]) -> Table:
    """Each extinguisher in a line."""
    columns = (
        Column(_("Code"), 1.3),
        Column(_("Type"), 2.2),
        Column(_("Set up at"), 2.4),
        Column(_("Made"), 1.2),
        Column(_("Last inspection, by"), 1.6),
        Column(_("Serviced by"), 1.6),
        Column(_("Agent changed"), 1.2),
        Column(_("Next service"), 1.2),
        Column(_("Scrap date"), 1.2),
    )
    return Table(columns, tuple(cells(report, one) for one in found), first=FEW)


def cells(report: Report, one: Stood) -> tuple[str, ...]:
    """What stands of one extinguisher."""
    return (
        one.row.code,
        kind_text(report, one),
        report.place(one),
        made_text(one.row.made_on, one.row.made_precision),
        "\n".join(filter(None, (short(one.last_inspected_on), inspector(report, one)))),
        firm(one, report.names),
        short(one.refilled_on),
        short(next_on(one, Cause.SERVICE)),
        short(next_on(one, Cause.SCRAP)),
    )


def kind_text(report: Report, one: Stood) -> str:
    """Kind, size and fire classes."""
    letters = one.row.fire_classes or report.kinds[one.row.kind].fire_classes
    if not letters:
        return report.name(one)
    return _("{kind} (classes {letters})", kind=report.name(one), letters=letters)


def inspector(report: Report, one: Stood) -> str:
    """Who inspected it last."""
    last = one.inspections[-1].actor_id if one.inspections else None
    return report.names.get(last or 0, "")


def firm(one: Stood, names: Mapping[int, str] = MappingProxyType({})) -> str:
    """Who serviced it last, or who recorded it; the certificate, and that it failed if it did."""
    last = one.last_service
    if last is None:
        return NOTHING
    failed = "" if last.passed else _("Failed {day}", day=short(last.on))
    who = last.firm or recorded_by(names.get(last.actor_id or 0, ""))
    if not last.firm and last.actor_id is None:
        who = _("as stated at registration")
    return "\n".join(filter(None, (who, last.certificate, failed)))


def next_on(one: Stood, cause: Cause) -> date | None:
    """The next day of one cause."""
    found = next_of(one.dues, cause)
    return found.on if found else None
