"""The life of an extinguisher in the browser: scanned, failed, serviced, replaced, labelled."""

import base64
import io
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, expect
from pypdf import PdfReader
from sqlalchemy import select

from equipment.due import add_months
from equipment.models import Item, Status
from hazards.models import Hazard
from tests.e2e.hall import Hall, today
from tests.e2e.test_story import FETCH
from tests.e2e.visits import DESKTOP, PHONE, Visit, visit
from tests.equipment.items import make_item

pytestmark = pytest.mark.e2e


@pytest.fixture
def codes(hall: Hall) -> tuple[str, str]:
    """One whose first service fell due last month, one of water past its six years."""
    with hall.database.transaction() as session:
        due = make_item(session, hall.people, common=True, made_on=_ago(61))
        over = make_item(
            session, hall.people, "extinguisher-water", common=True, size="3 L", made_on=_ago(73)
        )
        return due.code, over.code


def _ago(months: int) -> date:
    return add_months(today().replace(day=1), -months)


def _item(hall: Hall, code: str) -> Item:
    with hall.database.reading() as session:
        return session.scalars(select(Item).where(Item.code == code)).one()


def test_from_the_scan_to_the_new_label(
    hall: Hall, chromium: Browser, codes: tuple[str, str]
) -> None:
    due, over = codes
    with visit(chromium, hall, "zh_CN", **PHONE) as phone:
        phone.be(hall.people.officer)
        number = _inspect(phone, due)
        _see_hazard(phone, number)
        assert phone.trouble == []
    with hall.database.reading() as session:
        hazard = session.scalars(select(Hazard).where(Hazard.number == number)).one()
    assert hazard.source == f"equipment:{due}/E05"
    with visit(chromium, hall, "zh_CN", **DESKTOP) as desk:
        desk.be(hall.people.officer)
        _record_service(desk, due)
        assert _item(hall, due).service_by == add_months(today(), 24)
        new = _replace(desk, hall, over)
        _print_label(desk, new)
        assert desk.trouble == []


def _inspect(phone: Visit, code: str) -> str:
    """Scan, find the pressure too low, finish; the number of the hazard."""
    page = phone.open(f"/q/{code}", ".group")
    assert "已到期" in page.inner_text(".verified.bad")
    page.tap(".group:nth-child(1) > .ask [data-value=P]")
    page.tap(".group:nth-child(2) > .ask [data-value=F]")
    points = page.locator(".group:nth-child(2) .points .item")
    points.nth(0).locator("[data-value=F]").first.tap()
    for place in range(1, points.count()):
        points.nth(place).locator("[data-value=P]").first.tap()
    page.tap(".group:nth-child(3) > .ask [data-value=P]")
    page.tap(".group:nth-child(4) > .ask [data-value=P]")
    page.tap(".foot .primary")
    page.tap("dialog .primary")
    page.wait_for_selector(".donecard")
    return page.inner_text(".donecard .numbers a")


def _see_hazard(phone: Visit, number: str) -> None:
    phone.page.tap(".donecard .numbers a")
    for words in (number, "灭火器压力不在绿区"):
        shown = phone.page.get_by_text(words).locator("visible=true")
        expect(shown.first).to_be_visible(timeout=30_000)


def _record_service(desk: Visit, code: str) -> None:
    """The firm, the certificate; the dates move."""
    page = desk.open(f"/equipment?item={code}&do=service", "h1")
    page.get_by_label(desk.say("Firm (required)")).fill("清河县安泰消防技术服务有限公司")
    number = desk.say("Number of the certificate (this or a photo is required)")
    page.get_by_label(number).fill("WX-2026-118")
    page.keyboard.press("Tab")
    desk.settle()
    desk.press("Save the service")
    expect(page.get_by_text(add_months(today(), 24).isoformat()).first).to_be_visible(
        timeout=30_000
    )
    desk.settle()


def _replace(desk: Visit, hall: Hall, over: str) -> str:
    """A new one of the same protection; the code of it."""
    page = desk.open(f"/equipment?item={over}&do=replace", "h1")
    desk.settle()
    made = today() - timedelta(days=40)
    _choose(desk, "Year made", str(made.year))
    _choose(desk, "Month made", str(made.month))
    number = desk.say("Number of the proof (this or a photo is required)")
    page.get_by_label(number).fill("BF-2026-007")
    page.keyboard.press("Tab")
    desk.settle()
    desk.press("Replace {code}", code=over)
    expect(page.get_by_text("已替换").first).to_be_visible(timeout=30_000)
    old = _item(hall, over)
    assert old.status == Status.SCRAPPED and old.successor_id
    with hall.database.reading() as session:
        new = session.get_one(Item, old.successor_id)
    assert (new.location_id, new.placing) == (old.location_id, old.placing)
    return new.code


def _choose(desk: Visit, label: str, option: str) -> None:
    """Open a list and take one of its lines."""
    desk.page.get_by_role("combobox", name=desk.say(label)).first.click()
    desk.page.get_by_role("option", name=option, exact=True).click()
    desk.settle()
    if desk.page.get_by_role("listbox").count():  # a busy machine lets it open again
        desk.page.keyboard.press("Tab")
        desk.settle()


def _print_label(desk: Visit, code: str) -> None:
    """One label with the code and its address."""
    found = desk.page.evaluate(FETCH, f"/equipment/labels.pdf?codes={code}&paper=70x37")
    assert found["type"] == "application/pdf"
    text = PdfReader(io.BytesIO(base64.b64decode(found["data"]))).pages[0].extract_text()
    assert code in text
