"""Roles of people: staff and leads at windows, the others for the whole hall."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from safety_app.accounts.errors import RoleHasNoWindow, RoleNeedsWindow, WindowHasLead
from safety_app.accounts.models import Membership
from safety_app.accounts.service.directory import names
from safety_app.accounts.service.following import people_changed
from safety_app.accounts.service.people import keep_an_administrator, managed, note
from safety_app.accounts.service.windows import require_windows
from safety_app.core import journal
from safety_app.core.access import Actor, Role

AT_A_WINDOW: Final = frozenset({Role.STAFF, Role.LEAD})


def grant_role(
    session: Session,
    actor: Actor | None,
    user_id: int,
    role: Role,
    window_id: int | None = None,
    *,
    follow: bool = True,
    now: datetime,
) -> None:
    """Give a role, at a window or for the site; giving it twice changes nothing.

    Whoever changes many lets the features follow once at the end, with `people_changed`.
    """
    journal.lock(session)
    user = managed(session, actor, user_id)
    if role in AT_A_WINDOW and window_id is None:
        raise RoleNeedsWindow()
    if role not in AT_A_WINDOW and window_id is not None:
        raise RoleHasNoWindow()
    where = (Membership.role == role, Membership.window_id.is_not_distinct_from(window_id))
    if session.scalar(select(Membership.id).where(Membership.user_id == user_id, *where)):
        return
    if role is Role.LEAD:
        _check_lead(session, window_id)
    if window_id is not None:
        require_windows(session, user.site_id, [window_id])
    session.add(Membership(site_id=user.site_id, user_id=user_id, role=role, window_id=window_id))
    session.flush()
    note(session, actor, "accounts.grant_role", user, now, role=role, window_id=window_id)
    if follow:
        people_changed(session, user.site_id, [user_id], now)


def revoke_role(
    session: Session,
    actor: Actor | None,
    user_id: int,
    role: Role,
    window_id: int | None = None,
    *,
    follow: bool = True,
    now: datetime,
) -> None:
    """Take a role away; it counts from the person's next click."""
    journal.lock(session)
    user = managed(session, actor, user_id)
    if role is Role.ADMINISTRATOR:
        keep_an_administrator(session, user)
    session.execute(
        delete(Membership).where(
            Membership.user_id == user_id,
            Membership.role == role,
            Membership.window_id.is_not_distinct_from(window_id),
        )
    )
    note(session, actor, "accounts.revoke_role", user, now, role=role, window_id=window_id)
    if follow:
        people_changed(session, user.site_id, [user_id], now)


def set_roles(
    session: Session,
    actor: Actor | None,
    user_id: int,
    *,
    staff_at: Iterable[int],
    leads: Iterable[int],
    for_the_site: Iterable[Role],
    now: datetime,
) -> None:
    """Make these the person's roles; what is left out ends, what stays is not touched."""
    journal.lock(session)
    user = managed(session, actor, user_id)
    wanted: set[tuple[Role, int | None]] = {(Role.STAFF, window_id) for window_id in staff_at}
    wanted |= {(Role.LEAD, window_id) for window_id in leads}
    wanted |= {(role, None) for role in for_the_site}
    rows = session.scalars(select(Membership).where(Membership.user_id == user_id))
    held = {(Role(row.role), row.window_id) for row in rows}
    for role, window_id in sorted(wanted - held, key=str):
        grant_role(session, actor, user_id, role, window_id, follow=False, now=now)
    for role, window_id in sorted(held - wanted, key=str):
        revoke_role(session, actor, user_id, role, window_id, follow=False, now=now)
    if wanted != held:
        people_changed(session, user.site_id, [user_id], now)


def _check_lead(session: Session, window_id: int | None) -> None:
    lead = session.scalar(
        select(Membership.user_id).where(
            Membership.window_id == window_id, Membership.role == Role.LEAD
        )
    )
    if lead is not None:
        raise WindowHasLead(name=names(session, [lead])[lead])
