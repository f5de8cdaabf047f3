"""Pictures of a fix that a person should look at twice: never a reason to refuse by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazards.models import Hazard, HazardPhoto, Phase

ALIKE: Final = 6
"""Two pictures whose hashes differ in so few of 64 bits look the same."""
FLAT: Final = 6
"""A hash with so few bits set, or not set, is of an almost even picture and says nothing."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why to look twice: the same upload at another hazard (`number`), or the picture of the
    problem again (no number)."""

    key: str
    number: str = ""


def look_alikes(
    session: Session, hazard: Hazard, photos: Sequence[HazardPhoto]
) -> tuple[Doubt, ...]:
    """What is odd about the pictures of the fix."""
    after = [one for one in photos if one.phase == Phase.AFTER]
    before = [one for one in photos if one.phase == Phase.BEFORE]
    again = [
        Doubt(one.key)
        for one in after
        if any(one.upload_sha == other.upload_sha or _alike(one, other) for other in before)
    ]
    return (*again, *_used_elsewhere(session, hazard, after))


def _used_elsewhere(session: Session, hazard: Hazard, after: Sequence[HazardPhoto]) -> list[Doubt]:
    if not after:
        return []
    mine = {one.upload_sha: one.key for one in after}
    rows = session.execute(
        select(HazardPhoto.upload_sha, Hazard.number)
        .join(Hazard, Hazard.id == HazardPhoto.hazard_id)
        .where(HazardPhoto.upload_sha.in_(sorted(mine)), HazardPhoto.hazard_id != hazard.id)
        .where(HazardPhoto.site_id == hazard.site_id)
        .order_by(Hazard.id)
    )
    found: dict[str, str] = {}
    for sha, number in rows:
        found.setdefault(mine[sha], number)
    return [Doubt(key, number) for key, number in found.items()]


def _alike(one: HazardPhoto, other: HazardPhoto) -> bool:
    bits, others = int(one.dhash, 16), int(other.dhash, 16)
    if min(_spread(bits), _spread(others)) <= FLAT:
        return False
    return (bits ^ others).bit_count() <= ALIKE


def _spread(bits: int) -> int:
    return min(bits.bit_count(), 64 - bits.bit_count())
