"""What the hall was before the law and what it had chosen at a moment gone by."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import product
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from drills import rhythm
from drills.models import DrillSettings
from drills.rhythm import Choices, Profile
from safety_app.core import clock, journal
from safety_app.workplace import service as workplace
from safety_app.workplace.service import Profile as Whole

ACTION: Final = "drills.choose"
MOST_NOTICE: Final = 30


@dataclass(frozen=True, slots=True)
class Basis:
    """By what a year is judged; `is_known` says that it was so at the moment asked for."""

    profile: Profile
    choices: Choices
    is_known: bool = True


def basis_at(session: Session, site_id: int, at: datetime, now: Choices) -> Basis:
    """The profile and the choices of then; where the journal does not tell, those of now."""
    site = workplace.site(session, site_id)
    if at >= clock.now() - workplace.JUST_NOW:
        return Basis(site, now)
    profile = workplace.profile_at(session, site_id, at)
    choices = _choices_at(session, site_id, at, profile, now)
    return Basis(
        profile or site, now if choices is None else choices,
        is_known=profile is not None and choices is not None,
    )  # fmt: skip


def _choices_at(
    session: Session, site_id: int, at: datetime, profile: Whole | None, now: Choices
) -> Choices | None:
    changed = session.scalar(
        select(DrillSettings.changed_at).where(DrillSettings.site_id == site_id)
    )
    if changed is None or changed <= at:
        return now
    query = select(journal.Entry.digest, journal.Entry.at).where(
        journal.Entry.site_id == site_id,
        journal.Entry.action == ACTION,
        journal.Entry.at <= at,
    )
    last = session.execute(query.order_by(journal.Entry.id.desc()).limit(1)).first()
    if last is None:
        return Choices()
    then = workplace.profile_at(session, site_id, last.at)
    return _read(last.digest, then) if profile and then else None


@lru_cache(maxsize=64)
def _read(digest: str, profile: Whole) -> Choices | None:
    """The choices that an entry of the journal seals: there are few, so they are tried."""
    own = {rule.key: not rule.binds(profile) for rule in rhythm.rules() if rule.is_choice(profile)}
    for chosen in product((False, True), repeat=len(own)):
        changes = {key: own[key] for key, is_own in zip(own, chosen, strict=True) if is_own}
        for is_each, days in product((False, True), range(MOST_NOTICE + 1)):
            facts: Mapping[str, object] = {
                "is_each": is_each, "changes": changes, "notice_days": days,
            }  # fmt: skip
            if journal.digest(facts) == digest:
                return Choices(is_each, changes)
    return None
