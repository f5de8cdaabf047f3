"""防火巡查记录: a month's patrols of one window or common area, with both signatures.

The contents follow MPS Order 61, art. 25, and GB/T 40248, annex A: place, time, person, problems
and what was done about them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from checklists.documents import legend
from checklists.documents.blank import sheet_number, sheet_numbers
from checklists.documents.paper import (
    NOTHING,
    Head,
    head_of,
    patroller,
    print_paper,
    second,
)
from checklists.documents.wording import found_text, scans_text, state_text, unwalked_text
from checklists.models import Kind
from checklists.record import Line, OnPaper, Place, left_out, lines, span, tally
from checklists.recurrence import State
from hazards.service.outcomes import Outcome
from safety_app.core import clock
from safety_app.core.i18n import _, day_text, moment_text, month_text, ngettext
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
from safety_app.core.sheets import Cell as SheetCell
from safety_app.core.sheets import SheetColumn, SheetTable, workbook
from safety_app.workplace import service as workplace


@dataclass(frozen=True, slots=True)
class Record:
    """The patrols of a place in a period, and the days on which none were due."""

    head: Head
    place: Place
    number: str
    period: str
    lines: tuple[Line, ...]
    closed: tuple[date, ...]
    pauses: tuple[str, ...]
    legend: tuple[legend.Part, ...]
    papers: Mapping[int, str]

    @property
    def shown(self) -> list[Line]:
        """What has begun."""
        return [line for line in self.lines if line.state is not State.UPCOMING]


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
) -> Record:
    """All that the record says, up to `now`."""
    head = head_of(session, site_id, now)
    until = min(last, clock.local_day(now, head.timezone))
    days = workplace.days(session, site_id, first, last, place.location_id)
    walked = lines(session, site_id, place, first=first, last=last, kind=Kind.PATROL, now=head.now)
    closed = tuple(on for on, day in sorted(days.items()) if not day.is_open and on <= until)
    return Record(
        head=head,
        place=place,
        number=number,
        period=period or span(first, last),
        lines=tuple(walked),
        closed=tuple(on for on in closed if on not in {line.on for line in walked}),
        pauses=(
            *_begun(session, site_id, first),
            *left_out(session, site_id, place.window_id, first, last),
        ),
        legend=legend.parts(session, {line.part_id for line in walked}),
        papers=_paper_numbers(session, site_id, place, walked),
    )


def _begun(session: Session, site_id: int, first: date) -> list[str]:
    """Says of days before the hall's records that there are none."""
    site = workplace.site(session, site_id)
    begun = clock.local_day(site.created_at, site.timezone)
    if begun <= first:
        return []
    day = day_text(begun, weekday=False, year=True)
    return [_("The records of this hall begin on {day}.", day=day)]


def _paper_numbers(
    session: Session, site_id: int, place: Place, found: Sequence[Line]
) -> dict[int, str]:
    """The numbers of the paper forms, as printed on the blank ones, by task."""
    forms = [line for line in found if line.paper]
    if not forms:
        return {}
    numbers = sheet_numbers(session, site_id, forms[0].on, forms[-1].on)
    return {
        line.task_id: sheet_number(Kind.PATROL, line.on, place.code, numbers.get(line.task_id, 1))
        for line in forms
    }


def of_month(
    session: Session, site_id: int, place: Place, year: int, month: int, *, now: datetime
) -> Record:
    """The record of a calendar month."""
    first = date(year, month, 1)
    last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    return gather(
        session, site_id, place, first=first, last=last, now=now,
        number=f"XC-{place.code}-{year}{month:02}", period=month_text(year, month),
    )  # fmt: skip


def record_pdf(record: Record) -> bytes:
    """The paper in the current language."""
    title = _("Fire patrol record")
    blocks: list[Block] = [
        Title(title, _subtitle(record)),
        *record.head.limits(),
        *record_blocks(record),
    ]
    footer = _("As of {moment}    {number}", moment=record.head.as_of, number=record.number)
    return print_paper(blocks, record.head, title=f"{title} {record.number}", footer=footer)


