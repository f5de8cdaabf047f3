"""防火巡查记录: a month's patrols of one window or common area, with both signatures.

The contents follow MPS Order 61, art. 25, and GB/T 40248, annex A: place, time, person, problems
and what was done about them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from checklists.documents.paper import (
    NOTHING,
    Head,
    head_of,
    patroller,
    print_paper,
    second,
)
from checklists.models import MISSED_REASON_NAMES, Kind
from checklists.record import Line, Place, failed, in_order, left_out, lines, span, tally
from checklists.recurrence import STATE_NAMES, State
from checklists.service.reading import Told
from hazards.service.outcomes import Outcome
from safety_app.core import clock
from safety_app.core.i18n import _, day_text, moment_text, month_text
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

UNDER_WAY: Final = frozenset({State.OPEN, State.LATE})


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
        pauses=tuple(left_out(session, site_id, place.window_id, first, last)),
    )


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

    As a part of a larger paper it does not say again where its contents come from.
    """
    shown = [line for line in record.lines if line.state is not State.UPCOMING]
    if not shown:
        return [Paragraph(_("No patrol was due here in this period.")), *_notes(record, is_part)]
    blocks: list[Block] = [Paragraph(_summary(shown)), _table(record, shown)]
    hazards = _hazards(shown)
    if hazards:
        name = _("Hazards named above")
        blocks += [Note(name) if is_part else Heading(name), _hazard_table(record, hazards)]
    return [*blocks, *_notes(record, is_part)]


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
    )
    shown = [line for line in record.lines if line.state is not State.UPCOMING]
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
    return _(
        "{due} patrols were due: {done} done in time, {late} done late, {missed} not done, {paper}"
        " handed in on paper; {excused} did not count. Of {walked} sheets {signed} bear the second"
        " signature.",
        due=counts.due, done=counts.done, late=counts.late, missed=counts.missed,
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
            _found(line, timezone),
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
        note = line.paper.note or _("see the paper form")
        return day, state_text(line), note, who, confirmed
    return day, state_text(line), _unwalked(line), NOTHING, NOTHING


def _time(line: Line, timezone: str) -> str:
    if line.submitted_at is None:
        return NOTHING
    local = line.submitted_at.astimezone(clock.zone(timezone))
    when = f"{local:%H:%M}"
    if local.date() != line.on:
        when = f"{day_text(local.date(), weekday=False)} {when}"
    return f"{when}\n{_('late')}" if line.state is State.DONE_LATE else when


def state_text(line: Line) -> str:
    """How a line stands that nobody walked."""
    return _("not finished yet") if line.state in UNDER_WAY else _(STATE_NAMES[line.state])


def _unwalked(line: Line) -> str:
    if line.state is State.MISSED:
        name = _(MISSED_REASON_NAMES.get(line.missed_reason, line.missed_reason))
        if not name:
            return _("no reason given")
        return (
            _("{reason}: {note}", reason=name, note=line.missed_note) if line.missed_note else name
        )
    if line.state is State.EXCUSED:
        return _("trial or pause: nobody owed it")
    return NOTHING


def _found(line: Line, timezone: str) -> str:
    """Everything in order, or each problem with what was done about it."""
    problems = [_problem(one, timezone) for one in failed(line)]
    said = [*problems] or [_("All in order ({n} points).", n=in_order(line))]
    not_there = [one.code for one in line.told if not one.is_failed]
    if not_there:
        said.append(_("Not applicable: {codes}.", codes=_(", ").join(not_there)))
    if line.beside:
        said.append(_("{n} later entries are kept beside the sheet.", n=line.beside))
    if line.second and line.second.remark:
        said.append(_("Supervisor's remark: {words}", words=line.second.remark))
    return "\n".join(said)


def _problem(one: Told, timezone: str) -> str:
    facts = [one.disposal, one.note]
    if one.hazard:
        facts.append(one.hazard.number)
    done = _("; ").join(fact for fact in facts if fact)
    what = f"{one.code} {one.problem}".strip()
    return _("{what} – {done}", what=what, done=done) if done else what


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
    found = _found(line, timezone) if line.is_walked else _unwalked(line)
    who = line.patroller or (line.paper.walked_by if line.paper else "")
    by = line.second.name if line.second else line.paper.confirmed_by if line.paper else ""
    at = line.second.at if line.second else line.paper.confirmed_at if line.paper else None
    state = _(STATE_NAMES[line.state]) if line.state not in UNDER_WAY else _("not finished yet")
    return (
        line.on,
        line.part_name,
        state,
        _local(line.submitted_at, timezone),
        who,
        line.companion,
        line.paper.note if line.paper else found,
        _(", ").join(one.number for one in line.hazards),
        by,
        _local(at, timezone),
        line.second.remark if line.second else "",
    )
