"""People, their roles and their secrets."""

import unicodedata
from datetime import date, datetime
from typing import Final, TypedDict, Unpack

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from safety_app.accounts import passwords
from safety_app.accounts.errors import (
    LastAdministrator,
    LoginTaken,
    RoleHasNoWindow,
    RoleNeedsWindow,
    StaffNoTaken,
    WindowHasLead,
)
from safety_app.accounts.models import Membership, SignInSession, User
from safety_app.accounts.permissions import Permission
from safety_app.accounts.service.windows import require_windows
from safety_app.core import journal
from safety_app.core.access import Actor, Role
from safety_app.core.errors import NotFound, TextMissing, TextTooLong
from safety_app.core.i18n import LANGUAGES, N_
from safety_app.core.text import plain

AT_A_WINDOW: Final = frozenset({Role.STAFF, Role.LEAD})
TEXT_LIMIT: Final = 64
SHORT_LIMIT: Final = 32
WHO_MANAGES: Final = N_("The administrator")


class Facts(TypedDict, total=False):
    """What is known of a person besides their name; what is left out stays as it is."""

    name_en: str
    post: str
    post_en: str
    agency: str
    staff_no: str
    phone: str
    joined_on: date | None
    trained_on: date | None
    exam_result: str


class Change(Facts, total=False):
    """What can be changed of a person."""

    name: str
    login: str


_TEXTS: Final = {
    "name": (N_("Name"), TEXT_LIMIT),
    "name_en": (N_("English name"), TEXT_LIMIT),
    "post": (N_("Post"), TEXT_LIMIT),
    "post_en": (N_("Post"), TEXT_LIMIT),
    "agency": (N_("Unit"), TEXT_LIMIT),
    "staff_no": (N_("Staff number"), SHORT_LIMIT),
    "phone": (N_("Phone"), SHORT_LIMIT),
    "exam_result": (N_("Exam result"), SHORT_LIMIT),
}


def create_user(
    session: Session,
    actor: Actor | None,
    *,
    site_id: int,
    login: str,
    name: str,
    password: str | None = None,
    pin: str | None = None,
    secrets_of: User | None = None,
    now: datetime,
    **facts: Unpack[Facts],
) -> User:
    """Add a person; without password and code they are only named, never signed in.

    `secrets_of` gives them those of somebody else: the demonstration's are public anyway.
    """
    _may_manage(actor, site_id)
    user = User(
        site_id=site_id,
        login="",
        name="",
        language=None,
        is_active=True,
        password_hash=secrets_of.password_hash if secrets_of else None,
        pin_hash=secrets_of.pin_hash if secrets_of else None,
        created_at=now,
    )
    _apply(session, user, {"login": login, "name": name, **facts})
    if password is not None:
        user.password_hash = passwords.hash_secret(passwords.check_password(password, user.login))
    if pin is not None:
        user.pin_hash = passwords.hash_secret(passwords.check_pin(pin))
    session.add(user)
    session.flush()
    journal.write(session, actor, "accounts.create_user", "user", user.id, now=now, site_id=site_id)
    return user


def update_person(
    session: Session,
    actor: Actor | None,
    user_id: int,
    *,
    now: datetime,
    **change: Unpack[Change],
) -> User:
    """Change what is known of a person; what is not named stays, and nothing new is no change."""
    journal.lock(session)
    user = managed(session, actor, user_id)
    if user.erased_at is not None:
        raise NotFound()
    changed = _apply(session, user, change)
    if changed:
        session.flush()
        note(session, actor, "accounts.update_person", user, now, fields=changed)
    return user


def find_by_staff_no(session: Session, site_id: int, staff_no: str) -> int | None:
    """The person with this staff number, also if they have left."""
    return session.scalar(
        select(User.id).where(
            User.site_id == site_id,
            func.lower(User.staff_no) == passwords.clean_login(staff_no),
            User.staff_no != "",
        )
    )


def set_password(
    session: Session, actor: Actor | None, user_id: int, *, password: str, now: datetime
) -> None:
    """Give a person a new password; everywhere they were signed in ends."""
    user = managed(session, actor, user_id)
    user.password_hash = passwords.hash_secret(passwords.check_password(password, user.login))
    end_sessions(session, user_id, now)
    note(session, actor, "accounts.set_password", user, now)


def set_pin(
    session: Session, actor: Actor | None, user_id: int, *, pin: str, now: datetime
) -> None:
    """Give a person a new six-digit code; everywhere they were signed in ends."""
    user = managed(session, actor, user_id)
    user.pin_hash = passwords.hash_secret(passwords.check_pin(pin))
    end_sessions(session, user_id, now)
    note(session, actor, "accounts.set_pin", user, now)


