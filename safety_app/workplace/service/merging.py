"""What the workplace itself does when a window goes on in another one."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from safety_app.accounts import service as accounts
from safety_app.core.access import Actor
from safety_app.core.clock import local_day
from safety_app.workplace.models import Duty
from safety_app.workplace.service.places import site, window_site


def merge_places(
    session: Session, actor: Actor | None, window_id: int, successor_id: int, now: datetime
) -> None:
    """People, tablets and the roster ahead go to the successor; what lies behind stays."""
    site_id = window_site(session, window_id)
    today = local_day(now, site(session, site_id).timezone)
    accounts.move_members(session, actor, window_id, successor_id, site_id=site_id, now=now)
    ahead = (Duty.on_date >= today, Duty.window_id == window_id)
    there = select(Duty.user_id, Duty.on_date).where(
        Duty.on_date >= today, Duty.window_id == successor_id
    )
    taken = {(user_id, on) for user_id, on in session.execute(there)}
    for duty in session.scalars(select(Duty).where(*ahead)).all():
        if (duty.user_id, duty.on_date) not in taken:
            duty.window_id = successor_id
    session.flush()
    session.execute(delete(Duty).where(*ahead))
