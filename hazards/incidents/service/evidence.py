"""Pictures and scans of an incident, and who may see them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from hazards import service as hazards
from hazards.incidents.errors import TooManyPictures
from hazards.incidents.lifecycle import take
from hazards.incidents.models import Incident, IncidentFile, IncidentPhoto, Member, Step
from hazards.incidents.permissions import Permission
from hazards.incidents.service.loading import begin
from hazards.incidents.visibility import visible_to
from safety_app.core import clock, files
from safety_app.core.access import Actor
from safety_app.core.i18n import N_
from safety_app.core.photos import Photo
from safety_app.core.text import clean

MOST_PHOTOS: Final = 60


def add_photos(
    session: Session,
    actor: Actor,
    incident: Incident,
    *,
    photos: Sequence[Photo] = (),
    upload_ids: Sequence[int] = (),
    now: datetime,
) -> int:
    """Keep pictures that were taken or sent ahead; returns how many are new."""
    given = [*photos, *hazards.take_uploads(session, actor, upload_ids)]
    known = set(
        session.scalars(select(IncidentPhoto.key).where(IncidentPhoto.incident_id == incident.id))
    )
    new = {photo.key: photo for photo in given if photo.key not in known}
    if len(known) + len(new) > MOST_PHOTOS:
        raise TooManyPictures(limit=MOST_PHOTOS)
    session.add_all(
        IncidentPhoto(
            site_id=incident.site_id,
            incident_id=incident.id,
            key=photo.key,
            width=photo.width,
            height=photo.height,
            taken_at=_taken_at(photo, actor.timezone),
            at=now,
            by=actor.user_id,
        )
        for photo in new.values()
    )
    session.flush()
    return len(new)


def attach(
    session: Session,
    actor: Actor,
    incident_id: int,
    *,
    upload_ids: Sequence[int] = (),
    file_ids: Sequence[int] = (),
    title: str = "",
    is_personal: bool = False,
    now: datetime,
) -> Incident:
    """Add pictures and scans; a personal scan is for those who need it."""
    incident = begin(session, actor, incident_id, Step.ATTACH)
    words = clean(title, field=N_("What the document is"), limit=100, required=bool(file_ids))
    added = add_photos(session, actor, incident, upload_ids=upload_ids, now=now)
    claimed = files.claim(session, actor, file_ids)
    known = set(
        session.scalars(select(IncidentFile.file_id).where(IncidentFile.incident_id == incident.id))
    )
    new = [file for file in claimed if file.id not in known]
    session.add_all(
        IncidentFile(
            site_id=incident.site_id,
            incident_id=incident.id,
            file_id=file.id,
            title=words,
            is_personal=is_personal,
            at=now,
            by=actor.user_id,
        )
        for file in new
    )
    session.flush()
    if added or new:
        take(
            session, actor, incident, Step.ATTACH, now=now,
            note=words if new and not is_personal else "",
            told={"photos": added, "files": [file.key for file in new], "title": words},
        )  # fmt: skip
    return incident


def may_see_photo(session: Session, actor: Actor, key: str) -> bool:
    """Whether a picture belongs to an incident in sight."""
    query = (
        select(IncidentPhoto.id)
        .join(Incident, Incident.id == IncidentPhoto.incident_id)
        .where(IncidentPhoto.key == key, visible_to(actor))
    )
    return session.scalar(query.limit(1)) is not None


def photos_in_use(session: Session, keys: Sequence[str]) -> set[str]:
    """Those of the keys that an incident names."""
    return set(session.scalars(select(IncidentPhoto.key).where(IncidentPhoto.key.in_(keys))))


def may_see_file(session: Session, actor: Actor, file_id: int) -> bool:
    """Whether a scan belongs to an incident in sight, and a personal one is for this person."""
    query = (
        select(IncidentFile.id)
        .join(Incident, Incident.id == IncidentFile.incident_id)
        .where(
            IncidentFile.file_id == file_id,
            visible_to(actor),
            or_(IncidentFile.is_personal.is_(False), needs_personal(actor)),
        )
    )
    return session.scalar(query.limit(1)) is not None


def needs_personal(actor: Actor) -> ColumnElement[bool]:
    """Incidents whose personal data this person needs: by role, or as one who investigates."""
    team = select(Member.incident_id).where(Member.user_id == actor.user_id)
    investigates = or_(Incident.leader_id == actor.user_id, Incident.id.in_(team))
    if actor.reach(Permission.PERSONAL).site:
        return Incident.site_id == actor.site_id
    return investigates


def _taken_at(photo: Photo, timezone: str) -> datetime | None:
    """The camera's clock, read as the site's."""
    if photo.taken_at is None or photo.taken_at.tzinfo:
        return photo.taken_at
    return photo.taken_at.replace(tzinfo=clock.zone(timezone))