def grant_role(
    session: Session,
    actor: Actor | None,
    user_id: int,
    role: Role,
    window_id: int | None = None,
    *,
    now: datetime,
) -> None:
    """Give a role, at a window or for the site; giving it twice changes nothing."""
    user = managed(session, actor, user_id)
    if role in AT_A_WINDOW and window_id is None:
        raise RoleNeedsWindow()
    if role not in AT_A_WINDOW and window_id is not None:
        raise RoleHasNoWindow()
    where = (Membership.role == role, Membership.window_id.is_not_distinct_from(window_id))
    if session.scalar(select(Membership.id).where(Membership.user_id == user_id, *where)):
        return
    if role is Role.LEAD and session.scalar(select(Membership.id).where(*where)):
        raise WindowHasLead()
    if window_id is not None:
        require_windows(session, user.site_id, [window_id])
    session.add(Membership(site_id=user.site_id, user_id=user_id, role=role, window_id=window_id))
    session.flush()
    note(session, actor, "accounts.grant_role", user, now, role=role, window_id=window_id)


def revoke_role(
    session: Session,
    actor: Actor | None,
    user_id: int,
    role: Role,
    window_id: int | None = None,
    *,
    now: datetime,
) -> None:
    """Take a role away; it counts from the person's next click."""
    user = managed(session, actor, user_id)
    if role is Role.ADMINISTRATOR:
        _another_administrator(session, user)
    session.execute(
        delete(Membership).where(
            Membership.user_id == user_id,
            Membership.role == role,
            Membership.window_id.is_not_distinct_from(window_id),
        )
    )
    note(session, actor, "accounts.revoke_role", user, now, role=role, window_id=window_id)


def deactivate(session: Session, actor: Actor | None, user_id: int, now: datetime) -> None:
    """Close an account; whoever is signed in with it is out at the next click."""
    user = managed(session, actor, user_id)
    _another_administrator(session, user)
    user.is_active = False
    end_sessions(session, user_id, now)
    note(session, actor, "accounts.deactivate", user, now)


def reactivate(session: Session, actor: Actor | None, user_id: int, now: datetime) -> None:
    """Open a closed account again."""
    user = managed(session, actor, user_id)
    user.is_active = True
    note(session, actor, "accounts.reactivate", user, now)


def set_language(session: Session, actor: Actor, language: str) -> None:
    """Keep the language a person chose for themselves."""
    chosen = language if language in LANGUAGES else None
    session.execute(update(User).where(User.id == actor.user_id).values(language=chosen))


def end_sessions(session: Session, user_id: int, now: datetime) -> None:
    """End every session of a person."""
    session.execute(
        update(SignInSession)
        .where(SignInSession.user_id == user_id, SignInSession.ended_at.is_(None))
        .values(ended_at=now)
    )


def _may_manage(actor: Actor | None, site_id: int) -> None:
    if actor is None:
        return
    actor.require(Permission.MANAGE, who=WHO_MANAGES)
    if actor.site_id != site_id:
        raise NotFound()


def managed(session: Session, actor: Actor | None, user_id: int) -> User:
    """The person, for somebody who may manage them."""
    user = session.get(User, user_id)
    if user is None:
        raise NotFound()
    _may_manage(actor, user.site_id)
    return user


def _another_administrator(session: Session, user: User) -> None:
    holders = set(
        session.scalars(
            select(Membership.user_id)
            .join(User, User.id == Membership.user_id)
            .where(
                Membership.site_id == user.site_id,
                Membership.role == Role.ADMINISTRATOR,
                User.is_active,
            )
        )
    )
    if holders == {user.id}:
        raise LastAdministrator()


def _apply(session: Session, user: User, change: Change) -> list[str]:
    """Check and set what is given; the names of the fields that are now different."""
    wanted = {name: _checked(name, value) for name, value in change.items()}
    login, staff_no = wanted.get("login"), wanted.get("staff_no")
    if login not in (None, user.login) and _taken(session, user, User.login == login):
        raise LoginTaken(login=login)
    if staff_no and staff_no != user.staff_no:
        same = (User.site_id == user.site_id, func.lower(User.staff_no) == str(staff_no).lower())
        if _taken(session, user, *same):
            raise StaffNoTaken(staff_no=staff_no)
    changed = sorted(name for name, value in wanted.items() if getattr(user, name) != value)
    for name in changed:
        setattr(user, name, wanted[name])
    return changed


def _checked(name: str, value: object) -> object:
    if name == "login":
        return text_of(passwords.clean_login(str(value)), N_("User name"))
    if name not in _TEXTS or not isinstance(value, str):
        return value
    field, limit = _TEXTS[name]
    kept = unicodedata.normalize("NFKC", value) if name in ("staff_no", "phone") else value
    return text_of(plain(kept), field, limit=limit, needed=name == "name")


def _taken(session: Session, user: User, *where: ColumnElement[bool]) -> bool:
    others = select(User.id).where(*where)
    if user.id is not None:
        others = others.where(User.id != user.id)
    return session.scalar(others.limit(1)) is not None


def text_of(value: str, field: str, *, limit: int = TEXT_LIMIT, needed: bool = True) -> str:
    """The text, if there is one and it fits."""
    if needed and not value:
        raise TextMissing(field=field)
    if len(value) > limit:
        raise TextTooLong(field=field, limit=limit)
    return value


def note(
    session: Session, actor: Actor | None, action: str, user: User, now: datetime, **facts: object
) -> None:
    """Write what was done with a person into the journal."""
    journal.write(
        session, actor, action, "user", user.id, now=now, site_id=user.site_id, facts=facts
    )
