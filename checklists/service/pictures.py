"""Pictures of findings: stored before, kept with the run or beside it, removed before signing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from checklists import flows
from checklists.entries import Entry
from checklists.errors import PhotoInHazard, RunSubmitted, TooManyFindingPhotos, UnknownItem
from checklists.models import Answer, Finding, FindingPhoto, LateEntry, Run, RunToken
from checklists.service import rights
from checklists.service.recording import (
    Receipt,
    advance,
    check_turn,
    find_finding,
    find_token,
    make_finding,
)
from checklists.service.runs import get_run
from safety_app.accounts import service as accounts
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.errors import NotFound
from safety_app.core.photos import Photo

LIMIT: Final = 9
_ALL_BITS: Final = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class PhotoReceipt:
    """What the tablet may believe: the picture is on disk, under this key."""

    receipt: Receipt
    key: str


def add_photo(
    session: Session,
    token: str,
    photo: Photo,
    *,
    seq: int,
    client_key: str,
    item_id: int | None = None,
    entry_key: str | None = None,
    client_at: datetime | None = None,
    run_id: int | None = None,
    now: datetime,
) -> PhotoReceipt:
    """Keep a stored picture with its finding. The same `client_key` again changes nothing."""
    place = Entry(
        value=Answer.NONE, item_id=item_id, client_key=entry_key, client_at=client_at, seq=seq
    )
    found = find_token(session, token, item_id, run_id)
    receipt = check_turn(session, found, place, seq, now, photo_key=photo.key)
    if receipt:
        known = _known(session, found.run_id, client_key)
        return PhotoReceipt(receipt, known.key if known else photo.key)
    if (item_id is None) == (entry_key is None) or (item_id and found.position is None):
        raise UnknownItem()
    saved = len(found.answers) - found.answers.count(Answer.NONE)
    receipt = Receipt(seq, saved, len(found.answers))
    known = _known(session, found.run_id, client_key)
    if known is None:
        if found.closes_at is not None and now >= found.closes_at:
            flows.sweep_again(session, found.task_id)
        finding = find_finding(session, found.run_id, place) or make_finding(
            session, found, place, now
        )
        _check_room(session, finding)
        known = photo_row(session, finding, photo, client_key, now)
        session.add(known)
        session.flush()
        if finding.hazard_id is not None:
            actor = accounts.actor_for(session, found.user_id, device_id=found.device_id)
            flows.attach(session, actor, finding, photo, now=now)
    advance(session, found, seq)
    return PhotoReceipt(receipt, known.key)


def find_photo(session: Session, token: str, client_key: str, *, run_id: int) -> Photo | None:
    """What this tablet sent under a key already; raises where the token is unknown.

    Asked before a picture is unpacked, so that only a tablet with a sheet costs that much.
    """
    found = find_token(session, token, None, run_id)
    known = _known(session, found.run_id, client_key)
    return flows.as_photo(known) if known else None


def remove_photo(
    session: Session, actor: Actor, run_id: int, client_key: str, *, now: datetime
) -> None:
    """Take a picture off an unsigned sheet; removing it twice changes nothing."""
    run = get_run(session, run_id, lock=True)
    if run is None:
        raise NotFound()
    rights.require_run(session, actor, run, now)
    if run.submitted_at is not None:
        raise RunSubmitted()
    photo = _known(session, run_id, client_key)
    if photo is None or photo.removed_at is not None:
        return
    finding = session.get(Finding, photo.finding_id)
    if finding and finding.hazard_number:
        raise PhotoInHazard(number=finding.hazard_number)
    photo.removed_at = now
    session.flush()


def may_see(session: Session, actor: Actor, key: str) -> bool:
    """Whether a picture belongs to a sheet that the actor may see, or was sent by the actor."""
    runs = select(FindingPhoto.run_id).where(FindingPhoto.key == key)
    late = select(LateEntry.run_id).where(LateEntry.photo_key == key)
    holding = session.scalars(
        select(Run).where(Run.site_id == actor.site_id, or_(Run.id.in_(runs), Run.id.in_(late)))
    ).all()
    if any(rights.may_see_run(session, actor, run) for run in holding):
        return True
    sent = select(RunToken.id).where(
        RunToken.user_id == actor.user_id, or_(RunToken.run_id.in_(runs), RunToken.run_id.in_(late))
    )
    return session.scalar(sent.limit(1)) is not None


def in_use(session: Session, keys: Sequence[str]) -> set[str]:
    """Those of the keys that a finding or a late entry still names."""
    held = set(session.scalars(select(FindingPhoto.key).where(FindingPhoto.key.in_(keys))))
    late = session.scalars(select(LateEntry.photo_key).where(LateEntry.photo_key.in_(keys)))
    return held | {key for key in late if key}


def _known(session: Session, run_id: int, client_key: str) -> FindingPhoto | None:
    return session.scalar(
        select(FindingPhoto).where(
            FindingPhoto.run_id == run_id, FindingPhoto.client_key == client_key
        )
    )


def _check_room(session: Session, finding: Finding) -> None:
    count = session.scalar(
        select(func.count()).where(
            FindingPhoto.finding_id == finding.id, FindingPhoto.removed_at.is_(None)
        )
    )
    if (count or 0) >= LIMIT:
        raise TooManyFindingPhotos(limit=LIMIT)


def photo_row(
    session: Session, finding: Finding, photo: Photo, client_key: str, now: datetime
) -> FindingPhoto:
    """A picture of a finding that is not in the database yet."""
    taken_at = photo.taken_at
    if taken_at is not None and taken_at.tzinfo is None:
        # The camera's clock, read as the site's.
        zone = accounts.actor_for(session, finding.by).timezone
        taken_at = taken_at.replace(tzinfo=clock.zone(zone))
    return FindingPhoto(
        site_id=finding.site_id,
        run_id=finding.run_id,
        finding_id=finding.id,
        client_key=client_key,
        key=photo.key,
        width=photo.width,
        height=photo.height,
        upload_sha=photo.upload_sha,
        dhash=f"{photo.dhash & _ALL_BITS:016x}",
        taken_at=taken_at,
        at=now,
    )
