"""Planning a drill, putting it off, announcing and cancelling it."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from drills import service
from drills.errors import (
    CommanderJudges,
    DrillChanged,
    MilestoneDoubled,
    NotFitThatDay,
    PlannedInPast,
    ReasonMissing,
    SameDay,
    StepNotPossible,
    TargetNotPossible,
    TooManyMilestones,
)
from drills.milestones import Moment
from drills.models import Form, Status, Step
from drills.service.custody import hand_over
from safety_app.accounts import service as accounts
from safety_app.core.errors import NotAllowed, NotFound, TextMissing
from safety_app.core.gate import Bar
from safety_app.core.horizon import TooFarAhead
from safety_app.workplace.service import fitness
from tests.cast import NOW, TODAY, Cast
from tests.drills.cases import brought_to, facts_of, make_drill

TOMORROW = TODAY + timedelta(days=1)


def steps(session: Session, drill_id: int) -> list[Step]:
    return [one.step for one in service.steps_of(session, drill_id)]


def test_codes_run_through_the_year(session: Session, hall: Cast) -> None:
    codes = [make_drill(session, hall).code, make_drill(session, hall, on=TOMORROW).code]
    next_year = TODAY.replace(year=TODAY.year + 1)
    assert codes == ["YL-2026-01", "YL-2026-02"]
    assert make_drill(session, hall, on=next_year).code == "YL-2027-01"


def test_a_cancelled_drill_keeps_its_code(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    service.cancel(session, hall.manager, drill.id, reason="大厅装修", now=NOW)
    assert drill.status == Status.CANCELLED
    assert make_drill(session, hall).code == "YL-2026-02"


def test_a_live_drill_proposes_the_moments_of_an_evacuation(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    moments = service.moments_of(session, drill.id)
    assert [one.code for one in moments][:3] == ["alarm", "call_119", "announcement"]
    assert {one.code: one.target_seconds for one in moments}["hall_empty"] == 180


def test_a_tabletop_drill_has_no_targets(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall, form=Form.TABLETOP)
    assert {one.target_seconds for one in service.moments_of(session, drill.id)} == {None}


def test_own_moments_stand_in_their_order(session: Session, hall: Cast) -> None:
    own = (Moment("关闭卷帘", target=45), Moment("  "), Moment("清点人数完毕", target=240))
    drill = make_drill(session, hall, moments=own)
    found = [(one.name, one.target_seconds) for one in service.moments_of(session, drill.id)]
    assert found == [("关闭卷帘", 45), ("清点人数完毕", 240)]


@pytest.mark.parametrize(
    ("moments", "error"),
    [
        ((Moment("广播"), Moment("广播")), MilestoneDoubled),
        ((Moment("广播", target=0),), TargetNotPossible),
        ((Moment("广播", target=4 * 3600 + 1),), TargetNotPossible),
        (tuple(Moment(f"第{n}步") for n in range(21)), TooManyMilestones),
    ],
)
def test_moments_that_nobody_could_take_are_refused(
    session: Session, hall: Cast, moments: tuple[Moment, ...], error: type[Exception]
) -> None:
    with pytest.raises(error):
        make_drill(session, hall, moments=moments)


def test_a_drill_is_planned_for_a_day_to_come(session: Session, hall: Cast) -> None:
    with pytest.raises(PlannedInPast):
        make_drill(session, hall, on=TODAY - timedelta(days=1))
    with pytest.raises(TooFarAhead):
        make_drill(session, hall, on=TODAY + timedelta(days=800))


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"title": " "}, TextMissing),
        ({"window_id": 999_999}, NotFound),
        ({"owner_id": 999_999}, NotFound),
    ],
)
def test_what_cannot_be_is_refused(
    session: Session, hall: Cast, changes: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        make_drill(session, hall, **changes)


def test_nobody_judges_what_they_command(session: Session, hall: Cast) -> None:
    with pytest.raises(CommanderJudges):
        make_drill(session, hall, evaluator_ids=(hall.lead.user_id,))


def test_a_person_of_another_hall_has_no_part(session: Session, hall: Cast) -> None:
    with pytest.raises(NotFound):
        make_drill(session, hall, commander_id=hall.foreign_manager.user_id)


def test_a_lead_plans_for_the_own_window_alone(session: Session, hall: Cast) -> None:
    own = make_drill(session, hall, by=hall.lead, window_id=hall.a01)
    assert own.window_id == hall.a01
    for window_id in (hall.a03, None):
        with pytest.raises(NotAllowed):
            make_drill(session, hall, by=hall.lead, window_id=window_id)
    with pytest.raises(NotAllowed):
        service.edit(session, hall.lead, own.id, facts_of(hall), now=NOW)


def test_staff_plan_nothing(session: Session, hall: Cast) -> None:
    with pytest.raises(NotAllowed):
        make_drill(session, hall, by=hall.staff, window_id=hall.a01)


def test_putting_off_keeps_the_day_before_and_the_reason(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    service.reschedule(session, hall.officer, drill.id, planned_on=TOMORROW, reason="暴雨", now=NOW)
    last = service.steps_of(session, drill.id)[-1]
    assert (last.step, last.old_on, last.new_on) == (Step.RESCHEDULE, TODAY, TOMORROW)
    assert (last.note, drill.planned_on) == ("暴雨", TOMORROW)


def test_putting_off_needs_a_reason_and_another_day(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    with pytest.raises(ReasonMissing):
        service.reschedule(
            session, hall.officer, drill.id, planned_on=TOMORROW, reason="  ", now=NOW
        )
    with pytest.raises(SameDay):
        service.reschedule(session, hall.officer, drill.id, planned_on=TODAY, reason="雨", now=NOW)
    with pytest.raises(ReasonMissing):
        service.cancel(session, hall.officer, drill.id, reason="", now=NOW)
    assert steps(session, drill.id) == [Step.PLAN]


def test_whoever_saw_it_before_is_told_who_changed_it(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    seen = drill.row_version
    service.reschedule(session, hall.officer, drill.id, planned_on=TOMORROW, reason="雨", now=NOW)
    with pytest.raises(DrillChanged) as told:
        service.cancel(session, hall.manager, drill.id, reason="雨", row_version=seen, now=NOW)
    assert "刘洋" in told.value.message()


def test_a_notice_says_who_was_told_and_in_which_words(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    service.notify(
        session, hall.officer, drill.id, audience="全体人员和办事群众", text="今日演练", now=NOW
    )
    last = service.steps_of(session, drill.id)[-1]
    assert (last.audience, last.note) == ("全体人员和办事群众", "今日演练")
    assert drill.status == Status.PLANNED


@pytest.mark.parametrize("status", [Status.HELD, Status.EVALUATED, Status.CLOSED])
def test_what_was_held_is_neither_edited_nor_cancelled(
    session: Session, hall: Cast, status: Status
) -> None:
    drill = brought_to(session, make_drill(session, hall), status)
    with pytest.raises(StepNotPossible):
        service.edit(session, hall.manager, drill.id, facts_of(hall), now=NOW)
    with pytest.raises(StepNotPossible):
        service.cancel(session, hall.manager, drill.id, reason="雨", now=NOW)


def test_another_hall_sees_nothing(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    with pytest.raises(NotFound):
        service.get(session, hall.foreign_manager, drill.id)
    with pytest.raises(NotFound):
        service.by_code(session, hall.foreign_manager, drill.code)


@pytest.mark.parametrize("code", ["", "YL-2026-1\x00", "YL-2026-99999999", "' OR 1=1"])
def test_a_code_that_cannot_be_is_not_found(session: Session, hall: Cast, code: str) -> None:
    with pytest.raises(NotFound):
        service.by_code(session, hall.manager, code)


def test_the_commander_may_hold_and_the_evaluator_judge_whatever_their_role(
    session: Session, hall: Cast
) -> None:
    drill = make_drill(
        session,
        hall,
        commander_id=hall.staff.user_id,
        evaluator_ids=(hall.second_staff.user_id,),
    )
    assert service.may(session, hall.staff, drill, Step.START)
    assert not service.may(session, hall.second_staff, drill, Step.START)
    assert service.may(session, hall.second_staff, drill, Step.EVALUATE)
    assert not service.may(session, hall.other_staff, drill, Step.EVALUATE)


@pytest.fixture
def barred(monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """Ids of people whom the gate bars from tomorrow on, to be filled."""
    found: set[int] = set()

    def bars(
        _session: Session, _site: int, first: date, last: date, ids: Sequence[int]
    ) -> dict[int, tuple[Bar, ...]]:
        assert first == last, "one day is asked about"
        barred = found & set(ids) if first >= TOMORROW else ()
        return {one: (Bar(TOMORROW, last, "缺岗前培训"),) for one in barred}

    monkeypatch.setattr(fitness, "bars", bars)
    return found


@pytest.mark.parametrize("role", ["owner_id", "commander_id", "evaluator_ids"])
def test_nobody_is_given_a_drill_who_may_not_serve_on_its_day(
    session: Session, hall: Cast, barred: set[int], role: str
) -> None:
    new = hall.staff.user_id
    drill = make_drill(session, hall, on=TOMORROW)
    named = facts_of(hall, **{role: (new,) if role == "evaluator_ids" else new})
    barred.add(new)
    with pytest.raises(NotFitThatDay) as refusal:
        service.plan(session, hall.officer, named, planned_on=TOMORROW, now=NOW)
    name = accounts.get_person(session, hall.site_id, new).display_name
    assert refusal.value.message() == (
        f"{name} 2026年11月24日 周二不能上岗：缺岗前培训。演练请另选他人或改期。"
    )
    with pytest.raises(NotFitThatDay):
        service.edit(session, hall.officer, drill.id, named, now=NOW)
    with pytest.raises(NotFitThatDay):
        hand_over(session, hall.officer, [drill.code], hall.manager.user_id, new, now=NOW)
    barred.clear()
    service.edit(session, hall.officer, drill.id, named, now=NOW)
    barred.add(new)
    service.edit(session, hall.officer, drill.id, named, now=NOW)  # who had it before keeps it


@pytest.mark.parametrize("role", ["owner_id", "commander_id", "evaluator_ids"])
def test_no_drill_is_put_off_to_a_day_on_which_somebody_may_not_serve(
    session: Session, hall: Cast, barred: set[int], role: str
) -> None:
    who = hall.staff.user_id
    barred.add(who)
    facts: dict[str, Any] = {role: (who,) if role == "evaluator_ids" else who}
    drill = make_drill(session, hall, **facts)  # today they may serve
    with pytest.raises(NotFitThatDay):
        service.reschedule(
            session, hall.officer, drill.id, planned_on=TOMORROW, reason="下雨", now=NOW
        )
    assert drill.planned_on == TODAY
    barred.clear()
    service.reschedule(session, hall.officer, drill.id, planned_on=TOMORROW, reason="下雨", now=NOW)
    assert drill.planned_on == TOMORROW


def test_a_drill_whose_day_is_over_is_handed_to_who_may_serve_today(
    session: Session, hall: Cast, barred: set[int]
) -> None:
    drill = make_drill(session, hall)
    new = hall.staff.user_id
    barred.add(new)
    with pytest.raises(NotFitThatDay):
        hand_over(
            session, hall.officer, [drill.code], hall.manager.user_id, new,
            now=NOW + timedelta(days=3),
        )  # fmt: skip
    hand_over(session, hall.officer, [drill.code], hall.manager.user_id, new, now=NOW)
    assert drill.owner_id == new
