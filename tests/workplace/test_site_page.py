"""The page of the unit, as its administrator uses it."""

from datetime import date, time, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from safety_app.core import clock
from safety_app.core.db import Database, reading, transaction
from safety_app.workplace import legal, service
from safety_app.workplace.models import Location, Post, Site
from tests.cast import NOW, TODAY, Cast
from tests.dialects import sqlite_only
from tests.factories import make_task
from tests.screens import open_page, text_of

pytestmark = sqlite_only
BROKEN = ("暂时无法显示", "This cannot be shown right now")
TABS = ("unit", "profile", "posts", "hours", "locations", "trial")


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def page(hall: Cast, tab: str, language: str = "zh_CN") -> AppTest:
    """The administrator at one part of the page."""
    return open_page(hall.administrator, "site", language=language, tab=tab)


def site(hall: Cast) -> Site:
    """The hall as the database has it."""
    with reading() as session:
        return service.site(session, hall.site_id)


def press(shown: AppTest, key: str) -> AppTest:
    """Press the button with this key."""
    return shown.button(key=key).click().run()


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_part_opens_from_a_link(
    database: Database, hall: Cast, tab: str, language: str
) -> None:
    with transaction() as session:
        week = {0: [(time(9), time(12))]}
        service.save_season(
            session, None, site_id=hall.site_id, name="夏令时间", name_en="Summer hours",
            starts="06-01", ends="09-30", hours=week, now=NOW,
        )  # fmt: skip
        service.appoint(
            session, None, site_id=hall.site_id, post=Post.RESPONSIBLE,
            user_id=hall.manager.user_id, first=TODAY, now=NOW,
        )  # fmt: skip
    shown = page(hall, tab, language)
    assert not shown.exception
    assert shown.session_state["site.tab"] == tab
    texts = text_of(shown)
    assert not any(broken in text for text in texts for broken in BROKEN), texts


def test_the_unit_is_saved(database: Database, hall: Cast) -> None:
    shown = page(hall, "unit")
    shown.text_input(key="site.address").set_value("人民路 1 号")
    shown.text_input(key="site.number").set_value("清消验〔2019〕7 号")
    shown = press(shown, "site.save")
    assert "单位信息已保存。" in text_of(shown)
    assert (site(hall).address, site(hall).acceptance_number) == (
        "人民路 1 号", "清消验〔2019〕7 号",
    )  # fmt: skip


def test_a_unit_without_a_name_is_refused_in_words(database: Database, hall: Cast) -> None:
    shown = page(hall, "unit")
    shown.text_input(key="site.name").set_value(" ")
    shown = press(shown, "site.save")
    assert any("请填写" in text for text in text_of(shown))
    assert site(hall).name == "清河县政务服务中心"


def test_the_profile_tells_what_follows_and_is_saved(database: Database, hall: Cast) -> None:
    shown = page(hall, "profile")
    texts = text_of(shown)
    for flag in legal.flags():
        assert {flag.name, flag.meaning, flag.decided, flag.source} <= set(texts), flag.key
        assert {duty.text for duty in flag.duties} <= set(texts), flag.key
    assert "默认做法，可调整" in texts
    shown.checkbox(key="site.flag.key_fire_unit").check()
    shown.radio(key="site.flag.unit_kind").set_value("institution")
    shown = press(shown, "site.profile.save")
    assert "法定属性已保存。" in text_of(shown)
    saved = site(hall)
    assert (saved.key_fire_unit, saved.crowded_place, saved.unit_kind) == (
        True, True, "institution",
    )  # fmt: skip


def test_a_post_is_filled_and_given_up(database: Database, hall: Cast) -> None:
    shown = page(hall, "posts")
    assert text_of(shown).count("未确定") == 2
    shown.selectbox(key="site.post.responsible.0.user").set_value(hall.manager.user_id)
    shown.date_input(key="site.post.responsible.0.first").set_value(date(2024, 5, 1))
    shown = press(shown, "site.post.responsible.0.save")
    assert "2024年5月1日起" in text_of(shown)
    with reading() as session:
        (holder,) = service.holders(session, hall.site_id)
    shown = press(shown, f"site.holder.{holder.id}.save")
    assert "2024年5月1日至2026年11月23日" in text_of(shown)


def test_a_post_without_a_person_is_refused_in_words(database: Database, hall: Cast) -> None:
    shown = press(page(hall, "posts"), "site.post.fire_manager.0.save")
    assert "请先选择姓名。" in text_of(shown)
    with reading() as session:
        assert service.holders(session, hall.site_id) == []


