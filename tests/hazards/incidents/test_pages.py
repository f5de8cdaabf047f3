"""Incidents as each person sees them: report, list, one case with its parts and forms."""

from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from hazards.incidents.models import (
    Answer,
    Authority,
    Cause,
    Draft,
    Figures,
    Incident,
    IncidentPerson,
    Kind,
    Moment,
    Notification,
    Part,
    SceneMark,
    Status,
    Way,
)
from hazards.incidents.service import notifying, people, reporting
from hazards.incidents.service.figures import Numbers, count, decide, end_periods
from hazards.incidents.service.settings import rules_of
from hazards.models import Hazard
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.db import Database, reading, transaction
from tests.cast import NOW, Cast
from tests.dialects import sqlite_only
from tests.hazards.incidents.cases import ONE_DEAD, explain, fulfil, make_incident, tell_both
from tests.screens import open_page, text_of

pytestmark = sqlite_only


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def make(hall: Cast, status: Status = Status.REPORTED, **facts: Any) -> Incident:
    """An incident in the database for good."""
    with transaction() as session:
        return make_incident(session, hall, status, **facts)


def one(actor: Actor, incident: Incident, **query: str) -> AppTest:
    """The page of an incident."""
    page = open_page(actor, "incidents", no=incident.number, **query)
    assert not page.exception
    return page


def says(page: AppTest, words: str) -> bool:
    """Whether these words stand somewhere on the page."""
    return any(words in text for text in text_of(page))


def field(page: AppTest, ending: str) -> Any:
    """The field whose key ends so."""
    kinds = ("text_input", "text_area", "number_input", "selectbox", "multiselect", "button_group",
             "date_input", "time_input", "checkbox")  # fmt: skip
    found = [one for kind in kinds for one in getattr(page, kind)]
    return next(one for one in found if str(one.key).endswith(ending))


def press(page: AppTest, ending: str) -> AppTest:
    """Press the button whose key ends so."""
    page = next(one for one in page.button if str(one.key).endswith(ending)).click().run()
    assert not page.exception
    return page


def filled(page: AppTest) -> list[str]:
    """The words of the filled buttons."""
    return [one.label for one in page.button if one.proto.type == "primary"]


# reporting


def test_kind_and_place_are_enough(database: Database, hall: Cast) -> None:
    page = open_page(hall.staff, "report-incident")
    field(page, ".kind").set_value(str(Kind.NEAR_MISS)).run()
    page = press(page, "incident.submit")
    assert says(page, "SG-2026-0001 已报告") and says(page, "不追究责任")
    with reading() as session:
        found = session.scalars(select(Incident)).one()
    assert (found.kind, found.window_id, found.reported_by) == (
        Kind.NEAR_MISS, hall.a01, hall.staff.user_id,
    )  # fmt: skip


def test_who_is_hurt_is_asked_and_starts_the_hour(database: Database, hall: Cast) -> None:
    page = open_page(hall.staff, "report-incident")
    field(page, ".kind").set_value(str(Kind.INJURY)).run()
    field(page, ".hurt").set_value("somebody").run()
    field(page, ".serious").set_value(1).run()
    page = press(page, "incident.submit")
    assert says(page, "距离上报时限还剩 1 小时")
    with reading() as session:
        assert session.scalars(select(Figures)).one().serious == 1


def test_without_a_kind_or_a_place_it_says_what_to_do_and_nothing_is_lost(
    database: Database, hall: Cast
) -> None:
    page = open_page(hall.manager, "report-incident")
    field(page, ".what").input("冒烟").run()
    page = press(page, "incident.submit")
    assert says(page, "请先点选发生了什么")
    field(page, ".kind").set_value(str(Kind.FIRE)).run()
    page = press(page, "incident.submit")
    assert says(page, "请说明发生地点")
    assert field(page, ".what").value == "冒烟"
    with reading() as session:
        assert session.scalars(select(Incident)).all() == []


def test_an_incident_dated_tomorrow_is_refused_in_a_sentence(
    database: Database, hall: Cast
) -> None:
    page = open_page(hall.staff, "report-incident")
    field(page, ".kind").set_value(str(Kind.FIRE)).run()
    field(page, ".when").set_value("earlier").run()
    tomorrow = NOW.date() + timedelta(days=1)
    field(page, ".day").set_value(tomorrow).run()
    page = press(page, "incident.submit")
    assert says(page, "还没有到。请核对日期和时间")


