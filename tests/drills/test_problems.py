"""What a drill has shown becomes a hazard or a revision task; it closes when none is open."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from drills import closing, service
from drills.errors import DebriefMissing, ProblemsOpen, StepNotPossible
from drills.models import Drill, Problem, ProblemKind, Status, Step
from drills.plans import service as plans
from drills.service import judging, problems
from drills.service.problems import Followed, Handling
from hazards import service as hazards
from hazards.errors import PlanIncomplete
from hazards.models import Hazard
from hazards.service import Category, Level, Origin
from safety_app.core.errors import NotAllowed
from tests.cast import NOW, TODAY, Cast
from tests.drills.cases import brought_to, make_drill
from tests.drills.clocks import held
from tests.drills.plans.documents import make_plan, next_version
from tests.factories import make_photo

SOON = TODAY + timedelta(days=7)


def evaluated(session: Session, hall: Cast, drill: Drill | None = None) -> Drill:
    """A drill that was held, judged and talked over."""
    drill = held(session, hall, drill or make_drill(session, hall))
    service.take(session, None, drill, Step.EVALUATE, now=NOW)
    drill.debrief = "总体良好"
    return drill


def fix(session: Session, hall: Cast, problem: Problem) -> None:
    """Bring the hazard behind a problem to its end."""
    assert problem.hazard_id
    hazards.fix(
        session, hall.staff, problem.hazard_id, note="已指定", photos=[make_photo()],
        row_version=None, now=NOW,
    )  # fmt: skip
    hazards.accept(session, hall.officer, problem.hazard_id, row_version=None, now=NOW)


def test_a_problem_becomes_a_hazard_with_owner_and_date(session: Session, hall: Cast) -> None:
    drill = evaluated(session, hall)
    handling = Handling(hall.staff.user_id, SOON, "为轮椅群众指定引导人", "由导办员临时负责")
    problems.add_hazard(
        session, hall.officer, drill.id, what="轮椅群众无人引导", level=Level.SERIOUS,
        handling=handling, now=NOW,
    )  # fmt: skip
    (found,) = problems.list_problems(session, drill)
    assert (found.kind, found.owner, found.due_on) == (ProblemKind.HAZARD, "王晓燕", SOON)
    assert found.reference.startswith("HZ-2026-") and found.is_open
    assert not found.is_overdue(SOON) and found.is_overdue(SOON + timedelta(days=1))
    hazard = session.scalars(select(Hazard).where(Hazard.number == found.reference)).one()
    assert (hazard.source, hazard.origin) == (f"drills:{drill.code}/P1", Origin.DRILL)


def test_nothing_is_left_of_a_problem_that_cannot_be_handed_out(
    session: Session, hall: Cast
) -> None:
    drill = evaluated(session, hall)
    handling = Handling(hall.staff.user_id, SOON, "指定引导人")
    with pytest.raises(PlanIncomplete), session.begin_nested():
        problems.add_hazard(
            session, hall.officer, drill.id, what="无人引导", level=Level.SERIOUS,
            handling=handling, now=NOW,
        )  # fmt: skip
    assert problems.list_problems(session, drill) == []


def test_a_problem_becomes_a_task_to_revise_the_plan(session: Session, hall: Cast) -> None:
    plan = make_plan(session, hall)
    drill = evaluated(session, hall, make_drill(session, hall, plan_ids=(plan.id,)))
    problems.add_revision(
        session, hall.officer, drill.id, what="增加轮椅群众引导岗位", plan_id=plan.id,
        owner_id=hall.officer.user_id, due_on=SOON, now=NOW,
    )  # fmt: skip
    (found,) = problems.list_problems(session, drill)
    assert (found.kind, found.owner, found.due_on) == (ProblemKind.REVISION, "刘洋", SOON)
    (task,) = plans.open_revisions(session, hall.site_id, "drills:")
    assert task.source == f"drills:{drill.code}/P1"
    next_version(session, hall, plan, days=1, answers=[task.id])
    (found,) = problems.list_problems(session, drill)
    assert not found.is_open and found.closed_at


def test_a_drill_closes_only_when_all_is_put_right(session: Session, hall: Cast) -> None:
    drill = evaluated(session, hall)
    handling = Handling(hall.staff.user_id, SOON, "指定引导人")
    first, second = (
        problems.add_hazard(
            session, hall.officer, drill.id, what=what, level=Level.MODERATE,
            handling=handling, now=NOW,
        )
        for what in ("无人引导", "广播听不清")
    )  # fmt: skip
    numbers = [one.reference for one in problems.list_problems(session, drill)]
    fix(session, hall, first)
    with pytest.raises(ProblemsOpen) as told:
        problems.close(session, hall.manager, drill.id, now=NOW)
    assert numbers[1] in told.value.message() and numbers[0] not in told.value.message()
    at = NOW + timedelta(seconds=1)
    followed = problems.followed_at(session, hall.site_id, [drill.id], at, TODAY)
    assert followed == {drill.id: Followed(closed=1, open=1)}
    fix(session, hall, second)
    problems.close(session, hall.manager, drill.id, now=NOW)
    assert (drill.status, drill.closed_at) == (Status.CLOSED, NOW)


def test_what_turned_out_to_be_no_hazard_keeps_nothing_open(session: Session, hall: Cast) -> None:
    drill = evaluated(session, hall)
    problem = problems.add_hazard(
        session, hall.officer, drill.id, what="误记", level=Level.MINOR, now=NOW
    )
    assert problem.hazard_id
    hazards.void(session, hall.manager, problem.hazard_id, reason="误记", row_version=None, now=NOW)
    problems.close(session, hall.manager, drill.id, now=NOW)
    assert drill.status == Status.CLOSED


def test_a_drill_is_closed_after_its_debrief_and_by_who_plans(session: Session, hall: Cast) -> None:
    drill = evaluated(session, hall)
    drill.debrief = "  "
    with pytest.raises(DebriefMissing):
        problems.close(session, hall.manager, drill.id, now=NOW)
    drill.debrief = "良好"
    with pytest.raises(NotAllowed):
        problems.close(session, hall.lead, drill.id, now=NOW)
    problems.close(session, hall.manager, drill.id, now=NOW)
    with pytest.raises(StepNotPossible):
        problems.add_hazard(
            session, hall.officer, drill.id, what="迟到的问题", level=Level.MINOR, now=NOW
        )


def test_a_drill_that_was_not_judged_is_not_closed(session: Session, hall: Cast) -> None:
    drill = held(session, hall, make_drill(session, hall))
    with pytest.raises(StepNotPossible):
        problems.close(session, hall.manager, drill.id, now=NOW)


def test_the_evaluator_may_name_problems_whatever_their_role(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall, evaluator_ids=(hall.second_staff.user_id,))
    drill = evaluated(session, hall, drill)
    problems.add_hazard(
        session, hall.second_staff, drill.id, what="无人引导", level=Level.MODERATE, now=NOW
    )
    with pytest.raises(NotAllowed):
        problems.add_hazard(
            session, hall.other_staff, drill.id, what="无人引导", level=Level.MODERATE, now=NOW
        )


def test_the_evaluation_keeps_its_result_and_takes_up_what_its_sheet_registered(
    session: Session, hall: Cast
) -> None:
    drill = held(session, hall, make_drill(session, hall))
    hazard = hazards.report(
        session, hall.officer, what="疏散引导不到位", level=Level.SERIOUS, origin=Origin.CHECK,
        category=Category.MANAGEMENT, place="一楼大厅", source=f"drills:{drill.code}/G09", now=NOW,
    )  # fmt: skip
    for _again in range(2):
        problems.adopt(session, hall.officer, drill, now=NOW)
    (found,) = problems.list_problems(session, drill)
    assert (found.item_code, found.reference) == ("G09", hazard.number)
    judging.evaluated(
        session, hall.officer, drill, run_id=None, points=71, points_of=85, grade="good", now=NOW
    )
    assert (drill.status, drill.points, drill.points_of) == (Status.EVALUATED, 71, 85)
    assert len(problems.list_problems(session, drill)) == 1


def test_it_is_compared_with_the_last_drill_of_the_same_plan(session: Session, hall: Cast) -> None:
    plan = make_plan(session, hall)
    first, other, drill = (
        held(session, hall, make_drill(session, hall, plan_ids=ids), at=hours * 3600)
        for hours, ids in enumerate([(plan.id,), (), (plan.id,)])
    )
    before = judging.last_of_same_plan(session, drill)
    assert before and before.code == first.code
    # Without a plan in common the last one against the same is what there is to compare with.
    before = judging.last_of_same_plan(session, other)
    assert before and before.code == first.code
    assert judging.last_of_same_plan(session, first) is None


def test_a_hazard_says_from_which_drill_it_comes_and_by_which_rule(
    session: Session, hall: Cast
) -> None:
    drill = brought_to(session, make_drill(session, hall), Status.HELD)
    source = f"drills:{drill.code}/G09"
    about = closing.source_page(source)
    assert about == ("演练", drill.code, f"/drills?drill={drill.code}")
    assert drill.code in closing.rule_behind(session, hall.site_id, source)
    assert closing.source_page("equipment:MHQ-0001/E05") is None
    assert closing.rule_behind(session, hall.site_id, "equipment:MHQ-0001/E05") == ""
    assert closing.rule_behind(session, hall.site_id, "drills:made up") == ""


def test_the_version_that_was_in_force_is_held_fast(session: Session, hall: Cast) -> None:
    plan = make_plan(session, hall)
    drill = make_drill(session, hall, plan_ids=(plan.id,))
    (before,) = service.tried_by(session, drill, TODAY)
    assert (before.version, before.is_frozen) == (1, False)
    held(session, hall, drill)
    next_version(session, hall, plan, days=1)
    later = date(2026, 12, 31)
    (after,) = service.tried_by(session, drill, later)
    assert (after.version, after.is_frozen) == (1, True)
    planned = make_drill(session, hall, plan_ids=(plan.id,), on=later)
    assert [one.version for one in service.tried_by(session, planned, later)] == [2]
