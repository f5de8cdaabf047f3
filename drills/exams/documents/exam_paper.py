"""试卷: a drawn paper to be answered by hand, for each candidate, and its key."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from sqlalchemy.orm import Session

from drills.exams import scoring
from drills.exams.documents.paper import Head, print_paper
from drills.exams.models import KIND_NAMES, ExamPaper, Kind, Question
from drills.exams.service import lots
from drills.exams.service.definitions import Rules
from drills.exams.service.sitting import shown_options
from safety_app.accounts import service as accounts
from safety_app.core.i18n import _, bilingual, language, ngettext
from safety_app.core.pdf.blocks import (
    Block,
    Choices,
    Column,
    Heading,
    Note,
    PageBreak,
    Table,
    Title,
)
from safety_app.core.photo_errors import PhotoMissing
from safety_app.core.photos import PhotoStore
from safety_app.core.settings import settings

A_ROW: Final = 8
"""So many answers of the key stand beside each other."""
BOX_HEIGHT: Final = 26.0
GAP: Final = "\N{NO-BREAK SPACE}"
"""Between the brackets for the answer, which no line tears."""
NUMERALS: Final = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Whose copy it is; an empty one is filled in by hand."""

    name: str = ""
    staff_no: str = ""
    agency: str = ""


def candidates_of(session: Session, site_id: int, user_ids: Sequence[int]) -> list[Candidate]:
    """The people of the hall among these, for their copies."""
    found = {one.id: one for one in accounts.staffing(session, site_id, user_ids)}
    return [
        Candidate(found[one].display_name, found[one].staff_no, found[one].agency)
        for one in user_ids
        if one in found
    ]


def paper_pdf(
    session: Session, paper: ExamPaper, candidates: Sequence[Candidate], head: Head
) -> bytes:
    """A copy for each candidate, each beginning on a page of its own; without any an empty one."""
    questions = lots.questions_of(session, paper.questions)
    copies = candidates or [Candidate()]
    blocks: list[Block] = []
    for at, candidate in enumerate(copies):
        if at:
            blocks.append(PageBreak())
        blocks += _copy(paper, questions, candidate, head)
    return _print(paper, blocks, head, _("Exam paper"), copies=len(copies))


def key_pdf(session: Session, paper: ExamPaper, head: Head) -> bytes:
    """The right answers at a glance, then every question with its explanation."""
    questions = lots.questions_of(session, paper.questions)
    rules = Rules(**paper.rules)
    blocks: list[Block] = [
        Title(_("{exam}: key", exam=rules.name), _subtitle(paper, rules, head)),
        *head.limits(),
        _glance(paper, questions),
        *_questions(paper, questions, with_key=True),
    ]
    return _print(paper, blocks, head, _("Key of an exam paper"))


def _print(
    paper: ExamPaper, blocks: Sequence[Block], head: Head, title: str, *, copies: int = 1
) -> bytes:
    foot = _("Paper {number}, seed {seed}, bank {bank}",
             number=paper.number, seed=paper.seed, bank=paper.bank[:8])  # fmt: skip

    def label(page: int, pages: int) -> str:
        """Each copy counts its own pages, which are as many for all."""
        each = pages // copies if pages % copies == 0 else pages
        return _("Page {page} of {pages}", page=(page - 1) % each + 1, pages=each)

    return print_paper(blocks, head, title=f"{title} {paper.number}", foot=foot, page_label=label)


def _copy(
    paper: ExamPaper, questions: Sequence[Question], candidate: Candidate, head: Head
) -> list[Block]:
    rules = Rules(**paper.rules)
    return [
        Title(rules.name, _subtitle(paper, rules, head)),
        *head.limits(),
        _who(candidate),
        _marks(questions),
        Note(_how(rules)),
        *_questions(paper, questions, with_key=False),
    ]


def _subtitle(paper: ExamPaper, rules: Rules, head: Head) -> str:
    facts = (
        _("Full mark {n}", n=paper.out_of),
        _("Time {n} minutes", n=rules.minutes),
        _("Pass mark {needed}",
          needed=f"{scoring.needed(paper.out_of, rules.pass_percent):g}"),
        _("No. {number}", number=paper.number),
    )  # fmt: skip
    return f"{head.unit}\n{'　'.join(facts)}"


def _who(candidate: Candidate) -> Table:
    """The box at the top: who, and what it came to."""
    columns = (
        Column("", 0.8, is_name=True), Column("", 1.6), Column("", 0.8, is_name=True),
        Column("", 1.4), Column("", 0.8, is_name=True), Column("", 1.6),
    )  # fmt: skip
    rows = (
        (_("Name"), candidate.name, _("Staff number"), candidate.staff_no, _("Unit"),
         candidate.agency),
        (_("Date"), "", _("Signature"), "", _("Score"), ""),
    )  # fmt: skip
    return Table(columns, rows, row_height=BOX_HEIGHT, whole=True)