def test_what_is_typed_is_there_after_a_reload_for_its_author_alone(
    database: Database, hall: Cast
) -> None:
    page = open_page(hall.staff, "report-incident")
    field(page, ".kind").set_value(str(Kind.FIRE)).run()
    field(page, ".what").input("打印机冒烟").run()
    field(page, ".hurt").set_value("somebody").run()
    field(page, ".minor").set_value(2).run()
    field(page, ".when").set_value("earlier").run()
    field(page, ".time").set_value(time(8, 30)).run()
    other = open_page(hall.second_staff, "report-incident")
    assert field(other, ".what").value == ""
    again = open_page(hall.staff, "report-incident")
    assert not again.exception
    assert field(again, ".kind").value == str(Kind.FIRE)
    assert field(again, ".what").value == "打印机冒烟"
    assert field(again, ".minor").value == 2
    assert field(again, ".time").value == time(8, 30)
    page = press(again, "incident.submit")
    assert says(page, "SG-2026-0001")
    with reading() as session:
        assert session.scalars(select(Draft)).all() == []


# the list


def test_the_empty_list_says_what_to_do(database: Database, hall: Cast) -> None:
    page = open_page(hall.staff, "incidents")
    assert not page.exception and says(page, "还没有事故险情记录") and says(page, "报告事故险情")


def test_the_list_shows_what_is_in_sight(database: Database, hall: Cast) -> None:
    mine = make(hall)
    other = make(hall, by=hall.other_staff, window_id=hall.a03, what="系统故障")
    for actor, seen in (
        (hall.officer, {mine, other}), (hall.staff, {mine}), (hall.other_lead, {other}),
    ):  # fmt: skip
        page = open_page(actor, "incidents", view="all")
        assert {one.number for one in (mine, other) if says(page, one.number)} == {
            one.number for one in seen
        }


def test_the_list_is_searched_and_narrowed(database: Database, hall: Cast) -> None:
    first, second = make(hall), make(hall, kind=Kind.NEAR_MISS, what="吊牌脱钩")
    page = open_page(hall.officer, "incidents", view="all")
    field(page, "incident.text").input("吊牌").run()
    assert says(page, second.number) and not says(page, first.number)
    field(page, "incident.text").input("综合窗口").run()
    assert says(page, second.number) and says(page, first.number), "places are found by name"
    field(page, "incident.of_kind").set_value(str(Kind.NEAR_MISS)).run()
    assert says(page, second.number) and not says(page, first.number)
    field(page, "incident.text").input("没有这种事").run()
    assert says(page, "没有符合条件的事故险情")


@pytest.mark.parametrize("wrong", ["SG-2026-9999", "x'--", "’", "0"])
def test_a_case_that_is_not_there_is_explained(database: Database, hall: Cast, wrong: str) -> None:
    page = open_page(hall.manager, "incidents", no=wrong)
    assert not page.exception and says(page, "没有找到这起事故")


# one case


def test_the_hour_is_shown_by_the_servers_clock(
    database: Database, hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = make(hall, numbers=ONE_DEAD)
    page = one(hall.officer, found)
    assert says(page, "距离上报时限还剩 1 小时") and filled(page) == ["登记上报"]
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=61))
    assert says(one(hall.officer, found), "已超时 1 分钟，尚未上报")
    with transaction() as session:
        at = NOW + timedelta(minutes=61)
        tell_both(session, hall, found, told_at=at, now=at)
    assert says(one(hall.officer, found), "迟报 1 分钟")


def test_the_report_to_the_authorities_is_ready_and_names_what_is_missing(
    database: Database, hall: Cast
) -> None:
    found = make(hall, numbers=Numbers(deaths=1))
    page = one(hall.officer, found, part="authorities")
    for words in (
        "事故快报（首报）", "1. 事故发生单位概况", "清河县政务服务中心", "死亡 1 人",
        "6. 其他应当报告的情况", "初步估计的直接经济损失、已采取的措施",
    ):  # fmt: skip
        assert says(page, words), words
    english = open_page(
        hall.officer, "incidents", language="en", no=found.number, part="authorities"
    )
    assert says(english, "In Chinese, as the authority reads it.") and says(english, "事故快报")


