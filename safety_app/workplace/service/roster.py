"""Who is on duty on a day, at a window or for the common areas."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Date, Select, bindparam, exists, select, text
from sqlalchemy.orm import Session, aliased

from safety_app.accounts import service as accounts
from safety_app.accounts.service import Person, Tablet, bars
from safety_app.core.access import Role
from safety_app.core.gate import Bar
from safety_app.workplace.models import Absence, Duty
from safety_app.workplace.service.fitness import find_bar

ROAMING = frozenset({Role.OFFICER, Role.MANAGER, Role.THIRD_PARTY})
Cell = tuple[date, int | None]


@dataclass(frozen=True, slots=True)
class Names:
    """The names a shared tablet offers: those on duty today, then everybody else it serves."""

    on_duty: tuple[Person, ...]
    others: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Roster:
    """What is written down for some days, and whom that leaves on duty.

    Somebody whose stand-in is entered is not on duty, even where the stand-in is away too; nor is
    who is barred. Who has left is on duty nowhere from `today` on; what was written for days before
    it stays.
    """

    people: Mapping[int, Person]
    ever: frozenset[int]
    active: frozenset[int]
    teams: Mapping[int | None, frozenset[int]]
    named: Mapping[Cell, frozenset[int]]
    stand_ins: Mapping[Cell, Mapping[int, int]]
    absences: Mapping[int, Sequence[Absence]]
    bars: Mapping[int, Sequence[Bar]]
    today: date | None = None

    def there(self, on: date) -> frozenset[int]:
        """Who counts on a day: everybody still here, and on days gone by also who left since."""
        return self.ever if self.today is not None and on < self.today else self.active

    def team(self, window_id: int | None) -> frozenset[int]:
        """Everybody of a window; the safety officers for the common areas (`None`)."""
        return self.teams.get(window_id, frozenset())

    def is_set(self, on: date, window_id: int | None) -> bool:
        """Whether the roster names somebody, rather than leaving it to everybody."""
        return bool(self.named.get((on, window_id), frozenset()) & self.there(on))

    def expected(self, on: date, window_id: int | None) -> frozenset[int]:
        """Whom the roster names, or everybody of the window; before absences."""
        named = self.named.get((on, window_id), frozenset()) & self.there(on)
        return named or self.team(window_id)

    def away(self, user_id: int, on: date) -> Absence | None:
        """The absence of somebody on a day."""
        entries = self.absences.get(user_id, ())
        return next((one for one in entries if one.first <= on <= one.last), None)

    def barred(self, user_id: int, on: date) -> Bar | None:
        """Why somebody may not be on duty on a day."""
        entries = self.bars.get(user_id, ())
        return next((one for one in entries if one.first <= on <= one.last), None)

    def may_serve(self, user_id: int, on: date) -> bool:
        """Whether somebody is neither away nor barred on a day."""
        return not self.away(user_id, on) and not self.barred(user_id, on)

    def standing_in(self, on: date, window_id: int | None) -> dict[int, int]:
        """Who stands in, and for whom; those who are away or barred themselves left out."""
        entries = self.stand_ins.get((on, window_id), {})
        return {
            user_id: for_id
            for user_id, for_id in entries.items()
            if user_id in self.there(on) and self.may_serve(user_id, on)
        }

    def on_duty(self, on: date, window_id: int | None) -> set[int]:
        """Who is there."""
        replaced = set(self.stand_ins.get((on, window_id), {}).values())
        there = {
            user_id
            for user_id in self.expected(on, window_id)
            if user_id not in replaced and self.may_serve(user_id, on)
        }
        return there | self.standing_in(on, window_id).keys()


def roster(
    session: Session,
    site_id: int,
    first: date,
    last: date,
    people: Iterable[Person] | None = None,
    *,
    today: date | None = None,
) -> Roster:
    """The roster of some days; three queries and the gate's, one less where people are known.

    Given `today`, days before it know who has left since, if `people` does.
    """
    everybody = accounts.list_people(session, site_id) if people is None else people
    known = {person.id: person for person in everybody}
    named: dict[Cell, set[int]] = {}
    stand_ins: dict[Cell, dict[int, int]] = {}
    for user_id, on, window_id, for_id in session.execute(
        select(Duty.user_id, Duty.on_date, Duty.window_id, Duty.stands_in_for).where(
            Duty.site_id == site_id, Duty.on_date.between(first, last)
        )
    ):
        if for_id is None:
            named.setdefault((on, window_id), set()).add(user_id)
        else:
            stand_ins.setdefault((on, window_id), {})[user_id] = for_id
    return Roster(
        people=known,
        ever=frozenset(known),
        active=frozenset(id_ for id_, person in known.items() if person.is_active),
        teams=_teams(person for person in known.values() if person.is_active),
        named={cell: frozenset(users) for cell, users in named.items()},
        stand_ins=stand_ins,
        absences=_absences(session, site_id, first, last),
        bars=bars(session, site_id, first, last),
        today=today,
    )


def on_duty(session: Session, site_id: int, on: date, window_id: int | None) -> list[int]:
    """Users on duty; without a roster for that day, everybody of the window who is not away.

    For the common areas (`None`) that is the safety officers.
    """
    return sorted(roster(session, site_id, on, on).on_duty(on, window_id))


def duty_days(
    session: Session, user_id: int, first: date, last: date, *, window_id: int | None
) -> set[date]:
    """The days on which the roster names this person for a window, or for the common areas.

    Without those on which the person is away or barred, or somebody stands in.
    """
    written = _written(user_id).where(
        Duty.on_date.between(first, last), Duty.window_id.is_not_distinct_from(window_id)
    )
    found = set(session.scalars(written))
    return {on for on in found if not _is_barred(session, user_id, on)}


# Runs on every click, so it is plain SQL: both tables by their indexes.
_SERVING = text(
    "SELECT d.window_id FROM duties d"
    " WHERE d.user_id = :user_id AND d.on_date = :on_date AND d.window_id IS NOT NULL"
    " AND NOT EXISTS (SELECT 1 FROM absences a WHERE a.user_id = d.user_id"
    " AND a.first <= d.on_date AND a.last >= d.on_date)"
    " AND NOT EXISTS (SELECT 1 FROM duties s WHERE s.stands_in_for = d.user_id"
    " AND s.on_date = d.on_date AND s.window_id = d.window_id AND s.site_id = d.site_id)"
).bindparams(bindparam("on_date", type_=Date))


def serving(session: Session, user_id: int, on: date) -> frozenset[int]:
    """The windows at which the roster names this person on a day, also those of others."""
    found = session.connection().execute(_SERVING, {"user_id": user_id, "on_date": on})
    windows = frozenset(found.scalars())
    if not windows or _is_barred(session, user_id, on):
        return frozenset()
    return windows


def _is_barred(session: Session, user_id: int, on: date) -> bool:
    return find_bar(session, accounts.site_of(session, user_id), user_id, on) is not None


def today_name_list(session: Session, tablet: Tablet, today: date) -> Names:
    """The names for a tablet's sign-in page."""
    people = accounts.list_people(session, tablet.site_id)
    windows: set[int | None] = set(tablet.window_ids) or {None}
    found = roster(session, tablet.site_id, today, today, people)
    first: set[int] = set().union(*(found.on_duty(today, window_id) for window_id in windows))
    leads: set[int] = set().union(
        *(accounts.acting_leads(session, window_id, today) for window_id in tablet.window_ids)
    )
    here = [person for person in people if person.id in first | leads or _belongs(person, tablet)]
    return Names(
        on_duty=tuple(person for person in here if person.id in first),
        others=tuple(person for person in here if person.id not in first),
    )


