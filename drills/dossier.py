"""What drills give to the papers for an inspector: chapter 9."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from drills.documents.paper import head_of
from drills.documents.report import record_blocks
from drills.documents.year import duty_table, how_counted, record_table
from drills.models import WAS_HELD, Drill, FileKind, How
from drills.service import detail, listing, years
from drills.service.detail import DrillDetail
from drills.shortfalls import shortfalls
from safety_app.core import clock
from safety_app.core.feature import Chapter
from safety_app.core.i18n import _
from safety_app.core.pdf.blocks import Block, Heading, Note, PageBreak
from safety_app.workplace import service as workplace

MOST: Final = 4
"""So many records stand in full, the latest first."""
STOOD_FOR: Final = frozenset({"drill"})
"""The kind of paper on file that the hall's own records make needless."""


def stands_for(session: Session, site_id: int) -> frozenset[str]:
    """Records of drills stand for their papers, once a drill was held."""
    query = select(func.count()).where(Drill.site_id == site_id, Drill.status.in_(WAS_HELD))
    return STOOD_FOR if session.scalar(query) else frozenset()


def drills(session: Session, site_id: int, now: datetime) -> Chapter:
    """This year and the last: what had to be drilled, every drill, the latest ones in full."""
    at = years.just_after(now)
    zone = workplace.site(session, site_id).timezone
    today = clock.local_day(now, zone)
    this = years.year_of(session, site_id, today.year, at)
    last = years.year_of(session, site_id, today.year - 1, at)
    if not this.standings:
        return Chapter(shortfalls=tuple(shortfalls(session, site_id, this, [], now)))
    rows = listing.rows(session, site_id, this, now)
    shown = [row for row in rows if row.day.year >= today.year - 1]
    held = [one.drill for one in this.standings if one.is_held][:MOST]
    details = [detail.detail_of(session, one, now=now, zone=zone) for one in held]
    blocks: list[Block] = [
        Heading(_("What must be drilled")),
        duty_table([*last.duties, *this.duties]),
        Note(how_counted()),
        Heading(_("Drills")),
        record_table(sorted(shown, key=lambda row: (row.day, row.code), reverse=True)),
    ]
    head = head_of(session, site_id, now)
    for one in details:
        blocks += [PageBreak(), Heading(f"{one.drill.code} {one.title}")]
        blocks += record_blocks(session, one, head)
    return Chapter(
        blocks=tuple(blocks),
        scans=tuple(file.id for one in details for file, _kind in one.files),
        captions={file.id: _caption(one, kind) for one in details for file, kind in one.files},
        missing=tuple(_lacking(details)),
        shortfalls=tuple(shortfalls(session, site_id, this, rows, now)),
    )


def _caption(one: DrillDetail, kind: FileKind) -> str:
    names = {
        FileKind.SIGN_IN: _("Sign-in sheet"),
        FileKind.SCRIPT: _("Script"),
        FileKind.REPORT: _("Report"),
        FileKind.OTHER: _("Other paper"),
    }
    return f"{one.drill.code} {names[kind]}"


def _lacking(details: Sequence[DrillDetail]) -> Iterator[str]:
    """Papers that a record speaks of and that are not on file."""
    for one in details:
        on_paper = any(head.how is How.PAPER for head in one.heads)
        if on_paper and not any(kind is FileKind.SIGN_IN for _file, kind in one.files):
            yield _("The signed sign-in sheet of {code} is not filed.", code=one.drill.code)
