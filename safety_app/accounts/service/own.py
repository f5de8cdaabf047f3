"""What people change of their own account."""

from datetime import datetime

from sqlalchemy.orm import Session

from safety_app.accounts.models import User
from safety_app.accounts.service.people import note
from safety_app.accounts.service.visits import end_other_visits
from safety_app.core import journal
from safety_app.core.access import Actor


def keep_own_password(
    session: Session, actor: Actor, hashed: str, token: str | None, *, now: datetime
) -> None:
    """A new own password, the old one having been proved; other sessions end."""
    _keep(session, actor, token, now, "accounts.change_password", password_hash=hashed)


def keep_own_pin(
    session: Session, actor: Actor, hashed: str, token: str | None, *, now: datetime
) -> None:
    """A new own six-digit code; other sessions end."""
    _keep(session, actor, token, now, "accounts.change_pin", pin_hash=hashed)


def _keep(
    session: Session,
    actor: Actor,
    token: str | None,
    now: datetime,
    action: str,
    **hashes: str,
) -> None:
    journal.lock(session)
    user = session.get_one(User, actor.user_id)
    for name, hashed in hashes.items():
        setattr(user, name, hashed)
    session.flush()
    end_other_visits(session, actor, token, now=now)
    note(session, actor, action, user, now)
