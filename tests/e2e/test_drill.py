"""A drill on the tablet: planned, announced, held over a reload, judged, put right, closed."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from drills import service
from drills.models import Drill, Status
from hazards.models import Hazard
from tests.checklists.sheet_front import picture, wait_saved
from tests.checklists.sheet_front import sign as sign_sheet
from tests.drills.clock_front import stamp, wait_stamped
from tests.drills.test_evaluation_front import COUNT, point, rate, rate_all
from tests.e2e import hazard_steps
from tests.e2e.hall import Hall, today
from tests.e2e.visits import DESKTOP, PHONE, Visit, visit

pytestmark = pytest.mark.e2e
TITLE = "一楼大厅初期火灾疏散演练"


def test_a_drill_goes_from_the_plan_to_closed_findings_over_a_reload(
    hall: Hall, chromium: Browser, tmp_path: Path
) -> None:
    with visit(chromium, hall, "zh_CN", tablet=True) as tablet:
        tablet.be(hall.people.officer, shared=True)
        code = plan_it(tablet)
        announce(tablet, code)
        hold_it(tablet, code, tmp_path)
        evaluate(tablet, code)
        write_debrief(tablet, code)
        close(tablet, code)
        expect(tablet.page.locator(".note-red").first).to_contain_text("HZ-")
        assert drill(hall, code).status == Status.EVALUATED
        number = put_right(tablet, chromium, code, tmp_path)
        close(tablet, code)
        expect(tablet.page.locator(".note-green").first).to_contain_text("演练已办结")
        tablet.open(f"/drills?drill={code}&tab=problems", ".box.lines")
        expect(tablet.page.locator(".box.lines a.line", has_text=number)).to_contain_text("已销号")
        assert tablet.trouble == []
    assert drill(hall, code).status == Status.CLOSED


def drill(hall: Hall, code: str) -> Drill:
    """As it lies in the database."""
    with hall.database.reading() as session:
        return session.scalars(select(Drill).where(Drill.code == code)).one()


def plan_it(tablet: Visit) -> str:
    """By the form, for today; its code."""
    page = tablet.open("/drills?do=new", "h1")
    tablet.settle()
    day = page.get_by_role("group", name=tablet.say("Day"), exact=True)
    day.get_by_role("spinbutton").first.click()
    page.keyboard.type(f"{today():%Y%m%d}")
    page.keyboard.press("Tab")
    tablet.settle()
    page.get_by_label(tablet.say("Title")).first.fill(TITLE)
    page.get_by_label(tablet.say("Assembly point")).fill("北广场")
    page.get_by_label(tablet.say("Assembly point")).press("Tab")
    tablet.settle()
    tablet.press("Put it on the plan")
    expect(page.locator(".note-green").first).to_contain_text(
        tablet.say("The drill is on the plan.")
    )
    return str(page.evaluate("new URL(location.href).searchParams.get('drill')"))


def announce(tablet: Visit, code: str) -> None:
    """The words are ready; note who was told."""
    page = tablet.open(f"/drills?drill={code}&do=notify", "textarea")
    tablet.settle()
    assert "北广场" in page.locator("textarea").first.input_value()
    tablet.press("Note that people were told")
    expect(page.locator(".note-green").first).to_contain_text(tablet.say("The notice is recorded."))


def hold_it(tablet: Visit, code: str, folder: Path) -> None:
    """Start, stamp, reload in the middle, go on, sign, stop, finish."""
    page = tablet.open(f"/drills?drill={code}")
    page.locator(f"a[href='/drill/{code}/clock']:visible").tap()
    page.wait_for_selector(".moment")
    page.tap("footer >> text=开始演练")
    stamp(page, "发现并报警")
    wait_stamped(page, "发现并报警")
    page.reload()
    page.wait_for_selector(".elapsed[data-state=running]")
    wait_stamped(page, "发现并报警")
    stamp(page, "大厅人员疏散完毕")
    wait_stamped(page, "大厅人员疏散完毕")
    page.set_input_files("#camera", picture(folder, "a.jpg"))
    page.tap("#tab-people")
    page.tap("[aria-label='签到：周航']")
    sign_sheet(page)
    page.tap("text=确认签到")
    page.wait_for_selector(".person:has-text('周航'):has-text('已签到')")
    page.tap("text=停止计时")
    page.wait_for_selector(".receipt[data-tone=green]")
    page.tap("footer >> text=结束演练")
    page.tap("dialog >> text=结束演练 >> nth=-1")
    page.wait_for_url(f"**/drills?drill={code}")
    with tablet.hall.database.reading() as session:
        found = service.moments_of(session, drill(tablet.hall, code).id)
        stamped = {one.code for one in found if one.stamped_at}
    assert stamped == {"alarm", "hall_empty"}
    assert drill(tablet.hall, code).status == Status.HELD


def evaluate(tablet: Visit, code: str) -> None:
    """Full marks but for the announcement, which becomes a hazard."""
    page = tablet.open(f"/inspect/drills:{code}", ".item")
    rate_all(page, but=("G08",))
    rate(page, "G08", "2")
    point(page, "G08").locator("[data-field=note]").fill("二楼东侧听不清")
    wait_saved(page, COUNT, COUNT)
    page.tap(".foot .primary")
    sign_sheet(page)
    page.tap("dialog .primary")
    page.wait_for_selector(".donecard")
    assert drill(tablet.hall, code).status == Status.EVALUATED


def write_debrief(tablet: Visit, code: str) -> None:
    """Without it nothing is closed."""
    page = tablet.open(f"/drills?drill={code}&do=record", "textarea")
    tablet.settle()
    page.get_by_label(tablet.say("Debrief")).fill("总体有序，广播要改。")
    page.get_by_label(tablet.say("Debrief")).press("Tab")
    tablet.settle()
    tablet.press("Save the record of the drill")
    page.locator(".note-green").first.wait_for()
    assert drill(tablet.hall, code).debrief == "总体有序，广播要改。"


def close(tablet: Visit, code: str) -> None:
    """Try to close it."""
    tablet.open(f"/drills?drill={code}&do=close", "h1")
    tablet.settle()
    tablet.press("Close the drill")


def put_right(tablet: Visit, chromium: Browser, code: str, folder: Path) -> str:
    """The officer hands the hazard over, its owner fixes it, the manager verifies; its number."""
    people = tablet.hall.people
    with tablet.hall.database.reading() as session:
        query = select(Hazard).where(Hazard.source.startswith(f"drills:{code}/"))
        number = str(session.scalars(query).one().number)
    hazard_steps.assign(tablet, number, "赵国强", interim="用手持扩音器")
    with (
        visit(chromium, tablet.hall, "zh_CN", **PHONE) as phone,
        visit(chromium, tablet.hall, "zh_CN", **DESKTOP) as desk,
    ):
        phone.be(people.third_party)
        hazard_steps.fix(phone, number, picture(folder, "fixed.jpg"))
        desk.be(people.manager)
        hazard_steps.accept(desk, number)
        assert phone.trouble + desk.trouble == []
    return number