def record_blocks(record: Record, *, is_part: bool = False) -> list[Block]:
    """The lines, the hazards they name, and what the record leaves out.

    As a part of a larger paper it says neither again what the points are nor where its contents
    come from.
    """
    shown = record.shown
    if not shown:
        return [Paragraph(_("No patrol was due here in this period.")), *_notes(record, is_part)]
    blocks: list[Block] = [Paragraph(_summary(shown)), _table(record, shown)]
    hazards = _hazards(shown)
    if hazards:
        name = _("Hazards named above")
        blocks += [Note(name) if is_part else Heading(name), _hazard_table(record, hazards)]
    points = [] if is_part else legend.blocks(record.legend)
    return [*blocks, *_notes(record, is_part), *points]


def record_xlsx(record: Record) -> bytes:
    """The same lines as a workbook; of a drawn signature the name and the moment."""
    head = (
        SheetColumn(_("Day"), "date"),
        SheetColumn(_("Part of the day")),
        SheetColumn(_("State")),
        SheetColumn(_("Walked at"), "moment"),
        SheetColumn(_("Patroller")),
        SheetColumn(_("Walked along")),
        SheetColumn(_("What was found")),
        SheetColumn(_("Hazard numbers")),
        SheetColumn(_("Countersigned by")),
        SheetColumn(_("Countersigned at"), "moment"),
        SheetColumn(_("Remark")),
        SheetColumn(_("Paper form no.")),
        SheetColumn(_("Paper form handed in at"), "moment"),
        SheetColumn(_("Paper form confirmed at"), "moment"),
        SheetColumn(_("Scans of the paper form")),
    )
    shown = record.shown
    rows = [_sheet_row(record, line) for line in shown]
    hazards = [
        (one.number, one.what, one.status_text, one.owner, one.fix_by,
         _local(one.closed_at, record.head.timezone))
        for one in _hazards(shown)
    ]  # fmt: skip
    titles = (
        SheetColumn(_("Number")),
        SheetColumn(_("Hazard")),
        SheetColumn(_("Status")),
        SheetColumn(_("Owner")),
        SheetColumn(_("Fix by"), "date"),
        SheetColumn(_("Closed at"), "moment"),
    )
    title = f"{_('Fire patrol record')} {record.number}"
    tables = [
        SheetTable(_("Fire patrol record"), head, rows),
        SheetTable(_("Hazards"), titles, hazards),
        legend.sheet(record.legend),
    ]
    return workbook(tables, title=title, created_at=record.head.now)


def _subtitle(record: Record) -> str:
    gap = "　"
    facts = (record.place.name, record.period, _("No. {number}", number=record.number))
    return f"{record.head.unit}\n{gap.join(facts)}"


def _summary(shown: Sequence[Line]) -> str:
    counts = tally(shown)
    walked = [line for line in shown if line.is_walked]
    signed = sum(line.second is not None for line in walked)
    return ngettext(
        "{n} patrol was due: {done} done in time, {late} done late, {missed} not done, {paper}"
        " handed in on paper; {excused} did not count. Sheets with the second signature: {signed}"
        " of {walked}.",
        "{n} patrols were due: {done} done in time, {late} done late, {missed} not done, {paper}"
        " handed in on paper; {excused} did not count. Sheets with the second signature: {signed}"
        " of {walked}.",
        counts.due, done=counts.done, late=counts.late, missed=counts.missed,
        paper=counts.paper, excused=counts.excused, walked=len(walked), signed=signed,
    )  # fmt: skip


def _table(record: Record, shown: Sequence[Line]) -> Table:
    columns = (
        Column(_("Day and patrol"), 1.45),
        Column(_("Time"), 1.1),
        Column(_("What was found and done"), 3.4),
        Column(_("Patroller\n(signature)"), 1.6, "center"),
        Column(_("Supervisor\n(signature)"), 1.6, "center"),
    )
    return Table(columns, tuple(_row(record, line) for line in shown))


