"""Stocks on the sheet of their check: what the system knows by itself, and what comes of it."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists.service import Submitted
from equipment import stock_subject, subjects
from equipment.closing import bars_closing
from equipment.models import Stock, StockMove, StockStep
from equipment.service import stock
from hazards.models import Hazard
from safety_app.core.access import Actor
from safety_app.core.db import Database, transaction
from safety_app.core.errors import NotAllowed, NotFound
from safety_app.core.i18n import use_language
from tests.cast import NOW, TODAY, Cast
from tests.dialects import sqlite_only
from tests.equipment.sheets import inspect
from tests.equipment.stocks import NEXT_YEAR, fill, hand_out, left, make_stock
from tests.screens import open_page, text_of

A_DAY = timedelta(days=1)


@pytest.fixture
def masks(session: Session, hall: Cast) -> Stock:
    """Eight masks at A01, three of them expired; ten are wanted."""
    found = make_stock(session, hall)
    fill(session, hall, found.id, 3, TODAY, received_on=TODAY - 99 * A_DAY)
    fill(session, hall, found.id, 6, NEXT_YEAR)
    hand_out(session, hall, found.id, 1)
    return found


def code(of: Stock) -> str:
    """By which the engine knows it."""
    return f"stock-{of.id}"


def check(session: Session, actor: Actor, of: Stock, **failed: Any) -> Submitted:
    """Its sheet, all in order but what is named."""
    thing: Any = SimpleNamespace(code=code(of))
    return inspect(session, actor, thing, **failed)


def test_number_dates_and_signatures_are_judged_by_the_system(
    session: Session, hall: Cast, masks: Stock
) -> None:
    seen = subjects.find(session, hall.staff, code(masks), NOW)
    assert (seen.title, seen.place) == ("防尘口罩 KN95", "A01 综合窗口")
    assert seen.known == (
        ("可用 5 个，最低存量 10", False),
        ("3 个已过期", False),
        ("最近有效期 2027年11月30日", True),
        ("每次领用均有签收", True),
    )
    assert seen.previous == "尚未检查过。" and seen.back_url == f"/equipment-stock?id={masks.id}"
    with use_language("en"):
        known = subjects.find(session, hall.staff, code(masks), NOW).known
    assert known[0] == ("Fit for use: 5 pieces, at least 10 are wanted", False)


def test_a_check_is_kept_and_moves_nothing(session: Session, hall: Cast, masks: Stock) -> None:
    done = check(session, hall.staff, masks)
    assert done.hazards == () and done.receipt
    assert done.receipt.lines == (("下次检查", "2026-12-23"),)
    assert left(session, masks.id) == 8
    move = session.scalars(select(StockMove).where(StockMove.step == StockStep.CHECK)).one()
    assert (move.quantity, move.note, move.actor_id) == (0, "", hall.staff.user_id)
    assert "合格，王晓燕" in subjects.find(session, hall.staff, code(masks), NOW).previous


def test_what_is_wrong_is_a_hazard_of_the_stock(session: Session, hall: Cast, masks: Stock) -> None:
    (number,) = check(session, hall.lead, masks, P01={"disposal": "hazard"}).hazards
    hazard = session.scalars(select(Hazard).where(Hazard.number == number)).one()
    assert hazard.source == f"equipment:stock-{masks.id}/P01" and hazard.window_id == hall.a01
    assert hazard.what.startswith("防尘口罩 KN95：")
    assert "发现问题" in subjects.find(session, hall.lead, code(masks), NOW).previous


@pytest.mark.parametrize(("point", "bars"), [("P01", True), ("P04", True), ("P03", False)])
def test_a_hazard_closes_once_the_level_is_right_again(
    session: Session, hall: Cast, masks: Stock, point: str, bars: bool
) -> None:
    source = f"equipment:stock-{masks.id}/{point}"
    assert bool(bars_closing(session, hall.site_id, source, NOW)) is bars
    batch = session.scalars(select(StockMove.batch_id).order_by(StockMove.id)).first() or 0
    stock.discard(session, hall.lead, masks.id, batch_id=batch, quantity=3, reason="过期", now=NOW)
    fill(session, hall, masks.id, 9)
    assert bars_closing(session, hall.site_id, source, NOW) == ""


def test_who_checks_a_stock(session: Session, hall: Cast, masks: Stock) -> None:
    for actor in (hall.staff, hall.lead, hall.officer):
        assert subjects.refusal(session, actor, code(masks)) == ""
    assert "没有此项权限" in subjects.refusal(session, hall.manager, code(masks))
    for actor in (hall.other_staff, hall.third_party):
        with pytest.raises(NotAllowed):
            subjects.refusal(session, actor, code(masks))
    for wrong in ("stock-", "stock-x", "stock-0", f"stock-{masks.id + 9}", "stock-9999999999"):
        with pytest.raises(NotFound):
            stock_subject.stock_of(session, hall.site_id, wrong)
    with pytest.raises(NotFound):
        subjects.refusal(session, hall.foreign_manager, code(masks))


def test_the_custodian_checks_wherever_it_is(session: Session, hall: Cast) -> None:
    masks = make_stock(
        session, hall, by=hall.officer, window_id=hall.a03, custodian_id=hall.staff.user_id
    )
    assert subjects.refusal(session, hall.staff, code(masks)) == ""


def test_no_check_of_a_closed_stock_is_begun_but_what_was_seen_is_kept(
    session: Session, hall: Cast
) -> None:
    masks = make_stock(session, hall)
    stock.close_stock(session, hall.lead, masks.id, now=NOW)
    assert "该库存已停用" in subjects.refusal(session, hall.lead, code(masks))
    check(session, hall.lead, masks)
    checked = select(StockMove.id).where(
        StockMove.stock_id == masks.id, StockMove.step == StockStep.CHECK
    )
    assert session.scalar(checked) is not None


@sqlite_only
def test_the_page_of_a_stock_leads_to_its_sheet(database: Database, hall: Cast) -> None:
    with transaction() as session:
        masks = make_stock(session, hall)
        check(session, hall.staff, masks, P03={"disposal": "hazard"})
        stock_id = masks.id
    for actor in (hall.staff, hall.lead):
        page = open_page(actor, "equipment-stock", id=str(stock_id))
        links = "".join(one.proto.body for one in page.get("html"))
        assert f"/inspect/equipment:stock-{stock_id}" in links
        assert "检查 · 发现问题" in " ".join(text_of(page))
    page = open_page(hall.manager, "equipment-stock", id=str(stock_id))
    assert "/inspect/" not in "".join(one.proto.body for one in page.get("html"))
