"""The passes on which cover rests, read for many people at once."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from sqlalchemy import ColumnElement, String, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from drills.training.coverage import DAY, Need, Proof, add_months
from drills.training.models import Result

Proofs = dict[int, dict[int, list[Proof]]]
"""By person, then by course; in the order of their days."""
MANY: Final = 500
"""So many people are named in one statement."""
KNOWN: Final = func.coalesce(Result.counted_at, Result.recorded_at)
"""Since when a result was known to count."""
UNSURE: Final = timedelta(days=3)
"""By so much months of different length may shift an anniversary."""


def proofs(
    session: Session,
    site_id: int,
    *,
    until: date,
    user_ids: Collection[int] | None = None,
    known_at: datetime | None = None,
    zone: tzinfo | None = None,
) -> Proofs:
    """Every pass up to a day; as it was known at a moment, if one is given.

    With a `zone` each counts on the days on which it was known: not before it was recorded, and
    one that was struck or put right later up to the day before.
    """
    if zone is not None:
        return _as_known(session, site_id, until, user_ids, zone)
    table = Result.__table__.c
    query = (
        select(table.user_id, table.course_id, table.on_date, table.valid_until)
        .where(table.site_id == site_id, table.on_date <= until, stands(known_at))
        .order_by(table.on_date)
    )
    found: Proofs = {}
    for part in _parts(user_ids):
        chosen = query if part is None else query.where(table.user_id.in_(part))
        for user_id, course_id, on, valid_until in session.execute(chosen):
            held = found.setdefault(user_id, {})
            held.setdefault(course_id, []).append(Proof(on, valid_until))
    return found


def _as_known(
    session: Session, site_id: int, until: date, user_ids: Collection[int] | None, zone: tzinfo
) -> Proofs:
    query = (
        select(
            Result.user_id, Result.course_id, Result.on_date, Result.valid_until,
            KNOWN, Result.superseded_at,
        )
        .where(Result.site_id == site_id, Result.on_date <= until, Result.counts)
        .order_by(Result.on_date)
    )  # fmt: skip
    found: Proofs = {}
    for part in _parts(user_ids):
        chosen = query if part is None else query.where(Result.user_id.in_(part))
        for user_id, course_id, on, valid_until, recorded, struck in session.execute(chosen):
            last = valid_until
            if struck is not None:
                last = min(last or date.max, struck.astimezone(zone).date() - DAY)
            proof = Proof(on, last, known_from=recorded.astimezone(zone).date())
            found.setdefault(user_id, {}).setdefault(course_id, []).append(proof)
    return found


def _parts(user_ids: Collection[int] | None) -> Iterator[Sequence[int] | None]:
    """People in portions that a statement can name."""
    if user_ids is None:
        yield None
        return
    wanted = list(user_ids)
    for start in range(0, len(wanted), MANY):
        yield wanted[start : start + MANY]


def covered_throughout(
    session: Session,
    site_id: int,
    course_id: int,
    need: Need,
    first: date,
    last: date,
    counts: ColumnElement[bool],
) -> set[int]:
    """Whom one pass in a course covers from a day to a day; others may be covered by several."""
    where = [
        Result.site_id == site_id,
        Result.course_id == course_id,
        Result.on_date <= first,
        or_(Result.valid_until.is_(None), Result.valid_until >= last),
        counts,
    ]
    if need.months is not None:
        where.append(Result.on_date > add_months(last, -need.months) + UNSURE)
    # All ids in one text: it is read faster than a row for each of thousands.
    ids = func.aggregate_strings(cast(Result.user_id, String), ",")
    found = session.scalar(select(ids).where(*where))
    return set(map(int, found.split(","))) if found else set()


def stands(known_at: datetime | None) -> ColumnElement[bool]:
    """What makes a result one that counts; as it was known at a moment, if one is given."""
    if known_at is None:
        return and_(Result.counts, Result.superseded_at.is_(None))
    still = or_(Result.superseded_at.is_(None), Result.superseded_at >= known_at)
    return and_(Result.counts, known_at > KNOWN, still)
