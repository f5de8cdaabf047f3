"""The evaluation of a drill in a real browser: scores by finger and key, few points, the end."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import select

from checklists.models import Finding, Run
from drills.models import DrillPlan, Milestone, Status
from hazards.models import Hazard
from safety_app.core.access import Actor
from tests.checklists import sheet_front
from tests.checklists.sheet_front import Hall, picture, sign, wait_saved
from tests.drills.cases import attended, brought_to, make_drill
from tests.drills.plans.documents import make_plan

pytestmark = pytest.mark.e2e
TABLET: Final = (1024, 768)
COUNT: Final = 20


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with sheet_front.opened_hall(tmp_path_factory.mktemp("hall")) as hall:
        yield hall


@pytest.fixture
def house(running: Hall) -> Iterator[Hall]:
    with sheet_front.visited(running):
        yield running


def held(hall: Hall, *, planned: bool = False) -> str:
    """The code of a drill that was held half an hour ago, the hall empty after 160 seconds."""
    now = datetime.now(UTC)
    today = (now + timedelta(hours=8)).date()
    with hall.database.transaction() as session:
        drill = make_drill(session, hall.people, on=today, now=now)
        drill.started_at, drill.held_on = now - timedelta(minutes=30), today
        drill.ended_at = now - timedelta(minutes=10)
        moments = select(Milestone).where(Milestone.drill_id == drill.id)
        for row in session.scalars(moments.where(Milestone.code == "hall_empty")):
            row.stamped_at = drill.started_at + timedelta(seconds=160)
        if planned:
            plan = make_plan(session, hall.people, now=now)
            session.add(DrillPlan(drill_id=drill.id, plan_id=plan.id))
        return attended(session, brought_to(session, drill, Status.HELD, now=now)).code


def visit(
    hall: Hall, browser: Browser, code: str, who: Actor | None = None,
    size: tuple[int, int] = TABLET, **options: Any,
) -> Page:  # fmt: skip
    """A tablet that has opened the evaluation."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, has_touch=True, **options
    )
    hall.visits.append(context)
    hall.sign_in(context, who or hall.people.officer)
    page = context.new_page()
    page.on("pageerror", lambda error: sheet_front.wrong.append(str(error)))
    page.goto(f"{hall.house.url}/inspect/drills:{code}")
    page.wait_for_selector(".item")
    return page


def point(page: Page, code: str) -> Locator:
    """The card of a point."""
    return page.locator(".item", has=page.locator(f".hint:text-matches('^{code}')"))


def rate(page: Page, code: str, value: str) -> None:
    point(page, code).locator(f".answers [data-value='{value}']").tap()


def pressed(page: Page, code: str) -> list[str]:
    found = point(page, code).locator(".answers [aria-pressed=true]")
    return [one or "" for one in found.evaluate_all("all => all.map(one => one.dataset.value)")]


def rate_all(page: Page, value: str = "5", *, but: tuple[str, ...] = ()) -> None:
    for n in range(1, COUNT + 1):
        if f"G{n:02}" not in but:
            rate(page, f"G{n:02}", value)


def stored(hall: Hall, code: str) -> Run:
    with hall.database.reading() as session:
        query = select(Run).where(Run.subject == f"drills:{code}").order_by(Run.id.desc())
        return session.scalars(query.limit(1)).one()


def accessible(page: Page) -> None:
    """No serious fault by WCAG 2.2 AA, and nothing to scroll sideways to."""
    page.wait_for_timeout(300)
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    wrong = [one["id"] for one in found.response["violations"] if one["impact"] != "minor"]
    assert wrong == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_a_drill_is_rated_signed_and_its_problem_registered(
    house: Hall, chromium: Browser, tmp_path: Path
) -> None:
    code = held(house)
    page = visit(house, chromium, code)
    known = point(page, "G10").locator(".verified").inner_text()
    assert known == "大厅人员疏散完毕：实际 2 分 40 秒，目标 3 分钟"
    rate_all(page, but=("G09", "G12"))
    rate(page, "G12", "N")
    point(page, "G12").locator(".options button", has_text="本次情景不涉及").tap()
    rate(page, "G09", "2")
    assert "提交后登记为隐患：严重，7 天内整改。" in point(page, "G09").inner_text()
    page.tap(".foot .primary")
    assert "请写明不足之处" in point(page, "G09").locator(".missing").inner_text()
    point(page, "G09").locator("[data-field=note]").fill("为 2 名轮椅群众指定引导人")
    files = point(page, "G09").locator("input[type=file]")
    files.set_input_files(picture(tmp_path, "a.jpg"))
    point(page, "G09").locator(".tile[data-state=sent]").wait_for()
    wait_saved(page, COUNT, COUNT)
    assert page.inner_text(".foot .count") == "92/95 分"
    page.tap(".foot .primary")
    assert "引导疏散不到位" in page.inner_text("dialog .hazards")
    sign(page)
    page.tap("dialog .primary")
    page.wait_for_selector(".donecard")
    done = page.inner_text(".donecard")
    assert "96 % · 优" in done and "92/95 分，已评 19 项" in done
    run = stored(house, code)
    assert run.answers == "55555555255N55555555" and '"strokes"' in run.signature
    with house.database.reading() as session:
        hazard = session.scalars(select(Hazard).where(Hazard.source == f"drills:{code}/G09")).one()
    assert hazard.number in done and hazard.note == "为 2 名轮椅群众指定引导人"


