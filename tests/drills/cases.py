"""Plain functions that make a drill for a test."""

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from drills import service
from drills.models import Content, Drill, Form, How, Status, Step
from drills.service import attending
from safety_app.core.access import Actor
from tests.cast import NOW, TODAY, Cast

TITLE: Final = "一楼大厅初期火灾疏散演练"


def facts_of(hall: Cast, **changes: Any) -> service.Facts:
    """A live drill of the whole hall, commanded by the lead and judged by the officer."""
    return service.Facts(
        **{
            "title": TITLE,
            "content": Content.COMPREHENSIVE,
            "form": Form.LIVE,
            "owner_id": hall.manager.user_id,
            "commander_id": hall.lead.user_id,
            "evaluator_ids": (hall.officer.user_id,),
            "place": "一楼大厅",
            "assembly_point": "北广场",
            **changes,
        }
    )


def make_drill(
    session: Session,
    hall: Cast,
    *,
    by: Actor | None = None,
    on: date = TODAY,
    now: datetime = NOW,
    **changes: Any,
) -> Drill:
    """A planned drill, today unless said otherwise."""
    planner = by or hall.manager
    return service.plan(session, planner, facts_of(hall, **changes), planned_on=on, now=now)


def brought_to(session: Session, drill: Drill, status: Status, *, now: datetime = NOW) -> Drill:
    """The same drill in a later status, as the worker might take it there."""
    way = {
        Status.UNDER_WAY: (Step.START,),
        Status.HELD: (Step.START, Step.FINISH),
        Status.EVALUATED: (Step.START, Step.FINISH, Step.EVALUATE),
        Status.CLOSED: (Step.START, Step.FINISH, Step.EVALUATE, Step.CLOSE),
        Status.CANCELLED: (Step.CANCEL,),
        Status.PLANNED: (),
    }
    for step in way[status]:
        service.take(session, None, drill, step, now=now)
    return drill


def attended(session: Session, drill: Drill, *, now: datetime = NOW) -> Drill:
    """The same drill, at which at least whoever is in charge of it was."""
    who = drill.owner_id
    attending.set_presence(session, drill, who, is_present=True, how=How.TICKED, at=now, by=who)
    return drill
