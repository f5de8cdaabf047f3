"""An item's sheet in a real browser at phone size, on plain HTTP, before the real application."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from checklists.models import Run
from equipment.models import Item, Status
from hazards import service as hazards
from hazards.models import Hazard
from safety_app.core.access import Actor
from safety_app.core.i18n import day_text
from safety_app.core.photos import PhotoStore, ingest
from tests.cast import NOW
from tests.checklists import sheet_front
from tests.checklists.sheet_front import Hall
from tests.equipment import sheets
from tests.equipment.items import LAST_YEAR, make_item
from tests.hazards.test_api import jpeg
from tests.live import ZONE

pytestmark = pytest.mark.e2e
PHONE: Final[dict[str, Any]] = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
MOST_TAPS: Final = 5


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with sheet_front.opened_hall(tmp_path_factory.mktemp("hall")) as hall:
        yield hall


@pytest.fixture
def house(running: Hall) -> Iterator[Hall]:
    with sheet_front.visited(running):
        yield running


def item(hall: Hall, **facts: Any) -> str:
    """The code of a new extinguisher of the ground floor."""
    with hall.database.transaction() as session:
        return make_item(session, hall.people, **{"common": True, **facts}).code


def scan(hall: Hall, browser: Browser, code: str, who: Actor | None = None) -> Page:
    """A phone that has opened the label."""
    context = browser.new_context(**PHONE)
    hall.visits.append(context)
    hall.sign_in(context, who or hall.people.officer)
    page = context.new_page()
    page.on("pageerror", lambda error: sheet_front.wrong.append(str(error)))
    page.goto(f"{hall.house.url}/q/{code}")
    page.wait_for_selector(".group, .notice")
    page.evaluate("addEventListener('click', () => { window.taps = (window.taps ?? 0) + 1; })")
    return page


def group(place: int) -> str:
    """Selector of the buttons of a group, counted from 1."""
    return f".group:nth-child({place}) > .ask"


def say(page: Page, place: int, value: str) -> None:
    """Tap what a group is."""
    page.tap(f"{group(place)} [data-value={value}]")


def finish(page: Page) -> None:
    """Tap the one filled button and wait for the receipt."""
    page.tap(".foot .primary")
    page.wait_for_selector(".donecard", timeout=30_000)


def stored(hall: Hall, code: str) -> Run:
    """The newest run of an item."""
    with hall.database.reading() as session:
        query = select(Run).where(Run.subject == f"equipment:{code}").order_by(Run.id.desc())
        return session.scalars(query.limit(1)).one()


def controls(page: Page) -> list[str]:
    """The names of all that can be tapped or filled in, from top to bottom."""
    found = page.locator("a, button, input, select, textarea, summary, [role=button], [onclick]")
    names = "all => all.map(one => one.innerText.trim() || one.ariaLabel)"
    return list(found.locator("visible=true").evaluate_all(names))


def accessible(page: Page) -> None:
    """No serious fault by WCAG 2.2 AA."""
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    serious = [one for one in found.response["violations"] if one["impact"] != "minor"]
    assert serious == []


def test_five_taps_lead_from_the_label_to_the_stored_result(house: Hall, chromium: Browser) -> None:
    code = item(house)
    page = scan(house, chromium, code)
    accessible(page)
    for place in range(1, 5):
        say(page, place, "P")
    finish(page)
    assert page.evaluate("window.taps") <= MOST_TAPS
    assert "检查合格，已保存" in page.inner_text(".donecard")
    assert "下次检查" in page.inner_text(".donecard .facts")
    accessible(page)
    run = stored(house, code)
    assert run.submitted_at is not None and set(run.answers) == {"P"}
    at = run.submitted_at.astimezone(ZoneInfo(ZONE))  # whatever the phone's zone is
    assert re.search(f"，{at:%H}:[0-9]{{2}}。", page.inner_text(".donecard .muted"))
    with house.database.reading() as session:
        kept = session.scalars(select(Item).where(Item.code == code)).one()
        assert kept.last_inspection_passed is True


def test_how_it_was_last_time_and_its_picture_are_seen(house: Hall, chromium: Browser) -> None:
    officer = house.people.officer
    kept = ingest(PhotoStore(house.house.folder / "photos"), jpeg(size=(640, 480)))
    with house.database.transaction() as session:
        upload = hazards.store_upload(session, officer, kept, "mhq", NOW)
    code = item(house, photo_upload_id=upload.id, registered=LAST_YEAR)
    last_month = datetime.now(UTC).replace(day=1) - timedelta(days=3)
    with house.database.transaction() as session:
        thing = session.scalars(select(Item).where(Item.code == code)).one()
        sheets.inspect(session, officer, thing, now=last_month)
        day = day_text(thing.last_inspected_on or last_month, weekday=False, year=True)
    page = scan(house, chromium, code)
    expect(page.get_by_text(f"上次检查 {day}，合格，刘洋", exact=True)).to_be_visible()
    picture = page.locator(".thing img")
    expect(picture).to_be_visible()
    expect(picture).not_to_have_js_property("naturalWidth", 0)
    with page.expect_popup() as opened:
        page.tap(".thing")
    assert opened.value.url == f"{house.house.url}/photos/{kept.key}"
    assert opened.value.evaluate("document.images[0].naturalWidth") == 640


def test_why_it_could_not_be_finished_is_seen(house: Hall, chromium: Browser) -> None:
    page = scan(house, chromium, item(house))
    for place in range(1, 5):
        say(page, place, "P")
    said = "磁盘已满，请稍后再试。"
    page.route("**/submit", lambda route: route.fulfill(status=507, json={"message": said}))
    page.tap(".foot .primary")
    expect(page.locator(".notice", has_text=said)).to_be_in_viewport(ratio=1)
    page.unroute("**/submit")
    finish(page)


def test_nothing_passes_everything_at_once(house: Hall, chromium: Browser) -> None:
    code = item(house)
    page = scan(house, chromium, code)
    assert page.locator(".group").count() == 4
    say(page, 1, "P")
    page.tap(".foot .primary")
    assert page.locator(".donecard").count() == 0
    assert page.locator(f"{group(2)} [aria-pressed=true]").count() == 0


def test_each_group_and_each_point_has_its_own_answers_and_no_button_answers_for_all(
    house: Hall, chromium: Browser
) -> None:
    page = scan(house, chromium, item(house))
    answers, last = ["合格", "有问题"], ["登记其他隐患", "下一个未答（4）", "本页说明"]
    assert controls(page) == ["返回", "应急", *answers * 4, *last]
    say(page, 1, "F")
    page.wait_for_selector(".group:nth-child(1) .points .item >> visible=true")
    points = ["合格", "不合格", "不适用"] * 5
    assert controls(page) == ["返回", "应急", *answers, *points, *answers * 3, *last]


def test_answers_survive_a_server_that_is_killed(house: Hall, chromium: Browser) -> None:
    code = item(house)
    page = scan(house, chromium, code)
    say(page, 1, "P")
    page.wait_for_selector(".receipt:has-text('已保存 5/13')", timeout=30_000)
    house.house.kill()
    for place in (2, 3, 4):
        say(page, place, "P")
    page.wait_for_selector(".receipt:has-text('已存本机 13/13')", timeout=30_000)
    house.house.start()
    page.wait_for_selector(".receipt:has-text('已保存 13/13')", timeout=60_000)
    finish(page)
    assert set(stored(house, code).answers) == {"P"}


def test_what_is_wrong_opens_its_group_and_becomes_a_hazard(house: Hall, chromium: Browser) -> None:
    code = item(house)
    page = scan(house, chromium, code)
    say(page, 1, "P")
    say(page, 2, "F")
    points = page.locator(".group:nth-child(2) .points .item")
    points.nth(0).locator("[data-value=F]").first.tap()
    for place in range(1, points.count()):
        points.nth(place).locator("[data-value=P]").first.tap()
    say(page, 3, "P")
    say(page, 4, "P")
    accessible(page)
    page.tap(".foot .primary")
    page.wait_for_selector("dialog[open]")
    accessible(page)
    page.tap("dialog .primary")
    page.wait_for_selector(".donecard")
    assert "发现问题，已保存" in page.inner_text(".donecard")
    number = page.inner_text(".donecard .numbers a")
    with house.database.reading() as session:
        hazard = session.scalars(select(Hazard).where(Hazard.number == number)).one()
    assert hazard.source == f"equipment:{code}/E05"


def test_a_scrap_condition_is_said_and_takes_it_out_of_service(
    house: Hall, chromium: Browser
) -> None:
    code = item(house)
    page = scan(house, chromium, code)
    for place in (1, 2, 3):
        say(page, place, "P")
    say(page, 4, "F")
    points = page.locator(".group:nth-child(4) .points .item")
    points.nth(0).locator("[data-value=F]").first.tap()
    chosen = points.nth(0).locator(".options [aria-pressed=true]").first.inner_text()
    assert "达到报废条件" in chosen
    for place in range(1, points.count()):
        points.nth(place).locator("[data-value=P]").first.tap()
    page.tap(".foot .primary")
    page.tap("dialog .primary")
    page.wait_for_selector(".donecard")
    assert "须更换" in page.inner_text(".donecard")
    with house.database.reading() as session:
        kept = session.scalars(select(Item).where(Item.code == code)).one()
        assert kept.status == Status.DEFECTIVE
    again = scan(house, chromium, code)
    assert "须更换" in again.inner_text(".notice")
    assert again.locator(".group [aria-pressed]").count() == 0


def test_a_weight_is_judged_by_the_limits_of_the_item(house: Hall, chromium: Browser) -> None:
    code = item(
        house, kind="extinguisher-co2", size="3 kg", made_on=date(2025, 1, 1),
        limits={"E05": (7.9, None)},
    )  # fmt: skip
    page = scan(house, chromium, code)
    for place in (1, 3, 4, 2):
        say(page, place, "P")
    assert page.evaluate("document.activeElement.dataset.field") == "number"
    page.keyboard.type("7,8")
    page.locator("h1").click()
    page.wait_for_selector(".group:nth-child(2) .points .item .options")
    page.fill(".number input", "8.1")
    page.locator("h1").click()
    page.wait_for_selector(f"{group(2)} [data-value=P][aria-pressed=true]")
    finish(page)
    assert set(stored(house, code).answers) == {"P"}


def test_a_label_of_a_scrapped_item_leads_on(house: Hall, chromium: Browser) -> None:
    old, new = item(house), item(house)
    with house.database.transaction() as session:
        gone = session.scalars(select(Item).where(Item.code == old)).one()
        took = session.scalars(select(Item).where(Item.code == new)).one()
        gone.status, gone.successor_id = Status.SCRAPPED, took.id
    page = scan(house, chromium, old)
    assert "已于" in page.inner_text(".notice") and "报废" in page.inner_text(".notice")
    page.tap(".foot .primary")
    page.wait_for_url(f"**/inspect/equipment:{new}")


def test_a_sheet_begun_elsewhere_is_gone_on_with(house: Hall, chromium: Browser) -> None:
    code = item(house)
    first = scan(house, chromium, code)
    say(first, 1, "P")
    first.wait_for_selector(".receipt:has-text('已保存 5/13')", timeout=30_000)
    second = scan(house, chromium, code, house.people.lead)
    assert "刘洋" in second.inner_text(".notice")
    second.tap(".foot .primary")
    for place in (2, 3, 4):
        second.wait_for_selector(f"{group(place)} [data-value=P]")
        say(second, place, "P")
    finish(second)
    assert stored(house, code).submitted_by == house.people.lead.user_id


def test_a_sheet_left_for_a_day_begins_anew(house: Hall, chromium: Browser) -> None:
    code = item(house)
    page = scan(house, chromium, code)
    say(page, 1, "P")
    page.wait_for_selector(".receipt:has-text('已保存 5/13')", timeout=30_000)
    with house.database.transaction() as session:
        run = session.scalars(select(Run).where(Run.subject == f"equipment:{code}")).one()
        run.closes_at = datetime.now(UTC) - timedelta(minutes=1)
    page = scan(house, chromium, code)
    assert page.locator("[aria-pressed=true]").count() == 0
    for place in range(1, 5):
        say(page, place, "P")
    finish(page)
