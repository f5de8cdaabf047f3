"""An emergency: one tap from a page of the tablet, signed out too, and while the server is away."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, expect

from drills.plans.content import Map, Maps, Words
from safety_app.accounts.service import SESSION_COOKIE
from safety_app.core import files
from safety_app.core.settings import settings
from tests.drills.plans.documents import make_draft, put_in_force, save
from tests.e2e.hall import Hall
from tests.e2e.pictures import jpeg
from tests.e2e.visits import PHONE, visit

pytestmark = pytest.mark.e2e


@pytest.fixture(autouse=True)
def _folder(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Files are put where the running hall looks for them."""
    monkeypatch.setenv("SAFETY_DATA_DIR", str(hall.house.folder))
    settings.cache_clear()
    yield
    settings.cache_clear()


def publish_fire(hall: Hall) -> int:
    """A fire plan with a map, in force from today; its id."""
    now, people = datetime.now(UTC), hall.people
    with hall.database.transaction() as session:
        document = make_draft(session, people, now=now)
        shown = files.receive(session, people.officer, jpeg("ivory"), "图.jpg", now=now)
        maps = Maps(maps=(Map(file_id=shown.id, caption=Words(zh="一楼", en="Ground floor")),))
        save(session, people, document, maps, now=now)
        put_in_force(session, people, document, now=now)
        return document.id


def test_on_the_tablet_it_is_one_tap_away_signed_in_or_not_and_without_the_server(
    hall: Hall, chromium: Browser
) -> None:
    plan = publish_fire(hall)
    with visit(chromium, hall, "zh_CN", tablet=True) as here:
        here.sign_in_by_pin("王晓燕")
        page = here.page
        page.locator(".topbar a.door").tap()
        page.locator(f".kinds a[href='#plan-{plan}']").tap()
        expect(page.locator(f"#plan-{plan} .card")).to_contain_text("大声示警")
        expect(page.locator(f"#plan-{plan} img")).to_have_js_property("complete", True)
        assert page.locator(f"#plan-{plan} a[href='tel:119']").is_visible()
        page.go_back()
        expect(page.locator(".kinds")).to_be_visible()

        here.open(f"/sheet/{hall.task(hall.people.a01)}", ".head a.door")
        here.context.clear_cookies(name=SESSION_COOKIE)
        here.open("/sign-in", "a.door")
        page.locator("a.door").tap()
        expect(page.locator(".kinds a", has_text="火灾")).to_be_visible()
        expect(page.locator("#state")).to_be_hidden()

        here.open("/sign-in", "a.door")
        here.may_be_away = True
        hall.house.kill()
        try:
            page.locator("a.door").tap()
            page.locator(f".kinds a[href='#plan-{plan}']").tap()
            expect(page.locator(f"#plan-{plan} .card")).to_contain_text("大声示警")
            expect(page.locator("#state")).to_contain_text("现在没有网络")
            wide = page.locator(f"#plan-{plan} img").evaluate("(one) => one.naturalWidth")
            assert wide > 0, "the map is kept as well"
        finally:
            hall.house.start()
        assert here.trouble == []


def test_what_was_kept_is_not_shown_to_who_has_signed_out_on_their_own_phone(
    hall: Hall, chromium: Browser
) -> None:
    publish_fire(hall)
    with visit(chromium, hall, "zh_CN", **PHONE) as here:
        here.be(hall.people.staff)
        page = here.open("/emergency", ".kinds")
        expect(page.locator(".kinds a", has_text="火灾").first).to_be_visible()
        here.context.clear_cookies(name=SESSION_COOKIE)
        page.goto(hall.house.url + "/emergency")
        page.wait_for_url("**/sign-in?next=/emergency")
        assert here.trouble == []
