"""Plans as the tests need them: drafted, published, with people."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from drills.plans.content import Group, Organisation, Part
from drills.plans.models import Document, Section, Version
from drills.plans.service import approve, create, publish, revise, save_section
from drills.plans.service.drafting import draft_of
from safety_app.core.access import Actor
from safety_app.core.files import File
from tests.cast import NOW, Cast


def make_draft(session: Session, hall: Cast, scenario: str = "fire", **people: Any) -> Document:
    """A draft from a starting point, with people in every group where it has groups."""
    now = people.pop("now", NOW)
    document = create(session, hall.officer, scenario=scenario, now=now)
    content, _sections = draft_of(session, document.id)
    if content.organisation.groups:
        staff(session, hall, document, now=now, **people)
    return document


def staff(
    session: Session, hall: Cast, document: Document, *, now: datetime = NOW, **people: Any
) -> None:
    """The same people lead every group of a draft."""
    named = {
        "lead_id": hall.manager.user_id,
        "deputy_id": hall.officer.user_id,
        "member_ids": (hall.staff.user_id, hall.lead.user_id),
        **people,
    }
    content, _sections = draft_of(session, document.id)
    groups = tuple(group.model_copy(update=named) for group in content.organisation.groups)
    save(session, hall, document, Organisation(groups=groups), now=now)


def save(
    session: Session, hall: Cast, document: Document, part: Part, *, now: datetime = NOW
) -> None:
    """Store a section as the officer, whatever was there."""
    save_section(session, hall.officer, document.id, part, row_version=None, now=now)  # type: ignore[arg-type]


def make_plan(
    session: Session, hall: Cast, scenario: str = "fire", *, now: datetime = NOW, **people: Any
) -> Document:
    """A plan published as version 1."""
    document = make_draft(session, hall, scenario, now=now, **people)
    put_in_force(session, hall, document, now=now)
    return document


def put_in_force(
    session: Session, hall: Cast, document: Document, *, now: datetime = NOW, **facts: Any
) -> Version:
    """Approve and publish a draft."""
    approve(session, hall.manager, document.id, row_version=None, now=now)
    return publish(session, hall.manager, document.id, now=now, **facts)


def make_picture(session: Session, actor: Actor, name: str = "疏散图") -> int:
    """A picture that this person has handed in, without bytes behind it."""
    key = hashlib.sha256(f"{name} {actor.user_id}".encode()).hexdigest()
    file = File(
        site_id=actor.site_id, key=key, name=f"{name}.jpg", media_type="image/jpeg", size=10,
        by=actor.user_id, at=NOW,
    )  # fmt: skip
    session.add(file)
    session.flush()
    return file.id


def next_version(
    session: Session, hall: Cast, document: Document, *, days: int, **facts: Any
) -> Version:
    """Another version so many days after now, in which the first group does something else."""
    now = NOW + timedelta(days=days)
    revise(session, hall.officer, document.id, now=now)
    content, sections = draft_of(session, document.id)
    groups = content.organisation.groups
    more = Group(name={"zh": f"增设组{days}"}, duties={"zh": "警戒"}, lead_id=hall.lead.user_id)
    save(session, hall, document, Organisation(groups=(*groups, more)), now=now)
    assert Section.ORGANISATION in sections
    return put_in_force(session, hall, document, now=now, **facts)
