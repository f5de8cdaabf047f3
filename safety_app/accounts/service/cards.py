"""People with what is known of them, for those whose business it is."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from safety_app.accounts.models import User
from safety_app.accounts.permissions import Permission
from safety_app.accounts.service.directory import Person, persons
from safety_app.accounts.service.first_codes import waiting_slips
from safety_app.core.access import Actor
from safety_app.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class Card:
    """A person; `phone` is empty where it is not this reader's business."""

    person: Person
    login: str
    staff_no: str
    agency: str
    phone: str
    joined_on: date | None
    trained_on: date | None
    exam_result: str
    left_on: date | None
    is_erased: bool
    has_signed_in: bool
    slip_until: datetime | None


def list_cards(session: Session, actor: Actor, *, now: datetime) -> list[Card]:
    """Everybody of the site, or of the windows this person leads, by name; also who has left."""
    reach = actor.reach(Permission.SEE)
    query = select(User).where(User.site_id == actor.site_id).order_by(User.name, User.id)
    users = session.scalars(query).all()
    slips = waiting_slips(session, actor.site_id, now=now)
    found = zip(users, persons(session, users), strict=True)
    return [
        _card(user, person, slips.get(user.id), actor)
        for user, person in found
        if reach.site or person.window_ids & reach.windows
    ]


def get_card(session: Session, actor: Actor, user_id: int, *, now: datetime) -> Card:
    """One person whom this reader may see."""
    user = session.scalar(select(User).where(User.id == user_id, User.site_id == actor.site_id))
    if user is None:
        raise NotFound()
    reach, person = actor.reach(Permission.SEE), persons(session, [user])[0]
    if not (reach.site or person.window_ids & reach.windows):
        raise NotFound()
    slip = waiting_slips(session, actor.site_id, now=now).get(user_id)
    return _card(user, person, slip, actor)


def _card(user: User, person: Person, slip_until: datetime | None, actor: Actor) -> Card:
    # Not on a shared tablet, where others look over the shoulder.
    phone = user.phone if actor.device_id is None else ""
    return Card(
        person=person,
        login=user.login,
        staff_no=user.staff_no,
        agency=user.agency,
        phone=phone,
        joined_on=user.joined_on,
        trained_on=user.trained_on,
        exam_result=user.exam_result,
        left_on=user.left_on,
        is_erased=user.erased_at is not None,
        has_signed_in=user.password_hash is not None,
        slip_until=slip_until,
    )