def test_hours_with_lunch_are_typed_for_the_week(database: Database, hall: Cast) -> None:
    shown = page(hall, "hours")
    shown.text_input(key="site.hours.workdays").set_value("9:00-12:00，13:30至17:00")
    shown.text_input(key="site.hours.5").set_value("9-12")
    shown = press(shown, "site.hours.save")
    assert "开放时间已保存，尚未开始的任务随之调整。" in text_of(shown)
    with reading() as session:
        week = service.opening_week(session, hall.site_id)
    assert week[4] == ((time(9), time(12)), (time(13, 30), time(17)))
    assert week[5] == ((time(9), time(12)),)
    assert 6 not in week


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("上午", "无法识别"),
        ("17:00-09:00", "必须晚于"),
        ("9-12, 11-17", "重叠"),
        ("9-25", "无法识别"),
    ],
)
def test_hours_that_cannot_be_are_refused_in_words(
    database: Database, hall: Cast, typed: str, told: str
) -> None:
    shown = page(hall, "hours")
    shown.text_input(key="site.hours.6").set_value(typed)
    shown = press(shown, "site.hours.save")
    assert any(told in text and "周日" in text for text in text_of(shown))
    with reading() as session:
        assert 6 not in service.opening_week(session, hall.site_id)


def test_weekdays_can_be_set_one_by_one(database: Database, hall: Cast) -> None:
    shown = page(hall, "hours")
    shown.checkbox(key="site.hours.each").check().run()
    shown.text_input(key="site.hours.4").set_value("9:00-15:00")
    press(shown, "site.hours.save")
    with reading() as session:
        week = service.opening_week(session, hall.site_id)
    assert (week[3], week[4]) == (((time(9), time(17)),), ((time(9), time(15)),))


def test_a_season_is_added_changed_and_removed(database: Database, hall: Cast) -> None:
    shown = press(page(hall, "hours"), "site.season.add")
    shown.text_input(key="site.season.new.name").set_value("夏令时间")
    shown.text_input(key="site.season.new.workdays").set_value("8:30-12:00, 15:00-18:00")
    shown = press(shown, "site.season.new.save")
    with reading() as session:
        (season,) = service.list_seasons(session, hall.site_id)
    assert (season.starts, season.ends) == ("06-01", "09-30")
    shown.session_state["site.season"] = str(season.id)
    shown = shown.run()
    shown.selectbox(key=f"site.season.{season.id}.ends.day").set_value("31")
    shown = press(shown, f"site.season.{season.id}.save")
    assert any("请检查" in text or "09-31" in text for text in text_of(shown))
    shown = press(shown, f"site.season.{season.id}.remove")
    with reading() as session:
        assert service.list_seasons(session, hall.site_id) == []


def test_a_self_service_area_is_added_round_the_clock(database: Database, hall: Cast) -> None:
    shown = press(page(hall, "locations"), "site.location.add")
    key = "site.location.new"
    shown.text_input(key=f"{key}.name").set_value("24 小时自助区")
    shown.checkbox(key=f"{key}.is_key_location").check()
    assert not shown.checkbox(key=f"{key}.is_half_monthly").value
    shown.checkbox(key=f"{key}.is_half_monthly").check()
    shown.segmented_control(key=f"{key}.mode").set_value("all_day").run()
    shown = press(shown, f"{key}.save")
    assert "场所已保存。" in text_of(shown)
    with reading() as session:
        area = next(
            one for one in service.list_locations(session, hall.site_id) if one.has_own_hours
        )
        assert (area.is_key_location, area.open_on_holidays) == (True, True)
        assert area.is_half_monthly
        day = service.days(session, hall.site_id, TODAY, TODAY, area.id)[TODAY]
    assert day.segments == ((time(0), time(0)),)


def test_a_hall_without_locations_is_told_the_first_step(database: Database, hall: Cast) -> None:
    with transaction() as session:
        session.get_one(Location, hall.floor).site_id = hall.foreign_site_id
    shown = page(hall, "locations")
    assert "还没有场所" in text_of(shown)
    assert shown.button(key="site.location.add").proto.type == "primary"


def test_a_location_can_be_taken_out_of_use(database: Database, hall: Cast) -> None:
    shown = page(hall, "locations")
    shown.session_state["site.location"] = str(hall.floor)
    shown = shown.run()
    shown.checkbox(key=f"site.location.{hall.floor}.is_active").uncheck()
    press(shown, f"site.location.{hall.floor}.save")
    with reading() as session:
        assert service.list_locations(session, hall.site_id) == []
        assert session.get_one(Location, hall.floor).name == "一楼大厅"
        assert hall.floor in service.location_names(session, hall.site_id)


def test_the_trial_is_set_while_it_may_be(database: Database, hall: Cast) -> None:
    shown = page(hall, "trial")
    assert "未设试运行：从第一次巡查起全部计入。" in text_of(shown)
    shown.date_input(key="site.trial.first").set_value(TODAY + timedelta(days=7))
    shown = press(shown, "site.trial.save")
    assert any("试运行中" in text for text in text_of(shown))
    assert site(hall).counts_from == TODAY + timedelta(days=7)


def test_the_trial_is_closed_once_something_has_counted(
    database: Database, hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction() as session:
        task = make_task(session, hall)
    monkeypatch.setattr(clock, "now", lambda: task.closes_at)
    shown = page(hall, "trial")
    assert not shown.date_input
    assert any("不再更改" in text for text in text_of(shown))