def _written(user_id: int) -> Select[date]:
    other = aliased(Duty)
    away = exists().where(
        Absence.user_id == user_id, Absence.first <= Duty.on_date, Absence.last >= Duty.on_date
    )
    replaced = exists().where(
        other.stands_in_for == user_id,
        other.on_date == Duty.on_date,
        other.window_id.is_not_distinct_from(Duty.window_id),
    )
    return select(Duty.on_date).where(Duty.user_id == user_id, ~away, ~replaced)


def _absences(session: Session, site_id: int, first: date, last: date) -> dict[int, list[Absence]]:
    found: dict[int, list[Absence]] = {}
    query = select(Absence).where(
        Absence.site_id == site_id, Absence.first <= last, Absence.last >= first
    )
    for absence in session.scalars(query.order_by(Absence.first)):
        found.setdefault(absence.user_id, []).append(absence)
    return found


def _teams(people: Iterable[Person]) -> dict[int | None, frozenset[int]]:
    found: dict[int | None, set[int]] = {None: set()}
    for person in people:
        if Role.OFFICER in person.roles:
            found[None].add(person.id)
        for window_id in person.window_ids:
            found.setdefault(window_id, set()).add(person.id)
    return {window_id: frozenset(team) for window_id, team in found.items()}


def _belongs(person: Person, tablet: Tablet) -> bool:
    """A tablet of the common areas serves everybody; others their windows and who roams."""
    if not tablet.window_ids:
        return bool(person.roles)
    return bool(person.window_ids & tablet.window_ids or person.roles & ROAMING)
