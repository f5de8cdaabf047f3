"""Dates corrected on the screen: what may be said, and why a scrap date is put off."""

from datetime import date

import pytest
from sqlalchemy import select

from equipment.due import Precision
from equipment.models import Item
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


def test_the_form_offers_no_way_back_to_unknown(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        known = make_item(session, hall).id
        unknown = make_item(session, hall, made_on=None, precision=Precision.UNKNOWN).id
    page = open_page(hall.lead, "equipment", item="MHQ-0001", do="edit")
    assert page.segmented_control(key=f"equipment.edit.{known}.made").options == [
        "按年月填写", "看不清或没有",
    ]  # fmt: skip
    assert not any(one.key == f"equipment.edit.{known}.reason" for one in page.text_area)
    page = open_page(hall.lead, "equipment", item="MHQ-0002", do="edit")
    assert len(page.segmented_control(key=f"equipment.edit.{unknown}.made").options) == 3


def test_an_over_age_one_asks_why_it_is_younger(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        name = f"equipment.edit.{make_item(session, hall, made_on=date(2010, 1, 1)).id}"
    page = open_page(hall.lead, "equipment", item="MHQ-0001", do="edit")
    page.selectbox(key=f"{name}.year").set_value(2020).run()
    page.button(key=f"{name}.save").click().run()
    assert any("请说明原因" in text for text in text_of(page))
    page.text_area(key=f"{name}.reason").set_value("登记时看错").run()
    page.button(key=f"{name}.save").click().run()
    assert not page.exception and "MHQ-0001 的信息已保存。" in text_of(page)
    with database.reading() as session:
        assert session.scalars(select(Item)).one().scrap_on == date(2030, 1, 1)
