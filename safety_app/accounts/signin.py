"""Signing in from the edge: two short transactions, the slow hash compared between them."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from safety_app.accounts import service
from safety_app.accounts.errors import SignInRefused
from safety_app.accounts.service import Claim, SignedIn
from safety_app.core.access import Actor
from safety_app.core.db import transaction


def with_password(
    *,
    login: str,
    password: str,
    address: str,
    device_token: str | None,
    old: str | None,
    agent: str = "",
    now: datetime,
) -> SignedIn:
    """Sign in by user name and password; the browser's session before (`old`) ends."""
    claim = _claim(
        lambda session: service.claim_password(
            session, login=login, address=address, now=now, device_token=device_token
        )
    )
    return _settle(claim, service.proves(claim, password), old, agent, now)


def with_pin(
    *,
    user_id: int,
    pin: str,
    address: str,
    device_token: str | None,
    old: str | None,
    agent: str = "",
    now: datetime,
) -> SignedIn:
    """Sign in on a shared tablet by six digits; the browser's session before (`old`) ends."""
    claim = _claim(
        lambda session: service.claim_pin(
            session, user_id=user_id, pin=pin, device_token=device_token, address=address, now=now
        )
    )
    return _settle(claim, service.proves(claim, pin), old, agent, now)


def confirm_pin(actor: Actor, pin: str, *, address: str, now: datetime) -> None:
    """Ask a signed-in person for their code, so that a wrong one counts whatever follows."""
    confirm(
        lambda session: service.claim_own_pin(session, actor, pin, address=address, now=now), pin
    )


def confirm_pin_of(actor: Actor, user_id: int, pin: str, *, address: str, now: datetime) -> None:
    """Ask a colleague who signs on this person's device for the colleague's own code."""
    confirm(
        lambda session: service.claim_pin_of(
            session, actor, user_id, pin, address=address, now=now
        ),
        pin,
    )


def confirm(charge: Callable[[Session], Claim], secret: str) -> None:
    """Ask a signed-in person for a secret; raises where it does not fit."""
    claim = _claim(charge)
    fits = service.proves(claim, secret)
    with transaction() as session:
        refused = _refusal(session, claim, fits)
    if refused:
        raise refused


def _claim(charge: Callable[[Session], Claim]) -> Claim:
    with transaction() as session:
        return charge(session)


def _settle(claim: Claim, fits: bool, old: str | None, agent: str, now: datetime) -> SignedIn:
    with transaction() as session:
        signed = service.settle_sign_in(session, claim, fits, agent=agent, now=now)
        service.sign_out(session, old, now)
    return signed


def _refusal(session: Session, claim: Claim, fits: bool) -> SignInRefused | None:
    try:
        service.settle(session, claim, fits)
    except SignInRefused as refused:
        return refused
    return None
