"""Incidents brought to a status by the services, for tests."""

from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from hazards import service as hazards
from hazards.incidents.models import (
    Authority,
    Incident,
    Kind,
    Origin,
    RootClass,
    Status,
    Way,
)
from hazards.incidents.rules import conditions
from hazards.incidents.service import closing, investigating, notifying, reporting
from hazards.incidents.service.figures import Numbers, count, decide
from hazards.service import Category
from hazards.service import Level as HazardLevel
from safety_app.core.clock import local_day
from tests.cast import NOW, Cast
from tests.factories import make_photo

AT: Final = NOW - timedelta(minutes=10)
"""When it happened, unless said otherwise: ten minutes before it is reported."""
NOBODY: Final = Numbers(loss_fen=0)
ONE_HURT: Final = Numbers(minor=1, loss_fen=0)
ONE_DEAD: Final = Numbers(deaths=1, loss_fen=0)
BY_DAY: Final = date(2026, 12, 4)


def make_incident(
    session: Session,
    hall: Cast,
    status: Status = Status.REPORTED,
    *,
    kind: Kind = Kind.INJURY,
    numbers: Numbers | None = ONE_HURT,
    now: datetime = NOW,
    **facts: Any,
) -> Incident:
    """An incident brought to a status; at window A01, reported by the staff unless said."""
    place = {} if {"location_id", "place", "window_id"} & set(facts) else {"window_id": hall.a01}
    reporter = facts.pop("by", hall.staff)
    if kind is Kind.NEAR_MISS and numbers is ONE_HURT:
        numbers = None
    facts = {"what": "群众在取号机旁滑倒", "occurred_at": AT, **place, **facts}
    incident = reporting.report(session, reporter, kind=kind, numbers=numbers, now=now, **facts)
    if status in (Status.CONFIRMED, Status.INVESTIGATING, Status.ACTING, Status.CLOSED):
        reporting.confirm(session, hall.officer, incident.id, row_version=None, now=now)
    if status in (Status.INVESTIGATING, Status.ACTING, Status.CLOSED):
        begin(session, hall, incident, now=now)
    if status in (Status.ACTING, Status.CLOSED):
        explain(session, hall, incident, now=now)
        investigating.conclude(session, hall.officer, incident.id, row_version=None, now=now)
    if status is Status.CLOSED:
        fulfil(session, hall, incident, now=now)
        closing.close(session, hall.manager, incident.id, row_version=None, now=now)
    if status is Status.VOIDED:
        reporting.void(session, hall.manager, incident.id, reason="误报", row_version=None, now=now)
    return incident


def begin(session: Session, hall: Cast, incident: Incident, *, now: datetime = NOW) -> None:
    """Put it under investigation by the officer, with the lead in the team."""
    investigating.investigate(
        session, hall.officer, incident.id, leader_id=hall.officer.user_id,
        member_ids=[hall.second_staff.user_id],
        investigate_by=max(BY_DAY, local_day(now, hall.officer.timezone)), row_version=None,
        now=now,
    )  # fmt: skip


def explain(session: Session, hall: Cast, incident: Incident, *, now: datetime = NOW) -> None:
    """A moment of the course and a chain of causes."""
    investigating.log_moment(
        session, hall.officer, incident.id, happened_at=incident.occurred_at,
        what="保洁拖地后未放警示牌", origin=Origin.CAMERA, now=now,
    )  # fmt: skip
    whys = ["地面湿滑", "拖地后未及时擦干", "没有规定开放时段的保洁要求"]
    investigating.explain(
        session, hall.officer, incident.id, whys=whys, root=RootClass.MANAGEMENT, now=now
    )


def raise_action(
    session: Session, hall: Cast, incident: Incident, *, now: datetime = NOW, **facts: Any
) -> int:
    """A measure in the hands of the second staff member; the id of its hazard."""
    facts = {
        "what": "制定开放时段保洁规定",
        "category": Category.MANAGEMENT,
        "level": HazardLevel.MODERATE,
        "fix_by": local_day(now, hall.officer.timezone) + timedelta(days=7),
        "owner_id": hall.second_staff.user_id,
        **facts,
    }
    actor = facts.pop("by", hall.officer)
    return closing.raise_action(session, actor, incident.id, now=now, **facts).hazard_id


def fix_action(session: Session, hall: Cast, hazard_id: int, *, now: datetime = NOW) -> None:
    """Fixed by its owner, accepted by the officer."""
    hazards.fix(
        session, hall.second_staff, hazard_id, note="已落实", photos=[make_photo(str(hazard_id))],
        row_version=None, now=now,
    )  # fmt: skip
    hazards.accept(session, hall.officer, hazard_id, row_version=None, now=now)


def fulfil(session: Session, hall: Cast, incident: Incident, *, now: datetime = NOW) -> None:
    """Everything that closing asks for: a measure carried out, the four answered."""
    fix_action(session, hall, raise_action(session, hall, incident, now=now), now=now)
    for one in conditions():
        closing.answer(
            session, hall.officer, incident.id, condition=one.code, words="已查清并落实", now=now
        )


def tell_both(
    session: Session, hall: Cast, incident: Incident, *, told_at: datetime, now: datetime
) -> None:
    """Both authorities told by phone at the same moment."""
    for authority in (Authority.EMERGENCY, Authority.SECTOR):
        notifying.notify(
            session, hall.officer, incident.id, authority=authority, name="清河县应急管理局",
            told_at=told_at, way=Way.PHONE, now=now,
        )  # fmt: skip


def recount(
    session: Session, hall: Cast, incident: Incident, numbers: Numbers, now: datetime, **facts: date
) -> None:
    """New figures by the officer, with a reason."""
    count(
        session, hall.officer, incident.id, numbers=numbers, reason="医院复查", row_version=None,
        now=now, **facts,
    )  # fmt: skip


def judge(
    session: Session, hall: Cast, incident: Incident, now: datetime, *, is_accident: bool = False
) -> None:
    """The manager decides, by default that it is none."""
    decide(
        session, hall.manager, incident.id, is_accident=is_accident, reason="自身疾病",
        row_version=None, now=now,
    )  # fmt: skip
