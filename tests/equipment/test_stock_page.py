"""Stocks on the screen: first step, every form, what is refused, and whose signature is seen."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from equipment.models import Batch, Stock, StockMove
from equipment.service import stock
from equipment.units import Unit
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.db import Database, reading, transaction
from safety_app.ui import ink
from tests.accounts.people import PIN, give_secrets
from tests.cast import NOW, TODAY, Cast
from tests.dialects import sqlite_only
from tests.equipment.stocks import INK, NEXT_YEAR, fill, hand_out, left, make_stock
from tests.screens import open_page, text_of

pytestmark = sqlite_only
URL = "equipment-stock"
A_DAY = timedelta(days=1)
Sign = Callable[..., None]


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def sign(monkeypatch: pytest.MonkeyPatch) -> Sign:
    """Pretend that this was signed; the pad of the next run is empty again."""
    given: list[dict[str, Any]] = []

    def pad(**how: Any) -> dict[str, Any]:
        return {"signed": {**given.pop(), "about": how["data"]["about"]}} if given else {}

    monkeypatch.setattr(ink, "_component", lambda: pad)
    return lambda **facts: given.append(facts)


@pytest.fixture
def masks(database: Database, hall: Cast) -> int:
    """Twelve masks at A01, two of them expired, ten wanted."""
    with transaction() as session:
        found = make_stock(session, hall)
        fill(session, hall, found.id, 2, TODAY, lot="OLD", received_on=TODAY - 99 * A_DAY)
        fill(session, hall, found.id, 10, NEXT_YEAR, lot="NEW")
        return found.id


def opened(actor: Actor, stock_id: int | None = None, do: str = "", **more: str) -> AppTest:
    """The list, a stock, or one of its forms."""
    query = {"id": str(stock_id)} if stock_id else {}
    page = open_page(actor, URL, **query, **({"do": do} if do else {}), **more)
    assert not page.exception
    return page


def there(stock_id: int) -> int:
    """What the database says."""
    with reading() as session:
        return left(session, stock_id)


def said(page: AppTest) -> str:
    """All words of the page."""
    return " ".join(text_of(page))


def test_an_empty_list_says_the_first_step(database: Database, hall: Cast) -> None:
    assert "还没有建立库存" in said(opened(hall.lead)) and "建立库存" in said(opened(hall.lead))
    assert "由窗口负责人或安全员建立。" in said(opened(hall.staff))
    english = said(open_page(hall.manager, URL, language="en"))
    assert "No stock is kept here yet" in english and "Set up a stock" not in english


def test_a_stock_is_set_up_and_filled(database: Database, hall: Cast) -> None:
    page = opened(hall.lead, do="new")
    page.selectbox(key="equipment_stock.kind").set_value("dust-mask").run()
    page.text_input(key="equipment_stock.variant").set_value("KN95")
    page.selectbox(key="equipment_stock.place").set_value((hall.a01, None)).run()
    page.button(key="equipment_stock.add.go").click().run()
    assert not page.exception and "库存已建立" in said(page) and "登记入库" in said(page)
    page.number_input(key="equipment_stock.quantity").set_value(40)
    page.text_input(key="equipment_stock.lot").set_value("20260901")
    page.date_input(key="equipment_stock.expires").set_value(NEXT_YEAR)
    page.button(key="equipment_stock.receive.go").click().run()
    assert not page.exception and "已入库 40 个。" in said(page) and "批号 20260901" in said(page)
    with reading() as session:
        found = session.scalars(select(Stock)).one()
    assert (found.minimum, found.unit, found.is_reusable) == (10, "piece", False)
    assert there(found.id) == 40


def test_what_is_missing_is_said_and_nothing_is_lost(database: Database, hall: Cast) -> None:
    page = opened(hall.lead, do="new")
    page.text_input(key="equipment_stock.variant").set_value("KN95")
    page.button(key="equipment_stock.add.go").click().run()
    assert "请选择存放的窗口或区域。" in said(page)
    assert page.text_input(key="equipment_stock.variant").value == "KN95"
    assert "没有可建立库存的地点" in said(opened(hall.staff, do="new"))


def test_the_worst_stands_first(database: Database, hall: Cast, masks: int) -> None:
    with transaction() as session:
        fine = make_stock(session, hall, variant="KN100", minimum=0)
        fill(session, hall, fine.id, 5)
        make_stock(session, hall, variant="KN90", window_id=hall.a02)
    words = said(opened(hall.officer))
    assert "3 项库存中有 2 项需处理，紧要的在前" in words
    assert words.index("KN90") < words.index("KN95") < words.index("KN100")
    for expected in ("无可用库存", "2 个已过期", "10 个 / 最低 10", "正常"):
        assert expected in words


def test_a_stock_shows_batches_moves_and_one_filled_button(
    database: Database, hall: Cast, masks: int
) -> None:
    page = opened(hall.lead, masks)
    words = said(page)
    for expected in ("批号 OLD", "今天到期", "批号 NEW", "入库 10 个", "刘洋登记"):
        assert expected in words
    filled = [one for one in page.get("html") if "btn primary" in one.proto.body]
    assert len(filled) == 1 and f"id={masks}&amp;do=discard" in filled[0].proto.body
    assert "报损" not in said(opened(hall.manager, masks))


def test_the_receiver_signs_on_the_page(
    database: Database, hall: Cast, masks: int, sign: Sign
) -> None:
    page = opened(hall.lead, masks, "issue")
    page.selectbox(key="equipment_stock.person").set_value(hall.staff.user_id).run()
    page.number_input(key="equipment_stock.quantity").set_value(3).run()
    sign(strokes=INK.strokes, w=300, h=120, remark="清扫档案室")
    page.run()
    assert not page.exception and "已领用 3 个，签收完成。" in said(page)
    assert "领用 3 个 · 王晓燕" in said(page) and "清扫档案室" in said(page)
    assert there(masks) == 9


def test_a_typed_name_needs_the_receivers_own_code(
    database: Database, hall: Cast, masks: int, sign: Sign
) -> None:
    with transaction() as session:
        give_secrets(session, "wangxy")
    page = opened(hall.lead, masks, "issue")
    page.selectbox(key="equipment_stock.person").set_value(hall.staff.user_id).run()
    sign(typed="王晓燕", pin="135790")
    page.run()
    assert "密码" in said(page) and there(masks) == 12
    sign(typed="李敏", pin=PIN)
    page.run()
    assert "请键入本人姓名：王晓燕。" in said(page) and there(masks) == 12
    sign(typed="王晓燕", pin=PIN)
    page.run()
    assert "签收完成" in said(page) and there(masks) == 11


def test_more_than_there_is_is_refused_with_what_is_there(
    database: Database, hall: Cast, masks: int, sign: Sign
) -> None:
    page = opened(hall.lead, masks, "issue")
    page.selectbox(key="equipment_stock.person").set_value(hall.staff.user_id).run()
    page.number_input(key="equipment_stock.quantity").set_value(11).run()
    sign(strokes=INK.strokes, w=300, h=120)
    page.run()
    assert not page.exception and "可用的只有 10 个" in said(page)
    assert there(masks) == 12


def test_where_nothing_is_fit_for_use_the_form_leads_to_the_receipt(
    database: Database, hall: Cast
) -> None:
    with transaction() as session:
        empty = make_stock(session, hall).id
    assert "登记入库" in said(opened(hall.lead, empty, "issue"))
    for do in ("count", "discard", "return"):
        assert "目前无" in said(opened(hall.lead, empty, do))


def test_goggles_come_back_or_are_discarded(database: Database, hall: Cast) -> None:
    with transaction() as session:
        goggles = make_stock(
            session, hall, kind="goggles", unit=Unit.PAIR, is_reusable=True, minimum=1
        ).id
        fill(session, hall, goggles, 4, None)
        hand_out(session, hall, goggles, 2)
    assert "2 副 · 2026年11月23日领用" in said(opened(hall.lead, goggles))
    page = opened(hall.lead, goggles, "return")
    page.button(key="equipment_stock.return.go").click().run()
    assert "请选择归还人" in said(page)
    page.selectbox(key="equipment_stock.from").set_value(hall.staff.user_id).run()
    person = hall.staff.user_id
    page.number_input(key=f"equipment_stock.quantity.{person}").set_value(1).run()
    page.button(key="equipment_stock.return.go").click().run()
    assert "已归还 1 副。" in said(page) and there(goggles) == 3
    page = opened(hall.lead, goggles, "return")
    page.selectbox(key="equipment_stock.from").set_value(person).run()
    page.segmented_control(key="equipment_stock.fate").set_value("unfit").run()
    page.text_input(key="equipment_stock.worn.words").set_value("镜片划伤").run()
    page.button(key="equipment_stock.return.go").click().run()
    assert "归还 1 副并报损 · 王晓燕" in said(page) and there(goggles) == 3
    assert "目前无人领用" in said(opened(hall.lead, goggles))


def test_a_count_is_blind_and_a_difference_needs_a_reason(
    database: Database, hall: Cast, masks: int
) -> None:
    with reading() as session:
        old, new = session.scalars(select(Batch.id).order_by(Batch.id)).all()
    page = opened(hall.lead, masks, "count")
    page.button(key="equipment_stock.count.go").click().run()
    assert "请填写每个批次的实盘数量" in said(page)
    page.number_input(key=f"equipment_stock.counted.{old}").set_value(2)
    page.number_input(key=f"equipment_stock.counted.{new}").set_value(9)
    page.button(key="equipment_stock.count.go").click().run()
    assert "批号 NEW 实盘 9，账面 10" in said(page) and there(masks) == 12
    page.text_input(key="equipment_stock.reason").set_value("领用未登记")
    page.button(key="equipment_stock.count.go").click().run()
    assert "盘亏 1 个" in said(page) and there(masks) == 11


def test_who_counts_is_told_what_moved_meanwhile_and_may_count_again(
    database: Database, hall: Cast, masks: int
) -> None:
    with reading() as session:
        batches = session.scalars(select(Batch.id).order_by(Batch.id)).all()
    page = opened(hall.lead, masks, "count")
    with transaction() as session:
        hand_out(session, hall, masks, 1)
    for batch, number in zip(batches, (2, 10), strict=True):
        page.number_input(key=f"equipment_stock.counted.{batch}").set_value(number)
    page.button(key="equipment_stock.count.go").click().run()
    assert "刘洋刚登记了“领用”" in said(page) and there(masks) == 11
    page.number_input(key=f"equipment_stock.counted.{batches[1]}").set_value(9)
    page.button(key="equipment_stock.count.go").click().run()
    assert "账实相符" in said(page) and there(masks) == 11


def test_expired_masks_are_discarded_whole(database: Database, hall: Cast, masks: int) -> None:
    page = opened(hall.lead, masks, "discard")
    page.button(key="equipment_stock.discard.go").click().run()
    assert not page.exception and "已报损 2 个。" in said(page) and there(masks) == 10
    page = opened(hall.lead, masks, "discard")
    page.button(key="equipment_stock.discard.go").click().run()
    assert "请填写“原因”。" in said(page) and there(masks) == 10


def test_a_stock_is_changed_and_closed(database: Database, hall: Cast, masks: int) -> None:
    page = opened(hall.lead, masks, "change")
    page.number_input(key="equipment_stock.minimum").set_value(30)
    page.button(key="equipment_stock.change.go").click().run()
    assert "库存信息已修改。" in said(page) and "缺 20 个" in said(page)
    page = opened(hall.lead, masks, "change")
    page.button(key="equipment_stock.close").click().run()
    assert "库存还有 12 个" in said(page)
    with transaction() as session:
        empty = make_stock(session, hall, variant="KN90").id
    page = opened(hall.lead, empty, "change")
    page.button(key="equipment_stock.close").click().run()
    assert "该库存已停用。" in said(page) and "已停用" in said(page)


def test_who_changes_what_another_has_just_changed_is_told(
    database: Database, hall: Cast, masks: int
) -> None:
    page = opened(hall.lead, masks, "change")
    with transaction() as session:
        stock.change_stock(
            session, hall.officer, masks, minimum=77, custodian_id=None, is_reusable=False,
            variant="KN95", unit=Unit.PIECE, now=NOW,
        )  # fmt: skip
    page.number_input(key="equipment_stock.minimum").set_value(5)
    page.button(key="equipment_stock.change.go").click().run()
    assert "该库存刚被他人修改" in said(page)
    with reading() as session:
        assert session.get_one(Stock, masks).minimum == 77


def test_a_press_that_comes_again_is_not_taken_twice(
    database: Database, hall: Cast, masks: int
) -> None:
    page = opened(hall.lead, masks, "receive")
    page.number_input(key="equipment_stock.quantity").set_value(5)
    page.session_state[f"equipment_stock.key.receive.{masks}"] = "k" * 32
    page.button(key="equipment_stock.receive.go").click().run()
    again = opened(hall.lead, masks, "receive")
    again.number_input(key="equipment_stock.quantity").set_value(5)
    again.session_state[f"equipment_stock.key.receive.{masks}"] = "k" * 32
    again.button(key="equipment_stock.receive.go").click().run()
    assert there(masks) == 17


def test_signatures_are_for_keepers_and_whoever_signed(
    database: Database, hall: Cast, masks: int
) -> None:
    with transaction() as session:
        hand_out(session, hall, masks, 1)
        hand_out(session, hall, masks, 1, to=hall.second_staff)

    def drawn(page: AppTest) -> int:
        return sum(one.proto.body.count("drawn-ink") for one in page.get("html"))

    assert drawn(opened(hall.lead, masks)) == 2
    assert drawn(opened(hall.staff, masks)) == 1
    other = str(hall.second_staff.user_id)
    assert drawn(opened(hall.lead, person=other)) == 1
    assert "没有找到该人员" in said(opened(hall.staff, person=other))
    own = opened(hall.staff, person=str(hall.staff.user_id))
    assert "领用 1 个 · 王晓燕" in said(own) and drawn(own) == 1


def test_what_is_not_there_is_a_sentence(database: Database, hall: Cast, masks: int) -> None:
    for wrong in ("999", "x", "9" * 40, "0"):
        page = open_page(hall.officer, URL, id=wrong)
        assert not page.exception and "没有找到该库存" in said(page)
    assert "没有找到该库存" in said(opened(hall.other_staff, masks))
    assert "批号 OLD" in said(opened(hall.lead, masks, "nonsense"))
    assert "批号 OLD" in said(opened(hall.manager, masks, "receive"))
    nobody = opened(hall.officer, person=str(hall.manager.user_id))
    assert "陈静还没有领用记录" in said(nobody)


def test_a_long_history_is_shown_in_parts(database: Database, hall: Cast, masks: int) -> None:
    with transaction() as session:
        for _ in range(35):
            fill(session, hall, masks, 1)
        moves = session.scalars(select(StockMove.id)).all()
    assert len(moves) == 37
    assert said(opened(hall.lead, masks)).count("入库 1 个") == 30
    assert said(opened(hall.lead, masks, moves="all")).count("入库 1 个") == 35
