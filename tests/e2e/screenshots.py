"""Pictures of the demonstration for the documentation: `python -m tests.e2e.screenshots`."""

import sys
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from math import sin
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from playwright.sync_api import Page
from sqlalchemy import select

from checklists import demo as checklists_demo
from checklists.models import Task
from hazards import demo_pictures
from hazards.models import Category, Hazard, HazardPhoto, Level, Phase, Status
from safety_app import demo, migrate
from safety_app.accounts import service as accounts
from safety_app.accounts.models import User
from safety_app.core import clock, db
from safety_app.core.settings import settings
from safety_app.features import features
from safety_app.workplace import service as workplace
from tests import browser as browsers
from tests.cast import NOW, TODAY
from tests.checklists.sheet_front import answer, item
from tests.e2e.facility_pictures import STEPS as FACILITY_STEPS
from tests.e2e.guide_pictures import STEPS as GUIDE_STEPS
from tests.e2e.readiness_pictures import STEPS as READINESS_STEPS
from tests.e2e.studio import FOLDER, LANGUAGES, Studio, keep, pages_of, shoot
from tests.e2e.visits import DESKTOP, PHONE, TABLET
from tests.live import House

YEAR, OCTOBER = 2026, 10
MONTH: Final = f"{YEAR}-{OCTOBER}"
SAVED: Final = {"zh": "已保存", "en": "Saved"}


# ------------------------------------------------------------------ the pictures


def signing_in(studio: Studio) -> None:
    """The names on the tablet."""
    for language, short in LANGUAGES:
        with studio.as_("", language, TABLET) as page:
            studio.show(page, "/sign-in", "#tablet")
            page.locator(".person").first.click()
            for digit in "26":
                page.click(f"#keys [data-digit='{digit}']")
            shoot(page, f"signin-tablet-{short}")


def todays(studio: Studio) -> None:
    """Today, light and dark."""
    for language, short, device, name, theme in (
        ("zh_CN", "zh", TABLET, "today-tablet", "light"),
        ("en", "en", TABLET, "today-tablet", "light"),
        ("zh_CN", "zh", TABLET, "today-dark-tablet", "dark"),
        ("zh_CN", "zh", PHONE, "today-phone", "light"),
    ):
        with studio.as_("wangxiaoyan", language, device, theme=theme) as page:
            studio.show(page, "/", "a[href^='/sheet/']")
            shoot(page, f"{name}-{short}")


def sheets(studio: Studio) -> None:
    """A sheet with a failed item, the signature, and no network."""
    with studio.as_("limin", "zh_CN", PHONE) as page:
        begin(studio, page, "A02")
        answer(page, 1, "P")
        answer(page, 2, "F")
        page.evaluate("scrollTo(0, 0)")
        page.locator(".receipt:has-text('2/4')").wait_for()
        shoot(page, "sheet-phone-zh")
    for language, short, login, code in (
        ("en", "en", "wutao", "A02"),
        ("zh_CN", "zh", "wangxiaoyan", "A01"),
    ):
        with studio.as_(login, language, TABLET) as page:
            begin(studio, page, code)
            walk(page, language)
            shoot(page, f"sheet-tablet-{short}")
            sign_and_go_on(studio, page, short)


def begin(studio: Studio, page: Page, code: str) -> None:
    """Open a window's first patrol of the day; go on with it here if others have begun it."""
    studio.show(page, f"/sheet/{task_of(code, 'opening')}", ".item")
    if page.locator(".answers").count() == 0:
        page.click(".foot .primary")
    page.locator(".answers").first.wait_for()


