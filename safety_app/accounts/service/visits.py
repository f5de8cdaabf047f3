"""Where people are signed in: their own open sessions, and everybody's for the administrator."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from safety_app.accounts.models import Device, SignInSession
from safety_app.accounts.permissions import Permission
from safety_app.accounts.service.people import WHO_MANAGES
from safety_app.accounts.service.sessions import hash_token, idle_limit
from safety_app.core import journal
from safety_app.core.access import Actor
from safety_app.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class Visit:
    """An open session; `device` is the shared tablet's name, `agent` what the browser says."""

    id: int
    user_id: int
    device: str
    agent: str
    created_at: datetime
    last_seen_at: datetime
    is_current: bool


def own_visits(session: Session, actor: Actor, token: str | None, *, now: datetime) -> list[Visit]:
    """Where this person is signed in, the present session first."""
    found = _open(session, actor.site_id, token, now)
    own = [visit for visit in found if visit.user_id == actor.user_id]
    return sorted(own, key=lambda visit: not visit.is_current)


def all_visits(session: Session, actor: Actor, token: str | None, *, now: datetime) -> list[Visit]:
    """Every open session of the site, the latest first."""
    actor.require(Permission.MANAGE, who=WHO_MANAGES)
    return _open(session, actor.site_id, token, now)


def end_visit(session: Session, actor: Actor, visit_id: int, *, now: datetime) -> None:
    """End a session: an own one, or anybody's by the administrator."""
    journal.lock(session)
    row = session.get(SignInSession, visit_id)
    if row is None or row.site_id != actor.site_id:
        raise NotFound()
    if row.user_id != actor.user_id:
        actor.require(Permission.MANAGE, who=WHO_MANAGES)
    if row.ended_at is None:
        row.ended_at = now
        session.flush()
        journal.write(session, actor, "accounts.end_session", "user", row.user_id, now=now)


def end_other_visits(session: Session, actor: Actor, token: str | None, *, now: datetime) -> int:
    """End every own session but the present one; how many there were."""
    others = [one for one in own_visits(session, actor, token, now=now) if not one.is_current]
    for visit in others:
        end_visit(session, actor, visit.id, now=now)
    return len(others)


def _open(session: Session, site_id: int, token: str | None, now: datetime) -> list[Visit]:
    rows = session.execute(
        select(SignInSession, Device.name)
        .outerjoin(Device, Device.id == SignInSession.device_id)
        .where(
            SignInSession.site_id == site_id,
            SignInSession.ended_at.is_(None),
            SignInSession.expires_at > now,
        )
        .order_by(SignInSession.last_seen_at.desc(), SignInSession.id.desc())
    )
    mine = hash_token(token) if token else ""
    return [
        Visit(
            row.id, row.user_id, device or "", row.agent, row.created_at, row.last_seen_at,
            row.token_hash == mine,
        )
        for row, device in rows
        if now - row.last_seen_at < idle_limit(row.device_id)
    ]  # fmt: skip
