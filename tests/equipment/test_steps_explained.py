"""Steps that sound alike are told apart where they are chosen."""

import pytest

from safety_app.core import clock
from safety_app.core.db import Database
from tests.cast import NOW, Cast
from tests.dialects import sqlite_only
from tests.equipment.items import make_item
from tests.screens import open_page, text_of

pytestmark = sqlite_only


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def test_each_step_behind_more_says_what_it_is(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        code = make_item(session, hall).code
    said = text_of(open_page(hall.officer, "equipment", item=code))
    for words in (
        "器材取走交维修单位，送回后再登记维修。",
        "已排除检查发现的故障，不改变维修日期。",
        "器材仍在原处但已不能使用，停用待更换。",
        "器材已处理并退出台账，不补新件。",
    ):
        assert words in said, words
    english = text_of(open_page(hall.officer, "equipment", item=code, language="en"))
    assert "It is gone for good and leaves the register, without a new one." in english
