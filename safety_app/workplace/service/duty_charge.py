"""Days of duty to come as something a person is in charge of."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from safety_app.core import journal
from safety_app.core.access import Actor
from safety_app.core.clock import local_day
from safety_app.core.errors import NotFound
from safety_app.core.feature import Held
from safety_app.core.i18n import _, day_text, ngettext
from safety_app.workplace.models import Duty
from safety_app.workplace.permissions import Permission
from safety_app.workplace.service.duties import check_fit
from safety_app.workplace.service.naming import window_names
from safety_app.workplace.service.places import site
from safety_app.workplace.service.roster import roster

COMMON = "0"


def held_duties(session: Session, site_id: int, user_id: int, today: date) -> list[Held]:
    """The places at which the roster names somebody from today on, each with its days."""
    names = window_names(session, site_id)
    found: dict[int | None, list[date]] = {}
    for window_id, on in session.execute(
        select(Duty.window_id, Duty.on_date)
        .where(Duty.site_id == site_id, Duty.user_id == user_id, Duty.on_date >= today)
        .order_by(Duty.on_date)
    ):
        found.setdefault(window_id, []).append(on)
    return [
        Held(
            COMMON if window_id is None else str(window_id),
            _text(_("Common areas") if window_id is None else names[window_id], days),
            window_id,
        )
        for window_id, days in found.items()
    ]


def hand_over_duties(
    session: Session,
    actor: Actor | None,
    keys: Sequence[str],
    from_id: int,
    to_id: int,
    *,
    now: datetime,
) -> None:
    """The other person is on duty from today on; where they are already, one entry is enough.

    Raises `NotQualified` for who may not be on duty on one of the days.
    """
    journal.lock(session)
    for window_id in _places(keys):
        if actor is not None:
            actor.require(Permission.ROSTER, window_id=window_id)
        here = Duty.window_id.is_not_distinct_from(window_id)
        rows = session.scalars(select(Duty).where(Duty.user_id == from_id, here)).all()
        if not rows:
            raise NotFound()
        today = local_day(now, site(session, rows[0].site_id).timezone)
        days = [row.on_date for row in rows if row.on_date >= today]
        fit = roster(session, rows[0].site_id, today, max(days, default=today))
        for day in sorted(days):
            check_fit(fit, day, to_id)
        there = select(Duty.on_date).where(Duty.user_id == to_id, here, Duty.on_date.in_(days))
        both = list(session.scalars(there))
        own = (Duty.user_id == from_id, here)
        session.execute(delete(Duty).where(*own, Duty.on_date.in_(both)))
        session.execute(
            update(Duty)
            .where(*own, Duty.on_date >= today)
            .values(user_id=to_id)
            .execution_options(synchronize_session=False)
        )
        # Nobody stands in for themselves.
        session.execute(
            update(Duty)
            .where(Duty.user_id == to_id, Duty.stands_in_for == to_id)
            .values(stands_in_for=None)
            .execution_options(synchronize_session=False)
        )
        session.expire_all()
        facts = {"from": from_id, "to": to_id, "days": sorted(days)}
        journal.write(
            session, actor, "workplace.hand_over_duties", *_object(window_id, rows[0].site_id),
            now=now, site_id=rows[0].site_id, facts=facts,
        )  # fmt: skip


def _places(keys: Iterable[str]) -> list[int | None]:
    return [int(key) or None for key in keys]


def _object(window_id: int | None, site_id: int) -> tuple[str, int]:
    return ("site", site_id) if window_id is None else ("window", window_id)


def _text(place: str, days: Sequence[date]) -> str:
    count = ngettext("{n} day", "{n} days", len(days))
    first = day_text(days[0], weekday=False, year=True)
    if len(days) == 1:
        return _("On duty: {place}, {day}", place=place, day=first)
    last = day_text(days[-1], weekday=False, year=True)
    return _(
        "On duty: {place}, {count} from {first} to {last}",
        place=place, count=count, first=first, last=last,
    )  # fmt: skip
