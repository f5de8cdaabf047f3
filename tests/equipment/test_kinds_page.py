"""The page of kinds and rules, as officer and administrator use it."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from equipment.models import Profile
from equipment.service import hall_rules, rules
from safety_app.core import clock
from safety_app.core.db import Database, reading, transaction
from tests.cast import NOW, Cast
from tests.dialects import sqlite_only
from tests.equipment.test_rules import make_item
from tests.screens import open_page, text_of

pytestmark = sqlite_only
POWDER, LIGHT = "extinguisher-abc", "emergency-light"


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def page(hall: Cast, kind: str = "", language: str = "zh_CN") -> AppTest:
    """The officer at the list or at one kind."""
    query = {"kind": kind} if kind else {}
    return open_page(hall.officer, "equipment-kinds", language=language, **query)


def press(shown: AppTest, key: str) -> AppTest:
    """Press the button with this key."""
    return shown.button(key=key).click().run()


def kind_of(hall: Cast, code: str) -> Any:
    """The kind as the hall has it now."""
    with reading() as session:
        return rules.kinds_of(session, hall.site_id)[code]


def has(shown: AppTest, *wanted: str) -> bool:
    texts = "\n".join(text_of(shown))
    return all(one in texts for one in wanted)


def test_the_list_shows_each_kind_with_its_figures(database: Database, hall: Cast) -> None:
    with transaction() as session:
        make_item(session, hall)
    shown = page(hall)
    assert has(shown, "现行规则：中国标准（GB 50444、GB 55036）", "干粉（ABC）灭火器", "21 个种类")
    assert has(shown, "出厂满 10 年报废", "在册", "已淘汰", "请选择种类")
    assert not has(shown, "湿式化学灭火器")


def test_a_kind_shows_each_figure_with_its_source_and_reading(
    database: Database, hall: Cast
) -> None:
    shown = page(hall, POWDER)
    assert has(
        shown, "首次满 5 年，此后每 2 年", "GB 50444-2008 表5.3.2", "10 年",
        "GB 55036-2022 第10.0.8条", "条文内容据转载或主管部门答复核对", "A 固体物质火灾",
        "E 带电火灾", "自 2008-11-01 起施行", "自 2023-03-01 起施行",
    )  # fmt: skip
    assert not shown.exception


def test_in_english_all_is_english(database: Database, hall: Cast) -> None:
    shown = page(hall, POWDER, language="en")
    assert has(shown, "Kinds and rules of facilities", "First after 5 years, then every 2 years")
    assert has(shown, "GB 55036-2022, 10.0.8", "E Energised equipment")
    assert has(shown, "In force since 2008-11-01", "In force since 2023-03-01")


def test_a_source_without_a_day_says_nothing_of_one(database: Database, hall: Cast) -> None:
    for language, words in (("zh_CN", "起施行"), ("en", "In force since")):
        shown = page(hall, "fire-door", language=language)
        assert not shown.exception and not has(shown, words)


def test_yearly_service_becomes_the_halls_rule_and_goes_back(
    database: Database, hall: Cast
) -> None:
    shown = page(hall, POWDER)
    key = f"kinds.{POWDER}.0"
    shown.number_input(key=f"{key}.service.then").set_value(12)
    shown.text_input(key=f"{key}.because").set_value("支队〔2026〕12号")
    shown = press(shown, f"{key}.save")
    assert has(shown, "已保存为本单位规定", "支队〔2026〕12号", "内置数值：首次满 5 年")
    assert has(shown, "2026-11-23 设定")
    assert kind_of(hall, POWDER).local == {"service:service"}
    key = f"kinds.{POWDER}.1"
    assert shown.number_input(key=f"{key}.service.then").value == 12
    shown = press(shown, f"{key}.reset")
    assert has(shown, "已恢复内置数值")
    assert shown.number_input(key=f"kinds.{POWDER}.2.service.then").value == 24
    assert kind_of(hall, POWDER).local == frozenset()


def test_a_hall_in_a_high_building_asks_for_longer_light(database: Database, hall: Cast) -> None:
    shown = page(hall, LIGHT)
    assert has(shown, "首次满 1 年，此后每年；持续工作时间不少于 30 分钟")
    key = f"kinds.{LIGHT}.0"
    assert shown.number_input(key=f"{key}.discharge.least").value == 30
    shown.text_input(key=f"{key}.because").set_value("建筑高度 120 m")
    shown = press(shown, f"{key}.save")
    assert has(shown, "与内置数值相同")
    shown.number_input(key=f"{key}.discharge.least").set_value(90)
    shown = press(shown, f"{key}.save")
    assert has(shown, "持续工作时间不少于 90 分钟", "内置数值：首次满 1 年", "不少于 30 分钟（")
    measure = kind_of(hall, LIGHT).measure_of(["discharge"])
    assert measure.least == 90
    assert has(page(hall, LIGHT, language="en"), "Hold time at least 90 min")


def test_a_rule_without_its_basis_is_refused_and_what_was_typed_stays(
    database: Database, hall: Cast
) -> None:
    shown = page(hall, POWDER)
    key = f"kinds.{POWDER}.0"
    shown.number_input(key=f"{key}.scrap").set_value(96)
    shown = press(shown, f"{key}.save")
    assert has(shown, "请填写“依据”")
    assert shown.number_input(key=f"{key}.scrap").value == 96
    assert kind_of(hall, POWDER).scrap_months == 120


def test_what_asks_for_less_than_the_law_is_marked(database: Database, hall: Cast) -> None:
    shown = page(hall, POWDER)
    key = f"kinds.{POWDER}.0"
    shown.text_input(key=f"{key}.because").set_value("暂定")
    shown.number_input(key=f"{key}.scrap").set_value(144)
    assert has(press(shown, f"{key}.save"), "本单位规定只能更短")
    shown.number_input(key=f"{key}.scrap").set_value(120)
    shown.number_input(key=f"{key}.inspect").set_value(2)
    shown = press(shown, f"{key}.save")
    assert has(shown, "宽于内置数值", "部分本单位规定宽于内置的标准数值")
    assert has(page(hall, POWDER, language="en"), "Set on 2026-11-23")


def test_other_rules_are_asked_for_and_say_what_follows(database: Database, hall: Cast) -> None:
    with transaction() as session:
        make_item(session, hall)
    shown = press(page(hall), "kinds.profile")
    assert has(shown, "改用“NFPA 10”？", "1 件器材的日期将立即重新计算", "C 带电火灾")
    shown = press(shown, "kinds.profile.cancel")
    assert not has(shown, "改用“NFPA 10”？")
    shown = press(press(shown, "kinds.profile"), "kinds.profile.change")
    assert has(shown, "已改用新规则", "现行规则：NFPA 10", "湿式化学灭火器")
    with reading() as session:
        assert rules.profile_of(session, hall.site_id) is Profile.NFPA
    shown = press(shown, "kinds.profile")
    assert not has(shown, "改用后的规则没有下列种类")


def test_what_the_other_rules_do_not_know_is_named(database: Database, hall: Cast) -> None:
    with transaction() as session:
        hall_rules.set_profile(session, hall.officer, Profile.NFPA, NOW)
        make_item(session, hall, kind="extinguisher-wet-chemical")
    shown = press(page(hall), "kinds.profile")
    assert has(shown, "改用后的规则没有下列种类：湿式化学灭火器")
    press(shown, "kinds.profile.change")
    shown = page(hall, "extinguisher-wet-chemical")
    assert has(shown, "现行规则没有该种类", "已停用")


def test_a_kind_of_the_hall_is_added_changed_and_withdrawn(database: Database, hall: Cast) -> None:
    shown = page(hall, "new")
    key = "kinds.new.0"
    shown.text_input(key=f"{key}.name").set_value("防烟面罩")
    shown.selectbox(key=f"{key}.family").set_value("ppe")
    shown.text_input(key=f"{key}.prefix").set_value("fymz")
    shown.number_input(key=f"{key}.scrap").set_value(48)
    shown.number_input(key=f"{key}.first").set_value(12)
    shown.number_input(key=f"{key}.then").set_value(12)
    shown.text_input(key=f"{key}.sizes").set_value("成人，儿童")
    shown = press(shown, f"{key}.save")
    assert has(shown, "种类已添加", "防烟面罩", "本单位自设")
    kind = kind_of(hall, "own-1")
    assert (kind.prefix, kind.scrap_months, kind.sizes) == ("FYMZ", 48, ("成人", "儿童"))
    assert kind.service("service").then_months == 12
    key = "kinds.own-1.1"
    shown.text_input(key=f"{key}.name").set_value("防烟面具")
    shown.number_input(key=f"{key}.scrap").set_value(None)
    shown = press(shown, f"{key}.save")
    assert has(shown, "种类已保存")
    kind = kind_of(hall, "own-1")
    assert (kind.name, kind.scrap_months, kind.inspect_months) == ("防烟面具", None, 1)
    shown = press(shown, "kinds.own-1.2.offer")
    assert has(shown, "已停用", "重新启用该种类")
    assert not kind_of(hall, "own-1").is_offered


def test_an_own_kind_that_cannot_be_is_refused(database: Database, hall: Cast) -> None:
    shown = page(hall, "new")
    key = "kinds.new.0"
    shown.text_input(key=f"{key}.name").set_value("逃生绳")
    shown.text_input(key=f"{key}.prefix").set_value("绳")
    shown = press(shown, f"{key}.save")
    assert has(shown, "不能用作编号前缀")
    shown.text_input(key=f"{key}.prefix").set_value("SS")
    shown.number_input(key=f"{key}.first").set_value(12)
    shown = press(shown, f"{key}.save")
    assert has(shown, "请检查数值")


def test_letters_of_an_own_extinguisher_are_of_the_rules_in_force(
    database: Database, hall: Cast
) -> None:
    shown = page(hall, "new")
    key = "kinds.new.0"
    shown.text_input(key=f"{key}.name").set_value("厨房灭火器")
    shown = shown.selectbox(key=f"{key}.family").set_value("extinguisher").run()
    shown = press(shown.pills(key=f"{key}.letters").set_value(["A", "F"]).run(), f"{key}.save")
    assert kind_of(hall, "own-1").fire_classes == "AF"
    assert has(shown, "F 烹饪器具内的油脂火灾")


@pytest.mark.parametrize("who", ["staff", "lead", "manager", "third_party"])
def test_who_may_not_set_rules_does_not_see_the_page(
    database: Database, hall: Cast, who: str
) -> None:
    shown = open_page(hall.everyone()[who], "equipment-kinds")
    assert not has(shown, "现行规则")