def test_telling_an_authority_is_recorded(database: Database, hall: Cast) -> None:
    found = make(hall, numbers=ONE_DEAD)
    page = one(hall.officer, found, do="notify")
    field(page, ".name").input("清河县应急管理局").run()
    field(page, ".reference").input("YJ-0012").run()
    page = press(page, ".go")
    with reading() as session:
        row = session.scalars(select(Notification)).one()
    assert (row.authority, row.name, row.reference) == (
        "emergency", "清河县应急管理局", "YJ-0012",
    )  # fmt: skip
    assert row.text.startswith("事故快报（首报）")
    page = one(hall.officer, found, part="authorities")
    assert says(page, "清河县应急管理局") and says(page, "尚未上报：行业主管部门")


def test_new_figures_change_the_level_on_the_page(database: Database, hall: Cast) -> None:
    found = make(hall)
    page = one(hall.officer, found, do="count")
    field(page, ".serious").set_value(10).run()
    page = press(page, ".go")
    assert says(page, "较大事故") and says(page, "设区的市级人民政府")


def test_a_manager_decides_about_an_illness(database: Database, hall: Cast) -> None:
    found = make(hall, kind=Kind.ILLNESS, numbers=ONE_DEAD)
    page = one(hall.manager, found, do="decide")
    field(page, ".what").set_value("none").run()
    field(page, ".reason").input("自身疾病，医院证明").run()
    press(page, ".go")
    assert says(one(hall.manager, found), "非生产安全事故")
    assert not any("认定" in button.label for button in one(hall.officer, found).button)


def test_facts_are_completed_and_the_moment_stays_as_it_was(database: Database, hall: Cast) -> None:
    found = make(hall)
    page = one(hall.staff, found, do="amend")
    field(page, ".course").input("取号时滑倒").run()
    page = press(page, ".go")
    with reading() as session:
        now = session.get_one(Incident, found.id)
    assert (now.course, now.occurred_at) == ("取号时滑倒", found.occurred_at)


def test_the_scene_is_ticked_by_who_reported_it(database: Database, hall: Cast) -> None:
    found = make(hall)
    page = one(hall.staff, found, part="scene")
    field(page, "scene.cordon.False").check().run()
    assert not page.exception and says(page, "处于保护状态")
    with reading() as session:
        mark = session.scalars(select(SceneMark)).one()
    assert (mark.code, mark.by) == ("cordon", hall.staff.user_id)


def test_it_is_investigated_by_the_forms(database: Database, hall: Cast) -> None:
    found = make(hall, Status.CONFIRMED)
    page = one(hall.officer, found)
    assert filled(page) == ["启动调查"]
    page = one(hall.officer, found, do="investigate")
    field(page, ".leader").set_value(hall.officer.user_id).run()
    field(page, ".members").set_value([hall.second_staff.user_id]).run()
    press(page, ".go")
    page = one(hall.second_staff, found, do="log")
    field(page, ".what").input("拖地后未放警示牌").run()
    press(page, ".go")
    page = one(hall.second_staff, found, do="explain")
    field(page, f"explain.{found.id}.1").input("地面湿滑").run()
    field(page, f"explain.{found.id}.2").input("没有规定").run()
    press(page, ".go")
    page = one(hall.second_staff, found, do="hear")
    field(page, ".name").input("张桂英").run()
    field(page, ".part").set_value(str(Part.MINOR)).run()
    press(page, ".go")
    page = one(hall.officer, found, part="investigation")
    for words in ("拖地后未放警示牌", "没有规定", "管理缺陷", "张桂英"):
        assert says(page, words), words
    with reading() as session:
        assert session.scalars(select(Moment)).one().what == "拖地后未放警示牌"
        assert session.scalars(select(Cause)).one().whys == ["地面湿滑", "没有规定"]
        assert session.scalars(select(IncidentPerson)).one().name == "张桂英"
    assert filled(page) == ["结束调查"]


