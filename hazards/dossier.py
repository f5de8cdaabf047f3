"""What hazards give to the papers for an inspector: chapters 5 and 10."""

from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import or_
from sqlalchemy.orm import Session

from hazards import service
from hazards.documents.register import annex, register_blocks
from hazards.documents.reply import inspection_blocks
from hazards.models import Hazard, Status
from safety_app.core import clock
from safety_app.core.feature import Chapter
from safety_app.core.i18n import _, day_text, ngettext
from safety_app.core.pdf.blocks import Note
from safety_app.workplace import service as workplace

MONTHS: Final = timedelta(days=365)
MOST: Final = 400
PICTURED: Final = 40


def register(session: Session, site_id: int, now: datetime) -> Chapter:
    """What was found or open in the last twelve months, the latest ones with pictures."""
    timezone = workplace.site(session, site_id).timezone
    today = clock.local_day(now, timezone)
    start = clock.at_local(today - MONTHS, time(), timezone)
    still_open, ended = _on_the_list(session, site_id, timezone, start, now)
    rows = sorted([*still_open, *ended], key=lambda one: (one.found_on, one.id))
    pictured = rows[-PICTURED:]
    before, after = service.pictures(session, [one.id for one in pictured])
    said = [Note(_period(today - MONTHS, today))]
    if len(rows) >= MOST:
        words = _(
            "Printed are all open ones and of the others the latest, {shown} together; the register"
            " has all.",
            shown=len(rows),
        )
        said.append(Note(words))
    return Chapter(
        blocks=(
            *said,
            *register_blocks(rows, _("No hazard was found or open in this time."), narrow=True),
            *annex(rows, before, after, timezone),
        ),
        shortfalls=tuple(_shortfalls(still_open, today)),
    )


def last_inspection(session: Session, site_id: int, now: datetime) -> Chapter:
    """The last inspection by an authority, its papers, and how its findings stand."""
    key = service.latest_inspection(session, site_id, now)
    if key is None:
        return Chapter(missing=(_("No inspection by an authority is recorded."),))
    timezone = workplace.site(session, site_id).timezone
    today = clock.local_day(now, timezone)
    found = service.inspection_of(session, site_id, key, today)
    rows = service.rows_of(session, site_id, timezone, [Hazard.inspection_id == key])
    missing, shortfalls = [], []
    if not any(not one.is_reply for one in found.scans):
        missing.append(_("The scan of the authority's document is missing."))
    if found.row.replied_on is None and found.row.reply_by is not None:
        day = day_text(found.row.reply_by, weekday=False, year=True)
        shortfalls.append(
            _("The authority has not been replied to; the reply is due {day}.", day=day)
        )
    return Chapter(
        blocks=tuple(inspection_blocks(found, rows)),
        scans=tuple(one.id for one in found.scans),
        missing=tuple(missing),
        shortfalls=tuple(shortfalls),
    )


def _on_the_list(
    session: Session, site_id: int, timezone: str, start: datetime, now: datetime
) -> tuple[list[service.RegisterRow], list[service.RegisterRow]]:
    """All that are open however old, and the latest of those found or ended since `start`."""
    here = [Hazard.site_id == site_id, Hazard.registered_at < now]
    still_open = service.rows_of(session, site_id, timezone, [*here, Hazard.closed_at.is_(None)])
    since = or_(Hazard.registered_at >= start, Hazard.closed_at >= start)
    room = max(MOST - len(still_open), 0)
    ended = [*here, Hazard.closed_at.is_not(None), since]
    return still_open, service.rows_of(session, site_id, timezone, ended, most=room)


def _period(first: date, last: date) -> str:
    return _(
        "Hazards found from {first} to {last}, and those found earlier that were open in that"
        " time.",
        first=day_text(first, weekday=False, year=True),
        last=day_text(last, weekday=False, year=True),
    )


def _shortfalls(still_open: list[service.RegisterRow], today: date) -> list[str]:
    unowned = sum(one.status == Status.REGISTERED for one in still_open)
    late = sum(one.fix_by is not None and one.fix_by < today for one in still_open)
    said = []
    if unowned:
        said.append(
            ngettext("{n} hazard has no owner yet.", "{n} hazards have no owner yet.", unowned)
        )
    if late:
        said.append(ngettext("{n} hazard is overdue.", "{n} hazards are overdue.", late))
    return said
