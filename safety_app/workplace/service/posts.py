"""The posts of the fire protection law as something a person is in charge of."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from safety_app.core.access import Actor
from safety_app.core.clock import local_day
from safety_app.core.errors import NotFound
from safety_app.core.feature import Held
from safety_app.core.i18n import _, day_text
from safety_app.workplace.errors import PostHeldAlready
from safety_app.workplace.legal import POST_NAMES
from safety_app.workplace.models import Appointment, Post
from safety_app.workplace.service.places import site
from safety_app.workplace.service.profile import appoint, end_appointment


def held_posts(session: Session, site_id: int, user_id: int, today: date) -> list[Held]:
    """The posts that somebody holds, or will."""
    rows = session.scalars(
        select(Appointment)
        .where(
            Appointment.site_id == site_id,
            Appointment.user_id == user_id,
            or_(Appointment.last.is_(None), Appointment.last >= today),
        )
        .order_by(Appointment.first)
    )
    return [Held(str(row.id), _held_text(row)) for row in rows]


def hand_over_posts(
    session: Session,
    actor: Actor | None,
    keys: Sequence[str],
    from_id: int,
    to_id: int,
    *,
    now: datetime,
) -> None:
    """The other person holds the posts from today on; on the first day of one, from tomorrow."""
    for key in keys:
        row = session.get(Appointment, int(key))
        if row is None or row.user_id != from_id:
            raise NotFound()
        today = local_day(now, site(session, row.site_id).timezone)
        first = max(today, row.first + timedelta(days=1))
        end_appointment(
            session, actor, row.id, site_id=row.site_id, last=first - timedelta(days=1), now=now
        )
        try:
            appoint(
                session, actor, site_id=row.site_id, post=Post(row.post), user_id=to_id,
                first=first, now=now,
            )  # fmt: skip
        except PostHeldAlready:
            continue


def _held_text(row: Appointment) -> str:
    first = day_text(row.first, weekday=False, year=True)
    return _("{post} (since {first})", post=_(POST_NAMES[Post(row.post)]), first=first)
