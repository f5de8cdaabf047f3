"""The second signature in a real browser: drawn with the finger, or typed with the code."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from checklists import service
from checklists.models import Run, Task
from safety_app.accounts import service as accounts
from tests.cast import NOW
from tests.checklists import sheet_front
from tests.checklists.sheet_front import PIN, TABLET, Hall
from tests.checklists.sheets import Tablet

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with sheet_front.opened_hall(tmp_path_factory.mktemp("hall")) as found:
        with found.database.transaction() as session:
            accounts.set_pin(session, None, found.people.lead.user_id, pin=PIN, now=NOW)
        yield found


def walked(hall: Hall) -> int:
    """A sheet that staff have just submitted; its run."""
    task_id = hall.patrol()
    with hall.database.transaction() as session:
        task = session.get_one(Task, task_id)
        tablet = Tablet(session, hall.people.staff, task, now=datetime.now(UTC))
        tablet.pass_all()
        tablet.submit()
        return session.scalars(select(Run.id).where(Run.task_id == task_id)).one()


def visit(hall: Hall, chromium: Browser, path: str = "/countersign") -> Page:
    """The lead's tablet with the page open."""
    context = chromium.new_context(**TABLET)
    hall.visits.append(context)
    hall.sign_in(context, hall.people.lead)
    page = context.new_page()
    page.goto(hall.house.url + path)
    page.wait_for_selector(".ink canvas")
    return page


def test_a_drawn_signature_is_kept_with_its_strokes(hall: Hall, chromium: Browser) -> None:
    run_id = walked(hall)
    page = visit(hall, chromium)
    page.get_by_role("button", name="为 1 份记录复核签字").click()
    expect(page.get_by_text("请先在签名区签名。")).to_be_visible()
    canvas = page.locator(".ink-pad canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    page.mouse.move(box["x"] + 60, box["y"] + 50)
    page.mouse.down()
    for step in range(30):
        page.mouse.move(box["x"] + 60 + step * 12, box["y"] + 50 + (step % 6) * 9)
    page.mouse.up()
    page.fill("[name=remark]", "已核对")
    page.get_by_role("button", name="为 1 份记录复核签字").click()
    expect(page.get_by_text("已为 1 份记录复核签字。").first).to_be_visible(timeout=15_000)
    with hall.database.reading() as session:
        kept = service.seconds(session, [run_id])[run_id]
    assert kept.remark == "已核对" and '"strokes"' in kept.signature
    hall.leave()


def test_a_typed_name_needs_the_right_code(hall: Hall, chromium: Browser) -> None:
    run_id = walked(hall)
    page = visit(hall, chromium)
    page.get_by_role("button", name="改用姓名和数字密码").click()
    page.fill("[name=typed]", "李敏")
    page.fill("[name=pin]", "000000")
    page.get_by_role("button", name="为 1 份记录复核签字").click()
    expect(page.get_by_text("还可").first).to_be_visible(timeout=15_000)
    with hall.database.reading() as session:
        assert service.seconds(session, [run_id]) == {}
    page.fill("[name=pin]", PIN)
    page.get_by_role("button", name="为 1 份记录复核签字").click()
    expect(page.get_by_text("已为 1 份记录复核签字。").first).to_be_visible(timeout=15_000)
    with hall.database.reading() as session:
        assert '"typed":"李敏"' in service.seconds(session, [run_id])[run_id].signature
    hall.leave()


def test_the_page_is_accessible(hall: Hall, chromium: Browser) -> None:
    run_id = walked(hall)
    page = visit(hall, chromium, f"/countersign?sheet={run_id}")
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    grave = [
        (one["id"], [node["html"] for node in one["nodes"]])
        for one in found.response["violations"]
        if one["impact"] in ("serious", "critical")
    ]
    assert grave == []
    hall.leave()
