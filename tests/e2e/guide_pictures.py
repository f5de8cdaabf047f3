"""The pictures of the guides: setting a hall up, its daily work, and its papers."""

import base64
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from playwright.sync_api import Page
from sqlalchemy import select

from checklists.models import PaperForm, Plan, Run, Task
from checklists.recurrence import State
from checklists.service.tasks import in_state
from hazards.models import AuthorityInspection, Hazard, HazardStep, Step
from safety_app.accounts.models import User
from safety_app.core import clock, db, i18n
from safety_app.reports import dossier, dossier_paper
from safety_app.workplace import service as workplace
from tests.cast import NOW, TODAY
from tests.e2e.studio import LANGUAGES, Studio, keep, pages_of, printed, settle, shoot
from tests.e2e.test_first_month import PRINT, table
from tests.e2e.visits import DESKTOP, LOCALES, PHONE
from tests.live import House

WORDS: Final = {
    "zh": {
        "hall": "青山区政务服务中心", "person": "石磊", "tablet": "公用平板 01",
        "table": "窗口和人员.xlsx",
    },
    "en": {
        "hall": "Qingshan District Service Centre", "person": "Shi Lei", "tablet": "Tablet 01",
        "table": "Windows and people.xlsx",
    },
}  # fmt: skip
PASSWORD: Final = "qingshan-2026"
MONTH, QUARTER, YEAR = "2026-10", "2026-Q3", 2026
WEEK: Final = timedelta(days=7)
LEAVES: Final = "liangxue"
SHEETS: Final = "input[accept*=xlsx]"


# ------------------------------------------------------------------ a new hall


def founding(studio: Studio) -> None:
    """What the first hour looks like: the link, the first steps, the table, the slips."""
    for language, short in LANGUAGES:
        with new_hall(studio, language) as (house, page):
            found(house, page, short)
            page.goto(house.url + "/import")
            page.locator(SHEETS).wait_for(state="attached")
            settle(page)
            page.set_input_files(SHEETS, table(house.folder / WORDS[short]["table"]))
            page.locator(".st-key-import-go button").wait_for()
            settle(page)
            shoot(page, f"import-desktop-{short}")
            page.locator(".st-key-import-go button").click()
            page.locator(".st-key-import-go button").wait_for(state="detached")
            page.goto(house.url + "/people?do=slips")
            page.locator("form.choose").wait_for()
            settle(page)
            in_words = PRINT.replace("zh_CN", language)
            keep(printed(page.evaluate(in_words))[0], f"slips-{short}")


@contextmanager
def new_hall(studio: Studio, language: str) -> Iterator[tuple[House, Page]]:
    """A program without a hall, and a browser before it."""
    with TemporaryDirectory() as made:
        house = House(Path(made), "tests.e2e.clocked")
        house.start()
        context = studio.chromium.new_context(locale=LOCALES[language], **DESKTOP)
        context.set_default_timeout(90_000)
        context.add_cookies([{"name": "safety_lang", "value": language, "url": house.url}])
        try:
            yield house, context.new_page()
        finally:
            context.close()
            house.kill()


def found(house: House, page: Page, short: str) -> None:
    """Open the link of the terminal and fill in the form."""
    log = (house.folder / "serve.log").read_text("utf-8", "replace")
    path = re.search(r"/set-up\?code=\S+", log)
    assert path, log
    page.goto(house.url + path[0])
    words = WORDS[short]
    page.fill("#name", words["hall"])
    page.fill("#person", words["person"])
    page.fill("#login", "shilei")
    page.fill("#password", PASSWORD)
    page.fill("#again", PASSWORD)
    shoot(page, f"set-up-desktop-{short}")
    page.click("main button[type=submit]")
    page.locator(".first-steps").wait_for()
    settle(page)
    shoot(page, f"starting-desktop-{short}")


# ------------------------------------------------------------------ the hall at work


def desks(studio: Studio) -> None:
    """What administrator, officer and manager have before them."""
    plan, leaver = plan_of("A01"), user_of(LEAVES)
    shown = (
        ("shilei", "profile", "/site?tab=profile", "h1"),
        ("shilei", "leave", f"/people?id={leaver}&do=leave", "h1"),
        ("liuyang", "plans", f"/plans?plan={plan}", "h2"),
        ("liuyang", "papers", "/papers", "ul.rows button"),
        ("liuyang", "inspection", f"/inspections?id={inspection()}", "h1"),
        ("chenjing", "calendar", "/calendar", ".year"),
        ("chenjing", "dossier", "/dossier", ".chapters"),
        ("limin", "roster", "/roster", "table.roster"),
        ("limin", "countersign", "/countersign", "h1"),
    )
    for language, short in LANGUAGES:
        for login in dict.fromkeys(one[0] for one in shown):
            with studio.as_(login, language, DESKTOP) as page:
                for _login, name, path, wait_for in (one for one in shown if one[0] == login):
                    studio.show(page, path, wait_for)
                    shoot(page, f"{name}-desktop-{short}")
        with studio.as_("shilei", language, DESKTOP) as page:
            tablet_code(studio, page, short)
        with studio.as_("liuyang", language, PHONE) as page:
            studio.show(page, f"/paper?task={missed()}", ".st-key-big_hand_in button")
            shoot(page, f"paper-phone-{short}")


