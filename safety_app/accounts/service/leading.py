"""Who leads which window on which day, for all windows of a site at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from safety_app.accounts.models import Deputy, Membership, User
from safety_app.core.access import Role


@dataclass(frozen=True, slots=True)
class Leaders:
    """The leads by window, and the deputies with their days."""

    leads: Mapping[int, int]
    deputies: Mapping[int, tuple[tuple[int, date, date | None], ...]]

    @property
    def everybody(self) -> set[int]:
        """Whoever leads any window, or was or will be deputy."""
        found = set(self.leads.values())
        return found.union(one[0] for several in self.deputies.values() for one in several)

    def on(self, window_id: int | None, day: date) -> set[int]:
        """Who leads a window on a day; nobody leads the common areas."""
        if window_id is None:
            return set()
        found = {
            user_id
            for user_id, first, last in self.deputies.get(window_id, ())
            if first <= day and (last is None or day <= last)
        }
        if window_id in self.leads:
            found.add(self.leads[window_id])
        return found


def leaders(session: Session, site_id: int) -> Leaders:
    """The leads and deputies of a site whose accounts are open."""
    leads = session.execute(
        select(Membership.window_id, Membership.user_id)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.site_id == site_id,
            Membership.role == Role.LEAD,
            Membership.window_id.is_not(None),
            User.is_active,
        )
    )
    deputies: dict[int, tuple[tuple[int, date, date | None], ...]] = {}
    rows = session.execute(
        select(Deputy.window_id, Deputy.user_id, Deputy.first, Deputy.last)
        .join(User, User.id == Deputy.user_id)
        .where(Deputy.site_id == site_id, User.is_active)
    )
    for window_id, user_id, first, last in rows:
        deputies[window_id] = (*deputies.get(window_id, ()), (user_id, first, last))
    return Leaders({row[0]: row[1] for row in leads if row[0] is not None}, deputies)
