"""The stopwatch in a real browser, on plain HTTP, before the real application."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from drills.clock.strings import STRINGS
from tests.checklists import sheet_front
from tests.checklists.sheet_front import PIN, Hall, picture, sign
from tests.drills import clock_front
from tests.drills.clock_front import (
    open_clock,
    plan_today,
    record,
    stamp,
    visit,
    wait_stamped,
)
from tests.live import ROOT

pytestmark = pytest.mark.e2e
SCRIPT = (ROOT / "drills" / "clock" / "clock.js").read_text("utf-8")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with clock_front.opened_hall(tmp_path_factory.mktemp("hall")) as hall:
        yield hall


@pytest.fixture
def house(running: Hall) -> Iterator[Hall]:
    with sheet_front.visited(running):
        yield running


def test_a_drill_goes_on_after_a_reload_and_a_server_that_was_killed(
    house: Hall, chromium: Browser, tmp_path: Path
) -> None:
    code = plan_today(house)
    page = visit(house, chromium, house.people.lead, code)
    assert page.evaluate("isSecureContext") is False
    page.tap("footer >> text=开始演练")
    stamp(page, "发现并报警")
    wait_stamped(page, "发现并报警")
    house.house.kill()
    stamp(page, "拨打 119")
    page.set_input_files("#camera", picture(tmp_path, "a.jpg"))
    page.wait_for_selector(".receipt:has-text('2 条已存本机')")
    house.house.start()
    open_clock(house, page, code)  # the battery was dead: a reload, and the queue goes on
    wait_stamped(page, "拨打 119")
    page.wait_for_selector(".receipt[data-tone=green]")
    assert page.locator(".elapsed[data-state=running]").count() == 1
    found = record(house, code)
    assert set(found.seconds) == {"alarm", "call_119"}
    assert (found.stamps, found.photos, found.status) == (2, 1, "under_way")


def test_two_tablets_share_one_clock_and_double_nothing(house: Hall, chromium: Browser) -> None:
    code = plan_today(house)
    here = visit(house, chromium, house.people.lead, code)
    there = visit(house, chromium, house.people.officer, code)
    here.tap("footer >> text=开始演练")
    expect(there.locator(".elapsed")).to_have_attribute("data-state", "running")
    stamp(here, "疏散广播")
    wait_stamped(there, "疏散广播")
    there.context.set_offline(True)
    stamp(there, "大厅人员疏散完毕")
    stamp(here, "大厅人员疏散完毕")
    wait_stamped(here, "大厅人员疏散完毕")
    there.context.set_offline(False)
    there.wait_for_selector(".receipt[data-tone=green]")
    times = [
        page.locator(".moment:has(h3:text-is('大厅人员疏散完毕')) strong").inner_text()
        for page in (here, there)
    ]
    assert times[0] == times[1]
    found = record(house, code)
    assert set(found.seconds) == {"announcement", "hall_empty"} and found.stamps == 3


def test_the_tablet_that_began_first_without_a_network_is_the_clock(
    house: Hall, chromium: Browser
) -> None:
    code = plan_today(house)
    away = visit(house, chromium, house.people.lead, code)
    here = visit(house, chromium, house.people.officer, code)
    away.context.set_offline(True)
    away.tap("footer >> text=开始演练")
    stamp(away, "发现并报警")
    away.wait_for_timeout(1500)
    stamp(away, "拨打 119")
    away.wait_for_timeout(5000)
    here.tap("footer >> text=开始演练")
    expect(here.locator(".elapsed")).to_have_attribute("data-state", "running")
    away.context.set_offline(False)
    wait_stamped(here, "拨打 119")
    found = record(house, code)
    assert found.seconds["alarm"] <= 1 and found.seconds["call_119"] in (1, 2, 3)


def test_a_stamp_is_taken_back_and_given_anew(house: Hall, chromium: Browser) -> None:
    code = plan_today(house)
    page = visit(house, chromium, house.people.lead, code)
    page.tap("footer >> text=开始演练")
    stamp(page, "发现并报警")
    wait_stamped(page, "发现并报警")
    page.tap("[aria-label='撤销：发现并报警']")
    page.wait_for_selector(".moment:not(.stamped):has(h3:text-is('发现并报警'))")
    page.wait_for_selector(".receipt[data-tone=green]")
    assert record(house, code).seconds == {}
    stamp(page, "发现并报警")
    wait_stamped(page, "发现并报警")
    assert set(record(house, code).seconds) == {"alarm"}


def test_people_sign_by_hand_by_name_or_on_paper_and_the_drill_is_finished(
    house: Hall, chromium: Browser
) -> None:
    code = plan_today(house)
    page = visit(house, chromium, house.people.lead, code)
    page.tap("footer >> text=开始演练")
    page.tap("text=停止计时")
    page.tap("footer >> text=结束演练")
    page.wait_for_selector("text=还没有人员到场记录")
    page.tap("[aria-label='签到：周航']")
    page.tap("text=确认签到")
    page.wait_for_selector("text=请先在签名区签名")
    sign(page)
    page.tap("text=确认签到")
    page.tap("[aria-label='签到：李敏']")
    page.tap("text=仅勾选")
    page.tap("[aria-label='签到：王晓燕']")
    page.tap("text=改用姓名和数字密码")
    page.get_by_label("姓名", exact=True).fill("王晓燕")
    page.get_by_label("6 位数字密码").fill(PIN)
    page.tap("text=确认签到")
    page.wait_for_selector(".person:has-text('王晓燕'):has-text('已签到')")
    page.tap("[aria-label='缺席：吴涛']")
    page.tap("dialog >> text=请假")
    page.tap("text=记为缺席")
    page.wait_for_selector(".person:has-text('吴涛'):has-text('缺席：请假')")
    page.tap("[aria-label='增加一人：办事群众']")
    page.wait_for_selector("[role=tab]:has-text('签到 3/')")
    page.wait_for_selector(".receipt[data-tone=green]")
    page.tap("footer >> text=结束演练")
    page.tap("dialog >> text=结束演练 >> nth=-1")
    page.wait_for_url(f"**/drills?drill={code}")
    found = record(house, code)
    assert (found.status, found.signed) == ("held", 2)


def test_somebody_signed_out_in_mid_drill_loses_nothing(house: Hall, chromium: Browser) -> None:
    code = plan_today(house)
    page = visit(house, chromium, house.people.lead, code)
    page.tap("footer >> text=开始演练")
    stamp(page, "发现并报警")
    wait_stamped(page, "发现并报警")
    page.context.clear_cookies()
    stamp(page, "拨打 119")
    wait_stamped(page, "拨打 119")
    assert set(record(house, code).seconds) == {"alarm", "call_119"}


LEAVE = "**/api/drills/*/clock"


def test_what_was_tapped_goes_in_the_own_name_or_not_at_all(house: Hall, chromium: Browser) -> None:
    code = plan_today(house)
    page = visit(house, chromium, house.people.lead, code)
    page.evaluate("localStorage.clear()")
    page.route(LEAVE, lambda route: route.abort())
    open_clock(house, page, code)
    page.tap("footer >> text=开始演练")
    stamp(page, "发现并报警")
    page.wait_for_selector(".receipt:has-text('2 条已存本机')")
    page.goto("about:blank")  # the page tries again by itself
    page.unroute(LEAVE)
    house.sign_in(page.context, house.people.officer)
    open_clock(house, page, code)
    page.wait_for_selector(".notice:has-text('李敏有 2 条记录存在本平板')")
    page.wait_for_selector(".receipt[data-tone=green]")
    assert (record(house, code).status, record(house, code).stamps) == ("planned", 0)
    house.sign_in(page.context, house.people.lead)
    open_clock(house, page, code)
    wait_stamped(page, "发现并报警")
    page.wait_for_selector(".hint:has-text('李敏')")
    assert page.locator(".notice").count() == 0


def test_whoever_is_refused_leaves_nothing_for_the_next_one(house: Hall, chromium: Browser) -> None:
    code = plan_today(house)
    page = visit(house, chromium, house.people.lead, code)
    page.evaluate("localStorage.clear()")
    page.route(LEAVE, lambda route: route.abort())
    open_clock(house, page, code)
    page.tap("footer >> text=开始演练")
    page.wait_for_selector(".receipt:has-text('1 条已存本机')")
    refused = {"code": "NotAllowed", "message": "您没有此项权限"}
    page.unroute(LEAVE)
    page.route(LEAVE, lambda route: route.fulfill(status=403, json=refused))
    page.wait_for_selector(".notice[data-tone=red]:has-text('您没有此项权限')", timeout=20_000)
    assert page.locator("footer button, .stamp").count() == 0
    assert page.locator(".elapsed[data-state=idle]").count() == 1
    page.unroute(LEAVE)
    for person in (house.people.officer, house.people.lead):
        house.sign_in(page.context, person)
        open_clock(house, page, code)
        page.wait_for_selector(".receipt[data-tone=green]")
    assert record(house, code).status == "planned"


def test_a_drill_of_another_day_is_only_looked_at(house: Hall, chromium: Browser) -> None:
    page = visit(house, chromium, house.people.lead, plan_today(house, days=1))
    page.wait_for_selector(".receipt[data-tone=grey]:has-text('只能查看')")
    expect(page.locator(".notice[data-tone=red]")).to_contain_text("请先调整日期")
    assert page.locator("footer button, .stamp").count() == 0


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1024, 768)])
def test_it_reads_well_on_every_screen(
    house: Hall, chromium: Browser, width: int, height: int
) -> None:
    code = plan_today(house)
    page = visit(
        house, chromium, house.people.lead, code, viewport={"width": width, "height": height}
    )
    page.tap("footer >> text=开始演练")
    stamp(page, "发现并报警")
    wait_stamped(page, "发现并报警")
    for tab in ("#tab-clock", "#tab-people"):
        page.tap(tab)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag22aa"]})
        assert found.violations_count == 0, found.generate_report()
    words = page.locator("body").inner_text()
    assert not re.search(r"[A-Za-z]{4,}", words.replace(code, "")), words


def test_every_sentence_of_the_script_travels_with_the_page() -> None:
    asked = set(re.findall(r'\bt\("((?:[^"\\]|\\.)*)"', SCRIPT))
    asked |= set(re.findall(r'\btn\("(?:[^"\\]|\\.)*", "((?:[^"\\]|\\.)*)"', SCRIPT))
    assert asked - set(STRINGS) == set()
