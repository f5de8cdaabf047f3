"""个人培训档案: what somebody needs and has, every result with its proof."""

from drills.training.documents.matrix_paper import SHAPES, word_of
from drills.training.documents.paper import (
    NOTHING,
    Head,
    course_name,
    print_paper,
    short,
    signatures,
)
from drills.training.grid import Light
from drills.training.models import SOURCE_NAMES
from drills.training.service.matrix import Cell
from drills.training.service.views import NeedRow, PersonFile, ResultRow
from safety_app.core.i18n import _
from safety_app.core.pdf.blocks import (
    Block,
    Column,
    Heading,
    Note,
    Paragraph,
    Table,
    Title,
)


def person_pdf(found: PersonFile, head: Head) -> bytes:
    """The paper in the current language."""
    title = _("Training file")
    blocks: list[Block] = [
        Title(title, f"{head.unit}\n{found.person.display_name}"),
        *head.limits(),
        _facts(found),
        Heading(_("Needed courses")),
        *_needs(found),
        Heading(_("Results of training and exams")),
        *_results(found),
        *_rest(found),
        signatures(_("Own signature:"), _("Kept by:"), seal=False),
    ]
    number = f"PXDA-{found.person.id:04}"
    return print_paper(blocks, head, title=f"{title} {found.person.display_name}", number=number)


def _facts(found: PersonFile) -> Table:
    person = found.person
    rows = (
        (_("Name"), person.display_name, _("Staff number"), person.staff_no or NOTHING),
        (_("Unit"), person.agency or NOTHING, _("Post"), person.display_post or NOTHING),
        (_("In post since"), short(found.joined), _("Window"),
         _(", ").join(found.windows) or NOTHING),
    )  # fmt: skip
    columns = (
        Column("", 0.8, is_name=True),
        Column("", 2.0),
        Column("", 0.8, is_name=True),
        Column("", 2.4),
    )
    return Table(columns, rows, whole=True)


def _needs(found: PersonFile) -> list[Block]:
    if not found.needs:
        return [Paragraph(_("No course is required."))]
    columns = (
        Column(_("Course"), 1.8),
        Column(_("State"), 1.1),
        Column(_("Passed last on"), 1.1),
        Column(_("Covered until"), 1.1),
        Column(_("Rule behind"), 3.0),
    )
    return [Table(columns, tuple(_need(one) for one in found.needs))]


def _word(cell: Cell) -> str:
    if cell.needed_from is None:
        return word_of(cell.light)
    return _("required from {day}", day=short(cell.needed_from))


def _need(one: NeedRow) -> tuple[str, ...]:
    cell = one.cell
    is_covered = cell.light in (Light.COVERED, Light.SOON)
    until = short(cell.until) if cell.until else _("no end")
    return (
        course_name(one.course),
        f"{SHAPES[cell.light]} {_word(cell)}",
        short(cell.last_on),
        until if is_covered and not cell.needed_from else NOTHING,
        "\n".join(one.rules) or NOTHING,
    )


def _results(found: PersonFile) -> list[Block]:
    kept = [one for one in found.results if not (one.is_replaced or one.is_void)]
    if not kept:
        return [Paragraph(_("No result is recorded yet."))]
    columns = (
        Column(_("Day"), 1.1),
        Column(_("Course"), 2.0),
        Column(_("Hours"), 0.6, "right"),
        Column(_("Result"), 1.2),
        Column(_("Source"), 1.1),
        Column(_("Certificate and issuer"), 1.8),
        Column(_("Valid until"), 1.1),
    )
    blocks: list[Block] = [Table(columns, tuple(_result(one) for one in kept))]
    wrong = len(found.results) - len(kept)
    if wrong:
        said = _("{n} wrong results were put right; they stay in the program.", n=wrong)
        blocks.append(Note(said))
    return blocks


def _result(one: ResultRow) -> tuple[str, ...]:
    word = _("Passed") if one.passed else _("Not passed")
    if one.passed and not one.counts:
        word = _("Kept as a record") if one.is_beside else _("One part passed")
    score = ""
    if one.score is not None:
        score = f"{one.score:g}" + (f"/{one.out_of:g}" if one.out_of else "")
    return (
        short(one.on),
        course_name(one.course),
        f"{one.hours:g}" if one.hours else NOTHING,
        f"{word} {score}".strip(),
        _(SOURCE_NAMES[one.source]),
        "\n".join(filter(None, (one.certificate, one.issuer))) or NOTHING,
        short(one.valid_until) if one.valid_until else NOTHING,
    )


def _rest(found: PersonFile) -> list[Block]:
    blocks: list[Block] = []
    events = [one for one in found.events if not one.is_withdrawn]
    if events:
        said = _("; ").join(f"{one.display_kind} {short(one.on)}" for one in events)
        blocks += [Heading(_("Transfers and returns")), Paragraph(said)]
    if found.overrides:
        columns = (
            Column(_("Days"), 1.8),
            Column(_("Training that was lacking"), 2.4),
            Column(_("Reason"), 2.4),
            Column(_("Allowed by"), 1.0),
        )
        rows = tuple(
            (f"{short(one.first)} – {short(one.last)}", one.lacking, one.reason, one.by)
            for one in found.overrides
        )
        blocks += [Heading(_("Emergency exceptions")), Table(columns, rows)]
    return blocks
