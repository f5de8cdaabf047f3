"""Each service goes by its own name, each form says what it asks for, each end names its reason."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from equipment.due import Precision
from equipment.models import Item, Step
from equipment.pages.words import badge
from equipment.service import life, listing
from equipment.service.detail import get_detail
from equipment.service.history import history
from equipment.service.listing import Filters
from equipment.telling import sentence
from safety_app.core import clock
from safety_app.core.db import Database, transaction
from safety_app.core.i18n import use_language
from safety_app.features import features
from tests.cast import NOW, TODAY, Cast
from tests.dialects import sqlite_only
from tests.equipment.items import LAST_YEAR, make_item
from tests.equipment.lives import at
from tests.equipment.test_replacing import replaced
from tests.screens import open_page, text_of


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    features()
    monkeypatch.setattr(clock, "now", lambda: NOW)


def row_of(session: Session, hall: Cast, today: date) -> listing.ItemRow:
    [row] = listing.list_items(session, hall.officer, Filters(today)).rows
    return row


def test_a_badge_names_the_service(session: Session, hall: Cast) -> None:
    make_item(session, hall, "smoke-detector", size="", registered=at(date(2025, 12, 1)))
    last = date(2026, 12, 1)
    for today, words, english in (
        (last - timedelta(days=8), "8 天后功能试验", "Function test in 8 days"),
        (last, "功能试验今天到期", "Function test due today"),
        (last + timedelta(days=2), "功能试验超期 2 天", "Function test 2 days overdue"),
    ):
        row = row_of(session, hall, today)
        found = [badge(one) for one in row.standings]
        assert any(words in one for one in found), words
        with use_language("en"):
            assert any(english in badge(one) for one in row.standings), english
    assert (row.change_by, row.service) == (last, "function_test")


@sqlite_only
def test_the_list_and_the_item_name_it_too(database: Database, hall: Cast) -> None:
    with transaction() as session:
        light = make_item(session, hall, "emergency-light", size="")
        make_item(session, hall, "smoke-detector", size="", registered=at(date(2025, 11, 1)))
    texts = "\n".join(text_of(open_page(hall.lead, "equipment", item=light.code)))
    assert "功能试验已到期 2026-11-01" in texts
    assert "下次放电试验 2027-11-01" in texts and "最近放电试验" not in texts
    assert "下次维修" not in texts


def page_of(hall: Cast, item: Item, step: Step) -> AppTest:
    return open_page(hall.lead, "equipment", item=item.code, do=str(step))


def labels(page: AppTest) -> list[str]:
    return [one.label for one in (*page.text_input, *page.date_input, *page.text_area)]


@sqlite_only
def test_a_form_says_what_is_required(database: Database, hall: Cast) -> None:
    with transaction() as session:
        light = make_item(session, hall, "emergency-light", size="")
        powder = make_item(session, hall)
    found = labels(page_of(hall, light, Step.SERVICE))
    assert {"单位或人员（选填）", "记录编号（选填）"} <= set(found)
    found = labels(page_of(hall, powder, Step.SERVICE))
    assert "合格证编号（编号、照片至少填一项）" in found


@sqlite_only
def test_after_a_step_nothing_else_is_offered_to_register(database: Database, hall: Cast) -> None:
    with transaction() as session:
        light = make_item(session, hall, "exit-sign", size="")
    page = page_of(hall, light, Step.REPAIR)
    key = f"equipment.step.repair.{light.id}"
    page.text_area(key=f"{key}.note").set_value("换灯管").run()
    page.button(key=f"{key}.go").click().run()
    texts = text_of(page)
    assert not page.exception and any("修复已登记" in text for text in texts), texts
    assert "再登记一件" not in texts and "打印标签" in texts


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"made_on": date(2016, 1, 1)}, "出厂满 10 年报废"),
        ({"made_on": None, "precision": Precision.UNREADABLE}, "无法识别"),
        ({"made_on": None, "precision": Precision.UNKNOWN}, "30 日内未核实"),
        ({"condemned": "筒体变形"}, "筒体变形"),
    ],
)
@sqlite_only
def test_the_reason_to_scrap_is_the_real_one(
    database: Database, hall: Cast, facts: dict[str, Any], reason: str
) -> None:
    with transaction() as session:
        condemned = facts.pop("condemned", "")
        item = make_item(session, hall, registered=LAST_YEAR, **facts)
        if condemned:
            life.condemn(session, hall.staff, item.id, because=condemned, now=NOW)
    page = page_of(hall, item, Step.REPLACE)
    note = page.text_area(key=f"equipment.step.replace.{item.id}.note").value or ""
    assert reason in note, note
    assert any("凭证编号" in label for label in labels(page))


def test_a_new_unit_says_which_it_replaced(session: Session, hall: Cast) -> None:
    old = make_item(session, hall, made_on=date(2016, 11, 1))
    new = replaced(session, hall.lead, old)
    first = history(session, hall.officer, new.id)[-1]
    assert (first.step, first.other) == (Step.REGISTER, old.code)
    assert sentence(first) == f"登记在A01 综合窗口，替换{old.code}"
    assert get_detail(session, hall.officer, new.code, today=TODAY).predecessor == old.code
    assert get_detail(session, hall.officer, old.code, today=TODAY).predecessor == ""


@sqlite_only
def test_old_and_new_lead_to_each_other(database: Database, hall: Cast) -> None:
    with transaction() as session:
        old = make_item(session, hall, made_on=date(2016, 11, 1))
        new = replaced(session, hall.lead, old)
    for one, other in ((old, new), (new, old)):
        page = open_page(hall.lead, "equipment", item=one.code)
        links = "".join(html.proto.body for html in page.get("html"))
        assert f'<a href="/equipment?item={other.code}">{other.code}</a>' in links
