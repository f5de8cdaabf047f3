"""Pictures and papers of a drill: added by whoever may hold it, seen by whoever may see it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from drills.errors import TooManyFiles
from drills.lifecycle import require, take
from drills.models import Drill, DrillFile, DrillPhoto, FileKind, Step
from drills.permissions import Permission
from drills.service.loading import get
from hazards import service as hazards
from safety_app.core import clock, files, journal
from safety_app.core.access import Actor
from safety_app.core.errors import NotFound
from safety_app.core.files import File
from safety_app.core.i18n import N_
from safety_app.core.photos import Photo
from safety_app.core.text import clean

MOST: Final = 60


def add_photos(
    session: Session,
    actor: Actor,
    drill_id: int,
    upload_ids: Sequence[int],
    *,
    caption: str = "",
    now: datetime,
) -> int:
    """Add pictures that this actor sent ahead; one that is there already is left out."""
    journal.lock(session)
    drill = get(session, actor, drill_id)
    require(session, actor, drill, Step.RECORD)
    return keep_photos(
        session, actor, drill, hazards.take_uploads(session, actor, upload_ids),
        caption=caption, now=now,
    )  # fmt: skip


def keep_photos(
    session: Session,
    actor: Actor,
    drill: Drill,
    photos: Sequence[Photo],
    *,
    caption: str = "",
    now: datetime,
) -> int:
    """Add stored pictures."""
    there = {photo.key for photo in photos_of(session, drill.id)}
    new = {photo.key: photo for photo in photos if photo.key not in there}
    if len(there) + len(new) > MOST:
        raise TooManyFiles(limit=MOST)
    words = clean(caption, field=N_("Caption"), limit=100)
    session.add_all(
        DrillPhoto(
            site_id=drill.site_id,
            drill_id=drill.id,
            key=photo.key,
            width=photo.width,
            height=photo.height,
            caption=words,
            taken_at=_taken_at(photo, actor.timezone),
            at=now,
            by=actor.user_id,
        )
        for photo in new.values()
    )
    session.flush()
    if new:
        take(session, actor, drill, Step.RECORD, now=now, told={"photos": sorted(new)})
    return len(new)


def remove_photo(
    session: Session, actor: Actor, drill_id: int, photo_id: int, *, now: datetime
) -> Drill:
    """Take a picture off before the drill is judged."""
    journal.lock(session)
    drill = get(session, actor, drill_id)
    require(session, actor, drill, Step.RECORD)
    photo = session.get(DrillPhoto, photo_id)
    if photo is None or photo.drill_id != drill.id:
        raise NotFound()
    key = photo.key
    session.execute(delete(DrillPhoto).where(DrillPhoto.id == photo_id))
    take(session, actor, drill, Step.RECORD, now=now, told={"photo removed": key})
    return drill


def photos_of(session: Session, drill_id: int) -> list[DrillPhoto]:
    """The pictures in the order in which they were taken."""
    moment = func.coalesce(DrillPhoto.taken_at, DrillPhoto.at)
    query = select(DrillPhoto).where(DrillPhoto.drill_id == drill_id)
    return list(session.scalars(query.order_by(moment, DrillPhoto.id)))


def add_files(
    session: Session,
    actor: Actor,
    drill_id: int,
    file_ids: Sequence[int],
    *,
    kind: FileKind,
    now: datetime,
) -> int:
    """File papers with a drill, such as the sign-in sheet that was signed by hand."""
    journal.lock(session)
    drill = get(session, actor, drill_id)
    require(session, actor, drill, Step.RECORD)
    claimed = files.claim(session, actor, file_ids)
    there = {file.id for file, _kind in files_of(session, drill.id)}
    new = [file for file in claimed if file.id not in there]
    if len(there) + len(new) > MOST:
        raise TooManyFiles(limit=MOST)
    session.add_all(DrillFile(drill_id=drill.id, file_id=file.id, kind=kind) for file in new)
    session.flush()
    if new:
        told = {"kind": kind, "files": [file.key for file in new]}
        take(session, actor, drill, Step.RECORD, now=now, told=told)
    return len(new)


def files_of(session: Session, drill_id: int) -> list[tuple[File, FileKind]]:
    """The papers of a drill with what each is."""
    query = (
        select(File, DrillFile.kind)
        .join(DrillFile, DrillFile.file_id == File.id)
        .where(DrillFile.drill_id == drill_id)
        .order_by(File.id)
    )
    return [(file, FileKind(kind)) for file, kind in session.execute(query)]


def may_see_photo(session: Session, actor: Actor, key: str) -> bool:
    """Whether a picture belongs to a drill of the actor's hall."""
    query = select(DrillPhoto.id).where(DrillPhoto.key == key, DrillPhoto.site_id == actor.site_id)
    return actor.may_somewhere(Permission.VIEW) and session.scalar(query.limit(1)) is not None


def photos_in_use(session: Session, keys: Sequence[str]) -> set[str]:
    """Those of the keys that a drill names."""
    return set(session.scalars(select(DrillPhoto.key).where(DrillPhoto.key.in_(keys))))


def may_see_file(session: Session, actor: Actor, file_id: int) -> bool:
    """Whether a paper belongs to a drill of the actor's hall; sign-in sheets hold signatures."""
    query = (
        select(DrillFile.file_id)
        .join(Drill, Drill.id == DrillFile.drill_id)
        .where(DrillFile.file_id == file_id, Drill.site_id == actor.site_id)
    )
    return actor.may_somewhere(Permission.REPORT) and session.scalar(query) is not None


def _taken_at(photo: Photo, timezone: str) -> datetime | None:
    """The camera's clock, read as the site's."""
    if photo.taken_at is None or photo.taken_at.tzinfo:
        return photo.taken_at
    return photo.taken_at.replace(tzinfo=clock.zone(timezone))
