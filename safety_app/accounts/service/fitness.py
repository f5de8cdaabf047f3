"""Whether somebody may be on duty, as the features above know it."""

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy.orm import Session

from safety_app.core.gate import Bar
from safety_app.features import features


def bars(
    session: Session,
    site_id: int,
    first: date,
    last: date,
    user_ids: Collection[int] | None = None,
) -> Mapping[int, tuple[Bar, ...]]:
    """The bars of people by id, within some days; of everybody, or of some."""
    found: dict[int, tuple[Bar, ...]] = {}
    for feature in features():
        if feature.gate is None:
            continue
        for user_id, more in feature.gate(session, site_id, first, last, user_ids).items():
            found[user_id] = (*found.get(user_id, ()), *more)
    return found