def walk(page: Page, language: str) -> None:
    """A failed item with its photo and words, another that is fine."""
    note = {"zh_CN": "打印机后的插排外壳破损", "en": "Cracked power strip behind the printer"}
    answer(page, 1, "F")
    page.fill(f"{item(1)} [data-field=note]", note[language])
    if page.locator(f"{item(1)} .tile").count() == 0:
        picture = demo_pictures.draw(Category.ELECTRICITY, Phase.BEFORE, 7)
        page.set_input_files(
            f"{item(1)} input[type=file]",
            {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture},
        )
    page.locator(f"{item(1)} .tile[data-state=sent]").wait_for()
    answer(page, 2, "P")
    page.locator(".receipt:has-text('2/4')").wait_for()
    page.wait_for_timeout(600)  # the sheet goes to the next item by itself
    page.evaluate("scrollTo({top: 0, behavior: 'instant'})")


def sign_and_go_on(studio: Studio, page: Page, short: str) -> None:
    """Without the server, then the dialog that asks for the signature."""
    studio.house.kill()
    answer(page, 3, "P")
    page.locator(".receipt:has-text('3/4')").wait_for()
    page.locator("#panel .notice").first.wait_for()
    page.evaluate("scrollTo(0, 0)")
    shoot(page, f"sheet-offline-tablet-{short}")
    studio.house.start()
    answer(page, 4, "P")
    page.locator(f".receipt:has-text('{SAVED[short]} 4/4')").wait_for()
    page.click(".foot .primary")
    draw_name(page)
    shoot(page, f"sign-tablet-{short}")
    page.click("dialog .primary")
    page.locator(".donecard .numbers a").first.wait_for()
    shoot(page, f"submitted-tablet-{short}")


def draw_name(page: Page) -> None:
    """Something like a name."""
    box = page.locator(".pad canvas").bounding_box()
    assert box
    wave = tuple((0.4 + n / 150, 0.5 + 0.16 * sin(n / 1.9) * (1 - n / 60)) for n in range(46))
    strokes = (
        ((0.22, 0.3), (0.34, 0.28)),
        ((0.23, 0.5), (0.33, 0.48)),
        ((0.28, 0.28), (0.27, 0.72)),
        ((0.2, 0.73), (0.37, 0.69)),
        wave,
    )
    for first, *rest in strokes:
        page.mouse.move(box["x"] + box["width"] * first[0], box["y"] + box["height"] * first[1])
        page.mouse.down()
        for x, y in rest:
            page.mouse.move(box["x"] + box["width"] * x, box["y"] + box["height"] * y, steps=3)
        page.mouse.up()


def boards(studio: Studio) -> None:
    """The board, a hazard with both pictures, the forms, the patrols and the reports."""
    both, fresh, (code, lead) = fixed_one(), unassigned_one(), busiest()
    detail = ".section:has-text('{}')"
    for language, short in LANGUAGES:
        with studio.as_("liuyang", language, DESKTOP) as page:
            studio.show(page, f"/hazards?no={both}", detail.format(both))
            page.locator("ul.rows button").first.wait_for()
            page.locator("a.photo img").last.wait_for()
            shoot(page, f"hazards-desktop-{short}")
            studio.show(page, f"/hazards?no={fresh}&do=assign", ".st-key-assign-submit button")
            page.locator("ul.rows button").first.wait_for()
            fill_in(page)
            shoot(page, f"assign-desktop-{short}")
            studio.show(page, "/patrols", "a[href^='/sheet/']")
            shoot(page, f"patrols-desktop-{short}")
        with studio.as_(lead, language, DESKTOP) as page:
            studio.show(page, f"/reports?window={code}&month={MONTH}", ".kpis")
            shoot(page, f"reports-desktop-{short}")
            paper(studio, page, f"{code}/{MONTH}.pdf?lang={language}", short)
    with studio.as_("liuyang", "zh_CN", PHONE) as page:
        studio.show(page, "/hazards", "ul.rows button")
        shoot(page, "hazards-phone-zh")
        studio.show(page, f"/hazards?no={both}", detail.format(both))
        shoot(page, "hazard-phone-zh")
    for language, short in LANGUAGES:
        with studio.as_("chenjing", language, DESKTOP) as page:
            studio.show(page, "/", "a.line, .note-red")
            shoot(page, f"today-manager-{short}")
            studio.show(page, "/report-hazard", ".st-key-report-submit button")
            shoot(page, f"report-hazard-desktop-{short}")


