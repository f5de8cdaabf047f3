"""Work by the clock: what no longer counts is swept away."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from safety_app.accounts.models import Enrolment, FirstCode, SignInSession
from safety_app.accounts.service import forget_attempts

KEEP_ATTEMPTS: Final = timedelta(days=1)
KEEP_SESSIONS: Final = timedelta(days=30)


def sweep(session: Session, now: datetime) -> int:
    """Delete old tries, sessions and slips long over, and tablets' codes nobody used."""
    done = forget_attempts(session, before=now - KEEP_ATTEMPTS)
    over = now - KEEP_SESSIONS
    sessions = session.scalars(
        delete(SignInSession)
        .where(or_(SignInSession.ended_at < over, SignInSession.expires_at < over))
        .returning(SignInSession.id)
    ).all()
    links = session.scalars(
        delete(Enrolment).where(Enrolment.expires_at < now).returning(Enrolment.id)
    ).all()
    slips = session.scalars(
        delete(FirstCode).where(FirstCode.expires_at < over).returning(FirstCode.id)
    ).all()
    return done + len(sessions) + len(links) + len(slips)
