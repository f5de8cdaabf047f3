"""Signing in, by password or by a tablet's six-digit code, with the tries limited.

A try is charged before the hash is compared and given back when it fits, so that many at once
cannot outrun the limit. What is not six digits cannot be a code: it is refused and no try.
`sign_in_*` and `check_pin` do all in one session; the edge uses
`claim_*`, `proves` and `settle_*`, so that no hash is computed while others wait to write.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import Session

from safety_app.accounts import passwords
from safety_app.accounts.errors import (
    NotASharedTablet,
    OwnPasswordWrong,
    PinIncomplete,
    SignInRefused,
    TooManyAttempts,
    WrongPassword,
    WrongPin,
)
from safety_app.accounts.models import Attempt, Device, DeviceWindow, Membership, User
from safety_app.accounts.service.devices import device_of
from safety_app.accounts.service.sessions import SignedIn, actor_for, open_session
from safety_app.core.access import Actor, Role
from safety_app.core.errors import NotFound

PER_ACCOUNT: Final = 5
PER_ADDRESS: Final = 20
LOCK_MINUTES: Final = 15
_WINDOW: Final = timedelta(minutes=LOCK_MINUTES)
ROAMING: Final = (Role.OFFICER, Role.MANAGER, Role.THIRD_PARTY)
"""Roles for the whole site: they may use every shared tablet of it."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A try that was charged: whose secret to compare, and what it costs if it does not fit."""

    user_id: int | None
    hashed: str | None
    device_id: int | None
    keys: tuple[str, str]
    refused: SignInRefused
    """What to raise when the secret does not fit."""


def sign_in_password(
    session: Session,
    *,
    login: str,
    password: str,
    address: str,
    now: datetime,
    device_token: str | None = None,
) -> SignedIn:
    """Sign in with user name and password."""
    claim = claim_password(
        session, login=login, address=address, now=now, device_token=device_token
    )
    return settle_sign_in(session, claim, proves(claim, password), now=now)


def sign_in_pin(
    session: Session,
    *,
    user_id: int,
    pin: str,
    device_token: str | None,
    address: str,
    now: datetime,
) -> SignedIn:
    """Sign in on a shared tablet with six digits."""
    claim = claim_pin(
        session, user_id=user_id, pin=pin, device_token=device_token, address=address, now=now
    )
    return settle_sign_in(session, claim, proves(claim, pin), now=now)


def check_pin(session: Session, actor: Actor, pin: str, *, now: datetime, address: str) -> None:
    """Ask somebody who is signed in for their code again, before a signature."""
    claim = claim_own_pin(session, actor, pin, address=address, now=now)
    settle(session, claim, proves(claim, pin))


def claim_password(
    session: Session, *, login: str, address: str, now: datetime, device_token: str | None = None
) -> Claim:
    """Charge a try with a password."""
    login = passwords.clean_login(login)
    user = _by_login(session, login)
    device = device_of(session, device_token)
    if device and user and device.site_id != user.site_id:
        device = None
    counted = user.login if user else login
    keys = (f"password:{counted[:64]}", _place(device, address))
    left = _charge(session, keys, now)
    return Claim(
        user_id=user.id if user else None,
        hashed=user.password_hash if user else None,
        device_id=device.id if device else None,
        keys=keys,
        refused=WrongPassword(left=left, minutes=LOCK_MINUTES) if left else _locked(LOCK_MINUTES),
    )


def claim_pin(
    session: Session,
    *,
    user_id: int,
    pin: str,
    device_token: str | None,
    address: str,
    now: datetime,
) -> Claim:
    """Charge a try with a code; only on a tablet that serves this person."""
    device = device_of(session, device_token)
    user = session.scalar(select(User).where(User.id == user_id, User.is_active))
    if device is None or user is None or not _serves(session, device, user, now):
        raise NotASharedTablet()
    return _pin_claim(session, user, pin, device.id, _place(device, address), now)


def claim_own_pin(
    session: Session, actor: Actor, pin: str, *, address: str, now: datetime
) -> Claim:
    """Charge a try with the code of the person who is signed in."""
    user = session.get(User, actor.user_id)
    if user is None:
        raise NotFound()
    return _pin_claim(session, user, pin, actor.device_id, _own_place(actor, address), now)


def claim_pin_of(
    session: Session, actor: Actor, user_id: int, pin: str, *, address: str, now: datetime
) -> Claim:
    """Charge a try with the code of a colleague who signs where somebody else is signed in."""
    user = session.scalar(
        select(User).where(User.id == user_id, User.site_id == actor.site_id, User.is_active)
    )
    if user is None:
        raise NotFound()
    return _pin_claim(session, user, pin, actor.device_id, _own_place(actor, address), now)


def claim_own_password(session: Session, actor: Actor, *, address: str, now: datetime) -> Claim:
    """Charge a try with the password of the person who is signed in."""
    user = session.get(User, actor.user_id)
    if user is None:
        raise NotFound()
    keys = (f"password:{user.login}", _own_place(actor, address))
    left = _charge(session, keys, now)
    refused = OwnPasswordWrong(left=left) if left else _locked(LOCK_MINUTES)
    return Claim(user.id, user.password_hash, actor.device_id, keys, refused)


