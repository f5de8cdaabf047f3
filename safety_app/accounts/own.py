"""The own secrets from the edge: slow hashes outside of transactions, tries that count."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from safety_app.accounts import codes, passwords, service
from safety_app.accounts.errors import SecretsDiffer
from safety_app.accounts.service import Guest, SignedIn
from safety_app.accounts.signin import confirm
from safety_app.core.access import Actor
from safety_app.core.db import reading, transaction
from safety_app.core.errors import AppError
from safety_app.core.i18n import N_

PASSWORD_FIELD = N_("New password")
PIN_FIELD = N_("New six-digit code")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What somebody chose for themselves, each typed twice."""

    password: str
    password_again: str
    pin: str
    pin_again: str


def look(code: str, *, device_token: str | None, address: str, now: datetime) -> Guest:
    """Whose slip this is; a wrong code counts as a try, a right one is not spent."""
    code_hash = codes.hash_code(code)
    with transaction() as session:
        found = _try_code(session, code_hash, device_token, address, now)
    if isinstance(found, AppError):
        raise found
    return found


def look_enrolment(code: str, *, device_token: str | None, address: str, now: datetime) -> str:
    """The name of the tablet that a code would make of this browser; a wrong code counts."""
    with transaction() as session:
        found = _try_enrolment(session, code, device_token, address, now)
    if isinstance(found, AppError):
        raise found
    return found


def begin(
    code: str,
    chosen: Chosen,
    *,
    device_token: str | None,
    address: str,
    old: str | None,
    agent: str = "",
    now: datetime,
) -> SignedIn:
    """First sign-in: the slip is spent for an own password and an own code."""
    guest = look(code, device_token=device_token, address=address, now=now)
    password = checked_password(chosen.password, chosen.password_again, guest.login)
    pin = checked_pin(chosen.pin, chosen.pin_again)
    password_hash, pin_hash = passwords.hash_secret(password), passwords.hash_secret(pin)
    code_hash = codes.hash_code(code)
    with transaction() as session:
        service.sign_out(session, old, now)
        return service.use_first_code(
            session,
            code_hash,
            password_hash=password_hash,
            pin_hash=pin_hash,
            device_token=device_token,
            agent=agent,
            now=now,
        )


def change_password(
    actor: Actor,
    *,
    old: str,
    new: str,
    again: str,
    token: str | None,
    address: str,
    now: datetime,
) -> None:
    """A new own password, for whoever knows the old one."""
    with reading() as session:
        login = service.login_of(session, actor.user_id)
    hashed = passwords.hash_secret(checked_password(new, again, login))
    confirm(
        lambda session: service.claim_own_password(session, actor, address=address, now=now), old
    )
    with transaction() as session:
        service.keep_own_password(session, actor, hashed, token, now=now)


def change_pin(
    actor: Actor,
    *,
    old: str,
    new: str,
    again: str,
    token: str | None,
    address: str,
    now: datetime,
) -> None:
    """A new own code, for whoever knows the password or the old code."""
    hashed = passwords.hash_secret(checked_pin(new, again))
    if len(passwords.clean_pin(old)) < passwords.LEAST:  # too short for a password
        confirm(
            lambda session: service.claim_own_pin(session, actor, old, address=address, now=now),
            old,
        )
    else:
        confirm(
            lambda session: service.claim_own_password(session, actor, address=address, now=now),
            old,
        )
    with transaction() as session:
        service.keep_own_pin(session, actor, hashed, token, now=now)


def checked_password(new: str, again: str, login: str) -> str:
    """The password, strong enough and twice the same."""
    plain = passwords.check_password(new, login)
    if passwords.clean_password(again) != plain:
        raise SecretsDiffer(field=PASSWORD_FIELD)
    return plain


def checked_pin(new: str, again: str) -> str:
    """The code, not a weak one and twice the same."""
    digits = passwords.check_pin(new)
    if passwords.clean_pin(again) != digits:
        raise SecretsDiffer(field=PIN_FIELD)
    return digits


def _try_code(
    session: Session, code_hash: str, device_token: str | None, address: str, now: datetime
) -> Guest | AppError:
    """A refusal is returned, not raised: the try it cost must be kept."""
    try:
        key = service.count_try(
            session, "first", device_token=device_token, address=address, now=now
        )
        guest = service.find_first_code(session, code_hash, now=now)
    except AppError as refused:
        return refused
    service.forgive_try(session, key)
    return guest


def _try_enrolment(
    session: Session, code: str, device_token: str | None, address: str, now: datetime
) -> str | AppError:
    try:
        key = service.count_try(
            session, "enrol", device_token=device_token, address=address, now=now
        )
        name = service.find_enrolment(session, code, now=now)
    except AppError as refused:
        return refused
    service.forgive_try(session, key)
    return name
