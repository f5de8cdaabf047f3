"""Leaving: everything a person holds goes to somebody else, then the account is closed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from safety_app.accounts.errors import (
    HandoverToSelf,
    LeavesLater,
    LeavesTooEarly,
    StillInCharge,
)
from safety_app.accounts.models import FirstCode, Handover, Membership, User
from safety_app.accounts.service.following import people_changed
from safety_app.accounts.service.people import (
    end_sessions,
    keep_an_administrator,
    managed,
    note,
)
from safety_app.core import journal
from safety_app.core.access import Actor, Role
from safety_app.core.clock import local_day
from safety_app.core.errors import NotFound
from safety_app.core.feature import Charge
from safety_app.core.i18n import bilingual, use_language
from safety_app.features import features

WHAT_LIMIT: Final = 300
SIGN_IN: Final = "accounts.sign_in"


@dataclass(frozen=True, slots=True)
class Thing:
    """Something a person is in charge of; `id` names it among all features."""

    id: str
    kind: str
    key: str
    what: str
    what_en: str

    @property
    def text(self) -> str:
        """What it is, in the current language."""
        return bilingual(self.what, self.what_en)


def held_by(session: Session, actor: Actor, user_id: int, *, now: datetime) -> list[Thing]:
    """All that a person is in charge of, feature by feature."""
    user = managed(session, actor, user_id)
    return _held(session, user, local_day(now, actor.timezone))


def hand_over(
    session: Session, actor: Actor, user_id: int, to: Mapping[str, int], *, now: datetime
) -> None:
    """Give each thing named to the person chosen for it, and keep what went to whom."""
    journal.lock(session)
    user = managed(session, actor, user_id)
    things = {one.id: one for one in _held(session, user, local_day(now, actor.timezone))}
    if not set(to) <= set(things):
        raise NotFound()
    for name, charge in _charges():
        mine = {key: one for key, one in things.items() if key in to and _of(key) == name}
        for to_id in sorted({to[key] for key in mine}):
            _check_taker(session, user, to_id)
            keys = [one.key for key, one in mine.items() if to[key] == to_id]
            charge.hand_over(session, actor, keys, user.id, to_id, now=now)
    for key, thing in things.items():
        if key in to:
            _keep(session, actor, user, thing, to[key], now)
    session.flush()
    note(session, actor, "accounts.hand_over", user, now, things=sorted(to))


def leave(session: Session, actor: Actor, user_id: int, *, on: date, now: datetime) -> None:
    """Close the account of somebody who has gone; nothing may be left in their hands."""
    journal.lock(session)
    user = managed(session, actor, user_id)
    today = local_day(now, actor.timezone)
    if on > today:
        raise LeavesLater()
    earliest = _earliest(session, actor, user, today)
    if on < earliest:
        raise LeavesTooEarly(name=bilingual(user.name, user.name_en), day=earliest)
    keep_an_administrator(session, user)
    things = _held(session, user, today)
    if things:
        raise StillInCharge(name=bilingual(user.name, user.name_en), n=len(things))
    user.left_on, user.is_active = on, False
    user.password_hash = user.pin_hash = None
    end_sessions(session, user_id, now)
    session.execute(
        update(FirstCode)
        .where(FirstCode.user_id == user_id, FirstCode.expires_at > now)
        .values(expires_at=now)
    )
    # Where they worked stays; what they might do does not come back by itself.
    session.execute(
        delete(Membership).where(Membership.user_id == user_id, Membership.role != Role.STAFF)
    )
    session.flush()
    note(session, actor, "accounts.leave", user, now, on=on)
    people_changed(session, user.site_id, [user_id], now)


def handovers(session: Session, actor: Actor, user_id: int) -> list[Handover]:
    """What this person has handed over, the earliest first."""
    managed(session, actor, user_id)
    query = select(Handover).where(Handover.from_id == user_id)
    return list(session.scalars(query.order_by(Handover.at, Handover.id)))


def _held(session: Session, user: User, today: date) -> list[Thing]:
    found = []
    for name, charge in _charges():
        with use_language("zh_CN"):
            chinese = charge.held(session, user.site_id, user.id, today)
        with use_language("en"):
            english = {
                one.key: one.text for one in charge.held(session, user.site_id, user.id, today)
            }
        found += [
            Thing(f"{name}/{one.key}", charge.title, one.key, one.text, english[one.key])
            for one in chinese
        ]
    return found


def _earliest(session: Session, actor: Actor, user: User, today: date) -> date:
    """The first day that can be somebody's last: they had joined and recorded nothing later."""
    last = session.scalar(
        select(func.max(journal.Entry.at)).where(
            journal.Entry.actor_id == user.id, journal.Entry.action != SIGN_IN
        )
    )
    known = [local_day(moment, actor.timezone) for moment in (user.created_at, last) if moment]
    # Whoever was to begin later and never came can leave today.
    return min(today, max([*known, user.joined_on or date.min]))


def _charges() -> Iterator[tuple[str, Charge]]:
    for feature in features():
        for number, charge in enumerate(feature.charges):
            yield f"{feature.name}.{number}", charge


def _of(thing_id: str) -> str:
    return thing_id.partition("/")[0]


def _check_taker(session: Session, user: User, to_id: int) -> None:
    taker = session.get(User, to_id)
    if taker is None or taker.site_id != user.site_id:
        raise NotFound()
    if taker.id == user.id or not taker.is_active:
        raise HandoverToSelf()


def _keep(
    session: Session, actor: Actor, user: User, thing: Thing, to_id: int, now: datetime
) -> None:
    session.add(
        Handover(
            site_id=user.site_id,
            from_id=user.id,
            to_id=to_id,
            kind=thing.kind,
            what=thing.what[:WHAT_LIMIT],
            what_en=thing.what_en[:WHAT_LIMIT],
            by=actor.user_id,
            at=now,
        )
    )
