"""The calendar as people see it: the year, a day, own exceptions, the yearly notice."""

from datetime import date, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from safety_app import ui
from safety_app.core import clock, files
from safety_app.core.db import Database
from safety_app.core.i18n import use_language
from safety_app.workplace import service
from safety_app.workplace.models import DayKind
from safety_app.workplace.pages import calendar_year
from safety_app.workplace.service import Origin
from tests.cast import NOW, TODAY, Cast
from tests.screens import open_page, text_of

sqlite = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
CSV = "日期,类型,节日\n2027-02-04,放假,春节\n2027-02-20,上班,春节\n"
SATURDAY = date(2026, 11, 28)


@pytest.fixture(autouse=True)
def _monday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def _press(page: AppTest, label: str) -> None:
    next(one for one in page.button if one.label == label).click().run()


def _view(page: AppTest, name: str) -> None:
    page.button_group(key="calendar.view").set_value(name).run()


def _day(database: Database, hall: Cast, on: date) -> service.Day:
    with database.reading() as session:
        return service.day(session, hall.site_id, on)


@sqlite
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_day_of_the_year_is_there_and_says_what_it_is(
    database: Database, hall: Cast, language: str
) -> None:
    with database.reading() as session, use_language(language):
        found = service.days(session, hall.site_id, date(2026, 1, 1), date(2026, 12, 31))
        html = calendar_year.year(list(found.values()), TODAY, is_provisional=False)
    assert html.count("/calendar?day=2026-") == 365
    assert html.count('aria-current="date"') == 1
    looks = {on: calendar_year.look_of(day) for on, day in found.items()}
    assert looks[date(2026, 10, 1)] == "off"
    assert looks[date(2026, 10, 10)] == "work"
    assert looks[date(2026, 10, 11)] == "weekend"
    assert looks[TODAY] == "open"
    assert list(looks.values()).count("work") == 6


def test_the_year_names_its_source_and_a_provisional_one_warns(
    database: Database, hall: Cast
) -> None:
    said = text_of(open_page(hall.officer, "calendar", year="2026"))
    assert "共 248 个工作日 · 依据：国务院办公厅2025年11月4日通知" in said
    assert "暂定" not in said
    said = text_of(open_page(hall.officer, "calendar", year="2027"))
    assert "暂定" in said and any("2027 年放假安排尚未公布" in text for text in said)


@sqlite
@pytest.mark.parametrize(
    "query", [{"year": "9999"}, {"year": "x"}, {"day": "x"}, {"day": "0001-01-01"}]
)
def test_a_strange_address_shows_this_year(
    database: Database, hall: Cast, query: dict[str, str]
) -> None:
    assert any("248" in text for text in text_of(open_page(hall.officer, "calendar", **query)))


def test_a_day_is_closed_taken_back_and_undone(database: Database, hall: Cast) -> None:
    page = open_page(hall.officer, "calendar", day=TODAY.isoformat())
    assert "11月23日 周一 正常办公，09:00–17:00。" in text_of(page)
    _press(page, "保存该日安排")
    assert "11月23日 周一 休息：本中心安排（本中心日历）。" in text_of(page)
    _press(page, "撤销本中心安排")
    assert _day(database, hall, TODAY).is_open
    _press(page, "撤销上一步")
    assert not _day(database, hall, TODAY).is_open


@sqlite
def test_a_half_day_is_typed_as_hours(database: Database, hall: Cast) -> None:
    page = open_page(hall.officer, "calendar", day=TODAY.isoformat())
    page.button_group[0].set_value("short").run()
    page.text_input[0].set_value("25:00").run()
    _press(page, "保存该日安排")
    assert _day(database, hall, TODAY).origin is None
    for typed in ("", "9:00-12:00, 13:00-17:00", "12:00-9:00"):
        page.text_input[0].set_value(typed).run()
        _press(page, "保存该日安排")
        assert any("请填写一段时间" in text for text in text_of(page)), typed
    page.text_input[0].set_value("9：00至12：00").run()
    page.text_input[1].set_value("盘点").run()
    _press(page, "保存该日安排")
    assert "11月23日 周一 开放，09:00–12:00：盘点（本中心日历）。" in text_of(page)


@sqlite
def test_a_day_that_is_over_cannot_be_changed(database: Database, hall: Cast) -> None:
    page = open_page(hall.officer, "calendar", day="2026-11-20")
    assert "该日已过，不再更改。" in text_of(page)
    assert not page.button


