"""Workbooks of questions: the bank as it is, the form to fill in, the faulty rows to correct."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from drills.exams.bank import GENERAL, topic_name, topics
from drills.exams.models import KIND_NAMES, Kind, Question
from drills.exams.scoring import LETTERS
from drills.exams.service import columns, importing, questions
from safety_app.core.access import Actor
from safety_app.core.i18n import _, bilingual
from safety_app.core.sheets import Cell, SheetColumn, SheetTable, workbook


def bank_xlsx(session: Session, actor: Actor, *, now: datetime) -> bytes:
    """All questions in force, as they can be changed and imported again."""
    questions.require_keep(actor)
    bank = questions.bank_of(session, actor.site_id, inactive=True)
    head = [SheetColumn(one.label, _kind(one.key)) for one in columns.COLUMNS]
    head.append(SheetColumn(_("In use")))
    rows = [[*_row(_cells(one)), _("yes") if one.is_active else _("no")] for one in bank]
    table = SheetTable(_("Question bank"), tuple(head), rows)
    return workbook([table], title=_("Question bank"), created_at=now)


def form_xlsx(actor: Actor, *, now: datetime) -> bytes:
    """The form in the current language, with an example of each kind and how to fill it in."""
    questions.require_keep(actor)
    head = tuple(SheetColumn(one.label, _kind(one.key)) for one in columns.COLUMNS)
    form = SheetTable(_("Questions of exams"), head, [_row(one) for one in _examples()])
    hints = SheetTable(
        _("How to fill in"), (SheetColumn(_("How to fill in")),), [[one] for one in _hints()]
    )
    return workbook([form, hints], title=_("Questions of exams"), created_at=now)


def faults_xlsx(session: Session, actor: Actor, file_id: int, *, now: datetime) -> bytes:
    """The faulty rows as they were understood, each with all that is wrong."""
    plan = importing.plan_import(session, actor, file_id)
    told: dict[tuple[str, int | None], list[str]] = {}
    for one in plan.problems:
        said = _("{what}: {value}", what=one.column, value=one.text) if one.column else one.text
        told.setdefault((one.sheet, one.row), []).append(said)
    head = (
        SheetColumn(_("Fault")),
        SheetColumn(_("Row"), "number"),
        *(SheetColumn(one.label) for one in columns.COLUMNS),
    )
    rows: list[Sequence[Cell]] = []
    for line in plan.lines:
        wrong = told.get((line.sheet, line.row.number))
        if wrong:
            cells = [_said(line.row.text(one.key), one.key) for one in columns.COLUMNS]
            rows.append(["\n".join(wrong), line.row.number, *cells])
    return workbook(
        [SheetTable(_("Faulty rows"), head, rows)], title=_("Faulty rows"), created_at=now
    )


def _said(cell: str, key: str) -> str:
    return _(KIND_NAMES[Kind(cell)]) if key == "kind" and cell else cell


def _kind(key: str) -> Any:
    return "number" if key == "points" else "text"


def _row(said: Mapping[str, Cell]) -> list[Cell]:
    return [said.get(one.key, "") for one in columns.COLUMNS]


def _cells(question: Question) -> dict[str, Cell]:
    """A question by column."""
    is_statement = question.kind == Kind.TRUE_FALSE
    right = question.right
    if is_statement:
        right = "√" if question.right == "A" else "×"
    said: dict[str, Cell] = {
        "text": question.text, "kind": _(KIND_NAMES[Kind(question.kind)]), "right": right,
        "topic": topic_name(question.topic), "points": question.points,
        "explanation": question.explanation, "source": question.source, "code": question.code,
        "text_en": question.text_en, "explanation_en": question.explanation_en,
        "source_en": question.source_en,
    }  # fmt: skip
    if not is_statement:
        for letter, (chinese, english) in zip(LETTERS, question.options, strict=False):
            said[f"option_{letter}"], said[f"option_{letter}_en"] = chinese, english
    return said


def _examples() -> list[dict[str, Cell]]:
    topic = topic_name("patrol")
    return [
        {
            "text": _("Example: how often do staff patrol their work area?"),
            "kind": _(KIND_NAMES[Kind.SINGLE]), "option_A": _("Every day"),
            "option_B": _("Every week"), "option_C": _("Every month"), "right": "A",
            "topic": topic, "points": 2,
        },
        {
            "text": _("Example: which belong to the patrol after closing?"),
            "kind": _(KIND_NAMES[Kind.MULTIPLE]), "option_A": _("Power off"),
            "option_B": _("No embers left"), "option_C": _("Nobody left behind"),
            "option_D": _("Welcome the visitors"), "right": "ABC", "topic": topic, "points": 4,
        },
        {
            "text": _("Example: the records of a patrol may be filled in later."),
            "kind": _(KIND_NAMES[Kind.TRUE_FALSE]), "right": "×", "topic": topic, "points": 2,
        },
    ]  # fmt: skip


def _hints() -> list[str]:
    names = _(", ").join(bilingual(*pair) for pair in topics().values())
    return [
        _("One row a question. Columns may be left out, renamed as usual or put in another order;"
          " needed are the question, its kind and right answer."),
        _("Rows that begin with “Example” are not imported; they may stay or go."),
        _("Kind: single choice, multiple choice, or true or false."),
        _("Options: from A on without a gap, two to six; true or false needs none."),
        _("Right answer: a letter, or several such as ABD; of true or false √ or ×, or the words"
          " for them."),
        _("Topics that are there: {names}. Another word makes a topic of the hall's own; left empty"
          " it is “{general}”.", names=names, general=topic_name(GENERAL)),
        _("Points may be left empty: 2, of a multiple choice 4."),
        _("Code: only to change a question that is in the bank; download the bank to have them."),
        _("Importing the same table again adds nothing twice. A question that was drawn before is"
          " not changed: a new version follows, and past results stay explained."),
    ]  # fmt: skip
