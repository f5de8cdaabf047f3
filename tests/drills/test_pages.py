"""Drills on the screen: the menu page, one drill and its steps, the year's plan, the rules."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from drills import service
from drills.models import Drill, DrillStep, How, Status, Step
from drills.service import attending, problems, settings
from hazards import service as hazards
from hazards.service import Level
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.db import Database
from safety_app.workplace import service as workplace
from tests.cast import NOW, TODAY, Cast
from tests.dialects import sqlite_only
from tests.drills.cases import make_drill
from tests.drills.clocks import held, tablet
from tests.drills.plans.documents import make_plan
from tests.screens import open_page, text_of

pytestmark = sqlite_only
AFTER = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AFTER)


def said(page: Any) -> str:
    return "\n".join(text_of(page))


def first(database: Database) -> Drill:
    with database.reading() as session:
        return session.scalars(select(Drill).order_by(Drill.id)).first()  # type: ignore[return-value]


def steps(database: Database) -> list[Step]:
    with database.reading() as session:
        return [one.step for one in session.scalars(select(DrillStep).order_by(DrillStep.id))]


def press(page: Any, name: str) -> Any:
    """Press the button of a form."""
    (button,) = [one for one in page.button if one.key and one.key.endswith(name)]
    return button.click().run()


def field(page: Any, kind: str, name: str) -> Any:
    """A field of a form by the end of its key."""
    (found,) = [one for one in getattr(page, kind) if one.key and one.key.endswith(name)]
    return found


def test_without_any_drill_the_page_says_what_is_due_and_how_to_begin(
    database: Database, hall: Cast
) -> None:
    words = said(open_page(hall.manager, "drills"))
    assert "未列入计划" in words and "安排年度演练" in words
    assert "还没有演练记录" in words and "补录以往演练" in words
    staff = said(open_page(hall.staff, "drills"))
    assert "安排年度演练" not in staff and "补录以往演练" not in staff


def test_the_most_pressing_step_stands_first(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        held(session, hall, make_drill(session, hall))
        make_drill(session, hall, title="后一次演练", on=TODAY + timedelta(days=30))
    words = said(open_page(hall.manager, "drills"))
    assert words.index("待评估") < words.index("后一次演练")
    assert "开始评估" in words


@pytest.mark.parametrize(
    ("who", "shown"), [("manager", True), ("lead", True), ("staff", False), ("third_party", False)]
)
def test_only_who_plans_is_offered_to(
    database: Database, hall: Cast, who: str, shown: bool
) -> None:
    page = open_page(getattr(hall, who), "drills")
    assert ("安排演练" in said(page)) is shown


def test_a_drill_that_does_not_exist_says_so(database: Database, hall: Cast) -> None:
    for code in ("YL-2026-77", "' or 1=1"):
        assert "未找到演练" in said(open_page(hall.manager, "drills", drill=code))


def test_a_drill_is_planned_by_the_form(database: Database, hall: Cast) -> None:
    page = open_page(hall.officer, "drills", do="new")
    field(page, "text_input", ".title").set_value("一楼疏散演练")
    page = press(page, ".submit")
    assert "请先选择日期" in said(page)
    field(page, "date_input", ".on").set_value(TODAY + timedelta(days=5))
    field(page, "text_input", ".time").set_value("17点30")
    page = press(page, ".submit")
    assert not page.exception
    drill = first(database)
    assert (drill.title, drill.planned_on) == ("一楼疏散演练", TODAY + timedelta(days=5))
    assert f"{drill.planned_time:%H:%M}" == "17:30" and drill.owner_id == hall.officer.user_id
    assert "演练已列入计划" in said(page)


def test_a_lead_plans_for_the_own_windows_alone(database: Database, hall: Cast) -> None:
    page = open_page(hall.lead, "drills", do="new")
    scope = field(page, "selectbox", ".scope")
    assert scope.options == ["A01 综合窗口", "A02 社保窗口"]
    assert "演练由安全员或管理人员安排" in said(open_page(hall.staff, "drills", do="new"))


def test_another_form_proposes_its_own_milestones(database: Database, hall: Cast) -> None:
    page = open_page(hall.officer, "drills", do="new")
    field(page, "selectbox", ".topic").set_value("outage")
    page.run()
    assert "启用手工受理" in [one.value for one in page.text_input]


def opened(database: Database, hall: Cast, who: Actor, do: str, **changes: Any) -> Any:
    """The form of a step of one drill."""
    with database.transaction() as session:
        drill = make_drill(session, hall, **changes)
    return open_page(who, "drills", drill=drill.code, do=do)


def test_people_are_told_with_words_that_are_ready(database: Database, hall: Cast) -> None:
    page = opened(database, hall, hall.officer, "notify")
    text = field(page, "text_area", ".text").value
    assert "2026年11月23日" in text and "北广场" in text
    press(page, ".submit")
    assert steps(database) == [Step.PLAN, Step.NOTIFY]


def test_the_day_is_put_off_with_a_reason(database: Database, hall: Cast) -> None:
    page = opened(database, hall, hall.officer, "reschedule")
    field(page, "date_input", ".on").set_value(TODAY + timedelta(days=7))
    page = press(page, ".submit")
    assert "请填写原因" in said(page) and first(database).planned_on == TODAY
    field(page, "text_input", ".reason").set_value("暴雨")
    press(page, ".submit")
    assert first(database).planned_on == TODAY + timedelta(days=7)


def test_cancelling_asks_first_and_keeps_the_reason(database: Database, hall: Cast) -> None:
    page = opened(database, hall, hall.manager, "cancel")
    assert "取消此次演练？" in said(page) and "仍保留在列表中" in said(page)
    field(page, "text_input", ".reason").set_value("大厅装修")
    page = press(page, ".submit")
    assert first(database).status == Status.CANCELLED and "大厅装修" in said(page)


def test_a_step_that_is_not_possible_shows_the_drill_instead(
    database: Database, hall: Cast
) -> None:
    assert "情景和目标" in said(opened(database, hall, hall.staff, "cancel"))
    assert "情景和目标" in said(opened(database, hall, hall.manager, "close"))


def test_a_drill_is_entered_from_paper(database: Database, hall: Cast) -> None:
    page = opened(database, hall, hall.lead, "enter")
    field(page, "text_input", ".start").set_value("8:30")
    field(page, "text_input", ".end").set_value("8时50分")
    present = field(page, "multiselect", ".present")
    assert len(present.value) == 6
    names = [one.label for one in page.text_input if (one.key or "").rpartition(".m")[2].isdigit()]
    assert names[:3] == ["发现并报警", "拨打 119", "疏散广播"]
    present.set_value([one for one in present.value if one != hall.staff.user_id])
    page = press(page, ".submit")
    drill = first(database)
    assert (drill.status, drill.is_by_hand) == (Status.HELD, True), said(page)
    with database.reading() as session:
        found = attending.counts(session, drill.id)
    assert (found.present, found.expected, found.unknown) == (5, 6, 0)


@pytest.mark.parametrize("is_stopped", [True, False])
def test_a_clock_forgotten_for_days_is_given_its_end_by_hand(
    database: Database, hall: Cast, monkeypatch: pytest.MonkeyPatch, is_stopped: bool
) -> None:
    with database.transaction() as session:
        drill = make_drill(session, hall)
        here = tablet(session, drill, hall.lead)
        here.start()
        here.sign(hall.staff)
        if is_stopped:
            here.stop(2 * 24 * 3600)
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=3))
    page = open_page(hall.lead, "drills", drill=drill.code, do="finish")
    assert "计时超过一天" in said(page)
    assert field(page, "date_input", ".day").value == TODAY
    field(page, "text_input", ".end").set_value("9:34")
    page = press(page, ".submit")
    found = first(database)
    assert (found.status, found.ended_at) == (Status.HELD, NOW + timedelta(minutes=30)), said(page)


def test_a_time_that_is_none_is_refused_in_words(database: Database, hall: Cast) -> None:
    page = opened(database, hall, hall.lead, "enter")
    field(page, "text_input", ".start").set_value("25:00")
    field(page, "text_input", ".end").set_value("傍晚")
    page = press(page, ".submit")
    assert "“25:00”不是有效时间" in said(page)
    assert first(database).status == Status.PLANNED


def test_the_record_is_completed_and_the_attendance_corrected(
    database: Database, hall: Cast
) -> None:
    with database.transaction() as session:
        drill = held(session, hall, make_drill(session, hall))
    page = open_page(hall.lead, "drills", drill=drill.code, do="record")
    field(page, "text_area", ".debrief").set_value("总体良好")
    press(page, ".submit")
    assert first(database).debrief == "总体良好"
    page = open_page(hall.lead, "drills", drill=drill.code, do="attendance")
    present = field(page, "multiselect", ".present")
    present.set_value([*present.value, hall.other_staff.user_id])
    press(page, ".submit")
    with database.reading() as session:
        assert attending.counts(session, drill.id).present == 3


def test_a_name_taken_out_of_a_list_is_not_known_and_none_is_in_both(
    database: Database, hall: Cast
) -> None:
    with database.transaction() as session:
        drill = held(session, hall, make_drill(session, hall))
        marks = {hall.second_staff.user_id: True, hall.other_staff.user_id: False}
        attending.tick(session, hall.lead, drill.id, marks, now=NOW)
    page = open_page(hall.lead, "drills", drill=drill.code, do="attendance")
    present, absent = (field(page, "multiselect", name) for name in (".present", ".absent"))
    absent.set_value([hall.second_staff.user_id])
    page = press(page, ".submit")
    assert "同时在两个名单中" in said(page)
    present, absent = (field(page, "multiselect", name) for name in (".present", ".absent"))
    present.set_value([one for one in present.value if one != hall.second_staff.user_id])
    absent.set_value([])
    page = press(page, ".submit")
    assert "签到已保存" in said(page)
    with database.reading() as session:
        rows = {row.user_id: row.is_present for row in attending.rows_of(session, drill.id)}
    assert rows[hall.second_staff.user_id] is rows[hall.other_staff.user_id] is None
    page = open_page(hall.lead, "drills", drill=drill.code, do="attendance")
    present = field(page, "multiselect", ".present")
    present.set_value([hall.lead.user_id])
    assert "王晓燕已签到" in said(press(page, ".submit"))


def test_whoever_signs_while_the_list_is_corrected_stays(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        drill = held(session, hall, make_drill(session, hall))
    page = open_page(hall.lead, "drills", drill=drill.code, do="attendance")
    with database.transaction() as session:
        attending.set_presence(
            session, session.get_one(Drill, drill.id), hall.second_staff.user_id,
            is_present=True, how=How.TICKED, at=NOW, by=hall.lead.user_id,
        )  # fmt: skip
    present = field(page, "multiselect", ".present")
    present.set_value([*present.value, hall.other_staff.user_id])
    press(page, ".submit")
    with database.reading() as session:
        assert attending.counts(session, drill.id).present == 4


@pytest.mark.parametrize(
    ("status", "shown"),
    [(Status.UNDER_WAY, False), (Status.HELD, True), (Status.CANCELLED, False)],
)
def test_a_record_is_printed_once_there_is_one(
    database: Database, hall: Cast, status: Status, shown: bool
) -> None:
    with database.transaction() as session:
        drill = make_drill(session, hall)
        tablet(session, drill, hall.lead).start()
        if status == Status.CANCELLED:
            service.cancel(session, hall.manager, drill.id, reason="火警", now=AFTER)
        if status == Status.HELD:
            service.take(session, None, drill, Step.FINISH, now=AFTER)
    page = open_page(hall.manager, "drills", drill=drill.code)
    assert ("打印记录" in said(page)) is shown


def test_a_problem_becomes_a_hazard_or_a_task_of_the_plan(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        plan = make_plan(session, hall)
        drill = held(session, hall, make_drill(session, hall, plan_ids=(plan.id,)))
    page = open_page(hall.officer, "drills", drill=drill.code, do="problem")
    field(page, "text_input", ".what").set_value("广播听不清")
    field(page, "selectbox", ".owner").set_value(hall.staff.user_id)
    field(page, "text_area", ".measures").set_value("增设扬声器")
    page = press(page, ".submit")
    words = said(page)
    assert "问题已登记为整改" in words and "责任人：王晓燕" in words and "HZ-2026-0001" in words
    page = open_page(hall.officer, "drills", drill=drill.code, do="problem")
    field(page, "segmented_control", ".kind").set_value("revision").run()
    field(page, "text_input", ".what").set_value("增加引导岗位")
    page = press(page, ".submit")
    assert "预案修订任务已登记" in said(page) and "待修订" in said(page)


def test_a_drill_with_open_problems_cannot_be_closed_and_says_which(
    database: Database, hall: Cast
) -> None:
    with database.transaction() as session:
        drill = held(session, hall, make_drill(session, hall))
        service.take(session, None, drill, Step.EVALUATE, now=NOW)
        drill.debrief = "良好"
        problem = problems.add_hazard(
            session, hall.officer, drill.id, what="广播听不清", level=Level.MINOR, now=NOW
        )
    page = open_page(hall.manager, "drills", drill=drill.code, do="close")
    assert "还有 1 个问题未整改完成" in said(page)
    page = press(page, ".submit")
    assert "HZ-2026-0001" in said(page) and first(database).status == Status.EVALUATED
    with database.transaction() as session:
        hazards.void(
            session, hall.manager, problem.hazard_id or 0, reason="误记", row_version=None, now=NOW
        )
    page = press(open_page(hall.manager, "drills", drill=drill.code, do="close"), ".submit")
    assert first(database).status == Status.CLOSED and "演练已办结" in said(page)


def test_the_proposal_of_a_year_is_accepted(database: Database, hall: Cast) -> None:
    page = open_page(hall.manager, "drill-year")
    assert "建议安排的演练" in said(page) and "公安部令第61号第四十条" in said(page)
    field(page, "date_input", ".day").set_value(date(2026, 12, 4))
    page = press(page, ".accept")
    drill = first(database)
    assert (drill.planned_on, drill.owner_id) == (date(2026, 12, 4), hall.manager.user_id)
    assert "建议安排的演练" not in said(page)


def test_nothing_is_put_on_the_plan_unchecked(database: Database, hall: Cast) -> None:
    page = open_page(hall.manager, "drill-year", year="2027")
    for box in page.checkbox:
        box.set_value(False)
    page = press(page.run(), ".accept")
    assert "请至少选择一项演练" in said(page) and not steps(database)


def test_a_lead_sees_the_plan_and_plans_for_no_hall(database: Database, hall: Cast) -> None:
    words = said(open_page(hall.lead, "drill-year", year="2027"))
    assert "由安全员安排" in words and "建议安排的演练" not in words


def test_the_year_is_shown_as_it_stood_on_a_day(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        workplace.site(session, hall.site_id).counts_from = date(2026, 1, 1)
    words = said(open_page(hall.manager, "drill-year", day="2026-08-03"))
    assert "截至2026年8月3日未完成的事项" in words
    assert "未按期演练" in words and "2026年上半年" in words
    assert "建议安排的演练" not in words


def test_the_rhythm_shows_law_and_choice_and_asks_for_a_basis(
    database: Database, hall: Cast
) -> None:
    page = open_page(hall.officer, "drill-rules")
    words = said(page)
    assert words.index("灭火和应急疏散预案每年至少演练一次") < words.index("本大厅的选择")
    field(page, "checkbox", "hall_half_yearly").set_value(False)
    page = press(page, ".submit")
    assert "请填写原因" in said(page)
    field(page, "text_input", ".because").set_value("会议纪要 8 号")
    press(page, ".submit")
    with database.reading() as session:
        assert settings.choices_of(session, hall.site_id).changes == {"hall_half_yearly": False}


def test_today_names_a_drill_to_who_takes_part(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        make_drill(session, hall)
    for who in (hall.staff, hall.manager, hall.lead):
        assert "今天举行" in said(open_page(who, "")), who.name


def test_today_names_what_is_to_be_evaluated_to_who_sees_to_it(
    database: Database, hall: Cast
) -> None:
    with database.transaction() as session:
        held(session, hall, make_drill(session, hall))
    assert "待评估" in said(open_page(hall.manager, ""))
    assert "待评估" not in said(open_page(hall.staff, ""))


def test_today_is_silent_when_nothing_is_to_be_done(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        make_drill(session, hall, on=TODAY + timedelta(days=20))
    assert "演练" not in said(open_page(hall.manager, "")).replace("预案与演练", "")


@pytest.mark.parametrize(("day", "word"), [(12, "未列入计划"), (30, "逾期未演练")])
def test_today_names_a_half_year_that_ends_undrilled(
    database: Database, hall: Cast, monkeypatch: pytest.MonkeyPatch, day: int, word: str
) -> None:
    with database.transaction() as session:
        last = workplace.previous_open_day(session, hall.site_id, date(2028, 12, 31))
    assert last == date(2028, 12, 29)
    monkeypatch.setattr(clock, "now", lambda: NOW.replace(year=2028, month=11, day=day))
    assert word not in said(open_page(hall.manager, ""))
    monkeypatch.setattr(clock, "now", lambda: NOW.replace(year=2028, month=12, day=day))
    assert word in said(open_page(hall.manager, ""))
    assert word not in said(open_page(hall.staff, ""))
