"""Telling the features that people have become something else."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from safety_app.features import features


def people_changed(
    session: Session, site_id: int, user_ids: Collection[int] | None, now: datetime
) -> None:
    """Let every feature follow, in the same transaction; `None`: anybody may have changed."""
    for feature in features():
        if feature.people_changed:
            feature.people_changed(session, site_id, user_ids, now)
