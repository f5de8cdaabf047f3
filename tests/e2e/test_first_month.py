"""A new hall: from `run --empty` to the first countersigned patrol and the first report.

Nobody touches a file: everything is typed, chosen or tapped in browsers. Windows and people come
from one Excel table, codes from the printed slips.
"""

import base64
import io
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from safety_app.core.i18n import _, use_language
from safety_app.features import features
from tests.checklists.sheet_front import answer, sign
from tests.e2e.visits import DESKTOP, PHONE, TABLET
from tests.live import NAME, ROOT, free_port

pytestmark = pytest.mark.e2e
WINDOWS, PEOPLE = 24, 60
PASSWORD, PIN = "qingshan-2026", "470153"
STAFF, LEAD = "周明", "李芳"
NAMED: Final = r"青山区政务服务中心\n(\S+)\n"
PRINT: Final = """async () => {
  const form = document.querySelector("form.choose")
  const fields = new FormData(form)
  fields.set("lang", "zh_CN")
  const answer = await fetch(form.action, {method: "POST", body: new URLSearchParams(fields)})
  const bytes = new Uint8Array(await answer.arrayBuffer())
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))
}"""
FETCH: Final = """async (address) => {
  const bytes = new Uint8Array(await (await fetch(address)).arrayBuffer())
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))
}"""


@dataclass
class Hall:
    """The program as `run --empty` starts it, and the browsers before it."""

    url: str
    first_link: str
    chromium: Browser
    folder: Path

    @contextmanager
    def browser(self, device: dict[str, Any]) -> Iterator[Page]:
        """A person's browser."""
        context = self.chromium.new_context(locale="zh-CN", **device)
        context.add_cookies([{"name": "safety_lang", "value": "zh_CN", "url": self.url}])
        context.set_default_timeout(30_000)
        page = context.new_page()
        try:
            yield page
        except BaseException:
            page.screenshot(path=self.folder / "failed.png", full_page=True)
            print(self.folder / "failed.png", page.url)
            raise
        finally:
            context.close()

    def open(self, page: Page, path: str) -> None:
        """Open an address and wait until Streamlit, if it is its page, has drawn it."""
        page.goto(self.url + path)
        page.locator("h1").first.wait_for()
        settle(page)

    def fetch(self, page: Page, path: str) -> bytes:
        """A paper, as the browser gets it."""
        return base64.b64decode(page.evaluate(FETCH, self.url + path))


def settle(page: Page) -> None:
    """Wait until the page has drawn everything."""
    if page.locator(".stApp").count():
        page.locator(".stApp[data-test-script-state='notRunning']").wait_for()
        expect(page.locator("[data-testid='stSkeleton']")).to_have_count(0, timeout=30_000)


def say(text: str, **places: object) -> str:
    """Words of the product, in Chinese."""
    features()
    with use_language("zh_CN"):
        return _(text, **places)


def press(page: Page, words: str, **places: object) -> None:
    """Press a button by its words, then wait."""
    page.get_by_role("button", name=say(words, **places)).first.click()
    page.wait_for_timeout(300)
    settle(page)


def fill(page: Page, label: str, text: str) -> None:
    """Type into the field with this label."""
    page.get_by_label(say(label), exact=True).first.fill(text)


def _bytes(data: str) -> io.BytesIO:
    return io.BytesIO(base64.b64decode(data))


@pytest.fixture
def hall(tmp_path: Path, chromium: Browser) -> Iterator[Hall]:
    """`run --empty` on a data folder of its own."""
    port = free_port()
    env = {**os.environ, "SAFETY_DATA_DIR": str(tmp_path), "LC_ALL": "C.UTF-8"}
    command = [sys.executable, "manage.py", "run", "--empty", "--port", str(port)]
    with (tmp_path / "run.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True
        )
    try:
        link = _link(tmp_path / "run.log", process)
        # By a name that is not localhost: there browsers allow what a hall's plain HTTP has not.
        link = link.replace(f"127.0.0.1:{port}", f"{NAME}:{port}")
        yield Hall(link.partition("/set-up")[0], link, chromium, tmp_path)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)


def _link(log: Path, process: "subprocess.Popen[bytes]") -> str:
    """What the terminal says to open."""
    for _try in range(1200):
        found = re.search(r"http://\S+/set-up\?code=\S+", log.read_text("utf-8", "replace"))
        if found:
            return found[0]
        assert process.poll() is None, log.read_text("utf-8", "replace")
        time.sleep(0.1)
    raise AssertionError(log.read_text("utf-8", "replace"))