def test_the_keys_0_to_5_rate_and_n_leaves_out(house: Hall, chromium: Browser) -> None:
    code = held(house)
    page = visit(house, chromium, code)
    for key in ("0", "3", "5", "n", "6"):
        page.keyboard.press("ArrowDown")
        page.keyboard.press(key)
    assert [pressed(page, f"G{n:02}") for n in range(1, 6)] == [["0"], ["3"], ["5"], ["N"], []]
    wait_saved(page, 4, COUNT)
    assert stored(house, code).answers.startswith("035N.")


def test_few_points_open_the_words_and_enough_close_them(house: Hall, chromium: Browser) -> None:
    page = visit(house, chromium, held(house))
    more = point(page, "G08").locator(".more")
    for value, is_open in (("3", False), ("2", True), ("0", True), ("4", False)):
        rate(page, "G08", value)
        assert more.is_visible() == is_open
    rate(page, "G08", "1")
    assert point(page, "G08").locator(".options").count() == 0


def test_what_is_still_unrated_is_listed_by_name_and_leads_there(
    house: Hall, chromium: Browser
) -> None:
    page = visit(house, chromium, held(house))
    unrated = page.locator("#panel > .stack", has_text="项未评：")
    rate(page, "G01", "5")
    assert not unrated.is_visible()
    rate_all(page, but=("G18", "G19", "G20"))
    names = unrated.locator("button").all_inner_texts()
    assert names == ["G18 资料、财物、系统得到保护", "G19 讲评、自评、评估报告完成",
                     "G20 预案修订意见落实"]  # fmt: skip
    assert "下一项未评（3）" in page.inner_text(".foot .primary")
    unrated.locator("button").last.tap()
    assert "current" in (point(page, "G20").get_attribute("class") or "")
    for name in ("G18", "G19", "G20"):
        rate(page, name, "4")
    assert not unrated.is_visible() and "完成并签名" in page.inner_text(".foot .primary")


def test_scores_wait_on_the_tablet_while_the_server_is_away(house: Hall, chromium: Browser) -> None:
    code = held(house)
    page = visit(house, chromium, code)
    rate(page, "G01", "4")
    wait_saved(page, 1, COUNT)
    house.house.kill()
    rate(page, "G02", "1")
    point(page, "G02").locator("[data-field=note]").fill("没有标识")
    rate(page, "G03", "3")
    page.wait_for_selector(f".receipt:has-text('已存本机 3/{COUNT}')")
    page.wait_for_timeout(900)
    house.house.start()
    page.goto(f"{house.house.url}/inspect/drills:{code}")
    page.wait_for_selector(".item")
    wait_saved(page, 3, COUNT)
    for name, value in (("G02", "1"), ("G03", "3")):  # the server's state is read after the sending
        chosen = point(page, name).locator(".answers [aria-pressed=true]")
        expect(chosen).to_have_attribute("data-value", value)
    run = stored(house, code)
    with house.database.reading() as session:
        found = session.scalars(select(Finding).where(Finding.run_id == run.id)).one()
    assert (run.answers[:4], found.value, found.note, found.disposal) == (
        "413.", "1", "没有标识", "hazard",
    )  # fmt: skip


def test_a_point_that_is_no_hazard_may_become_a_task_to_revise_the_plan(
    house: Hall, chromium: Browser
) -> None:
    page = visit(house, chromium, held(house, planned=True))
    rate_all(page, but=("G20",))
    rate(page, "G20", "1")
    card = point(page, "G20")
    assert card.locator("[data-value=hazard]").get_attribute("aria-pressed") == "true"
    card.locator("[data-field=note]").fill("写明轮椅引导")
    card.locator("[data-value=task]").tap()
    assert "的修订任务。" in card.inner_text()
    page.tap(".foot .primary")
    assert "转为预案修订任务 · G20" in page.inner_text("dialog .hazards")
    sign(page)
    page.tap("dialog .primary")
    page.wait_for_selector(".donecard")
    assert "HZ-" not in page.inner_text(".donecard")


@pytest.mark.parametrize(
    ("size", "scheme"),
    [((320, 640), "light"), ((390, 844), "dark"), ((1024, 768), "light"), ((1440, 900), "dark")],
)
def test_the_sheet_fits_and_can_be_tapped_at_every_size(
    house: Hall, chromium: Browser, size: tuple[int, int], scheme: str
) -> None:
    page = visit(house, chromium, held(house), size=size, color_scheme=scheme)
    for n in range(4, 12):
        rate(page, f"G{n:02}", "5")
    rate(page, "G02", "1")
    rate(page, "G03", "N")
    accessible(page)
    small = page.locator(".answers button, .options button").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect())"
        ".filter(box => box.width && (box.height < 48 || box.width < 40))"
        ".map(box => `${box.width}x${box.height}`)"
    )
    assert small == []


def test_an_evaluation_of_yesterday_can_be_read(house: Hall, chromium: Browser) -> None:
    code = held(house)
    page = visit(house, chromium, code)
    rate_all(page)
    page.tap(".foot .primary")
    sign(page)
    page.tap("dialog .primary")
    page.wait_for_selector(".donecard")
    run = stored(house, code)
    page.goto(f"{house.house.url}/inspect/drills:{code}?run={run.id}")
    page.wait_for_selector(".item")
    assert page.locator(".answers").count() == 0
    assert point(page, "G05").locator(".verdict").inner_text() == "5 分"
    assert page.locator(".signature").count() == 1
