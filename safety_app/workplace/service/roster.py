"""Who is on duty on a day, at a window or for the common areas."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from safety_app.accounts import service as accounts
from safety_app.accounts.service import Person, Tablet
from safety_app.core import journal
from safety_app.core.access import Actor, Role
from safety_app.core.errors import NotFound
from safety_app.workplace.models import Duty, Window
from safety_app.workplace.permissions import Permission

ROAMING = frozenset({Role.OFFICER, Role.MANAGER, Role.THIRD_PARTY})


@dataclass(frozen=True, slots=True)
class Names:
    """The names a shared tablet offers: those on duty today, then everybody else it serves."""

    on_duty: tuple[Person, ...]
    others: tuple[Person, ...]


def on_duty(session: Session, site_id: int, on: date, window_id: int | None) -> list[int]:
    """Users on duty; without a roster for that day, everybody of the window.

    For the common areas (`None`) that is the safety officers.
    """
    return _duty(session, site_id, on, {window_id}, accounts.list_people(session, site_id))


def duty_days(
    session: Session, user_id: int, first: date, last: date, *, window_id: int | None
) -> set[date]:
    """The days on which the roster names this person for a window, or for the common areas."""
    found = session.scalars(
        select(Duty.on_date).where(
            Duty.user_id == user_id,
            Duty.on_date.between(first, last),
            Duty.window_id.is_not_distinct_from(window_id),
        )
    )
    return set(found)


def set_duty(
    session: Session,
    actor: Actor | None,
    *,
    site_id: int,
    on: date,
    window_id: int | None,
    user_ids: Iterable[int],
    now: datetime,
) -> None:
    """Say who is on duty; an empty list goes back to everybody of the window."""
    if actor is not None:
        actor.require(Permission.ROSTER, window_id=window_id)
        if actor.site_id != site_id:
            raise NotFound()
    _check_window(session, site_id, window_id)
    wanted = sorted(set(user_ids))
    known = {person.id for person in accounts.list_people(session, site_id)}
    if not known.issuperset(wanted):
        raise NotFound()
    where = Duty.window_id.is_not_distinct_from(window_id)
    session.execute(delete(Duty).where(Duty.site_id == site_id, Duty.on_date == on, where))
    session.add_all(
        Duty(site_id=site_id, user_id=user_id, on_date=on, window_id=window_id)
        for user_id in wanted
    )
    session.flush()
    facts = {"on": on, "users": wanted}
    kind, object_id = ("site", site_id) if window_id is None else ("window", window_id)
    journal.write(
        session, actor, "workplace.set_duty", kind, object_id,
        now=now, site_id=site_id, facts=facts,
    )  # fmt: skip


def today_name_list(session: Session, tablet: Tablet, today: date) -> Names:
    """The names for a tablet's sign-in page."""
    people = accounts.list_people(session, tablet.site_id)
    windows: set[int | None] = set(tablet.window_ids) or {None}
    first = set(_duty(session, tablet.site_id, today, windows, people))
    here = [person for person in people if _belongs(person, tablet)]
    return Names(
        on_duty=tuple(person for person in here if person.id in first),
        others=tuple(person for person in here if person.id not in first),
    )


def _duty(
    session: Session, site_id: int, on: date, windows: set[int | None], people: list[Person]
) -> list[int]:
    rows = session.execute(
        select(Duty.window_id, Duty.user_id).where(Duty.site_id == site_id, Duty.on_date == on)
    ).all()
    active = {person.id for person in people}
    found: set[int] = set()
    for window_id in windows:
        named = {row.user_id for row in rows if row.window_id == window_id} & active
        found |= named or {person.id for person in people if _works_at(person, window_id)}
    return sorted(found)


def _works_at(person: Person, window_id: int | None) -> bool:
    if window_id is None:
        return Role.OFFICER in person.roles
    return window_id in person.window_ids


def _belongs(person: Person, tablet: Tablet) -> bool:
    """A tablet of the common areas serves everybody; others their windows and who roams."""
    if not tablet.window_ids:
        return bool(person.roles)
    return bool(person.window_ids & tablet.window_ids or person.roles & ROAMING)


def _check_window(session: Session, site_id: int, window_id: int | None) -> None:
    if window_id is None:
        return
    window = session.get(Window, window_id)
    if window is None or window.site_id != site_id:
        raise NotFound()