def table(path: Path) -> Path:
    """24 windows and 60 people as an office would send them."""
    book = openpyxl.Workbook()
    windows = book.active
    assert windows is not None
    windows.title = "窗口"
    windows.append(["青山区政务服务中心窗口一览表"])
    windows.append(["编号", "名称", "进驻单位", "负责人", "B角", "楼层"])
    people = book.create_sheet("人员")
    people.append(
        ["姓名", "工号", "单位", "窗口", "角色", "岗位", "到岗日期", "最近培训日期", "考核结果"]
    )
    names = _names()
    leads = [next(names) for _ in range(12)]
    leads[0] = LEAD
    number = 1
    for at in range(WINDOWS):
        code, lead = f"B{at + 1:02}", leads[at // 2]
        deputy = leads[(at // 2 + 1) % 12]
        windows.append([code, f"{code}号窗口", "区行政审批局", lead, deputy, str(1 + at // 12)])
    for at, lead in enumerate(leads):
        codes = f"B{2 * at + 1:02}、B{2 * at + 2:02}"
        people.append(_person(lead, number, codes, "窗口负责人"))
        number += 1
    for at in range(PEOPLE - len(leads) - 2):
        name = STAFF if at == 0 else next(names)
        people.append(_person(name, number, f"B{at % WINDOWS + 1:02}", "窗口人员"))
        number += 1
    people.append(_person("高远", number, "", "安全员"))
    people.append(_person("林静", number + 1, "", "中心领导"))
    book.save(path)
    return path


def _person(name: str, number: int, windows: str, role: str) -> list[str]:
    facts = ["2025-03-01", "2026-03-12", "合格"]
    return [name, f"QS{number:03}", "区行政审批局", windows, role, role, *facts]


def _names() -> Iterator[str]:
    for family in "王张刘陈杨黄吴徐孙马朱胡郭何罗":
        for given in ("伟", "娜", "磊", "敏"):
            yield family + given


def set_up(hall: Hall, page: Page) -> None:
    """The link of the terminal leads to the first steps."""
    page.goto(hall.first_link)
    typed = {
        "name": "青山区政务服务中心",
        "person": "石磊",
        "login": "shilei",
        "password": PASSWORD,
        "again": PASSWORD,
    }
    for field, text in typed.items():
        page.fill(f"#{field}", text)
    page.click("main button[type=submit]")
    page.locator(".first-steps").wait_for()
    assert page.url.endswith("/starting")


def describe(hall: Hall, page: Page) -> None:
    """Profile, opening hours and a patrolled floor."""
    hall.open(page, "/site?tab=profile")
    press(page, "Save the legal profile")
    hall.open(page, "/site?tab=hours")
    # Open at any hour, so that the test may run at any hour.
    for label in ("周一至周五", "周六", "周日"):
        page.get_by_label(label, exact=True).first.fill("00:00-24:00")
    press(page, "Save the opening hours")
    hall.open(page, "/site?tab=locations")
    press(page, "Add a location")
    fill(page, "Name of a place", "一楼大厅")
    fill(page, "Floor", "1")
    words = say("Common area with a patrol of its own")
    page.locator("[data-testid=stCheckbox] label", has_text=words).click()
    settle(page)
    press(page, "Save the location")
    page.get_by_text(say("The location is saved.")).first.wait_for()


def bring_in(hall: Hall, page: Page) -> None:
    """Windows and people from the table."""
    hall.open(page, "/import")
    page.set_input_files("input[type=file]", table(hall.folder / "窗口和人员.xlsx"))
    press(page, "Import {n} rows", n=WINDOWS + PEOPLE)
    page.get_by_text(re.compile("已导入|导入完成")).first.wait_for()


def appoint(hall: Hall, page: Page) -> None:
    """Both posts of the law."""
    for words, name in (
        ("Appoint as person responsible", "林静"),
        ("Appoint as fire safety manager", "高远"),
    ):
        hall.open(page, "/site?tab=posts")
        button = page.get_by_role("button", name=say(words))
        form = page.locator("[data-testid=stForm]", has=button)
        form.get_by_role("combobox").first.click()
        page.keyboard.type(name)
        page.get_by_role("option", name=re.compile(name)).click()
        press(page, words)
        page.locator(".timeline", has_text=name).wait_for()


def print_slips(hall: Hall, page: Page) -> dict[str, str]:
    """The codes by name, as they stand on the printed slips."""
    hall.open(page, "/people?do=slips")
    data = page.evaluate(PRINT)
    text = "".join(one.extract_text() for one in PdfReader(_bytes(data)).pages)
    codes = re.findall(r"[A-Z0-9]{4}-[A-Z0-9]{4}", text)
    assert len(set(codes)) == PEOPLE
    return dict(zip(re.findall(NAMED, text), codes, strict=True))


def enrol(hall: Hall, desk: Page, tablet: Page) -> None:
    """The tablet of the first two windows, by the code that the desk shows."""
    hall.open(desk, "/tablets?do=enrol")
    fill(desk, "Name of the tablet", "公用平板 01")
    press(desk, "Make the code")
    code = desk.locator(".big-code").inner_text()
    hall.open(tablet, "/enrol")
    tablet.fill("#code", code)
    tablet.click("main button[type=submit]")
    tablet.click("main button[type=submit]")
    tablet.locator("#tablet, #account").first.wait_for()


def first_sign_in(hall: Hall, page: Page, code: str) -> None:
    """The slip's code, then an own password and six digits."""
    hall.open(page, "/first")
    page.fill("#code", code)
    page.click("main button[type=submit]")
    for field, text in (("password", PASSWORD), ("pin", PIN)):
        page.fill(f"#{field}", text)
        page.fill(f"#{field}_again", text)
    page.click("main button[type=submit]")
    page.locator(".topbar").wait_for()


def plan(hall: Hall, page: Page) -> None:
    """Everything that law and house rules propose."""
    hall.open(page, "/plans")
    page.locator(".st-key-plans-accept button").click()
    page.locator("ul.rows button").first.wait_for()
    settle(page)


def patrol(hall: Hall, page: Page) -> None:
    """The first sheet that is due: every point in order, signed."""
    page.locator("a.btn.primary[href^='/sheet/']").first.click()
    page.locator(".item").first.wait_for()
    if not page.locator(".answers").count():
        page.click(".foot .primary")
        page.locator(".answers").first.wait_for()
    for place in range(1, page.locator(".item").count() + 1):
        answer(page, place, "P")
    page.click(".foot .primary")
    sign(page)
    page.click("dialog .primary")
    page.locator(".donecard").wait_for()


def countersign(hall: Hall, page: Page) -> None:
    """The lead's own Today leads to the sheet; one signature."""
    page.locator("a[href^='/countersign']").first.click()
    page.locator("h1").first.wait_for()
    settle(page)
    one = page.locator("a[href*='sheet=']")
    if not page.locator("canvas").count():  # a sheet past its time is signed by itself
        one.first.click()
        settle(page)
    page.locator("canvas").scroll_into_view_if_needed()
    scribble(page)
    page.locator(".ink button.primary").click()
    page.get_by_text(say("Nothing waits for your signature")).wait_for()


def scribble(page: Page) -> None:
    """Something like a name."""
    box = page.locator("canvas").bounding_box()
    assert box
    page.mouse.move(box["x"] + 30, box["y"] + 40)
    page.mouse.down()
    for step in range(12):
        page.mouse.move(box["x"] + 30 + step * 16, box["y"] + 40 + (step % 3) * 18)
    page.mouse.up()


def report(hall: Hall, page: Page) -> str:
    """The month's report of the first window, as it is printed."""
    page.goto(hall.url + "/reports?paper=window-report&window=B01")
    address = page.get_by_role("link", name=say("Open the PDF")).first.get_attribute("href")
    assert address
    content = hall.fetch(page, address)
    return "".join(one.extract_text() for one in PdfReader(io.BytesIO(content)).pages)


def test_a_hall_sets_itself_up_and_prints_its_first_report(hall: Hall) -> None:
    with (
        hall.browser(DESKTOP) as desk,
        hall.browser(TABLET) as tablet,
        hall.browser(PHONE) as phone,
    ):
        set_up(hall, desk)
        describe(hall, desk)
        bring_in(hall, desk)
        appoint(hall, desk)
        codes = print_slips(hall, desk)
        enrol(hall, desk, tablet)
        plan(hall, desk)
        first_sign_in(hall, tablet, codes[STAFF])
        patrol(hall, tablet)
        first_sign_in(hall, phone, codes[LEAD])
        countersign(hall, phone)
        words = report(hall, phone)
        for expected in ("青山区政务服务中心", "B01", LEAD, "巡查"):
            assert expected in words
        hall.open(desk, "/starting")
        press(desk, "Setting up is finished")
        desk.get_by_text(
            say("The hall is set up. Everything stays open under “Settings”.")
        ).wait_for()
