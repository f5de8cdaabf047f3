"""Widths down to 320 pixels, and how many taps the daily work takes."""

from typing import Any, Final

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Error as PlaywrightError

from tests.checklists.sheet_front import answer, sign
from tests.e2e.hall import Hall
from tests.e2e.screens import SCREENS, Stage
from tests.e2e.visits import PHONE, Visit, visit

pytestmark = pytest.mark.e2e
WIDTHS: Final = (320, 390)
# Lists that are meant to be moved sideways, such as the views of the board, keep it to themselves.
TOO_WIDE: Final = """() => {
  const parts = [document.scrollingElement, ...document.querySelectorAll(
    '[data-testid=stMain], [data-testid=stMainBlockContainer], dialog[open]')]
  return parts.filter((one) => one && one.scrollWidth > one.clientWidth + 1)
    .map((one) => `${one.tagName} ${one.scrollWidth} > ${one.clientWidth}`)
}"""
PASSES: Final = 5


def test_no_screen_moves_sideways(hall: Hall, chromium: Browser, stage: Stage) -> None:
    # In English, whose words are longer and cannot be broken anywhere.
    people = hall.people
    faults: list[str] = []
    for who, actor in {
        "nobody": None, "staff": people.staff, "lead": people.lead, "officer": people.officer,
        "manager": people.manager, "administrator": people.administrator,
    }.items():  # fmt: skip
        with visit(chromium, hall, "en", tablet=not actor, **PHONE) as here:
            if actor:
                here.be(actor)
            for screen in (one for one in SCREENS if one.who == who):
                faults += _too_wide(here, screen.name, screen.show, stage)
    assert "\n".join(faults) == ""


def _too_wide(here: Visit, name: str, show: Any, stage: Stage) -> list[str]:
    try:
        show(here, stage)
    except PlaywrightError as error:
        return [f"{name} could not be opened: {error}"]
    here.settle()
    found = []
    for width in WIDTHS:
        here.page.set_viewport_size({"width": width, "height": 844})
        found += [f"{name}, {width}: {part}" for part in here.page.evaluate(TOO_WIDE)]
    return found


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
