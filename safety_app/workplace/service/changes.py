"""Telling the features that days, hours or places have changed."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from safety_app.features import features
from safety_app.workplace.models import WindowPause


def changed(session: Session, site_id: int, now: datetime) -> None:
    """Let every feature follow, in the same transaction."""
    for feature in features():
        if feature.follow:
            feature.follow(session, site_id, now)


def pauses(session: Session, site_id: int) -> dict[int, list[WindowPause]]:
    """The days on which windows do not serve, by window, the earliest first."""
    found: dict[int, list[WindowPause]] = {}
    query = select(WindowPause).where(WindowPause.site_id == site_id).order_by(WindowPause.first)
    for pause in session.scalars(query):
        found.setdefault(pause.window_id, []).append(pause)
    return found
