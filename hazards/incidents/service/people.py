"""People hurt or heard: names, health and statements, for those who need them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hazards.incidents.errors import InvestigatorUnknown, PersonUnnamed
from hazards.incidents.lifecycle import take
from hazards.incidents.models import Figures, Incident, IncidentPerson, IncidentStep, Part, Step
from hazards.incidents.permissions import Permission
from hazards.incidents.service.loading import begin, team_of
from safety_app.accounts import service as accounts
from safety_app.core.access import Actor
from safety_app.core.errors import NotAllowed, NotFound
from safety_app.core.i18n import N_, _
from safety_app.core.text import clean


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody hurt or heard, as one who may sees it."""

    id: int
    part: Part
    name: str
    contact: str
    health: str
    statement: str
    heard_at: datetime | None
    by: str
    is_forgotten: bool


def hear(
    session: Session,
    actor: Actor,
    incident_id: int,
    *,
    part: Part,
    user_id: int | None = None,
    name: str = "",
    contact: str = "",
    health: str = "",
    statement: str = "",
    heard_at: datetime | None = None,
    now: datetime,
) -> IncidentPerson:
    """Record somebody hurt or heard; the steps everybody reads say only that somebody was."""
    incident = begin(session, actor, incident_id, Step.HEAR)
    words = clean(name, field=N_("Name"), limit=64)
    if user_id is None and not words:
        raise PersonUnnamed()
    if user_id is not None:
        people = accounts.list_people(session, actor.site_id, active=False)
        if all(one.id != user_id for one in people):
            raise InvestigatorUnknown()
    row = IncidentPerson(
        site_id=incident.site_id,
        incident_id=incident.id,
        part=Part(part),
        user_id=user_id,
        name="" if user_id else words,
        contact=clean(contact, field=N_("Contact"), limit=64),
        health=clean(health, field=N_("Injury and treatment"), limit=500, lines=True),
        statement=clean(statement, field=N_("Statement"), limit=4000, lines=True),
        heard_at=heard_at or (now if statement.strip() else None),
        at=now,
        by=actor.user_id,
    )
    session.add(row)
    session.flush()
    take(
        session, actor, incident, Step.HEAR, now=now, code=row.part,
        told={"person": row.id, "name": row.name, "contact": row.contact, "health": row.health,
              "statement": row.statement, "user": user_id},
    )  # fmt: skip
    return row


def withdraw_person(
    session: Session, actor: Actor, incident_id: int, person_id: int, *, now: datetime
) -> None:
    """Take out somebody who was entered by mistake, with all that was said of them."""
    incident = begin(session, actor, incident_id, Step.HEAR)
    row = session.get(IncidentPerson, person_id)
    if row is None or row.incident_id != incident.id or row.withdrawn_at:
        raise NotFound()
    if not sees_all(session, actor, incident) and row.by != actor.user_id:
        raise NotAllowed(who=N_("The safety officer or the manager"))
    row.withdrawn_at = now
    _empty(row)
    take(session, actor, incident, Step.HEAR, now=now, code="withdrawn")


def forget(
    session: Session,
    actor: Actor,
    incident_id: int,
    *,
    row_version: int | None,
    now: datetime,
) -> int:
    """Forget names, health and statements of a case that is over; how many people remains.

    How the figures became known goes with them. Why it was judged none stays: it can be shown.
    """
    incident = begin(session, actor, incident_id, Step.FORGET, row_version)
    rows = [row for row in _rows(session, incident.id) if row.forgotten_at is None]
    for row in rows:
        _empty(row)
        row.forgotten_at = now
    session.execute(update(Figures).where(Figures.incident_id == incident.id).values(reason=""))
    steps = update(IncidentStep).where(
        IncidentStep.incident_id == incident.id, IncidentStep.step == Step.COUNT
    )
    session.execute(steps.values(note=""))
    take(session, actor, incident, Step.FORGET, now=now, told={"people": len(rows)})
    return len(rows)


def sees_all(session: Session, actor: Actor, incident: Incident) -> bool:
    """Whether names, health and statements are for this person: by role or in the team."""
    if actor.may(Permission.PERSONAL, window_id=incident.window_id):
        return True
    return actor.user_id in team_of(session, incident)


def people_of(session: Session, actor: Actor, incident: Incident) -> list[PersonView]:
    """Those whom this person may see: all, or what was entered with the own report."""
    rows = _rows(session, incident.id)
    if not sees_all(session, actor, incident):
        rows = [row for row in rows if row.by == actor.user_id == incident.reported_by]
    return views(session, rows)


def everybody(session: Session, incident: Incident) -> list[PersonView]:
    """All of them, for a paper with personal data; the caller has asked who may have it."""
    return views(session, _rows(session, incident.id))


def views(session: Session, rows: Sequence[IncidentPerson]) -> list[PersonView]:
    """Rows with names looked up, so that an erased person is nameless here too."""
    ids = {row.user_id for row in rows if row.user_id} | {row.by for row in rows}
    names = accounts.names(session, sorted(ids))
    return [
        PersonView(
            id=row.id,
            part=Part(row.part),
            name=_name(row, names),
            contact=row.contact,
            health=row.health,
            statement=row.statement,
            heard_at=row.heard_at,
            by=names.get(row.by, ""),
            is_forgotten=row.forgotten_at is not None,
        )
        for row in rows
    ]


def parts_of(session: Session, incident_id: int) -> Counter[Part]:
    """How many people of each part are recorded: what everybody may know."""
    return Counter(Part(row.part) for row in _rows(session, incident_id))


def _name(row: IncidentPerson, names: dict[int, str]) -> str:
    if row.forgotten_at is not None:
        return _("Name forgotten")
    return names.get(row.user_id, "") if row.user_id else row.name


def _rows(session: Session, incident_id: int) -> list[IncidentPerson]:
    query = select(IncidentPerson).where(
        IncidentPerson.incident_id == incident_id, IncidentPerson.withdrawn_at.is_(None)
    )
    return list(session.scalars(query.order_by(IncidentPerson.id)))


def _empty(row: IncidentPerson) -> None:
    row.user_id = None
    row.name = row.contact = row.health = row.statement = ""
