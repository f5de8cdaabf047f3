"""Lists of choices speak the language of the page, also where Streamlit speaks by itself."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.hall import Hall
from tests.e2e.visits import visit

pytestmark = pytest.mark.e2e
LIST = "[data-testid$='Dropdown']"


def opened(page: Page, kind: str) -> None:
    """Open the last field of a kind by key; a rerun that is still under way may close it again."""
    for _ in range(10):
        page.locator(f"[data-testid={kind}] input").last.focus()
        page.keyboard.press("ArrowDown")
        page.wait_for_timeout(500)
        if page.locator(LIST).count():
            return


def typed(page: Page, kind: str, words: str) -> None:
    """Type into the first field of a kind, as somebody who looks for a name."""
    field = page.locator(f"[data-testid={kind}] input").first
    field.click()
    field.fill(words)


def test_no_list_of_choices_speaks_english_to_a_chinese_reader(
    hall: Hall, chromium: Browser
) -> None:
    with visit(chromium, hall, "zh_CN") as here:
        here.be(hall.people.manager)
        page = here.open("/drills?do=new", "[data-testid=stMultiSelect]")
        here.settle()
        opened(page, "stMultiSelect")
        expect(page.locator(LIST).locator("text=全选")).to_be_visible()
        page.keyboard.type("zzz")
        expect(page.locator(LIST)).to_have_text("没有匹配的选项")
        page.locator("h1").click()
        expect(page.locator(LIST)).to_have_count(0)
        typed(page, "stSelectbox", "zzz")
        expect(page.locator(LIST)).to_have_text("没有匹配的选项")
        assert here.trouble == []
