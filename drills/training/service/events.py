"""Transfers and returns that somebody enters, and detected ones that were none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.training.errors import EventKnown, EventTooFar
from drills.training.models import EVENT_NAMES, Event, EventKind
from drills.training.permissions import Permission
from drills.training.service.access import somebody_else
from safety_app.accounts import service as accounts
from safety_app.core import clock, journal
from safety_app.core.access import Actor
from safety_app.core.errors import NotFound
from safety_app.core.i18n import N_, _, day_text
from safety_app.core.text import clean

AHEAD: Final = timedelta(days=90)
BACK: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class EventRow:
    """A transfer or a return as a list shows it."""

    id: int
    kind: EventKind
    on: date
    note: str
    by: str
    is_withdrawn: bool
    because: str

    @property
    def display_kind(self) -> str:
        """What it is, in the current language."""
        return _(EVENT_NAMES[self.kind])


def record_event(
    session: Session,
    actor: Actor,
    *,
    user_id: int,
    kind: EventKind,
    on: date,
    note: str = "",
    now: datetime,
) -> Event:
    """Somebody comes to another post, or back to it: they train for it again."""
    somebody_else(session, actor, user_id, Permission.CORRECT)
    journal.lock(session)
    today = clock.local_day(now, actor.timezone)
    if not today - BACK <= on <= today + AHEAD:
        raise EventTooFar(
            first=day_text(today - BACK, weekday=False, year=True),
            last=day_text(today + AHEAD, weekday=False, year=True),
        )
    known = session.scalar(
        select(Event.id).where(
            Event.user_id == user_id,
            Event.kind == kind,
            Event.on_date == on,
            Event.withdrawn_at.is_(None),
        )
    )
    if known is not None:
        raise EventKnown(day=day_text(on, year=True))
    row = Event(
        site_id=actor.site_id,
        user_id=user_id,
        kind=EventKind(kind),
        on_date=on,
        note=clean(note, field=N_("Note on the record"), limit=200),
        by=actor.user_id,
        at=now,
    )
    session.add(row)
    session.flush()
    facts = {"user": user_id, "kind": kind, "on": on}
    journal.write(
        session, actor, "training.record_event", "training_event", row.id, now=now, facts=facts
    )
    return row


def withdraw_event(
    session: Session, actor: Actor, event_id: int, *, because: str, now: datetime
) -> None:
    """It was no transfer or no return; what was detected is not detected again."""
    journal.lock(session)
    row = session.get(Event, event_id)
    if row is None or row.site_id != actor.site_id or row.withdrawn_at is not None:
        raise NotFound()
    somebody_else(session, actor, row.user_id, Permission.CORRECT)
    row.withdrawn_because = clean(because, field=N_("Reason"), limit=200, required=True)
    row.withdrawn_by, row.withdrawn_at = actor.user_id, now
    session.flush()
    journal.write(
        session, actor, "training.withdraw_event", "training_event", row.id,
        now=now, facts={"because": row.withdrawn_because},
    )  # fmt: skip


def events_of(session: Session, user_id: int) -> list[EventRow]:
    """Transfers and returns of somebody, the newest first."""
    query = select(Event).where(Event.user_id == user_id)
    rows: Sequence[Event] = session.scalars(
        query.order_by(Event.on_date.desc(), Event.id.desc())
    ).all()
    names = accounts.names(session, [row.by for row in rows])
    return [
        EventRow(
            id=row.id,
            kind=EventKind(row.kind),
            on=row.on_date,
            note=row.note,
            by=names.get(row.by or 0, ""),
            is_withdrawn=row.withdrawn_at is not None,
            because=row.withdrawn_because,
        )
        for row in rows
    ]
