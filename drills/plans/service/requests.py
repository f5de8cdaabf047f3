"""Revision tasks: why a plan is to be changed, by whom and when; closed by a new version."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.plans.errors import DueInPast, PersonLeft, RequestClosed
from drills.plans.models import Document, Revision, Step, Trigger, Version
from drills.plans.service.naming import people_of
from drills.plans.service.steps import begin, get, require, take
from safety_app.accounts import service as accounts
from safety_app.core import clock, journal
from safety_app.core.access import Actor
from safety_app.core.errors import NotFound
from safety_app.core.i18n import N_, bilingual
from safety_app.core.text import clean
from safety_app.workplace import service as workplace


class RevisionState(StrEnum):
    """How far a revision task is."""

    NONE = "none"
    OPEN = "open"
    OVERDUE = "overdue"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class RevisionTask:
    """A revision task as others see it; `version` is the number of the one that answers it."""

    id: int
    plan_id: int
    plan_title: str
    trigger: Trigger
    why: str
    source: str
    owner_id: int
    owner_name: str
    due_on: date
    requested_at: datetime
    closed_at: datetime | None
    version: int | None
    outcome: str

    @property
    def is_open(self) -> bool:
        """Whether no version has answered it yet."""
        return self.closed_at is None

    def state(self, today: date) -> RevisionState:
        """How far it is on a day."""
        if self.closed_at is not None:
            return RevisionState.CLOSED
        return RevisionState.OVERDUE if self.due_on < today else RevisionState.OPEN


def request_revision(
    session: Session,
    actor: Actor | None,
    plan_id: int,
    *,
    why: str,
    source: str,
    owner_id: int,
    due_on: date,
    now: datetime,
    trigger: Trigger = Trigger.DRILL,
    site_id: int | None = None,
    whoever: bool = False,
) -> RevisionTask:
    """Ask for a revision of a plan in force; the open one, where this source has asked before.

    `source` says where it came from, up to 64 characters such as `drills:12/G09`. It is closed
    when a version is published that says it answers it. `actor` is `None` for the worker, which
    then gives the `site_id`. The owner is one who may serve, unless it has to be `whoever`.
    """
    journal.lock(session)
    site = actor.site_id if actor else site_id
    if site is None:
        raise ValueError("a revision task needs a site")
    document = get(session, site, plan_id)
    require(actor, document, Step.REQUEST)
    open_one = _open(session, site, source)
    if open_one is not None:
        return _tasks(session, [open_one])[0]
    _check_owner(session, site, owner_id)
    today = clock.local_day(now, workplace.site(session, site).timezone)
    if not whoever:
        workplace.require_fit(session, site, owner_id, today)
    if due_on < today:
        raise DueInPast(day=due_on)
    row = Revision(
        site_id=site,
        document_id=plan_id,
        trigger=trigger,
        why=clean(why, field=N_("Reason"), limit=500, required=True, lines=True),
        source=source[:64],
        owner_id=owner_id,
        due_on=due_on,
        requested_by=actor.user_id if actor else None,
        requested_at=now,
    )
    session.add(row)
    session.flush()
    take(
        session, actor, document, Step.REQUEST, now=now, note=row.why,
        revision=row.id, owner=owner_id, due_on=due_on, source=row.source,
    )  # fmt: skip
    return _tasks(session, [row])[0]


def open_revisions(session: Session, site_id: int, source_prefix: str = "") -> list[RevisionTask]:
    """The open revision tasks of a site whose source begins so, the most pressing first."""
    query = select(Revision).where(
        Revision.site_id == site_id,
        Revision.closed_at.is_(None),
        Revision.source.startswith(source_prefix, autoescape=True),
    )
    return _tasks(session, list(session.scalars(query.order_by(Revision.due_on, Revision.id))))


def revisions_of(session: Session, site_id: int, source_prefix: str) -> list[RevisionTask]:
    """All revision tasks of a site whose source begins so, open or closed, in their order."""
    query = select(Revision).where(
        Revision.site_id == site_id,
        Revision.source.startswith(source_prefix, autoescape=True),
    )
    return _tasks(session, list(session.scalars(query.order_by(Revision.id))))


def revision_state(session: Session, site_id: int, source: str, on: date) -> RevisionState:
    """How far the latest revision task of a source is; `NONE` where it never asked for one."""
    query = select(Revision).where(Revision.site_id == site_id, Revision.source == source)
    row = session.scalar(query.order_by(Revision.id.desc()).limit(1))
    return _tasks(session, [row])[0].state(on) if row else RevisionState.NONE


def tasks_of_plan(session: Session, document_id: int) -> list[RevisionTask]:
    """The revision tasks of a plan, open ones first, then the latest."""
    query = select(Revision).where(Revision.document_id == document_id)
    order = (Revision.closed_at.is_not(None), Revision.due_on, Revision.id)
    return _tasks(session, list(session.scalars(query.order_by(*order))))


def tasks_of_owner(session: Session, actor: Actor) -> list[RevisionTask]:
    """The open revision tasks of this person, the most pressing first."""
    query = select(Revision).where(
        Revision.site_id == actor.site_id,
        Revision.owner_id == actor.user_id,
        Revision.closed_at.is_(None),
    )
    return _tasks(session, list(session.scalars(query.order_by(Revision.due_on, Revision.id))))


def close_without_change(
    session: Session, actor: Actor, revision_id: int, *, outcome: str, now: datetime
) -> None:
    """Close a revision task because the plan is good as it is; a manager says why."""
    row = session.get(Revision, revision_id)
    if row is None or row.site_id != actor.site_id:
        raise NotFound()
    document = begin(session, actor, row.document_id, Step.CLOSE_REQUEST)
    if row.closed_at is not None:
        raise RequestClosed()
    row.outcome = clean(outcome, field=N_("Reason"), limit=500, required=True, lines=True)
    row.closed_at, row.closed_by = now, actor.user_id
    facts = {"revision": row.id}
    take(session, actor, document, Step.CLOSE_REQUEST, now=now, note=row.outcome, **facts)


def answer(
    session: Session,
    actor: Actor,
    document: Document,
    revision_ids: Sequence[int],
    version: Version,
    now: datetime,
) -> None:
    """Close the tasks that a new version settles."""
    query = select(Revision).where(
        Revision.id.in_(list(revision_ids)), Revision.document_id == document.id
    )
    rows = session.scalars(query.order_by(Revision.id)).all()
    if len(rows) != len(set(revision_ids)):
        raise NotFound()
    for row in rows:
        if row.closed_at is not None:
            raise RequestClosed()
        row.closed_at, row.closed_by, row.closed_version_id = now, actor.user_id, version.id
        facts = {"revision": row.id}
        take(
            session, actor, document, Step.CLOSE_REQUEST, now=now, version_id=version.id,
            note=row.why, **facts,
        )  # fmt: skip


def _open(session: Session, site_id: int, source: str) -> Revision | None:
    return session.scalar(
        select(Revision).where(
            Revision.site_id == site_id,
            Revision.source == source[:64],
            Revision.closed_at.is_(None),
        )
    )


def _check_owner(session: Session, site_id: int, owner_id: int) -> None:
    owner = people_of(session, site_id, [owner_id]).get(owner_id)
    if owner is None:
        raise NotFound()
    if not owner.is_active:
        raise PersonLeft(names=owner.display_name)


def _tasks(session: Session, rows: Sequence[Revision]) -> list[RevisionTask]:
    if not rows:
        return []
    names = accounts.names(session, [row.owner_id for row in rows])
    titles = {
        row.id: bilingual(row.title, row.title_en)
        for row in session.execute(
            select(Document.id, Document.title, Document.title_en).where(
                Document.id.in_({row.document_id for row in rows})
            )
        )
    }
    closing = [row.closed_version_id for row in rows if row.closed_version_id]
    query = select(Version.id, Version.version).where(Version.id.in_(closing))
    numbers = {id_: number for id_, number in session.execute(query)}  # noqa: C416 - rows, not pairs
    return [
        RevisionTask(
            id=row.id,
            plan_id=row.document_id,
            plan_title=titles[row.document_id],
            trigger=Trigger(row.trigger),
            why=row.why,
            source=row.source,
            owner_id=row.owner_id,
            owner_name=names.get(row.owner_id, "–"),
            due_on=row.due_on,
            requested_at=row.requested_at,
            closed_at=row.closed_at,
            version=numbers.get(row.closed_version_id or 0),
            outcome=row.outcome,
        )
        for row in rows
    ]
