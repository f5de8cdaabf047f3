"""What exams say on Today: one that is under way, wherever it was begun."""

from datetime import datetime

from drills.exams.service import sitting
from drills.exams.service.definitions import Rules
from safety_app import ui
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _


def under_way(actor: Actor, now: datetime) -> bool:
    """The exam whose clock runs, with the way back to it."""
    with reading() as session:
        attempt = sitting.under_way(session, actor.user_id, now)
    if attempt is None or attempt.deadline is None:
        return False
    until = attempt.deadline.astimezone(clock.zone(actor.timezone))
    said = _(
        "{exam}, until {time}. What was answered is saved.",
        exam=Rules(**attempt.rules).name, time=f"{until:%H:%M}",
    )  # fmt: skip
    href = f"/exam/{attempt.exam_id}"
    go = ui.markup.anchor(_("Go on with the exam"), href, "play_arrow", look="primary")
    ui.notice("orange", said, heading=_("Your exam is under way"), extra=f"<p>{go}</p>")
    return True