def fill_in(page: Page) -> None:
    """An owner and a measure."""
    page.locator("[class*='-owner'] [role=radio]").nth(1).click()
    page.locator("[class*='-owner'] [aria-checked=true]").wait_for()
    page.locator("[class*='-chips'] button").first.click()
    page.locator(".stApp[data-test-script-state='notRunning']").wait_for()


def paper(studio: Studio, page: Page, name: str, short: str) -> None:
    """Every page of the month's report."""
    for number, picture in enumerate(pages_of(page, f"{studio.house.url}/reports/window/{name}")):
        keep(picture, f"report-{short}-{number + 1}" if number else f"report-{short}")


# ------------------------------------------------------------------ what is shown


def task_of(code: str, part: str) -> int:
    """Today's task of a window."""
    with db.reading() as session:
        site = workplace.list_sites(session)[0]
        window = workplace.get_window(session, site.id, code)
        query = select(Task.id).where(
            Task.window_id == window.id, Task.part == part, Task.on_date == TODAY
        )
        return session.scalars(query).one()


def busiest() -> tuple[str, str]:
    """The window where most was found in the report's month, and its lead's user name."""
    first, end = clock.month_bounds(YEAR, OCTOBER, "Asia/Shanghai")
    query = select(Hazard.window_id).where(
        Hazard.registered_at >= first, Hazard.registered_at < end, Hazard.window_id.is_not(None)
    )
    with db.reading() as session:
        (window_id, _count), *_rest = Counter(session.scalars(query)).most_common()
        lead = session.get_one(User, accounts.lead_of(session, window_id or 0))
        site = workplace.list_sites(session)[0]
        windows = {one.id: one.code for one in workplace.list_windows(session, site.id)}
    return windows[window_id or 0], lead.login


def fixed_one() -> str:
    """A hazard that waits to be verified, with pictures before and after."""
    query = select(Hazard.number).where(Hazard.status == Status.FIXED)
    for phase in (Phase.BEFORE, Phase.AFTER):
        query = query.where(
            Hazard.id.in_(select(HazardPhoto.hazard_id).where(HazardPhoto.phase == phase))
        )
    with db.reading() as session:
        return session.scalars(query.order_by(Hazard.id.desc())).first() or ""


def unassigned_one() -> str:
    """A serious hazard without an owner, or else any."""
    query = select(Hazard.number).where(Hazard.status == Status.REGISTERED)
    with db.reading() as session:
        grave = session.scalars(query.where(Hazard.level == Level.SERIOUS)).first()
        return grave or session.scalars(query).first() or ""


STEPS: Final[dict[str, Callable[[Studio], None]]] = {
    "signin": signing_in, "today": todays, "boards": boards, **GUIDE_STEPS, **FACILITY_STEPS,
    "sheets": sheets, **READINESS_STEPS,
}  # fmt: skip


def main(names: list[str]) -> None:
    """Make the demonstration and take its pictures, or only those of the steps named."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as made, ExitStack() as stack:
        folder = Path(made)
        settings().data_dir = folder
        database = db.configure(f"sqlite:///{folder / 'safety.db'}")
        migrate.upgrade(database)
        with db.transaction() as session:
            for feature in features():
                if feature.prepare:
                    feature.prepare(session, NOW)
        vars(checklists_demo)["ALL_DAY"] = None  # the demonstration windows keep usual hours too
        demo.make(print, now=NOW)
        house = House(folder, "tests.e2e.clocked")
        stack.callback(house.kill)
        house.start()
        studio = Studio(house, stack.enter_context(browsers.opened(folder)))
        for name, step in STEPS.items():
            if not names or name in names:
                step(studio)


if __name__ == "__main__":
    main(sys.argv[1:])
