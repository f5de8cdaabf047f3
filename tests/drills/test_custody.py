"""Somebody who answers for drills leaves; a window goes on in another one."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from drills import service
from drills.feature import FEATURE
from drills.models import DrillStep, Status, Step
from drills.service.custody import hand_over, held
from safety_app.accounts import service as accounts
from safety_app.core.errors import NotFound
from tests.cast import NOW, TODAY, Cast
from tests.drills.cases import brought_to, make_drill


def keys(session: Session, hall: Cast, user_id: int) -> list[str]:
    return [one.key for one in held(session, hall.site_id, user_id, TODAY)]


def test_what_somebody_answers_for_is_named_with_the_roles_and_handed_over(
    session: Session, hall: Cast
) -> None:
    drill = make_drill(session, hall, commander_id=hall.manager.user_id)
    (one,) = held(session, hall.site_id, hall.manager.user_id, TODAY)
    assert drill.title in one.text and "负责人、总指挥" in one.text
    gone, successor = hall.manager.user_id, hall.lead.user_id
    seen = drill.row_version
    hand_over(session, hall.administrator, [one.key], gone, successor, now=NOW)
    assert (drill.owner_id, drill.commander_id) == (successor, successor)
    assert keys(session, hall, gone) == [] and drill.row_version > seen
    (judged,) = held(session, hall.site_id, hall.officer.user_id, TODAY)
    assert "评估人" in judged.text


def test_what_is_over_stays_with_who_did_it(session: Session, hall: Cast) -> None:
    drill = brought_to(session, make_drill(session, hall), Status.EVALUATED)
    lead, officer, staff = hall.lead.user_id, hall.officer.user_id, hall.staff.user_id
    assert keys(session, hall, lead) == [] and keys(session, hall, officer) == []
    hand_over(session, hall.administrator, [drill.code], hall.manager.user_id, staff, now=NOW)
    assert (drill.owner_id, drill.commander_id) == (staff, lead)
    assert service.evaluators_of(session, drill.id) == [officer]
    service.take(session, None, drill, Step.CLOSE, now=NOW)
    assert keys(session, hall, staff) == []
    with pytest.raises(NotFound):
        hand_over(session, hall.administrator, [drill.code], staff, lead, now=NOW)


def test_nobody_comes_to_judge_what_they_command(session: Session, hall: Cast) -> None:
    lead, officer, staff = hall.lead.user_id, hall.officer.user_id, hall.staff.user_id
    drill = make_drill(session, hall, evaluator_ids=(officer, staff))
    hand_over(session, hall.administrator, [drill.code], officer, lead, now=NOW)
    assert service.evaluators_of(session, drill.id) == [staff]
    hand_over(session, hall.administrator, [drill.code], lead, staff, now=NOW)
    assert drill.commander_id == staff and service.evaluators_of(session, drill.id) == []


def test_a_drill_of_another_hall_is_not_handed_over(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    with pytest.raises(NotFound):
        hand_over(
            session, hall.foreign_manager, [drill.code], hall.manager.user_id,
            hall.foreign_manager.user_id, now=NOW,
        )  # fmt: skip


def test_who_leaves_hands_drills_over_with_the_rest(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    gone, successor = hall.manager.user_id, hall.officer.user_id
    things = accounts.held_by(session, hall.administrator, gone, now=NOW)
    mine = {one.id: successor for one in things if one.kind == "Drills"}
    assert len(mine) == 1
    accounts.hand_over(session, hall.administrator, gone, mine, now=NOW)
    assert drill.owner_id == successor


def test_a_drill_to_come_follows_its_window_and_what_was_held_stays(
    session: Session, hall: Cast
) -> None:
    ahead = make_drill(session, hall, window_id=hall.a02, on=TODAY + timedelta(days=9))
    past = brought_to(session, make_drill(session, hall, window_id=hall.a02), Status.HELD)
    assert FEATURE.merge
    FEATURE.merge(session, None, hall.a02, hall.a01, NOW)
    assert (ahead.window_id, past.window_id) == (hall.a01, hall.a02)
    query = select(DrillStep.step).where(DrillStep.drill_id == ahead.id)
    assert session.scalars(query.order_by(DrillStep.id)).all() == [Step.PLAN, Step.EDIT]
