"""The report to the authorities as a paper: the six contents, signed and sealed."""

from hazards.incidents import rules
from hazards.incidents.documents.paper import Head, print_paper, signatures
from hazards.incidents.service.statutory import Statement
from safety_app.core.i18n import _
from safety_app.core.pdf.blocks import Block, Column, Note, Paragraph, Table, Title


def statutory_pdf(said: Statement, head: Head) -> bytes:
    """The paper in the current language."""
    return print_paper(statutory_blocks(said, head), head, title=said.title, number=said.number)


def statutory_blocks(said: Statement, head: Head) -> list[Block]:
    """To whom, the six contents, what is missing, who signs."""
    rows = [
        (_("{n}. {title}", n=at, title=one.title), one.text)
        for at, one in enumerate(said.contents, start=1)
    ]
    found: list[Block] = [
        Title(said.title, "\n".join((said.unit, _("No. {number}", number=said.number)))),
        *head.limits(),
        *([Paragraph(said.caution, indent=False)] if said.caution else []),
        Paragraph(_("To: {names}", names=_(", ").join(said.addressees)), indent=False),
        Table((Column("", 2, is_name=True), Column("", 5)), tuple(rows)),
        Note(rules.source("report")),
    ]
    if said.missing:
        words = _("Still missing: {what}.", what=_(", ").join(said.missing))
        found.append(Note(words))
    return [
        *found,
        signatures(
            _("Reported by {name} (signature):", name=said.sender),
            _("Head of the unit (signature):"),
            seal=_("Seal of the unit"),
        ),
    ]
