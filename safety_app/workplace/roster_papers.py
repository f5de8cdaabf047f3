"""The roster of a week on paper (A4 across) and as Excel."""

from datetime import date, datetime, timedelta
from typing import Final, Literal, cast

from sqlalchemy.orm import Session

from safety_app.accounts import service as accounts
from safety_app.core import i18n
from safety_app.core.access import Actor
from safety_app.core.i18n import _, bilingual, day_text, moment_text
from safety_app.core.pdf.blocks import (
    Block,
    Column,
    Note,
    SignatureLine,
    Signatures,
    Table,
    Title,
)
from safety_app.core.settings import settings
from safety_app.core.sheets import SheetColumn, SheetTable, workbook
from safety_app.workplace import service
from safety_app.workplace.service import AbsenceRow, Day, DutyCell, Week

NOTHING: Final = "–"
FIRST_WEIGHT: Final = 1.2


class WeekPaper:
    """A week as somebody may see it, and who is away in it."""

    def __init__(self, session: Session, actor: Actor, monday: date, now: datetime) -> None:
        on = service.monday_of(monday)
        self.now, self.timezone = now, actor.timezone
        self.made_by = accounts.names(session, [actor.user_id]).get(actor.user_id, "")
        self.week: Week = service.week(session, actor, monday=on, size=None, now=now)
        self.away: list[AbsenceRow] = service.list_absences(
            session, actor, on, on + timedelta(days=6)
        )
        site = service.site(session, actor.site_id)
        self.unit = bilingual(site.name, site.name_en)
        self.is_demo = site.is_demo

    @property
    def days(self) -> str:
        """From Monday to Sunday."""
        first, last = self.week.days[0].on, self.week.days[-1].on
        return _(
            "{first} – {last}",
            first=day_text(first, weekday=False, year=True),
            last=day_text(last, weekday=False, year=True),
        )

    @property
    def file_name(self) -> str:
        """Says what is in the file."""
        return _("Duty roster {day}", day=self.week.monday.isoformat())


def roster_pdf(paper: WeekPaper, language: str) -> bytes:
    """The sheet for the wall."""
    from safety_app.core.pdf.document import render  # slow to import: not at the start

    return render(
        roster_blocks(paper),
        title=paper.file_name,
        language=cast(Literal["zh_CN", "en"], language),
        created_at=paper.now,
        footer_left=_(
            "{unit} · printed {moment}",
            unit=paper.unit, moment=moment_text(paper.now, paper.timezone, year=True),
        ),
        page_label=lambda page, pages: _("Page {page} of {pages}", page=page, pages=pages),
        font_path=settings().font_path,
        landscape=True,
    )  # fmt: skip


def roster_blocks(paper: WeekPaper) -> tuple[Block, ...]:
    """Windows by days, the absences, and who answers for it."""
    opened = [at for at, day in enumerate(paper.week.days) if day.is_open]
    columns = (
        Column(_("Window"), FIRST_WEIGHT),
        *(Column(_head(paper.week.days[at])) for at in opened),
    )
    rows = tuple(
        (row.name, *(_cell(row.cells[at], _(", ")) for at in opened)) for row in paper.week.rows
    )
    blocks: list[Block] = [Title(_("Weekly duty roster"), f"{paper.unit}\n{paper.days}")]
    if paper.is_demo:
        blocks.append(Note(_("Demonstration: made-up records of a made-up hall.")))
    blocks.append(Table(columns, rows))
    closed = [_head(day) for day in paper.week.days if not day.is_open]
    if closed:
        blocks.append(Note(_("Closed: {days}.", days=_(", ").join(closed))))
    blocks.append(Note(_("Where nobody is named, everybody of the window is on duty.")))
    if paper.away:
        blocks.append(Note(_("Away: {people}.", people=_("; ").join(map(_absence, paper.away)))))
    lines = (SignatureLine(_("Made by"), paper.made_by), SignatureLine(_("Approved by")))
    units = ("年", "月", "日") if i18n.language() == "zh_CN" else ()
    blocks.append(Signatures(lines, _("Date"), units))
    return tuple(blocks)


def roster_xlsx(paper: WeekPaper) -> bytes:
    """The same as a workbook."""
    heads = (SheetColumn(_("Window")), *(SheetColumn(_head(day)) for day in paper.week.days))
    rows = [(row.name, *(_cell(cell, "\n") for cell in row.cells)) for row in paper.week.rows]
    away = [(one.name, one.first, one.last, one.display_reason, one.note) for one in paper.away]
    columns = (
        SheetColumn(_("Name")),
        SheetColumn(_("From"), "date"),
        SheetColumn(_("To"), "date"),
        SheetColumn(_("Reason")),
        SheetColumn(_("Remarks")),
    )
    tables = [
        SheetTable(_("Duty roster"), heads, rows),
        SheetTable(_("Who is away"), columns, away),
    ]
    return workbook(tables, title=paper.file_name, created_at=paper.now)


def _cell(cell: DutyCell, joint: str) -> str:
    if cell.pause:
        return _("paused")
    if not cell.is_open:
        return NOTHING
    if cell.has_nobody:
        return _("nobody")
    return joint.join(
        _("{name} for {other}", name=one.name, other=one.stands_in_for)
        if one.stands_in_for
        else one.name
        for one in cell.people
    )


def _head(day: Day) -> str:
    if day.is_open:
        return day_text(day.on)
    return _("{day} ({note})", day=day_text(day.on), note=day.note or _("closed"))


def _absence(row: AbsenceRow) -> str:
    return _(
        "{name} {days} ({reason})",
        name=row.name, days=row.display_days, reason=row.display_reason,
    )  # fmt: skip
