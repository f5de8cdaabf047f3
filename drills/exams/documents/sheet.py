"""个人答卷: what somebody answered, question by question, for the training file."""

from collections.abc import Sequence

from drills.exams import scoring
from drills.exams.documents.exam_paper import picture_of
from drills.exams.documents.paper import NOTHING, Head, as_of, print_paper, signatures
from drills.exams.models import FORM_NAMES, KIND_NAMES, Kind
from drills.exams.service.results import Line, Outcome
from drills.exams.service.showing import remarks_of
from safety_app.core.i18n import _, day_text, moment_text
from safety_app.core.pdf.blocks import Block, Choices, Column, Heading, Note, Table, Title


def sheet_pdf(found: Outcome, head: Head) -> bytes:
    """The paper in the current language."""
    brief = found.brief
    title = _("Answer sheet of an exam")
    blocks: list[Block] = [
        Title(title, f"{head.unit}\n{brief.exam}　{_('No. {number}', number=brief.number)}"),
        *head.limits(),
        _facts(found, head),
        *(Note(one) for one in _remarks(found)),
        *_lines(found.lines),
        signatures(_("Candidate:"), _("Assessor:") if brief.assessor else _("Safety officer:")),
    ]
    return print_paper(
        blocks, head, title=f"{title} {brief.number}", foot=as_of(head, brief.number)
    )


def _facts(found: Outcome, head: Head) -> Table:
    brief = found.brief
    times = NOTHING
    if brief.started_at and brief.submitted_at:
        begun = moment_text(brief.started_at, head.timezone, year=True)
        times = _("{begun} to {ended}", begun=begun,
                  ended=moment_text(brief.submitted_at, head.timezone))  # fmt: skip
    outcome = _("Passed") if brief.passed else _("Not passed")
    if brief.struck:
        outcome = _("Struck: {reason}", reason=brief.struck)
    rows = (
        (_("Candidate"), brief.person, _("Held on"), day_text(brief.held_on, year=True)),
        (_("Form of the exam"), _(FORM_NAMES[brief.form]), _("Time"), times),
        (_("Score"), brief.score, _("Passed from"),
         _("{score} points",
           score=f"{scoring.needed(brief.out_of, brief.pass_percent):g}")),
        (_("Outcome"), outcome, _("On a scale of 100"), f"{brief.percent:g}"),
        (_("Assessor"), brief.assessor or NOTHING, _("Seed of the paper"),
         str(found.attempt.seed or NOTHING)),
    )  # fmt: skip
    columns = (
        Column("", 1, is_name=True), Column("", 2), Column("", 1, is_name=True), Column("", 2),
    )  # fmt: skip
    return Table(columns, rows, whole=True)


def _remarks(found: Outcome) -> list[str]:
    """What was out of the ordinary, the note, and how the candidate signed in."""
    said = remarks_of(found)
    if found.brief.note:
        said.append(_("Note: {words}", words=found.brief.note))
    if found.lines:
        said.append(_("The candidate signed in with the own password or six-digit code; the journal"
                      " holds the hash of the answers."))  # fmt: skip
    return said


def _lines(lines: Sequence[Line]) -> list[Block]:
    if not lines:
        return []
    right = sum(one.is_right for one in lines)
    blocks: list[Block] = [
        Heading(_("Answers ({n} of {m} right)", n=right, m=len(lines))),
    ]
    return blocks + [_line(one) for one in lines]


def _line(one: Line) -> Choices:
    """Question and options with marks: what was chosen, what is right."""
    mark = "√" if one.is_right else "×"
    chosen, right = _said(one, one.chosen), _said(one, one.right)
    result = _("{mark} answered {chosen}, right {right}, {got} of {points} points",
               mark=mark, chosen=chosen or NOTHING, right=right, got=one.got,
               points=one.points)  # fmt: skip
    options = tuple(f"{each.letter}. {each.text}" for each in one.options)
    if one.kind == Kind.TRUE_FALSE:
        options = ()
    kind = _(KIND_NAMES[Kind(one.kind)])
    return Choices(
        f"{one.number}. [{kind}] {one.text}", options, (result,), picture_of(one.photo_key)
    )


def _said(one: Line, letters: str) -> str:
    """Letters, or for true or false the sign."""
    if one.kind != Kind.TRUE_FALSE or not letters:
        return letters
    return "√" if letters == "A" else "×"
