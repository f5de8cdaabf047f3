"""What goes on elsewhere: a fix with another owner, a window's hazards in its successor."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from hazards.errors import OwnerUnknown
from hazards.lifecycle import take
from hazards.models import Hazard, Status, Step
from hazards.service.registering import SUFFIX
from hazards.visibility import IS_OPEN
from safety_app.accounts import service as accounts
from safety_app.core import clock, journal
from safety_app.core.access import Actor
from safety_app.core.feature import Held
from safety_app.core.i18n import _, bilingual, day_text
from safety_app.workplace import service as workplace

_OWNED: Final = (Status.ASSIGNED, Status.FIXED)


def held(session: Session, site_id: int, user_id: int, today: date) -> list[Held]:
    """The open hazards that a person has to fix, the nearest deadline first."""
    query = select(Hazard).where(*_owned_by(site_id, user_id)).order_by(Hazard.fix_by, Hazard.id)
    return [
        Held(one.number, _told(one, today), one.window_id) for one in session.scalars(query).all()
    ]


def owned(session: Session, site_id: int, user_ids: Collection[int]) -> dict[int, int]:
    """How many open hazards each of some people has to fix."""
    query = (
        select(Hazard.owner_id, func.count())
        .where(Hazard.site_id == site_id, Hazard.owner_id.in_(user_ids), Hazard.status.in_(_OWNED))
        .group_by(Hazard.owner_id)
    )
    return {user_id: n for user_id, n in session.execute(query) if user_id is not None}


def hand_over(
    session: Session,
    actor: Actor | None,
    keys: Sequence[str],
    from_id: int,
    to_id: int,
    *,
    now: datetime,
) -> None:
    """Give these hazards, by number, to another owner who may serve; status and deadline stay.

    The caller has decided that the one may leave them to the other.
    """
    journal.lock(session)
    new = accounts.names(session, [to_id])
    if to_id not in new:
        raise OwnerUnknown()
    query = select(Hazard).where(
        Hazard.number.in_(list(keys)),
        Hazard.owner_id == from_id,
        Hazard.status.in_(_OWNED),
        *([Hazard.site_id == actor.site_id] if actor else []),
    )
    for hazard in session.scalars(query.order_by(Hazard.id)).all():
        if all(one.id != to_id for one in accounts.list_people(session, hazard.site_id)):
            raise OwnerUnknown()
        today = clock.local_day(now, workplace.site(session, hazard.site_id).timezone)
        workplace.require_fit(session, hazard.site_id, to_id, today)
        hazard.owner_id = to_id
        take(session, actor, hazard, Step.HAND_OVER, now=now, owner_id=to_id, fix_by=hazard.fix_by)


def move_all(
    session: Session, actor: Actor | None, old_id: int, new_id: int, now: datetime
) -> None:
    """Take the open hazards of a window over to the one it goes on in; numbers and steps stay."""
    journal.lock(session)
    query = select(Hazard).where(Hazard.window_id == old_id, IS_OPEN).order_by(Hazard.id)
    for hazard in session.scalars(query).all():
        hazard.window_id = new_id
        hazard.source = _source_there(session, hazard, old_id, new_id)
        take(session, actor, hazard, Step.MOVE, now=now, window_id=new_id, old_window_id=old_id)


def _owned_by(site_id: int, user_id: int) -> tuple[ColumnElement[bool], ...]:
    return Hazard.site_id == site_id, Hazard.owner_id == user_id, Hazard.status.in_(_OWNED)


def _told(hazard: Hazard, today: date) -> str:
    words = {"number": hazard.number, "what": bilingual(hazard.what, hazard.what_en)}
    day = day_text(hazard.fix_by, weekday=False, year=True) if hazard.fix_by else "–"
    if hazard.fix_by and hazard.fix_by < today:
        return _("{number} {what}, overdue since {day}", day=day, **words)
    return _("{number} {what}, fix by {day}", day=day, **words)


def _source_there(session: Session, hazard: Hazard, old_id: int, new_id: int) -> str | None:
    """The same point of the new window, so that its next patrol knows the hazard again.

    Sources name their window as `window/A01/`. Where that point has an open hazard already, the
    source gets the next free suffix; two open ones never share a source.
    """
    if hazard.source is None:
        return None
    codes = workplace.list_windows(session, hazard.site_id, active=False)
    named = {one.id: one.code for one in codes}
    wanted = hazard.source.replace(f"window/{named[old_id]}/", f"window/{named[new_id]}/")
    if wanted == hazard.source:
        return wanted
    base = wanted.split(SUFFIX)[0]
    taken = set(
        session.scalars(
            select(Hazard.source).where(
                Hazard.site_id == hazard.site_id,
                Hazard.source.startswith(base, autoescape=True),
                Hazard.id != hazard.id,
                IS_OPEN,
            )
        )
    )
    number = 1
    while wanted in taken:
        number += 1
        wanted = f"{base}{SUFFIX}{number}"
    return wanted