def test_others_see_how_many_people_and_no_names(database: Database, hall: Cast) -> None:
    found = make(hall, Status.INVESTIGATING)
    with transaction() as session:
        people.hear(
            session, hall.officer, found.id, part=Part.MINOR, name="张桂英", health="骨折", now=NOW
        )
    page = one(hall.lead, found, part="investigation")
    assert says(page, "轻伤人员 1") and says(page, "姓名仅有关人员可见")
    assert not says(page, "张桂英") and not says(page, "骨折")
    assert says(one(hall.officer, found, part="investigation"), "张桂英")


def test_a_wrong_entry_is_taken_out(database: Database, hall: Cast) -> None:
    found = make(hall, Status.INVESTIGATING)
    with transaction() as session:
        explain(session, hall, found)
        moment = session.scalars(select(Moment)).one()
    page = one(hall.officer, found, part="investigation")
    field(page, ".entry").set_value(f"m{moment.id}").run()
    page = press(page, ".take")
    assert says(page, "还没有登记经过")


def test_measures_and_conditions_lead_to_closing(database: Database, hall: Cast) -> None:
    found = make(hall, Status.ACTING)
    page = one(hall.officer, found, do="raise")
    field(page, ".what").input("制定保洁规定").run()
    field(page, ".owner").set_value(hall.second_staff.user_id).run()
    press(page, ".go")
    page = one(hall.officer, found, do="answer", of="cause")
    field(page, ".words").input("地面湿滑，没有规定").run()
    press(page, ".go")
    with reading() as session:
        hazard = session.scalars(select(Hazard)).one()
        assert session.scalars(select(Answer)).one().condition == "cause"
    page = one(hall.officer, found, part="closing")
    assert says(page, f"整改未销号：{hazard.number}") and says(page, "地面湿滑，没有规定")
    page = one(hall.manager, found, do="close")
    page = press(page, ".go")
    assert says(page, "还不能结案")


def test_a_manager_closes_what_is_complete(database: Database, hall: Cast) -> None:
    found = make(hall, Status.ACTING)
    with transaction() as session:
        fulfil(session, hall, found)
    assert filled(one(hall.officer, found)) == []
    page = one(hall.manager, found)
    assert filled(page) == ["结案"]
    press(one(hall.manager, found, do="close"), ".go")
    page = one(hall.manager, found)
    assert says(page, "已结案") and any("重新调查" in button.label for button in page.button)


def test_a_form_is_told_of_somebody_elses_step(database: Database, hall: Cast) -> None:
    found = make(hall)
    page = one(hall.manager, found, do="void")
    field(page, ".reason").input("重复报告").run()
    with transaction() as session:
        reporting.confirm(session, hall.officer, found.id, row_version=None, now=NOW)
    page = press(page, ".go")
    assert says(page, "刘洋刚确认") and field(page, ".reason").value == "重复报告"


def test_the_form_says_why_harm_is_not_found_untrue(database: Database, hall: Cast) -> None:
    page = one(hall.manager, make(hall, numbers=ONE_DEAD), do="void")
    assert says(page, "瞒报") and not [one for one in page.button if str(one.key).endswith(".go")]


# Today, the board, settings


def test_today_is_loud_for_who_answers_for_it(database: Database, hall: Cast) -> None:
    found = make(hall, numbers=ONE_DEAD)
    for actor in (hall.officer, hall.manager):
        page = open_page(actor)
        assert says(page, "距离上报时限还剩 1 小时") and says(page, found.number)
    page = open_page(hall.staff)
    assert not says(page, "上报时限") and says(page, "与我有关的未结案事故险情")
    assert says(open_page(hall.third_party), "发生事故或险情？立即报告")


