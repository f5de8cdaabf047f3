"""The main job from end to end: found on patrol, handed out, fixed, verified, reported, signed.

The server is killed in mid-patrol and started again while the person goes on answering.
"""

import base64
import io
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Response
from pypdf import PdfReader

from hazards import service as hazards
from hazards.errors import OwnFixNotVerifiable
from hazards.models import Status
from safety_app.core.access import Actor
from tests.checklists.sheet_front import answer, item, picture, sign
from tests.e2e.hall import Hall, today
from tests.e2e.visits import DESKTOP, PHONE, Visit, visit

pytestmark = pytest.mark.e2e
FAILED, PHOTOS = 1, 2
FETCH: Final = """async (address) => {
  const answer = await fetch(address)
  const bytes = new Uint8Array(await answer.arrayBuffer())
  const data = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))
  return {type: answer.headers.get("content-type"), data}
}"""


@dataclass
class Receipts:
    """What the server has acknowledged to the sheet."""

    seqs: list[int] = field(default_factory=list)
    photos: set[str] = field(default_factory=set)

    def take(self, answer: Response) -> None:
        """Note the receipt of an entry or a photo."""
        parts = urlsplit(answer.url)
        if answer.status >= 300 or not re.search(r"/api/runs/\d+/(entries|photos)$", parts.path):
            return
        self.seqs.append(int(answer.json()["seq"]))
        if parts.path.endswith("photos"):
            self.photos |= set(re.findall(r"client_key=([^&]+)", parts.query))


@dataclass(frozen=True)
class Plot:
    """Who plays in one language, and where."""

    window: int
    code: str
    patroller: str
    lead: Actor
    lead_login: str
    owner: Actor
    owner_name: str


@dataclass(frozen=True)
class Told:
    """What a walked story leaves behind."""

    plot: Plot
    number: str
    trouble: list[str]


def plot_of(hall: Hall, language: str) -> Plot:
    """Two windows, so that the two stories share a hall and not a hazard."""
    people = hall.people
    if language == "zh_CN":
        return Plot(people.a01, "A01", "王晓燕", people.lead, "limin", people.officer, "刘洋")
    return Plot(people.a03, "A03", "Wu Tao", people.other_lead, "sunli", people.officer, "Liu Yang")


@pytest.fixture(scope="module")
def told() -> dict[str, Told]:
    """The stories walked so far: their reports are looked at after the minute of the last step."""
    return {}


@pytest.fixture
def walked(
    hall: Hall, chromium: Browser, language: str, tmp_path: Path, told: dict[str, Told]
) -> Told:
    """The story up to its end, walked once in a language."""
    if language not in told:
        told[language] = walk(hall, chromium, language, tmp_path)
    return told[language]


@pytest.fixture(params=["zh_CN", "en"])
def language(request: pytest.FixtureRequest) -> str:
    """The language everybody speaks."""
    return str(request.param)


def walk(hall: Hall, chromium: Browser, language: str, folder: Path) -> Told:
    """Patrol, assign, fix, verify."""
    plot = plot_of(hall, language)
    with visit(chromium, hall, language, tablet=True) as tablet:
        number = patrol(tablet, plot, folder)
    with (
        visit(chromium, hall, language, **DESKTOP) as desk,
        visit(chromium, hall, language, **PHONE) as phone,
    ):
        desk.sign_in_by_password(plot.lead_login)
        assign(desk, plot, number)
        phone.sign_in_by_password("liuyang")
        fix(phone, number, picture(folder, "after.jpg", "seagreen"))
        refuse_own_fix(phone, plot, number)
        accept(desk, number)
        trouble = tablet.trouble + desk.trouble + phone.trouble
    return Told(plot, number, trouble)


# ------------------------------------------------------------------ the patrol


def patrol(tablet: Visit, plot: Plot, folder: Path) -> str:
    """From the names to the signature, through a power cut; the hazard's number."""
    hall, page = tablet.hall, tablet.page
    receipts = Receipts()
    page.on("response", receipts.take)
    tablet.sign_in_by_pin(plot.patroller)
    page.locator("a.btn.primary[href^='/sheet/']").first.tap()
    page.wait_for_selector(".item")
    task = int(page.url.rsplit("/", 1)[1])
    assert task == hall.task(plot.window)
    assert page.evaluate("isSecureContext") is False
    note = tablet.say("Photo {n}", n=tablet.language)
    fail(page, note, picture(folder, "before.jpg", "firebrick"))
    wait_saved(tablet, 1)
    power_cut(tablet, folder)
    saved_as_tapped(tablet, task, receipts, note)
    tablet.open(f"/sheet/{task}", ".item")
    resumes(page)
    answer(page, 4, "P")
    wait_saved(tablet, 4)
    number = finish(page)
    stored = hall.stored(task)
    assert stored.submitted and stored.answers == "FPPP" and "strokes" in stored.signature
    assert stored.hazards == [number]
    return number


