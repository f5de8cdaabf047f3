"""防火检查记录: the checks of a window or common area, each with its points and both signatures.

The contents follow MPS Order 61, art. 26, and GB/T 40248, annex B: what a patrol record says, and
how far what was found is rectified; signed by the inspector and by who answers for the unit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists.documents.paper import (
    NOTHING,
    Head,
    hazard_text,
    head_of,
    patroller,
    print_paper,
    second,
)
from checklists.documents.wording import state_text
from checklists.models import MISSED_REASON_NAMES, Answer, Kind, TemplateItem
from checklists.record import Line, Place, lines
from checklists.recurrence import State, state_name
from checklists.service.reading import Told
from safety_app.core import clock
from safety_app.core.access import Role
from safety_app.core.i18n import N_, _, bilingual, day_text, moment_text, ngettext
from safety_app.core.pdf.blocks import Block, Column, Heading, Note, PageBreak, Table, Title
from safety_app.core.sheets import SheetColumn, SheetTable, workbook

RESULTS: Final = {
    Answer.PASS: N_("Pass"),
    Answer.FAIL: N_("Fail"),
    Answer.NOT_APPLICABLE: N_("Not applicable"),
}
Items = Mapping[int, Sequence[TemplateItem]]


@dataclass(frozen=True, slots=True)
class Checks:
    """The checks of a place that were due in a period."""

    head: Head
    place: Place
    number: str
    period: str
    lines: tuple[Line, ...]
    items: Items


def gather(
    session: Session,
    site_id: int,
    place: Place,
    *,
    first: date,
    last: date,
    now: datetime,
    number: str = "",
    period: str = "",
) -> Checks:
    """The checks due on these days as they stand at `now`."""
    head = head_of(session, site_id, now)
    found = lines(session, site_id, place, first=first, last=last, kind=Kind.CHECK, now=head.now)
    return Checks(head, place, number, period, tuple(found), _items(session, found))


def of_year(session: Session, site_id: int, place: Place, year: int, *, now: datetime) -> Checks:
    """The checks of a calendar year."""
    return gather(
        session, site_id, place, first=date(year, 1, 1), last=date(year, 12, 31), now=now,
        number=f"JC-{place.code}-{year}", period=_("Year {year}", year=year),
    )  # fmt: skip


def checks_pdf(checks: Checks) -> bytes:
    """The list of checks, then each one that was done on a page of its own."""
    title = _("Fire check record")
    gap = "　"
    facts = (checks.place.name, checks.period, _("No. {number}", number=checks.number))
    blocks: list[Block] = [
        Title(title, f"{checks.head.unit}\n{gap.join(facts)}"),
        *checks.head.limits(),
        *list_blocks(checks),
    ]
    for line in checks.lines:
        if line.is_walked:
            blocks += [PageBreak(), *check_blocks(checks, line)]
    footer = _("As of {moment}    {number}", moment=checks.head.as_of, number=checks.number)
    return print_paper(blocks, checks.head, title=f"{title} {checks.number}", footer=footer)


def list_blocks(checks: Checks) -> list[Block]:
    """Which checks were due, and how each stands."""
    if not checks.lines:
        return [Note(_("No check was due here in this period."))]
    columns = (
        Column(_("Check"), 2.2),
        Column(_("Due by"), 1.5),
        Column(_("Checked at"), 1.5),
        Column(_("Inspector"), 1.2),
        Column(_("Second signature"), 1.5),
        Column(_("Problems"), 0.8, "right"),
    )
    rows = tuple(_list_row(checks, line) for line in checks.lines)
    return [Table(columns, rows)]


def check_blocks(checks: Checks, line: Line) -> list[Block]:
    """One check: who, when, each point with its result and what was done, both signatures."""
    timezone = checks.head.timezone
    done = moment_text(line.submitted_at, timezone, year=True) if line.submitted_at else NOTHING
    facts = Table(
        (
            Column("", 1, is_name=True),
            Column("", 2.2),
            Column("", 1, is_name=True),
            Column("", 2.2),
        ),
        (
            (_("Place inspected"), checks.place.name, _("Checked at"), done),
            (
                _("Due by"),
                day_text(line.on, year=True),
                _("Result"),
                _problems(len([one for one in line.told if one.is_failed])),
            ),
        ),
    )
    signatures = Table(
        (
            Column(_("Inspector (signature)"), 1, "center"),
            Column(second_title(line.countersigner), 1, "center"),
        ),
        ((patroller(line, timezone), second(line, timezone)),),
        note=_("Remark: {words}", words=line.second.remark)
        if line.second and line.second.remark
        else "",
    )
    return [Heading(line.title), facts, _points(checks, line), signatures]


def _problems(n: int) -> str:
    return ngettext("{n} problem", "{n} problems", n) if n else _("No problem found")


def second_title(countersigner: str) -> str:
    """Who signs beside the inspector: the head inspected, unless the head is the inspector."""
    if countersigner == Role.LEAD:
        return _("Head of the unit inspected (signature)")
    return _("Reviewed by (signature)")


def checks_xlsx(checks: Checks) -> bytes:
    """One sheet of all checks, one of all points."""
    title = f"{_('Fire check record')} {checks.number}"
    heads = (
        SheetColumn(_("Check")),
        SheetColumn(_("Due by"), "date"),
        SheetColumn(_("State")),
        SheetColumn(_("Checked at"), "moment"),
        SheetColumn(_("Inspector")),
        SheetColumn(_("Countersigned by")),
        SheetColumn(_("Countersigned at"), "moment"),
    )
    rows = [
        (
            line.title,
            line.on,
            _state(line),
            _local(line.submitted_at, checks),
            line.patroller,
            line.second.name if line.second else "",
            _local(line.second.at if line.second else None, checks),
        )
        for line in checks.lines
    ]
    point_heads = (
        SheetColumn(_("Check")),
        SheetColumn(_("Checked at"), "moment"),
        SheetColumn(_("Item no.")),
        SheetColumn(_("Point")),
        SheetColumn(_("Result")),
        SheetColumn(_("Problem and rectification")),
    )
    points = [
        (line.title, _local(line.submitted_at, checks), *row)
        for line in checks.lines
        if line.is_walked
        for row in _point_rows(checks, line)
    ]
    tables = [
        SheetTable(_("Fire checks"), heads, rows),
        SheetTable(_("Points"), point_heads, points),
    ]
    return workbook(tables, title=title, created_at=checks.head.now)


def _items(session: Session, found: Sequence[Line]) -> Items:
    parts = {line.part_id for line in found}
    items: dict[int, list[TemplateItem]] = {}
    query = select(TemplateItem).where(TemplateItem.part_id.in_(parts))
    for item in session.scalars(query.order_by(TemplateItem.position)):
        items.setdefault(item.part_id, []).append(item)
    return items


def _list_row(checks: Checks, line: Line) -> tuple[str, ...]:
    timezone = checks.head.timezone
    due = day_text(line.on, weekday=False, year=True)
    if line.submitted_at is None:
        reason = _(MISSED_REASON_NAMES.get(line.missed_reason, line.missed_reason))
        if line.paper:
            return (
                line.title,
                due,
                _state(line),
                line.paper.walked_by,
                line.paper.confirmed_by,
                NOTHING,
            )
        return (line.title, due, _state(line), reason or NOTHING, NOTHING, NOTHING)
    by = line.second
    return (
        line.title,
        due,
        moment_text(line.submitted_at, timezone),
        line.patroller,
        f"{by.name} {moment_text(by.at, timezone)}" if by else _("not countersigned"),
        str(sum(one.is_failed for one in line.told)),
    )


def _state(line: Line) -> str:
    if line.state is State.MISSED:
        return _(state_name(line.state, Kind.CHECK))
    return state_text(line)


def _points(checks: Checks, line: Line) -> Table:
    columns = (
        Column(_("No."), 0.6),
        Column(_("Point"), 3),
        Column(_("Result"), 0.8, "center"),
        Column(_("Problem and rectification"), 3),
    )
    return Table(columns, tuple(_point_rows(checks, line)))


def _point_rows(checks: Checks, line: Line) -> list[tuple[str, ...]]:
    told = {one.code: one for one in line.told if one.code}
    rows: list[tuple[str, ...]] = []
    for item in checks.items.get(line.part_id, ()):
        answer = line.answers[item.position] if item.position < len(line.answers) else Answer.NONE
        result = _(RESULTS[Answer(answer)]) if answer in RESULTS else NOTHING
        words = _problem(told[item.code], checks) if item.code in told else ""
        rows.append((item.code, bilingual(item.text, item.text_en), result, words))
    others = [one for one in line.told if not one.code]
    rows += [
        (NOTHING, one.problem, _(RESULTS[Answer.FAIL]), _problem(one, checks)) for one in others
    ]
    return rows


def _problem(one: Told, checks: Checks) -> str:
    facts = [one.reason, one.disposal, one.note]
    if one.is_failed and one.code:
        facts.insert(0, one.problem)
    if one.hazard:
        facts.append(hazard_text(one.hazard, checks.head.timezone))
    return _("; ").join(fact for fact in facts if fact)


def _local(moment: datetime | None, checks: Checks) -> datetime | None:
    return moment.astimezone(clock.zone(checks.head.timezone)) if moment else None
