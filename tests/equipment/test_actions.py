"""The steps on an item's page: which one is filled, and every form, as each person sees them."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from equipment.models import Item, Status, Step
from equipment.pages.actions import FORMS
from equipment.service import life
from equipment.service.away import send_away
from equipment.service.detail import get_detail
from equipment.service.moving import move
from equipment.service.offered import offered
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.db import Database, reading, transaction
from safety_app.ui import components
from safety_app.workplace import service as workplace
from tests.cast import NOW, TODAY, Cast
from tests.dialects import sqlite_only
from tests.equipment.items import LONG_AGO, make_file, make_item, make_store
from tests.screens import open_page, text_of

pytestmark = sqlite_only
BROKEN = ("暂时无法显示", "This cannot be shown right now")
Choose = Callable[[list[int]], None]
OLD = date(2016, 11, 1)


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def choose(monkeypatch: pytest.MonkeyPatch) -> Choose:
    """Pretend that these files were chosen."""
    real = components._component

    def chosen(ids: list[int]) -> None:
        answer = {"files": [{"id": one} for one in ids]}

        def fake(name: str) -> Any:
            return (lambda **_how: answer) if name == "files" else real(name)

        monkeypatch.setattr(components, "_component", fake)

    return chosen


def made(hall: Cast, kind: str = "extinguisher-abc", **facts: Any) -> Item:
    """An item that is in the database for good."""
    with transaction() as session:
        return make_item(session, hall, kind, **facts)


def store(hall: Cast) -> int:
    """A place for spares."""
    with transaction() as session:
        return make_store(session, hall)


def page_of(actor: Actor, item: Item, language: str = "zh_CN", **query: str) -> AppTest:
    """The page of an item."""
    return open_page(actor, "equipment", language=language, item=item.code, **query)


def now_of(item: Item) -> Item:
    """The item as the database has it."""
    with reading() as session:
        return session.get_one(Item, item.id)


def do(page: AppTest, item: Item, step: Step) -> tuple[AppTest, str]:
    """The form of a step, opened by its button, and what its fields begin with."""
    page.button(key=f"equipment.do.{step}").click().run()
    assert not page.exception
    return page, f"equipment.step.{step}.{item.id}"


def go(page: AppTest, key: str) -> list[str]:
    """What the page says after the form was sent."""
    page.button(key=f"{key}.go").click().run()
    assert not page.exception
    return text_of(page)


def filled(page: AppTest) -> list[str]:
    """The filled buttons; a link to the inspection is no button."""
    return [one.label for one in page.button if one.proto.type == "primary"]


def first_of(actor: Actor, item: Item) -> Step | None:
    """The one step to take now."""
    with reading() as session:
        return offered(get_detail(session, actor, item.code, today=TODAY))[0]


def test_the_filled_button_follows_the_state(database: Database, hall: Cast) -> None:
    lead = hall.lead
    fine = made(hall, made_on=date(2025, 6, 1))
    assert first_of(lead, fine) is Step.INSPECT and not filled(page_of(lead, fine))
    soon = made(hall, made_on=date(2021, 12, 1))
    assert filled(page_of(lead, soon)) == ["登记送修"]
    over = made(hall, made_on=OLD)
    assert filled(page_of(lead, over)) == ["登记更换"]
    with transaction() as session:
        life.scrap(session, lead, over.id, reason="旧", on_date=TODAY, certificate="1", now=NOW)
        spare = make_item(session, hall, location_id=make_store(session, hall))
        send_away(
            session, hall.officer, soon.id, firm="宏安", on_date=TODAY, stand_in_id=spare.id,
            now=NOW,
        )  # fmt: skip
        life.lose(session, lead, fine.id, reason="不在", on_date=TODAY, now=NOW)
    assert filled(page_of(lead, soon)) == ["登记维修"]
    assert filled(page_of(lead, fine)) == ["登记找回"]
    gone = page_of(lead, over)
    assert not gone.button and "已报废" in text_of(gone)


def test_lights_and_kits_have_their_own_next_step(database: Database, hall: Cast) -> None:
    long_ago = LONG_AGO - timedelta(days=340)
    light = made(hall, "emergency-light", size="", registered=long_ago)
    assert filled(page_of(hall.lead, light)) == ["登记维护"]
    later = date(2029, 1, 1)
    parts = {"pads": TODAY + timedelta(days=28), "battery": later}
    aed = made(hall, "aed", size="", consumables=parts)
    assert filled(page_of(hall.lead, aed)) == ["更换部件"]


def test_what_is_left_at_a_window_out_of_use_is_moved(database: Database, hall: Cast) -> None:
    item = made(hall, made_on=date(2025, 6, 1), window_id=hall.a02)
    with transaction() as session:
        workplace.retire_window(
            session, hall.administrator, hall.a02, site_id=hall.site_id, on=TODAY, now=NOW
        )
    page = page_of(hall.officer, item)
    assert filled(page) == ["位置和责任人"]
    assert "A02 社保窗口（已停用）" in text_of(page)
    assert any("所在窗口或区域已停用" in text for text in text_of(page))


def test_each_sees_what_is_theirs(database: Database, hall: Cast) -> None:
    over = made(hall, made_on=OLD)
    assert first_of(hall.staff, over) is None
    assert filled(page_of(hall.manager, over)) == ["登记报废"]
    staff = page_of(hall.staff, over)
    assert [one.label for one in staff.button if one.key and ".do." in one.key] == ["发现报废条件"]
    fine = made(hall, made_on=date(2025, 6, 1))
    assert first_of(hall.staff, fine) is Step.INSPECT
    assert first_of(hall.administrator, fine) is None


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_form_opens(database: Database, hall: Cast, language: str) -> None:
    items = [made(hall), made(hall, "aed", size="", consumables={"pads": TODAY})]
    items.append(made(hall, made_on=OLD))
    with transaction() as session:
        spare = make_item(session, hall, location_id=make_store(session, hall))
        away = make_item(session, hall)
        away.status = Status.AWAY
        spare.stands_in_for_id = items[0].id
        lost = make_item(session, hall)
        lost.status = Status.LOST
        unfit = make_item(session, hall)
        life.condemn(session, hall.staff, unfit.id, because="锈蚀", now=NOW)
    items += [spare, away, lost, unfit]
    seen: set[Step] = set()
    for item in items:
        with reading() as session:
            primary, others = offered(get_detail(session, hall.officer, item.code, today=TODAY))
        for step in {primary, *others} & FORMS.keys():
            seen.add(Step(step or ""))
            page = page_of(hall.officer, item, language, do=str(step))
            texts = text_of(page)
            assert not page.exception and f"equipment.step.{step}.{item.id}.go" in {
                one.key for one in page.button
            }, (step, texts)
            assert not any(broken in text for text in texts for broken in BROKEN), step
    assert seen == set(FORMS)


def test_a_step_that_is_not_possible_shows_the_item(database: Database, hall: Cast) -> None:
    item = made(hall)
    for step in ("find", "return", "change_consumable", "nonsense"):
        page = page_of(hall.lead, item, do=step)
        assert not page.exception, step
        assert not [one for one in page.button if one.key and one.key.endswith(".go")]
    page = page_of(hall.staff, item, do="scrap")
    assert not [one for one in page.button if one.key and one.key.endswith(".go")]


def test_a_service_is_recorded_and_the_date_moves(
    database: Database, hall: Cast, choose: Choose
) -> None:
    item = made(hall, made_on=date(2021, 11, 1))
    with transaction() as session:
        choose([make_file(session, hall.lead)])
    page, key = do(page_of(hall.lead, item), item, Step.SERVICE)
    assert page.button_group(key=f"{key}.services").value == ["service"]
    assert any("请填写“维修单位”" in text for text in go(page, key))
    page.text_input(key=f"{key}.firm").set_value("宏安消防").run()
    page.number_input(key=f"{key}.yuan").set_value(35.5).run()
    texts = go(page, key)
    assert any(f"{item.code} 的维修已登记，下次维修：2028-11-23。" in text for text in texts)
    assert now_of(item).service_by == date(2028, 11, 23)
    assert any("维修完成：宏安消防" in text for text in texts)
    assert "合格证.pdf" in texts


def test_one_visit_of_a_firm_is_recorded_once_for_all(
    database: Database, hall: Cast, choose: Choose
) -> None:
    first, second = (made(hall, made_on=date(2021, 11, 1)) for _n in range(2))
    made(hall, made_on=date(2025, 6, 1))
    choose([])
    page, key = do(page_of(hall.lead, first), first, Step.SERVICE)
    also = page.multiselect(key=f"{key}.also")
    assert len(also.options) == 1 and second.code in also.options[0]
    also.set_value([second.id]).run()
    page.text_input(key=f"{key}.firm").set_value("宏安消防").run()
    page.text_input(key=f"{key}.certificate").set_value("W-7").run()
    assert any("同时登记了另外 1 件" in text for text in go(page, key))
    assert now_of(first).service_by == now_of(second).service_by == date(2028, 11, 23)


def test_a_discharge_asks_how_long_the_light_held(
    database: Database, hall: Cast, choose: Choose
) -> None:
    light = made(hall, "emergency-light", size="", registered=LONG_AGO - timedelta(days=340))
    choose([])
    page, key = do(page_of(hall.lead, light), light, Step.SERVICE)
    field = page.number_input(key=f"{key}.reading")
    assert (field.label, field.placeholder) == ("持续工作时间（分钟，必填）", "不少于 30 分钟")
    assert any("请填写“持续工作时间”实测值" in text for text in go(page, key))
    page.number_input(key=f"{key}.reading").set_value(18).run()
    assert any("不能登记为合格" in text for text in go(page, key))
    assert now_of(light).last_services == {}
    page.number_input(key=f"{key}.reading").set_value(45).run()
    texts = go(page, key)
    assert any("持续工作时间 45 分钟" in text for text in texts)
    assert now_of(light).last_services == {"discharge": "2026-11-23"}


def test_several_lights_are_tested_at_once_and_the_lowest_counts(
    database: Database, hall: Cast, choose: Choose
) -> None:
    long_ago = LONG_AGO - timedelta(days=340)
    first, second = (made(hall, "exit-sign", size="", registered=long_ago) for _n in range(2))
    choose([])
    page, key = do(page_of(hall.lead, first), first, Step.SERVICE)
    page.multiselect(key=f"{key}.also").set_value([second.id]).run()
    field = page.number_input(key=f"{key}.reading")
    assert field.label == "持续工作时间（分钟，各件中的最小值，必填）"
    field.set_value(31).run()
    go(page, key)
    assert all("持续工作时间 31 分钟" in "".join(text_of(page_of(hall.lead, one)))
               for one in (first, second))  # fmt: skip


def test_only_what_is_measured_is_asked_for(database: Database, hall: Cast) -> None:
    hydrant = made(hall, "hydrant", size="", registered=LONG_AGO - timedelta(days=340))
    page, key = do(page_of(hall.lead, hydrant), hydrant, Step.SERVICE)
    assert [one.key for one in page.number_input] == [f"{key}.yuan"]


def test_the_only_one_goes_with_a_substitute(database: Database, hall: Cast) -> None:
    item = made(hall, made_on=date(2021, 12, 1))
    spare = made(hall, location_id=store(hall), placing="2 号柜")
    page, key = do(page_of(hall.officer, item), item, Step.SEND_AWAY)
    assert any("不足 4 具" in text for text in text_of(page))
    page.text_input(key=f"{key}.firm").set_value("宏安消防").run()
    assert any("没有替代不得送修" in text for text in go(page, key))
    page.selectbox(key=f"{key}.substitute").set_value(spare.id).run()
    texts = go(page, key)
    assert any("已登记送修" in text for text in texts)
    assert (now_of(item).status, now_of(spare).stands_in_for_id) == (Status.AWAY, item.id)


def test_a_substitute_goes_when_another_one_stands_in(database: Database, hall: Cast) -> None:
    item = made(hall, made_on=date(2021, 12, 1))
    page, key = do(page_of(hall.officer, item), item, Step.CONDEMN)
    page.text_area(key=f"{key}.note").set_value("变形").run()
    go(page, key)
    spare, other = (made(hall, location_id=store(hall), placing="2 号柜") for _n in range(2))
    page, key = do(page_of(hall.officer, item), item, Step.LEND)
    page.selectbox(key=f"{key}.substitute").set_value(spare.id).run()
    go(page, key)
    assert now_of(spare).stands_in_for_id == item.id
    page, key = do(page_of(hall.officer, spare), spare, Step.RETURN)
    assert "MHQ-0001 尚未恢复在位。" in text_of(page)
    assert any("没有替代不得送修" in text for text in go(page, key))
    page.selectbox(key=f"{key}.substitute").set_value(other.id).run()
    go(page, key)
    assert now_of(spare).stands_in_for_id is None
    assert now_of(other).stands_in_for_id == item.id
    for step in (Step.SCRAP, Step.LOSE):
        page, key = do(page_of(hall.officer, item), item, step)
        assert any(text.startswith("MHQ-0003 正在替代它") for text in text_of(page))


def test_an_over_age_one_is_replaced_by_a_new_one(
    database: Database, hall: Cast, choose: Choose
) -> None:
    item = made(hall, made_on=OLD, placing="立柱旁")
    choose([])
    page, key = do(page_of(hall.lead, item), item, Step.REPLACE)
    assert (page.text_area(key=f"{key}.note").value or "").startswith("出厂满 10 年报废（")
    page.selectbox(key=f"{key}.new.year").set_value(2026).run()
    page.selectbox(key=f"{key}.new.month").set_value(9).run()
    page.selectbox(key=f"{key}.new.size").set_value("2 kg").run()
    page.text_input(key=f"{key}.certificate").set_value("BF-9").run()
    assert any("不能替代" in text for text in go(page, key))
    page.selectbox(key=f"{key}.new.size").set_value("4 kg").run()
    texts = go(page, key)
    new = now_of(item).successor_id
    assert now_of(item).status == Status.SCRAPPED and new
    with reading() as session:
        code = session.get_one(Item, new).code
    assert any(f"{code} 已替换 {item.code}" in text for text in texts)
    assert page.query_params["item"] in (code, [code])


def test_what_was_typed_stays_when_a_rule_refuses(
    database: Database, hall: Cast, choose: Choose
) -> None:
    item = made(hall)
    choose([])
    page, key = do(page_of(hall.lead, item), item, Step.SCRAP)
    page.text_area(key=f"{key}.note").set_value("筒体变形").run()
    assert any("请上传照片或单据" in text for text in go(page, key))
    assert page.text_area(key=f"{key}.note").value == "筒体变形"
    page.text_input(key=f"{key}.certificate").set_value("BF-1").run()
    assert any("已报废，请撕下标签" in text for text in go(page, key))
    assert now_of(item).status == Status.SCRAPPED


def test_whoever_comes_second_is_told_who_was_first(database: Database, hall: Cast) -> None:
    item = made(hall)
    page, key = do(page_of(hall.lead, item), item, Step.MOVE)
    page.text_input(key=f"{key}.placing").set_value("门口").run()
    with transaction() as session:
        move(
            session, hall.officer, item.id, window_id=hall.a02, location_id=None, placing="",
            custodian_id=None, now=NOW,
        )  # fmt: skip
    assert any("刘洋刚移动了位置" in text for text in go(page, key))
    assert now_of(item).window_id == hall.a02
    page.selectbox(key=f"{key}.place").set_value(f"w{hall.a01}").run()
    assert any("位置和责任人已保存" in text for text in go(page, key))
    assert (now_of(item).window_id, now_of(item).placing) == (hall.a01, "门口")


def test_a_form_whose_step_has_gone_says_why(database: Database, hall: Cast) -> None:
    item = made(hall)
    page, key = do(page_of(hall.lead, item), item, Step.LOSE)
    with transaction() as session:
        life.scrap(
            session, hall.officer, item.id, reason="旧", on_date=TODAY, certificate="1", now=NOW
        )
    page.run()
    assert any("刘洋刚报废了此件" in text for text in text_of(page))
    assert f"{key}.go" not in {one.key for one in page.button}


@pytest.mark.parametrize(
    ("step", "fields"),
    [
        (Step.REPAIR, {"note": "换保险销"}),
        (Step.CONDEMN, {"note": "筒体锈蚀"}),
        (Step.LOSE, {"note": "盘点时不在"}),
    ],
)
def test_steps_of_a_few_words(
    database: Database, hall: Cast, choose: Choose, step: Step, fields: dict[str, str]
) -> None:
    item = made(hall)
    choose([])
    page = page_of(hall.lead, item, do=str(step))
    key = f"equipment.step.{step}.{item.id}"
    assert any("请填写" in text for text in go(page, key))
    for name, value in fields.items():
        page.text_area(key=f"{key}.{name}").set_value(value).run()
    go(page, key)
    after = {Step.REPAIR: Status.IN_SERVICE, Step.CONDEMN: Status.DEFECTIVE, Step.LOSE: Status.LOST}
    assert now_of(item).status == after[step]


def test_scrap_conditions_are_chosen(database: Database, hall: Cast) -> None:
    item = made(hall)
    page, key = do(page_of(hall.staff, item), item, Step.CONDEMN)
    page.button_group(key=f"{key}.conditions").set_value(["Head cracked"]).run()
    page.text_area(key=f"{key}.note").set_value("提把处").run()
    go(page, key)
    assert now_of(item).condemned_because == "器头裂纹；提把处"


def test_new_pads_and_a_find(database: Database, hall: Cast, choose: Choose) -> None:
    aed = made(hall, "aed", size="", consumables={"pads": TODAY, "battery": date(2029, 1, 1)})
    choose([])
    page, key = do(page_of(hall.lead, aed), aed, Step.CHANGE_CONSUMABLE)
    assert page.selectbox(key=f"{key}.part").value == "pads"
    assert any("请填写新部件上标注的有效期" in text for text in go(page, key))
    page.date_input(key=f"{key}.expires").set_value(date(2028, 11, 30)).run()
    assert any("新部件已登记" in text for text in go(page, key))
    assert now_of(aed).expires_on == date(2028, 11, 30)
    with transaction() as session:
        life.lose(session, hall.lead, aed.id, reason="不在", on_date=TODAY, now=NOW)
    page, key = do(page_of(hall.lead, aed), aed, Step.FIND)
    go(page, key)
    assert now_of(aed).status == Status.IN_SERVICE
