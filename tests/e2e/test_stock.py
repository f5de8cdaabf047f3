"""Handing out on the tablet: the receiver signs on the pad for one person and one number."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from equipment.models import StockMove, StockStep
from tests.e2e.hall import Hall
from tests.e2e.visits import TABLET, visit
from tests.equipment.stocks import fill, left, make_stock

pytestmark = pytest.mark.e2e


def sign(page: Page) -> None:
    """A name drawn with the finger."""
    box = page.locator("canvas").bounding_box()
    assert box
    x, y = box["x"] + 40, box["y"] + 60
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(30):
        page.mouse.move(x + step * 10, y + (step % 5) * 12)
    page.mouse.up()


def test_what_was_signed_for_is_what_goes_out(hall: Hall, chromium: Browser) -> None:
    people, now = hall.people, datetime.now(UTC)
    with hall.database.transaction() as session:
        stock_id = make_stock(session, people, by=people.officer, variant="FFP2").id
        fill(session, people, stock_id, 5, None, now=now)
    with visit(chromium, hall, "zh_CN", **TABLET) as here:
        here.be(people.lead)
        page = here.open(f"/equipment-stock?do=issue&id={stock_id}", "h1")
        page.locator(".st-key-equipment_stock-person input").click()
        page.get_by_role("option", name="周航").click()
        page.locator("canvas").wait_for()
        sign(page)
        amount = page.locator(".st-key-equipment_stock-quantity input")
        amount.fill("2")
        amount.press("Enter")
        expect(page.locator(".ink-says")).to_contain_text("2 个")
        # Nobody has signed for two: the pad is empty again.
        page.locator(".ink .go").click()
        expect(page.locator(".ink-wrong")).to_contain_text("签名")
        sign(page)
        page.locator(".ink .go").dblclick()
        expect(page.locator(".note-green").first).to_contain_text("已领用 2 个，签收完成。")
        assert here.trouble == []
    with hall.database.reading() as session:
        issues = session.scalars(
            select(StockMove).where(
                StockMove.stock_id == stock_id, StockMove.step == StockStep.ISSUE
            )
        ).all()
        assert [(one.quantity, one.person_id) for one in issues] == [
            (-2, people.second_staff.user_id)
        ]
        assert '"strokes"' in issues[0].signature and left(session, stock_id) == 3
