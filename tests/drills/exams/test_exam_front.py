"""The exam's page in a real browser, on plain HTTP, before the real application."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from drills.exams.service import sitting
from drills.exams.sheet.strings import STRINGS
from safety_app.core.i18n import _, use_language
from tests.checklists import sheet_front
from tests.checklists.sheet_front import wrong
from tests.drills.exams import front
from tests.drills.exams.front import House, answer, choose, hand_in, seconds_left, wait_saved
from tests.live import ROOT

pytestmark = pytest.mark.e2e
SCRIPT = (ROOT / "drills" / "exams" / "sheet" / "exam.js").read_text("utf-8")
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with front.opened_house(tmp_path_factory.mktemp("hall")) as house:
        yield house


@pytest.fixture
def house(running: House) -> Iterator[House]:
    with sheet_front.visited(running.hall):
        yield running


def is_aligned(page: Page) -> bool:
    """Whether what is told of the page begins where its card does."""
    card, about = page.locator("main .card").first, page.locator(".about summary")
    lefts = [one.evaluate("one => one.getBoundingClientRect().left") for one in (card, about)]
    return bool(abs(lefts[0] - lefts[1]) < 1)


def test_left_at_question_seven_and_gone_on_with_elsewhere_failed_retaken_and_passed(
    house: House, chromium: Browser
) -> None:
    exam, who = house.exam(), house.hall.people.staff
    first = house.visit(chromium, who, tablet=house.hall.tablet_token)
    house.begin(first, exam)
    right = house.right(exam, who)
    for choice in right[:6]:
        answer(first, choice)
    wait_saved(first, 6)
    assert first.inner_text("h2 .number") == "第 7 题，共 12 题"
    left = seconds_left(first)
    # The battery is dead, the server loses power as well; seven minutes pass.
    first.context.close()
    house.hall.visits.remove(first.context)
    house.hall.house.kill()
    house.pass_time(exam, who, 7 * MINUTE)
    house.hall.house.start()

    second = house.visit(chromium, who, tablet=house.second_tablet)
    house.open(second, exam)
    second.wait_for_selector("text=上次作答平板：“公用平板 1”")
    assert is_aligned(second)
    second.tap("[data-act=resume]")
    second.wait_for_selector(front.OPTION)
    assert second.inner_text("h2 .number") == "第 7 题，共 12 题"
    # What it took to start the server again is given back as well.
    assert abs(seconds_left(second) - left) <= 5
    second.wait_for_selector("text=因中断已补回 7 分")
    for place, choice in enumerate(right[6:], start=6):
        answer(second, choice if place < 8 else 3 - choice)
    wait_saved(second, 12)
    hand_in(second)
    attempt = house.attempt(exam, who)
    assert attempt.passed is False and attempt.given_back >= 7 * 60
    assert "不合格" in second.inner_text(".stamp")
    assert is_aligned(second)
    assert second.locator(".line").count() == 12
    assert "因中断" not in second.inner_text(".verdict")
    second.wait_for_selector("text=考试中断，已补回 7 分")
    second.tap("text=只看答错（4）")
    assert second.locator(".line").count() == 4
    house.open(second, exam)
    assert second.locator("[data-act=begin]").count() == 0
    second.wait_for_selector("text=起可以补考，请先复习")

    house.pass_time(exam, who, timedelta(days=1))
    house.begin(second, exam)
    for choice in house.right(exam, who):
        answer(second, choice)
    wait_saved(second, 12)
    hand_in(second)
    assert second.inner_text(".stamp").strip() == "合格"
    second.wait_for_selector("text=合格记录已计入“窗口级岗前培训”")


def test_answers_given_while_the_server_is_down_are_sent_when_it_is_back(
    house: House, chromium: Browser
) -> None:
    exam, who = house.exam(), house.hall.people.second_staff
    page = house.visit(chromium, who)
    house.begin(page, exam)
    answer(page, 1)
    wait_saved(page, 1)
    house.hall.house.kill()
    for _n in range(3):
        answer(page, 2)
    page.tap("[data-act=mark]")
    page.wait_for_selector(".receipt:has-text('已存本机')")
    page.wait_for_selector("text=网络断开，可以继续")
    house.hall.house.start()
    page.evaluate("dispatchEvent(new Event('online'))")
    wait_saved(page, 4)
    attempt = house.attempt(exam, who)
    assert (attempt.answers[:5], attempt.marks[:5]) == ("12220", "00001")
    assert attempt.late == 0


def test_a_reload_in_mid_queue_goes_on_and_sends_the_rest(house: House, chromium: Browser) -> None:
    exam, who = house.exam(), house.hall.people.lead
    page = house.visit(chromium, who)
    house.begin(page, exam)
    answer(page, 1)
    wait_saved(page, 1)
    house.hall.house.kill()
    answer(page, 2)
    answer(page, 1)
    page.wait_for_selector(".receipt:has-text('已存本机')")
    house.hall.house.start()
    page.reload()
    page.wait_for_selector(front.OPTION)
    wait_saved(page, 3)
    assert house.attempt(exam, who).answers.startswith("121000")
    assert page.inner_text("h2 .number") == "第 4 题，共 12 题"


def test_another_tablet_takes_over_and_the_first_is_told(house: House, chromium: Browser) -> None:
    exam, who = house.exam(), house.hall.people.other_staff
    first = house.visit(chromium, who, tablet=house.hall.tablet_token)
    house.begin(first, exam)
    answer(first, 1)
    wait_saved(first, 1)
    second = house.visit(chromium, who)
    house.open(second, exam)
    assert "在本机继续后，另一台平板将不能再作答" in second.inner_text("main")
    assert second.locator(front.OPTION).count() == 0
    second.tap("[data-act=resume]")
    second.wait_for_selector(front.OPTION)
    wait_saved(second, 1)
    choose(first, 2)
    first.wait_for_selector("text=考试已转到其他平板")
    assert first.locator(front.OPTION).count() == 0
    answer(second, 2)
    wait_saved(second, 2)
    assert house.attempt(exam, who).answers.startswith("12")


ELSEWHERE = "text=本场考试已在本机的另一个页面打开"


def test_a_second_tab_of_the_same_browser_waits_until_it_is_asked(
    house: House, chromium: Browser
) -> None:
    exam, who = house.exam(attempts=0, retake_days=0), house.hall.people.officer
    first = house.visit(chromium, who, tablet=house.hall.tablet_token)
    second = first.context.new_page()
    second.on("pageerror", lambda error: wrong.append(str(error)))
    house.open(second, exam)  # both covers are open before it is begun
    house.begin(first, exam)
    answer(first, 1)
    wait_saved(first, 1)
    second.tap("[data-act=begin]")
    second.wait_for_selector(ELSEWHERE)
    house.open(second, exam)
    second.wait_for_selector(ELSEWHERE)
    assert second.locator(front.OPTION).count() == 0
    assert faults(second) == []

    # What the first tab could not send yet is sent by the one that goes on.
    first.route("**/entries", lambda route: route.abort())
    answer(first, 2)
    answer(first, 1)
    first.wait_for_selector(".receipt:has-text('已存本机 2 题')")
    second.tap("[data-act=resume]")
    second.wait_for_selector(front.OPTION)
    first.wait_for_selector(ELSEWHERE)
    assert first.locator(front.OPTION).count() == 0
    wait_saved(second, 3)
    assert second.inner_text("h2 .number") == "第 4 题，共 12 题"
    answer(second, 2)
    wait_saved(second, 4)
    assert house.attempt(exam, who).answers.startswith("12120")

    first.unroute("**/entries")
    first.tap("[data-act=resume]")
    first.wait_for_selector(front.OPTION)
    second.wait_for_selector(ELSEWHERE)
    assert first.inner_text("h2 .number") == "第 5 题，共 12 题"
    choose(first, 1)
    wait_saved(first, 5)
    hand_in(first)
    second.tap("[data-act=resume]")
    second.wait_for_selector("[data-act=begin]")
    attempt = house.attempt(exam, who)
    assert (attempt.answers, attempt.late) == ("121210000000", 0)


def test_without_the_server_the_other_tab_keeps_the_exam(house: House, chromium: Browser) -> None:
    exam, who = house.exam(attempts=0, retake_days=0), house.hall.people.officer
    first = house.visit(chromium, who)
    house.begin(first, exam)
    answer(first, 1)
    wait_saved(first, 1)
    second = first.context.new_page()
    house.open(second, exam)
    second.wait_for_selector(ELSEWHERE)
    house.hall.house.kill()
    second.tap("[data-act=resume]")
    second.wait_for_selector("text=无法连接服务器")
    answer(first, 2)
    house.hall.house.start()
    wait_saved(first, 2)
    hand_in(first)
    assert house.attempt(exam, who).answers == "12" + "0" * 10


def test_what_a_tab_could_not_put_on_the_disk_it_sends_before_it_yields(
    house: House, chromium: Browser
) -> None:
    exam, who = house.exam(attempts=0, retake_days=0), house.hall.people.officer
    first = house.visit(chromium, who)
    house.begin(first, exam)
    first.evaluate(
        "() => { const put = IDBObjectStore.prototype.put; IDBObjectStore.prototype.put ="
        " function (row) { if (this.name === 'queue') throw new Error('full');"
        " return put.call(this, row); }; }"
    )
    first.route("**/entries", lambda route: route.abort())
    answer(first, 1)
    first.wait_for_selector(".receipt:has-text('已存本机 1 题')")
    second = first.context.new_page()
    house.open(second, exam)
    second.wait_for_selector(ELSEWHERE)
    first.unroute("**/entries")
    second.tap("[data-act=resume]")
    second.wait_for_selector(front.OPTION)
    wait_saved(second, 1)
    assert second.inner_text("h2 .number") == "第 2 题，共 12 题"
    hand_in(second)


def test_an_answer_whose_receipt_was_lost_is_not_kept_twice(
    house: House, chromium: Browser
) -> None:
    exam, who = house.exam(attempts=0, retake_days=0), house.hall.people.officer
    page = house.visit(chromium, who)
    house.begin(page, exam)
    page.evaluate(
        "() => { const send = XMLHttpRequest.prototype.send; XMLHttpRequest.prototype.send ="
        " function (body) { if (`${body}`.includes('place')) this.onload = this.onerror;"
        " return send.call(this, body); }; }"
    )
    choose(page, 1)
    choose(page, 2)
    page.wait_for_selector(".receipt:has-text('已存本机 2 题')")
    assert house.attempt(exam, who).answers.startswith("10")
    page.reload()
    page.wait_for_selector(front.OPTION)
    wait_saved(page, 1)
    attempt = house.attempt(exam, who)
    assert attempt.answers.startswith("20")
    with house.hall.database.reading() as session:
        token = sitting.current_token(session, attempt.id)
        assert token and token.last_seq == 2
    hand_in(page)


def test_tabs_that_know_nothing_of_each_other_lose_no_answer(
    house: House, chromium: Browser
) -> None:
    exam, who = house.exam(attempts=0, retake_days=0), house.hall.people.officer
    first = house.visit(chromium, who)
    first.context.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('closed'); } });"
        "delete window.BroadcastChannel;"
    )
    house.begin(first, exam)
    second = first.context.new_page()
    second.on("pageerror", lambda error: wrong.append(str(error)))
    house.open(second, exam)
    second.wait_for_selector(front.OPTION)
    for choice in (1, 2, 1):
        answer(first, choice)
    wait_saved(first, 3)
    for _n in range(5):
        second.tap(".foot [data-act=next]")
    for choice in (2, 1, 2, 1):
        answer(second, choice)
    wait_saved(second, 7)
    assert house.attempt(exam, who).answers == "121002121000"
    answer(first, 2)
    wait_saved(first, 8)
    assert house.attempt(exam, who).answers == "121202121000"
    second.bring_to_front()
    answer(second, 1)
    wait_saved(second, 9)
    hand_in(second)
    assert house.attempt(exam, who).answers == "121202121100"


def test_at_the_deadline_it_is_handed_in_by_itself(house: House, chromium: Browser) -> None:
    exam, who = house.exam(), house.hall.people.other_lead
    page = house.visit(chromium, who)
    house.begin(page, exam)
    answer(page, 1)
    wait_saved(page, 1)
    left = house.attempt(exam, who)
    assert left.deadline and left.started_at
    house.pass_time(exam, who, 30 * MINUTE - timedelta(seconds=4))
    answer(page, 2)
    page.wait_for_selector(".time[data-tone=red], .verdict")
    page.wait_for_selector(".verdict", timeout=20_000)
    page.wait_for_selector("text=到时自动交卷")
    attempt = house.attempt(exam, who)
    assert attempt.submitted_at == attempt.deadline and attempt.answers.startswith("12")


def test_who_may_not_sit_it_is_told_why(house: House, chromium: Browser) -> None:
    exam = house.exam(is_active=False)
    page = house.visit(chromium, house.hall.people.third_party)
    house.open(page, exam)
    assert "已停用" in page.inner_text("main") and page.locator("[data-act=begin]").count() == 0


def test_it_can_be_done_by_keyboard_alone(house: House, chromium: Browser) -> None:
    exam = house.exam()
    page = house.visit(chromium, house.hall.people.manager, viewport={"width": 1440, "height": 900})
    house.open(page, exam)
    page.locator("[data-act=begin]").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(front.OPTION)
    page.locator(f"{front.OPTION} >> nth=0").focus()
    page.keyboard.press("Space")
    wait_saved(page, 1)
    page.keyboard.press("ArrowDown")
    assert page.locator(f"{front.OPTION} >> nth=1").is_checked()
    page.locator("[data-act=next]").focus()
    page.keyboard.press("Enter")
    assert page.inner_text(":focus .number") == "第 2 题，共 12 题"


@pytest.mark.parametrize(
    ("scheme", "size"), [("light", (1024, 768)), ("dark", (390, 844)), ("light", (320, 640))]
)
def test_axe_finds_nothing_serious_and_nothing_scrolls_sideways(
    house: House, chromium: Browser, scheme: str, size: tuple[int, int]
) -> None:
    exam = house.exam(attempts=0, retake_days=0)
    viewport = {"width": size[0], "height": size[1]}
    who = house.hall.people.officer
    page = house.visit(chromium, who, color_scheme=scheme, viewport=viewport)
    house.open(page, exam)
    assert faults(page) == []
    house.begin(page, exam)
    answer(page, 1)
    page.tap("[data-act=mark]")
    wait_saved(page, 1)
    assert faults(page) == []
    for button in page.locator(".foot button:visible, .option, .place:visible").all():
        box = button.bounding_box()
        assert box and box["height"] >= 56, "targets are large"
    if page.locator("[data-act=grid]:visible").count():
        page.tap("[data-act=grid]")
        assert faults(page) == []
        page.tap("dialog .wide")
    else:
        page.locator("[data-act=hand-in]:visible").first.tap()
    page.wait_for_selector("[data-act=hand-in-now]")
    assert faults(page) == []
    page.tap("[data-act=hand-in-now]")
    page.wait_for_selector(".verdict")
    assert faults(page) == []


def faults(page: Page) -> list[str]:
    """What axe calls serious or worse on the screen as it is now, and sideways scrolling."""
    page.wait_for_timeout(250)
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    wide = page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    return ["scrolls sideways"] * bool(wide) + [
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


def test_an_emergency_is_one_tap_away(house: House, chromium: Browser) -> None:
    exam, who = house.exam(), house.hall.people.staff
    page = house.visit(chromium, who, viewport={"width": 390, "height": 844})
    house.open(page, exam)
    assert page.get_attribute("header .door", "href") == "/emergency"
    assert page.inner_text("header .door") == "应急"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
