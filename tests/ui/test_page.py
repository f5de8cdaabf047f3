"""One action in one transaction: done, refused, or failed, always with a sentence."""

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