def _marks(questions: Sequence[Question]) -> Table:
    """Points part by part, filled in by who marks it."""
    kinds = [Kind(kind) for kind, _group in groupby(questions, key=lambda one: one.kind)]
    names = [
        f"{NUMERALS[at]}、{_(KIND_NAMES[kind])}" if language() == "zh_CN" else _(KIND_NAMES[kind])
        for at, kind in enumerate(kinds)
    ]
    columns = (
        Column(_("Kind of question"), 0.8, "center", is_name=True),
        *(Column(name, 1.2, "center") for name in names),
        Column(_("Total score"), 1, "center"),
        Column(_("Marked by"), 1.2, "center"),
    )
    return Table(
        columns, ((_("Score"), *("" for _name in names), "", ""),), row_height=BOX_HEIGHT,
        whole=True,
    )  # fmt: skip


def _how(rules: Rules) -> str:
    part = (
        _("An incomplete choice of several gives half of the points, a wrong one none.")
        if rules.gives_part_marks
        else _("Of several right answers all must be chosen, and no wrong one.")
    )
    how = _("Write the letter into the brackets; for true or false √ or ×.")
    return f"{how}{'' if language() == 'zh_CN' else ' '}{part}"


def _questions(
    paper: ExamPaper, questions: Sequence[Question], *, with_key: bool
) -> Iterator[Block]:
    """The parts, each with its heading; the questions numbered right through."""
    numbered = list(zip(range(1, len(questions) + 1), questions, paper.orders, strict=True))
    for at, (kind, group) in enumerate(groupby(numbered, key=lambda one: one[1].kind)):
        part = list(group)
        yield Heading(_part_name(at, Kind(kind), [one[1] for one in part]))
        for number, question, order in part:
            yield _question(number, question, order, with_key=with_key)


def _part_name(at: int, kind: Kind, questions: Sequence[Question]) -> str:
    total = sum(one.points for one in questions)
    each = {one.points for one in questions}
    facts = ngettext("{n} question", "{n} questions", len(questions))
    if len(each) == 1:
        points = ngettext("{n} point each", "{n} points each", each.pop())
        facts = _("{facts}, {points}", facts=facts, points=points)
    said = _("{kind} ({facts}, {total} in all)", kind=_(KIND_NAMES[kind]), facts=facts,
             total=ngettext("{n} point", "{n} points", total))  # fmt: skip
    return f"{NUMERALS[at]}、{said}" if language() == "zh_CN" else f"{at + 1}. {said}"


def _question(number: int, question: Question, order: str, *, with_key: bool) -> Choices:
    words = bilingual(question.text, question.text_en)
    right = right_as_shown(question, order) if with_key else ""
    blank = f"（{GAP}{right or GAP * 10}{GAP}）"
    if language() != "zh_CN":
        blank = f" ({GAP}{right or GAP * 6}{GAP})"
    answers: tuple[str, ...] = ()
    if question.kind != Kind.TRUE_FALSE:
        answers = _lettered(shown_options(question.options, order))
    why = _why(question) if with_key else ""
    return Choices(
        f"{number}. {words}{blank}", answers, (why,) if why else (), picture_of(question.photo_key)
    )


def _why(question: Question) -> str:
    """The explanation and what it rests on, in a row to save paper."""
    said = (
        bilingual(question.explanation, question.explanation_en),
        _basis(bilingual(question.source, question.source_en)),
    )
    return " ".join(filter(None, said))


def _basis(source: str) -> str:
    return _("Basis: {source}", source=source) if source else ""


def right_as_shown(question: Question, order: str) -> str:
    """The right letters in the order shown; of true or false √ or ×."""
    if question.kind == Kind.TRUE_FALSE:
        return "√" if question.right == "A" else "×"
    return scoring.letters_of(scoring.as_shown(scoring.mask_of(question.right), order))


def _lettered(options: Sequence[str]) -> tuple[str, ...]:
    pairs = zip(scoring.LETTERS, options, strict=False)
    return tuple(f"{letter}. {words}" for letter, words in pairs)


def _glance(paper: ExamPaper, questions: Sequence[Question]) -> Table:
    """Every right answer at a glance."""
    keys = [
        f"{number}. {right_as_shown(question, order)}"
        for number, (question, order) in enumerate(
            zip(questions, paper.orders, strict=True), start=1
        )
    ]
    keys += [""] * (-len(keys) % A_ROW)
    rows = tuple(tuple(keys[at : at + A_ROW]) for at in range(0, len(keys), A_ROW))
    return Table(tuple(Column("") for _n in range(A_ROW)), rows)


def picture_of(key: str) -> bytes | None:
    """The picture of a question; an empty one where its file is gone, so that it shows."""
    if not key:
        return None
    try:
        return PhotoStore(settings().photo_dir).read(key)
    except PhotoMissing:
        return b""
