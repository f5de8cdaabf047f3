"""The evaluation of a drill: who and when, what is known beside it, grade, problems, comparison."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists import flows
from checklists import service as checklists
from checklists.entries import Entry
from checklists.errors import UnknownChoice
from checklists.models import Run, TemplateItem
from checklists.service import Drawn, Submitted, rights
from drills import closing, evaluation, revising
from drills.errors import CommanderJudges, NothingRated, StepNotPossible
from drills.evidence import evidence
from drills.grading import Grade
from drills.lifecycle import take
from drills.models import (
    Attendance,
    Drill,
    DrillPlan,
    Form,
    Milestone,
    Problem,
    ProblemKind,
    Status,
    Step,
)
from drills.plans import service as plans
from drills.subjects import OPEN_DAYS, refusal
from hazards import service as hazards
from hazards.models import Hazard, Kind, Origin
from hazards.models import Status as HazardStatus
from safety_app.core.access import Actor
from safety_app.core.errors import NotAllowed, NotFound
from safety_app.core.feature import Receipt
from safety_app.core.gate import Bar
from safety_app.core.i18n import use_language
from safety_app.workplace.service import fitness
from tests.cast import NOW, TODAY, Cast
from tests.drills.cases import attended, brought_to, make_drill
from tests.drills.plans.documents import make_plan

INK = Drawn([[[10, 10], [80, 60], [160, 20]], [[20, 90], [150, 95]]], 300, 120)
MINUTE = timedelta(minutes=1)
FULL = {f"G{n:02}": {"value": "5"} for n in range(1, 21)}
BROADCAST = {"value": "2", "note": "二楼东侧听不清", "disposal": "hazard"}


def held(session: Session, hall: Cast, *, now: datetime = NOW, **changes: Any) -> Drill:
    """A drill that was held this morning."""
    drill = make_drill(session, hall, **changes)
    drill.started_at, drill.ended_at, drill.held_on = now, now + 20 * MINUTE, TODAY
    return attended(session, brought_to(session, drill, Status.HELD, now=now))


def evaluate(
    session: Session,
    by: Actor,
    drill: Drill,
    said: Mapping[str, Mapping[str, Any]],
    *,
    now: datetime = NOW,
) -> Submitted:
    """A whole signed sheet; what is not said has full marks."""
    return checklists.inspect(
        session, by, f"drills:{drill.code}", {**FULL, **said}, signature=INK, now=now
    )


def with_plan(session: Session, hall: Cast, drill: Drill) -> int:
    """The drill tries a plan that is in force."""
    plan_id = make_plan(session, hall).id
    session.add(DrillPlan(drill_id=drill.id, plan_id=plan_id))
    session.flush()
    return plan_id


def of_drill(session: Session, drill: Drill) -> list[Hazard]:
    query = select(Hazard).where(Hazard.source.startswith(f"drills:{drill.code}/"))
    return list(session.scalars(query.order_by(Hazard.id)))


def test_a_perfect_drill_is_excellent_and_has_nothing_to_follow_up(
    session: Session, hall: Cast
) -> None:
    drill = held(session, hall)
    done = evaluate(session, hall.officer, drill, {})
    assert done.hazards == () and isinstance(done.receipt, Receipt)
    assert done.receipt.lines == (("结果", "100 % · 优"), ("得分", "100/100 分，已评 20 项"))
    assert (drill.status, drill.points, drill.points_of, drill.grade) == (
        Status.EVALUATED, 100, 100, Grade.EXCELLENT,
    )  # fmt: skip
    found = evaluation.result(session, hall.site_id, drill.code)
    assert found and (found.percent, found.grade_text, found.problems) == (100, "优", ())
    assert (found.by, found.run_id, found.earlier, found.last) == ("刘洋", drill.run_id, 0, None)
    assert evaluation.open_problems(session, hall.site_id, drill.code) == []


def test_what_did_not_belong_to_it_does_not_count(session: Session, hall: Cast) -> None:
    drill = held(session, hall)
    left_out = {
        code: {"value": "N", "reason": "not_played"} for code in ("G12", "G13", "G14", "G15")
    }
    evaluate(session, hall.officer, drill, {**left_out, "G08": {"value": "3"}})
    found = evaluation.result(session, hall.site_id, drill.code)
    assert found and (found.score, found.out_of, found.outcome.rated) == (78, 80, 16)
    points = {one.said.code: one.said for one in found.items}
    assert (points["G12"].points, points["G12"].reason) == (None, "本次情景不涉及")


def test_few_points_become_hazards_that_say_where_they_come_from(
    session: Session, hall: Cast
) -> None:
    drill = held(session, hall, place="")
    done = evaluate(session, hall.officer, drill, {"G08": BROADCAST})
    (hazard,) = of_drill(session, drill)
    assert done.hazards == (hazard.number,)
    assert (hazard.kind, hazard.origin, hazard.preset_days) == (Kind.SAFETY, Origin.DRILL, 7)
    assert hazard.what == f"演练 {drill.code}：疏散广播听不清或有盲区"
    assert (hazard.note, hazard.place) == ("二楼东侧听不清", "清河县政务服务中心")
    assert hazard.source == f"drills:{drill.code}/G08"
    page = closing.source_page(hazard.source)
    assert page and page[1] == drill.code
    (problem,) = evaluation.open_problems(session, hall.site_id, drill.code)
    assert (problem.number, problem.kind, problem.item_code, problem.reference) == (
        1, ProblemKind.HAZARD, "G08", hazard.number,
    )  # fmt: skip
    assert (problem.due_on, problem.status) == (TODAY + timedelta(days=7), "待交办")


def test_a_problem_counts_until_its_hazard_is_closed(session: Session, hall: Cast) -> None:
    drill = held(session, hall)
    evaluate(session, hall.officer, drill, {"G08": BROADCAST})
    (hazard,) = of_drill(session, drill)
    hazards.void(session, hall.manager, hazard.id, reason="评错了", row_version=None, now=NOW)
    assert evaluation.open_problems(session, hall.site_id, drill.code) == []
    found = evaluation.result(session, hall.site_id, drill.code)
    assert found and [one.status for one in found.problems] == ["不属实"]


@pytest.mark.parametrize("code", ["G01", "G18", "G19", "G20"])
def test_what_is_no_hazard_is_a_point_to_rectify(session: Session, hall: Cast, code: str) -> None:
    drill = held(session, hall)
    said = {code: {"value": "0", "note": "未做", "disposal": "hazard"}}
    evaluate(session, hall.officer, drill, said)
    assert [one.kind for one in of_drill(session, drill)] == [Kind.SERVICE]


def test_what_is_no_hazard_may_become_a_task_to_revise_the_plan(
    session: Session, hall: Cast
) -> None:
    drill = held(session, hall)
    plan_id = with_plan(session, hall, drill)
    said = {"G20": {"value": "1", "note": "写明轮椅引导", "disposal": "task"}}
    assert evaluate(session, hall.officer, drill, said).hazards == ()
    (task,) = plans.open_revisions(session, hall.site_id, f"drills:{drill.code}/")
    assert (task.plan_id, task.owner_id, task.due_on, task.source) == (
        plan_id, hall.manager.user_id, TODAY + timedelta(days=30), f"drills:{drill.code}/G20",
    )  # fmt: skip
    assert "写明轮椅引导" in task.why and drill.code in task.why
    (problem,) = evaluation.open_problems(session, hall.site_id, drill.code)
    assert (problem.kind, problem.owner, problem.due_on, problem.status) == (
        ProblemKind.REVISION, "陈静", task.due_on, "待修订",
    )  # fmt: skip
    assert problem.href == f"/emergency-plans?plan={plan_id}&view=life"
    plans.close_without_change(session, hall.manager, task.id, outcome="附件已有", now=NOW + MINUTE)
    assert evaluation.open_problems(session, hall.site_id, drill.code) == []


def test_whom_the_gate_bars_is_given_a_plan_to_revise_only_if_nobody_else_is_there(
    session: Session, hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    barred: list[int] = []
    monkeypatch.setattr(
        fitness, "bars", lambda *_of: {one: (Bar(TODAY, TODAY, "缺培训"),) for one in barred}
    )
    monkeypatch.setattr(rights, "unfit", lambda *_of: None)  # it was begun before
    said = {"G20": {"value": "1", "note": "写明轮椅引导", "disposal": "task"}}
    owners = []
    drills = [held(session, hall) for _round in range(2)]
    for drill, more in zip(drills, (hall.manager, hall.officer), strict=True):
        barred.append(more.user_id)
        with_plan(session, hall, drill)
        evaluate(session, hall.officer, drill, said)
        (task,) = plans.open_revisions(session, hall.site_id, f"drills:{drill.code}/")
        owners.append(task.owner_id)
    assert owners == [hall.officer.user_id] * 2, "in charge is the manager; at worst whoever asks"


def test_an_evaluator_who_may_not_change_plans_still_asks_for_a_revision(
    session: Session, hall: Cast
) -> None:
    drill = held(session, hall, evaluator_ids=(hall.staff.user_id,))
    with_plan(session, hall, drill)
    said = {"G01": {"value": "2", "note": "情景缺伤员", "disposal": "task"}}
    evaluate(session, hall.staff, drill, said)
    assert len(plans.open_revisions(session, hall.site_id, "drills:")) == 1


def test_without_a_plan_in_force_no_task_is_offered(session: Session, hall: Cast) -> None:
    drill = held(session, hall)
    with pytest.raises(UnknownChoice):
        Sheet(session, hall.officer, drill).say("G20", "1", note="x", disposal="task")
    facts = checklists.inspection_sheet(session, hall.officer, f"drills:{drill.code}", NOW)
    assert (facts["task"], {one["takes_task"] for one in facts["tabs"][0]["items"]}) == (
        "", {False},
    )  # fmt: skip
    with_plan(session, hall, drill)
    facts = checklists.inspection_sheet(session, hall.officer, f"drills:{drill.code}", NOW)
    offered = [one["code"] for one in facts["tabs"][0]["items"] if one["takes_task"]]
    assert facts["task"] == "转为预案修订任务" and offered == ["G01", "G18", "G19", "G20"]


def test_a_plan_withdrawn_while_the_sheet_lay_open_leaves_a_point_to_rectify(
    session: Session, hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    drill = held(session, hall)
    with_plan(session, hall, drill)
    sheet = Sheet(session, hall.officer, drill)
    sheet.say("G20", "1", note="写明轮椅引导", disposal="task")
    for code in FULL:
        if code != "G20":
            sheet.say(code, "5")
    monkeypatch.setattr(revising, "plan_to_revise", lambda *_: None)
    sheet.submit()
    (hazard,) = of_drill(session, drill)
    assert (hazard.kind, hazard.note) == (Kind.SERVICE, "写明轮椅引导")
    (problem,) = evaluation.open_problems(session, hall.site_id, drill.code)
    assert (problem.kind, problem.reference) == (ProblemKind.HAZARD, hazard.number)


class Sheet:
    """The sheet of a drill on one tablet, answer by answer."""

    def __init__(self, session: Session, actor: Actor, drill: Drill, now: datetime = NOW) -> None:
        self.session, self.actor, self.now, self.seq = session, actor, now, 0
        self.opened = checklists.open_inspection(session, actor, f"drills:{drill.code}", now=now)
        run = session.get_one(Run, self.opened.run_id)
        items = session.scalars(select(TemplateItem).where(TemplateItem.part_id == run.part_id))
        self.items = {item.code: item.id for item in items}

    def say(self, code: str | None, value: str, **facts: Any) -> None:
        self.seq += 1
        item_id = self.items[code] if code else None
        entry = Entry.model_validate({"seq": self.seq, "item_id": item_id, "value": value, **facts})
        checklists.record(self.session, self.opened.token, entry, now=self.now)

    def submit(self) -> Submitted:
        return checklists.submit(
            self.session, self.actor, self.opened.run_id, signature=INK, last_seq=self.seq,
            now=self.now,
        )  # fmt: skip


def test_another_problem_noticed_beside_the_list_is_followed_up_too(
    session: Session, hall: Cast
) -> None:
    drill = held(session, hall)
    sheet = Sheet(session, hall.officer, drill)
    for code in sheet.items:
        sheet.say(code, "5")
    sheet.say(None, "F", client_key="other-0001", what="集合点停了车", category="exits",
              level="moderate", disposal="hazard")  # fmt: skip
    (number,) = sheet.submit().hazards
    (problem,) = evaluation.open_problems(session, hall.site_id, drill.code)
    assert (problem.what, problem.reference, problem.item_code) == ("集合点停了车", number, "")


def test_nothing_in_a_point_that_decides_puts_it_last_and_says_why(
    session: Session, hall: Cast
) -> None:
    drill = held(session, hall)
    said = {"G09": {"value": "0", "note": "一人遗漏", "disposal": "hazard"}}
    done = evaluate(session, hall.officer, drill, said)
    assert done.receipt and done.receipt.lines[0] == ("结果", "95 % · 差")
    assert done.receipt.notices[0] == "G09 为 0 分，等级定为差。"
    assert drill.grade == Grade.POOR


def test_a_drill_that_went_badly_has_each_of_its_plans_revised(
    session: Session, hall: Cast
) -> None:
    drill = held(session, hall)
    plan_id = with_plan(session, hall, drill)
    said = {"G09": {"value": "0", "note": "一人遗漏", "disposal": "hazard"}}
    evaluate(session, hall.officer, drill, said)
    task = next(
        one
        for one in evaluation.open_problems(session, hall.site_id, drill.code)
        if one.kind is ProblemKind.REVISION
    )
    assert (task.what, task.due_on) == ("演练效果差，修订预案", TODAY + timedelta(days=30))
    (asked,) = plans.open_revisions(session, hall.site_id, f"drills:{drill.code}/")
    assert (asked.plan_id, asked.owner_id) == (plan_id, drill.owner_id)
    assert asked.why == f"演练 {drill.code} 等级为“差”：根据演练暴露的问题修订预案。"
    evaluate(session, hall.officer, drill, said, now=NOW + MINUTE)
    assert len(plans.open_revisions(session, hall.site_id, "drills:")) == 1


def test_every_problem_has_somebody_who_answers_for_it_and_a_day(
    session: Session, hall: Cast
) -> None:
    drill = held(session, hall)
    evaluate(session, hall.officer, drill, {"G08": BROADCAST})
    (problem,) = evaluation.open_problems(session, hall.site_id, drill.code)
    assert problem.owner == "陈静（待交办）" and problem.due_on is not None


def test_a_drill_that_went_well_asks_for_no_new_plan(session: Session, hall: Cast) -> None:
    drill = held(session, hall)
    with_plan(session, hall, drill)
    evaluate(session, hall.officer, drill, {"G08": BROADCAST})
    assert plans.open_revisions(session, hall.site_id, "drills:") == []


def test_a_sheet_on_which_nothing_applies_evaluates_nothing(session: Session, hall: Cast) -> None:
    drill = held(session, hall)
    left_out = {f"G{n:02}": {"value": "N", "reason": "not_played"} for n in range(1, 21)}
    with pytest.raises(NothingRated):
        evaluate(session, hall.officer, drill, left_out)


def test_after_a_mistake_it_is_evaluated_anew_and_both_are_kept(
    session: Session, hall: Cast
) -> None:
    drill = held(session, hall)
    evaluate(session, hall.officer, drill, {"G08": BROADCAST})
    first = drill.run_id
    done = evaluate(session, hall.manager, drill, {}, now=NOW + MINUTE)
    found = evaluation.result(session, hall.site_id, drill.code)
    assert found and (found.percent, found.by, found.earlier) == (100, "陈静", 1)
    assert drill.run_id == found.run_id != first
    (old,) = evaluation.earlier(session, hall.site_id, drill.code)
    assert (old.run_id, old.items[7].points) == (first, 2)
    (left,) = evaluation.open_problems(session, hall.site_id, drill.code)
    assert done.receipt and left.reference in done.receipt.notices[0]


def test_the_same_problem_found_again_is_one_problem(session: Session, hall: Cast) -> None:
    drill = held(session, hall)
    with_plan(session, hall, drill)
    said = {
        "G08": BROADCAST,
        "G20": {"value": "1", "note": "写明轮椅引导", "disposal": "task"},
    }
    evaluate(session, hall.officer, drill, said)
    again = {**said, "G08": {**BROADCAST, "disposal": "sighting"}}
    evaluate(session, hall.officer, drill, again, now=NOW + MINUTE)
    rows = session.scalars(select(Problem.number).where(Problem.drill_id == drill.id)).all()
    assert sorted(rows) == [1, 2]


def test_it_is_compared_with_the_last_drill_of_the_same_plan_point_by_point(
    session: Session, hall: Cast
) -> None:
    old = held(session, hall, title="上半年演练", now=NOW - timedelta(days=180))
    plan_id = with_plan(session, hall, old)
    old.held_on = TODAY - timedelta(days=180)
    evaluate(session, hall.officer, old, {
        "G08": BROADCAST, "G10": {"value": "3"}, "G14": {"value": "N", "reason": "not_played"},
    })  # fmt: skip
    stranger = held(session, hall, title="另一预案", now=NOW - timedelta(days=90))
    evaluate(session, hall.officer, stranger, {"G08": BROADCAST})
    new = held(session, hall, title="下半年演练")
    session.add(DrillPlan(drill_id=new.id, plan_id=plan_id))
    session.flush()
    done = evaluate(session, hall.officer, new, {"G10": {"value": "3"}})
    found = evaluation.result(session, hall.site_id, new.code)
    assert found and found.last
    assert (found.last.code, found.last.outcome.score, found.last.outcome.out_of) == (
        old.code, 90, 95,
    )  # fmt: skip
    changes = {one.said.code: (one.before, one.change) for one in found.items}
    assert (changes["G08"], changes["G10"], changes["G14"]) == ((2, 3), (3, 0), (None, None))
    assert done.receipt and done.receipt.lines[-1] == ("上次", "94 % · 优")
    facts = checklists.inspection_sheet(session, hall.officer, f"drills:{new.code}", NOW)
    assert facts["previous"] == f"本预案上次演练：{old.code}，2026年5月27日，94 % · 优"


def test_a_tabletop_drill_has_the_shorter_form(session: Session, hall: Cast) -> None:
    drill = held(session, hall, form=Form.TABLETOP)
    facts = checklists.inspection_sheet(session, hall.officer, f"drills:{drill.code}", NOW)
    codes = [one["code"] for one in facts["tabs"][0]["items"]]
    assert len(codes) == 15 and not {"G02", "G04", "G08", "G10", "G11"} & set(codes)


def test_who_may_evaluate_and_when(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall, evaluator_ids=(hall.second_staff.user_id,))
    key = drill.code
    assert refusal(session, hall.officer, key) == f"{key} 现为“已安排”，举行后才能评估。"
    with pytest.raises(StepNotPossible):
        checklists.open_inspection(session, hall.officer, f"drills:{key}", now=NOW)
    attended(session, brought_to(session, drill, Status.HELD))
    for person in (hall.officer, hall.manager, hall.second_staff):
        assert refusal(session, person, key) == ""
    assert "评估人" in refusal(session, hall.staff, key)
    for stranger in (hall.staff, hall.other_lead):
        with pytest.raises(NotAllowed):
            checklists.open_inspection(session, stranger, f"drills:{key}", now=NOW)
    with pytest.raises(NotFound):
        refusal(session, hall.foreign_manager, key)
    with pytest.raises(NotFound):
        refusal(session, hall.officer, "YL-2026-99")


def test_nobody_evaluates_what_they_commanded(session: Session, hall: Cast) -> None:
    drill = held(session, hall, commander_id=hall.manager.user_id)
    assert refusal(session, hall.manager, drill.code) == CommanderJudges().message()
    with pytest.raises(CommanderJudges):
        checklists.open_inspection(session, hall.manager, f"drills:{drill.code}", now=NOW)
    assert refusal(session, hall.officer, drill.code) == ""


def test_a_closed_drill_keeps_its_evaluation(session: Session, hall: Cast) -> None:
    drill = held(session, hall)
    evaluate(session, hall.officer, drill, {})
    assert drill.status == Status.EVALUATED
    sheet = Sheet(session, hall.officer, drill, NOW + MINUTE)
    take(session, hall.manager, drill, Step.CLOSE, now=NOW + MINUTE)
    assert "已办结" in refusal(session, hall.officer, drill.code)
    for code in sheet.items:
        sheet.say(code, "1", note="x", disposal="hazard")
    with pytest.raises(StepNotPossible):
        sheet.submit()


def test_what_was_found_on_a_sheet_that_nobody_signed_is_followed_up(
    session: Session, hall: Cast
) -> None:
    drill = held(session, hall)
    with_plan(session, hall, drill)
    sheet = Sheet(session, hall.officer, drill)
    sheet.say("G08", "1", note="听不清", disposal="hazard")
    sheet.say("G20", "1", note="写明轮椅引导", disposal="task")
    assert flows.sweep_inspections(session, NOW + timedelta(days=OPEN_DAYS)) == 1
    found = evaluation.open_problems(session, hall.site_id, drill.code)
    assert [one.item_code for one in found] == ["G08", "G20"]
    assert evaluation.result(session, hall.site_id, drill.code) is None
    assert drill.status == Status.HELD


def test_times_and_counts_stand_beside_their_points(session: Session, hall: Cast) -> None:
    drill = held(session, hall)
    assert evidence(session, drill, TODAY)["G02"] == ("没有事先告知的记录", False)
    seconds = {"alarm": 60, "announcement": 121, "hall_empty": 160}
    for row in session.scalars(select(Milestone).where(Milestone.drill_id == drill.id)):
        if row.code in seconds:
            row.stamped_at = NOW + timedelta(seconds=seconds[row.code])
    session.add_all(
        Attendance(site_id=hall.site_id, drill_id=drill.id, user_id=who.user_id, is_present=there)
        for who, there in ((hall.staff, True), (hall.lead, True), (hall.second_staff, False))
    )
    session.flush()
    known = evidence(session, drill, TODAY)
    assert known["G04"] == ("发现并报警：实际 1 分钟，目标 1 分钟", True)
    assert known["G08"] == ("疏散广播：实际 2 分 1 秒，目标 2 分钟", False)
    assert known["G10"] == ("大厅人员疏散完毕：实际 2 分 40 秒，目标 3 分钟", True)
    text, good = known["G11"]
    assert text.startswith("应到 3 人，实到 2 人") and not good
    assert known["G19"] == ("讲评尚未记录，11月30日前完成", True)
    assert evidence(session, drill, TODAY + timedelta(days=7))["G19"][1]
    assert not evidence(session, drill, TODAY + timedelta(days=8))["G19"][1]
    facts = checklists.inspection_sheet(session, hall.officer, f"drills:{drill.code}", NOW)
    beside = {one["code"]: one["beside"] for one in facts["tabs"][0]["items"]}
    assert beside["G08"] == {"text": known["G08"][0], "good": False}
    assert beside["G03"] == {"text": "", "good": True}
    with use_language("en"):
        assert evidence(session, drill, TODAY)["G10"][0] == "Hall empty: 2 min 40 s, target 3 min"


def test_what_was_entered_from_paper_misses_no_times(session: Session, hall: Cast) -> None:
    drill = held(session, hall)
    assert "G04" in evidence(session, drill, TODAY)
    drill.is_by_hand = True
    assert "G04" not in evidence(session, drill, TODAY)


def test_hazards_are_open_while_they_are_not_closed(session: Session, hall: Cast) -> None:
    drill = held(session, hall)
    evaluate(session, hall.officer, drill, {"G08": BROADCAST})
    (hazard,) = of_drill(session, drill)
    for status in HazardStatus:
        hazard.status = status
        session.flush()
        is_open = status not in (HazardStatus.CLOSED, HazardStatus.VOIDED)
        assert bool(evaluation.open_problems(session, hall.site_id, drill.code)) == is_open
