"""First sign-in by a one-time code on a printed slip; the same slip resets a lost password."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from safety_app.accounts import codes
from safety_app.accounts.errors import (
    AccountClosed,
    OwnReset,
    SlipExpired,
    SlipUnknown,
    SlipUsed,
)
from safety_app.accounts.models import Deputy, FirstCode, Membership, User
from safety_app.accounts.permissions import Permission
from safety_app.accounts.service.devices import device_of
from safety_app.accounts.service.people import WHO_MANAGES, end_sessions, note
from safety_app.accounts.service.sessions import SignedIn, open_session
from safety_app.core import journal
from safety_app.core.access import Actor, Role
from safety_app.core.clock import local_day
from safety_app.core.errors import NotAllowed, NotFound

FIRST_CODE_DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class Slip:
    """What is printed; the code is known here and nowhere else."""

    user_id: int
    name: str
    name_en: str
    login: str
    code: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Guest:
    """Whose slip it is."""

    user_id: int
    name: str
    name_en: str
    login: str


def issue_first_code(session: Session, actor: Actor | None, user_id: int, *, now: datetime) -> Slip:
    """A slip for a person; the earlier one, the password, the code and all sessions end."""
    journal.lock(session)
    user = session.get(User, user_id)
    if user is None:
        raise NotFound()
    _require_reset(session, actor, user, now)
    if not user.is_active:
        raise AccountClosed(name=user.name)
    _void(session, user_id, now)
    user.password_hash = user.pin_hash = None
    end_sessions(session, user_id, now)
    code = codes.new_code()
    expires_at = now + timedelta(days=FIRST_CODE_DAYS)
    session.add(
        FirstCode(
            site_id=user.site_id,
            user_id=user_id,
            code_hash=codes.hash_code(code),
            issued_by=actor.user_id if actor else None,
            issued_at=now,
            expires_at=expires_at,
        )
    )
    session.flush()
    note(session, actor, "accounts.issue_first_code", user, now)
    return Slip(user.id, user.name, user.name_en, user.login, code, expires_at)


def may_reset(session: Session, actor: Actor, user_id: int, *, now: datetime) -> bool:
    """Whether this person may print a slip for that one; for buttons."""
    user = session.get(User, user_id)
    if user is None or not user.is_active:
        return False
    try:
        _require_reset(session, actor, user, now)
    except (NotAllowed, NotFound, OwnReset):
        return False
    return True


def find_first_code(session: Session, code_hash: str, *, now: datetime) -> Guest:
    """Whose slip it is; raises `SlipUnknown`, `SlipUsed` or `SlipExpired`."""
    row = session.execute(
        select(FirstCode, User)
        .join(User, User.id == FirstCode.user_id)
        .where(FirstCode.code_hash == code_hash)
    ).one_or_none()
    if row is None:
        raise SlipUnknown()
    code, user = row
    if code.used_at is not None:
        raise SlipUsed()
    if now >= code.expires_at or not user.is_active:
        raise SlipExpired()
    return Guest(user.id, user.name, user.name_en, user.login)


def use_first_code(
    session: Session,
    code_hash: str,
    *,
    password_hash: str,
    pin_hash: str,
    device_token: str | None = None,
    agent: str = "",
    now: datetime,
) -> SignedIn:
    """Set the own password and code and sign in; the slip is spent, whoever was in is out."""
    journal.lock(session)
    guest = find_first_code(session, code_hash, now=now)
    spent = session.scalar(
        update(FirstCode)
        .where(FirstCode.code_hash == code_hash, FirstCode.used_at.is_(None))
        .values(used_at=now)
        .returning(FirstCode.id)
    )
    if spent is None:
        raise SlipUsed()
    user = session.get_one(User, guest.user_id)
    user.password_hash, user.pin_hash = password_hash, pin_hash
    end_sessions(session, user.id, now)
    note(session, None, "accounts.use_first_code", user, now)
    device = device_of(session, device_token)
    known = device.id if device and device.site_id == user.site_id else None
    return open_session(session, user, device_id=known, agent=agent, now=now)


def waiting_slips(session: Session, site_id: int, *, now: datetime) -> dict[int, datetime]:
    """Who has a slip that still waits, and until when."""
    rows = session.execute(
        select(FirstCode.user_id, FirstCode.expires_at).where(
            FirstCode.site_id == site_id, FirstCode.used_at.is_(None), FirstCode.expires_at > now
        )
    )
    return {row.user_id: row.expires_at for row in rows}


def _void(session: Session, user_id: int, now: datetime) -> None:
    session.execute(
        update(FirstCode)
        .where(
            FirstCode.user_id == user_id, FirstCode.used_at.is_(None), FirstCode.expires_at > now
        )
        .values(expires_at=now)
    )


def _require_reset(session: Session, actor: Actor | None, user: User, now: datetime) -> None:
    """The administrator resets everybody else; a lead those who are nothing but their own staff."""
    if actor is None:
        return
    if actor.site_id != user.site_id:
        raise NotFound()
    reach = actor.reach(Permission.RESET)
    if user.id == actor.user_id and (reach.site or reach.windows):
        raise OwnReset()
    if reach.site:
        return
    held = session.scalars(select(Membership).where(Membership.user_id == user.id)).all()
    theirs = all(one.role == Role.STAFF and one.window_id in reach.windows for one in held)
    if not held or not theirs or _stands_in(session, user.id, now, actor.timezone):
        raise NotAllowed(who=WHO_MANAGES)


def _stands_in(session: Session, user_id: int, now: datetime, timezone: str) -> bool:
    today = local_day(now, timezone)
    query = select(Deputy.id).where(
        Deputy.user_id == user_id, or_(Deputy.last.is_(None), Deputy.last >= today)
    )
    return session.scalar(query.limit(1)) is not None
