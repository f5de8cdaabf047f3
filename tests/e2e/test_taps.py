"""How many taps the daily work takes."""

from typing import Final

import pytest
from playwright.sync_api import Browser

from tests.checklists.sheet_front import answer, sign
from tests.e2e.hall import Hall
from tests.e2e.visits import Visit, visit

pytestmark = pytest.mark.e2e
PASSES: Final = 5


class Taps:
    """Counts the taps of a page."""

    def __init__(self, here: Visit) -> None:
        self.count = 0
        here.page.expose_function("tapped", self._tapped)
        here.page.add_init_script(
            "addEventListener('click', (event) => event.isTrusted && tapped(), true)"
        )

    def _tapped(self) -> None:
        self.count += 1


def test_a_patrol_without_problems_takes_two_taps_more_than_it_has_items(
    hall: Hall, chromium: Browser
) -> None:
    with visit(chromium, hall, "zh_CN", tablet=True) as here:
        here.be(hall.people.staff, shared=True)
        taps = Taps(here)
        page = here.open("/", "a[href^='/sheet/']")
        task = hall.task(hall.people.a01, "closing")
        page.locator(f"a[href='/sheet/{task}']").first.tap()
        page.wait_for_selector(".answers")
        assert taps.count <= 2
        items = page.locator(".item").count()
        assert items == PASSES
        before = taps.count
        for place in range(1, items + 1):
            answer(page, place, "P")
        page.tap(".foot .primary")
        sign(page)
        drawn = 1  # the browser sends a click after the finger has drawn
        page.tap("dialog .primary")
        page.wait_for_selector(".donecard")
        assert taps.count - before <= items + 2 + drawn
        assert here.trouble == []


def test_a_hazard_can_be_reported_from_every_menu_page(hall: Hall, chromium: Browser) -> None:
    with visit(chromium, hall, "zh_CN", tablet=True) as here:
        here.be(hall.people.staff, shared=True)
        for path in ("/", "/hazards"):
            page = here.open(path, "a[href='/report-hazard']")
            page.locator("a[href='/report-hazard']").first.tap()
            page.locator(".st-key-report-submit button").wait_for()
        assert here.trouble == []
