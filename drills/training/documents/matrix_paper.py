"""Who is covered on a day, of how many who need it: as a paper and as a workbook."""

from collections.abc import Sequence
from dataclasses import dataclass

from drills.training.documents.paper import (
    NOTHING,
    Head,
    course_name,
    print_paper,
    rate,
    signatures,
)
from drills.training.grid import Light
from drills.training.service.matrix import Cell, Coverage, Matrix, PersonRow
from safety_app.core.i18n import _, day_text
from safety_app.core.pdf.blocks import Block, Column, Heading, Note, Paragraph, Table, Title
from safety_app.core.sheets import Cell as SheetCell
from safety_app.core.sheets import SheetColumn, SheetTable, workbook

SHAPES = {
    Light.COVERED: "●",
    Light.SOON: "▲",
    Light.EXPIRED: "■",
    Light.LACKING: "□",
    Light.NOT_NEEDED: NOTHING,
}
"""Shapes that differ in black print; the word stands beside them."""


@dataclass(frozen=True, slots=True)
class Stand:
    """A matrix on a day: of the hall or of a window; `note` says what is not known of the day."""

    matrix: Matrix
    about: str
    note: str = ""


def word_of(light: Light) -> str:
    """What a light is called."""
    return {
        Light.COVERED: _("Covered"),
        Light.SOON: _("Ends soon"),
        Light.EXPIRED: _("Expired"),
        Light.LACKING: _("Not yet passed"),
        Light.NOT_NEEDED: NOTHING,
    }[light]


def matrix_pdf(found: Stand, head: Head) -> bytes:
    """The paper in the current language, on landscape pages."""
    title = _("Who is covered by training")
    day = day_text(found.matrix.on, weekday=False, year=True)
    blocks: list[Block] = [
        Title(title, f"{head.unit}\n{'　'.join(filter(None, (found.about, day)))}"),
        *head.limits(),
        *([Note(found.note)] if found.note else []),
        *coverage_blocks(found.matrix.coverage),
        *matrix_blocks(found.matrix),
        signatures(_("Filled in by:"), _("Person in charge:")),
    ]
    return print_paper(
        blocks, head, title=title, number=f"FG-{found.matrix.on:%Y%m%d}", landscape=True
    )


def coverage_blocks(coverage: Coverage) -> list[Block]:
    """How many are covered, of how many who need it; of all courses and of each."""
    if not coverage.of:
        return [Paragraph(_("No course is required of anybody here."))]
    whole = _(
        "Of {of} people who need training {whole} have all they need: {rate}.",
        of=coverage.of, whole=coverage.whole, rate=rate(coverage.whole, coverage.of),
    )  # fmt: skip
    columns = (
        Column(_("Course"), 3.0),
        Column(_("People covered"), 1.0, "right"),
        Column(_("Who need it"), 1.0, "right"),
        Column(_("Share"), 1.0, "right"),
    )
    rows = tuple(
        (course_name(course), str(covered), str(of), rate(covered, of))
        for course, covered, of in coverage.courses
    )
    note = _(
        "Covered is who has a pass, dated within the interval before the day, that was still valid"
        " on it. Whoever needs a course only later is not counted."
    )
    return [Paragraph(whole), Table(columns, rows), Note(note)]


def matrix_blocks(found: Matrix) -> list[Block]:
    """People by courses, those who lack something first."""
    if not found.rows:
        return []
    columns = (
        Column(_("Name"), 1.3),
        Column(_("Staff number"), 1.0),
        *(Column(course_name(course), 1.5) for course in found.courses),
    )
    rows = tuple(
        (row.person.display_name, row.person.staff_no or NOTHING, *map(_cell, row.cells))
        for row in found.rows
    )
    legend = "；" if _(", ") == "、" else "; "
    lights = (Light.COVERED, Light.SOON, Light.EXPIRED, Light.LACKING)
    shapes = [f"{SHAPES[light]} {word_of(light)}" for light in lights]
    days = _("a day after “–” is the last one covered, any other that of the pass")
    note = Note(legend.join((*shapes, days)))
    return [Heading(_("Person by person")), Table(columns, rows), note]


def _cell(cell: Cell) -> str:
    if cell.light is Light.NOT_NEEDED:
        return NOTHING
    first = f"{SHAPES[cell.light]} {word_of(cell.light)}"
    if cell.light in (Light.COVERED, Light.SOON) and cell.until:
        return f"{first}\n{_('–{day}', day=cell.until.isoformat())}"
    return f"{first}\n{cell.last_on.isoformat()}" if cell.last_on else first


def matrix_xlsx(found: Stand, head: Head) -> bytes:
    """The same as a workbook: the coverage, and a line for each person and course."""
    matrix = found.matrix
    title = f"{_('Who is covered by training')} {matrix.on}"
    return workbook(
        [_coverage_sheet(matrix.coverage), _grid_sheet(matrix), _line_sheet(matrix)],
        title=title,
        created_at=head.as_of,
    )


def _coverage_sheet(coverage: Coverage) -> SheetTable:
    head = (
        SheetColumn(_("Course")),
        SheetColumn(_("People covered"), "number"),
        SheetColumn(_("Who need it"), "number"),
        SheetColumn(_("Share"), "percent"),
    )
    rows: list[Sequence[SheetCell]] = [
        (_("All courses"), coverage.whole, coverage.of, _share(coverage.whole, coverage.of))
    ]
    rows += [
        (course_name(course), covered, of, _share(covered, of))
        for course, covered, of in coverage.courses
    ]
    return SheetTable(_("Coverage"), head, rows)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _grid_sheet(matrix: Matrix) -> SheetTable:
    head = (
        SheetColumn(_("Name")),
        SheetColumn(_("Staff number")),
        *(SheetColumn(course_name(course)) for course in matrix.courses),
    )
    rows = [
        (row.person.display_name, row.person.staff_no, *(word_of(c.light) for c in row.cells))
        for row in matrix.rows
    ]
    return SheetTable(_("Person by person"), head, rows)


def _line_sheet(matrix: Matrix) -> SheetTable:
    head = (
        SheetColumn(_("Name")),
        SheetColumn(_("Staff number")),
        SheetColumn(_("Course")),
        SheetColumn(_("State")),
        SheetColumn(_("Passed last on"), "date"),
        SheetColumn(_("Covered until"), "date"),
    )
    return SheetTable(_("One by one"), head, [line for row in matrix.rows for line in _lines(
        row, matrix
    )])  # fmt: skip


def _lines(row: PersonRow, matrix: Matrix) -> list[Sequence[SheetCell]]:
    person = row.person
    return [
        (person.display_name, person.staff_no, course_name(course), word_of(cell.light),
         cell.last_on, cell.until)
        for cell, course in zip(row.cells, matrix.courses, strict=True)
        if cell.light is not Light.NOT_NEEDED
    ]  # fmt: skip
