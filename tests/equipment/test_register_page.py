"""The register on the screen: the list, one item, registering, correcting, Today."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from equipment.due import Precision
from equipment.models import Item, Status
from equipment.pages import tiles
from equipment.service import hall_rules, register
from equipment.service.photos import may_see_photo, photos_in_use
from hazards import service as hazards
from safety_app.core import clock
from safety_app.core.db import Database
from safety_app.core.i18n import use_language
from safety_app.ui import components
from tests.cast import NOW, TODAY, Cast
from tests.dialects import sqlite_only
from tests.equipment.items import make_item
from tests.factories import make_photo
from tests.screens import open_page, text_of

pytestmark = sqlite_only
SendPhoto = Callable[[int], None]


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def send_photo(monkeypatch: pytest.MonkeyPatch) -> SendPhoto:
    """Pretend that the picture with this upload id has arrived."""
    real = components._component

    def sent(upload_id: int) -> None:
        def fake(name: str) -> Any:
            if name != "photos":
                return real(name)
            return lambda **_how: {"photos": [{"id": upload_id}]}

        monkeypatch.setattr(components, "_component", fake)

    return sent


def of(database: Database, code: str) -> Item:
    with database.reading() as session:
        return session.scalars(select(Item).where(Item.code == code)).one()


def key(page: Any, name: str) -> str:
    """The full key of a field of the form for a new item."""
    return f"equipment.{page.session_state['equipment.new']}.{name}"


def test_an_empty_register_says_what_to_begin_with(database: Database, hall: Cast) -> None:
    officer = text_of(open_page(hall.officer, "equipment"))
    assert "还没有登记安全设施" in officer and "登记器材" in officer
    manager = text_of(open_page(hall.manager, "equipment", language="en"))
    assert "No safety facilities yet" in manager and "Register a facility" not in manager
    assert "The window leads and the safety officer register them." in manager
    assert "搜索" not in officer, "there is nothing to filter"


def test_the_list_stands_worst_first_with_counts(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        make_item(session, hall, registered=NOW)
        make_item(session, hall, made_on=date(2016, 1, 1), registered=NOW)
        make_item(session, hall, made_on=date(2021, 12, 1), registered=NOW)
    said = text_of(open_page(hall.lead, "equipment"))
    for words in ("全部 3", "待报废 1", "30 天内到期 1", "正常 1", "已到报废期", "8 天后维修"):
        assert words in said, words
    codes = [text for text in said if text.startswith("MHQ-") and len(text) == 8]
    assert list(dict.fromkeys(codes)) == ["MHQ-0002", "MHQ-0003", "MHQ-0001"]


def test_filters_narrow_the_list(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        make_item(session, hall)
        make_item(session, hall, "emergency-light", common=True)
    page = open_page(hall.officer, "equipment", view="fine")
    assert page.segmented_control(key="equipment.view").value == "fine"
    page.selectbox(key="equipment.family").set_value("lighting").run()
    said = text_of(page)
    assert "YJD-0001" in said and "MHQ-0001" not in said
    page.text_input(key="equipment.text").set_value("没有这个").run()
    assert "没有符合条件的器材" in text_of(page)
    page.text_input(key="equipment.text").set_value("")
    page.selectbox(key="equipment.family").set_value("")
    page.selectbox(key="equipment.place").set_value(f"w:{hall.a01}").run()
    said = text_of(page)
    assert "MHQ-0001" in said and "YJD-0001" not in said


def test_one_item_says_its_dates_and_their_rules(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        make_item(
            session, hall, made_on=date(2021, 12, 15), precision=Precision.DAY, maker="某某消防",
            placing="柜台右侧立柱", custodian_id=hall.staff.user_id,
        )  # fmt: skip
    said = text_of(open_page(hall.officer, "equipment", item="mhq1"))
    for words in (
        "MHQ-0001 干粉（ABC）灭火器 4\u00a0kg",
        "A01 综合窗口 · 柜台右侧立柱",
        "维修：首次满 5 年（GB 50444-2008 表5.3.2）",
        "2026-12-15",
        "22 天后",
        "2031-12-15",
        "某某消防",
        "王晓燕",
        "履历",
    ):
        assert words in said, words
    english = text_of(open_page(hall.officer, "equipment", item="MHQ-0001", language="en"))
    assert "Service: first after 5 years (GB 50444-2008, table 5.3.2)" in english


def test_what_is_scrap_has_no_service_ahead(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        make_item(session, hall, made_on=date(2016, 1, 1))
    said = text_of(open_page(hall.officer, "equipment", item="MHQ-0001"))
    assert "已到报废期" in said and not any("首次满 5 年" in text for text in said)


def test_an_item_out_of_sight_is_a_sentence(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        make_item(session, hall, window_id=hall.a03)
    for wrong in ("MHQ-0001", "MHQ-9999", "%00", "灭" * 50):
        page = open_page(hall.staff, "equipment", item=wrong)
        assert not page.exception and "台账中没有该器材" in text_of(page)


def test_an_item_is_registered_step_by_step(database: Database, hall: Cast) -> None:
    page = open_page(hall.lead, "equipment", do="new")
    assert "选择类别后显示需要填写的内容。" in text_of(page)
    page.selectbox(key=key(page, "kind")).set_value("extinguisher-abc").run()
    assert "维修：满 5 年首次，以后每 2 年一次" in text_of(page)
    page.selectbox(key=key(page, "size")).set_value("4 kg")
    page.selectbox(key=key(page, "year")).set_value(2021)
    page.selectbox(key=key(page, "month")).set_value(12).run()
    assert any("维修 2026-12-01" in text for text in text_of(page))
    page.selectbox(key=key(page, "place")).set_value(f"w{hall.a02}")
    page.text_input(key=key(page, "placing")).set_value("柜台左侧")
    page.button(key="equipment.new.save").click().run()
    assert not page.exception and "MHQ-0001 已登记；首次检查最迟于2026年12月23日完成。" in text_of(
        page
    )
    item = of(database, "MHQ-0001")
    assert (item.made_on, item.made_precision) == (date(2021, 12, 1), Precision.MONTH)
    assert (item.window_id, item.placing, item.size) == (hall.a02, "柜台左侧", "4 kg")


def test_a_kind_that_asks_for_nothing_at_intervals_is_registered(
    database: Database, hall: Cast
) -> None:
    with database.transaction() as session:
        rope = hall_rules.add_kind(session, hall.administrator, name="逃生绳", changes={}, now=NOW)
    page = open_page(hall.officer, "equipment", do="new")
    page.selectbox(key=key(page, "kind")).set_value(rope).run()
    assert not page.exception and "2 放置位置" in text_of(page)
    page.selectbox(key=key(page, "place")).set_value(f"l{hall.floor}")
    page.button(key="equipment.new.save").click().run()
    assert not page.exception and "QT-0001 已登记。" in text_of(page)
    assert of(database, "QT-0001").due_on is None


def test_the_next_one_begins_like_the_last(database: Database, hall: Cast) -> None:
    page = open_page(hall.lead, "equipment", do="new")
    page.selectbox(key=key(page, "kind")).set_value("extinguisher-co2").run()
    page.segmented_control(key=key(page, "made")).set_value("unreadable").run()
    assert any("属报废条件" in text for text in text_of(page))
    page.number_input(key=key(page, "low.E05")).set_value(5.2)
    page.selectbox(key=key(page, "place")).set_value(f"w{hall.a01}")
    page.button(key="equipment.new.save").click().run()
    assert of(database, "MHQ-0001").limits == {"E05": [5.2, None]}
    page.query_params.clear()
    page.query_params["do"] = "new"
    page.run()
    assert page.selectbox(key=key(page, "kind")).value == "extinguisher-co2"
    assert page.selectbox(key=key(page, "place")).value == f"w{hall.a01}"


def test_what_is_missing_is_said_and_nothing_is_lost(database: Database, hall: Cast) -> None:
    page = open_page(hall.officer, "equipment", do="new")
    page.selectbox(key=key(page, "kind")).set_value("extinguisher-abc").run()
    page.selectbox(key=key(page, "size")).set_value("4 kg")
    page.button(key="equipment.new.save").click().run()
    assert "请选择器材所在的窗口或区域。" in text_of(page)
    page.selectbox(key=key(page, "place")).set_value(f"l{hall.floor}")
    page.button(key="equipment.new.save").click().run()
    assert any("请填写出厂年月" in text for text in text_of(page))
    assert page.selectbox(key=key(page, "size")).value == "4 kg"
    with database.reading() as session:
        assert not session.scalars(select(Item)).all()


def test_a_phased_out_kind_is_confirmed_first(database: Database, hall: Cast) -> None:
    page = open_page(hall.officer, "equipment", do="new")
    page.selectbox(key=key(page, "kind")).set_value("extinguisher-1211").run()
    assert any("属淘汰类型" in text for text in text_of(page))
    page.segmented_control(key=key(page, "made")).set_value("unknown")
    page.selectbox(key=key(page, "place")).set_value(f"l{hall.floor}")
    page.button(key="equipment.new.save").click().run()
    assert any("请先确认" in text for text in text_of(page))
    page.checkbox(key=key(page, "phased_out")).check()
    page.button(key="equipment.new.save").click().run()
    assert of(database, "MHQ-0001").scrap_on == TODAY


def test_a_lead_registers_at_own_windows_only(database: Database, hall: Cast) -> None:
    page = open_page(hall.lead, "equipment", do="new")
    page.selectbox(key=key(page, "kind")).set_value("aed").run()
    assert len(page.selectbox(key=key(page, "place")).options) == 2
    staff = open_page(hall.staff, "equipment", do="new")
    assert "1 器材信息" not in text_of(staff) and not staff.exception


def test_details_are_corrected_and_two_do_not_overwrite(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        item_id = make_item(session, hall, made_on=date(2024, 3, 1)).id
    page = open_page(hall.lead, "equipment", item="MHQ-0001", do="edit")
    name = f"equipment.edit.{item_id}"
    page.selectbox(key=f"{name}.year").set_value(2022).run()
    with database.transaction() as session:
        register.edit_item(session, hall.officer, item_id, row_version=None, serial="X-1", now=NOW)
    page.button(key=f"{name}.save").click().run()
    assert any("刘洋" in text and "未保存" in text for text in text_of(page))
    page.button(key=f"{name}.save").click().run()
    assert not page.exception and "MHQ-0001 的信息已保存。" in text_of(page)
    assert of(database, "MHQ-0001").made_on == date(2022, 3, 1)


def test_a_photo_stands_on_the_item_for_those_who_see_it(
    database: Database, hall: Cast, send_photo: SendPhoto
) -> None:
    photo = make_photo("mhq")
    with database.transaction() as session:
        upload = hazards.store_upload(session, hall.lead, photo, "k", NOW)
    send_photo(upload.id)
    page = open_page(hall.lead, "equipment", do="new")
    page.selectbox(key=key(page, "kind")).set_value("hydrant").run()
    page.selectbox(key=key(page, "place")).set_value(f"w{hall.a01}")
    page.button(key="equipment.new.save").click().run()
    assert "XHS-0001 现场照片" in text_of(page)
    with database.reading() as session:
        assert may_see_photo(session, hall.staff, photo.key)
        assert not may_see_photo(session, hall.other_staff, photo.key)
        assert not may_see_photo(session, hall.third_party, photo.key)
        assert photos_in_use(session, [photo.key, "0" * 64]) == {photo.key}


def test_today_says_what_falls_due_to_whoever_keeps_it(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        make_item(session, hall, registered=NOW)
    assert not tiles.due(hall.lead, NOW)
    with database.transaction() as session:
        for _ in range(6):
            make_item(session, hall, registered=NOW - timedelta(days=40))
    said = text_of(open_page(hall.lead))
    assert "6 件安全设施到期、超期" in said and "查看全部 6 项" in said
    assert "超期未检 9 天" in said
    assert not any("安全设施到期" in text for text in text_of(open_page(hall.other_lead)))
    assert not any("安全设施到期" in text for text in text_of(open_page(hall.staff)))


def test_today_says_what_comes_within_a_month(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        make_item(session, hall, made_on=date(2021, 12, 1), registered=NOW)
    english = text_of(open_page(hall.officer, language="en"))
    assert "1 safety facility falls due within 30 days" in english


def test_every_badge_speaks_both_languages(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        gone = make_item(session, hall)
        gone.status, gone.due_on = Status.LOST, None
        make_item(session, hall, made_on=None, precision=Precision.UNKNOWN, registered=NOW)
    with use_language("en"):
        page = open_page(hall.officer, "equipment", view="gone", language="en")
    assert "Lost" in text_of(page)
    assert "待核实，还剩 30 天" in text_of(open_page(hall.officer, "equipment"))
