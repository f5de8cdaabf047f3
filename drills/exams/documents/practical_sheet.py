"""实操考核表: what was shown to the assessor, point by point, with the signature."""

from drills.exams.documents.paper import NOTHING, Head, as_of, print_paper, signatures
from drills.exams.service.practical import PracticalRow
from safety_app.core.i18n import _, day_text
from safety_app.core.pdf.blocks import Block, Column, Table, Title
from safety_app.core.pdf.signatures import signed


def practical_pdf(row: PracticalRow, head: Head) -> bytes:
    """The paper in the current language."""
    title = _("Practical test")
    number = _("No. {number}", number=row.number)
    blocks: list[Block] = [
        Title(title, f"{head.unit}\n{row.title}　{number}"),
        *head.limits(),
        _facts(row),
        _points(row),
        Table(
            (Column("", 1, is_name=True), Column("", 4)),
            (
                (_("Outcome"), _("Passed") if row.passed else _("Not passed")),
                (_("Note"), row.note or NOTHING),
                (_("Signature of the assessor"), signed(row.signature, row.assessor)),
            ),
            whole=True,
        ),
        signatures(_("Candidate:")),
    ]
    return print_paper(blocks, head, title=f"{title} {row.number}", foot=as_of(head, row.number))


def _facts(row: PracticalRow) -> Table:
    columns = (
        Column("", 1, is_name=True), Column("", 2), Column("", 1, is_name=True), Column("", 2),
    )  # fmt: skip
    day = day_text(row.held_on, year=True)
    rows = (
        (_("Candidate"), row.person, _("Held on"), day),
        (_("Course"), row.course, _("Assessor"), row.assessor),
    )
    return Table(columns, rows, whole=True)


def _points(row: PracticalRow) -> Table:
    columns = (
        Column(_("No."), 0.5, "center"), Column(_("What is shown"), 4), Column(_("Essential"), 0.8,
                                                                             "center"),
        Column(_("Outcome"), 1, "center"),
    )  # fmt: skip
    rows = tuple(
        (str(at), words, "√" if must else "", _("Shown") if shown else _("Not shown"))
        for at, (words, must, shown) in enumerate(row.points, start=1)
    )
    return Table(columns, rows)
