"""People, their roles and their secrets."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from safety_app.accounts import passwords
from safety_app.accounts.errors import (
    LastAdministrator,
    LoginTaken,
    RoleHasNoWindow,
    RoleNeedsWindow,
    WindowHasLead,
)
from safety_app.accounts.models import Deputy, Membership, SignInSession, User
from safety_app.accounts.permissions import Permission
from safety_app.accounts.service.windows import require_windows
from safety_app.core import journal
from safety_app.core.access import Actor, Role
from safety_app.core.errors import NotFound, TextMissing, TextTooLong
from safety_app.core.i18n import LANGUAGES, N_, bilingual

AT_A_WINDOW: Final = frozenset({Role.STAFF, Role.LEAD})
TEXT_LIMIT: Final = 64
WHO_MANAGES: Final = N_("The administrator")


@dataclass(frozen=True, slots=True)
class Person:
    """A person as others see them."""

    id: int
    name: str
    name_en: str
    post: str
    post_en: str
    roles: frozenset[Role]
    window_ids: frozenset[int]
    led_window_ids: frozenset[int]
    is_active: bool
    is_third_party: bool

    @property
    def display_name(self) -> str:
        """The name in the current language."""
        return bilingual(self.name, self.name_en)

    @property
    def display_post(self) -> str:
        """The post in the current language."""
        return bilingual(self.post, self.post_en)


def create_user(
    session: Session,
    actor: Actor | None,
    *,
    site_id: int,
    login: str,
    name: str,
    name_en: str = "",
    post: str = "",
    post_en: str = "",
    password: str | None = None,
    pin: str | None = None,
    secrets_of: User | None = None,
    now: datetime,
) -> User:
    """Add a person; without password and code they are only named, never signed in.

    `secrets_of` gives them those of somebody else: the demonstration's are public anyway.
    """
    _may_manage(actor, site_id)
    login = _text(passwords.clean_login(login), N_("User name"))
    user = User(
        site_id=site_id,
        login=login,
        name=_text(name.strip(), N_("Name")),
        name_en=_text(name_en.strip(), N_("English name"), needed=False),
        post=_text(post.strip(), N_("Post"), needed=False),
        post_en=_text(post_en.strip(), N_("Post"), needed=False),
        language=None,
        is_active=True,
        password_hash=secrets_of.password_hash if secrets_of else None,
        pin_hash=secrets_of.pin_hash if secrets_of else None,
        created_at=now,
    )
    if password is not None:
        user.password_hash = passwords.hash_secret(passwords.check_password(password, login))
    if pin is not None:
        user.pin_hash = passwords.hash_secret(passwords.check_pin(pin))
    if session.scalar(select(User.id).where(User.login == login)) is not None:
        raise LoginTaken(login=login)
    session.add(user)
    session.flush()
    journal.write(session, actor, "accounts.create_user", "user", user.id, now=now, site_id=site_id)
    return user


def set_password(
    session: Session, actor: Actor | None, user_id: int, *, password: str, now: datetime
) -> None:
    """Give a person a new password; everywhere they were signed in ends."""
    user = _managed(session, actor, user_id)
    user.password_hash = passwords.hash_secret(passwords.check_password(password, user.login))
    end_sessions(session, user_id, now)
    _note(session, actor, "accounts.set_password", user, now)


def set_pin(
    session: Session, actor: Actor | None, user_id: int, *, pin: str, now: datetime
) -> None:
    """Give a person a new six-digit code; everywhere they were signed in ends."""
    user = _managed(session, actor, user_id)
    user.pin_hash = passwords.hash_secret(passwords.check_pin(pin))
    end_sessions(session, user_id, now)
    _note(session, actor, "accounts.set_pin", user, now)


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
    user = _managed(session, actor, user_id)
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
    _note(session, actor, "accounts.grant_role", user, now, role=role, window_id=window_id)


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
    user = _managed(session, actor, user_id)
    if role is Role.ADMINISTRATOR:
        _another_administrator(session, user)
    session.execute(
        delete(Membership).where(
            Membership.user_id == user_id,
            Membership.role == role,
            Membership.window_id.is_not_distinct_from(window_id),
        )
    )
    _note(session, actor, "accounts.revoke_role", user, now, role=role, window_id=window_id)


def deactivate(session: Session, actor: Actor | None, user_id: int, now: datetime) -> None:
    """Close an account; whoever is signed in with it is out at the next click."""
    user = _managed(session, actor, user_id)
    _another_administrator(session, user)
    user.is_active = False
    end_sessions(session, user_id, now)
    _note(session, actor, "accounts.deactivate", user, now)


def reactivate(session: Session, actor: Actor | None, user_id: int, now: datetime) -> None:
    """Open a closed account again."""
    user = _managed(session, actor, user_id)
    user.is_active = True
    _note(session, actor, "accounts.reactivate", user, now)


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


def list_people(
    session: Session, site_id: int, *, window_id: int | None = None, active: bool = True
) -> list[Person]:
    """People of a site, or of one window, by name; `active=False` includes closed accounts."""
    query = select(User).where(User.site_id == site_id)
    if active:
        query = query.where(User.is_active)
    if window_id is not None:
        query = query.where(
            User.id.in_(select(Membership.user_id).where(Membership.window_id == window_id))
        )
    return _persons(session, session.scalars(query.order_by(User.name, User.id)).all())


def get_person(session: Session, site_id: int, user_id: int) -> Person:
    """One person of a site, also with a closed account."""
    user = session.scalar(select(User).where(User.id == user_id, User.site_id == site_id))
    if user is None:
        raise NotFound()
    return _persons(session, [user])[0]


def names(session: Session, ids: Iterable[int | None]) -> dict[int, str]:
    """Names by id, in the current language."""
    wanted = {user_id for user_id in ids if user_id is not None}
    if not wanted:
        return {}
    rows = session.execute(select(User.id, User.name, User.name_en).where(User.id.in_(wanted)))
    return {user_id: bilingual(name, name_en) for user_id, name, name_en in rows}


def with_role(session: Session, site_id: int, role: Role) -> list[int]:
    """Ids of those who hold a role anywhere in the site, by name."""
    query = (
        select(User.id)
        .join(Membership, Membership.user_id == User.id)
        .where(User.site_id == site_id, User.is_active, Membership.role == role)
        .order_by(User.name, User.id)
        .distinct()
    )
    return list(session.scalars(query.add_columns(User.name)))


def lead_of(session: Session, window_id: int) -> int | None:
    """The user who leads a window, if it has one whose account is open."""
    return session.scalar(
        select(Membership.user_id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.window_id == window_id, Membership.role == Role.LEAD, User.is_active)
    )


def acting_leads(session: Session, window_id: int, on: date) -> set[int]:
    """Who leads a window on a day: its lead, and whoever is deputy then."""
    deputies = session.scalars(
        select(Deputy.user_id)
        .join(User, User.id == Deputy.user_id)
        .where(
            Deputy.window_id == window_id,
            Deputy.first <= on,
            or_(Deputy.last.is_(None), Deputy.last >= on),
            User.is_active,
        )
    )
    lead = lead_of(session, window_id)
    return {*deputies, *([lead] if lead else [])}


def _persons(session: Session, users: Sequence[User]) -> list[Person]:
    held: dict[int, list[Membership]] = {user.id: [] for user in users}
    query = select(Membership)
    if len(users) < 500:
        query = query.where(Membership.user_id.in_(held))
    for membership in session.scalars(query):
        if membership.user_id in held:
            held[membership.user_id].append(membership)
    return [_person(user, held[user.id]) for user in users]


def _person(user: User, held: Sequence[Membership]) -> Person:
    roles = frozenset(Role(membership.role) for membership in held)
    return Person(
        id=user.id,
        name=user.name,
        name_en=user.name_en,
        post=user.post,
        post_en=user.post_en,
        roles=roles,
        window_ids=frozenset(m.window_id for m in held if m.window_id is not None),
        led_window_ids=frozenset(
            m.window_id for m in held if m.window_id is not None and m.role == Role.LEAD
        ),
        is_active=user.is_active,
        is_third_party=Role.THIRD_PARTY in roles,
    )


def _may_manage(actor: Actor | None, site_id: int) -> None:
    if actor is None:
        return
    actor.require(Permission.MANAGE, who=WHO_MANAGES)
    if actor.site_id != site_id:
        raise NotFound()


def _managed(session: Session, actor: Actor | None, user_id: int) -> User:
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


def _text(value: str, field: str, *, needed: bool = True) -> str:
    if needed and not value:
        raise TextMissing(field=field)
    if len(value) > TEXT_LIMIT:
        raise TextTooLong(field=field, limit=TEXT_LIMIT)
    return value


def _note(
    session: Session, actor: Actor | None, action: str, user: User, now: datetime, **facts: object
) -> None:
    journal.write(
        session, actor, action, "user", user.id, now=now, site_id=user.site_id, facts=facts
    )
