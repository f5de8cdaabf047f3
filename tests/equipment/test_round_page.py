"""A round on the screen: how far it has come, what is missing in walking order, and its end."""

import re
from datetime import date
from typing import Any

import pytest

from equipment.models import Item
from safety_app.core import clock
from safety_app.core.db import Database
from tests.cast import NOW, TODAY, Cast
from tests.dialects import sqlite_only
from tests.equipment.items import days, make_item
from tests.equipment.lives import inspect
from tests.screens import open_page, text_of

pytestmark = sqlite_only
CODE = re.compile(r"[A-Z]+-\d{4}")


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def items(database: Database, hall: Cast) -> list[Item]:
    """Three of the ground floor, walked from the last one registered to the first."""
    with database.transaction() as session:
        made = [make_item(session, hall, common=True, registered=days(-29)) for _n in range(3)]
        for place, item in enumerate(reversed(made), 1):
            item.walk_order = place
        return made


def inspected(database: Database, hall: Cast, *items: Item) -> None:
    """What was in order today."""
    with database.transaction() as session:
        for item in items:
            inspect(session, hall.officer, session.get_one(Item, item.id), TODAY, hour=9)


def round_of(hall: Cast) -> Any:
    """The one round of the hall."""
    page = open_page(hall.officer, "equipment-round")
    assert not page.exception
    return page


def cards(page: Any) -> list[str]:
    """The codes of what is listed, in order."""
    return [text for text in text_of(page) if CODE.fullmatch(text)]


def test_a_round_shows_how_far_it_is_and_what_is_missing_in_walking_order(
    database: Database, hall: Cast, items: list[Item]
) -> None:
    inspected(database, hall, items[1])
    page = round_of(hall)
    said = text_of(page)
    assert "已检 1/3 · 还缺 2 件" in said and "未检 2" in said
    assert cards(page) == [items[2].code, items[0].code]
    assert f"检查 {items[2].code}" in said, "the next one is at hand"
    page.segmented_control(key="equipment_round.view").set_value("all").run()
    assert cards(page) == [item.code for item in reversed(items)]
    assert "11月23日 已检" in text_of(page)


def test_what_is_past_its_day_stands_out(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        item = make_item(session, hall, common=True)
        inspect(session, hall.officer, item, date(2026, 10, 20))
    assert "超期未检 1 件" in text_of(round_of(hall))


def test_a_round_that_is_done_says_so_and_offers_its_order(
    database: Database, hall: Cast, items: list[Item]
) -> None:
    inspected(database, hall, *items)
    page = round_of(hall)
    said = text_of(page)
    for words in ("已检 3/3", "已全部检查", "未检 0", "没有未检器材", "该楼层本月已全部检查。"):
        assert words in said, words
    assert cards(page) == []
    [order] = page.expander
    assert order.label == "调整行走顺序"
    page.button(key="equipment_round.keep").click().run()
    assert not page.exception and "没有未检器材" in text_of(page)


def test_a_floor_where_nothing_falls_due_this_month_opens(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        door = make_item(session, hall, "fire-door", common=True, size="")
        inspect(session, hall.officer, door, date(2026, 10, 20))
    said = text_of(round_of(hall))
    assert "本月没有应检器材" in said and "没有未检器材" in said
    assert "该楼层本月已全部检查。" not in said
