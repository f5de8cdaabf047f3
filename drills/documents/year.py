"""年度演练计划 and the list of a year's drills, each on paper and as a table."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from drills.documents.paper import NOTHING, head_of, print_paper, signatures
from drills.grading import GRADE_NAMES, Grade
from drills.models import CONTENT_NAMES, FORM_NAMES, STATUS_NAMES, Status
from drills.rhythm import STATE_NAMES, Duty
from drills.service import listing, tried, years
from drills.service.listing import DrillRow
from drills.service.years import Year
from drills.shortfalls import entered_since, shortfalls
from safety_app.accounts import service as accounts
from safety_app.core import clock
from safety_app.core.i18n import _, day_text
from safety_app.core.pdf.blocks import (
    Block,
    Column,
    Heading,
    Note,
    Paragraph,
    Table,
    Title,
)
from safety_app.core.sheets import SheetColumn, SheetTable, workbook
from safety_app.workplace import service as workplace


def plan_pdf(session: Session, site_id: int, year: int, now: datetime) -> bytes:
    """The plan of a year: what must be drilled, and what is planned for it."""
    head = head_of(session, site_id, now)
    found = years.year_of(session, site_id, year, years.just_after(now))
    title = _("Drill plan of {year}", year=year)
    rows = listing.rows(session, site_id, found, now)
    live = [row for row in _of_year(rows, year) if row.status is not Status.CANCELLED]
    blocks: list[Block] = [
        Title(title, head.unit),
        *head.limits(),
        Heading(_("What must be drilled")),
        duty_table(found.duties, _before(session, site_id, year, now)),
        Note(how_counted()),
        Heading(_("On the plan")),
        *_planned(session, site_id, found, live),
        *_put_off(found),
        *_missing(session, site_id, found, rows, now),
        *_entered_since(session, site_id, found),
        signatures(_("Drawn up by"), _("Checked by"), _("Person in charge of the unit")),
    ]
    return print_paper(blocks, head, title=title, landscape=True)


def plan_xlsx(session: Session, site_id: int, year: int, now: datetime) -> bytes:
    """The same as a workbook of two sheets."""
    found = years.year_of(session, site_id, year, years.just_after(now))
    rows = _of_year(listing.rows(session, site_id, found, now), year)
    duties = SheetTable(
        _("What must be drilled"),
        (
            SheetColumn(_("Required drill")),
            SheetColumn(_("Basis of the rule")),
            SheetColumn(_("Period of the drill")),
            SheetColumn(_("Due day"), "date"),
            *map(SheetColumn, (_("State of the duty"), _("Drill"))),
        ),
        [
            (_what(one), one.rule.display_source, one.period.name, one.period.due,
             _(STATE_NAMES[one.state]), one.code)
            for one in found.duties
        ],
    )  # fmt: skip
    return workbook(
        [duties, record_sheet(rows)], title=_("Drill plan of {year}", year=year), created_at=now
    )


def record_pdf(session: Session, site_id: int, year: int, now: datetime) -> bytes:
    """Every drill of a year, held or not, with what it came to."""
    head = head_of(session, site_id, now)
    found = years.year_of(session, site_id, year, years.just_after(now))
    rows = listing.rows(session, site_id, found, now)
    own = _of_year(rows, year)
    title = _("Drills of {year}", year=year)
    blocks: list[Block] = [Title(title, head.unit), *head.limits()]
    if not own:
        blocks.append(Paragraph(_("No drill is on record in this year.")))
    else:
        blocks += [record_table(own), Note(_how_many(own))]
    blocks += _missing(session, site_id, found, rows, now)
    blocks += _entered_since(session, site_id, found)
    return print_paper(blocks, head, title=title, landscape=True)


def record_xlsx(session: Session, site_id: int, year: int, now: datetime) -> bytes:
    """The same as a workbook."""
    found = years.year_of(session, site_id, year, years.just_after(now))
    rows = _of_year(listing.rows(session, site_id, found, now), year)
    title = _("Drills of {year}", year=year)
    return workbook([record_sheet(rows)], title=title, created_at=now)


def record_table(rows: Sequence[DrillRow]) -> Table:
    """Drills beside each other: when, where, what, who was there, what it came to."""
    columns = (
        Column(_("Number of the drill"), 1.25),
        Column(_("Drill"), 3),
        Column(_("Day"), 1.35),
        Column(_("Form"), 1.3),
        Column(_("Place"), 1.6),
        Column(_("Present"), 1, "center"),
        Column(_("Evaluation"), 1.2, "center"),
        Column(_("Problems put right"), 1, "center"),
        Column(_("State of the drill"), 1.4),
    )
    return Table(columns, tuple(_row(row) for row in rows), first=2)


def record_sheet(rows: Sequence[DrillRow]) -> SheetTable:
    """The same rows as a sheet."""
    columns = (
        SheetColumn(_("Number of the drill")),
        SheetColumn(_("Drill")),
        SheetColumn(_("Day"), "date"),
        SheetColumn(_("Content")),
        SheetColumn(_("Form")),
        SheetColumn(_("Place")),
        SheetColumn(_("In charge")),
        SheetColumn(_("Expected"), "number"),
        SheetColumn(_("Present"), "number"),
        SheetColumn(_("Evaluation"), "percent"),
        SheetColumn(_("Grade")),
        SheetColumn(_("Open problems"), "number"),
        SheetColumn(_("Problems put right"), "number"),
        SheetColumn(_("State of the drill")),
    )
    return SheetTable(
        _("Drills"),
        columns,
        [
            (
                row.code, row.title, row.day, _(CONTENT_NAMES[row.content]),
                _(FORM_NAMES[row.form]), row.place, row.owner, row.counts.expected,
                row.counts.expected_present,
                row.points / row.points_of if row.points is not None and row.points_of else None,
                _grade(row), row.open_problems, row.followed.closed, _(STATUS_NAMES[row.status]),
            )
            for row in rows
        ],
    )  # fmt: skip


def _of_year(rows: Sequence[DrillRow], year: int) -> list[DrillRow]:
    mine = (row for row in rows if row.day.year == year)
    return sorted(mine, key=lambda row: (row.day, row.code))


def _row(row: DrillRow) -> tuple[str, ...]:
    is_held = row.counts.present > 0
    return (
        row.code,
        row.title,
        row.day.isoformat(),
        _(FORM_NAMES[row.form]),
        row.place,
        f"{row.counts.expected_present}/{row.counts.expected}" if is_held else NOTHING,
        f"{row.percent}% {_grade(row)}" if row.percent is not None else NOTHING,
        _followed(row) if is_held else NOTHING,
        _(STATUS_NAMES[row.status]),
    )


def _followed(row: DrillRow) -> str:
    """Of the problems how many were put right."""
    return f"{row.followed.closed}/{row.followed.closed + row.followed.open}"


def _entered_since(session: Session, site_id: int, found: Year) -> list[Block]:
    timezone = workplace.site(session, site_id).timezone
    return [Note(line) for line in entered_since(found.drills, timezone)]


def _missing(
    session: Session, site_id: int, found: Year, rows: Sequence[DrillRow], now: datetime
) -> list[Block]:
    """What was not done, as an inspector would find it."""
    if _before(session, site_id, found.year, now):
        return []
    lines = shortfalls(session, site_id, found, rows, now)
    return [Heading(_("What was not done")), *map(Paragraph, lines)] if lines else []


def _grade(row: DrillRow) -> str:
    return _(GRADE_NAMES[Grade(row.grade)]) if row.grade else ""


def _what(one: Duty) -> str:
    if one.plan is None:
        return one.rule.display_text
    return _("{rule}: {plan}", rule=one.rule.display_text, plan=one.plan.title)


def _before(session: Session, site_id: int, year: int, now: datetime) -> str:
    """Why nothing can be said of a year, or of a day in it, before the records."""
    day = clock.local_day(now, workplace.site(session, site_id).timezone)
    return workplace.before_records(session, site_id, min(day, date(year, 12, 31)))


def duty_table(duties: Sequence[Duty], before: str = "") -> Table | Paragraph:
    """What must be drilled, on which rule, and how it stands; or why nothing is asked for."""
    if not duties:
        return Paragraph(before or _("No rule asks for a drill in this year."))
    columns = (
        Column(_("Required drill"), 3.4),
        Column(_("Basis of the rule"), 2.8),
        Column(_("Period of the drill"), 1.3),
        Column(_("Due day"), 1.1),
        Column(_("State of the duty"), 1.1),
        Column(_("Drill"), 1.2),
    )
    rows = tuple(
        (
            _what(one),
            one.rule.display_source,
            one.period.name,
            one.period.due.isoformat(),
            _(STATE_NAMES[one.state]),
            f"{one.code}\n{one.on.isoformat()}" if one.on else NOTHING,
        )
        for one in duties
    )
    return Table(columns, rows, first=2)


def _planned(session: Session, site_id: int, found: Year, rows: Sequence[DrillRow]) -> list[Block]:
    if not rows:
        return [Paragraph(_("Nothing is planned for {year} yet", year=found.year))]
    drills = {one.drill.id: one.drill for one in found.standings}
    names = accounts.names(session, [one.commander_id for one in drills.values()])
    columns = (
        Column(_("Number of the drill"), 1.2),
        Column(_("Drill"), 3),
        Column(_("Plans tried out"), 2.4),
        Column(_("Day"), 1.3),
        Column(_("Form"), 1.6),
        Column(_("Place"), 1.3),
        Column(_("In charge"), 1),
        Column(_("Commander"), 1),
    )
    cells = tuple(
        (
            row.code,
            row.title,
            "\n".join(one.title for one in tried.tried_by(session, drills[row.id], row.day))
            or NOTHING,
            row.day.isoformat(),
            f"{_(CONTENT_NAMES[row.content])}\n{_(FORM_NAMES[row.form])}",
            row.place,
            row.owner,
            names.get(drills[row.id].commander_id or 0, NOTHING),
        )
        for row in rows
    )
    return [Table(columns, cells, first=2)]


def _put_off(found: Year) -> list[Block]:
    """Days that were changed and drills that were struck off, with their reasons."""
    lines = []
    for one in found.drills:
        for step in one.changes:
            if step.new_on and step.old_on:
                lines.append(
                    _("{code}: from {old} to {new}; {why}", code=one.drill.code,
                      old=day_text(step.old_on, weekday=False),
                      new=day_text(step.new_on, weekday=False), why=step.note)
                )  # fmt: skip
            elif one.status is Status.CANCELLED:
                lines.append(_("{code}: cancelled; {why}", code=one.drill.code, why=step.note))
    if not lines:
        return []
    return [Heading(_("Put off or cancelled")), *(Paragraph(line) for line in lines)]


def how_counted() -> str:
    """In which period a drill counts."""
    return _(
        "A drill counts in the period in which it was held. A due day on a closed day falls on the"
        " last open day before."
    )


def _how_many(rows: Sequence[DrillRow]) -> str:
    held = sum(row.counts.present > 0 for row in rows)
    present = sum(row.counts.expected_present for row in rows)
    expected = sum(row.counts.expected for row in rows if row.counts.present)
    return _(
        "{held} of {all} were held; {present} of {expected} expected people were there in all.",
        held=held, all=len(rows), present=present, expected=expected,
    )  # fmt: skip
