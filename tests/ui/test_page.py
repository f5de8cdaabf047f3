"""One action in one transaction: done, refused, or failed, always with a sentence."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from streamlit.testing.v1 import AppTest

from safety_app.core.db import Database, transaction
from tests.cast import Cast
from tests.screens import text_of

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)


def _page(outcome: str) -> None:
    import sqlite3

    import streamlit as st
    from sqlalchemy.exc import OperationalError
    from sqlalchemy.orm import Session

    from safety_app import ui
    from safety_app.core.errors import NotFound
    from safety_app.workplace.models import Site

    def action(session: Session) -> Site:
        site = session.get_one(Site, 1)
        site.name = "新名"
        if outcome == "refused":
            raise NotFound
        if outcome == "full":
            cause = sqlite3.OperationalError("database or disk is full")
            raise OperationalError("UPDATE", {}, cause)
        if outcome == "bug":
            raise ZeroDivisionError
        return site

    ui.title("标题")
    if not st.session_state.get("asked"):
        st.session_state["asked"] = True
        if ui.act(action, done="已保存。") and outcome == "rerun":
            st.rerun()


def _run(outcome: str) -> AppTest:
    return AppTest.from_function(_page, kwargs={"outcome": outcome}).run()


def _site_name() -> str:
    from safety_app.workplace.models import Site

    with transaction() as session:
        return session.get_one(Site, 1).name


def test_what_was_done_is_saved_and_said(database: Database, hall: Cast) -> None:
    assert "已保存。" in text_of(_run("done"))
    assert _site_name() == "新名"


def test_what_was_done_is_still_said_after_the_page_reran(database: Database, hall: Cast) -> None:
    assert "已保存。" in text_of(_run("rerun"))


@pytest.mark.parametrize(
    ("outcome", "sentence"), [("refused", "这条记录"), ("full", "服务器磁盘已满")]
)
def test_a_refusal_is_a_sentence_and_nothing_is_half_written(
    database: Database, hall: Cast, outcome: str, sentence: str
) -> None:
    before = _site_name()
    page = _run(outcome)
    assert not page.exception
    assert any(sentence in text for text in text_of(page)), text_of(page)
    assert _site_name() == before


def _form() -> None:
    from datetime import date

    import streamlit as st
    from sqlalchemy.orm import Session

    from safety_app import ui
    from safety_app.ui import session as ui_session
    from safety_app.workplace.models import Site

    ui_session.use_finder(lambda _token, _now: None)
    ui_session.begin()
    first, last = date(2026, 12, 1), date(2027, 12, 1)

    def action(session: Session) -> bool:
        session.get_one(Site, 1).name = f"{on}"
        return True

    on = ui.day_input("施行日期", first, min_value=first, max_value=last, key="day.on")
    ui.day_input("结束日期", None, min_value=first, key="day.until")
    ui.day_input("检查日期", None, max_value=last, key="day.seen")
    if st.button("发布", key="day.go"):
        ui.act(action, done="已发布。")


@pytest.mark.parametrize(
    ("key", "typed", "sentence"),
    [
        ("day.on", date(2026, 11, 1), "“施行日期”不能选2026年11月1日，请选择2026年12月1日至"),
        ("day.on", date(2028, 1, 1), "“施行日期”不能选2028年1月1日"),
        ("day.until", date(2026, 11, 30), "请选择2026年12月1日或以后的日期"),
        ("day.seen", date(2027, 12, 2), "请选择2027年12月1日或以前的日期"),
    ],
)
def test_a_day_that_is_not_possible_is_told_and_never_replaced_by_another(
    database: Database, hall: Cast, key: str, typed: date, sentence: str
) -> None:
    before, page = _site_name(), AppTest.from_function(_form).run()
    page.date_input(key=key).set_value(typed)
    page.button(key="day.go").click().run()
    assert sum(sentence in text for text in text_of(page)) == 2  # at the field, at the button
    assert _site_name() == before
    page.date_input(key=key).set_value(date(2027, 2, 1))
    page.button(key="day.go").click().run()
    assert "已发布。" in text_of(page) and not any("不能选" in text for text in text_of(page))
    assert _site_name() == ("2027-02-01" if key == "day.on" else "2026-12-01")


def _two_days() -> None:
    from datetime import date, timedelta

    import streamlit as st

    from safety_app import ui
    from safety_app.ui import session as ui_session

    ui_session.use_finder(lambda _token, _now: None)
    ui_session.begin()
    today = st.session_state.get("today", date(2026, 11, 23))
    ui.day_input("开始日期", today, min_value=today, key="day.first")
    ui.day_input("结束日期", today + timedelta(days=6), min_value=today, key="day.last")


def test_a_field_that_nobody_touched_follows_the_day(database: Database, hall: Cast) -> None:
    page = AppTest.from_function(_two_days).run()
    page.date_input(key="day.last").set_value(date(2026, 11, 30)).run()
    page.session_state["today"] = date(2026, 11, 24)
    for _turn in range(2):
        page.run()
        assert page.date_input(key="day.first").value == date(2026, 11, 24)
        assert page.date_input(key="day.last").value == date(2026, 11, 30)
        assert not any("不能选" in text for text in text_of(page)) and not page.warning


def test_no_day_is_asked_for_past_these_words(dialect: str) -> None:
    root = Path(__file__).parents[2]
    folders = ("safety_app", "checklists", "hazards", "drills", "equipment")
    found = [
        path.relative_to(root).as_posix()
        for folder in folders
        for path in sorted((root / folder).rglob("*.py"))
        if ".date_input(" in path.read_text("utf-8")
    ]
    assert found == ["safety_app/ui/fields.py"]


def test_a_bug_is_not_taken_for_a_rule(database: Database, hall: Cast) -> None:
    assert _run("bug").exception


def test_explain_leaves_bugs_alone(dialect: str) -> None:
    from safety_app.core.db import DatabaseUnreachable
    from safety_app.core.failures import DatabaseBusy, DiskFull, explain

    def failing(text: str) -> Any:
        return OperationalError("SELECT", {}, Exception(text))

    assert explain(ZeroDivisionError()) is None
    assert explain(failing("no such column: hazards.colour")) is None
    assert isinstance(explain(failing("unable to open database file")), DatabaseUnreachable)
    assert isinstance(explain(failing("database is locked")), DatabaseBusy)
    assert isinstance(explain(OSError(28, "No space left on device")), DiskFull)
    assert explain(OSError(2, "No such file")) is None
