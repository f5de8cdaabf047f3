"""Somebody named in plans leaves: what names them, and who takes their place."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.plans.content import Content, Group, Organisation, content_of
from drills.plans.models import (
    Document,
    DraftSection,
    DraftStatus,
    NamedPerson,
    Revision,
    Section,
    Step,
    Version,
)
from drills.plans.service import drafting
from drills.plans.service.contacts import role_text
from drills.plans.service.steps import take
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.errors import NotFound
from safety_app.core.feature import Held
from safety_app.core.i18n import _, bilingual, day_text
from safety_app.workplace import service as workplace

PLAN, TASK = "plan", "revision"


def held(session: Session, site_id: int, user_id: int, _today: date) -> list[Held]:
    """What names this person: the draft of a plan where there is one, else the version in force;
    and their open revision tasks."""
    documents = session.scalars(
        select(Document)
        .join(NamedPerson, NamedPerson.document_id == Document.id)
        .where(
            Document.site_id == site_id,
            NamedPerson.user_id == user_id,
            Document.withdrawn_on.is_(None),
        )
        .order_by(Document.number)
        .distinct()
    ).all()
    found = []
    for document in documents:
        roles = list(_roles(_counting(session, document), user_id))
        if roles:
            title = bilingual(document.title, document.title_en)
            text = _("{number} {title}: {roles}",
                     number=document.number, title=title, roles=_(", ").join(roles))  # fmt: skip
            found.append(Held(f"{PLAN}:{document.id}", text))
    return [*found, *_tasks(session, site_id, user_id)]


def hand_over(
    session: Session,
    actor: Actor,
    keys: Sequence[str],
    from_id: int,
    to_id: int,
    *,
    now: datetime,
) -> None:
    """The other person stands in the draft, which is begun where there is none.

    What is published never changes: the plan says that somebody has left until the next version.
    """
    for key in keys:
        kind, _colon, number = key.partition(":")
        if kind == TASK:
            _hand_over_task(session, actor, int(number), from_id, to_id, now)
        else:
            _hand_over_plan(session, actor, int(number), from_id, to_id, now)


def _tasks(session: Session, site_id: int, user_id: int) -> Iterator[Held]:
    rows = session.execute(
        select(Revision, Document.title, Document.title_en)
        .join(Document, Document.id == Revision.document_id)
        .where(
            Revision.site_id == site_id,
            Revision.owner_id == user_id,
            Revision.closed_at.is_(None),
        )
        .order_by(Revision.due_on)
    )
    for task, title, title_en in rows:
        text = _("Revise “{title}” by {day}", title=bilingual(title, title_en),
                 day=day_text(task.due_on, weekday=False, year=True))  # fmt: skip
        yield Held(f"{TASK}:{task.id}", text)


def _hand_over_task(
    session: Session, actor: Actor, revision_id: int, from_id: int, to_id: int, now: datetime
) -> None:
    row = session.get(Revision, revision_id)
    if row is None or row.owner_id != from_id:
        raise NotFound()
    workplace.require_fit(session, row.site_id, to_id, clock.local_day(now, actor.timezone))
    row.owner_id = to_id
    session.flush()


def _hand_over_plan(
    session: Session, actor: Actor, document_id: int, from_id: int, to_id: int, now: datetime
) -> None:
    document = session.get(Document, document_id)
    if document is None or document.site_id != actor.site_id:
        raise NotFound()
    if document.draft_status is None:
        drafting.refill(session, actor, document, now)
    row = session.scalars(
        select(DraftSection).where(
            DraftSection.document_id == document_id,
            DraftSection.section == Section.ORGANISATION,
        )
    ).one()
    organisation = Organisation.model_validate(row.content)
    changed = Organisation(
        groups=tuple(_replaced(group, from_id, to_id) for group in organisation.groups)
    )
    row.content = changed.model_dump(mode="json")
    row.changed_by, row.changed_at = actor.user_id, now
    drafting.keep_people(session, document_id, Content(organisation=changed))
    document.draft_status = DraftStatus.DRAFTING
    document.approved_by = document.approved_at = None
    take(session, actor, document, Step.HAND_OVER, now=now, from_id=from_id, to_id=to_id)


def _replaced(group: Group, from_id: int, to_id: int) -> Group:
    """One instead of the other; who would stand there twice stands in the higher place."""
    lead = to_id if group.lead_id == from_id else group.lead_id
    deputy = to_id if group.deputy_id == from_id else group.deputy_id
    members = dict.fromkeys(to_id if one == from_id else one for one in group.member_ids)
    return group.model_copy(
        update={
            "lead_id": lead,
            "deputy_id": None if deputy == lead else deputy,
            "member_ids": tuple(one for one in members if one not in (lead, deputy)),
        }
    )


def _counting(session: Session, document: Document) -> Content:
    """What counts of a document: its draft where there is one, else the version published last."""
    if document.draft_status is not None:
        return drafting.draft_of(session, document.id)[0]
    if document.current_id is None:
        return Content()
    return content_of(session.get_one(Version, document.current_id).content["sections"])


def _roles(content: Content, user_id: int) -> Iterator[str]:
    """In which groups somebody is named, and as what."""
    for n, group in enumerate(content.organisation.groups):
        if user_id in (group.lead_id, group.deputy_id):
            is_deputy = user_id != group.lead_id
            yield role_text(group.name.text, is_deputy=is_deputy, commands=n == 0)
        elif user_id in group.member_ids:
            yield _("member of {group}", group=group.name.text)