def proves(claim: Claim, secret: str) -> bool:
    """Whether the secret fits; slow on purpose, needs no database."""
    if claim.keys[0].startswith("pin:"):
        return passwords.matches(claim.hashed, passwords.clean_pin(secret)[:64])
    return passwords.matches(claim.hashed, passwords.clean_password(secret)[: passwords.MOST + 1])


def settle(session: Session, claim: Claim, fits: bool) -> None:
    """Give the tries back if the secret fitted, raise otherwise."""
    if not fits:
        raise claim.refused
    account, place = claim.keys
    session.execute(delete(Attempt).where(Attempt.key == account))
    forgive_try(session, place)


def settle_sign_in(
    session: Session, claim: Claim, fits: bool, *, agent: str = "", now: datetime
) -> SignedIn:
    """Open the session if the secret fitted and the account is still open, raise otherwise."""
    user = session.get(User, claim.user_id) if claim.user_id else None
    settle(session, claim, fits and user is not None and user.is_active)
    if user is None:
        raise claim.refused
    return open_session(session, user, device_id=claim.device_id, agent=agent, now=now)


def count_try(
    session: Session, purpose: str, *, device_token: str | None, address: str, now: datetime
) -> str:
    """Charge a try with a one-time code to the tablet or address; the key to forgive it by."""
    place = _place(device_of(session, device_token), address)
    key = f"{purpose}:{place}"
    times = _recent(session, key, now)
    if len(times) >= PER_ADDRESS:
        free_at = times[-PER_ADDRESS] + _WINDOW
        raise _locked(max(1, math.ceil((free_at - now).total_seconds() / 60)))
    session.add(Attempt(key=key, at=now))
    session.flush()
    return key


def forgive_try(session: Session, key: str) -> None:
    """The try was none: the code fitted."""
    latest = select(func.max(Attempt.id)).where(Attempt.key == key).scalar_subquery()
    session.execute(delete(Attempt).where(Attempt.id == latest))


def forget_attempts(session: Session, *, before: datetime) -> int:
    """Delete tries too old to count."""
    found = session.scalars(delete(Attempt).where(Attempt.at < before).returning(Attempt.id))
    return len(found.all())


def _pin_claim(
    session: Session, user: User, pin: str, device_id: int | None, place: str, now: datetime
) -> Claim:
    if not passwords.is_pin(pin):
        raise PinIncomplete()
    keys = (f"pin:{user.id}", place)
    left = _charge(session, keys, now)
    refused = WrongPin(left=left) if left else _locked(LOCK_MINUTES)
    return Claim(user.id, user.pin_hash, device_id, keys, refused)


def _by_login(session: Session, login: str) -> User | None:
    """The open account with this user name, or else with this staff number."""
    user = session.scalar(select(User).where(User.login == login, User.is_active))
    if user is not None or not login:
        return user
    numbered = select(User).where(func.lower(User.staff_no) == login, User.is_active)
    found = session.scalars(numbered.limit(2)).all()
    return found[0] if len(found) == 1 else None


def _serves(session: Session, device: Device, user: User, now: datetime) -> bool:
    if device.site_id != user.site_id:
        return False
    here = set(
        session.scalars(select(DeviceWindow.window_id).where(DeviceWindow.device_id == device.id))
    )
    if not here:
        return True
    allowed: ColumnElement[bool] = or_(Membership.window_id.in_(here), Membership.role.in_(ROAMING))
    member = select(Membership.id).where(Membership.user_id == user.id, allowed).limit(1)
    if session.scalar(member):
        return True
    today = actor_for(session, user.id, now=now)
    return bool((today.led | today.served) & here)


def _own_place(actor: Actor, address: str) -> str:
    return f"device:{actor.device_id}" if actor.device_id else f"address:{address[:64]}"


def _place(device: Device | None, address: str) -> str:
    # A hall's tablets share one address; each is counted for itself.
    return f"device:{device.id}" if device else f"address:{address[:64]}"


def _charge(session: Session, keys: tuple[str, str], now: datetime) -> int:
    """Count this try; the tries left to the account after it, or `TooManyAttempts`."""
    account = _recent(session, keys[0], now)
    place = _recent(session, keys[1], now)
    for times, limit in ((account, PER_ACCOUNT), (place, PER_ADDRESS)):
        if len(times) >= limit:
            free_at = times[-limit] + _WINDOW
            raise _locked(max(1, math.ceil((free_at - now).total_seconds() / 60)))
    session.add_all(Attempt(key=key, at=now) for key in keys)
    session.flush()
    return min(PER_ACCOUNT - len(account), PER_ADDRESS - len(place)) - 1


def _recent(session: Session, key: str, now: datetime) -> list[datetime]:
    query = select(Attempt.at).where(Attempt.key == key, Attempt.at > now - _WINDOW)
    return list(session.scalars(query.order_by(Attempt.at, Attempt.id)))


def _locked(minutes: int) -> TooManyAttempts:
    return TooManyAttempts(minutes=minutes)
