"""The passes on which cover rests, read for many people at once."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from drills.training.coverage import Need, Proof, add_months
from drills.training.models import Result

Proofs = dict[int, dict[int, list[Proof]]]
"""By person, then by course; in the order of their days."""
MANY: Final = 500
"""So many people are named one by one; of more everybody is read."""
UNSURE: Final = timedelta(days=3)
"""By so much months of different length may shift an anniversary."""


def proofs(
    session: Session,
    site_id: int,
    *,
    until: date,
    user_ids: Collection[int] | None = None,
    known_at: datetime | None = None,
) -> Proofs:
    """Every pass up to a day; as it was known at a moment, if one is given."""
    query = select(Result.user_id, Result.course_id, Result.on_date, Result.valid_until).where(
        Result.site_id == site_id, Result.on_date <= until, stands(known_at)
    )
    if user_ids is not None and len(user_ids) <= MANY:
        query = query.where(Result.user_id.in_(user_ids))
    found: Proofs = {}
    for user_id, course_id, on, valid_until in session.execute(query.order_by(Result.on_date)):
        held = found.setdefault(user_id, {})
        held.setdefault(course_id, []).append(Proof(on, valid_until))
    return found


def covered_throughout(
    session: Session, site_id: int, course_id: int, need: Need, first: date, last: date
) -> set[int]:
    """Whom one pass in a course covers from a day to a day; others may be covered by several."""
    where = [
        Result.site_id == site_id,
        Result.course_id == course_id,
        Result.on_date <= first,
        or_(Result.valid_until.is_(None), Result.valid_until >= last),
        stands(None),
    ]
    if need.months is not None:
        where.append(Result.on_date > add_months(last, -need.months) + UNSURE)
    return set(session.scalars(select(Result.user_id).where(*where)))


def stands(known_at: datetime | None) -> ColumnElement[bool]:
    """What makes a result one that counts; as it was known at a moment, if one is given."""
    if known_at is None:
        return and_(Result.counts, Result.superseded_at.is_(None))
    still = or_(Result.superseded_at.is_(None), Result.superseded_at >= known_at)
    return and_(Result.counts, Result.recorded_at < known_at, still)
