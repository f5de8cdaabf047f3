"""What a hall chooses for its drills: which rules, each plan or one, how early people are told."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from drills import rhythm
from drills.errors import ReasonMissing, RuleNotYours
from drills.models import DrillSettings
from drills.permissions import WHO_MAY, Permission
from drills.rhythm import Choices
from safety_app.core import journal
from safety_app.core.access import Actor
from safety_app.core.i18n import N_
from safety_app.core.text import clean, plain
from safety_app.workplace import service as workplace


def latest(session: Session, site_id: int, at: datetime | None = None) -> DrillSettings | None:
    """What the hall has chosen, or had by a moment gone by; nothing where it had not yet."""
    query = select(DrillSettings).where(DrillSettings.site_id == site_id)
    if at is not None:
        query = query.where(DrillSettings.changed_at <= at)
    return session.scalar(query.order_by(DrillSettings.id.desc()).limit(1))


def choices_of(session: Session, site_id: int, at: datetime | None = None) -> Choices:
    """What the hall has chosen, or had by a moment gone by; else the defaults."""
    found = latest(session, site_id, at)
    return Choices(found.is_each, found.changes) if found else Choices()


def notice_days(session: Session, site_id: int) -> int:
    """How many open days before a drill people are told."""
    found = latest(session, site_id)
    return found.notice_days if found else 3


def choose(
    session: Session,
    actor: Actor,
    *,
    is_each: bool,
    changes: Mapping[str, bool],
    notice_days: int,
    because: str,
    now: datetime,
) -> DrillSettings:
    """Set what the hall may choose; what departs from the defaults needs a basis."""
    actor.require(Permission.SETTINGS, who=WHO_MAY[Permission.SETTINGS])
    journal.lock(session)
    site = workplace.site(session, actor.site_id)
    known = {rule.key: rule for rule in rhythm.rules() if rule.is_choice(site)}
    if not set(changes) <= known.keys():
        raise RuleNotYours()
    own = {key: wanted for key, wanted in changes.items() if wanted != known[key].binds(site)}
    weaker = any(not wanted for wanted in own.values())
    if weaker and not plain(because):
        raise ReasonMissing()
    found = DrillSettings(
        site_id=actor.site_id,
        is_each=is_each,
        changes=own,
        notice_days=min(max(notice_days, 0), 30),
        because=clean(because, field=N_("Basis of the choice"), limit=200),
        changed_by=actor.user_id,
        changed_at=now,
    )
    session.add(found)
    session.flush()
    journal.write(
        session, actor, "drills.choose", "drill_settings", found.id, now=now,
        facts={"is_each": is_each, "changes": own, "notice_days": found.notice_days},
    )  # fmt: skip
    return found
