"""Everybody of a site in plain rows, where thousands are read at once."""

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from safety_app.accounts.models import Membership, User
from safety_app.core.access import Role
from safety_app.core.i18n import bilingual


class Staffed(NamedTuple):
    """Somebody with their roles and windows; also who has left."""

    id: int
    name: str
    name_en: str
    post: str
    staff_no: str
    agency: str
    joined_on: date | None
    left_on: date | None
    is_active: bool
    created_at: datetime
    roles: frozenset[Role]
    window_ids: frozenset[int]

    @property
    def display_name(self) -> str:
        """The name in the current language."""
        return bilingual(self.name, self.name_en)


def staffing(
    session: Session, site_id: int, user_ids: Collection[int] | None = None
) -> list[Staffed]:
    """The people of a site, or some of them, by name; two queries however many they are."""
    people = select(
        User.id,
        User.name,
        User.name_en,
        User.post,
        User.staff_no,
        User.agency,
        User.joined_on,
        User.left_on,
        User.is_active,
        User.created_at,
    ).where(User.site_id == site_id)
    held = select(Membership.user_id, Membership.role, Membership.window_id).where(
        Membership.site_id == site_id
    )
    if user_ids is not None:
        people = people.where(User.id.in_(user_ids))
        held = held.where(Membership.user_id.in_(user_ids))
    roles: dict[int, set[Role]] = {}
    windows: dict[int, set[int]] = {}
    for user_id, role, window_id in session.execute(held):
        roles.setdefault(user_id, set()).add(Role(role))
        if window_id is not None:
            windows.setdefault(user_id, set()).add(window_id)
    return [
        Staffed._make((*row, frozenset(roles.get(row.id, ())), frozenset(windows.get(row.id, ()))))
        for row in session.execute(people.order_by(User.name, User.id))
    ]
