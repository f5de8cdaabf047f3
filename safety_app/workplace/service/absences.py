"""Who is away, from when to when, and why."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from safety_app.accounts import service as accounts
from safety_app.accounts.service import Person
from safety_app.core import journal
from safety_app.core.access import Actor
from safety_app.core.clock import local_day
from safety_app.core.errors import InvalidValue, NotAllowed, NotFound, TextTooLong
from safety_app.core.horizon import require_near
from safety_app.core.i18n import N_, _, day_text
from safety_app.workplace.models import ABSENCE_REASON_NAMES, Absence, AbsenceReason
from safety_app.workplace.permissions import Permission
from safety_app.workplace.roster_errors import (
    AbsenceIsPast,
    AbsencePastStays,
    AbsencesOverlap,
    DaysReversed,
    PeriodTooLong,
)
from safety_app.workplace.service.places import site

MOST_DAYS: Final = 366
NOTE_LIMIT: Final = 200


@dataclass(frozen=True, slots=True)
class AbsenceRow:
    """An absence as a list shows it."""

    id: int
    user_id: int
    name: str
    first: date
    last: date
    reason: AbsenceReason
    note: str

    @property
    def display_reason(self) -> str:
        """The kind of reason in the current language."""
        return _(ABSENCE_REASON_NAMES[self.reason])

    @property
    def display_days(self) -> str:
        """`11月23日 周一` or `11月23日 周一 – 11月25日 周三`."""
        return days_text(self.first, self.last)


def days_text(first: date, last: date) -> str:
    """One day, or from when to when."""
    if first == last:
        return day_text(first)
    return _("{first} – {last}", first=day_text(first), last=day_text(last))


def record_absence(
    session: Session,
    actor: Actor | None,
    *,
    user_id: int,
    site_id: int,
    first: date,
    last: date,
    reason: AbsenceReason | str,
    note: str = "",
    now: datetime,
) -> Absence:
    """Mark somebody as away; nobody was away after the fact."""
    journal.lock(session)
    person = _person(session, actor, site_id, user_id)
    today = _today(session, site_id, now)
    if first < today:
        raise AbsenceIsPast()
    require_near(last, today)
    _check_days(session, person, first, last)
    absence = Absence(
        site_id=site_id,
        user_id=user_id,
        first=first,
        last=last,
        reason=_reason(reason),
        note=_note_text(note),
        created_by=actor.user_id if actor else None,
        created_at=now,
    )
    session.add(absence)
    session.flush()
    _journal(session, actor, "workplace.record_absence", absence, now)
    _follow(session, absence, now)
    return absence


def change_absence(
    session: Session,
    actor: Actor | None,
    absence_id: int,
    *,
    first: date,
    last: date,
    reason: AbsenceReason | str,
    note: str = "",
    now: datetime,
) -> Absence:
    """Correct an absence. What it says of the days up to yesterday stays."""
    journal.lock(session)
    absence = _get(session, actor, absence_id)
    today = _today(session, absence.site_id, now)
    require_near(last, today)
    person = _person(session, actor, absence.site_id, absence.user_id)
    if _changes_past(absence.first, first, today) or _changes_past(
        absence.last + timedelta(days=1), last + timedelta(days=1), today
    ):
        raise AbsencePastStays()
    _check_days(session, person, first, last, but=absence.id)
    absence.first, absence.last = first, last
    absence.reason, absence.note = _reason(reason), _note_text(note)
    session.flush()
    _journal(session, actor, "workplace.change_absence", absence, now)
    _follow(session, absence, now)
    return absence


def end_absence(session: Session, actor: Actor | None, absence_id: int, *, now: datetime) -> None:
    """From today on the person is there again; one that has not begun is taken back."""
    journal.lock(session)
    absence = _get(session, actor, absence_id)
    today = _today(session, absence.site_id, now)
    if absence.last < today:
        raise AbsencePastStays()
    _journal(session, actor, "workplace.end_absence", absence, now)
    if absence.first >= today:
        session.delete(absence)
    else:
        absence.last = today - timedelta(days=1)
    session.flush()
    _follow(session, absence, now)


def list_absences(session: Session, actor: Actor, first: date, last: date) -> list[AbsenceRow]:
    """Absences that touch these days, of the people whose roster the actor keeps."""
    people = {person.id: person for person in absentees(session, actor)}
    query = select(Absence).where(
        Absence.site_id == actor.site_id, Absence.first <= last, Absence.last >= first
    )
    return [
        AbsenceRow(
            one.id,
            one.user_id,
            people[one.user_id].display_name,
            one.first,
            one.last,
            AbsenceReason(one.reason),
            one.note,
        )
        for one in session.scalars(query.order_by(Absence.first, Absence.id))
        if one.user_id in people
    ]


def absentees(session: Session, actor: Actor) -> list[Person]:
    """The people whose absence the actor may enter."""
    people = accounts.list_people(session, actor.site_id)
    return [person for person in people if _may(actor, person)]


def _may(actor: Actor, person: Person) -> bool:
    reach = actor.reach(Permission.ROSTER)
    return reach.site or bool(reach.windows & person.window_ids)


def _person(session: Session, actor: Actor | None, site_id: int, user_id: int) -> Person:
    if actor is not None and actor.site_id != site_id:
        raise NotFound()
    person = accounts.get_person(session, site_id, user_id)
    if actor is not None and not _may(actor, person):
        raise NotAllowed()
    return person


def _get(session: Session, actor: Actor | None, absence_id: int) -> Absence:
    absence = session.get(Absence, absence_id)
    if absence is None:
        raise NotFound()
    _person(session, actor, absence.site_id, absence.user_id)
    return absence


def _changes_past(old: date, new: date, today: date) -> bool:
    """Whether a border moves over days that are over."""
    return old != new and min(old, new) < today


def _check_days(
    session: Session, person: Person, first: date, last: date, but: int | None = None
) -> None:
    if last < first:
        raise DaysReversed()
    if (last - first).days >= MOST_DAYS:
        raise PeriodTooLong(n=MOST_DAYS)
    other = session.scalars(
        select(Absence).where(
            Absence.user_id == person.id,
            Absence.first <= last,
            Absence.last >= first,
            Absence.id.is_distinct_from(but),
        )
    ).first()
    if other is not None:
        raise AbsencesOverlap(name=person.display_name, days=days_text(other.first, other.last))


def _today(session: Session, site_id: int, now: datetime) -> date:
    return local_day(now, site(session, site_id).timezone)


def _reason(value: AbsenceReason | str) -> AbsenceReason:
    try:
        return AbsenceReason(value)
    except ValueError as error:
        raise InvalidValue(field=_("Reason"), value=value) from error


def _note_text(note: str) -> str:
    note = note.strip()
    if len(note) > NOTE_LIMIT:
        raise TextTooLong(field=N_("Remarks"), limit=NOTE_LIMIT)
    return note


def _follow(session: Session, absence: Absence, now: datetime) -> None:
    """Whoever comes back on another day may have been off post for long."""
    accounts.people_changed(session, absence.site_id, [absence.user_id], now)


def _journal(
    session: Session, actor: Actor | None, action: str, absence: Absence, now: datetime
) -> None:
    facts = {
        "first": absence.first, "last": absence.last,
        "reason": absence.reason, "note": absence.note,
    }  # fmt: skip
    journal.write(
        session, actor, action, "user", absence.user_id,
        now=now, site_id=absence.site_id, facts=facts,
    )  # fmt: skip


def absent_days(
    session: Session, site_id: int, since: date, user_ids: Collection[int] | None = None
) -> list[tuple[int, date, date]]:
    """Person, first and last day of every absence that reaches a day or later; of all, or some."""
    query = select(Absence.user_id, Absence.first, Absence.last).where(
        Absence.site_id == site_id, Absence.last >= since
    )
    if user_ids is not None:
        query = query.where(Absence.user_id.in_(user_ids))
    return [(row.user_id, row.first, row.last) for row in session.execute(query)]
