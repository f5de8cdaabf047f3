"""Who there is: people as others see them, their names, who leads a window on a day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from safety_app.accounts.models import Deputy, Membership, User
from safety_app.core.access import Role
from safety_app.core.errors import NotFound
from safety_app.core.i18n import bilingual


@dataclass(frozen=True, slots=True)
class Person:
    """A person as others see them."""

    id: int
    name: str
    name_en: str
    post: str
    post_en: str
    roles: frozenset[Role]
    window_ids: frozenset[int]
    led_window_ids: frozenset[int]
    is_active: bool
    is_third_party: bool

    @property
    def display_name(self) -> str:
        """The name in the current language."""
        return bilingual(self.name, self.name_en)

    @property
    def display_post(self) -> str:
        """The post in the current language."""
        return bilingual(self.post, self.post_en)


def list_people(
    session: Session, site_id: int, *, window_id: int | None = None, active: bool = True
) -> list[Person]:
    """People of a site, or of one window, by name; `active=False` includes closed accounts."""
    query = select(User).where(User.site_id == site_id)
    if active:
        query = query.where(User.is_active)
    if window_id is not None:
        query = query.where(
            User.id.in_(select(Membership.user_id).where(Membership.window_id == window_id))
        )
    return persons(session, session.scalars(query.order_by(User.name, User.id)).all())


def get_person(session: Session, site_id: int, user_id: int) -> Person:
    """One person of a site, also with a closed account."""
    user = session.scalar(select(User).where(User.id == user_id, User.site_id == site_id))
    if user is None:
        raise NotFound()
    return persons(session, [user])[0]


def site_of(session: Session, user_id: int) -> int:
    """The site of a person."""
    return session.get_one(User, user_id).site_id


def find_login(session: Session, login: str) -> int | None:
    """Who signs in by this name."""
    return session.scalar(select(User.id).where(User.login == login))


def login_of(session: Session, user_id: int) -> str:
    """The name by which somebody signs in."""
    return session.get_one(User, user_id).login


def names(session: Session, ids: Iterable[int | None]) -> dict[int, str]:
    """Names by id, in the current language."""
    wanted = {user_id for user_id in ids if user_id is not None}
    if not wanted:
        return {}
    rows = session.execute(select(User.id, User.name, User.name_en).where(User.id.in_(wanted)))
    return {user_id: bilingual(name, name_en) for user_id, name, name_en in rows}


def with_role(session: Session, site_id: int, role: Role) -> list[int]:
    """Ids of those who hold a role anywhere in the site, by name."""
    query = (
        select(User.id)
        .join(Membership, Membership.user_id == User.id)
        .where(User.site_id == site_id, User.is_active, Membership.role == role)
        .order_by(User.name, User.id)
        .distinct()
    )
    return list(session.scalars(query.add_columns(User.name)))


def lead_of(session: Session, window_id: int) -> int | None:
    """The user who leads a window, if it has one whose account is open."""
    return session.scalar(
        select(Membership.user_id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.window_id == window_id, Membership.role == Role.LEAD, User.is_active)
    )


def acting_leads(session: Session, window_id: int, on: date) -> set[int]:
    """Who leads a window on a day: its lead, and whoever is deputy then."""
    deputies = session.scalars(
        select(Deputy.user_id)
        .join(User, User.id == Deputy.user_id)
        .where(
            Deputy.window_id == window_id,
            Deputy.first <= on,
            or_(Deputy.last.is_(None), Deputy.last >= on),
            User.is_active,
        )
    )
    lead = lead_of(session, window_id)
    return {*deputies, *([lead] if lead else [])}


def persons(session: Session, users: Sequence[User]) -> list[Person]:
    """Users as others see them, in the same order."""
    held: dict[int, list[Membership]] = {user.id: [] for user in users}
    query = select(Membership)
    if len(users) < 500:
        query = query.where(Membership.user_id.in_(held))
    for membership in session.scalars(query):
        if membership.user_id in held:
            held[membership.user_id].append(membership)
    return [_person(user, held[user.id]) for user in users]


def _person(user: User, held: Sequence[Membership]) -> Person:
    roles = frozenset(Role(membership.role) for membership in held)
    return Person(
        id=user.id,
        name=user.name,
        name_en=user.name_en,
        post=user.post,
        post_en=user.post_en,
        roles=roles,
        window_ids=frozenset(m.window_id for m in held if m.window_id is not None),
        led_window_ids=frozenset(
            m.window_id for m in held if m.window_id is not None and m.role == Role.LEAD
        ),
        is_active=user.is_active,
        is_third_party=Role.THIRD_PARTY in roles,
    )
