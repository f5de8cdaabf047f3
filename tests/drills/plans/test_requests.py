"""Revision tasks: asked for from anywhere, closed by the version that answers them."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from drills.plans.errors import DueInPast, PersonLeft, RequestClosed, StepNotPossible
from drills.plans.models import Document, Trigger
from drills.plans.service import (
    RevisionState,
    RevisionTask,
    close_without_change,
    open_revisions,
    request_revision,
    revision_state,
    revisions_of,
    withdraw,
)
from drills.plans.service.requests import tasks_of_owner
from safety_app.accounts.models import User
from safety_app.core.errors import NotAllowed, NotFound, TextMissing
from tests.cast import NOW, TODAY, Cast
from tests.drills.plans.documents import make_draft, make_plan, next_version

SOURCE = "drills:7/G09"
IN_A_MONTH = TODAY + timedelta(days=30)


def asked(session: Session, hall: Cast, document: Document, **facts: Any) -> RevisionTask:
    """A task for the officer, due in a month."""
    given: dict[str, Any] = {
        "why": "没有人引导轮椅群众",
        "source": SOURCE,
        "owner_id": hall.officer.user_id,
        "due_on": IN_A_MONTH,
        **facts,
    }
    actor = given.pop("by", hall.officer)
    return request_revision(session, actor, document.id, now=NOW, **given)


def test_a_drill_asks_for_a_revision_with_owner_and_date(session: Session, hall: Cast) -> None:
    document = make_plan(session, hall)
    task = asked(session, hall, document)
    assert (task.owner_name, task.due_on, task.trigger) == ("刘洋", IN_A_MONTH, Trigger.DRILL)
    assert task.is_open and task.plan_title == "火灾现场处置方案"
    assert [one.id for one in open_revisions(session, hall.site_id, "drills:7/")] == [task.id]
    assert [one.id for one in tasks_of_owner(session, hall.officer)] == [task.id]
    assert open_revisions(session, hall.site_id, "drills:70") == []
    assert open_revisions(session, hall.site_id, "drills_") == []


def test_a_source_asks_once(session: Session, hall: Cast) -> None:
    document = make_plan(session, hall)
    first, second = asked(session, hall, document), asked(session, hall, document, why="又一次")
    assert first.id == second.id and second.why == "没有人引导轮椅群众"


def test_it_is_closed_by_the_version_that_answers_it(session: Session, hall: Cast) -> None:
    document = make_plan(session, hall)
    task = asked(session, hall, document)
    other = asked(session, hall, document, source="law", trigger=Trigger.LAW)
    next_version(session, hall, document, days=5, answers=[task.id])
    (closed,) = revisions_of(session, hall.site_id, "drills:")
    assert not closed.is_open and closed.version == 2
    assert [one.id for one in open_revisions(session, hall.site_id)] == [other.id]
    with pytest.raises(RequestClosed):
        next_version(session, hall, document, days=6, answers=[task.id])


@pytest.mark.parametrize(
    ("days", "expected"),
    [(29, RevisionState.OPEN), (30, RevisionState.OPEN), (31, RevisionState.OVERDUE)],
)
def test_it_is_open_to_the_end_of_its_day(
    session: Session, hall: Cast, days: int, expected: RevisionState
) -> None:
    asked(session, hall, make_plan(session, hall))
    on = TODAY + timedelta(days=days)
    assert revision_state(session, hall.site_id, SOURCE, on) is expected
    assert revision_state(session, hall.site_id, "drills:8/G01", on) is RevisionState.NONE


def test_a_manager_closes_one_without_a_change_and_says_why(session: Session, hall: Cast) -> None:
    task = asked(session, hall, make_plan(session, hall))
    with pytest.raises(NotAllowed):
        close_without_change(session, hall.officer, task.id, outcome="不用改", now=NOW)
    with pytest.raises(TextMissing):
        close_without_change(session, hall.manager, task.id, outcome="", now=NOW)
    close_without_change(session, hall.manager, task.id, outcome="现有分工可行", now=NOW)
    assert revision_state(session, hall.site_id, SOURCE, TODAY) is RevisionState.CLOSED
    with pytest.raises(RequestClosed):
        close_without_change(session, hall.manager, task.id, outcome="再次", now=NOW)
    assert asked(session, hall, session.get_one(Document, task.plan_id)).id != task.id


def test_it_needs_a_reason_a_day_ahead_and_somebody_who_is_there(
    session: Session, hall: Cast
) -> None:
    document = make_plan(session, hall)
    with pytest.raises(TextMissing):
        asked(session, hall, document, why=" ")
    with pytest.raises(DueInPast):
        asked(session, hall, document, due_on=TODAY - timedelta(days=1))
    with pytest.raises(NotFound):
        asked(session, hall, document, owner_id=hall.foreign_manager.user_id)
    session.get_one(User, hall.officer.user_id).is_active = False
    session.flush()
    with pytest.raises(PersonLeft):
        asked(session, hall, document)


def test_staff_ask_nobody_and_only_a_plan_in_force_is_revised(session: Session, hall: Cast) -> None:
    document = make_plan(session, hall)
    with pytest.raises(NotAllowed):
        asked(session, hall, document, by=hall.staff)
    assert asked(session, hall, document, by=hall.lead).is_open
    with pytest.raises(StepNotPossible):
        asked(session, hall, make_draft(session, hall, "evacuation"), source="x")
    withdraw(session, hall.manager, document.id, reason="合并", now=NOW)
    with pytest.raises(StepNotPossible):
        asked(session, hall, document, source="y")
