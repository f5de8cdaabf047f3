"""The legal profile as it was on a day gone by, read from the journal.

The journal keeps of each change a hash of what was before and after. A profile has few values: the
one that was there before is found by trying them.
"""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import product
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from safety_app.core import clock, journal
from safety_app.workplace.models import Site, UnitKind
from safety_app.workplace.service.places import site

ACTION: Final = "workplace.set_profile"
JUST_NOW: Final = timedelta(minutes=5)
"""Nobody asks the journal what has changed since: most ask for now."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a unit is before the law; its names are those of the site's columns."""

    unit_kind: UnitKind
    key_fire_unit: bool
    public_gathering: bool
    crowded_place: bool
    business_operator: bool


def profile_at(session: Session, site_id: int, at: datetime) -> Profile | None:
    """The profile at a moment; `None` where the journal does not tell."""
    found: Profile | None = _now(site(session, site_id))
    if at >= clock.now() - JUST_NOW:
        return found
    query = select(journal.Entry.digest).where(
        journal.Entry.site_id == site_id,
        journal.Entry.action == ACTION,
        journal.Entry.object == "site",
        journal.Entry.at > at,
    )
    for digest in session.scalars(query.order_by(journal.Entry.id.desc())):
        if found is None:
            return None
        found = _before(digest, found)
    return found


def _now(row: Site) -> Profile:
    return Profile(
        UnitKind(row.unit_kind), row.key_fire_unit, row.public_gathering, row.crowded_place,
        row.business_operator,
    )  # fmt: skip


def _before(digest: str, after: Profile) -> Profile | None:
    """What a profile was before the change that an entry of the journal seals."""
    flags = (False, True)
    for values in product(UnitKind, flags, flags, flags, flags):
        before = Profile(*values)
        if journal.digest({"before": asdict(before), "after": asdict(after)}) == digest:
            return before
    return None
