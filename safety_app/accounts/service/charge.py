"""What a person is in charge of by the account: windows led, deputyships, roles nobody else has."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from safety_app.accounts.errors import DeputyIsLead, TakesNoCharge
from safety_app.accounts.models import Deputy, Membership, User
from safety_app.accounts.service.deputies import hand_over_deputy
from safety_app.accounts.service.directory import lead_of, names
from safety_app.accounts.service.people import managed
from safety_app.accounts.service.roles import grant_role, revoke_role
from safety_app.accounts.service.windows import window_words, zone_of
from safety_app.core import journal
from safety_app.core.access import ROLE_NAMES, Actor, Role
from safety_app.core.clock import local_day
from safety_app.core.errors import NotFound
from safety_app.core.feature import Held
from safety_app.core.i18n import _, bilingual, day_text

NEEDED: Final = (Role.ADMINISTRATOR, Role.MANAGER, Role.OFFICER)
"""Roles for the whole hall that somebody must hold."""


def held(session: Session, site_id: int, user_id: int, today: date) -> Sequence[Held]:
    """Windows led, days as deputy still to come, and roles that only this person holds."""
    rows = session.scalars(
        select(Membership).where(Membership.user_id == user_id, Membership.site_id == site_id)
    ).all()
    stands = session.scalars(
        select(Deputy)
        .where(Deputy.user_id == user_id, or_(Deputy.last.is_(None), Deputy.last >= today))
        .order_by(Deputy.first, Deputy.id)
    ).all()
    led = [row.window_id for row in rows if row.role == Role.LEAD and row.window_id is not None]
    words = window_words(session, [*led, *(stand.window_id for stand in stands)])
    found = [
        Held(f"lead:{window_id}", _("Lead of {window}", window=words[window_id]), window_id)
        for window_id in sorted(led, key=words.__getitem__)
    ]
    found += [
        Held(f"deputy:{stand.id}", _stand_text(stand, words[stand.window_id]), stand.window_id)
        for stand in stands
    ]
    own = {Role(row.role) for row in rows}
    found += [
        Held(f"role:{role}", _("The only one with the role “{role}”", role=_(ROLE_NAMES[role])))
        for role in NEEDED
        if role in own and not _others(session, site_id, role, user_id)
    ]
    return found


def hand_over(
    session: Session,
    actor: Actor | None,
    keys: Iterable[str],
    from_id: int,
    to_id: int,
    *,
    now: datetime,
) -> None:
    """Give windows, deputyships and roles to somebody else."""
    journal.lock(session)
    giver, taker = managed(session, actor, from_id), managed(session, actor, to_id)
    _check_taker(session, taker)
    for key in keys:
        kind, _colon, rest = key.partition(":")
        if kind == "lead":
            _lead(session, actor, int(rest), giver, taker, now)
        elif kind == "deputy":
            _deputy(session, actor, int(rest), giver, taker, now)
        elif kind == "role":
            grant_role(session, actor, taker.id, Role(rest), now=now)
        else:
            raise NotFound()


def _check_taker(session: Session, taker: User) -> None:
    roles = session.scalars(select(Membership.role).where(Membership.user_id == taker.id))
    if set(roles) == {Role.THIRD_PARTY}:
        raise TakesNoCharge(name=bilingual(taker.name, taker.name_en))


def _lead(
    session: Session, actor: Actor | None, window_id: int, giver: User, taker: User, now: datetime
) -> None:
    revoke_role(session, actor, giver.id, Role.LEAD, window_id, now=now)
    grant_role(session, actor, taker.id, Role.LEAD, window_id, now=now)
    # Nobody stands in for themselves.
    session.execute(
        delete(Deputy).where(
            Deputy.window_id == window_id, Deputy.user_id == taker.id, Deputy.first > now.date()
        )
    )


def _deputy(
    session: Session, actor: Actor | None, deputy_id: int, giver: User, taker: User, now: datetime
) -> None:
    row = session.get(Deputy, deputy_id)
    if row is None or row.user_id != giver.id:
        raise NotFound()
    if lead_of(session, row.window_id) == taker.id:
        raise DeputyIsLead(name=names(session, [taker.id])[taker.id])
    today = local_day(now, zone_of(session, row.site_id))
    hand_over_deputy(session, actor, row, taker.id, today=today, now=now)


def _stand_text(stand: Deputy, window: str) -> str:
    first = day_text(stand.first, weekday=False, year=True)
    if stand.last is None:
        return _("Deputy lead of {window} from {first}, without an end", window=window, first=first)
    last = day_text(stand.last, weekday=False, year=True)
    return _("Deputy lead of {window}, {first} to {last}", window=window, first=first, last=last)


def _others(session: Session, site_id: int, role: Role, user_id: int) -> bool:
    query = (
        select(Membership.id)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.site_id == site_id,
            Membership.role == role,
            Membership.user_id != user_id,
            User.is_active,
        )
    )
    return session.scalar(query.limit(1)) is not None
