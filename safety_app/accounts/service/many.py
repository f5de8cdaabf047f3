"""Many people at once, by the same rules as one: a table of a thousand takes a second."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from safety_app.accounts.errors import (
    LoginTaken,
    RoleHasNoWindow,
    RoleNeedsWindow,
    StaffNoTaken,
    WindowHasLead,
)
from safety_app.accounts.models import Membership, User
from safety_app.accounts.service.following import people_changed
from safety_app.accounts.service.people import check_days, checked, may_manage
from safety_app.accounts.service.roles import AT_A_WINDOW
from safety_app.accounts.service.windows import require_windows, zone_of
from safety_app.core import journal
from safety_app.core.access import Actor, Role
from safety_app.core.clock import local_day
from safety_app.core.errors import NotFound

BATCH: Final = 500
Grant = tuple[int, Role, int | None]
"""A person, a role, and the window where it is held."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A person to be added; `facts` as for `create_user`."""

    login: str
    name: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def create_users(
    session: Session,
    actor: Actor | None,
    newcomers: Sequence[Newcomer],
    *,
    site_id: int,
    now: datetime,
) -> list[int]:
    """Add people who have no password yet; their ids, in the same order."""
    may_manage(actor, site_id)
    journal.lock(session)
    rows = [_row(one, site_id, now) for one in newcomers]
    today = local_day(now, zone_of(session, site_id))
    for row in rows:
        check_days(row, today)
    _check_free(session, site_id, rows)
    if rows:
        session.execute(insert(User), rows)
    ids = dict(_by_login(session, [row["login"] for row in rows]))
    found = [ids[row["login"]] for row in rows]
    entries = [("accounts.create_user", "user", user_id, None) for user_id in found]
    journal.write_all(session, actor, entries, now=now, site_id=site_id)
    return found


def grant_roles(
    session: Session,
    actor: Actor | None,
    grants: Sequence[Grant],
    *,
    site_id: int,
    follow: bool = True,
    now: datetime,
) -> None:
    """Give roles to people of one site; what somebody has already stays as it is."""
    may_manage(actor, site_id)
    journal.lock(session)
    held = _held(session, site_id)
    new = [one for one in dict.fromkeys(grants) if one not in held]
    _check_roles(session, site_id, new, held)
    rows = [
        {"site_id": site_id, "user_id": user_id, "role": role, "window_id": window_id}
        for user_id, role, window_id in new
    ]
    if rows:
        session.execute(insert(Membership), rows)
    entries = [
        ("accounts.grant_role", "user", user_id, {"role": role, "window_id": window_id})
        for user_id, role, window_id in new
    ]
    journal.write_all(session, actor, entries, now=now, site_id=site_id)
    if follow and new:
        people_changed(session, site_id, {user_id for user_id, _role, _window in new}, now)


def _row(one: Newcomer, site_id: int, now: datetime) -> dict[str, Any]:
    texts = ("name_en", "post", "post_en", "agency", "staff_no", "phone", "exam_result")
    facts = {name: checked(name, value) for name, value in one.facts.items()}
    return {
        **dict.fromkeys(texts, ""),
        **dict.fromkeys(("joined_on", "trained_on")),
        **facts,
        "login": checked("login", one.login),
        "name": checked("name", one.name),
        "site_id": site_id,
        "is_active": True,
        "created_at": now,
    }


def _check_free(session: Session, site_id: int, rows: Sequence[Mapping[str, Any]]) -> None:
    logins = {login for login, _id in _by_login(session, [row["login"] for row in rows])}
    numbers = set(
        session.scalars(
            select(func.lower(User.staff_no)).where(User.site_id == site_id, User.staff_no != "")
        )
    )
    for row in rows:
        login, number = row["login"], row["staff_no"].lower()
        if login in logins:
            raise LoginTaken(login=login)
        if number and number in numbers:
            raise StaffNoTaken(staff_no=row["staff_no"])
        logins.add(login)
        numbers.add(number)


def _by_login(session: Session, logins: Sequence[str]) -> Iterator[tuple[str, int]]:
    for start in range(0, len(logins), BATCH):
        some = logins[start : start + BATCH]
        yield from (
            (row.login, row.id)
            for row in session.execute(select(User.login, User.id).where(User.login.in_(some)))
        )


def _held(session: Session, site_id: int) -> set[Grant]:
    rows = session.execute(
        select(Membership.user_id, Membership.role, Membership.window_id).where(
            Membership.site_id == site_id
        )
    )
    return {(user_id, Role(role), window_id) for user_id, role, window_id in rows}


def _check_roles(session: Session, site_id: int, new: Sequence[Grant], held: set[Grant]) -> None:
    led = {window_id for _user, role, window_id in held if role is Role.LEAD}
    for _user_id, role, window_id in new:
        if role in AT_A_WINDOW and window_id is None:
            raise RoleNeedsWindow()
        if role not in AT_A_WINDOW and window_id is not None:
            raise RoleHasNoWindow()
        if role is Role.LEAD:
            if window_id in led:
                raise WindowHasLead()
            led.add(window_id)
    require_windows(session, site_id, {one for _user, _role, one in new if one is not None})
    people = set(session.scalars(select(User.id).where(User.site_id == site_id)))
    if not people.issuperset(user_id for user_id, _role, _window in new):
        raise NotFound()
