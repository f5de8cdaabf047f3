"""Questions from a table: what it would make, everything that is wrong, and doing it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session

from drills.exams.bank import GENERAL, digest_of
from drills.exams.errors import (
    CodeUnknown,
    QuestionFault,
    QuestionTwice,
    RowTwice,
    TableFaulty,
)
from drills.exams.models import USUAL_POINTS, Kind, Question
from drills.exams.scoring import LETTERS
from drills.exams.service import columns, questions
from drills.exams.service.checking import Facts, faults, likeness, stored_options, tidy
from safety_app.core import files, journal
from safety_app.core.access import Actor
from safety_app.core.errors import AppError
from safety_app.core.i18n import N_, _
from safety_app.core.intake import Problem, Row, read_every
from safety_app.core.intake_errors import NoHeadings

UNSAID: Final = "？"
"""In place of a question that is missing, so that the rest of its row is looked at too."""


class Fate(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    BAD = "bad"


FATE_NAMES: Final[Mapping[str, str]] = {
    Fate.NEW: N_("New"),
    Fate.CHANGED: N_("Changed"),
    Fate.SAME: N_("In the bank already"),
    Fate.BAD: N_("Faulty"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it is understood; `question` is the one that the bank has already."""

    row: Row
    sheet: str
    facts: Facts | None
    fate: Fate
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What the table would make, and what is wrong with it."""

    lines: tuple[Line, ...]
    problems: tuple[Problem, ...]
    unknown: tuple[str, ...] = ()
    name: str = ""

    def count(self, fate: Fate) -> int:
        """How many rows have this fate."""
        return sum(line.fate is fate for line in self.lines)

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.count(Fate.NEW) or self.count(Fate.CHANGED))


@dataclass(frozen=True, slots=True)
class Imported:
    """What was done."""

    added: int
    changed: int
    left_out: int


@dataclass(slots=True)
class _Known:
    """The bank while the rows are gone through: a row is compared with those before it too."""

    by_code: dict[str, Question]
    by_text: dict[str, str]
    rows: dict[str, int] = field(default_factory=dict)


def plan_import(session: Session, actor: Actor, file_id: int) -> Plan:
    """Read the table that this person has handed in; nothing is written."""
    questions.require_keep(actor)
    (file,) = files.claim(session, actor, [file_id], kinds=files.TABLES, most=1)
    found = read_every(files.read(file), file.name, columns.COLUMNS)
    if not found:
        raise NoHeadings(names=_(", ").join(one.label for one in columns.FORM))
    bank = questions.bank_of(session, actor.site_id, inactive=True)
    known = _Known({one.code: one for one in bank}, {likeness(one.text): one.code for one in bank})
    lines: list[Line] = []
    problems: list[Problem] = []
    for intake in found:
        problems += intake.problems
        for row in intake.rows:
            line, wrong = _line(row, intake.sheet, known, is_bad=row.number in intake.bad_rows)
            lines.append(line)
            problems += wrong
    unknown = tuple(dict.fromkeys(one for intake in found for one in intake.unknown))
    order = {intake.sheet: at for at, intake in enumerate(found)}
    problems.sort(key=lambda one: (order.get(one.sheet, 0), one.row or 0))
    return Plan(tuple(lines), tuple(problems), unknown, file.name)


def import_questions(
    session: Session, actor: Actor, file_id: int, *, only_good: bool, now: datetime
) -> Imported:
    """Do what the plan says, as the bank is now; with faulty rows only if that was asked for."""
    journal.lock(session)
    plan = plan_import(session, actor, file_id)
    if plan.problems and not only_good:
        raise TableFaulty(n=len(plan.problems))
    new = [line.facts for line in plan.lines if line.fate is Fate.NEW and line.facts]
    questions.insert(session, actor, new, now=now)
    changed = 0
    for line in plan.lines:
        if line.fate is Fate.CHANGED and line.facts and line.question:
            questions.edit_question(session, actor, line.question.id, line.facts, now=now)
            changed += 1
    return Imported(len(new), changed, plan.count(Fate.BAD))


def _line(row: Row, sheet: str, known: _Known, *, is_bad: bool) -> tuple[Line, list[Problem]]:
    """A row with what is wrong with it beside what its cells said already."""
    if is_bad and not row.text("kind"):
        return Line(row, sheet, None, Fate.BAD), []
    facts, wrong = _facts(row)
    question = _question(row, known, wrong)
    if facts is not None:
        if not row.text("topic"):
            facts = _of_its_topic(facts, question or _alike(facts, known))
        if question is not None:
            facts = _kept(facts, question, row)
        wrong += list(faults(facts)) if not wrong else _more(facts, wrong)
        wrong += _twice(facts, question, known) if row.text("text") else ()
    problems = [Problem(one.message(), row.number, columns.column_of(one), sheet) for one in wrong]
    if problems or is_bad or facts is None:
        return Line(row, sheet, facts, Fate.BAD, question), problems
    known.rows.setdefault(likeness(facts.text), row.number)
    if question is None:
        question = _alike(facts, known)
    return Line(row, sheet, facts, _fate(facts, question), question), []


def _facts(row: Row) -> tuple[Facts | None, list[QuestionFault]]:
    """The question that a row asks."""
    wrong: list[QuestionFault] = []
    kind = Kind(row.text("kind"))
    right = ""
    try:
        right = columns.right_of(row.text("right"), kind)
    except QuestionFault as fault:
        wrong.append(fault)
    facts = Facts(
        topic=row.text("topic") or GENERAL,
        kind=kind,
        text=row.text("text") or UNSAID,
        options=_options(row, kind),
        right=right,
        points=_points(row, kind),
        text_en=row.text("text_en"),
        explanation=row.text("explanation"),
        explanation_en=row.text("explanation_en"),
        source=row.text("source"),
        source_en=row.text("source_en"),
    )
    try:
        return tidy(facts), wrong
    except AppError as problem:
        wrong.append(_CellWrong(problem))
        return None, wrong


class _CellWrong(QuestionFault):
    """What the rules of texts say of a cell."""

    def __init__(self, problem: AppError) -> None:
        super().__init__()
        self.problem = problem

    def message(self) -> str:
        """The sentence of the rule itself."""
        return self.problem.message()


def _options(row: Row, kind: Kind) -> tuple[tuple[str, str], ...]:
    """The options up to the last one; true or false may name its own two."""
    found = [(row.text(f"option_{one}"), row.text(f"option_{one}_en")) for one in LETTERS]
    while found and not found[-1][0]:
        found.pop()
    if kind is Kind.TRUE_FALSE and len(found) == 2:
        return ()
    return tuple(found)


def _points(row: Row, kind: Kind) -> int:
    said = row.text("points").removesuffix("分").strip()
    if not said:
        return USUAL_POINTS[kind]
    return int(said) if said.isascii() and said.isdigit() and len(said) < 4 else 0


def _question(row: Row, known: _Known, wrong: list[QuestionFault]) -> Question | None:
    code = row.text("code").upper()
    if not code:
        return None
    if code not in known.by_code:
        wrong.append(CodeUnknown(code=code[:20]))
        return None
    return known.by_code[code]


def _of_its_topic(facts: Facts, question: Question | None) -> Facts:
    """Without a word about it a question that is known stays with its topic."""
    return replace(facts, topic=question.topic) if question else facts


def _kept(facts: Facts, question: Question, row: Row) -> Facts:
    """What a table cannot say stays as it is; so do English words that it leaves out."""
    english = {
        name: getattr(facts, name) or getattr(question, name)
        for name in ("text_en", "explanation_en", "source_en")
    }
    options = facts.options
    if len(options) == len(question.options) and not any(en for _zh, en in options):
        pairs = zip(options, question.options, strict=True)
        options = tuple((zh, old[1] if zh == old[0] else "") for (zh, _en), old in pairs)
    return replace(
        facts, **english, options=options, photo_key=question.photo_key,
        course_id=question.course_id,
    )  # fmt: skip


def _more(facts: Facts, wrong: Sequence[QuestionFault]) -> list[QuestionFault]:
    """Faults of the whole question that do not only repeat what a cell has said already."""
    told = {one.column for one in wrong}
    return [one for one in faults(facts) if one.column not in told]


def _twice(facts: Facts, question: Question | None, known: _Known) -> Iterator[QuestionFault]:
    alike = likeness(facts.text)
    if alike in known.rows:
        yield RowTwice(row=known.rows[alike])
    twin = known.by_text.get(alike)
    if twin is None or (question is not None and twin == question.code):
        return
    if question is not None or _fate(facts, known.by_code[twin]) is not Fate.SAME:
        yield QuestionTwice(code=twin)


def _alike(facts: Facts, known: _Known) -> Question | None:
    """The question of the bank that asks the same, for a row without a code."""
    twin = known.by_text.get(likeness(facts.text))
    return known.by_code[twin] if twin else None


def _fate(facts: Facts, question: Question | None) -> Fate:
    if question is None:
        return Fate.NEW
    said = {name: getattr(facts, name) for name in Facts.__slots__ if name != "course_id"}
    said["options"] = stored_options(facts)
    return Fate.SAME if digest_of(said) == question.digest else Fate.CHANGED
