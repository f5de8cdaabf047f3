"""The workplace's part of Today: a place that has nobody."""

from datetime import datetime

from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.clock import local_day
from safety_app.core.db import reading
from safety_app.core.i18n import _
from safety_app.ui import markup
from safety_app.workplace import service
from safety_app.workplace.permissions import Permission


def nobody(actor: Actor, now: datetime) -> bool:
    """Say where absences leave nobody today, to whoever keeps that roster."""
    if not actor.may_somewhere(Permission.ROSTER):
        return False
    today = local_day(now, actor.timezone)
    with reading() as session:
        places = service.without_anybody(session, actor, today, now)
    if places:
        link = markup.anchor(_("To the roster"), "/roster", "calendar_view_week")
        said = _("Nobody is on duty today: {places}.", places=_(", ").join(places))
        ui.notice("red", said, extra=f"<p>{link}</p>")
    return False