def tablet_code(studio: Studio, page: Page, short: str) -> None:
    """The code that a tablet is enrolled with."""
    studio.show(page, "/tablets?do=enrol", "[data-testid=stTextInput] input")
    page.locator("[data-testid=stTextInput] input").first.fill(WORDS[short]["tablet"])
    page.locator("[data-testid=stFormSubmitButton] button").first.click()
    page.locator(".big-code").wait_for()
    settle(page)
    shoot(page, f"enrol-desktop-{short}")


# ------------------------------------------------------------------ the papers


def papers(studio: Studio) -> None:
    """The first page of each paper as it is printed."""
    for language, short in LANGUAGES:
        with studio.as_("chenjing", language, DESKTOP) as page:
            studio.show(page, "/reports", "h1")
            for name, path in {
                "record": f"/patrols/record/A01/{MONTH}",
                "notice": f"/hazards/notice/{handed_out()}",
                "register": f"/hazards/register/{YEAR}",
                "statistics": f"/hazards/statistics/{QUARTER}",
                "blank": f"/patrols/blank/task/{missed()}",
                "roster-paper": "/roster/2026-11-23",
            }.items():
                address = f"{studio.house.url}{path}.pdf?lang={language}"
                keep(pages_of(page, address)[0], f"{name}-{short}")
        for_an_inspector(language, short)


def for_an_inspector(language: str, short: str) -> None:
    """What an inspector asks for: the cover with what is missing, and the first chapter."""
    with TemporaryDirectory() as made, i18n.use_language(language):
        out = Path(made) / "dossier.pdf"
        with db.reading() as session:
            site = workplace.list_sites(session)[0]
            held = dossier.collect(session, None, site.id, now=NOW, step=_silent)
        dossier_paper.write(held, out, step=_silent)
        pages = printed(base64.b64encode(out.read_bytes()).decode())
    for number in (1, 3):
        keep(pages[number - 1], f"dossier-paper-{short}-{number}")


def _silent(_done: int, _total: int, _at: str) -> None:
    pass


# ------------------------------------------------------------------ what is shown


def plan_of(code: str) -> int:
    """The daily plan of a window."""
    with db.reading() as session:
        site = workplace.list_sites(session)[0]
        window = workplace.get_window(session, site.id, code)
        query = select(Plan.id).where(Plan.window_id == window.id, Plan.ends_on.is_(None))
        return session.scalars(query.order_by(Plan.id)).first() or 0


def user_of(login: str) -> int:
    """The id of somebody."""
    with db.reading() as session:
        return session.scalars(select(User.id).where(User.login == login)).one()


def missed() -> int:
    """A window's patrol that was missed within the week, without a paper form."""
    handed_in = select(PaperForm.task_id)
    query = (
        select(Task.id)
        .outerjoin(Run, Run.task_id == Task.id)
        .where(in_state(State.MISSED, NOW), Task.on_date > TODAY - WEEK)
        .where(Task.window_id.is_not(None), Task.id.not_in(handed_in))
    )
    with db.reading() as session:
        return session.scalars(query.order_by(Task.id.desc())).first() or 0


def inspection() -> int:
    """An authority's inspection."""
    with db.reading() as session:
        return session.scalars(select(AuthorityInspection.id)).first() or 0


def handed_out() -> str:
    """A hazard that was closed, so that its notice shows the re-inspection."""
    accepted = select(HazardStep.hazard_id).where(HazardStep.step == Step.ACCEPT)
    first, end = clock.month_bounds(YEAR, 10, "Asia/Shanghai")
    query = select(Hazard.number).where(
        Hazard.id.in_(accepted), Hazard.registered_at >= first, Hazard.registered_at < end
    )
    with db.reading() as session:
        return session.scalars(query.order_by(Hazard.id)).first() or ""


STEPS: Final[dict[str, Callable[[Studio], None]]] = {
    "founding": founding, "desks": desks, "papers": papers,
}  # fmt: skip
