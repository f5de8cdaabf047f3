"""The legal profile as it was on a day gone by."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from safety_app.workplace.models import FormerProfile, Profile, Site
from safety_app.workplace.service.places import site


def profile_at(session: Session, site_id: int, at: datetime) -> Profile:
    """The profile at a moment: the first that was given up later, else that of now."""
    given_up = select(FormerProfile).where(
        FormerProfile.site_id == site_id, FormerProfile.until > at
    )
    found = session.scalar(given_up.order_by(FormerProfile.until, FormerProfile.id).limit(1))
    return found or site(session, site_id)


def former_profiles(session: Session, site_id: int) -> Sequence[FormerProfile]:
    """Every profile that was given up, in order."""
    query = select(FormerProfile).where(FormerProfile.site_id == site_id)
    return session.scalars(query.order_by(FormerProfile.until, FormerProfile.id)).all()


def remember_profile(
    session: Session, found: Site, facts: Mapping[str, object], now: datetime
) -> None:
    """Keep what a hall has been before the law up to now, if the facts differ from it."""
    before = {name: getattr(found, name) for name in facts}
    if before != facts:
        session.add(FormerProfile(site_id=found.id, until=now, **before))
