"""Tiles of Today and the page of records, opened by each role in both languages."""

from datetime import datetime, timedelta

import pytest

from checklists import service
from checklists.models import Task
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.db import Database, reading, transaction
from tests.cast import NOW, TODAY, Cast
from tests.checklists.sheets import Tablet
from tests.dialects import sqlite_only
from tests.factories import make_task
from tests.screens import open_page, text_of

pytestmark = sqlite_only
NOON = NOW + timedelta(hours=3)


@pytest.fixture
def task(database: Database, hall: Cast, monkeypatch: pytest.MonkeyPatch) -> Task:
    """Monday at 09:04, everything planned; A01 has begun."""
    at(monkeypatch, NOW)
    with transaction() as session:
        for window in (hall.a01, hall.a02, hall.a03):
            make_task(session, hall, window_id=window)
        make_task(session, hall, common=True)
        task = make_task(session, hall)
        Tablet(session, hall.staff, task).answer("D07", "P")
    return task


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """What the clock shows."""
    monkeypatch.setattr(clock, "now", lambda: moment)


def words(actor: Actor, page: str = "", language: str = "zh_CN") -> list[str]:
    """What stands on a page, which must not have failed."""
    shown = open_page(actor, page, language=language)
    assert not shown.exception, shown.exception
    return text_of(shown)


def test_staff_see_what_is_due_now_and_why(hall: Cast, task: Task) -> None:
    shown = words(hall.staff)
    for expected in ("窗口岗位自查 · 班前", "超时 4 分钟", "继续巡查", "今天稍后", "10:30 开始"):
        assert expected in shown
    why = next(text for text in shown if text.startswith("依据"))
    assert "四.2(2)" in why and why.endswith("11:00 后记为“未巡查”，不能补填。")


def test_the_same_in_english(hall: Cast, task: Task) -> None:
    shown = words(hall.staff, language="en")
    for expected in ("Window self-check · Before opening", "4 minutes late", "Later today"):
        assert expected in shown


def test_an_officer_sees_the_common_areas_and_the_whole_hall(hall: Cast, task: Task) -> None:
    shown = words(hall.officer)
    assert "公共区域巡查 · 班前" in shown and "开始巡查" in shown
    assert "窗口岗位自查 · 班前" not in shown, "the windows' own work is theirs"
    assert "今日全厅巡查" in shown


def test_a_manager_sees_the_hall_and_no_button_to_patrol(hall: Cast, task: Task) -> None:
    shown = words(hall.manager)
    assert "今日全厅巡查" in shown
    assert "开始巡查" not in shown


def test_a_missed_patrol_asks_for_its_reason(
    hall: Cast, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, NOON)
    page = open_page(hall.staff)
    assert "1 次" in text_of(page) and "未巡查" in text_of(page)
    button = next(one for one in page.button if one.label == "说明原因")
    button.click().run()
    assert any("请选择原因" in text for text in text_of(page))
    page.button_group[0].set_value("rush")
    next(one for one in page.button if one.label == "说明原因").click().run()
    assert not page.exception
    with reading() as session:
        rows = service.list_tasks(session, hall.staff, day=TODAY, now=NOON)
    assert rows[0].missed_reason == "rush"


def test_what_is_done_is_listed(hall: Cast, task: Task) -> None:
    with transaction() as session:
        tablet = Tablet(session, hall.staff, task)
        tablet.pass_all()
        tablet.submit()
    shown = words(hall.staff)
    assert "今天已完成" in shown
    assert "09:04 · 王晓燕" in shown


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("who", ["staff", "lead", "officer", "manager"])
def test_records_show_completion_and_states(
    hall: Cast, task: Task, monkeypatch: pytest.MonkeyPatch, who: str, language: str
) -> None:
    at(monkeypatch, NOON)
    shown = words(getattr(hall, who), "patrols", language)
    assert ("完成率" if language == "zh_CN" else "Completion") in shown
    windows = {"staff": 1, "lead": 2, "officer": 3, "manager": 3}[who]
    areas = 0 if who == "staff" else 1
    missed = "未巡查" if language == "zh_CN" else "Not patrolled"
    assert f"0 / {windows + areas}" in shown
    assert shown.count(missed) >= windows


def test_records_of_other_windows_are_not_shown(hall: Cast, task: Task) -> None:
    assert not any("A03" in text for text in words(hall.lead, "patrols"))
