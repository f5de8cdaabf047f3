"""The page of windows, as its administrator uses it."""

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from safety_app.core import clock
from safety_app.core.db import Database, reading, transaction
from safety_app.workplace import service
from safety_app.workplace.models import Window
from tests.cast import NOW, TODAY, Cast
from tests.dialects import sqlite_only
from tests.screens import open_page, text_of

pytestmark = sqlite_only
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def page(hall: Cast, no: str = "", language: str = "zh_CN") -> AppTest:
    """The administrator at the list or at one window."""
    query = {"no": no} if no else {}
    return open_page(hall.administrator, "windows", language=language, **query)


def window(window_id: int) -> Window:
    """The window as the database has it."""
    with reading() as session:
        return session.get_one(Window, window_id)


def press(shown: AppTest, key: str) -> AppTest:
    """Press the button with this key."""
    return shown.button(key=key).click().run()


def part(hall: Cast, window_id: int, no: str, name: str) -> AppTest:
    """One window with one of its parts open."""
    shown = page(hall, no)
    return shown.segmented_control(key=f"windows.{window_id}.part").set_value(name).run()


def test_the_list_is_searched_by_number_name_and_lead(database: Database, hall: Cast) -> None:
    shown = page(hall)
    assert any("A01 综合窗口" in text for text in text_of(shown))
    shown.text_input(key="windows.search").set_value("孙丽").run()
    texts = text_of(shown)
    assert any("A03" in text for text in texts) and not any("A01" in text for text in texts)
    shown.text_input(key="windows.search").set_value("没有").run()
    assert "没有符合的窗口" in text_of(shown)


def test_a_hall_without_windows_is_told_the_first_step(database: Database, hall: Cast) -> None:
    with transaction() as session:
        for one in (hall.a01, hall.a02, hall.a03):
            session.get_one(Window, one).site_id = hall.foreign_site_id
            session.get_one(Window, one).code += "x"
    texts = text_of(page(hall))
    assert {"还没有窗口", "可以用表格导入，或先新增一个。", "新增窗口"} <= set(texts)


def test_a_window_is_added_once(database: Database, hall: Cast) -> None:
    for told in ("窗口已新增", "已存在"):
        shown = page(hall, "new")
        shown.text_input(key="windows.new.code").set_value("B01")
        shown.text_input(key="windows.new.name").set_value("新窗口")
        shown = press(shown, "windows.new.save")
        assert any(told in text for text in text_of(shown))


def test_a_window_is_renamed_and_moved_and_keeps_its_number(database: Database, hall: Cast) -> None:
    shown = page(hall, "A01")
    key = f"windows.{hall.a01}"
    shown.text_input(key=f"{key}.name").set_value("综合受理窗口")
    shown.selectbox(key=f"{key}.place").set_value(hall.floor)
    shown = press(shown, f"{key}.save")
    texts = text_of(shown)
    assert any("A01 综合受理窗口" in text for text in texts)
    assert {"原名称：综合窗口", "使用至2026年11月22日"} <= set(texts)
    assert texts.count("窗口已保存，以往记录内容不变。") == 2  # also where the title is hidden
    saved = window(hall.a01)
    assert (saved.code, saved.name, saved.location_id) == ("A01", "综合受理窗口", hall.floor)


def test_a_window_is_paused_and_serves_again(database: Database, hall: Cast) -> None:
    shown = part(hall, hall.a01, "A01", "pauses")
    key = f"windows.{hall.a01}.pause.0"
    shown = press(shown, f"{key}.save")
    assert any("请填写原因" in text for text in text_of(shown))
    shown.text_input(key=f"{key}.reason").set_value("装修")
    shown = press(shown, f"{key}.save")
    assert any("暂停至11月29日" in text for text in text_of(shown))
    with reading() as session:
        (pause,) = service.pauses(session, hall.site_id)[hall.a01]
    press(shown, f"windows.pause.{pause.id}.end")
    with reading() as session:
        assert service.pauses(session, hall.site_id) == {}


def test_a_merger_asks_first_and_names_what_happens(database: Database, hall: Cast) -> None:
    key = f"windows.{hall.a01}"
    shown = part(hall, hall.a01, "A01", "end")
    assert "请选择并入哪个窗口。" in text_of(shown)
    shown = shown.selectbox(key=f"{key}.successor").set_value(hall.a03).run()
    shown = press(shown, f"{key}.sure.ask")
    texts = text_of(shown)
    assert "自11月24日起把 A01 并入 A03？" in texts
    assert "A01 未销号的隐患转入 A03，编号、整改责任人和期限不变。" in texts
    assert "A03 的负责人仍为孙丽。" in texts
    assert any("王晓燕" in text and "转为 A03 的窗口人员" in text for text in texts)
    assert window(hall.a01).retired_on is None  # asked, not done
    shown = press(shown, f"{key}.sure.save")
    assert (window(hall.a01).retired_on, window(hall.a01).successor_id) == (TODAY + DAY, hall.a03)
    shown = press(shown, f"{key}.keep")
    assert window(hall.a01).retired_on is None


def test_another_day_asks_anew(database: Database, hall: Cast) -> None:
    key = f"windows.{hall.a01}"
    shown = part(hall, hall.a01, "A01", "end")
    shown = shown.segmented_control(key=f"{key}.way").set_value("retire").run()
    shown = press(shown, f"{key}.sure.ask")
    assert [one for one in shown.button if one.key == f"{key}.sure.save"]
    shown = shown.date_input(key=f"{key}.on").set_value(TODAY + 9 * DAY).run()
    assert not [one for one in shown.button if one.key == f"{key}.sure.save"]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_window_out_of_use_is_shown_and_cannot_be_changed(
    database: Database, hall: Cast, language: str
) -> None:
    with transaction() as session:
        service.retire_window(
            session, None, hall.a01, site_id=hall.site_id, on=TODAY, successor_id=hall.a02, now=NOW
        )
    texts = text_of(page(hall, "A01", language))
    assert any("A02" in text for text in texts)
    said = {"zh_CN": "11月23日已并入 A02", "en": "Merged into A02 on 23 Nov"}[language]
    assert any(said in text or "2026" in text for text in texts)
    assert not any(one.key == "windows.1.save" for one in page(hall, "A01", language).button)