def fail(page: Page, note: str, photo: str) -> None:
    """A failed item with words and a photo from the camera button."""
    answer(page, FAILED, "F")
    page.fill(f"{item(FAILED)} [data-field=note]", note)
    with page.expect_file_chooser() as chooser:
        page.tap(f"{item(FAILED)} .shoot")
    chooser.value.set_files(photo)
    page.wait_for_selector(f"{item(FAILED)} .tile[data-state=sent]")


def power_cut(tablet: Visit, folder: Path) -> None:
    """The server is gone, the person goes on, the server comes back."""
    page = tablet.page
    tablet.may_be_away = True
    tablet.hall.house.kill()
    answer(page, 2, "P")
    answer(page, 3, "F")
    answer(page, 3, "P")
    with page.expect_file_chooser() as chooser:
        page.tap(f"{item(FAILED)} .shoot")
    chooser.value.set_files(picture(folder, "second.jpg", "darkslateblue"))
    kept = tablet.say("On this tablet {n}/{m}", n=3, m=4)
    page.wait_for_selector(f".receipt:has-text('{kept}')")
    assert tablet.say("No connection. You can go on.") in page.inner_text("main")
    tablet.hall.house.start()
    wait_saved(tablet, 3, timeout=60_000)  # the sheet asks less and less often
    page.wait_for_selector(f"{item(FAILED)} .tile[data-state=sent] >> nth={PHOTOS - 1}")


def saved_as_tapped(tablet: Visit, task: int, receipts: Receipts, note: str) -> None:
    """Every acknowledged answer and photo is on disk, none twice."""
    stored = tablet.hall.stored(task)
    assert stored.answers == "FPP."
    assert stored.notes == [note]
    assert sorted(stored.photo_keys) == sorted(receipts.photos)
    assert len(stored.photo_keys) == PHOTOS
    assert len(stored.picture_files) == 2 * PHOTOS  # each with its thumbnail
    assert stored.last_seqs == [max(receipts.seqs)]
    assert sorted(set(receipts.seqs)) == list(range(1, max(receipts.seqs) + 1))
    assert stored.late == 0


def resumes(page: Page) -> None:
    """After a reload everything stands as it was tapped."""
    for place, value in enumerate("FPP", start=1):
        pressed = page.get_attribute(f"{item(place)} [data-value={value}]", "aria-pressed")
        assert pressed == "true"
    assert page.locator(f"{item(4)} [aria-pressed=true]").count() == 0
    page.wait_for_selector(f"{item(FAILED)} .tile[data-state=sent] >> nth={PHOTOS - 1}")
    assert page.locator(".tile").count() == PHOTOS


def finish(page: Page) -> str:
    """Sign, submit, and read the number of the hazard."""
    page.tap(".foot .primary")
    sign(page)
    page.tap("dialog .primary")
    page.wait_for_selector(".donecard .numbers a")
    numbers = page.locator(".donecard .numbers a").all_inner_texts()
    assert len(numbers) == 1 and re.fullmatch(r"HZ-\d{4}-\d{4}", numbers[0])
    return numbers[0]


def wait_saved(tablet: Visit, count: int, timeout: float = 30_000) -> None:
    """Wait for the server's receipt."""
    words = tablet.say("Saved {n}/{m}", n=count, m=4)
    tablet.page.wait_for_selector(f".receipt:has-text('{words}')", timeout=timeout)


# ------------------------------------------------------------------ from hazard to closed


def choose(desk: Visit, number: str) -> None:
    """Open the board and the hazard on it."""
    desk.open("/hazards", "ul.rows button")
    press_row(desk.page, number)


def press_row(page: Page, number: str) -> None:
    """Press a row and wait for its detail; until then another hazard's stands there."""
    page.locator(f"ul.rows button:has-text('{number}')").click()
    page.locator(f".section:has-text('{number}')").wait_for()


def assign(desk: Visit, plot: Plot, number: str) -> None:
    """Owner, the proposed deadline, a usual measure, and what a serious one asks for."""
    page = desk.page
    page.locator(".menu a[href='/hazards']").click()
    press_row(page, number)
    page.locator(".st-key-hazard-assign button").click()
    page.get_by_role("radio", name=plot.owner_name).click()
    page.locator("[class*='-chips'] button").first.click()
    page.get_by_label(desk.say("Interim measure, in force today")).fill("停用 · out of use")
    desk.press("Assign to {name}", name=plot.owner_name)
    done(desk, "{number} is assigned to {name}.", number=number, name=plot.owner_name)
    hazard = of_database(desk.hall, plot.lead, number)
    assert (hazard.status, hazard.owner_id) == (Status.ASSIGNED, plot.owner.user_id)
    assert hazard.fix_by and hazard.fix_by >= today()


