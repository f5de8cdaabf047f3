"""Shared tablets: enrolled once by a short-lived code, then known by their cookie."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from safety_app.accounts import codes
from safety_app.accounts.errors import EnrolmentOver
from safety_app.accounts.models import Device, DeviceWindow, Enrolment, SignInSession
from safety_app.accounts.permissions import Permission
from safety_app.accounts.service.sessions import hash_token
from safety_app.accounts.service.windows import require_windows
from safety_app.core import journal
from safety_app.core.access import Actor
from safety_app.core.errors import NotFound, TextMissing, TextTooLong
from safety_app.core.i18n import N_
from safety_app.features import features

ENROLMENT_MINUTES: Final = 30
NAME_LIMIT: Final = 64


@dataclass(frozen=True, slots=True)
class Tablet:
    """An enrolled shared tablet and the windows it serves; none means the common areas."""

    id: int
    site_id: int
    name: str
    window_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class DeviceSeen:
    """A tablet as the administrator sees it."""

    id: int
    name: str
    window_ids: frozenset[int]
    enrolled_at: datetime
    revoked_at: datetime | None
    last_seen_at: datetime | None
    last_user_id: int | None


def enrol_device(
    session: Session,
    actor: Actor | None,
    *,
    site_id: int,
    name: str,
    window_ids: Iterable[int],
    now: datetime,
) -> tuple[Device, str]:
    """Enrol a shared tablet; the token goes into its cookie and is kept nowhere."""
    _may_enrol(actor, site_id)
    windows = sorted(set(window_ids))
    token = secrets.token_urlsafe(32)
    device = Device(
        site_id=site_id, name=_name(name), token_hash=hash_token(token), enrolled_at=now
    )
    require_windows(session, site_id, windows)
    session.add(device)
    session.flush()
    session.add_all(DeviceWindow(device_id=device.id, window_id=window) for window in windows)
    session.flush()
    facts = {"windows": windows}
    journal.write(
        session, actor, "accounts.enrol_device", "device", device.id,
        now=now, site_id=site_id, facts=facts,
    )  # fmt: skip
    return device, token


def revoke_device(session: Session, actor: Actor | None, device_id: int, now: datetime) -> None:
    """Take a lost or retired tablet out of use: whoever was signed in on it is out at once."""
    journal.lock(session)
    device = session.get(Device, device_id)
    if device is None:
        raise NotFound()
    _may_enrol(actor, device.site_id)
    if device.revoked_at is not None:
        return
    device.revoked_at = now
    session.execute(
        update(SignInSession)
        .where(SignInSession.device_id == device_id, SignInSession.ended_at.is_(None))
        .values(ended_at=now)
    )
    for feature in features():
        if feature.forget_device:
            feature.forget_device(session, device_id, now)
    journal.write(
        session, actor, "accounts.revoke_device", "device", device.id,
        now=now, site_id=device.site_id,
    )  # fmt: skip


def change_device(
    session: Session,
    actor: Actor | None,
    device_id: int,
    *,
    name: str,
    window_ids: Iterable[int],
    now: datetime,
) -> None:
    """Rename a tablet, or let it serve other windows."""
    journal.lock(session)
    device = session.get(Device, device_id)
    if device is None or device.revoked_at is not None:
        raise NotFound()
    _may_enrol(actor, device.site_id)
    windows = sorted(set(window_ids))
    require_windows(session, device.site_id, windows)
    device.name = _name(name)
    session.execute(delete(DeviceWindow).where(DeviceWindow.device_id == device_id))
    session.add_all(DeviceWindow(device_id=device_id, window_id=window) for window in windows)
    session.flush()
    journal.write(
        session, actor, "accounts.change_device", "device", device_id,
        now=now, site_id=device.site_id, facts={"windows": windows},
    )  # fmt: skip


def list_devices(session: Session, actor: Actor) -> list[DeviceSeen]:
    """Every tablet of the site, those in use first, with who was signed in on it last."""
    actor.require(Permission.ENROL, who=N_("The administrator"))
    serves: dict[int, set[int]] = {}
    for row in session.scalars(select(DeviceWindow)):
        serves.setdefault(row.device_id, set()).add(row.window_id)
    last: dict[int | None, tuple[int, datetime]] = {}
    used = (
        select(SignInSession.device_id, SignInSession.user_id, SignInSession.last_seen_at)
        .where(SignInSession.site_id == actor.site_id, SignInSession.device_id.is_not(None))
        .order_by(SignInSession.last_seen_at)
    )
    for device_id, user_id, seen_at in session.execute(used):
        last[device_id] = (user_id, seen_at)
    devices = session.scalars(
        select(Device)
        .where(Device.site_id == actor.site_id)
        .order_by(Device.revoked_at.is_not(None), Device.name, Device.id)
    )
    return [
        DeviceSeen(
            id=one.id,
            name=one.name,
            window_ids=frozenset(serves.get(one.id, ())),
            enrolled_at=one.enrolled_at,
            revoked_at=one.revoked_at,
            last_seen_at=last[one.id][1] if one.id in last else None,
            last_user_id=last[one.id][0] if one.id in last else None,
        )
        for one in devices
    ]


def device_of(session: Session, token: str | None) -> Device | None:
    """The tablet that a device cookie belongs to."""
    if not token or len(token) > 256:
        return None
    return session.scalar(
        select(Device).where(Device.token_hash == hash_token(token), Device.revoked_at.is_(None))
    )


def tablet_of(session: Session, token: str | None) -> Tablet | None:
    """The tablet of a device cookie, with its windows."""
    device = device_of(session, token)
    if device is None:
        return None
    windows = session.scalars(
        select(DeviceWindow.window_id).where(DeviceWindow.device_id == device.id)
    )
    return Tablet(device.id, device.site_id, device.name, frozenset(windows))


def device_name(session: Session, site_id: int, device_id: int | None) -> str:
    """What a tablet of the site is called; nothing for any other browser."""
    device = session.get(Device, device_id) if device_id is not None else None
    return device.name if device and device.site_id == site_id else ""


def open_enrolment(
    session: Session,
    actor: Actor | None,
    *,
    site_id: int,
    name: str,
    window_ids: Iterable[int],
    now: datetime,
) -> str:
    """A one-time code; the tablet that types it, or opens its link, in half an hour is enrolled."""
    _may_enrol(actor, site_id)
    windows = sorted(set(window_ids))
    require_windows(session, site_id, windows)
    code = codes.new_code()
    row = Enrolment(
        site_id=site_id,
        code_hash=codes.hash_code(code),
        name=_name(name),
        window_ids=windows,
        expires_at=now + timedelta(minutes=ENROLMENT_MINUTES),
    )
    session.add(row)
    session.flush()
    journal.write(
        session, actor, "accounts.open_enrolment", "enrolment", row.id, now=now, site_id=site_id
    )
    return code


def find_enrolment(session: Session, code: str, *, now: datetime) -> str:
    """The name of the tablet that a code would enrol; raises when the code is over."""
    return _enrolment(session, code, now).name


def use_enrolment(session: Session, code: str, *, now: datetime) -> tuple[Device, str]:
    """Enrol the tablet that opened the link; the code is spent."""
    row = _enrolment(session, code, now)
    spent = session.scalar(delete(Enrolment).where(Enrolment.id == row.id).returning(Enrolment.id))
    if spent is None:
        raise EnrolmentOver()
    return enrol_device(
        session, None, site_id=row.site_id, name=row.name, window_ids=row.window_ids, now=now
    )


def _enrolment(session: Session, code: str, now: datetime) -> Enrolment:
    row = session.scalar(select(Enrolment).where(Enrolment.code_hash == codes.hash_code(code)))
    if row is None or now >= row.expires_at:
        raise EnrolmentOver()
    return row


def _may_enrol(actor: Actor | None, site_id: int) -> None:
    if actor is None:
        return
    actor.require(Permission.ENROL, who=N_("The administrator"))
    if actor.site_id != site_id:
        raise NotFound()


def _name(name: str) -> str:
    name = name.strip()
    if not name:
        raise TextMissing(field=N_("Name of the tablet"))
    if len(name) > NAME_LIMIT:
        raise TextTooLong(field=N_("Name of the tablet"), limit=NAME_LIMIT)
    return name
