"""应急演练评估表: the points of a drill, what they come to, and what becomes of its problems."""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from drills import evaluation, grading
from drills.documents.paper import NOTHING, Head, head_of, print_paper
from drills.evaluation import Point, Result
from drills.models import FORM_NAMES, Drill, ProblemKind
from drills.service.problems import ProblemView
from safety_app.accounts import service as accounts
from safety_app.core import clock
from safety_app.core.i18n import _, bilingual, day_text, moment_text
from safety_app.core.pdf.blocks import Block, Column, Heading, Note, Paragraph, Table, Title
from safety_app.core.pdf.signatures import signed

FULL_MARK: Final = grading.FULL_MARK


def evaluation_pdf(session: Session, drill: Drill, found: Result, now: datetime) -> bytes:
    """The evaluation as a paper of its own, in the current language."""
    head = head_of(session, drill.site_id, now)
    title = _("Drill evaluation")
    name = bilingual(drill.title, drill.title_en)
    blocks: list[Block] = [
        Title(title, f"{head.unit}\n{name}　{_('No. {number}', number=drill.code)}"),
        *head.limits(),
        facts(session, drill, found, head),
        *evaluation_blocks(session, drill, found, head),
    ]
    return print_paper(blocks, head, title=title, number=drill.code)


def facts(session: Session, drill: Drill, found: Result, head: Head) -> Table:
    """What was evaluated, when and by whom."""
    names = accounts.names(session, [drill.commander_id])
    day = drill.held_on or drill.planned_on
    columns = (Column("", 1, is_name=True), Column("", 2.2)) * 2
    rows = (
        (_("Form"), _(FORM_NAMES[drill.form]), _("Held"), day_text(day, year=True)),
        (
            _("Place"), drill.place or NOTHING,
            _("Commander"), names.get(drill.commander_id or 0, NOTHING),
        ),
        (_("Evaluated by"), found.by, _("Evaluated on"),
         moment_text(found.at, head.timezone, year=True)),
    )  # fmt: skip
    return Table(columns, rows)


def evaluation_blocks(
    session: Session, drill: Drill, found: Result, head: Head, *, is_signed: bool = True
) -> list[Block]:
    """Result, points, problems and signature, to stand alone or in the report of the drill."""
    columns = (
        Column(_("No."), 0.6),
        Column(_("Rated point"), 3),
        Column(_("Score"), 0.7, "center"),
        Column(_("Last time"), 0.7, "center"),
        Column(_("Facts and what was lacking"), 3.6),
    )
    rows = tuple(_row(point, found) for point in found.items)
    blocks: list[Block] = [
        Heading(_("Result of the evaluation")),
        *(Paragraph(text) for text in result_lines(found)),
        Table(columns, rows, first=3),
        Note(_scale()),
        Heading(_("Problems and what becomes of them")),
        *problem_blocks(found.problems, head),
    ]
    return [*blocks, _signature(found, head)] if is_signed else blocks


def result_lines(found: Result) -> list[str]:
    """The result in whole sentences."""
    if found.percent is None:
        return [_("Nothing was rated.")]
    lines = [
        _(
            "{score} of {of} points in {n} items rated: {percent} %, {grade}.",
            score=found.score, of=found.out_of, n=found.outcome.rated, percent=found.percent,
            grade=found.grade_text,
        )
    ]  # fmt: skip
    lines += [found.why] if found.why else []
    if found.last and found.last.outcome.percent is not None:
        lines.append(_compared(found, found.last))
    if found.earlier:
        lines.append(_("An earlier evaluation was replaced by this one; both are kept."))
    return lines


def problem_blocks(problems: tuple[ProblemView, ...], head: Head) -> list[Block]:
    """Each problem with its owner, date and state."""
    if not problems:
        return [Paragraph(_("No problem was found."))]
    columns = (
        Column(_("Item"), 0.6),
        Column(_("Problem found"), 3),
        Column(_("Followed up as"), 1.7),
        Column(_("In charge"), 1),
        Column(_("By when"), 1.2),
        Column(_("State"), 1.3),
    )
    rows = tuple(
        (
            one.item_code or NOTHING,
            _what(one),
            _followed(one),
            one.owner or NOTHING,
            one.due_on.isoformat() if one.due_on else NOTHING,
            _state(one, head),
        )
        for one in problems
    )
    return [Table(columns, rows)]


def _what(one: ProblemView) -> str:
    """The problem without the name of the drill that its hazard begins with."""
    name, colon, words = one.what.partition(_(": "))
    return words if colon and one.kind is ProblemKind.HAZARD and "YL-" in name else one.what


def _followed(one: ProblemView) -> str:
    if one.kind is ProblemKind.HAZARD:
        return one.reference
    return _("Revise {plan}", plan=one.reference)


def points_text(points: int | None) -> str:
    """A score, or that it did not apply."""
    return _("n/a") if points is None else str(points)


def _compared(found: Result, last: evaluation.Last) -> str:
    day = day_text(last.held_on, weekday=False, year=True) if last.held_on else NOTHING
    changes = [one.change for one in found.items if one.change is not None]
    return _(
        "Last drill of this plan ({code}, {day}): {percent} %, {grade}; {up} items better,"
        " {down} worse, {same} the same.",
        code=last.code,
        day=day,
        percent=last.outcome.percent,
        grade=grading.grade_text(last.outcome.grade),
        up=sum(one > 0 for one in changes),
        down=sum(one < 0 for one in changes),
        same=sum(one == 0 for one in changes),
    )


def _row(point: Point, found: Result) -> tuple[str, ...]:
    item = point.said
    before = points_text(point.before) if found.last else NOTHING
    words = [point.known, item.reason, item.note]
    if item.hazard:
        words.append(item.hazard.number)
    elif item.is_task:
        words.append(_("plan to be revised"))
    return (
        item.code,
        item.text,
        points_text(item.points),
        before,
        _("; ").join(word for word in words if word),
    )


def _scale() -> str:
    scale = _("{n} is done in full, 3 done on the whole, 0 not done; n/a does not count.",
              n=FULL_MARK)  # fmt: skip
    rules = grading.rules()
    return f"{scale}\n{grading.borders_text(rules)}\n{_('Basis: {rules}', rules=rules.source)}"


def _state(one: ProblemView, head: Head) -> str:
    if one.closed_at is None:
        return one.status
    day = clock.local_day(one.closed_at, head.timezone).isoformat()
    return f"{one.status} {day}"


def _signature(found: Result, head: Head) -> Table:
    columns = (Column(_("Evaluated by (signature)"), 1, "center"),)
    when = moment_text(found.at, head.timezone, year=True)
    return Table(columns, ((signed(found.signature, f"{found.by}\n{when}"),),))
