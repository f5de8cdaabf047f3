"""What hazards give to the papers for an inspector: chapters 5 and 10."""

from datetime import date, datetime, time, timedelta
from typing import Final

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
    """The register of the last twelve months, the latest ones with pictures."""
    timezone = workplace.site(session, site_id).timezone
    today = clock.local_day(now, timezone)
    start = clock.at_local(today - MONTHS, time(), timezone)
    here = [Hazard.site_id == site_id, Hazard.registered_at >= start, Hazard.registered_at < now]
    rows = service.rows_of(session, site_id, timezone, here, most=MOST)
    pictured = rows[-PICTURED:]
    before, after = service.pictures(session, [one.id for one in pictured])
    said = [Note(_period(today - MONTHS, today))]
    if len(rows) == MOST:
        words = _("Only the latest {shown} are printed here; the register has all.", shown=MOST)
        said.append(Note(words))
    return Chapter(
        blocks=(*said, *register_blocks(rows, narrow=True), *annex(rows, before, after, timezone)),
        missing=tuple(_missing(rows, today)),
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
    missing = []
    if not any(not one.is_reply for one in found.scans):
        missing.append(_("The scan of the authority's document is missing."))
    if found.row.replied_on is None and found.row.reply_by is not None:
        day = day_text(found.row.reply_by, weekday=False, year=True)
        missing.append(_("The authority has not been replied to; the reply is due {day}.", day=day))
    return Chapter(
        blocks=tuple(inspection_blocks(found, rows)),
        scans=tuple(one.id for one in found.scans),
        missing=tuple(missing),
    )


def _period(first: date, last: date) -> str:
    return _(
        "Hazards found from {first} to {last}.",
        first=day_text(first, weekday=False, year=True),
        last=day_text(last, weekday=False, year=True),
    )


def _missing(rows: list[service.RegisterRow], today: date) -> list[str]:
    still_open = [one for one in rows if one.status not in (Status.CLOSED, Status.VOIDED)]
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