def test_what_was_reported_is_put_right(
    database: Database, hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = make(hall, numbers=Numbers(serious=1))
    later = NOW + timedelta(hours=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    with transaction() as session:
        tell_both(session, hall, found, told_at=NOW, now=later)
        count(
            session, hall.officer, found.id, numbers=Numbers(minor=2), reason="医院复查",
            row_version=None, now=later,
        )  # fmt: skip
    today = open_page(hall.officer)
    assert says(today, "需要补报") and says(today, found.number)
    page = one(hall.officer, found, part="authorities")
    assert says(page, "已上报的情况发生变化，应当及时补报更正") and filled(page) == ["登记上报"]
    assert says(page, "此前上报的内容应予更正")
    assert says(one(hall.officer, found, part="closing"), "变化尚未续报应急管理部门")
    with transaction() as session:
        tell_both(session, hall, found, told_at=later, now=later)
    assert not says(one(hall.officer, found), "更正") and not says(open_page(hall.officer), "补报")


def test_a_change_is_owed_to_the_one_while_the_hour_of_the_other_runs(
    database: Database, hall: Cast
) -> None:
    found = make(hall, numbers=ONE_DEAD)
    with transaction() as session:
        notifying.notify(
            session, hall.officer, found.id, authority=Authority.EMERGENCY, name="应急管理局",
            told_at=NOW - timedelta(minutes=5), way=Way.PHONE, now=NOW,
        )  # fmt: skip
        count(session, hall.officer, found.id, numbers=Numbers(deaths=2), row_version=None, now=NOW)
    page = one(hall.officer, found)
    assert says(page, "距离上报时限还剩 1 小时") and says(page, "应当及时补报更正")


def test_who_is_missing_counts_as_dead_on_the_page_once_the_days_are_over(
    database: Database, hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = make(hall, kind=Kind.FIRE, numbers=Numbers(missing=1, minor=1))
    assert says(one(hall.officer, found), "下落不明 1 人、轻伤 1 人")
    over = NOW + timedelta(days=8)
    monkeypatch.setattr(clock, "now", lambda: over)
    with transaction() as session:
        end_periods(session, over)
    page = one(hall.officer, found)
    assert says(page, "死亡 1 人（含下落不明 1 人，已满 7 日）、轻伤 1 人")
    assert says(page, "仍下落不明的人员按死亡计算"), "and the history tells so"


def test_today_says_that_a_decision_has_lapsed(
    database: Database, hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = make(hall, numbers=Numbers(serious=1))
    with transaction() as session:
        decide(
            session, hall.manager, found.id, is_accident=False, reason="自身疾病", row_version=None,
            now=NOW,
        )  # fmt: skip
    later = NOW + timedelta(days=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert not says(open_page(hall.manager), "认定失效")
    with transaction() as session:
        count(session, hall.officer, found.id, numbers=ONE_DEAD, row_version=None, now=later)
    page = open_page(hall.manager)
    assert says(page, "距离上报时限还剩 1 小时") and says(page, "此前认定为不属于生产安全事故")
    case = open_page(hall.manager, "incidents", no=found.number)
    assert says(case, "此前的认定失效") and "重新认定" in text_of(case), "with the way to it"
    theirs = open_page(hall.officer, "incidents", no=found.number)
    assert says(theirs, "需要重新认定") and "重新认定" not in text_of(theirs)


def test_the_board_of_hazards_leads_to_incidents(database: Database, hall: Cast) -> None:
    page = open_page(hall.staff, "hazards")
    assert says(page, "报告事故险情") and says(page, "事故险情")


def test_authorities_are_named_in_the_settings(database: Database, hall: Cast) -> None:
    page = open_page(hall.administrator, "incident-settings")
    field(page, "emergency.name").input("清河县应急管理局").run()
    field(page, ".loss").set_value(500_000).run()
    page = press(page, ".go")
    assert says(page, "设置已保存")
    with reading() as session:
        rules = rules_of(session, hall.site_id)
    assert rules.loss_from_fen == 50_000_000
    assert "清河县应急管理局" in {one.name for one in rules.addressees.values()}


def test_the_lead_of_the_window_sees_it_on_today_and_nobody_elses(
    database: Database, hall: Cast
) -> None:
    found = make(hall)
    page = open_page(hall.lead)
    assert says(page, found.number) and says(page, "与我有关的未结案事故险情")
    assert not says(open_page(hall.other_lead), found.number)
    assert not says(open_page(hall.second_staff), found.number)


def test_an_investigation_past_its_day_is_said_to_be(
    database: Database, hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(hall, Status.INVESTIGATING)
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=13))
    assert says(open_page(hall.officer), "逾期 2 天")
    assert says(open_page(hall.officer, "incidents"), "逾期 2 天")