def _row(record: Record, line: Line) -> tuple[Cell, ...]:
    timezone = record.head.timezone
    day = f"{day_text(line.on)}\n{line.part_name}"
    if line.is_walked:
        return (
            day,
            _time(line, timezone),
            found_text(line),
            patroller(line, timezone),
            second(line, timezone),
        )
    if line.paper:
        who = _("{name}\n(on paper)", name=line.paper.walked_by)
        confirmed = _(
            "{name}\nconfirmed {moment}",
            name=line.paper.confirmed_by,
            moment=moment_text(line.paper.confirmed_at, timezone),
        )
        said = _on_paper(record, line, line.paper)
        return day, state_text(line), said, who, confirmed
    return day, state_text(line), unwalked_text(line), NOTHING, NOTHING


def _on_paper(record: Record, line: Line, paper: OnPaper) -> str:
    """What was noted, when the form was handed in, and where it is."""
    handed_in = _(
        "Paper form {number}, handed in {moment} by {name}. Scans: {scans}.",
        number=record.papers.get(line.task_id, NOTHING),
        moment=moment_text(paper.handed_in_at, record.head.timezone),
        name=paper.handed_in_by,
        scans=scans_text(paper) or NOTHING,
    )
    return "\n".join((paper.note or _("see the paper form"), handed_in))


def _time(line: Line, timezone: str) -> str:
    if line.submitted_at is None:
        return NOTHING
    local = line.submitted_at.astimezone(clock.zone(timezone))
    when = f"{local:%H:%M}"
    if local.date() != line.on:
        when = f"{day_text(local.date(), weekday=False)} {when}"
    return f"{when}\n{_('late')}" if line.state is State.DONE_LATE else when


def _hazards(shown: Sequence[Line]) -> list[Outcome]:
    found = {one.id: one for line in shown for one in line.hazards}
    return [found[key] for key in sorted(found)]


def _hazard_table(record: Record, found: Sequence[Outcome]) -> Table:
    columns = (
        Column(_("Number"), 1.5),
        Column(_("Hazard"), 3.2),
        Column(_("Status"), 1.1),
        Column(_("Owner"), 1.1),
        Column(_("Fix by"), 1.1),
        Column(_("Closed at"), 1.1),
    )
    rows = tuple(
        (
            one.number,
            one.what,
            one.status_text,
            one.owner or NOTHING,
            day_text(one.fix_by, weekday=False) if one.fix_by else NOTHING,
            _day(one.closed_at, record.head.timezone),
        )
        for one in found
    )
    note = _("As the hazards stand on {moment}.", moment=record.head.as_of)
    return Table(columns, rows, note=note)


def _day(moment: datetime | None, timezone: str) -> str:
    if moment is None:
        return NOTHING
    return day_text(clock.local_day(moment, timezone), weekday=False)


def _notes(record: Record, is_part: bool) -> list[Block]:
    """Days without patrols, and where the contents come from."""
    found: list[Block] = [Note(text) for text in record.pauses]
    if record.closed:
        days = _(", ").join(day_text(on, weekday=False) for on in record.closed)
        found.append(Note(_("Closed, nothing due: {days}.", days=days)))
    basis = _(
        "Contents by MPS Order 61, art. 25, and GB/T 40248 annex A. Signatures are drawn on the"
        " tablet or made by name and six-digit code; the journal holds their hash."
    )
    return found if is_part else [*found, Note(basis)]


def _local(moment: datetime | None, timezone: str) -> datetime | None:
    return moment.astimezone(clock.zone(timezone)) if moment else None


def _sheet_row(record: Record, line: Line) -> tuple[SheetCell, ...]:
    timezone = record.head.timezone
    found = found_text(line) if line.is_walked else unwalked_text(line)
    who = line.patroller or (line.paper.walked_by if line.paper else "")
    by = line.second.name if line.second else line.paper.confirmed_by if line.paper else ""
    at = line.second.at if line.second else line.paper.confirmed_at if line.paper else None
    return (
        line.on,
        line.part_name,
        state_text(line),
        _local(line.submitted_at, timezone),
        who,
        line.companion,
        line.paper.note if line.paper else found,
        _(", ").join(one.number for one in line.hazards),
        by,
        _local(at, timezone),
        line.second.remark if line.second else "",
        record.papers.get(line.task_id, ""),
        _local(line.paper.handed_in_at if line.paper else None, timezone),
        _local(line.paper.confirmed_at if line.paper else None, timezone),
        scans_text(line.paper) if line.paper else "",
    )
