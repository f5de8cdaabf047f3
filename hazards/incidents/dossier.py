"""What incidents give to the papers for an inspector: chapter 5, after the hazards.

Order 61 art. 43 wants fires in the management file; nought is stated.
"""

from datetime import datetime, time, timedelta
from typing import Final

from sqlalchemy.orm import Session

from hazards import service as hazards
from hazards.incidents.asof import stories
from hazards.incidents.documents.paper import head_of
from hazards.incidents.documents.register import narrow_blocks, summary
from hazards.incidents.models import Kind
from safety_app.core import clock
from safety_app.core.feature import Chapter
from safety_app.core.i18n import _, day_text, ngettext
from safety_app.core.pdf.blocks import Heading, Paragraph
from safety_app.workplace import service as workplace

SPAN: Final = timedelta(days=365)


def incidents(session: Session, site_id: int, now: datetime) -> Chapter:
    """Fires and other incidents of the last twelve months."""
    timezone = workplace.site(session, site_id).timezone
    today = clock.local_day(now, timezone)
    start = clock.at_local(today - SPAN, time(), timezone)
    rows = stories(session, site_id, timezone, start=start, end=now, cutoff=now)
    names = hazards.place_names(session, site_id)
    places = {one.id: names.text(one.window_id, one.location_id, one.place) for one in rows}
    counted = [one for one in rows if not one.is_void]
    fires = sum(one.kind is Kind.FIRE for one in counted)
    said = _(
        "From {first} to {last}: fires {fires}. {counts}",
        first=day_text(today - SPAN, weekday=False, year=True),
        last=day_text(today, weekday=False, year=True),
        fires=fires,
        counts=summary(rows),
    )
    late = sum(one.is_told_late for one in counted)
    shortfalls = []
    if late:
        shortfalls.append(
            ngettext(
                "{n} accident was told to the authorities late or not at all.",
                "{n} accidents were told to the authorities late or not at all.",
                late,
            )
        )
    return Chapter(
        blocks=(
            Heading(_("Fires, accidents and near misses")),
            Paragraph(said),
            *narrow_blocks(rows, places, head_of(session, site_id, now)),
        ),
        shortfalls=tuple(shortfalls),
    )
