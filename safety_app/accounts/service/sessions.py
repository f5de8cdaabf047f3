"""Sessions in the database: opened by a sign-in, found on every click, ended by a sign-out."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Date, Row, bindparam, select, text, update
from sqlalchemy.orm import Session

from safety_app.accounts.models import SignInSession, User
from safety_app.accounts.service.serving import with_duty
from safety_app.core import clock, journal
from safety_app.core.access import Actor, Role
from safety_app.core.db import UtcDateTime
from safety_app.core.errors import NotFound
from safety_app.core.settings import settings

SESSION_COOKIE: Final = "safety_session"
DEVICE_COOKIE: Final = "safety_device"
LANG_COOKIE: Final = "safety_lang"
TABLET_SESSION_MINUTES: Final = 15
"""Idle end on a shared tablet; the screen locks itself much earlier (`tablet_idle_minutes`)."""
TOUCH_EVERY: Final = timedelta(minutes=1)
AGENT_LIMIT: Final = 200


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh session: the cookie's token, the token for forms, and who it is."""

    token: str
    csrf: str
    actor: Actor


@dataclass(frozen=True, slots=True)
class Found:
    """A live session."""

    session_id: int
    actor: Actor
    csrf: str
    last_seen_at: datetime

    def is_stale(self, now: datetime) -> bool:
        """Whether `last_seen_at` is old enough to be worth a write."""
        return now - self.last_seen_at >= TOUCH_EVERY


def hash_token(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


_PERSON: Final = (
    " u.id AS user_id, u.site_id, u.name, u.name_en, u.language, t.timezone, m.role, m.window_id,"
    " d.window_id AS stands_at, d.first AS stands_from, d.last AS stands_until"
)
# Deputies over since yesterday in UTC are over in every zone; the exact day is decided below.
_TABLES: Final = (
    " JOIN sites t ON t.id = u.site_id LEFT JOIN memberships m ON m.user_id = u.id"
    " LEFT JOIN deputies d ON d.user_id = u.id AND (d.last IS NULL OR d.last >= :ended)"
)
_DAYS: Final = {"stands_from": Date(), "stands_until": Date()}
# Runs on every click: plain SQL over small tables, one round trip, a row per membership.
_LIVE: Final = (
    text(
        f"SELECT s.id, s.csrf, s.device_id, s.last_seen_at, s.expires_at,{_PERSON}"  # noqa: S608
        f" FROM sessions s JOIN users u ON u.id = s.user_id{_TABLES}"
        " WHERE s.token_hash = :token_hash AND s.ended_at IS NULL AND u.is_active"
    )
    .bindparams(bindparam("ended", type_=Date()))
    .columns(last_seen_at=UtcDateTime(), expires_at=UtcDateTime(), **_DAYS)
)
_USER: Final = (
    text(f"SELECT{_PERSON} FROM users u{_TABLES} WHERE u.id = :user_id")
    .bindparams(bindparam("ended", type_=Date()))
    .columns(**_DAYS)
)


def find_session(session: Session, token: str | None, *, now: datetime) -> Found | None:
    """The live session of a token; none if it idled, expired, ended, or the account is closed."""
    if not token or len(token) > 256:
        return None
    wanted = {"token_hash": hash_token(token), "ended": _ended(now)}
    rows = session.execute(_LIVE, wanted).all()
    if not rows:
        return None
    first = rows[0]
    if now >= first.expires_at or now - first.last_seen_at >= idle_limit(first.device_id):
        return None
    actor = _actor(session, rows, first.device_id, now)
    return Found(first.id, actor, first.csrf, first.last_seen_at)


def find_actor(
    session: Session, token: str | None, *, now: datetime, touch: bool = False
) -> Actor | None:
    """Who a cookie's token stands for; `touch` keeps the session alive (at most once a minute)."""
    found = find_session(session, token, now=now)
    if found is None:
        return None
    if touch and found.is_stale(now):
        touch_session(session, found.session_id, now=now)
    return found.actor


def touch_session(session: Session, session_id: int, *, now: datetime) -> None:
    """Note that a session was used."""
    session.execute(
        update(SignInSession)
        .where(SignInSession.id == session_id, SignInSession.last_seen_at < now)
        .values(last_seen_at=now)
        .execution_options(synchronize_session=False)
    )


def csrf_of(session: Session, token: str | None) -> str | None:
    """The token that this session's forms must carry."""
    if not token:
        return None
    return session.scalar(
        select(SignInSession.csrf).where(
            SignInSession.token_hash == hash_token(token), SignInSession.ended_at.is_(None)
        )
    )


def idle_limit(device_id: int | None) -> timedelta:
    """How long a session may lie unused."""
    minutes = settings().session_idle_minutes
    if device_id is not None:
        minutes = min(minutes, max(TABLET_SESSION_MINUTES, settings().tablet_idle_minutes))
    return timedelta(minutes=minutes)


def open_session(
    session: Session, user: User, *, device_id: int | None, agent: str = "", now: datetime
) -> SignedIn:
    """A session for somebody who has just proved who they are."""
    token = secrets.token_urlsafe(32)
    row = SignInSession(
        site_id=user.site_id,
        token_hash=hash_token(token),
        csrf=secrets.token_urlsafe(24),
        user_id=user.id,
        device_id=device_id,
        created_at=now,
        last_seen_at=now,
        expires_at=now + timedelta(hours=settings().session_hours),
        agent=agent[:AGENT_LIMIT],
    )
    session.add(row)
    session.flush()
    facts = {"device_id": device_id}
    actor = actor_for(session, user.id, device_id=device_id, now=now)
    journal.write(session, actor, "accounts.sign_in", "user", user.id, now=now, facts=facts)
    return SignedIn(token, row.csrf, actor)


def sign_out(session: Session, token: str | None, now: datetime) -> None:
    """End a session; an unknown one is left alone."""
    if not token:
        return
    session.execute(
        update(SignInSession)
        .where(SignInSession.token_hash == hash_token(token), SignInSession.ended_at.is_(None))
        .values(ended_at=now)
    )


def actor_for(
    session: Session,
    user_id: int,
    *,
    device_id: int | None = None,
    now: datetime | None = None,
) -> Actor:
    """The actor that a user is at a moment, without a session; `now` is the present if left out."""
    now = now or clock.now()
    rows = session.execute(_USER, {"user_id": user_id, "ended": _ended(now)}).all()
    if not rows:
        raise NotFound()
    return _actor(session, rows, device_id, now)


def _ended(now: datetime) -> date:
    """A last day before this one is over wherever on earth the hall is."""
    return now.date() - timedelta(days=1)


def _actor(
    session: Session, rows: Sequence[Row[Any]], device_id: int | None, now: datetime
) -> Actor:
    """Every row is the same person with one of their memberships and one of their deputyships."""
    person = rows[0]
    held = [(Role(row.role), row.window_id) for row in rows if row.role is not None]
    today = clock.local_day(now, person.timezone)
    stands = {
        row.stands_at
        for row in rows
        if row.stands_at is not None
        and row.stands_from <= today
        and (row.stands_until is None or today <= row.stands_until)
    }
    english = person.language == "en" and person.name_en
    actor = Actor(
        user_id=person.user_id,
        site_id=person.site_id,
        name=person.name_en if english else person.name,
        roles=frozenset(role for role, _window in held) | ({Role.LEAD} if stands else set()),
        led=frozenset(w for role, w in held if role is Role.LEAD and w is not None) | stands,
        served=frozenset(w for role, w in held if role is Role.STAFF and w is not None),
        language=person.language,
        timezone=person.timezone,
        device_id=device_id,
    )
    return with_duty(session, actor, today)
