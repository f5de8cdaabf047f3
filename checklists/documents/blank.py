"""Blank, numbered sheets for when there is no power: one page a task, to be filled in by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from checklists.documents.checks import second_title
from checklists.documents.paper import Head, head_of, print_paper
from checklists.models import Kind, Task, Template, TemplateItem, TemplatePart
from checklists.service import rights
from checklists.service.paper_forms import DAYS
from checklists.service.tasks import visible_to
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.i18n import _, bilingual, day_text, language, moment_text
from safety_app.core.pdf.blocks import (
    Block,
    Column,
    Note,
    PageBreak,
    SignatureLine,
    Signatures,
    Table,
    Title,
)
from safety_app.workplace import service as workplace

MOST: Final = 600
"""Pages in one file: a week of a hall of 24 windows."""
BOX: Final = "□"
MANY: Final = 7
"""So many points leave less room for problems on the one page."""
PROBLEM_ROWS, FEW_ROWS = 4, 3
PREFIXES: Final = {Kind.PATROL: "XC", Kind.CHECK: "JC"}


@dataclass(frozen=True, slots=True)
class Blank:
    """One sheet to be filled in."""

    number: str
    title: str
    kind: Kind
    countersigner: str
    part_name: str
    subject: str
    on: date
    opens_at: datetime
    due_at: datetime
    closes_at: datetime
    items: tuple[tuple[str, str], ...]


def of_task(session: Session, actor: Actor, task_id: int) -> list[Blank]:
    """The sheet of one task that the actor may see; raises `NotFound`."""
    task = rights.get_task(session, actor, task_id)
    return _blanks(session, actor, task.due_on, task.due_on, [Task.id == task_id])


def of_days(
    session: Session,
    actor: Actor,
    first: date,
    last: date,
    *,
    window_id: int | None = None,
    location_id: int | None = None,
) -> list[Blank]:
    """The patrols of some days, of one place or of all that the actor may see."""
    where = [Template.kind == Kind.PATROL, visible_to(session, actor, first, last)]
    if window_id is not None:
        where.append(Task.window_id == window_id)
    if location_id is not None:
        where += [Task.window_id.is_(None), Task.location_id == location_id]
    return _blanks(session, actor, first, last, where)


def blank_pdf(session: Session, site_id: int, blanks: Sequence[Blank], *, now: datetime) -> bytes:
    """All sheets in one file, each on a page of its own."""
    head = head_of(session, site_id, now)
    blocks: list[Block] = []
    for blank in blanks:
        if blocks:
            blocks.append(PageBreak())
        blocks += sheet_blocks(head, blank)
    footer = _("Printed {moment}", moment=head.as_of)
    return print_paper(blocks, head, title=_("Blank sheets"), footer=footer)


def sheet_blocks(head: Head, blank: Blank) -> list[Block]:
    """One sheet: what, where, when, the points with boxes, room for problems, two signatures."""
    gap = "　"
    facts = (blank.subject, day_text(blank.on, year=True), _("No. {number}", number=blank.number))
    return [
        Title(f"{blank.title} · {blank.part_name}", f"{head.unit}\n{gap.join(facts)}"),
        _times(head, blank),
        _points(blank),
        _problems(blank),
        Note(_rule(blank)),
        _signatures(blank),
    ]


def sheet_numbers(session: Session, site_id: int, first: date, last: date) -> dict[int, int]:
    """By task, which of the sheets it is that its place owes on its day."""
    nth = func.row_number().over(
        partition_by=(Task.due_on, Task.window_id, Task.location_id),
        order_by=(Task.opens_at, Task.id),
    )
    query = select(Task.id, nth).where(Task.site_id == site_id, Task.due_on.between(first, last))
    return dict(session.execute(query).all())


def sheet_number(kind: Kind, on: date, code: str, nth: int) -> str:
    """The number of a sheet, as it is printed on the blank one."""
    return f"{PREFIXES[kind]}-{on:%Y%m%d}-{code}-{nth}"


def _blanks(
    session: Session, actor: Actor, first: date, last: date, where: Sequence[ColumnElement[bool]]
) -> list[Blank]:
    rows = session.execute(
        select(
            Task,
            TemplatePart.name,
            TemplatePart.name_en,
            Template.title,
            Template.title_en,
            Template.kind,
            Template.countersigner,
        )
        .join(TemplatePart, TemplatePart.id == Task.part_id)
        .join(Template, Template.id == TemplatePart.template_id)
        .where(Task.site_id == actor.site_id, Task.due_on.between(first, last), *where)
        .order_by(Task.due_on, Task.window_id.is_(None), Task.window_id, Task.opens_at, Task.id)
        .limit(MOST)
    ).all()
    if not rows:
        return []
    items = _items(session, {row.Task.part_id for row in rows})
    codes = {
        one.id: one.code for one in workplace.list_windows(session, actor.site_id, active=False)
    }
    numbers = sheet_numbers(session, actor.site_id, first, last)
    windows = workplace.window_names(session, actor.site_id)
    locations = workplace.location_names(session, actor.site_id)
    return [_blank(row, numbers, items, codes, windows, locations) for row in rows]


def _blank(
    row: Any,
    numbers: dict[int, int],
    items: dict[int, tuple[tuple[str, str], ...]],
    codes: dict[int, str],
    windows: dict[int, str],
    locations: dict[int, str],
) -> Blank:
    task: Task = row.Task
    kind = Kind(row.kind)
    code = codes.get(task.window_id or 0) or location_code(task.location_id)
    return Blank(
        number=sheet_number(kind, task.due_on, code, numbers.get(task.id, 1)),
        title=bilingual(row.title, row.title_en),
        kind=kind,
        countersigner=row.countersigner,
        part_name=bilingual(row.name, row.name_en),
        subject=windows.get(task.window_id or 0) or locations.get(task.location_id or 0, ""),
        on=task.due_on,
        opens_at=task.opens_at,
        due_at=task.due_at,
        closes_at=task.closes_at,
        items=items.get(task.part_id, ()),
    )


def location_code(location_id: int | None) -> str:
    """What stands for a common area in numbers of papers."""
    return f"G{location_id or 0:02}"


def _items(session: Session, part_ids: set[int]) -> dict[int, tuple[tuple[str, str], ...]]:
    found: dict[int, tuple[tuple[str, str], ...]] = {}
    query = select(TemplateItem).where(TemplateItem.part_id.in_(part_ids))
    for item in session.scalars(query.order_by(TemplateItem.position)):
        line = (item.code, bilingual(item.text, item.text_en))
        found[item.part_id] = (*found.get(item.part_id, ()), line)
    return found


def _times(head: Head, blank: Blank) -> Table:
    zone = clock.zone(head.timezone)
    due = blank.due_at.astimezone(zone)
    opens, closes = blank.opens_at.astimezone(zone), blank.closes_at.astimezone(zone)
    if opens.date() == closes.date():
        when = f"{opens:%H:%M}–{due:%H:%M}"
        until = f"{closes:%H:%M}"
    else:
        when = f"{day_text(opens.date(), weekday=False)}–{day_text(due.date(), weekday=False)}"
        until = moment_text(blank.closes_at, head.timezone)
    names = [Column("", 1, is_name=True), Column("", 2)] * 2
    rows = (
        (_("Time due"), when, _("Closes at"), until),
        (_("Walked at"), "", _("Walked along"), ""),
    )
    return Table(tuple(names), rows, row_height=26)


def _points(blank: Blank) -> Table:
    words = (
        (_("Pass"), _("Fail"), _("Not applicable"))
        if blank.kind is Kind.CHECK
        else (_("OK"), _("Problem"), _("N/A"))
    )
    boxes = "  ".join(f"{BOX}{word}" for word in words)
    columns = (Column(_("No."), 0.6), Column(_("Point"), 3.6), Column(_("Answer"), 2.4, "center"))
    rows = tuple((code, text, boxes) for code, text in blank.items)
    return Table(columns, rows, row_height=24 if len(rows) < MANY else 0)


def _problems(blank: Blank) -> Table:
    words = (_("corrected on the spot"), _("hazard"))
    boxes = "  ".join(f"{BOX}{word}" for word in words)
    columns = (
        Column(_("No."), 0.6),
        Column(_("Problem found, where, and reason if not applicable"), 3.6),
        Column(_("Handling"), 2.4, "center"),
    )
    count = PROBLEM_ROWS if len(blank.items) < MANY else FEW_ROWS
    return Table(columns, (("", "", boxes),) * count, row_height=28)


def _rule(blank: Blank) -> str:
    return _(
        "For times without power or network. Fill it in on the spot and sign it at once; then"
        " photograph it and hand it in within {days} days. Once confirmed it counts apart, never as"
        " done in time. Report hazards noted here by hand as soon as possible; an urgent one by"
        " telephone at once.",
        days=DAYS,
    )


def _signatures(blank: Blank) -> Signatures:
    first = _("Inspector (signature)") if blank.kind is Kind.CHECK else _("Patroller (signature)")
    is_check = blank.kind is Kind.CHECK
    last = second_title(blank.countersigner) if is_check else _("Supervisor (signature)")
    units = tuple(_("year month day").split()) if language() == "zh_CN" else ()
    return Signatures((SignatureLine(f"{first}:"), SignatureLine(f"{last}:")), _("Date:"), units)
