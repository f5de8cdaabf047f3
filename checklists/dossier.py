"""What patrols and checks give to the papers for an inspector: chapters 3 and 4."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from checklists.documents import checks, legend, patrols
from checklists.documents.blank import location_code
from checklists.models import Kind
from checklists.record import Line, Place, span
from checklists.recurrence import State
from checklists.service.figures import count_unsigned, list_missed, of_kind, place_counts, total
from safety_app.core import clock
from safety_app.core.feature import Chapter
from safety_app.core.i18n import _, ngettext
from safety_app.core.pdf.blocks import Block, Heading, Note
from safety_app.workplace import service as workplace

PATROL_DAYS: Final = 30
CHECK_DAYS: Final = 365


def patrol_records(session: Session, site_id: int, now: datetime) -> Chapter:
    """Chapter 3: the patrol records of the last 30 days, place by place, with signatures."""
    first, last = _days(session, site_id, now, PATROL_DAYS)
    blocks: list[Block] = []
    points: dict[int, legend.Part] = {}
    scans: list[int] = []
    for place in places(session, site_id):
        record = patrols.gather(session, site_id, place, first=first, last=last, now=now)
        if record.lines:
            blocks += [Heading(place.name), *patrols.record_blocks(record, is_part=True)]
            points |= {part.id: part for part in record.legend}
            scans += scans_in(record.lines)
    if not blocks:
        return Chapter(missing=(_("No patrol was due in the last 30 days."),))
    said = Note(_("Patrols from {days}.", days=span(first, last)))
    return Chapter(
        (said, *blocks, *legend.blocks(tuple(points.values()))),
        scans=tuple(scans),
        shortfalls=tuple(_shortfalls(session, site_id, first, last, now)),
    )


def fire_checks(session: Session, site_id: int, now: datetime) -> Chapter:
    """Chapter 4: the checks of the last twelve months with every point and both signatures."""
    first, last = _days(session, site_id, now, CHECK_DAYS)
    blocks: list[Block] = []
    lines: list[Line] = []
    for place in places(session, site_id):
        found = checks.gather(session, site_id, place, first=first, last=last, now=now)
        if not found.lines:
            continue
        lines += found.lines
        blocks += [Heading(place.name), *checks.list_blocks(found)]
        for line in found.lines:
            if line.is_walked:
                blocks += checks.check_blocks(found, line)
    if not blocks:
        return Chapter(missing=(_("No check was planned in the last twelve months."),))
    said = Note(_("Checks from {days}.", days=span(first, last)))
    return Chapter(
        (said, *blocks), scans=tuple(scans_in(lines)), shortfalls=tuple(_undone_checks(lines))
    )


def scans_in(lines: Sequence[Line]) -> list[int]:
    """The scans of the confirmed paper forms among some lines."""
    return [scan.id for line in lines if line.paper for scan in line.paper.scans]


def places(session: Session, site_id: int) -> Iterator[Place]:
    """Every window and common area that may have records, also those out of use by now."""
    names = workplace.window_names(session, site_id)
    for window in workplace.list_windows(session, site_id, active=False):
        yield Place(window.id, None, window.code, names[window.id])
    for location_id, name in workplace.location_names(session, site_id).items():
        yield Place(None, location_id, location_code(location_id), name)


def _days(session: Session, site_id: int, now: datetime, count: int) -> tuple[date, date]:
    timezone = workplace.site(session, site_id).timezone
    today = clock.local_day(now, timezone)
    return today - timedelta(days=count - 1), today


def _shortfalls(
    session: Session, site_id: int, first: date, last: date, now: datetime
) -> Iterator[str]:
    days = {"first": first, "last": last, "cutoff": now}
    counted = place_counts(session, site_id, None, **days)  # type: ignore[arg-type]
    missed = total(of_kind(counted, Kind.PATROL)).missed
    if missed:
        unexplained = sum(
            not one.is_explained
            for one in list_missed(session, site_id, None, **days)  # type: ignore[arg-type]
            if one.kind is Kind.PATROL
        )
        yield ngettext(
            "{n} patrol was not done, {unexplained} of them without a reason.",
            "{n} patrols were not done, {unexplained} of them without a reason.",
            missed,
            unexplained=unexplained,
        )
    unsigned = count_unsigned(session, site_id, None, **days)  # type: ignore[arg-type]
    if unsigned:
        yield ngettext(
            "{n} sheet lacks the second signature.", "{n} sheets lack the second signature.",
            unsigned,
        )  # fmt: skip


def _undone_checks(lines: list[Line]) -> Iterator[str]:
    missed = sum(line.state is State.MISSED for line in lines)
    if missed:
        yield ngettext("{n} check was not done.", "{n} checks were not done.", missed)
    unsigned = sum(line.is_walked and line.second is None for line in lines)
    if unsigned:
        yield ngettext(
            "{n} check lacks the second signature.", "{n} checks lack the second signature.",
            unsigned,
        )  # fmt: skip
