"""考核成绩登记表: who sat what in a time, how it went, with places to sign; exams and practical."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from drills.exams.documents.paper import NOTHING, Head, as_of, print_paper, signatures
from drills.exams.models import FORM_NAMES
from drills.exams.service.practical import PracticalRow
from drills.exams.service.results import Brief
from safety_app.core.i18n import _, bilingual, day_text, ngettext
from safety_app.core.pdf.blocks import (
    Block,
    Cell,
    Column,
    Heading,
    Note,
    Paragraph,
    Table,
    Title,
)
from safety_app.core.pdf.signatures import signed
from safety_app.core.sheets import Cell as SheetCell
from safety_app.core.sheets import SheetColumn, SheetTable, workbook


@dataclass(frozen=True, slots=True)
class ResultRecord:
    """The results of a time, of the hall or of one exam; `staff` gives number and unit by id."""

    head: Head
    about: str
    period: str
    number: str
    briefs: tuple[Brief, ...]
    practicals: tuple[PracticalRow, ...]
    staff: dict[int, tuple[str, str]]


def results_pdf(record: ResultRecord) -> bytes:
    """The paper in the current language, landscape for the place to sign."""
    title = _("Register of exam results")
    facts = (record.about, record.period, _("No. {number}", number=record.number))
    blocks: list[Block] = [
        Title(title, f"{record.head.unit}\n{'　'.join(filter(None, facts))}"),
        *record.head.limits(),
        *result_blocks(record),
        signatures(_("Entered by:"), _("Safety officer:"), _("Manager:"), seal=True),
    ]
    return print_paper(
        blocks, record.head, title=f"{title} {record.number}",
        foot=as_of(record.head, record.number), landscape=True,
    )  # fmt: skip


def result_blocks(record: ResultRecord) -> list[Block]:
    """The sums, every result, every practical test."""
    basis = Note(
        _("Basis: Work Safety Law, art. 28: the training file holds the results. Failed attempts"
          " are kept; who failed retakes the exam before taking up the post.")
    )  # fmt: skip
    if not record.briefs and not record.practicals:
        return [Paragraph(_("No exam was held in this time.")), basis]
    blocks: list[Block] = []
    if record.briefs:
        blocks += [Paragraph(_sum(record.briefs)), _table(record)]
    if record.practicals:
        blocks += [Heading(_("Practical tests")), _practical_table(record)]
    return [*blocks, basis]


def plain_blocks(briefs: Sequence[Brief], tests: Sequence[PracticalRow]) -> list[Block]:
    """The same among other papers, upright and without a place to sign."""
    blocks: list[Block] = []
    if briefs:
        blocks += [Paragraph(_sum(briefs)), _plain_results(briefs)]
    if tests:
        blocks += [Heading(_("Practical tests")), _plain_tests(tests)]
    return blocks


def _plain_results(briefs: Sequence[Brief]) -> Table:
    columns = (
        Column(_("Day"), 1.1), Column(_("Name"), 1.0), Column(_("Exam"), 2.0),
        Column(_("Form"), 0.8), Column(_("Score"), 0.9, "center"),
        Column(_("Outcome"), 0.9, "center"), Column(_("Number"), 1.3),
    )  # fmt: skip
    rows = tuple(
        (_short(one.held_on), one.person, one.exam, _(FORM_NAMES[one.form]), one.score,
         _outcome(one.passed), one.number)
        for one in briefs
    )  # fmt: skip
    return Table(columns, rows, first=3)


def _plain_tests(tests: Sequence[PracticalRow]) -> Table:
    columns = (
        Column(_("Day"), 1.1), Column(_("Name"), 1.0), Column(_("What is shown"), 1.8),
        Column(_("Points shown"), 0.9, "center"), Column(_("Outcome"), 0.9, "center"),
        Column(_("Assessor"), 1.0),
    )  # fmt: skip
    rows = tuple(
        (_short(one.held_on), one.person, one.title, f"{one.shown}/{one.total}",
         _outcome(one.passed), one.assessor)
        for one in tests
    )  # fmt: skip
    return Table(columns, rows, first=3)


def _sum(briefs: Sequence[Brief]) -> str:
    people = {one.user_id for one in briefs}
    passed = {one.user_id for one in briefs if one.passed}
    return _(
        "{attempts} by {people}; passed {n} of {m}, not passed in the end {left}.",
        attempts=ngettext("{n} attempt", "{n} attempts", len(briefs)),
        people=ngettext("{n} person", "{n} persons", len(people)),
        n=len(passed), m=len(people), left=len(people - passed),
    )  # fmt: skip


def _table(record: ResultRecord) -> Table:
    columns = (
        Column(_("No."), 0.5, "center"),
        Column(_("Day"), 1.1),
        Column(_("Name"), 1.0),
        Column(_("Staff number"), 0.9),
        Column(_("Unit"), 1.3),
        Column(_("Exam"), 1.9),
        Column(_("Form"), 0.8),
        Column(_("Score"), 0.9, "center"),
        Column(_("Outcome"), 0.9, "center"),
        Column(_("Remark"), 1.3),
        Column(_("Signature"), 1.2),
    )
    rows = tuple(_row(record, at, one) for at, one in enumerate(record.briefs, start=1))
    return Table(columns, rows, row_height=24)


def _row(record: ResultRecord, at: int, one: Brief) -> tuple[Cell, ...]:
    number, unit = record.staff.get(one.user_id, ("", ""))
    return (
        str(at), _short(one.held_on), one.person, number or NOTHING, unit or NOTHING, one.exam,
        _(FORM_NAMES[one.form]), one.score, _outcome(one.passed), _remark(one), "",
    )  # fmt: skip


def _remark(one: Brief) -> str:
    said = []
    if one.given_back:
        said.append(_("interrupted"))
    if one.late:
        said.append(_("late answers"))
    if one.assessor:
        said.append(_("assessor {name}", name=one.assessor))
    return _("; ").join(said)


def _practical_table(record: ResultRecord) -> Table:
    columns = (
        Column(_("Day"), 1.1),
        Column(_("Name"), 1.0),
        Column(_("What is shown"), 1.6),
        Column(_("Course"), 1.6),
        Column(_("Points shown"), 0.9, "center"),
        Column(_("Outcome"), 0.9, "center"),
        Column(_("Assessor\n(signature)"), 1.6, "center"),
        Column(_("Note"), 1.8),
    )
    rows = tuple(
        (
            _short(one.held_on), one.person, one.title, one.course, f"{one.shown}/{one.total}",
            _outcome(one.passed), signed(one.signature, one.assessor), one.note or NOTHING,
        )
        for one in record.practicals
    )  # fmt: skip
    return Table(columns, rows)


def _outcome(passed: bool) -> str:
    return _("Passed") if passed else _("Not passed")


def _short(day: date) -> str:
    return bilingual(day.isoformat(), day_text(day, weekday=False, year=True))


def results_xlsx(record: ResultRecord) -> bytes:
    """The same as a workbook."""
    exams = SheetTable(
        _("Results of exams"),
        (
            SheetColumn(_("Day"), "date"), SheetColumn(_("Number")), SheetColumn(_("Name")),
            SheetColumn(_("Staff number")), SheetColumn(_("Unit")), SheetColumn(_("Exam")),
            SheetColumn(_("Form")), SheetColumn(_("Score"), "number"),
            SheetColumn(_("Points in all"), "number"),
            SheetColumn(_("On a scale of 100"), "number"),
            SheetColumn(_("Outcome")), SheetColumn(_("Remark")),
        ),
        [_sheet_row(record, one) for one in record.briefs],
    )  # fmt: skip
    tests = SheetTable(
        _("Practical tests"),
        (
            SheetColumn(_("Day"), "date"), SheetColumn(_("Number")), SheetColumn(_("Name")),
            SheetColumn(_("What is shown")), SheetColumn(_("Course")),
            SheetColumn(_("Points shown")),
            SheetColumn(_("Outcome")), SheetColumn(_("Assessor")), SheetColumn(_("Note")),
        ),
        [
            (one.held_on, one.number, one.person, one.title, one.course,
             f"{one.shown}/{one.total}", _outcome(one.passed), one.assessor, one.note)
            for one in record.practicals
        ],
    )  # fmt: skip
    title = f"{_('Register of exam results')} {record.number}"
    return workbook([exams, tests], title=title, created_at=record.head.as_of)


def _sheet_row(record: ResultRecord, one: Brief) -> list[SheetCell]:
    number, unit = record.staff.get(one.user_id, ("", ""))
    return [
        one.held_on, one.number, one.person, number, unit, one.exam, _(FORM_NAMES[one.form]),
        one.halves / 2, one.out_of, one.percent, _outcome(one.passed), _remark(one),
    ]  # fmt: skip
