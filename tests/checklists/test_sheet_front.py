"""The patrol sheet in a real browser, on plain HTTP, before the real application."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route

from checklists.sheet.strings import STRINGS
from safety_app.core.i18n import _, use_language
from tests.checklists import sheet_front
from tests.checklists.sheet_front import PIN, Hall, answer, item, picture, sign, wait_saved
from tests.live import NAME, ROOT, eventually

pytestmark = pytest.mark.e2e
SCRIPT = (ROOT / "checklists" / "sheet" / "sheet.js").read_text("utf-8")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with sheet_front.opened_hall(tmp_path_factory.mktemp("hall")) as hall:
        yield hall


@pytest.fixture
def house(running: Hall) -> Iterator[Hall]:
    with sheet_front.visited(running):
        yield running


def test_answers_and_photos_survive_a_server_that_is_killed(
    house: Hall, chromium: Browser, tmp_path: Path
) -> None:
    task = house.patrol()
    page = house.visit(chromium, house.people.staff, task)
    answer(page, 1, "P")
    wait_saved(page, 1, 4)
    house.house.kill()
    answer(page, 2, "F")
    page.tap(f"{item(2)} [data-value=spot]")
    page.fill(f"{item(2)} [data-field=note]", "地面有水，已擦干")
    page.set_input_files(
        f"{item(2)} input[type=file]",
        [picture(tmp_path, "a.jpg"), picture(tmp_path, "b.jpg", "gray")],
    )
    answer(page, 3, "P")
    page.wait_for_selector(".receipt:has-text('已存本机 3/4')")
    page.wait_for_selector("text=网络断开，可以继续")
    house.house.start()
    wait_saved(page, 3, 4)
    page.wait_for_selector(f"{item(2)} .tile[data-state=sent] >> nth=1")
    record = house.record(task)
    assert (record.answers, record.notes, record.late) == ("PFP.", ["地面有水，已擦干"], 0)
    assert len(record.photos) == len(set(record.photos)) == 2
    assert len(record.last_seqs) == 1


def test_a_reload_in_mid_queue_sends_the_rest_once(
    house: Hall, chromium: Browser, tmp_path: Path
) -> None:
    task = house.patrol()
    page = house.visit(chromium, house.people.staff, task)
    answer(page, 1, "P")
    wait_saved(page, 1, 4)
    house.house.kill()
    answer(page, 2, "F")
    page.tap(f"{item(2)} [data-value=spot]")
    page.set_input_files(f"{item(2)} input[type=file]", picture(tmp_path, "a.jpg"))
    answer(page, 4, "P")
    page.fill(f"{item(2)} [data-field=note]", "正在写的话")
    page.wait_for_selector(".receipt:has-text('已存本机')")
    page.wait_for_timeout(800)
    house.house.start()
    house.open(page, task)
    assert page.get_attribute(f"{item(2)} [data-value=F]", "aria-pressed") == "true"
    assert page.input_value(f"{item(2)} [data-field=note]") == "正在写的话"
    wait_saved(page, 3, 4)
    page.wait_for_selector(f"{item(2)} .tile[data-state=sent]")
    eventually(lambda: house.record(task).notes == ["正在写的话"])
    record = house.record(task)
    assert (record.answers, record.notes, len(record.photos)) == ("PF.P", ["正在写的话"], 1)
    assert len(record.last_seqs) == 1 and record.late == 0


def test_a_receipt_lost_on_the_way_adds_nothing_twice(
    house: Hall, chromium: Browser, tmp_path: Path
) -> None:
    task = house.patrol()
    page = house.visit(chromium, house.people.staff, task)
    lost: list[str] = []

    def lose(route: Route) -> None:
        sent = route.request.url
        if sent in lost or len(lost) > 3:
            route.continue_()
            return
        lost.append(sent)
        route.fetch(url=sent.replace(NAME, "127.0.0.1"))
        route.abort()

    page.route("**/api/runs/*/photos*", lose)
    page.route("**/api/runs/*/entries", lose)
    answer(page, 1, "F")
    page.set_input_files(f"{item(1)} input[type=file]", picture(tmp_path, "a.jpg"))
    page.wait_for_selector(f"{item(1)} .tile[data-state=sent]")
    answer(page, 2, "P")
    wait_saved(page, 2, 4)
    record = house.record(task)
    assert len(lost) == 2
    assert (record.answers, len(record.photos), record.last_seqs) == ("FP..", 1, [3])


def test_another_tablet_takes_over_and_the_first_is_told(house: Hall, chromium: Browser) -> None:
    task = house.patrol()
    first = house.visit(chromium, house.people.staff, task)
    answer(first, 1, "P")
    wait_saved(first, 1, 4)
    second = house.visit(chromium, house.people.second_staff, task)
    assert "王晓燕已开始这次巡查，已答 1/4" in second.inner_text("main")
    second.tap(".foot .primary")
    second.wait_for_selector(".answers")
    answer(second, 2, "P")
    wait_saved(second, 2, 4)
    answer(first, 2, "F")
    first.wait_for_selector("text=周航已在另一台设备继续这次巡查")
    record = house.record(task)
    assert (record.answers, record.late) == ("PP..", 1)
    first.tap(".foot .primary")
    first.wait_for_selector(".answers")
    assert first.get_attribute(f"{item(2)} [data-value=P]", "aria-pressed") == "true"
    answer(first, 3, "P")
    wait_saved(first, 3, 4)
    assert house.record(task).answers == "PPP."
    house.open(second, task)
    second.wait_for_selector("text=王晓燕另有 1 条内容事后或从其他平板传来")
    second.tap("details.late summary")
    assert second.inner_text("details.late li") == "D09 有问题"


def test_an_item_that_is_urgent_is_registered_with_the_first_tap(
    house: Hall, chromium: Browser
) -> None:
    task = house.patrol(part="during")
    page = house.visit(chromium, house.people.staff, task)
    card = page.locator(".item", has_text="D17")
    card.locator("[data-value=F]").tap()
    card.locator("text=已登记为 HZ-").first.wait_for()
    assert card.locator("[data-value=hazard]").get_attribute("aria-pressed") == "true"
    assert card.locator("[data-value=spot]").get_attribute("aria-pressed") == "false"
    assert len(house.record(task).hazards) == 1


def test_a_broken_photo_is_refused_in_words_and_holds_nothing_up(
    house: Hall, chromium: Browser, tmp_path: Path
) -> None:
    task = house.patrol()
    page = house.visit(chromium, house.people.staff, task)
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"\xff\xd8\xff" + b"?" * 4000)
    answer(page, 1, "F")
    page.set_input_files(
        f"{item(1)} input[type=file]", [str(broken), picture(tmp_path, "good.jpg")]
    )
    page.wait_for_selector(f"{item(1)} .tile[data-state=refused]")
    page.wait_for_selector(f"{item(1)} .tile[data-state=sent]")
    assert page.locator(f"{item(1)} .photos + .stack .wrong").inner_text() != ""
    for place in (2, 3, 4):
        answer(page, place, "P")
    page.tap(".foot .primary")
    assert "有照片没有被接受" in page.inner_text(f"{item(1)} .missing")
    page.tap(f"{item(1)} .tile[data-state=refused]")
    page.tap("dialog .danger")
    wait_saved(page, 4, 4)
    assert len(house.record(task).photos) == 1


def test_a_patrol_without_problems_takes_two_taps_more_than_it_has_items(
    house: Hall, chromium: Browser
) -> None:
    task = house.patrol(common=True)
    page = house.visit(chromium, house.people.officer, task)
    total = page.locator(".item").count()
    for place in range(1, total + 1):
        answer(page, place, "P")
    page.tap(".foot .primary")
    sign(page)
    page.tap("dialog .primary")
    page.wait_for_selector(".donecard")
    record = house.record(task)
    assert record.submitted and record.answers == "P" * total
    house.open(page, task)
    assert page.locator(".answers").count() == 0
    assert "不能再修改" in page.inner_text("main")


def test_hazards_are_registered_at_submit_and_signed_with_name_and_pin(
    house: Hall, chromium: Browser
) -> None:
    task = house.patrol()
    page = house.visit(chromium, house.people.staff, task)
    answer(page, 1, "F")
    page.tap(f"{item(1)} [data-value=minor]")
    for place in (2, 3):
        answer(page, place, "P")
    answer(page, 4, "N")
    page.tap(".foot .primary")
    assert "请写明原因" in page.inner_text(f"{item(1)} .missing")
    page.fill(f"{item(1)} [data-field=level_reason]", "已断电停用")
    page.tap(".foot .primary")
    page.locator(f"{item(4)} .options button").first.tap()
    page.tap(".foot .primary")
    assert "电源线、插排破损、串接或过热" in page.inner_text("dialog .hazards")
    page.tap("dialog .link")
    page.fill("dialog [name=typed]", "王晓燕")
    page.fill("dialog [name=pin]", PIN)
    page.tap("dialog .primary")
    page.wait_for_selector(".donecard")
    record = house.record(task)
    assert record.submitted and len(record.hazards) == 1
    assert record.hazards[0] in page.inner_text(".donecard")


def test_another_hazard_keeps_its_photo_until_its_words_are_there(
    house: Hall, chromium: Browser, tmp_path: Path
) -> None:
    task = house.patrol()
    page = house.visit(chromium, house.people.staff, task)
    page.tap(".foot .second")
    other = page.locator(".item").last
    other.locator("input[type=file]").set_input_files(picture(tmp_path, "a.jpg"))
    other.locator("[data-field=what]").fill("吊顶松动")
    other.locator(".tile").wait_for()
    page.wait_for_timeout(900)
    house.open(page, task)
    other = page.locator(".item").last
    assert other.locator("[data-field=what]").input_value() == "吊顶松动"
    other.locator("select").select_option("building")
    other.locator("[data-value=serious]").tap()
    other.locator(".tile[data-state=sent]").wait_for()
    record = house.record(task)
    assert (record.notes, len(record.photos)) == (["吊顶松动"], 1)
    assert page.locator(".tile").count() == 1


def test_a_second_tab_of_the_same_browser_waits_until_it_is_asked(
    house: Hall, chromium: Browser
) -> None:
    task = house.patrol()
    page = house.visit(chromium, house.people.staff, task)
    answer(page, 1, "P")
    wait_saved(page, 1, 4)
    second = page.context.new_page()
    house.open(second, task)
    second.wait_for_selector("text=已在本机的另一个页面打开")
    assert second.locator(".answers").count() == 0
    second.tap(".foot .primary")
    second.wait_for_selector(".answers")
    page.wait_for_selector("text=已在本机的另一个页面打开")
    answer(second, 2, "P")
    wait_saved(second, 2, 4)
    assert house.record(task).late == 0


def test_a_shared_tablet_locks_in_place_and_goes_on_uploading(
    house: Hall, chromium: Browser
) -> None:
    task = house.patrol()
    page = house.visit(chromium, house.people.staff, task, shared=True)
    answer(page, 1, "P")
    wait_saved(page, 1, 4)
    house.house.kill()
    answer(page, 2, "P")
    page.wait_for_selector(".receipt:has-text('已存本机 2/4')")
    page.clock.install()
    page.clock.fast_forward("03:00")
    page.wait_for_selector("dialog.lock")
    page.keyboard.press("Escape")
    house.house.start()
    page.clock.fast_forward("01:00")
    page.locator(".receipt:has-text('已保存 2/4')").wait_for(state="attached")
    page.keyboard.type("000000")
    page.wait_for_selector("dialog.lock .wrong:has-text('密码')")
    page.keyboard.type(PIN)
    page.wait_for_selector("dialog.lock", state="detached")
    answer(page, 3, "P")
    wait_saved(page, 3, 4)


def test_taps_keep_the_session_alive_and_rest_does_not(house: Hall, chromium: Browser) -> None:
    page = house.visit(chromium, house.people.staff, house.patrol())
    told: list[str] = []
    page.on("request", lambda request: told.append(request.url))

    def calls() -> int:
        return sum(url.endswith("/api/session/alive") for url in told)

    page.evaluate("() => { const real = Date.now; Date.now = () => real() + 61000; }")
    page.wait_for_timeout(1500)
    assert calls() == 0
    with page.expect_response("**/api/session/alive") as answered:
        answer(page, 1, "P")
    assert answered.value.status == 200
    wait_saved(page, 1, 4)
    assert calls() == 1


def test_the_keyboard_answers_and_moves(house: Hall, chromium: Browser) -> None:
    page = house.visit(chromium, house.people.staff, house.patrol())
    for _place in range(4):
        page.keyboard.press("ArrowDown")
        page.keyboard.press("1")
    wait_saved(page, 4, 4)
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open]")
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog", state="detached")


def test_a_browser_without_a_store_says_so_and_still_saves(house: Hall, chromium: Browser) -> None:
    task = house.patrol()
    page = house.visit(chromium, house.people.staff, task)
    page.add_init_script(
        "Object.defineProperty(window, 'indexedDB', {value: {open() { throw new Error('off') }}})"
    )
    house.open(page, task)
    page.wait_for_selector("text=此浏览器不能把内容存在本机")
    answer(page, 1, "P")
    wait_saved(page, 1, 4)
    assert house.record(task).answers == "P..."


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1024, 768), (320, 640)])
def test_axe_finds_nothing_serious(
    house: Hall, chromium: Browser, tmp_path: Path, scheme: str, size: tuple[int, int]
) -> None:
    viewport = {"width": size[0], "height": size[1]}
    task = house.patrol()
    page = house.visit(chromium, house.people.staff, task, color_scheme=scheme, viewport=viewport)
    answer(page, 1, "F")
    page.tap(f"{item(1)} [data-value=hazard]")
    page.set_input_files(f"{item(1)} input[type=file]", picture(tmp_path, "a.jpg"))
    answer(page, 2, "P")
    answer(page, 3, "P")
    answer(page, 4, "N")
    page.tap(".foot .primary")
    page.wait_for_selector(".tile[data-state=sent]")
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.locator(f"{item(4)} .options button").first.tap()
    page.tap(".foot .second")
    assert faults(page) == []
    page.locator(".item .danger").last.tap()
    page.tap(".foot .primary")
    assert faults(page) == []
    sign(page)
    page.tap("dialog .primary")
    page.wait_for_selector(".donecard")
    assert faults(page) == []


def faults(page: Page) -> list[str]:
    """What axe calls serious or worse on the screen as it is now."""
    page.wait_for_timeout(300)
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    return [
        f"{fault['id']}: {node['html'][:200]}"
        for fault in found.response["violations"]
        if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"]
    ]


def test_the_words_of_the_script_are_those_declared_and_all_are_translated() -> None:
    single = re.findall(r'\bt\(\s*"([^"]+)"', SCRIPT)
    pairs = re.findall(r'\btn\(\s*"([^"]+)",\s*"([^"]+)"', SCRIPT)
    assert {*single, *(word for pair in pairs for word in pair)} == set(STRINGS)
    with use_language("zh_CN"):
        assert [text for text in STRINGS if _(text) == text] == []
