"""Pictures of hazards: received ahead, attached in the transaction, shown to whoever may see."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hazards.errors import TooManyPhotos, UploadGone
from hazards.models import Hazard, HazardPhoto, Phase, Upload
from hazards.permissions import Permission
from hazards.visibility import visible_to
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.i18n import N_
from safety_app.core.photos import Photo
from safety_app.core.text import clean
from safety_app.workplace import service as workplace

MOST: Final = 20
KEPT: Final = timedelta(days=1)
LARGEST_ID: Final = 2**31 - 1
_ALL_BITS: Final = (1 << 64) - 1


def hash_text(dhash: int) -> str:
    """A perceptual hash as 16 hexadecimal characters."""
    return f"{dhash & _ALL_BITS:016x}"


def _taken_at(photo: Photo, timezone: str) -> datetime | None:
    """The camera's clock, read as the site's."""
    if photo.taken_at is None or photo.taken_at.tzinfo:
        return photo.taken_at
    return photo.taken_at.replace(tzinfo=clock.zone(timezone))


def add_photos(
    session: Session,
    actor: Actor | None,
    hazard: Hazard,
    photos: Sequence[Photo],
    phase: Phase,
    *,
    now: datetime,
) -> int:
    """Attach stored pictures; one that is there already is left out. Returns how many."""
    if not photos:
        return 0
    if len(photos) > MOST:
        raise TooManyPhotos(limit=MOST)
    timezone = actor.timezone if actor else workplace.site(session, hazard.site_id).timezone
    known = set(
        session.scalars(
            select(HazardPhoto.key).where(
                HazardPhoto.hazard_id == hazard.id, HazardPhoto.phase == phase
            )
        )
    )
    new = {photo.key: photo for photo in photos if photo.key not in known}
    session.add_all(
        HazardPhoto(
            site_id=hazard.site_id,
            hazard_id=hazard.id,
            phase=phase,
            key=photo.key,
            width=photo.width,
            height=photo.height,
            upload_sha=photo.upload_sha,
            dhash=hash_text(photo.dhash),
            taken_at=_taken_at(photo, timezone),
            at=now,
            by=actor.user_id if actor else None,
        )
        for photo in new.values()
    )
    return len(photos)


def add_uploads(
    session: Session,
    actor: Actor,
    hazard: Hazard,
    upload_ids: Sequence[int],
    phase: Phase,
    *,
    now: datetime,
) -> int:
    """Attach pictures this actor sent ahead; raises `UploadGone` if one is missing."""
    return add_photos(
        session, actor, hazard, take_uploads(session, actor, upload_ids), phase, now=now
    )


def take_uploads(session: Session, actor: Actor, upload_ids: Sequence[int]) -> list[Photo]:
    """Take over pictures this actor sent ahead; raises `UploadGone` if one is missing.

    Whoever takes them names them from now on: they are no longer kept for their sender.
    """
    wanted = set(upload_ids)
    if not wanted:
        return []
    if any(not 0 < one <= LARGEST_ID for one in wanted):
        raise UploadGone()
    waiting = session.scalars(
        select(Upload).where(Upload.id.in_(wanted), Upload.user_id == actor.user_id)
    ).all()
    if len(waiting) != len(wanted):
        raise UploadGone()
    photos = [
        Photo(
            key=one.key,
            width=one.width,
            height=one.height,
            taken_at=one.taken_at,
            upload_sha=one.upload_sha,
            dhash=int(one.dhash, 16),
            size=0,
        )
        for one in sorted(waiting, key=lambda one: one.id)
    ]
    session.execute(delete(Upload).where(Upload.id.in_(wanted)))
    return photos


def store_upload(
    session: Session, actor: Actor, photo: Photo, client_key: str, now: datetime
) -> Upload:
    """Keep a received picture until its sender attaches it; the same key gives the same one."""
    actor.require(Permission.REPORT)
    key = clean(client_key, field=N_("Photo key"), limit=64, required=True)
    known = session.scalar(
        select(Upload).where(Upload.user_id == actor.user_id, Upload.client_key == key)
    )
    if known:
        return known
    upload = Upload(
        site_id=actor.site_id,
        user_id=actor.user_id,
        client_key=key,
        key=photo.key,
        width=photo.width,
        height=photo.height,
        upload_sha=photo.upload_sha,
        dhash=hash_text(photo.dhash),
        taken_at=_taken_at(photo, actor.timezone),
        at=now,
    )
    session.add(upload)
    session.flush()
    return upload


def find_upload(session: Session, actor: Actor, client_key: str) -> Upload | None:
    """What this actor already sent under a key."""
    return session.scalar(
        select(Upload).where(Upload.user_id == actor.user_id, Upload.client_key == client_key)
    )


def list_uploads(session: Session, actor: Actor, upload_ids: Sequence[int]) -> list[Upload]:
    """The actor's pictures still waiting among these."""
    return list(
        session.scalars(
            select(Upload)
            .where(Upload.id.in_(set(upload_ids)), Upload.user_id == actor.user_id)
            .order_by(Upload.id)
        )
    )


def sweep_uploads(session: Session, now: datetime) -> int:
    """Forget pictures that nobody attached within a day; their files go with the store's sweep."""
    stale = list(session.scalars(select(Upload.id).where(Upload.at < now - KEPT)))
    if stale:
        session.execute(delete(Upload).where(Upload.id.in_(stale)))
    return len(stale)


def may_see(session: Session, actor: Actor, key: str) -> bool:
    """Whether a picture belongs to a hazard in sight, or was sent by the actor."""
    own = select(Upload.id).where(Upload.key == key, Upload.user_id == actor.user_id)
    shown = (
        select(HazardPhoto.id)
        .join(Hazard, Hazard.id == HazardPhoto.hazard_id)
        .where(HazardPhoto.key == key, visible_to(actor))
    )
    return session.scalar(shown.limit(1)) is not None or session.scalar(own.limit(1)) is not None


def in_use(session: Session, keys: Sequence[str]) -> set[str]:
    """Those of the keys that a hazard or a waiting upload still names."""
    held = set(session.scalars(select(HazardPhoto.key).where(HazardPhoto.key.in_(keys))))
    return held | set(session.scalars(select(Upload.key).where(Upload.key.in_(keys))))
