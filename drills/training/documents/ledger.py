"""培训台账: the sessions and results of a year, as a paper and as a workbook."""

from collections.abc import Sequence

from drills.training.documents.matrix_paper import coverage_blocks
from drills.training.documents.paper import (
    NOTHING,
    Head,
    course_name,
    hours_text,
    print_paper,
    short,
    signatures,
)
from drills.training.models import SOURCE_NAMES, SessionStatus, Source
from drills.training.service.ledger import Ledger
from drills.training.service.session_views import SessionRow
from safety_app.core import clock
from safety_app.core.i18n import _, moment_text, ngettext
from safety_app.core.pdf.blocks import Block, Column, Heading, Note, Paragraph, Table, Title
from safety_app.core.sheets import Cell as SheetCell
from safety_app.core.sheets import SheetColumn, SheetTable, workbook


def held(found: Ledger) -> list[SessionRow]:
    """What took place."""
    return [one for one in found.sessions if one.status is SessionStatus.HELD]


def ledger_pdf(found: Ledger, head: Head) -> bytes:
    """The paper in the current language, on landscape pages."""
    title = _("Training ledger")
    year = _("Year {year}", year=found.year)
    blocks: list[Block] = [
        Title(title, f"{head.unit}\n{year}"),
        *head.limits(),
        *ledger_blocks(found, head),
        signatures(_("Filled in by:"), _("Person in charge:")),
    ]
    return print_paper(blocks, head, title=title, number=f"PX-{found.year}", landscape=True)


def ledger_blocks(found: Ledger, head: Head) -> list[Block]:
    """Sums, the sessions, results by course, and the coverage."""
    blocks: list[Block] = [Paragraph(_sum(found))]
    if held(found):
        blocks += [Heading(_("Sessions held")), _sessions(found, head)]
    if found.results:
        blocks += [Heading(_("Results by course")), _by_course(found)]
        said = _("Every result stands in the Excel file of this ledger.")
        blocks.append(Note(said))
    day = short(found.last)
    blocks += [Heading(_("Coverage on {day}", day=day)), *coverage_blocks(found.coverage)]
    return blocks


def _sum(found: Ledger) -> str:
    done = held(found)
    passed = sum(one.passed for one in found.results)
    return _(
        "{sessions}, {people}; {results}, of them passed: {passed}.",
        sessions=ngettext("{n} session was held", "{n} sessions were held", len(done)),
        people=ngettext("{n} attendance", "{n} attendances", sum(one.present for one in done)),
        results=ngettext("{n} result", "{n} results", len(found.results)),
        passed=passed,
    )


def _sessions(found: Ledger, head: Head) -> Table:
    columns = (
        Column(_("No."), 0.4, "center"),
        Column(_("Time"), 1.8),
        Column(_("Course"), 2.0),
        Column(_("Place"), 1.5),
        Column(_("Trainer"), 1.3),
        Column(_("Hours"), 0.8, "right"),
        Column(_("For"), 1.4),
        Column(_("Expected to come"), 0.7, "right"),
        Column(_("Attended"), 0.7, "right"),
    )
    rows = tuple(
        (
            str(n),
            moment_text(one.starts_at, head.timezone, year=True),
            course_name(one.course),
            one.place,
            one.trainer,
            hours_text(one.hours),
            one.window or _("The whole hall"),
            str(one.invited),
            str(one.present),
        )
        for n, one in enumerate(held(found), 1)
    )
    return Table(columns, rows)


def _by_course(found: Ledger) -> Table:
    """How many results of each course, by where they come from."""
    sums: dict[int, list[int]] = {}
    names: dict[int, str] = {}
    for one in found.results:
        names[one.course.id] = course_name(one.course)
        row = sums.setdefault(one.course.id, [0, 0, 0])
        row[0] += 1
        row[1] += one.passed
        row[2] += one.source is Source.CERTIFICATE
    columns = (
        Column(_("Course"), 3.0),
        Column(_("Number of results"), 1.0, "right"),
        Column(_("Passed"), 1.0, "right"),
        Column(_("Not passed"), 1.0, "right"),
        Column(_("Of these certificates"), 1.2, "right"),
    )
    rows = tuple(
        (names[key], str(total), str(passed), str(total - passed), str(certificates))
        for key, (total, passed, certificates) in sums.items()
    )
    return Table(columns, rows)


def ledger_xlsx(found: Ledger, head: Head) -> bytes:
    """The same as a workbook, with every result."""
    title = f"{_('Training ledger')} {found.year}"
    return workbook(
        [_session_sheet(found, head), _result_sheet(found, head)],
        title=title,
        created_at=head.as_of,
    )


def _session_sheet(found: Ledger, head: Head) -> SheetTable:
    zone = clock.zone(head.timezone)
    columns = (
        SheetColumn(_("Time"), "moment"),
        SheetColumn(_("Course")),
        SheetColumn(_("Place")),
        SheetColumn(_("Trainer")),
        SheetColumn(_("Hours"), "number"),
        SheetColumn(_("For")),
        SheetColumn(_("Expected to come"), "number"),
        SheetColumn(_("Attended"), "number"),
        SheetColumn(_("State")),
    )
    rows: list[Sequence[SheetCell]] = [
        (one.starts_at.astimezone(zone), course_name(one.course), one.place, one.trainer,
         one.hours, one.window or _("The whole hall"), one.invited, one.present, _state(one))
        for one in found.sessions
    ]  # fmt: skip
    return SheetTable(_("Training sessions"), columns, rows)


def _state(one: SessionRow) -> str:
    return _("Session held") if one.status is SessionStatus.HELD else _("Planned")


def _result_sheet(found: Ledger, head: Head) -> SheetTable:
    zone = clock.zone(head.timezone)
    columns = (
        SheetColumn(_("Day"), "date"),
        SheetColumn(_("Name")),
        SheetColumn(_("Staff number")),
        SheetColumn(_("Course")),
        SheetColumn(_("Hours"), "number"),
        SheetColumn(_("Exam score"), "number"),
        SheetColumn(_("Out of"), "number"),
        SheetColumn(_("Result")),
        SheetColumn(_("Source")),
        SheetColumn(_("Number on the certificate")),
        SheetColumn(_("Issuing body")),
        SheetColumn(_("Valid until"), "date"),
        SheetColumn(_("Recorded at"), "moment"),
        SheetColumn(_("Recorded by")),
    )
    rows: list[Sequence[SheetCell]] = [
        (one.on, *found.names.get(one.user_id, (NOTHING, "")), course_name(one.course), one.hours,
         one.score, one.out_of, _("Passed") if one.passed else _("Not passed"),
         _(SOURCE_NAMES[one.source]), one.certificate, one.issuer, one.valid_until,
         one.at.astimezone(zone), one.by)
        for one in found.results
    ]  # fmt: skip
    return SheetTable(_("Results"), columns, rows)
