"""The page of plans as each role sees it and uses it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from checklists import service
from checklists.models import Plan, Rhythm, Task, Unit
from safety_app.core import clock
from safety_app.core.db import Database, reading, transaction
from safety_app.workplace.models import Site
from tests.cast import NOW, TODAY, Cast
from tests.dialects import sqlite_only
from tests.screens import open_page, text_of

pytestmark = sqlite_only


@pytest.fixture(autouse=True)
def monday(database: Database, hall: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Monday at 09:04."""
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def plan_id(hall: Cast) -> int:
    """The daily self-check of A01."""
    with transaction() as session:
        return service.add_plans(
            session, None, site_id=hall.site_id, template_code="window-daily",
            places=[service.Place(hall.a01)], starts_on=TODAY, now=NOW,
        )[0].id  # fmt: skip


def plans() -> list[Plan]:
    """All plans by id."""
    with reading() as session:
        return list(session.scalars(select(Plan).order_by(Plan.id)))


def pressed(page, label: str):  # type: ignore[no-untyped-def]
    """The page after the button with this label."""
    found = [one for one in page.button if one.label == label]
    assert found, [one.label for one in page.button]
    button = found[0]
    shown = button.click().run()
    assert not shown.exception, shown.exception
    return shown


def test_an_empty_hall_is_offered_everything_and_takes_it_with_one_button(hall: Cast) -> None:
    page = open_page(hall.officer, "plans")
    words = text_of(page)
    assert "尚无计划" in words and "为本单位推荐的计划" in words
    assert "窗口负责人月度安全检查 · 每月一次" in words
    assert any("第7.3.7条" in one for one in words), "each proposal names its rule"
    page = pressed(page, "全部采用（8 项）")
    assert len(plans()) == 8
    words = text_of(page)
    assert "已建立 8 项计划。" in words and "尚缺的计划" not in words
    with reading() as session:
        assert session.scalar(select(Task.id).limit(1)), "the tasks are there at once"


def test_the_same_in_english(hall: Cast) -> None:
    words = text_of(open_page(hall.officer, "plans", language="en"))
    assert "Take over all 8 plans" in words
    assert "Monthly check by the window lead · Once a month" in words
    assert not any("一" <= letter <= "鿿" for one in words[1:] for letter in one if one != "中文")


def test_a_lead_sees_only_own_windows(hall: Cast, plan_id: int) -> None:
    words = text_of(open_page(hall.lead, "plans"))
    assert any("A02" in one for one in words)
    assert not any("A03" in one or "一楼大厅" in one for one in words)
    assert not any("A01" in one for one in text_of(open_page(hall.other_lead, "plans")))


@pytest.mark.parametrize("who", ["staff", "third_party"])
def test_staff_do_not_get_to_the_page(hall: Cast, who: str) -> None:
    assert "新建计划" not in text_of(open_page(getattr(hall, who), "plans"))


def test_a_plan_shows_its_year_and_why(hall: Cast, plan_id: int) -> None:
    words = text_of(open_page(hall.lead, "plans", plan=str(plan_id)))
    assert "今后 12 个月" in words
    assert "班前 08:00–09:00；班中 10:30–15:30；班后 16:30–18:00" in words
    assert any(one.startswith("11月23日 周一 正常办公") for one in words)


def test_a_check_for_all_windows_is_planned_with_the_year_in_view(hall: Cast) -> None:
    page = open_page(hall.officer, "plans", plan="new")
    page.selectbox(key="plans.new.code").select("lead-monthly").run()
    page = page.checkbox(key="plans.new.lead-monthly.all").check().run()
    assert "2026年11月一次：最后一天11月30日 周一截止。" in text_of(page)
    pressed(page, "保存 3 项计划")
    assert {(one.rhythm, one.unit) for one in plans()} == {(Rhythm.PERIOD, Unit.MONTH)}
    assert len(plans()) == 3


def test_a_plan_below_the_rule_says_so_before_it_is_saved(hall: Cast) -> None:
    page = open_page(hall.officer, "plans", plan="new")
    page.selectbox(key="plans.new.code").select("fire-quarterly").run()
    page = page.multiselect(key="plans.new.fire-quarterly.places").select(
        service.Place(location_id=hall.floor)
    ).run()  # fmt: skip
    page = page.selectbox(key="plans.new.fire-quarterly.unit").select(Unit.YEAR).run()
    assert any(one.startswith("频次不足") and "第二十六条" in one for one in text_of(page))
    pressed(page, "保存 1 项计划")
    page = open_page(hall.officer, "plans")
    assert "频次不足" in text_of(page), "and afterwards, in the list"


def test_what_is_impossible_cannot_be_saved(hall: Cast) -> None:
    page = open_page(hall.officer, "plans", plan="new")
    page.selectbox(key="plans.new.code").select("common-daily").run()
    page = page.button_group(key="plans.new.common-daily.way").set_value("repeated").run()
    page = page.number_input(key="plans.new.common-daily.minutes").set_value(600).run()
    assert any("最长的连续开放时间" in one for one in text_of(page))
    assert not any(one.label.startswith("保存") for one in page.button)


def test_own_times_out_of_order_or_unreadable_are_refused(hall: Cast) -> None:
    page = open_page(hall.officer, "plans", plan="new")
    page.selectbox(key="plans.new.code").select("common-daily").run()
    page = page.checkbox(key="plans.new.common-daily.own").check().run()
    assert any(one.label.startswith("保存") for one in page.button)
    page = page.text_input(key="plans.new.common-daily.opening.1").set_value("7：30").run()
    assert any("顺序" in one or "不成立" in one or "开放" in one for one in text_of(page))
    assert not any(one.label.startswith("保存") for one in page.button), "due before it opens"
    page = page.text_input(key="plans.new.common-daily.opening.1").set_value("soon").run()
    assert "请按“时:分”填写时间，例如 09:30。" in text_of(page)
    assert not any(one.label.startswith("保存") for one in page.button)


def test_a_change_holds_from_its_day_on(hall: Cast, plan_id: int) -> None:
    page = open_page(hall.lead, "plans", plan=str(plan_id))
    page = page.button_group(key=f"plans.{plan_id}.part").set_value("change").run()
    page = page.button_group(key=f"plans.{plan_id}.way").set_value("interval").run()
    pressed(page, "保存修改")
    old, new = plans()
    assert (old.ends_on, new.starts_on) == (TODAY, TODAY + timedelta(days=1))
    assert (new.rhythm, new.every_days) == (Rhythm.INTERVAL, 15)


def test_the_end_is_asked_for_twice_and_can_be_taken_back(hall: Cast, plan_id: int) -> None:
    page = open_page(hall.lead, "plans", plan=str(plan_id))
    page = page.button_group(key=f"plans.{plan_id}.part").set_value("end").run()
    page = pressed(page, "结束计划")
    assert plans()[0].ends_on is None, "asked first"
    page = pressed(page, "确认结束")
    assert plans()[0].ends_on == TODAY
    page = pressed(page, "恢复计划")
    assert plans()[0].ends_on is None


def test_a_search_that_finds_nothing_says_so(hall: Cast, plan_id: int) -> None:
    page = open_page(hall.lead, "plans")
    page = page.text_input(key="plans.search").set_value("Z99").run()
    assert "没有符合条件的计划" in text_of(page)


def test_nothing_is_offered_for_what_the_law_does_not_ask(hall: Cast) -> None:
    with transaction() as session:
        session.get_one(Site, hall.site_id).crowded_place = False
    words = text_of(open_page(hall.officer, "plans"))
    assert "防火检查 · 每季度一次" in words
