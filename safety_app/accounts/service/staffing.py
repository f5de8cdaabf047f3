"""Everybody of a site in plain rows, where thousands are read at once."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Final, NamedTuple

from sqlalchemy import Integer, bindparam, func, select, true
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
    post_en: str
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

    @property
    def display_post(self) -> str:
        """The post in the current language."""
        return bilingual(self.post, self.post_en)


class Trained(NamedTuple):
    """Somebody whose last training and its result came with the list of people."""

    id: int
    name: str
    staff_no: str
    trained_on: date
    exam_result: str


_COLUMNS: Final = (
    "id", "name", "name_en", "post", "post_en", "staff_no", "agency", "joined_on", "left_on",
    "is_active", "created_at",
)  # fmt: skip
_EACH: Final = {str(role): frozenset({role}) for role in Role}
_NO_ROLES: Final[frozenset[Role]] = frozenset()
_NO_WINDOWS: Final[frozenset[int]] = frozenset()


def staffing(
    session: Session, site_id: int, user_ids: Collection[int] | None = None
) -> list[Staffed]:
    """The people of a site, or some of them, by name; two queries however many they are."""
    # The tables themselves: rows of thousands of people, without the classes' part in it.
    user, member = User.__table__.c, Membership.__table__.c
    people = select(*(user[name] for name in _COLUMNS)).where(user.site_id == site_id)
    held = select(member.user_id, member.role, member.window_id).where(member.site_id == site_id)
    if user_ids is not None:
        people = people.where(user.id.in_(user_ids))
        held = held.where(member.user_id.in_(user_ids))
    roles: dict[int, frozenset[Role]] = {}
    windows: dict[int, frozenset[int]] = {}
    for user_id, role, window_id in session.execute(held):
        roles[user_id] = roles.get(user_id, _NO_ROLES) | _EACH[role]
        if window_id is not None:
            windows[user_id] = windows.get(user_id, _NO_WINDOWS) | {window_id}
    return [
        Staffed._make((*row, roles.get(row[0], _NO_ROLES), windows.get(row[0], _NO_WINDOWS)))
        for row in session.execute(people.order_by(user.name, user.id))
    ]


def staffing_token(session: Session, site_id: int) -> tuple[object, ...]:
    """Changes whenever somebody comes, goes, or is given or loses a role."""
    return tuple(session.execute(_TOKEN, {"site": site_id}).one())


_site: Final = bindparam("site", type_=Integer())
_TOKEN: Final = select(
    *(
        select(figure).where(table.site_id == _site, condition).scalar_subquery()
        for table, condition in ((User, User.is_active), (Membership, true()))
        for figure in (func.max(table.id), func.count(table.id))
    )
)


def trained_people(session: Session, site_id: int) -> list[Trained]:
    """Who came with the day of a training, by name."""
    query = select(User.id, User.name, User.staff_no, User.trained_on, User.exam_result).where(
        User.site_id == site_id, User.trained_on.is_not(None), User.is_active
    )
    return [Trained._make(row) for row in session.execute(query.order_by(User.name, User.id))]