def fix(phone: Visit, number: str, photo: str) -> None:
    """The owner finds it on Today and submits the fix with a photo."""
    page = phone.page
    page.locator(f"a.line[href='/hazards?no={number}']").tap()
    page.get_by_role("button", name=phone.say("Submit the fix")).tap()
    page.locator(".photo-input input[type=file]").last.set_input_files(photo)
    page.locator(".shot.saved").wait_for()
    page.get_by_label(phone.say("What was done")).fill("已更换 · replaced")
    page.locator(".st-key-fix-submit button").tap()
    done(phone, "The fix is submitted and waits to be verified.")


def refuse_own_fix(phone: Visit, plot: Plot, number: str) -> None:
    """Whoever fixed it sees no way to accept it, and the service knows none either."""
    accept_words = phone.say("Accept and close")
    assert phone.page.get_by_role("button", name=accept_words).count() == 0
    hazard = of_database(phone.hall, plot.owner, number)
    assert hazard.status is Status.FIXED
    with phone.hall.database.transaction() as session, pytest.raises(OwnFixNotVerifiable):
        hazards.accept(
            session, plot.owner, hazard.id,
            row_version=hazard.row_version, now=datetime.now(UTC),
        )  # fmt: skip


def accept(desk: Visit, number: str) -> None:
    """Somebody else looks at both pictures and closes it."""
    page = desk.page
    choose(desk, number)
    desk.press("Accept and close")
    page.get_by_text(desk.say("Is the fix good?")).wait_for()
    assert page.locator("a.photo img").count() == PHOTOS + 1
    desk.press("Accept and close")
    done(desk, "{number} is accepted and closed.", number=number)


def done(visit: Visit, text: str, **places: object) -> None:
    """Wait until the page says what has been done."""
    words = visit.say(text, **places)
    visit.page.locator(f".note-green:has-text('{words}')").first.wait_for()


def of_database(hall: Hall, actor: Actor, number: str) -> hazards.HazardDetail:
    """The hazard as the service knows it."""
    with hall.database.reading() as session:
        return hazards.get(session, actor, number, now=datetime.now(UTC))


# ------------------------------------------------------------------ tests


def test_a_hazard_goes_from_the_patrol_to_closed(walked: Told, hall: Hall) -> None:
    assert walked.trouble == []
    assert of_database(hall, walked.plot.lead, walked.number).status is Status.CLOSED


def test_the_report_of_the_month_tells_it(
    walked: Told, hall: Hall, chromium: Browser, language: str
) -> None:
    with visit(chromium, hall, language, **DESKTOP) as desk:
        desk.sign_in_by_password(walked.plot.lead_login)
        text, pictures = report(desk, walked)
        assert desk.trouble == []
    assert walked.number in text
    assert pictures >= 2  # before and after
    words = {
        "zh_CN": ("月度报告", "负责人（签字）", "单位（盖章）", "刘洋", "综合窗口"),
        "en": ("Monthly", "lead(signature)", "Sealoftheunit", "LiuYang", "Tax"),
    }
    for word in words[language]:
        assert word in text, word
    # What people of the hall have typed, such as the name of a drill, stays as it is.
    for word in words["zh_CN"][:3]:
        assert (word in text) is (language == "zh_CN"), word


def report(desk: Visit, told: Told) -> tuple[str, int]:
    """Text of the month's PDF and the number of its pictures.

    A report knows what happened before the minute it is made in: until then it is asked again.
    """
    month = f"{today():%Y-%m}"
    page = desk.open(f"/reports?window={told.plot.code}&month={month}", ".btn.primary")
    with page.expect_popup() as popup:
        page.get_by_role("link", name=desk.say("Open the PDF")).click()
    address = popup.value.url
    for _attempt in range(35):
        reader = PdfReader(io.BytesIO(fetched(page, address)))
        text = re.sub(r"\s+", "", "".join(sheet.extract_text() for sheet in reader.pages))
        pictures = sum(len(sheet.images) for sheet in reader.pages)
        if told.number in text and pictures > 1:  # found and fixed, maybe a minute apart
            break
        page.wait_for_timeout(2000)
    return text, pictures


def fetched(page: Page, address: str) -> bytes:
    """A file as the browser gets it, with its cookies and its way to the hall."""
    found = page.evaluate(FETCH, address)
    assert found["type"] == "application/pdf"
    return base64.b64decode(found["data"])
