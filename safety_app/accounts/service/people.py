"""People, their roles and their secrets."""

import unicodedata
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Final, TypedDict, Unpack

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from safety_app.accounts import passwords
from safety_app.accounts.errors import (
    JoinsTooLate,
    LastAdministrator,
    LoginTaken,
    StaffNoTaken,
    TrainedLater,
)
from safety_app.accounts.models import Membership, SignInSession, User
from safety_app.accounts.permissions import Permission
from safety_app.accounts.service.following import people_changed
from safety_app.accounts.service.windows import zone_of
from safety_app.core import journal
from safety_app.core.access import Actor, Role
from safety_app.core.clock import local_day
from safety_app.core.errors import NotFound, TextMissing, TextTooLong
from safety_app.core.i18n import LANGUAGES, N_
from safety_app.core.text import plain

TEXT_LIMIT: Final = 64
SHORT_LIMIT: Final = 32
JOINS_AHEAD: Final = timedelta(days=90)
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


_OPENING: Final = "accounts.reactivate"
_CLOSING: Final = ("accounts.leave", "accounts.deactivate")
_DECIDE: Final = frozenset({"post", "joined_on"})
"""The facts that decide what is asked of somebody."""


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
    may_manage(actor, site_id)
    check_days(facts, local_day(now, zone_of(session, site_id)))
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
    follow: bool = True,
    now: datetime,
    **change: Unpack[Change],
) -> User:
    """Change what is known of a person; what is not named stays, and nothing new is no change.

    Whoever changes many lets the features follow once at the end, with `people_changed`.
    """
    journal.lock(session)
    user = managed(session, actor, user_id)
    if user.erased_at is not None:
        raise NotFound()
    check_days(change, local_day(now, zone_of(session, user.site_id)))
    changed = _apply(session, user, change)
    if changed:
        session.flush()
        note(session, actor, "accounts.update_person", user, now, fields=changed)
    if follow and _DECIDE & set(changed):
        people_changed(session, user.site_id, [user_id], now)
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


def propose_login(session: Session, name: str, name_en: str = "") -> str:
    """A user name nobody has yet, from the English name or the name's pinyin."""
    from pypinyin import lazy_pinyin  # slow to import, and seldom needed

    spoken = name_en or "".join(lazy_pinyin(name))
    plain_name = unicodedata.normalize("NFKD", spoken.replace("ü", "v")).casefold()
    base = "".join(char for char in plain_name if char.isascii() and char.isalnum())[:24]
    base = base or "user"
    taken = set(session.scalars(select(User.login).where(User.login.startswith(base))))
    numbered = (f"{base}{number}" for number in range(2, len(taken) + 3))
    return base if base not in taken else next(one for one in numbered if one not in taken)


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


def deactivate(session: Session, actor: Actor | None, user_id: int, now: datetime) -> None:
    """Close an account; whoever is signed in with it is out at the next click."""
    user = managed(session, actor, user_id)
    keep_an_administrator(session, user)
    user.is_active = False
    end_sessions(session, user_id, now)
    note(session, actor, "accounts.deactivate", user, now)


def reactivate(session: Session, actor: Actor | None, user_id: int, now: datetime) -> None:
    """Open a closed account again, also of somebody who comes back."""
    journal.lock(session)
    user = managed(session, actor, user_id)
    if user.erased_at is not None:
        raise NotFound()
    user.is_active = True
    user.left_on = None
    session.flush()
    note(session, actor, "accounts.reactivate", user, now)
    people_changed(session, user.site_id, [user_id], now)


def closed_at(
    session: Session, site_id: int, moment: datetime, user_ids: Collection[int]
) -> frozenset[int]:
    """Whose account had been closed before a moment and not been opened again by then."""
    entry = journal.Entry
    query = select(entry.object_id, entry.action).where(
        entry.site_id == site_id,
        entry.object == "user",
        entry.object_id.in_(user_ids),
        entry.action.in_((*_CLOSING, _OPENING)),
        entry.at < moment,
    )
    last = dict(session.execute(query.order_by(entry.id)).all())
    return frozenset(user_id for user_id, action in last.items() if action in _CLOSING)


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


def may_manage(actor: Actor | None, site_id: int) -> None:
    """Raise unless the actor manages the people of this hall."""
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
    may_manage(actor, user.site_id)
    return user


def keep_an_administrator(session: Session, user: User) -> None:
    """Raise if nobody else could change settings without this person."""
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
    wanted = {name: checked(name, value) for name, value in change.items()}
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


def checked(name: str, value: object) -> object:
    """A fact of a person as it is kept, if it may be."""
    if name == "login":
        return text_of(passwords.clean_login(str(value)), N_("User name"))
    if name not in _TEXTS or not isinstance(value, str):
        return value
    field, limit = _TEXTS[name]
    kept = unicodedata.normalize("NFKC", value) if name in ("staff_no", "phone") else value
    return text_of(plain(kept), field, limit=limit, needed=name == "name")


def check_days(facts: Mapping[str, object], today: date) -> None:
    """Raise for a training still to come, and for a first day too far ahead."""
    trained, joined = facts.get("trained_on"), facts.get("joined_on")
    if isinstance(trained, date) and trained > today:
        raise TrainedLater(today=today)
    if isinstance(joined, date) and joined > today + JOINS_AHEAD:
        raise JoinsTooLate(day=joined, limit=today + JOINS_AHEAD)


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