@sqlite
def test_a_saturday_service_for_a_period_is_listed_and_taken_back(
    database: Database, hall: Cast
) -> None:
    page = open_page(hall.manager, "calendar")
    _view(page, "own")
    assert "没有本中心特殊安排" in text_of(page)
    page.date_input(key="own.last").set_value(date(2026, 12, 31)).run()
    page.pills[0].select(5).run()
    page.button_group(key="own.kind").set_value("open").run()
    page.text_input(key="own.note").set_value("周六延时服务").run()
    _press(page, "保存特殊安排")
    assert "已保存 5 天。" in text_of(page)
    assert "按正常时间开放 · 周六延时服务" in text_of(page)
    assert _day(database, hall, SATURDAY).is_open
    _press(page, "撤销")
    assert not _day(database, hall, SATURDAY).is_open


@sqlite
def test_a_period_that_ends_before_it_begins_is_a_sentence(database: Database, hall: Cast) -> None:
    page = open_page(hall.manager, "calendar")
    _view(page, "own")
    page.date_input(key="own.first").set_value(SATURDAY).run()
    _press(page, "保存特殊安排")
    assert "结束日期不能早于开始日期。" in text_of(page)


@sqlite
def test_past_twelve_exceptions_there_is_a_search(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        for number in range(13):
            service.set_day(
                session, None, site_id=hall.site_id, on=TODAY + timedelta(days=number),
                kind=DayKind.OFF, note=f"事由{number}", now=NOW,
            )  # fmt: skip
    page = open_page(hall.manager, "calendar")
    _view(page, "own")
    page.text_input(key="own.text").set_value("事由7").run()
    words = text_of(page)
    assert any("事由7" in text for text in words) and not any("事由8" in text for text in words)


def _hand_in(
    database: Database, hall: Cast, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> AppTest:
    with database.transaction() as session:
        file = files.receive(session, hall.officer, content, "notice.csv", now=NOW).id
    monkeypatch.setattr(ui, "file_input", lambda *_a, **_f: [file])
    return open_page(hall.officer, "calendar", view="notice")


@sqlite
def test_the_notice_is_previewed_and_brought_in(
    database: Database, hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = _hand_in(database, hall, monkeypatch, CSV.encode("gb18030"))
    assert "识别到 2 天" in text_of(page) and "2027年2月20日 周六" in text_of(page)
    _press(page, "导入 2027 年放假通知")
    assert "请填写“通知文号”。" in text_of(page)
    page.text_input(key="notice.source.0").set_value("国办发明电〔2026〕7号").run()
    _press(page, "导入 2027 年放假通知")
    assert "2027 年放假通知已导入，今后的任务随之调整。" in text_of(page)
    found = _day(database, hall, date(2027, 2, 20))
    assert (found.is_open, found.origin, found.provisional) == (True, Origin.NOTICE, False)
    _press(page, "撤销")
    assert _day(database, hall, date(2027, 3, 1)).provisional


@sqlite
def test_rows_of_days_gone_by_are_told_before_anything_is_saved(
    database: Database, hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = "日期,类型,节日\n2026-11-16,放假,校庆\n2026-11-25,放假,校庆\n"
    page = _hand_in(database, hall, monkeypatch, late.encode())
    page.selectbox(key="notice.year.0").set_value(2026).run()
    assert "已过的日子不再更改，1 行未采用。" in text_of(page)
    page.text_input(key="notice.source.0").set_value("国办发明电〔2026〕9号").run()
    _press(page, "导入 2026 年放假通知")
    assert _day(database, hall, date(2026, 11, 16)).is_open
    assert not _day(database, hall, date(2026, 11, 25)).is_open


@sqlite
def test_mistakes_are_listed_and_only_good_rows_are_offered(
    database: Database, hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    faulty = CSV + "2027-02-20,上班,春节\n2026-10-01,放假,国庆\n2027-05-01,半天,劳动节\n"
    page = _hand_in(database, hall, monkeypatch, faulty.encode())
    words = text_of(page)
    assert "表中有 3 处错误" in words
    assert "2月20日 周六 重复，第 3 行已有。" in words
    assert not any(one.label == "导入 2027 年放假通知" for one in page.button)
    page.text_input(key="notice.source.0").set_value("国办发明电〔2026〕7号").run()
    assert _day(database, hall, date(2027, 3, 1)).provisional, "nothing is half-written"
    _press(page, "仅导入正确的 2 行")
    assert not _day(database, hall, date(2027, 2, 4)).is_open


@sqlite
def test_another_table_is_a_sentence(
    database: Database, hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = _hand_in(database, hall, monkeypatch, "编号,名称\nA01,综合\n".encode())
    assert any("日期" in text and "类型" in text for text in text_of(page))
    assert not page.exception
