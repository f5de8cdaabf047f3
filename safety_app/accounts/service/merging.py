"""The people and tablets of a window that goes on in another one."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from safety_app.accounts.models import Device, DeviceWindow, Membership
from safety_app.core import journal
from safety_app.core.access import Actor, Role


def move_members(
    session: Session,
    actor: Actor | None,
    window_id: int,
    successor_id: int,
    *,
    site_id: int,
    now: datetime,
) -> None:
    """Everybody of a window works at its successor from now on.

    The successor keeps its own lead; the lead of the other window becomes staff there, or its
    lead if it has none. Tablets serve the successor.
    """
    journal.lock(session)
    there = session.scalars(select(Membership).where(Membership.window_id == successor_id)).all()
    has_lead = any(one.role == Role.LEAD for one in there)
    known = {one.user_id for one in there}
    moving = session.scalars(select(Membership).where(Membership.window_id == window_id)).all()
    roles: dict[int, Role] = {}
    for one in moving:
        leads = one.role == Role.LEAD and not has_lead
        if leads or one.user_id not in known:
            roles[one.user_id] = Role.LEAD if leads else roles.get(one.user_id, Role.STAFF)
        session.delete(one)
    session.flush()
    session.add_all(
        Membership(site_id=site_id, user_id=user_id, role=role, window_id=successor_id)
        for user_id, role in roles.items()
    )
    _move_tablets(session, window_id, successor_id)
    session.flush()
    journal.write(
        session, actor, "accounts.move_members", "window", window_id, now=now, site_id=site_id,
        facts={"to": successor_id, "roles": {str(user): role for user, role in roles.items()}},
    )  # fmt: skip


def _move_tablets(session: Session, window_id: int, successor_id: int) -> None:
    serving = set(
        session.scalars(
            select(DeviceWindow.device_id)
            .join(Device, Device.id == DeviceWindow.device_id)
            .where(DeviceWindow.window_id == window_id)
        )
    )
    already = set(
        session.scalars(
            select(DeviceWindow.device_id).where(DeviceWindow.window_id == successor_id)
        )
    )
    session.execute(delete(DeviceWindow).where(DeviceWindow.window_id == window_id))
    session.add_all(
        DeviceWindow(device_id=device_id, window_id=successor_id)
        for device_id in sorted(serving - already)
    )
